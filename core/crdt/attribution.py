"""Which version of a document brought and deleted each unit: the columns that history is answered from.

A version is the number of an update in its document's stream, from 1. Ranges of ids are kept, never text, so the
columns of a quarter of a million keystrokes are a few megabytes in memory and a few bytes a keystroke when stored.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.crdt.updates import Range, read_deletion, read_keystroke, read_update
from core.limits import UPDATE_STRUCTS_MAX

Column = NDArray[np.int64]

#: A version after every other: what nobody has deleted yet.
NEVER: Final = np.iinfo(np.int64).max


class Ranges(NamedTuple):
    """Ranges of ids with the version of each, in the order in which they were stored; columns of one length."""

    client_ids: Column
    clocks: Column
    lengths: Column
    versions: Column


class Attribution:
    """What each version inserted and deleted, added in the order of the log."""

    def __init__(self, *, version: int = 0, inserted: Ranges | None = None, deleted: Ranges | None = None) -> None:
        #: The newest version counted in.
        self.version = version
        self._inserted = _Growing(inserted)
        self._deleted = _Growing(deleted)
        self._ends: dict[int, int] = {}
        if inserted is not None:
            ends = inserted.clocks + inserted.lengths
            for client_id, end in zip(inserted.client_ids.tolist(), ends.tolist(), strict=True):
                self._ends[client_id] = max(end, self._ends.get(client_id, 0))

    def add(self, version: int, update: bytes) -> None:
        """Count the next update of the stream in; no bytes: it was erased and brings nothing. Raises BadMessage."""
        if version <= self.version:
            raise ValueError(f"version {version} is not after {self.version}")
        self.version = version
        inserted, deleted = ranges_of(update) if update else ([], [])
        ends = self._ends
        for client_id, clock, length in inserted:
            # What is known already belongs to whoever brought it first.
            known, end = ends.get(client_id, 0), clock + length
            if end > known:
                first = clock if clock > known else known
                self._inserted.add(client_id, first, end - first, version)
                ends[client_id] = end
        for client_id, clock, length in deleted:
            self._deleted.add(client_id, clock, length, version)

    @property
    def inserted(self) -> Ranges:
        """Every range that was inserted; no two overlap."""
        return self._inserted.columns()

    @property
    def deleted(self) -> Ranges:
        """Every range that was deleted, as each update said it; one unit may be deleted several times."""
        return self._deleted.columns()

    def deleted_by(self, version: int) -> Ranges:
        """Return what one version deleted, whether or not others have deleted it before."""
        return self._deleted.of(version)

    def after(self, version: int) -> tuple[Ranges, Ranges]:
        """Return what the versions after this one inserted, and what they deleted."""
        return self._inserted.after(version), self._deleted.after(version)


def ranges_of(update: bytes) -> tuple[list[Range], list[Range]]:
    """Return what an update inserts and what it deletes. Raises BadMessage."""
    keystroke = read_keystroke(update)
    if keystroke is not None:
        return [keystroke[:3]], []
    deletion = read_deletion(update)
    if deletion is not None:
        return [], [deletion]
    structs, deletes = read_update(update, structs_max=UPDATE_STRUCTS_MAX)
    return [(struct.client_id, struct.clock, struct.length) for struct in structs], deletes


_Columns: TypeAlias = tuple["array[int]", "array[int]", "array[int]", "array[int]"]


class _Growing:
    """Four columns that grow; as arrays when asked for."""

    def __init__(self, known: Ranges | None) -> None:
        self._columns = _four_empty()
        for column, values in zip(self._columns, known or (), strict=known is not None):
            column.frombytes(values.tobytes())
        self._seen: Ranges | None = None

    def add(self, client_id: int, clock: int, length: int, version: int) -> None:
        client_ids, clocks, lengths, versions = self._columns
        client_ids.append(client_id)
        clocks.append(clock)
        lengths.append(length)
        versions.append(version)

    def after(self, version: int) -> Ranges:
        return self._between(bisect_right(self._columns[3], version), None)

    def of(self, version: int) -> Ranges:
        return self._between(bisect_left(self._columns[3], version), bisect_right(self._columns[3], version))

    def _between(self, first: int, stop: int | None) -> Ranges:
        return Ranges(*(np.array(column[first:stop], dtype=np.int64) for column in self._columns))

    def columns(self) -> Ranges:
        if self._seen is None or len(self._seen.versions) != len(self._columns[0]):
            # A copy: an array that lends its memory cannot grow.
            self._seen = Ranges(*(np.array(column, dtype=np.int64) for column in self._columns))
        return self._seen


def _four_empty() -> _Columns:
    return array("q"), array("q"), array("q"), array("q")
