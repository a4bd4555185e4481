"""Reviews of branches: asking people to look at one, and what they decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, RootModel
from starlette.responses import Response

from core.aggregates.branch import Branch
from core.errors import Invalid
from core.limits import PARAGRAPH_CHARS_MAX, POSITION_MAX, REVIEWERS_MAX
from core.roles import Role
from web.api.branches import BranchItem, decided, existing_branch, head_of
from web.routing import JSON, Call, answer, operation

Message = Annotated[str, Field(max_length=PARAGRAPH_CHARS_MAX)]


class ReviewRequest(BaseModel, extra="forbid"):
    """Ask people to look at the branch."""

    action: Literal["request"]
    reviewers: list[UUID] = Field(min_length=1, max_length=REVIEWERS_MAX, description="Members; not oneself.")
    message: Message = ""


class ReviewDecision(BaseModel, extra="forbid"):
    """Agree with the branch, or want something changed first."""

    action: Literal["approve", "request_changes"]
    message: Message = ""
    position: int = Field(ge=1, le=POSITION_MAX, description="`head_position` of the branch as the reviewer saw it.")


class ReviewWithdrawal(BaseModel, extra="forbid"):
    """Ask nobody any more."""

    action: Literal["withdraw"]


class ReviewAction(RootModel[ReviewRequest | ReviewDecision | ReviewWithdrawal]):
    """One step of a review."""

    root: Annotated[ReviewRequest | ReviewDecision | ReviewWithdrawal, Field(discriminator="action")]


@operation(body={JSON: ReviewAction}, gives=BranchItem, fails=[HTTPStatus.CONFLICT])
async def review(call: Call[None, ReviewAction]) -> Response:
    """Ask for a review, decide in one, or withdraw it."""
    step, person_id = call.body.root, call.access.person_id
    decide: Callable[[Branch, datetime], None]
    match step:
        case ReviewRequest():
            call.access.require(Role.EDITOR)
            await _require_members(call, step.reviewers)

            def decide(branch: Branch, at: datetime) -> None:
                branch.request_review(by=person_id, reviewers=step.reviewers, message=step.message, at=at)

        case ReviewDecision():
            call.access.require(Role.COMMENTER)
            head = await head_of(call.services, await existing_branch(call.services, call.id("branch_id")))

            def decide(branch: Branch, at: datetime) -> None:
                branch.judge(
                    by=person_id, is_approval=step.action == "approve", message=step.message, position=step.position,
                    head_position=head, at=at,
                )  # fmt: skip

        case ReviewWithdrawal():
            call.access.require(Role.EDITOR)

            def decide(branch: Branch, at: datetime) -> None:
                branch.withdraw_review(by=person_id, at=at)

    return answer(await decided(call, decide))


async def _require_members(call: Call[None, ReviewAction], people: list[UUID]) -> None:
    members = await call.services.roster.members()
    for number, person_id in enumerate(people):
        if person_id not in members:
            raise Invalid("Only members of this workspace can be asked.", path=f"/reviewers/{number}")
        if not members[person_id].role.includes(Role.COMMENTER):
            raise Invalid("Viewers cannot decide in a review; ask a commenter, an editor or an owner.",
                          path=f"/reviewers/{number}")  # fmt: skip
