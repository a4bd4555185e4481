"""A job: long work as events. The stream's version is the fence: who starts it next is who appends next (P9).

The life of a job, and who moves it:

    requested -> queued -> running -> completed | failed | cancelled
                   ^          |
                   +----------+   retry scheduled, interrupted, or started again after its lease ran out

A worker that lost its lease learns it at its next append: the stream has moved. Nothing else protects a job, no lock
and no state of the broker.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from core.aggregates.base import Aggregate, Creation
from core.errors import Conflict
from core.limits import (
    ATTEMPTS_MAX,
    JOB_REASON_CHARS_MAX,
    LEASE_SECONDS,
    LINE_CHARS_MAX,
    PROGRESS_STEP,
    RETRY_SECONDS_FIRST,
    RETRY_SECONDS_MAX,
)


class JobStatus(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Say whether nothing happens any more by itself."""
        return self in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)


class Job(Aggregate):
    """One piece of long work, and every attempt at it."""

    TOPIC = "job"

    class Event(Aggregate.Event):
        """A fact about a job."""

    class Requested(Event, Creation):
        """Somebody wants the work done, on this document as it was at this position."""

        TOPIC = "job.requested"
        kind: str
        document_id: UUID | None
        document_position: int
        parameters: dict[str, Any]
        seed: int
        requested_by: UUID

    class Started(Event):
        """A worker began an attempt, and owns the job until the lease ends."""

        TOPIC = "job.started"
        attempt: int
        worker: str
        lease_until: datetime

        def apply(self, aggregate: Job) -> None:
            """Run; an attempt that was still running died with its worker."""
            aggregate.failures += aggregate.status is JobStatus.RUNNING
            aggregate.status = JobStatus.RUNNING
            aggregate.attempt, aggregate.worker, aggregate.lease_until = self.attempt, self.worker, self.lease_until
            aggregate.stage, aggregate.fraction = None, 0.0

    class Progressed(Event):
        """The worker is alive, this far, and owns the job for longer."""

        TOPIC = "job.progressed"
        stage: str
        fraction: float
        lease_until: datetime

        def apply(self, aggregate: Job) -> None:
            """Move the bar and the lease."""
            aggregate.stage, aggregate.fraction, aggregate.lease_until = self.stage, self.fraction, self.lease_until

    class Completed(Event):
        """The work is done, and this came out."""

        TOPIC = "job.completed"
        result: dict[str, Any]

        def apply(self, aggregate: Job) -> None:
            """End well."""
            aggregate.end(JobStatus.COMPLETED)
            aggregate.result, aggregate.fraction, aggregate.reason = self.result, 1.0, None

    class Failed(Event):
        """The work will not be tried again by itself. Final: asking again unchanged cannot help either."""

        TOPIC = "job.failed"
        reason: str
        final: bool

        def apply(self, aggregate: Job) -> None:
            """End badly, with the reason."""
            aggregate.failures += 1
            aggregate.end(JobStatus.FAILED)
            aggregate.reason, aggregate.final = self.reason, self.final

    class RetryScheduled(Event):
        """The next attempt may begin at this moment; the reason says why there has to be one."""

        TOPIC = "job.retry_scheduled"
        attempt: int
        due_at: datetime
        reason: str

        def apply(self, aggregate: Job) -> None:
            """Queue again: after a failed attempt, or afresh after the end."""
            aggregate.failures = 0 if aggregate.status.over else aggregate.failures + 1
            aggregate.queue(self.due_at)
            aggregate.reason, aggregate.final, aggregate.cancel_requested = self.reason, False, False

    class CancelRequested(Event):
        """Somebody wants the running attempt to stop."""

        TOPIC = "job.cancel_requested"

        def apply(self, aggregate: Job) -> None:
            """Remember it for the worker that looks."""
            aggregate.cancel_requested = True

    class Cancelled(Event):
        """The job ended because somebody wanted it to."""

        TOPIC = "job.cancelled"

        def apply(self, aggregate: Job) -> None:
            """End as asked."""
            aggregate.end(JobStatus.CANCELLED)

    class Interrupted(Event):
        """The worker was shut down; the attempt counts as no failure and the next may begin at once."""

        TOPIC = "job.interrupted"

        def apply(self, aggregate: Job) -> None:
            """Queue again, due now."""
            aggregate.queue(self.timestamp)

    def __init__(
        self,
        kind: str,
        document_id: UUID | None,
        document_position: int,
        parameters: dict[str, Any],
        seed: int,
        requested_by: UUID,
    ) -> None:
        self.kind = kind
        self.document_id = document_id
        self.document_position = document_position
        self.parameters = parameters
        self.seed = seed
        self.requested_by = requested_by
        self.status = JobStatus.QUEUED
        #: How often it was started, and how many of these attempts failed or died with their worker.
        self.attempt = 0
        self.failures = 0
        self.due_at: datetime | None = self.created_on
        self.lease_until: datetime | None = None
        self.worker: str | None = None
        self.stage: str | None = None
        self.fraction = 0.0
        self.cancel_requested = False
        self.result: dict[str, Any] | None = None
        self.reason: str | None = None
        self.final = False

    # -- decisions of people ----------------------------------------------------------------------------------------

    @classmethod
    def request(
        cls,
        *,
        job_id: UUID,
        kind: str,
        document_id: UUID | None,
        document_position: int,
        parameters: dict[str, Any],
        seed: int,
        requested_by: UUID,
        at: datetime,
    ) -> Self:
        """Ask for work. Whether the kind, the document and the position exist is the caller's to check."""
        return cls.begin(
            cls.Requested,
            stream_id=job_id,
            at=at,
            kind=kind,
            document_id=document_id,
            document_position=document_position,
            parameters=parameters,
            seed=seed,
            requested_by=requested_by,
        )

    def cancel(self, *, at: datetime) -> None:
        """End it, at once while it waits, as soon as its worker hears it while it runs; asking twice is asking once.

        Raises Conflict when it is over.
        """
        if self.status.over:
            raise Conflict(f"This job is over: it is {self.status}.")
        if self.status is JobStatus.QUEUED:
            self.trigger_event(self.Cancelled, timestamp=at)
        elif not self.cancel_requested:
            self.trigger_event(self.CancelRequested, timestamp=at)

    def retry(self, *, at: datetime) -> None:
        """Try again from the first attempt. Raises Conflict unless it failed or was cancelled."""
        if self.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
            raise Conflict(f"Only a job that failed or was cancelled can be tried again; this one is {self.status}.")
        self._schedule(at, "Somebody asked to try again.", at=at)

    # -- decisions of workers ---------------------------------------------------------------------------------------

    def due(self, at: datetime) -> bool:
        """Say whether a worker should take it now: it waits and its time has come, or its worker is dead."""
        moment = self.due_at if self.status is JobStatus.QUEUED else self.lease_until
        return moment is not None and moment <= at

    def claim(self, *, worker: str, at: datetime) -> bool:
        """Begin an attempt if one is due; say whether. What should not run any more ends here instead."""
        if not self.due(at):
            return False
        if self.cancel_requested:
            self.trigger_event(self.Cancelled, timestamp=at)
            return False
        if self.status is JobStatus.RUNNING and self.failures + 1 >= ATTEMPTS_MAX:
            reason = f"The worker stopped answering during this job, for the last time as {self.worker}."
            self.trigger_event(self.Failed, timestamp=at, reason=reason, final=False)
            return False
        self.trigger_event(
            self.Started, timestamp=at, attempt=self.attempt + 1, worker=worker, lease_until=lease_end(at)
        )
        return True

    def report(self, *, stage: str, fraction: float, at: datetime) -> None:
        """Say how far the attempt is and renew the lease; the fraction never falls and never leaves 0-1."""
        reached = min(max(fraction, self.fraction), 1.0) if math.isfinite(fraction) else self.fraction
        self.trigger_event(
            self.Progressed,
            timestamp=at,
            stage=_storable(stage)[:LINE_CHARS_MAX],
            fraction=round(reached, 4),
            lease_until=lease_end(at),
        )

    def worth_reporting(self, *, stage: str, fraction: float) -> bool:
        """Say whether anybody would see a difference."""
        return stage != self.stage or fraction - self.fraction >= PROGRESS_STEP

    def complete(self, result: dict[str, Any], *, at: datetime) -> None:
        """Finish the running attempt."""
        self.trigger_event(self.Completed, timestamp=at, result=result)

    def fail(self, reason: str, *, final: bool, chance: float, at: datetime) -> None:
        """Give up the running attempt: for good when that is final or was the last, otherwise until later.

        The pause doubles with every failure; `chance` (0-1) decides over half of it, so that jobs that failed together
        do not come back together.
        """
        assert 0 <= chance <= 1
        reason = _storable(reason)[-JOB_REASON_CHARS_MAX:]
        if final or self.failures + 1 >= ATTEMPTS_MAX:
            self.trigger_event(self.Failed, timestamp=at, reason=reason, final=final)
            return
        pause_seconds = min(RETRY_SECONDS_FIRST * 2**self.failures, RETRY_SECONDS_MAX) * (0.5 + chance / 2)
        self._schedule(at + timedelta(seconds=pause_seconds), reason, at=at)

    def interrupt(self, *, at: datetime) -> None:
        """Give the running attempt back because its worker shuts down."""
        self.trigger_event(self.Interrupted, timestamp=at)

    def stop(self, *, at: datetime) -> None:
        """End the running attempt as somebody asked."""
        assert self.cancel_requested
        self.trigger_event(self.Cancelled, timestamp=at)

    def runs_as(self, attempt: int) -> bool:
        """Say whether this attempt still owns the job."""
        return self.status is JobStatus.RUNNING and self.attempt == attempt

    # -- state, changed by events alone -----------------------------------------------------------------------------

    def queue(self, due_at: datetime) -> None:
        """Wait until the moment; called by events."""
        self.status, self.due_at = JobStatus.QUEUED, due_at
        self._leave()

    def end(self, status: JobStatus) -> None:
        """Be over; called by events."""
        self.status, self.due_at = status, None
        self._leave()

    def _leave(self) -> None:
        self.lease_until, self.worker, self.stage, self.fraction = None, None, None, 0.0

    def _schedule(self, due_at: datetime, reason: str, *, at: datetime) -> None:
        self.trigger_event(self.RetryScheduled, timestamp=at, attempt=self.attempt + 1, due_at=due_at, reason=reason)


def lease_end(at: datetime) -> datetime:
    """Return until when a sign of life at this moment keeps the job."""
    return at + timedelta(seconds=LEASE_SECONDS)


def _storable(text: str) -> str:
    """Return the text without what neither a log nor a database holds: engines print anything."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


#: The topic of every event of a job.
JOB_TOPICS: Final = frozenset(
    event.TOPIC
    for event in (
        Job.Requested,
        Job.Started,
        Job.Progressed,
        Job.Completed,
        Job.Failed,
        Job.RetryScheduled,
        Job.CancelRequested,
        Job.Cancelled,
        Job.Interrupted,
    )
)
