"""Which documents are open in this process: opening, following other nodes, evicting, closing (SPEC.md R1-R3, R37-R40).

`run` must run, in the root's task group, for as long as anything here is used: it owns every task of every document.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from itertools import count
from typing import Any
from uuid import UUID

from pycrdt import Doc

from core.crdt.apply import is_panic
from core.documents.kind import DocumentKind
from core.documents.load import PAGE_UPDATES, load
from core.errors import Conflict, CounterpointError, LogUnavailable, Overloaded, Quarantined
from core.events import Kind
from core.limits import (
    POLL_SECONDS,
    ROOM_CHECK_SECONDS,
    ROOM_IDLE_SECONDS,
    ROOMS_MAX,
    SHUTDOWN_SECONDS_MAX,
    SLOW_READER_SECONDS_MAX,
    SOCKETS_PER_PERSON_MAX,
)
from core.roles import Access, Role
from sync.connection import Connection, Owner
from sync.cursors import WHO_IS_THERE, channel_of
from sync.edits import DONE_ALREADY, Edit, Prepared
from sync.opened import OpenDocument
from sync.ports import Ports
from sync.presence import Shown
from sync.wire import RESTARTING

#: Calls the handler with the streams other processes changed (None: unknown); returns the way to stop.
Watch = Callable[[Callable[[frozenset[UUID] | None], None]], Callable[[], None]]
KindOf = Callable[[UUID], Awaitable[DocumentKind]]
Stop = Callable[[], Awaitable[None]]


class Rooms:
    """The open documents. Built from ports alone."""

    def __init__(self, ports: Ports, *, kind_of: KindOf, watch: Watch | None = None) -> None:
        """`kind_of` returns a document's kind and raises NotFound; `watch` is the log's own, if it has one."""
        self._ports, self._kind_of, self._watch = ports, kind_of, watch
        self._open: dict[UUID, OpenDocument] = {}
        self._opening: dict[UUID, asyncio.Future[OpenDocument]] = {}
        #: Why a document that is being opened may not be open any more.
        self._shut: dict[UUID, CounterpointError] = {}
        self._closing: dict[UUID, asyncio.Future[None]] = {}
        self._stops: dict[UUID, Stop] = {}
        self._quarantined: set[UUID] = set()
        self._numbers = count(1)
        self._sessions: set[Owner] = set()
        self._sockets: Counter[UUID] = Counter()
        self._tasks: asyncio.TaskGroup | None = None
        self._is_closing = False
        self._checked_at = ports.clock.monotonic()
        self._closed = asyncio.Event()

    # -- living -------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Look after the open documents until `close`."""
        stop = self._watch(self._hear_log) if self._watch is not None else None
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                sweeper = tasks.create_task(self._sweep())
                await self._closed.wait()
                sweeper.cancel()
        finally:
            self._tasks = None
            if stop is not None:
                stop()

    def shut(self, document_id: UUID, error: CounterpointError) -> None:
        """Close every connection to a document that may not be open any more; the error says why."""
        if (opened := self._open.get(document_id)) is not None:
            opened.give_up(error)
        elif document_id in self._opening:
            self._shut[document_id] = error

    async def close(self) -> None:
        """Make everything queued durable, acknowledge it, close every socket with 1012 and save snapshots (R39).

        Calling it again changes nothing.
        """
        if self._is_closing:
            return
        self._is_closing = True
        for session in self._sessions:
            session.hold(self)
        try:
            async with asyncio.timeout(SHUTDOWN_SECONDS_MAX):
                for opened in list(self._open.values()):
                    await opened.settled()
        except TimeoutError:
            undurable = sum(opened.room.queued for opened in self._open.values())
            self._ports.logger.error("shutdown_left_edits_unstored", updates=undurable)
        for session in list(self._sessions):
            session.transport.close(RESTARTING, "the server restarts")
        for opened in list(self._open.values()):
            await self._guarded(self._evict(opened))
        self._closed.set()

    @property
    def quarantined(self) -> frozenset[UUID]:
        """Return the documents that cannot be opened here, because their stored bytes cannot be applied (R23)."""
        return frozenset(self._quarantined)

    def people_here(self) -> dict[UUID, list[Shown]]:
        """Return who is in which document through this process; documents in which nobody is are left out."""
        found = ((document_id, opened.cursors.people_here()) for document_id, opened in self._open.items())
        return {document_id: people for document_id, people in found if people}

    # -- connections and edits ----------------------------------------------------------------------------------------

    def next_number(self) -> int:
        """Return an id for a connection or an edit: never used twice in this process."""
        return next(self._numbers)

    def enter(self, session: Owner, person_id: UUID) -> None:
        """Count a socket. Raises Overloaded when its person has too many, or the server is going away."""
        self._require_living()
        if self._sockets[person_id] >= SOCKETS_PER_PERSON_MAX:
            raise Overloaded(f"You have {SOCKETS_PER_PERSON_MAX} connections already; close some of them.")
        self._sockets[person_id] += 1
        self._sessions.add(session)

    def exit(self, session: Owner, person_id: UUID) -> None:
        """Forget a socket that was counted."""
        self._sessions.discard(session)
        self._sockets[person_id] -= 1
        if not self._sockets[person_id]:
            del self._sockets[person_id]

    def let_go(self, session: Owner, documents: list[OpenDocument]) -> None:
        """Close a socket with 1012 once what waits in these documents is durable (R39)."""
        if self._tasks is None:
            session.transport.close(RESTARTING, "the server restarts")
        else:
            self._spawn(self._close_settled(session, documents))

    async def join(self, document_id: UUID, connection: Connection) -> OpenDocument:
        """Open the document if it is not, and let the connection in.

        Raises NotFound, Quarantined, LogUnavailable, Overloaded.
        """
        opened = await self._get(document_id)
        opened.join(connection)
        return opened

    async def edit(self, document_id: UUID, access: Access, change: Callable[[Doc[Any]], None]) -> int:
        """Edit a document on behalf of a person; return the position at which the change is durable (R24).

        `change` gets the document as everybody will have it, not all of it durable yet, and works in one transaction.
        What it raises passes through. Raises also Forbidden, Refused, NotFound, LogUnavailable.
        """
        access.require(Role.EDITOR)
        self._require_living()
        client_id = await self._ports.client_ids.issue(document_id, access.person_id)
        opened = await self._get(document_id)
        return (await opened.edit(self.next_number(), access, client_id, change)).position

    async def merge(self, document_id: UUID, access: Access, prepare: Callable[[int], Awaitable[Prepared]]) -> Edit:
        """Merge an edit that is prepared beside the loop, under the client id given (R24).

        What `prepare` raises passes through. Raises what `edit` does, and Conflict when an exact one comes too late or
        all of it is there already.
        """
        access.require(Role.EDITOR)
        self._require_living()
        client_id = await self._ports.client_ids.issue(document_id, access.person_id)
        prepared = await prepare(client_id)
        opened = await self._get(document_id)
        await self._reach(opened, prepared.version)
        done = await opened.edit(self.next_number(), access, client_id, prepared)
        if not done.is_new:
            # Its position is that of somebody else's edit, or of one that waits here.
            raise Conflict(DONE_ALREADY)
        return Edit(done.position, prepared.version)

    async def _reach(self, opened: OpenDocument, version: int) -> None:
        """Let a room read what another process has stored up to a version that somebody builds on.

        Raises LogUnavailable for a version that the log does not have: nobody can build on that.
        """
        while opened.room.version < version and not opened.is_dead:
            asked, known = opened.room.reads_asked, opened.room.version
            events = await self._ports.log.read_stream(opened.document_id, Kind.UPDATE, after=known, limit=PAGE_UPDATES)
            if not events and (await self._ports.log.head(opened.document_id, Kind.UPDATE)).version < version:
                raise LogUnavailable("The document is not as far as what was looked at; look again.")
            opened.reading.take_tail(events, asked)
            await asyncio.sleep(0)  # What is in flight lands first.

    async def _close_settled(self, session: Owner, documents: list[OpenDocument]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_SECONDS_MAX):
                for opened in documents:
                    await opened.settled()
        session.transport.close(RESTARTING, "the server restarts")

    # -- opening and closing ------------------------------------------------------------------------------------------

    async def _get(self, document_id: UUID) -> OpenDocument:
        """Return the open document; whoever comes while it is loaded or closed waits for that (R1)."""
        while True:
            self._require_living()
            if document_id in self._quarantined:
                raise Quarantined
            opened = self._open.get(document_id)
            if opened is not None:
                return opened
            if (closing := self._closing.get(document_id)) is not None:
                await asyncio.shield(closing)
                continue
            opening = self._opening.get(document_id)
            if opening is None:
                if len(self._open) + len(self._opening) >= ROOMS_MAX:
                    raise Overloaded("Too many documents are open; try again in a moment.")
                opening = self._opening[document_id] = asyncio.get_running_loop().create_future()
                self._spawn(self._load(document_id, opening))
            await asyncio.shield(opening)

    async def _load(self, document_id: UUID, opening: asyncio.Future[OpenDocument]) -> None:
        """Open a document from the log (R3)."""
        try:
            kind = await self._kind_of(document_id)
            loaded = await load(self._ports.log, self._ports.snapshots, document_id)
            # After the document: whoever wrote what is loaded has claimed an id by now.
            owners = await self._ports.client_ids.owners(document_id)
            opened = OpenDocument(document_id, kind, loaded, owners, self._ports, self._spawn, self._ended)
            await self._follow_cursors(opened)
            if document_id in self._shut:
                raise self._shut[document_id]
        except BaseException as error:
            self._stop_following(document_id)
            opening.set_exception(self._why_not_opened(document_id, error))
        else:
            self._open[document_id] = opened
            opening.set_result(opened)
        finally:
            del self._opening[document_id]
            self._shut.pop(document_id, None)
            if opening.done():
                opening.exception()  # Whoever waited may be gone; then nobody needs to hear of it.
            else:
                opening.cancel()

    def _why_not_opened(self, document_id: UUID, error: BaseException) -> CounterpointError:
        """Return what to tell whoever waits; a document whose bytes make the library panic is quarantined (R23)."""
        if is_panic(error):
            error = Quarantined(f"{Quarantined.__doc__} (the CRDT library panicked: {error})")
            self._ports.logger.error("document_quarantined", document_id=str(document_id), reason=error.message)
        elif not isinstance(error, Exception):
            raise error
        if isinstance(error, Quarantined):
            self._quarantined.add(document_id)
        if isinstance(error, CounterpointError):
            return error
        self._ports.logger.error("document_not_opened", document_id=str(document_id), exc_info=error)
        return LogUnavailable()

    def _ended(self, opened: OpenDocument, error: CounterpointError) -> None:
        """Forget a document whose room has given up; the next connection opens it from the log (R21)."""
        if isinstance(error, Quarantined):
            self._quarantined.add(opened.document_id)
        if self._open.get(opened.document_id) is opened:
            del self._open[opened.document_id]
            self._stop_following(opened.document_id)

    async def _evict_idle(self, opened: OpenDocument) -> None:
        """Close a document nobody uses, unless somebody has come since this was decided (R37)."""
        if opened.is_idle:
            await self._evict(opened)

    async def _evict(self, opened: OpenDocument) -> None:
        """Close a document with a last snapshot; whoever asks for it meanwhile waits (R1)."""
        document_id = opened.document_id
        if self._open.get(document_id) is not opened:
            return
        closing = self._closing[document_id] = asyncio.get_running_loop().create_future()
        try:
            del self._open[document_id]
            snapshot = opened.close()
            if (stop := self._stops.pop(document_id, None)) is not None:
                await stop()
            if snapshot is not None:
                await opened.save(snapshot)
        finally:
            del self._closing[document_id]
            closing.set_result(None)

    def _require_living(self) -> None:
        if self._tasks is None or self._is_closing:
            raise LogUnavailable("The server is restarting; try again in a moment.")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside; whatever it raises ends it alone."""
        if self._tasks is None:
            work.close()
            return
        self._tasks.create_task(self._guarded(work))

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except BaseException as error:
            # A panic of the CRDT library is no Exception, and ends this one document's work alone (R23).
            if not isinstance(error, Exception) and not is_panic(error):
                raise
            self._ports.logger.error("room_task_failed", exc_info=error)

    # -- other processes ----------------------------------------------------------------------------------------------

    def _hear_log(self, streams: frozenset[UUID] | None) -> None:
        """Another process has changed these documents, or nobody knows which (R40)."""
        for document_id in list(self._open) if streams is None else streams:
            if (opened := self._open.get(document_id)) is not None:
                opened.read_tail()

    async def _follow_cursors(self, opened: OpenDocument) -> None:
        """Hear what other nodes say about a document's cursors, and ask for them (R36)."""
        fanout = self._ports.fanout
        if fanout is None:
            return
        channel = channel_of(opened.document_id)
        self._stops[opened.document_id] = await fanout.subscribe(channel, opened.cursors.hear_node)
        await fanout.publish(channel, WHO_IS_THERE)

    def _stop_following(self, document_id: UUID) -> None:
        """Hear no more of a document's cursors on other nodes."""
        if (stop := self._stops.pop(document_id, None)) is not None:
            self._spawn(stop())  # type: ignore[arg-type]  # awaitable, made by an async function

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            self.sweep()

    def sweep(self) -> None:
        """Close idle documents, look at the log now and then, drop slow readers; `run` does it every second."""
        now = self._ports.clock.monotonic()
        is_time = now - self._checked_at >= ROOM_CHECK_SECONDS
        if is_time:
            self._checked_at = now
        for opened in list(self._open.values()):
            if opened.is_idle and now - opened.idle_since >= ROOM_IDLE_SECONDS:
                self._spawn(self._evict_idle(opened))
                continue
            opened.cursors.forget_silent()
            if is_time:
                opened.read_tail()
        for session in list(self._sessions):
            if session.full_since is not None and now - session.full_since >= SLOW_READER_SECONDS_MAX:
                session.transport.close(1013, "this connection reads too slowly")
