"""A person who writes over the plain wire, as the demo plays one: any y-websocket client could do the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any, Final, NamedTuple

from pycrdt import Doc, Map, Text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from core.errors import LogUnavailable
from core.limits import MESSAGE_BYTES_MAX
from sync.frames import read_varuint
from sync.messages import Greeting, Update
from sync.wire_ywebsocket import ACKNOWLEDGED, SYNC, PlainWire, decode

#: Seconds between two keystrokes of somebody who types fast.
KEYSTROKE_SECONDS: Final = 0.015
#: Seconds to wait for the other side before the demo is called off.
PATIENCE_SECONDS: Final = 30.0


class Typed(NamedTuple):
    """What became of a line: how many edits it took, and the longest time from sending one to hearing it is durable."""

    edits: int
    milliseconds: float


class Writer:
    """One person's copy of a song, in step with the studio."""

    def __init__(self, socket: ClientConnection, client_id: int) -> None:
        self._socket = socket
        self._wire = PlainWire(acknowledges=False)
        self._doc: Doc[Any] = Doc(client_id=client_id)
        self._doc["sections"] = Map()
        self._sent_at: list[float] = []
        self._durable = 0
        self._slowest_ms = 0.0
        self._changed = asyncio.Condition()

    async def listen(self) -> None:
        """Greet, then apply what others write and count what is durable, until the socket closes."""
        await self._socket.send(self._wire.step1(self._doc.get_state()).payload)
        try:
            async for data in self._socket:
                if isinstance(data, bytes):
                    await self._receive(data)
                    async with self._changed:
                        self._changed.notify_all()
        except ConnectionClosed:
            return

    def lyrics(self, section: str) -> str:
        """Return what this copy says now; empty until the section has arrived."""
        text = self._text(section)
        return str(text) if text is not None else ""

    async def wait_for(self, section: str, lyrics: str) -> None:
        """Return once this copy says exactly that. Raises LogUnavailable when it takes too long."""
        await self._wait(lambda: self._text(section) is not None and self.lyrics(section) == lyrics)

    async def type_line(self, section: str, number: int, words: str) -> Typed:
        """Type words at the end of a line, a keystroke an edit, and return once every one of them is durable."""
        self._slowest_ms = 0.0
        for character in words:
            text = self._text(section)
            assert text is not None
            before = self._doc.get_state()
            lines = str(text).split("\n")
            # pycrdt counts in bytes of UTF-8; others may have typed in lines above meanwhile.
            text.insert(len("\n".join(lines[: number + 1]).encode()), character)
            self._sent_at.append(perf_counter())
            await self._socket.send(self._wire.update(self._doc.get_update(before)).payload)
            await asyncio.sleep(KEYSTROKE_SECONDS)
        await self._wait(lambda: self._durable == len(self._sent_at))
        return Typed(len(words), self._slowest_ms)

    async def _receive(self, data: bytes) -> None:
        kind, at = read_varuint(data, 0)
        if kind == ACKNOWLEDGED:
            count, _ = read_varuint(data, at)
            for sent_at in self._sent_at[self._durable : count]:
                self._slowest_ms = max(self._slowest_ms, (perf_counter() - sent_at) * 1000)
            self._durable = count
        elif kind == SYNC:
            match decode(data):
                case Greeting(vector):
                    await self._socket.send(self._wire.step2(self._doc.get_update(vector)).payload)
                case Update(body):
                    self._doc.apply_update(body)

    def _text(self, section: str) -> Text | None:
        sections = self._doc["sections"]
        return sections[section]["lyrics"] if section in sections else None

    async def _wait(self, condition: Any) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
                await self._changed.wait_for(condition)
        except TimeoutError:
            reason = self._socket.close_reason or "no answer in time"
            raise LogUnavailable(f"the studio stopped answering ({reason}); its logs say more") from None


@asynccontextmanager
async def open_writer(address: str, client_id: int) -> AsyncIterator[Writer]:
    """Connect a writer for as long as the context lasts."""
    async with connect(address, max_size=MESSAGE_BYTES_MAX) as socket, asyncio.TaskGroup() as tasks:
        writer = Writer(socket, client_id)
        tasks.create_task(writer.listen(), name="demo writer")
        yield writer
        await socket.close()
