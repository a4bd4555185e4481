"""The projections' tables and checkpoints in the database: creating, moving, rebuilding beside, and swapping.

Two schemas hold copies of every projection's tables: `projections` answers readers, `projections_next` is where a
rebuild grows. `projections.checkpoints` has a row for each copy; whoever writes to a copy moves its row first, by
compare-and-set and in the same transaction, so that rows and checkpoint agree whatever dies, and two writers at once
are one writer and one that reads again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from core.events import Recorded
from core.limits import JOB_REASON_CHARS_MAX, SWAP_WAIT_SECONDS_MAX
from projections.port import Connection, Database, Projection, Row

#: Whoever creates or drops a copy holds this lock: "cpt" and a number that no other lock of ours has.
LOCK: Final = 6_517_876_002


class Slot(StrEnum):
    """Which copy of a projection."""

    #: Answers readers.
    LIVE = "live"
    #: Is being built, and takes the place of the other when it has caught up.
    NEXT = "next"


SCHEMAS: Final = {Slot.LIVE: "projections", Slot.NEXT: "projections_next"}
COLUMNS: Final = "name, slot, version, position, error, failed_at"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far one copy of one projection has read."""

    name: str
    slot: Slot
    #: The version of the code that built it.
    version: int
    position: int
    #: Why its last batch failed; None: it did not.
    error: str | None
    failed_at: datetime | None


async def prepare(database: Database, projections: Iterable[Projection]) -> None:
    """Create what is missing: empty tables for new projections, the copy to rebuild into for outdated ones."""
    async with database.transaction() as connection:
        await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        for schema in SCHEMAS.values():
            await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        await connection.execute(
            """
            CREATE TABLE IF NOT EXISTS projections.checkpoints (
              name text NOT NULL, slot text NOT NULL, version int NOT NULL, position bigint NOT NULL DEFAULT 0,
              error text, failed_at timestamptz, PRIMARY KEY (name, slot)
            ) WITH (fillfactor = 50)
            """
        )
        for projection in projections:
            live = await checkpoint(connection, projection.name, Slot.LIVE)
            if live is None:
                await _create(connection, projection, Slot.LIVE)
            elif live.version < projection.version:
                await _start_next(connection, projection)


async def start_rebuild(database: Database, projection: Projection) -> None:
    """Begin to build a new copy from the first event, unless one of this version is under way."""
    async with database.transaction() as connection:
        await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        await _start_next(connection, projection)


async def checkpoints(connection: Connection) -> list[Checkpoint]:
    """Return the checkpoint of every copy."""
    return [_checkpoint(row) for row in await connection.fetch(f"SELECT {COLUMNS} FROM projections.checkpoints")]


async def checkpoint(connection: Connection, name: str, slot: Slot, *, for_update: bool = False) -> Checkpoint | None:
    """Return one copy's checkpoint, or None when there is no such copy."""
    row = await connection.fetchrow(
        f"SELECT {COLUMNS} FROM projections.checkpoints WHERE name = $1 AND slot = $2"
        + (" FOR UPDATE" if for_update else ""),
        name,
        slot.value,
    )
    return None if row is None else _checkpoint(row)


async def write(
    database: Database, projection: Projection, at: Checkpoint, events: Sequence[Recorded], position: int
) -> bool:
    """Apply the events to the copy and move its checkpoint, both or neither; False: another runner moved it.

    Not synchronous: a crash may take the last batches back, rows and checkpoint together, and they are read again.
    """
    async with database.transaction() as connection:
        await connection.execute("SET LOCAL synchronous_commit = off")
        moved = await connection.fetchval(
            """
            UPDATE projections.checkpoints SET position = $5, error = NULL, failed_at = NULL
            WHERE name = $1 AND slot = $2 AND version = $3 AND position = $4 RETURNING true
            """,
            at.name,
            at.slot.value,
            at.version,
            at.position,
            position,
        )
        if moved and events:
            await connection.execute(f"SET LOCAL search_path = {SCHEMAS[at.slot]}")
            await projection.apply(connection, events)
        return bool(moved)


async def record_error(database: Database, at: Checkpoint, error: BaseException, now: datetime) -> None:
    """Keep why a batch of this copy failed, for status and readiness."""
    text = f"{type(error).__name__}: {error}".replace("\x00", "")[:JOB_REASON_CHARS_MAX]
    async with database.transaction() as connection:
        await connection.execute(
            "UPDATE projections.checkpoints SET error = $3, failed_at = $4 WHERE name = $1 AND slot = $2",
            at.name,
            at.slot.value,
            text,
            now,
        )


async def swap(database: Database, projection: Projection) -> bool:
    """Let the new copy answer from now on, in one transaction; False: it has not caught up with the old one.

    Raises what the database raises when a reader holds the old table for longer than SWAP_WAIT_SECONDS_MAX.
    """
    name = projection.name
    async with database.transaction() as connection:
        await connection.execute(f"SET LOCAL lock_timeout = {int(SWAP_WAIT_SECONDS_MAX * 1000)}")
        await connection.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        live = await checkpoint(connection, name, Slot.LIVE, for_update=True)
        following = await checkpoint(connection, name, Slot.NEXT, for_update=True)
        if following is None or following.version != projection.version:
            return False
        if live is not None and live.position > following.position:
            return False
        await connection.execute(f"DROP TABLE IF EXISTS projections.{name}")
        await connection.execute(f"ALTER TABLE projections_next.{name} SET SCHEMA projections")
        await connection.execute("DELETE FROM projections.checkpoints WHERE name = $1 AND slot = 'live'", name)
        await connection.execute("UPDATE projections.checkpoints SET slot = 'live' WHERE name = $1", name)
        return True


async def _create(connection: Connection, projection: Projection, slot: Slot) -> None:
    await connection.execute(f"SET LOCAL search_path = {SCHEMAS[slot]}")
    await connection.execute(projection.table)
    await connection.execute("RESET search_path")
    await connection.execute(
        "INSERT INTO projections.checkpoints (name, slot, version) VALUES ($1, $2, $3)",
        projection.name,
        slot.value,
        projection.version,
    )


async def _start_next(connection: Connection, projection: Projection) -> None:
    under_way = await checkpoint(connection, projection.name, Slot.NEXT, for_update=True)
    if under_way is not None and under_way.version >= projection.version:
        return
    await connection.execute(f"DROP TABLE IF EXISTS projections_next.{projection.name}")
    await connection.execute("DELETE FROM projections.checkpoints WHERE name = $1 AND slot = 'next'", projection.name)
    await _create(connection, projection, Slot.NEXT)


def _checkpoint(row: Row) -> Checkpoint:
    return Checkpoint(row["name"], Slot(row["slot"]), row["version"], row["position"], row["error"], row["failed_at"])
