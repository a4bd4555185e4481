"""One person's inbox as far as they decide about it: what they have read, and which documents they do not hear of.

What is in it follows from what others do (`projections/inbox.py`). The stream has an id of its own, made from the
person's, because the person's id names them and no stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from core.aggregates.base import Aggregate, Creation
from core.errors import Conflict, Invalid
from core.limits import INBOX_MUTED_MAX, INBOX_READ_AT_ONCE_MAX


def inbox_id(person_id: UUID) -> UUID:
    """Return the stream of a person's inbox."""
    return uuid5(person_id, "inbox")


class Inbox(Aggregate):
    """What one person has read, and what they muted."""

    TOPIC = "inbox"

    class Event(Aggregate.Event):
        """A fact about an inbox."""

    class Opened(Event, Creation):
        """The person decided about their inbox for the first time."""

        TOPIC = "inbox.opened"
        person_id: UUID

    class Read(Event):
        """They have read these, named by position, and everything up to another one."""

        TOPIC = "inbox.read"
        person_id: UUID
        positions: list[int]
        up_to: int

        def apply(self, aggregate: Inbox) -> None:
            """Remember how far they came; which single ones they read is asked of the projection."""
            aggregate.read_up_to = max(aggregate.read_up_to, self.up_to)

    class Muted(Event):
        """They want to hear no more of this document."""

        TOPIC = "inbox.muted"
        person_id: UUID
        document_id: UUID

        def apply(self, aggregate: Inbox) -> None:
            """Be silent."""
            aggregate.muted.add(self.document_id)

    class Unmuted(Event):
        """They want to hear of it again."""

        TOPIC = "inbox.unmuted"
        person_id: UUID
        document_id: UUID

        def apply(self, aggregate: Inbox) -> None:
            """Speak again."""
            aggregate.muted.discard(self.document_id)

    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        self.read_up_to = 0
        self.muted: set[UUID] = set()

    @classmethod
    def of(cls, person_id: UUID, *, at: datetime) -> Self:
        """Open the inbox of a person."""
        return cls.begin(cls.Opened, stream_id=inbox_id(person_id), at=at, person_id=person_id)

    def read(self, *, positions: Sequence[int], up_to: int, at: datetime) -> None:
        """Mark as read what is at these positions and at or before `up_to`; what was read before changes nothing."""
        fresh = sorted({position for position in positions if position > max(self.read_up_to, up_to)})
        if len(fresh) > INBOX_READ_AT_ONCE_MAX:
            raise Invalid(f"Mark at most {INBOX_READ_AT_ONCE_MAX} at once, or everything up to one.", path="/ids")
        if fresh or up_to > self.read_up_to:
            self.trigger_event(self.Read, timestamp=at, person_id=self.person_id, positions=fresh, up_to=up_to)

    def mute(self, document_id: UUID, *, at: datetime) -> None:
        """Hear no more of a document; of one that is muted already nothing changes. Raises Conflict for too many."""
        if document_id in self.muted:
            return
        if len(self.muted) >= INBOX_MUTED_MAX:
            raise Conflict(f"At most {INBOX_MUTED_MAX} documents can be muted; unmute one first.")
        self.trigger_event(self.Muted, timestamp=at, person_id=self.person_id, document_id=document_id)

    def unmute(self, document_id: UUID, *, at: datetime) -> None:
        """Hear of a document again; of one that is not muted nothing changes."""
        if document_id in self.muted:
            self.trigger_event(self.Unmuted, timestamp=at, person_id=self.person_id, document_id=document_id)
