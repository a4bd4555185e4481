"""One attempt at a job on a log in memory: what is stored, what is not, and when the work must stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
import structlog

from core.adapters.memory import ManualClock, MemoryLog, MemoryStore
from core.aggregates.job import Job, JobStatus
from core.aggregates.take import Take
from core.errors import Invalid, LogUnavailable, Misconfigured, MissingExtra, NotFound
from core.events import EventFilter
from core.ids import SYSTEM_ID
from core.limits import LEASE_SECONDS
from core.repository import Repository
from workers.job_run import JobRunner
from workers.kinds import Attempt, JobKind, JobKinds, Outcome

LOGGER = structlog.wrap_logger(structlog.ReturnLogger(), processors=[])
Work = Callable[[Attempt], Awaitable[Outcome]]


class World:
    """One log with one job, and workers on it."""

    def __init__(self) -> None:
        self.clock, self.store = ManualClock(), MemoryStore()
        self.log = MemoryLog(self.store)
        self.repository = Repository(self.log)
        self.job_id = uuid4()

    async def request(self) -> UUID:
        job = Job.request(
            job_id=self.job_id,
            kind="work",
            document_id=uuid4(),
            document_position=1,
            parameters={},
            seed=1,
            requested_by=SYSTEM_ID,
            at=self.clock.now(),
        )
        await self.repository.save(job, SYSTEM_ID)
        return job.id

    def worker(self, work: Work, name: str = "one", seconds_max: float = 60.0) -> JobRunner:
        return JobRunner(
            log=self.log,
            repository=self.repository,
            kinds=JobKinds([JobKind(name="work", run=work, seconds_max=seconds_max)]),
            worker=name,
            clock=self.clock,
            chance=lambda: 0.5,
            logger=LOGGER,
        )

    async def job(self) -> Job:
        return await self.repository.get(Job, self.job_id)

    async def cancel(self) -> None:
        job = await self.job()
        job.cancel(at=self.clock.now())
        await self.repository.save(job, SYSTEM_ID)

    async def topics(self) -> list[str]:
        page = await self.log.read(after=0, limit=1000, where=EventFilter())
        return [event.topic for event in page.events]


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Let others run until the condition holds."""
    async with asyncio.timeout(10):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.001)


async def holds(value: bool) -> bool:
    return value


@pytest.fixture
async def world() -> World:
    world = World()
    await world.request()
    return world


def new_take(job: Job) -> Take:
    return Take.of_render(
        take_id=uuid4(),
        at=job.created_on,
        job_id=job.id,
        document_id=job.document_id,
        document_position=1,
        engine="local",
        engine_version="1",
        parameters={},
        seed=1,
        files=[],
        duration_s=1.0,
        sample_rate_hz=48_000,
        loudness={},
        sections=[],
        notes=[],
    )


class Gate:
    """Work that has begun waits here until the test lets it go."""

    def __init__(self) -> None:
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self.runs = self.cancelled = 0

    async def work(self, attempt: Attempt) -> Outcome:
        self.runs += 1
        self.begun.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return Outcome(result={"by": attempt.job.worker})


async def test_work_that_ends_well_is_stored_with_its_facts_in_one_append(world: World) -> None:
    """The take and the end of its job lie side by side: there is never one without the other."""

    async def work(attempt: Attempt) -> Outcome:
        return Outcome(result={"take_id": "t"}, aggregates=(new_take(attempt.job),))

    await world.worker(work).run(world.job_id, 1)
    assert await world.topics() == ["job.requested", "job.started", "take.completed", "job.completed"]
    page = await world.log.read(after=2, limit=10, where=EventFilter())
    assert page.events[0].recorded_at == page.events[1].recorded_at
    assert (await world.job()).result == {"take_id": "t"}


async def test_duplicate_and_stale_wakeups_do_nothing(world: World) -> None:
    """Fifty wake-ups for one attempt, on two workers, are one run; those for other attempts are none."""
    gate = Gate()
    one, two = world.worker(gate.work, "one"), world.worker(gate.work, "two")
    async with asyncio.TaskGroup() as tasks:
        for worker in (one, two):
            for attempt in (0, 1, 2, 7):
                for _ in range(25):
                    tasks.create_task(worker.run(world.job_id, attempt))
        await gate.begun.wait()
        gate.go.set()
    assert gate.runs == 1
    assert await world.topics() == ["job.requested", "job.started", "job.completed"]
    await one.run(world.job_id, 1)
    await one.run(world.job_id, 2)
    await one.run(uuid4(), 1)
    assert gate.runs == 1


