"""Jobs on a real PostgreSQL, woken in process and by a real Redis; workers are killed, stopped and doubled (P9)."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis

from core.aggregates.job import Job, JobStatus
from core.errors import Conflict
from core.events import EventFilter, Kind
from core.limits import ATTEMPTS_MAX
from tests.services.backstage import Backstage, eventually, open_backstage
from tests.services.job_worker import build_worker, working
from workers.runner import DramatiqWakeups

ROOT = Path(__file__).parents[2]
LEASE_SECONDS = 1.0


@pytest.fixture
async def studio(database_url: str) -> AsyncIterator[Backstage]:
    async with open_backstage(database_url) as studio:
        yield studio


@pytest.fixture(params=["in process", "redis"])
def broker_url(request: pytest.FixtureRequest) -> str | None:
    """Both brokers; each test finds its Redis empty."""
    if request.param == "in process":
        return None
    url: str = request.getfixturevalue("redis_url")
    client = redis.Redis.from_url(url)
    client.flushall()
    client.close()
    return url


async def request(studio: Backstage, **parameters: Any) -> UUID:
    job = await studio.commands.request(
        kind="hold", document_id=await studio.new_document(), actor_id=studio.person_id, parameters=parameters
    )
    return job.id


async def until(studio: Backstage, job_id: UUID, condition: Callable[[Job], bool], seconds_max: float = 60.0) -> Job:
    """Return the job as soon as the condition holds of it."""

    async def met() -> bool:
        return condition(await studio.repository.get(Job, job_id))

    await eventually(met, seconds_max)
    return await studio.repository.get(Job, job_id)


async def topics(studio: Backstage, *streams: UUID) -> list[str]:
    """Return the facts of a job, progress left out, or of everything."""
    where = EventFilter(kinds=frozenset({Kind.AGGREGATE}), stream_ids=frozenset(streams) or None)
    page = await studio.log.read(after=0, limit=1000, where=where)
    return [event.topic for event in page.events if event.topic != "job.progressed"]


async def test_a_job_runs_from_request_to_take(studio: Backstage, broker_url: str | None, tmp_path: Path) -> None:
    """The same on both brokers: requested, started, progress, and the take with the end in one append."""
    async with working(build_worker(studio, broker_url, tmp_path)):
        job_id = await request(studio)
        job = await until(studio, job_id, lambda job: job.fraction > 0)
        assert (job.status, job.stage, job.attempt) == (JobStatus.RUNNING, "holding", 1)
        (tmp_path / "go").touch()
        await until(studio, job_id, lambda job: job.status is JobStatus.COMPLETED)
    assert await topics(studio, job_id) == ["job.requested", "job.started", "job.completed"]
    assert (await topics(studio))[-2:] == ["take.completed", "job.completed"]
    await studio.runner.catch_up()
    row = await studio.jobs.get_job(job_id)
    assert row is not None
    assert (row.status, row.attempt, row.failures, row.fraction) == ("completed", 1, 0, 1.0)
    (take,) = (await studio.takes.list_takes(job_id=job_id)).items
    assert row.result == {"take_id": str(take.take_id), "attempt": 1}
    assert (take.document_id, take.document_position, take.seed) == (row.document_id, row.document_position, row.seed)


async def test_failures_are_tried_again_and_a_dead_letter_keeps_its_reason(
    studio: Backstage, broker_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two failures and then success; failures only, and the job has failed; by hand it gets a fresh start."""
    monkeypatch.setattr("core.aggregates.job.RETRY_SECONDS_FIRST", 0.01)
    folder = tmp_path / "first"
    folder.mkdir()
    (folder / "go").touch()
    async with working(build_worker(studio, broker_url, folder)):
        job = await until(studio, await request(studio, fail_times=2), lambda job: job.status.over)
        assert (job.status, job.attempt, job.failures) == (JobStatus.COMPLETED, 3, 2)
        for path in folder.glob("begun-*"):
            path.unlink()
        hopeless = await request(studio, fail_times=ATTEMPTS_MAX)
        job = await until(studio, hopeless, lambda job: job.status.over)
        assert (job.status, job.attempt, job.final) == (JobStatus.FAILED, ATTEMPTS_MAX, False)
        assert job.reason == f"ZeroDivisionError: attempt {ATTEMPTS_MAX} of {ATTEMPTS_MAX}"
        await studio.commands.retry(hopeless, actor_id=studio.person_id)
        job = await until(studio, hopeless, lambda job: job.status is JobStatus.COMPLETED)
    assert job.attempt == ATTEMPTS_MAX + 1
    assert (await topics(studio, hopeless)).count("job.retry_scheduled") == ATTEMPTS_MAX


