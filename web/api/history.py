"""What a document said at any position of the log, and what differs between two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from core.aggregates.document import Document
from core.crdt.history import History
from core.documents.authors import AuthoredSpan, authored, set_by, text_at
from core.documents.difference import Change, difference, parts_of
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.errors import Invalid, NotFound
from core.events import Kind
from web.api.documents import POSITION_MAX, DocumentState, existing_document
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


class DiffSpan(BaseModel):
    """A stretch of a text that is the same in both, or was inserted or deleted by one person."""

    change: Literal["equal", "insert", "delete"]
    text: str
    author: Author | None = Field(description="Null for what is equal, and for letters kept inside a rewritten word.")


class DiffChange(BaseModel):
    """One difference."""

    path: str = Field(description="JSON Pointer.")
    change: Literal["set", "text", "add", "remove", "move"] = Field(
        description="`move`: old and new are places among the siblings, from 0."
    )
    old: Any
    new: Any
    spans: list[DiffSpan] = Field(description="Of a `text`: both texts by word; otherwise empty.")
    author: Author | None = Field(description="Of a `set` or `add`: who set what is there now, if it is one value.")


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
    """Compare a document at two positions, by field, entry and word, with the authors."""
    document = await existing_document(call.services, call.id("document_id"))
    kind, query = kind_named(document.kind), call.query
    await require_past(call.services, query.from_, query.to)
    if query.with_ is not None and query.with_ != document.id:
        return answer(await _between(call.services, kind, document.id, query, query.with_))

    def compare(history: History) -> Diff:
        old = past_of(kind, history, query.from_) if query.from_ else _nothing(kind, history)
        new = past_of(kind, history, query.to if query.to is not None else history.position)
        changes = difference(kind, old.content, new.content)
        told = [_change(kind, history, change, old.version, new.version) for change in changes]
        return Diff.model_validate({"from": old.position, "to": new.position, "changes": told})

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
    )


def path_named(path: str) -> tuple[str, ...]:
    """Return the parts of a JSON Pointer that a caller gave. Raises Invalid."""
    if not path.startswith("/"):
        raise Invalid("A path is a JSON Pointer such as /sections/v1/lyrics.", path="path")
    return parts_of(path)


async def _between(services: Services, kind: DocumentKind, document_id: UUID, query: DiffQuery, with_: UUID) -> Diff:
    """Compare one document with another of its kind, such as a branch: nobody went from the one to the other, so words
    have no authors here, and values those who set them.
    """
    other = await existing_document(services, with_)
    if other.kind != kind.name:
        raise Invalid(f"Only documents of one kind can be compared; the other one is a {other.kind}.", path="with")

    def read(history: History) -> Past:
        return past_of(kind, history, query.from_) if query.from_ else _nothing(kind, history)

    old = await services.histories.ask(document_id, read)

    def compare(history: History) -> Diff:
        new = past_of(kind, history, query.to if query.to is not None else history.position)
        told = [_told(kind, history, one, new.version, []) for one in difference(kind, old.content, new.content)]
        return Diff.model_validate({"from": old.position, "to": new.position, "changes": told})

    return await services.histories.ask(other.id, compare)


def _nothing(kind: DocumentKind, history: History) -> Past:
    """Return what every document began as: without a word."""
    return Past(0, 0, kind.to_json(history.document_at(0)))


def _change(kind: DocumentKind, history: History, change: Change, old: int, new: int) -> DiffChange:
    return _told(kind, history, change, new, _spans(kind, history, change, parts_of(change.path), old, new))


def _told(
    kind: DocumentKind, history: History, change: Change, new: int, authored_spans: Sequence[AuthoredSpan]
) -> DiffChange:
    """Return a change with the authors of its spans, none: of words by nobody, and who set what is there now."""
    setter = None
    if change.change in ("set", "add"):
        setter = set_by(kind, history.weave, parts_of(change.path), new)
    spans = authored_spans or [AuthoredSpan(span.change, span.text, None) for span in change.spans]
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
            for span in spans
        ],
        author=None if setter is None else author_of(history, setter),
    )


def _spans(
    kind: DocumentKind, history: History, change: Change, path: Sequence[str], old: int, new: int
) -> list[AuthoredSpan]:
    before, after = text_at(kind, history.weave, path, old), text_at(kind, history.weave, path, new)
    if before is not None and after is not None and before[0] == after[0]:
        return authored(after[1], change.spans, old, new, history.actors)
    # Another text stands there now: it was not edited from the one to the other.
    return [AuthoredSpan(span.change, span.text, None) for span in change.spans]


async def _trashed_at(services: Services, document_id: UUID, position: int) -> bool:
    facts = await services.log.read_stream(document_id, Kind.AGGREGATE)
    topics = [fact.topic for fact in facts if fact.position <= position]
    moves = [topic for topic in topics if topic in (Document.Trashed.TOPIC, Document.Restored.TOPIC)]
    return bool(moves) and moves[-1] == Document.Trashed.TOPIC
