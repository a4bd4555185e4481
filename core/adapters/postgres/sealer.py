"""Sealing: a closed partition of keystrokes becomes segments and is dropped, without stopping those who append or read.

A partition is closed when the log has passed its end: positions only grow, so no row can come to it any more. The work
is many short transactions. Each finds out what is left to do and does the next bit of it, under a lock that one process
has at a time; killed anywhere, the next one goes on where this one stopped:

1. write: the next few thousand rows become a segment, which no reader believes yet;
2. verify: a segment is read back from the database and compared with the rows, every field and every bit;
3. seal: when all rows are in verified segments, the partition is dropped and a row in `seals` makes readers believe
   the segments, in one transaction. Dropping waits for the tables at most MAINTENANCE_LOCK_MS, then gives way to
   appends and is tried again later.

Partitions are sealed in their order, so that one number says what is sealed.
"""

from __future__ import annotations

import asyncio
import re
from enum import Enum
from typing import Any, Final, NamedTuple

import asyncpg
import structlog

from core import limits
from core.adapters.postgres.pool import LOST, borrow
from core.adapters.postgres.segment import Keystroke, Segment, pack
from core.errors import CounterpointError, Quarantined
from core.ports import Clock

#: The advisory lock of whoever seals or erases: "cpt" and a number that no other lock of ours has.
LOCK: Final = 6_517_876_004
#: The migration with the tables of segments: programs that do not know it must not run on a log with a seal.
REVISION: Final = "0004"

_NEXT: Final = """
SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bounds,
       (SELECT coalesce(max(last_position), 0) FROM event_chain) AS head
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'events_u'::regclass
"""
_BOUNDS: Final = re.compile(r"FROM \('?(\d+)'?\) TO \('?(\d+)'?\)")
_COLUMNS: Final = "position, stream_id, version, actor_id, recorded_at, body, body_hash, length(body) AS size_bytes"
_PAGE: Final = f"""
SELECT {_COLUMNS} FROM (
  SELECT *, sum(length(body)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) - length(body) AS before_bytes
  FROM (SELECT * FROM {{table}} WHERE position > $1 ORDER BY position LIMIT $2) AS found
) AS page WHERE before_bytes < {limits.SEGMENT_BYTES_MAX} ORDER BY position
"""
_BETWEEN: Final = f"SELECT {_COLUMNS} FROM {{table}} WHERE position > $1 AND position <= $2 ORDER BY position"
_WRITTEN: Final = """
SELECT max(last_position) AS upto, coalesce(sum(rows), 0)::bigint AS rows, count(*)::int AS segments,
       min(first_position) FILTER (WHERE NOT verified) AS unverified
FROM segments WHERE first_position >= $1 AND first_position < $2
"""


#: Throws away what no reader believes yet: it is written anew from the rows.
DISCARD: Final = """
DELETE FROM segments WHERE first_position >= (SELECT coalesce(max(stop_position), 0) FROM seals)
"""


class Done(Enum):
    """What one step of sealing came to."""

    NOTHING = "nothing is closed that is not sealed"
    BUSY = "another process seals or erases"
    WROTE = "a segment was written"
    VERIFIED = "a segment was verified"
    SEALED = "a partition was sealed"


class _Partition(NamedTuple):
    name: str
    first: int
    stop: int


