"""What one struct in the bytes of a state holds: its text, or its first units as a struct of their own."""

from __future__ import annotations

from core.crdt.reader import Content, Reader
from core.crdt.updates import write_varint
from core.errors import BadMessage

_HAS_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_KEY, _CONTENT = 0x80, 0x40, 0x20, 0x1F
_UNIT_BYTES = 2


def first_units(state: bytes, at: int, units: int) -> bytes:
    """Return the struct that starts at `at` in well-formed bytes, cut to its first `units` (UTF-16 units of a text).

    As Yjs does it: half a character that takes two units becomes U+FFFD. Raises BadMessage for what has no parts.
    """
    reader = Reader(state)
    reader.at = at
    content = pass_head(reader)
    head = state[at : reader.at]
    match content:
        case Content.GC | Content.DELETED:
            return head + _number(units)
        case Content.STRING:
            encoded = reader.bytes().decode("utf-8").encode("utf-16-le")[: units * _UNIT_BYTES]
            text = encoded.decode("utf-16-le", "replace").encode("utf-8")
            return head + _number(len(text)) + text
        case Content.ANY | Content.JSON:
            reader.varint()
            first = reader.at
            for _ in range(units):
                reader.value(0) if content is Content.ANY else reader.bytes()
            return head + _number(units) + state[first : reader.at]
        case _:
            raise BadMessage("a unit cannot be cut")


def text_of(state: bytes, at: int) -> str:
    """Return the text of the struct that starts at `at` in well-formed bytes. Raises BadMessage when it has none."""
    reader = Reader(state)
    reader.at = at
    if pass_head(reader) is not Content.STRING:
        raise BadMessage("this struct holds no text")
    return reader.bytes().decode("utf-8")


def pass_head(reader: Reader) -> Content:
    """Read past everything before the content and say what follows."""
    info = reader.data[reader.at]
    reader.at += 1
    content = Content(info & _CONTENT)
    if content is Content.GC:
        return content
    if info & _HAS_ORIGIN:
        reader.id()
    if info & _HAS_RIGHT_ORIGIN:
        reader.id()
    if not info & (_HAS_ORIGIN | _HAS_RIGHT_ORIGIN):
        reader.parent()
        if info & _HAS_KEY:
            reader.bytes()
    return content


def _number(value: int) -> bytes:
    out = bytearray()
    write_varint(out, value)
    return bytes(out)
