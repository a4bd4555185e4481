"""Wakes workers for jobs that are due: new ones, retries, those whose worker died, and wake-ups that got lost.

It follows the job events of the log and decides with schedule.py. It owns nothing: every process may run one, each
finds the same jobs due, and of many wake-ups for one attempt one begins it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final
from uuid import UUID

from structlog.typing import FilteringBoundLogger

from core.aggregates.codec import EventCodec
from core.aggregates.job import JOB_TOPICS, Job
from core.errors import Ours, Quarantined
from core.events import EventFilter, Kind, Recorded
from core.limits import PAGE_EVENTS_MAX, POLL_SECONDS, PROJECTION_GAP_SECONDS
from core.ports import Checkpoints, Clock, EventLog, Wakeups
from core.repository import Repository
from workers.schedule import Schedule

#: The checkpoint all dispatchers share: where to start reading, not how far anybody has read.
CHECKPOINT: Final = "dispatcher"
WHERE: Final = EventFilter(kinds=frozenset({Kind.AGGREGATE}), topics=JOB_TOPICS)
#: Seconds between two looks at the log at the least: it grows with every keystroke, jobs come rarely.
GAP_SECONDS: Final = PROJECTION_GAP_SECONDS


class Dispatcher:
    """The dispatcher of one process."""

    def __init__(
        self,
        *,
        log: EventLog,
        repository: Repository,
        codec: EventCodec,
        checkpoints: Checkpoints,
        wakeups: Wakeups,
        kinds: frozenset[str],
        clock: Clock,
        logger: FilteringBoundLogger,
        notice: Callable[[UUID], None],
    ) -> None:
        """`notice` is told at once about jobs somebody wants cancelled, for the worker that may run them here."""
        self._log = log
        self._repository = repository
        self._codec = codec
        self._checkpoints = checkpoints
        self._wakeups = wakeups
        self._kinds = kinds
        self._clock = clock
        self._logger = logger
        self._notice = notice
        self._schedule = Schedule()
        self._position: int | None = None
        self._restart_position = 0

    async def run(self) -> None:
        """Follow the log until cancelled; while log or broker cannot be reached, try again."""
        while True:
            try:
                await self.look()
                await self._wait()
            except Ours as error:
                self._logger.warning("dispatcher_waits", reason=error.message)
                await asyncio.sleep(POLL_SECONDS)
            await asyncio.sleep(GAP_SECONDS)

    async def look(self) -> int:
        """Read to the end of the log and wake whom it makes due; return how many wake-ups that were.

        Raises LogUnavailable, and what the broker raises when it cannot be reached; nothing is lost then.
        """
        await self._read()
        wakes = self._schedule.due(self._clock.now(), self._clock.monotonic(), self._kinds)
        for place, wake in enumerate(wakes):
            try:
                await asyncio.to_thread(self._wakeups.wake, kind=wake.kind, job_id=wake.job_id, attempt=wake.attempt)
            except Ours:
                for unsent in wakes[place:]:
                    self._schedule.unsent(unsent)
                raise
        await self._remember()
        return len(wakes)

    async def _read(self) -> None:
        if self._position is None:
            self._position = self._restart_position = await self._checkpoints.get(CHECKPOINT)
        more = True
        while more:
            page = await self._log.read(after=self._position, limit=PAGE_EVENTS_MAX, where=WHERE)
            for recorded in page.events:
                await self._observe(recorded)
                self._position = recorded.position
            self._position, more = page.position, page.more

    async def _observe(self, recorded: Recorded) -> None:
        try:
            event = self._codec.decode(recorded)
            if not self._schedule.observe(event, recorded.position):
                self._schedule.add(await self._repository.get(Job, recorded.stream_id), recorded.position)
        except Quarantined as error:
            self._schedule.set_aside(recorded.stream_id, recorded.position)
            self._logger.error("job_unreadable", job_id=str(recorded.stream_id), reason=error.message)
            return
        if isinstance(event, Job.CancelRequested):
            self._notice(recorded.stream_id)

    async def _remember(self) -> None:
        """Move the shared start forth, so that the next start reads little; losing a race for it costs nothing."""
        assert self._position is not None
        position = self._schedule.restart_position(self._position)
        if position - self._restart_position >= PAGE_EVENTS_MAX:
            stored = await self._checkpoints.get(CHECKPOINT)
            if stored < position:
                await self._checkpoints.advance(CHECKPOINT, expected=stored, position=position)
            self._restart_position = position

    async def _wait(self) -> None:
        """Return when the log has grown or a job becomes due."""
        assert self._position is not None
        next_s = self._schedule.seconds_to_next(self._clock.now())
        timeout_s = min(POLL_SECONDS, next_s or POLL_SECONDS)
        await self._log.changed(after=self._position, timeout_s=timeout_s, where=WHERE)
