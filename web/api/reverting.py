"""Reverts: a document says again what it said, or without what somebody did; first as a preview, then as a new edit."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from itertools import pairwise
from typing import Literal, NamedTuple, Self
from uuid import UUID

import numpy as np
from pydantic import BaseModel, Field, model_validator
from starlette.responses import Response

from core.aggregates.document import Document
from core.aggregates.version import Version, VersionCause
from core.crdt.history import History
from core.crdt.weave import Mask, Restored
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.documents.previewing import planned_changes
from core.documents.reverting import Plan, Written, plan_restore, plan_undo, trace, write
from core.documents.undoing import nothing_of
from core.errors import Conflict, LogUnavailable, NotFound, StreamMoved
from core.events import Append, Kind
from core.limits import POSITION_MAX, VERSION_DOCUMENTS_MAX
from sync.edits import Prepared
from web.api.documents import DECISIONS_MAX, existing_document
from web.api.history import (
    PATH_CHARS_MAX,
    Author,
    DiffChange,
    author_of,
    path_named,
    require_past,
    shown,
)
from web.api.versions import VersionItem, existing_version, item_of, new_version
from web.routing import JSON, Call, answer, operation
from web.services import Services

#: Updates read at a time to find a revert among those that came at the same moment.
_PAGE = 100


class Undo(BaseModel, extra="forbid"):
    """What is taken back, everything else staying: all conditions together. What a document began with stays."""

    from_: int = Field(
        default=0, alias="from", ge=0, le=POSITION_MAX, description="Only what came after this position."
    )
    to: int | None = Field(
        default=None, ge=1, le=POSITION_MAX, description="Up to and with this one; null: the newest."
    )
    person_id: UUID | None = Field(default=None, description="Only what this person did.")
    path: str | None = Field(
        default=None, max_length=PATH_CHARS_MAX, description="JSON Pointer: only what was done there or below."
    )
    versions: list[UUID] = Field(
        default_factory=list,
        max_length=VERSION_DOCUMENTS_MAX,
        description="Only what belongs to these named versions: what came after the named version before each of them.",
    )

    @model_validator(mode="after")
    def _has_order(self) -> Self:
        if self.to is not None and self.to <= self.from_:
            raise ValueError("to must be a later position than from")
        return self


class NewRevert(BaseModel, extra="forbid"):
    """What a document should say again (`to`), or what of it should be taken back (`undo`)."""

    to: int | None = Field(
        default=None, ge=1, le=POSITION_MAX, description="A position; the document as it was there comes back."
    )
    path: str | None = Field(
        default=None,
        max_length=PATH_CHARS_MAX,
        description="JSON Pointer, with `to`: only what is there comes back, everything else stays as it is now.",
    )
    undo: Undo | None = None
    expected: int | None = Field(
        default=None,
        ge=1,
        le=POSITION_MAX,
        description="`position` of the preview: 409 when somebody has changed the document since.",
    )

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.to is None) == (self.undo is None):
            raise ValueError("name either to, a position to return to, or undo, what to take back")
        if self.undo is not None and self.path is not None:
            raise ValueError("with undo, the path stands inside it")
        return self


class Superseded(BaseModel):
    """Something that was to be taken back and stays."""

    path: str = Field(description="JSON Pointer.")
    by: Author = Field(description="Who changed it since.")
    reason: Literal["set_since", "removed_since", "written_in_since"] = Field(
        description="Another value was set since; it was removed since; somebody wrote in what was added."
    )


class RevertPreview(BaseModel):
    """What a revert would do now."""

    position: int = Field(description="Where the document stands; send it as `expected`.")
    changes: list[DiffChange] = Field(
        description="From what it says now to what it would say. The author of what comes back is who wrote it first;"
        " of words that go, too."
    )
    superseded: list[Superseded] = Field(
        description="What was to be taken back and stays, because it was changed since."
    )


class Reverted(BaseModel):
    """What a revert did."""

    position: int = Field(description="Where the new edit is stored.")
    to: int | None = Field(
        description="The position of the update whose content came back; null: something was undone."
    )
    before: VersionItem = Field(description="What the document said before, kept as a version.")


class _Intent(NamedTuple):
    """A revert somebody wants, checked as far as that goes without the history."""

    document_id: UUID
    kind: DocumentKind
    #: Returns the plan on the newest version, and the position whose content comes back (None: an undo).
    plan: Callable[[History], tuple[Plan, int | None]]


@operation(body={JSON: NewRevert}, gives=RevertPreview, fails=[HTTPStatus.CONFLICT])
async def preview(call: Call[None, NewRevert]) -> Response:
    """Say what a revert would change, and what it would leave because others have changed it since."""
    intent = await _intent(call)

    def look(history: History) -> RevertPreview:
        plan, _ = _planned(intent, history, call.body)
        planned = planned_changes(intent.kind, history.weave, plan, history.writers)
        return RevertPreview(
            position=history.position,
            changes=[shown(history, change) for change in planned],
            superseded=[
                Superseded(path=stay.path, by=author_of(history, stay.version), reason=stay.reason.value)
                for stay in plan.stays
            ],
        )

    return answer(await call.services.histories.ask(intent.document_id, look))


@operation(body={JSON: NewRevert}, gives=Reverted, fails=[HTTPStatus.CONFLICT])
async def revert(call: Call[None, NewRevert]) -> Response:
    """Bring a document, or a part of it, back to a position, or take back what somebody did and keep the rest.

    Either is a new edit, merged with what others are typing, and can be reverted itself.
    """
    services, intent = call.services, await _intent(call)
    found: list[tuple[Written, int | None, int]] = []

    async def prepare(client_id: int) -> Prepared:
        def make(history: History) -> Prepared:
            plan, to = _planned(intent, history, call.body)
            written = write(intent.kind, history, plan, client_id)
            found.append((written, to, history.inherited))
            return Prepared(plan.base - history.inherited, written.update, is_exact=call.body.expected is not None)

        return await services.histories.ask(intent.document_id, make)

    position = (await services.rooms.merge(intent.document_id, call.access, prepare)).position
    (written, to, inherited), *_ = found
    before, stored = await stored_at(services, intent.document_id, written.untraced.base - inherited, position)
    again = stored + inherited
    rows = list(written.restored)
    if written.untraced.texts or written.untraced.values:
        rows += await services.histories.ask(
            intent.document_id, lambda history: trace(history.weave, written.untraced, again)
        )
    kept = await _record(call, intent.document_id, to=to, position=position, before=before, rows=rows)
    item = item_of(kept, intent.document_id, call.access.person_id)
    return answer(Reverted(position=position, to=to, before=item))


# -- what is wanted ---------------------------------------------------------------------------------------------------


async def _intent(call: Call[None, NewRevert]) -> _Intent:
    """Return what is wanted. Raises NotFound, Conflict, Invalid for what can be seen to be wrong at once."""
    services, body = call.services, call.body
    document = await existing_document(services, call.id("document_id"))
    if document.trashed:
        raise Conflict("This document is in the trash; restore it first.")
    kind = kind_named(document.kind)
    if body.undo is None:
        return _Intent(document.id, kind, await _restoring(services, kind, body))
    return _Intent(document.id, kind, await _undoing(services, document.id, kind, body.undo))


async def _restoring(
    services: Services, kind: DocumentKind, body: NewRevert
) -> Callable[[History], tuple[Plan, int | None]]:
    assert body.to is not None
    to = body.to
    await require_past(services, to)
    path = () if body.path is None else path_named(body.path)

    def plan(history: History) -> tuple[Plan, int | None]:
        version = history.version_at(to)
        return plan_restore(kind, history, version, path), history.position_of(version)

    return plan


async def _undoing(
    services: Services, document_id: UUID, kind: DocumentKind, undo: Undo
) -> Callable[[History], tuple[Plan, int | None]]:
    await require_past(services, undo.from_, undo.to)
    path = () if undo.path is None else path_named(undo.path)
    stretches = [await _stretch_of(services, document_id, one) for one in undo.versions]

    def plan(history: History) -> tuple[Plan, int | None]:
        chosen = _chosen(history, undo, stretches)
        if not chosen.any():
            raise Conflict("Nothing was done there that could be taken back.")
        return plan_undo(kind, history, chosen, path), None

    return plan


async def _stretch_of(services: Services, document_id: UUID, version_id: UUID) -> tuple[int, int]:
    """Return the positions after and up to which a named version reaches back to the one before it."""
    version = await existing_version(services, version_id)
    positions = {UUID(part["document_id"]): part["position"] for part in version.documents}
    if version.removed or document_id not in positions:
        raise NotFound("This document has no version with that id.")
    position = positions[document_id]
    return await services.versions.named_before(document_id, position), position


def _chosen(history: History, undo: Undo, stretches: list[tuple[int, int]]) -> Mask:
    """Return which versions are to be taken back. Raises NotFound before the document's first."""
    chosen = nothing_of(history)
    last = history.version if undo.to is None else history.version_at(undo.to)
    chosen[history.versions_until(undo.from_) + 1 : last + 1] = True
    if undo.person_id is not None:
        if undo.person_id not in history.people:
            raise Conflict("That person has not changed this document.")
        chosen &= history.actors[: len(chosen)] == history.people.index(undo.person_id)
    if stretches:
        named = np.zeros_like(chosen)
        for after, until in stretches:
            named[history.versions_until(after) + 1 : history.versions_until(until) + 1] = True
        chosen &= named
    # What a document begins with is nobody's doing.
    chosen[:2] = False
    return chosen


