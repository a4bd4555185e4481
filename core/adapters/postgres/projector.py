"""The projections' view of PostgreSQL: transactions for those who write, single questions for those who read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from core.adapters.postgres.pool import borrow, fetch


class PostgresDatabase:
    """The database of the projections on a pool. A lost server is LogUnavailable, as it is for the log."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        """Open a transaction: committed when the block ends, rolled back when it raises."""
        async with borrow(self._pool) as connection, connection.transaction():
            yield connection

    async def execute(self, query: str, *arguments: Any) -> Any:
        """Run a statement whose answer does not matter."""
        async with borrow(self._pool) as connection:
            return await connection.execute(query, *arguments)

    async def executemany(self, query: str, arguments: Sequence[Sequence[Any]]) -> Any:
        """Run a statement once for each row of arguments."""
        async with borrow(self._pool) as connection:
            return await connection.executemany(query, arguments)

    async def fetch(self, query: str, *arguments: Any) -> Sequence[Any]:
        """Return every row of a question; one that met a dead connection is asked again."""
        return await fetch(self._pool, query, *arguments)

    async def fetchrow(self, query: str, *arguments: Any) -> Any:
        """Return the first row, or None."""
        rows = await fetch(self._pool, query, *arguments)
        return rows[0] if rows else None

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        """Return the first column of the first row, or None."""
        row = await self.fetchrow(query, *arguments)
        return None if row is None else row[0]
