"""What a document said at any version, who wrote each unit and who deleted it, without touching the CRDT again.

A weave joins the order of all units (`sequence.py`) with the columns of who brought and deleted them
(`attribution.py`). A text becomes four columns, one row a UTF-16 unit, so a version of it is a mask; the value of a
map's key is the last of those it had that existed then, unless that one was removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.crdt.attribution import NEVER, Attribution, Column, Ranges
from core.crdt.bringing import Bringing
from core.crdt.crediting import CREDITED_FROM, Authors, Credited
from core.crdt.gathering import Owners, gathered, owners_of
from core.crdt.reader import Content, Id, SharedType
from core.crdt.rewriting import rewritten
from core.crdt.sequence import Item, LineName, Sequences

Mask = NDArray[np.bool_]
_NOTHING: Final[Column] = np.empty(0, dtype=np.int64)
#: What stands for an embedded object in the text of a version.
_OBJECT: Final = 0xFFFC
_LINE_END: Final = ord("\n")


class Restored(NamedTuple):
    """Units that a revert, or an undo, wrote again, and the ones they repeat: their author is the first one's (P5)."""

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


@dataclass(frozen=True)
class TextWeave:
    """A text with everything that was ever in it: columns of one length, one row a UTF-16 unit, in reading order."""

    units: NDArray[np.uint16]
    #: The version that inserted each unit, and the one that deleted it (NEVER: it is there).
    inserted: Column
    deleted: Column
    #: The version that wrote each unit first: differs from `inserted` for what a revert restored. From CREDITED_FROM on
    #: it is no version but the number of a credit: somebody wrote it on a branch.
    written: Column
    owners: Owners
    clocks: Column
    #: Whether something that no reader sees stands between them: a formatting mark, or what came without its text.
    has_hidden: bool

    @cached_property
    def client_ids(self) -> Column:
        """Who typed each unit: with its clock, its name."""
        return self.owners.client_ids()

    def mask_at(self, version: int) -> Mask:
        """Return which units a version shows."""
        mask: Mask = (self.inserted <= version) & (self.deleted > version)
        return mask

    def text_at(self, version: int) -> str:
        """Return the text of a version."""
        return text_of_units(self.units[self.mask_at(version)])

    def blame(self, version: int, authors: Authors) -> list[Run]:
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

    def words_changed(self, old: int, new: int, by: Mask) -> tuple[int, int] | None:
        """Return how many words some versions (True in `by`) inserted and deleted from one version to a later one.

        Letters that follow each other are one word, whoever typed what stays between them. None: they did nothing.
        """
        before, after = self.mask_at(old), self.mask_at(new)
        rows = np.flatnonzero(before ^ after)
        is_new = after[rows]
        version = np.where(is_new, self.inserted[rows], self.deleted[rows])
        mine = (version < len(by)) & by[np.minimum(version, len(by) - 1)]
        rows, is_new = rows[mine], is_new[mine]
        if not len(rows):
            return None
        units = self.units[rows]
        inserted, deleted = (
            len(text_of_units(np.where(is_new == wanted, units, np.uint16(_LINE_END))).split())
            for wanted in (True, False)
        )
        return inserted, deleted

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
            Span(
                names[change[start]],
                text_of_units(units[start:stop]),
                None if change[start] == 0 else int(author[start]),
            )
            for start, stop in zip(starts, [*starts[1:], len(units)], strict=True)
        ]


class Value(NamedTuple):
    """What a key of a map held at a version."""

    #: The name of the unit that holds it; of a nested type, its name too.
    id: Id
    is_shared_type: bool
    #: The version that set it, and the one that set it first: they differ for what a revert restored, or a merge
    #: brought (then it is the number of a credit, from CREDITED_FROM on).
    version: int
    written: int
    #: Of a nested type, which one.
    shared_type: SharedType | None = None
    #: Otherwise what it says.
    plain: Any = None


