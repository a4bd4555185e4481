"""Takes as readers see them: every rendering with everything it came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from projections.pages import Listing, check_limit, decode_cursor, listing
from projections.port import Connection, Row

COLUMNS: Final = (
    "take_id, job_id, document_id, document_position, engine, engine_version, parameters, seed, files, duration_s, "
    "loudness, created_by, created_at, deleted_at, position"
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
    return TakeRow(**values)
