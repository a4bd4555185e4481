"""`/api/v1/me`, `members` and `invites`: who belongs to the workspace, under which name and role."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from http import HTTPStatus
from typing import Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.aggregates.member import Member
from core.errors import NotFound
from core.limits import FORMER_MEMBERS_MAX, NAME_CHARS_MAX, PERSON_COLOURS
from core.people import Credential, CredentialKind, Person
from core.roles import Role
from web.api.system import program_version
from web.routing import JSON, Call, answer, operation
from web.services import Services

#: What `colour` is, wherever a person has one.
COLOUR: Final = "The number of their colour, the same everywhere and for ever; clients map it to a palette."


class Me(BaseModel):
    """Who is asking, and where."""

    person_id: UUID
    name: str
    role: Role = Field(description="What this credential allows: the lesser of its role and the member's.")
    colour: int = Field(ge=0, lt=PERSON_COLOURS, description=COLOUR)
    credential_id: UUID | None = Field(description="The browser session or token that asks; null: the system.")
    workspace: str = Field(description="How this workspace is called.")
    version: str = Field(description="The program's version.")


class MemberItem(BaseModel):
    """One member of the workspace."""

    person_id: UUID
    name: str
    role: Role
    colour: int = Field(ge=0, lt=PERSON_COLOURS, description=COLOUR)
    joined: bool = Field(description="Whether they have signed in at least once.")
    since: datetime = Field(description="When they were invited; of somebody removed, when that was.")
    state: Literal["invited", "joined", "program", "removed"] = Field(
        description="`program`: never signed in, and acts by tokens alone."
    )
    link_expires_at: datetime | None = Field(
        description="Until when their sign-in link works; null: they have none, or have used it."
    )
    sessions: int = Field(description="Browsers they are signed in with.")
    tokens: int = Field(description="API tokens that act for them.")


class MembersQuery(BaseModel, extra="forbid"):
    """Which people to list."""

    removed: bool = Field(default=False, description="Those who were removed, instead of the members.")


class FormerMember(BaseModel):
    """Somebody who was a member, as histories still show them."""

    person_id: UUID
    colour: int = Field(ge=0, lt=PERSON_COLOURS, description=COLOUR)


class MemberPage(BaseModel):
    """All members, in the order of their invitations."""

    items: list[MemberItem]
    former: list[FormerMember] = Field(
        description=f"The newest {FORMER_MEMBERS_MAX} of those who were removed, with nothing but their colours."
    )


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
    found = Me(
        person_id=access.person_id,
        name=access.name,
        role=access.role,
        colour=access.colour,
        credential_id=access.credential_id,
        workspace=call.services.settings.workspace_name,
        version=program_version(),
    )
    return answer(found)


@operation(query=MembersQuery, gives=MemberPage)
async def list_members(call: Call[MembersQuery, None]) -> Response:
    """List the members of the workspace, or those who were removed from it."""
    removed = list((await call.services.roster.removed()).items())[-FORMER_MEMBERS_MAX:]
    former = [FormerMember(person_id=person_id, colour=member.colour) for person_id, member in removed]
    return answer(MemberPage(items=await _items(call.services, removed=call.query.removed), former=former))


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


@operation(status=HTTPStatus.NO_CONTENT)
async def revoke_invite(call: Call[None, None]) -> Response:
    """End a member's sign-in link before it is used; they stay a member."""
    person_id = call.id("person_id")
    await _item(call.services, person_id)
    await call.services.membership.revoke_link(person_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _invite(services: Services, person_id: UUID) -> Response:
    link = await services.membership.link_for(person_id)
    item = await _item(services, person_id)
    made = Invite(person_id=person_id, name=item.name, role=item.role, link=link.address, expires_at=link.expires_at)
    return answer(made, status=HTTPStatus.CREATED)


async def _items(services: Services, *, removed: bool = False) -> list[MemberItem]:
    members = await (services.roster.removed() if removed else services.roster.members())
    people = await services.people.named(members)
    held: dict[UUID, list[Credential]] = {}
    for credential in await services.membership.held():
        held.setdefault(credential.person_id, []).append(credential)
    return [
        _member(person_id, member, people.get(person_id), held.get(person_id, []), removed=removed)
        for person_id, member in members.items()
    ]


def _member(
    person_id: UUID, member: Member, person: Person | None, held: list[Credential], *, removed: bool
) -> MemberItem:
    kinds = Counter(credential.kind for credential in held)
    links = [credential for credential in held if credential.kind is CredentialKind.SIGN_IN_LINK]
    state: Literal["invited", "joined", "program", "removed"] = "joined" if member.joined else "invited"
    if removed:
        state = "removed"
    elif not member.joined and not links and kinds[CredentialKind.TOKEN]:
        state = "program"
    return MemberItem(
        person_id=person_id,
        name=person.name if person else "",
        role=member.role,
        colour=member.colour,
        joined=member.joined,
        since=member.since,
        state=state,
        link_expires_at=links[-1].expires_at if links else None,
        sessions=kinds[CredentialKind.SESSION],
        tokens=kinds[CredentialKind.TOKEN],
    )


async def _item(services: Services, person_id: UUID) -> MemberItem:
    found = next((item for item in await _items(services) if item.person_id == person_id), None)
    if found is None:
        raise NotFound("There is no member with that id.")
    return found
