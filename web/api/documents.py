"""`/api/v1/documents`: lists, creation, state at the log's head, patches that become CRDT edits, the trash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

from pycrdt import Doc
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from core.aggregates.document import Document
from core.crdt.apply import apply_updates
from core.documents.creation import create_document
from core.documents.kind import DocumentKind
from core.documents.kinds import KINDS, kind_named
from core.documents.load import load, read_json
from core.documents.load_at import load_at
from core.errors import Conflict, Invalid, NotFound, StreamMoved
from core.events import Kind
from core.ids import new_id
from core.limits import LINE_CHARS_MAX, LIST_ITEMS_MAX, POSITION_MAX
from web.patches import JsonPatch, MergePatch
from web.problems import HttpProblem
from web.routing import JSON, Call, answer, operation
from web.services import Services

#: How often a decision about the trash is taken again when somebody else was faster.
DECISIONS_MAX = 10


def _known_kind(name: str) -> str:
    if name not in KINDS:
        raise ValueError(f"there is no kind of document named {name!r}; there are {', '.join(KINDS)}")
    return name


KindName = Annotated[str, AfterValidator(_known_kind), Field(json_schema_extra={"enum": list(KINDS)})]


class DocumentsQuery(BaseModel, extra="forbid"):
    """Which documents a list shows."""

    kind: list[KindName] | None = Field(default=None, description="Only these kinds.")
    search: str | None = Field(default=None, max_length=LINE_CHARS_MAX, description="Only those that hold every word.")
    trashed: bool = Field(default=False, description="The trash instead of the library.")
    order: Literal["recent", "title"] = "recent"
    limit: int = Field(default=50, ge=1, le=LIST_ITEMS_MAX)
    cursor: str | None = Field(default=None, max_length=4096, description="`next_cursor` of the page before.")


class DocumentItem(BaseModel):
    """One document in a list, as of `position`; a moment behind the log."""

    id: UUID
    kind: str
    title: str
    subtitle: str
    counts: dict[str, int] = Field(description="How many sections, entities, words ... the document has.")
    position: int
    created_by: UUID
    created_at: datetime
    updated_by: UUID
    updated_at: datetime
    trashed_at: datetime | None
    problem: str | None = Field(description="Why the content cannot be read; null: it can.")


class DocumentPage(BaseModel):
    """One page of a list of documents."""

    items: list[DocumentItem]
    next_cursor: str | None


class NewDocument(BaseModel, extra="forbid"):
    """What a document starts as."""

    kind: KindName
    title: str = Field(default="Untitled", max_length=LINE_CHARS_MAX)


class DocumentState(BaseModel):
    """A document at the log's head: its fields, and four that no patch can change."""

    model_config = ConfigDict(extra="allow")

    id: UUID
    kind: str
    position: int = Field(description="The position of the document's last event; also the ETag.")
    trashed: bool


class PatchQuery(BaseModel, extra="forbid"):
    """What a patch was made from."""

    base: int | None = Field(
        default=None,
        ge=1,
        le=POSITION_MAX,
        description="The position the caller read. The patch is applied to that state, and the difference is merged"
        " with what others have changed since. Without it the patch is applied to the newest state.",
    )


class State(NamedTuple):
    """What the log holds of a document."""

    document: Document
    content: dict[str, Any]
    position: int

    def as_json(self) -> dict[str, Any]:
        """Return fields and metadata side by side. No kind has a field of the same name (a test compares)."""
        return {
            "id": str(self.document.id),
            "kind": self.document.kind,
            "position": self.position,
            "trashed": self.document.trashed,
            **self.content,
        }


@operation(query=DocumentsQuery, gives=DocumentPage)
async def list_documents(call: Call[DocumentsQuery, None]) -> Response:
    """List documents."""
    query = call.query
    page = await call.services.library.list_documents(
        kinds=query.kind,
        search=query.search,
        trashed=query.trashed,
        order=query.order,
        limit=query.limit,
        cursor=query.cursor,
    )
    items = [DocumentItem(id=entry.document_id, **_without_id(asdict(entry))) for entry in page.items]
    return answer(DocumentPage(items=items, next_cursor=page.next_cursor))


@operation(body={JSON: NewDocument}, gives=DocumentState, status=HTTPStatus.CREATED)
async def create(call: Call[None, NewDocument]) -> Response:
    """Create a document."""
    document_id = new_id()
    await _create(call, document_id)
    return await _state_response(call.services, document_id, status=HTTPStatus.CREATED)


