"""Processes for test_sealing.py that seal and die: the first after its first query, the next after its second ...

Each is killed with SIGKILL, as kill -9 does it; one that ends by itself found nothing left to do. Says how many were
killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

import asyncpg
import structlog

from core.adapters.clock import SystemClock
from core.adapters.postgres.sealer import Sealer
from tests.contracts.logs import seal_all


async def seal(dsn: str, queries: int, rows: int) -> None:
    """Seal everything closed, or die after so many queries."""
    left = queries

    def count(record: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    async def watch(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(count)

    async with asyncpg.create_pool(dsn, min_size=1, max_size=1, init=watch, reset=_nothing) as pool:
        logger = structlog.wrap_logger(structlog.ReturnLogger())
        await seal_all(Sealer(pool, clock=SystemClock(), logger=logger, rows=rows))


async def _nothing(connection: asyncpg.Connection) -> None:
    """Leave connections as they are: resetting them is no step of sealing."""


def main(dsn: str, rows: int, victims: int) -> None:
    """Let one child after the other work, each a query longer than the one before."""
    killed = 0
    for number in range(1, victims + 1):
        child = os.fork()
        if child == 0:
            asyncio.run(seal(dsn, number, rows))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
    sys.stdout.write(str(killed))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