@pytest.mark.parametrize(
    ("error", "final", "reason"),
    [
        (Invalid("There is no such chord.", path="song.chords"), True, "There is no such chord."),
        (MissingExtra("Install it: pip install 'counterpoint[stems]'"), True, "Install it: pip install"),
        (Misconfigured("The folder of models is missing."), True, "The folder of models is missing."),
        (LogUnavailable(), False, "The event log cannot be reached"),
        (OSError(28, "No space left on device"), False, "OSError: [Errno 28] No space left on device"),
        (ZeroDivisionError("oh"), False, "ZeroDivisionError: oh"),
    ],
)
async def test_errors_are_tried_again_unless_that_cannot_help(
    world: World, error: Exception, final: bool, reason: str
) -> None:
    """The reason is kept in words; the broker never hears of it."""

    async def work(attempt: Attempt) -> Outcome:
        raise error

    await world.worker(work).run(world.job_id, 1)
    job = await world.job()
    assert (job.status, job.final) == ((JobStatus.FAILED, True) if final else (JobStatus.QUEUED, False))
    assert str(job.reason).startswith(reason)
    assert await world.topics() == ["job.requested", "job.started", "job.failed" if final else "job.retry_scheduled"]


async def test_work_that_takes_too_long_is_stopped(world: World) -> None:
    """Its time limit counts as a failure, and nothing of it goes on."""
    gate = Gate()
    await world.worker(gate.work, seconds_max=0.01).run(world.job_id, 1)
    job = await world.job()
    assert (gate.cancelled, job.status, job.failures) == (1, JobStatus.QUEUED, 1)
    assert "longer than 0.01 seconds" in str(job.reason)


async def test_what_cannot_be_stored_fails_the_job(world: World) -> None:
    """A result that would not come back as it is must not leave a job running for ever."""

    async def work(attempt: Attempt) -> Outcome:
        return Outcome(result={"bytes": b"no"})

    await world.worker(work).run(world.job_id, 1)
    job = await world.job()
    assert (job.status, job.final) == (JobStatus.FAILED, True)
    assert "cannot be stored" in str(job.reason)


async def test_a_running_job_that_is_cancelled_stops_at_once_when_noticed(world: World) -> None:
    """The work is cancelled, the job ends as cancelled, and nothing it made is kept."""
    gate = Gate()
    worker = world.worker(gate.work)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(worker.run(world.job_id, 1))
        await gate.begun.wait()
        await world.cancel()
        worker.notice(world.job_id)
    assert gate.cancelled == 1
    assert await world.topics() == ["job.requested", "job.started", "job.cancel_requested", "job.cancelled"]


async def test_a_cancellation_that_comes_as_the_work_ends_wins(world: World) -> None:
    """Who was told that the job is being cancelled finds no take afterwards."""

    async def work(attempt: Attempt) -> Outcome:
        await world.cancel()
        return Outcome(result={}, aggregates=(new_take(attempt.job),))

    await world.worker(work).run(world.job_id, 1)
    assert await world.topics() == ["job.requested", "job.started", "job.cancel_requested", "job.cancelled"]


async def test_a_stale_worker_stores_nothing(world: World) -> None:
    """It slept through its lease; another finished meanwhile. Its own end, a take with it, is not stored."""
    sleepy, quick = Gate(), Gate()

    async def work(attempt: Attempt) -> Outcome:
        outcome = await sleepy.work(attempt)
        return Outcome(result=outcome.result, aggregates=(new_take(attempt.job),))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(world.worker(work, "sleepy").run(world.job_id, 1))
        await sleepy.begun.wait()
        world.clock.advance(LEASE_SECONDS)
        quick.go.set()
        await world.worker(quick.work, "quick").run(world.job_id, 2)
        sleepy.go.set()
    assert (await world.job()).result == {"by": "quick"}
    assert await world.topics() == ["job.requested", "job.started", "job.started", "job.completed"]


