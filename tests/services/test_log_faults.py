"""The appender when answers are lost, servers are away and data is wrong: nothing twice, nothing lost, nobody hangs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple
from uuid import UUID, uuid4

import asyncpg
import pytest

from core import limits
from core.adapters.postgres.batch import KEYSTROKES
from core.adapters.postgres.chain import verify_chain
from core.adapters.postgres.log import PostgresLog
from core.adapters.postgres.pool import open_pool
from core.errors import ClientIdTaken, Invalid, LogUnavailable, Misconfigured, StreamMoved
from core.events import DOCUMENT_UPDATED, Append, Claim, Committed, EventFilter, Kind, NewEvent, Write
from tests.contracts.logs import ANN, BEN, blocked, fact, joined, postgres_log, update, waiting_for_the_lock
from tests.services.proxy import MARK, Proxy, proxied

pytestmark = pytest.mark.services


class Wire(NamedTuple):
    """A log behind a proxy, and the direct way to the same database."""

    log: PostgresLog
    proxy: Proxy
    dsn: str
    pool: asyncpg.Pool


@pytest.fixture
async def wire(database_url: str) -> AsyncIterator[Wire]:
    async with (
        proxied(database_url) as (proxy, through),
        open_pool(database_url) as pool,
        postgres_log(through, pool) as log,
    ):
        yield Wire(log, proxy, database_url, pool)


async def bodies(wire: Wire, stream_id: UUID) -> list[bytes]:
    return [event.body for event in await wire.log.read_stream(stream_id, Kind.UPDATE)]


async def links(wire: Wire) -> int:
    """Return how many batches are stored; the chain must hold, whatever happened."""
    async with wire.pool.acquire() as connection:
        verdict = await verify_chain(connection)
    assert verdict.holds, verdict.problem
    return verdict.links


@pytest.mark.parametrize("faults", [("answer",), ("request",), ("answer", "answer"), ("request", "answer", "request")])
async def test_a_lost_commit_is_stored_once(wire: Wire, faults: tuple[str, ...]) -> None:
    """Whether the statement or its answer was lost: the writer hears the true positions, and nothing is there twice."""
    song = uuid4()
    await wire.log.append(update(song, 0, b"before"))
    wire.proxy.lose(*faults)
    committed = await wire.log.append(update(song, 1, MARK, b"second"))
    assert wire.proxy.lost.is_set()
    assert await bodies(wire, song) == [b"before", MARK, b"second"]
    assert committed == Committed(2, 3)
    assert await wire.log.append(update(song, 3, b"after")) == Committed(4, 4)
    assert await links(wire) == 3


async def test_a_lost_answer_repeats_every_refusal(wire: Wire) -> None:
    """After the answer was lost, those who were left out hear why, and the others where they are."""
    song, stale = uuid4(), uuid4()
    await wire.log.append(joined(update(stale, 0), claims=(Claim(song, 1, BEN),)))
    async with blocked(wire.dsn):
        first = wire.log.append(update(uuid4(), 0))
        await waiting_for_the_lock(wire.dsn)
        wire.proxy.lose("answer")
        futures = [
            wire.log.append(update(stale, 0, b"moved")),
            wire.log.append(joined(update(song, 0, b"taken"), claims=(Claim(song, 1, ANN),))),
            wire.log.append(update(song, 0, MARK)),
        ]
    await first
    results = await asyncio.gather(*futures, return_exceptions=True)
    assert wire.proxy.lost.is_set()
    assert [type(result) for result in results] == [StreamMoved, ClientIdTaken, Committed]
    assert results[0].actual == 1
    assert results[2] == Committed(3, 3)
    assert await bodies(wire, song) == [MARK]
    assert await links(wire) == 3


async def test_a_late_statement_is_not_stored_again(wire: Wire) -> None:
    """The first call arrives after the second one was committed: the batch's id stops it."""
    song = uuid4()
    wire.proxy.lose("late")
    assert await wire.log.append(update(song, 0, MARK)) == Committed(1, 1)
    await wire.proxy.deliver()
    async with wire.pool.acquire() as connection:  # The late call has run when nobody is active any more.
        busy = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = current_database()"
        while await connection.fetchval(busy) > 1:
            pass
    assert await wire.log.append(update(song, 1, b"next")) == Committed(2, 2)
    assert await bodies(wire, song) == [MARK, b"next"]
    assert await links(wire) == 2


