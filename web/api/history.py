"""What a document said at any position of the log, and what differs between two."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from core.aggregates.document import Document
from core.crdt.history import History
from core.documents.difference import difference, parts_of
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.documents.telling import Told, Woven, told, told_between
from core.errors import Invalid, NotFound
from core.events import Kind
from core.limits import POSITION_MAX
from web.api.documents import DocumentState, existing_document
from web.routing import Call, answer, operation
from web.services import Services

#: Characters of a JSON pointer: a name, an entry's id and a label, with room to spare.
PATH_CHARS_MAX = 1000


class DiffQuery(BaseModel, extra="forbid"):
    """Which two positions are compared."""

    from_: int = Field(
        alias="from",
        ge=0,
        le=POSITION_MAX,
        description="A position since the document is; 0: before there was anything.",
    )
    to: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="Null: the newest.")
    with_: UUID | None = Field(
        default=None,
        alias="with",
        description="The document that `to` is a position of, such as a branch's content; null: the same.",
    )


class Author(BaseModel):
    """Who made a change, when, and where in the log it is."""

    person_id: UUID
    position: int
    at: str = Field(description="ISO 8601, UTC.")
    merged_at: int | None = Field(
        default=None,
        description="Of what was written on a branch: the position of the merge that brought it here; else null.",
    )


class DiffSpan(BaseModel):
    """A stretch of a text that is the same in both, or was inserted or deleted by one person."""

    change: Literal["equal", "insert", "delete"]
    text: str
    author: Author | None = Field(
        description="Of what comes, who wrote it first, as blame says; of what goes, who took it away."
        " Null for what is equal, for letters kept inside a rewritten word, and where nobody can be named."
    )


class DiffChange(BaseModel):
    """One difference."""

    path: str = Field(description="JSON Pointer.")
    change: Literal["set", "text", "add", "remove", "move"] = Field(
        description="`move`: old and new are places among the siblings, from 0."
    )
    old: Any
    new: Any
    spans: list[DiffSpan] = Field(description="Of a `text`: both texts by word; otherwise empty.")
    author: Author | None = Field(
        description="Of a `set` or `add`: who first set what is there now, if it is one value."
    )


class Diff(BaseModel):
    """What leads from one position of a document to another."""

    from_: int = Field(alias="from", description="The document's last update at or before the asked position; 0: none.")
    to: int
    changes: list[DiffChange]


class Past(NamedTuple):
    """A document at one position."""

    version: int
    position: int
    content: dict[str, Any]


@operation(gives=DocumentState)
async def show_at(call: Call[None, None]) -> Response:
    """Read a document as it was at a position of the log."""
    position = position_named(call.request.path_params["position"])
    document = await existing_document(call.services, call.id("document_id"))
    kind = kind_named(document.kind)
    await require_past(call.services, position)
    past = await call.services.histories.ask(document.id, lambda history: past_of(kind, history, position))
    trashed = await _trashed_at(call.services, document.id, position)
    body = {
        "id": str(document.id),
        "kind": document.kind,
        "position": past.position,
        "trashed": trashed,
        **past.content,
    }
    return JSONResponse(body, headers={"ETag": f'"{past.position}"', "Cache-Control": "private, no-cache"})


@operation(query=DiffQuery, gives=Diff)
async def show_diff(call: Call[DiffQuery, None]) -> Response:
    """Compare a document at two positions, or with another one, by field, entry and word, with the authors."""
    document = await existing_document(call.services, call.id("document_id"))
    kind, query = kind_named(document.kind), call.query
    await require_past(call.services, query.from_, query.to)
    if query.with_ is not None and query.with_ != document.id:
        return answer(await _between(call.services, kind, document.id, query, query.with_))

    def compare(history: History) -> Diff:
        old = past_of(kind, history, query.from_) if query.from_ else _nothing(kind, history)
        new = past_of(kind, history, query.to if query.to is not None else history.position)
        changes = difference(kind, old.content, new.content)
        each = told(kind, history.weave, changes, old.version, new.version, history.writers)
        return _diff(old, new, [shown(history, one) for one in each])

    return answer(await call.services.histories.ask(document.id, compare))


def position_named(given: str) -> int:
    """Return a position from an address. Raises NotFound when it is none."""
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:20]) <= POSITION_MAX:
        raise NotFound("A position is a number from 1 on.")
    return int(given)


async def require_past(services: Services, *positions: int | None) -> None:
    """Raise NotFound for a position that the log has not reached."""
    head = (await services.log.head()).position
    for position in positions:
        if position is not None and position > head:
            raise NotFound(f"Position {position} has not happened yet; the newest is {head}.")


def past_of(kind: DocumentKind, history: History, position: int) -> Past:
    """Return the document as it was at a position. Raises NotFound before its first update."""
    version = history.version_at(position)
    return Past(version, history.position_of(version), kind.to_json(history.document_at(version)))


def author_of(history: History, version: int) -> Author:
    """Return who made a version."""
    return Author(
        person_id=history.actor_of(version),
        position=history.position_of(version),
        at=history.moment_of(version).isoformat(),
        merged_at=history.merged_at(version),
    )


def path_named(path: str) -> tuple[str, ...]:
    """Return the parts of a JSON Pointer that a caller gave. Raises Invalid."""
    if not path.startswith("/"):
        raise Invalid("A path is a JSON Pointer such as /sections/v1/lyrics.", path="path")
    return parts_of(path)


async def _between(services: Services, kind: DocumentKind, document_id: UUID, query: DiffQuery, with_: UUID) -> Diff:
    """Compare one document with another of its kind, such as a branch, with the authors that the other one knows."""
    other = await existing_document(services, with_)
    if other.kind != kind.name:
        raise Invalid(f"Only documents of one kind can be compared; the other one is a {other.kind}.", path="with")

    def read(history: History) -> tuple[Past, Woven]:
        past = past_of(kind, history, query.from_) if query.from_ else _nothing(kind, history)
        return past, Woven(history.weave, past.version)

    old, side = await services.histories.ask(document_id, read)

    def compare(history: History) -> Diff:
        new = past_of(kind, history, query.to if query.to is not None else history.position)
        changes = difference(kind, old.content, new.content)
        each = told_between(kind, changes, side, Woven(history.weave, new.version), history.writers)
        return _diff(old, new, [shown(history, one) for one in each])

    return await services.histories.ask(other.id, compare)


def _diff(old: Past, new: Past, changes: list[DiffChange]) -> Diff:
    return Diff.model_validate({"from": old.position, "to": new.position, "changes": changes})


def _nothing(kind: DocumentKind, history: History) -> Past:
    """Return what every document began as: without a word."""
    return Past(0, 0, kind.to_json(history.document_at(0)))


def shown(history: History, one: Told) -> DiffChange:
    """Return a change as callers see it; `history` is whose versions it names."""
    change = one.change
    return DiffChange(
        path=change.path,
        change=change.change,
        old=change.old,
        new=change.new,
        spans=[
            DiffSpan(
                change=span.change,
                text=span.text,
                author=None if span.version is None else author_of(history, span.version),
            )
            for span in one.spans
        ],
        author=None if one.version is None else author_of(history, one.version),
    )


async def _trashed_at(services: Services, document_id: UUID, position: int) -> bool:
    facts = await services.log.read_stream(document_id, Kind.AGGREGATE)
    topics = [fact.topic for fact in facts if fact.position <= position]
    moves = [topic for topic in topics if topic in (Document.Trashed.TOPIC, Document.Restored.TOPIC)]
    return bool(moves) and moves[-1] == Document.Trashed.TOPIC