def _planned(intent: _Intent, history: History, body: NewRevert) -> tuple[Plan, int | None]:
    """Return the plan. Raises Conflict when it would change nothing, or is not the one that was previewed."""
    if body.expected is not None and body.expected != history.position:
        raise Conflict("Somebody has changed the document since that preview; look again at what would change.")
    plan, to = intent.plan(history)
    if plan.changes:
        return plan, to
    if to is not None:
        raise Conflict(f"The document says already what it said at position {body.to}.")
    if plan.stays:
        raise Conflict("All of that was changed since, so nothing of it is left to take back.")
    raise Conflict("All of that was taken back already; the document would not change.")


# -- what was done ----------------------------------------------------------------------------------------------------


async def stored_at(services: Services, document_id: UUID, base: int, position: int) -> tuple[int, int]:
    """Return the position of the document's update before the one at a position, and the version of that one.

    `base` is a version before it. Raises LogUnavailable when there is none at that position.
    """
    before = base
    while True:
        page = await services.log.read_stream(document_id, Kind.UPDATE, after=max(before - 1, 0), limit=_PAGE)
        for earlier, event in pairwise(page):
            if event.position == position:
                return earlier.position, event.version
        if len(page) < _PAGE:
            raise LogUnavailable
        before = page[-1].version


async def _record(
    call: Call[None, NewRevert],
    document_id: UUID,
    *,
    to: int | None,
    position: int,
    before: int,
    rows: list[Restored],
) -> Version:
    """Store that a revert happened and a version of what was before, both or neither."""
    services, person_id, at = call.services, call.access.person_id, call.services.clock.now()
    name, undone, path = "Before a revert", None, call.body.path
    if call.body.undo is not None:
        name, path = "Before an undo", call.body.undo.path
        undone = call.body.undo.model_dump(mode="json", by_alias=True)
    for _ in range(DECISIONS_MAX):
        kept = new_version({document_id: before}, name=name, cause=VersionCause.REVERT, at=at)
        document = await services.repository.get(Document, document_id)
        document.revert(
            to_position=to or 0,
            undone=undone,
            path=path,
            position=position,
            before_version_id=kept.id,
            restored=[list(row) for row in rows],
            at=at,
        )
        appends = [services.repository.to_append(aggregate, person_id) for aggregate in (kept, document)]
        try:
            await services.log.append(Append(tuple(write for append in appends for write in append.writes)))
        except StreamMoved:
            continue
        return kept
    raise Conflict("The document was reverted, but changes too fast right now to say so in its history.")
