"""Words that were deleted and written again in the same place, as an undo in an editor does: no event says so.

An undo brings deleted units back as new ones just before the deleted ones, whose name the new ones carry as their right
origin. The same words typed again there look alike, and are as good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.crdt.attribution import Column
from core.crdt.reader import Id
from core.crdt.sequence import Item


class Rewritten(NamedTuple):
    """Units that repeat older ones."""

    client_id: int
    clock: int
    length: int
    first_client_id: int
    first_clock: int


class _Run(NamedTuple):
    """What one client wrote in one go before one unit: where it begins among all units of the text."""

    row: int
    clock: int
    length: int


def rewritten(
    items: Sequence[Item], units: NDArray[np.uint16], inserted: Column, deleted: Column
) -> Iterator[Rewritten]:
    """Yield what was written in one go just before deleted units and says what they said.

    `items` are those of one text; the columns have a row for each of their units.
    """
    rows: dict[Id, int] = {}
    lengths: dict[Id, int] = {}
    runs: dict[tuple[int, Id], list[_Run]] = {}
    row = 0
    for item in items:
        rows[item.client_id, item.clock], lengths[item.client_id, item.clock] = row, item.length
        if item.right_origin is not None:
            found = runs.setdefault((item.client_id, item.right_origin), [])
            before = found[-1] if found else None
            if before and before.row + before.length == row and before.clock + before.length == item.clock:
                found[-1] = before._replace(length=before.length + item.length)
            else:
                found.append(_Run(row, item.clock, item.length))
        row += item.length
    for (client_id, right), found in runs.items():
        target = rows.get(right)
        if target is None:
            continue
        for run in found:
            length = min(run.length, _deleted_before(target, right, rows, lengths, deleted, inserted[run.row]))
            if length and np.array_equal(units[run.row : run.row + length], units[target : target + length]):
                yield Rewritten(client_id, run.clock, length, *right)


def _deleted_before(
    target: int, right: Id, rows: dict[Id, int], lengths: dict[Id, int], deleted: Column, version: int
) -> int:
    """Return how many units from `right` on, of one client and side by side, were deleted by then."""
    length, unit = 0, right
    while rows.get(unit) == target + length:
        here = deleted[target + length : target + length + lengths[unit]] <= version
        if not here.all():
            return length + int(here.argmin())
        length += lengths[unit]
        unit = (unit[0], unit[1] + lengths[unit])
    return length
