"""How far named readers have read, in PostgreSQL; also inside a reader's own transaction."""

from __future__ import annotations

from typing import Final

import asyncpg

from core.adapters.postgres.pool import borrow, fetch

_GET: Final = "SELECT position FROM checkpoints WHERE name = $1"
_BEGIN: Final = "INSERT INTO checkpoints (name, position) VALUES ($1, 0) ON CONFLICT DO NOTHING"
_ADVANCE: Final = """
UPDATE checkpoints SET position = $3, updated_at = clock_timestamp() WHERE name = $1 AND position = $2 RETURNING true
"""


class PostgresCheckpoints:
    """The checkpoints of all readers. Every method raises LogUnavailable when the database is away."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def get(self, name: str) -> int:
        """Return the reader's position; 0 for a new reader."""
        rows = await fetch(self._pool, _GET, name)
        return int(rows[0]["position"]) if rows else 0

    async def advance(self, name: str, *, expected: int, position: int) -> bool:
        """Move the checkpoint if it still is where expected; False: another reader moved it."""
        async with borrow(self._pool) as connection:
            return await advance(connection, name, expected=expected, position=position)


async def advance(connection: asyncpg.Connection, name: str, *, expected: int, position: int) -> bool:
    """Move a checkpoint in the caller's transaction, together with what it stands for: exactly once (P3).

    Holds the reader's row until that transaction ends, so a second reader waits and then gets False.
    """
    if expected == 0:
        await connection.execute(_BEGIN, name)
    return bool(await connection.fetchval(_ADVANCE, name, expected, position))
