"""Comments: threads on a document, its fields and its words, which follow the words through edits and reverts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator
from starlette.responses import Response

from core.aggregates.comment import Anchor, Comment, Message
from core.crdt.anchors import RelativePosition
from core.crdt.history import History
from core.documents.anchoring import Marked, Standing, mark_between, mark_field, mark_offsets, standing
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.errors import Conflict, Invalid, NotFound, StreamMoved
from core.ids import FOREIGN_CLIENT_ID_MAX, new_id
from core.limits import CLOCK_MAX, COMMENT_CHARS_MAX, COMMENT_MENTIONS_MAX, LINE_CHARS_MAX, LIST_ITEMS_MAX, POSITION_MAX
from core.roles import Role
from projections.comments import ThreadRow, ThreadState, thread_of
from web.api.documents import DECISIONS_MAX, existing_document
from web.api.history import PATH_CHARS_MAX, path_named, require_past
from web.routing import JSON, Call, answer, operation
from web.services import Services

Offset = Annotated[int, Field(ge=0, le=CLOCK_MAX)]
Text = Annotated[str, Field(min_length=1, max_length=COMMENT_CHARS_MAX)]
Mentions = Annotated[
    list[UUID], Field(max_length=COMMENT_MENTIONS_MAX, description="Members who get this into their inbox.")
]


class CommentsQuery(BaseModel, extra="forbid"):
    """Which threads a list shows."""

    state: ThreadState = "open"
    limit: int = Field(default=50, ge=1, le=LIST_ITEMS_MAX)
    cursor: str | None = Field(default=None, max_length=4096)


class UnitId(BaseModel, extra="forbid"):
    """The name of one unit of a document."""

    client: int = Field(ge=0, le=FOREIGN_CLIENT_ID_MAX)
    clock: int = Field(ge=0, le=CLOCK_MAX)


class RelativePlace(BaseModel, extra="forbid"):
    """A relative position of Yjs as JSON."""

    type: UnitId | None = Field(default=None, description="The shared type, when it lies in another one.")
    tname: str | None = Field(
        default=None, max_length=LINE_CHARS_MAX, description="The shared type, when it is a root."
    )
    item: UnitId | None = Field(default=None, description="The unit beside it; null: an end of the text.")
    assoc: int = Field(default=0, ge=-1, le=1, description="0 or more: before the unit; less: after it.")


class NewAnchor(BaseModel, extra="forbid"):
    """What a thread is about: give offsets or relative positions for words, neither for the whole field."""

    path: str = Field(max_length=PATH_CHARS_MAX, description="JSON Pointer; empty: the document.")
    start: Offset | None = Field(default=None, description="UTF-16 units from the start of the text.")
    stop: Offset | None = Field(default=None, description="UTF-16 units; exclusive.")
    at: int | None = Field(
        default=None, ge=1, le=POSITION_MAX, description="The position at which the words were marked; null: now."
    )
    from_: RelativePlace | None = Field(default=None, alias="from")
    to: RelativePlace | None = None

    @model_validator(mode="after")
    def _is_one_of_three(self) -> NewAnchor:
        if (self.start is None) != (self.stop is None) or (self.from_ is None) != (self.to is None):
            raise ValueError("start and stop belong together, and so do from and to")
        if self.start is not None and self.from_ is not None:
            raise ValueError("mark the words by offsets or by relative positions, not by both")
        if not self.path and (self.start is not None or self.from_ is not None):
            raise ValueError("name the text that the words are in")
        return self


class NewMessage(BaseModel, extra="forbid"):
    """What somebody says."""

    text: Text
    mentions: Mentions = Field(default_factory=list)


class NewThread(NewMessage):
    """What somebody says about something."""

    anchor: NewAnchor


class Place(BaseModel):
    """Where words are now."""

    start: int = Field(description="UTF-16 units from the start of the text.")
    stop: int


class CommentMessage(BaseModel):
    """One thing somebody said."""

    id: UUID
    person_id: UUID
    text: str = Field(description="Plain text. Empty when it was removed; of an erased one, a sentence that says so.")
    mentions: list[UUID]
    at: datetime
    edited_at: datetime | None
    is_removed: bool
    is_erased: bool


class Thread(BaseModel):
    """A thread of comments, and where it stands now."""

    id: UUID
    document_id: UUID
    path: str = Field(description="JSON Pointer of what it is about; empty: the document.")
    quote: str = Field(description="What the words, or the value, were when the thread was opened.")
    from_: RelativePlace | None = Field(alias="from", description="Just before the first word that is left.")
    to: RelativePlace | None = Field(description="Just after the last one. Null: no words, or none is left.")
    place: Place | None = Field(description="The same as offsets in the newest text.")
    is_orphaned: bool = Field(description="What it is about is gone; the quote says what it was.")
    state: Literal["open", "resolved"]
    created_by: UUID
    created_at: datetime
    resolved_by: UUID | None
    resolved_at: datetime | None
    position: int = Field(description="Where in the log the words were marked.")
    messages: list[CommentMessage]


class ThreadPage(BaseModel):
    """One page of threads, the newest first."""

    items: list[Thread]
    next_cursor: str | None


@operation(query=CommentsQuery, gives=ThreadPage)
async def list_comments(call: Call[CommentsQuery, None]) -> Response:
    """List a document's threads of comments."""
    document = await existing_document(call.services, call.id("document_id"))
    page = await call.services.comments.list_threads(
        document_id=document.id, state=call.query.state, limit=call.query.limit, cursor=call.query.cursor
    )
    items = await _threads(call.services, kind_named(document.kind), document.id, page.items)
    return answer(ThreadPage(items=items, next_cursor=page.next_cursor))


