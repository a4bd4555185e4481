"""`/api/v1/inbox`: what others said to one, or decided about what is one's own to look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.aggregates.inbox import Inbox, inbox_id
from core.errors import Conflict, NotFound, StreamMoved
from core.limits import INBOX_COUNTED_MAX, INBOX_READ_AT_ONCE_MAX, LIST_ITEMS_MAX, POSITION_MAX
from web.api.branches import names_of_branches
from web.api.documents import DECISIONS_MAX, existing_document
from web.api.history import require_past
from web.routing import JSON, Call, answer, operation
from web.services import Services

EntryId = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]


class InboxQuery(BaseModel, extra="forbid"):
    """Which entries a page shows."""

    unread_only: bool = False
    limit: int = Field(default=50, ge=1, le=LIST_ITEMS_MAX)
    cursor: str | None = Field(default=None, max_length=4096)


class InboxItem(BaseModel):
    """One entry."""

    id: str
    kind: Literal["mention", "reply", "review_requested", "approved", "changes_requested", "merged"]
    document_id: UUID = Field(description="Of what is on a branch: the document that the branch is of.")
    document_title: str = Field(description="As the library knows the document; empty: it does not.")
    document_kind: str
    branch_id: UUID | None
    branch_name: str | None = Field(description="As the lists know the branch; null: they do not.")
    thread_id: UUID | None
    actor_id: UUID
    text: str = Field(description="The beginning of what was said; empty when it was taken away.")
    at: datetime
    position: int
    is_read: bool


class InboxPage(BaseModel):
    """One page of an inbox, the newest first, a moment behind the log."""

    items: list[InboxItem]
    unread: int = Field(description=f"Of the whole inbox; {INBOX_COUNTED_MAX} stands for that many or more.")
    next_cursor: str | None


class ReadEntries(BaseModel, extra="forbid"):
    """What one has read."""

    ids: list[EntryId] = Field(default_factory=list, max_length=INBOX_READ_AT_ONCE_MAX)
    up_to: int | None = Field(
        default=None, ge=1, le=POSITION_MAX, description="Everything up to and with this position of the log."
    )


class Unread(BaseModel):
    """What is left."""

    unread: int


class Muting(BaseModel):
    """Whether one hears of a document."""

    is_muted: bool


@operation(query=InboxQuery, gives=InboxPage)
async def list_inbox(call: Call[InboxQuery, None]) -> Response:
    """List what is in one's inbox."""
    query, inbox, person_id = call.query, call.services.inbox, call.access.person_id
    page = await inbox.list_entries(
        person_id=person_id, unread_only=query.unread_only, limit=query.limit, cursor=query.cursor
    )
    fields = set(InboxItem.model_fields) - {"id", "branch_name"}
    branches = {row.branch_id for row in page.items if row.branch_id is not None}
    names = await names_of_branches(call.services, branches)
    items = [
        InboxItem(
            id=str(row.position),
            branch_name=None if row.branch_id is None else names.get(row.branch_id),
            **{name: getattr(row, name) for name in fields},
        )
        for row in page.items
    ]
    return answer(InboxPage(items=items, unread=await inbox.count_unread(person_id), next_cursor=page.next_cursor))


@operation(body={JSON: ReadEntries}, gives=Unread, fails=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT])
async def mark_read(call: Call[None, ReadEntries]) -> Response:
    """Mark entries of one's inbox as read."""
    services, person_id, up_to = call.services, call.access.person_id, call.body.up_to or 0
    named = [int(given) for given in call.body.ids]
    await require_past(services, max([up_to, *named]))
    found = await services.inbox.unread_among(person_id, positions=named, up_to=up_to)
    unread = await services.inbox.count_unread(person_id)
    if found:  # Nothing is stored for what was read before, or never was there.
        singles = [position for position in found if position > up_to]
        await _decide(call, lambda inbox, at: inbox.read(positions=singles, up_to=up_to, at=at))
    return answer(Unread(unread=max(0, unread - len(found))))


@operation(gives=Muting)
async def show_muting(call: Call[None, None]) -> Response:
    """Tell whether one has muted a document."""
    document_id = await _original(call.services, call.id("document_id"))
    return answer(Muting(is_muted=document_id in (await _inbox(call.services, call.access.person_id)).muted))


@operation(status=HTTPStatus.NO_CONTENT, fails=[HTTPStatus.CONFLICT])
async def mute(call: Call[None, None]) -> Response:
    """Hear no more of a document and its branches."""
    document_id = await _original(call.services, call.id("document_id"))
    await _decide(call, lambda inbox, at: inbox.mute(document_id, at=at))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@operation(status=HTTPStatus.NO_CONTENT, fails=[HTTPStatus.CONFLICT])
async def unmute(call: Call[None, None]) -> Response:
    """Hear of a document again."""
    document_id = await _original(call.services, call.id("document_id"))
    await _decide(call, lambda inbox, at: inbox.unmute(document_id, at=at))
    return Response(status_code=HTTPStatus.NO_CONTENT)


# -- below ------------------------------------------------------------------------------------------------------------


async def _original(services: Services, document_id: UUID) -> UUID:
    """Return the document that a branch's content comes from; of any other document itself. Raises NotFound."""
    document = await existing_document(services, document_id)
    while document.forked_from is not None:
        document = await existing_document(services, document.forked_from)
    return document.id


async def _inbox(services: Services, person_id: UUID) -> Inbox:
    try:
        return await services.repository.get(Inbox, inbox_id(person_id))
    except NotFound:
        return Inbox.of(person_id, at=services.clock.now())


async def _decide(call: Call[Any, Any], decide: Callable[[Inbox, datetime], None]) -> None:
    services, person_id = call.services, call.access.person_id
    for _ in range(DECISIONS_MAX):
        inbox = await _inbox(services, person_id)
        before = len(inbox.pending_events)
        decide(inbox, services.clock.now())
        if len(inbox.pending_events) == before:
            return
        try:
            await services.repository.save(inbox, person_id)
        except StreamMoved:
            continue
        return
    raise Conflict("This inbox changes too fast right now; try again.")
