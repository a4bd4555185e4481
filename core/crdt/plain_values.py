"""Plain values in the bytes of a state: what a key of a map held, also long after something else replaced it.

Numbers come back as the CRDT library prints them: whole ones as such.
"""

from __future__ import annotations

import struct
from typing import Any, Final

from core.crdt.cutting import pass_head
from core.crdt.reader import Content, Reader
from core.errors import BadMessage

#: The library prints numbers below it without a fraction when they have none.
_WHOLE_MAX: Final = 2**63


def values_of(state: bytes, at: int) -> list[Any]:
    """Return the values of the struct that starts at `at` in well-formed bytes. Raises BadMessage for another one."""
    reader = Reader(state)
    reader.at = at
    if pass_head(reader) is not Content.ANY:
        raise BadMessage("this struct holds no plain values")
    return [_value(reader) for _ in range(reader.varint())]


def _value(reader: Reader) -> Any:
    """Read one value of lib0's `any` encoding; `Reader.value` has checked that it is one."""
    first = reader.at
    tag = reader.data[first]
    reader.at += 1
    match tag:
        case 119:
            return reader.bytes().decode("utf-8")
        case 125:
            return _signed(reader)
        case 120 | 121:
            return tag == 120
        case 122 | 123 | 124:
            form = {122: ">q", 123: ">d", 124: ">f"}[tag]
            reader.skip(struct.calcsize(form))
            return _whole(struct.unpack(form, reader.data[first + 1 : reader.at])[0])
        case 118:
            return {reader.bytes().decode("utf-8"): _value(reader) for _ in range(reader.varint())}
        case 117:
            return [_value(reader) for _ in range(reader.varint())]
        case 116:
            return list(reader.bytes())
        case _:
            return None


def _signed(reader: Reader) -> int:
    byte = reader.data[reader.at]
    is_negative = bool(byte & 0x40)
    value, shift = byte & 0x3F, 6
    while byte > 127:
        reader.at += 1
        byte = reader.data[reader.at]
        value |= (byte & 127) << shift
        shift += 7
    reader.at += 1
    return -value if is_negative else value


def _whole(value: float) -> float | int:
    return int(value) if value == value and abs(value) < _WHOLE_MAX and value == int(value) else value
