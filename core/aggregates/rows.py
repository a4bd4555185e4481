"""Rows of whole numbers as one short text: what a fact says about each of thousands of stretches of words.

A list of lists would be read, number by number, whenever somebody loads the aggregate, to look at its title. As a text
it is read by those who ask for the rows.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence

import numpy as np

from core.crdt.columns import pack, unpack
from core.errors import BadMessage, Quarantined


def pack_rows(rows: Sequence[Sequence[int]], width: int) -> str:
    """Return rows of `width` numbers of at most 64 bits, with their sign, as a text; no rows are an empty one."""
    if not rows:
        return ""
    return b64encode(pack(list(np.array(rows, dtype=np.int64).reshape(len(rows), width).T))).decode("ascii")


def unpack_rows(text: str, width: int) -> list[tuple[int, ...]]:
    """Return what `pack_rows` wrote. Raises Quarantined for anything else: it was stored by mistake."""
    if not text:
        return []
    try:
        columns, rest = unpack(b64decode(text, validate=True), width)
        if rest:
            raise ValueError("too many bytes")
        return list(zip(*(column.tolist() for column in columns), strict=True))
    except (ValueError, BadMessage) as error:
        raise Quarantined(f"the rows of a stored fact cannot be read: {error}") from None
