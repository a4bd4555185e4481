"""Histories of long documents are in the cache before anybody asks, and nothing of what is erased."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

import projections.foresight
import projections.histories
from core.adapters.postgres.snapshots import PostgresSnapshots
from core.aggregates.document import Document
from core.crdt.history import History
from core.events import DOCUMENT_UPDATED, Append, Kind, NewEvent, Write
from projections.foresight import Foresight
from projections.histories import Histories
from tests.services.backstage import LOGGER, Backstage, open_backstage

pytestmark = pytest.mark.services
#: Updates that make a document long, here.
LONG = 4


@asynccontextmanager
async def watched(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Backstage, Foresight]]:
    """Open a studio in which few updates are many, and who looks after it."""
    for module in (projections.foresight, projections.histories):
        monkeypatch.setattr(module, "HISTORY_CACHED_EVERY_UPDATES", LONG)
    async with open_backstage(database_url) as studio:
        cache = PostgresSnapshots(studio.pool, table="histories")
        histories = Histories(studio.log, studio.codec, cache)
        yield studio, Foresight(histories=histories, cache=cache, repository=studio.repository, logger=LOGGER)
        histories.close()


async def write(studio: Backstage, document_id: UUID, *tempos: int) -> None:
    """Edit a song, an update a tempo."""
    for bpm in tempos:
        await studio.edit(document_id, bpm=bpm)


async def cached(studio: Backstage, document_id: UUID) -> int:
    """Return how many versions the cached history has; 0: there is none."""
    found = await PostgresSnapshots(studio.pool, table="histories").latest(document_id)
    return History.from_bytes(found.state).version if found is not None else 0


async def trash(studio: Backstage, document_id: UUID) -> None:
    """Throw a document away."""
    document = await studio.repository.get(Document, document_id)
    document.trash(at=studio.clock.now())
    await studio.repository.save(document, studio.person_id)


async def test_a_long_document_is_counted_in_once_hands_rest(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not while it is written in, not a short one; afterwards it is up to date, and not looked at again."""
    async with watched(database_url, monkeypatch) as (studio, foresight):
        song, short = await studio.new_document(), await studio.new_document()
        await write(studio, song, *range(80, 80 + LONG))
        await write(studio, short, 80)
        await foresight.look()
        await write(studio, song, 99)
        await foresight.look()
        assert await cached(studio, song) == 0
        await foresight.look()
        head = await studio.log.head(song, Kind.UPDATE)
        assert await cached(studio, song) == head.version > LONG
        assert await cached(studio, short) == 0
        assert not await PostgresSnapshots(studio.pool, table="histories").behind(LONG, limit=10)


async def test_what_is_in_the_trash_is_left_alone(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be erased at any moment; taken back, it is counted in like any other."""
    async with watched(database_url, monkeypatch) as (studio, foresight):
        song = await studio.new_document()
        await write(studio, song, *range(80, 80 + LONG))
        await trash(studio, song)
        for _ in range(3):
            await foresight.look()
        assert await cached(studio, song) == 0
        document = await studio.repository.get(Document, song)
        document.restore(at=studio.clock.now())
        await studio.repository.save(document, studio.person_id)
        await write(studio, song, 120)
        for _ in range(2):
            await foresight.look()
        assert await cached(studio, song) > LONG


async def test_what_is_thrown_away_meanwhile_is_not_kept(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever erases it may have dropped the cache a moment before this was stored in it."""
    async with watched(database_url, monkeypatch) as (studio, foresight):
        song = await studio.new_document()
        await write(studio, song, *range(80, 80 + LONG))
        ask = foresight._histories.ask

        async def ask_beside_somebody(document_id: UUID, question: object) -> object:
            answer: object = await ask(document_id, question)  # type: ignore[arg-type]  # passed on as it came
            assert await cached(studio, song) > 0
            await trash(studio, song)
            return answer

        monkeypatch.setattr(foresight._histories, "ask", ask_beside_somebody)
        for _ in range(2):
            await foresight.look()
        assert await cached(studio, song) == 0


async def test_what_cannot_be_read_keeps_nothing_else_waiting(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged document is said once and passed; the others are counted in."""
    async with watched(database_url, monkeypatch) as (studio, foresight):
        bad, song = await studio.new_document(), await studio.new_document()
        head = await studio.log.head(bad, Kind.UPDATE)
        for number in range(LONG):
            update = NewEvent(DOCUMENT_UPDATED, b"\xff\xff\xff", studio.person_id)
            await studio.log.append(Append((Write(bad, Kind.UPDATE, head.version + number, (update,)),)))
        await write(studio, song, *range(80, 80 + LONG))
        asked: list[UUID] = []
        ask = foresight._histories.ask

        async def counted(document_id: UUID, question: object) -> object:
            asked.append(document_id)
            return await ask(document_id, question)  # type: ignore[arg-type]  # passed on as it came

        monkeypatch.setattr(foresight._histories, "ask", counted)
        for _ in range(4):
            await foresight.look()
        assert await cached(studio, song) >= LONG
        assert asked.count(bad) == 1
