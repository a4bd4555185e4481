"""The event log on every implementation, with what a test needs to order: other nodes, and commits that wait."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import structlog

from core.adapters.clock import SystemClock
from core.adapters.memory import MemoryCheckpoints, MemoryClientIds, MemoryLog, MemorySnapshots, MemoryStore
from core.adapters.postgres.checkpoints import PostgresCheckpoints
from core.adapters.postgres.client_ids import PostgresClientIds
from core.adapters.postgres.log import PostgresLog
from core.adapters.postgres.pool import open_pool
from core.adapters.postgres.sealer import Done, Sealer
from core.adapters.postgres.snapshots import PostgresSnapshots
from core.events import DOCUMENT_UPDATED, Append, Claim, EventFilter, Kind, NewEvent, Page, Recorded, Write
from core.ports import Checkpoints, ClientIds, Snapshots

#: The lock every commit takes; who holds it makes commits wait.
LOCK = 6_517_876_001
ANN, BEN = uuid4(), uuid4()
#: Positions of a partition in a log that is sealed all the time.
TINY = 8
#: Every implementation of the log, for the fixtures that open a place.
IMPLEMENTATIONS = [
    "memory",
    pytest.param("postgres", marks=pytest.mark.services),
    pytest.param("sealed", marks=pytest.mark.services),
]


@dataclass
class Place:
    """One log as several nodes see it, and what stands beside it."""

    log: Any
    #: Opens another node on the same log; it closes with the test.
    node: Callable[[], Any]
    #: A context in which nothing commits: what is appended meanwhile waits and goes into one batch.
    hold: Callable[[], Any]
    client_ids: ClientIds
    snapshots: Snapshots
    checkpoints: Checkpoints


def postgres_log(
    dsn: str, pool: asyncpg.Pool, log_class: type[PostgresLog] = PostgresLog, **options: Any
) -> PostgresLog:
    """Return a log that says nothing."""
    return log_class(dsn, pool, clock=SystemClock(), logger=structlog.wrap_logger(structlog.ReturnLogger()), **options)


class SealedLog(PostgresLog):
    """A log with tiny partitions, every closed one of which is sealed before anything is read."""

    def __init__(self, dsn: str, pool: asyncpg.Pool, **options: Any) -> None:
        super().__init__(dsn, pool, partition_positions=TINY, **options)
        self._sealer = Sealer(pool, clock=SystemClock(), logger=options["logger"], rows=3)

    async def read_stream(self, stream_id: UUID, kind: Kind, *, after: int = 0, limit: int = 10_000) -> list[Recorded]:
        await seal_all(self._sealer)
        return await super().read_stream(stream_id, kind, after=after, limit=limit)

    async def read(self, *, after: int, limit: int, where: EventFilter) -> Page:
        await seal_all(self._sealer)
        return await super().read(after=after, limit=limit, where=where)


async def seal_all(sealer: Sealer) -> None:
    """Seal whatever is closed; others that seal meanwhile, or hold the tables for a moment, are waited for."""
    while True:
        try:
            if await sealer.step() is Done.NOTHING:
                return
        except asyncpg.LockNotAvailableError:
            continue


async def make_tiny(dsn: str, *, partitions: int = 20, positions: int = TINY) -> None:
    """Replace the partitions of the migration, which must be empty, by some small ones."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("DROP TABLE events_u_0, events_u_5000000")
        for first in range(0, partitions * positions, positions):
            await connection.execute(
                f"CREATE TABLE events_u_{first} PARTITION OF events_u (UNIQUE (stream_id, version), UNIQUE (position)) "
                f"FOR VALUES FROM ({first}) TO ({first + positions})"
            )
    finally:
        await connection.close()


@asynccontextmanager
async def open_place(dsn: str | None, *, sealed: bool = False) -> AsyncIterator[Place]:
    """Open the log in memory, or in the database, with old keystrokes in their rows or sealed."""
    async with AsyncExitStack() as stack:
        if dsn is None:
            yield _in_memory(stack)
        else:
            if sealed:
                await make_tiny(dsn)
            yield await _in_postgres(dsn, stack, SealedLog if sealed else PostgresLog)


def _in_memory(stack: AsyncExitStack) -> Place:
    store = MemoryStore()
    log = MemoryLog(store)
    stack.push_async_callback(log.close)

    async def node() -> MemoryLog:
        other = MemoryLog(store)
        stack.push_async_callback(other.close)
        return other

    @asynccontextmanager
    async def hold() -> AsyncIterator[None]:
        log.hold()
        yield
        log.release()

    return Place(log, node, hold, MemoryClientIds(store), MemorySnapshots(), MemoryCheckpoints())


async def _in_postgres(dsn: str, stack: AsyncExitStack, log_class: type[PostgresLog]) -> Place:
    pool = await stack.enter_async_context(open_pool(dsn))
    log = await stack.enter_async_context(postgres_log(dsn, pool, log_class))

    async def node() -> PostgresLog:
        return await stack.enter_async_context(postgres_log(dsn, pool, log_class))

    @asynccontextmanager
    async def hold() -> AsyncIterator[None]:
        async with blocked(dsn):
            first = log.append(update(uuid4(), 0))  # Keeps the writer busy, so that the rest goes into one batch.
            await waiting_for_the_lock(dsn)
            yield
        await first

    return Place(log, node, hold, PostgresClientIds(pool), PostgresSnapshots(pool), PostgresCheckpoints(pool))


@asynccontextmanager
async def blocked(dsn: str) -> AsyncIterator[None]:
    """Hold the lock of all commits."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f"SELECT pg_advisory_lock({LOCK})")
        yield
    finally:
        await connection.close()


async def waiting_for_the_lock(dsn: str) -> None:
    """Return when some commit waits for the lock."""
    connection = await asyncpg.connect(dsn)
    try:
        query = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
        while not await connection.fetchval(query):
            pass
    finally:
        await connection.close()


def update(stream_id: UUID, expected: int, *bodies: bytes, actor_id: UUID = ANN) -> Append:
    """Return keystrokes, by default one."""
    events = tuple(NewEvent(DOCUMENT_UPDATED, body, actor_id) for body in bodies or (b"x",))
    return Append((Write(stream_id, Kind.UPDATE, expected, events),))


def fact(stream_id: UUID, expected: int, *topics: str, actor_id: UUID = ANN) -> Append:
    """Return facts, by default that a document was created."""
    events = tuple(NewEvent(topic, b"{}", actor_id) for topic in topics or ("document.created",))
    return Append((Write(stream_id, Kind.AGGREGATE, expected, events),))


def joined(*appends: Append, claims: tuple[Claim, ...] = ()) -> Append:
    """Return one append of several: all or nothing."""
    return Append(tuple(write for append in appends for write in append.writes), claims)
