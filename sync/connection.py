"""One socket's view of one document: what it is told, and how it catches up when it is slow (SPEC.md R26, R27)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.errors import CounterpointError
from core.roles import Access
from sync.frames import Frame
from sync.transport import Transport
from sync.wire import Refusal, Wire, close_reason


class Owner(Protocol):
    """The socket's session, as its connections see it."""

    transport: Transport
    #: Since when its socket takes nothing, by the monotonic clock; None: it does.
    full_since: float | None

    def ended(self, connection: Connection) -> None:
        """The room has let this connection go."""
        ...

    def hold(self, reason: object) -> None:
        """Stop reading the socket until every reason was released."""
        ...

    def release(self, reason: object) -> None:
        """Take one reason away."""
        ...


class Connection:
    """What a room writes to. Frames of one step are collected and written in one piece."""

    __slots__ = ("access", "behind", "number", "outbox", "owner", "wire")

    def __init__(self, number: int, access: Access, wire: Wire, owner: Owner) -> None:
        #: Its id in rooms: never used twice in a process.
        self.number = number
        self.access = access
        self.wire = wire
        self.owner = owner
        self.outbox: list[Frame] = []
        #: Version and state vector of what it has been sent, since it became slow; None: it keeps up.
        self.behind: tuple[int, bytes] | None = None

    @property
    def is_full(self) -> bool:
        """Say whether its socket takes nothing now."""
        return self.behind is not None or self.owner.transport.is_full

    def send(self, frames: Sequence[Frame]) -> None:
        """Add frames to what is written at the end of this step."""
        self.outbox += frames

    def flush(self) -> None:
        """Write what was collected."""
        if self.outbox:
            outbox, self.outbox = self.outbox, []
            self.owner.transport.write(outbox)

    def end(self, refusal: Refusal, error: CounterpointError) -> None:
        """Say why, and leave the document; on a wire with one document a socket, the socket closes."""
        self.send(refusal.frames)
        self.flush()
        self.owner.ended(self)
        if refusal.close_code is not None:
            self.owner.transport.close(refusal.close_code, close_reason(error))