async def test_a_worker_that_lost_its_lease_stops_working(world: World) -> None:
    """It hears it at its next sign of life and does not waste another second."""
    sleepy, second = Gate(), Gate()
    first = world.worker(sleepy.work, "sleepy")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(first.run(world.job_id, 1))
        await sleepy.begun.wait()
        world.clock.advance(LEASE_SECONDS)
        other = tasks.create_task(world.worker(second.work, "second").run(world.job_id, 2))
        await second.begun.wait()
        first.notice(world.job_id)
        await until(lambda: holds(sleepy.cancelled == 1))
        second.go.set()
        await other
    assert (sleepy.cancelled, (await world.job()).result) == (1, {"by": "second"})


async def test_closing_gives_running_jobs_back_and_takes_no_more(world: World) -> None:
    """A shutdown ends attempts as interrupted: due again at once, and no failure."""
    gate = Gate()
    worker = world.worker(gate.work)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(worker.run(world.job_id, 1))
        await gate.begun.wait()
        await worker.close()
        job = await world.job()
        assert (gate.cancelled, job.status, job.failures, job.due(world.clock.now())) == (1, JobStatus.QUEUED, 0, True)
        await worker.run(world.job_id, 2)
    assert await world.topics() == ["job.requested", "job.started", "job.interrupted"]


async def test_progress_is_stored_rarely_and_keeps_the_lease(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand reports are a handful of events; each of them renews the lease."""
    reported = asyncio.Event()

    async def work(attempt: Attempt) -> Outcome:
        for number in range(10_000):
            attempt.report("drums", number / 10_000)
        world.clock.advance(1.0)
        attempt.report("drums", 0.9999)

        async def stored() -> bool:
            return (await world.job()).fraction == 0.9999

        await until(stored)
        for _ in range(1000):
            attempt.report("drums", 0.9999)
            await asyncio.sleep(0)
        reported.set()
        return Outcome(result={})

    await world.worker(work).run(world.job_id, 1)
    assert reported.is_set()
    assert (await world.topics()).count("job.progressed") == 1


async def test_the_lease_is_renewed_while_nothing_is_reported(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Silent work is not dead work."""
    monkeypatch.setattr("workers.job_run.LEASE_SECONDS", 0.03)

    async def work(attempt: Attempt) -> Outcome:
        for renewals in range(1, 4):
            world.clock.advance(LEASE_SECONDS / 2)

            async def renewed(renewals: int = renewals) -> bool:
                return (await world.topics()).count("job.progressed") >= renewals

            await until(renewed)
        return Outcome(result={})

    await world.worker(work).run(world.job_id, 1)
    topics = await world.topics()
    assert topics.count("job.progressed") >= 3
    assert topics[-1] == "job.completed"


async def test_an_end_outlives_a_log_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour of rendering is not thrown away because the database restarts as it ends."""
    monkeypatch.setattr("workers.job_run.POLL_SECONDS", 0.001)

    async def work(attempt: Attempt) -> Outcome:
        for _ in range(3):
            world.log.fail_next()
        return Outcome(result={}, aggregates=(new_take(attempt.job),))

    await world.worker(work).run(world.job_id, 1)
    assert await world.topics() == ["job.requested", "job.started", "take.completed", "job.completed"]


async def test_an_end_whose_answer_was_lost_is_not_stored_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log may have stored it although it said that it is away; the job is over then, and stays as it is."""
    monkeypatch.setattr("workers.job_run.POLL_SECONDS", 0.001)

    async def work(attempt: Attempt) -> Outcome:
        world.log.fail_next(stored=True)
        return Outcome(result={}, aggregates=(new_take(attempt.job),))

    await world.worker(work).run(world.job_id, 1)
    assert await world.topics() == ["job.requested", "job.started", "take.completed", "job.completed"]


async def test_a_claim_that_cannot_be_stored_starts_nothing(world: World) -> None:
    """Work begins after its lease is durable, never before."""
    gate = Gate()
    world.log.fail_next()
    with pytest.raises(LogUnavailable):
        await world.worker(gate.work).run(world.job_id, 1)
    assert gate.runs == 0
    assert await world.topics() == ["job.requested"]


def test_two_kinds_with_one_name_stop_the_program() -> None:
    """Which of them would run would be chance."""

    async def work(attempt: Attempt) -> Outcome:
        raise AssertionError

    kind = JobKind(name="work", run=work, seconds_max=1.0)
    with pytest.raises(Misconfigured, match="work"):
        JobKinds([kind, kind])
    assert JobKinds([kind]).names == {"work"}
    with pytest.raises(NotFound, match="work"):
        JobKinds([kind]).named("play")