@operation(
    body={JSON: NewThread},
    gives=Thread,
    status=HTTPStatus.CREATED,
    fails=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
)
async def add_comment(call: Call[None, NewThread]) -> Response:
    """Open a thread of comments on a document, a field or some words."""
    services, body = call.services, call.body
    document = await existing_document(services, call.id("document_id"))
    if document.trashed:
        raise Conflict("This document is in the trash; restore it first.")
    await _require_members(services, body.mentions)
    await require_past(services, body.anchor.at)
    kind = kind_named(document.kind)
    marked = await services.histories.ask(document.id, lambda history: _mark(kind, history, body.anchor))
    thread = Comment.add(
        thread_id=new_id(),
        anchor=Anchor(document.id, body.anchor.path, marked.quote, marked.units, marked.position),
        person_id=call.access.person_id,
        text=body.text,
        mentions=body.mentions,
        at=services.clock.now(),
    )
    await services.repository.save(thread, call.access.person_id)
    return await _thread_response(services, thread, status=HTTPStatus.CREATED)


@operation(gives=Thread)
async def get_comment(call: Call[None, None]) -> Response:
    """Read a thread at the log's head."""
    return await _thread_response(call.services, await _existing(call.services, call.id("comment_id")))


@operation(
    body={JSON: NewMessage},
    gives=Thread,
    status=HTTPStatus.CREATED,
    fails=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT],
)
async def reply(call: Call[None, NewMessage]) -> Response:
    """Say something in a thread."""
    body = call.body
    await _require_members(call.services, body.mentions)

    def decide(thread: Comment, person_id: UUID, at: datetime) -> None:
        thread.reply(person_id=person_id, text=body.text, mentions=body.mentions, at=at)

    return await _decide(call, decide, status=HTTPStatus.CREATED)


@operation(body={JSON: NewMessage}, gives=Thread, fails=[HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT])
async def edit_message(call: Call[None, NewMessage]) -> Response:
    """Change a message of one's own; its mentions become those given."""
    message_id, body = call.id("message_id"), call.body
    await _require_members(call.services, body.mentions)

    def decide(thread: Comment, person_id: UUID, at: datetime) -> None:
        thread.edit(message_id, person_id=person_id, text=body.text, mentions=body.mentions, at=at)

    return await _decide(call, decide)


@operation(gives=Thread, fails=[HTTPStatus.CONFLICT])
async def remove_message(call: Call[None, None]) -> Response:
    """Take away a message of one's own; owners may take away any."""
    message_id, is_owner = call.id("message_id"), call.access.role is Role.OWNER

    def decide(thread: Comment, person_id: UUID, at: datetime) -> None:
        thread.remove(message_id, person_id=person_id, may_remove_any=is_owner, at=at)

    return await _decide(call, decide)


@operation(gives=Thread, fails=[HTTPStatus.CONFLICT])
async def resolve(call: Call[None, None]) -> Response:
    """Settle a thread."""
    return await _decide(call, lambda thread, person_id, at: thread.resolve(person_id=person_id, at=at))


@operation(gives=Thread, fails=[HTTPStatus.CONFLICT])
async def reopen(call: Call[None, None]) -> Response:
    """Open a settled thread again."""
    return await _decide(call, lambda thread, person_id, at: thread.reopen(at=at))


