"""Many readers of one log: the same pages as alone, with fewer reads; and nothing kept for long."""

from __future__ import annotations

import asyncio
import random
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.adapters.memory import MemoryLog
from core.events import Append, EventFilter, Kind, NewEvent, Page, Recorded, Write
from core.subscription import Subscription
from web import shared_log
from web.shared_log import SharedLog

ACTOR = UUID(int=1)


class CountingLog(MemoryLog):
    """Counts reads, and takes a turn of the loop for each."""

    reads = 0

    async def read(self, *, after: int, limit: int, where: EventFilter) -> Page:
        self.reads += 1
        await asyncio.sleep(0)
        return await super().read(after=after, limit=limit, where=where)


async def write(log: MemoryLog, topic: str = "job.requested", body: bytes = b"x") -> None:
    await log.append(Append((Write(uuid4(), Kind.AGGREGATE, 0, (NewEvent(topic, body, ACTOR),)),)))


async def follow(log: Any, count: int, where: EventFilter | None = None) -> list[Recorded]:
    seen: list[Recorded] = []
    async for page in Subscription(log, where=where, limit=7).pages():
        seen += page.events
        if len(seen) >= count:
            return seen
    raise AssertionError


@pytest.mark.parametrize("seed", range(5))
async def test_readers_that_share_see_what_they_would_see_alone(seed: int) -> None:
    """Fifty readers with two filters, one writer: everyone gets every matching event once and in order (P3)."""
    dice, log = random.Random(seed), CountingLog()
    shared, topics = SharedLog(log), ["job.requested", "take.completed"]
    only = EventFilter(topics=frozenset(topics[:1]))
    written = [dice.choice(topics) for _ in range(200)]

    async def writing() -> None:
        for topic in written:
            await write(log, topic)
            if dice.random() < 0.2:
                await asyncio.sleep(0)

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        everything = [tasks.create_task(follow(shared, len(written))) for _ in range(25)]
        some = [tasks.create_task(follow(shared, written.count(topics[0]), only)) for _ in range(25)]
        tasks.create_task(writing())
    for task in everything:
        assert [event.topic for event in task.result()] == written
    for task in some:
        assert [event.topic for event in task.result()] == [topic for topic in written if topic == topics[0]]
        assert len({event.position for event in task.result()}) == len(task.result())
    assert log.reads < 50 * 50, "sharing must save most of the reads"


async def test_a_reader_that_leaves_stops_nobody() -> None:
    """When the one who asks is cancelled, the others who wait for the same page still get it."""
    log = CountingLog()
    shared = SharedLog(log)
    await write(log)
    tasks = [asyncio.ensure_future(shared.read(after=0, limit=9, where=EventFilter())) for _ in range(5)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    pages = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(pages[0], asyncio.CancelledError)
    assert all(isinstance(page, Page) and page.position == 1 for page in pages[1:])
    assert log.reads == 2
    assert not shared._asking


async def test_nothing_new_is_asked_again() -> None:
    """A page that did not move is never kept: the next look finds what has been stored since."""
    log = CountingLog()
    shared = SharedLog(log)
    assert (await shared.read(after=0, limit=9, where=EventFilter())).events == []
    await write(log)
    assert len((await shared.read(after=0, limit=9, where=EventFilter())).events) == 1


async def test_pages_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a moment a page is read anew, so that what was erased is gone; large pages are not kept at all."""
    log = CountingLog()
    shared = SharedLog(log)
    await write(log)
    for _ in range(3):
        await shared.read(after=0, limit=9, where=EventFilter())
    assert log.reads == 1
    monkeypatch.setattr(shared_log, "SHARED_SECONDS_MAX", 0.0)
    shared._kept.clear()
    for _ in range(3):
        await shared.read(after=0, limit=9, where=EventFilter())
    assert log.reads == 4
    monkeypatch.undo()
    await write(log, body=b"x" * (shared_log.SHARED_PAGE_BYTES_MAX + 1))
    for _ in range(3):
        await shared.read(after=1, limit=9, where=EventFilter())
    assert log.reads == 7
    for after in range(-100, 0):
        await shared.read(after=after, limit=1, where=EventFilter())
    assert len(shared._kept) <= shared_log.SHARED_PAGES_MAX
