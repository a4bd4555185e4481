"""Snapshots of documents in PostgreSQL: a cache with one row a document."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

import asyncpg

from core.adapters.postgres.pool import borrow, fetch
from core.ports import Snapshot

_LATEST: Final = "SELECT version, position, state FROM {table} WHERE document_id = $1"
_SAVE: Final = """
INSERT INTO {table} AS s (document_id, version, position, state) VALUES ($1, $2, $3, $4)
ON CONFLICT (document_id) DO UPDATE
SET version = excluded.version, position = excluded.position, state = excluded.state, taken_at = clock_timestamp()
WHERE s.version < excluded.version
"""
# A branch counts what it was forked from in its history too: then it seems further than it is, and is cached later.
_BEHIND: Final = """
SELECT h.stream_id, h.version FROM stream_heads h LEFT JOIN {table} s ON s.document_id = h.stream_id
WHERE h.kind = 'u' AND h.version - coalesce(s.version, 0) >= $1
ORDER BY h.stream_id LIMIT $2
"""
_DISCARD: Final = "DELETE FROM {table} WHERE document_id = $1"


class PostgresSnapshots:
    """The newest snapshot of each document. Every method raises LogUnavailable when the database is away."""

    def __init__(self, pool: asyncpg.Pool, *, table: Literal["snapshots", "histories"] = "snapshots") -> None:
        """`histories` keeps the same of documents that forget nothing, encoded by core/crdt/history.py."""
        self._pool = pool
        self._latest = _LATEST.format(table=table)
        self._save = _SAVE.format(table=table)
        self._behind = _BEHIND.format(table=table)
        self._discard = _DISCARD.format(table=table)

    async def latest(self, document_id: UUID) -> Snapshot | None:
        """Return the newest snapshot, or None."""
        rows = await fetch(self._pool, self._latest, document_id)
        return Snapshot(*rows[0]) if rows else None

    async def save(self, document_id: UUID, snapshot: Snapshot) -> None:
        """Keep this snapshot as the newest unless a newer one is there."""
        async with borrow(self._pool) as connection:
            await connection.execute(self._save, document_id, *snapshot)

    async def behind(self, updates: int, *, limit: int) -> dict[UUID, int]:
        """Return documents with at least so many updates after their newest snapshot, and how many each has."""
        return dict(await fetch(self._pool, self._behind, updates, limit))

    async def discard(self, document_id: UUID) -> None:
        """Keep no snapshot of a document."""
        async with borrow(self._pool) as connection:
            await connection.execute(self._discard, document_id)
