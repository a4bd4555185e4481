"""Sealing changes nothing that anybody reads, stops nobody, goes on wherever it was killed, and hides no tampering."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import structlog

from core import limits
from core.adapters.clock import SystemClock
from core.adapters.postgres import sealed, sealer
from core.adapters.postgres.chain import verify_chain
from core.adapters.postgres.log import PostgresLog
from core.adapters.postgres.migrate import known_revisions, read_schema
from core.adapters.postgres.pool import open_pool
from core.adapters.postgres.sealer import Done, Sealer
from core.adapters.postgres.segment import Keystroke, Segment, pack
from core.errors import MigrationNeeded, Quarantined
from core.events import EventFilter, Kind, Recorded
from core.subscription import Subscription
from tests.contracts.logs import fact, joined, make_tiny, postgres_log, seal_all, update

pytestmark = pytest.mark.services
ROOT = Path(__file__).parents[2]
SILENT = structlog.wrap_logger(structlog.ReturnLogger())
#: Positions of a partition, and keystrokes of a segment, in these tests.
PARTITION, ROWS = 40, 16
ALL = EventFilter()


def make_sealer(pool: asyncpg.Pool) -> Sealer:
    return Sealer(pool, clock=SystemClock(), logger=SILENT, rows=ROWS)


@asynccontextmanager
async def opened(dsn: str) -> AsyncIterator[tuple[PostgresLog, asyncpg.Pool]]:
    async with open_pool(dsn) as pool, postgres_log(dsn, pool, partition_positions=PARTITION) as log:
        yield log, pool


@pytest.fixture
async def books(database_url: str) -> AsyncIterator[tuple[PostgresLog, asyncpg.Pool]]:
    """Four closed partitions with the keystrokes of three documents and some facts; the fifth is open."""
    await make_tiny(database_url, partitions=8, positions=PARTITION)
    async with opened(database_url) as (log, pool):
        chance = random.Random(7)
        versions = {UUID(int=n): 0 for n in (1, 2, 3)}
        while (await log.head()).position < 4 * PARTITION + 5:
            song, count = chance.choice(list(versions)), chance.randint(1, 4)
            bodies = [chance.randbytes(chance.choice([1, 15, 15, 15, 200])) for _ in range(count)]
            await log.append(joined(update(song, versions[song], *bodies), fact(uuid4(), 0)))
            versions[song] += count
        yield log, pool


async def until_sealed(work: Sealer) -> None:
    while await work.step() is not Done.SEALED:
        pass


async def everything(log: PostgresLog, where: EventFilter = ALL) -> list[Recorded]:
    return (await log.read(after=0, limit=10**6, where=where)).events


async def test_readers_notice_nothing(books: tuple[PostgresLog, asyncpg.Pool]) -> None:
    """Positions, bytes, actors, times and versions are the same before and after, whole, in pages and by stream."""
    log, pool = books
    filters = [ALL, EventFilter(with_updates=False), EventFilter(stream_ids=frozenset({UUID(int=1), UUID(int=3)})),
               EventFilter(kinds=frozenset({Kind.UPDATE})), EventFilter(kinds=frozenset({Kind.AGGREGATE}))]  # fmt: skip
    before = [await everything(log, where) for where in filters]
    streams = [await log.read_stream(UUID(int=n), Kind.UPDATE) for n in (1, 2, 3)]
    async with pool.acquire() as connection:
        verdict = await verify_chain(connection)
        await seal_all(make_sealer(pool))
        assert await connection.fetchval("SELECT count(*) FROM seals") == 4
        assert await connection.fetchval("SELECT min(position) FROM events WHERE kind = 'u'") >= 4 * PARTITION
        after = await verify_chain(connection, page_rows=7)
    assert (after.holds, after.events, after.hash) == (True, verdict.events, verdict.hash)
    assert after.segments >= 8
    assert [await everything(log, where) for where in filters] == before
    assert [await log.read_stream(UUID(int=n), Kind.UPDATE) for n in (1, 2, 3)] == streams
    for limit in (1, 7, 33):
        for where, whole in zip(filters, before, strict=True):
            got: list[Recorded] = []
            position, more = 0, True
            while more:
                page = await log.read(after=position, limit=limit, where=where)
                got += page.events
                position, more = page.position, page.more
            assert got == whole, f"{limit} {where}"
        stream: list[Recorded] = []
        while part := await log.read_stream(UUID(int=2), Kind.UPDATE, after=len(stream), limit=limit):
            stream += part
        assert stream == streams[1]


async def test_killed_between_any_two_steps_while_people_type_and_read(database_url: str) -> None:
    """Kill -9 after every statement of sealing, beside writers and a follower: what was acknowledged stays."""
    await make_tiny(database_url, partitions=4, positions=PARTITION)
    async with opened(database_url) as (log, pool), asyncio.timeout(300):
        stored: dict[int, bytes] = {}
        seen: list[Recorded] = []
        stop = asyncio.Event()

        async def write(song: UUID) -> None:
            version = 0
            while not stop.is_set():
                bodies = [b"%d-%d" % (song.int, version + n) for n in range(3)]
                first, _ = await log.append(update(song, version, *bodies))
                stored.update({first + n: body for n, body in enumerate(bodies)})
                version += 3
                read = await log.read_stream(song, Kind.UPDATE, after=max(0, version - 50))
                assert [event.version for event in read] == list(range(max(0, version - 50) + 1, version + 1))

        async def follow() -> None:
            async for page in Subscription(log, limit=20).pages():
                seen.extend(page.events)

        working = [asyncio.create_task(write(UUID(int=n))) for n in (1, 2)]
        following = asyncio.create_task(follow())
        victims = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.services.victims", "seal", database_url, str(ROWS), "20",
            cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await victims.communicate()
        stop.set()
        await asyncio.gather(*working)
        assert victims.returncode == 0
        assert int(said) >= 20, "hardly anybody was killed"
        await seal_all(make_sealer(pool))
        end = (await log.head()).position
        while not seen or seen[-1].position < end:
            await log.changed(after=end, timeout_s=0.01)
        following.cancel()
        assert await everything(log) == seen
        assert {event.position: event.body for event in seen} == stored
        async with pool.acquire() as connection:
            verdict = await verify_chain(connection)
            assert verdict.holds, verdict.problem
            assert verdict.segments >= 2 * (end // PARTITION - 1)


async def test_sealing_gives_way_to_those_who_use_the_tables(
    books: tuple[PostgresLog, asyncpg.Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long reader keeps its tables: sealing steps back within its lock timeout, appends go on, and it comes again."""
    log, pool = books
    monkeypatch.setattr(limits, "MAINTENANCE_LOCK_MS", 50)
    async with pool.acquire() as reader:
        async with reader.transaction():
            await reader.fetch("SELECT count(*) FROM events")
            with pytest.raises(asyncpg.LockNotAvailableError):
                await until_sealed(make_sealer(pool))
            before = (await log.head()).position
            await log.append(update(uuid4(), 0))
            assert (await log.head()).position == before + 1
            assert await reader.fetchval("SELECT count(*) FROM seals") == 0
        await seal_all(make_sealer(pool))
        assert await reader.fetchval("SELECT count(*) FROM seals") == 4


