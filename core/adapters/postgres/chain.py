"""Verifying the hash chain: every stored event is as it was committed, in its place, and none is missing.

One link a commit batch: hash = sha256(previous hash + a leaf for each row, in the order of positions). A leaf covers
position, stream, kind, topic, version, actor, moment and sha256(body). The database writes links inside the log's
lock (migrations/versions/0001_log.py); this file computes them anew, in a language of its own, from the rows and from
the segments that sealed ones went to. An erased body is represented by the hash that was kept, so the chain still holds
afterwards. The chain covers what segments hold; that readers find it under the right streams is compared beside it.

What it cannot see: a whole database replaced by an older copy of itself. Compare `Verdict.hash` with one noted before.
"""

from __future__ import annotations

import asyncio
import hashlib
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from core.adapters.postgres.sealed import Sealed
from core.adapters.postgres.segment import EPOCH, MICROSECOND, Segment
from core.errors import Quarantined

#: Where the chain begins: the link of the migration, before any event.
GENESIS: Final = bytes(32)
#: Rows read at a time: a few megabytes.
PAGE_ROWS: Final = 5000

_LONG: Final = struct.Struct(">q")
_INT: Final = struct.Struct(">i")

_ENDS: Final = """
SELECT (SELECT max(last_position) FROM event_chain) AS chain, (SELECT max(position) FROM events) AS events,
       (SELECT max(position) FROM stream_heads) AS heads
"""
_LINKS: Final = """
SELECT last_position, first_position, previous, hash FROM event_chain
WHERE last_position > $1 AND last_position <= $2 ORDER BY last_position LIMIT $3
"""
_ROWS: Final = """
SELECT sealed_until, live.* FROM (SELECT log_sealed() AS sealed_until OFFSET 0) AS sealed LEFT JOIN (
  SELECT position, stream_id, kind, version, topic, actor_id, recorded_at, body, body_hash FROM events
  WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3
) AS live ON true ORDER BY position
"""
_SEALS: Final = "SELECT first_position, stop_position, rows, segments FROM seals ORDER BY first_position"
_SEGMENTS: Final = """
SELECT first_position, last_position, rows, packed,
       ARRAY(SELECT (stream_id, first_version, last_version) FROM segment_runs WHERE segment = first_position) AS runs
FROM segments WHERE first_position >= $1 AND first_position < $2 ORDER BY first_position LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found. `problem` is None when everything holds."""

    links: int
    events: int
    #: The last position that holds.
    position: int
    #: The hash of the last link that holds: note it elsewhere to prove later that nothing before it changed.
    hash: bytes
    problem: str | None = None
    #: How many sealed segments were compared with what readers are told about them.
    segments: int = 0

    @property
    def holds(self) -> bool:
        """Say whether every link and every event is as it was committed."""
        return self.problem is None


async def verify_chain(
    connection: asyncpg.Connection,
    *,
    page_rows: int = PAGE_ROWS,
    progress: Callable[[int, int], None] = lambda position, end: None,
) -> Verdict:
    """Go through the whole chain, page by page, while others go on appending; stops at the first problem.

    `progress` is told how far it is, and how far it goes, now and then.
    """
    ends = await connection.fetchrow(_ENDS)
    end = ends["chain"] or 0
    verdict = await _follow(connection, end, page_rows, progress)
    if verdict.holds and max(ends["events"] or 0, ends["heads"] or 0) > end:
        return _broken(verdict, f"there were events after position {verdict.position}, and their links are gone")
    return await _compare_seals(connection, verdict) if verdict.holds else verdict


async def _follow(
    connection: asyncpg.Connection, end: int, page_rows: int, progress: Callable[[int, int], None]
) -> Verdict:
    rows = _rows(connection, end, page_rows, progress)
    good = Verdict(links=0, events=0, position=0, hash=GENESIS)
    try:
        row = await anext(rows, None)
        async for last, first, previous, stored in _links(connection, end, page_rows):
            if first != good.position + 1 or previous != good.hash:
                return _broken(good, f"the link before position {first} is missing or not the one it continues")
            digest, count = hashlib.sha256(previous), 0
            while row is not None and row.position <= last:
                if row.body_hash is not None and row.body:
                    return _broken(good, f"the event at position {row.position} has a body and the hash of another")
                digest.update(leaf(row))
                count += 1
                row = await anext(rows, None)
            if count != last - first + 1:
                return _broken(good, f"positions {first} to {last} hold {count} events, {last - first + 1} were stored")
            if digest.digest() != stored:
                return _broken(good, f"an event or the link at positions {first} to {last} was changed")
            good = Verdict(good.links + 1, good.events + count, last, stored)
    except Quarantined as error:
        return _broken(good, error.message)
    if row is not None:
        return _broken(good, f"there were events after position {good.position}, and the links that held them are gone")
    return good