class Weave:
    """Every text and every value of a document, at every version. `extend` it with what the log has since."""

    def __init__(
        self,
        state: bytes,
        attribution: Attribution,
        *,
        restored: Sequence[Restored] = (),
        credited: Sequence[Credited] = (),
    ) -> None:
        """`state` as for an Archive. Raises BadMessage when it is not a well-formed update."""
        self.version = attribution.version
        self._sequences = Sequences(state)
        self._attribution = attribution
        self._inserted: dict[int, Column] = {}
        self._deleted: dict[int, Column] = {}
        self._texts: dict[Id | str, TextWeave] = {}
        self._rewritten: dict[Id | str, list[Restored]] = {}
        self._restored = tuple(restored)
        self._credited = tuple(credited)
        #: Whether all that repeats, and all that is repeated, is here.
        self._is_traced = False
        #: What undo brought back, the oldest first.
        self.brought_back: list[Restored] = []
        self._count(attribution.inserted, attribution.deleted)

    def extend(self, updates: Iterable[bytes]) -> bool:
        """Take in the updates that the attribution has counted in since. No bytes: it was erased. Raises BadMessage.

        False: one stands on something that is not here. Then throw the weave away and make it anew.
        """
        if not all(self._sequences.extend(update) for update in updates if update):
            return False
        inserted, deleted = self._attribution.after(self.version)
        self.version = self._attribution.version
        for client_id, clock, length, _ in zip(*(column.tolist() for column in deleted), strict=True):
            self._sequences.note_deleted(client_id, clock, length)
        for parent in self._sequences.touched:
            self._texts.pop(parent, None)
            self._rewritten.pop(parent, None)
        # Something may have come back, or have gone before something did: who wrote it is found out anew.
        self._is_traced &= all(name[0] not in self._sequences.touched for name in self._sequences.replaced)
        self._sequences.touched.clear()
        self._count(inserted, deleted)
        return True

    def trace(self, restored: Sequence[Restored]) -> None:
        """Learn of all units that repeat older ones: new ones after the known ones."""
        known, self._restored = self._restored, tuple(restored)
        if not self._is_traced or self.brought_back or self._restored[: len(known)] != known:
            self._learn()
            return
        self._forget_texts()
        self._part()
        self._trace_all(self._restored[len(known) :])

    def credit(self, credited: Sequence[Credited]) -> None:
        """Learn of all units that were written on branches before merges brought them."""
        self._credited = tuple(credited)
        self._learn()

    def text(self, parent: Id | str) -> TextWeave:
        """Return the columns of a text: a root by its name, a nested one by its id. An unknown one is empty."""
        if parent not in self._texts:
            self._texts[parent] = self._weave((parent, None))
        return self._texts[parent]

    def rewritten(self, parent: Id | str) -> list[Restored]:
        """Return units of a text that say just before deleted ones what those said: an undo in an editor does that."""
        if parent not in self._rewritten:
            text = self.text(parent)
            found = rewritten(self._items_of((parent, None)), text.units, text.inserted, text.deleted)
            self._rewritten[parent] = [Restored(*row) for row in found]
        return self._rewritten[parent]

    def value(self, parent: Id | str, key: str, version: int) -> Value | None:
        """Return what a key of a map held at a version; None: nothing."""
        values = self.values(parent, key, version)
        return values[-1] if values and self.deleted_at(values[-1].id) > version else None

    def values(self, parent: Id | str, key: str, version: int) -> list[Value]:
        """Return everything a key of a map had ever held at a version; the last one counts, unless it was removed."""
        found: list[Value] = []
        for item in self._sequences.lines.get((parent, key), ()):
            for number in range(item.length):
                unit = (item.client_id, item.clock + number)
                inserted = self._version_in(self._inserted, *unit)
                if inserted <= version:
                    written = self._version_in(self._written, *unit)
                    plain = item.values[number] if item.values is not None else None
                    is_shared_type = item.content is Content.TYPE
                    found.append(Value(unit, is_shared_type, inserted, written, item.shared_type, plain))
        return found

    def inserted_by(self, unit: Id) -> int:
        """Return the version that brought a unit; NEVER: it is not here."""
        return self._version_in(self._inserted, *unit)

    def deleted_at(self, unit: Id) -> int:
        """Return the version that deleted a unit first; NEVER: none did."""
        return self._version_in(self._deleted, *unit)

    def deleted_by(self, unit: Id) -> int | None:
        """Return the version that deleted a unit; None: it is there, or was replaced by another value."""
        deleted = self._version_in(self._deleted, *unit)
        return None if deleted == NEVER else deleted

    def mask_after(self, text: TextWeave, base: int, edit: int) -> Mask:
        """Return which units of a text version `edit` showed to whoever made it from version `base`.

        What others wrote and deleted between the two is left out.
        """
        taken = np.zeros(len(text.clocks), dtype=bool)
        ranges = self._attribution.deleted_by(edit)
        for client_id in np.unique(ranges.client_ids).tolist():
            mine, owned = ranges.client_ids == client_id, text.client_ids == client_id
            steps = np.zeros(len(self._inserted.get(client_id, _NOTHING)) + 1, dtype=np.int64)
            stops = np.minimum(ranges.clocks[mine] + ranges.lengths[mine], len(steps) - 1)
            np.add.at(steps, np.minimum(ranges.clocks[mine], stops), 1)
            np.subtract.at(steps, stops, 1)
            taken[owned] = np.cumsum(steps)[text.clocks[owned]] > 0
        mask: Mask = ((text.inserted <= base) | (text.inserted == edit)) & (text.deleted > base) & ~taken
        return mask

    def keys(self, parent: Id | str, version: int) -> list[str]:
        """Return the keys a map had at a version, in order."""
        return [key for key in self.keys_ever(parent) if self.value(parent, key, version) is not None]

    def keys_ever(self, parent: Id | str) -> list[str]:
        """Return every key a map ever had, in order."""
        return self._sequences.keys_of(parent)

    @property
    def first_deletions(self) -> Mapping[int, Column]:
        """Return for each client which version deleted each clock first; NEVER: none."""
        return self._deleted

    def deletions(self, wanted: Mask) -> dict[int, Column]:
        """Return for each client which of some versions (True in `wanted`) deleted each clock first; NEVER: none."""
        deleted = self._attribution.deleted
        chosen = wanted[deleted.versions]
        columns = {client_id: _lengthened(None, len(column)) for client_id, column in self._inserted.items()}
        _note(columns, Ranges(*(column[chosen] for column in deleted)))
        return columns

    def copies(self, wanted: Mask) -> dict[int, Mask]:
        """Return for each client which clocks some versions (True in `wanted`) wrote again."""
        found: dict[int, Mask] = {}
        for again in self._restored:
            version = self._version_in(self._inserted, again.client_id, again.clock)
            column = self._inserted.get(again.first_client_id)
            if version < len(wanted) and wanted[version] and column is not None:
                copied = found.setdefault(again.first_client_id, np.zeros(len(column), dtype=bool))
                copied[again.first_clock : again.first_clock + again.length] = True
        return found

    def _version_in(self, columns: dict[int, Column], client_id: int, clock: int) -> int:
        column = columns.get(client_id)
        return int(column[clock]) if column is not None and clock < len(column) else NEVER

    def _count(self, inserted: Ranges, deleted: Ranges) -> None:
        """Note which versions brought and took which units."""
        _grow(self._inserted, inserted)
        for client_id, column in self._inserted.items():
            self._deleted[client_id] = _lengthened(self._deleted.get(client_id), len(column))
        _note(self._inserted, inserted)
        _note(self._deleted, deleted)
        if not self._is_traced:
            # What repeats units that were not here yet changes more than the texts it lies in.
            self._learn()
        elif self._written is not self._inserted:
            _grow(self._written, inserted)
            _note(self._written, inserted)

    def _forget_texts(self) -> None:
        self._texts.clear()
        self._rewritten.clear()

    def _learn(self) -> None:
        """Find out anew who wrote what."""
        self._forget_texts()
        self._written, self._is_traced = self._inserted, True
        self.brought_back = self._all_brought_back()
        if not self._restored and not self._credited and not self.brought_back:
            return
        self._part()
        for number, row in enumerate(self._credited, start=CREDITED_FROM):
            column = self._written.get(row.client_id, _NOTHING)
            column[row.clock : row.clock + row.length] = number
            self._is_traced &= row.clock + row.length <= len(column)
        # After the credits: what a revert restores of a merged word keeps them.
        self._trace_all(self._restored)
        if self.brought_back:
            # Either may repeat what the other wrote again.
            self._trace_all(self.brought_back)
            self._trace_all(self._restored)

    def _all_brought_back(self) -> list[Restored]:
        bringing = Bringing(
            self._sequences.lines, self.keys_ever, inserted_by=self.inserted_by, deleted_at=self.deleted_at
        )
        rows = [Restored(*row) for name in self._sequences.replaced for row in bringing.under(name)]
        return sorted(rows, key=lambda again: self.inserted_by((again.client_id, again.clock)))

    def _part(self) -> None:
        """Let who wrote a unit be another question than which version brought it."""
        if self._written is self._inserted:
            self._written = {client_id: column.copy() for client_id, column in self._inserted.items()}

    def _trace_all(self, restored: Iterable[Restored]) -> None:
        for again in restored:
            self._is_traced &= self._trace_back(again)

    def _trace_back(self, again: Restored) -> bool:
        """Give units the version of those they repeat; say whether all of both are here."""
        column, first = self._written.get(again.client_id, _NOTHING), self._written.get(again.first_client_id, _NOTHING)
        length = min(again.length, len(column) - again.clock, len(first) - again.first_clock)
        if length > 0:
            column[again.clock : again.clock + length] = first[again.first_clock : again.first_clock + length]
        return length == again.length and bool((column[again.clock : again.clock + length] != NEVER).all())

    def _items_of(self, name: LineName) -> list[Item]:
        line = self._sequences.lines.get(name)
        return [] if line is None else line.shown()

    def _weave(self, name: LineName) -> TextWeave:
        items = self._items_of(name)
        objects = chr(_OBJECT).encode("utf-16-le")
        units = b"".join([item.units if item.units is not None else objects * item.length for item in items])
        lengths = np.array([item.length for item in items], dtype=np.int64)
        owners = owners_of([item.client_id for item in items], lengths)
        # An item's clocks count on from its first: shift a count over all units by what lies before the item.
        firsts = np.array([item.clock for item in items], dtype=np.int64) - (np.cumsum(lengths) - lengths)
        clocks = np.repeat(firsts, lengths)
        clocks += np.arange(len(clocks))
        inserted = gathered(self._inserted, owners, clocks, NEVER)
        return TextWeave(
            units=np.frombuffer(units, dtype="<u2"),
            inserted=inserted,
            deleted=gathered(self._deleted, owners, clocks, NEVER),
            written=inserted if self._written is self._inserted else gathered(self._written, owners, clocks, NEVER),
            owners=owners,
            clocks=clocks,
            has_hidden=bool(items) and self._sequences.lines[name].has_hidden,
        )


