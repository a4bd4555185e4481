"""Bytes of a sync client: WebSocket frames, lib0 numbers, and the messages of both wires, as plain functions.

Client frames must carry a mask; the mask is zero here, which every server accepts and which leaves the payload as it
is, so that the generator does not spend the machine on XOR.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final, NamedTuple

SYNC: Final = 0
STEP1: Final = 0
STEP2: Final = 1
UPDATE: Final = 2
AUTH: Final = 2
SYNC_REPLY: Final = 4
SYNC_STATUS: Final = 8
#: The acknowledgement of the plain wire (`?acks=1`): how many updates of this connection are durable.
ACKNOWLEDGED: Final = 100

#: The state vector of a client that has nothing.
EMPTY_STATE_VECTOR: Final = b"\x00"
#: The update that says nothing: no structs, no deletions.
EMPTY_UPDATE: Final = b"\x00\x00"


def number(value: int) -> bytes:
    """Encode a lib0 varUint."""
    out = bytearray()
    while value > 127:
        out.append(128 | (value & 127))
        value >>= 7
    out.append(value)
    return bytes(out)


def read_number(data: bytes, position: int) -> tuple[int, int]:
    """Decode a lib0 varUint; return it and the position after it."""
    byte = data[position]
    position += 1
    if byte < 128:
        return byte, position
    value, shift = byte & 127, 7
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
        shift += 7


def sized(data: bytes) -> bytes:
    """Encode bytes with their length, as lib0 does for byte arrays and strings."""
    return number(len(data)) + data


def frame(payload: bytes, opcode: int = 2) -> bytes:
    """Build one client frame around the payload."""
    length = len(payload)
    if length < 126:
        return bytes((0x80 | opcode, 0x80 | length)) + b"\0\0\0\0" + payload
    if length < 65536:
        return struct.pack(">BBHI", 0x80 | opcode, 0x80 | 126, length, 0) + payload
    return struct.pack(">BBQI", 0x80 | opcode, 0x80 | 127, length, 0) + payload


class Wire(NamedTuple):
    """How one wire wraps what a document's client says."""

    #: What stands before every message of the document.
    prefix: bytes
    #: The first message after the socket opened, or None when the address carries the token.
    greeting: bytes | None

    def update(self, update: bytes) -> bytes:
        """Return the frame of one edit."""
        return frame(self.prefix + bytes((SYNC, UPDATE)) + sized(update))

    def step1(self, state_vector: bytes = EMPTY_STATE_VECTOR) -> bytes:
        """Return the frame that asks for the document."""
        return frame(self.prefix + bytes((SYNC, STEP1)) + sized(state_vector))

    def step2(self, update: bytes = EMPTY_UPDATE) -> bytes:
        """Return the frame that answers the server's question for what it lacks."""
        return frame(self.prefix + bytes((SYNC, STEP2)) + sized(update))


#: Makes the wire of one document: (document name, token) -> Wire.
MakeWire = Callable[[str, str], Wire]


def plain_wire(document: str, token: str) -> Wire:
    """The y-websocket wire: the document and the token stand in the address."""
    return Wire(b"", None)


def hocuspocus_wire(document: str, token: str) -> Wire:
    """The Hocuspocus wire: every message names the document, the token comes in band."""
    prefix = sized(document.encode())
    return Wire(prefix, frame(prefix + bytes((AUTH, 0)) + sized(token.encode()) + sized(b"4.8.0")))
