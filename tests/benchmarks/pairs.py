"""Scenario S2: many documents, two people in each, everybody types at a human pace."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from time import perf_counter
from typing import Final, NamedTuple

from tests.benchmarks.client import Client
from tests.benchmarks.edits import Place, inserted_ranges, typing
from tests.benchmarks.machine import percentile, processor_seconds
from tests.benchmarks.servers import Server

WARM_UP_SECONDS: Final = 1.0
_DRAIN_SECONDS_MAX: Final = 60.0
_OPENING_AT_ONCE: Final = 20


class Pairs(NamedTuple):
    """What people saw of each other's typing, from keystroke sent to keystroke received."""

    p50_ms: float
    p99_ms: float
    processor_seconds_per_1000: float
    delivered: int
    #: Edits that never arrived at the other person. Must be 0.
    missing: int


class _Person:
    """One of the two people in a document."""

    def __init__(self, server: Server, document: str, places: tuple[Place, ...], edits: int) -> None:
        self.client_id = random.randrange(1, 2**31)
        self.client = Client(server.make_wire(document, server.token()))
        self.frames = [self.client.wire.update(u) for u in typing(self.client_id, edits, places=places)]
        self.sent_at: list[float] = []
        self.received = 0
        self.everything_arrived = asyncio.Event()

    def type_next(self, now: float) -> None:
        """Send the next character."""
        frame = self.frames[len(self.sent_at)]
        self.sent_at.append(now)
        self.client.send(frame)


async def pairs(server: Server, documents: int, edits_per_second: float, seconds: float) -> Pairs:
    """Measure `documents` pairs of people, each typing this fast, for this many seconds."""
    edits = int((WARM_UP_SECONDS + seconds) * edits_per_second)
    couples = await _meet(server, documents, edits)
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    for first, second in couples:
        first.client.on_update = _listen(first, second, latencies, perf_counter)
        second.client.on_update = _listen(second, first, latencies, perf_counter)
    people = [person for couple in couples for person in couple]
    started = loop.time() + 0.1
    done = [_type(loop, person, started + random.random() / edits_per_second, edits_per_second) for person in people]
    await asyncio.sleep(started + WARM_UP_SECONDS - loop.time())
    latencies.clear()
    used = processor_seconds(server.pids())
    await asyncio.gather(*done)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS_MAX):
            await asyncio.gather(*(person.everything_arrived.wait() for person in people))
    used = processor_seconds(server.pids()) - used
    missing = sum(edits - person.received for person in people)
    for person in people:
        person.client.close()
    return Pairs(
        percentile(latencies, 50) * 1000,
        percentile(latencies, 99) * 1000,
        1000 * used / max(len(latencies), 1),
        len(latencies),
        missing,
    )


async def _meet(server: Server, documents: int, edits: int) -> list[tuple[_Person, _Person]]:
    gate = asyncio.Semaphore(_OPENING_AT_ONCE)

    async def couple() -> tuple[_Person, _Person]:
        async with gate:
            document = await asyncio.to_thread(server.new_document)
            places = await server.prepare(document)
            two = _Person(server, document, places, edits), _Person(server, document, places, edits)
            for person in two:
                await person.client.open(server.address(document))
            return two

    return list(await asyncio.gather(*(couple() for _ in range(documents))))


def _listen(
    listener: _Person, speaker: _Person, latencies: list[float], now: Callable[[], float]
) -> Callable[[bytes], None]:
    def on_update(update: bytes) -> None:
        at = now()
        for client, first, end in inserted_ranges(update):
            if client == speaker.client_id:
                listener.received += end - first
                if listener.received == len(speaker.frames):
                    listener.everything_arrived.set()
                latencies.extend(at - sent for sent in speaker.sent_at[first:end])

    return on_update


def _type(loop: asyncio.AbstractEventLoop, person: _Person, at: float, edits_per_second: float) -> asyncio.Future[None]:
    """Let the person type all their edits at their pace; the future is done after the last one."""
    done: asyncio.Future[None] = loop.create_future()

    def next_edit(index: int) -> None:
        if index == len(person.frames):
            done.set_result(None)
            return
        person.type_next(perf_counter())
        loop.call_at(at + (index + 1) / edits_per_second, next_edit, index + 1)

    loop.call_at(at, next_edit, 0)
    return done
