"""A segment: a few thousand keystrokes as few bytes, without losing one bit of them. No I/O.

Rows become columns. Numbers are differences of neighbours, laid out byte by byte. Bodies of one length are laid out the
same way, first bytes first: what one person types has the same author, the same parent and the next clock again and
again, so most of these columns, or their differences, are one value repeated. zstd does the rest: 15 bytes of an update
become less than one. The bodies are a frame of their own, so that whoever wants none does not unpack them.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

import numpy as np
import numpy.typing as npt

from core.crdt.attribution import Column
from core.crdt.columns import from_planes, to_planes
from core.errors import Quarantined

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
#: Above 9 zstd takes four times as long for four per cent.
_LEVEL: Final = 9
_MAGIC: Final = b"counterpoint segment 1\n"
#: Rows, streams, actors, erased rows; bytes of the frame of columns (that of the bodies is the rest).
_SIZES: Final = struct.Struct("<IIIIQ")
#: Position, stream, version, actor, moment, length of the body, whether it is erased.
_COLUMNS: Final = 7
_UUID_BYTES: Final = 16
_HASH_BYTES: Final = 32
#: Bodies up to this long are laid out byte by byte; longer ones have little in common.
_LAID_OUT_BYTES_MAX: Final = 128

Bytes = npt.NDArray[np.uint8]


class Keystroke(NamedTuple):
    """One stored row of keystrokes, whole."""

    position: int
    stream_id: UUID
    version: int
    actor_id: UUID
    recorded_at: datetime
    body: bytes
    #: The hash of what an erased body was; None: it is not erased.
    body_hash: bytes | None
    #: Bytes of the body as it is stored, also when a reader wants none.
    size_bytes: int


class Run(NamedTuple):
    """Which versions of one stream a segment has: all from the first to the last."""

    stream_id: UUID
    first_version: int
    last_version: int


def pack(rows: Sequence[Keystroke]) -> bytes:
    """Return the rows, which are in the order of positions, as one segment."""
    streams, stream_column = _numbered([row.stream_id for row in rows])
    actors, actor_column = _numbered([row.actor_id for row in rows])
    erased = [row.body_hash for row in rows if row.body_hash is not None]
    lengths = np.array([len(row.body) for row in rows], dtype=np.int64)
    order = np.argsort(stream_column, kind="stable")
    columns = (
        np.array([row.position for row in rows], dtype=np.int64),
        stream_column,
        np.array([row.version for row in rows], dtype=np.int64)[order],
        actor_column,
        np.array([(row.recorded_at - EPOCH) // MICROSECOND for row in rows], dtype=np.int64),
        lengths,
        np.array([row.body_hash is not None for row in rows], dtype=np.int64),
    )
    table = b"".join((*(one.bytes for one in (*streams, *actors)), *erased, *map(to_planes, columns)))
    packed = _compress(table)
    bodies = _compress(_lay_out([row.body for row in rows], lengths, stream_column))
    sizes = _SIZES.pack(len(rows), len(streams), len(actors), len(erased), len(packed))
    content = b"".join((sizes, packed, bodies))
    return _MAGIC + hashlib.sha256(content).digest() + content


class Segment:
    """Rows read back, lazily: columns at once, bodies when somebody asks for the first, rows one by one."""

    def __init__(
        self, columns: Sequence[Column], streams: list[UUID], actors: list[UUID], hashes: list[bytes], bodies: bytes
    ) -> None:
        self.positions, self._stream_numbers, self._versions, self._actors, self._moments, self._lengths, erased = (
            columns
        )
        self.streams, self._people = streams, actors
        self._hashes = dict(zip(np.flatnonzero(erased).tolist(), hashes, strict=True))
        self._packed: bytes | None = bodies
        self._bodies = b""
        self._starts: Column = np.zeros(0, dtype=np.int64)

    @classmethod
    def of(cls, packed: bytes) -> Self:
        """Read what `pack` wrote. Raises Quarantined for anything else."""
        try:
            return cls._read(packed)
        except Exception as error:  # The bytes come from a database: any shape is possible, none may pass.
            raise Quarantined(f"a sealed segment of keystrokes cannot be read: {error}") from error

    @classmethod
    def _read(cls, packed: bytes) -> Self:
        start = len(_MAGIC) + _HASH_BYTES
        content = packed[start:]
        if not packed.startswith(_MAGIC) or hashlib.sha256(content).digest() != packed[len(_MAGIC) : start]:
            raise ValueError("it was changed, or written by another version of the program")
        count, stream_count, actor_count, erased_count, size = _SIZES.unpack_from(content)
        table = _decompress(content[_SIZES.size : _SIZES.size + size])
        at = 0

        def take(number: int, length: int) -> list[bytes]:
            nonlocal at
            parts = [table[at + n * length : at + (n + 1) * length] for n in range(number)]
            at += number * length
            return parts

        streams = [UUID(bytes=part) for part in take(stream_count, _UUID_BYTES)]
        actors = [UUID(bytes=part) for part in take(actor_count, _UUID_BYTES)]
        hashes = take(erased_count, _HASH_BYTES)
        columns = [from_planes(part, count) for part in take(_COLUMNS, 8 * count)]
        order = np.argsort(columns[1], kind="stable")
        versions = np.empty(count, dtype=np.int64)
        versions[order] = columns[2]
        columns[2] = versions
        return cls(columns, streams, actors, hashes, content[_SIZES.size + size :])

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def memory_bytes(self) -> int:
        """About how much memory it takes once its bodies are unpacked."""
        return len(self) * 8 * _COLUMNS + int(self._lengths.sum())

    def runs(self) -> list[Run]:
        """Return which versions of which streams are in it."""
        found = []
        for number, stream_id in enumerate(self.streams):
            versions = self._versions[self._stream_numbers == number]
            found.append(Run(stream_id, int(versions.min()), int(versions.max())))
        return found

    def between(self, after: int, upto: int, streams: frozenset[UUID] | None = None) -> list[int]:
        """Return the places of the rows with after < position <= upto, of these streams or all, in their order."""
        first, stop = np.searchsorted(self.positions, (after, upto), side="right").tolist()
        if streams is None:
            return list(range(first, stop))
        wanted = np.array([stream_id in streams for stream_id in self.streams], dtype=bool)
        found: list[int] = (np.flatnonzero(wanted[self._stream_numbers[first:stop]]) + first).tolist()
        return found

    def of_stream(self, stream_id: UUID, after: int) -> list[int]:
        """Return the places of one stream's rows with version > after, in their order."""
        if stream_id not in self.streams:
            return []
        mine = self._stream_numbers == self.streams.index(stream_id)
        found: list[int] = np.flatnonzero(mine & (self._versions > after)).tolist()
        return found

    def length_of(self, place: int) -> int:
        """Return how many bytes the body of a row has."""
        return int(self._lengths[place])

    def rows(self, places: Iterable[int], *, with_bodies: bool = True) -> Iterator[Keystroke]:
        """Yield these rows; without bodies, every body is empty. Raises Quarantined."""
        if with_bodies:
            self._unpack()
        wanted = np.array(list(places), dtype=np.int64)
        bodies, starts = self._bodies, self._starts
        for place, position, stream, version, actor, moment, length in zip(
            wanted.tolist(),
            *(column[wanted].tolist() for column in (self.positions, self._stream_numbers, self._versions)),
            *(column[wanted].tolist() for column in (self._actors, self._moments, self._lengths)),
            strict=True,
        ):
            start = int(starts[place]) if with_bodies else 0
            yield Keystroke(
                position,
                self.streams[stream],
                version,
                self._people[actor],
                EPOCH + moment * MICROSECOND,
                bodies[start : start + length] if with_bodies else b"",
                self._hashes.get(place),
                length,
            )

    def erased(self, stream_ids: frozenset[UUID]) -> bytes | None:
        """Return the segment with the bodies of these streams emptied and their hashes kept; None: nothing to do."""
        rows = list(self.rows(range(len(self))))
        emptied = [emptied_of(row) if row.stream_id in stream_ids else row for row in rows]
        return None if emptied == rows else pack(emptied)

    def _unpack(self) -> None:
        if self._packed is None:
            return
        try:
            self._bodies, self._starts = _gather(_decompress(self._packed), self._lengths, self._stream_numbers)
        except Exception as error:  # As above.
            raise Quarantined(f"a sealed segment of keystrokes cannot be read: {error}") from error
        self._packed = None


