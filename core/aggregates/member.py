"""Who belongs to the workspace, under which role. Opaque ids only: names and secrets are in tables that can forget.

All members are one aggregate, because one rule looks at all of them: somebody must always be able to own the workspace.
Facts about credentials are here too, so that every process hears which ones ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from core.aggregates.base import Aggregate, Creation
from core.errors import Conflict, NotFound
from core.ids import WORKSPACE_ID
from core.limits import MEMBERS_MAX, PERSON_COLOURS
from core.roles import Role


@dataclass(frozen=True, slots=True)
class Member:
    """One member: a person who was invited, and has or has not come in yet."""

    role: Role
    joined: bool
    #: When they were invited, or removed.
    since: datetime
    #: The number of the colour by which people know them, below PERSON_COLOURS: theirs from the first invitation on.
    colour: int


class Workspace(Aggregate):
    """The members of the workspace and their roles."""

    TOPIC = "workspace"

    class Event(Aggregate.Event):
        """A fact about a member."""

        @property
        def at(self) -> datetime:
            """Return when it happened."""
            assert isinstance(self.timestamp, datetime)
            return self.timestamp

    class Founded(Event, Creation):
        """The workspace exists, still without members."""

        TOPIC = "workspace.founded"

    class Invited(Event):
        """Somebody may come in under this role."""

        TOPIC = "member.invited"
        member_id: UUID
        role: str

        def apply(self, aggregate: Workspace) -> None:
            """Expect them, and give them the colour that fewest members have, or the one they had."""
            before = aggregate.removed.pop(self.member_id, None)
            colour = before.colour if before else aggregate.colour_counts.index(min(aggregate.colour_counts))
            aggregate.colour_counts[colour] += 1
            aggregate.members[self.member_id] = Member(Role(self.role), False, self.at, colour)

    class Joined(Event):
        """They came in for the first time."""

        TOPIC = "member.joined"
        member_id: UUID

        def apply(self, aggregate: Workspace) -> None:
            """Count them as present."""
            aggregate.members[self.member_id] = replace(aggregate.members[self.member_id], joined=True)

    class RoleChanged(Event):
        """They have another role from here on."""

        TOPIC = "member.role_changed"
        member_id: UUID
        role: str

        def apply(self, aggregate: Workspace) -> None:
            """Take over the role."""
            aggregate.members[self.member_id] = replace(aggregate.members[self.member_id], role=Role(self.role))

    class Removed(Event):
        """They may do nothing here any more."""

        TOPIC = "member.removed"
        member_id: UUID

        def apply(self, aggregate: Workspace) -> None:
            """Let them do nothing; the same id can be invited again."""
            left = aggregate.members.pop(self.member_id)
            aggregate.colour_counts[left.colour] -= 1
            aggregate.removed[self.member_id] = replace(left, since=self.at)

    class ErasureRequested(Event):
        """Their name and what they wrote in comments are to be forgotten, for ever."""

        TOPIC = "member.erasure_requested"
        member_id: UUID

        def apply(self, aggregate: Workspace) -> None:
            """Remember whom."""
            aggregate.erased.add(self.member_id)

    class Erased(Event):
        """What they wrote in comments is gone; the opaque id stays (P5)."""

        TOPIC = "member.erased"
        member_id: UUID

        def apply(self, aggregate: Workspace) -> None:
            """Change no membership."""

    class TokenIssued(Event):
        """A program got a token that acts for the member, at most under this role."""

        TOPIC = "token.issued"
        token_id: UUID
        member_id: UUID
        role: str

        def apply(self, aggregate: Workspace) -> None:
            """Change no membership."""

    class TokenRevoked(Event):
        """This token, or invitation link, opens nothing any more."""

        TOPIC = "token.revoked"
        token_id: UUID
        member_id: UUID

        def apply(self, aggregate: Workspace) -> None:
            """Change no membership."""

    class SignedOut(Event):
        """One browser of the member was signed out."""

        TOPIC = "member.signed_out"
        session_id: UUID
        member_id: UUID

        def apply(self, aggregate: Workspace) -> None:
            """Change no membership."""

    def __init__(self) -> None:
        self.members: dict[UUID, Member] = {}
        #: Those who were members once, as they were, since they are no more.
        self.removed: dict[UUID, Member] = {}
        #: Those who are to be forgotten, or were.
        self.erased: set[UUID] = set()
        #: How many members have each colour.
        self.colour_counts: list[int] = [0] * PERSON_COLOURS

    @classmethod
    def found(cls, *, at: datetime) -> Self:
        """Make the workspace, once in the life of an installation."""
        return cls.begin(cls.Founded, stream_id=WORKSPACE_ID, at=at)

    def role_of(self, member_id: UUID) -> Role | None:
        """Return the member's role; None: no member."""
        member = self.members.get(member_id)
        return member.role if member else None

    def invite(self, member_id: UUID, role: Role, *, at: datetime) -> None:
        """Expect somebody. Raises Conflict when they are a member already or the workspace is full."""
        if member_id in self.members:
            raise Conflict("They are a member already.")
        if len(self.members) >= MEMBERS_MAX:
            raise Conflict(f"A workspace has at most {MEMBERS_MAX} members; remove somebody first.")
        self.trigger_event(self.Invited, timestamp=at, member_id=member_id, role=role.value)

    def join(self, member_id: UUID, *, at: datetime) -> None:
        """Note that they came in; nothing the second time. Raises NotFound."""
        if not self._member(member_id).joined:
            self.trigger_event(self.Joined, timestamp=at, member_id=member_id)

    def change_role(self, member_id: UUID, role: Role, *, at: datetime) -> None:
        """Give them another role. Raises NotFound, and Conflict for the last owner."""
        if self._member(member_id).role is role:
            return
        self._keep_an_owner_besides(member_id)
        self.trigger_event(self.RoleChanged, timestamp=at, member_id=member_id, role=role.value)

    def remove(self, member_id: UUID, *, at: datetime) -> None:
        """End the membership. Raises NotFound, and Conflict for the last owner."""
        self._member(member_id)
        self._keep_an_owner_besides(member_id)
        self.trigger_event(self.Removed, timestamp=at, member_id=member_id)

    def request_erasure(self, member_id: UUID, *, at: datetime) -> None:
        """Ask that what is left of somebody be forgotten; nothing the second time."""
        if member_id not in self.erased:
            self.trigger_event(self.ErasureRequested, timestamp=at, member_id=member_id)

    def note_erasure(self, member_id: UUID, *, at: datetime) -> None:
        """Record that what they wrote is gone."""
        self.trigger_event(self.Erased, timestamp=at, member_id=member_id)

    def issue_token(self, token_id: UUID, member_id: UUID, role: Role, *, at: datetime) -> None:
        """Note that a token was made. Raises NotFound."""
        self._member(member_id)
        self.trigger_event(self.TokenIssued, timestamp=at, token_id=token_id, member_id=member_id, role=role.value)

    def revoke_token(self, token_id: UUID, member_id: UUID, *, at: datetime) -> None:
        """Tell every process that a token ended, whoever's it was."""
        self.trigger_event(self.TokenRevoked, timestamp=at, token_id=token_id, member_id=member_id)

    def sign_out(self, session_id: UUID, member_id: UUID, *, at: datetime) -> None:
        """Tell every process that a browser session ended."""
        self.trigger_event(self.SignedOut, timestamp=at, session_id=session_id, member_id=member_id)

    def _member(self, member_id: UUID) -> Member:
        if member_id not in self.members:
            raise NotFound("They are no member of this workspace.")
        return self.members[member_id]

    def _keep_an_owner_besides(self, member_id: UUID) -> None:
        """An owner who never came in keeps nobody from being locked out, so they count only for each other."""
        leaving = self.members[member_id]
        if leaving.role is not Role.OWNER:
            return
        others = [member for id_, member in self.members.items() if id_ != member_id and member.role is Role.OWNER]
        if not any(other.joined or not leaving.joined for other in others):
            raise Conflict("The last owner stays owner; make somebody else an owner first.")
