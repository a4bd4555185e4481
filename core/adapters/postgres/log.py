"""The event log in PostgreSQL: the appender writes, a pool reads, a listener hears, partitions are kept ready.

Positions are given under one lock, and a link of the chain is stored with each batch: the last link is where the log
ends, and nothing at or before it can still be missing. So a reader takes the end first and reads up to it.

Old keystrokes may be sealed (sealer.py). The statement that reads rows also says how far the log is sealed, asked when
it holds its locks: what is not sealed by then is still there for it, the rest is read from segments afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from operator import attrgetter
from types import TracebackType
from typing import Any, Final, NoReturn, Self
from uuid import UUID, uuid4

import asyncpg
import structlog

from core import limits
from core.adapters.postgres.appender import Appender
from core.adapters.postgres.batch import KIND_BYTES
from core.adapters.postgres.listener import HEAD, Listener, Watcher
from core.adapters.postgres.partitions import Partitions
from core.adapters.postgres.pool import fetch, translated
from core.adapters.postgres.sealed import Sealed
from core.adapters.postgres.segment import Keystroke
from core.errors import LogUnavailable
from core.events import (
    DOCUMENT_UPDATED,
    EVERYTHING,
    Append,
    AppendMaker,
    Committed,
    EventFilter,
    Head,
    Kind,
    Page,
    Recorded,
)
from core.ports import Clock

_COLUMNS: Final = "position, stream_id, version, topic, actor_id, recorded_at, body, size_bytes"
_STORED: Final = "position, stream_id, version, topic, actor_id, recorded_at, body, length(body) AS size_bytes"
#: The size of a body is known without reading it, which is done only for what the outermost query returns.
_WITHOUT_UPDATES: Final = _STORED.replace(" body,", " CASE kind WHEN 'a' THEN body ELSE '' END AS body,")
_FACTS: Final = f"""
SELECT {_STORED} FROM events WHERE kind = 'a' AND stream_id = $1 AND version > $2 ORDER BY version LIMIT $3
"""
_KEYSTROKES: Final = f"""
SELECT older, live.* FROM (SELECT log_has_sealed($1, $2) AS older OFFSET 0) AS sealed LEFT JOIN (
  SELECT {_STORED} FROM events WHERE kind = 'u' AND stream_id = $1 AND version > $2 ORDER BY version LIMIT $3
) AS live ON true ORDER BY version
"""
_PAGE: Final = f"""
SELECT {_COLUMNS} FROM (
  SELECT {_COLUMNS}, sum(length(body)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) - length(body) AS before_bytes
  FROM ({{found}}) AS found
) AS page WHERE before_bytes < {limits.PAGE_BYTES_MAX} ORDER BY position
"""
_PAGE_WITH_KEYSTROKES: Final = f"""
SELECT sealed_until, page.* FROM (SELECT log_sealed() AS sealed_until OFFSET 0) AS sealed
LEFT JOIN ({_PAGE}) AS page ON true ORDER BY position
"""
_STREAM_HEAD: Final = "SELECT version, position FROM stream_heads WHERE stream_id = $1 AND kind = $2"


class PostgresLog:
    """An EventLog. Use as an async context; leaving it stores what is queued.

    The pool is the caller's and must outlive the log.
    """

    def __init__(
        self,
        dsn: str,
        pool: asyncpg.Pool,
        *,
        clock: Clock,
        logger: structlog.typing.FilteringBoundLogger,
        partition_positions: int = limits.PARTITION_POSITIONS,
    ) -> None:
        self._pool = pool
        #: Names this process in hints, so that it does not hear itself.
        self.node_id = uuid4().hex[:12]
        self._listener = Listener(dsn, node_id=self.node_id, logger=logger)
        self._sealed = Sealed(partial(fetch, pool))
        self._partitions = Partitions(pool, logger=logger, positions=partition_positions)
        self._appender = Appender(
            dsn,
            node_id=self.node_id,
            clock=clock,
            logger=logger,
            on_stored=self._stored,
            on_partition_missing=self._partitions.missing,
        )
        self._writer: asyncio.Task[None] | None = None
        self._helpers: list[asyncio.Task[None]] = []
        self._closing = False
        self._broken = asyncio.Event()
        #: Why this log does not work any more; None: it does, or was closed in order.
        self.failure: LogUnavailable | None = None

    async def __aenter__(self) -> Self:
        """Connect. Raises Misconfigured for an unsafe server, LogUnavailable for none."""
        try:
            with translated():
                await self._partitions.prepare()
                await self._appender.open()
                await self._listener.open()
        except BaseException:
            self._appender.release()
            self._listener.release()
            raise
        self._writer = self._start(self._appender.run(), "the appender")
        self._helpers = [
            self._start(self._listener.run(), "the listener"),
            self._start(self._partitions.run(), "the maker of partitions"),
        ]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close. Raises LogUnavailable when a part of the log had failed and nothing else says so."""
        await self.close()
        if error is None and self.failure is not None:
            raise self.failure

    # -- the port -------------------------------------------------------------------------------------------------

    def append(self, append: Append | AppendMaker) -> asyncio.Future[Committed]:
        """Store all or nothing; see EventLog.append."""
        if self._writer is None or self._writer.done():
            raise LogUnavailable("This log is not open.")
        return self._appender.append(append)

    async def read_stream(self, stream_id: UUID, kind: Kind, *, after: int = 0, limit: int = 10_000) -> list[Recorded]:
        """Return the stream's events with version > after, oldest first, at most `limit`."""
        if kind is Kind.AGGREGATE:
            return [_recorded(row) for row in await fetch(self._pool, _FACTS, stream_id, after, limit)]
        rows = await fetch(self._pool, _KEYSTROKES, stream_id, after, limit)
        live = [_recorded(row[1:]) for row in rows if row["position"] is not None]
        if not rows[0]["older"]:
            return live
        sealed = await self._sealed.of_stream(stream_id, after=after, limit=limit)
        last = sealed[-1].version if sealed else after
        older = [_recorded_of(keystroke) for keystroke in sealed]
        return (older + [event for event in live if event.version > last])[:limit]

    async def read(self, *, after: int, limit: int, where: EventFilter) -> Page:
        """Return matching events with position > after, and how far that read."""
        end = (await self.head()).position
        if end <= after:
            return Page([], after, False)
        query, arguments = _query(where)
        rows = await fetch(self._pool, query, after, end, limit, *arguments)
        if not where.wants_keystrokes:
            return _page([_recorded(row) for row in rows], end, limit)
        sealed_until = rows[0]["sealed_until"]
        page = _page([_recorded(row[1:]) for row in rows if row["position"] is not None], end, limit)
        if sealed_until <= after + 1:
            return page
        older, whole = await self._sealed.between(
            after,
            min(end, sealed_until - 1),
            limit=limit,
            streams=where.stream_ids,
            with_bodies=where.with_updates,
        )
        return _joined(page, [_recorded_of(keystroke) for keystroke in older], whole=whole, end=end, limit=limit)

    async def head(self, stream_id: UUID | None = None, kind: Kind = Kind.AGGREGATE) -> Head:
        """Return where a stream ends; without a stream, where the whole log ends (version 0)."""
        if stream_id is None:
            ((position,),) = await fetch(self._pool, HEAD)
            self._listener.advance(position, has_facts=False)
            return Head(0, position)
        rows = await fetch(self._pool, _STREAM_HEAD, stream_id, KIND_BYTES[kind])
        return Head(*rows[0]) if rows else Head(0, 0)

    async def changed(self, *, after: int, timeout_s: float, where: EventFilter = EVERYTHING) -> None:
        """Return as soon as the log may hold a matching event with position > after, or when the time is over."""
        await self._listener.beyond(after, timeout_s, keystrokes=where.wants_keystrokes)

    # -- beside the port ------------------------------------------------------------------------------------------

    def watch(self, handler: Watcher) -> Callable[[], None]:
        """Call the handler with the streams that other nodes changed (None: unknown, any); returns the way to stop.

        Hints: at most POLL_SECONDS late, sometimes more than necessary, never a promise of what is stored.
        """
        return self._listener.watch(handler)

    async def failed(self) -> NoReturn:
        """Wait for as long as this log works; cancel it to stop. Whoever owns the process must wait here, and end.

        Raises LogUnavailable when a part of the log that must always run has ended: nothing brings it back.
        """
        await self._broken.wait()
        assert self.failure is not None
        raise self.failure

    async def close(self) -> None:
        """Take no more, store what is queued within SHUTDOWN_SECONDS_MAX, and let the connections go."""
        self._closing = True
        writer, self._writer = self._writer, None
        helpers, self._helpers = self._helpers, []
        if writer is not None:
            self._appender.drain()
            await asyncio.wait((writer,), timeout=limits.SHUTDOWN_SECONDS_MAX)
            await _end(writer, *helpers)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Keep the first reason why a part has ended before it was told to, or while it closed."""
        error = None if task.cancelled() else task.exception()
        if self.failure is None and (error is not None or not self._closing):
            self.failure = LogUnavailable(f"A part of the event log, {task.get_name()}, has ended: {error!r}")
            self.failure.__cause__ = error
            self._broken.set()

    def _stored(self, position: int, has_facts: bool) -> None:
        self._listener.advance(position, has_facts=has_facts)
        self._partitions.reached(position)


async def _end(*tasks: asyncio.Task[None]) -> None:
    """Cancel what still runs, and return when nothing does."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _query(where: EventFilter) -> tuple[str, list[Any]]:
    """Return the query with $1 after, $2 end, $3 limit, and the arguments from $4 on.

    Kinds are spelled out, never parameters: the planner then leaves whole partitions alone. Of the rows found, those
    are left out before which the bodies fill the page.
    """
    arguments: list[Any] = []
    conditions = ["position > $1", "position <= $2", _families(where, arguments)]
    if where.stream_ids is not None:
        arguments.append(list(where.stream_ids))
        conditions.append(f"stream_id = ANY(${3 + len(arguments)}::uuid[])")
    columns = _STORED if where.with_updates else _WITHOUT_UPDATES
    found = f"SELECT {columns} FROM events WHERE {' AND '.join(conditions)} ORDER BY position LIMIT $3"
    page = _PAGE_WITH_KEYSTROKES if where.wants_keystrokes else _PAGE
    return page.format(found=found), arguments