async def _compare_seals(connection: asyncpg.Connection, good: Verdict) -> Verdict:
    """Compare what readers are told about segments with what is in them; the chain knows nothing of that."""
    compared = until = 0
    for first, stop, rows, segments in await connection.fetch(_SEALS):
        if first != until:
            return _broken(good, f"the seal before position {first} is missing")
        until, found_rows, found, at = stop, 0, 0, first
        while segment := await connection.fetchrow(_SEGMENTS, at, stop):
            if not await asyncio.to_thread(_is_listed, segment):
                return _broken(good, f"the segment at position {segment['first_position']} is listed wrongly")
            found, found_rows, at = found + 1, found_rows + segment["rows"], segment["last_position"] + 1
        if (found, found_rows) != (segments, rows):
            return _broken(good, f"positions {first} to {stop - 1} were sealed with {segments} segments, {rows} rows")
        compared += found
    return replace(good, segments=compared)


def _is_listed(row: asyncpg.Record) -> bool:
    try:
        segment = Segment.of(row["packed"])
    except Quarantined:  # Changed since the chain was followed.
        return False
    ends = (int(segment.positions[0]), int(segment.positions[-1]), len(segment))
    listed = ends == (row["first_position"], row["last_position"], row["rows"])
    return listed and sorted(row["runs"]) == sorted(tuple(run) for run in segment.runs())


class Row(NamedTuple):
    """One stored event, wherever it is stored."""

    position: int
    stream_id: UUID
    kind: bytes
    version: int
    topic: str | None
    actor_id: UUID
    recorded_at: datetime
    body: bytes
    body_hash: bytes | None


def leaf(row: Row) -> bytes:
    """Return what the chain covers of one event."""
    kind = row.kind
    if row.topic is not None:
        encoded = row.topic.encode()
        kind += _INT.pack(len(encoded)) + encoded
    return b"".join(
        (
            _LONG.pack(row.position),
            row.stream_id.bytes,
            kind,
            _LONG.pack(row.version),
            row.actor_id.bytes,
            _LONG.pack((row.recorded_at - EPOCH) // MICROSECOND),
            row.body_hash or hashlib.sha256(row.body).digest(),
        )
    )


def _broken(good: Verdict, problem: str) -> Verdict:
    return Verdict(good.links, good.events, good.position, good.hash, problem)


async def _links(connection: asyncpg.Connection, end: int, page_rows: int) -> AsyncIterator[asyncpg.Record]:
    after = 0
    while links := await connection.fetch(_LINKS, after, end, page_rows):
        for link in links:
            yield link
        after = links[-1]["last_position"]


async def _rows(
    connection: asyncpg.Connection, end: int, page_rows: int, progress: Callable[[int, int], None]
) -> AsyncIterator[Row]:
    """Yield every event up to the end, sealed or not, in the order of positions. Raises Quarantined."""
    sealed = Sealed(connection.fetch)
    after = 0
    while after < end:
        found = await connection.fetch(_ROWS, after, end, page_rows)
        rows = [Row(*row[1:]) for row in found if row["position"] is not None]
        upto = rows[-1].position if len(rows) == page_rows else end
        sealed_until = found[0]["sealed_until"]
        if sealed_until > after + 1:
            older, whole = await sealed.between(after, min(upto, sealed_until - 1), limit=page_rows)
            upto = upto if whole else older[-1].position
            rows += [Row(k.position, k.stream_id, b"u", k.version, None, *k[3:7]) for k in older]
            rows.sort(key=itemgetter(0))
        for row in rows:
            if row.position <= upto:
                yield row
        after = upto
        progress(after, end)
