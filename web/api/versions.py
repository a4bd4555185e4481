"""Versions of documents: named, listed, and brought back as new edits."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from pycrdt import Doc
from pydantic import BaseModel, Field
from starlette.responses import Response

from core.aggregates.document import Document
from core.aggregates.version import Version, VersionCause
from core.crdt.history import History
from core.documents.difference import Change, difference
from core.documents.kinds import kind_named
from core.documents.parts import with_part
from core.documents.restoring import restored
from core.errors import Conflict, NotFound, StreamMoved
from core.events import Append, Kind
from core.ids import new_id
from core.limits import LINE_CHARS_MAX, LIST_ITEMS_MAX, PARAGRAPH_CHARS_MAX, VERSION_DOCUMENTS_MAX
from projections.versions import VersionRow
from web.api.documents import DECISIONS_MAX, POSITION_MAX, existing_document
from web.api.history import PATH_CHARS_MAX, past_of, path_named, require_past
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


class NewRevert(BaseModel, extra="forbid"):
    """What a document should say again."""

    to: int = Field(ge=1, le=POSITION_MAX, description="A position; the document as it was there comes back.")
    path: str | None = Field(
        default=None,
        max_length=PATH_CHARS_MAX,
        description="JSON Pointer: only what is there comes back, everything else stays as it is now.",
    )


class Reverted(BaseModel):
    """What a revert did."""

    position: int = Field(description="Where the new edit is stored.")
    to: int = Field(description="The position of the update whose content came back.")
    before: VersionItem = Field(description="What the document said before, kept as a version.")


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
    version = _version(
        documents, name=body.name, message=body.message, cause=VersionCause.PERSON, at=call.services.clock.now()
    )
    await call.services.repository.save(version, call.access.person_id)
    return answer(_item_of(version, document_id, call.access.person_id), status=HTTPStatus.CREATED)


@operation(status=HTTPStatus.NO_CONTENT, fails=[HTTPStatus.CONFLICT])
async def remove_version(call: Call[None, None]) -> Response:
    """Take a version's name away; what the document said stays in its history."""
    for _ in range(DECISIONS_MAX):
        version = await _existing_version(call.services, call.id("version_id"))
        version.remove(at=call.services.clock.now())
        try:
            await call.services.repository.save(version, call.access.person_id)
        except StreamMoved:
            continue
        return Response(status_code=HTTPStatus.NO_CONTENT)
    raise Conflict("This version changes too fast right now; try again.")


@operation(body={JSON: NewRevert}, gives=Reverted, fails=[HTTPStatus.CONFLICT])
async def revert(call: Call[None, NewRevert]) -> Response:
    """Bring a document, or a part of it, back to a position, as a new edit that can be reverted itself."""
    services, to = call.services, call.body.to
    document = await existing_document(services, call.id("document_id"))
    if document.trashed:
        raise Conflict("This document is in the trash; restore it first.")
    kind = kind_named(document.kind)
    await require_past(services, to)
    path = () if call.body.path is None else path_named(call.body.path)
    past = await services.histories.ask(document.id, lambda history: past_of(kind, history, to))
    changes: list[Change] = []

    def bring_back(doc: Doc[Any]) -> None:
        now = kind.to_json(doc)
        target = with_part(now, past.content, path)
        changes.extend(difference(kind, now, target, by_word=False))
        if not changes:
            raise Conflict(f"The document says already what it said at position {to}.")
        kind.edit(doc, target)

    edit = await services.rooms.edit_beside(document.id, call.access, bring_back)

    def find(history: History) -> tuple[int, list[list[int]]]:
        """Return where the document stood before, and which words came back."""
        again = history.version_at(edit.position)
        rows = restored(kind, history.weave, changes, first=past.version, again=again, base=edit.base_version)
        return history.position_of(again - 1), [list(row) for row in rows]

    before, rows = await services.histories.ask(document.id, find)
    kept = await _record(call, document.id, to=past.position, position=edit.position, before=before, rows=rows)
    item = _item_of(kept, document.id, call.access.person_id)
    return answer(Reverted(position=edit.position, to=past.position, before=item))


# -- below ------------------------------------------------------------------------------------------------------------


async def _stood(services: Services, document_id: UUID, position: int | None) -> int:
    """Return the position of the document's last update at or before a position; None: of its newest."""
    if position is None:
        return (await services.log.head(document_id, Kind.UPDATE)).position
    return await services.histories.ask(document_id, lambda history: history.position_of(history.version_at(position)))


async def _record(
    call: Call[None, NewRevert], document_id: UUID, *, to: int, position: int, before: int, rows: list[list[int]]
) -> Version:
    """Store that a revert happened and a version of what was before, both or neither."""
    services, person_id, at = call.services, call.access.person_id, call.services.clock.now()
    for _ in range(DECISIONS_MAX):
        kept = _version({document_id: before}, name="Before a revert", cause=VersionCause.REVERT, at=at)
        document = await services.repository.get(Document, document_id)
        document.revert(to_position=to, position=position, before_version_id=kept.id, restored=rows, at=at)
        appends = [services.repository.to_append(aggregate, person_id) for aggregate in (kept, document)]
        try:
            await services.log.append(Append(tuple(write for append in appends for write in append.writes)))
        except StreamMoved:
            continue
        return kept
    raise Conflict("The document was reverted, but changes too fast right now to say so in its history.")


def _version(documents: dict[UUID, int], *, name: str, cause: VersionCause, at: datetime, message: str = "") -> Version:
    return Version.of(version_id=new_id(), name=name, message=message, cause=cause, documents=documents, at=at)


async def _existing_version(services: Services, version_id: UUID) -> Version:
    try:
        return await services.repository.get(Version, version_id)
    except NotFound:
        raise NotFound("There is no version with that id.") from None


def _item_of(version: Version, document_id: UUID, person_id: UUID) -> VersionItem:
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
