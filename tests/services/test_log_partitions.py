"""Partitions of keystrokes are ready before they are needed, and making them stops nobody."""

from __future__ import annotations

import asyncio
import importlib
from uuid import uuid4

import asyncpg
import pytest
import structlog

from core import limits
from core.adapters.postgres import sealer
from core.adapters.postgres.chain import verify_chain
from core.adapters.postgres.partitions import LOCK, Partitions
from core.adapters.postgres.pool import open_pool
from core.errors import LogUnavailable
from core.events import Committed, EventFilter, Kind
from projections import tables
from tests.contracts.logs import postgres_log, update

pytestmark = pytest.mark.services
SILENT = structlog.wrap_logger(structlog.ReturnLogger())
#: Positions of a partition in these tests.
SMALL = 50


async def shrink(connection: asyncpg.Connection) -> None:
    """Replace the first two partitions of the migration by one small one."""
    await connection.execute("DROP TABLE events_u_0, events_u_5000000")
    await connection.execute(f"CREATE TABLE events_u_0 PARTITION OF events_u FOR VALUES FROM (0) TO ({SMALL})")


async def partitions(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'events_u'::regclass"
    )
    return sorted((row["name"] for row in rows), key=lambda name: int(name.rsplit("_", 1)[1]))


async def test_the_log_walks_through_its_partitions(database_url: str) -> None:
    """While appends go on, whole partitions stay ready beyond the head; keys hold in each, and reads see them all."""
    async with open_pool(database_url) as pool, pool.acquire() as connection:
        await shrink(connection)
        async with postgres_log(database_url, pool, partition_positions=SMALL) as log:
            song = uuid4()
            for n in range(40):
                await log.append(update(song, 10 * n, *[b"%d" % n] * 10))
            expected = [f"events_u_{n * SMALL}" for n in range(400 // SMALL + limits.PARTITIONS_AHEAD)]
            while len(await partitions(connection)) < len(expected):
                pass
            assert await partitions(connection) == expected
            assert [event.version for event in await log.read_stream(song, Kind.UPDATE)] == list(range(1, 401))
            page = await log.read(after=45, limit=20, where=EventFilter(stream_ids=frozenset({song})))
            assert [event.position for event in page.events] == list(range(46, 66))
            assert (await verify_chain(connection)).holds
        keys = await connection.fetch(
            "SELECT pg_get_constraintdef(oid) AS key FROM pg_constraint "
            "WHERE conrelid = 'events_u_450'::regclass AND contype = 'u'"
        )
        assert {row["key"] for row in keys} == {"UNIQUE (stream_id, version)", 'UNIQUE ("position")'}


async def test_a_partition_comes_while_nobody_reads(database_url: str) -> None:
    """Whoever reads is not waited for long, and has no partition attached under a plan; appends go on all the while."""
    async with open_pool(database_url) as pool, postgres_log(database_url, pool) as log, pool.acquire() as reader:
        maker = Partitions(pool, logger=SILENT, positions=10_000_000)
        async with reader.transaction():
            await reader.fetch("SELECT count(*) FROM events")
            making, appending = asyncio.create_task(maker.ensure()), log.append(update(uuid4(), 0))
            with pytest.raises(asyncpg.LockNotAvailableError):
                await making
            assert await appending == Committed(1, 1)
            assert await partitions(reader) == ["events_u_0", "events_u_5000000"]
        assert await maker.ensure() >= 20_000_000


@pytest.mark.parametrize("is_missing", [False, True])
async def test_what_a_long_reader_keeps_away_comes_later(
    database_url: str, monkeypatch: pytest.MonkeyPatch, is_missing: bool
) -> None:
    """While somebody reads for long, as a backup does, it is tried in peace; when an append needs it, at once."""
    monkeypatch.setattr(limits, "ATTACH_AGAIN_SECONDS", 600 if is_missing else 0.05)
    said = structlog.testing.CapturingLogger()
    async with open_pool(database_url) as pool, pool.acquire() as reader, asyncio.timeout(20):
        maker = Partitions(pool, logger=structlog.wrap_logger(said), positions=10_000_000)
        running = asyncio.create_task(maker.run())
        async with reader.transaction():
            await reader.fetch("SELECT count(*) FROM events")
            maker.reached(1)
            while not said.calls:
                await reader.execute("SELECT pg_sleep(0.01)")
            assert await partitions(reader) == ["events_u_0", "events_u_5000000"]
        if is_missing:
            maker.missing()
        while len(await partitions(reader)) == 2:
            await reader.execute("SELECT pg_sleep(0.01)")
        running.cancel()


@pytest.mark.parametrize("mode", ["SHARE UPDATE EXCLUSIVE", "ACCESS SHARE"])
async def test_who_holds_one_partition_is_not_waited_for(database_url: str, mode: str) -> None:
    """Vacuum and sealing hold single partitions, for long: the next one comes all the same."""
    async with open_pool(database_url) as pool, pool.acquire() as other, other.transaction():
        await other.execute(f"LOCK TABLE events_u_0 IN {mode} MODE")
        assert await Partitions(pool, logger=SILENT, positions=10_000_000).ensure() == 20_000_000


async def test_an_append_without_a_partition_waits_for_one(database_url: str) -> None:
    """If maintenance fell behind, the append asks for a partition and is stored once there is one."""
    async with open_pool(database_url) as pool, pool.acquire() as connection:
        async with postgres_log(database_url, pool) as log:
            await shrink(connection)
            assert await log.append(update(uuid4(), 0, *[b"x"] * 80)) == Committed(1, 80)
        assert (await verify_chain(connection)).events == 80


async def test_a_log_opens_while_other_maintenance_is_under_way(database_url: str) -> None:
    """Somebody else holds the tables for long: a log with room left opens and appends, and makes the rest later."""
    async with open_pool(database_url) as pool, pool.acquire() as connection:
        other = connection.transaction()
        await other.start()
        await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        async with postgres_log(database_url, pool, partition_positions=10_000_000) as log:
            assert await log.append(update(uuid4(), 0)) == Committed(1, 1)
            assert await partitions(connection) == ["events_u_0", "events_u_5000000"]
            await other.rollback()
            async with asyncio.timeout(10):
                while "events_u_10000000" not in await partitions(connection):
                    pass


async def test_a_log_without_a_partition_does_not_open_beside_other_maintenance(database_url: str) -> None:
    """When the very next append would find no partition, opening says so, and that one may try again."""
    async with open_pool(database_url) as pool, pool.acquire() as connection:
        await connection.execute("DROP TABLE events_u_0, events_u_5000000")
        async with connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            with pytest.raises(LogUnavailable, match="hold the tables"):
                async with postgres_log(database_url, pool):
                    pytest.fail("opened")
        async with postgres_log(database_url, pool) as log:
            assert await log.append(update(uuid4(), 0)) == Committed(1, 1)


async def test_a_log_opens_while_a_projection_is_swapped(database_url: str) -> None:
    """A swap waits for readers of its table for seconds, and the log has nothing to do with it."""
    async with open_pool(database_url) as pool, pool.acquire() as connection, connection.transaction():
        await connection.execute(f"SELECT pg_advisory_xact_lock({tables.LOCK})")
        assert await Partitions(pool, logger=SILENT, positions=10_000_000).ensure() == 20_000_000


def test_every_lock_has_a_number_of_its_own() -> None:
    """Two tasks with one number would stop each other for nothing."""
    log_lock = importlib.import_module("migrations.versions.0001_log").LOCK
    assert len({log_lock, LOCK, tables.LOCK, sealer.LOCK}) == 4


async def test_two_nodes_make_each_partition_once(database_url: str) -> None:
    """Maintenance of several processes at once ends with the same tables and no error."""
    async with open_pool(database_url) as pool, pool.acquire() as connection:
        makers = [Partitions(pool, logger=SILENT, positions=4_000_000) for _ in range(4)]
        ends = await asyncio.gather(*[maker.ensure() for maker in makers])
        assert set(ends) == {10_000_000}
        wide = [Partitions(pool, logger=SILENT, positions=8_000_000) for _ in range(4)]
        assert set(await asyncio.gather(*[maker.ensure() for maker in wide])) == {18_000_000}
        assert await partitions(connection) == ["events_u_0", "events_u_5000000", "events_u_10000000"]