@operation(body={JSON: NewDocument}, gives=DocumentState, also=[HTTPStatus.CREATED], fails=[HTTPStatus.CONFLICT])
async def put(call: Call[None, NewDocument]) -> Response:
    """Create a document with a chosen id; asking again for the same changes nothing."""
    document_id = call.id("document_id")
    try:
        await _create(call, document_id)
    except StreamMoved:
        try:
            document = await _existing(call.services, document_id)
        except NotFound:
            raise Conflict("This id belongs to something else; take a fresh one.") from None
        if document.kind != call.body.kind:
            raise Conflict(f"There is a document with this id already; it is a {document.kind}.") from None
        if document.trashed:
            raise Conflict("The document with this id is in the trash; restore it.") from None
        return await _state_response(call.services, document_id)
    return await _state_response(call.services, document_id, status=HTTPStatus.CREATED)


@operation(gives=DocumentState, also=[HTTPStatus.NOT_MODIFIED], headers=["If-None-Match"])
async def get(call: Call[None, None]) -> Response:
    """Read a document at the log's head."""
    document_id = call.id("document_id")
    wanted = call.request.headers.get("if-none-match")
    if wanted is not None:
        position = await _position(call.services, document_id)
        if position and _names(wanted, position):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=_headers(position))
    return await _state_response(call.services, document_id)


@operation(
    query=PatchQuery,
    body={"application/merge-patch+json": MergePatch, JSON: MergePatch, "application/json-patch+json": JsonPatch},
    gives=DocumentState,
    fails=[HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED],
    headers=["If-Match"],
)
async def patch(call: Call[PatchQuery, MergePatch | JsonPatch]) -> Response:
    """Change a document: the difference becomes CRDT edits, merged with everybody else's."""
    document_id, services = call.id("document_id"), call.services
    before = await read_state(services, document_id)
    if before.document.trashed:
        raise Conflict("This document is in the trash; restore it first.")
    expected = call.request.headers.get("if-match")
    if expected is not None and not _names(expected, before.position):
        raise _precondition_failed(before.position)
    kind = kind_named(before.document.kind)
    apply = _applied(before, call.body)
    if call.query.base is None:
        change = _on_newest(kind, apply, before if expected is not None else None)
    else:
        change = await _on_base(services, before, kind, apply, call.query.base)
    await services.rooms.edit(document_id, call.access, change)
    return await _state_response(services, document_id)


@operation(status=HTTPStatus.NO_CONTENT, fails=[HTTPStatus.CONFLICT])
async def trash(call: Call[None, None]) -> Response:
    """Move a document to the trash."""
    await _decide(call, lambda document: None if document.trashed else document.trash(at=call.services.clock.now()))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@operation(gives=DocumentState, fails=[HTTPStatus.CONFLICT])
async def restore(call: Call[None, None]) -> Response:
    """Take a document out of the trash."""
    await _decide(call, lambda document: document.restore(at=call.services.clock.now()) if document.trashed else None)
    return await _state_response(call.services, call.id("document_id"))


