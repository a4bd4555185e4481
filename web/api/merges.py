"""Merging a branch into the document it was forked from: first as a preview, then as a new edit."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Literal, NamedTuple, cast
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.aggregates.branch import Branch
from core.aggregates.document import Document
from core.aggregates.version import Version, VersionCause
from core.crdt.history import History
from core.crdt.weave import Mask, Weave
from core.crdt.words import word_spans
from core.documents.crediting import credits
from core.documents.difference import Change, difference
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.documents.merging import MergeConflict, Merged, merge
from core.documents.selecting import Part, others_than, selected
from core.documents.telling import Woven, told_of_merge
from core.errors import Conflict, Invalid, StreamMoved
from core.events import Append
from core.limits import LINE_CHARS_MAX, MERGE_CHOICES_MAX, POSITION_MAX
from sync.edits import Prepared, made
from web.api.branches import BranchItem, existing_branch, head_of, item_of
from web.api.documents import DECISIONS_MAX, existing_document
from web.api.history import PATH_CHARS_MAX, DiffChange, DiffSpan, path_named, require_past, shown
from web.api.reverting import stored_at
from web.api.versions import VersionItem, new_version
from web.api.versions import item_of as version_item
from web.routing import JSON, Call, answer, operation
from web.services import Services

Path = Field(max_length=PATH_CHARS_MAX)
Side = Literal["document", "branch", "both"]


class MergeChoice(BaseModel, extra="forbid"):
    """Whose side a conflict is decided for."""

    path: str = Path
    choice: Side = Field(description="`both`, of texts: the document's lines, and below them the branch's.")


class WantedMerge(BaseModel, extra="forbid"):
    """What of a branch is merged, and how its conflicts are decided."""

    paths: list[str] = Field(
        default_factory=list, max_length=MERGE_CHOICES_MAX, description="JSON Pointers; empty: everything."
    )
    authors: list[UUID] = Field(default_factory=list, max_length=100, description="Empty: everybody's changes.")
    choices: list[MergeChoice] = Field(default_factory=list, max_length=MERGE_CHOICES_MAX)


class NewMerge(WantedMerge):
    """A merge as it was previewed."""

    document_position: int = Field(ge=1, le=POSITION_MAX, description="Of the preview.")
    branch_position: int = Field(ge=1, le=POSITION_MAX, description="Of the preview.")


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


class _Theirs(NamedTuple):
    """The branch's side of a merge."""

    #: What both began with, parts merged before included.
    base: dict[str, Any]
    content: dict[str, Any]
    version: int
    position: int
    weave: Weave
    #: Which versions are not to be merged; None: all are.
    left_out: Mask | None


class _Ours(NamedTuple):
    """What a merge makes of the document at a version."""

    version: int
    position: int
    merged: Merged
    changes: list[Change]


class _Intent(NamedTuple):
    """A merge somebody wants, and both sides' facts."""

    branch: Branch
    document: Document
    kind: DocumentKind
    wanted: WantedMerge

    def on(self, content: dict[str, Any], theirs: _Theirs) -> Merged:
        """Merge the branch into a content of the document. Raises Invalid for choices that are none."""
        choices = {one.path: one.choice for one in self.wanted.choices}
        return merge(self.kind, theirs.base, content, theirs.content, paths=self.wanted.paths, choices=choices)


@operation(body={JSON: WantedMerge}, gives=MergePreview, fails=[HTTPStatus.CONFLICT])
async def preview(call: Call[None, WantedMerge]) -> Response:
    """Say what a merge would change, what is in conflict, and what stands in its way."""
    intent = await _intent(call.services, call.id("branch_id"), call.body)
    theirs = await _theirs(call.services, intent)

    def look(history: History) -> tuple[_Ours, Weave, list[MergeConflictItem]]:
        ours = _ours(intent, history, theirs, None)
        return ours, history.weave, [_conflict_item(conflict) for conflict in ours.merged.conflicts]

    ours, document, conflicts = await call.services.histories.ask(intent.document.id, look)
    await _require_settled(call.services, intent)
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
    services, by = call.services, call.access.person_id
    intent = await _intent(services, call.id("branch_id"), call.body)
    await require_past(services, call.body.document_position, call.body.branch_position)
    # What is wrong is said before anything is stored.
    theirs, ours = await _look(services, intent, call.body)
    await _begin(services, intent.branch, call.body, by)
    try:
        position, before = await _carry_out(call, intent, theirs, ours)
    except BaseException:
        await _give_up(services, intent.branch.id, by)
        raise
    branch = await existing_branch(services, intent.branch.id)
    kept = None if before is None else version_item(before, intent.document.id, by)
    return answer(MergeDone(position=position, before=kept, branch=await item_of(services, branch)))


