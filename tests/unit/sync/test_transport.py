"""The socket itself, over real loopback TCP: uvicorn with our protocol class, the `websockets` library as the peer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest
import uvicorn
from pycrdt import Doc, Text
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from core.errors import NotSignedIn
from core.limits import MESSAGE_BYTES_MAX
from core.roles import Access
from tests.simulation.wires import HocuspocusWire, PlainWire
from tests.unit.sync.harness import DOCUMENT, Editor, Node, person, studio
from web.api.sync import socket_routes
from web.transport import websocket_class

WIRE = PlainWire(str(DOCUMENT))
ANN = person("ann")


class FakeAuth:
    """One token, `ann`."""

    def __init__(self, node: Node) -> None:
        self.watch = node.watch

    async def authenticate(self, connection: Any) -> Access:
        return await self.access_for_token(connection.query_params.get("token", ""))

    async def access_for_token(self, token: str) -> Access:
        if token != "ann":
            raise NotSignedIn
        return ANN


@asynccontextmanager
async def served(node: Node) -> AsyncIterator[str]:
    """Serve the node's sockets on a free loopback port; yields the address."""
    routes = socket_routes(auth=cast(Any, FakeAuth(node)), rooms=node.rooms, clock=node.clock)
    config = uvicorn.Config(
        Starlette(routes=routes), ws=websocket_class(), lifespan="off", log_config=None, http="httptools"
    )
    server = uvicorn.Server(config)
    server.config.load()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110  # uvicorn tells it no other way
            await asyncio.sleep(0)
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task


async def test_r45_a_message_goes_both_ways_and_survives_fragments() -> None:
    """A greeting in three fragments is one message, each answer is one frame, and pings are answered."""
    async with (
        studio() as [node],
        served(node) as address,
        connect(f"{address}/sync/{DOCUMENT}?token=ann", proxy=None) as peer,
    ):
        greeting = WIRE.sync(0, b"\0")
        await peer.send([greeting[:1], greeting[1:2], greeting[2:]])
        assert await peer.recv() == WIRE.sync(1, b"\0\0")
        assert await peer.recv() == WIRE.sync(0, b"\0")
        await (await peer.ping())


def masked(payload: bytes, *, first: int = 0x82) -> bytes:
    """Return a client's frame, made by hand."""
    mask = b"mask"
    size = bytes((0x80 | len(payload),)) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return bytes((first,)) + size + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


@asynccontextmanager
async def upgraded(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A socket after the handshake, without a library on this side."""
    host, port = address.removeprefix("ws://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"GET /sync/{DOCUMENT}?token=ann HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    yield reader, writer
    writer.close()


async def test_r45_messages_arrive_together_and_in_pieces() -> None:
    """Two frames in one read, then one frame a byte at a time: each message once."""
    update = Doc[Text]({"text": Text("hello")}).get_update()
    async with studio() as [node], served(node) as address, upgraded(address) as (reader, writer):
        frames = masked(WIRE.sync(0, b"\0")) + masked(WIRE.sync(1, b"\0\0"))
        writer.write(frames)
        assert await reader.readexactly(12) == b"\x82\x05\x00\x01\x02\x00\x00\x82\x04\x00\x00\x01"
        assert await reader.readexactly(1) == b"\x00"
        for byte in masked(WIRE.sync(2, update)):
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(0)
        bob = Editor(node, person("bob"))
        while not str(bob.text):
            await asyncio.sleep(0)
            bob.read()
        assert str(bob.text) == "hello"
        assert len(node.store.events) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x82\x01x", 1002),  # Not masked.
        (masked(b"x", first=0x83), 1002),  # An opcode nobody knows.
        (masked(b"x", first=0xC2), 1002),  # A reserved bit.
        (masked(b"x", first=0x80), 1002),  # A continuation of nothing.
        (masked(b"x" * 126, first=0x89), 1002),  # A ping that is too long.
        (b"\x82\xff" + (1 << 40).to_bytes(8, "big"), 4413),  # A terabyte.
        (masked(b"\xff\xff"), 4400),  # No message of the protocol.
        (masked(b"\x03\xe8", first=0x88), 1000),  # A close is answered with its own code.
    ],
)
async def test_r45_what_is_no_frame_ends_the_socket(data: bytes, code: int) -> None:
    """With the code that says why, at once, and the server goes on."""
    async with studio() as [node], served(node) as address, upgraded(address) as (reader, writer):
        writer.write(data)
        head = await reader.readexactly(2)
        assert head[0] == 0x88
        assert int.from_bytes((await reader.readexactly(head[1]))[:2], "big") == code


async def test_r46_a_silent_socket_is_pinged_and_then_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that answers nothing is gone within DEAD_AFTER_SECONDS, and so is its cursor."""
    monkeypatch.setattr("web.transport.PING_SECONDS", 0.02)
    monkeypatch.setattr("web.transport.DEAD_AFTER_SECONDS", 0.8)
    async with studio() as [node], served(node) as address, upgraded(address) as (reader, _):
        with suppress(ConnectionResetError):
            assert (await reader.read()).startswith(b"\x89\x00")


@pytest.mark.parametrize(("path", "code"), [(f"/sync/{DOCUMENT}", 4401), ("/sync/nonsense?token=ann", 4404)])
async def test_r44_a_refusal_is_a_close_code(path: str, code: int) -> None:
    """Browsers see close codes, never the status of an upgrade."""
    async with studio() as [node], served(node) as address:
        async with connect(address + path, proxy=None) as peer:
            with pytest.raises(ConnectionClosed) as caught:
                await peer.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == code


async def test_r45_a_message_over_the_limit_closes_the_socket() -> None:
    """Nothing over the limit is buffered."""
    async with studio() as [node], served(node) as address:
        async with connect(f"{address}/sync/{DOCUMENT}?token=ann", proxy=None) as peer:
            with suppress(ConnectionClosed):
                await peer.send(b"x" * (MESSAGE_BYTES_MAX + 1))
            with pytest.raises(ConnectionClosed) as caught:
                await peer.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 4413


@pytest.mark.parametrize("token", ["", "ann"], ids=["the socket's own sign-in", "a token in band"])
@pytest.mark.parametrize(
    ("named", "answer"),
    [(ANN, b"\x02\x02\x0aread-write"), (person("bob"), b"\x02\x01\x1cSomebody else is signed in now.")],
)
async def test_r47_a_socket_that_names_a_person_speaks_for_nobody_else(
    named: Access, answer: bytes, token: str
) -> None:
    """Who signs in as somebody else is denied, and nothing of what follows is taken."""
    wire = HocuspocusWire(str(DOCUMENT))
    address_of_document = bytes((36,)) + str(DOCUMENT).encode()
    update = Doc[Text]({"text": Text("ann's words")}).get_update()
    async with studio() as [node], served(node) as address:
        path = f"/collab?token=ann&person={named.person_id}"
        async with connect(address + path, proxy=None) as peer:
            for message in [*wire.greeting(token, b"\0"), wire.sync(1, update)]:
                await peer.send(message)
            told = await peer.recv()
            assert isinstance(told, bytes)
            assert told.startswith(address_of_document + answer[:2])
            assert told.endswith(answer[3:])
            if named is ANN:
                while told != address_of_document + b"\x08\x01":
                    told = await peer.recv()
            await peer.send(b"\x09")
            while told != b"\x0a":
                told = await peer.recv()
        assert len(node.store.events) == (1 if named is ANN else 0)
