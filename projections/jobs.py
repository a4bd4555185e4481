"""Jobs as readers see them: what is waiting, running and done, and how far along."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from projections.pages import Listing, check_limit, decode_cursor, listing
from projections.port import Connection, Row

COLUMNS: Final = (
    "job_id, kind, document_id, document_position, parameters, seed, requested_by, requested_at, status, attempt, "
    "failures, due_at, lease_until, worker, stage, fraction, result, reason, final, cancel_requested, updated_at, "
    "requested_position, position"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """One job as of `position`."""

    job_id: UUID
    kind: str
    document_id: UUID | None
    #: The position of the document the job works on.
    document_position: int
    parameters: dict[str, Any]
    seed: int
    requested_by: UUID
    requested_at: datetime
    #: `queued`, `running`, `completed`, `failed` or `cancelled`.
    status: str
    #: How often the job was started.
    attempt: int
    #: How many of these attempts failed, or died with their worker.
    failures: int
    #: When a queued job may start.
    due_at: datetime | None
    lease_until: datetime | None
    worker: str | None
    #: What the running attempt is doing, and how much of all work is done (0-1).
    stage: str | None
    fraction: float
    result: dict[str, Any] | None
    #: Why the last attempt failed.
    reason: str | None
    #: Of a failed job: whether asking again unchanged cannot help.
    final: bool
    cancel_requested: bool
    updated_at: datetime
    requested_position: int
    position: int


class Jobs:
    """Questions about jobs."""

    def __init__(self, database: Connection) -> None:
        self._database = database

    async def get_job(self, job_id: UUID) -> JobRow | None:
        """Return the job, or None."""
        row = await self._database.fetchrow(f"SELECT {COLUMNS} FROM projections.jobs WHERE job_id = $1", job_id)
        return None if row is None else _job(row)

    async def list_jobs(
        self,
        *,
        document_id: UUID | None = None,
        statuses: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[JobRow]:
        """Return jobs, the newest request first. Raises Invalid for a limit or cursor that is none."""
        after = decode_cursor(cursor, (int,))
        rows = await self._database.fetch(
            f"""
            SELECT {COLUMNS} FROM projections.jobs
            WHERE ($1::uuid IS NULL OR document_id = $1) AND ($2::text[] IS NULL OR status = ANY($2))
              AND ($3::text[] IS NULL OR kind = ANY($3)) AND ($4::bigint IS NULL OR requested_position < $4)
            ORDER BY requested_position DESC LIMIT $5
            """,
            document_id,
            None if statuses is None else list(statuses),
            None if kinds is None else list(kinds),
            after and after[0],
            check_limit(limit) + 1,
        )
        return listing(rows, limit, ("requested_position",), _job)

    async def waiting(self) -> tuple[int, int]:
        """Return how many jobs are queued, and up to which position of the log this is known."""
        row = await self._database.fetchrow(
            """
            SELECT (SELECT count(*) FROM projections.jobs WHERE status = 'queued') AS waiting,
              (SELECT position FROM projections.checkpoints WHERE name = 'jobs' AND slot = 'live') AS position
            """
        )
        return (0, 0) if row is None else (row["waiting"], row["position"] or 0)


def _job(row: Row) -> JobRow:
    values = {column: row[column] for column in COLUMNS.split(", ")}
    values["parameters"] = json.loads(values["parameters"])
    values["result"] = None if values["result"] is None else json.loads(values["result"])
    return JobRow(**values)
