"""Who wrote on a branch what a merge brought: the merge made new units, and its own author wrote none of the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from core.crdt.attribution import Column
from core.crdt.undoing import Undoing
from core.crdt.weave import Mask, TextWeave, Value, Weave, text_of_units
from core.crdt.words import places_of, unit_offsets
from core.documents.authors import roots_of
from core.documents.difference import Change, parts_of
from core.documents.editing import is_same
from core.documents.kind import DocumentKind
from core.documents.schema import LongText
from core.documents.undoing import path_of


class Credit(NamedTuple):
    """Units that a merge wrote into the document, and the version of the branch that wrote them first."""

    client_id: int
    clock: int
    length: int
    #: As the branch's weave has it: of what an earlier merge brought to the branch, the number of a credit.
    branch_version: int


def credits(
    kind: DocumentKind,
    weave: Weave,
    base: int,
    again: int,
    changes: Iterable[Change],
    branch_weave: Weave,
    branch_version: int,
    left_out: Mask | None = None,
) -> list[Credit]:
    """Return for what version `again` of the document wrote, a merge, which version of the branch wrote it first.

    `base` is the version the merge was made from: what others wrote since is not looked at. `changes` are what the
    merge changed, `left_out` the versions of the branch that were not merged (None: all were). Words are those of the
    branch where both texts agree; a value is the branch's when the branch says the same. What neither explains gets no
    credit.
    """
    paths = {parts_of(change.path) for change in changes}
    here, there = _read(kind, weave, again, None), _read(kind, branch_weave, branch_version, left_out)
    found: list[Credit] = []
    for place, value in here.values.items():
        theirs = there.values.get(place)
        if (
            value.version == again
            and theirs is not None
            and _agree(value, theirs)
            and _is_at(path_of(kind, place), paths)
        ):
            found += [Credit(*value.id, 1, theirs.written)]
    for place, (parent, _) in here.texts.items():
        woven = weave.text(parent)
        shown = weave.mask_after(woven, base, again)
        if place not in there.texts or not (woven.inserted[shown] == again).any():
            continue
        if _is_at(path_of(kind, place), paths):
            branch_parent, branch_shown = there.texts[place]
            found += _words(woven, shown, again, branch_weave.text(branch_parent), branch_shown)
    return found


def _read(kind: DocumentKind, weave: Weave, version: int, left_out: Mask | None) -> Undoing:
    """Return a reading of all of a version, without what is left out."""
    read = Undoing(weave, version, np.zeros(weave.version + 1, dtype=bool) if left_out is None else left_out)
    for name, root in roots_of(kind):
        if isinstance(root.field, LongText):
            read.text(name, (name,))
        else:
            read.map(name, (name,))
    return read


def _is_at(path: tuple[str, ...], changed: set[tuple[str, ...]]) -> bool:
    """Say whether a path is, or lies below, one that changed."""
    return any(path[:length] in changed for length in range(len(path) + 1))


def _agree(value: Value, theirs: Value) -> bool:
    if value.is_shared_type or theirs.is_shared_type:
        return value.shared_type is theirs.shared_type
    return is_same(value.plain, theirs.plain)


def _words(woven: TextWeave, shown: Mask, again: int, branch: TextWeave, branch_shown: Mask) -> Iterator[Credit]:
    """Yield the units that `again` wrote and the branch shows in the same place, by who wrote them there."""
    old, new = text_of_units(branch.units[branch_shown]), text_of_units(woven.units[shown])
    if unit_offsets(old)[-1] != branch_shown.sum() or unit_offsets(new)[-1] != shown.sum():
        # Half characters: what they decode to has other lengths.
        return
    brought = woven.inserted[shown] == again
    places = places_of(old, new, brought)
    mine = brought & (places >= 0)
    written = branch.written[branch_shown][places[mine]]
    yield from _joined(woven.client_ids[shown][mine], woven.clocks[shown][mine], written)


def _joined(clients: Column, clocks: Column, written: Column) -> Iterator[Credit]:
    """Yield one row for units that follow each other and were written by one version."""
    if not len(clients):
        return
    together = (np.diff(clients) == 0) & (np.diff(clocks) == 1) & (np.diff(written) == 0)
    starts = [0, *(np.flatnonzero(~together) + 1).tolist()]
    for start, stop in zip(starts, [*starts[1:], len(clients)], strict=True):
        yield Credit(int(clients[start]), int(clocks[start]), stop - start, int(written[start]))
