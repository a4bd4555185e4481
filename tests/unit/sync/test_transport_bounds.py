"""What bytes may cost before they are messages: the protocol class by itself, on a transport that keeps nothing."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from core.limits import MESSAGE_BYTES_MAX
from web.transport import EXTENSION, WebSocketTransport

REQUEST = (
    b"GET /sync HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
MASK = b"\0\0\0\0"


class Bytes(asyncio.Transport):
    """The loop's side of a socket."""

    def __init__(self) -> None:
        super().__init__()
        self.is_paused = False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing is buffered."""

    def write(self, data: Any) -> None:
        """Nobody looks at it."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def close(self) -> None:
        """Nothing to close."""

    def pause_reading(self) -> None:
        assert not self.is_paused
        self.is_paused = True

    def resume_reading(self) -> None:
        assert self.is_paused
        self.is_paused = False


class Peer:
    """A socket of the server whose application signs in for as long as it is told to."""

    def __init__(self) -> None:
        self.signed_in = asyncio.Event()
        self.received: list[bytes] = []
        self.bytes = Bytes()
        config = uvicorn.Config(self.application, interface="asgi3", lifespan="off", log_config=None)
        self.socket = WebSocketTransport(config, ServerState(), {})
        self.socket.connection_made(self.bytes)
        self.socket.data_received(REQUEST)

    async def application(self, scope: Any, receive: Any, send: Any) -> None:
        await self.signed_in.wait()
        await send({"type": "websocket.accept"})
        self.left = asyncio.Event()
        receiver: Any = self
        scope["extensions"][EXTENSION].attach(_Receiver(receiver))
        await self.left.wait()

    async def ended(self) -> None:
        self.left.set()
        self.socket.connection_lost(None)
        for _ in range(5):
            await asyncio.sleep(0)


class _Receiver:
    """Keeps what arrived."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def received(self, messages: list[bytes]) -> None:
        self._peer.received += messages

    def filled(self) -> None:
        """Never."""

    def drained(self) -> None:
        """Never."""

    def going_away(self) -> None:
        """Never."""

    def lost(self) -> None:
        """At the end."""


def frame(payload: bytes) -> bytes:
    """Return a client's frame; this mask changes nothing."""
    size = len(payload)
    head = bytes((0x80 | size,)) if size < 126 else b"\xff" + size.to_bytes(8, "big")
    return b"\x82" + head + MASK + payload


async def ticks() -> None:
    """Let what is due happen."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_r45_a_message_in_tiny_pieces_costs_no_more_than_its_bytes() -> None:
    """Pieces of one byte behind megabytes are not megabytes copied for each: 20,000 of them take no second."""
    peer = Peer()
    peer.signed_in.set()
    await ticks()
    pieces = 20_000
    whole = frame(b"x" * (MESSAGE_BYTES_MAX - 1)) + frame(b"next")
    peer.socket.data_received(whole[:-pieces])
    assert not peer.received
    started = time.thread_time()
    for at in range(len(whole) - pieces, len(whole)):
        peer.socket.data_received(whole[at : at + 1])
    assert time.thread_time() - started < 1
    assert [len(message) for message in peer.received] == [MESSAGE_BYTES_MAX - 1, 4]
    await peer.ended()


async def test_r45_every_way_to_cut_two_messages_gives_the_same_two() -> None:
    """Heads of all three sizes, cut anywhere."""
    medium = b"\x82\xfe" + (300).to_bytes(2, "big") + MASK + b"m" * 300
    whole = frame(b"small") + medium + frame(b"l" * 200)
    peer = Peer()
    peer.signed_in.set()
    await ticks()
    for first in range(1, len(whole) - 1, 3):
        for piece in (whole[:first], whole[first : first + 2], whole[first + 2 :]):
            if piece:
                peer.socket.data_received(piece)
        assert peer.received == [b"small", b"m" * 300, b"l" * 200], first
        peer.received.clear()
    await peer.ended()


async def test_r45_a_peer_that_is_not_signed_in_yet_is_not_read_further() -> None:
    """One read is kept, in order, and delivered after signing in; then reading goes on."""
    peer = Peer()
    await ticks()
    assert not peer.bytes.is_paused
    peer.socket.data_received(frame(b"one") + frame(b"two")[:5])
    assert peer.bytes.is_paused
    peer.signed_in.set()
    await ticks()
    assert not peer.bytes.is_paused
    peer.socket.data_received(frame(b"two")[5:])
    await ticks()
    assert peer.received == [b"one", b"two"]
    await peer.ended()
