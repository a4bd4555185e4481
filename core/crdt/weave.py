"""What a document said at any version, who wrote each unit and who deleted it, without touching the CRDT again.

A weave joins the order of all units (`sequence.py`) with the columns of who brought and deleted them
(`attribution.py`). A text becomes four columns, one row a UTF-16 unit, so a version of it is a mask; the value of a
map's key is the last of those it had that existed then, unless that one was removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.crdt.attribution import NEVER, Attribution, Column, Ranges
from core.crdt.reader import Content, Id
from core.crdt.sequence import Item, LineName, Sequences

Mask = NDArray[np.bool_]
#: What stands for an embedded object in the text of a version.
_OBJECT: Final = 0xFFFC


class Restored(NamedTuple):
    """Units that a revert wrote again, and the ones they repeat: their author is the first one's (P5)."""

    client_id: int
    clock: int
    length: int
    first_client_id: int
    first_clock: int


class Run(NamedTuple):
    """UTF-16 units start..stop of a text at one version, by one author."""

    start: int
    stop: int
    author: int
    #: The first and the last version that wrote something of it.
    first_version: int
    last_version: int


class Span(NamedTuple):
    """A stretch that is the same in two versions, or was inserted or deleted between them, by one author."""

    #: `equal`, `insert` or `delete`.
    change: str
    text: str
    #: Of an insert or delete; None for what is equal.
    author: int | None


@dataclass(frozen=True, slots=True)
class TextWeave:
    """A text with everything that was ever in it: columns of one length, one row a UTF-16 unit, in reading order."""

    units: NDArray[np.uint16]
    #: The version that inserted each unit, and the one that deleted it (NEVER: it is there).
    inserted: Column
    deleted: Column
    #: The version that wrote each unit first: differs from `inserted` for what a revert restored.
    written: Column
    client_ids: Column
    clocks: Column

    def mask_at(self, version: int) -> Mask:
        """Return which units a version shows."""
        mask: Mask = (self.inserted <= version) & (self.deleted > version)
        return mask

    def text_at(self, version: int) -> str:
        """Return the text of a version."""
        return _text(self.units[self.mask_at(version)])

    def blame(self, version: int, authors: Column) -> list[Run]:
        """Return who wrote what a version shows. `authors` holds the author's number of each version, from 0 on."""
        written = self.written[self.mask_at(version)]
        if not len(written):
            return []
        author = authors[written]
        starts = np.append(0, np.flatnonzero(np.diff(author)) + 1)
        stops = np.append(starts[1:], len(author))
        first, last = np.minimum.reduceat(written, starts), np.maximum.reduceat(written, starts)
        columns = [column.tolist() for column in (starts, stops, author[starts], first, last)]
        return [Run(*row) for row in zip(*columns, strict=True)]

    def spans(self, old: int, new: int, authors: Column) -> list[Span]:
        """Return what happened between two versions, exactly: not a guess from the two texts.

        A later first version reads the time backwards: what was inserted shows as deleted, by whom inserted it.
        """
        before, after = self.mask_at(old), self.mask_at(new)
        either = before | after
        change = np.where(before & after, 0, np.where(after, 1, 2))[either]
        brought, taken = (self.inserted, self.deleted) if old <= new else (self.deleted, self.inserted)
        version = np.where(after, brought, taken)[either]
        author = np.where(change == 0, -1, authors[np.minimum(version, len(authors) - 1)])
        units = self.units[either]
        if not len(units):
            return []
        edges = np.flatnonzero((np.diff(change) != 0) | (np.diff(author) != 0)) + 1
        starts = [0, *edges.tolist()]
        names = ("equal", "insert", "delete")
        return [
            Span(names[change[start]], _text(units[start:stop]), None if change[start] == 0 else int(author[start]))
            for start, stop in zip(starts, [*starts[1:], len(units)], strict=True)
        ]


class Value(NamedTuple):
    """What a key of a map held at a version."""

    #: The name of the unit that holds it; of a nested type, its name too.
    id: Id
    is_shared_type: bool
    #: The version that set it, and the one that set it first: they differ for what a revert restored.
    version: int
    written: int


