"""One commit batch: appends become units, units become the arrays of one call, its answer becomes results. No I/O.

A unit is what the database stores together or not at all. Plain appends that continue the same stream share one: the
later could not stand without the earlier, and nothing else could part them.
"""

from __future__ import annotations

import json
from asyncio import Future
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from core import limits
from core.errors import ClientIdTaken, CounterpointError, StreamMoved
from core.events import Append, Claim, Committed, Kind, NewEvent

#: What kinds are called in the database's one-byte column.
KIND_BYTES: Final = {Kind.AGGREGATE: b"a", Kind.UPDATE: b"u"}

#: The last word of a hint: whether the batch held facts, or keystrokes alone.
FACTS: Final = "facts"
KEYSTROKES: Final = "keystrokes"

Stream = tuple[UUID, Kind]
#: Arrays of equal length: one element of each belongs together.
Columns = tuple[list[Any], ...]

_topic_and_actor: Final = itemgetter(0, 2)


class Answer(NamedTuple):
    """What the database said: where the stored rows begin (None: no rows), and which units it left out, and why."""

    first_position: int | None
    #: JSON: ["moved", unit, write, actual version] or ["taken", unit, claim], numbered from 1; None: all are in.
    rejected: str | None


class StreamWrite:
    """Consecutive events of one stream within a unit; parts are the events as they were handed in."""

    __slots__ = ("count", "expected", "kind", "parts", "stream_id")

    def __init__(self, stream_id: UUID, kind: Kind, expected: int, events: Sequence[NewEvent]) -> None:
        self.stream_id, self.kind, self.expected, self.count = stream_id, kind, expected, len(events)
        self.parts = [events]


class Unit:
    """Writes and claims that are stored together, and who waits for them with how many rows each."""

    __slots__ = ("claims", "members", "rows", "writes")

    def __init__(self, append: Append, rows: int, future: Future[Committed]) -> None:
        self.writes = [StreamWrite(w.stream_id, w.kind, w.expected, w.events) for w in append.writes]
        self.claims: tuple[Claim, ...] = append.claims
        self.members = [(future, rows)]
        self.rows = rows

    def fail(self, error: BaseException) -> None:
        """Tell everyone who waits that nothing of theirs is stored."""
        for future, _ in self.members:
            if not future.done():
                future.set_exception(error)


