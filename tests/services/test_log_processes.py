"""Four processes write to one log while a fifth reads its tail: one order, nothing missed, nothing twice (P3)."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from core.adapters.postgres.chain import verify_chain
from core.adapters.postgres.pool import open_pool
from core.events import EventFilter, Kind, Recorded
from core.subscription import Subscription
from tests.contracts.logs import postgres_log

pytestmark = pytest.mark.services
ROOT = Path(__file__).parents[2]
WRITERS, APPENDS, SHARED = 4, 60, 2


async def write(dsn: str, number: int, seed: int, shared: list[str]) -> dict[str, object]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.services.writer", dsn, str(number), str(seed), str(APPENDS), *shared,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(output)


async def test_four_processes_and_a_reader_see_one_order(database_url: str) -> None:
    """The reader gets every position once, in order, while it happens; each writer's answers are what is stored."""
    seed = random.randrange(2**31)
    shared = [str(uuid4()) for _ in range(SHARED)]
    seen: list[Recorded] = []
    async with open_pool(database_url) as pool, postgres_log(database_url, pool) as log:
        reader = Subscription(log, limit=50)

        async def follow() -> None:
            async for page in reader.pages():
                seen.extend(page.events)

        following = asyncio.create_task(follow())
        reports = await asyncio.gather(*[write(database_url, n, seed, shared) for n in range(WRITERS)])
        end = (await log.head()).position
        async with asyncio.timeout(10):
            while not seen or seen[-1].position < end:
                await log.changed(after=end, timeout_s=0.01)
        following.cancel()
        async with pool.acquire() as connection:
            verdict = await verify_chain(connection)
        everything = await log.read(after=0, limit=10**6, where=EventFilter())
    assert [event.position for event in seen] == list(range(1, end + 1)), f"seed {seed}"
    assert seen == everything.events, f"seed {seed}"
    assert verdict.holds, f"seed {seed}: {verdict.problem}"
    by_position = {event.position: event.body.decode() for event in seen if event.kind is Kind.UPDATE}
    stored = [item for report in reports for item in report["stored"]]
    assert len(stored) == WRITERS * (SHARED + 1) * APPENDS
    for first, last, mark in stored:
        marks = [by_position.pop(position) for position in range(first, last + 1) if position in by_position]
        assert set(marks) == {mark}, f"seed {seed}"
    assert not by_position, f"seed {seed}: stored without an answer"
    assert sum(report["moved"] for report in reports) > 0, f"seed {seed}: the writers never met"
    versions: dict[tuple[object, Kind], int] = {}
    for event in seen:
        key = (event.stream_id, event.kind)
        assert event.version == versions.get(key, 0) + 1, f"seed {seed}"
        versions[key] = event.version
