"""Takes as readers see them: every rendering with everything it came from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from core.aggregates.codec import EventCodec
from core.aggregates.document import Document
from core.aggregates.take import Take
from core.events import EventFilter, Kind, Recorded
from core.limits import PROJECTION_GAP_SECONDS
from projections.pages import Listing, check_limit, decode_cursor, listing
from projections.port import Connection, Projection, Row, Sources

COLUMNS: Final = (
    "take_id, job_id, document_id, document_position, engine, engine_version, parameters, seed, files, duration_s, "
    "sample_rate_hz, loudness, sections, notes, created_by, created_at, deleted_at, position"
)

NAME: Final = "takes"
VERSION: Final = 2
TABLE: Final = """
CREATE TABLE takes (
  take_id uuid PRIMARY KEY,
  job_id uuid NOT NULL,
  document_id uuid NOT NULL,
  document_position bigint NOT NULL,
  engine text NOT NULL,
  engine_version text NOT NULL,
  parameters json NOT NULL,
  seed bigint NOT NULL,
  files json NOT NULL,
  digests text[] NOT NULL,
  duration_s double precision NOT NULL,
  sample_rate_hz int NOT NULL,
  loudness json NOT NULL,
  sections json NOT NULL,
  notes json NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz,
  position bigint NOT NULL UNIQUE
);
CREATE INDEX ON takes (document_id, position DESC);
CREATE INDEX ON takes (job_id);
CREATE INDEX ON takes USING gin (digests);
"""
COMPLETED, DELETED, RESTORED = Take.Completed.TOPIC, Take.Deleted.TOPIC, Take.Restored.TOPIC
ERASED: Final = Document.Erased.TOPIC
FILTER: Final = EventFilter(kinds=frozenset({Kind.AGGREGATE}), topics=frozenset({COMPLETED, DELETED, RESTORED, ERASED}))


def projection(sources: Sources) -> Projection:
    """Return the projection of takes."""
    return Projection(
        name=NAME,
        version=VERSION,
        table=TABLE,
        where=FILTER,
        apply=partial(_apply, sources.codec),
        gap_seconds=PROJECTION_GAP_SECONDS,
    )


@dataclass(frozen=True, slots=True)
class TakeFile:
    """One file of a take; its bytes are the asset with this digest."""

    #: `mix`, or the name of a stem.
    role: str
    #: `wav`, `flac` ...
    format: str
    #: SHA-256 in lower-case hex: the id of the asset.
    digest: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRow:
    """One rendering of one document at one position (P8)."""

    take_id: UUID
    job_id: UUID
    document_id: UUID
    document_position: int
    engine: str
    engine_version: str
    parameters: dict[str, Any]
    seed: int
    files: tuple[TakeFile, ...]
    duration_s: float
    #: Measured figures of the mix by name with their unit, such as `integrated_lufs` and `true_peak_dbtp`.
    loudness: dict[str, float]
    sample_rate_hz: int
    #: Where each section sounds: id, name, start_s, end_s.
    sections: tuple[dict[str, Any], ...]
    #: What the engine had to guess or leave out, in sentences for people.
    notes: tuple[str, ...]
    created_by: UUID
    created_at: datetime
    #: When it was moved to the trash; None: it was not.
    deleted_at: datetime | None
    #: The position of `take.completed`.
    position: int


class Takes:
    """Questions about takes."""

    def __init__(self, database: Connection) -> None:
        self._database = database

    async def get_take(self, take_id: UUID) -> TakeRow | None:
        """Return the take, deleted or not, or None."""
        row = await self._database.fetchrow(f"SELECT {COLUMNS} FROM projections.takes WHERE take_id = $1", take_id)
        return None if row is None else _take(row)

    async def list_takes(
        self,
        *,
        document_id: UUID | None = None,
        job_id: UUID | None = None,
        deleted: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[TakeRow]:
        """Return takes, the newest first, or the deleted ones. Raises Invalid for a limit or cursor that is none."""
        after = decode_cursor(cursor, (int,))
        rows = await self._database.fetch(
            f"""
            SELECT {COLUMNS} FROM projections.takes
            WHERE ($1::uuid IS NULL OR document_id = $1) AND ($2::uuid IS NULL OR job_id = $2)
              AND (deleted_at IS NOT NULL) = $3 AND ($4::bigint IS NULL OR position < $4)
            ORDER BY position DESC LIMIT $5
            """,
            document_id,
            job_id,
            deleted,
            after and after[0],
            check_limit(limit) + 1,
        )
        return listing(rows, limit, ("position",), _take)

    async def has_asset(self, digest: str) -> bool:
        """Say whether any take names this asset: an asset nobody names is nobody's to read."""
        return bool(
            await self._database.fetchval(
                "SELECT EXISTS (SELECT FROM projections.takes WHERE $1 = ANY(digests))", digest
            )
        )


def _take(row: Row) -> TakeRow:
    values = {column: row[column] for column in COLUMNS.split(", ")}
    values["parameters"] = json.loads(values["parameters"])
    values["loudness"] = json.loads(values["loudness"])
    values["files"] = tuple(TakeFile(**file) for file in json.loads(values["files"]))
    values["sections"] = tuple(json.loads(values["sections"]))
    values["notes"] = tuple(json.loads(values["notes"]))
    return TakeRow(**values)


async def _apply(codec: EventCodec, connection: Connection, events: Sequence[Recorded]) -> None:
    for recorded in events:
        if codec.is_gone(recorded):
            continue
        match codec.decode(recorded):
            case Take.Completed() as completed:
                await _insert(connection, recorded, completed)
            case Take.Deleted():
                await _mark(connection, recorded.stream_id, recorded.recorded_at)
            case Take.Restored():
                await _mark(connection, recorded.stream_id, None)
            case Document.Erased():
                await connection.execute("DELETE FROM takes WHERE document_id = $1", recorded.stream_id)


async def _insert(connection: Connection, recorded: Recorded, completed: Take.Completed) -> None:
    await connection.execute(
        """
        INSERT INTO takes (take_id, job_id, document_id, document_position, engine, engine_version, parameters, seed,
          files, digests, duration_s, sample_rate_hz, loudness, sections, notes, created_by, created_at, position)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        """,
        recorded.stream_id,
        completed.job_id,
        completed.document_id,
        completed.document_position,
        completed.engine,
        completed.engine_version,
        json.dumps(completed.parameters),
        completed.seed,
        json.dumps(completed.files),
        [file["digest"] for file in completed.files],
        completed.duration_s,
        completed.sample_rate_hz,
        json.dumps(completed.loudness),
        json.dumps(completed.sections),
        json.dumps(completed.notes),
        recorded.actor_id,
        recorded.recorded_at,
        recorded.position,
    )


async def _mark(connection: Connection, take_id: UUID, deleted_at: datetime | None) -> None:
    await connection.execute("UPDATE takes SET deleted_at = $2 WHERE take_id = $1", take_id, deleted_at)