class Batch:
    """Units in the order of their positions."""

    __slots__ = ("_open", "_seen", "batch_id", "careful", "rows", "size_bytes", "units")

    def __init__(self) -> None:
        self.batch_id = uuid4()
        self.units: list[Unit] = []
        #: A stream or a client id occurs twice: the database must go through the units one by one.
        self.careful = False
        self.rows = self.size_bytes = 0
        #: The unit that may still take in the next plain append of a stream.
        self._open: dict[Stream, Unit] = {}
        self._seen: set[Stream | tuple[UUID, int]] = set()

    @classmethod
    def of_units(cls, units: list[Unit]) -> Batch:
        """Return a batch of its own for a part of another, gone through with care."""
        batch = cls()
        batch.units, batch.careful = units, True
        batch.rows = sum(unit.rows for unit in units)
        return batch

    @property
    def full(self) -> bool:
        """Say whether the batch should be sent before more is added."""
        return self.rows >= limits.BATCH_ROWS_MAX or self.size_bytes >= limits.BATCH_BYTES_MAX

    @property
    def streams(self) -> set[UUID]:
        """Return the streams that this batch changes if all of it is stored."""
        return {write.stream_id for unit in self.units for write in unit.writes}

    @property
    def has_facts(self) -> bool:
        """Say whether anything but keystrokes is in it."""
        return any(write.kind is not Kind.UPDATE for unit in self.units for write in unit.writes)

    def add(self, append: Append, rows: int, size_bytes: int, future: Future[Committed]) -> None:
        """Put an append at the end, or into the unit it continues."""
        self.rows += rows
        self.size_bytes += size_bytes
        plain = len(append.writes) == 1 and not append.claims
        if plain and self._join(append, rows, future):
            return
        unit = Unit(append, rows, future)
        self.units.append(unit)
        for write in append.writes:
            stream = (write.stream_id, write.kind)
            self._note(stream)
            if plain:
                self._open[stream] = unit
            else:
                self._open.pop(stream, None)
        for claim in append.claims:
            self._note((claim.document_id, claim.client_id))

    def arguments(self, node_id: str, *, again: bool) -> tuple[Any, ...]:
        """Return the arguments of `log_append`: arrays of writes, of spans, of bodies and of claims."""
        writes: Columns = ([], [], [], [], [], [])
        spans: Columns = ([], [], [], [], [], [], [])
        bodies: list[bytes] = []
        claims: Columns = ([], [], [], [])
        for number, unit in enumerate(self.units, 1):
            for write in unit.writes:
                _add_rows(spans, bodies, number, write)
                _add(writes, number, write.stream_id, KIND_BYTES[write.kind], write.expected, write.count, len(bodies))
            for claim in unit.claims:
                _add(claims, number, *claim)
        return (self.batch_id, node_id, self._hint(), self.careful, again, *writes, *spans, bodies, *claims)

    def settle(self, answer: Answer) -> int:
        """Tell everyone how it went, in the order of positions; returns the last position stored, or 0."""
        errors = self._errors(answer.rejected) if answer.rejected else {}
        position = 0 if answer.first_position is None else answer.first_position - 1
        for number, unit in enumerate(self.units, 1):
            if number in errors:
                unit.fail(errors[number])
                continue
            for future, rows in unit.members:
                committed = Committed(position + 1, position + rows) if rows else Committed(0, 0)
                position += rows
                if not future.done():
                    future.set_result(committed)
        return position

    def fail(self, error: BaseException) -> None:
        """Tell everyone that nothing is stored."""
        for unit in self.units:
            unit.fail(error)

    def _hint(self) -> str:
        """Return what other processes hear beside the position: which streams changed, and by what."""
        streams = self.streams
        named = ",".join([stream.hex for stream in streams]) if len(streams) <= limits.HINT_STREAMS_MAX else "*"
        return f"{named} {FACTS if self.has_facts else KEYSTROKES}"

    def _join(self, append: Append, rows: int, future: Future[Committed]) -> bool:
        (write,) = append.writes
        unit = self._open.get((write.stream_id, write.kind))
        if unit is None:
            return False
        last = unit.writes[0]
        if last.expected + last.count != write.expected:
            return False
        last.parts.append(write.events)
        last.count += rows
        unit.rows += rows
        unit.members.append((future, rows))
        return True

    def _note(self, key: Stream | tuple[UUID, int]) -> None:
        if key in self._seen:
            self.careful = True
        self._seen.add(key)

    def _errors(self, rejected: str) -> dict[int, CounterpointError]:
        """Return the reason of every unit left out. Writes and claims are counted through the whole batch."""
        writes = [write for unit in self.units for write in unit.writes]
        claims = [claim for unit in self.units for claim in unit.claims]
        errors: dict[int, CounterpointError] = {}
        for reason, unit, number, *rest in json.loads(rejected):
            if reason == "moved":
                write = writes[number - 1]
                errors[unit] = StreamMoved(write.stream_id, write.expected, rest[0])
            else:
                claim = claims[number - 1]
                errors[unit] = ClientIdTaken(claim.document_id, claim.client_id)
        return errors


def _add(columns: Columns, *values: object) -> None:
    for column, value in zip(columns, values, strict=True):
        column.append(value)


def _add_rows(spans: Columns, bodies: list[bytes], unit: int, write: StreamWrite) -> None:
    """Add the bodies of a write, and a span for every stretch of rows with one topic and one actor."""
    version = write.expected + 1
    keystrokes = write.kind is Kind.UPDATE
    for events in write.parts:
        bodies += [event[1] for event in events]
        end = len(bodies) - len(events)
        for (topic, actor_id), rows in groupby(events, _topic_and_actor):
            count = len(list(rows))
            end += count
            _add(spans, unit, write.stream_id, version, None if keystrokes else topic, actor_id, count, end)
            version += count