@operation(status=HTTPStatus.NO_CONTENT, fails=[HTTPStatus.CONFLICT])
async def erase(call: Call[None, None]) -> Response:
    """Erase a document from the trash, for ever: its words, history, branches, comments and takes.

    From now on nobody finds it; within seconds a worker has emptied what is stored of it. Who wrote when stays, and
    that it was erased.
    """
    document_id, services = call.id("document_id"), call.services
    active = await services.jobs.list_jobs(document_id=document_id, statuses=["queued", "running"], limit=1)
    if active.items:
        raise Conflict("Work on this document is still under way; cancel it, or wait until it is done.")
    await _decide(call, lambda document: document.request_erasure(at=services.clock.now()))
    services.histories.forget(document_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def read_state(services: Services, document_id: UUID) -> State:
    """Return the document as the log has it now. Raises NotFound."""
    document = await _existing(services, document_id)
    facts = await services.log.head(document_id, Kind.AGGREGATE)
    loaded = await load(services.log, services.snapshots, document_id)
    content = await read_json(kind_named(document.kind), loaded)
    return State(document, content, max(facts.position, loaded.position))


async def existing_document(services: Services, document_id: UUID) -> Document:
    """Return the facts of a document. Raises NotFound."""
    return await _existing(services, document_id)


# -- below ------------------------------------------------------------------------------------------------------------


async def _existing(services: Services, document_id: UUID) -> Document:
    try:
        return await services.repository.get(Document, document_id)
    except NotFound:
        raise NotFound("There is no document with that id.") from None


async def _create(call: Call[None, NewDocument], document_id: UUID) -> None:
    await create_document(
        call.services.log,
        call.services.repository,
        document_id=document_id,
        kind=call.body.kind,
        title=call.body.title,
        person_id=call.access.person_id,
        at=call.services.clock.now(),
    )


async def _decide(call: Call[None, None], decide: Callable[[Document], None]) -> None:
    """Load, decide and store, again when somebody else was faster."""
    for _ in range(DECISIONS_MAX):
        document = await _existing(call.services, call.id("document_id"))
        decide(document)
        try:
            if document.pending_events:
                await call.services.repository.save(document, call.access.person_id)
        except StreamMoved:
            continue
        return
    raise Conflict("This document changes too fast right now; try again.")


def _applied(before: State, body: MergePatch | JsonPatch) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return how this patch changes a content. The metadata is there to be tested, not to be changed."""
    metadata = {name: value for name, value in before.as_json().items() if name not in before.content}

    def apply(content: dict[str, Any]) -> dict[str, Any]:
        target = body.apply({**metadata, **content})
        for name, value in metadata.items():
            # A caller who sends back what was read sends its position too, which may be old by now.
            if target.pop(name, None) != value and name != "position":
                raise Invalid(f"{name} cannot be changed by a patch.", path=f"/{name}")
        return target

    return apply


def _on_newest(
    kind: DocumentKind, apply: Callable[[dict[str, Any]], dict[str, Any]], expected: State | None
) -> Callable[[Doc[Any]], None]:
    """Change what everybody will have; with `expected`, only while it still says what the caller has read."""

    def change(doc: Doc[Any]) -> None:
        current = kind.to_json(doc)
        if expected is not None and current != expected.content:
            raise _precondition_failed(expected.position)
        kind.edit(doc, apply(current))

    return change


async def _on_base(
    services: Services,
    before: State,
    kind: DocumentKind,
    apply: Callable[[dict[str, Any]], dict[str, Any]],
    base: int,
) -> Callable[[Doc[Any]], None]:
    """Change the document as it was at `base`, and merge these edits into the newest as if typed offline since."""
    created = (await services.log.read_stream(before.document.id, Kind.AGGREGATE, limit=1))[0].position
    if not created <= base <= before.position:
        raise Invalid(f"The base is a position from {created} to {before.position}.", path="base")
    old = await load_at(services.log, services.snapshots, before.document.id, base)
    state = old.get_update()

    def change(doc: Doc[Any]) -> None:
        fork: Doc[Any] = Doc(client_id=doc.client_id)
        apply_updates(fork, (state,))
        updates: list[bytes] = []
        subscription = fork.observe(lambda event: updates.append(event.update))
        kind.edit(fork, apply(kind.to_json(fork)))
        fork.unobserve(subscription)
        for update in updates:
            doc.apply_update(update)

    return change


async def _position(services: Services, document_id: UUID) -> int:
    facts = await services.log.head(document_id, Kind.AGGREGATE)
    updates = await services.log.head(document_id, Kind.UPDATE)
    return max(facts.position, updates.position) if facts.version and updates.version else 0


async def _state_response(services: Services, document_id: UUID, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    state = await read_state(services, document_id)
    headers = _headers(state.position)
    if status is HTTPStatus.CREATED:
        headers["Location"] = f"/api/v1/documents/{document_id}"
    return JSONResponse(state.as_json(), status, headers=headers)


def _headers(position: int) -> dict[str, str]:
    return {"ETag": f'"{position}"', "Cache-Control": "private, no-cache"}


def _names(header: str, position: int) -> bool:
    """Say whether a list of entity tags names this position; `*` names any."""
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or f'"{position}"' in tags


def _precondition_failed(position: int) -> HttpProblem:
    return HttpProblem(
        HTTPStatus.PRECONDITION_FAILED,
        f"Somebody changed the document since; it was at {position} just now. Read it again, or send ?base= instead.",
    )


def _without_id(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "document_id"}
