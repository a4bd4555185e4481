"""What both wires can say: the port between rooms and the bytes of a protocol."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from core.errors import (
    BadMessage,
    CounterpointError,
    Forbidden,
    NotFound,
    NotSignedIn,
    Ours,
    Refused,
    TooLarge,
)
from core.roles import Access
from sync.frames import Frame

#: RFC 6455, section 5.5: a control frame holds 125 bytes, two of them the code.
REASON_BYTES_MAX = 123
#: RFC 6455: the server goes away and comes back.
RESTARTING = 1012


class Refusal(NamedTuple):
    """How a wire tells a refusal: frames, and the code to close the socket with (None: it stays open)."""

    frames: list[Frame]
    close_code: int | None


class Wire(Protocol):
    """One connection's way of saying things. Wires with the same `address` say the same thing in the same bytes."""

    @property
    def address(self) -> bytes:
        """What the frames of this connection start with."""
        ...

    #: Whether a connection that may not write stays open when it tries to (R9).
    stays_to_read: bool

    def step1(self, vector: bytes) -> Frame:
        """The server's state vector."""
        ...

    def step2(self, body: bytes) -> Frame:
        """The answer to the client's Step1."""
        ...

    def update(self, body: bytes) -> Frame:
        """News."""
        ...

    def awareness(self, body: bytes) -> Frame:
        """States of presence."""
        ...

    def acknowledgement(self, updates: int, steps: int) -> list[Frame]:
        """So many more Update and Step2 messages are durable (R17)."""
        ...

    def refusal(self, error: CounterpointError, *, ends: bool) -> Refusal:
        """One update is refused (R9, R12)."""
        ...

    def ending(self, error: CounterpointError) -> Refusal:
        """The connection is over, whatever it sent last."""
        ...

    def scope(self, access: Access) -> list[Frame]:
        """What the connection may do from now on (R25)."""
        ...


def close_reason(error: CounterpointError) -> str:
    """Return what a closing socket says: where in the document, if it is about a place, and why; cut to what fits."""
    said = f"{error.path} {error.message}" if isinstance(error, Refused) and error.path else error.message
    return said.encode("utf-8", "replace")[:REASON_BYTES_MAX].decode("utf-8", "ignore")


def close_code(error: CounterpointError) -> int:
    """Return the code that tells a client what happened (R44)."""
    match error:
        case TooLarge():
            return 4413
        case BadMessage():
            return 4400
        case NotSignedIn():
            return 4401
        case Forbidden():
            return 4403
        case NotFound():
            return 4404
        case Ours():
            return 1013
        case _:
            return 4409
