"""A thread of comments on a document, or on a field or some words of it; who wrote in it, and whether it is settled.

Where a thread stands is one event and what people say are others, so that a person's words can be erased (P5) and the
thread, with what others said, stays: an erased event keeps its author, its place in the thread and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid5

from core.aggregates.base import Aggregate, Creation
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.limits import COMMENT_CHARS_MAX, COMMENT_FACTS_MAX, COMMENT_MENTIONS_MAX, COMMENT_MESSAGES_MAX


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a thread is about: a text's words, a whole field, or (path "") the document."""

    document_id: UUID
    #: JSON Pointer; "": the document.
    path: str
    #: What the words, or the value of the field, were.
    quote: str
    #: The first and the last unit of the words as rows of client id and clock; empty: the whole field.
    units: list[list[int]]
    #: The position at which these words were marked.
    position: int


@dataclass(frozen=True, slots=True)
class Message:
    """One thing somebody said in a thread."""

    message_id: UUID
    person_id: UUID
    text: str
    mentions: tuple[UUID, ...]
    at: datetime
    edited_at: datetime | None = None
    is_removed: bool = False
    #: Its words were erased from the log together with what else its author wrote.
    is_erased: bool = False


class Comment(Aggregate):
    """One thread. Messages are named by the version of the event that brought them."""

    TOPIC = "comment"

    class Event(Aggregate.Event):
        """A fact about a thread."""

        @property
        def at(self) -> datetime:
            """Return when it happened."""
            assert isinstance(self.timestamp, datetime)
            return self.timestamp

    class Anchored(Event, Creation):
        """Somebody opened a thread here; what they said follows as `comment.added` in the same append."""

        TOPIC = "comment.anchored"
        document_id: UUID
        path: str
        quote: str
        units: list[list[int]]
        position: int

    class Added(Event):
        """The first message of the thread."""

        TOPIC = "comment.added"
        document_id: UUID | None
        person_id: UUID
        text: str
        mentions: list[UUID]

        @staticmethod
        def erased(actor_id: UUID) -> dict[str, Any]:
            """Return the fields that are left when the words are gone."""
            return {"document_id": None, "person_id": actor_id, "text": "", "mentions": []}

        def apply(self, aggregate: Comment) -> None:
            """Say it."""
            aggregate.say(self)

    class Replied(Event):
        """Another message."""

        TOPIC = "comment.replied"
        document_id: UUID | None
        person_id: UUID
        text: str
        mentions: list[UUID]
        #: Who had written in the thread before.
        participants: list[UUID]

        @staticmethod
        def erased(actor_id: UUID) -> dict[str, Any]:
            """Return the fields that are left when the words are gone."""
            return {**Comment.Added.erased(actor_id), "participants": []}

        def apply(self, aggregate: Comment) -> None:
            """Say it."""
            aggregate.say(self)

    class Edited(Event):
        """The author changed a message."""

        TOPIC = "comment.edited"
        document_id: UUID | None
        message_id: UUID | None
        text: str
        mentions: list[UUID]
        #: Those of them whom the message did not mention before.
        newly_mentioned: list[UUID]

        @staticmethod
        def erased(actor_id: UUID) -> dict[str, Any]:
            """Return the fields that are left when the words are gone."""
            return {"document_id": None, "message_id": None, "text": "", "mentions": [], "newly_mentioned": []}

        def apply(self, aggregate: Comment) -> None:
            """Replace the words; of an erased edit nothing is left, and its message is erased too."""
            if self.message_id is not None and not aggregate.messages[self.message_id].is_erased:
                aggregate.change(self.message_id, text=self.text, mentions=tuple(self.mentions), edited_at=self.at)

    class Removed(Event):
        """A message is not shown any more."""

        TOPIC = "comment.removed"
        document_id: UUID
        message_id: UUID

        def apply(self, aggregate: Comment) -> None:
            """Keep its place."""
            aggregate.change(self.message_id, text="", mentions=(), is_removed=True)

    class Resolved(Event):
        """The thread is settled."""

        TOPIC = "comment.resolved"
        document_id: UUID
        person_id: UUID

        def apply(self, aggregate: Comment) -> None:
            """Close it."""
            aggregate.resolved_by, aggregate.resolved_at = self.person_id, self.at

    class Reopened(Event):
        """The thread is open again."""

        TOPIC = "comment.reopened"
        document_id: UUID

        def apply(self, aggregate: Comment) -> None:
            """Open it."""
            aggregate.resolved_by = aggregate.resolved_at = None

    def __init__(self, document_id: UUID, path: str, quote: str, units: list[list[int]], position: int) -> None:
        self.anchor = Anchor(document_id, path, quote, units, position)
        self.messages: dict[UUID, Message] = {}
        self.resolved_by: UUID | None = None
        self.resolved_at: datetime | None = None

    @property
    def participants(self) -> list[UUID]:
        """Return everybody who wrote in the thread, in the order of their first message."""
        return list(dict.fromkeys(message.person_id for message in self.messages.values()))

    @classmethod
    def add(
        cls, *, thread_id: UUID, anchor: Anchor, person_id: UUID, text: str, mentions: Sequence[UUID], at: datetime
    ) -> Self:
        """Open a thread with a first message. Raises Invalid; that the anchor and the people exist is the caller's."""
        said, named = _checked_text(text), _checked_mentions(mentions)
        thread = cls.begin(
            cls.Anchored,
            stream_id=thread_id,
            at=at,
            document_id=anchor.document_id,
            path=anchor.path,
            quote=anchor.quote,
            units=anchor.units,
            position=anchor.position,
        )
        thread.trigger_event(
            cls.Added,
            timestamp=at,
            document_id=anchor.document_id,
            person_id=person_id,
            text=said,
            mentions=named,
        )
        return thread

    def reply(self, *, person_id: UUID, text: str, mentions: Sequence[UUID], at: datetime) -> None:
        """Say something more. Raises Invalid, Conflict when the thread is full."""
        said, named = _checked_text(text), _checked_mentions(mentions)
        if len(self.messages) >= COMMENT_MESSAGES_MAX:
            raise Conflict(f"A thread has at most {COMMENT_MESSAGES_MAX} messages; begin another one.")
        self._require_room()
        self.trigger_event(
            self.Replied,
            timestamp=at,
            document_id=self.anchor.document_id,
            person_id=person_id,
            text=said,
            mentions=named,
            participants=self.participants,
        )

    def edit(self, message_id: UUID, *, person_id: UUID, text: str, mentions: Sequence[UUID], at: datetime) -> None:
        """Change one's own message; the same words again change nothing. Raises NotFound, Forbidden, Conflict."""
        said, named = _checked_text(text), _checked_mentions(mentions)
        message = self._living(message_id)
        if message.person_id != person_id:
            raise Forbidden("Only who wrote a message may edit it.")
        if (message.text, list(message.mentions)) == (said, named):
            return
        self._require_room()
        self.trigger_event(
            self.Edited,
            timestamp=at,
            document_id=self.anchor.document_id,
            message_id=message_id,
            text=said,
            mentions=named,
            newly_mentioned=[person for person in named if person not in message.mentions],
        )

    def remove(self, message_id: UUID, *, person_id: UUID, may_remove_any: bool, at: datetime) -> None:
        """Take a message away: one's own, or any. Raises NotFound, Forbidden, Conflict when it is gone already."""
        message = self._living(message_id)
        if message.person_id != person_id and not may_remove_any:
            raise Forbidden("Only who wrote a message, or an owner, may remove it.")
        self.trigger_event(self.Removed, timestamp=at, document_id=self.anchor.document_id, message_id=message_id)

    def resolve(self, *, person_id: UUID, at: datetime) -> None:
        """Settle the thread. Raises Conflict when it is settled."""
        if self.resolved_at is not None:
            raise Conflict("This thread is resolved already.")
        self._require_room()
        self.trigger_event(self.Resolved, timestamp=at, document_id=self.anchor.document_id, person_id=person_id)

    def reopen(self, *, at: datetime) -> None:
        """Open it again. Raises Conflict when it is open."""
        if self.resolved_at is None:
            raise Conflict("This thread is open already.")
        self._require_room()
        self.trigger_event(self.Reopened, timestamp=at, document_id=self.anchor.document_id)

    def say(self, event: Comment.Added | Comment.Replied) -> None:
        """Take a message in; only events call this."""
        message_id = message_id_of(self.id, event.originator_version)
        is_erased = event.document_id is None
        self.messages[message_id] = Message(
            message_id, event.person_id, event.text, tuple(event.mentions), event.at, is_erased=is_erased
        )

    def change(self, message_id: UUID, **values: Any) -> None:
        """Replace values of a message; only events call this."""
        self.messages[message_id] = replace(self.messages[message_id], **values)

    def _living(self, message_id: UUID) -> Message:
        message = self.messages.get(message_id)
        if message is None:
            raise NotFound("There is no message with that id in this thread.")
        if message.is_removed or message.is_erased:
            raise Conflict("This message was removed already.")
        return message

    def _require_room(self) -> None:
        """Raise Conflict when more happened here than a discussion has: somebody's program goes in circles."""
        if self.version >= COMMENT_FACTS_MAX:
            raise Conflict("Too much has happened in this thread; begin another one.")


def message_id_of(thread_id: UUID, version: int) -> UUID:
    """Return the id of the message that an event of this version brought: erasing its body leaves the id as it is."""
    return uuid5(thread_id, str(version))


def _checked_text(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        raise Invalid("A comment says something.", path="/text")
    if len(stripped) > COMMENT_CHARS_MAX:
        raise Invalid(f"A comment has at most {COMMENT_CHARS_MAX} characters.", path="/text")
    return stripped


def _checked_mentions(mentions: Sequence[UUID]) -> list[UUID]:
    once = list(dict.fromkeys(mentions))
    if len(once) > COMMENT_MENTIONS_MAX:
        raise Invalid(f"A comment mentions at most {COMMENT_MENTIONS_MAX} people.", path="/mentions")
    return once
