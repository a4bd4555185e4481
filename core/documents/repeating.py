"""Units that repeat older ones: which of a text says what which of another one said.

Undoing the removal of a section or entity in an editor brings it back under the same key, as another shared type with
other texts in it. No event says so; that the new text says at its birth what the old one said at its end does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from core.crdt.attribution import NEVER, Column
from core.crdt.reader import Id
from core.crdt.weave import Mask, Restored, TextWeave, Weave
from core.documents.authors import roots_of, text_at
from core.documents.kind import DocumentKind


def written_again(kind: DocumentKind, weave: Weave, path: Sequence[str]) -> Iterator[Restored]:
    """Yield what undos in an editor brought back of the texts that were ever at a path, whole or in parts."""
    texts = _texts_ever(kind, weave, path)
    for text in texts:
        yield from weave.rewritten(text)
    for old, new in pairwise(texts):
        same = _same(weave, old, new)
        if same is not None:
            was, now = weave.text(old), weave.text(new)
            yield from joined(now.client_ids[same[1]], now.clocks[same[1]], was, np.flatnonzero(same[0]))


def credited_text(kind: DocumentKind, weave: Weave, path: Sequence[str], version: int) -> TextWeave | None:
    """Return the text at a path; what came back with a removed entry was `written` by whom it was before (P5).

    None: no text is there.
    """
    shown = text_at(kind, weave, path, version)
    if shown is None:
        return None
    texts = _texts_ever(kind, weave, path)
    found = weave.text(texts[0])
    for old, new in pairwise(texts[: texts.index(shown[0]) + 1]):
        same, before, found = _same(weave, old, new), found, weave.text(new)
        if same is not None:
            written = found.written.copy()
            written[same[1]] = before.written[same[0]]
            found = replace(found, written=written)
    return found


def joined(clients: Column, clocks: Column, woven: TextWeave, first: Column) -> Iterator[Restored]:
    """Yield these units with those at places of a text that they repeat, one row for what follows each other."""
    if not len(clients):
        return
    first_clients, first_clocks = woven.client_ids[first], woven.clocks[first]
    together = (
        (np.diff(clients) == 0) & (np.diff(first_clients) == 0) & (np.diff(clocks) == 1) & (np.diff(first_clocks) == 1)
    )
    starts = np.append(0, np.flatnonzero(~together) + 1)
    lengths = np.diff(np.append(starts, len(clients)))
    columns = (clients[starts], clocks[starts], lengths, first_clients[starts], first_clocks[starts])
    for row in zip(*(column.tolist() for column in columns), strict=True):
        yield Restored(*row)


def _texts_ever(kind: DocumentKind, weave: Weave, path: Sequence[str]) -> list[Id | str]:
    """Return the name of every sequence that was ever at a path, in the order in which one took the other's place."""
    found: list[Id | str] = []
    for name, root in roots_of(kind):
        if tuple(path[: len(root.path)]) == root.path:
            here: list[Id | str] = [name]
            for key in path[len(root.path) :]:
                here = [
                    value.id
                    for parent in here
                    for value in weave.values(parent, key, weave.version)
                    if value.is_shared_type
                ]
            found += here
    return found


def _same(weave: Weave, old: Id | str, new: Id | str) -> tuple[Mask, Mask] | None:
    """Return the units with which a text ended and those with which another began, when they say the same."""
    if isinstance(old, str) or isinstance(new, str) or weave.deleted_at(old) == NEVER:
        return None
    was, now = weave.text(old), weave.text(new)
    last, first = was.mask_at(weave.deleted_at(old) - 1), now.inserted == weave.inserted_by(new)
    return (last, first) if np.array_equal(was.units[last], now.units[first]) else None
