"""Keeps projections up to date: one task a projection, batch after batch, each exactly once.

An error stops only the projection it happens in: its checkpoint stays before the batch, the reason is kept for status
and readiness, and it is tried again after a growing pause. Any number of processes may run this at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from structlog.typing import FilteringBoundLogger

from core.crdt.apply import is_panic
from core.errors import Misconfigured, NotFound
from core.limits import (
    PAGE_EVENTS_MAX,
    POLL_SECONDS,
    PROJECTION_REST_FACTOR,
    PROJECTION_REST_SECONDS_MAX,
    PROJECTION_RETRY_SECONDS_FIRST,
    PROJECTION_RETRY_SECONDS_MAX,
)
from core.ports import Clock, EventLog
from projections import tables
from projections.port import Database, Projection
from projections.tables import Checkpoint, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionStatus:
    """How one projection is doing."""

    name: str
    #: The version of the tables that answer, and the one this program wants.
    version: int
    wanted_version: int
    position: int
    #: Positions of the log it has not read yet.
    lag: int
    #: Why its last batch failed; None: it did not.
    error: str | None
    failed_at: datetime | None
    #: How far a rebuild under way has read; None: there is none.
    rebuilt_position: int | None

    @property
    def healthy(self) -> bool:
        """Say whether it answers in the wanted version and moves on."""
        return self.error is None and self.version == self.wanted_version


class ProjectionRunner:
    """All projections of one process."""

    def __init__(
        self,
        *,
        log: EventLog,
        database: Database,
        projections: Sequence[Projection],
        clock: Clock,
        logger: FilteringBoundLogger,
    ) -> None:
        self._log = log
        self._database = database
        self._projections = {projection.name: projection for projection in projections}
        self._clock = clock
        self._logger = logger
        if len(self._projections) != len(projections):
            raise Misconfigured("Two projections have the same name.")

    async def prepare(self) -> None:
        """Create tables that are missing, so that readers get an answer, if only an empty one."""
        await tables.prepare(self._database, self._projections.values())

    async def run(self) -> None:
        """Follow the log with every projection until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for projection in self._projections.values():
                for slot in Slot:
                    tasks.create_task(self._follow(projection, slot), name=f"projection {projection.name} {slot}")

    async def catch_up(self) -> None:
        """Read to the end of the log once with every projection, rebuilding what has to be. Raises what fails."""
        await self.prepare()
        for projection in self._projections.values():
            for slot in (Slot.NEXT, Slot.LIVE):
                while await self._advance(projection, slot):
                    pass

    async def rebuild(self, name: str) -> None:
        """Build the projection from the first event and swap it in. Raises NotFound, and whatever applying raises."""
        projection = self._projections.get(name)
        if projection is None:
            raise NotFound(f"There is no projection {name!r}; there is {', '.join(sorted(self._projections))}.")
        await self.prepare()
        await tables.start_rebuild(self._database, projection)
        while await self._copy(projection, Slot.NEXT) is not None:
            if not await self._advance(projection, Slot.NEXT):
                await asyncio.sleep(projection.gap_seconds)

    async def statuses(self) -> list[ProjectionStatus]:
        """Return how every projection is doing."""
        head = (await self._log.head()).position
        async with self._database.transaction() as connection:
            copies = {(copy.name, copy.slot): copy for copy in await tables.checkpoints(connection)}
        return [
            _status(projection, head, copies.get((name, Slot.LIVE)), copies.get((name, Slot.NEXT)))
            for name, projection in self._projections.items()
        ]

    async def _follow(self, projection: Projection, slot: Slot) -> None:
        """Bring one copy up to date again and again; what it raises stops it for a moment, and nothing else."""
        failures = 0
        worked_s = 0.0
        while True:
            started = self._clock.monotonic()
            try:
                if failures:
                    await self.prepare()
                again = await self._advance(projection, slot)
                worked_s += self._clock.monotonic() - started
                if again:
                    continue
                await self._wait(projection, slot)
                failures = 0
            except BaseException as error:  # Any kind: apply is everybody's code, and its error is kept for status.
                _let_pass_what_ends_the_task(error)
                failures += 1
                self._logger.error(
                    "projection_failed", projection=projection.name, slot=slot, failures=failures, exc_info=error
                )
                await asyncio.sleep(_pause_seconds(failures))
            rest_s = min(worked_s * PROJECTION_REST_FACTOR, PROJECTION_REST_SECONDS_MAX)
            worked_s = 0.0
            await asyncio.sleep(max(projection.gap_seconds, rest_s))

    async def _advance(self, projection: Projection, slot: Slot) -> bool:
        """Carry one batch into one copy, and swap it in when it is the next one and has caught up.

        Returns whether to look again at once: there is more, or another runner was faster. Raises what applying
        raises, after keeping it for status.
        """
        copy = await self._copy(projection, slot)
        if copy is None:
            return False
        try:
            page = await self._log.read(after=copy.position, limit=PAGE_EVENTS_MAX, where=projection.where)
            if page.position != copy.position or copy.error is not None:
                moved = await tables.write(self._database, projection, copy, page.events, page.position)
                if not moved or page.more:
                    return True
            if slot is Slot.NEXT:
                return not await tables.swap(self._database, projection)
        except BaseException as error:
            _let_pass_what_ends_the_task(error)
            with contextlib.suppress(Exception):  # The database itself may be what fails; the error goes up anyway.
                await tables.record_error(self._database, copy, error, self._clock.now())
            raise
        return False

    async def _wait(self, projection: Projection, slot: Slot) -> None:
        """Return when there may be something to do: a longer log, or a rebuild that somebody asked for."""
        copy = await self._copy(projection, slot)
        if copy is None:
            await asyncio.sleep(POLL_SECONDS)
        else:
            await self._log.changed(after=copy.position, timeout_s=POLL_SECONDS, where=projection.where)

    async def _copy(self, projection: Projection, slot: Slot) -> Checkpoint | None:
        """Return the copy if it is this program's to write; an older or newer program writes its own."""
        async with self._database.transaction() as connection:
            copy = await tables.checkpoint(connection, projection.name, slot)
        return copy if copy is not None and copy.version == projection.version else None


def _let_pass_what_ends_the_task(error: BaseException) -> None:
    """Raise a cancellation on; a panic of the CRDT library, which is no Exception either, is one batch's failure."""
    if not isinstance(error, Exception) and not is_panic(error):
        raise error


def _status(
    projection: Projection, head: int, live: Checkpoint | None, following: Checkpoint | None
) -> ProjectionStatus:
    """Return the status; an error of the rebuild counts, for it is why the rebuild does not end."""
    failed = next((copy for copy in (live, following) if copy is not None and copy.error is not None), None)
    position = 0 if live is None else live.position
    return ProjectionStatus(
        name=projection.name,
        version=0 if live is None else live.version,
        wanted_version=projection.version,
        position=position,
        lag=max(0, head - position),
        error=None if failed is None else failed.error,
        failed_at=None if failed is None else failed.failed_at,
        rebuilt_position=None if following is None else following.position,
    )


def _pause_seconds(failures: int) -> float:
    return float(min(PROJECTION_RETRY_SECONDS_FIRST * 2 ** min(failures - 1, 30), PROJECTION_RETRY_SECONDS_MAX))
