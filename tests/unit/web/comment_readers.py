"""Threads and inboxes, read from a log in memory for every question: slow, and never behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from core.adapters.memory import MemoryLog
from core.aggregates.branch import Branch
from core.aggregates.codec import EventCodec
from core.aggregates.comment import Comment, message_id_of
from core.aggregates.document import Document
from core.aggregates.inbox import Inbox
from core.events import Kind, Recorded
from core.repository import Repository
from projections.comments import ThreadRow, ThreadState, thread_of
from projections.inbox import InboxRow
from projections.pages import Listing, check_limit, decode_cursor, encode_cursor


class MemoryComments:
    """A CommentsReader."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._repository = Repository(log)

    async def list_threads(
        self, *, document_id: UUID, state: ThreadState = "open", limit: int = 50, cursor: str | None = None
    ) -> Listing[ThreadRow]:
        """Return a page, the newest first."""
        rows = [
            row
            for row in await self._threads(document_id)
            if state == "all" or (row.resolved_at is not None) == (state == "resolved")
        ]
        return page_of(rows, limit, cursor)

    async def _threads(self, document_id: UUID) -> list[ThreadRow]:
        opened = [event for event in reversed(self._log.store.events) if event.topic == Comment.Anchored.TOPIC]
        rows = [
            thread_of(await self._repository.get(Comment, event.stream_id), position=event.position)
            for event in opened
            if event.body
        ]
        return [row for row in rows if row.anchor.document_id == document_id]


class MemoryInboxes:
    """An InboxReader."""

    def __init__(self, log: MemoryLog, codec: EventCodec) -> None:
        self._log = log
        self._codec = codec

    async def list_entries(
        self, *, person_id: UUID, unread_only: bool = False, limit: int = 50, cursor: str | None = None
    ) -> Listing[InboxRow]:
        """Return a page, the newest first."""
        rows = [row for row in self._rows(person_id) if not (unread_only and row.is_read)]
        return page_of(rows[::-1], limit, cursor)

    async def count_unread(self, person_id: UUID) -> int:
        """Return how many are unread."""
        return sum(not row.is_read for row in self._rows(person_id))

    async def unread_among(self, person_id: UUID, *, positions: Sequence[int], up_to: int) -> list[int]:
        """Return the unread ones of these."""
        rows = [row for row in self._rows(person_id) if not row.is_read]
        return [row.position for row in rows if row.position <= up_to or row.position in positions]

    def _rows(self, person_id: UUID) -> list[InboxRow]:
        rows: dict[int, InboxRow] = {}
        messages: dict[int, UUID] = {}
        muted: set[UUID] = set()
        for recorded in self._log.store.events:
            if recorded.kind is not Kind.AGGREGATE or not recorded.body:
                continue
            event = self._codec.decode(recorded)
            match event:
                case Inbox.Read(person_id=reader) if reader == person_id:
                    for position, row in rows.items():
                        if position <= event.up_to or position in event.positions:
                            rows[position] = replace(row, is_read=True)
                case Inbox.Muted(person_id=reader) if reader == person_id:
                    muted.add(event.document_id)
                case Inbox.Unmuted(person_id=reader) if reader == person_id:
                    muted.discard(event.document_id)
                case Comment.Removed():
                    for position, message_id in messages.items():
                        if message_id == event.message_id and position in rows:
                            rows[position] = replace(rows[position], text="")
                case Branch.ReviewRequested() | Branch.Approved() | Branch.ChangesRequested() | Branch.Merged():
                    people = event.reviewers if isinstance(event, Branch.ReviewRequested) else event.concerned
                    if person_id in people and event.document_id not in muted:
                        rows[recorded.position] = self._of_review(recorded, event)
                case Comment.Added() | Comment.Replied() | Comment.Edited():
                    named = event.newly_mentioned if isinstance(event, Comment.Edited) else event.mentions
                    others = event.participants if isinstance(event, Comment.Replied) else []
                    heard = person_id in named or person_id in others
                    if heard and person_id != recorded.actor_id and event.document_id not in muted:
                        rows[recorded.position] = self._row(recorded, event, person_id in named)
                        messages[recorded.position] = message_id_of(recorded.stream_id, recorded.version)
        return list(rows.values())

    def _row(self, recorded: Recorded, event: Comment.Added | Comment.Replied, is_mention: bool) -> InboxRow:
        created = next(self._created(event.document_id))
        return InboxRow(
            position=recorded.position, kind="mention" if is_mention else "reply", document_id=event.document_id,
            branch_id=None, thread_id=recorded.stream_id, actor_id=recorded.actor_id, text=event.text,
            at=recorded.recorded_at, is_read=False, document_title=created.title, document_kind=created.kind,
        )  # fmt: skip

    def _of_review(self, recorded: Recorded, event: Branch.ReviewRequested | Branch.Merged) -> InboxRow:
        created = next(self._created(event.document_id))
        return InboxRow(
            position=recorded.position, kind=recorded.topic.removeprefix("branch."), document_id=event.document_id,
            branch_id=recorded.stream_id, thread_id=None, actor_id=recorded.actor_id,
            text=getattr(event, "message", ""), at=recorded.recorded_at, is_read=False,
            document_title=created.title, document_kind=created.kind,
        )  # fmt: skip

    def _created(self, document_id: UUID | None) -> Iterator[Document.Created]:
        for recorded in self._log.store.events:
            if recorded.stream_id == document_id and recorded.topic == Document.Created.TOPIC:
                yield self._codec.decode(recorded)


def page_of(items: list, limit: int, cursor: str | None) -> Listing:
    """Cut one page out of a list."""
    (start,) = decode_cursor(cursor, (int,)) or (0,)
    stop = start + check_limit(limit)
    return Listing(tuple(items[max(0, start) : stop]), encode_cursor([stop]) if stop < len(items) else None)
