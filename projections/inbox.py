"""Everybody's inbox: what others said to them, or decided about what is theirs to look at. Nobody hears of themselves.

An entry is named by the position of the event it comes from: one event brings one person at most one entry. A document
that somebody muted is a row of the same table (`kind` 'muted'), so that what arrives meanwhile is left out in the order
of the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

from core.aggregates.branch import Branch
from core.aggregates.comment import Comment, message_id_of
from core.aggregates.document import Document
from core.aggregates.inbox import Inbox
from core.aggregates.member import Workspace
from core.events import EventFilter, Kind, Recorded
from core.limits import INBOX_COUNTED_MAX, INBOX_TEXT_CHARS_MAX, PROJECTION_GAP_SECONDS
from projections.lineage import ancestors_of
from projections.pages import Listing, check_limit, decode_cursor, listing
from projections.port import Connection, Projection, Row, Sources

COLUMNS: Final = (
    "position, kind, document_id, branch_id, thread_id, actor_id, text, at, is_read, document_title, document_kind"
)

NAME: Final = "inbox"
VERSION: Final = 3
TABLE: Final = """
CREATE TABLE inbox (
  person_id uuid NOT NULL,
  -- Of the event it comes from.
  position bigint NOT NULL,
  kind text NOT NULL,
  -- Of what is on a branch: the document that the branch is of.
  document_id uuid NOT NULL,
  -- The document that the thread is in: the same one, or the content of a branch.
  content_id uuid NOT NULL,
  branch_id uuid,
  thread_id uuid,
  message_id uuid,
  actor_id uuid NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL,
  is_read boolean NOT NULL DEFAULT false,
  PRIMARY KEY (person_id, position)
) WITH (fillfactor = 90);
CREATE INDEX ON inbox (person_id, position) WHERE NOT is_read AND kind <> 'muted';
CREATE INDEX ON inbox (person_id, document_id) WHERE kind = 'muted';
CREATE INDEX ON inbox (message_id) WHERE message_id IS NOT NULL;
"""
TOPICS: Final = frozenset(
    event.TOPIC
    for event in (
        Comment.Added,
        Comment.Replied,
        Comment.Edited,
        Comment.Removed,
        Inbox.Read,
        Inbox.Muted,
        Inbox.Unmuted,
        Branch.ReviewRequested,
        Branch.Approved,
        Branch.ChangesRequested,
        Branch.Merged,
        Document.Erased,
        Workspace.Erased,
    )
)
FILTER: Final = EventFilter(kinds=frozenset({Kind.AGGREGATE}), topics=TOPICS)


def projection(sources: Sources) -> Projection:
    """Return the projection of inboxes."""
    return Projection(
        name=NAME,
        version=VERSION,
        table=TABLE,
        where=FILTER,
        apply=partial(_apply, sources),
        gap_seconds=PROJECTION_GAP_SECONDS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One entry of one person's inbox."""

    position: int
    #: `mention`, `reply`, `review_requested`, `approved`, `changes_requested` or `merged`.
    kind: str
    document_id: UUID
    branch_id: UUID | None
    thread_id: UUID | None
    actor_id: UUID
    #: The beginning of what they said; empty when it was taken away.
    text: str
    at: datetime
    is_read: bool
    #: As the library knows the document; empty: it does not.
    document_title: str
    document_kind: str


class Inboxes:
    """Questions about one person's inbox."""

    def __init__(self, database: Connection) -> None:
        self._database = database

    async def list_entries(
        self, *, person_id: UUID, unread_only: bool = False, limit: int = 50, cursor: str | None = None
    ) -> Listing[InboxRow]:
        """Return a page, the newest first. Raises Invalid for a limit or cursor that is none."""
        after = decode_cursor(cursor, (int,))
        rows = await self._database.fetch(
            f"""
            SELECT {COLUMNS} FROM (
              SELECT i.position, i.kind, i.document_id, coalesce(i.branch_id, b.branch_id) AS branch_id, i.thread_id,
                i.actor_id, i.text, i.at, i.is_read, coalesce(d.title, '') AS document_title,
                coalesce(d.kind, '') AS document_kind
              FROM projections.inbox i LEFT JOIN projections.documents d USING (document_id)
                LEFT JOIN projections.branches b ON b.content_id = i.content_id
              WHERE person_id = $1 AND i.kind <> 'muted' AND (NOT $2 OR NOT is_read)
                AND ($3::bigint IS NULL OR i.position < $3)
              ORDER BY i.position DESC LIMIT $4
            ) AS shown ORDER BY position DESC
            """,
            person_id,
            unread_only,
            after and after[0],
            check_limit(limit) + 1,
        )
        return listing(rows, limit, ("position",), _entry)

    async def count_unread(self, person_id: UUID) -> int:
        """Return how many entries are unread, INBOX_COUNTED_MAX at the most."""
        counted = await self._database.fetchval(
            """
            SELECT count(*) FROM (
              SELECT FROM projections.inbox WHERE person_id = $1 AND NOT is_read AND kind <> 'muted' LIMIT $2
            ) AS unread
            """,
            person_id,
            INBOX_COUNTED_MAX,
        )
        return int(counted)

    async def unread_among(self, person_id: UUID, *, positions: Sequence[int], up_to: int) -> list[int]:
        """Return the unread entries at these positions, and those up to another one: INBOX_COUNTED_MAX at the most."""
        rows = await self._database.fetch(
            """
            SELECT position FROM projections.inbox
            WHERE person_id = $1 AND NOT is_read AND kind <> 'muted' AND (position <= $2 OR position = ANY($3))
            LIMIT $4
            """,
            person_id,
            up_to,
            list(positions),
            INBOX_COUNTED_MAX,
        )
        return [row["position"] for row in rows]


