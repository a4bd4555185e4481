"""The log as many readers of one process see it: what one has read just now, the others need not read again.

A page that moved forward stays true for ever: it holds every matching event between two positions of a log that only
grows. So pages are kept for a moment, and of many readers at one place with one filter, one asks and the others wait.
Only for a moment, because erasure takes bodies out of the log, and nobody may find them here afterwards.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import NamedTuple
from uuid import UUID

from core.events import EVERYTHING, Append, AppendMaker, Committed, EventFilter, Head, Kind, Page, Recorded
from core.limits import SHARED_PAGE_BYTES_MAX, SHARED_PAGES_MAX, SHARED_SECONDS_MAX
from core.ports import EventLog


class _Place(NamedTuple):
    after: int
    limit: int
    where: EventFilter


class _Asking:
    """Readers that want the same page now."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.readers = 0


class SharedLog:
    """An EventLog on another one; only `read` is shared."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        #: Each page with the time at which it is forgotten.
        self._kept: OrderedDict[_Place, tuple[Page, float]] = OrderedDict()
        self._asking: dict[_Place, _Asking] = {}

    async def read(self, *, after: int, limit: int, where: EventFilter) -> Page:
        """Return matching events with position > after; never skips one."""
        place = _Place(after, limit, where)
        asking = self._asking.setdefault(place, _Asking())
        asking.readers += 1
        try:
            async with asking.lock:
                kept = self._kept.get(place)
                if kept is not None and asyncio.get_running_loop().time() < kept[1]:
                    return kept[0]
                page = await self._log.read(after=after, limit=limit, where=where)
                self._keep(place, page)
                return page
        finally:
            asking.readers -= 1
            if not asking.readers:
                del self._asking[place]

    def append(self, append: Append | AppendMaker) -> asyncio.Future[Committed]:
        """Store all or nothing."""
        return self._log.append(append)

    async def read_stream(self, stream_id: UUID, kind: Kind, *, after: int = 0, limit: int = 10_000) -> list[Recorded]:
        """Return the stream's events with version > after."""
        return await self._log.read_stream(stream_id, kind, after=after, limit=limit)

    async def head(self, stream_id: UUID | None = None, kind: Kind = Kind.AGGREGATE) -> Head:
        """Return where a stream, or the whole log, ends."""
        return await self._log.head(stream_id, kind)

    async def changed(self, *, after: int, timeout_s: float, where: EventFilter = EVERYTHING) -> None:
        """Return as soon as the log may hold a matching event with position > after."""
        await self._log.changed(after=after, timeout_s=timeout_s, where=where)

    def _keep(self, place: _Place, page: Page) -> None:
        if page.position <= place.after or sum(len(event.body) for event in page.events) > SHARED_PAGE_BYTES_MAX:
            return
        self._kept[place] = (page, asyncio.get_running_loop().time() + SHARED_SECONDS_MAX)
        self._kept.move_to_end(place)
        if len(self._kept) > SHARED_PAGES_MAX:
            self._kept.popitem(last=False)
