"""A server that could lose what it said it had stored is refused, with the way out (P1)."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from core.adapters.postgres.pool import connect, open_pool
from core.adapters.postgres.safety import require_safe, unsafe_settings
from core.errors import Misconfigured

pytestmark = pytest.mark.services


class Server:
    """Says what it is set to, as a connection would."""

    def __init__(self, **settings: Any) -> None:
        self.settings = {
            "fsync": "on",
            "full_page_writes": "on",
            "synchronous_commit": "on",
            "version": 180004,
            **settings,
        }

    async def fetchrow(self, _query: str) -> dict[str, Any]:
        return self.settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("fsync", "off"), ("full_page_writes", "off"), ("synchronous_commit", "off"), ("synchronous_commit", "local")],
)
async def test_unsafe_settings_are_refused_by_name(name: str, value: str) -> None:
    """Each setting that could lose saved work is named in the message."""
    with pytest.raises(Misconfigured, match=f"{name} is {value}"):
        await require_safe(Server(**{name: value}))
    assert len(await unsafe_settings(Server(**{name: value}))) == 1
    assert await unsafe_settings(Server()) == []


async def test_an_old_server_is_refused() -> None:
    """A server that cannot run our functions is told so before a migration fails half-way."""
    with pytest.raises(Misconfigured, match="PostgreSQL 14"):
        await require_safe(Server(version=130012))


async def test_our_connections_commit_with_fsync(database_url: str) -> None:
    """Whatever a role's default is, our own connections wait for the disk; a foreign one is seen through."""
    admin = await asyncpg.connect(database_url)
    name = await admin.fetchval("SELECT current_database()")
    await admin.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {name} SET synchronous_commit = off")
    await admin.close()
    foreign = await asyncpg.connect(database_url)
    with pytest.raises(Misconfigured, match="synchronous_commit"):
        await require_safe(foreign)
    await foreign.close()
    own = await connect(database_url)
    assert await own.fetchval("SHOW synchronous_commit") == "on"
    await own.close()
    async with open_pool(database_url) as pool:
        assert await pool.fetchval("SHOW synchronous_commit") == "on"
        assert await pool.fetchval("SHOW fsync") == "on"