async def test_cancelling_ends_waiting_and_running_jobs(
    studio: Backstage, broker_url: str | None, tmp_path: Path
) -> None:
    """A waiting one never starts; a running one stops within a moment and leaves no take."""
    waiting = await request(studio)
    await studio.commands.cancel(waiting, actor_id=studio.person_id)
    async with working(build_worker(studio, broker_url, tmp_path)):
        running = await request(studio)
        await until(studio, running, lambda job: job.status is JobStatus.RUNNING)
        async with asyncio.timeout(2.0):
            await studio.commands.cancel(running, actor_id=studio.person_id)
            await until(studio, running, lambda job: job.status.over)
        with pytest.raises(Conflict):
            await studio.commands.cancel(running, actor_id=studio.person_id)
        (tmp_path / "go").touch()
    assert await topics(studio, waiting) == ["job.requested", "job.cancelled"]
    assert await topics(studio, running) == [
        "job.requested", "job.started", "job.cancel_requested", "job.cancelled",
    ]  # fmt: skip
    assert "take.completed" not in await topics(studio)


async def test_doubled_wakeups_and_two_workers_run_a_job_once(
    studio: Backstage, redis_url: str, tmp_path: Path
) -> None:
    """Every worker dispatches, and somebody floods the queue as well: one attempt, one take."""
    (tmp_path / "go").touch()
    workers = [build_worker(studio, redis_url, tmp_path, name=f"{number}") for number in range(2)]
    async with working(workers[0]), working(workers[1]):
        job_id = await request(studio)
        for _ in range(50):
            workers[0]._broker.get_actor("hold").send(str(job_id), 1)
        await until(studio, job_id, lambda job: job.status.over)
    assert await topics(studio, job_id) == ["job.requested", "job.started", "job.completed"]
    assert (await topics(studio)).count("take.completed") == 1
    assert [name for name in os.listdir(tmp_path) if name.startswith("begun")] == ["begun-1"]


async def test_a_queue_that_loses_everything_loses_no_job(
    studio: Backstage, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis is emptied with the wake-ups in it; they are sent again."""
    monkeypatch.setattr("workers.schedule.WAKE_AGAIN_SECONDS", 0.2)
    (tmp_path / "go").touch()
    job_id = await request(studio)
    worker = build_worker(studio, redis_url, tmp_path)
    client = redis.Redis.from_url(redis_url)

    async def lost() -> bool:
        client.flushall()
        return worker._dispatcher._schedule.knows(job_id)

    async with working(worker):
        await eventually(lost)
        client.flushall()
        await until(studio, job_id, lambda job: job.status is JobStatus.COMPLETED)
    client.close()
    assert (await topics(studio)).count("take.completed") == 1


async def test_a_redis_that_cannot_be_reached_stops_no_worker(
    studio: Backstage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dispatcher goes on looking, and the worker still stops in order."""
    monkeypatch.setattr("workers.dispatcher.POLL_SECONDS", 0.01)
    tries: list[UUID] = []
    wake = DramatiqWakeups.wake

    def counted_wake(wakeups: DramatiqWakeups, *, kind: str, job_id: UUID, attempt: int) -> None:
        tries.append(job_id)
        wake(wakeups, kind=kind, job_id=job_id, attempt=attempt)

    async def tried_again() -> bool:
        return len(tries) >= 3

    monkeypatch.setattr(DramatiqWakeups, "wake", counted_wake)
    job_id = await request(studio)
    async with working(build_worker(studio, "redis://127.0.0.1:1/0", tmp_path)):
        await eventually(tried_again)
    assert set(tries) == {job_id}
    assert await topics(studio, job_id) == ["job.requested"]


@pytest.fixture
async def processes() -> AsyncIterator[list[Process]]:
    """Worker processes of one test; none outlives it."""
    started: list[Process] = []
    yield started
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def start(processes: list[Process], database_url: str, redis_url: str | None, folder: Path) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.services.job_worker",
        database_url, redis_url or "-", str(folder), str(LEASE_SECONDS),
        cwd=ROOT,
    )  # fmt: skip
    processes.append(process)
    return process


