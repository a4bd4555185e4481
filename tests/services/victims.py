"""Processes that do a piece of work and die in it, each after another query: the first one of a kind, or the n-th.

Each is killed with SIGKILL, as kill -9 does it; one that ends by itself found nothing left to do. Says how many were
killed. For test_sealing.py and test_erasure.py.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg

from core.adapters.blobs import DiskBlobs
from core.adapters.clock import SystemClock
from core.adapters.postgres.checkpoints import PostgresCheckpoints
from core.adapters.postgres.eraser import PostgresEraser
from core.adapters.postgres.sealer import Sealer
from core.aggregates.codec import EventCodec
from core.events import EventFilter
from core.repository import Repository
from tests.contracts.logs import postgres_log, seal_all
from tests.services.backstage import LOGGER
from web.erasure import WISHES, Erasure


async def seal(dsn: str, pool: asyncpg.Pool, rows: str) -> None:
    """Seal everything closed."""
    await seal_all(Sealer(pool, clock=SystemClock(), logger=LOGGER, rows=int(rows)))


async def erase(dsn: str, pool: asyncpg.Pool, assets: str) -> None:
    """Carry out every wish there is."""
    async with postgres_log(dsn, pool) as log:
        erasure = make_erasure(log, pool, Path(assets))
        for wish in (await log.read(after=0, limit=1000, where=EventFilter(topics=WISHES.topics))).events:
            await erasure.carry_out(wish)


def make_erasure(log: Any, pool: asyncpg.Pool, assets: Path) -> Erasure:
    """Return what carries out wishes at once."""
    codec, clock = EventCodec.of_all_aggregates(), SystemClock()
    return Erasure(
        log=log, repository=Repository(log, codec), codec=codec, eraser=PostgresEraser(pool),
        blobs=DiskBlobs(assets, clock), checkpoints=PostgresCheckpoints(pool), clock=clock, logger=LOGGER,
        wait_seconds=0,
    )  # fmt: skip


WORK: dict[str, Callable[[str, asyncpg.Pool, str], Awaitable[None]]] = {"seal": seal, "erase": erase}


#: The statements that change something, in the order of the work: a victim dies behind the first one of each.
STATEMENTS: dict[str, tuple[str, ...]] = {
    "seal": (
        "INSERT INTO segments", "INSERT INTO segment_runs", "COMMIT", "UPDATE segments SET verified", "DROP TABLE",
        "INSERT INTO seals", "UPDATE schema_revisions",
    ),
    "erase": (),
}  # fmt: skip


async def die_in(work: str, dsn: str, argument: str, last: str | int) -> None:
    """Do the work, or die after so many queries of it, or after the first that begins like this."""
    queries = 0

    def count(record: Any) -> None:
        nonlocal queries
        queries += 1
        if queries == last or (isinstance(last, str) and record.query.lstrip().startswith(last)):
            os.kill(os.getpid(), signal.SIGKILL)

    async def watch(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(count)

    async with asyncpg.create_pool(dsn, min_size=1, max_size=2, init=watch, reset=_nothing) as pool:
        await WORK[work](dsn, pool, argument)


async def _nothing(connection: asyncpg.Connection) -> None:
    """Leave connections as they are: resetting them is no step of the work."""


def main(work: str, dsn: str, argument: str, victims: str) -> None:
    """Let one child after the other work: one for each statement, then each a query longer than the one before."""
    killed = 0
    for last in (*STATEMENTS[work], *range(1, int(victims) + 1)):
        child = os.fork()
        if child == 0:
            asyncio.run(die_in(work, dsn, argument, last))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "a victim failed"
        killed += os.WIFSIGNALED(status)
    sys.stdout.write(str(killed))


if __name__ == "__main__":
    main(*sys.argv[1:])
