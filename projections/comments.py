"""Threads of comments as readers see them: by document, open or settled, the newest first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal
from uuid import UUID

from core.aggregates.comment import Anchor, Comment, Message
from core.aggregates.document import Document
from core.aggregates.member import Workspace
from core.events import EventFilter, Kind, Recorded
from core.limits import PROJECTION_GAP_SECONDS
from projections.pages import Listing, check_limit, decode_cursor, listing
from projections.port import Connection, Projection, Row, Sources

COLUMNS: Final = (
    "thread_id, document_id, path, quote, units, anchored_position, messages, created_by, created_at, resolved_by, "
    "resolved_at, position"
)

NAME: Final = "comments"
VERSION: Final = 2
TABLE: Final = """
CREATE TABLE comments (
  thread_id uuid PRIMARY KEY,
  document_id uuid NOT NULL,
  path text NOT NULL,
  quote text NOT NULL,
  units json NOT NULL,
  anchored_position bigint NOT NULL,
  messages json NOT NULL,
  -- Everybody who wrote in it.
  participants uuid[] NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  resolved_by uuid,
  resolved_at timestamptz,
  -- Of `comment.anchored`.
  position bigint NOT NULL,
  -- Of the newest event of the thread that this row has in it.
  last_position bigint NOT NULL
);
CREATE INDEX ON comments (document_id, position DESC);
CREATE INDEX ON comments USING gin (participants);
"""
TOPICS: Final = frozenset(
    event.TOPIC
    for event in (
        Comment.Anchored, Comment.Added, Comment.Replied, Comment.Edited, Comment.Removed, Comment.Resolved,
        Comment.Reopened, Document.Erased, Workspace.Erased,
    )
)  # fmt: skip
FILTER: Final = EventFilter(kinds=frozenset({Kind.AGGREGATE}), topics=TOPICS)

ThreadState = Literal["open", "resolved", "all"]


def projection(sources: Sources) -> Projection:
    """Return the projection of threads."""
    return Projection(
        name=NAME,
        version=VERSION,
        table=TABLE,
        where=FILTER,
        apply=partial(_apply, sources),
        gap_seconds=PROJECTION_GAP_SECONDS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRow:
    """One thread with all its messages; where it is now is a question to the document's history."""

    thread_id: UUID
    anchor: Anchor
    messages: tuple[Message, ...]
    created_by: UUID
    created_at: datetime
    resolved_by: UUID | None
    resolved_at: datetime | None
    #: Of the thread's first event.
    position: int


class Comments:
    """Questions about threads."""

    def __init__(self, database: Connection) -> None:
        self._database = database

    async def list_threads(
        self, *, document_id: UUID, state: ThreadState = "open", limit: int = 50, cursor: str | None = None
    ) -> Listing[ThreadRow]:
        """Return a document's threads, the newest first. Raises Invalid for a limit or cursor that is none."""
        after = decode_cursor(cursor, (int,))
        rows = await self._database.fetch(
            f"""
            SELECT {COLUMNS} FROM projections.comments
            WHERE document_id = $1 AND ($2 = 'all' OR (resolved_at IS NOT NULL) = ($2 = 'resolved'))
              AND ($3::bigint IS NULL OR position < $3)
            ORDER BY position DESC LIMIT $4
            """,
            document_id,
            state,
            after and after[0],
            check_limit(limit) + 1,
        )
        return listing(rows, limit, ("position",), _thread)


def thread_of(comment: Comment, *, position: int = 0) -> ThreadRow:
    """Return a thread as its own events made it."""
    messages = tuple(comment.messages.values())
    return ThreadRow(
        thread_id=comment.id,
        anchor=comment.anchor,
        messages=messages,
        created_by=messages[0].person_id,
        created_at=comment.created_on,
        resolved_by=comment.resolved_by,
        resolved_at=comment.resolved_at,
        position=position,
    )


async def _apply(sources: Sources, connection: Connection, events: Sequence[Recorded]) -> None:
    """Write each thread once a batch, as it is at its newest."""
    last: dict[UUID, int] = {}
    for recorded in events:
        if recorded.topic == Document.Erased.TOPIC:
            await connection.execute("DELETE FROM comments WHERE document_id = $1", recorded.stream_id)
        elif recorded.topic == Workspace.Erased.TOPIC:
            last |= await _threads_with(connection, sources.codec.fields_of(recorded)["member_id"])
        else:
            last[recorded.stream_id] = recorded.position
    for thread_id, position in last.items():
        first = (await sources.log.read_stream(thread_id, Kind.AGGREGATE, limit=1))[0]
        if not first.body:  # Erased with its document: nothing says where it was.
            await connection.execute("DELETE FROM comments WHERE thread_id = $1", thread_id)
            continue
        comment = await sources.repository.get(Comment, thread_id)
        await _write(connection, thread_of(comment, position=first.position), comment.participants, position)


async def _threads_with(connection: Connection, person_id: str) -> dict[UUID, int]:
    """Return the threads somebody wrote in, who is erased now, and how far each is known."""
    rows = await connection.fetch(
        "SELECT thread_id, last_position FROM comments WHERE participants @> ARRAY[$1::uuid]", UUID(person_id)
    )
    return {row["thread_id"]: row["last_position"] for row in rows}


async def _write(connection: Connection, thread: ThreadRow, participants: list[UUID], last_position: int) -> None:
    await connection.execute(
        """
        INSERT INTO comments (thread_id, document_id, path, quote, units, anchored_position, messages, participants,
          created_by, created_at, resolved_by, resolved_at, position, last_position)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (thread_id) DO UPDATE SET messages = excluded.messages, participants = excluded.participants,
          resolved_by = excluded.resolved_by, resolved_at = excluded.resolved_at,
          last_position = excluded.last_position
        """,
        thread.thread_id,
        thread.anchor.document_id,
        thread.anchor.path,
        thread.anchor.quote,
        json.dumps(thread.anchor.units),
        thread.anchor.position,
        json.dumps([_message_json(message) for message in thread.messages]),
        participants,
        thread.created_by,
        thread.created_at,
        thread.resolved_by,
        thread.resolved_at,
        thread.position,
        last_position,
    )


def _message_json(message: Message) -> dict[str, Any]:
    return {
        "message_id": str(message.message_id),
        "person_id": str(message.person_id),
        "text": message.text,
        "mentions": [str(person) for person in message.mentions],
        "at": message.at.isoformat(),
        "edited_at": None if message.edited_at is None else message.edited_at.isoformat(),
        "is_removed": message.is_removed,
        "is_erased": message.is_erased,
    }


def _messages(stored: Iterable[dict[str, Any]]) -> tuple[Message, ...]:
    return tuple(
        Message(
            message_id=UUID(one["message_id"]),
            person_id=UUID(one["person_id"]),
            text=one["text"],
            mentions=tuple(UUID(person) for person in one["mentions"]),
            at=datetime.fromisoformat(one["at"]),
            edited_at=None if one["edited_at"] is None else datetime.fromisoformat(one["edited_at"]),
            is_removed=one["is_removed"],
            is_erased=one["is_erased"],
        )
        for one in stored
    )


def _thread(row: Row) -> ThreadRow:
    return ThreadRow(
        thread_id=row["thread_id"],
        anchor=Anchor(
            row["document_id"], row["path"], row["quote"], json.loads(row["units"]), row["anchored_position"]
        ),
        messages=_messages(json.loads(row["messages"])),
        created_by=row["created_by"],
        created_at=row["created_at"],
        resolved_by=row["resolved_by"],
        resolved_at=row["resolved_at"],
        position=row["position"],
    )
