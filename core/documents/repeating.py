"""Units that repeat older ones: which of a text says what which of another one said.

Undoing the removal of a section or entity in an editor brings it back under the same key, as another shared type with
other texts in it. No event says so; that the new text says at its birth what the old one said at its end does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from core.crdt.attribution import NEVER, Column
from core.crdt.reader import Id
from core.crdt.weave import Restored, TextWeave, Weave
from core.documents.authors import roots_of
from core.documents.kind import DocumentKind


def written_again(kind: DocumentKind, weave: Weave, path: Sequence[str]) -> Iterator[Restored]:
    """Yield what undos in an editor brought back of the texts that were ever at a path, whole or in parts."""
    texts = _texts_ever(kind, weave, path)
    for text in texts:
        yield from weave.rewritten(text)
    for old, new in pairwise(texts):
        yield from _born_of(weave, old, new)


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


def _born_of(weave: Weave, old: Id | str, new: Id | str) -> Iterator[Restored]:
    """Yield the units with which a text began, when they say what another one said when it was removed."""
    if isinstance(old, str) or isinstance(new, str) or weave.deleted_at(old) == NEVER:
        return
    was, now = weave.text(old), weave.text(new)
    last, first = was.mask_at(weave.deleted_at(old) - 1), now.inserted == weave.inserted_by(new)
    if np.array_equal(was.units[last], now.units[first]):
        yield from joined(now.client_ids[first], now.clocks[first], was, np.flatnonzero(last))
