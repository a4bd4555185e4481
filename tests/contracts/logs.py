"""The event log on every implementation, with what a test needs to order: other nodes, and commits that wait."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import structlog

from core.adapters.clock import SystemClock
from core.adapters.memory import MemoryCheckpoints, MemoryClientIds, MemoryLog, MemorySnapshots, MemoryStore
from core.adapters.postgres.checkpoints import PostgresCheckpoints
from core.adapters.postgres.client_ids import PostgresClientIds
from core.adapters.postgres.log import PostgresLog
from core.adapters.postgres.pool import open_pool
from core.adapters.postgres.snapshots import PostgresSnapshots
from core.events import DOCUMENT_UPDATED, Append, Claim, Kind, NewEvent, Write
from core.ports import Checkpoints, ClientIds, Snapshots

#: The lock every commit takes; who holds it makes commits wait.
LOCK = 6_517_876_001
ANN, BEN = uuid4(), uuid4()


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


def postgres_log(dsn: str, pool: asyncpg.Pool, **options: Any) -> PostgresLog:
    """Return a log that says nothing."""
    return PostgresLog(
        dsn, pool, clock=SystemClock(), logger=structlog.wrap_logger(structlog.ReturnLogger()), **options
    )


@asynccontextmanager
async def open_place(dsn: str | None) -> AsyncIterator[Place]:
    """Open the log in memory, or in the database."""
    async with AsyncExitStack() as stack:
        if dsn is None:
            yield _in_memory(stack)
        else:
            yield await _in_postgres(dsn, stack)


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


async def _in_postgres(dsn: str, stack: AsyncExitStack) -> Place:
    pool = await stack.enter_async_context(open_pool(dsn))
    log = await stack.enter_async_context(postgres_log(dsn, pool))

    async def node() -> PostgresLog:
        return await stack.enter_async_context(postgres_log(dsn, pool))

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
