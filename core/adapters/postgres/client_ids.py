"""Who owns which CRDT client id (P6), in PostgreSQL. Written under the lock of the log, as claims of appends are."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg

from core.adapters.postgres.pool import borrow, fetch
from core.events import Claim
from core.ids import random_client_id

_OWNERS: Final = "SELECT client_id, person_id FROM client_ids WHERE document_id = $1"
_CLAIM: Final = "SELECT fresh, owner FROM client_id_claim($1, $2, $3)"
_RETIRE: Final = "SELECT client_id_retire($1, $2)"


class PostgresClientIds:
    """Stored owners. Every method raises LogUnavailable when the database is away."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def owners(self, document_id: UUID) -> dict[int, UUID | None]:
        """Return every known id with its owner; None: retired, nobody may use it again."""
        return {row["client_id"]: row["person_id"] for row in await fetch(self._pool, _OWNERS, document_id)}

    async def issue(self, document_id: UUID, person_id: UUID) -> int:
        """Bind a fresh id, never used in this document, to the person and return it."""
        async with borrow(self._pool) as connection:
            while True:
                client_id = random_client_id()
                if await connection.fetchval(_CLAIM, document_id, client_id, person_id, column=0):
                    return client_id

    async def claim(self, claim: Claim) -> UUID | None:
        """Bind the id to the person unless it is bound; return who owns it now (None: retired)."""
        async with borrow(self._pool) as connection:
            owner: UUID | None = await connection.fetchval(_CLAIM, *claim, column=1)
            return owner

    async def retire(self, document_id: UUID, client_id: int) -> None:
        """Make sure that nobody uses this id for new content again."""
        async with borrow(self._pool) as connection:
            await connection.execute(_RETIRE, document_id, client_id)
