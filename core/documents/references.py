"""Which other documents a document names, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from core.documents.schema import Entries, Record, Reference, Schema, pointer


class Named(NamedTuple):
    """One document named by another."""

    #: JSON Pointer to the field.
    path: str
    #: The kind it should be of.
    kind: str
    document_id: UUID


def references_in(schema: Schema | None, content: Mapping[str, Any]) -> list[Named]:
    """Return every reference in a document's JSON that is not empty; a kind without a schema has none."""
    return list(_walk(schema.fields, content, ())) if schema is not None else []


def _walk(fields: Mapping[str, Any], values: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Named]:
    for name, field in fields.items():
        value, here = values.get(name), (*path, name)
        match field:
            case Reference(kind):
                if value is not None:
                    yield Named(pointer(here), kind, UUID(value))
            case Record(inner):
                yield from _walk(inner, value or {}, here)
            case Entries(inner):
                for key, entry in (value or {}).items():
                    yield from _walk(inner, entry, (*here, key))