async def _require_settled(services: Services, intent: _Intent) -> None:
    """Raise Conflict when a merge may be in the document that is not in the facts looked at: it would come twice."""
    branch = await existing_branch(services, intent.branch.id)
    branch.require_nobody_merging(services.clock.now())
    if len(branch.merges) > len(intent.branch.merges):
        raise Conflict("Somebody has just merged some of this branch; look again.")


# -- both sides -------------------------------------------------------------------------------------------------------


async def _intent(services: Services, branch_id: UUID, wanted: WantedMerge) -> _Intent:
    branch = await existing_branch(services, branch_id)
    document = await existing_document(services, branch.document_id)
    if document.trashed:
        raise Conflict("The document this branch came from is in the trash; restore it first.")
    for path in wanted.paths:
        path_named(path)
    paths = [one.path for one in wanted.choices]
    if len(set(paths)) < len(paths):
        raise Invalid("Decide each conflict once.", path="/choices")
    return _Intent(branch, document, kind_named(document.kind), wanted)


async def _theirs(services: Services, intent: _Intent) -> _Theirs:
    branch, kind = intent.branch, intent.kind

    def look(history: History) -> _Theirs:
        forked = history.versions_until(branch.position)
        merged = [
            Part(history.versions_until(past.branch_position), past.authors, past.paths) for past in branch.merges
        ]
        wanted = Part(history.version, intent.wanted.authors, ())
        base, content = (selected(kind, history, forked, parts) for parts in (merged, [*merged, wanted]))
        left_out = others_than(history, forked, intent.wanted.authors)
        return _Theirs(base, content, history.version, history.position, history.weave, left_out)

    return await services.histories.ask(branch.content_id, look)


def _ours(intent: _Intent, history: History, theirs: _Theirs, position: int | None) -> _Ours:
    """Return what the merge makes of the document at a position; None: the newest."""
    version = history.version if position is None else history.version_at(position)
    content = intent.kind.to_json(history.document_at(version))
    merged = intent.on(content, theirs)
    return _Ours(version, history.position_of(version), merged, difference(intent.kind, content, merged.content))


def _blocked(intent: _Intent, theirs: _Theirs) -> list[str]:
    reasons = intent.branch.blocked(theirs.position)
    if not reasons and theirs.content == theirs.base:
        nothing = "of them" if intent.wanted.authors else "on this branch"
        reasons = [f"Nothing {nothing} was changed since it was {'merged' if intent.branch.merges else 'forked'}."]
    return reasons


def _shown(intent: _Intent, history: History, document: Woven, ours: _Ours, theirs: _Theirs) -> list[DiffChange]:
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


async def _begin(services: Services, branch: Branch, body: NewMerge, by: UUID) -> None:
    """Keep others from merging the branch meanwhile. Raises Conflict when it cannot be merged, or they are first."""
    branch.begin_merge(by=by, head_position=body.branch_position, at=services.clock.now())
    try:
        await services.repository.save(branch, by)
    except StreamMoved:
        raise Conflict("Somebody has just decided something else about this branch; look again.") from None


async def _give_up(services: Services, branch_id: UUID, by: UUID) -> None:
    for _ in range(DECISIONS_MAX):
        branch = await existing_branch(services, branch_id)
        branch.give_up_merge(by=by, at=services.clock.now())
        try:
            await services.repository.save(branch, by)
        except StreamMoved:
            continue
        return


