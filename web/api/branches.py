"""Branches: a document forked at any position with a name and a purpose, edited like a document of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.aggregates.branch import Branch
from core.aggregates.document import Document
from core.crdt.history import History
from core.documents.forking import fork_append
from core.errors import Conflict, NotFound, StreamMoved
from core.events import Kind
from core.ids import new_id
from core.limits import LINE_CHARS_MAX, LIST_ITEMS_MAX, PARAGRAPH_CHARS_MAX, POSITION_MAX
from web.api.documents import DECISIONS_MAX, existing_document
from web.api.history import require_past
from web.routing import JSON, Call, answer, operation
from web.services import Services

StateName = Literal["open", "merged", "closed"]


class BranchesQuery(BaseModel, extra="forbid"):
    """Which branches of a document a list shows."""

    state: StateName | None = Field(default=None, description="Null: all.")
    limit: int = Field(default=50, ge=1, le=LIST_ITEMS_MAX)
    cursor: str | None = Field(default=None, max_length=4096)


class AllBranchesQuery(BranchesQuery):
    """Which branches of all documents a list shows."""

    reviewer: Literal["me"] | None = Field(default=None, description="`me`: only those I am asked to review.")


class NewBranch(BaseModel, extra="forbid"):
    """What a branch is called, what it is for, and where it begins."""

    name: str = Field(min_length=1, max_length=LINE_CHARS_MAX)
    purpose: str = Field(default="", max_length=PARAGRAPH_CHARS_MAX)
    position: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="Null: as the document is now.")


class BranchChange(BaseModel, extra="forbid"):
    """What a branch is called or for from now on; what is left out stays."""

    name: str | None = Field(default=None, min_length=1, max_length=LINE_CHARS_MAX)
    purpose: str | None = Field(default=None, max_length=PARAGRAPH_CHARS_MAX)


class ReviewVerdict(BaseModel):
    """What a reviewer said last."""

    person_id: UUID
    verdict: Literal["approved", "changes_requested"]
    message: str
    position: int = Field(description="The branch's last edit that the reviewer saw.")
    at: datetime
    is_current: bool = Field(description="False once the branch was edited since.")


class Review(BaseModel):
    """Who was asked to look at a branch, and what they said."""

    state: Literal["none", "requested", "changes_requested", "approved"]
    requested_by: UUID | None
    requested_at: datetime | None
    message: str
    reviewers: list[UUID]
    verdicts: list[ReviewVerdict]


class BranchMerge(BaseModel):
    """One merge of all or some of a branch."""

    position: int = Field(description="Where the document's new edit is stored.")
    before_position: int | None = Field(
        description="Right before that edit: what the merge did lies between the two."
        " Null: the document said all of it already, nothing was written."
    )
    branch_position: int
    by: UUID
    at: datetime
    paths: list[str] = Field(description="What was merged; empty: everything.")
    authors: list[UUID] = Field(description="Whose changes were merged; empty: everybody's.")


class BranchItem(BaseModel):
    """A branch as it is now."""

    id: UUID
    document_id: UUID
    document_title: str = Field(description="As the library knows the document, or as it was made.")
    content_id: UUID = Field(description="The document with the branch's content: read, edit, compare and comment it.")
    kind: str
    name: str
    purpose: str
    position: int = Field(description="Where the document was forked.")
    head_position: int = Field(description="Of the branch's last edit; `position` while there is none.")
    state: StateName
    opened_by: UUID
    opened_at: datetime
    review: Review
    merges: list[BranchMerge]


class BranchPage(BaseModel):
    """One page of branches, the newest first."""

    items: list[BranchItem]
    next_cursor: str | None


class _Fork(NamedTuple):
    """A document at the position it is forked at."""

    position: int
    state: bytes


@operation(body={JSON: NewBranch}, gives=BranchItem, status=HTTPStatus.CREATED, fails=[HTTPStatus.CONFLICT])
async def open_branch(call: Call[None, NewBranch]) -> Response:
    """Fork a document, now or as it was at a position."""
    services, body, person_id = call.services, call.body, call.access.person_id
    original = await existing_document(services, call.id("document_id"))
    if original.trashed:
        raise Conflict("This document is in the trash; restore it first.")
    await require_past(services, body.position)

    def fork(history: History) -> _Fork:
        version = history.version_at(body.position if body.position is not None else history.position)
        return _Fork(history.position_of(version), history.document_at(version).get_update())

    position, state = await services.histories.ask(original.id, fork)
    at = services.clock.now()
    branch = Branch.open(
        branch_id=new_id(), document_id=original.id, content_id=new_id(), position=position, name=body.name,
        purpose=body.purpose, by=person_id, at=at,
    )  # fmt: skip
    await services.log.append(
        fork_append(
            services.repository, branch, original, state=state,
            client_ids=await services.client_ids.owners(original.id), person_id=person_id, at=at,
        )
    )  # fmt: skip
    item = await item_of(services, branch)
    return answer(item, status=HTTPStatus.CREATED, headers={"Location": f"/api/v1/branches/{branch.id}"})


@operation(query=BranchesQuery, gives=BranchPage)
async def list_branches(call: Call[BranchesQuery, None]) -> Response:
    """List a document's branches."""
    document = await existing_document(call.services, call.id("document_id"))
    return await _page(call.services, call.query, document_id=document.id)


@operation(query=AllBranchesQuery, gives=BranchPage)
async def list_all_branches(call: Call[AllBranchesQuery, None]) -> Response:
    """List the branches of all documents, or those I am asked to review."""
    reviewer_id = call.access.person_id if call.query.reviewer == "me" else None
    return await _page(call.services, call.query, reviewer_id=reviewer_id)