def text_of_units(units: NDArray[np.uint16]) -> str:
    """Return what UTF-16 units spell."""
    return units.tobytes().decode("utf-16-le", "replace")


def _grow(columns: dict[int, Column], ranges: Ranges) -> None:
    """Make room for every unit that the ranges name."""
    ends = ranges.clocks + ranges.lengths
    for client_id in np.unique(ranges.client_ids).tolist():
        columns[client_id] = _lengthened(columns.get(client_id), int(ends[ranges.client_ids == client_id].max()))


def _lengthened(column: Column | None, length: int) -> Column:
    """Return the column with at least as many units; nobody has named the new ones."""
    known = _NOTHING if column is None else column
    missing = max(0, length - len(known))
    return np.append(known, np.full(missing, NEVER, dtype=np.int64)) if missing else known


def _note(columns: dict[int, Column], ranges: Ranges) -> None:
    """Write the first version that names each unit into the columns; units that they have no room for are left out."""
    for client_id in np.unique(ranges.client_ids).tolist():
        column = columns.get(client_id, _NOTHING)
        mine = ranges.client_ids == client_id
        clocks, lengths, versions = ranges.clocks[mine], ranges.lengths[mine], ranges.versions[mine]
        # Unit by unit in one go: row r of the ranges becomes `lengths[r]` clocks.
        firsts = np.repeat(clocks, lengths)
        within = np.arange(len(firsts)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        every = firsts + within
        known = every < len(column)
        np.minimum.at(column, every[known], np.repeat(versions, lengths)[known])