def _page(events: list[Recorded], end: int, limit: int) -> Page:
    """Return what one statement found as a page: it ends with its last event when it is full."""
    full = len(events) == limit or sum([len(event.body) for event in events]) >= limits.PAGE_BYTES_MAX
    if full and events[-1].position < end:
        return Page(events, events[-1].position, True)
    return Page(events, end, False)


def _joined(live: Page, older: list[Recorded], *, whole: bool, end: int, limit: int) -> Page:
    """Return one page of two: of as many events as one may have, and none beyond what both have read."""
    upto = min(live.position, end if whole else older[-1].position)
    events: list[Recorded] = []
    size_bytes = 0
    for event in sorted([*older, *live.events], key=attrgetter("position")):
        if event.position > upto or len(events) == limit or size_bytes >= limits.PAGE_BYTES_MAX:
            break
        events.append(event)
        size_bytes += len(event.body)
    page = _page(events, upto, limit)
    return page._replace(more=page.position < end)


def _families(where: EventFilter, arguments: list[Any]) -> str:
    """Return the condition on kinds and topics; keystrokes have no topic in their rows."""
    kinds = where.kinds if where.kinds is not None else frozenset(Kind)
    families = []
    if Kind.AGGREGATE in kinds:
        topics = None if where.topics is None else where.topics - {DOCUMENT_UPDATED}
        if topics is None:
            families.append("kind = 'a'")
        elif topics:
            arguments.append(sorted(topics))
            families.append(f"(kind = 'a' AND topic = ANY(${3 + len(arguments)}::text[]))")
    if where.wants_keystrokes:
        families.append("kind = 'u'")
    if len(families) == 2 and where.topics is None:
        return "true"
    return f"({' OR '.join(families)})" if families else "false"


def _recorded_of(row: Keystroke) -> Recorded:
    return Recorded(
        row.position,
        row.stream_id,
        Kind.UPDATE,
        row.version,
        DOCUMENT_UPDATED,
        row.actor_id,
        row.recorded_at,
        row.body,
        row.size_bytes,
    )


def _recorded(row: Sequence[Any]) -> Recorded:
    position, stream_id, version, topic, actor_id, recorded_at, body, size_bytes = row
    kind, topic = (Kind.UPDATE, DOCUMENT_UPDATED) if topic is None else (Kind.AGGREGATE, topic)
    return Recorded(position, stream_id, kind, version, topic, actor_id, recorded_at, body, size_bytes)
