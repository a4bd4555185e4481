"""`counterpoint doctor`: what this program finds on this machine, one line each, and what is wrong with it."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

import asyncpg

from core.adapters.postgres.binaries import find_binaries
from core.adapters.postgres.chain import verify_chain
from core.adapters.postgres.cluster import home_of
from core.adapters.postgres.embedded import find_running, holder_of
from core.adapters.postgres.migrate import place_of, read_schema
from core.adapters.postgres.safety import unsafe_settings
from core.errors import Misconfigured
from core.limits import DATABASE_CONNECT_SECONDS_MAX, FREE_BYTES_MIN, PARTITION_POSITIONS
from core.settings import Settings
from web.client_files import BUILT_DIR, is_built
from web.database import with_database

PYTHON_MIN: Final = (3, 11)
#: Seconds between two signs that a verification goes on.
PROGRESS_SECONDS: Final = 5.0
_DATABASE: Final = """
SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes,
       (SELECT max(last_position) FROM event_chain) AS head, log_sealed() AS sealed,
       (SELECT max((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''?(\\d+)''?\\)'))[1]::bigint)
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'events_u'::regclass) AS ready
"""


class Finding(NamedTuple):
    """One thing looked at."""

    subject: str
    ok: bool
    said: str


def examine(
    settings: Settings, *, verify: bool = False, say: Callable[[str], None] = lambda line: None
) -> list[Finding]:
    """Look at everything; nothing is changed, but an embedded database that is not running runs meanwhile.

    `say` hears how far a long verification is.
    """
    findings = [_python(), _screens(settings), *_folders(settings), *_binaries(settings)]
    if settings.database_url is None and not home_of(settings.data_dir).exists():
        return [
            *findings,
            Finding("database", True, "not made yet: the first start makes it"),
            asyncio.run(_redis(settings)),
        ]
    try:
        with with_database(settings, lambda line: None) as reachable:
            findings += asyncio.run(_database(reachable, verify=verify, say=say))
    except Misconfigured as error:
        findings.append(Finding("database", False, error.message))
    findings.append(asyncio.run(_redis(settings)))
    return findings


def _python() -> Finding:
    version = platform.python_version()
    return Finding("python", sys.version_info >= PYTHON_MIN, f"{version} on {platform.system()} {platform.machine()}")


def _screens(settings: Settings) -> Finding:
    """Without them the studio does all its work, so they are no fault."""
    folder = settings.client_dir or BUILT_DIR
    missing = "not built: the API answers alone; install Node 20.19, 22.12 or newer with npm, then `make run`"
    return Finding("screens", True, f"built in {folder}" if is_built(folder) else missing)


def _folders(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    yield Finding("disk", free > FREE_BYTES_MIN, f"{_megabytes(free)} free for {folder}")
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        yield Finding("data", False, f"{existing} cannot be written ({error.strerror}): choose another with --data")
    else:
        yield Finding("data", True, f"{folder}{'' if folder.exists() else ' (not made yet)'}")
    files = [path for path in settings.assets_dir.rglob("*") if path.is_file()] if settings.assets_dir.exists() else []
    size = sum(path.stat().st_size for path in files)
    yield Finding("assets", True, f"{len(files)} files, {_megabytes(size)}, in {settings.assets_dir}")


def _binaries(settings: Settings) -> Iterator[Finding]:
    if settings.database_url:
        yield Finding("postgresql", True, f"DATABASE_URL is used: {place_of(settings.database_url)}")
        return
    found = find_binaries()
    said = ", ".join(f"{one.version} in {one.folder}" for one in found) or "none: run `make install`"
    yield Finding("postgresql", bool(found), said)
    try:
        running = find_running(settings.data_dir)
    except Misconfigured as error:
        yield Finding("studio", False, error.message)
    else:
        yield Finding("studio", True, _state(settings.data_dir, running=running is not None))


def _state(folder: Path, *, running: bool) -> str:
    if running:
        return "runs on this folder now"
    if holder := holder_of(folder):
        return f"process {holder} holds this folder; its database does not answer, or not yet"
    return "does not run on this folder now"


async def _database(settings: Settings, *, verify: bool, say: Callable[[str], None]) -> list[Finding]:
    assert settings.database_url is not None
    schema = await read_schema(settings.database_url)
    try:
        schema.require_fit()
    except Misconfigured as error:
        return [Finding("schema", False, error.message)]
    connection = await asyncpg.connect(settings.database_url, timeout=DATABASE_CONNECT_SECONDS_MAX)
    try:
        problems = await unsafe_settings(connection)
        found = await connection.fetchrow(_DATABASE)
        chain = [await _chain(connection, say)] if verify else []
    finally:
        await connection.close()
    head, ready = int(found["head"] or 0), int(found["ready"] or 0)
    return [
        Finding("database", True, f"PostgreSQL {found['version']}, {_megabytes(found['bytes'])}"),
        Finding(
            "durability", not problems, "; ".join(problems) or "fsync, full_page_writes, synchronous_commit are on"
        ),
        Finding("schema", True, f"revision {max(schema.applied)}"),
        Finding("log", True, f"{head} positions, keystrokes sealed below {found['sealed']}"),
        Finding("partitions", ready > head, f"room for {max(ready - head, 0)} more, {PARTITION_POSITIONS} each"),
        *chain,
    ]


async def _chain(connection: asyncpg.Connection, say: Callable[[str], None]) -> Finding:
    next_at = monotonic() + PROGRESS_SECONDS

    def progress(position: int, end: int) -> None:
        nonlocal next_at
        if monotonic() >= next_at:
            next_at += PROGRESS_SECONDS
            say(f"verifying: {position} of {end} positions, {100 * position // end} %")

    verdict = await verify_chain(connection, progress=progress)
    if verdict.problem:
        return Finding("chain", False, f"holds up to position {verdict.position}; then: {verdict.problem}")
    said = f"{verdict.events} events in {verdict.links} links are as they were stored"
    if verdict.segments:
        said += f", some of them in {verdict.segments} sealed segments"
    return Finding("chain", True, f"{said}; the last hash is {verdict.hash.hex()}")


async def _redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return Finding("redis", True, "not used (REDIS_URL is not set): one machine")
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    client = Redis.from_url(settings.redis_url, socket_connect_timeout=5)
    try:
        information = await client.info("server")
    except (RedisError, OSError) as error:
        return Finding("redis", False, f"does not answer ({error}): check REDIS_URL")
    finally:
        await client.aclose()
    return Finding("redis", True, f"Redis {information['redis_version']}")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB"
