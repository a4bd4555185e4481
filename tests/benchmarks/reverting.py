"""The real session in a real studio: people type in it while others look at its past and bring its middle back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.benchmarks.client import Client
from tests.benchmarks.edits import Place, inserted_ranges, typing
from tests.benchmarks.frames import plain_wire
from tests.benchmarks.machine import percentile
from tests.benchmarks.report import Figures, Metric
from tests.studio import Studio

REVERT_METRICS: Final = (
    Metric("reverting_load_s", "revert: load of the session, one update a keystroke, s"),
    Metric("reverting_quiet_ms", "revert: longest delay of a keystroke before it, ms"),
    Metric("reverting_first_ms", "revert: first question about the past, whole request, ms", decimals=0),
    Metric("reverting_first_delay_ms", "revert: longest delay of a keystroke during it, ms", 50),
    Metric("reverting_page_ms", "revert: timeline asked for while people type, whole request, p50 ms", 20),
    Metric("reverting_diff_ms", "revert: middle and end compared by word, whole request, ms", decimals=0),
    Metric("reverting_diff_delay_ms", "revert: longest delay of a keystroke during it, ms", 50),
    Metric("reverting_ms", "revert: to the middle and back, whole request, p50 ms", 300, decimals=0),
    Metric("reverting_least_ms", "revert: the fastest of them, ms", decimals=0),
    Metric("reverting_delay_ms", "revert: longest delay of a keystroke during them, ms", 50),
    Metric("reverting_delay_p50_ms", "revert: median of the longest delays during each, ms"),
)
_TYPISTS: Final = 3
_KEYS_A_SECOND: Final = 10.0
_QUIET_SECONDS: Final = 3.0
_ROUNDS: Final = 4
_IN_FLIGHT_MAX: Final = 2_000
_LOAD_SECONDS_MAX: Final = 240.0
_TYPING_SECONDS_MAX: Final = 120.0


class _Typist:
    """One person who types in another field of the song, and hears the others."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.client_id = random.randrange(1, 2**31)
        keys = int(_TYPING_SECONDS_MAX * _KEYS_A_SECOND)
        places = (Place(None, "style.prompt"),)
        self.frames = [client.wire.update(update) for update in typing(self.client_id, keys, places=places)]
        self.sent_at: list[float] = []

    async def type(self) -> None:
        """Type until cancelled."""
        await asyncio.sleep(random.random() / _KEYS_A_SECOND)
        for frame in self.frames:
            self.sent_at.append(perf_counter())
            self.client.send(frame)
            await asyncio.sleep(1 / _KEYS_A_SECOND)


class _Delays:
    """How long each keystroke took to everybody else, by when it was sent."""

    def __init__(self, people: Sequence[_Typist]) -> None:
        self._seen: list[tuple[float, float]] = []
        by_client = {person.client_id: person for person in people}
        for person in people:
            person.client.on_update = lambda update: self._hear(update, by_client)

    def _hear(self, update: bytes, people: dict[int, _Typist]) -> None:
        now = perf_counter()
        try:
            ranges = inserted_ranges(update)
        except ValueError:
            return  # The revert's own news.
        for client_id, first, end in ranges:
            if client_id in people:
                self._seen += [(sent, now - sent) for sent in people[client_id].sent_at[first:end]]

    @contextmanager
    def longest(self, into: list[float]) -> Iterator[None]:
        """Note the longest delay, in ms, of what is sent within the context or was on its way."""
        started = perf_counter()
        yield
        ended = perf_counter()
        into.append(1000 * max((delay for sent, delay in self._seen if started - 0.05 <= sent <= ended), default=0.0))


async def reverting(folder: Path, updates: Sequence[bytes]) -> Figures:
    """Measure on a studio of its own; `updates` are those of a song."""
    studio = Studio(folder / "reverting")
    studio.start()
    try:
        return await _measured(studio, updates)
    finally:
        studio.kill()


