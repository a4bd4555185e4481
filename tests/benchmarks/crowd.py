"""Scenario S1: one document, one writer, N readers: as fast as it goes, and paced."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from typing import Final, NamedTuple

from tests.benchmarks.client import Client, load
from tests.benchmarks.edits import inserted_ranges, typing
from tests.benchmarks.machine import percentile, processor_seconds
from tests.benchmarks.servers import Server

#: Edits under way at most while warming up, then as many as the server took in so many seconds of it, within bounds:
#: enough to keep a server busy that delivers once a second, little enough that no server's memory is the measure.
IN_FLIGHT_FIRST: Final = 2000
IN_FLIGHT_SECONDS: Final = 5.0
IN_FLIGHT_MIN: Final = 1000
IN_FLIGHT_MAX: Final = 20_000
#: Seconds before the measured window: connections, just-in-time compilers and caches settle.
WARM_UP_SECONDS: Final = 1.0
#: Edits a writer prepares; a server faster than this many in one run ends it early.
EDITS_MAX: Final = 150_000
_LOOK_SECONDS: Final = 0.001
_DRAIN_SECONDS_MAX: Final = 60.0


class Burst(NamedTuple):
    """What one writer as fast as it goes brought."""

    delivered_per_second: float
    processor_seconds_per_1000: float
    edits: int
    #: Readers that did not get every edit in the end, or whose text is not what was typed. Must be 0.
    wrong_readers: int


class Paced(NamedTuple):
    """What one writer at a steady pace brought, over all readers."""

    p50_ms: float
    p99_ms: float
    processor_seconds_per_1000: float
    samples: int


@dataclass
class _Audience:
    """The readers of one document, and how far each has come in the writer's clock."""

    readers: list[Client]
    reached: list[int]
    #: Set whenever a reader came further.
    moved: asyncio.Event

    async def wait_for(self, clock: int, seconds: float) -> int:
        """Wait until every reader has reached the clock; return how many had not when the time was over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while min(self.reached) < clock:
                    self.moved.clear()
                    await self.moved.wait()
        return sum(1 for clock_reached in self.reached if clock_reached < clock)

    def close(self) -> None:
        for reader in self.readers:
            reader.close()


async def burst(server: Server, readers: int, seconds: float) -> Burst:
    """Let one writer type as fast as the server takes it, for this many measured seconds."""
    document = server.new_document()
    places = await server.prepare(document)
    writer_id = random.randrange(1, 2**31)
    writer = await _join(server, document)
    audience = await _audience(server, document, writer_id, readers)
    updates = list(typing(writer_id, EDITS_MAX, places=places))
    frames = [writer.wire.update(update) for update in updates]
    sent = 0

    async def type_until(deadline: float, in_flight_max: int) -> None:
        nonlocal sent
        while perf_counter() < deadline and sent < EDITS_MAX:
            room = in_flight_max - (sent - min(audience.reached))
            if room > 0 and not writer.paused:
                batch = frames[sent : sent + room]
                writer.send(b"".join(batch))
                sent += len(batch)
            await asyncio.sleep(_LOOK_SECONDS)
            assert not writer.closed, "the server closed the writer"

    await type_until(perf_counter() + WARM_UP_SECONDS, IN_FLIGHT_FIRST)
    pace = min(audience.reached) / WARM_UP_SECONDS
    in_flight_max = int(min(max(pace * IN_FLIGHT_SECONDS, IN_FLIGHT_MIN), IN_FLIGHT_MAX))
    before, started, used = sum(audience.reached), perf_counter(), processor_seconds(server.pids())
    await type_until(started + seconds, in_flight_max)
    delivered, elapsed = sum(audience.reached) - before, perf_counter() - started
    used = processor_seconds(server.pids()) - used
    behind = await audience.wait_for(sent, _DRAIN_SECONDS_MAX)
    wrong = behind or _wrong_text(server, audience.readers[0], updates[:sent])
    audience.close()
    writer.close()
    return Burst(delivered / elapsed, 1000 * used / max(delivered, 1), sent, wrong)


async def paced(server: Server, readers: int, edits_per_second: int, seconds: float) -> Paced:
    """Let one writer type at a steady pace; measure from sending to each reader's arrival."""
    document = server.new_document()
    places = await server.prepare(document)
    writer_id = random.randrange(1, 2**31)
    writer = await _join(server, document)
    sent_at: list[float] = []
    latencies: list[float] = []

    def arrived(client: int, first: int, end: int) -> None:
        if client == writer_id:
            now = perf_counter()
            latencies.extend(now - at for at in sent_at[first:end])

    audience = await _audience(server, document, writer_id, readers, arrived)
    warm_up = int(edits_per_second * WARM_UP_SECONDS)
    count = warm_up + int(edits_per_second * seconds)
    used = 0.0
    started = perf_counter() + 0.05
    for index, update in enumerate(islice(typing(writer_id, count, places=places), count)):
        if index == warm_up:
            await audience.wait_for(warm_up, _DRAIN_SECONDS_MAX)
            latencies.clear()
            used = processor_seconds(server.pids())
            started = perf_counter() - index / edits_per_second
        await asyncio.sleep(max(0.0, started + index / edits_per_second - perf_counter()))
        frame = writer.wire.update(update)
        sent_at.append(perf_counter())
        writer.send(frame)
    behind = await audience.wait_for(count, _DRAIN_SECONDS_MAX)
    assert not behind, f"{behind} readers never got every edit"
    used = processor_seconds(server.pids()) - used
    audience.close()
    writer.close()
    return Paced(
        percentile(latencies, 50) * 1000, percentile(latencies, 99) * 1000, 1000 * used / len(latencies), len(latencies)
    )


async def _join(server: Server, document: str, *, keep: bool = False) -> Client:
    client = Client(server.make_wire(document, server.token()), keep=keep)
    return await client.open(server.address(document))


#: Told of a run of the writer's edits that a reader now has: (client, first clock, end clock).
Arrived = Callable[[int, int, int], None]


async def _audience(
    server: Server, document: str, writer_id: int, readers: int, arrived: Arrived | None = None
) -> _Audience:
    """Connect the readers; without `arrived` they count by the last update of a wake-up, with it by every one."""
    reached = [0] * readers
    moved = asyncio.Event()

    def follower(index: int) -> Callable[[bytes], None]:
        def on_update(update: bytes) -> None:
            for client, first, end in inserted_ranges(update):
                if client == writer_id and end > reached[index]:
                    if arrived is not None:
                        arrived(client, first, end)
                    reached[index] = end
                    moved.set()

        return on_update

    clients = []
    for index in range(readers):
        client = await _join(server, document, keep=index == 0 and arrived is None)
        client.on_update = follower(index)
        client.only_last = arrived is None
        clients.append(client)
    return _Audience(clients, reached, moved)


def _wrong_text(server: Server, reader: Client, typed: list[bytes]) -> int:
    """Return 0 when the reader's text is what was typed, whole and once; 1 when it is not."""
    state, received = reader.states[0], [*reader.states[1:], *(reader.updates or [])]
    return 0 if server.text(load(state, received)) == server.text(load(state, typed)) else 1
