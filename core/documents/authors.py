"""Who wrote what in a document, by the path of a field: the bridge between its JSON and the weave of its history."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from core.crdt.attribution import Column
from core.crdt.crediting import Authors
from core.crdt.reader import Id
from core.crdt.weave import Mask, TextWeave, Value, Weave
from core.crdt.words import SpanChange, TextSpan
from core.documents.kind import DocumentKind
from core.documents.note import NOTE_ROOT, TEXT_ROOT
from core.documents.schema import Entries, Labels, Line, LongText, Root, Traits


class Holder(NamedTuple):
    """Where a field lies in the CRDT: in a sequence or map by the name of its root or its id; there, under a key."""

    parent: Id | str
    #: None: the field is the sequence itself.
    key: str | None


class AuthoredSpan(NamedTuple):
    """A span of a text with the version that inserted or deleted it; None for what is equal, or cannot be said."""

    change: SpanChange
    text: str
    version: int | None


def find(kind: DocumentKind, weave: Weave, path: Sequence[str], version: int) -> Holder | None:
    """Return where a field lay at a version; None when there was no such field, or it is no single value or text."""
    for name, root in roots_of(kind):
        rest = tuple(path[len(root.path) :])
        if tuple(path[: len(root.path)]) != root.path:
            continue
        match root.field:
            case LongText():
                found = Holder(name, None) if not rest else None
            case Labels() | Traits():
                found = Holder(name, rest[0]) if len(rest) == 1 else None
            case Entries():
                found = _in_entry(weave, name, rest, version)
            case plain:
                found = Holder(name, rest[0]) if len(rest) == 1 and rest[0] in plain else None
        if found is not None:
            return found
    return None


def text_at(kind: DocumentKind, weave: Weave, path: Sequence[str], version: int) -> tuple[Id | str, TextWeave] | None:
    """Return the columns of the text at a path and the name of its sequence; None when no text was there."""
    holder = find(kind, weave, path, version)
    if holder is None:
        return None
    if holder.key is None:
        return holder.parent, weave.text(holder.parent)
    value = weave.value(holder.parent, holder.key, version)
    return (value.id, weave.text(value.id)) if value is not None and value.is_shared_type else None


def set_by(kind: DocumentKind, weave: Weave, path: Sequence[str], version: int) -> int | None:
    """Return the version that first set the value at a path that a version shows; None when it shows none."""
    value = _value(kind, weave, path, version)
    return None if value is None else value.written


def put_by(kind: DocumentKind, weave: Weave, path: Sequence[str], version: int) -> int | None:
    """Return the version that put the value at a path there, be it by a revert or a merge; None when there is none."""
    value = _value(kind, weave, path, version)
    return None if value is None else value.version


def removed_by(weave: Weave, holder: Holder, version: int) -> int | None:
    """Return the version that took away what a key held at a version; None: nobody did, or nothing was there."""
    if holder.key is None:
        return None
    value = weave.value(holder.parent, holder.key, version)
    return None if value is None else weave.deleted_by(value.id)


def authored(text: TextWeave, spans: Sequence[TextSpan], old: int, new: int, authors: Authors) -> list[AuthoredSpan]:
    """Cut the spans between two versions of one text by who inserted or deleted each unit.

    `authors` holds the author's number of each version, from 0 on. A span names the newest version of its author that
    touched it; of what a revert restored or a merge brought, the one that wrote it first, as blame does. A unit that
    stayed inside a word that was rewritten was touched by nobody between the two: None.
    """
    before, after = text.mask_at(old), text.mask_at(new)
    came, went = (text.written, text.deleted) if old <= new else (text.deleted, text.written)
    brought, taken = _touched(came[after], before[after]), _touched(went[before], after[before])
    return cut_spans(spans, brought, taken, authors)


def cut_spans(spans: Sequence[TextSpan], brought: Column, taken: Column, authors: Authors) -> list[AuthoredSpan]:
    """Cut spans by the author of versions: `brought` says which each unit of the new text is, `taken` of the old.

    0: nobody's.
    """
    found: list[AuthoredSpan] = []
    old_at = new_at = 0
    for span in spans:
        units = span.text.encode("utf-16-le")
        length = len(units) // 2
        if span.change == "equal":
            found.append(AuthoredSpan("equal", span.text, None))
        elif span.change == "insert":
            found += _cut(span.change, units, brought[new_at : new_at + length], authors)
        else:
            found += _cut(span.change, units, taken[old_at : old_at + length], authors)
        old_at += 0 if span.change == "insert" else length
        new_at += 0 if span.change == "delete" else length
    return found


def _touched(versions: Column, stayed: Mask) -> Column:
    return np.where(stayed, 0, versions)


def _cut(change: SpanChange, units: bytes, versions: Column, authors: Authors) -> list[AuthoredSpan]:
    who = np.where(versions == 0, -1, authors[versions])
    edges = [0, *(np.flatnonzero(np.diff(who)) + 1).tolist(), len(versions)]
    return [
        AuthoredSpan(
            change, units[2 * start : 2 * stop].decode("utf-16-le", "replace"), int(versions[start:stop].max()) or None
        )
        for start, stop in pairwise(edges)
        if stop > start
    ]


def _value(kind: DocumentKind, weave: Weave, path: Sequence[str], version: int) -> Value | None:
    holder = find(kind, weave, path, version)
    return None if holder is None or holder.key is None else weave.value(holder.parent, holder.key, version)


def _in_entry(weave: Weave, root: str, rest: tuple[str, ...], version: int) -> Holder | None:
    """Return where a field of an entry lies: entries are maps in a map, their texts and lists nested in them."""
    if not rest:
        return None
    parent: Id | str = root
    for key in rest[:-1]:
        value = weave.value(parent, key, version)
        if value is None or not value.is_shared_type:
            return None
        parent = value.id
    return Holder(parent, rest[-1])


@lru_cache(maxsize=16)  # Kinds are few and never change; every look at a path begins here.
def roots_of(kind: DocumentKind) -> tuple[tuple[str, Root], ...]:
    """Return every root of a kind by its name; of a note, those our own screens use."""
    if kind.schema is not None:
        return tuple(kind.schema.roots().items())
    # A note: its title in a map of its own, its text in another root.
    return (NOTE_ROOT, Root((), {"title": Line()})), (TEXT_ROOT, Root(("text",), LongText()))
