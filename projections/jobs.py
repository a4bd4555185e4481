"""Jobs as readers see them: what is waiting, running and done, and how far along."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from core.aggregates.job import JOB_TOPICS, Job
from core.events import EventFilter, Kind, Recorded
from core.limits import PROJECTION_GAP_SECONDS
from core.repository import Repository
from projections.pages import Listing, check_limit, decode_cursor, listing
from projections.port import Connection, Projection, Row, Sources

COLUMNS: Final = (
    "job_id, kind, document_id, document_position, parameters, seed, requested_by, requested_at, status, attempt, "
    "failures, due_at, lease_until, worker, stage, fraction, result, reason, final, cancel_requested, updated_at, "
    "requested_position, position"
)

NAME: Final = "jobs"
VERSION: Final = 1
TABLE: Final = """
CREATE TABLE jobs (
  job_id uuid PRIMARY KEY,
  kind text NOT NULL,
  document_id uuid,
  document_position bigint NOT NULL,
  parameters json NOT NULL,
  seed bigint NOT NULL,
  requested_by uuid NOT NULL,
  requested_at timestamptz NOT NULL,
  status text NOT NULL,
  attempt int NOT NULL,
  failures int NOT NULL,
  due_at timestamptz,
  lease_until timestamptz,
  worker text,
  stage text,
  fraction double precision NOT NULL,
  result json,
  reason text,
  final boolean NOT NULL,
  cancel_requested boolean NOT NULL,
  updated_at timestamptz NOT NULL,
  requested_position bigint NOT NULL UNIQUE,
  position bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX ON jobs (document_id, requested_position DESC);
CREATE INDEX ON jobs (requested_position) WHERE status IN ('queued', 'running');
"""
FILTER: Final = EventFilter(kinds=frozenset({Kind.AGGREGATE}), topics=JOB_TOPICS)


def projection(sources: Sources) -> Projection:
    """Return the projection of jobs."""
    return Projection(
        name=NAME,
        version=VERSION,
        table=TABLE,
        where=FILTER,
        apply=partial(_apply, sources.repository),
        gap_seconds=PROJECTION_GAP_SECONDS,
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


async def _apply(repository: Repository, connection: Connection, events: Sequence[Recorded]) -> None:
    """Write one row a job, from the job itself: its events mean here what they mean to those who decide."""
    latest = {recorded.stream_id: recorded for recorded in events}
    first = {recorded.stream_id: recorded for recorded in events if recorded.version == 1}
    for job_id, recorded in latest.items():
        job = await repository.get(Job, job_id)
        if job_id in first:
            await _insert(connection, job, first[job_id])
        await _update(connection, job, recorded)


async def _insert(connection: Connection, job: Job, requested: Recorded) -> None:
    await connection.execute(
        """
        INSERT INTO jobs (job_id, kind, document_id, document_position, parameters, seed, requested_by, requested_at,
          requested_position, status, attempt, failures, fraction, final, cancel_requested, updated_at, position)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, false, false, $8, $9)
        """,
        job.id,
        job.kind,
        job.document_id,
        job.document_position,
        json.dumps(job.parameters),
        job.seed,
        job.requested_by,
        requested.recorded_at,
        requested.position,
        job.status.value,
    )


async def _update(connection: Connection, job: Job, latest: Recorded) -> None:
    await connection.execute(
        """
        UPDATE jobs SET status = $2, attempt = $3, failures = $4, due_at = $5, lease_until = $6, worker = $7,
          stage = $8, fraction = $9, result = $10, reason = $11, final = $12, cancel_requested = $13,
          updated_at = $14, position = $15
        WHERE job_id = $1
        """,
        job.id,
        job.status.value,
        job.attempt,
        job.failures,
        job.due_at,
        job.lease_until,
        job.worker,
        job.stage,
        job.fraction,
        None if job.result is None else json.dumps(job.result),
        job.reason,
        job.final,
        job.cancel_requested,
        latest.recorded_at,
        latest.position,
    )
