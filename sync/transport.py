"""The port between a socket and its session: how bytes come and go is the edge's business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sync.frames import Frame


class Transport(Protocol):
    """An accepted socket."""

    @property
    def is_full(self) -> bool:
        """Whether the peer reads slower than we write: nothing but acknowledgements should be written."""
        ...

    def write(self, frames: Sequence[Frame]) -> None:
        """Send these frames, in one piece; a closed socket takes them silently."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Start the closing handshake: nothing more is received, and `lost` follows."""
        ...

    def stop_reading(self) -> None:
        """Let the peer wait; may be called twice."""
        ...

    def start_reading(self) -> None:
        """Go on reading."""
        ...


class Receiver(Protocol):
    """Who a transport reports to."""

    def received(self, messages: list[bytes]) -> None:
        """All messages of one wake-up of the socket (R45)."""
        ...

    def filled(self) -> None:
        """The transport has become full: `is_full` is true."""
        ...

    def drained(self) -> None:
        """The transport has room again."""
        ...

    def going_away(self) -> None:
        """The server stops: close in good order."""
        ...

    def lost(self) -> None:
        """The socket is gone; nothing follows."""
        ...