async def test_a_statement_still_under_way_is_waited_for(wire: Wire) -> None:
    """The connection breaks while the commit waits for another node: the retry waits behind it and finds it stored."""
    song = uuid4()
    async with blocked(wire.dsn):
        future = wire.log.append(update(song, 0, b"once"))
        await waiting_for_the_lock(wire.dsn)
        wire.proxy.cut()
    assert await future == Committed(1, 1)
    assert await bodies(wire, song) == [b"once"]
    assert await links(wire) == 1


async def test_a_killed_backend_costs_nothing(wire: Wire) -> None:
    """An administrator terminates every connection again and again while appends go on: all stored, once, in order."""
    song, futures = uuid4(), []
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"
    connection = await asyncpg.connect(wire.dsn)
    for round_number in range(5):
        futures += [wire.log.append(update(song, round_number * 20 + n, b"%d" % n)) for n in range(20)]
        await asyncio.sleep(0)
        await connection.execute(kill.replace("$1", str(connection.get_server_pid())))
        await futures[-20]
    results = await asyncio.gather(*futures)
    await connection.close()
    assert results == [Committed(n, n) for n in range(1, 101)]
    assert await bodies(wire, song) == [b"%d" % n for n in range(20)] * 5
    assert await links(wire) >= 5


async def test_an_outage_fails_what_waits_and_ends(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a database everything queued fails within the bound; when it is back, appends work again."""
    monkeypatch.setattr(limits, "LOG_OUTAGE_SECONDS_MAX", 0.3)
    song = uuid4()
    wire.proxy.closed = True
    wire.proxy.cut()
    futures = [wire.log.append(update(song, n)) for n in range(3)]
    await asyncio.wait(futures, timeout=10)
    later = wire.log.append(fact(uuid4(), 0))
    async with asyncio.timeout(10):
        results = await asyncio.gather(*futures, later, return_exceptions=True)
    assert [type(result) for result in results] == [LogUnavailable] * 4
    wire.proxy.closed = False
    assert await wire.log.append(update(song, 0, b"back")) == Committed(1, 1)
    assert await bodies(wire, song) == [b"back"]


async def test_wrong_data_harms_only_its_own_append(wire: Wire) -> None:
    """What the database cannot store is Invalid for its writer; the neighbours of the same batch are stored."""
    nobody: UUID = None  # type: ignore[assignment]  # Stands for a bug of a writer.
    streams = [uuid4() for _ in range(8)]
    bad = uuid4()
    async with blocked(wire.dsn):
        first = wire.log.append(update(uuid4(), 0))
        await waiting_for_the_lock(wire.dsn)
        good = [wire.log.append(update(stream, 0, b"good")) for stream in streams[:4]]
        wrong = [
            wire.log.append(Append((Write(bad, Kind.UPDATE, 0, (NewEvent(DOCUMENT_UPDATED, b"", nobody),)),))),
            wire.log.append(fact(uuid4(), 0, "nul\0")),
            wire.log.append(update(uuid4(), 2**63)),
        ]
        follower = wire.log.append(joined(update(bad, 1), claims=(Claim(bad, 1, ANN),)))
        good += [wire.log.append(update(stream, 0, b"good")) for stream in streams[4:]]
    await first
    assert all(isinstance(result, Committed) for result in await asyncio.gather(*good))
    results = await asyncio.gather(*wrong, follower, return_exceptions=True)
    assert [type(result) for result in results] == [Invalid, Invalid, Invalid, StreamMoved]
    assert [await bodies(wire, stream) for stream in streams] == [[b"good"]] * 8
    assert await bodies(wire, bad) == []
    assert await wire.log.append(update(bad, 0)) == Committed(10, 10)


async def test_a_database_that_does_not_fit_is_told_at_once(wire: Wire) -> None:
    """Without the function that appends no waiting helps: the writer hears it without the patience for outages."""
    async with wire.pool.acquire() as connection:
        await connection.execute("ALTER FUNCTION log_append RENAME TO gone")
        wire.proxy.cut()
        async with asyncio.timeout(5):
            with pytest.raises(LogUnavailable, match="does not fit"):
                await wire.log.append(update(uuid4(), 0))
        await connection.execute("ALTER FUNCTION gone RENAME TO log_append")
    assert await wire.log.append(update(uuid4(), 0)) == Committed(1, 1)


async def test_watchers_are_told_when_hints_may_have_been_lost(wire: Wire) -> None:
    """The listening connection breaks: after the new one listens, every watcher hears that any stream may differ."""
    heard: asyncio.Queue[frozenset[UUID] | None] = asyncio.Queue()
    wire.log.watch(heard.put_nowait)
    wire.proxy.cut()
    assert await asyncio.wait_for(heard.get(), 10) is None
    async with postgres_log(wire.dsn, wire.pool) as node:
        song = uuid4()
        await node.append(update(song, 0))
        assert await asyncio.wait_for(heard.get(), 10) == {song}


async def test_a_look_finds_what_no_hint_told(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that hears nothing still sees others' commits within the poll."""
    monkeypatch.setattr(limits, "POLL_SECONDS", 0.05)
    async with open_pool(database_url) as pool, postgres_log(database_url, pool) as log:
        async with pool.acquire() as connection:
            source = await connection.fetchval("SELECT pg_get_functiondef('log_append'::regproc)")
            await connection.execute(source.replace("PERFORM pg_notify(", "PERFORM concat("))
        heard: asyncio.Queue[frozenset[UUID] | None] = asyncio.Queue()
        log.watch(heard.put_nowait)
        async with postgres_log(database_url, pool) as node:
            await node.append(update(uuid4(), 0))
            await asyncio.wait_for(log.changed(after=0, timeout_s=60), 10)
            assert await asyncio.wait_for(heard.get(), 10) is None


async def test_a_hint_without_a_family_may_be_of_a_fact(wire: Wire) -> None:
    """What a program of another version tells wakes the readers of facts too: it does not say that they may sleep."""
    facts = EventFilter(kinds=frozenset({Kind.AGGREGATE}))
    waiting = asyncio.create_task(wire.log.changed(after=0, timeout_s=60, where=facts))
    async with open_pool(wire.dsn) as pool, pool.acquire() as connection:
        await connection.execute("SELECT pg_notify('counterpoint_log', $1)", f"another 1 {uuid4().hex} {KEYSTROKES}")
        await wire.log.changed(after=0, timeout_s=60)
        assert not waiting.done()
        await connection.execute("SELECT pg_notify('counterpoint_log', $1)", f"another 2 {uuid4().hex}")
        await asyncio.wait_for(waiting, 10)


async def test_many_streams_in_one_batch_are_told_as_any(wire: Wire) -> None:
    """A hint that would not fit into a notification says that any stream may have changed."""
    heard: asyncio.Queue[frozenset[UUID] | None] = asyncio.Queue()
    wire.log.watch(heard.put_nowait)
    async with postgres_log(wire.dsn, wire.pool) as node:
        fits = [update(uuid4(), 0) for _ in range(limits.HINT_STREAMS_MAX)]
        await node.append(joined(*fits))
        assert await asyncio.wait_for(heard.get(), 10) == {append.writes[0].stream_id for append in fits}
        await node.append(joined(*[update(uuid4(), 0) for _ in range(limits.HINT_STREAMS_MAX + 1)]))
        assert await asyncio.wait_for(heard.get(), 10) is None


async def test_a_server_that_is_not_there_is_told_at_the_start(database_url: str) -> None:
    """Opening fails at once with a typed error, and leaves no connection behind."""
    with pytest.raises(LogUnavailable):
        async with open_pool("postgresql://nobody@/none?host=/tmp/counterpoint-nowhere"):
            pytest.fail("opened")
    async with open_pool(database_url) as pool:
        with pytest.raises((LogUnavailable, Misconfigured)):
            async with postgres_log("postgresql://nobody@/none?host=/tmp/counterpoint-nowhere", pool):
                pytest.fail("opened")
