"""A program's place in the stream: what was stored before it came, then what is stored while it listens.

Rules: the position only grows; every matching event comes once, in the order of positions (P3); a page without events
still moves the position, so that a checkpoint never rescans what did not match. Hints make it quick, never right: with
every hint lost it is at most POLL_SECONDS late.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from core import limits
from core.errors import LogUnavailable
from core.events import EventFilter, Page
from core.ports import EventLog


class Subscription:
    """Reads on from `after`. Uses nothing but the port; several may read one log.

    `gap_seconds` is the least time between two looks once everything was read: a reader of rare events then costs
    nothing while keystrokes pour in, and is late by at most that much. `is_patient` waits while the log is away.
    """

    def __init__(
        self,
        log: EventLog,
        *,
        after: int = 0,
        where: EventFilter | None = None,
        limit: int = limits.PAGE_EVENTS_MAX,
        gap_seconds: float = 0.0,
        is_patient: bool = False,
    ) -> None:
        self._log, self._where, self._limit = log, where or EventFilter(), limit
        self._gap_seconds, self._is_patient = gap_seconds, is_patient
        #: How far this subscription has read: behind a page until the next one is asked for.
        self.position = after

    async def pages(self) -> AsyncGenerator[Page, None]:
        """Yield page after page, for ever.

        Raises LogUnavailable when the log is away, unless it is patient: begin again at `position`.
        """
        while True:
            page = await self._next()
            if page is None:
                await asyncio.sleep(limits.POLL_SECONDS)
                continue
            if page.position > self.position:
                yield page
                self.position = page.position
            if not page.more:
                if self._gap_seconds:
                    await asyncio.sleep(self._gap_seconds)
                await self._log.changed(after=self.position, timeout_s=limits.POLL_SECONDS, where=self._where)

    async def _next(self) -> Page | None:
        """Return the next page; None: the log is away, and this reader waits."""
        try:
            return await self._log.read(after=self.position, limit=self._limit, where=self._where)
        except LogUnavailable:
            if not self._is_patient:
                raise
            return None
