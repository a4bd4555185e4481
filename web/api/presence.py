"""`/api/v1/presence`: who is in which document now, for lists of documents."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from web.routing import Call, answer, operation


class PresentPerson(BaseModel):
    """Somebody who is in a document."""

    id: UUID
    name: str
    colour: int = Field(description="The number of their colour, the same everywhere; clients map it to a palette.")


class PresentDocument(BaseModel):
    """A document that somebody is in."""

    document_id: UUID
    people: list[PresentPerson]


class PresencePage(BaseModel):
    """Every document that somebody is in."""

    items: list[PresentDocument]


@operation(gives=PresencePage)
async def list_presence(call: Call[None, None]) -> Response:
    """List who is in which document now; people on other nodes are at most seconds late."""
    everybody = call.services.whereabouts.everybody()
    items = [
        PresentDocument(
            document_id=document_id,
            people=[PresentPerson(id=one.person_id, name=one.name, colour=one.colour) for one in people],
        )
        for document_id, people in everybody.items()
    ]
    return answer(PresencePage(items=items))