async def test_one_process_seals_at_a_time(books: tuple[PostgresLog, asyncpg.Pool]) -> None:
    """Whoever comes second does nothing; four at once end with every row in one segment."""
    _, pool = books
    async with pool.acquire() as other:
        async with other.transaction():
            await other.execute(f"SELECT pg_advisory_xact_lock({sealer.LOCK})")
            assert await make_sealer(pool).step() is Done.BUSY
        await asyncio.gather(*[seal_all(make_sealer(pool)) for _ in range(4)])
        assert (await verify_chain(other)).segments == await other.fetchval("SELECT count(*) FROM segments")


async def test_an_open_partition_is_not_sealed(database_url: str) -> None:
    """One position short of its end is open; the last position closes it."""
    await make_tiny(database_url, partitions=3, positions=PARTITION)
    async with opened(database_url) as (log, pool):
        await log.append(update(UUID(int=1), 0, *[b"x"] * (PARTITION - 2)))
        assert await make_sealer(pool).step() is Done.NOTHING
        await log.append(update(UUID(int=1), PARTITION - 2))
        assert await make_sealer(pool).step() is Done.WROTE


async def test_a_segment_that_does_not_say_what_the_rows_say_is_never_believed(
    books: tuple[PostgresLog, asyncpg.Pool],
) -> None:
    """Whatever is wrong with what was written is found before the rows are dropped, and written anew."""
    log, pool = books
    before = await everything(log)
    work = make_sealer(pool)
    wrong = ["UPDATE segments SET packed = set_byte(packed, 99, 1 + get_byte(packed, 99) % 255)",
             "UPDATE segment_runs SET first_version = first_version - 1 WHERE stream_id = '" + str(UUID(int=1)) + "'",
             "UPDATE events SET body = 'changed' WHERE position = (SELECT min(position) FROM events WHERE kind = 'u')",
             "DELETE FROM segments"]  # fmt: skip
    async with pool.acquire() as connection:
        first = before[0]
        for change in wrong:
            while await connection.fetchval("SELECT count(*) FROM segments") < 2:
                assert await work.step() is Done.WROTE
            await connection.execute(change)
            if change.startswith("DELETE"):
                continue
            with pytest.raises(Quarantined):
                await until_sealed(work)
            assert await connection.fetchval("SELECT count(*) FROM seals") == 0
            if change.startswith("UPDATE events"):
                await connection.execute("UPDATE events SET body = $1 WHERE position = $2", first.body, first.position)
        await seal_all(work)
        assert await everything(log) == before


async def test_rows_changed_after_they_were_verified_stop_the_drop(books: tuple[PostgresLog, asyncpg.Pool]) -> None:
    """A row more or less than the segments have keeps the partition where it is."""
    _, pool = books
    work = make_sealer(pool)
    async with pool.acquire() as connection:
        while await work.step() is not Done.VERIFIED:
            pass
        while await connection.fetchval("SELECT count(*) FROM segments WHERE NOT verified"):
            await work.step()
        await connection.execute("DELETE FROM events WHERE position = (SELECT min(position) FROM events_u)")
        with pytest.raises(Quarantined):
            await work.step()
        assert await connection.fetchval("SELECT count(*) FROM seals") == 0