class Sealer:
    """Seals one closed partition after another. `run` is the task that does it, in any number of processes."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        *,
        clock: Clock,
        logger: structlog.typing.FilteringBoundLogger,
        rows: int = limits.SEGMENT_ROWS,
        look_seconds: float = limits.SEAL_LOOK_SECONDS,
        rest_factor: float = limits.SEAL_REST_FACTOR,
    ) -> None:
        self._pool, self._clock, self._logger, self._rows = pool, clock, logger, rows
        self._look_seconds, self._rest_factor = look_seconds, rest_factor

    async def run(self) -> None:
        """Seal whatever closes, until cancelled; rests as long as it leaves the machine to people."""
        while True:
            started = self._clock.monotonic()
            try:
                done = await self.step()
            except (CounterpointError, asyncpg.PostgresError, *LOST) as error:
                # Above all a lock that others need: they go first.
                self._logger.warning("sealing_waits", reason=repr(error))
                done = Done.NOTHING
            if done in (Done.NOTHING, Done.BUSY):
                await asyncio.sleep(self._look_seconds)
            else:
                await asyncio.sleep((self._clock.monotonic() - started) * self._rest_factor)

    async def step(self) -> Done:
        """Do the next bit of work and say what it was.

        Raises asyncpg's LockNotAvailableError when others hold the tables, Quarantined when segments do not say what
        the rows say: then those of this partition were thrown away, and the next steps write them anew.
        """
        async with borrow(self._pool) as connection:
            try:
                async with connection.transaction():
                    if not await connection.fetchval(f"SELECT pg_try_advisory_xact_lock({LOCK})"):
                        return Done.BUSY
                    return await self._step(connection)
            except Quarantined:
                await connection.execute(DISCARD)
                raise

    async def _step(self, connection: asyncpg.Connection) -> Done:
        partition = await _next(connection)
        if partition is None:
            return Done.NOTHING
        written = await connection.fetchrow(_WRITTEN, partition.first, partition.stop)
        after = written["upto"] or partition.first - 1
        rows = await connection.fetch(_PAGE.format(table=partition.name), after, self._rows)
        if rows:
            await _write(connection, [Keystroke(*row) for row in rows])
            return Done.WROTE
        if written["unverified"] is not None:
            await _verify(connection, partition, written["unverified"])
            return Done.VERIFIED
        await _seal(connection, partition, written)
        self._logger.info("partition_sealed", first=partition.first, stop=partition.stop, rows=written["rows"])
        return Done.SEALED


async def _next(connection: asyncpg.Connection) -> _Partition | None:
    """Return the first partition that is there, if it is closed."""
    found = await connection.fetch(_NEXT)
    partitions = []
    for row in found:
        bounds = _BOUNDS.search(row["bounds"])
        assert bounds is not None, row["bounds"]
        partitions.append(_Partition(row["name"], int(bounds[1]), int(bounds[2])))
    first = min(partitions, key=lambda partition: partition.first, default=None)
    return first if first is not None and found[0]["head"] >= first.stop - 1 else None


async def _write(connection: asyncpg.Connection, rows: list[Keystroke]) -> None:
    packed, segment = await asyncio.to_thread(_packed, rows)
    first = rows[0].position
    await connection.execute(
        "INSERT INTO segments (first_position, last_position, rows, packed) VALUES ($1, $2, $3, $4)",
        first,
        rows[-1].position,
        len(rows),
        packed,
    )
    await connection.executemany(
        "INSERT INTO segment_runs (stream_id, first_version, last_version, segment) VALUES ($1, $2, $3, $4)",
        [(*run, first) for run in segment.runs()],
    )


def _packed(rows: list[Keystroke]) -> tuple[bytes, Segment]:
    packed = pack(rows)
    return packed, Segment.of(packed)


async def _verify(connection: asyncpg.Connection, partition: _Partition, first: int) -> None:
    """Compare what is stored with all rows from the segment before to this one's end. Raises Quarantined."""
    row = await connection.fetchrow("SELECT last_position, packed FROM segments WHERE first_position = $1", first)
    before = await connection.fetchval("SELECT max(last_position) FROM segments WHERE first_position < $1", first)
    after = max(before or 0, partition.first - 1)
    rows = await connection.fetch(_BETWEEN.format(table=partition.name), after, row["last_position"])
    runs = await connection.fetch(
        "SELECT stream_id, first_version, last_version FROM segment_runs WHERE segment = $1", first
    )
    await asyncio.to_thread(_compare, first, row["packed"], rows, runs)
    await connection.execute("UPDATE segments SET verified = true WHERE first_position = $1", first)


def _compare(first: int, packed: bytes, rows: list[asyncpg.Record], runs: list[Any]) -> None:
    segment = Segment.of(packed)
    if [tuple(row) for row in rows] != [tuple(row) for row in segment.rows(range(len(segment)))]:
        raise Quarantined(f"the segment at position {first} does not say what its rows say")
    if {tuple(run) for run in runs} != {tuple(run) for run in segment.runs()}:
        raise Quarantined(f"the segment at position {first} is listed under other versions than it has")


async def _seal(connection: asyncpg.Connection, partition: _Partition, written: asyncpg.Record) -> None:
    """Drop the partition and publish its segments, both or neither."""
    count = await connection.fetchval(f"SELECT count(*) FROM {partition.name}")
    if count != written["rows"]:
        raise Quarantined(f"partition {partition.name} has {count} rows, its segments {written['rows']}")
    await connection.execute(f"SET LOCAL lock_timeout = {limits.MAINTENANCE_LOCK_MS}")
    await connection.execute(f"DROP TABLE {partition.name}")
    await connection.execute(
        "INSERT INTO seals (first_position, stop_position, rows, segments) VALUES ($1, $2, $3, $4)",
        partition.first,
        partition.stop,
        written["rows"],
        written["segments"],
    )
    await connection.execute("UPDATE schema_revisions SET additive = false WHERE revision = $1", REVISION)
