"""What columns by client and clock say of each unit of a text, for all its clients in one go.

Looking for each client's units one client after the other would take the length of the text times the clients it has:
and every visit, and every revert, brings one more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.ma  # NumPy loads it at the first `unique`: 50 ms, in the middle of somebody's question.
from numpy.typing import NDArray

from core.crdt.attribution import Column


class Owners(NamedTuple):
    """Which client wrote each unit of a text."""

    #: Every client that wrote in it, once.
    clients: tuple[int, ...]
    #: Of each unit, the place of its client among them.
    places: NDArray[np.int32]

    def client_ids(self) -> Column:
        """Return the id of each unit's client."""
        return np.array(self.clients, dtype=np.int64)[self.places]


def owners_of(client_ids: Sequence[int], lengths: Column) -> Owners:
    """Return the owners of runs of units, one client and one length a run."""
    numbers: dict[int, int] = {}
    places = np.array([numbers.setdefault(client_id, len(numbers)) for client_id in client_ids], dtype=np.int32)
    return Owners(tuple(numbers), np.repeat(places, lengths))


def gathered(columns: Mapping[int, NDArray[Any]], owners: Owners, clocks: Column, default: int | bool) -> NDArray[Any]:
    """Return what the columns say of each unit; `default` for what they do not know."""
    empty = np.empty(0, dtype=type(default))
    own = [columns.get(client_id, empty) for client_id in owners.clients]
    # All columns behind each other, and the default at the end.
    flat = np.concatenate([*own, np.array([default])])
    ends = np.cumsum([len(column) for column in own], dtype=np.int64)
    rows = (ends - [len(column) for column in own])[owners.places] + clocks if own else clocks
    if own:
        unknown = rows >= ends[owners.places]
        if unknown.any():
            rows[unknown] = len(flat) - 1
    return flat[rows]
