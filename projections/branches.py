"""Branches as lists need them: of which document, in what state, whom they wait for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from core.aggregates.branch import Branch, BranchState
from core.aggregates.document import Document
from core.events import EventFilter, Kind, Recorded
from core.limits import PROJECTION_GAP_SECONDS
from projections.pages import Listing, check_limit, decode_cursor, listing
from projections.port import Connection, Projection, Row, Sources

COLUMNS: Final = "branch_id, document_id, document_title, content_id, state, position"

NAME: Final = "branches"
VERSION: Final = 3
TABLE: Final = """
CREATE TABLE branches (
  branch_id uuid PRIMARY KEY,
  document_id uuid NOT NULL,
  content_id uuid NOT NULL,
  name text NOT NULL,
  state text NOT NULL,
  -- Whom a review was asked of.
  reviewers uuid[] NOT NULL DEFAULT '{}',
  -- Of `branch.opened`.
  position bigint NOT NULL UNIQUE
);
CREATE INDEX ON branches (document_id, position DESC);
CREATE INDEX ON branches USING gin (reviewers) WHERE state = 'open';
"""
FILTER: Final = EventFilter(
    kinds=frozenset({Kind.AGGREGATE}),
    topics=frozenset(
        event.TOPIC
        for event in (
            Branch.Opened, Branch.Renamed, Branch.ReviewRequested, Branch.ReviewWithdrawn, Branch.Merged,
            Branch.Closed, Branch.Reopened, Document.Erased,
        )
    ),
)  # fmt: skip


def projection(sources: Sources) -> Projection:
    """Return the projection of branches."""
    return Projection(
        name=NAME,
        version=VERSION,
        table=TABLE,
        where=FILTER,
        apply=partial(_apply, sources),
        gap_seconds=PROJECTION_GAP_SECONDS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchRow:
    """One branch in a list; its facts are read from the log."""

    branch_id: UUID
    document_id: UUID
    #: As the library knows the document it was forked from; empty: it does not.
    document_title: str
    content_id: UUID
    #: One of BranchState.
    state: str
    #: Of `branch.opened`.
    position: int


class Branches:
    """Questions about branches."""

    def __init__(self, database: Connection) -> None:
        self._database = database

    async def list_branches(
        self,
        *,
        document_id: UUID | None = None,
        state: str | None = None,
        reviewer_id: UUID | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[BranchRow]:
        """Return branches, the newest first; those of a document, in a state, that a reviewer was asked about.

        Raises Invalid for a limit or cursor that is none.
        """
        after = decode_cursor(cursor, (int,))
        rows = await self._database.fetch(
            f"""
            SELECT {COLUMNS} FROM (
              SELECT b.*, coalesce(d.title, '') AS document_title
              FROM projections.branches b LEFT JOIN projections.documents d USING (document_id)
              WHERE ($1::uuid IS NULL OR b.document_id = $1) AND ($2::text IS NULL OR b.state = $2)
                AND ($3::uuid IS NULL OR b.reviewers @> ARRAY[$3::uuid])
                AND ($4::bigint IS NULL OR b.position < $4)
              ORDER BY b.position DESC LIMIT $5
            ) AS shown ORDER BY position DESC
            """,
            document_id,
            state,
            reviewer_id,
            after and after[0],
            check_limit(limit) + 1,
        )
        return listing(rows, limit, ("position",), _branch)

    async def title_of(self, document_id: UUID) -> str:
        """Return how the library calls a document; empty: it does not know it."""
        title = await self._database.fetchval(
            "SELECT title FROM projections.documents WHERE document_id = $1", document_id
        )
        return str(title or "")

    async def names_of(self, branch_ids: Collection[UUID]) -> dict[UUID, str]:
        """Return how branches are called; one that was erased has no name."""
        if not branch_ids:
            return {}
        rows = await self._database.fetch(
            "SELECT branch_id, name FROM projections.branches WHERE branch_id = ANY($1)", list(branch_ids)
        )
        return {row["branch_id"]: row["name"] for row in rows}


def _branch(row: Row) -> BranchRow:
    return BranchRow(**{column: row[column] for column in COLUMNS.split(", ")})


async def _apply(sources: Sources, connection: Connection, events: Sequence[Recorded]) -> None:
    for recorded in events:
        if sources.codec.is_gone(recorded):
            continue
        match sources.codec.decode(recorded):
            case Branch.Opened() as opened:
                await connection.execute(
                    "INSERT INTO branches (branch_id, document_id, content_id, name, state, position) "
                    "VALUES ($1, $2, $3, $4, $5, $6)",
                    recorded.stream_id,
                    opened.document_id,
                    opened.content_id,
                    opened.name,
                    BranchState.OPEN.value,
                    recorded.position,
                )
            case Document.Erased():
                await connection.execute(
                    "DELETE FROM branches WHERE document_id = $1 OR content_id = $1", recorded.stream_id
                )
            case Branch.Renamed() as renamed:
                await _set(connection, recorded, "name", renamed.name)
            case Branch.ReviewRequested() as asked:
                await _set(connection, recorded, "reviewers", asked.reviewers)
            case Branch.ReviewWithdrawn():
                await _set(connection, recorded, "reviewers", [])
            case Branch.Merged(paths=[], authors=[]):
                await _set(connection, recorded, "state", BranchState.MERGED.value)
            case Branch.Closed():
                await _set(connection, recorded, "state", BranchState.CLOSED.value)
            case Branch.Reopened():
                await _set(connection, recorded, "state", BranchState.OPEN.value)


async def _set(connection: Connection, recorded: Recorded, column: str, value: object) -> None:
    await connection.execute(f"UPDATE branches SET {column} = $2 WHERE branch_id = $1", recorded.stream_id, value)
