"""The two sides of a merge: what both began with, what the branch says, and what becomes of the document."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field

from core.aggregates.branch import Branch
from core.aggregates.document import Document
from core.crdt.history import History
from core.crdt.weave import Mask, Weave
from core.documents.difference import Change, difference
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.documents.merging import Merged, merge
from core.documents.selecting import Part, others_than, selected
from core.errors import Conflict, Invalid
from core.limits import MERGE_CHOICES_MAX, POSITION_MAX
from web.api.branches import existing_branch
from web.api.documents import existing_document
from web.api.history import PATH_CHARS_MAX, path_named
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


class Theirs(NamedTuple):
    """The branch's side of a merge."""

    #: What both began with, parts merged before included.
    base: dict[str, Any]
    content: dict[str, Any]
    version: int
    position: int
    weave: Weave
    #: Which versions are not to be merged; None: all are.
    left_out: Mask | None


class Ours(NamedTuple):
    """What a merge makes of the document at a version."""

    version: int
    position: int
    merged: Merged
    changes: list[Change]


class Intent(NamedTuple):
    """A merge somebody wants, and both sides' facts."""

    branch: Branch
    document: Document
    kind: DocumentKind
    wanted: WantedMerge

    def on(self, content: dict[str, Any], theirs: Theirs) -> Merged:
        """Merge the branch into a content of the document. Raises Invalid for choices that are none."""
        choices = {one.path: one.choice for one in self.wanted.choices}
        return merge(self.kind, theirs.base, content, theirs.content, paths=self.wanted.paths, choices=choices)


async def intent_of(services: Services, branch_id: UUID, wanted: WantedMerge) -> Intent:
    """Return what somebody wants. Raises NotFound, Conflict, Invalid for what can be seen to be wrong at once."""
    branch = await existing_branch(services, branch_id)
    document = await existing_document(services, branch.document_id)
    if document.trashed:
        raise Conflict("The document this branch came from is in the trash; restore it first.")
    for path in wanted.paths:
        path_named(path)
    paths = [one.path for one in wanted.choices]
    if len(set(paths)) < len(paths):
        raise Invalid("Decide each conflict once.", path="/choices")
    return Intent(branch, document, kind_named(document.kind), wanted)


async def theirs_of(services: Services, intent: Intent, until: int | None = None) -> Theirs:
    """Return the branch's side as it was at a position; None: as it is now."""
    branch, kind = intent.branch, intent.kind

    def look(history: History) -> Theirs:
        forked = history.versions_until(branch.position)
        merged = [
            Part(history.versions_until(past.branch_position), past.authors, past.paths) for past in branch.merges
        ]
        version = history.version if until is None else history.versions_until(until)
        wanted = Part(version, intent.wanted.authors, ())
        base, content = (selected(kind, history, forked, parts, version) for parts in (merged, [*merged, wanted]))
        left_out = others_than(history, forked, intent.wanted.authors)
        return Theirs(base, content, version, history.position_of(version), history.weave, left_out)

    return await services.histories.ask(branch.content_id, look)


def ours_of(intent: Intent, history: History, theirs: Theirs, position: int | None) -> Ours:
    """Return what the merge makes of the document at a position; None: the newest."""
    version = history.version if position is None else history.version_at(position)
    content = intent.kind.to_json(history.document_at(version))
    merged = intent.on(content, theirs)
    return Ours(version, history.position_of(version), merged, difference(intent.kind, content, merged.content))
