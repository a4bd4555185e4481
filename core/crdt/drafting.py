"""An update that is written unit by unit, where every neighbour is known already.

The CRDT library looks for each place it edits from the start of the text, some hundred times for a revert. A weave has
the order of all units there ever were, so the same edits are written down as what they are in the log: runs of text
between two units, and names of units that go.
"""

from __future__ import annotations

import numpy as np

from core.crdt.attribution import Column
from core.crdt.reader import Content, Id, Range
from core.crdt.unit_edits import Piece, gaps_between
from core.crdt.updates import encode_id_set, write_varint
from core.crdt.weave import Mask, TextWeave, text_of_units

_HAS_ORIGIN, _HAS_RIGHT_ORIGIN = 0x80, 0x40


class Draft:
    """One update by one client, which has not written before."""

    def __init__(self, client_id: int) -> None:
        self.client_id = client_id
        #: How many units it inserts.
        self.clock = 0
        self._structs = bytearray()
        self._count = 0
        self._deletes: list[Range] = []

    def rewrite(self, text: TextWeave, before: Mask, after: Mask) -> list[Piece] | None:
        """Turn a text that shows the units of `before` into one that shows those of `after`, in their order.

        Returns what is written. None: nothing, because something that is no unit stands between them, or half of a
        character would be a neighbour.
        """
        if text.has_hidden:
            return None
        gaps = gaps_between(before, after)
        if any(start and _is_first_half(int(text.units[start - 1])) for start, _ in gaps):
            return None
        goes = np.zeros(len(before), dtype=bool)
        pieces: list[Piece] = []
        clients, clocks = text.client_ids, text.clocks
        for start, stop in gaps:
            goes[start:stop] = before[start:stop]
            places = start + np.flatnonzero(after[start:stop])
            if len(places):
                origin = (int(clients[start - 1]), int(clocks[start - 1])) if start else None
                self._insert(origin, (int(clients[start]), int(clocks[start])), text_of_units(text.units[places]))
                pieces.append(Piece(places, self.clock))
                self.clock += len(places)
        self._deletes += _ranges(clients[goes], clocks[goes])
        return pieces

    def to_bytes(self) -> bytes:
        """Return the update."""
        out = bytearray()
        write_varint(out, 1 if self._count else 0)
        if self._count:
            for number in (self._count, self.client_id, 0):
                write_varint(out, number)
        return bytes(out + self._structs) + encode_id_set(self._deletes)

    def _insert(self, origin: Id | None, right_origin: Id, text: str) -> None:
        out, data = self._structs, text.encode()
        out.append(Content.STRING | _HAS_RIGHT_ORIGIN | (_HAS_ORIGIN if origin is not None else 0))
        for number in (*(origin or ()), *right_origin, len(data)):
            write_varint(out, number)
        out += data
        self._count += 1


def _is_first_half(unit: int) -> bool:
    return unit & 0xFC00 == 0xD800


def _ranges(clients: Column, clocks: Column) -> list[Range]:
    """Return the names of units as ranges; those that follow each other are one."""
    if not len(clients):
        return []
    firsts = np.append(0, np.flatnonzero((np.diff(clients) != 0) | (np.diff(clocks) != 1)) + 1)
    lengths = np.diff(np.append(firsts, len(clients)))
    return list(zip(clients[firsts].tolist(), clocks[firsts].tolist(), lengths.tolist(), strict=True))
