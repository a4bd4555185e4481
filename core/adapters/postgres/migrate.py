"""Bringing a database to this program's schema, and refusing one that does not fit.

The check runs at every start of every process, so it reads the database itself and leaves Alembic unimported.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Set
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import asyncpg

from core.errors import MigrationNeeded, Misconfigured
from core.limits import DATABASE_CONNECT_SECONDS_MAX

MIGRATIONS_FOLDER: Final = Path(__file__).parents[3] / "migrations"


class SchemaState(NamedTuple):
    """Which revisions a database has, compared with those this program knows."""

    applied: frozenset[str]
    #: Known and not applied: the database is behind.
    missing: frozenset[str]
    #: Applied and unknown here, and not additive: the database is too far ahead.
    foreign: frozenset[str]

    def require_fit(self) -> None:
        """Raise MigrationNeeded, saying what to do, unless this program can work on the database."""
        if self.foreign:
            raise MigrationNeeded(
                f"the database was migrated by a newer Counterpoint (revision {max(self.foreign)}), in a way this one "
                "cannot work with: update this program"
            )
        if self.missing:
            now = max(self.applied, default="empty")
            raise MigrationNeeded(
                f"the database is at revision {now}, this program needs {max(self.missing)}: run `counterpoint migrate`"
            )


def known_revisions(folder: Path = MIGRATIONS_FOLDER) -> frozenset[str]:
    """Return the revisions this program brings, from their file names."""
    matches = (re.fullmatch(r"(\d{4})_\w+\.py", path.name) for path in (folder / "versions").iterdir())
    return frozenset(match[1] for match in matches if match)


async def read_schema(dsn: str, known: Set[str] | None = None) -> SchemaState:
    """Return how the database stands. Raises Misconfigured when it cannot be reached."""
    known = known_revisions() if known is None else known
    connection = await _connect(dsn)
    try:
        if await connection.fetchval("SELECT to_regclass('schema_revisions')") is None:
            rows = []
        else:
            rows = await connection.fetch("SELECT revision, additive FROM schema_revisions")
    finally:
        await connection.close()
    additive = {str(row["revision"]): bool(row["additive"]) for row in rows}
    foreign = frozenset(revision for revision in additive if revision not in known and not additive[revision])
    return SchemaState(frozenset(additive), frozenset(known - additive.keys()), foreign)


async def check(dsn: str) -> None:
    """Raise MigrationNeeded unless this program can work on the database; Misconfigured when it is not there."""
    (await read_schema(dsn)).require_fit()


def migrate(dsn: str, *, folder: Path = MIGRATIONS_FOLDER) -> list[str]:
    """Apply what is missing and return the revisions applied. Not from a running event loop.

    Safe to call from many processes at once. Raises MigrationNeeded when the database is too far ahead, Misconfigured
    when it refuses.
    """
    state = asyncio.run(read_schema(dsn, known_revisions(folder)))
    if state.foreign:
        state.require_fit()
    if not state.missing:
        return []
    # Here and not above: half a second that a start with nothing to migrate does not pay.
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.exc import DBAPIError

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["dsn"] = dsn
    try:
        command.upgrade(config, "head")
    except (DBAPIError, asyncpg.PostgresError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise Misconfigured(
            f"the database at {place_of(dsn)} refused a migration, and nothing of it was kept: {reason}"
        ) from error
    return sorted(state.missing)


def place_of(dsn: str) -> str:
    """Return where a connection string points, without its password, for messages."""
    try:
        parts = urlsplit(dsn)
        port = parts.port or 5432
    except ValueError:
        return "an address that cannot be read"
    host = parts.hostname or re.sub(r".*\bhost=([^&]*).*", r"\1", parts.query) or "the default socket"
    return f"{host}:{port}{parts.path}" if parts.hostname else host


async def _connect(dsn: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(dsn, timeout=DATABASE_CONNECT_SECONDS_MAX)
    except ValueError as error:  # Also asyncpg's own; its words can quote a password, so they stay out of ours.
        raise Misconfigured(
            "DATABASE_URL is malformed: it must look like postgresql://user:password@host:5432/database "
            "(signs like / # @ in a password are written %2F %23 %40)"
        ) from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = str(error) or type(error).__name__
        raise Misconfigured(f"no database answers at {place_of(dsn)} ({reason}): check DATABASE_URL") from error
