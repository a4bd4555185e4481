"""Partitions of keystrokes, made well before the log reaches them; those who append and read wait a moment at most.

A new table is made beside the log and then attached while nobody else uses the log: that takes a moment once in some
million keystrokes, waits ATTACH_LOCK_MS at most, gives way, and is tried again; an append that has no partition left
is worth MAINTENANCE_LOCK_MS. PostgreSQL would attach beside those who read, too. But it keeps the plans of statements,
and of a partition that came while a statement was planned, or while the list of partitions was made for it, it may
never tell: every later read by that plan would miss what is newest. Every plan holds the table that partitions are
attached to, so that table alone is locked: what vacuum or sealing hold is one of its partitions. The ranges follow each
other without a gap, whatever their sizes were.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

import asyncpg
import structlog

from core import limits
from core.adapters.postgres.pool import LOST, borrow, fetch
from core.errors import CounterpointError, LogUnavailable

#: The advisory lock of whoever makes partitions: "cpt" and a number that no other lock of ours has.
LOCK: Final = 6_517_876_003

_ENDS: Final = """
SELECT (SELECT coalesce(max(last_position), 0) FROM event_chain) AS head,
       coalesce(max((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''?(\\d+)''?\\)'))[1]::bigint), 0) AS ready
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'events_u'::regclass
"""


class Partitions:
    """Keeps PARTITIONS_AHEAD whole partitions ready beyond the head. `run` is the task that does it."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        *,
        logger: structlog.typing.FilteringBoundLogger,
        positions: int = limits.PARTITION_POSITIONS,
    ) -> None:
        self._pool, self._logger, self._positions = pool, logger, positions
        self._needed = asyncio.Event()
        #: Set while an append waits for a partition.
        self._is_missing = asyncio.Event()
        #: Positions below this need no new look.
        self._enough_until = 0

    async def prepare(self) -> None:
        """See to it that appends find a partition. What others keep us from making now, `run` makes later.

        Raises LogUnavailable, also when the next append would find none.
        """
        try:
            await self.ensure()
        except asyncpg.LockNotAvailableError as error:
            ((head, ready),) = await fetch(self._pool, _ENDS)
            if head + 1 >= ready:
                raise LogUnavailable("Others hold the tables of the log; try again in a moment.") from error
            self._needed.set()

    async def ensure(self) -> int:
        """Make what is missing and return the first position that has no partition.

        Raises LogUnavailable, or asyncpg's LockNotAvailableError when others keep the tables or maintain them.
        """
        async with borrow(self._pool) as connection, connection.transaction():
            await connection.execute(f"SET LOCAL lock_timeout = {limits.MAINTENANCE_LOCK_MS}")
            await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            head, ready = await connection.fetchrow(_ENDS)
            missing = range(ready, head + limits.PARTITIONS_AHEAD * self._positions, self._positions)
            if missing:
                is_urgent = self._is_missing.is_set() or head + 1 >= ready
                wait_ms = limits.MAINTENANCE_LOCK_MS if is_urgent else limits.ATTACH_LOCK_MS
                await self._add(connection, missing, wait_ms)
                ready = missing[-1] + self._positions
        self._is_missing.clear()
        self._enough_until = ready - limits.PARTITIONS_AHEAD * self._positions
        return int(ready)

    def reached(self, position: int) -> None:
        """Hear how far the log has come."""
        if position > self._enough_until:
            self._needed.set()

    def missing(self) -> None:
        """Hear that an append found no partition."""
        self._is_missing.set()
        self._needed.set()

    async def run(self) -> None:
        """Look whenever the log has come far enough, until cancelled."""
        while True:
            await self._needed.wait()
            self._needed.clear()
            try:
                await self.ensure()
            except (CounterpointError, asyncpg.PostgresError, *LOST) as error:
                self._logger.warning("partitions_not_ready", reason=repr(error))
                self._needed.set()
                await self._pause(isinstance(error, asyncpg.LockNotAvailableError))

    async def _pause(self, is_held: bool) -> None:
        """Wait before the next attempt: while there is room, a long reader is not made to wait again and again."""
        if not is_held or self._is_missing.is_set():
            await asyncio.sleep(limits.RECONNECT_SECONDS_MAX)
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_missing.wait(), limits.ATTACH_AGAIN_SECONDS)

    async def _add(self, connection: asyncpg.Connection, missing: range, wait_ms: int) -> None:
        for first in missing:
            await connection.execute(
                f"CREATE TABLE events_u_{first} (LIKE events_u INCLUDING DEFAULTS INCLUDING CONSTRAINTS, "
                f"CONSTRAINT events_u_{first}_version_key UNIQUE (stream_id, version), "
                f"CONSTRAINT events_u_{first}_position_key UNIQUE (position))"
            )
        await connection.execute(f"SET LOCAL lock_timeout = {wait_ms}")
        await connection.execute("LOCK TABLE ONLY events_u IN ACCESS EXCLUSIVE MODE")
        for first in missing:
            await connection.execute(
                f"ALTER TABLE events_u ATTACH PARTITION events_u_{first} "
                f"FOR VALUES FROM ({first}) TO ({first + self._positions})"
            )
