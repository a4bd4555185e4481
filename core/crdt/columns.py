"""Columns of whole numbers as few bytes: differences of neighbours, deflated. Histories are mostly runs of ones."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from core.crdt.attribution import Column
from core.errors import BadMessage

_LENGTH_BYTES: Final = 8
#: zlib's usual trade; 9 takes three times as long for two per cent.
_LEVEL: Final = 6


def pack(columns: Sequence[Column]) -> bytes:
    """Return the columns as bytes, each behind its sizes."""
    out = bytearray()
    for column in columns:
        packed = zlib.compress(to_planes(column), _LEVEL)
        for number in (len(column), len(packed)):
            out += number.to_bytes(_LENGTH_BYTES, "little")
        out += packed
    return bytes(out)


def unpack(data: bytes, count: int) -> tuple[list[Column], bytes]:
    """Return `count` columns and the bytes after them. Raises BadMessage for what `pack` did not write."""
    columns: list[Column] = []
    try:
        for _ in range(count):
            length, size = (int.from_bytes(data[at : at + _LENGTH_BYTES], "little") for at in (0, _LENGTH_BYTES))
            packed, data = data[2 * _LENGTH_BYTES : 2 * _LENGTH_BYTES + size], data[2 * _LENGTH_BYTES + size :]
            columns.append(from_planes(zlib.decompress(packed), length))
    except (ValueError, zlib.error):
        raise BadMessage("these columns end early or were not written by this program") from None
    return columns, data


def to_planes(column: Column) -> bytes:
    """Return the column as bytes that compress well, eight for each number.

    Differences of neighbours, sign last (zigzag), then byte by byte across all numbers: the high bytes of small
    numbers, negative ones too, become one long run of zeros.
    """
    steps = np.diff(column, prepend=0)
    steps = (steps << 1) ^ (steps >> 63)
    return np.ascontiguousarray(steps.astype("<i8").view(np.uint8).reshape(-1, _LENGTH_BYTES).T).tobytes()


def from_planes(data: bytes, length: int) -> Column:
    """Return the `length` numbers that `to_planes` wrote. Raises ValueError when there are not as many bytes."""
    planes = np.frombuffer(data, dtype=np.uint8).reshape(_LENGTH_BYTES, length)
    folded = np.ascontiguousarray(planes.T).view("<u8").reshape(length)
    steps = (folded >> np.uint64(1)).view(np.int64) ^ -(folded & np.uint64(1)).view(np.int64)
    return np.cumsum(steps, dtype=np.int64)