def _entry(row: Row) -> InboxRow:
    return InboxRow(**{column: row[column] for column in COLUMNS.split(", ")})


async def _apply(sources: Sources, connection: Connection, events: Sequence[Recorded]) -> None:
    for recorded in events:
        if sources.codec.is_gone(recorded):
            continue
        event = sources.codec.decode(recorded)
        match event:
            case Comment.Added() | Comment.Replied() | Comment.Edited() if event.document_id is not None:
                await _hear(connection, recorded, event, await _place(sources, event.document_id))
            case Comment.Removed() as removed:
                await _say_instead(connection, removed.message_id, "")
            case Branch.ReviewRequested() | Branch.Approved() | Branch.ChangesRequested() | Branch.Merged():
                await _review(connection, recorded, event, await _place(sources, event.document_id))
            case Document.Erased():
                await connection.execute(
                    "DELETE FROM inbox WHERE document_id = $1 OR content_id = $1", recorded.stream_id
                )
            case Workspace.Erased() as erased:
                await connection.execute(
                    "DELETE FROM inbox WHERE actor_id = $1 AND message_id IS NOT NULL", erased.member_id
                )
            case Inbox.Read() as read:
                await connection.execute(
                    "UPDATE inbox SET is_read = true "
                    "WHERE person_id = $1 AND NOT is_read AND (position <= $2 OR position = ANY($3))",
                    read.person_id,
                    read.up_to,
                    read.positions,
                )
            case Inbox.Muted() as muted:
                entry = _Entry("muted", _Place(muted.document_id, muted.document_id))
                await _insert(connection, recorded, entry, [muted.person_id])
            case Inbox.Unmuted() as unmuted:
                await connection.execute(
                    "DELETE FROM inbox WHERE person_id = $1 AND document_id = $2 AND kind = 'muted'",
                    unmuted.person_id,
                    unmuted.document_id,
                )


class _Place(NamedTuple):
    """Where something happened: the document, and what of it (itself, or the content of a branch)."""

    document_id: UUID
    content_id: UUID


class _Entry(NamedTuple):
    """What people are told."""

    kind: str
    place: _Place
    text: str = ""
    branch_id: UUID | None = None
    thread_id: UUID | None = None
    message_id: UUID | None = None


async def _place(sources: Sources, content_id: UUID) -> _Place:
    """Return the document that a branch's content comes from, however many branches lie between."""
    ancestors = await ancestors_of(sources.log, sources.codec, content_id)
    return _Place(ancestors[0].document_id if ancestors else content_id, content_id)


async def _hear(
    connection: Connection, recorded: Recorded, said: Comment.Added | Comment.Replied | Comment.Edited, place: _Place
) -> None:
    """Tell those whom a message mentions, and of a reply those who wrote in the thread before."""
    thread_id = recorded.stream_id
    if isinstance(said, Comment.Edited):
        if said.message_id is not None:
            await _say_instead(connection, said.message_id, said.text)
        mention = _Entry("mention", place, said.text, None, thread_id, said.message_id)
        await _insert(connection, recorded, mention, said.newly_mentioned)
        return
    mention = _Entry("mention", place, said.text, None, thread_id, message_id_of(thread_id, recorded.version))
    await _insert(connection, recorded, mention, said.mentions)
    if isinstance(said, Comment.Replied):
        others = [person for person in said.participants if person not in said.mentions]
        await _insert(connection, recorded, mention._replace(kind="reply"), others)


async def _review(
    connection: Connection,
    recorded: Recorded,
    event: Branch.ReviewRequested | Branch.Approved | Branch.ChangesRequested | Branch.Merged,
    place: _Place,
) -> None:
    """Tell the reviewers that they are asked, and those concerned what was decided."""
    kind = recorded.topic.removeprefix("branch.")
    text = "" if isinstance(event, Branch.Merged) else event.message
    people = event.reviewers if isinstance(event, Branch.ReviewRequested) else event.concerned
    await _insert(connection, recorded, _Entry(kind, place, text, recorded.stream_id), people)


async def _insert(connection: Connection, recorded: Recorded, entry: _Entry, people: Sequence[UUID]) -> None:
    """Write an entry for each of the people who did not mute the document; who did it hears nothing of it."""
    place = entry.place
    await connection.executemany(
        """
        INSERT INTO inbox (person_id, position, kind, document_id, content_id, branch_id, thread_id, message_id,
          actor_id, text, at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
        WHERE NOT EXISTS (SELECT FROM inbox WHERE person_id = $1 AND document_id = $4 AND kind = 'muted')
        ON CONFLICT DO NOTHING
        """,
        [
            (
                person_id, recorded.position, entry.kind, place.document_id, place.content_id, entry.branch_id,
                entry.thread_id, entry.message_id, recorded.actor_id, entry.text[:INBOX_TEXT_CHARS_MAX],
                recorded.recorded_at,
            )
            for person_id in people
            if person_id != recorded.actor_id or entry.kind == "muted"
        ],
    )  # fmt: skip


async def _say_instead(connection: Connection, message_id: UUID, text: str) -> None:
    await connection.execute(
        "UPDATE inbox SET text = $2 WHERE message_id = $1", message_id, text[:INBOX_TEXT_CHARS_MAX]
    )
