"""A subscription misses nothing and doubles nothing, with hints and without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from core import limits
from core.events import EventFilter, Kind, Recorded
from core.subscription import Subscription
from tests.contracts.logs import IMPLEMENTATIONS, Place, fact, joined, open_place, update


@pytest.fixture(params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest) -> tuple[str | None, bool]:
    dsn = None if request.param == "memory" else request.getfixturevalue("database_url")
    return dsn, request.param == "sealed"


@pytest.fixture
async def place(implementation: tuple[str | None, bool]) -> AsyncIterator[Place]:
    dsn, sealed = implementation
    async with open_place(dsn, sealed=sealed) as opened:
        yield opened


class Deaf:
    """A log whose hints are all lost: only the time goes by."""

    def __init__(self, log: Any) -> None:
        self.read = log.read

    async def changed(self, *, after: int, timeout_s: float, where: EventFilter) -> None:
        await asyncio.sleep(timeout_s)


async def collect(subscription: Subscription, until: int) -> tuple[list[Recorded], list[int]]:
    """Return the events and the positions of the pages until the subscription has read so far."""
    events: list[Recorded] = []
    positions: list[int] = []
    async with asyncio.timeout(20):
        async for page in subscription.pages():
            events += page.events
            positions.append(page.position)
            if page.position >= until:
                break
    return events, positions


async def write_on(place: Place, count: int) -> None:
    nodes = [place.log, await place.node()]
    for n in range(count):
        await nodes[n % 2].append(joined(update(uuid4(), 0, b"k"), fact(uuid4(), 0)))


@pytest.mark.parametrize("hints", ["heard", "lost"])
async def test_catching_up_and_following_is_one_stream(
    place: Place, hints: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there before and what two nodes store meanwhile: every position once, in order, in small pages."""
    monkeypatch.setattr(limits, "POLL_SECONDS", 0.02 if hints == "lost" else 30.0)
    await write_on(place, 10)
    writing = asyncio.create_task(write_on(place, 30))
    log = place.log if hints == "heard" else Deaf(place.log)
    events, positions = await collect(Subscription(log, limit=7), until=80)
    await writing
    assert [event.position for event in events] == list(range(1, 81))
    assert positions == sorted(set(positions))


async def test_a_filtered_subscription_moves_past_the_rest(place: Place) -> None:
    """Pages without a match still move the position; matches come once."""
    await write_on(place, 5)
    where = EventFilter(kinds=frozenset({Kind.AGGREGATE}))
    events, positions = await collect(Subscription(place.log, where=where, limit=2), until=10)
    assert [event.position for event in events] == [2, 4, 6, 8, 10]
    nothing = EventFilter(topics=frozenset({"job.requested"}))
    assert await collect(Subscription(place.log, where=nothing), until=10) == ([], [10])
    assert positions[-1] == 10


async def test_a_reader_that_stops_in_a_page_gets_it_again(place: Place) -> None:
    """The position moves when the next page is asked for, so whoever failed in a page begins with it again."""
    await write_on(place, 3)
    subscription = Subscription(place.log, after=2, limit=2)
    first, _ = await collect(subscription, until=0)
    assert ([event.position for event in first], subscription.position) == ([3, 4], 2)
    again, _ = await collect(subscription, until=6)
    assert [event.position for event in again] == [3, 4, 5, 6]
    assert subscription.position == 4
