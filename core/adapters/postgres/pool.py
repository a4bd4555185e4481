"""Connections to PostgreSQL: every one commits with fsync, and its losses are told as LogUnavailable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import asyncpg

from core import limits
from core.adapters.postgres.safety import require_safe
from core.errors import LogUnavailable

#: Said by every connection. JIT and per-call plans cost more than our short statements.
SETTINGS: Final = {"application_name": "counterpoint", "synchronous_commit": "on", "jit": "off"}

#: What asyncpg raises when a server is gone, goes, does not answer, or cannot do now what it could do a moment ago: the
#: same statement may succeed later. InterfaceError: used after it was lost. Read only: it has become a replica.
#: TransactionRollbackError: deadlocks and the like. The last two: its disk or itself is broken.
LOST: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TransactionRollbackError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalServerError,
)


async def connect(dsn: str, settings: Mapping[str, str] | None = None) -> asyncpg.Connection:
    """Return a connection of one's own. Raises Misconfigured for an unsafe server, one of LOST for none."""
    connection = await asyncpg.connect(
        dsn, timeout=limits.DATABASE_CONNECT_SECONDS_MAX, server_settings={**SETTINGS, **(settings or {})}
    )
    try:
        await require_safe(connection)
    except BaseException:
        connection.terminate()
        raise
    return connection


@asynccontextmanager
async def open_pool(dsn: str, *, connections_max: int = limits.POOL_CONNECTIONS_MAX) -> AsyncIterator[asyncpg.Pool]:
    """Lend connections for short work while the context lasts. Raises Misconfigured, LogUnavailable."""
    with translated():
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=connections_max,
            init=require_safe,
            reset=_leave_as_it_is,
            timeout=limits.DATABASE_CONNECT_SECONDS_MAX,
            command_timeout=limits.READ_SECONDS_MAX,
            server_settings=SETTINGS,
        )
    try:
        yield pool
    finally:
        try:
            await asyncio.wait_for(pool.close(), limits.DATABASE_CONNECT_SECONDS_MAX)
        except LOST:
            pool.terminate()


@asynccontextmanager
async def borrow(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
    """Lend a connection; what LOST names is LogUnavailable while it is used."""
    with translated():
        async with pool.acquire(timeout=limits.READ_SECONDS_MAX) as connection:
            yield connection


async def fetch(pool: asyncpg.Pool, query: str, *arguments: Any) -> list[asyncpg.Record]:
    """Run a query that only reads; a connection that was lost while it idled costs one more try, not an error.

    Raises LogUnavailable.
    """
    try:
        return await _fetch(pool, query, arguments)
    except TimeoutError as error:
        raise LogUnavailable from error
    except LOST:
        with translated():
            return await _fetch(pool, query, arguments)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what a driver says about a server that cannot serve now into LogUnavailable."""
    try:
        yield
    except LOST as error:
        raise LogUnavailable from error


async def _leave_as_it_is(connection: asyncpg.Connection) -> None:
    """Reset nothing that costs a round trip: whoever borrows leaves no session state behind.

    Transactions are rolled back by the driver; locks are those of transactions; settings are said at connecting.
    """


async def _fetch(pool: asyncpg.Pool, query: str, arguments: tuple[Any, ...]) -> list[asyncpg.Record]:
    async with pool.acquire(timeout=limits.READ_SECONDS_MAX) as connection:
        return list(await connection.fetch(query, *arguments))
