"""Histories answered from memory: kept up with the log, cached, bounded, and safe when a question is cancelled."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from pycrdt import Doc, Text

import projections.histories
from core.adapters.memory import MemoryLog, MemorySnapshots
from core.aggregates.codec import EventCodec
from core.crdt.history import History
from core.errors import Overloaded, Quarantined
from core.events import DOCUMENT_UPDATED, Append, Kind, NewEvent, Recorded, Write
from core.ports import Snapshot
from projections.histories import Histories

CODEC = EventCodec.of_all_aggregates()


class Desk:
    """A log with documents in which words are typed, and the histories of them."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.cache = MemorySnapshots()
        self.histories = Histories(self.log, CODEC, self.cache)
        self._docs: dict[UUID, Doc[Any]] = {}
        self._versions: dict[UUID, int] = {}

    async def type(self, document_id: UUID, *words: str) -> None:
        """Append the words at the front of the document's text, an update each."""
        doc = self._docs.setdefault(document_id, Doc(client_id=1))
        for word in words:
            before = doc.get_state()
            doc.get("text", type=Text).insert(0, word)
            await self.store(document_id, doc.get_update(before))

    async def store(self, document_id: UUID, update: bytes) -> None:
        """Append an update as it is."""
        version = self._versions.get(document_id, 0)
        event = NewEvent(DOCUMENT_UPDATED, update, UUID(int=1))
        await self.log.append(Append((Write(document_id, Kind.UPDATE, version, (event,)),)))
        self._versions[document_id] = version + 1

    async def texts(self, document_id: UUID) -> list[str]:
        """Return the text of every version."""
        return await self.histories.ask(document_id, _texts)


def _texts(history: History) -> list[str]:
    text = history.weave.text("text")
    return [text.text_at(version) for version in range(1, history.version + 1)]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A desk whose thread is ended."""
    desk = Desk()
    yield desk
    desk.histories.close()


async def test_a_question_sees_the_log_as_it_is_now(desk: Desk) -> None:
    """What was stored a moment ago is part of the answer, also by another process."""
    document_id = uuid4()
    assert await desk.texts(document_id) == []
    await desk.type(document_id, "a", "b")
    assert await desk.texts(document_id) == ["a", "ba"]
    await desk.type(document_id, "c")
    assert await desk.texts(document_id) == ["a", "ba", "cba"]


async def test_many_pages_and_the_cache(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long history is read in pages, cached, and read from the cache by the next process."""
    monkeypatch.setattr(projections.histories, "HISTORY_PAGE_UPDATES", 3)
    monkeypatch.setattr(projections.histories, "HISTORY_CACHED_EVERY_UPDATES", 5)
    document_id = uuid4()
    await desk.type(document_id, *"abcdefgh")
    whole = await desk.texts(document_id)
    cached = await desk.cache.latest(document_id)
    assert cached is not None
    assert cached.version == 8
    await desk.type(document_id, "i")
    other = Histories(desk.log, CODEC, desk.cache)
    try:
        assert await other.ask(document_id, _texts) == [*whole, "ihgfedcba"]
    finally:
        other.close()
    assert (await desk.cache.latest(document_id)) == cached


