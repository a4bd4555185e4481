"""Versions as readers see them: what people named of a document, and what was kept before a revert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from core.aggregates.codec import EventCodec
from core.aggregates.document import Document
from core.aggregates.version import Version
from core.events import EventFilter, Kind, Recorded
from core.limits import BLAME_VERSIONS_MAX, PROJECTION_GAP_SECONDS
from projections.pages import Listing, check_limit, decode_cursor, listing
from projections.port import Connection, Projection, Row, Sources

COLUMNS: Final = (
    "version_id, document_id, document_position, name, message, cause, created_by, created_at, position, number"
)

NAME: Final = "versions"
VERSION: Final = 2
TABLE: Final = """
CREATE TABLE versions (
  version_id uuid NOT NULL,
  document_id uuid NOT NULL,
  document_position bigint NOT NULL,
  name text NOT NULL,
  message text NOT NULL,
  cause text NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  -- Of `version.named`, and which of its documents this is.
  position bigint NOT NULL,
  number int NOT NULL,
  PRIMARY KEY (version_id, document_id)
);
CREATE INDEX ON versions (document_id, position DESC);
"""
NAMED, REMOVED, ERASED = Version.Named.TOPIC, Version.Removed.TOPIC, Document.Erased.TOPIC
FILTER: Final = EventFilter(kinds=frozenset({Kind.AGGREGATE}), topics=frozenset({NAMED, REMOVED, ERASED}))


def projection(sources: Sources) -> Projection:
    """Return the projection of versions."""
    return Projection(
        name=NAME,
        version=VERSION,
        table=TABLE,
        where=FILTER,
        apply=partial(_apply, sources.codec),
        gap_seconds=PROJECTION_GAP_SECONDS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One document in one version."""

    version_id: UUID
    document_id: UUID
    #: Where in the log the document stood.
    document_position: int
    name: str
    message: str
    #: `person`, or what made it by itself, such as `revert`.
    cause: str
    created_by: UUID
    created_at: datetime
    #: The position of `version.named`.
    position: int
    #: Which of the version's documents this is, from 0.
    number: int


class Versions:
    """Questions about versions."""

    def __init__(self, database: Connection) -> None:
        self._database = database

    async def list_versions(
        self, *, document_id: UUID, named_only: bool = False, limit: int = 50, cursor: str | None = None
    ) -> Listing[VersionRow]:
        """Return a document's versions, the newest first. Raises Invalid for a limit or cursor that is none."""
        after = decode_cursor(cursor, (int,))
        rows = await self._database.fetch(
            f"""
            SELECT {COLUMNS} FROM projections.versions
            WHERE document_id = $1 AND (NOT $2 OR cause = 'person') AND ($3::bigint IS NULL OR position < $3)
            ORDER BY position DESC LIMIT $4
            """,
            document_id,
            named_only,
            after and after[0],
            check_limit(limit) + 1,
        )
        return listing(rows, limit, ("position",), _version)

    async def named_of(self, document_id: UUID) -> list[VersionRow]:
        """Return the newest versions that somebody named of a document, by where it stood."""
        rows = await self._database.fetch(
            f"""
            SELECT {COLUMNS} FROM projections.versions WHERE document_id = $1 AND cause = 'person'
            ORDER BY document_position DESC, position DESC LIMIT $2
            """,
            document_id,
            BLAME_VERSIONS_MAX,
        )
        return [_version(row) for row in reversed(rows)]

    async def named_before(self, document_id: UUID, position: int) -> int:
        """Return where the document stood at the last version that somebody named of it before a position; 0: none."""
        rows = await self._database.fetch(
            "SELECT max(document_position) AS position FROM projections.versions "
            "WHERE document_id = $1 AND document_position < $2 AND cause = 'person'",
            document_id,
            position,
        )
        return rows[0]["position"] or 0


def _version(row: Row) -> VersionRow:
    return VersionRow(**{column: row[column] for column in COLUMNS.split(", ")})


async def _apply(codec: EventCodec, connection: Connection, events: Sequence[Recorded]) -> None:
    for recorded in events:
        if codec.is_gone(recorded):
            continue
        match codec.decode(recorded):
            case Version.Named() as named:
                await connection.executemany(
                    "INSERT INTO versions (version_id, document_id, document_position, name, message, cause, "
                    "created_by, created_at, position, number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    [_row(recorded, named, number, part) for number, part in enumerate(named.documents)],
                )
            case Version.Removed():
                await connection.execute("DELETE FROM versions WHERE version_id = $1", recorded.stream_id)
            case Document.Erased():
                await connection.execute("DELETE FROM versions WHERE document_id = $1", recorded.stream_id)


def _row(recorded: Recorded, named: Version.Named, number: int, part: dict[str, Any]) -> tuple[Any, ...]:
    return (
        recorded.stream_id,
        UUID(part["document_id"]),
        part["position"],
        named.name,
        named.message,
        named.cause,
        recorded.actor_id,
        recorded.recorded_at,
        recorded.position,
        number,
    )
