"""Checking the JSON somebody wants a document to become, before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.documents.positions import is_position
from core.documents.schema import (
    POSITION,
    Entries,
    Field,
    Labels,
    LongText,
    Record,
    Schema,
    Traits,
    is_entry_id,
    label_problem,
    pointer,
    text_problem,
)
from core.errors import Invalid


def clean_document(schema: Schema, target: object) -> dict[str, Any]:
    """Return the target with every field present. Raises Invalid with the path of what is wrong.

    A missing field, or null, means none: a null value, an empty text, list or object.
    """
    return _clean_fields(schema.fields, target, ())


def _clean_fields(fields: Mapping[str, Any], target: object, path: tuple[str, ...]) -> dict[str, Any]:
    members = _object(target, path)
    for key in members:
        if key not in fields:
            raise _invalid((*path, key), "is not a field here")
    return {key: _clean(field, members.get(key), (*path, key)) for key, field in fields.items()}


def _clean(field: Field, value: object, path: tuple[str, ...]) -> Any:
    match field:
        case LongText():
            text = "" if value is None else value
            _require(text_problem(text, field), path)
            return text
        case Labels():
            return _clean_labels([] if value is None else value, path)
        case Traits():
            traits = {name: item for name, item in _object(value, path).items() if item is not None}
            for name, item in traits.items():
                _require(label_problem(name) or field.problem(item), (*path, name))
            return dict(sorted(traits.items()))
        case Record(fields):
            return _clean_fields(fields, value, path)
        case Entries(fields):
            return {
                key: _clean_entry(fields, key, entry, path)
                for key, entry in _object(value, path).items()
                if entry is not None
            }
        case _:
            if value is not None:
                _require(field.problem(value), path)
            return value


def _clean_entry(fields: Mapping[str, Any], key: str, entry: object, path: tuple[str, ...]) -> dict[str, Any]:
    inside = (*path, key)
    if not is_entry_id(key):
        raise _invalid(inside, "must be named with letters, digits, - and _, 64 at most")
    members = dict(_object(entry, inside))
    position = members.pop(POSITION, None)
    if position is not None and not is_position(position):
        raise _invalid((*inside, POSITION), "must be a place: base 62 digits, not ending in 0")
    return {POSITION: position} | _clean_fields(fields, members, inside)


def _clean_labels(labels: object, path: tuple[str, ...]) -> list[str]:
    if not isinstance(labels, list):
        raise _invalid(path, "must be a list of texts")
    for index, label in enumerate(labels):
        _require(label_problem(label), (*path, str(index)))
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise _invalid(path, f"names {twice!r} twice")
    return labels


def _object(value: object, path: tuple[str, ...]) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _invalid(path, "must be an object")
    for key in value:
        if not isinstance(key, str):
            raise _invalid(path, "must have texts as keys")
    return value


def _require(problem: str | None, path: tuple[str, ...]) -> None:
    if problem is not None:
        raise _invalid(path, problem)


def _invalid(path: tuple[str, ...], problem: str) -> Invalid:
    place = pointer(path)
    return Invalid(f"{place or 'the document'} {problem}", path=place)
