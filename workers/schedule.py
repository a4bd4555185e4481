"""Which jobs are open, and which of them a worker should be woken for now. Pure: events and times in, wake-ups out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.domain import AggregateEvent

from core.aggregates.job import Job
from core.limits import WAKE_AGAIN_SECONDS, WAKE_AGAIN_SECONDS_MAX, WAKES_OUTSTANDING_MAX


class Wake(NamedTuple):
    """A wake-up to be sent."""

    kind: str
    job_id: UUID
    #: The attempt that would begin; a worker that finds another one due ignores the wake-up.
    attempt: int


@dataclass(slots=True)
class _Open:
    """A job that is not over."""

    job: Job
    #: The position of the event that opened it: reading from here finds it again.
    since: int
    #: How often its next attempt was woken, and when last, on the monotonic clock.
    wakes: int = 0
    woken_s: float = 0.0


class Schedule:
    """The open jobs of the whole log, as far as it was observed."""

    def __init__(self) -> None:
        self._open: dict[UUID, _Open] = {}
        #: Jobs that cannot be read by this program; a newer one will want them.
        self._unreadable: dict[UUID, int] = {}

    def __len__(self) -> int:
        return len(self._open)

    def knows(self, job_id: UUID) -> bool:
        """Say whether the job is open here."""
        return job_id in self._open

    def observe(self, event: AggregateEvent, position: int) -> bool:
        """Take in the next event of a job; False: it opens a job whose earlier events were not observed: add it.

        Events of jobs that are over and unknown are ignored, as are those that an added job has in it already.
        """
        job_id = event.originator_id
        entry = self._open.get(job_id)
        if entry is None:
            if isinstance(event, Job.Requested):
                job: Any = event.mutate(None)
                self._open[job_id] = _Open(job, position)
            return not isinstance(event, Job.RetryScheduled)
        if event.originator_version <= entry.job.version:
            return True
        attempt = entry.job.attempt
        event.mutate(entry.job)
        if entry.job.status.over:
            del self._open[job_id]
        elif entry.job.attempt != attempt or isinstance(event, Job.RetryScheduled | Job.Interrupted):
            entry.wakes = 0
        return True

    def add(self, job: Job, since: int) -> None:
        """Take in a job that was loaded because an event opened it again."""
        self._unreadable.pop(job.id, None)
        if not job.status.over:
            self._open[job.id] = _Open(job, since)

    def set_aside(self, job_id: UUID, position: int) -> None:
        """Leave a job alone whose events this program cannot read, and remember where they are."""
        entry = self._open.pop(job_id, None)
        self._unreadable.setdefault(job_id, position if entry is None else entry.since)

    def due(self, at: datetime, elapsed_s: float, kinds: frozenset[str]) -> list[Wake]:
        """Return whom to wake now, the longest waiting first; each wake-up counts as sent.

        An attempt that was woken and has not begun is woken again after a growing pause: the wake-up may be lost, or
        wait behind others.
        """
        candidates = [entry for entry in self._open.values() if entry.job.kind in kinds and entry.job.due(at)]
        candidates.sort(key=lambda entry: entry.since)
        wakes: list[Wake] = []
        for entry in candidates[:WAKES_OUTSTANDING_MAX]:
            if entry.wakes == 0 or elapsed_s - entry.woken_s >= _pause_seconds(entry.wakes):
                entry.wakes, entry.woken_s = entry.wakes + 1, elapsed_s
                wakes.append(Wake(entry.job.kind, entry.job.id, entry.job.attempt + 1))
        return wakes

    def unsent(self, wake: Wake) -> None:
        """Take back that a wake-up was sent."""
        if (entry := self._open.get(wake.job_id)) is not None:
            entry.wakes = 0

    def seconds_to_next(self, at: datetime) -> float | None:
        """Return the seconds until the next job that is not due becomes due; None: there is no such job."""
        moments = [
            moment
            for entry in self._open.values()
            if (moment := entry.job.lease_until or entry.job.due_at) is not None and moment > at
        ]
        return (min(moments) - at).total_seconds() if moments else None

    def restart_position(self, read_position: int) -> int:
        """Return a position after which every open job opens: who starts there misses none."""
        opened = [entry.since - 1 for entry in self._open.values()]
        return min([read_position, *opened, *(position - 1 for position in self._unreadable.values())])


def _pause_seconds(wakes: int) -> float:
    return float(min(WAKE_AGAIN_SECONDS * 2 ** min(wakes - 1, 30), WAKE_AGAIN_SECONDS_MAX))
