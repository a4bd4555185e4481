"""The JSON of a document with a schema: fields in the schema's order, entries by place, whole numbers as such."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pycrdt import Doc, Map, Text

from core.documents.positions import is_position
from core.documents.schema import (
    PLAIN_FIELDS,
    POSITION,
    Entries,
    Field,
    Labels,
    LongText,
    Record,
    Root,
    Schema,
    Traits,
    Whole,
    label_problem,
)


def root_type(root: Root) -> type[Map[Any]] | type[Text]:
    """Return the shared type of a root."""
    return Text if isinstance(root.field, LongText) else Map


def read_document(schema: Schema, roots: Mapping[str, Root], doc: Doc[Any]) -> dict[str, Any]:
    """Return the whole document. What is not in the schema, or breaks it, is left out.

    Absent plain values are null, absent texts empty, absent lists and objects empty.
    """
    with doc.transaction():
        raw = {name: _raw(doc, name, root) for name, root in roots.items()}
    return read_raw(schema, raw)


def read_raw(schema: Schema, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON of what the roots hold: maps as dicts by key, texts as they read."""
    return {name: _read_field(schema.name, name, field, raw) for name, field in schema.fields.items()}


def _raw(doc: Doc[Any], name: str, root: Root) -> Any:
    # One call prints a whole map, nested containers included, far faster than walking it.
    shared = doc.get(name, type=root_type(root))
    return str(shared) if isinstance(shared, Text) else json.loads(str(shared))


def _read_field(container: str, name: str, field: Field, raw: Mapping[str, Any]) -> Any:
    """Read one field of the top level: most have a root of their own."""
    match field:
        case Record(fields):
            values = raw[name]
            return {
                key: read_value(part, raw.get(f"{name}.{key}") if _has_root(part) else values.get(key))
                for key, part in fields.items()
            }
        case LongText() | Labels() | Traits() | Entries():
            return read_value(field, raw[name])
        case _:
            return read_value(field, raw[container].get(name))


def _has_root(field: Field) -> bool:
    return not isinstance(field, PLAIN_FIELDS)


def read_value(field: Field, raw: Any) -> Any:
    """Return the JSON form of what the CRDT holds for a field."""
    match field:
        case LongText():
            # PostgreSQL's JSON cannot hold U+0000.
            return raw.replace("\x00", "\ufffd") if isinstance(raw, str) else ""
        case Labels():
            return _read_labels(raw)
        case Traits():
            return _read_traits(field, raw)
        case Entries(fields):
            entries = raw.items() if isinstance(raw, dict) else ()
            ordered = sorted((_place(entry), key) for key, entry in entries if isinstance(entry, dict))
            return {key: _read_entry(fields, raw[key]) for _, key in ordered}
        case Record():
            raise AssertionError("records lie at the top level")
        case _:
            if raw is None or field.problem(raw) is not None:
                return None
            return int(raw) if isinstance(field, Whole) else raw


def _read_entry(fields: Mapping[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    position = raw.get(POSITION)
    place = {POSITION: position if is_position(position) else None}
    return place | {key: read_value(field, raw.get(key)) for key, field in fields.items()}


def _place(entry: dict[str, Any]) -> str:
    position = entry.get(POSITION)
    return position if isinstance(position, str) else ""


def _read_labels(raw: Any) -> list[str]:
    labels = raw.items() if isinstance(raw, dict) else ()
    return [label for _, label in sorted((str(place), label) for label, place in labels if not label_problem(label))]


def _read_traits(field: Traits, raw: Any) -> dict[str, Any]:
    traits = raw.items() if isinstance(raw, dict) else ()
    return {name: value for name, value in sorted(traits) if not label_problem(name) and not field.problem(value)}
