"""What an open document reads while it is open: the log's tail, when others have written, and once all of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Protocol
from uuid import UUID

from core.crdt.admission import places_of
from core.crdt.places import Places
from core.documents.load import PAGE_UPDATES
from core.errors import CounterpointError, LogUnavailable, Ours
from core.events import Kind, Recorded
from sync.messages import Effect
from sync.ports import Ports
from sync.room import Room


class Around(Protocol):
    """The open document, as its reading sees it."""

    document_id: UUID
    room: Room
    is_dead: bool

    def step(self, act: Callable[[], list[Effect]]) -> None:
        """Let the room act and carry out what it wants."""
        ...

    def give_up(self, error: CounterpointError) -> None:
        """Close every connection with this error and end the room."""
        ...

    def wake_settled(self) -> None:
        """Let whoever waits for the room look again."""
        ...


class Reading:
    """What is read beside the loop on behalf of one room."""

    def __init__(self, document: Around, ports: Ports, spawn: Callable[[Coroutine[None, None, None]], None]) -> None:
        self._document, self._ports, self._spawn = document, ports, spawn
        #: Whether a tail is being read.
        self.is_under_way = False
        self._wants_tail = self._wants_owners = False
        self._is_ready = asyncio.Event()
        if document.room.unread:
            spawn(self._read_ahead())
        else:
            self._is_ready.set()

    # -- all of it ----------------------------------------------------------------------------------------------------

    async def ready(self) -> None:
        """Return when edits can be judged without reading the document first (R3), or the room is dead."""
        await self._is_ready.wait()

    async def _read_ahead(self) -> None:
        """Find out where everything in a long document lies.

        Of a book it takes a tenth of a second, in which nobody's keystroke in any document would be taken in.
        """
        places: Places | None = None
        with suppress(Exception):  # The first edit reads it again, and is told what is wrong with it.
            places = await asyncio.to_thread(places_of, self._document.room.unread)
        self._document.step(lambda: self._document.room.read(places))
        self._document.wake_settled()
        self._is_ready.set()

    def stop(self) -> None:
        """Let nobody wait for what will not come."""
        self._is_ready.set()

    # -- the tail -----------------------------------------------------------------------------------------------------

    def read_tail(self, *, owners: bool = False) -> None:
        """Look for what other processes stored; calls while a reading is under way make one more."""
        self._wants_tail, self._wants_owners = True, self._wants_owners or owners
        if not self.is_under_way and not self._document.is_dead:
            self.is_under_way = True
            self._spawn(self._read())

    def take_tail(self, events: list[Recorded], asked: int, owners: dict[int, UUID | None] | None = None) -> None:
        """Take in what the log was found to hold after the room's version; `asked` as for `Room.tail`."""
        self._document.step(lambda: self._document.room.tail(events, asked=asked, owners=owners))

    async def _read(self) -> None:
        """Read the tail, again for as long as somebody asks while it is read."""
        document, room = self._document, self._document.room
        try:
            while self._wants_tail and not document.is_dead:
                owners: dict[int, UUID | None] | None = None
                asked = room.reads_asked
                wants_owners, self._wants_tail, self._wants_owners = self._wants_owners, False, False
                if wants_owners:
                    owners = await self._ports.client_ids.owners(document.document_id)
                self.take_tail(await self._events_after(room.version), asked, owners)
        except Exception as error:
            if not isinstance(error, CounterpointError):
                self._ports.logger.error("tail_not_read", document_id=str(document.document_id), exc_info=error)
            document.give_up(error if isinstance(error, Ours) else LogUnavailable())
        finally:
            self.is_under_way = False
            document.wake_settled()

    async def _events_after(self, version: int) -> list[Recorded]:
        document_id, log = self._document.document_id, self._ports.log
        events: list[Recorded] = []
        while True:
            page = await log.read_stream(document_id, Kind.UPDATE, after=version, limit=PAGE_UPDATES)
            events += page
            if len(page) < PAGE_UPDATES:
                return events
            version = page[-1].version
