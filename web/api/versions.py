"""Versions of documents: named, listed, and brought back as new edits."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.aggregates.version import Version, VersionCause
from core.errors import Conflict, NotFound, StreamMoved
from core.events import Kind
from core.ids import new_id
from core.limits import LINE_CHARS_MAX, LIST_ITEMS_MAX, PARAGRAPH_CHARS_MAX, POSITION_MAX, VERSION_DOCUMENTS_MAX
from projections.versions import VersionRow
from web.api.documents import DECISIONS_MAX, existing_document
from web.api.history import require_past
from web.routing import JSON, Call, answer, operation
from web.services import Services


class VersionsQuery(BaseModel, extra="forbid"):
    """Which versions a list shows."""

    named_only: bool = Field(default=False, description="Only those that a person named.")
    limit: int = Field(default=50, ge=1, le=LIST_ITEMS_MAX)
    cursor: str | None = Field(default=None, max_length=4096)


class NewVersion(BaseModel, extra="forbid"):
    """What a version is called and what it holds."""

    name: str = Field(min_length=1, max_length=LINE_CHARS_MAX)
    message: str = Field(default="", max_length=PARAGRAPH_CHARS_MAX)
    position: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="Null: as everything is now.")
    with_documents: list[UUID] = Field(
        default_factory=list,
        max_length=VERSION_DOCUMENTS_MAX - 1,
        description="Others that belong to it, such as the song's persona and world, at the same position.",
    )


class VersionItem(BaseModel):
    """A version of one document."""

    id: UUID
    name: str
    message: str
    cause: str = Field(description="`person`: somebody named it; `revert`: kept by itself before a revert.")
    document_id: UUID
    document_position: int = Field(description="Where the document stood.")
    created_by: UUID
    created_at: datetime


class VersionPage(BaseModel):
    """One page of versions, the newest first."""

    items: list[VersionItem]
    next_cursor: str | None


@operation(query=VersionsQuery, gives=VersionPage)
async def list_versions(call: Call[VersionsQuery, None]) -> Response:
    """List a document's versions."""
    document = await existing_document(call.services, call.id("document_id"))
    page = await call.services.versions.list_versions(
        document_id=document.id,
        named_only=call.query.named_only,
        limit=call.query.limit,
        cursor=call.query.cursor,
    )
    return answer(VersionPage(items=[_item_of_row(row) for row in page.items], next_cursor=page.next_cursor))


@operation(body={JSON: NewVersion}, gives=VersionItem, status=HTTPStatus.CREATED, fails=[HTTPStatus.NOT_FOUND])
async def name_version(call: Call[None, NewVersion]) -> Response:
    """Name what a document, and others with it, said at a position."""
    document_id, body = call.id("document_id"), call.body
    await require_past(call.services, body.position)
    documents: dict[UUID, int] = {}
    for one in (document_id, *body.with_documents):
        await existing_document(call.services, one)
        documents[one] = await _stood(call.services, one, body.position)
    version = new_version(
        documents, name=body.name, message=body.message, cause=VersionCause.PERSON, at=call.services.clock.now()
    )
    await call.services.repository.save(version, call.access.person_id)
    return answer(item_of(version, document_id, call.access.person_id), status=HTTPStatus.CREATED)


@operation(status=HTTPStatus.NO_CONTENT, fails=[HTTPStatus.CONFLICT])
async def remove_version(call: Call[None, None]) -> Response:
    """Take a version's name away; what the document said stays in its history."""
    for _ in range(DECISIONS_MAX):
        version = await existing_version(call.services, call.id("version_id"))
        version.remove(at=call.services.clock.now())
        try:
            await call.services.repository.save(version, call.access.person_id)
        except StreamMoved:
            continue
        return Response(status_code=HTTPStatus.NO_CONTENT)
    raise Conflict("This version changes too fast right now; try again.")


# -- below ------------------------------------------------------------------------------------------------------------


async def _stood(services: Services, document_id: UUID, position: int | None) -> int:
    """Return the position of the document's last update at or before a position; None: of its newest."""
    if position is None:
        return (await services.log.head(document_id, Kind.UPDATE)).position
    return await services.histories.ask(document_id, lambda history: history.position_of(history.version_at(position)))


def new_version(
    documents: dict[UUID, int], *, name: str, cause: VersionCause, at: datetime, message: str = ""
) -> Version:
    """Return a version under a fresh id."""
    return Version.of(version_id=new_id(), name=name, message=message, cause=cause, documents=documents, at=at)


async def existing_version(services: Services, version_id: UUID) -> Version:
    """Return a version, removed or not. Raises NotFound."""
    try:
        return await services.repository.get(Version, version_id)
    except NotFound:
        raise NotFound("There is no version with that id.") from None


def item_of(version: Version, document_id: UUID, person_id: UUID) -> VersionItem:
    """Return a version as one of its documents sees it."""
    positions = {UUID(part["document_id"]): part["position"] for part in version.documents}
    return VersionItem(
        id=version.id,
        name=version.name,
        message=version.message,
        cause=version.cause.value,
        document_id=document_id,
        document_position=positions[document_id],
        created_by=person_id,
        created_at=version.created_on,
    )


def _item_of_row(row: VersionRow) -> VersionItem:
    own = {name: getattr(row, name) for name in VersionItem.model_fields if name != "id"}
    return VersionItem(id=row.version_id, **own)
