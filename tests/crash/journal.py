"""A writer with a journal: what it sent, and what the server said it has. No crash may make the two disagree."""

from __future__ import annotations

import asyncio
import random
from uuid import UUID

from tests.benchmarks.client import Client, Denied, Refused, clock_of, load
from tests.benchmarks.edits import Place, typing
from tests.benchmarks.frames import MakeWire, hocuspocus_wire, plain_wire
from tests.studio import Studio

#: Characters one writer types at most; enough for the longest run.
EDITS_MAX = 200_000
#: Characters under way at most: more would only test the size of buffers.
IN_FLIGHT_MAX = 400
_BATCH = 3
_PAUSE_SECONDS = 0.02
_RETRY_SECONDS = 0.05


class Writer:
    """Types into one document for as long as it runs; connects again after every crash and checks what survived."""

    def __init__(self, studio: Studio, document_id: UUID, wire: str) -> None:
        self.document_id = document_id
        self.client_id = random.randrange(1, 2**31)
        #: Characters sent at least once, in order; the first `acknowledged` of them were acknowledged.
        self.sent = 0
        self.acknowledged = 0
        #: Crashes lived through, and characters that were durable without an answer having reached us.
        self.reconnects = 0
        self.durable_unheard = 0
        self.finishing = False
        self._edits = typing(self.client_id, EDITS_MAX, places=(Place(None),))
        self.journal: list[bytes] = []
        self._studio = studio
        self._wire = wire
        self._heard = asyncio.Event()

    async def run(self) -> None:
        """Type until told to finish and everything is acknowledged."""
        while not (self.finishing and self.acknowledged == self.sent):
            client = await self._connect()
            self.reconnects += 1
            try:
                await self._type(client)
            finally:
                client.close()

    async def wait_for_acknowledgements(self, more: int) -> None:
        """Wait until so many characters more than now are acknowledged."""
        wanted = self.acknowledged + more
        while self.acknowledged < wanted:
            self._heard.clear()
            await self._heard.wait()

    async def read_state(self) -> bytes:
        """Open the document once more and return its state."""
        client = await self._open()
        client.close()
        return client.states[0]

    async def _connect(self) -> Client:
        """Open the document, and compare the journal with what is there."""
        client = await self._open()
        durable = self.durable_in(client.states[0])
        assert durable >= self.acknowledged, f"{self.acknowledged} characters were acknowledged, {durable} are there"
        assert durable <= self.sent, f"{durable} characters are there, {self.sent} were sent"
        self.durable_unheard += durable - self.acknowledged
        self.sent = self.acknowledged = durable
        client.on_acknowledged = lambda: self._on_acknowledged(client, durable)
        return client

    async def _open(self) -> Client:
        """Try until the document opens."""
        token = self._studio.token()
        make_wire: MakeWire = plain_wire if self._wire == "plain" else hocuspocus_wire
        address = self._studio.sync_address(self.document_id) if self._wire == "plain" else self._studio.collab_address
        while True:
            client = Client(make_wire(str(self.document_id), token))
            try:
                return await client.open(address)
            except Denied:
                raise  # A crash is no reason to send anybody away for good.
            except (OSError, Refused):
                await asyncio.sleep(_RETRY_SECONDS)  # Nobody listens, or the database is not back yet.

    def durable_in(self, state: bytes) -> int:
        """Return how many of this writer's characters the state holds: a writer's clock starts at 0."""
        return clock_of(load(state), self.client_id)

    async def _type(self, client: Client) -> None:
        while not client.closed and not (self.finishing and self.acknowledged == self.sent):
            batch = 0 if self.finishing else min(_BATCH, IN_FLIGHT_MAX - (self.sent - self.acknowledged))
            for _ in range(batch):
                client.send(client.wire.update(self._edit(self.sent)))
                self.sent += 1
            await asyncio.sleep(_PAUSE_SECONDS)

    def _edit(self, index: int) -> bytes:
        while len(self.journal) <= index:
            self.journal.append(next(self._edits))
        return self.journal[index]

    def _on_acknowledged(self, client: Client, base: int) -> None:
        assert base + client.acknowledged <= self.sent, "more was acknowledged than was sent"
        self.acknowledged = base + client.acknowledged
        self._heard.set()
