"""People and their credentials: the only place where a name or a way to sign in is kept; never in events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from core.roles import Role


class Person(NamedTuple):
    """A person or a program that acts. The name is for screens only, and empty once erased (P5)."""

    person_id: UUID
    name: str
    created_at: datetime


class CredentialKind(StrEnum):
    """What a secret opens."""

    #: Sent by programs with every request.
    TOKEN = "token"
    #: Works once: whoever opens it gets a session.
    SIGN_IN_LINK = "sign_in_link"
    #: The cookie of one browser.
    SESSION = "session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A secret somebody holds, without the secret: only its hash is stored."""

    credential_id: UUID
    kind: CredentialKind
    person_id: UUID
    #: The most this credential allows; the person's own role is the other bound.
    role: Role
    #: What its owner calls it ("build server"), so that the right one can be revoked.
    label: str
    created_at: datetime
    #: None: works until revoked.
    expires_at: datetime | None

    def alive(self, now: datetime) -> bool:
        """Say whether it has not expired."""
        return self.expires_at is None or now < self.expires_at


def digest_of(secret: str) -> bytes:
    """Return the hash under which a secret is stored. Secrets carry 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
