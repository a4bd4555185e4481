"""A column of whole numbers that grows, and can be looked at as a whole at any time without being copied."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.crdt.attribution import Column


class Growing:
    """Numbers of 64 bits; the room for them is doubled when it is used up."""

    def __init__(self, values: Sequence[int] | Column = ()) -> None:
        self._room: Column = np.array(values, dtype=np.int64)
        self._length = len(self._room)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: int) -> int:
        """Return one of them. Raises IndexError."""
        if not -self._length <= place < self._length:
            raise IndexError(place)
        return int(self._room[place % self._length])

    def extend(self, values: Sequence[int]) -> None:
        """Add some at the end."""
        length = self._length + len(values)
        if length > len(self._room):
            self._room = np.concatenate((self._room[: self._length], np.zeros(length, dtype=np.int64)))
        self._room[self._length : length] = values
        self._length = length

    @property
    def column(self) -> Column:
        """All of them as they are now, to be read: numbers that are added later are not in it."""
        seen = self._room[: self._length]
        seen.flags.writeable = False
        return seen