async def _measured(studio: Studio, updates: Sequence[bytes]) -> Figures:
    document = uuid4()
    await asyncio.to_thread(studio.create_document, document, "song", "The session")
    address = studio.sync_address(document)
    figures: Figures = {"reverting_load_s": await _load(address, str(document), updates)}
    clients = [Client(plain_wire(str(document), "")) for _ in range(_TYPISTS)]
    people = [_Typist(await client.open(address)) for client in clients]
    delays = _Delays(people)
    headers = {"Authorization": f"Bearer {studio.token('editor')}"}
    url = f"{studio.url}/api/v1/documents"
    async with httpx.AsyncClient(headers=headers, base_url=url, timeout=120) as http, asyncio.TaskGroup() as tasks:
        typing_now = [tasks.create_task(person.type()) for person in people]
        quiet: list[float] = []
        with delays.longest(quiet):
            await asyncio.sleep(_QUIET_SECONDS)
        figures["reverting_quiet_ms"] = quiet[0]
        figures |= await _looked(http, f"/{document}", delays)
        figures |= await _back_and_forth(http, f"/{document}", delays)
        for task in typing_now:
            task.cancel()
    for person in people:
        person.client.close()
    return figures


async def _load(address: str, document: str, updates: Sequence[bytes]) -> float:
    writer = await Client(plain_wire(document, "")).open(address)
    started, sent = perf_counter(), 0
    while writer.acknowledged < len(updates):
        assert not writer.closed
        assert perf_counter() - started < _LOAD_SECONDS_MAX, f"{writer.acknowledged} of {len(updates)} updates"
        batch = updates[sent : writer.acknowledged + _IN_FLIGHT_MAX]
        writer.send(b"".join(map(writer.wire.update, batch)))
        sent += len(batch)
        await asyncio.sleep(0.002)
    writer.close()
    return perf_counter() - started


async def _looked(http: httpx.AsyncClient, path: str, delays: _Delays) -> Figures:
    """Ask the first question, the same page again and again, and for the largest comparison there is."""
    first: list[float] = []
    with delays.longest(first):
        cold, _ = await _asked(http, "GET", f"{path}/history?limit=20")
        await asyncio.sleep(0.2)
    again = [(await _asked(http, "GET", f"{path}/history?limit=20"))[0] for _ in range(9)]
    head = await _head(http, path)
    compared: list[float] = []
    with delays.longest(compared):
        diff, _ = await _asked(http, "GET", f"{path}/diff?from={head // 2}&to={head}")
        await asyncio.sleep(0.2)
    return {
        "reverting_first_ms": cold,
        "reverting_first_delay_ms": first[0],
        "reverting_page_ms": percentile(again, 50),
        "reverting_diff_ms": diff,
        "reverting_diff_delay_ms": compared[0],
    }


async def _back_and_forth(http: httpx.AsyncClient, path: str, delays: _Delays) -> Figures:
    newest = await _head(http, path)
    took: list[float] = []
    longest: list[float] = []
    for to in [newest // 2, newest] * _ROUNDS:
        with delays.longest(longest):
            elapsed, _ = await _asked(http, "POST", f"{path}/revert", {"to": to})
            await asyncio.sleep(0.2)
        took.append(elapsed)
        _, then = await _asked(http, "GET", f"{path}/at/{to}")
        _, now = await _asked(http, "GET", path)
        assert now["producer_notes"] == then["producer_notes"], "a revert says what the version said"
    return {
        "reverting_ms": percentile(took, 50),
        "reverting_least_ms": min(took),
        "reverting_delay_ms": max(longest),
        "reverting_delay_p50_ms": percentile(longest, 50),
    }


async def _head(http: httpx.AsyncClient, path: str) -> int:
    _, state = await _asked(http, "GET", path)
    return int(state["position"])


async def _asked(http: httpx.AsyncClient, method: str, path: str, body: Any = None) -> tuple[float, dict[str, Any]]:
    """Return the milliseconds of the whole request and its answer."""
    started = perf_counter()
    response = await http.request(method, path, json=body)
    elapsed = 1000 * (perf_counter() - started)
    assert response.is_success, f"{response.status_code} {response.text[:500]}"
    answer: dict[str, Any] = response.json()
    return elapsed, answer