async def test_a_job_whose_worker_is_killed_runs_again_and_ends_once(
    studio: Backstage, database_url: str, broker_url: str | None, tmp_path: Path, processes: list[Process]
) -> None:
    """Kill -9 in the middle of the work: the lease ends, another worker takes it, and there is one end and one take."""
    first = await start(processes, database_url, broker_url, tmp_path)
    job_id = await request(studio)
    await until(studio, job_id, lambda job: job.fraction > 0)
    second = await start(processes, database_url, broker_url, tmp_path)
    owner = int((tmp_path / "begun-1").read_text())
    os.kill(owner, signal.SIGKILL)
    job = await until(studio, job_id, lambda job: job.attempt == 2)
    assert (job.failures, job.status) == (1, JobStatus.RUNNING)
    survivor = second if owner == first.pid else first
    (tmp_path / "go").touch()
    job = await until(studio, job_id, lambda job: job.status.over)
    assert (job.status, job.result and job.result["attempt"]) == (JobStatus.COMPLETED, 2)
    assert await topics(studio, job_id) == ["job.requested", "job.started", "job.started", "job.completed"]
    assert (await topics(studio)).count("take.completed") == 1
    survivor.terminate()
    assert await survivor.wait() == 0


async def test_a_worker_that_is_stopped_gives_its_job_back(
    studio: Backstage, database_url: str, tmp_path: Path, processes: list[Process]
) -> None:
    """SIGTERM: interrupted, queued again at once without a failure, and done by the next worker."""
    first = await start(processes, database_url, None, tmp_path)
    job_id = await request(studio)
    await until(studio, job_id, lambda job: job.fraction > 0)
    first.terminate()
    assert await first.wait() == 0
    job = await studio.repository.get(Job, job_id)
    assert (job.status, job.failures) == (JobStatus.QUEUED, 0)
    await start(processes, database_url, None, tmp_path)
    (tmp_path / "go").touch()
    job = await until(studio, job_id, lambda job: job.status.over)
    assert (job.status, job.failures, job.attempt) == (JobStatus.COMPLETED, 0, 2)
    assert await topics(studio, job_id) == [
        "job.requested", "job.started", "job.interrupted", "job.started", "job.completed",
    ]  # fmt: skip


async def test_a_frozen_worker_that_wakes_up_late_stores_nothing(
    studio: Backstage, database_url: str, tmp_path: Path, processes: list[Process]
) -> None:
    """SIGSTOP is a laptop's lid: when it opens again, another has done the job, and the sleeper learns it and stops."""
    sleeper = await start(processes, database_url, None, tmp_path)
    job_id = await request(studio)
    await until(studio, job_id, lambda job: job.fraction > 0)
    os.kill(sleeper.pid, signal.SIGSTOP)
    await start(processes, database_url, None, tmp_path)
    await until(studio, job_id, lambda job: job.attempt == 2)
    (tmp_path / "go").touch()
    await until(studio, job_id, lambda job: job.status.over)
    os.kill(sleeper.pid, signal.SIGCONT)
    sleeper.terminate()
    assert await sleeper.wait() == 0
    assert await topics(studio, job_id) == ["job.requested", "job.started", "job.started", "job.completed"]
    assert (await topics(studio)).count("take.completed") == 1
