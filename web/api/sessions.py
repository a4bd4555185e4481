"""`/api/v1/documents/{id}/sessions`: what a client needs to open a document, above all a CRDT client id of its own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from core import limits
from core.documents.kinds import kind_named
from core.errors import Conflict
from core.roles import Role
from web.api.documents import existing_document
from web.routing import Call, answer, operation


class SessionLimits(BaseModel):
    """What the server refuses to take."""

    update_bytes: int = limits.UPDATE_BYTES_MAX
    message_bytes: int = limits.MESSAGE_BYTES_MAX
    awareness_bytes: int = limits.AWARENESS_BYTES_MAX
    text_chars: int = limits.TEXT_CHARS_MAX
    line_chars: int = limits.LINE_CHARS_MAX
    messages_per_second: int = limits.MESSAGES_PER_SECOND_MAX


class Session(BaseModel):
    """A fresh place at a document."""

    model_config = ConfigDict(populate_by_name=True)

    document_id: UUID
    kind: str
    client_id: int = Field(description="Yours alone, for this page load; set it after the local store has loaded.")
    person_id: UUID
    name: str
    role: Role
    access: Literal["read-write", "readonly"]
    sync_url: str = Field(description="The plain y-websocket address, with acknowledgements.")
    collab_url: str = Field(description="The Hocuspocus address; the document's name is its id.")
    document_schema: dict[str, Any] = Field(alias="schema", description="JSON Schema of the document's fields.")
    limits: SessionLimits


@operation(gives=Session, status=HTTPStatus.CREATED, fails=[HTTPStatus.CONFLICT])
async def open_session(call: Call[None, None]) -> Response:
    """Take a fresh place at a document: a client id, addresses, schema and limits."""
    services, access = call.services, call.access
    document = await existing_document(services, call.id("document_id"))
    if document.trashed:
        raise Conflict("This document is in the trash; restore it first.")
    base = services.settings.base_url.replace("http", "ws", 1)
    session = Session(
        document_id=document.id,
        kind=document.kind,
        client_id=await services.client_ids.issue(document.id, access.person_id),
        person_id=access.person_id,
        name=access.name,
        role=access.role,
        access="read-write" if access.may_write else "readonly",
        sync_url=f"{base}/sync/{document.id}?acks=1",
        collab_url=f"{base}/collab",
        schema=kind_named(document.kind).json_schema(),
        limits=SessionLimits(),
    )
    return answer(session, status=HTTPStatus.CREATED)
