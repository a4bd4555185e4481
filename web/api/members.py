"""`/api/v1/me`, `members` and `invites`: who belongs to the workspace, under which name and role."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.errors import NotFound
from core.limits import NAME_CHARS_MAX
from core.roles import Role
from web.routing import JSON, Call, answer, operation
from web.services import Services


class Me(BaseModel):
    """Who is asking."""

    person_id: UUID
    name: str
    role: Role = Field(description="What this credential allows: the lesser of its role and the member's.")


class MemberItem(BaseModel):
    """One member of the workspace."""

    person_id: UUID
    name: str
    role: Role
    joined: bool = Field(description="Whether they have signed in at least once.")
    since: datetime


class MemberPage(BaseModel):
    """All members, in the order of their invitations."""

    items: list[MemberItem]


class MemberChange(BaseModel, extra="forbid"):
    """What to change about a member."""

    role: Role | None = None
    name: str | None = Field(default=None, min_length=1, max_length=NAME_CHARS_MAX)


class RemovalQuery(BaseModel, extra="forbid"):
    """How to remove a member."""

    erase: bool = Field(default=False, description="Forget their name too, for ever.")


class NewInvite(BaseModel, extra="forbid"):
    """Whom to invite."""

    name: str = Field(min_length=1, max_length=NAME_CHARS_MAX)
    role: Role


class Invite(BaseModel):
    """A one-time sign-in link for one person. It is shown this once."""

    person_id: UUID
    name: str
    role: Role
    link: str
    expires_at: datetime


@operation(gives=Me)
async def me(call: Call[None, None]) -> Response:
    """Tell who is signed in."""
    access = call.access
    return answer(Me(person_id=access.person_id, name=access.name, role=access.role))


@operation(gives=MemberPage)
async def list_members(call: Call[None, None]) -> Response:
    """List the members of the workspace."""
    return answer(MemberPage(items=await _items(call.services)))


@operation(body={JSON: MemberChange}, gives=MemberItem, fails=[HTTPStatus.CONFLICT])
async def change_member(call: Call[None, MemberChange]) -> Response:
    """Give a member another role or name."""
    person_id, membership = call.id("person_id"), call.services.membership
    await _item(call.services, person_id)
    if call.body.name is not None:
        await membership.rename(person_id, call.body.name)
    if call.body.role is not None:
        await membership.change_role(person_id, call.body.role, by=call.access.person_id)
    return answer(await _item(call.services, person_id))


@operation(status=HTTPStatus.NO_CONTENT, query=RemovalQuery, fails=[HTTPStatus.CONFLICT])
async def remove_member(call: Call[RemovalQuery, None]) -> Response:
    """Remove a member: every token, session and open document of theirs ends."""
    await call.services.membership.remove(call.id("person_id"), by=call.access.person_id, erase=call.query.erase)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@operation(body={JSON: NewInvite}, gives=Invite, status=HTTPStatus.CREATED, fails=[HTTPStatus.CONFLICT])
async def invite(call: Call[None, NewInvite]) -> Response:
    """Invite somebody by name, with a one-time sign-in link."""
    membership = call.services.membership
    person_id = await membership.invite(call.body.name, call.body.role, by=call.access.person_id)
    return await _invite(call.services, person_id)


@operation(gives=Invite, status=HTTPStatus.CREATED, fails=[HTTPStatus.CONFLICT])
async def renew_invite(call: Call[None, None]) -> Response:
    """Make a fresh sign-in link for a member; the one before opens nothing any more."""
    person_id = call.id("person_id")
    await _item(call.services, person_id)
    return await _invite(call.services, person_id)


async def _invite(services: Services, person_id: UUID) -> Response:
    link = await services.membership.link_for(person_id)
    item = await _item(services, person_id)
    made = Invite(person_id=person_id, name=item.name, role=item.role, link=link.address, expires_at=link.expires_at)
    return answer(made, status=HTTPStatus.CREATED)


async def _items(services: Services) -> list[MemberItem]:
    members = await services.roster.members()
    people = await services.people.named(members)
    return [
        MemberItem(
            person_id=person_id,
            name=people[person_id].name if person_id in people else "",
            role=member.role,
            joined=member.joined,
            since=member.since,
        )
        for person_id, member in members.items()
    ]


async def _item(services: Services, person_id: UUID) -> MemberItem:
    found = next((item for item in await _items(services) if item.person_id == person_id), None)
    if found is None:
        raise NotFound("There is no member with that id.")
    return found
