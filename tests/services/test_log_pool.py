"""What a database says when it cannot serve now is LogUnavailable, and all that waits for it waits on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from core.adapters.postgres.client_ids import PostgresClientIds
from core.adapters.postgres.pool import borrow, fetch, open_pool
from core.errors import LogUnavailable
from core.events import Claim

pytestmark = pytest.mark.services
#: States in which the same statement may succeed later, by what PostgreSQL calls them.
PASSING = {
    "read_only_sql_transaction": "25006",
    "serialization_failure": "40001",
    "deadlock_detected": "40P01",
    "out_of_memory": "53200",
    "disk_full": "53100",
    "query_canceled": "57014",
    "cannot_connect_now": "57P03",
    "system_error": "58000",
    "io_error": "58030",
    "internal_error": "XX000",
    "data_corrupted": "XX001",
}
#: States that blame the statement: no waiting helps.
LASTING = {"division_by_zero": "22012", "unique_violation": "23505", "undefined_table": "42P01"}


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    """A pool on a database with a function that fails as it is told."""
    async with open_pool(database_url) as pool:
        async with pool.acquire() as connection:
            await connection.execute(
                """
                CREATE FUNCTION fail(code text) RETURNS int LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'told to' USING ERRCODE = code; END $$
                """
            )
        yield pool


async def test_a_state_that_passes_is_an_outage(pool: asyncpg.Pool) -> None:
    """Whoever reads or writes then hears LogUnavailable, which everybody waits out; the connection is good again."""
    for name, code in PASSING.items():
        with pytest.raises(LogUnavailable) as reading:
            await fetch(pool, "SELECT fail($1)", code)
        with pytest.raises(LogUnavailable) as writing:
            async with borrow(pool) as connection, connection.transaction():
                await connection.execute("SELECT fail($1)", code)
        causes = [error.value.__cause__ for error in (reading, writing)]
        assert [getattr(cause, "sqlstate", None) for cause in causes] == [code, code], name
    assert [row[0] for row in await fetch(pool, "SELECT 1")] == [1]


async def test_a_mistake_is_no_outage(pool: asyncpg.Pool) -> None:
    """What would fail again and again is raised as it is, so that nobody waits for it."""
    for code in LASTING.values():
        with pytest.raises(asyncpg.PostgresError) as reading:
            await fetch(pool, "SELECT fail($1)", code)
        with pytest.raises(asyncpg.PostgresError) as writing:
            async with borrow(pool) as connection:
                await connection.execute("SELECT fail($1)", code)
        assert {reading.value.sqlstate, writing.value.sqlstate} == {code}


async def test_nothing_is_retired_or_claimed_on_a_replica(pool: asyncpg.Pool) -> None:
    """On a server that only reads, writers of client ids are told to try again, and it works once it writes."""
    client_ids, document_id, person_id = PostgresClientIds(pool), uuid4(), uuid4()
    async with pool.acquire() as connection:
        database = await connection.fetchval("SELECT quote_ident(current_database())")
        await connection.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
        await pool.expire_connections()
    for write in (
        lambda: client_ids.retire(document_id, 1),
        lambda: client_ids.claim(Claim(document_id, 2, person_id)),
        lambda: client_ids.issue(document_id, person_id),
    ):
        with pytest.raises(LogUnavailable):
            await write()
    assert await client_ids.owners(document_id) == {}
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION READ WRITE")
        await connection.execute(f"ALTER DATABASE {database} RESET default_transaction_read_only")
    await pool.expire_connections()
    await client_ids.retire(document_id, 1)
    assert await client_ids.owners(document_id) == {1: None}


async def test_a_deadlock_is_an_outage(pool: asyncpg.Pool) -> None:
    """Two transactions that wait for each other: one of them goes on, the other hears that it may try again."""
    async with pool.acquire() as connection:
        await connection.execute("CREATE TABLE rows AS SELECT 1 AS id UNION SELECT 2")
    both = asyncio.Barrier(2)

    async def change(first: int, second: int) -> None:
        async with borrow(pool) as connection, connection.transaction():
            await connection.execute("SET LOCAL deadlock_timeout = 10")
            await connection.execute("UPDATE rows SET id = id WHERE id = $1", first)
            await both.wait()
            await connection.execute("UPDATE rows SET id = id WHERE id = $1", second)

    async with asyncio.timeout(20):
        ends = await asyncio.gather(change(1, 2), change(2, 1), return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [LogUnavailable]
