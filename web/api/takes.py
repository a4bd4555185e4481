"""`/api/v1/takes`: renderings with everything they came from; deleted ones can be restored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.aggregates.take import Take
from core.errors import Conflict, NotFound, StreamMoved
from core.events import Kind
from core.limits import LIST_ITEMS_MAX
from projections.takes import TakeRow
from web.routing import Call, answer, operation
from web.services import Services

#: How often a decision about the trash is taken again when somebody else was faster.
DECISIONS_MAX = 10


class TakesQuery(BaseModel, extra="forbid"):
    """Which takes a list shows."""

    document_id: UUID | None = None
    job_id: UUID | None = None
    deleted: bool = Field(default=False, description="The deleted ones instead.")
    limit: int = Field(default=50, ge=1, le=LIST_ITEMS_MAX)
    cursor: str | None = Field(default=None, max_length=4096)


class TakeFileItem(BaseModel):
    """One file of a take."""

    role: str = Field(description="`mix`, `midi`, or the name of a stem.")
    format: str
    digest: str = Field(description="The id of the asset with its bytes.")
    bytes: int
    url: str


class TakeItem(BaseModel):
    """One rendering of one document at one position."""

    id: UUID
    job_id: UUID
    document_id: UUID
    document_position: int
    engine: str
    engine_version: str
    parameters: dict[str, Any]
    seed: int
    files: list[TakeFileItem]
    duration_s: float
    sample_rate_hz: int
    sections: list[dict[str, Any]] = Field(description="Where each section of the song sounds, in seconds.")
    notes: list[str] = Field(description="What the engine had to guess or leave out.")
    loudness: dict[str, float]
    created_by: UUID
    created_at: datetime
    deleted_at: datetime | None


class TakePage(BaseModel):
    """One page of takes, the newest first."""

    items: list[TakeItem]
    next_cursor: str | None


@operation(query=TakesQuery, gives=TakePage)
async def list_takes(call: Call[TakesQuery, None]) -> Response:
    """List takes."""
    query = call.query
    page = await call.services.takes.list_takes(
        document_id=query.document_id,
        job_id=query.job_id,
        deleted=query.deleted,
        limit=query.limit,
        cursor=query.cursor,
    )
    return answer(TakePage(items=[_item(row) for row in page.items], next_cursor=page.next_cursor))


@operation(gives=TakeItem)
async def get_take(call: Call[None, None]) -> Response:
    """Read a take as the log has it now."""
    take = await _existing(call.services, call.id("take_id"))
    first = (await call.services.log.read_stream(take.id, Kind.AGGREGATE, limit=1))[0]
    files = [_file(file["role"], file["format"], file["digest"], file["bytes"]) for file in take.files]
    own = {name: getattr(take, name) for name in TakeItem.model_fields if hasattr(take, name) and name != "files"}
    detail = TakeItem(
        **own,
        files=files,
        created_by=first.actor_id,
        created_at=take.created_on,
        deleted_at=take.modified_on if take.deleted else None,
    )
    return answer(detail)


@operation(status=HTTPStatus.NO_CONTENT, fails=[HTTPStatus.CONFLICT])
async def delete_take(call: Call[None, None]) -> Response:
    """Move a take to the trash; its bytes stay."""
    await _decide(call, lambda take: None if take.deleted else take.delete(at=call.services.clock.now()))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@operation(status=HTTPStatus.NO_CONTENT, fails=[HTTPStatus.CONFLICT])
async def restore_take(call: Call[None, None]) -> Response:
    """Take a take out of the trash."""
    await _decide(call, lambda take: take.restore(at=call.services.clock.now()) if take.deleted else None)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _decide(call: Call[None, None], decide: Callable[[Take], None]) -> None:
    """Load, decide and store, again when somebody else was faster."""
    repository = call.services.repository
    for _ in range(DECISIONS_MAX):
        take = await _existing(call.services, call.id("take_id"))
        decide(take)
        try:
            if take.pending_events:
                await repository.save(take, call.access.person_id)
        except StreamMoved:
            continue
        return
    raise Conflict("This take changes too fast right now; try again.")


async def _existing(services: Services, take_id: UUID) -> Take:
    try:
        return await services.repository.get(Take, take_id)
    except NotFound:
        raise NotFound("There is no take with that id.") from None


def _item(row: TakeRow) -> TakeItem:
    files = [_file(file.role, file.format, file.digest, file.bytes) for file in row.files]
    own = {name: getattr(row, name) for name in TakeItem.model_fields if name not in ("id", "files")}
    return TakeItem(id=row.take_id, files=files, **own)


def _file(role: str, ending: str, digest: str, size: int) -> TakeFileItem:
    url = f"/api/v1/assets/{digest}?name={role}.{ending}"
    return TakeFileItem(role=role, format=ending, digest=digest, bytes=size, url=url)