async def test_the_next_page_is_looked_for_while_the_last_one_is_counted_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long history takes as long as the slower of the two, and no page is so large that a keystroke waits for it."""
    monkeypatch.setattr(projections.histories, "HISTORY_PAGE_UPDATES", 2)
    document_id, asked = uuid4(), threading.Event()
    await desk.type(document_id, *"abcde")
    read_stream, extend = desk.log.read_stream, History.extend
    limits: list[int] = []

    async def read(stream_id: UUID, kind: Kind, *, after: int = 0, limit: int = 0) -> list[Recorded]:
        if kind is Kind.UPDATE:
            limits.append(limit)
            if after == 2:
                asked.set()
        return await read_stream(stream_id, kind, after=after, limit=limit or 1000)

    def count_in(self: History, events: list[Recorded]) -> None:
        assert asked.wait(5), "the second page is asked for before the first one is done"
        extend(self, events)

    monkeypatch.setattr(desk.log, "read_stream", read)
    monkeypatch.setattr(History, "extend", count_in)
    assert await desk.texts(document_id) == ["a", "ba", "cba", "dcba", "edcba"]
    assert limits == [2, 2, 2]


async def test_a_broken_cache_is_built_anew(desk: Desk) -> None:
    """The log is the truth: rubbish in the cache costs time alone."""
    document_id = uuid4()
    await desk.type(document_id, "a")
    await desk.cache.save(document_id, Snapshot(1, 1, b"rubbish"))
    assert await desk.texts(document_id) == ["a"]


async def test_least_used_histories_are_forgotten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded; a forgotten history is built again when asked for."""
    monkeypatch.setattr(projections.histories, "HISTORIES_KEPT_UPDATES_MAX", 4)
    documents = [uuid4() for _ in range(3)]
    for document_id in documents:
        await desk.type(document_id, "a", "b", "c")
        await desk.texts(document_id)
    assert list(desk.histories._kept) == documents[-1:]
    assert await desk.texts(documents[0]) == ["a", "ba", "cba"]


async def test_a_cancelled_question_leaves_no_gap(desk: Desk) -> None:
    """Whoever asks next gets the whole history, whatever the cancelled one had begun."""
    document_id = uuid4()
    await desk.type(document_id, *"abcdef")
    asking = asyncio.create_task(desk.texts(document_id))
    for _ in range(3):
        await asyncio.sleep(0)
    asking.cancel()
    assert [len(text) for text in await desk.texts(document_id)] == [1, 2, 3, 4, 5, 6]


async def test_questions_wait_for_each_other(desk: Desk) -> None:
    """Many at once get the same answer, and what one raises is its own."""
    document_id = uuid4()
    await desk.type(document_id, *"abc")

    def fail(history: History) -> None:
        raise KeyError(history.version)

    answers = await asyncio.gather(
        *(desk.texts(document_id) for _ in range(5)), desk.histories.ask(document_id, fail), return_exceptions=True
    )
    assert answers[:5] == [["a", "ba", "cba"]] * 5
    assert isinstance(answers[5], KeyError)


async def test_updates_that_cannot_be_read(desk: Desk) -> None:
    """A document with a damaged update is quarantined, and stays so; others are answered."""
    damaged, well = uuid4(), uuid4()
    await desk.store(damaged, b"\xff\xff\xff")
    await desk.type(well, "a")
    for _ in range(2):
        with pytest.raises(Quarantined, match="cannot be read"):
            await desk.texts(damaged)
    assert await desk.texts(well) == ["a"]


async def test_too_many_questions_are_sent_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's loop of requests makes everybody wait for ever: beyond a bound one is told to come back."""
    monkeypatch.setattr(projections.histories, "HISTORY_QUESTIONS_PER_DOCUMENT_MAX", 3)
    monkeypatch.setattr(projections.histories, "HISTORY_QUESTIONS_MAX", 4)
    documents = [uuid4() for _ in range(3)]
    for document_id in documents:
        await desk.type(document_id, "a")
    asked = [documents[0]] * 4 + [documents[1], documents[2]]
    answers = await asyncio.gather(*(desk.texts(document_id) for document_id in asked), return_exceptions=True)
    assert answers[:3] == [["a"]] * 3
    assert answers[4] == ["a"]
    assert [type(answer) for answer in (answers[3], answers[5])] == [Overloaded, Overloaded]
    # Who was sent away left nothing behind.
    assert await desk.texts(documents[2]) == ["a"]


async def test_a_question_nobody_waits_for_is_not_computed(desk: Desk) -> None:
    """A request that was broken off while it waited does not cost the others its time."""
    document_id = uuid4()
    await desk.type(document_id, "a")
    asked: list[str] = []
    first = asyncio.create_task(desk.histories.ask(document_id, lambda history: asked.append("first")))
    second = asyncio.create_task(desk.histories.ask(document_id, lambda history: asked.append("second")))
    await asyncio.sleep(0)
    second.cancel()
    await first
    await desk.texts(document_id)
    assert asked == ["first"]
