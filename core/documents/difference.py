"""What differs between two states of a document: fields set, entries added, removed and moved, texts by word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from core.crdt.words import TextSpan, word_spans
from core.documents.kind import DocumentKind
from core.documents.schema import POSITION, Entries, Field, Line, LongText, Record, Traits, pointer

#: A note's fields; what else it has is set as a whole.
_FREE: Final[Mapping[str, Field]] = {"title": Line(), "text": LongText()}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. What `old` and `new` hold follows from the change."""

    #: JSON Pointer.
    path: str
    #: set: a value, before and after. text: both texts, and `spans`. add, remove: the entry or trait that came or
    #: went, the other side None. move: the entry's place among its siblings, counted from 0.
    change: Literal["set", "text", "add", "remove", "move"]
    old: Any
    new: Any
    spans: tuple[TextSpan, ...] = ()


def difference(
    kind: DocumentKind, old: Mapping[str, Any], new: Mapping[str, Any], *, by_word: bool = True
) -> list[Change]:
    """Return what leads from one JSON of a document to another, in the order of its fields; nothing for equal ones.

    Not `by_word`: texts that differ are named without spans, which for long ones is most of the work.
    """
    fields = fields_of(kind)
    names = [*fields, *(name for name in new if name not in fields)]
    found = [change for name in names for change in _field((name,), fields.get(name), old.get(name), new.get(name))]
    return [_with_spans(change) for change in found] if by_word else found


def fields_of(kind: DocumentKind) -> Mapping[str, Field]:
    """Return the fields of a kind that have parts of their own; what else its JSON has is one value each."""
    return kind.schema.fields if kind.schema is not None else _FREE


def parts_of(path: str) -> tuple[str, ...]:
    """Return the parts of a change's path (RFC 6901)."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:])


def _with_spans(change: Change) -> Change:
    if change.change != "text":
        return change
    return replace(change, spans=tuple(word_spans(change.old, change.new)))


def _field(path: tuple[str, ...], field: Field | None, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    match field:
        case LongText():
            yield Change(pointer(path), "text", old, new)
        case Record(fields):
            for name, part in fields.items():
                yield from _field((*path, name), part, old[name], new[name])
        case Entries(fields):
            yield from _entries(path, fields, old, new)
        case Traits():
            yield from _traits(path, old, new)
        case _:
            yield Change(pointer(path), "set", old, new)


def _traits(path: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        at = pointer((*path, name))
        if name not in new:
            yield Change(at, "remove", old[name], None)
        elif name not in old:
            yield Change(at, "add", None, new[name])
        elif old[name] != new[name]:
            yield Change(at, "set", old[name], new[name])


def _entries(
    path: tuple[str, ...], fields: Mapping[str, Field], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    """Entries by id: those that went, then those there are, in their new order."""
    for key, entry in old.items():
        if key not in new:
            yield Change(pointer((*path, key)), "remove", entry, None)
    moved = moved_keys([key for key in old if key in new], [key for key in new if key in old])
    places = {key: place for place, key in enumerate(old)}
    for place, (key, entry) in enumerate(new.items()):
        if key not in old:
            yield Change(pointer((*path, key)), "add", None, entry)
            continue
        if key in moved:
            yield Change(pointer((*path, key)), "move", places[key], place)
        for name, field in fields.items():
            if name != POSITION:
                yield from _field((*path, key, name), field, old[key][name], entry[name])


def moved_keys(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Return the fewest keys whose move turns one order into the other: all but a longest rising run (patience)."""
    places = {key: place for place, key in enumerate(old)}
    #: For each length, the lowest end of a rising run of it; and, for each key, who stands before it in its run.
    ends: list[int] = []
    end_keys: list[str] = []
    before: dict[str, str | None] = {}
    for key in new:
        at = bisect_left(ends, places[key])
        before[key] = end_keys[at - 1] if at else None
        ends[at : at + 1], end_keys[at : at + 1] = [places[key]], [key]
    stays: set[str] = set()
    last = end_keys[-1] if end_keys else None
    while last is not None:
        stays.add(last)
        last = before[last]
    return set(new) - stays