class Weave:
    """Every text and every value of a document, at every version. Immutable."""

    def __init__(self, state: bytes, attribution: Attribution, *, restored: Sequence[Restored] = ()) -> None:
        """`state` as for an Archive. Raises BadMessage when it is not a well-formed update."""
        self.version = attribution.version
        self._sequences = Sequences(state)
        self._inserted = _by_clock(attribution.inserted)
        self._deleted = _by_clock(attribution.deleted, sizes={c: len(v) for c, v in self._inserted.items()})
        self._written = self._inserted
        if restored:
            self._written = {client_id: column.copy() for client_id, column in self._inserted.items()}
            for again in restored:
                self._trace_back(again)
        self._texts: dict[Id | str, TextWeave] = {}

    def text(self, parent: Id | str) -> TextWeave:
        """Return the columns of a text: a root by its name, a nested one by its id. An unknown one is empty."""
        if parent not in self._texts:
            self._texts[parent] = self._weave((parent, None))
        return self._texts[parent]

    def value(self, parent: Id | str, key: str, version: int) -> Value | None:
        """Return what a key of a map held at a version; None: nothing."""
        last: Value | None = None
        for item in self._sequences.lines.get((parent, key), ()):
            for clock in range(item.clock, item.clock + item.length):
                inserted = self._version_in(self._inserted, item.client_id, clock)
                if inserted <= version:
                    is_gone = self._version_in(self._deleted, item.client_id, clock) <= version
                    written = self._version_in(self._written, item.client_id, clock)
                    held = Value((item.client_id, clock), item.content is Content.TYPE, inserted, written)
                    last = None if is_gone else held
        return last

    def deleted_by(self, unit: Id) -> int | None:
        """Return the version that deleted a unit; None: it is there, or was replaced by another value."""
        deleted = self._version_in(self._deleted, *unit)
        return None if deleted == NEVER else deleted

    def keys(self, parent: Id | str, version: int) -> list[str]:
        """Return the keys a map had at a version, in order."""
        return [key for key in self._sequences.keys_of(parent) if self.value(parent, key, version) is not None]

    def _version_in(self, columns: dict[int, Column], client_id: int, clock: int) -> int:
        column = columns.get(client_id)
        return int(column[clock]) if column is not None and clock < len(column) else NEVER

    def _trace_back(self, again: Restored) -> None:
        column, first = self._written.get(again.client_id), self._written.get(again.first_client_id)
        if column is None or first is None:
            return
        length = min(again.length, len(column) - again.clock, len(first) - again.first_clock)
        if length > 0:
            column[again.clock : again.clock + length] = first[again.first_clock : again.first_clock + length]

    def _weave(self, name: LineName) -> TextWeave:
        items = list(_shown(self._sequences.lines.get(name, ())))
        objects = chr(_OBJECT).encode("utf-16-le")
        units = b"".join(item.units if item.units is not None else objects * item.length for item in items)
        return TextWeave(
            units=np.frombuffer(units, dtype="<u2"),
            inserted=_joined([self._column(self._inserted, item) for item in items]),
            deleted=_joined([self._column(self._deleted, item) for item in items]),
            written=_joined([self._column(self._written, item) for item in items]),
            client_ids=_joined([np.full(item.length, item.client_id, dtype=np.int64) for item in items]),
            clocks=_joined([np.arange(item.clock, item.clock + item.length, dtype=np.int64) for item in items]),
        )

    @staticmethod
    def _column(columns: dict[int, Column], item: Item) -> Column:
        """Return the versions of an item's units; NEVER for what the columns do not know."""
        column = columns.get(item.client_id)
        known = np.empty(0, dtype=np.int64) if column is None else column[item.clock : item.clock + item.length]
        if len(known) == item.length:
            return known
        return np.append(known, np.full(item.length - len(known), NEVER, dtype=np.int64))


def _shown(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items a reader sees: formatting marks are none."""
    return (item for item in items if item.content in (Content.STRING, Content.EMBED, Content.TYPE))


def _joined(parts: list[Column]) -> Column:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _text(units: NDArray[np.uint16]) -> str:
    return units.tobytes().decode("utf-16-le", "replace")


def _by_clock(ranges: Ranges, *, sizes: dict[int, int] | None = None) -> dict[int, Column]:
    """Return for each client the first version that names each of its clocks; NEVER where none does."""
    if sizes is None:
        sizes = {}
        ends = ranges.clocks + ranges.lengths
        for client_id in np.unique(ranges.client_ids).tolist():
            sizes[client_id] = int(ends[ranges.client_ids == client_id].max())
    columns = {client_id: np.full(size, NEVER, dtype=np.int64) for client_id, size in sizes.items()}
    for client_id, column in columns.items():
        mine = ranges.client_ids == client_id
        clocks, lengths, versions = ranges.clocks[mine], ranges.lengths[mine], ranges.versions[mine]
        # Unit by unit in one go: row r of the ranges becomes `lengths[r]` clocks.
        firsts = np.repeat(clocks, lengths)
        within = np.arange(len(firsts)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        every = firsts + within
        known = every < len(column)
        np.minimum.at(column, every[known], np.repeat(versions, lengths)[known])
    return columns
