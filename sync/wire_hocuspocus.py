"""The Hocuspocus v4 wire: many documents on one socket, authentication in band (SPEC.md R42)."""

from __future__ import annotations

import json
from typing import NamedTuple

from core.errors import BadMessage, CounterpointError, Forbidden, NotFound, NotSignedIn, Refused
from core.roles import Access
from sync.frames import Frame, read_end, read_sized, read_text, read_varuint, sized, text, varuint
from sync.messages import (
    Authenticate,
    Awareness,
    Leave,
    Nothing,
    Ping,
    QueryAwareness,
    SessionMessage,
)
from sync.wire import Refusal, close_code
from sync.wire_ywebsocket import decode_sync

SYNC, AWARENESS, AUTHENTICATION, QUERY_AWARENESS, SYNC_REPLY, STATELESS = 0, 1, 2, 3, 4, 5
CLOSE, SYNC_STATUS, PING, PONG = 7, 8, 9, 10
TOKEN, DENIED, AUTHENTICATED = 0, 1, 2
#: The whole message that keeps an idle socket alive, without a document's name, and its answer.
SOCKET_PING, SOCKET_PONG = bytes((PING,)), bytes((PONG,))
#: Bytes of a document's name with its session: a UUID and a few random letters.
ADDRESS_BYTES_MAX = 200
TOKEN_BYTES_MAX = 4096


class Addressed(NamedTuple):
    """A message and what it is about."""

    #: The name as it was sent, its length in front: every answer starts with it.
    address: bytes
    #: The document's name, without the session.
    name: str
    message: SessionMessage


def decode(data: bytes) -> Addressed:
    """Return the message with its address. Raises BadMessage."""
    if data in (SOCKET_PING, SOCKET_PONG):
        return Addressed(b"", "", Ping() if data == SOCKET_PING else Nothing())
    name, at = read_text(data, 0)
    if at > ADDRESS_BYTES_MAX:
        raise BadMessage("a document's name is too long")
    kind, start = read_varuint(data, at)
    return Addressed(data[:at], name.partition("\0")[0], _decode_body(kind, data, start))


def _decode_body(kind: int, data: bytes, at: int) -> SessionMessage:
    if kind in (SYNC, SYNC_REPLY):
        return decode_sync(data, at)
    if kind == AWARENESS:
        body, at = read_sized(data, at)
        read_end(data, at)
        return Awareness(body)
    if kind == AUTHENTICATION:
        step, at = read_varuint(data, at)
        token, at = read_text(data, at)
        if step != TOKEN or len(token) > TOKEN_BYTES_MAX:
            raise BadMessage("an authentication message without a token")
        # Providers since version 4 add their own version; it changes nothing here.
        return Authenticate(token)
    if kind == QUERY_AWARENESS:
        return QueryAwareness()
    if kind == CLOSE:
        return Leave()
    if kind == PING:
        return Ping()
    if kind in (STATELESS, PONG):
        return Nothing()
    raise BadMessage(f"message of unknown type {kind}")


class HocuspocusWire:
    """The bytes of one document's connection on a shared socket."""

    stays_to_read = True

    def __init__(self, address: bytes) -> None:
        self.address = address
        self._saved = Frame(address + bytes((SYNC_STATUS, 1)))
        self._lost = Frame(address + bytes((SYNC_STATUS, 0)))

    def step1(self, vector: bytes) -> Frame:
        """The server's state vector."""
        return Frame(self.address + b"\x00\x00" + sized(vector))

    def step2(self, body: bytes) -> Frame:
        """The answer to the client's Step1."""
        return Frame(self.address + b"\x00\x01" + sized(body))

    def update(self, body: bytes) -> Frame:
        """News."""
        return Frame(self.address + b"\x00\x02" + sized(body))

    def awareness(self, body: bytes) -> Frame:
        """States of presence."""
        return Frame(self.address + b"\x01" + sized(body))

    def acknowledgement(self, updates: int, steps: int) -> list[Frame]:
        """One SyncStatus for each Update and Step2 (R17)."""
        return [self._saved] * (updates + steps)

    def refusal(self, error: CounterpointError, *, ends: bool) -> Refusal:
        """SyncStatus(0); and when it ends the connection, the reason and CLOSE (R12)."""
        frames = [self._lost]
        if ends:
            path = error.path if isinstance(error, (Refused, BadMessage)) else ""
            frames.append(self.stateless({"type": "refused", "path": path, "reason": error.message}))
            frames.append(self.closed(error.message))
        return Refusal(frames, None)

    def ending(self, error: CounterpointError) -> Refusal:
        """End this document alone when it is about rights; else close the socket, so that the provider comes back."""
        if isinstance(error, (NotSignedIn, Forbidden, NotFound)):
            return Refusal([self.denied(error.message), self.closed(error.message)], None)
        return Refusal([], close_code(error))

    def scope(self, access: Access) -> list[Frame]:
        """What the connection may do from now on."""
        return [self.authenticated(access)]

    def authenticated(self, access: Access) -> Frame:
        """The token counts; whether edits will be taken."""
        scope = "read-write" if access.may_write else "readonly"
        return Frame(self.address + bytes((AUTHENTICATION, AUTHENTICATED)) + text(scope))

    def denied(self, reason: str) -> Frame:
        """The token does not count, or there is no such document."""
        return Frame(self.address + bytes((AUTHENTICATION, DENIED)) + text(reason))

    def stateless(self, value: dict[str, str]) -> Frame:
        """A message of ours that stock clients hand to their application."""
        return Frame(self.address + varuint(STATELESS) + text(json.dumps(value)))

    def closed(self, reason: str) -> Frame:
        """The end of this document's connection; the socket stays."""
        return Frame(self.address + varuint(CLOSE) + text(reason))

    def pong(self) -> Frame:
        """The answer to a ping of this document."""
        return Frame(self.address + varuint(PONG))
