"""The envelope of everything stored: events, what writers append and what readers get.

A stream is a pair (id, kind). A document has two: its facts (kind `a`, aggregate events such as `document.created`)
and its keystrokes (kind `u`, one Yjs update an event, topic `document.updated`). Both share one order of positions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

#: The topic of every keystroke; not stored in its row, the kind says it.
DOCUMENT_UPDATED: Final = "document.updated"


class Kind(StrEnum):
    """Which of the two families of rows an event belongs to (column `kind`)."""

    AGGREGATE = "a"
    UPDATE = "u"


class NewEvent(NamedTuple):
    """One event on its way into the log."""

    topic: str
    body: bytes
    actor_id: UUID


class Write(NamedTuple):
    """Events for one stream, to be stored as versions expected + 1, expected + 2, ..."""

    stream_id: UUID
    kind: Kind
    #: The stream's version the writer has seen (0: no event yet); the log refuses any other.
    expected: int
    events: tuple[NewEvent, ...] | list[NewEvent]


class Claim(NamedTuple):
    """A CRDT client id that a person uses for the first time in a document (P6)."""

    document_id: UUID
    client_id: int
    person_id: UUID


class Append(NamedTuple):
    """All or nothing: every write and every claim is stored in one transaction, or none is."""

    writes: tuple[Write, ...]
    claims: tuple[Claim, ...] = ()


#: Called when the commit batch is formed, so that everything admitted until that moment goes into it.
AppendMaker = Callable[[], Append]


class Committed(NamedTuple):
    """What is now durable. The events of one append have consecutive positions, in the order of its writes."""

    first_position: int
    last_position: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """One stored event, as readers get it."""

    position: int
    stream_id: UUID
    kind: Kind
    version: int
    topic: str
    actor_id: UUID
    recorded_at: datetime
    #: The Yjs update (kind `u`) or the mapper's state (kind `a`); empty once erased, or when a reader wants none.
    body: bytes
    #: Bytes of the body as it is stored.
    size_bytes: int


class Head(NamedTuple):
    """Where a stream ends: its last version, and the position of that event (0, 0: no event yet)."""

    version: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events a reader wants; None means all. Applied in SQL."""

    kinds: frozenset[Kind] | None = None
    topics: frozenset[str] | None = None
    stream_ids: frozenset[UUID] | None = None
    #: Whether keystrokes come with their bodies; without, `size_bytes` still says how large they are.
    with_updates: bool = True

    @property
    def wants_keystrokes(self) -> bool:
        """Say whether a keystroke could match."""
        return (self.kinds is None or Kind.UPDATE in self.kinds) and (
            self.topics is None or DOCUMENT_UPDATED in self.topics
        )

    def accepts(self, event: Recorded) -> bool:
        """Say whether the event matches: the meaning that the SQL has too."""
        return (
            (self.kinds is None or event.kind in self.kinds)
            and (self.topics is None or event.topic in self.topics)
            and (self.stream_ids is None or event.stream_id in self.stream_ids)
        )


#: What a reader gets that does not choose.
EVERYTHING: Final = EventFilter()


class Page(NamedTuple):
    """Matching events in order, and how far the reader has now read: past everything that did not match."""

    events: list[Recorded]
    position: int
    #: Whether the log held more when this page was read.
    more: bool
