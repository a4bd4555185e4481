"""What every unit was typed after, as a tree: it says which two units can be the neighbours of a new one.

An edit names the two units it was typed between: its origin and its right origin. The CRDT libraries sort edits made at
one place by these names, and everybody gets the same order whatever comes first, as long as the two really were
neighbours for somebody. Where they were not, replaying the log and reading the state show two different texts. Five
edits suffice (letter, id, between): a (1, 0) in the empty text; b (3, 0) after a; c (1, 1) between a and b; d (3, 1)
between the start and c; e (2, 0) after a. In the order a b c e d pycrdt and Yjs show "adceb", and "aedcb" when d comes
before e, as it does when the state of either is read. The mistake is d: it skipped a, which its author must have seen,
because c stands on a.

So: the right origin was typed directly after the origin, or directly after something the origin was typed after, step
by step back to the start; and the origin does not itself stand on the right origin. For whoever saw the two side by
side this holds: what the right origin was typed after lay left of it, so it was the origin or lay further left, and
what the origin was typed after leads there, for texts are sorted such that all that was typed after a unit follows it
without a gap. Deletions do not change it, and it needs no look into the document. Random histories of clients that name
any two units read the same in every order when this holds (tests/unit/crdt/test_origins.py; 1.5 million of a model of
the algorithm besides); without it, several in a hundred do not.

One stock client does break it: when Yjs 13.6 restores something between two neighbours that it has restored before as
one run, it names one unit, or two in the wrong order. Its author then sees the edit elsewhere than everybody else.

A run is a stretch of one client's units that were typed one after the other: one row, whoever wrote inside it later.
The tree is as deep as a document has runs, so every row also holds a jump far up (skew-binary, Myers 1983): a question
takes logarithmic time whatever the document looks like.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right

from core.crdt.reader import Id

#: The row of the start of every sequence.
_START = 0


class Origins:
    """What the units of one document were typed after; on top of another one, what those of an edit would be."""

    def __init__(self, base: Origins | None = None) -> None:
        self._base = base
        #: The number of the first row that is not the base's.
        self._first = 0 if base is None else len(base)
        #: For each client, first clocks of its runs, and their rows.
        self._starts: dict[int, array[int]] = {}
        self._rows: dict[int, array[int]] = {}
        #: For each row: the run in which what this run was typed after lies, and its clock there; how many runs lie
        #: above; one of those, further up.
        start = [] if base is not None else [_START]
        self._parents, self._clocks = array("I", start), array("I", start)
        self._depths, self._jumps = array("I", start), array("I", start)
        #: The right origin under which each client's last unit was let in, of clients that type on.
        self._rights: dict[int, Id | None] = {}

    def __len__(self) -> int:
        return self._first + len(self._parents)

    def add(self, client_id: int, clock: int, origin: Id | None) -> None:
        """Count in that a client typed from this clock on after this origin, which is known.

        What continues its client's last run needs no row.
        """
        if origin == (client_id, clock - 1):
            return
        self._rights.pop(client_id, None)
        parent, _ = self._row_of(origin)
        depth, further = self._depth(parent), self._jump(parent)
        furthest = self._jump(further)
        reaches = depth - self._depth(further) == self._depth(further) - self._depth(furthest)
        starts = self._starts.get(client_id)
        if starts is None:
            starts = self._starts[client_id] = array("I")
            self._rows[client_id] = array("I")
        starts.append(clock)
        self._rows[client_id].append(self._first + len(self._parents))
        self._parents.append(parent)
        self._clocks.append(0 if origin is None else origin[1])
        self._depths.append(depth + 1)
        self._jumps.append(furthest if reaches else parent)

    def type_on(self, client_id: int, clock: int, origin: Id | None, right_origin: Id | None) -> None:
        """Count in a run that was let in between these two."""
        if origin is None or origin[1] + 1 != clock or origin[0] != client_id:
            self.add(client_id, clock, origin)
        if right_origin is not None:
            self._rights[client_id] = right_origin

    def take(self, edit: Origins) -> None:
        """Count in what an edit on top of this brings."""
        for client_id, starts in edit._starts.items():
            self._rights.pop(client_id, None)
            self._starts.setdefault(client_id, array("I")).extend(starts)
            self._rows.setdefault(client_id, array("I")).extend(edit._rows[client_id])
        self._parents.extend(edit._parents)
        self._clocks.extend(edit._clocks)
        self._depths.extend(edit._depths)
        self._jumps.extend(edit._jumps)

    def continues(self, client_id: int, clock: int, origin: Id | None, right_origin: Id) -> bool:
        """Say whether it types on where its client's last unit was let in: then it fits, without a look at the tree."""
        return (
            origin is not None
            and origin[0] == client_id
            and origin[1] == clock - 1
            and self._rights.get(client_id) == right_origin
        )

    def fits_between(self, origin: Id | None, right_origin: Id | None) -> bool:
        """Say whether somebody can have had these two known units side by side (None: the start, and the end)."""
        if right_origin is None:
            return True
        right, right_start = self._row_of(right_origin)
        client_id, clock = right_origin
        if clock > right_start and origin == (client_id, clock - 1):
            return True
        row, _ = self._row_of(origin)
        # What the right one was typed after: the unit before it in its run, or what its run was typed after.
        is_head = clock == right_start
        after, after_clock = self._step(right) if is_head else (right, clock - 1)
        if row == after:
            way_in = 0 if origin is None else origin[1]
        else:
            depth = self._depth(after) + 1
            if self._depth(row) < depth:
                return False
            below = self._climb(row, depth)
            parent, way_in = self._step(below)
            if parent != after or (is_head and below == right):
                return False
        return way_in >= after_clock if is_head else way_in == after_clock

    def _climb(self, row: int, depth: int) -> int:
        """Return the run at this depth on the way up from one that is not above it."""
        while row >= self._first:
            at = row - self._first
            if self._depths[at] == depth:
                return row
            jump = self._jumps[at]
            row = jump if self._depth(jump) >= depth else self._parents[at]
        assert self._base is not None
        return self._base._climb(row, depth)

    def _row_of(self, unit: Id | None) -> tuple[int, int]:
        """Return the row of a unit's run and the run's first clock; what is gone counts as the start."""
        if unit is None:
            return _START, 0
        client_id, clock = unit
        starts = self._starts.get(client_id)
        if starts is not None and clock >= starts[0]:
            index = bisect_right(starts, clock) - 1
            return self._rows[client_id][index], starts[index]
        return self._base._row_of(unit) if self._base is not None else (_START, 0)

    def _step(self, row: int) -> tuple[int, int]:
        """Return what a run was typed after: the row of its run, and its clock there."""
        if row < self._first and self._base is not None:
            return self._base._step(row)
        return self._parents[row - self._first], self._clocks[row - self._first]

    def _depth(self, row: int) -> int:
        if row < self._first and self._base is not None:
            return self._base._depth(row)
        return self._depths[row - self._first]

    def _jump(self, row: int) -> int:
        if row < self._first and self._base is not None:
            return self._base._jump(row)
        return self._jumps[row - self._first]