@operation(gives=BranchItem)
async def get_branch(call: Call[None, None]) -> Response:
    """Read a branch."""
    return answer(await item_of(call.services, await existing_branch(call.services, call.id("branch_id"))))


@operation(body={JSON: BranchChange}, gives=BranchItem, fails=[HTTPStatus.CONFLICT])
async def change_branch(call: Call[None, BranchChange]) -> Response:
    """Say otherwise what a branch is called or what it is for."""
    body = call.body

    def rename(branch: Branch, at: datetime) -> None:
        branch.rename(
            name=branch.name if body.name is None else body.name,
            purpose=branch.purpose if body.purpose is None else body.purpose,
            at=at,
        )

    return answer(await decided(call, rename))


@operation(gives=BranchItem, fails=[HTTPStatus.CONFLICT])
async def close_branch(call: Call[None, None]) -> Response:
    """Put a branch aside; nothing of it is lost."""
    return answer(await decided(call, lambda branch, at: branch.close(by=call.access.person_id, at=at)))


@operation(gives=BranchItem, fails=[HTTPStatus.CONFLICT])
async def reopen_branch(call: Call[None, None]) -> Response:
    """Take a closed branch up again."""
    return answer(await decided(call, lambda branch, at: branch.reopen(by=call.access.person_id, at=at)))


async def existing_branch(services: Services, branch_id: UUID) -> Branch:
    """Return the facts of a branch. Raises NotFound."""
    try:
        return await services.repository.get(Branch, branch_id)
    except NotFound:
        raise NotFound("There is no branch with that id.") from None


async def names_of_branches(services: Services, branch_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return how branches are called, by their ids; one whose facts were erased is left out.

    Lists are a moment behind the log: what they do not know yet is read from it.
    """
    names = await services.branches.names_of(branch_ids)
    for branch_id in set(branch_ids) - names.keys():
        with suppress(NotFound):
            names[branch_id] = (await services.repository.get(Branch, branch_id)).name
    return names


async def decided(call: Call[Any, Any], decide: Callable[[Branch, datetime], None]) -> BranchItem:
    """Load the branch of the path, decide and store, again when somebody else was faster; return how it is now."""
    services = call.services
    for _ in range(DECISIONS_MAX):
        branch = await existing_branch(services, call.id("branch_id"))
        decide(branch, services.clock.now())
        try:
            await services.repository.save(branch, call.access.person_id)
        except StreamMoved:
            continue
        return await item_of(services, branch)
    raise Conflict("This branch changes too fast right now; try again.")


async def head_of(services: Services, branch: Branch) -> int:
    """Return the position of the branch's last edit; without one, where it was forked: as its history says it."""
    head = await services.log.head(branch.content_id, Kind.UPDATE)
    # The first update only carries over what the document had.
    return branch.position if head.version <= 1 else head.position


async def item_of(services: Services, branch: Branch) -> BranchItem:
    """Return a branch as the log has it now."""
    document = await existing_document(services, branch.document_id)
    return await _item(services, branch, document, await services.branches.title_of(branch.document_id))


# -- below ------------------------------------------------------------------------------------------------------------


async def _item(services: Services, branch: Branch, document: Document, title: str) -> BranchItem:
    head = await head_of(services, branch)
    verdicts = [
        ReviewVerdict(
            person_id=person_id, verdict="approved" if verdict.is_approval else "changes_requested",
            message=verdict.message, position=verdict.position, at=verdict.at, is_current=verdict.position == head,
        )
        for person_id, verdict in branch.verdicts.items()
    ]  # fmt: skip
    review = Review(
        state=branch.review_state(head).value, requested_by=branch.requested_by, requested_at=branch.requested_at,
        message=branch.request_message, reviewers=list(branch.reviewers), verdicts=verdicts,
    )  # fmt: skip
    merges = [
        BranchMerge(before_position=one.position - 1 if has_edit else None, **one._asdict())
        for one, has_edit in zip(branch.merges, _with_edits(branch, document), strict=True)
    ]
    return BranchItem(
        id=branch.id, document_id=branch.document_id, document_title=title or document.title,
        content_id=branch.content_id,
        kind=document.kind, name=branch.name, purpose=branch.purpose, position=branch.position, head_position=head,
        state=branch.state.value, opened_by=branch.opened_by, opened_at=branch.created_on, review=review,
        merges=merges,
    )  # fmt: skip


def _with_edits(branch: Branch, document: Document) -> Iterator[bool]:
    """Yield for each merge whether it edited the document: one that found nothing missing names the edit before it."""
    seen: set[int] = set()
    for one in branch.merges:
        yield document.merged.get(one.position) == branch.id and one.position not in seen
        seen.add(one.position)


async def _page(
    services: Services, query: BranchesQuery, *, document_id: UUID | None = None, reviewer_id: UUID | None = None
) -> Response:
    page = await services.branches.list_branches(
        document_id=document_id, state=query.state, reviewer_id=reviewer_id, limit=query.limit, cursor=query.cursor
    )
    documents: dict[UUID, Document] = {}
    items = []
    for row in page.items:
        try:
            if row.document_id not in documents:
                documents[row.document_id] = await existing_document(services, row.document_id)
            branch = await existing_branch(services, row.branch_id)
        except NotFound:  # Erased a moment ago; the list follows.
            continue
        items.append(await _item(services, branch, documents[row.document_id], row.document_title))
    return answer(BranchPage(items=items, next_cursor=page.next_cursor))
