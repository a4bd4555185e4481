"""One attempt at a job, from the claim to its end; everything that is decided on the way is an event of the job.

Two tasks: one works, the other keeps the lease, stores progress, and hears when the attempt must stop: somebody
cancelled the job, another worker took it over, this one shuts down. Only the second writes while the first works, and
the end is written when both have ended, so that the stream's version is always known. Whatever dies here, the lease
ends and the dispatcher wakes somebody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from itertools import chain
from uuid import UUID

from structlog.typing import FilteringBoundLogger

from core.aggregates.base import Aggregate
from core.aggregates.job import Job
from core.errors import (
    CounterpointError,
    EngineFailed,
    Invalid,
    LogUnavailable,
    Misconfigured,
    MissingExtra,
    NotFound,
    Overloaded,
    Quarantined,
    StreamMoved,
    Theirs,
)
from core.events import Append
from core.ids import SYSTEM_ID
from core.limits import LEASE_SECONDS, POLL_SECONDS, PROGRESS_PER_SECOND_MAX
from core.ports import Clock, EventLog
from core.repository import Repository
from workers.kinds import Attempt, JobKinds, Outcome

#: Errors after which the same request cannot go better.
HOPELESS = (Theirs, MissingExtra, Misconfigured, Quarantined)


class Stop(Enum):
    """Why an attempt ends before its work does."""

    CANCELLED = auto()
    #: Another worker owns the job now, or nobody.
    LOST = auto()
    SHUTDOWN = auto()


class JobRunner:
    """Runs attempts in one process."""

    def __init__(
        self,
        *,
        log: EventLog,
        repository: Repository,
        kinds: JobKinds,
        worker: str,
        clock: Clock,
        chance: Callable[[], float],
        logger: FilteringBoundLogger,
    ) -> None:
        """`worker` names this process in events; `chance` returns a number from 0 to 1, for pauses between attempts."""
        self._log = log
        self._repository = repository
        self._kinds = kinds
        self._worker = worker
        self._clock = clock
        self._chance = chance
        self._logger = logger
        self._running: dict[UUID, _Run] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False

    async def run(self, job_id: UUID, attempt: int) -> None:
        """Carry out this attempt if it is the one that is due; return when it has ended, in whatever way.

        Raises LogUnavailable when the claim cannot be stored: then nothing happened.
        """
        if self._closing or job_id in self._running:
            return
        run = _Run(self, job_id)
        self._running[job_id] = run
        self._idle.clear()
        try:
            job = await self._claim(job_id, attempt)
            if job is not None:
                await run.carry_out(job)
        finally:
            del self._running[job_id]
            if not self._running:
                self._idle.set()

    def notice(self, job_id: UUID) -> None:
        """Let the attempt at this job, if it runs here, look at once whether it must stop."""
        if (run := self._running.get(job_id)) is not None:
            run.look()

    async def close(self) -> None:
        """Begin no more, give back what runs, and return when that is stored."""
        self._closing = True
        for run in self._running.values():
            run.shut_down()
        await self._idle.wait()

    async def _claim(self, job_id: UUID, attempt: int) -> Job | None:
        """Begin the attempt; None: it is not due (any more), somebody was faster, or the job ended instead."""
        try:
            job = await self._repository.get(Job, job_id)
        except NotFound:
            return None  # A wake-up of another log, left in a broker that two of them shared.
        if job.attempt + 1 != attempt:
            return None
        begun = job.claim(worker=self._worker, at=self._clock.now())
        if not job.pending_events:
            return None
        try:
            await self._repository.save(job, actor_id=SYSTEM_ID)
        except StreamMoved:
            return None
        self._logger.info("job_started" if begun else "job_closed", job_id=str(job_id), kind=job.kind, attempt=attempt)
        return job if begun else None


class _Run:
    """One attempt under way."""

    def __init__(self, runner: JobRunner, job_id: UUID) -> None:
        self._log = runner._log
        self._repository = runner._repository
        self._kinds = runner._kinds
        self._clock = runner._clock
        self._chance = runner._chance
        self._logger = runner._logger.bind(job_id=str(job_id))
        self._job_id = job_id
        self._attempt = 0
        #: When the lease was last taken or renewed, on the monotonic clock.
        self._stored_s = 0.0
        #: Set when the keeper has something to do: news of the work, of the job, or of this process.
        self._signal = asyncio.Event()
        self._progress: tuple[str, float] | None = None
        self._look = self._shutting_down = False
        self._stop: Stop | None = None

    def look(self) -> None:
        """Look soon whether the job still wants this attempt."""
        self._look = True
        self._signal.set()

    def shut_down(self) -> None:
        """Give the job back soon."""
        self._shutting_down = True
        self._signal.set()

    async def carry_out(self, job: Job) -> None:
        """Work, keep the lease meanwhile, and store the end."""
        self._attempt, self._stored_s = job.attempt, self._clock.monotonic()
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(self._work(job), name=f"job {self._job_id}")
            work.add_done_callback(lambda _: self._signal.set())
            tasks.create_task(self._keep(job, work), name=f"lease of {self._job_id}")
        await self._finish(None if work.cancelled() else work.result())

    async def _work(self, job: Job) -> Outcome | Exception:
        """Return what came out, or the error that ended it: an error ends the attempt, never the worker."""
        try:
            kind = self._kinds.named(job.kind)
            try:
                async with asyncio.timeout(kind.seconds_max) as limit:
                    return await kind.run(Attempt(job=job, report=self._report))
            except TimeoutError:
                if not limit.expired():
                    raise
                return EngineFailed(f"This took longer than {kind.seconds_max:g} seconds and was stopped.")
        except Exception as error:
            return error

    def _report(self, stage: str, fraction: float) -> None:
        self._progress = (stage, fraction)
        self._signal.set()

    # -- keeping the lease ------------------------------------------------------------------------------------------

    async def _keep(self, job: Job, work: asyncio.Task[Outcome | Exception]) -> None:
        """Renew the lease and store progress until the work ends; end the work when the attempt must stop."""
        while True:
            await self._await_signal()
            if work.done():
                return
            if self._shutting_down:
                self._stop = Stop.SHUTDOWN
            elif self._look:
                self._look = False
                job = await self._reloaded(job)
            elif self._due_to_store(job):
                self._stored_s = self._clock.monotonic()
                job = await self._stored(job)
            if self._stop is not None:
                work.cancel()
                return

    async def _await_signal(self) -> None:
        """Return when there is news, the progress that waits may be stored, or the lease must be renewed."""
        since_s = self._clock.monotonic() - self._stored_s
        pause_s = LEASE_SECONDS / 3 if self._progress is None else 1 / PROGRESS_PER_SECOND_MAX
        try:
            async with asyncio.timeout(max(0.0, pause_s - since_s)):
                await self._signal.wait()
        except TimeoutError:
            return
        self._signal.clear()

    def _due_to_store(self, job: Job) -> bool:
        since_s = self._clock.monotonic() - self._stored_s
        if since_s >= LEASE_SECONDS / 3:
            return True
        if self._progress is None or since_s < 1 / PROGRESS_PER_SECOND_MAX:
            return False
        stage, fraction = self._progress
        if job.worth_reporting(stage=stage, fraction=fraction):
            return True
        self._progress = None
        return False

    async def _stored(self, job: Job) -> Job:
        """Store progress and a longer lease; return the job as it is now."""
        stage, fraction = self._progress or (job.stage or "", job.fraction)
        job.report(stage=stage, fraction=fraction, at=self._clock.now())
        try:
            await self._repository.save(job, actor_id=SYSTEM_ID)
        except StreamMoved:
            return await self._reloaded(job)
        except (LogUnavailable, Overloaded) as error:
            self._logger.warning("lease_not_renewed", reason=error.message)
            job.pending_events.clear()
            return await self._reloaded(job)
        self._progress = None
        return job

    async def _reloaded(self, job: Job) -> Job:
        """Return the job as the log has it, and find out whether this attempt must stop.

        While the log cannot be read nobody else can take the job either: the work goes on, and the look is repeated.
        """
        try:
            job = await self._repository.get(Job, self._job_id)
        except LogUnavailable:
            self._look = True
            return job
        self._stop = self._reason_to_stop(job)
        return job

    def _reason_to_stop(self, job: Job) -> Stop | None:
        if not job.runs_as(self._attempt):
            return Stop.LOST
        return Stop.CANCELLED if job.cancel_requested else None

    # -- the end ----------------------------------------------------------------------------------------------------

    async def _finish(self, ending: Outcome | Exception | None) -> None:
        """Store the end of the attempt, however long the log cannot be reached; a lost attempt stores nothing."""
        while True:
            try:
                if self._stop is Stop.LOST or await self._store_end(ending):
                    return
            except StreamMoved:
                continue  # Cancelled meanwhile, or lost: read again.
            except (LogUnavailable, Overloaded) as error:
                self._logger.warning("end_of_job_not_stored_yet", reason=error.message)
                await asyncio.sleep(POLL_SECONDS)
            except (TypeError, Theirs) as error:
                # What came out cannot be stored: too large, or of a shape that would not come back as it is.
                assert not isinstance(ending, Exception)
                ending = Invalid(f"What this job made cannot be stored: {error}")

    async def _store_end(self, ending: Outcome | Exception | None) -> bool:
        """Decide and store the end; False: the job is lost to another worker, which the next look says again."""
        job = await self._repository.get(Job, self._job_id)
        self._stop = self._reason_to_stop(job) or self._stop
        if self._stop is Stop.LOST:
            self._logger.info("job_lost", attempt=self._attempt)
            return False
        aggregates = (*self._decide_end(job, ending), job)
        writes = [self._repository.to_append(aggregate, SYSTEM_ID).writes for aggregate in aggregates]
        await self._log.append(Append(tuple(chain.from_iterable(writes))))
        self._logger.info("job_ended", attempt=self._attempt, status=job.status, reason=job.reason)
        return True

    def _decide_end(self, job: Job, ending: Outcome | Exception | None) -> tuple[Aggregate, ...]:
        """Decide the last event of the attempt; return what is stored with it."""
        at = self._clock.now()
        match ending:
            case _ if self._stop is Stop.CANCELLED:
                job.stop(at=at)
            case Outcome(result=result, aggregates=aggregates):
                job.complete(result, at=at)
                return aggregates
            case Exception():
                hopeless = isinstance(ending, HOPELESS)
                job.fail(_sentence(ending), final=hopeless, chance=self._chance(), at=at)
            case None:
                job.interrupt(at=at)
        return ()


def _sentence(error: Exception) -> str:
    """Return the reason as people read it: ours are sentences, others need their type to mean anything."""
    return error.message if isinstance(error, CounterpointError) else f"{type(error).__name__}: {error}"
