"""What is deleted in a document, such that asking for many ranges of it stays cheap (SPEC.md R8)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from core.crdt.updates import Range


class Deleted:
    """A set of deleted ids. It only grows while a document does: what an old one holds is still deleted."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        """Take ranges in any order; those that touch or overlap become one."""
        #: For each client id, where its ranges start, in order, and where each ends.
        self._starts: dict[int, list[int]] = {}
        self._ends: dict[int, list[int]] = {}
        for client_id, clock, length in sorted(ranges):
            starts = self._starts.setdefault(client_id, [])
            ends = self._ends.setdefault(client_id, [])
            if ends and clock <= ends[-1]:
                ends[-1] = max(ends[-1], clock + length)
            else:
                starts.append(clock)
                ends.append(clock + length)

    def holds(self, ranges: Iterable[Range]) -> bool:
        """Say whether all of these are deleted; a binary search for each."""
        for client_id, clock, length in ranges:
            index = bisect_right(self._starts.get(client_id, ()), clock) - 1
            if index < 0 or clock + length > self._ends[client_id][index]:
                return False
        return True
