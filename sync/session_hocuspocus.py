"""The session of a Hocuspocus socket: many documents, each authenticated in band (SPEC.md R42, R43)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID

from core.errors import BadMessage, CounterpointError, NotFound, NotSignedIn, Ours, TooLarge
from core.limits import (
    DENIALS_PER_SOCKET_MAX,
    DOCUMENTS_PER_SOCKET_MAX,
    PRE_AUTH_BYTES_MAX,
    PRE_AUTH_FRAMES_MAX,
    PRE_AUTH_SECONDS_MAX,
    SIGN_INS_AT_ONCE_MAX,
)
from core.ports import Clock
from core.roles import Access
from sync.connection import Connection
from sync.frames import Frame
from sync.messages import Authenticate, Leave, Message, Nothing, Ping
from sync.opened import OpenDocument
from sync.rooms import Rooms
from sync.session import Session, WatchAccess
from sync.transport import Transport
from sync.wire_hocuspocus import SOCKET_PONG, HocuspocusWire, decode

#: Says whom a token acts for. Raises NotSignedIn. An empty token stands for the socket's own credentials.
Authorize = Callable[[str], Awaitable[Access]]


class _Document:
    """One address on the socket."""

    def __init__(self, address: bytes, name: str) -> None:
        self.address, self.name = address, name
        self.wire = HocuspocusWire(address)
        self.is_asking = False
        #: For whom it is open or being opened; None: nobody has signed in, or who had may not any more.
        self.access: Access | None = None
        self.connection: Connection | None = None
        self.opened: OpenDocument | None = None
        self.stop_watching: Callable[[], None] | None = None
        #: What came before the token was judged and the document opened; frames and bytes of it.
        self.early: list[Message] = []
        self.early_frames = self.early_bytes = 0


class HocuspocusSession(Session):
    """Serve it with `run`, from the moment the socket is accepted."""

    def __init__(
        self, transport: Transport, rooms: Rooms, clock: Clock, *, authorize: Authorize, watch_access: WatchAccess
    ) -> None:
        super().__init__(transport, rooms, clock)
        self._authorize, self._watch_access = authorize, watch_access
        self._documents: dict[bytes, _Document] = {}
        #: Addresses the server has ended: their frames are dropped until they authenticate anew (R12).
        self._ended: set[bytes] = set()
        self._person_id: UUID | None = None
        self._authenticated = asyncio.Event()
        self._tasks: asyncio.TaskGroup | None = None
        #: What asked for a sign-in before `run` ran.
        self._asked: list[tuple[_Document, str]] = []
        #: Sign-ins asked for and not concluded, those of documents that have left included (R43).
        self._pending = 0
        self._look_ups = asyncio.Semaphore(SIGN_INS_AT_ONCE_MAX)
        self._denials = 0

    async def run(self) -> None:
        """Serve the socket until it is gone."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                deadline = tasks.create_task(self._expect_authentication())
                for document, token in self._asked:
                    tasks.create_task(self._sign_in(document, token))
                await self.gone.wait()
                deadline.cancel()
                self._tasks = None
        finally:
            self._tasks = None
            for document in list(self._documents.values()):
                self._forget(document)
            if self._person_id is not None:
                self._rooms.exit(self, self._person_id)

    async def _expect_authentication(self) -> None:
        """Close a socket on which nobody says who they are."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PRE_AUTH_SECONDS_MAX):
                await self._authenticated.wait()
                return
        self.transport.close(1013, "nobody has signed in on this connection")

    def ended(self, connection: Connection) -> None:
        """The room has let this connection go (R12)."""
        document = self._documents.pop(connection.wire.address, None)
        if document is not None:
            document.opened = None
            self._forget(document)
            self._ended.add(document.address)
            if len(self._ended) > DOCUMENTS_PER_SOCKET_MAX:
                self.close(TooLarge("too many documents have ended on this connection"))

    # -- messages -----------------------------------------------------------------------------------------------------

    def _take(self, messages: list[bytes]) -> None:
        """Hand each document its messages of this wake-up as one list."""
        batches: dict[bytes, list[Message]] = {}
        try:
            for data in messages:
                address, name, message = decode(data)
                match message:
                    case Authenticate(token):
                        self._hand_over(address, batches.pop(address, []))
                        self._authenticate(address, name, token)
                    case Ping():
                        wire = HocuspocusWire(address)
                        self.transport.write([wire.pong() if address else Frame(SOCKET_PONG)])
                    case Leave():
                        self._hand_over(address, batches.pop(address, []))
                        self._leave(address)
                    case Nothing():
                        pass
                    case _:
                        if self._wants(address, name, len(data)):
                            batches.setdefault(address, []).append(message)
        finally:
            for address, batch in batches.items():
                self._hand_over(address, batch)

    def _wants(self, address: bytes, name: str, size: int) -> bool:
        """Say whether a frame of this document is kept; count it while nobody has signed in for it (R43)."""
        document = self._documents.get(address)
        if document is None:
            if address in self._ended:
                return False
            document = self._add(address, name)
        if document.opened is None:
            document.early_frames += 1
            document.early_bytes += size
            waiting = [one for one in self._documents.values() if one.opened is None]
            if (
                sum(one.early_frames for one in waiting) > PRE_AUTH_FRAMES_MAX
                or sum(one.early_bytes for one in waiting) > PRE_AUTH_BYTES_MAX
            ):
                raise TooLarge("too much was sent before signing in")
        return True

    def _add(self, address: bytes, name: str) -> _Document:
        if len(self._documents) >= DOCUMENTS_PER_SOCKET_MAX:
            raise TooLarge(f"one connection may open {DOCUMENTS_PER_SOCKET_MAX} documents")
        document = self._documents[address] = _Document(address, name)
        return document

    def _hand_over(self, address: bytes, batch: list[Message]) -> None:
        document = self._documents.get(address)
        if document is None or not batch:
            return
        if document.opened is None or document.connection is None:
            document.early += batch
        else:
            document.opened.receive(document.connection, batch)

    def _leave(self, address: bytes) -> None:
        document = self._documents.pop(address, None)
        if document is not None:
            self._forget(document)
        self._ended.discard(address)

    # -- signing in ---------------------------------------------------------------------------------------------------

    def _authenticate(self, address: bytes, name: str, token: str) -> None:
        self._ended.discard(address)
        document = self._documents.get(address) or self._add(address, name)
        if document.is_asking:
            return
        if self._pending >= DOCUMENTS_PER_SOCKET_MAX:
            raise TooLarge("too many sign-ins are under way on this connection")
        self._pending += 1
        document.is_asking = True
        if self._tasks is None:
            self._asked.append((document, token))
        else:
            self._tasks.create_task(self._sign_in(document, token))

    async def _sign_in(self, document: _Document, token: str) -> None:
        """Judge the token and open the document; or, on an open one, go on under the new token."""
        try:
            async with self._look_ups:
                if not self._is_wanted(document):
                    return
                access = await self._authorize(token)
            self._denials = 0
            if not self._is_wanted(document):
                return
            self._watch(document, access)
            if document.opened is not None and document.connection is not None:
                document.opened.access_changed(document.connection, access)
            else:
                await self._open(document, access)
        except CounterpointError as error:
            self._deny(document, error)
        finally:
            self._pending -= 1
            document.is_asking = False

    def _is_wanted(self, document: _Document) -> bool:
        """Say whether anybody still waits for this document."""
        is_open = not self.gone.is_set() and not self.is_closing
        return is_open and self._documents.get(document.address) is document

    async def _open(self, document: _Document, access: Access) -> None:
        try:
            document_id = UUID(document.name)
        except ValueError:
            raise NotFound(f"there is no document named {document.name!r}") from None
        if self._person_id is None:
            self._rooms.enter(self, access.person_id)
            self._person_id = access.person_id
        connection = Connection(self._rooms.next_number(), access, document.wire, self)
        connection.send([document.wire.authenticated(access)])
        opened = await self._rooms.join(document_id, connection)
        if not self._is_wanted(document):
            opened.leave(connection)
            return
        if document.access is None:
            opened.leave(connection)
            raise NotSignedIn
        if document.access is not access:
            opened.access_changed(connection, document.access)
        connection.flush()
        self._authenticated.set()
        document.opened, document.connection = opened, connection
        self._hand_over_early(document)

    def _hand_over_early(self, document: _Document) -> None:
        early, document.early = document.early, []
        try:
            self._hand_over(document.address, early)
        except BadMessage as error:
            self.close(error)

    def _deny(self, document: _Document, error: CounterpointError) -> None:
        """Say no to one document; when the fault is ours, close the socket, so that the provider comes back."""
        if isinstance(error, Ours):
            self.close(error)
            return
        if self._documents.get(document.address) is document:
            del self._documents[document.address]
            self._forget(document)
        self.transport.write([document.wire.denied(error.message)])
        if isinstance(error, NotSignedIn):
            self._denials += 1
            if self._denials >= DENIALS_PER_SOCKET_MAX:
                self.close(error)

    def _watch(self, document: _Document, access: Access) -> None:
        """Hear of changes of this access from now on (R25)."""
        if document.stop_watching is not None:
            document.stop_watching()

        document.access = access

        def changed(access: Access | None) -> None:
            # While the document still opens, this is all there is to tell.
            document.access = access
            if document.opened is not None and document.connection is not None:
                document.opened.access_changed(document.connection, access)

        document.stop_watching = self._watch_access(access, changed)

    def _forget(self, document: _Document) -> None:
        if document.stop_watching is not None:
            document.stop_watching()
            document.stop_watching = None
        if document.opened is not None and document.connection is not None:
            document.opened.leave(document.connection)
            document.opened = None

    def _joined(self) -> list[tuple[OpenDocument, Connection]]:
        return [(one.opened, one.connection) for one in self._documents.values() if one.opened and one.connection]
