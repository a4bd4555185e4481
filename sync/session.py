"""What the sockets of both wires share: when they are read, how fast, and when they are gone (SPEC.md R26, R29, R32).

A session is a transport's receiver. Nothing here knows how bytes travel.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

from core.errors import CounterpointError
from core.limits import MESSAGES_PER_SECOND_MAX, MESSAGES_TAKEN_AT_ONCE
from core.ports import Clock
from core.roles import Access
from sync.connection import Connection
from sync.opened import OpenDocument
from sync.rooms import Rooms
from sync.transport import Transport
from sync.wire import close_code, close_reason

#: Calls back with the changed access, or None when it has ended; returns the way to stop.
WatchAccess = Callable[[Access, Callable[[Access | None], None]], Callable[[], None]]

#: Reasons not to read a socket.
FULL: Final = "its peer does not read"
FAST: Final = "its peer sends too fast"
LEAVING: Final = "the server stops"


class Session(ABC):
    """One socket."""

    def __init__(self, transport: Transport, rooms: Rooms, clock: Clock) -> None:
        self.transport = transport
        self.full_since: float | None = None
        self.gone = asyncio.Event()
        self._rooms, self._clock = rooms, clock
        #: Whether this side has closed it: nothing more is taken.
        self.is_closing = False
        #: What came and is not taken yet, because the socket is full: the rest of one wake-up.
        self._later: list[bytes] = []
        self._holds: set[object] = set()
        self._credit = float(MESSAGES_PER_SECOND_MAX)
        self._counted_at = clock.monotonic()

    # -- what the transport reports -----------------------------------------------------------------------------------

    def received(self, messages: list[bytes]) -> None:
        """Take all messages of one wake-up; once their answers have filled the socket, the rest waits (R26)."""
        self._spend(len(messages))
        if self._later or len(messages) > MESSAGES_TAKEN_AT_ONCE:
            self._later += messages
            self._take_later()
        else:
            self._take_or_close(messages)

    def filled(self) -> None:
        """The peer reads slower than we write: nothing more is sent or taken until it has caught up (R26)."""
        self.full_since = self._clock.monotonic()
        self.hold(FULL)
        for opened, connection in self._joined():
            opened.fell_behind(connection)

    def drained(self) -> None:
        """The peer has caught up. What it lacked may fill its socket again at once."""
        self.full_since = None
        self.release(FULL)
        for opened, connection in self._joined():
            opened.catch_up(connection)
        if self._later:
            self._take_later()

    def lost(self) -> None:
        """The socket is gone (R32)."""
        self.gone.set()
        for opened, connection in self._joined():
            opened.leave(connection)

    def going_away(self) -> None:
        """The server stops: take nothing more, and close once everything taken is durable and acknowledged (R39)."""
        self.hold(LEAVING)
        self._rooms.let_go(self, [opened for opened, _ in self._joined()])

    # -- reading ------------------------------------------------------------------------------------------------------

    def hold(self, reason: object) -> None:
        """Stop reading the socket until every reason was released."""
        self._holds.add(reason)
        self.transport.stop_reading()

    def release(self, reason: object) -> None:
        """Take one reason away."""
        self._holds.discard(reason)
        if not self._holds and not self.gone.is_set():
            self.transport.start_reading()

    def close(self, error: CounterpointError) -> None:
        """Close the socket with the code that says why; what it sent and is not taken yet is not taken any more."""
        self.is_closing = True
        self.transport.close(close_code(error), close_reason(error))

    def _take_later(self) -> None:
        later, self._later = self._later, []
        at = 0
        while at < len(later) and self.full_since is None and not self.is_closing:
            self._take_or_close(later[at : at + MESSAGES_TAKEN_AT_ONCE])
            at += MESSAGES_TAKEN_AT_ONCE
        self._later = later[at:]

    def _take_or_close(self, messages: list[bytes]) -> None:
        if self.is_closing:
            return
        try:
            self._take(messages)
        except CounterpointError as error:
            self.close(error)

    def _spend(self, messages: int) -> None:
        """Let a socket that sends too much wait for the moment that makes up for it (R29)."""
        now = self._clock.monotonic()
        earned = (now - self._counted_at) * MESSAGES_PER_SECOND_MAX
        self._credit = min(self._credit + earned, float(MESSAGES_PER_SECOND_MAX)) - messages
        self._counted_at = now
        if self._credit < 0 and FAST not in self._holds:
            self.hold(FAST)
            seconds = -self._credit / MESSAGES_PER_SECOND_MAX
            asyncio.get_running_loop().call_later(seconds, self.release, FAST)

    # -- for each wire ------------------------------------------------------------------------------------------------

    @abstractmethod
    def ended(self, connection: Connection) -> None:
        """The room has let this connection go."""

    @abstractmethod
    def _take(self, messages: list[bytes]) -> None:
        """Decode and hand on. Raises what closes the socket."""

    @abstractmethod
    def _joined(self) -> list[tuple[OpenDocument, Connection]]:
        """Return what is joined now."""
