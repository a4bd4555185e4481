"""The two ways in that need no browser and no other member: tokens of the command line and the first sign-in link."""

from __future__ import annotations

from datetime import datetime
from typing import Final

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
    workspace = await membership.workspace()
    owners = {id_: member for id_, member in workspace.members.items() if member.role is Role.OWNER}
    if any(owner.joined for owner in owners.values()):
        return None
    programs = {token.person_id for token in await membership.tokens()}
    waiting = [person_id for person_id in owners if person_id not in programs]
    person_id = waiting[0] if waiting else await membership.invite(FIRST_NAME, Role.OWNER, by=SYSTEM_ID)
    return await membership.link_for(person_id)
