"""`/api/v1/documents/{id}/duplicate`: a new document with the same content and a history of its own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.documents.creation import UNTITLED, create_document
from core.documents.kinds import kind_named
from core.errors import Conflict
from core.ids import new_id
from core.limits import LINE_CHARS_MAX
from web.api.documents import read_state
from web.routing import JSON, Call, answer, operation

#: What a copy's title ends with unless somebody says another one.
SUFFIX = " (copy)"
#: The part of a note's content that belongs to other programs.
FOREIGN = "roots"


class NewCopy(BaseModel, extra="forbid"):
    """How the copy is called."""

    title: str | None = Field(
        default=None, min_length=1, max_length=LINE_CHARS_MAX, description="Null: as the original, and “(copy)”."
    )


class Copied(BaseModel):
    """The new document."""

    id: UUID
    kind: str
    title: str
    position: int
    left_out: list[str] = Field(
        description="What could not be copied: what another program keeps in a note in a form of its own, by name."
    )


@operation(body={JSON: NewCopy}, gives=Copied, status=HTTPStatus.CREATED, fails=[HTTPStatus.CONFLICT])
async def duplicate(call: Call[None, NewCopy]) -> Response:
    """Make a new document with the content this one has at the log's head; its history begins there."""
    services, state = call.services, await read_state(call.services, call.id("document_id"))
    if state.document.trashed:
        raise Conflict("This document is in the trash; restore it first.")
    kind = kind_named(state.document.kind)
    title = call.body.title or _copied_title(state.content[kind.title_field])
    content = {**state.content, kind.title_field: title}
    left_out = _take_foreign(content) if kind.schema is None else []
    document_id = new_id()
    committed = await create_document(
        services.log,
        services.repository,
        document_id=document_id,
        kind=kind.name,
        title=title,
        person_id=call.access.person_id,
        at=services.clock.now(),
        content=content,
    )
    made = Copied(id=document_id, kind=kind.name, title=title, position=committed.last_position, left_out=left_out)
    return answer(made, status=HTTPStatus.CREATED, headers={"Location": f"/api/v1/documents/{document_id}"})


def _take_foreign(content: dict[str, Any]) -> list[str]:
    """Leave out what stock clients keep in roots of their own: its types are known to them alone."""
    return sorted(content.pop(FOREIGN, {}))


def _copied_title(title: str | None) -> str:
    """Return the title of a copy, cut so that it is still one; lengths are counted as JavaScript does."""
    units = (title or UNTITLED).encode("utf-16-le")
    return units[: 2 * (LINE_CHARS_MAX - len(SUFFIX))].decode("utf-16-le", "ignore") + SUFFIX
