"""A sync client with as little overhead as Python allows: one asyncio protocol for both wires, no library between.

It parses every frame of a wake-up at once. For throughput it looks only at the last update of a wake-up: one writer's
clock never goes back, so the last one says how far that reader has come; `keep` makes a reader keep every update so
that the text can be checked afterwards.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import socket
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, Final, cast
from urllib.parse import urlsplit

from pycrdt import Doc

from tests.benchmarks.frames import (
    ACKNOWLEDGED,
    AUTH,
    EMPTY_STATE_VECTOR,
    STEP1,
    STEP2,
    SYNC,
    SYNC_REPLY,
    SYNC_STATUS,
    UPDATE,
    Wire,
    frame,
    read_number,
)

#: Seconds a server may take to open a document before the run is called off.
OPEN_SECONDS_MAX: Final = 60.0

_BINARY, _CLOSE, _PING = 0x82, 0x88, 0x89
_ORDINARY_BYTES_MAX = 125
_FAN_IN = 64


def load(state: bytes, updates: Sequence[bytes] = ()) -> Doc[Any]:
    """Return a document with the state and the updates applied, in order."""
    doc: Doc[Any] = Doc()
    doc.apply_update(state)
    for start in range(0, len(updates), _FAN_IN):
        with doc.transaction():
            for update in updates[start : start + _FAN_IN]:
                doc.apply_update(update)
    return doc


def clock_of(doc: Doc[Any], client_id: int) -> int:
    """Return the clock that the client's next character will have in this document."""
    state = doc.get_state()
    clients, position = read_number(state, 0)
    for _ in range(clients):
        client, position = read_number(state, position)
        clock, position = read_number(state, position)
        if client == client_id:
            return clock
    return 0


class Refused(Exception):
    """The socket closed before the document opened; trying again may help."""


class Denied(Refused):
    """The server said no for good (close code 44xx, or a denied authentication): stock clients never come back."""


class Client(asyncio.Protocol):
    """One open document over one socket."""

    def __init__(self, wire: Wire, on_update: Callable[[bytes], None] | None = None, *, keep: bool = False) -> None:
        self.wire = wire
        #: Called with an update: every one, or the last of a wake-up when `only_last` is set.
        self.on_update = on_update
        self.only_last = False
        self.updates: list[bytes] | None = [] if keep else None
        #: What answered Step1, and how often a whole answer came (a server that sends it twice is counted twice).
        self.states: list[bytes] = []
        self.bytes_received = 0
        self.acknowledged = 0
        #: SyncStatus messages that said "not applied".
        self.refused = 0
        self.paused = False
        self.closed = False
        self.opened_at = 0.0
        self.on_acknowledged: Callable[[], None] | None = None
        self._pending_step2 = 0
        self._rest = b""
        self._head = True
        self._state_vector = EMPTY_STATE_VECTOR
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._last: bytes | None = None

    async def open(self, address: str, *, state_vector: bytes = EMPTY_STATE_VECTOR) -> Client:
        """Connect, authenticate, and wait until the document's state has come whole."""
        parts = urlsplit(address)
        loop = asyncio.get_running_loop()
        self._state_vector = state_vector
        assert parts.hostname
        assert parts.port
        await loop.create_connection(lambda: self, parts.hostname, parts.port)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.transport.write(
            f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        async with asyncio.timeout(OPEN_SECONDS_MAX):
            await self._ready
        return self

    def send(self, frames: bytes) -> None:
        """Send frames made by the wire."""
        self.transport.write(frames)

    def close(self) -> None:
        """Leave."""
        self.closed = True
        self.transport.abort()

    # -- asyncio.Protocol ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self._ready.done():
            self._ready.set_exception(Refused(f"closed before the document opened: {exc}"))

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False

    def data_received(self, data: bytes) -> None:
        self.bytes_received += len(data)
        buffer = self._rest + data if self._rest else data
        position = 0
        if self._head:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                self._rest = buffer
                return
            self._handshake(buffer[:end])
            position = end + 4
        size = len(buffer)
        while size - position >= 2:
            length = buffer[position + 1]
            start = position + 2
            if length > _ORDINARY_BYTES_MAX:
                wide = 2 if length == 126 else 8
                if size - start < wide:
                    break
                length = int.from_bytes(buffer[start : start + wide], "big")
                start += wide
            stop = start + length
            if stop > size:
                break
            if buffer[position] == _BINARY:
                self._message(buffer, start, stop)
            else:
                self._control(buffer[position], buffer[start:stop])
            position = stop
        self._rest = buffer[position:] if position < size else b""
        if self._last is not None:
            last, self._last = self._last, None
            if self.on_update is not None:
                self.on_update(last)

    # -- messages -----------------------------------------------------------------------------------------------------

    def _handshake(self, head: bytes) -> None:
        self._head = False
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            if not self._ready.done():
                self._ready.set_exception(Refused(head.decode(errors="replace")))
            return
        self.send(self.wire.step1(self._state_vector) if self.wire.greeting is None else self.wire.greeting)

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == _PING:
            self.send(frame(payload, opcode=10))
        elif opcode == _CLOSE:
            self.closed = True
            if not self._ready.done():
                code = int.from_bytes(payload[:2], "big")
                why = Denied if 4400 <= code < 4500 else Refused
                self._ready.set_exception(why(f"closed with {code} {payload[2:].decode(errors='replace')}"))
            self.transport.close()

    def _message(self, buffer: bytes, start: int, stop: int) -> None:
        body = start + len(self.wire.prefix)
        if buffer[body] == SYNC and body + 1 < stop and buffer[body + 1] == UPDATE:
            _, first = read_number(buffer, body + 2)
            update = buffer[first:stop]
            if self.updates is not None:
                self.updates.append(update)
            if self.only_last:
                self._last = update
            elif self.on_update is not None:
                self.on_update(update)
            return
        if stop - start == 1 and buffer[start] == 9 and self.wire.prefix:
            self.send(frame(b"\x0a"))  # Hocuspocus pings inside the protocol.
            return
        self._other(buffer[body:stop])

    def _other(self, message: bytes) -> None:
        kind = message[0]
        if kind in (SYNC, SYNC_REPLY):
            self._sync(message[1], message)
        elif kind == ACKNOWLEDGED and not self.wire.prefix:
            self.acknowledged, _ = read_number(message, 1)
            self._tell_acknowledged()
        elif kind == SYNC_STATUS and self.wire.prefix:
            self._status(applied=message[1] == 1)
        elif kind == AUTH and self.wire.prefix:
            self._authenticated(message)

    def _sync(self, step: int, message: bytes) -> None:
        if step == STEP1:
            self._pending_step2 += 1
            self.send(self.wire.step2())
        elif step == STEP2:
            _, first = read_number(message, 2)
            self.states.append(message[first:])
            if not self._ready.done():
                self.opened_at = perf_counter()
                self._ready.set_result(None)

    def _status(self, *, applied: bool) -> None:
        if self._pending_step2 and applied:
            self._pending_step2 -= 1  # Our Step2 is acknowledged like an update; it is no edit.
        elif applied:
            self.acknowledged += 1
            self._tell_acknowledged()
        else:
            self.refused += 1

    def _authenticated(self, message: bytes) -> None:
        if message[1] == 2:
            self.send(self.wire.step1(self._state_vector))
        elif not self._ready.done():
            self._ready.set_exception(Denied(message[2:].decode(errors="replace")))

    def _tell_acknowledged(self) -> None:
        if self.on_acknowledged is not None:
            self.on_acknowledged()
