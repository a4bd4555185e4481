"""Scenario S4: 1,000 edits, wait for every acknowledgement, kill -9 everything at once, restart, count."""

from __future__ import annotations

import asyncio
import random
from typing import Final

from tests.benchmarks.client import Client, load
from tests.benchmarks.edits import inserted_ranges, typing
from tests.benchmarks.servers import Server

EDITS: Final = 1000
_SECONDS_MAX: Final = 60.0
_LOOK_SECONDS: Final = 0.001


async def survivors(server: Server) -> int:
    """Return how many of the edits that the server said it has are there after kill -9 and a restart.

    A server that acknowledges nothing is believed when another person has received every edit: it cannot say more.
    """
    document = server.new_document()
    places = await server.prepare(document)
    writer_id = random.randrange(1, 2**31)
    writer = await _client(server, document)
    witness = None if server.acknowledges else await _client(server, document)
    seen = 0

    def watch(update: bytes) -> None:
        nonlocal seen
        seen += sum(end - first for client, first, end in inserted_ranges(update) if client == writer_id)

    if witness is not None:
        witness.on_update = watch
    before = _written(server, writer)
    writer.send(b"".join(writer.wire.update(update) for update in typing(writer_id, EDITS, places=places)))
    async with asyncio.timeout(_SECONDS_MAX):
        while (seen if witness is not None else writer.acknowledged) < EDITS:
            assert not writer.closed, "the server closed the writer"
            await asyncio.sleep(_LOOK_SECONDS)
    server.kill()
    for client in (writer, witness):
        if client is not None:
            client.close()
    server.start()
    reader = await _client(server, document)
    found = _written(server, reader) - before
    reader.close()
    return found


def _written(server: Server, client: Client) -> int:
    """Return how many characters the state holds that the client got when it opened."""
    return len(server.text(load(client.states[0])))


async def _client(server: Server, document: str) -> Client:
    client = Client(server.make_wire(document, server.token()))
    return await client.open(server.address(document))
