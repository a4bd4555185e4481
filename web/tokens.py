"""The two ways in that need no browser and no other member: tokens of the command line and the first sign-in link."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from core.aggregates.member import Member
from core.ids import SYSTEM_ID
from core.roles import Role
from web.membership import Link, Membership

#: How the first person is called until they say it themselves.
FIRST_NAME: Final = "Owner"


async def issue_token(
    membership: Membership, role: Role, *, name: str | None = None, expires_at: datetime | None = None
) -> str:
    """Return a token for a program: it acts as a member of its own, so removing that member ends it.

    Raises Invalid for a name no line can hold, and Conflict when the workspace is full.
    """
    called = name or f"{role.value} token"
    person_id = await membership.invite(called, role, by=SYSTEM_ID)
    issued = await membership.issue_token(person_id, role, label=called, by=SYSTEM_ID, expires_at=expires_at)
    return issued.secret


async def first_sign_in_link(membership: Membership) -> Link | None:
    """Return a one-time link for the first owner, or None once an owner has signed in.

    Asking again gives a fresh link for the same person, and the one before opens nothing any more.
    """
    owners = await _owners(membership)
    return None if any(owner.joined for owner in owners.values()) else await owner_sign_in_link(membership)


async def owner_sign_in_link(membership: Membership) -> Link:
    """Return a one-time link for the owner who came first, also when they have signed in and lost their session.

    For those who run a command beside the database: they own what is in it anyway. An owner who was never a person
    (a token of the command line) is passed over; when there is no other, one is made. Raises Conflict.
    """
    owners = await _owners(membership)
    programs = {token.person_id for token in await membership.tokens()}
    signed_in = [person_id for person_id, owner in owners.items() if owner.joined]
    waiting = [person_id for person_id in owners if person_id not in programs]
    found = (signed_in or waiting)[:1]
    return await membership.link_for(
        found[0] if found else await membership.invite(FIRST_NAME, Role.OWNER, by=SYSTEM_ID)
    )


async def _owners(membership: Membership) -> dict[UUID, Member]:
    """Return the owners, in the order in which they were invited."""
    workspace = await membership.workspace()
    return {id_: member for id_, member in workspace.members.items() if member.role is Role.OWNER}
