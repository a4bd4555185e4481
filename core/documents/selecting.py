"""What a branch says with only some of its changes: those of some people, at some paths, up to some version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from core.crdt.history import History
from core.crdt.weave import Mask
from core.documents.difference import parts_of
from core.documents.kind import DocumentKind
from core.documents.merging import merge
from core.documents.undoing import nothing_of, without


class Part(NamedTuple):
    """Some changes of a branch."""

    #: The last version that may belong to it.
    version: int
    #: Whose changes; empty: everybody's.
    authors: Sequence[UUID]
    #: JSON Pointers, at or below which they lie; empty: anywhere.
    paths: Sequence[str]


def selected(
    kind: DocumentKind, history: History, forked: int, parts: Sequence[Part], until: int | None = None
) -> dict[str, Any]:
    """Return what a branch that was forked at a version would say with these parts of its changes and no others.

    Parts add up: what one of them holds is there whatever the others leave out. `until` is the version that is looked
    at, of which no part goes beyond; None: the newest.
    """
    until = history.version if until is None else until
    anywhere = [part for part in parts if not part.paths]
    content = _with(kind, history, forked, until, anywhere)
    # What lies deeper comes later: there more of the parts count.
    for path in sorted({path for part in parts for path in part.paths}, key=lambda path: (len(parts_of(path)), path)):
        here = [part for part in parts if any(_is_at(path, one) for one in part.paths)]
        content = merge(
            kind, content, content, _with(kind, history, forked, until, [*anywhere, *here]), paths=[path]
        ).content
    return content


def others_than(history: History, forked: int, authors: Sequence[UUID]) -> Mask | None:
    """Return which of a branch's own versions are by nobody of these; None, no authors: they are everybody's."""
    if not authors:
        return None
    others = ~_by(history, authors)
    others[: forked + 1] = False
    return others


def _with(kind: DocumentKind, history: History, forked: int, until: int, parts: Iterable[Part]) -> dict[str, Any]:
    """Return what the branch would say with these parts, wherever they lie."""
    kept = nothing_of(history)
    kept[: forked + 1] = True
    for part in parts:
        kept[: part.version + 1] |= _by(history, part.authors)[: part.version + 1]
    last = int(np.flatnonzero(kept)[-1])
    if kept[: last + 1].all():
        return kind.to_json(history.document_at(last))
    return without(kind, history, until, ~kept).content


def _by(history: History, authors: Sequence[UUID]) -> Mask:
    """Return which versions are by one of these authors; no authors: all."""
    if not authors:
        return np.ones(history.version + 1, dtype=bool)
    numbers = [number for number, person_id in enumerate(history.people) if person_id in authors]
    mask: Mask = np.isin(history.actors, numbers)
    return mask


def _is_at(path: str, other: str) -> bool:
    """Say whether a path lies at or below another."""
    at, above = parts_of(path), parts_of(other)
    return at[: len(above)] == above
