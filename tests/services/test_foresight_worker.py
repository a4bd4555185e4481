"""The worker that runs beside the studio counts long histories in: nobody asks it to, and no kill keeps it from it."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from core.events import Kind
from tests.services.backstage import open_backstage
from tests.services.test_foresight import LONG, cached, write

pytestmark = pytest.mark.services
ROOT = Path(__file__).parents[2]
LOOK_SECONDS = 0.1
#: Seconds for a worker to start and look twice; far more than it takes on a busy machine.
COUNTED_SECONDS_MAX = 90.0
#: The table says itself when a history was cached.
TELL = """
CREATE FUNCTION tell_cached() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM pg_notify('cached', NEW.document_id::text); RETURN NEW; END $$;
CREATE TRIGGER tell_cached AFTER INSERT OR UPDATE ON histories FOR EACH ROW EXECUTE FUNCTION tell_cached();
"""


@asynccontextmanager
async def told_of_caching(database_url: str) -> AsyncIterator[asyncio.Queue[UUID]]:
    """Hear of every history that is cached."""
    heard: asyncio.Queue[UUID] = asyncio.Queue()
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(TELL)
        await connection.add_listener("cached", lambda *told: heard.put_nowait(UUID(str(told[-1]))))
        yield heard
    finally:
        await connection.close()


@asynccontextmanager
async def worker(database_url: str, folder: Path) -> AsyncIterator[Process]:
    """Run a worker; whatever happens, it is gone afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.services.impatient_worker", database_url, str(folder), str(LOOK_SECONDS),
        str(LONG), cwd=ROOT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_running_worker_counts_long_histories_in(database_url: str, tmp_path: Path) -> None:
    """What was written before it started, and, once it was killed, what came since; a short one never."""
    async with open_backstage(database_url) as studio, told_of_caching(database_url) as heard:
        song, short = await studio.new_document(), await studio.new_document()
        await write(studio, song, *range(80, 80 + LONG))
        await write(studio, short, 80)
        assert heard.empty()
        async with worker(database_url, tmp_path) as first:
            async with asyncio.timeout(COUNTED_SECONDS_MAX):
                assert await heard.get() == song
            assert await cached(studio, song) == (await studio.log.head(song, Kind.UPDATE)).version
            first.kill()
            await first.wait()
        await write(studio, song, *range(120, 120 + LONG))
        async with worker(database_url, tmp_path) as second:
            async with asyncio.timeout(COUNTED_SECONDS_MAX):
                assert await heard.get() == song
            assert await cached(studio, song) == (await studio.log.head(song, Kind.UPDATE)).version
            second.send_signal(signal.SIGTERM)
            assert await second.wait() == 0
        assert await cached(studio, short) == 0