async def test_the_first_seal_keeps_old_programs_out(
    books: tuple[PostgresLog, asyncpg.Pool], database_url: str
) -> None:
    """Until then a program without segments may run beside this one; from then on it would miss what is sealed."""
    _, pool = books
    old = known_revisions() - {sealer.REVISION}
    (await read_schema(database_url, old)).require_fit()
    await seal_all(make_sealer(pool))
    with pytest.raises(MigrationNeeded, match="newer Counterpoint"):
        (await read_schema(database_url, old)).require_fit()


async def test_little_is_kept_in_memory(
    books: tuple[PostgresLog, asyncpg.Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Segments are forgotten beyond the bound, and read again; answers stay the same."""
    log, pool = books
    before = await everything(log)
    await seal_all(make_sealer(pool))
    monkeypatch.setattr(limits, "SEGMENTS_KEPT_BYTES_MAX", 3000)
    reader = sealed.Sealed(pool.fetch)
    for _ in range(2):
        found, whole = await reader.between(0, 4 * PARTITION - 1, limit=10**6)
        assert whole
        wanted = [event.body for event in before if event.kind is Kind.UPDATE and event.position < 4 * PARTITION]
        assert [keystroke.body for keystroke in found] == wanted
        assert sum(segment.memory_bytes for _, segment in reader._kept.values()) <= 3000


def changed(place: int, **fields: Any) -> Callable[[list[Keystroke]], list[Keystroke]]:
    return lambda rows: [row._replace(**fields) if n == place else row for n, row in enumerate(rows)]


#: What somebody with the database and our own code may do to a sealed segment, packing it anew without a fault.
FORGED: dict[str, Callable[[list[Keystroke]], list[Keystroke]]] = {
    "a body": changed(3, body=b"other", size_bytes=5),
    "an actor": changed(3, actor_id=UUID(int=99)),
    "a stream": changed(3, stream_id=UUID(int=99)),
    "a version": changed(3, version=99_999),
    "a false erasure": changed(3, body=b"", body_hash=bytes(32), size_bytes=0),
    "a body beside a hash": lambda rows: [*rows[:3], rows[3]._replace(body_hash=bytes(32)), *rows[4:]],
    "an order": lambda rows: [
        *rows[:3],
        rows[4]._replace(position=rows[3].position),
        rows[3]._replace(position=rows[4].position),
        *rows[5:],
    ],
    "a row less": lambda rows: [*rows[:3], *rows[4:]],
    "a row twice": lambda rows: [*rows[:4], *rows[3:]],
}
TAMPERED = {
    "a bit": "UPDATE segments SET packed = set_bit(packed, 700, 1 - get_bit(packed, 700)) WHERE first_position = $1",
    "a dropped segment": "DELETE FROM segments WHERE first_position = $1",
    "a run less": "DELETE FROM segment_runs WHERE segment = $1 AND stream_id = (SELECT min(stream_id::text)::uuid "
    "FROM segment_runs WHERE segment = $1)",
    "a run moved": "UPDATE segment_runs SET last_version = last_version + 1000 WHERE segment = $1",
    "a seal": "DELETE FROM seals WHERE $1 >= first_position AND $1 < stop_position",
    "the first seal": "DELETE FROM seals WHERE first_position = 0 AND $1 > 0",
    "the last seal": "DELETE FROM seals WHERE stop_position = (SELECT max(stop_position) FROM seals) AND $1 > 0",
    "a link": "UPDATE event_chain SET hash = sha256('x') WHERE $1 BETWEEN first_position AND last_position",
}


@pytest.mark.parametrize("what", [*FORGED, *TAMPERED])
async def test_tampering_with_what_is_sealed_is_found(books: tuple[PostgresLog, asyncpg.Pool], what: str) -> None:
    """Changed, taken away, put in or listed wrongly: the verdict says so and where the log still held."""
    _, pool = books
    await seal_all(make_sealer(pool))
    async with pool.acquire() as connection:
        assert (await verify_chain(connection)).holds
        first = await connection.fetchval("SELECT first_position FROM segments ORDER BY 1 OFFSET 3 LIMIT 1")
        if what in FORGED:
            packed = await connection.fetchval("SELECT packed FROM segments WHERE first_position = $1", first)
            segment = Segment.of(packed)
            rows = FORGED[what](list(segment.rows(range(len(segment)))))
            done = await connection.execute(
                "UPDATE segments SET packed = $2, rows = $3 WHERE first_position = $1", first, pack(rows), len(rows)
            )
        else:
            done = await connection.execute(TAMPERED[what], first)
        assert not done.endswith(" 0"), "the test changed nothing"
        verdict = await verify_chain(connection)
        assert not verdict.holds
        assert verdict.problem
        assert what.startswith("a run") or what.endswith("seal") or verdict.position < first + ROWS