async def _carry_out(
    call: Call[None, NewMerge], intent: _Intent, theirs: _Theirs, ours: _Ours
) -> tuple[int, Version | None]:
    """Store the edit and what is to be said of it; return its position and what was kept of before."""
    services, body = call.services, call.body
    _require_seen(await head_of(services, intent.branch), body)
    if not ours.changes:
        await _record(call, intent, ours.position, None, [])
        return ours.position, None

    async def prepare(client_id: int) -> Prepared:
        return await services.histories.ask(
            intent.document.id, lambda history: _written(intent, history, theirs, ours, body, client_id)
        )

    edit = await services.rooms.merge(intent.document.id, call.access, prepare)
    before, again = await stored_at(services, intent.document.id, edit.base_version, edit.position)
    kept = new_version(
        {intent.document.id: before}, name=f"Before merging {intent.branch.name}"[:LINE_CHARS_MAX],
        cause=VersionCause.MERGE, at=services.clock.now(),
    )  # fmt: skip
    await _record(call, intent, edit.position, kept, await _credited(services, intent, theirs, ours, again))
    return edit.position, kept


async def _look(services: Services, intent: _Intent, body: NewMerge) -> tuple[_Theirs, _Ours]:
    """Return both sides of the merge as it was previewed. Raises Conflict, Invalid when it cannot be done so."""
    theirs = await _theirs(services, intent)
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


def _checked(intent: _Intent, history: History, theirs: _Theirs, body: NewMerge) -> _Ours:
    """Return the merge as it was previewed. Raises Conflict when what it touches was changed since, or is undecided."""
    if not history.versions_until(body.document_position):
        raise Invalid("The document was not there yet at that position.", path="/document_position")
    ours = _ours(intent, history, theirs, body.document_position)
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


def _written(
    intent: _Intent, history: History, theirs: _Theirs, ours: _Ours, body: NewMerge, client_id: int
) -> Prepared:
    """Return the merge as an update, made where the preview was, to be merged with what others typed since."""
    if history.version > ours.version:
        ours = _checked(intent, history, theirs, body)
    state = history.document_at(ours.version).get_update()
    update = made(state, client_id, lambda doc: intent.kind.edit(doc, ours.merged.content))
    return Prepared(ours.version - history.inherited, update)


async def _credited(services: Services, intent: _Intent, theirs: _Theirs, ours: _Ours, again: int) -> list[list[Any]]:
    """Return who wrote what the merge brought, as rows of `document.merged`."""
    found = await services.histories.ask(
        intent.document.id,
        lambda history: credits(
            intent.kind,
            history.weave,
            ours.version,
            again + history.inherited,
            ours.changes,
            theirs.weave,
            theirs.version,
            theirs.left_out,
        ),
    )

    def tell(history: History) -> list[list[Any]]:
        return [
            [
                row.client_id, row.clock, row.length, history.position_of(row.branch_version),
                str(history.actor_of(row.branch_version)),
                int(history.moment_of(row.branch_version).timestamp() * 1000),
            ]
            for row in found
        ]  # fmt: skip

    return await services.histories.ask(intent.branch.content_id, tell)


async def _record(
    call: Call[None, NewMerge], intent: _Intent, position: int, kept: Version | None, rows: list[list[Any]]
) -> None:
    """Store that the branch was merged, by whom what came with it was written, and a version of what was before."""
    services, body, by = call.services, call.body, call.access.person_id
    at = services.clock.now()
    for _ in range(DECISIONS_MAX):
        branch = await existing_branch(services, intent.branch.id)
        branch.merge(
            by=by, position=position, branch_position=body.branch_position, paths=body.paths, authors=body.authors,
            at=at,
        )  # fmt: skip
        parts: list[Any] = [branch]
        if kept is not None:
            document = await existing_document(services, intent.document.id)
            document.merge(
                branch_id=branch.id, branch_position=body.branch_position, position=position,
                before_version_id=kept.id, credited=rows, at=at,
            )  # fmt: skip
            parts += [kept, document]
        writes = [write for part in parts for write in services.repository.to_append(part, by).writes]
        try:
            await services.log.append(Append(tuple(writes)))
        except StreamMoved:
            continue
        return
    raise Conflict("The branch was merged, but changes too fast right now to say so.")
