"""What happened around a document that is no edit: branches merged, reviews, threads of comments; for its timeline."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, get_args
from uuid import UUID

from core.aggregates.branch import Branch
from core.aggregates.codec import EventCodec
from core.aggregates.comment import Comment
from core.aggregates.document import Document
from core.events import EventFilter, Kind, Recorded
from core.limits import POSITION_MAX, PROJECTION_GAP_SECONDS, TIMELINE_MERGES_MAX
from projections.lineage import Ancestor
from projections.port import Connection, Projection, Row, Sources

MomentKind = Literal["merge", "review", "comment"]
#: What each fact is, and to which kind of moment it belongs.
_FACTS: Final[dict[str, tuple[MomentKind, str]]] = {
    Document.Merged.TOPIC: ("merge", "merged"),
    Branch.Opened.TOPIC: ("review", "opened"),
    Branch.ReviewRequested.TOPIC: ("review", "requested"),
    Branch.ReviewWithdrawn.TOPIC: ("review", "withdrawn"),
    Branch.Approved.TOPIC: ("review", "approved"),
    Branch.ChangesRequested.TOPIC: ("review", "changes_requested"),
    Branch.Closed.TOPIC: ("review", "closed"),
    Branch.Reopened.TOPIC: ("review", "reopened"),
    Comment.Anchored.TOPIC: ("comment", "opened"),
    Comment.Resolved.TOPIC: ("comment", "resolved"),
    Comment.Reopened.TOPIC: ("comment", "reopened"),
}
#: Facts that are moments.
TOPICS: Final = frozenset(_FACTS)

COLUMNS: Final = "document_id, position, kind, what, subject_id, before_version_id, person_id, at"
NAME: Final = "moments"
VERSION: Final = 1
TABLE: Final = """
CREATE TABLE moments (
  document_id uuid NOT NULL,
  -- Of a merge, of the edit it made; otherwise of the fact.
  position bigint NOT NULL,
  kind text NOT NULL,
  what text NOT NULL,
  -- The branch, or the thread.
  subject_id uuid NOT NULL,
  before_version_id uuid,
  person_id uuid NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (document_id, position)
);
CREATE INDEX ON moments (document_id, position) WHERE kind = 'merge';
"""
FILTER: Final = EventFilter(kinds=frozenset({Kind.AGGREGATE}), topics=TOPICS | {Document.Erased.TOPIC})


def projection(sources: Sources) -> Projection:
    """Return the projection of moments."""
    return Projection(
        name=NAME,
        version=VERSION,
        table=TABLE,
        where=FILTER,
        apply=partial(_apply, sources.codec),
        gap_seconds=PROJECTION_GAP_SECONDS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentRow:
    """One moment; names and words come from where they are kept."""

    document_id: UUID
    #: Where it stands in a timeline: of a merge, at the edit it made; otherwise at the fact.
    position: int
    kind: MomentKind
    #: Of the branch or thread: `merged`, `opened`, `approved`, `resolved` ...
    what: str
    #: The branch, or the thread.
    subject_id: UUID
    #: Of a merge: the version that was kept of what the document said before.
    before_version_id: UUID | None
    person_id: UUID
    at: datetime
    #: Of a comment: what the thread is on, and how it began; empty: that is not known, or was taken away.
    path: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which moments of a document are asked for."""

    document_id: UUID
    kinds: Collection[MomentKind] = get_args(MomentKind)
    person_id: UUID | None = None
    #: Only comments on what is there or below; reviews are of the whole document, merges anybody's to look into.
    path: str | None = None
    #: Positions between these two, neither included; moments from one on and before the other.
    after: int = 0
    before: int | None = None
    since: datetime | None = None
    until: datetime | None = None


