"""People and credentials in PostgreSQL: tables `people` and `credentials` (migration 0002)."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from core.adapters.postgres.pool import borrow, fetch
from core.errors import Conflict, NotFound
from core.people import Credential, CredentialKind, Person
from core.roles import Role

COLUMNS = "credential_id, kind, person_id, role, label, created_at, expires_at"
#: What is alive at the time given as parameter 1.
ALIVE = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1)"


class PostgresPeople:
    """The People port."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, person: Person) -> None:
        """Keep a new person. Raises Conflict when the id is taken."""
        try:
            await _execute(self._pool, "INSERT INTO people (person_id, name, created_at) VALUES ($1, $2, $3)", *person)
        except asyncpg.UniqueViolationError as error:
            raise Conflict(f"There is a person {person.person_id} already.") from error

    async def named(self, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Return those of the people that exist, by id."""
        rows = await fetch(
            self._pool,
            "SELECT person_id, name, created_at FROM people WHERE person_id = ANY($1::uuid[])",
            list(person_ids),
        )
        return {row["person_id"]: Person(row["person_id"], row["name"], row["created_at"]) for row in rows}

    async def rename(self, person_id: UUID, name: str) -> None:
        """Change the name on screens. Raises NotFound."""
        if (
            await _execute(self._pool, "UPDATE people SET name = $2 WHERE person_id = $1", person_id, name)
            != "UPDATE 1"
        ):
            raise NotFound(f"There is no person {person_id}.")

    async def erase(self, person_id: UUID) -> None:
        """Forget the name and every credential in one statement. Raises NotFound."""
        erased = await _execute(
            self._pool,
            """
            WITH forgotten AS (DELETE FROM credentials WHERE person_id = $1)
            UPDATE people SET name = '' WHERE person_id = $1
            """,
            person_id,
        )
        if erased != "UPDATE 1":
            raise NotFound(f"There is no person {person_id}.")


class PostgresCredentials:
    """The Credentials port. The index finds a hash; the comparison in constant time confirms it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, credential: Credential, digest: bytes, *, spends: UUID | None = None) -> bool:
        """Keep a credential; with `spends`, only by ending that one, which must be alive: one statement decides."""
        async with borrow(self._pool) as connection:
            inserted = await connection.fetchval(
                f"""
            WITH spent AS (
                UPDATE credentials SET revoked_at = $1 WHERE credential_id = $2 AND {ALIVE} RETURNING credential_id
            )
            INSERT INTO credentials ({COLUMNS}, digest)
            SELECT $3::uuid, $4::text, $5::uuid, $6::text, $7::text, $1, $8::timestamptz, $9::bytea
            WHERE $2::uuid IS NULL OR EXISTS (SELECT FROM spent)
            RETURNING credential_id
            """,
                credential.created_at,
                spends,
                credential.credential_id,
                credential.kind.value,
                credential.person_id,
                credential.role.value,
                credential.label,
                credential.expires_at,
                digest,
            )
        return inserted is not None

    async def find(self, kind: CredentialKind, digest: bytes, now: datetime) -> Credential | None:
        """Return the living credential with this hash, or None."""
        rows = await fetch(
            self._pool,
            f"SELECT {COLUMNS}, digest FROM credentials WHERE digest = $2 AND kind = $3 AND {ALIVE}",
            now,
            digest,
            kind.value,
        )
        found = [_credential(row) for row in rows if hmac.compare_digest(row["digest"], digest)]
        return found[0] if found else None

    async def extend(self, credential_id: UUID, expires_at: datetime) -> None:
        """Let it live longer; a revoked or unknown one stays dead."""
        await _execute(
            self._pool,
            "UPDATE credentials SET expires_at = $2 WHERE credential_id = $1 AND revoked_at IS NULL",
            credential_id,
            expires_at,
        )

    async def held(self, now: datetime, *, person_id: UUID | None = None) -> list[Credential]:
        """Return what is alive, oldest first, of one person or of all."""
        rows = await fetch(
            self._pool,
            f"""
            SELECT {COLUMNS} FROM credentials WHERE ($2::uuid IS NULL OR person_id = $2) AND {ALIVE}
            ORDER BY created_at, credential_id
            """,
            now,
            person_id,
        )
        return [_credential(row) for row in rows]

    async def revoke(self, credential_id: UUID, now: datetime) -> bool:
        """End it at once; False when it was dead already or never was."""
        ended = await _execute(
            self._pool,
            f"UPDATE credentials SET revoked_at = $1 WHERE credential_id = $2 AND {ALIVE}",
            now,
            credential_id,
        )
        return ended == "UPDATE 1"


async def _execute(pool: asyncpg.Pool, statement: str, *arguments: Any) -> str:
    """Run one statement that changes something and return its tag, such as `UPDATE 1`."""
    async with borrow(pool) as connection:
        tag: str = await connection.execute(statement, *arguments)
        return tag


def _credential(row: asyncpg.Record) -> Credential:
    return Credential(
        credential_id=row["credential_id"],
        kind=CredentialKind(row["kind"]),
        person_id=row["person_id"],
        role=Role(row["role"]),
        label=row["label"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
