"""Merging a branch into the document it was forked from: first as a preview, then as a new edit."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Literal, cast

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.aggregates.branch import Begun
from core.aggregates.version import Version
from core.crdt.history import History
from core.crdt.weave import Weave
from core.crdt.words import word_spans
from core.documents.difference import difference
from core.documents.merging import MergeConflict
from core.documents.telling import Woven, told_of_merge
from core.errors import Conflict, Invalid
from core.errors import Theirs as TheirFault
from sync.edits import Prepared, made
from web.api.branches import BranchItem, existing_branch, head_of, item_of
from web.api.history import DiffChange, DiffSpan, require_past, shown
from web.api.merge_facts import begin, give_up, record, record_edit, require_settled, settle
from web.api.merge_sides import Intent, NewMerge, Ours, Side, Theirs, WantedMerge, intent_of, ours_of, theirs_of
from web.api.versions import VersionItem
from web.api.versions import item_of as version_item
from web.routing import JSON, Call, answer, operation
from web.services import Services


class MergeOutcome(BaseModel):
    """What a choice makes of a text."""

    choice: Side
    spans: list[DiffSpan] = Field(description="From what both began with to what the document would say, by nobody.")


class MergeConflictItem(BaseModel):
    """Something both sides changed, each in its own way."""

    path: str
    kind: Literal["both_set", "edited_and_removed", "text_overlap", "both_moved"]
    base: Any = Field(description="What both began with; null: nothing, or no value.")
    document: Any
    branch: Any
    choices: list[Side]
    choice: Side | None = Field(description="Null: undecided; the document's side is shown.")
    outcomes: list[MergeOutcome] = Field(description="Of a `text_overlap`: one for each choice; otherwise empty.")


class MergePreview(BaseModel):
    """What a merge would do now."""

    document_position: int
    branch_position: int
    changes: list[DiffChange] = Field(
        description="From what the document says now to what it would say, by whom on the branch."
    )
    conflicts: list[MergeConflictItem]
    blocked: list[str] = Field(description="Why it cannot be merged, as sentences.")
    is_mergeable: bool


class MergeDone(BaseModel):
    """What a merge did."""

    position: int = Field(description="Where the new edit is stored; the document's last one when nothing was missing.")
    before: VersionItem | None = Field(
        description="What the document said before, kept as a version; null: it said all of it already."
    )
    branch: BranchItem


@operation(body={JSON: WantedMerge}, gives=MergePreview, fails=[HTTPStatus.CONFLICT])
async def preview(call: Call[None, WantedMerge]) -> Response:
    """Say what a merge would change, what is in conflict, and what stands in its way."""
    intent = await _settled_intent(call)
    theirs = await theirs_of(call.services, intent)

    def look(history: History) -> tuple[Ours, Weave, list[MergeConflictItem]]:
        ours = ours_of(intent, history, theirs, None)
        return ours, history.weave, [_conflict_item(conflict) for conflict in ours.merged.conflicts]

    ours, document, conflicts = await call.services.histories.ask(intent.document.id, look)
    await require_settled(call.services, intent)
    changes = await call.services.histories.ask(
        intent.branch.content_id, lambda history: _shown(intent, history, Woven(document, ours.version), ours, theirs)
    )
    open_conflicts = sum(conflict.choice is None for conflict in ours.merged.conflicts)
    blocked = _blocked(intent, theirs)
    if open_conflicts:
        blocked.append(f"{open_conflicts} conflict{'' if open_conflicts == 1 else 's'} must be decided first.")
    return answer(
        MergePreview(
            document_position=ours.position,
            branch_position=theirs.position,
            changes=changes,
            conflicts=conflicts,
            blocked=blocked,
            is_mergeable=not blocked,
        )
    )


@operation(body={JSON: NewMerge}, gives=MergeDone, fails=[HTTPStatus.CONFLICT])
async def merge_branch(call: Call[None, NewMerge]) -> Response:
    """Merge all or some of a branch: a new edit of the document, merged with what others are typing in it."""
    services = call.services
    intent = await _settled_intent(call)
    await require_past(services, call.body.document_position, call.body.branch_position)
    # What is wrong is said before anything is stored.
    theirs, ours = await _look(services, intent, call.body)
    carry_out = _carry_out if ours.changes else _carry_out_nothing
    position, before = await carry_out(call, intent, theirs, ours)
    branch = await existing_branch(services, intent.branch.id)
    kept = None if before is None else version_item(before, intent.document.id, call.access.person_id)
    return answer(MergeDone(position=position, before=kept, branch=await item_of(services, branch)))


async def _settled_intent(call: Call[None, Any]) -> Intent:
    """Return what is wanted, once a merge is settled whose process died. Raises what `intent_of` does."""
    intent = await intent_of(call.services, call.id("branch_id"), call.body)
    if await settle(call.services, intent):
        return await intent_of(call.services, call.id("branch_id"), call.body)
    return intent


# -- what is shown ----------------------------------------------------------------------------------------------------


def _blocked(intent: Intent, theirs: Theirs) -> list[str]:
    reasons = intent.branch.blocked(theirs.position)
    if not reasons and theirs.content == theirs.base:
        nothing = "of them" if intent.wanted.authors else "on this branch"
        reasons = [f"Nothing {nothing} was changed since it was {'merged' if intent.branch.merges else 'forked'}."]
    return reasons


def _shown(intent: Intent, history: History, document: Woven, ours: Ours, theirs: Theirs) -> list[DiffChange]:
    """Return what the merge changes, with who wrote it on the branch."""
    branch = Woven(theirs.weave, theirs.version)
    each = told_of_merge(intent.kind, ours.changes, document, branch, theirs.content, history.writers)
    return [shown(history, one) for one in each]


def _conflict_item(conflict: MergeConflict) -> MergeConflictItem:
    outcomes = [
        MergeOutcome(
            choice=cast("Side", choice),
            spans=[
                DiffSpan(change=span.change, text=span.text, author=None) for span in word_spans(conflict.base, text)
            ],
        )
        for choice, text in zip(conflict.choices, conflict.texts, strict=False)
    ]
    names = set(MergeConflictItem.model_fields) - {"outcomes"}
    return MergeConflictItem(outcomes=outcomes, **{name: getattr(conflict, name) for name in names})


# -- carrying out -----------------------------------------------------------------------------------------------------


async def _carry_out(
    call: Call[None, NewMerge], intent: Intent, theirs: Theirs, ours: Ours
) -> tuple[int, Version | None]:
    """Store the edit and what is to be said of it; return its position and what was kept of before."""
    services, body, by = call.services, call.body, call.access.person_id
    begun: Begun | None = None
    is_handed_in = False

    async def prepare(client_id: int) -> Prepared:
        nonlocal begun, is_handed_in
        begun = await begin(services, intent, body, by, client_id)
        _require_seen(await head_of(services, intent.branch), body)
        prepared = await services.histories.ask(
            intent.document.id, lambda history: _written(intent, history, theirs, ours, body, client_id)
        )
        is_handed_in = True
        return prepared

    try:
        edit = await services.rooms.merge(intent.document.id, call.access, prepare)
    except BaseException as error:
        # Whether an edit is stored whose answer was lost is seen when the merge is settled.
        if begun is not None and (not is_handed_in or isinstance(error, TheirFault)):
            await give_up(services, intent.branch.id, begun)
        raise
    kept = await record_edit(services, intent, body, theirs, ours, edit.base_version, edit.position, by)
    return edit.position, kept


async def _carry_out_nothing(
    call: Call[None, NewMerge], intent: Intent, theirs: Theirs, ours: Ours
) -> tuple[int, Version | None]:
    """Say that a branch is merged of which the document has everything; return where that stands, and nothing kept."""
    services, body, by = call.services, call.body, call.access.person_id
    begun = await begin(services, intent, body, by)
    try:
        _require_seen(await head_of(services, intent.branch), body)
        await record(services, intent, body, ours.position, None, [], by)
    except BaseException:
        await give_up(services, intent.branch.id, begun)
        raise
    return ours.position, None


async def _look(services: Services, intent: Intent, body: NewMerge) -> tuple[Theirs, Ours]:
    """Return both sides of the merge as it was previewed. Raises Conflict, Invalid when it cannot be done so."""
    theirs = await theirs_of(services, intent)
    _require_seen(theirs.position, body)
    if reasons := _blocked(intent, theirs):
        raise Conflict(" ".join(reasons))
    if any(past.position > body.document_position for past in intent.branch.merges):
        raise Conflict("Some of the branch was merged since that preview; look again at what would change.")
    ours = await services.histories.ask(intent.document.id, lambda history: _checked(intent, history, theirs, body))
    if not ours.changes and (body.paths or body.authors):
        raise Conflict("The document says all of that already.")
    return theirs, ours


def _require_seen(head_position: int, body: NewMerge) -> None:
    """Raise Conflict unless the branch is as it was previewed."""
    if head_position != body.branch_position:
        raise Conflict("The branch was edited since that preview; look again at what would change.")


def _checked(intent: Intent, history: History, theirs: Theirs, body: NewMerge) -> Ours:
    """Return the merge as it was previewed. Raises Conflict when what it touches was changed since, or is undecided."""
    if not history.versions_until(body.document_position):
        raise Invalid("The document was not there yet at that position.", path="/document_position")
    ours = ours_of(intent, history, theirs, body.document_position)
    if any(conflict.choice is None for conflict in ours.merged.conflicts):
        raise Conflict("Both sides changed the same; decide each of these conflicts first.")
    if history.version > ours.version:
        then, now = (intent.kind.to_json(history.document_at(version)) for version in (ours.version, history.version))
        since = difference(intent.kind, then, now, by_word=False)
        if any(_meet(mine.path, other.path) for mine in ours.changes for other in since):
            raise Conflict("Somebody changed the same in the document since that preview; look again.")
    return ours


def _meet(path: str, other: str) -> bool:
    """Say whether one of two paths lies at or below the other."""
    return f"{path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{path}/")


def _written(intent: Intent, history: History, theirs: Theirs, ours: Ours, body: NewMerge, client_id: int) -> Prepared:
    """Return the merge as an update, made where the preview was, to be merged with what others typed since."""
    if history.version > ours.version:
        ours = _checked(intent, history, theirs, body)
    state = history.document_at(ours.version).get_update()
    update = made(state, client_id, lambda doc: intent.kind.edit(doc, ours.merged.content))
    return Prepared(ours.version - history.inherited, update)
