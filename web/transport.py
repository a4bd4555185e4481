"""The WebSocket protocol class for uvicorn (`ws=`): all messages of one wake-up at once, frames that were built once.

The ASGI application still sees a normal websocket scope for routing and signing in; after accepting, it takes the
socket over through `scope["extensions"]["counterpoint.transport"]` and `attach`. From then on no task, no queue and no
dictionary stands between the socket and its session.

The `websockets` library's sans-I/O protocol does the handshake, fragments, control frames and the closing handshake;
it is fed one whole frame at a time. Only the frame that is nearly all there is, a whole masked binary message, takes
the short way past it: its generators cost ten times the unmasking.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Final, cast
from urllib.parse import unquote

from uvicorn.config import Config
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState
from websockets.datastructures import Headers
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.speedups import apply_mask

from core.limits import CLOSE_SECONDS_MAX, DEAD_AFTER_SECONDS, MESSAGE_BYTES_MAX, OUTBOX_BYTES_HIGH, PING_SECONDS
from sync.frames import Frame
from sync.transport import Receiver

#: Where the application finds the transport in its scope.
EXTENSION: Final = "counterpoint.transport"
TOO_LARGE: Final = 4413
_BINARY_FINAL: Final = 0x82
_MASKED: Final = 0x80
_REASON_BYTES_MAX: Final = 123
_logger = logging.getLogger("uvicorn.error")


def websocket_class() -> type[asyncio.Protocol]:
    """Return what `uvicorn.Config(ws=...)` takes."""
    return WebSocketTransport


class WebSocketTransport(asyncio.Protocol):
    """One socket, from the upgrade request on."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        if not config.loaded:
            config.load()
        self._config, self._server, self._app_state = config, server_state, app_state
        self._loop = _loop or asyncio.get_running_loop()
        self._protocol = ServerProtocol(max_size=MESSAGE_BYTES_MAX, logger=_logger)
        self._request: Request | None = None
        self._accepted: Response | None = None
        self._receiver: Receiver | None = None
        #: Bytes that are no whole frame yet.
        self._rest = bytearray()
        #: How many of them there must be before looking again is worth it.
        self._needed = 0
        self._parts: list[bytes] = []
        #: What came before `attach`, for `receive`.
        self._inbox: list[bytes] = []
        self._inbox_changed = asyncio.Event()
        self._is_connect_told = False
        self._is_lost = False
        self._is_reading = True
        self.is_full = False
        self._heard_at = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None

    # -- asyncio.Protocol ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket over from uvicorn's HTTP protocol."""
        # uvloop's transports do what asyncio's do and are no subclass of them.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=OUTBOX_BYTES_HIGH)
        self._server.connections.add(self)  # type: ignore[arg-type]  # a union of uvicorn's own classes

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the session that nothing follows."""
        self._is_lost = True
        self._server.connections.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        self._inbox_changed.set()
        if self._receiver is not None:
            self._receiver.lost()

    def data_received(self, data: bytes) -> None:
        """Take what one read brought."""
        self._heard_at = self._loop.time()
        if self._request is None:
            end = data.find(b"\r\n\r\n") + 4
            self._feed(data[:end] if end > 3 else data, [])
            self._rest += data[end:] if end > 3 else b""
        elif self._protocol.state is State.CONNECTING:
            # Signing in takes its time; until then a peer may send what one read brings.
            self._rest += data
            self._pause()
        elif self._rest:
            self._rest += data
            if len(self._rest) >= self._needed:
                data, self._rest = bytes(self._rest), bytearray()
                self._take(data)
        else:
            self._take(data)

    def _take(self, data: bytes) -> None:
        """Deliver the whole messages in front and keep the rest."""
        messages: list[bytes] = []
        used = self._split(data, messages)
        if used < len(data):
            self._rest += data[used:]
        if messages:
            self._deliver(messages)

    def eof_received(self) -> None:
        """Let the transport close: half a WebSocket is none."""

    def pause_writing(self) -> None:
        """The peer reads slower than we write."""
        self.is_full = True
        if self._receiver is not None:
            self._receiver.filled()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        self.is_full = False
        if self._receiver is not None and not self._is_lost:
            self._receiver.drained()

    def shutdown(self) -> None:
        """Uvicorn stops: let the session close in good order."""
        if self._receiver is not None:
            self._receiver.going_away()
        elif self._protocol.state is State.OPEN:
            self.close(1012, "the server restarts")
        else:
            self._transport.close()

    # -- sync.transport.Transport -------------------------------------------------------------------------------------

    def attach(self, receiver: Receiver) -> None:
        """Report to this session from now on, what came already first."""
        self._receiver = receiver
        inbox, self._inbox = self._inbox, []
        if inbox:
            receiver.received(inbox)

    def write(self, frames: Sequence[Frame]) -> None:
        """Send these frames, in one piece; a closing socket takes them silently."""
        if self._protocol.state is State.OPEN and not self._is_lost:
            self._transport.write(frames[0].framed if len(frames) == 1 else b"".join([one.framed for one in frames]))

    def close(self, code: int, reason: str) -> None:
        """Start the closing handshake; a peer that does not answer it is cut off."""
        if self._protocol.state is not State.OPEN or self._is_lost:
            return
        self._protocol.send_close(code, reason.encode()[:_REASON_BYTES_MAX].decode(errors="ignore"))
        self._flush()
        # The answer must be heard even if the session did not want to read.
        self.start_reading()
        self._schedule(CLOSE_SECONDS_MAX, self._transport.abort)

    def stop_reading(self) -> None:
        """Let the peer wait."""
        if self._protocol.state is State.OPEN:
            self._pause()

    def _pause(self) -> None:
        if self._is_reading and not self._is_lost:
            self._is_reading = False
            self._transport.pause_reading()

    def start_reading(self) -> None:
        """Go on reading."""
        if not self._is_reading and not self._is_lost:
            self._is_reading = True
            self._heard_at = self._loop.time()
            self._transport.resume_reading()

    # -- frames -------------------------------------------------------------------------------------------------------

    def _split(self, data: bytes, messages: list[bytes]) -> int:
        """Take whole frames from the front; return how many bytes they were."""
        at, size = 0, len(data)
        protocol = self._protocol
        self._needed = 2
        while size - at >= 2 and protocol.state is State.OPEN:
            first, second = data[at], data[at + 1]
            length, start = second & 127, at + 2
            if length > 125:
                wide = 2 if length == 126 else 8
                if size - start < wide:
                    self._needed = start + wide - at
                    break
                length = int.from_bytes(data[start : start + wide], "big")
                start += wide
            if length + (protocol.current_size or 0) > MESSAGE_BYTES_MAX:
                self.close(TOO_LARGE, f"one message may hold {MESSAGE_BYTES_MAX} bytes")
                return size
            start += 4 if second & _MASKED else 0
            end = start + length
            if end > size:
                self._needed = end - at
                break
            if first == _BINARY_FINAL and second & _MASKED and protocol.current_size is None:
                messages.append(apply_mask(data[start:end], data[start - 4 : start]))
            else:
                self._feed(data[at:end], messages)
            at = end
        if protocol.state is not State.OPEN and at < size:
            # Closing: only the peer's answer matters, and the library finds it.
            self._feed(data[at:], [])
            return size
        return at

    def _feed(self, data: bytes, messages: list[bytes]) -> None:
        """Let the library look at a frame, or at the request; it answers pings and closes by itself."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._begin(event)
            elif isinstance(event, WebSocketFrame) and event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                self._parts.append(bytes(event.data))
                if event.fin:
                    messages.append(b"".join(self._parts))
                    self._parts = []
        self._flush()

    def _flush(self) -> None:
        """Write what the library wants said; an empty write is its wish to end the connection."""
        for data in self._protocol.data_to_send():
            if data and not self._is_lost:
                self._transport.write(data)
            else:
                self._transport.close()

    def _deliver(self, messages: list[bytes]) -> None:
        if self._receiver is not None:
            self._receiver.received(messages)
            return
        self._inbox += messages
        self._inbox_changed.set()
        self.stop_reading()

    # -- signs of life ------------------------------------------------------------------------------------------------

    def _schedule(self, seconds: float, call: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, call)

    def _look_for_life(self) -> None:
        """Ping, and drop a peer that has been silent for too long; one that we do not read cannot be heard (R46)."""
        if self._is_lost or self._protocol.state is not State.OPEN:
            return
        if self._is_reading and self._loop.time() - self._heard_at >= DEAD_AFTER_SECONDS:
            self._transport.abort()
            return
        self._protocol.send_ping(b"")
        self._flush()
        self._schedule(PING_SECONDS, self._look_for_life)

    # -- ASGI ---------------------------------------------------------------------------------------------------------

    def _begin(self, request: Request) -> None:
        """Show the application who is knocking."""
        self._request = request
        response = self._protocol.accept(request)
        if response.status_code != 101:
            self._protocol.send_response(response)
            return
        self._accepted = response
        task = self._loop.create_task(self._run_application(self._scope(request)))
        task.add_done_callback(self._server.tasks.discard)
        self._server.tasks.add(task)

    def _scope(self, request: Request) -> dict[str, Any]:
        path, _, query = request.path.partition("?")
        return {
            "type": "websocket",
            "asgi": {"version": self._config.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if is_ssl(self._transport) else "ws",
            "server": get_local_addr(self._transport),
            "client": get_remote_addr(self._transport),
            "root_path": self._config.root_path,
            "path": self._config.root_path + unquote(path),
            "raw_path": (self._config.root_path + path).encode(),
            "query_string": query.encode(),
            "headers": [(key.lower().encode(), value.encode("latin-1")) for key, value in request.headers.raw_items()],
            "subprotocols": [],
            "state": self._app_state.copy(),
            "extensions": {EXTENSION: self},
        }

    async def _run_application(self, scope: dict[str, Any]) -> None:
        try:
            await self._config.loaded_app(scope, self._receive, self._send)
        except Exception:
            _logger.exception("the application failed on a WebSocket")
            self._end(1011)
        else:
            self._end(1000)

    def _end(self, code: int) -> None:
        """The application is done with this socket."""
        if self._protocol.state is State.CONNECTING and not self._is_lost:
            self._reject(500 if code == 1011 else 403)
        else:
            self.close(code, "")

    def _reject(self, status: int) -> None:
        self._protocol.send_response(self._protocol.reject(status, "This WebSocket is not accepted.\n"))
        self._flush()

    async def _receive(self) -> dict[str, Any]:
        if not self._is_connect_told:
            self._is_connect_told = True
            return {"type": "websocket.connect"}
        while not self._inbox and not self._is_lost:
            self._inbox_changed.clear()
            self.start_reading()
            await self._inbox_changed.wait()
        if self._inbox:
            return {"type": "websocket.receive", "bytes": self._inbox.pop(0)}
        return {"type": "websocket.disconnect", "code": self._protocol.close_code or 1006}

    async def _send(self, message: Any) -> None:
        match message["type"]:
            case "websocket.accept" if self._accepted is not None:
                self._accept(self._accepted, message.get("headers", ()))
            case "websocket.send":
                self._send_message(message.get("bytes"), message.get("text"))
            case "websocket.close" if self._protocol.state is State.CONNECTING:
                self._reject(403)
            case "websocket.close":
                self.close(message.get("code", 1000), message.get("reason") or "")

    def _send_message(self, body: bytes | None, text: str | None) -> None:
        if self._protocol.state is not State.OPEN:
            return
        if body is not None:
            self._protocol.send_binary(body)
        else:
            self._protocol.send_text((text or "").encode())
        self._flush()

    def _accept(self, response: Response, headers: Sequence[tuple[bytes, bytes]]) -> None:
        if self._is_lost:
            return
        more = Headers(response.headers)
        for name, value in headers:
            more[name.decode("latin-1")] = value.decode("latin-1")
        self._protocol.send_response(Response(response.status_code, response.reason_phrase, more))
        self._flush()
        self._schedule(PING_SECONDS, self._look_for_life)
        self.start_reading()
        if self._rest:
            self._needed = 0
            self._loop.call_soon(self.data_received, b"")
