"""A connection inside a room."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable
from typing import Final

from core.roles import Access
from sync.entries import Entry, size_of

#: The number of a reading that never comes: what is held waits for the member's Step2 instead.
FOR_ITS_STEP2: Final = sys.maxsize
#: The same of a long document in which is being found out where everything lies (R3).
FOR_PLACES: Final = sys.maxsize - 1


class Member:
    """A connection inside the room."""

    __slots__ = (
        "access",
        "connection_id",
        "held",
        "held_at",
        "held_bytes",
        "is_ending",
        "is_synced",
        "may_write",
        "owes_step2",
        "stays_to_read",
        "unanswered",
    )

    def __init__(self, connection_id: int, access: Access, *, stays_to_read: bool) -> None:
        self.connection_id = connection_id
        self.access = access
        #: Asked at every message; the role is compared once.
        self.may_write = access.may_write
        #: Whether a refusal for lack of the right to write leaves the connection open (R9).
        self.stays_to_read = stays_to_read
        #: Whether its Step1 was answered: from then on it is told news (R5).
        self.is_synced = False
        #: Whether it has been greeted and has not answered: what it lacked a socket for is still to come (R11).
        self.owes_step2 = False
        #: Whether a refusal that ends it is on its way: nothing more is taken from it (R12).
        self.is_ending = False
        #: What it sent and was not answered yet, in the order of arrival, in which it is answered (R17).
        self.unanswered: deque[Entry] = deque()
        #: Updates that wait for a reading of the log (R11), and the number of that reading; None: nothing waits.
        self.held: list[Entry] | None = None
        self.held_at = self.held_bytes = 0

    def hold(self, entries: Iterable[Entry]) -> None:
        """Let these wait behind what waits already."""
        entries = list(entries)
        self.held = (self.held or []) + entries
        self.held_bytes += size_of(entries)

    def release(self) -> list[Entry]:
        """Return what waited; from now on nothing does."""
        held, self.held, self.held_bytes = self.held or [], None, 0
        return held
