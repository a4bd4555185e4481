"""Where words are now that somebody marked once: by the units they were made of, whatever was written around them.

A range of a text is held by its first and its last unit as they were at one version. At a later version it spans from
the first to the last of its units that are still shown. A unit that was deleted and written again, by a revert or a
merge that says so (`Restored`) or by an undo in an editor (the same words just before the deleted ones), counts as
shown where it stands now. When none is left, the range is nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.crdt.reader import Id
from core.crdt.weave import Mask, Restored, TextWeave
from core.errors import Invalid

#: UTF-16 units from LOW_FIRST to LOW_LAST are second halves of characters.
_LOW_FIRST, _LOW_LAST = 0xDC00, 0xDFFF


class RelativePosition(NamedTuple):
    """A place between two units as Yjs writes it: beside a unit, or at an end of a sequence."""

    item: Id | None
    #: The sequence: the name of a root, the id of a nested type; None: not said.
    parent: Id | str | None
    #: 0 or more: just before the item, or at the end of the sequence; less: just after it, or at the start.
    assoc: int


class Range(NamedTuple):
    """Units of a text that are shown at one version: UTF-16 offsets, and the first and the last of them by name."""

    start: int
    stop: int
    first: Id
    last: Id
    text: str


def range_of_offsets(text: TextWeave, version: int, start: int, stop: int) -> Range:
    """Return the units between two UTF-16 offsets. Raises Invalid outside of the text, inside a character, or empty."""
    rows = np.flatnonzero(text.mask_at(version))
    if not 0 <= start <= stop <= len(rows):
        raise Invalid(f"The text has {len(rows)} UTF-16 units there; {start} to {stop} is outside of it.")
    if start == stop:
        raise Invalid("Mark at least one character, or leave start and stop out to comment on the whole field.")
    for offset in (start, stop):
        if offset < len(rows) and _LOW_FIRST <= text.units[rows[offset]] <= _LOW_LAST and offset > 0:
            raise Invalid(f"Offset {offset} is between the two halves of one character.")
    return _range(text, rows, start, stop)


def range_of_positions(
    text: TextWeave, parent: Id | str, version: int, first: RelativePosition, last: RelativePosition
) -> Range:
    """Return the units shown between two relative positions. Raises Invalid for places that are not in this text."""
    begin, end = _row(text, parent, first), _row(text, parent, last)
    rows = np.flatnonzero(text.mask_at(version))
    start, stop = (int(np.searchsorted(rows, row)) for row in (begin, end))
    if start >= stop:
        raise Invalid("No words stand between these two places now; mark them again.")
    return range_of_offsets(text, version, start, stop)


def range_now(
    then: TextWeave,
    then_version: int,
    units: Sequence[Sequence[int]],
    now: TextWeave,
    now_version: int,
    restored: Callable[[], Sequence[Restored]],
) -> Range | None:
    """Return where the words are at `now_version` that stood from the first to the last unit; None: nowhere.

    `restored` is asked only when some of them are gone.
    """
    first, last = (_row_of(then, (unit[0], unit[1])) for unit in units)
    if first is None or last is None:
        return None
    shown = then.mask_at(then_version)
    shown[:first] = False
    shown[last + 1 :] = False
    marked = _Units(then, shown)
    mask = now.mask_at(now_version)
    if marked.in_text(now)[mask].sum() < shown.sum():
        marked.follow(restored())
    there = np.flatnonzero(marked.in_text(now)[mask])
    if not len(there):
        return None
    rows = np.flatnonzero(mask)
    return _range(now, rows, int(there[0]), int(there[-1]) + 1)


class _Units:
    """A set of units, as flags by clock for each client."""

    def __init__(self, text: TextWeave, mask: Mask) -> None:
        self._flags: dict[int, NDArray[np.bool_]] = {}
        clients, clocks = text.client_ids[mask], text.clocks[mask]
        for client_id in np.unique(clients).tolist():
            mine = clocks[clients == client_id]
            self._flags[client_id] = np.zeros(int(mine.max()) + 1, dtype=np.bool_)
            self._flags[client_id][mine] = True

    def in_text(self, text: TextWeave) -> Mask:
        """Return which rows of a text are in the set."""
        found: Mask = np.zeros(len(text.units), dtype=np.bool_)
        for client_id, flags in self._flags.items():
            rows = np.flatnonzero((text.client_ids == client_id) & (text.clocks < len(flags)))
            found[rows] = flags[text.clocks[rows]]
        return found

    def follow(self, restored: Sequence[Restored]) -> None:
        """Take in what repeats units of the set, and what repeats those."""
        while sum(self._take(again) for again in restored):
            continue

    def _take(self, again: Restored) -> bool:
        """Return whether the set has grown."""
        first = self._flags.get(again.first_client_id)
        if first is None:
            return False
        repeated = first[again.first_clock : again.first_clock + again.length]
        if not repeated.any():
            return False
        stop = again.clock + len(repeated)
        flags = self._flags.get(again.client_id, np.zeros(0, dtype=np.bool_))
        if len(flags) < stop:
            flags = np.append(flags, np.zeros(stop - len(flags), dtype=np.bool_))
        has_grown = bool((repeated & ~flags[again.clock : stop]).any())
        flags[again.clock : stop] |= repeated
        self._flags[again.client_id] = flags
        return has_grown


def _range(text: TextWeave, rows: NDArray[np.intp], start: int, stop: int) -> Range:
    first, last = ((int(text.client_ids[row]), int(text.clocks[row])) for row in (rows[start], rows[stop - 1]))
    words = text.units[rows[start:stop]].tobytes().decode("utf-16-le", "replace")
    return Range(start, stop, first, last, words)


def _row(text: TextWeave, parent: Id | str, position: RelativePosition) -> int:
    """Return the row before which a relative position lies."""
    if position.parent not in (None, parent) or (position.parent is None and position.item is None):
        raise Invalid("This place is in another text than the one at the path.")
    if position.item is None:
        return len(text.units) if position.assoc >= 0 else 0
    row = _row_of(text, position.item)
    if row is None:
        raise Invalid("These words are not in the text at the path, or not saved yet: save them, or mark them again.")
    return row if position.assoc >= 0 else row + 1


def _row_of(text: TextWeave, unit: Id) -> int | None:
    found = np.flatnonzero((text.client_ids == unit[0]) & (text.clocks == unit[1]))
    return int(found[0]) if len(found) else None