class Moments:
    """Questions about moments."""

    def __init__(self, database: Connection) -> None:
        self._database = database

    async def list_moments(self, wanted: Wanted, ancestors: Sequence[Ancestor] = (), *, limit: int) -> list[MomentRow]:
        """Return so many moments, the newest first; of what the document was forked from, the merges up to then."""
        rows = await self._database.fetch(
            f"""
            SELECT found.* FROM unnest($1::uuid[], $2::bigint[]) AS one (document_id, until) CROSS JOIN LATERAL (
              SELECT {", ".join(f"m.{column}" for column in COLUMNS.split(", "))},
                coalesce(c.path, '') AS path, coalesce(c.messages->0->>'text', '') AS text
              FROM projections.moments m
                LEFT JOIN projections.comments c ON m.kind = 'comment' AND c.thread_id = m.subject_id
              WHERE m.document_id = one.document_id AND m.position <= one.until AND m.kind = ANY($3)
                AND (one.document_id = ($1::uuid[])[1] OR m.kind = 'merge')
                AND ($4::uuid IS NULL OR m.person_id = $4)
                AND ($5::text IS NULL OR m.kind = 'merge'
                  OR m.kind = 'comment' AND (c.path = $5 OR starts_with(c.path, rtrim($5, '/') || '/')))
                AND m.position > $6 AND ($7::bigint IS NULL OR m.position < $7)
                AND ($8::timestamptz IS NULL OR m.at >= $8) AND ($9::timestamptz IS NULL OR m.at < $9)
              ORDER BY m.position DESC LIMIT $10
            ) AS found ORDER BY found.position DESC LIMIT $10
            """,
            *_lineage(wanted.document_id, ancestors),
            list(wanted.kinds),
            wanted.person_id,
            wanted.path,
            wanted.after,
            wanted.before,
            wanted.since,
            wanted.until,
            limit,
        )
        return [_moment(row) for row in rows]

    async def merged_at(self, document_id: UUID, ancestors: Sequence[Ancestor] = ()) -> list[int]:
        """Return the positions of the newest merges into a document, and into what it was forked from until then."""
        rows = await self._database.fetch(
            """
            SELECT found.position FROM unnest($1::uuid[], $2::bigint[]) AS one (document_id, until) CROSS JOIN LATERAL (
              SELECT position FROM projections.moments m
              WHERE m.document_id = one.document_id AND m.kind = 'merge' AND m.position <= one.until
              ORDER BY m.position DESC LIMIT $3
            ) AS found ORDER BY found.position DESC LIMIT $3
            """,
            *_lineage(document_id, ancestors),
            TIMELINE_MERGES_MAX,
        )
        return [row["position"] for row in rows]


def moment_of(recorded: Recorded, event: Any) -> MomentRow:
    """Return the moment that a fact of one of these topics is."""
    kind, what = _FACTS[recorded.topic]
    is_merge = isinstance(event, Document.Merged)
    return MomentRow(
        document_id=recorded.stream_id if is_merge else event.document_id,
        position=event.position if is_merge else recorded.position,
        kind=kind,
        what=what,
        subject_id=event.branch_id if is_merge else recorded.stream_id,
        before_version_id=event.before_version_id if is_merge else None,
        person_id=recorded.actor_id,
        at=recorded.recorded_at,
    )


def _lineage(document_id: UUID, ancestors: Sequence[Ancestor]) -> tuple[list[UUID], list[int]]:
    """Return a document and its ancestors, and up to which position each counts."""
    documents = [Ancestor(document_id, POSITION_MAX), *ancestors]
    return [one.document_id for one in documents], [one.until for one in documents]


def _moment(row: Row) -> MomentRow:
    return MomentRow(**{column: row[column] for column in (*COLUMNS.split(", "), "path", "text")})


async def _apply(codec: EventCodec, connection: Connection, events: Sequence[Recorded]) -> None:
    for recorded in events:
        if codec.is_gone(recorded):
            continue
        if recorded.topic == Document.Erased.TOPIC:
            await connection.execute("DELETE FROM moments WHERE document_id = $1", recorded.stream_id)
        else:
            row = moment_of(recorded, codec.decode(recorded))
            await connection.execute(
                f"INSERT INTO moments ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
                *(getattr(row, column) for column in COLUMNS.split(", ")),
            )