def emptied_of(row: Keystroke) -> Keystroke:
    """Return the row without its body, and with the hash that the chain needs."""
    if row.body_hash is not None:
        return row
    return row._replace(body=b"", body_hash=hashlib.sha256(row.body).digest(), size_bytes=0)


def _numbered(values: list[UUID]) -> tuple[list[UUID], Column]:
    """Return the distinct values, the first seen first, and each value's number."""
    numbers: dict[UUID, int] = {}
    column = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), np.array(column, dtype=np.int64)


def _groups(lengths: Column, streams: Column) -> Iterator[tuple[int, Column]]:
    """Yield each length with the places of the bodies that have it: those of one stream beside each other."""
    order = np.lexsort((streams, lengths))
    sizes, starts = np.unique(lengths[order], return_index=True)
    yield from zip(sizes.tolist(), np.split(order, starts[1:]), strict=True)


def _lay_out(bodies: list[bytes], lengths: Column, streams: Column) -> bytes:
    parts: list[bytes] = []
    for size, places in _groups(lengths, streams):
        group = b"".join([bodies[place] for place in places.tolist()])
        if not 0 < size <= _LAID_OUT_BYTES_MAX:
            parts.append(group)
            continue
        for column in np.frombuffer(group, dtype=np.uint8).reshape(-1, size).T:
            steps = np.diff(column, prepend=np.uint8(0))
            as_steps = len(np.unique(steps)) < len(np.unique(column))
            parts += [bytes([as_steps]), (steps if as_steps else column).tobytes()]
    return b"".join(parts)


