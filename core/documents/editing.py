"""Turning the JSON somebody wants into the fewest CRDT edits: what is the same is not touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pycrdt import Doc, Map, Text

from core.crdt.text import rewrite
from core.documents.positions import after, arrange
from core.documents.reading import root_type
from core.documents.schema import (
    PLAIN_FIELDS,
    POSITION,
    Entries,
    EntryField,
    Field,
    Labels,
    LongText,
    Record,
    Root,
    Schema,
    Traits,
)


def edit_document(
    schema: Schema, roots: Mapping[str, Root], doc: Doc[Any], *, current: dict[str, Any], target: dict[str, Any]
) -> None:
    """Change the document from `current` (as read) to `target` (as cleaned), in one transaction."""
    with doc.transaction():
        shared = {name: doc.get(name, type=root_type(root)) for name, root in roots.items()}
        for name, field in schema.fields.items():
            if is_same(current[name], target[name]):
                continue
            match field:
                case Record(fields):
                    _edit_record(shared, name, fields, current[name], target[name])
                case LongText() | Labels() | Traits() | Entries():
                    _edit_container(shared[name], field, current[name], target[name])
                case _:
                    _set(shared[schema.name], name, target[name])


def _edit_record(
    shared: Mapping[str, Any],
    name: str,
    fields: Mapping[str, Any],
    current: dict[str, Any],
    target: dict[str, Any],
) -> None:
    for key, field in fields.items():
        if is_same(current[key], target[key]):
            continue
        if isinstance(field, PLAIN_FIELDS):
            _set(shared[name], key, target[key])
        else:
            _edit_container(shared[f"{name}.{key}"], field, current[key], target[key])


def _edit_container(container: Any, field: Field, current: Any, target: Any) -> None:
    match field:
        case LongText():
            rewrite(container, target)
        case Labels():
            _edit_labels(container, target)
        case Traits():
            for name in sorted(current.keys() | target.keys()):
                if not is_same(current.get(name), target.get(name)):
                    _set(container, name, target.get(name))
        case Entries(fields):
            _edit_entries(container, fields, current, target)
        case _:
            raise AssertionError("not a container")


def _edit_labels(container: Map[Any], target: list[str]) -> None:
    places: dict[str, Any] = dict(container.items())
    for label in sorted(places.keys() - set(target)):
        del container[label]
    for label, place in zip(target, arrange([places.get(label) for label in target]), strict=True):
        if places.get(label) != place:
            container[label] = place


def _edit_entries(
    container: Map[Any], fields: Mapping[str, EntryField], current: dict[str, Any], target: dict[str, Any]
) -> None:
    for key in sorted(current.keys() - target.keys()):
        del container[key]
    known = (*current.values(), *target.values())
    last = max((entry[POSITION] for entry in known if entry[POSITION] is not None), default=None)
    for key, entry in target.items():
        if key in current:
            _edit_entry(container[key], fields, current[key], entry)
            continue
        position = entry[POSITION]
        if position is None:
            position = last = after(last)
        container[key] = _new_entry(fields, entry | {POSITION: position})


def _edit_entry(
    container: Map[Any], fields: Mapping[str, EntryField], current: dict[str, Any], target: dict[str, Any]
) -> None:
    # An entry keeps its place when the target does not name one.
    if target[POSITION] is not None and current[POSITION] != target[POSITION]:
        container[POSITION] = target[POSITION]
    for key, field in fields.items():
        if is_same(current[key], target[key]):
            continue
        if isinstance(field, PLAIN_FIELDS):
            _set(container, key, target[key])
        elif key in container:
            _edit_container(container[key], field, current[key], target[key])
        else:
            container[key] = _new_container(field, target[key])


def _new_entry(fields: Mapping[str, EntryField], entry: dict[str, Any]) -> Map[Any]:
    """Return an entry with all its containers, so that nobody has to create one later."""
    members: dict[str, Any] = {POSITION: entry[POSITION]}
    for key, field in fields.items():
        if not isinstance(field, PLAIN_FIELDS):
            members[key] = _new_container(field, entry[key])
        elif entry[key] is not None:
            members[key] = entry[key]
    return Map(members)


def _new_container(field: EntryField, value: Any) -> Map[Any] | Text:
    match field:
        case LongText():
            return Text(value)
        case Labels():
            return Map(dict(zip(value, arrange([None] * len(value)), strict=True)))
        case Traits():
            return Map(value)
        case _:
            raise AssertionError("not a container")


def _set(container: Map[Any], key: str, value: Any) -> None:
    """Set a plain value; None removes it."""
    if value is not None:
        container[key] = value
    elif key in container:
        del container[key]


def is_same(first: Any, second: Any) -> bool:
    """Compare two JSON values; Python holds true for equal to 1, JSON does not."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(is_same(first[key], second[key]) for key in first)
    return bool(first == second) and isinstance(first, bool) == isinstance(second, bool)
