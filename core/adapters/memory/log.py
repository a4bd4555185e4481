"""The event log in memory: one node's view of a MemoryStore, with faults that tests can order.

Batches form on the next turn of the event loop, or, while the log is held, when it is released.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import NamedTuple, Self
from uuid import UUID

from core import limits
from core.adapters.memory.store import MemoryStore
from core.adapters.weight import weigh
from core.crdt.apply import is_panic
from core.errors import CounterpointError, LogUnavailable, Overloaded
from core.events import EVERYTHING, Append, AppendMaker, Committed, EventFilter, Head, Kind, Page, Recorded

Watcher = Callable[[frozenset[UUID] | None], None]


class _Failure(NamedTuple):
    error: CounterpointError
    stored: bool


class MemoryLog:
    """An EventLog. `MemoryLog(store)` twice is two nodes on one log."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.store = store or MemoryStore()
        self._queue: deque[tuple[Append | AppendMaker, asyncio.Future[Committed]]] = deque()
        self._rows = self._size = 0
        self._held = self._scheduled = self._closed = False
        self._failures: deque[_Failure] = deque()
        self._watchers: list[Watcher] = []
        self._waiters: dict[asyncio.Future[None], tuple[int, EventFilter]] = {}
        self.store.listeners.append(self._heard)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # -- the port -------------------------------------------------------------------------------------------------

    def append(self, append: Append | AppendMaker) -> asyncio.Future[Committed]:
        """Store all or nothing; see EventLog.append."""
        if self._closed:
            raise LogUnavailable("This log is closed.")
        rows, size = (1, 0) if callable(append) else weigh(append)
        if self._rows + rows > limits.APPEND_QUEUE_ROWS_MAX or self._size + size > limits.APPEND_QUEUE_BYTES_MAX:
            raise Overloaded
        self._rows, self._size = self._rows + rows, self._size + size
        future: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self._queue.append((append, future))
        self._schedule()
        return future

    async def read_stream(self, stream_id: UUID, kind: Kind, *, after: int = 0, limit: int = 10_000) -> list[Recorded]:
        """Return the stream's events with version > after, oldest first, at most `limit`."""
        return self.store.streams.get((stream_id, kind), [])[after : after + limit]

    async def read(self, *, after: int, limit: int, where: EventFilter) -> Page:
        """Return matching events with position > after, and how far that read."""
        found: list[Recorded] = []
        size_bytes = 0
        for event in self.store.events[after:]:
            if where.accepts(event):
                wanted = where.with_updates or event.kind is not Kind.UPDATE
                found.append(event if wanted else replace(event, body=b""))
                size_bytes += len(found[-1].body)
                if len(found) == limit or size_bytes >= limits.PAGE_BYTES_MAX:
                    return Page(found, event.position, event.position < self.store.position)
        return Page(found, max(after, self.store.position), False)

    async def head(self, stream_id: UUID | None = None, kind: Kind = Kind.AGGREGATE) -> Head:
        """Return where a stream ends; without a stream, where the whole log ends (version 0)."""
        return Head(0, self.store.position) if stream_id is None else self.store.head(stream_id, kind)

    async def changed(self, *, after: int, timeout_s: float, where: EventFilter = EVERYTHING) -> None:
        """Return as soon as the log may hold a matching event with position > after, or when the time is over."""
        if timeout_s <= 0 or self._may_hold(after, where):
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = (after, where)
        try:
            async with asyncio.timeout(timeout_s):
                await waiter
        except TimeoutError:
            pass
        finally:
            del self._waiters[waiter]

    def _may_hold(self, after: int, where: EventFilter) -> bool:
        """Say whether there is anything after a position but keystrokes that nobody asked for."""
        return any(where.wants_keystrokes or event.kind is not Kind.UPDATE for event in self.store.events[after:])

    # -- beside the port ------------------------------------------------------------------------------------------

    def watch(self, handler: Watcher) -> Callable[[], None]:
        """Call the handler with the streams that other nodes changed (None: unknown, any); returns the way to stop."""
        self._watchers.append(handler)

        def stop() -> None:
            if handler in self._watchers:
                self._watchers.remove(handler)

        return stop

    async def close(self) -> None:
        """Store what is queued, then refuse more."""
        self._closed = True
        self.release()
        while self._queue:
            self._commit()
        if self._heard in self.store.listeners:
            self.store.listeners.remove(self._heard)

    # -- faults that tests order ----------------------------------------------------------------------------------

    def hold(self) -> None:
        """Let appends wait until `release`, as behind a slow disk."""
        self._held = True

    def release(self) -> None:
        """Form a batch of everything that waits, on the next turn of the loop."""
        self._held = False
        if self._queue:
            self._schedule()

    def fail_next(self, error: CounterpointError | None = None, *, stored: bool = False) -> None:
        """Fail every future of the next batch with the error, by default LogUnavailable.

        Nothing of it is stored; or, with `stored`, everything is and only the answer is lost for good.
        """
        self._failures.append(_Failure(error or LogUnavailable(), stored))

    # -- batches --------------------------------------------------------------------------------------------------

    def _schedule(self) -> None:
        if not self._held and not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._commit)

    def _commit(self) -> None:
        self._scheduled = False
        if self._held:
            return
        batch = list(self._form())
        failure = self._failures.popleft() if batch and self._failures else None
        changed: set[UUID] = set()
        for append, future in batch:
            try:
                if failure is not None and not failure.stored:
                    raise failure.error
                committed = self.store.store(append)
                changed.update(write.stream_id for write in append.writes)
                if failure is not None:
                    raise failure.error
            except CounterpointError as error:
                future.set_exception(error)
            else:
                future.set_result(committed)
        if changed:
            for listener in list(self.store.listeners):
                listener(self, frozenset(changed))

    def _form(self) -> Iterator[tuple[Append, asyncio.Future[Committed]]]:
        """Take everything that waits and call the makers; what a maker raises belongs to its own future."""
        waiting, self._queue = self._queue, deque()
        self._rows = self._size = 0
        for what, future in waiting:
            if future.done():
                continue
            try:
                append = what() if callable(what) else what
                weigh(append)
            except BaseException as error:
                future.set_exception(error)
                if not isinstance(error, Exception) and not is_panic(error):
                    raise
            else:
                yield append, future

    def _heard(self, node: object, streams: frozenset[UUID]) -> None:
        for waiter, (after, where) in self._waiters.items():
            if not waiter.done() and self._may_hold(after, where):
                waiter.set_result(None)
        if node is not self:
            for watcher in list(self._watchers):
                watcher(streams)
