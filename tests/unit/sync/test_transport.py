"""The socket itself, over real loopback TCP: uvicorn with our protocol class, the `websockets` library as the peer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from core.errors import NotSignedIn
from core.limits import MESSAGE_BYTES_MAX
from core.roles import Access
from tests.simulation.wires import PlainWire
from tests.unit.sync.harness import DOCUMENT, Node, person, studio
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
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task


async def test_r45_a_message_goes_both_ways_and_survives_fragments() -> None:
    """A greeting in three fragments is one message, and its answer is one frame each."""
    async with studio() as [node], served(node) as address:
        async with connect(f"{address}/sync/{DOCUMENT}?token=ann", proxy=None) as peer:
            greeting = WIRE.sync(0, b"\0")
            await peer.send([greeting[:1], greeting[1:2], greeting[2:]])
            assert await peer.recv() == WIRE.sync(1, b"\0\0")
            assert await peer.recv() == WIRE.sync(0, b"\0")
            await (await peer.ping())


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
            with pytest.raises(ConnectionClosed) as caught:
                await peer.send(b"x" * (MESSAGE_BYTES_MAX + 1))
                await peer.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 4413
    assert SimpleNamespace
