"""Scenario S3: a real editing session of 259,778 operations: load it, open it, kill -9, open it again."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from pathlib import Path
from time import perf_counter
from typing import Any, Final, NamedTuple

from pycrdt import Doc, Text

from tests.benchmarks.client import Client, load
from tests.benchmarks.machine import percentile
from tests.benchmarks.servers import Server

#: The trace lies beside the checkout; it is not part of it.
TRACE: Final = Path(__file__).parents[3] / "shared/data/editing-trace.json.gz"
#: Operations in one update. Every server gets the same; one an update would take the slowest peer ten minutes.
OPERATIONS_PER_UPDATE: Final = 20
#: Seconds that a server which saves later is given to save before it is killed (Hocuspocus waits 2 s by default).
SETTLE_SECONDS: Final = 4.0
#: Seconds after an answer in which a second copy of the document would come.
SECOND_COPY_SECONDS: Final = 0.5
OPENS: Final = 7
_IN_FLIGHT_MAX: Final = 500
_LOAD_SECONDS_MAX: Final = 240.0


class Opened(NamedTuple):
    """What opening the document costs: time until the whole state is there, and what was sent."""

    ms: float
    state_bytes: int
    #: How often the content was sent: the state answers more than once on some servers.
    copies: float
    #: Share of the final text that came, 1 is whole.
    whole: float


class Traced(NamedTuple):
    """The three figures of the scenario."""

    load_seconds: float
    warm: Opened
    restarted: Opened


class Trace(NamedTuple):
    """The session as updates, and the text they must end in."""

    updates: list[bytes]
    text: str


def read_trace(operations_max: int | None = None) -> Trace | None:
    """Return the session replayed into updates, or None when the file is not there."""
    if not TRACE.exists():
        return None
    with gzip.open(TRACE) as file:
        transactions = json.load(file)["txns"]
    patches = [patch for transaction in transactions for patch in transaction["patches"]][:operations_max]
    doc: Doc[Any] = Doc(client_id=random.randrange(1, 2**31))
    text = doc.get("t", type=Text)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    for start in range(0, len(patches), OPERATIONS_PER_UPDATE):
        with doc.transaction():
            for position, deleted, inserted in patches[start : start + OPERATIONS_PER_UPDATE]:
                if deleted:
                    del text[position : position + deleted]
                if inserted:
                    text.insert(position, inserted)
    doc.unobserve(subscription)
    return Trace(updates, str(text))


async def traced(server: Server, trace: Trace) -> Traced:
    """Load the trace into a fresh document and measure opening it, warm and after kill -9."""
    document = server.new_document()
    load_seconds = await _load(server, document, trace)
    warm = await _open(server, document, trace, OPENS)
    await asyncio.sleep(SETTLE_SECONDS)
    server.kill()
    server.start()
    restarted = await _open(server, document, trace, 1)
    return Traced(load_seconds, warm, restarted)


async def _load(server: Server, document: str, trace: Trace) -> float:
    """Send every update and wait until the server has all: acknowledged, or seen by another person."""
    writer = await _client(server, document)
    witness = None if server.acknowledges else await _client(server, document)
    received = 0

    def count(update: bytes) -> None:
        nonlocal received
        received += 1

    if witness is not None:
        witness.on_update = count
    started = perf_counter()
    sent = 0
    while True:
        have = received if witness is not None else writer.acknowledged
        if have >= len(trace.updates):
            break
        assert perf_counter() - started < _LOAD_SECONDS_MAX, f"{have} of {len(trace.updates)} updates loaded"
        batch = trace.updates[sent : have + _IN_FLIGHT_MAX]
        writer.send(b"".join(writer.wire.update(update) for update in batch))
        sent += len(batch)
        await asyncio.sleep(0.002)
    elapsed = perf_counter() - started
    writer.close()
    if witness is not None:
        witness.close()
    return elapsed


async def _open(server: Server, document: str, trace: Trace, times: int) -> Opened:
    milliseconds: list[float] = []
    client = None
    for _ in range(times):
        if client is not None:
            client.close()
        started = perf_counter()
        client = await _client(server, document)
        milliseconds.append((client.opened_at - started) * 1000)
    assert client is not None
    state_bytes = len(client.states[0])
    await asyncio.sleep(SECOND_COPY_SECONDS)
    sent_bytes = sum(len(state) for state in client.states) + sum(len(update) for update in client.updates or [])
    doc = load(client.states[0])
    whole = len(_common(str(doc.get("t", type=Text)), trace.text)) / len(trace.text)
    client.close()
    return Opened(percentile(milliseconds, 50), state_bytes, sent_bytes / max(state_bytes, 1), whole)


def _common(text: str, wanted: str) -> str:
    """Return the text when it is what was typed, else as much of its start as is."""
    if text == wanted:
        return text
    end = next((i for i, (a, b) in enumerate(zip(text, wanted, strict=False)) if a != b), min(len(text), len(wanted)))
    return text[:end]


async def _client(server: Server, document: str) -> Client:
    client = Client(server.make_wire(document, server.token()), keep=True)
    return await client.open(server.address(document))
