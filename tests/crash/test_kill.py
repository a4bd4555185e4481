"""Kill -9 of web, worker and PostgreSQL, alone and together, under load: nothing acknowledged is lost (P1), the event
stream misses and doubles nothing (P3), and every job that was accepted ends exactly once (P9).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pycrdt import Doc, Text

from tests.benchmarks.client import load
from tests.crash.follower import Follower
from tests.crash.journal import Writer
from tests.crash.victims import EVERYTHING, PARTS, kill_parts
from tests.studio import Studio, command

pytestmark = [pytest.mark.crash, pytest.mark.timeout(900)]

ROUNDS = int(os.environ.get("COUNTERPOINT_CRASH_ROUNDS", "20"))
#: After so many partial kills everything dies together, the supervisor too; its patience starts anew then.
ROUNDS_A_SUPERVISOR = 4
#: A take is asked for before every third kill, and every second of those is cancelled at once.
ROUNDS_A_JOB = 3
RETRY_SECONDS = 0.1
#: Seconds for everybody to be served again after a kill; far more than it takes, far less than for ever.
RECOVERY_SECONDS_MAX = 45.0
#: Seconds for the last job to end: two leases, and the renders themselves.
JOBS_SECONDS_MAX = 90.0
OVER = {"job.completed": "completed", "job.failed": "failed", "job.cancelled": "cancelled"}


def partial_kills(chooser: random.Random) -> Iterator[frozenset[str]]:
    """Yield every combination of parts, each block in another order."""
    combinations = [frozenset(p for i, p in enumerate(PARTS) if mask >> i & 1) for mask in range(1, 2 ** len(PARTS))]
    while True:
        yield from chooser.sample(combinations, len(combinations))


async def test_nothing_acknowledged_is_lost_and_every_job_ends(studio: Studio) -> None:
    """Twenty kills at random moments under load, and one at the end: journals, stream and jobs all agree."""
    seed = int(os.environ.get("COUNTERPOINT_CRASH_SEED", random.randrange(2**32)))
    print(f"COUNTERPOINT_CRASH_SEED={seed}")  # noqa: T201 - shown when the test fails
    chooser = random.Random(seed)
    documents = [uuid4(), uuid4()]
    for document_id in documents:
        studio.create_document(document_id, "note", "Crash")
    song_id = _short_song(studio)
    writers = [
        Writer(studio, documents[0], "plain"),
        Writer(studio, documents[0], "hocuspocus"),
        Writer(studio, documents[1], "plain"),
    ]
    follower = Follower(studio)
    jobs: set[UUID] = set()
    async with asyncio.TaskGroup() as group:
        following = group.create_task(follower.run())
        writing = [group.create_task(writer.run()) for writer in writers]
        asking: list[asyncio.Task[None]] = []
        kills = partial_kills(chooser)
        for number in range(1, ROUNDS + 1):
            parts = EVERYTHING if number % ROUNDS_A_SUPERVISOR == 0 else next(kills)
            await _one_round(studio, writers, parts, chooser)
            if number % ROUNDS_A_JOB == 1:
                asking.append(group.create_task(_ask_for_a_take(studio, song_id, jobs, cancel=number % 2 == 0)))
        for writer in writers:
            writer.finishing = True
        await asyncio.wait_for(asyncio.gather(*writing), RECOVERY_SECONDS_MAX)
        await asyncio.wait_for(asyncio.gather(*asking), RECOVERY_SECONDS_MAX)
        await asyncio.wait_for(_jobs_over(follower, jobs), JOBS_SECONDS_MAX)
        following.cancel()
    _assert_it_was_a_test(writers, follower, jobs)
    await asyncio.to_thread(_kill_and_start, studio)
    await _assert_texts(writers)
    _assert_stream(studio, follower)
    _assert_jobs(follower, jobs)
    _assert_chain(studio)


async def _one_round(studio: Studio, writers: list[Writer], parts: frozenset[str], chooser: random.Random) -> None:
    """Let everybody write for a random while, kill, and wait until everybody is heard again."""
    async with asyncio.timeout(RECOVERY_SECONDS_MAX):
        await chooser.choice(writers).wait_for_acknowledgements(chooser.randrange(1, 150))
        if parts == EVERYTHING:
            await asyncio.to_thread(_kill_and_start, studio)
        else:
            await asyncio.to_thread(kill_parts, studio, parts)
        for writer in writers:
            await writer.wait_for_acknowledgements(10)


def _kill_and_start(studio: Studio) -> None:
    studio.kill()
    studio.start()


def _short_song(studio: Studio) -> UUID:
    """Create a song of one bar: its take is rendered in a moment."""
    song_id = uuid4()
    studio.create_document(song_id, "song", "One bar")
    section = {"name": "All", "kind": "verse", "bars": 1, "chords": "C"}
    answer = studio.request("PATCH", f"/api/v1/documents/{song_id}", json={"bpm": 240, "sections": {"all": section}})
    assert answer.status_code == 200, answer.text
    return song_id


async def _ask_for_a_take(studio: Studio, song_id: UUID, jobs: set[UUID], *, cancel: bool) -> None:
    """Ask for a render until the answer comes; the key makes the request that a crash cut off the same request."""
    headers = {"Authorization": f"Bearer {studio.token()}", "Idempotency-Key": f"crash {uuid4()}"}
    async with httpx.AsyncClient(base_url=f"{studio.url}/api/v1", headers=headers, timeout=10) as client:
        wanted = {"kind": "render", "document_id": str(song_id)}
        job_id = (await _until_answered(client, "/jobs", wanted))["id"]
        jobs.add(UUID(job_id))
        if cancel:
            # Too late is an answer too: the job may have ended, or an answer that was cut off had cancelled it.
            await _until_answered(client, f"/jobs/{job_id}/cancel", None, fine=(200, 202, 409))


async def _until_answered(
    client: httpx.AsyncClient, path: str, body: object, *, fine: tuple[int, ...] = (200, 202)
) -> Any:
    while True:
        with contextlib.suppress(httpx.TransportError):
            answer = await client.post(path, json=body)
            if answer.status_code < 500:
                assert answer.status_code in fine, answer.text
                return answer.json()
        await asyncio.sleep(RETRY_SECONDS)


async def _jobs_over(follower: Follower, jobs: set[UUID]) -> None:
    """Wait until the event stream has told the end of every accepted job."""
    while jobs - {UUID(event["stream_id"]) for event in follower.events if event["topic"] in OVER}:
        await follower.wait_for_news()


def _assert_it_was_a_test(writers: list[Writer], follower: Follower, jobs: set[UUID]) -> None:
    """A run in which nothing was written, cut off or asked for proves nothing."""
    for writer in writers:
        assert writer.acknowledged > 10 * ROUNDS
        assert writer.reconnects > ROUNDS // 2
    assert follower.reconnects > ROUNDS // 4
    assert jobs


async def _assert_texts(writers: list[Writer]) -> None:
    """After the last kill every document holds exactly what its writers wrote, in their order."""
    for document_id in {writer.document_id for writer in writers}:
        theirs = [writer for writer in writers if writer.document_id == document_id]
        state = await theirs[0].read_state()
        for writer in theirs:
            assert writer.durable_in(state) == writer.sent == writer.acknowledged
        expected = load(b"\x00\x00", [update for writer in theirs for update in writer.journal[: writer.sent]])
        assert _text(load(state)) == _text(expected)


def _text(doc: Doc[Any]) -> str:
    return str(doc.get("t", type=Text))


def _assert_stream(studio: Studio, follower: Follower) -> None:
    """What the follower was told is the log: positions rise, versions have no holes, nothing came twice."""
    told = [event["position"] for event in follower.events]
    assert told == sorted(set(told))
    in_log: list[int] = []
    after, more = 0, True
    while more:
        page = studio.request("GET", f"/api/v1/events?limit=1000&after={after}").json()
        in_log += [event["position"] for event in page["events"]]
        after, more = page["position"], page["more"]
    assert told == in_log[: len(told)]
    versions: dict[tuple[str, bool], int] = {}
    for event in follower.events:
        stream = (event["stream_id"], event["bytes"] is not None)
        assert event["version"] == versions.get(stream, 0) + 1
        versions[stream] = event["version"]


def _assert_jobs(follower: Follower, jobs: set[UUID]) -> None:
    """Every request became one job, every job ended once, and a completed one left exactly one take."""
    requested = Counter(event["stream_id"] for event in follower.events if event["topic"] == "job.requested")
    assert requested == dict.fromkeys(map(str, jobs), 1)
    ends = Counter(event["stream_id"] for event in follower.events if event["topic"] in OVER)
    assert {str(job_id): 1 for job_id in jobs} == {job: count for job, count in ends.items() if UUID(job) in jobs}
    completed = [job for job in ends if UUID(job) in jobs and _was_completed(follower, job)]
    takes = Counter(e["data"]["job_id"] for e in follower.events if e["topic"] == "take.completed")
    assert completed
    assert {job: takes[job] for job in completed} == dict.fromkeys(completed, 1)


def _was_completed(follower: Follower, job: str) -> bool:
    return any(event["topic"] == "job.completed" and event["stream_id"] == job for event in follower.events)


def _assert_chain(studio: Studio) -> None:
    """The hash chain of the log verifies after all of it."""
    done = subprocess.run(
        [*command(), "doctor", "--verify", "--data", str(studio.data_dir)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
