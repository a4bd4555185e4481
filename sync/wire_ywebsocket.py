"""The plain wire: the y-websocket protocol, one document a socket, with acknowledgements beside it (SPEC.md R41)."""

from __future__ import annotations

from core.errors import BadMessage, CounterpointError
from core.roles import Access
from sync.frames import Frame, read_end, read_sized, read_varuint, sized, varuint
from sync.messages import Awareness, Greeting, Message, QueryAwareness, Update
from sync.wire import Refusal, close_code

SYNC, AWARENESS, QUERY_AWARENESS, ACKNOWLEDGED = 0, 1, 3, 100
STEP1, STEP2, UPDATE = 0, 1, 2
_UPDATE_HEAD = bytes((SYNC, UPDATE))


def decode(data: bytes) -> Message:
    """Return the message. Raises BadMessage."""
    if data[:2] == _UPDATE_HEAD and len(data) > 3 and data[2] < 128 and data[2] + 3 == len(data):
        return Update(data[3:])  # A keystroke: nearly all there is.
    kind, at = read_varuint(data, 0)
    if kind == SYNC:
        return decode_sync(data, at)
    if kind == AWARENESS:
        body, at = read_sized(data, at)
        read_end(data, at)
        return Awareness(body)
    if kind == QUERY_AWARENESS:
        return QueryAwareness()
    raise BadMessage(f"message of unknown type {kind}")


def decode_sync(data: bytes, at: int) -> Greeting | Update:
    """Return the message of the sync protocol that starts here and ends the data. Raises BadMessage."""
    step, at = read_varuint(data, at)
    body, at = read_sized(data, at)
    read_end(data, at)
    if step == UPDATE:
        return Update(body)
    if step == STEP2:
        return Update(body, True)
    if step == STEP1:
        return Greeting(body)
    raise BadMessage(f"sync message of unknown type {step}")


class PlainWire:
    """The bytes of one plain connection."""

    address = b""
    stays_to_read = False

    def __init__(self, *, acknowledges: bool) -> None:
        self._acknowledges = acknowledges
        self._durable = 0

    def step1(self, vector: bytes) -> Frame:
        """The server's state vector."""
        return Frame(b"\x00\x00" + sized(vector))

    def step2(self, body: bytes) -> Frame:
        """The answer to the client's Step1."""
        return Frame(b"\x00\x01" + sized(body))

    def update(self, body: bytes) -> Frame:
        """News."""
        return Frame(b"\x00\x02" + sized(body))

    def awareness(self, body: bytes) -> Frame:
        """States of presence."""
        return Frame(b"\x01" + sized(body))

    def acknowledgement(self, updates: int, steps: int) -> list[Frame]:
        """How many Update messages of this connection are durable so far, when it asked for that (R17)."""
        self._durable += updates
        if not self._acknowledges or not updates:
            return []
        return [Frame(b"\x64" + varuint(self._durable))]

    def refusal(self, error: CounterpointError, *, ends: bool) -> Refusal:
        """Close: this protocol has no other way of saying no."""
        return Refusal([], close_code(error))

    def ending(self, error: CounterpointError) -> Refusal:
        """Close with the code that says why."""
        return Refusal([], close_code(error))

    def scope(self, access: Access) -> list[Frame]:
        """Nothing: this protocol has no word for it; a refusal will say it."""
        return []
