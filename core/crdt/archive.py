"""Any version of a document, from one full state and the columns that say which version brought and deleted what.

Keeping a state for every version would cost a hundred times the document; replaying the log costs seconds. But the
state of a document that was never garbage-collected holds everything that was ever in it, and what existed at a
version is a prefix of each client's line: so the state is cut there, and gets the deletes of that time. Nothing is
replayed and no snapshot function of the CRDT library is used (it panics on documents of several clients).

What the bytes of a version do not say is what the CRDT decides when it reads them, as it did then: of two values that
two people set at once it keeps one, and what lies in something deleted is deleted too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from core.crdt.attribution import Attribution, Column
from core.crdt.cutting import first_units
from core.crdt.reader import Range, Reader
from core.crdt.updates import encode_id_set, write_varint
from core.errors import BadMessage, Invalid


class _Line(NamedTuple):
    """The structs of one client in the state: first clocks, places of their bytes (one more: the end), end clock."""

    clocks: list[int]
    places: list[int]
    end: int


class _Ends(NamedTuple):
    """How far one client had come: at these versions its line ended at these clocks; both ascend."""

    versions: Column
    clocks: Column


class Archive:
    """One document with everything that was ever in it. Immutable; make a new one when the document has grown."""

    def __init__(self, state: bytes, attribution: Attribution) -> None:
        """`state` is the update of a document kept without garbage collection at `attribution.version`.

        Raises BadMessage when it is not a well-formed update.
        """
        self.version = attribution.version
        self._state = state
        self._lines = _lines_of(state)
        self._ends = _ends_of(attribution)
        self._deleted = attribution.deleted
        #: The newest version, once somebody has asked for it: it is what most are shown beside.
        self._newest: bytes | None = None

    def update_at(self, version: int) -> bytes:
        """Return the document with its first `version` updates, as one update. 0: an empty one. Raises Invalid."""
        if not 0 <= version <= self.version:
            raise Invalid(f"There is no version {version} of this document; the newest is {self.version}.")
        if version < self.version:
            return self._cut_at(version)
        if self._newest is None:
            self._newest = self._cut_at(version)
        return self._newest

    def _cut_at(self, version: int) -> bytes:
        lines = list(self._lines_until(version))
        out = bytearray()
        write_varint(out, len(lines))
        for client_id, line, end in lines:
            # The last struct of which something existed then.
            last = bisect_left(line.clocks, end) - 1
            for number in (last + 1, client_id, line.clocks[0]):
                write_varint(out, number)
            after_last = line.clocks[last + 1] if last + 1 < len(line.clocks) else line.end
            if after_last <= end:
                out += self._state[line.places[0] : line.places[last + 1]]
            else:
                out += self._state[line.places[0] : line.places[last]]
                out += first_units(self._state, line.places[last], end - line.clocks[last])
        return bytes(out) + encode_id_set(self._deleted_until(version))

    def _lines_until(self, version: int) -> Iterator[tuple[int, _Line, int]]:
        """Yield (client id, its line, end clock) of every client that had written, the highest id first."""
        for client_id in sorted(self._ends, reverse=True):
            ends = self._ends[client_id]
            known = int(np.searchsorted(ends.versions, version, side="right"))
            line = self._lines.get(client_id)
            if known and line is not None:
                yield client_id, line, min(int(ends.clocks[known - 1]), line.end)

    def _deleted_until(self, version: int) -> list[Range]:
        """Return the ranges that were deleted by then; ranges that touch are joined."""
        known = int(np.searchsorted(self._deleted.versions, version, side="right"))
        client_ids, clocks = self._deleted.client_ids[:known], self._deleted.clocks[:known]
        if not known:
            return []
        order = np.lexsort((clocks, client_ids))
        client_ids, starts = client_ids[order], clocks[order]
        stops = starts + self._deleted.lengths[:known][order]
        reach = _reach_within(client_ids, stops)
        first = np.ones(known, dtype=bool)
        first[1:] = (client_ids[1:] != client_ids[:-1]) | (starts[1:] > reach[:-1])
        firsts = np.flatnonzero(first)
        lasts = np.append(firsts[1:], known) - 1
        lengths = reach[lasts] - starts[firsts]
        return list(zip(client_ids[firsts].tolist(), starts[firsts].tolist(), lengths.tolist(), strict=True))


def _reach_within(client_ids: Column, stops: Column) -> Column:
    """Return for each range how far those of its client before it reach, itself included."""
    # Each client's clocks are lifted over all of the one before, so that one running maximum serves them all.
    lift = np.cumsum(np.append(0, client_ids[1:] != client_ids[:-1])) * (int(stops.max()) + 1)
    reach: Column = np.maximum.accumulate(stops + lift) - lift
    return reach


def _ends_of(attribution: Attribution) -> dict[int, _Ends]:
    inserted = attribution.inserted
    # Stable: the versions of one client stay in order.
    order = np.argsort(inserted.client_ids, kind="stable")
    client_ids, versions = inserted.client_ids[order], inserted.versions[order]
    ends = (inserted.clocks + inserted.lengths)[order]
    found: dict[int, _Ends] = {}
    for client_id, first in zip(*np.unique(client_ids, return_index=True), strict=True):
        stop = int(np.searchsorted(client_ids, client_id, side="right"))
        found[int(client_id)] = _Ends(versions[first:stop], ends[first:stop])
    return found


def _lines_of(state: bytes) -> dict[int, _Line]:
    """Return where the bytes of every struct lie. Raises BadMessage."""
    reader = Reader(state)
    lines: dict[int, _Line] = {}
    try:
        for _ in range(reader.count(bytes_each=3)):
            count, client_id, clock = reader.varint(), reader.client_id(), reader.clock()
            clocks, places = [], []
            for _ in range(count):
                clocks.append(clock)
                places.append(reader.at)
                struct = reader.struct(client_id, clock)
                clock += reader.clock() if struct is None else struct.length
            lines[client_id] = _Line(clocks, [*places, reader.at], clock)
    except (IndexError, UnicodeDecodeError):
        raise BadMessage("the archived state ends early or holds bytes that are no text") from None
    return lines
