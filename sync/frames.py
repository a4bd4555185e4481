"""Bytes that both wires are made of: lib0 numbers and texts, and frames that are built once for all readers."""

from __future__ import annotations

from core.errors import BadMessage

#: Bits of the largest number read: lib0 writes JavaScript's exact whole numbers, 53 bits.
_VARUINT_BITS_MAX = 56
_BINARY_FINAL = 0x82


class Frame:
    """One message to a client. Its WebSocket frame is made at the first write and shared by all further ones."""

    __slots__ = ("_framed", "payload")

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        self._framed: bytes | None = None

    @property
    def framed(self) -> bytes:
        """Return the message as one final, unmasked binary frame (RFC 6455, section 5.2)."""
        if self._framed is None:
            size = len(self.payload)
            if size < 126:
                head = bytes((_BINARY_FINAL, size))
            elif size < 1 << 16:
                head = bytes((_BINARY_FINAL, 126)) + size.to_bytes(2, "big")
            else:
                head = bytes((_BINARY_FINAL, 127)) + size.to_bytes(8, "big")
            self._framed = head + self.payload
        return self._framed


def varuint(number: int) -> bytes:
    """Encode a number as lib0 does: seven bits a byte, least significant first."""
    if number < 128:
        return bytes((number,))
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def sized(data: bytes) -> bytes:
    """Encode bytes with their length in front."""
    return varuint(len(data)) + data


def text(value: str) -> bytes:
    """Encode a text as lib0 does. What is no text in Unicode (half a surrogate pair) becomes a question mark."""
    return sized(value.encode("utf-8", "replace"))


def read_varuint(data: bytes, at: int) -> tuple[int, int]:
    """Return (number, place after it). Raises BadMessage."""
    number = shift = 0
    try:
        while True:
            byte = data[at]
            at += 1
            number |= (byte & 127) << shift
            if byte < 128:
                return number, at
            shift += 7
            if shift >= _VARUINT_BITS_MAX:
                raise BadMessage("a number is too large")
    except IndexError:
        raise BadMessage("the message ends early") from None


def read_sized(data: bytes, at: int) -> tuple[bytes, int]:
    """Return (bytes, place after them). Raises BadMessage."""
    size, at = read_varuint(data, at)
    end = at + size
    if end > len(data):
        raise BadMessage("the message ends early")
    return data[at:end], end


def read_text(data: bytes, at: int) -> tuple[str, int]:
    """Return (text, place after it). Raises BadMessage."""
    body, at = read_sized(data, at)
    try:
        return body.decode("utf-8"), at
    except UnicodeDecodeError:
        raise BadMessage("a text is not UTF-8") from None


def read_end(data: bytes, at: int) -> None:
    """Raise BadMessage when the message goes on after its end."""
    if at != len(data):
        raise BadMessage(f"{len(data) - at} bytes too many")
