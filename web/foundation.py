"""What every program stands on, and all that commands without a web server need: the log, and who belongs to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from structlog.typing import FilteringBoundLogger

from core.adapters.clock import SystemClock
from core.adapters.logs import build_logger, libraries_heard
from core.adapters.postgres.log import PostgresLog
from core.adapters.postgres.migrate import check
from core.adapters.postgres.people import PostgresCredentials, PostgresPeople
from core.adapters.postgres.pool import open_pool
from core.errors import Misconfigured
from core.ports import Clock
from core.repository import Repository
from core.settings import Settings
from web.membership import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """The open log of a migrated database."""

    settings: Settings
    logger: FilteringBoundLogger
    clock: Clock
    pool: asyncpg.Pool
    log: PostgresLog
    repository: Repository
    people: PostgresPeople
    credentials: PostgresCredentials
    membership: Membership


@asynccontextmanager
async def open_foundation(settings: Settings) -> AsyncIterator[Foundation]:
    """Open the log for as long as the context lasts; leaving it stores what is queued.

    Raises Misconfigured or MigrationNeeded, with the way out, for a database this program must not use.
    """
    if settings.database_url is None:
        raise Misconfigured("no database: set DATABASE_URL, or start everything with `counterpoint up`")
    await check(settings.database_url)
    logger, clock = build_logger(settings.log_level), SystemClock()
    with libraries_heard(logger):
        async with (
            open_pool(settings.database_url) as pool,
            PostgresLog(settings.database_url, pool, clock=clock, logger=logger) as log,
        ):
            repository = Repository(log)
            people, credentials = PostgresPeople(pool), PostgresCredentials(pool)
            yield Foundation(
                settings=settings,
                logger=logger,
                clock=clock,
                pool=pool,
                log=log,
                repository=repository,
                people=people,
                credentials=credentials,
                membership=Membership(
                    repository=repository,
                    people=people,
                    credentials=credentials,
                    clock=clock,
                    base_url=settings.base_url,
                ),
            )
