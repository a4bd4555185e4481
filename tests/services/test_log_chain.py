"""The hash chain: it holds after every kind of append and after erasure, and nothing can be changed unseen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple
from uuid import uuid4

import asyncpg
import pytest

from core.adapters.postgres.chain import GENESIS, Verdict, verify_chain
from core.adapters.postgres.log import PostgresLog
from core.adapters.postgres.pool import open_pool
from core.errors import StreamMoved
from core.events import Kind
from tests.contracts.logs import BEN, fact, postgres_log, update

pytestmark = pytest.mark.services
SONG = uuid4()


class Books(NamedTuple):
    log: PostgresLog
    connection: asyncpg.Connection

    async def verify(self, page_rows: int = 7) -> Verdict:
        return await verify_chain(self.connection, page_rows=page_rows)


@pytest.fixture
async def books(database_url: str) -> AsyncIterator[Books]:
    """Eight batches with 28 events of both kinds, some left out."""
    async with open_pool(database_url) as pool, postgres_log(database_url, pool) as log, pool.acquire() as connection:
        for n in range(4):
            await log.append(update(SONG, 5 * n, *[b"%d" % n] * 5))
            stale = log.append(update(SONG, 0))
            await log.append(fact(uuid4(), 0, "document.created", "document.titled—ü", actor_id=BEN))
            with pytest.raises(StreamMoved):
                await stale
        yield Books(log, connection)


async def test_the_chain_holds(books: Books) -> None:
    """Every batch is one link; pages of any size give the same verdict; it holds while others go on."""
    verdict = await books.verify()
    assert (verdict.holds, verdict.links, verdict.events, verdict.position) == (True, 8, 28, 28)
    assert verdict == await books.verify(page_rows=1)
    assert verdict == await books.verify(page_rows=1000)
    await books.log.append(update(uuid4(), 0))
    grown = await books.verify()
    assert (grown.holds, grown.position) == (True, 29)
    assert grown.hash != verdict.hash


async def test_an_empty_log_holds(database_url: str) -> None:
    """Before the first event the chain is its own beginning."""
    connection = await asyncpg.connect(database_url)
    assert await verify_chain(connection) == Verdict(links=0, events=0, position=0, hash=GENESIS)
    await connection.close()


TAMPERED = {
    "a body": "UPDATE events SET body = 'other' WHERE position = 9",
    "an actor": "UPDATE events SET actor_id = gen_random_uuid() WHERE position = 9",
    "a topic": "UPDATE events SET topic = 'document.restored' WHERE position = 6",
    "a moment": "UPDATE events SET recorded_at = recorded_at + interval '1 microsecond' WHERE position = 9",
    "a stream": "UPDATE events SET stream_id = gen_random_uuid() WHERE position = 9",
    "a version": "UPDATE events SET version = 99 WHERE position = 9",
    "an order": "UPDATE events SET position = 999 WHERE position = 15; "
    "UPDATE events SET position = 15 WHERE position = 16; UPDATE events SET position = 16 WHERE position = 999",
    "a deleted event": "DELETE FROM events WHERE position = 9",
    "the last event": "DELETE FROM events WHERE position = 28",
    "an inserted event": "INSERT INTO events "
    "SELECT gen_random_uuid(), 1, position, 'a', 'x', actor_id, recorded_at, '' FROM events WHERE position = 9",
    "an event beyond the end": "INSERT INTO events "
    "SELECT gen_random_uuid(), 1, 1000, 'u', NULL, actor_id, recorded_at, '' FROM events WHERE position = 9",
    "a link": "UPDATE event_chain SET hash = sha256('x') WHERE last_position = 12",
    "a link's past": "UPDATE event_chain SET previous = sha256('x') WHERE last_position = 12",
    "a deleted link": "DELETE FROM event_chain WHERE last_position = 12",
    "a deleted batch": "WITH gone AS (DELETE FROM event_chain WHERE last_position = 12 RETURNING *) "
    "DELETE FROM events USING gone WHERE position BETWEEN first_position AND last_position",
    "a cut end": "WITH gone AS (DELETE FROM event_chain WHERE last_position > 21 RETURNING *) "
    "DELETE FROM events USING gone WHERE position BETWEEN first_position AND last_position",
    "the whole chain": "DELETE FROM event_chain",
    "a false erasure": "UPDATE events SET body = '', body_hash = sha256('other') WHERE position = 9",
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
async def test_tampering_is_found(books: Books, what: str) -> None:
    """Whatever is changed, removed or added, the verdict says so, and where the log still held."""
    done = await books.connection.execute(TAMPERED[what])
    assert not done.endswith(" 0"), "the test changed nothing"
    verdict = await books.verify()
    assert not verdict.holds
    assert verdict.problem
    assert 0 <= verdict.position < 29
    if what == "a body":
        assert verdict.position == 7
        assert "positions 8 to 12" in verdict.problem


async def test_erased_bodies_still_verify(books: Books) -> None:
    """Erasure keeps the hash and removes the content: readers get an empty body, the chain holds as before."""
    before = await books.verify()
    done = await books.connection.execute(
        "UPDATE events SET body_hash = sha256(body), body = '' WHERE stream_id = $1 AND body_hash IS NULL", SONG
    )
    assert done == "UPDATE 20"
    assert await books.verify() == before
    assert {event.body for event in await books.log.read_stream(SONG, Kind.UPDATE)} == {b""}
    with pytest.raises(asyncpg.CheckViolationError):
        await books.connection.execute("UPDATE events SET body = 'new' WHERE position = 9")
