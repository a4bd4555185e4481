"""The values of what a transaction touched, held against the schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pycrdt import Map, Text

from core.crdt.text import utf16_length
from core.documents.positions import is_position
from core.documents.schema import (
    POSITION,
    Entries,
    EntryField,
    Labels,
    LongText,
    Root,
    Traits,
    Violation,
    is_entry_id,
    label_problem,
    pointer,
)


def problems(root: Root, shared: Any, path: tuple[str, ...], keys: Iterable[str]) -> Iterator[Violation]:
    """Yield what is wrong at the touched keys of one container: the root itself, or the one `path` leads to."""
    match root.field:
        case Entries(fields) if path:
            entry = _member(shared, path[0])
            if not isinstance(entry, Map):
                return
            inside = (*root.path, path[0])
            if len(path) == 1:
                yield from _entry(fields, entry, inside, keys)
            elif path[1] in fields:
                yield from _container(fields[path[1]], _member(entry, path[1]), (*inside, path[1]), keys)
        case Entries(fields):
            for key in keys:
                if key in shared:
                    yield from _whole_entry(fields, key, shared[key], (*root.path, key))
        case LongText() | Labels() | Traits():
            yield from _container(root.field, shared, root.path, keys)
        case fields:
            for key in keys:
                if key in shared:
                    yield from _plain(fields.get(key), shared[key], (*root.path, key))


def _whole_entry(fields: Mapping[str, EntryField], key: str, entry: Any, path: tuple[str, ...]) -> Iterator[Violation]:
    if not is_entry_id(key):
        yield Violation(pointer(path), "must be named with letters, digits, - and _, 64 at most")
    elif not isinstance(entry, Map):
        yield Violation(pointer(path), "must be a map of fields")
    else:
        yield from _entry(fields, entry, path, list(entry.keys()))


def _entry(
    fields: Mapping[str, EntryField], entry: Map[Any], path: tuple[str, ...], keys: Iterable[str]
) -> Iterator[Violation]:
    for key in keys:
        if key not in entry:
            continue
        value, inside = entry[key], (*path, key)
        match fields.get(key):
            case None if key == POSITION:
                if not is_position(value):
                    yield Violation(pointer(inside), "must be a place: base 62 digits, not ending in 0")
            case LongText() | Labels() | Traits() as field:
                members = list(value.keys()) if isinstance(value, Map) else ()
                yield from _container(field, value, inside, members)
            case plain:
                yield from _plain(plain, value, inside)


def _container(field: EntryField, shared: Any, path: tuple[str, ...], keys: Iterable[str]) -> Iterator[Violation]:
    """Check a text, labels or traits."""
    if isinstance(field, LongText):
        # Its length in UTF-8 bytes is known at once, and never less than its length in UTF-16 units.
        if not isinstance(shared, Text):
            yield Violation(pointer(path), "must be a shared text")
        elif len(shared) > field.chars_max and utf16_length(str(shared)) > field.chars_max:
            yield Violation(pointer(path), f"must be at most {field.chars_max} characters long")
        return
    if not isinstance(shared, Map):
        yield Violation(pointer(path), "must be a map")
        return
    for key in keys:
        if key in shared:
            reason = label_problem(key) or _member_problem(field, shared[key])
            if reason is not None:
                yield Violation(pointer((*path, key)), reason)


def _member_problem(field: EntryField, value: Any) -> str | None:
    if isinstance(field, Traits):
        return field.problem(value)
    return None if is_position(value) else "must have a place: base 62 digits, not ending in 0"


def _plain(field: Any, value: Any, path: tuple[str, ...]) -> Iterator[Violation]:
    reason = "is not a field here" if field is None else field.problem(value)
    if reason is not None:
        yield Violation(pointer(path), reason)


def _member(shared: Any, key: str) -> Any:
    return shared[key] if isinstance(shared, Map) and key in shared else None