# -- below ------------------------------------------------------------------------------------------------------------


async def _existing(services: Services, thread_id: UUID) -> Comment:
    try:
        return await services.repository.get(Comment, thread_id)
    except NotFound:
        raise NotFound("There is no thread of comments with that id.") from None


async def _decide(
    call: Call[Any, Any], decide: Callable[[Comment, UUID, datetime], None], *, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Load, decide and store, again when somebody else was faster; then return the whole thread."""
    services, person_id = call.services, call.access.person_id
    for _ in range(DECISIONS_MAX):
        thread = await _existing(services, call.id("comment_id"))
        if (await existing_document(services, thread.anchor.document_id)).trashed:
            raise Conflict("The document of this thread is in the trash; restore it first.")
        decide(thread, person_id, services.clock.now())
        try:
            if thread.pending_events:
                await services.repository.save(thread, person_id)
        except StreamMoved:
            continue
        return await _thread_response(services, thread, status=status)
    raise Conflict("This thread changes too fast right now; try again.")


async def _require_members(services: Services, people: Sequence[UUID]) -> None:
    if not people:
        return
    members = await services.roster.members()
    for place, person_id in enumerate(people):
        if person_id not in members:
            raise Invalid("Mention members of this workspace only.", path=f"/mentions/{place}")


def _mark(kind: DocumentKind, history: History, anchor: NewAnchor) -> Marked:
    if anchor.path:
        path_named(anchor.path)
    version = history.version_at(anchor.at if anchor.at is not None else history.position)
    if anchor.start is not None and anchor.stop is not None:
        return mark_offsets(kind, history, anchor.path, version, anchor.start, anchor.stop)
    if anchor.from_ is not None and anchor.to is not None:
        return mark_between(kind, history, anchor.path, version, _position(anchor.from_), _position(anchor.to))
    return mark_field(kind, history, anchor.path, version)


def _position(place: RelativePlace) -> RelativePosition:
    item = None if place.item is None else (place.item.client, place.item.clock)
    parent = place.tname if place.type is None else (place.type.client, place.type.clock)
    return RelativePosition(item, parent, place.assoc)


async def _thread_response(services: Services, thread: Comment, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    document = await existing_document(services, thread.anchor.document_id)
    shown = await _threads(services, kind_named(document.kind), document.id, [thread_of(thread)])
    return answer(shown[0], status=status)


async def _threads(
    services: Services, kind: DocumentKind, document_id: UUID, rows: Sequence[ThreadRow]
) -> list[Thread]:
    if not rows:
        return []
    anchors = [row.anchor for row in rows]
    stand = await services.histories.ask(document_id, lambda history: standing(kind, history, anchors))
    return [_thread(row, where) for row, where in zip(rows, stand, strict=True)]


def _thread(row: ThreadRow, where: Standing) -> Thread:
    words = where.words
    first = last = None
    if words is not None:
        first = _relative(where.parent, words.first, assoc=0)
        last = _relative(where.parent, words.last, assoc=-1)
    return Thread.model_validate(
        {
            "id": row.thread_id,
            "document_id": row.anchor.document_id,
            "path": row.anchor.path,
            "quote": row.anchor.quote,
            "from": first,
            "to": last,
            "place": None if words is None else Place(start=words.start, stop=words.stop),
            "is_orphaned": where.is_orphaned,
            "state": "open" if row.resolved_at is None else "resolved",
            "created_by": row.created_by,
            "created_at": row.created_at,
            "resolved_by": row.resolved_by,
            "resolved_at": row.resolved_at,
            "position": row.anchor.position,
            "messages": [_message(message) for message in row.messages],
        }
    )


def _relative(parent: tuple[int, int] | str | None, unit: tuple[int, int], *, assoc: int) -> RelativePlace:
    return RelativePlace(
        type=UnitId(client=parent[0], clock=parent[1]) if isinstance(parent, tuple) else None,
        tname=parent if isinstance(parent, str) else None,
        item=UnitId(client=unit[0], clock=unit[1]),
        assoc=assoc,
    )


def _message(message: Message) -> CommentMessage:
    return CommentMessage(
        id=message.message_id,
        person_id=message.person_id,
        text="This comment was erased." if message.is_erased else message.text,
        mentions=list(message.mentions),
        at=message.at,
        edited_at=message.edited_at,
        is_removed=message.is_removed,
        is_erased=message.is_erased,
    )
