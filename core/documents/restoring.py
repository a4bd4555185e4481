"""Which words and values of a reverted document repeat older ones, so that they keep their first author (P5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from core.crdt.weave import Mask, Restored, TextWeave, Weave
from core.documents.authors import find, text_at
from core.documents.difference import Change, parts_of
from core.documents.kind import DocumentKind


def restored(
    kind: DocumentKind,
    weave: Weave,
    changes: Iterable[Change],
    *,
    first: int,
    again: int,
    base: int | None = None,
) -> list[Restored]:
    """Return what version `again` wrote that version `first` had said before.

    `changes` are those that led from version `base`, from which it was made, to `again` (None: the one before it); what
    others wrote between the two does not count. What is not the same in both was not restored and is left out.
    """
    base = again - 1 if base is None else base
    paths = dict.fromkeys(path for change in changes for path in _paths_of(change))
    return [found for path in paths for found in _at(kind, weave, path, first, again, base)]


def _at(
    kind: DocumentKind, weave: Weave, path: tuple[str, ...], first: int, again: int, base: int
) -> Iterator[Restored]:
    old_text, new_text = text_at(kind, weave, path, first), text_at(kind, weave, path, again)
    if old_text is not None and new_text is not None:
        shown = weave.mask_after(new_text[1], base, again)
        yield from _units(old_text[1], new_text[1], old_text[1].mask_at(first), shown, again)
        return
    old, new = find(kind, weave, path, first), find(kind, weave, path, again)
    if old is None or new is None or old.key is None or new.key is None:
        return
    before, after = weave.value(old.parent, old.key, first), weave.value(new.parent, new.key, again)
    if before is not None and after is not None and after.version == again:
        yield Restored(*after.id, 1, *before.id)


def _units(old: TextWeave, new: TextWeave, before: Mask, after: Mask, again: int) -> Iterator[Restored]:
    """Yield the units that `again` wrote, with those in the same places of the same text before."""
    if not np.array_equal(old.units[before], new.units[after]):
        return
    columns = [new.client_ids[after], new.clocks[after], old.client_ids[before], old.clocks[before]]
    # Only what that version wrote: letters that happened to stand there already are their own author's.
    wrote = new.inserted[after] == again
    clients, clocks, first_clients, first_clocks = (column[wrote] for column in columns)
    if not len(clients):
        return
    together = (
        (np.diff(clients) == 0) & (np.diff(first_clients) == 0) & (np.diff(clocks) == 1) & (np.diff(first_clocks) == 1)
    )
    starts = [0, *(np.flatnonzero(~together) + 1).tolist()]
    for start, stop in zip(starts, [*starts[1:], len(clients)], strict=True):
        yield Restored(
            int(clients[start]), int(clocks[start]), stop - start, int(first_clients[start]), int(first_clocks[start])
        )


def _paths_of(change: Change) -> Iterator[tuple[str, ...]]:
    """Yield the path of a change, and those of everything in an entry or list that came with it."""
    yield from _inside(parts_of(change.path), change.new)


def _inside(path: tuple[str, ...], value: Mapping[str, Any] | Sequence[Any] | Any) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _inside((*path, key), part)
    elif isinstance(value, list):
        for label in value:
            yield (*path, str(label))
