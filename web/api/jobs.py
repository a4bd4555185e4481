"""`/api/v1/jobs` and `render_jobs`: long work, asked for, watched, cancelled and tried again."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError
from starlette.responses import Response

from core.aggregates.job import Job, JobStatus
from core.errors import Invalid, NotFound
from core.jobs import RENDER, SEED_MAX
from core.limits import LIST_ITEMS_MAX, POSITION_MAX
from projections.jobs import JobRow
from web.problems import mistakes_in_body
from web.routing import JSON, Call, answer, operation
from workers.engines.registry import engines

#: Characters of an idempotency key: a UUID with a name around it.
KEY_CHARS_MAX = 200


class NewRenderJob(BaseModel, extra="forbid"):
    """A take of a song, as it is now or was at a position."""

    document_id: UUID
    engine: str | None = Field(default=None, max_length=100, description="Null: the default engine.")
    parameters: dict[str, Any] = Field(default_factory=dict, description="The engine's own; `engines` has the schema.")
    seed: int | None = Field(
        default=None,
        ge=0,
        le=SEED_MAX,
        description="Null: the song's own `seed` as it is at the position; when it has none, one is drawn and told.",
    )
    position: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="Null: the newest.")


class NewJob(NewRenderJob):
    """Long work of some kind."""

    kind: Literal["render"]


class JobsQuery(BaseModel, extra="forbid"):
    """Which jobs a list shows."""

    document_id: UUID | None = None
    status: list[JobStatus] | None = Field(default=None, max_length=len(JobStatus))
    kind: list[str] | None = Field(default=None, max_length=20)
    limit: int = Field(default=50, ge=1, le=LIST_ITEMS_MAX)
    cursor: str | None = Field(default=None, max_length=4096)


class RenderJobsQuery(BaseModel, extra="forbid"):
    """Which render jobs a list shows."""

    document_id: UUID | None = None
    status: list[JobStatus] | None = Field(default=None, max_length=len(JobStatus))
    limit: int = Field(default=50, ge=1, le=LIST_ITEMS_MAX)
    cursor: str | None = Field(default=None, max_length=4096)


class JobItem(BaseModel):
    """One job."""

    id: UUID
    kind: str
    document_id: UUID | None
    document_position: int
    parameters: dict[str, Any]
    seed: int
    requested_by: UUID
    requested_at: datetime
    status: JobStatus
    attempt: int
    failures: int
    due_at: datetime | None
    worker: str | None
    stage: str | None = Field(description="What the running attempt is doing.")
    fraction: float = Field(description="How much of the work is done, 0 to 1.")
    result: dict[str, Any] | None
    reason: str | None = Field(description="Why the last attempt failed.")
    final: bool = Field(description="Of a failed job: whether asking again unchanged cannot help.")
    cancel_requested: bool


class JobPage(BaseModel):
    """One page of jobs, the newest request first."""

    items: list[JobItem]
    next_cursor: str | None


@operation(
    body={JSON: NewJob},
    gives=JobItem,
    status=HTTPStatus.ACCEPTED,
    fails=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
    headers=["Idempotency-Key"],
)
async def request_job(call: Call[None, NewJob]) -> Response:
    """Ask for long work."""
    return await _request(call, call.body)


@operation(
    body={JSON: NewRenderJob},
    gives=JobItem,
    status=HTTPStatus.ACCEPTED,
    fails=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
    headers=["Idempotency-Key"],
)
async def request_render_job(call: Call[None, NewRenderJob]) -> Response:
    """Ask for a take of a song."""
    return await _request(call, call.body)


@operation(query=JobsQuery, gives=JobPage)
async def list_jobs(call: Call[JobsQuery, None]) -> Response:
    """List jobs."""
    return await _list(call, call.query, call.query.kind)


@operation(query=RenderJobsQuery, gives=JobPage)
async def list_render_jobs(call: Call[RenderJobsQuery, None]) -> Response:
    """List render jobs."""
    return await _list(call, call.query, [RENDER])


@operation(gives=JobItem)
async def get_job(call: Call[None, None]) -> Response:
    """Read a job as the log has it now."""
    return answer(_item_of(await call.services.job_commands.get(call.id("job_id"))))


@operation(gives=JobItem)
async def get_render_job(call: Call[None, None]) -> Response:
    """Read a render job as the log has it now."""
    return answer(_item_of(await _render_job(call)))


@operation(gives=JobItem, fails=[HTTPStatus.CONFLICT])
async def cancel_job(call: Call[None, None]) -> Response:
    """Cancel a job; one that runs ends as soon as its worker hears it."""
    return await _cancel(call)


@operation(gives=JobItem, fails=[HTTPStatus.CONFLICT])
async def cancel_render_job(call: Call[None, None]) -> Response:
    """Cancel a render job."""
    await _render_job(call)
    return await _cancel(call)


@operation(gives=JobItem, fails=[HTTPStatus.CONFLICT])
async def retry_job(call: Call[None, None]) -> Response:
    """Try a job again that failed or was cancelled."""
    return await _retry(call)


@operation(gives=JobItem, fails=[HTTPStatus.CONFLICT])
async def retry_render_job(call: Call[None, None]) -> Response:
    """Try a render job again that failed or was cancelled."""
    await _render_job(call)
    return await _retry(call)


# -- below ------------------------------------------------------------------------------------------------------------


async def _request(call: Call[Any, Any], wanted: NewRenderJob) -> Response:
    name = wanted.engine if wanted.engine is not None else engines()[0].name
    engine = next((engine for engine in engines() if engine.name == name), None)
    if engine is None:
        raise Invalid(f"There is no engine {name!r}; `engines` lists those there are.", path="/engine")
    try:
        engine.parameters.model_validate(wanted.parameters)
    except ValidationError as error:
        raise mistakes_in_body(error, under="/parameters") from None
    key = call.request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= KEY_CHARS_MAX and key.isprintable()):
        raise Invalid(f"An Idempotency-Key has 1 to {KEY_CHARS_MAX} printable characters.", path="Idempotency-Key")
    job = await call.services.job_commands.request_render(
        document_id=wanted.document_id,
        actor_id=call.access.person_id,
        engine=engine.name,
        parameters=wanted.parameters,
        seed=wanted.seed,
        position=wanted.position,
        idempotency_key=key,
    )
    location = {"Location": f"/api/v1/jobs/{job.id}"}
    return answer(_item_of(job), status=HTTPStatus.ACCEPTED, headers=location)


async def _list(call: Call[Any, Any], query: JobsQuery | RenderJobsQuery, kinds: list[str] | None) -> Response:
    page = await call.services.jobs.list_jobs(
        document_id=query.document_id,
        statuses=[status.value for status in query.status] if query.status is not None else None,
        kinds=kinds,
        limit=query.limit,
        cursor=query.cursor,
    )
    return answer(JobPage(items=[_item_of_row(row) for row in page.items], next_cursor=page.next_cursor))


async def _cancel(call: Call[Any, Any]) -> Response:
    job = await call.services.job_commands.cancel(call.id("job_id"), actor_id=call.access.person_id)
    return answer(_item_of(job))


async def _retry(call: Call[Any, Any]) -> Response:
    job = await call.services.job_commands.retry(call.id("job_id"), actor_id=call.access.person_id)
    return answer(_item_of(job))


async def _render_job(call: Call[Any, Any]) -> Job:
    job = await call.services.job_commands.get(call.id("job_id"))
    if job.kind != RENDER:
        raise NotFound("There is no render job with that id.")
    return job


def _item_of(job: Job) -> JobItem:
    own = {name: getattr(job, name) for name in JobItem.model_fields if name not in ("id", "requested_at")}
    return JobItem(id=job.id, requested_at=job.created_on, **own)


def _item_of_row(row: JobRow) -> JobItem:
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    own = {name: values[name] for name in JobItem.model_fields if name in values}
    return JobItem(id=row.job_id, **own)
