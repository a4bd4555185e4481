"""Scenario S5, ours alone: programs that follow the event stream while people type."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final, NamedTuple, cast
from urllib.parse import urlsplit

from tests.benchmarks.client import Client
from tests.benchmarks.edits import Place, typing
from tests.benchmarks.machine import percentile, processor_seconds
from tests.benchmarks.servers import Ours

EDITS_PER_SECOND: Final = 200
SUBSCRIBERS: Final = 100
_BURST_EDITS: Final = 5000
_SECONDS_MAX: Final = 90.0


class Followed(NamedTuple):
    """What subscribers of one document's keystrokes saw."""

    #: From the acknowledgement of an edit (it is committed) to its arrival at one subscriber, at a human pace.
    p50_ms: float
    p99_ms: float
    #: Events a second that reached all subscribers together, while one writer types as fast as it goes.
    delivered_per_second: float
    processor_seconds_per_1000: float
    #: Events that some subscriber missed or got twice. Must be 0.
    wrong: int


class _Subscriber(asyncio.Protocol):
    """One reader of server-sent events; counts keystrokes by their frames."""

    _EVENT: Final = b"event: document.updated\n"

    def __init__(self, address: str, token: str) -> None:
        self.received = 0
        self.on_events: Callable[[int], None] | None = None
        self._request = (
            f"GET {address}?topic=document.updated HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n"
        ).encode()
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            assert b" 200 " in data.split(b"\r\n", 1)[0], data[:300]
            self.opened.set_result(None)
        data = self._tail + data
        count = data.count(self._EVENT)
        # What the next piece may complete: after the last match, at most one byte less than a match.
        last = data.rfind(self._EVENT)
        rest = data[last + len(self._EVENT) :] if last >= 0 else data
        self._tail = rest[-(len(self._EVENT) - 1) :]
        if count:
            self.received += count
            if self.on_events is not None:
                self.on_events(count)


async def followed(server: Ours, seconds: float) -> Followed:
    """Measure one subscriber's latency at a human pace, then the throughput of a crowd of subscribers."""
    latencies, wrong = await _latency(server, seconds)
    per_second, cost, more_wrong = await _throughput(server)
    return Followed(
        percentile(latencies, 50) * 1000, percentile(latencies, 99) * 1000, per_second, cost, wrong + more_wrong
    )


async def _latency(server: Ours, seconds: float) -> tuple[list[float], int]:
    writer, updates = await _writer(server, int(EDITS_PER_SECOND * seconds))
    subscriber = await _subscribe(server)
    acknowledged: list[float] = []
    arrived: list[float] = []
    done = asyncio.Event()

    def on_acknowledged() -> None:
        acknowledged.extend([perf_counter()] * (writer.acknowledged - len(acknowledged)))

    def on_events(count: int) -> None:
        arrived.extend([perf_counter()] * count)
        if len(arrived) >= len(updates):
            done.set()

    writer.on_acknowledged = on_acknowledged
    subscriber.on_events = on_events
    started = perf_counter()
    for index, update in enumerate(updates):
        await asyncio.sleep(max(0.0, started + index / EDITS_PER_SECOND - perf_counter()))
        writer.send(writer.wire.update(update))
    await _patiently(done)
    writer.close()
    subscriber.transport.abort()
    pairs = zip(acknowledged, arrived, strict=False)
    return [max(0.0, there - durable) for durable, there in pairs], abs(subscriber.received - len(updates))


async def _throughput(server: Ours) -> tuple[float, float, int]:
    writer, updates = await _writer(server, _BURST_EDITS)
    crowd = [await _subscribe(server) for _ in range(SUBSCRIBERS)]
    done = asyncio.Event()

    def on_events(count: int) -> None:
        if min(subscriber.received for subscriber in crowd) >= len(updates):
            done.set()

    for subscriber in crowd:
        subscriber.on_events = on_events
    started, used = perf_counter(), processor_seconds(server.pids())
    writer.send(b"".join(writer.wire.update(update) for update in updates))
    await _patiently(done)
    elapsed, used = perf_counter() - started, processor_seconds(server.pids()) - used
    delivered = sum(subscriber.received for subscriber in crowd)
    wrong = sum(abs(subscriber.received - len(updates)) for subscriber in crowd)
    for subscriber in crowd:
        subscriber.transport.abort()
    writer.close()
    return delivered / elapsed, 1000 * used / max(delivered, 1), wrong


async def _writer(server: Ours, edits: int) -> tuple[Client, list[bytes]]:
    document = server.new_document()
    client = await Client(server.make_wire(document, server.token())).open(server.address(document))
    return client, list(typing(random.randrange(1, 2**31), edits, places=(Place(None),)))


async def _subscribe(server: Ours) -> _Subscriber:
    """Open a stream that begins now; it has begun when the answer has."""
    address: Any = urlsplit(f"{server.studio.url}/api/v1/events/stream")
    token = server.token()

    _, subscriber = await asyncio.get_running_loop().create_connection(
        lambda: _Subscriber(address.path, token), address.hostname, address.port
    )
    await asyncio.wait_for(subscriber.opened, _SECONDS_MAX)
    return subscriber


async def _patiently(done: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(done.wait(), _SECONDS_MAX)
    except TimeoutError:
        return  # What is missing is counted.
