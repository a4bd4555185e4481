"""Turning a shared text from one set of its units into another by exactly the units that differ.

Comparing two strings guesses what happened between them, and a book's worth takes long; the weave knows. What both sets
show is not touched, so cursors, comments and authors stay where they are.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pycrdt import Text

from core.crdt.attribution import Column
from core.crdt.weave import Mask, text_of_units
from core.limits import REWRITE_EDITS_MAX


class Piece(NamedTuple):
    """Units that were written: which ones, by their places among all units, and the clock of the first new one."""

    places: Column
    clock: int


def rewrite_units(
    text: Text, units: NDArray[np.uint16], before: Mask, after: Mask, *, clock: int
) -> tuple[list[Piece], int] | None:
    """Turn a shared text that shows the units of `before` into one that shows those of `after`, in their order.

    `clock` is how many units the editing client has inserted; returns what was written and that number afterwards.
    None: nothing was done, because the text does not hold just the units of `before`. It must be plain.
    """
    if str(text) != text_of_units(units[before]):
        return None
    offsets = _utf8_offsets(units[before])
    seen = np.append(0, np.cumsum(before))
    pieces: list[Piece] = []
    for start, stop in reversed(gaps_between(before, after)):
        first, last = int(offsets[seen[start]]), int(offsets[seen[stop]])
        if last > first:
            del text[first:last]
        places = start + np.flatnonzero(after[start:stop])
        if len(places):
            text.insert(first, text_of_units(units[places]))
            pieces.append(Piece(places, clock))
            clock += len(places)
    return pieces, clock


def gaps_between(before: Mask, after: Mask) -> list[tuple[int, int]]:
    """Return stretches of units, from and to, between two that both show; what only neither shows is in none.

    There are few of them: where there were too many, the closest are joined, and what stays between is written again.
    A stretch begins behind a unit that stays, so that what is written goes there.
    """
    either = np.flatnonzero(before | after)
    stays = before[either] & after[either]
    borders = np.flatnonzero(np.concatenate(([True], stays, [True]))) - 1
    wide = np.flatnonzero(np.diff(borders) > 1)
    # The unit that stays before each of them; the first stretch may have none.
    lasts = np.where(borders[wide] >= 0, either[borders[wide]], -1) if len(either) else np.empty(0, dtype=np.int64)
    stops = either[borders[wide + 1] - 1] + 1
    return _joined(list(zip((lasts + 1).tolist(), stops.tolist(), strict=True)))


def _joined(gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the closest gaps when there are too many: what stays between them is written again."""
    if len(gaps) <= REWRITE_EDITS_MAX:
        return gaps
    distances = sorted(second[0] - first[1] for first, second in pairwise(gaps))
    least = distances[len(gaps) - REWRITE_EDITS_MAX - 1]
    joined = gaps[:1]
    for start, stop in gaps[1:]:
        if start - joined[-1][1] <= least:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return joined


def _utf8_offsets(units: NDArray[np.uint16]) -> Column:
    """Return for each UTF-16 unit, and for the end, how many UTF-8 bytes lie before it."""
    # The first half of a pair counts for all four bytes of its character, the second for none.
    is_first, is_second = (units & 0xFC00) == 0xD800, (units & 0xFC00) == 0xDC00
    sizes = 1 + (units >= 0x80) + (units >= 0x800) + is_first - 3 * is_second.astype(np.int64)
    return np.append(0, np.cumsum(sizes, dtype=np.int64))
