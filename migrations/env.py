"""How Alembic runs our revisions: one transaction for all of them, one migrating process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, Final

import asyncpg
import sqlalchemy
from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script.base import Script
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

#: The advisory lock of whoever migrates; any number that nobody else uses.
MIGRATION_LOCK: Final = 7_405_231_901

#: What each applied revision needs of a program that does not know it: an additive one needs nothing.
SCHEMA_REVISIONS: Final = """
CREATE TABLE IF NOT EXISTS schema_revisions (
    revision text PRIMARY KEY,
    additive boolean NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


async def _run(dsn: str) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            await connection.execute(sqlalchemy.text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            await connection.execute(sqlalchemy.text(SCHEMA_REVISIONS))
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: sqlalchemy.Connection) -> None:
    context.configure(connection=connection, on_version_apply=_remember)
    context.run_migrations()


def _remember(ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]) -> None:
    """Store, in the same transaction, whether programs that do not know this revision can still work."""
    revision = step.up_revision
    assert isinstance(revision, Script)
    assert ctx.connection is not None
    ctx.connection.execute(
        sqlalchemy.text("INSERT INTO schema_revisions (revision, additive) VALUES (:revision, :additive)"),
        {"revision": revision.revision, "additive": revision.module.additive},
    )


asyncio.run(_run(context.config.attributes["dsn"]))
