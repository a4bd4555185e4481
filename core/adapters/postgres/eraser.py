"""Emptying bodies: what was said goes, its hash stays, and the chain still holds (P5).

Everything here can be done again, and begun again after a kill, with the same end. It works beside sealing under the
same lock, one short transaction after the other: rows first, so that nothing sealed later has bodies that must go, then
the segments that were sealed before. A segment that is being written and has such rows is thrown away and written anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import asyncpg

from core import limits
from core.adapters.postgres.pool import borrow, fetch
from core.adapters.postgres.sealer import LOCK
from core.adapters.postgres.segment import Segment
from core.events import Kind, Recorded

_EMPTY_ROWS: Final = """
WITH wanted AS (
  SELECT version FROM events WHERE kind = 'u' AND stream_id = $1 AND version > $2 AND body_hash IS NULL
  ORDER BY version LIMIT $3
), emptied AS (
  UPDATE events e SET body_hash = sha256(e.body), body = '' FROM wanted
  WHERE e.kind = 'u' AND e.stream_id = $1 AND e.version = wanted.version RETURNING e.version
)
SELECT max(version) FROM emptied
"""
_DISCARD: Final = """
DELETE FROM segments WHERE first_position >= (
  SELECT min(segment) FROM segment_runs
  WHERE stream_id = $1 AND segment >= (SELECT coalesce(max(stop_position), 0) FROM seals))
"""
_EMPTY_FACTS: Final = (
    "UPDATE events SET body_hash = sha256(body), body = '' WHERE kind = 'a' AND body_hash IS NULL AND "
)
_MENTIONING: Final = """
SELECT position, stream_id, version, topic, actor_id, recorded_at, body FROM events
WHERE kind = 'a' AND topic = ANY($1) AND (position($2 IN body) > 0 OR position($3 IN body) > 0) ORDER BY position
"""


class PostgresEraser:
    """Takes bodies out of the log and of what is kept beside it. Every method raises LogUnavailable."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def empty_keystrokes(self, document_id: UUID) -> None:
        """Empty every update of a document, sealed or not."""
        after: int | None = 0
        while after is not None:
            async with self._locked() as connection:
                await connection.execute(_DISCARD, document_id)
                after = await connection.fetchval(_EMPTY_ROWS, document_id, after, limits.ERASE_ROWS)
        runs = await fetch(self._pool, "SELECT segment FROM segment_runs WHERE stream_id = $1", document_id)
        for run in runs:
            await self._empty_segment(run["segment"], document_id)

    async def empty_facts(self, stream_ids: Collection[UUID], *, keep: Collection[str]) -> None:
        """Empty every fact of these streams but those of the topics that say that they were erased."""
        async with self._locked() as connection:
            await connection.execute(
                _EMPTY_FACTS + "stream_id = ANY($1) AND topic <> ALL($2)", list(stream_ids), list(keep)
            )

    async def empty_facts_by(self, person_id: UUID, *, topics: Collection[str]) -> None:
        """Empty every fact of these topics that a person made."""
        async with self._locked() as connection:
            await connection.execute(_EMPTY_FACTS + "actor_id = $1 AND topic = ANY($2)", person_id, list(topics))

    async def forget(self, document_id: UUID) -> None:
        """Drop what is kept of a document to save reading the log."""
        async with borrow(self._pool) as connection, connection.transaction():
            for table in ("snapshots", "histories"):
                await connection.execute(f"DELETE FROM {table} WHERE document_id = $1", document_id)

    async def mentioning(self, document_id: UUID, *, topics: Collection[str]) -> list[Recorded]:
        """Return the facts of these topics whose bodies have the document's id in them, oldest first."""
        forms = (document_id.hex.encode(), str(document_id).encode())
        return [
            Recorded(position, stream_id, Kind.AGGREGATE, version, topic, actor_id, recorded_at, body, len(body))
            for position, stream_id, version, topic, actor_id, recorded_at, body in await fetch(
                self._pool, _MENTIONING, list(topics), *forms
            )
        ]

    async def is_mentioned(self, text: str, *, topics: Collection[str], besides: Collection[UUID]) -> bool:
        """Say whether a fact of these topics, of another stream than these, has the text in its body."""
        rows = await fetch(
            self._pool,
            "SELECT EXISTS (SELECT FROM events WHERE kind = 'a' AND topic = ANY($1) AND stream_id <> ALL($2) "
            "AND position($3 IN body) > 0) AS found",
            list(topics),
            list(besides),
            text.encode(),
        )
        return bool(rows[0]["found"])

    async def _empty_segment(self, first_position: int, document_id: UUID) -> None:
        async with self._locked() as connection:
            packed = await connection.fetchval("SELECT packed FROM segments WHERE first_position = $1", first_position)
            if packed is None:  # It was being written, and was thrown away meanwhile.
                return
            emptied = await asyncio.to_thread(_emptied, packed, document_id)
            if emptied is not None:
                await connection.execute(
                    "UPDATE segments SET packed = $2, revision = revision + 1 WHERE first_position = $1",
                    first_position,
                    emptied,
                )

    @asynccontextmanager
    async def _locked(self) -> AsyncIterator[asyncpg.Connection]:
        async with borrow(self._pool) as connection, connection.transaction():
            await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            yield connection


def _emptied(packed: bytes, document_id: UUID) -> bytes | None:
    return Segment.of(packed).erased(frozenset({document_id}))
