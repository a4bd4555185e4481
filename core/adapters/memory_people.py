"""People and credentials in memory: the same promises as in PostgreSQL, for tests."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from core.errors import Conflict, NotFound
from core.people import Credential, CredentialKind, Person


class MemoryPeople:
    """The People port. Erasing a person also empties the credentials it was built with."""

    def __init__(self, credentials: MemoryCredentials) -> None:
        self._credentials = credentials
        self._people: dict[UUID, Person] = {}

    async def add(self, person: Person) -> None:
        """Keep a new person. Raises Conflict when the id is taken."""
        if person.person_id in self._people:
            raise Conflict(f"There is a person {person.person_id} already.")
        self._people[person.person_id] = person

    async def named(self, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Return those of the people that exist, by id."""
        return {id_: self._people[id_] for id_ in person_ids if id_ in self._people}

    async def rename(self, person_id: UUID, name: str) -> None:
        """Change the name on screens. Raises NotFound."""
        self._people[person_id] = self._person(person_id)._replace(name=name)

    async def erase(self, person_id: UUID) -> None:
        """Forget the name and every credential, for ever. Raises NotFound."""
        self._people[person_id] = self._person(person_id)._replace(name="")
        self._credentials.forget(person_id)

    def _person(self, person_id: UUID) -> Person:
        if person_id not in self._people:
            raise NotFound(f"There is no person {person_id}.")
        return self._people[person_id]


class MemoryCredentials:
    """The Credentials port."""

    def __init__(self) -> None:
        self._alive: dict[UUID, tuple[Credential, bytes]] = {}

    async def add(self, credential: Credential, digest: bytes, *, spends: UUID | None = None) -> bool:
        """Keep a credential; with `spends`, only by ending that one, which must be alive."""
        if spends is not None and not await self.revoke(spends, credential.created_at):
            return False
        self._alive[credential.credential_id] = (credential, digest)
        return True

    async def find(self, kind: CredentialKind, digest: bytes, now: datetime) -> Credential | None:
        """Return the living credential with this hash, or None."""
        for credential, stored in self._alive.values():
            if hmac.compare_digest(stored, digest):
                return credential if credential.kind is kind and credential.alive(now) else None
        return None

    async def extend(self, credential_id: UUID, expires_at: datetime) -> None:
        """Let it live longer; a revoked or unknown one stays dead."""
        if credential_id in self._alive:
            credential, digest = self._alive[credential_id]
            self._alive[credential_id] = (replace(credential, expires_at=expires_at), digest)

    async def held(self, now: datetime, *, person_id: UUID | None = None) -> list[Credential]:
        """Return what is alive, oldest first, of one person or of all."""
        found = [credential for credential, _ in self._alive.values() if credential.alive(now)]
        found.sort(key=lambda credential: (credential.created_at, credential.credential_id))
        return [credential for credential in found if person_id in (None, credential.person_id)]

    async def revoke(self, credential_id: UUID, now: datetime) -> bool:
        """End it at once; False when it was dead already or never was."""
        credential, _ = self._alive.pop(credential_id, (None, b""))
        return credential is not None and credential.alive(now)

    def forget(self, person_id: UUID) -> None:
        """Drop everything of a person."""
        self._alive = {id_: held for id_, held in self._alive.items() if held[0].person_id != person_id}