def _gather(data: bytes, lengths: Column, streams: Column) -> tuple[bytes, Column]:
    """Return the bodies one after the other, and where each begins: the other way round of `_lay_out`."""
    starts = np.zeros(len(lengths), dtype=np.int64)
    out: list[bytes] = []
    at = end = 0
    for size, places in _groups(lengths, streams):
        count = len(places)
        if 0 < size <= _LAID_OUT_BYTES_MAX:
            rows = np.frombuffer(data, dtype=np.uint8, count=(count + 1) * size, offset=at).reshape(size, count + 1)
            columns: Bytes = rows[:, 1:].copy()
            as_steps = rows[:, 0] == 1
            columns[as_steps] = np.cumsum(columns[as_steps], axis=1, dtype=np.uint8)
            out.append(np.ascontiguousarray(columns.T).tobytes())
            at += (count + 1) * size
        else:
            out.append(data[at : at + count * size])
            at += count * size
        starts[places] = end + size * np.arange(count)
        end += count * size
    whole = b"".join(out)
    if at != len(data) or len(whole) != int(lengths.sum()):
        raise ValueError("it ends early, or late")
    return whole, starts


def _compress(data: bytes) -> bytes:
    # Here and not above: a log without sealed partitions needs no such library, and most have none yet.
    import zstandard

    return zstandard.ZstdCompressor(level=_LEVEL).compress(data)


def _decompress(data: bytes) -> bytes:
    import zstandard

    decompressed: Any = zstandard.ZstdDecompressor().decompress(data)
    return bytes(decompressed)
