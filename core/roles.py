"""Roles: what a person may do in the workspace, and the access one connection or request carries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.errors import Forbidden


class Role(StrEnum):
    """From least to most: each role may do what the ones before it may."""

    VIEWER = "viewer"
    COMMENTER = "commenter"
    EDITOR = "editor"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """Return the place in the order of roles, 0 for viewers."""
        return list(Role).index(self)

    def at_most(self, other: Role) -> Role:
        """Return the lesser of the two roles."""
        return self if other.includes(self) else other

    def includes(self, other: Role) -> bool:
        """Say whether this role may do everything the other may."""
        return self.rank >= other.rank


@dataclass(frozen=True, slots=True)
class Access:
    """Who acts, under which role. The id is opaque; the name is for screens only and is never stored in events."""

    person_id: UUID
    name: str
    role: Role
    #: The token or browser session behind this access, so that revoking it ends what it opened; None: the system.
    credential_id: UUID | None = None
    #: The number of their colour, wherever people are shown (core/aggregates/member.py).
    colour: int = 0

    @property
    def may_write(self) -> bool:
        """Say whether documents may be edited."""
        return self.role.includes(Role.EDITOR)

    def require(self, role: Role) -> None:
        """Raise Forbidden unless this access includes the role."""
        if not self.role.includes(role):
            raise Forbidden(f"This needs the role {role}; you are {self.role} here.")
