"""Whether a PostgreSQL server keeps what it says it has stored (P1): asked on every connection, told by the doctor."""

from __future__ import annotations

from typing import Final

import asyncpg

from core.errors import Misconfigured

#: The oldest server that understands the functions of our migrations.
SERVER_VERSION_MIN: Final = 140_000

_SETTINGS: Final = """
SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_setting('server_version_num')::int AS version
"""


async def unsafe_settings(connection: asyncpg.Connection) -> list[str]:
    """Return what is wrong with this server, one sentence each with the way out; nothing: it is safe."""
    found = await connection.fetchrow(_SETTINGS)
    problems = []
    if found["version"] < SERVER_VERSION_MIN:
        problems.append(f"PostgreSQL {SERVER_VERSION_MIN // 10_000} or newer is needed: upgrade the server")
    for name in ("fsync", "full_page_writes"):
        if found[name] != "on":
            problems.append(f"{name} is {found[name]}, a power cut would lose saved work: set {name} = on and reload")
    if found["synchronous_commit"] not in ("on", "remote_apply"):
        problems.append(
            f"synchronous_commit is {found['synchronous_commit']} on our own connection: let clients set it to on"
        )
    return problems


async def require_safe(connection: asyncpg.Connection) -> None:
    """Raise Misconfigured unless what this server commits survives a power cut."""
    problems = await unsafe_settings(connection)
    if problems:
        raise Misconfigured("this PostgreSQL server is not safe to use: " + "; ".join(problems))
