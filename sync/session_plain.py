"""The session of a plain socket: one document, authenticated before the socket was accepted (SPEC.md R41)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from core.errors import BadMessage, CounterpointError, NotSignedIn
from core.ports import Clock
from core.roles import Access
from sync.connection import Connection
from sync.messages import Message
from sync.opened import OpenDocument
from sync.rooms import Rooms
from sync.session import Session, WatchAccess
from sync.transport import Transport
from sync.wire_ywebsocket import PlainWire, decode

OPENING: Final = "its document is being opened"


class PlainSession(Session):
    """Serve it with `run`, from the moment the socket is accepted."""

    def __init__(
        self,
        transport: Transport,
        rooms: Rooms,
        clock: Clock,
        *,
        document_id: UUID,
        access: Access,
        acknowledges: bool,
        watch_access: WatchAccess,
    ) -> None:
        super().__init__(transport, rooms, clock)
        self._document_id, self._watch_access = document_id, watch_access
        self._connection = Connection(rooms.next_number(), access, PlainWire(acknowledges=acknowledges), self)
        self._opened: OpenDocument | None = None
        #: What came while the document was being opened: one wake-up's worth, the socket is not read meanwhile.
        self._early: list[bytes] = []

    async def run(self) -> None:
        """Serve the socket until it is gone."""
        person_id = self._connection.access.person_id
        try:
            self._rooms.enter(self, person_id)
        except CounterpointError as error:
            self.close(error)
            return
        stop = self._watch_access(self._connection.access, self._access_changed)
        try:
            await self._serve()
        except CounterpointError as error:
            self.close(error)
        finally:
            stop()
            self._rooms.exit(self, person_id)
            if self._opened is not None:
                self._opened.leave(self._connection)

    async def _serve(self) -> None:
        self.hold(OPENING)
        opened = await self._rooms.join(self._document_id, self._connection)
        self._opened = opened
        if self.gone.is_set() or self.is_closing:
            # Whoever lost access meanwhile has said nothing here (R25).
            return
        early, self._early = self._early, []
        if early:
            self.received(early)
        self.release(OPENING)
        await self.gone.wait()

    def ended(self, connection: Connection) -> None:
        """The room has let the connection go; the socket closes with it."""
        self._opened = None

    def _access_changed(self, access: Access | None) -> None:
        """Judge by the new role at once (R25)."""
        if self._opened is not None:
            self._opened.access_changed(self._connection, access)
        elif access is not None:
            self._connection.access = access
        else:
            self.close(NotSignedIn())

    def _take(self, messages: list[bytes]) -> None:
        if self._opened is None:
            self._early += messages
            return
        decoded: list[Message] = []
        problem: BadMessage | None = None
        for data in messages:
            try:
                decoded.append(decode(data))
            except BadMessage as error:
                problem = error
                break
        # What came before the bad message was said in good faith.
        self._opened.receive(self._connection, decoded)
        if problem is not None:
            raise problem

    def _joined(self) -> list[tuple[OpenDocument, Connection]]:
        return [(self._opened, self._connection)] if self._opened is not None else []
