"""Verifying the hash chain: every stored event is as it was committed, in its place, and none is missing.

One link a commit batch: hash = sha256(previous hash + a leaf for each row, in the order of positions). A leaf covers
position, stream, kind, topic, version, actor, moment and sha256(body). The database writes links inside the log's
lock (migrations/versions/0001_log.py); this file computes them anew, from the rows, in a language of its own. An erased
body is represented by the hash that was kept, so the chain still holds afterwards.

What it cannot see: a whole database replaced by an older copy of itself. Compare `Verdict.hash` with one noted before.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

#: Where the chain begins: the link of the migration, before any event.
GENESIS: Final = bytes(32)
#: Rows read at a time: a few megabytes.
PAGE_ROWS: Final = 5000

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
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
SELECT position, stream_id, kind, version, topic, actor_id, recorded_at, body, body_hash FROM events
WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3
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

    @property
    def holds(self) -> bool:
        """Say whether every link and every event is as it was committed."""
        return self.problem is None


async def verify_chain(connection: asyncpg.Connection, *, page_rows: int = PAGE_ROWS) -> Verdict:
    """Go through the whole chain, page by page, while others go on appending; stops at the first problem."""
    ends = await connection.fetchrow(_ENDS)
    end = ends["chain"] or 0
    rows = _rows(connection, end, page_rows)
    row = await anext(rows, None)
    good = Verdict(links=0, events=0, position=0, hash=GENESIS)
    async for last, first, previous, stored in _links(connection, end, page_rows):
        if first != good.position + 1 or previous != good.hash:
            return _broken(good, f"the link before position {first} is missing or not the one it continues")
        digest, count = hashlib.sha256(previous), 0
        while row is not None and row["position"] <= last:
            if row["body_hash"] is not None and row["body"]:
                return _broken(good, f"the event at position {row['position']} has a body and the hash of another")
            digest.update(leaf(row))
            count += 1
            row = await anext(rows, None)
        if count != last - first + 1:
            return _broken(good, f"positions {first} to {last} hold {count} events, {last - first + 1} were stored")
        if digest.digest() != stored:
            return _broken(good, f"an event or the link at positions {first} to {last} was changed")
        good = Verdict(good.links + 1, good.events + count, last, stored)
    if row is not None or max(ends["events"] or 0, ends["heads"] or 0) > end:
        return _broken(good, f"there were events after position {good.position}, and the links that held them are gone")
    return good


def leaf(row: asyncpg.Record) -> bytes:
    """Return what the chain covers of one row of `events`."""
    topic = row["topic"]
    kind: bytes = row["kind"]
    if topic is not None:
        encoded = topic.encode()
        kind += _INT.pack(len(encoded)) + encoded
    return b"".join(
        (
            _LONG.pack(row["position"]),
            row["stream_id"].bytes,
            kind,
            _LONG.pack(row["version"]),
            row["actor_id"].bytes,
            _LONG.pack((row["recorded_at"] - _EPOCH) // _MICROSECOND),
            row["body_hash"] or hashlib.sha256(row["body"]).digest(),
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


async def _rows(connection: asyncpg.Connection, end: int, page_rows: int) -> AsyncIterator[asyncpg.Record]:
    after = 0
    while rows := await connection.fetch(_ROWS, after, end, page_rows):
        for row in rows:
            yield row
        after = rows[-1]["position"]
