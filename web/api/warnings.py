"""`/api/v1/documents/{id}/warnings`: what a person should look at. A warning never keeps an edit out."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.aggregates.document import Document
from core.documents.kind import DocumentWarning
from core.documents.kinds import kind_named
from core.documents.references import Named, references_in
from core.errors import NotFound
from web.api.documents import State, read_state
from web.routing import Call, answer, operation
from web.services import Services


class WarningItem(BaseModel):
    """One thing to look at."""

    path: str = Field(description="JSON Pointer into the document; it may name a field or one entry of a list.")
    message: str = Field(description='Goes on after the name of the field: "has no title yet".')


class WarningPage(BaseModel):
    """Every warning about a document as it was at `position`."""

    position: int
    items: list[WarningItem]


@operation(gives=WarningPage, also=[HTTPStatus.NOT_MODIFIED], headers=["If-None-Match"])
async def list_warnings(call: Call[None, None]) -> Response:
    """List what a person should look at in a document, at the log's head."""
    state = await read_state(call.services, call.id("document_id"))
    kind = kind_named(state.document.kind)
    dangling = await _dangling(call.services, references_in(kind.schema, state.content))
    tag = _tag(state, dangling)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if tag in call.request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    found = [*kind.warnings_of(state.content), *dangling]
    items = [WarningItem(path=warning.path, message=warning.message) for warning in found]
    return answer(WarningPage(position=state.position, items=items), headers=headers)


async def _dangling(services: Services, named: list[Named]) -> list[DocumentWarning]:
    """Return a warning for every named document that is not there, in the trash, or of another kind."""
    found = []
    for reference in named:
        problem = await _problem(services, reference)
        if problem is not None:
            found.append(DocumentWarning(reference.path, problem))
    return found


async def _problem(services: Services, reference: Named) -> str | None:
    try:
        document = await services.repository.get(Document, reference.document_id)
    except NotFound:
        return f"names a {reference.kind} that does not exist"
    if document.kind != reference.kind:
        return f"names a {document.kind} where a {reference.kind} belongs"
    return f"names a {reference.kind} that is in the trash" if document.trashed else None


def _tag(state: State, dangling: list[DocumentWarning]) -> str:
    """Return the document's position, and a mark of what others did to it: they have positions of their own."""
    if not dangling:
        return f'"{state.position}"'
    return f'"{state.position}-{sha256(repr(dangling).encode()).hexdigest()[:16]}"'
