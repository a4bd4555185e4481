"""What services' tests of projections and jobs stand on: one process' adapters on a real, fresh database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from core.adapters.clock import SystemClock
from core.adapters.postgres.log import PostgresLog
from core.adapters.postgres.pool import open_pool
from core.adapters.postgres.projector import PostgresDatabase
from core.adapters.postgres.snapshots import PostgresSnapshots
from core.aggregates.codec import EventCodec
from core.documents.creation import create_document
from core.documents.kinds import kind_named
from core.documents.load import load
from core.events import DOCUMENT_UPDATED, Append, Kind, NewEvent, Write
from core.ids import new_id
from core.jobs import JobCommands
from core.repository import Repository
from projections.documents import Documents
from projections.jobs import Jobs
from projections.library import Library
from projections.port import Projection, Sources
from projections.registry import find_projections
from projections.runner import ProjectionRunner
from projections.takes import Takes

#: Says nothing: what matters is in the log and the tables.
LOGGER = structlog.wrap_logger(structlog.ReturnLogger(), processors=[])


@dataclass(kw_only=True)
class Backstage:
    """Everything one process has, and shortcuts that tests use."""

    pool: asyncpg.Pool
    log: PostgresLog
    clock: SystemClock = field(default_factory=SystemClock)
    person_id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.codec = EventCodec.of_all_aggregates()
        self.repository = Repository(self.log, self.codec)
        self.snapshots = PostgresSnapshots(self.pool)
        self.database = PostgresDatabase(self.pool)
        self.sources = Sources(log=self.log, snapshots=self.snapshots, codec=self.codec, repository=self.repository)
        self.documents, self.library = Documents(self.database), Library(self.database)
        self.jobs, self.takes = Jobs(self.database), Takes(self.database)
        self.commands = JobCommands(
            log=self.log, snapshots=self.snapshots, repository=self.repository, clock=self.clock, waiting=self.jobs
        )
        self.runner = self.new_runner(find_projections(self.sources))

    def new_runner(self, projections: list[Projection]) -> ProjectionRunner:
        """Return one more runner on the same database."""
        return ProjectionRunner(
            log=self.log, database=self.database, projections=projections, clock=self.clock, logger=LOGGER
        )

    async def new_document(self, kind: str = "song", title: str = "Harbour lights") -> UUID:
        """Make a document; returns its id."""
        document_id = new_id()
        await create_document(
            self.log,
            self.repository,
            document_id=document_id,
            kind=kind,
            title=title,
            person_id=self.person_id,
            at=self.clock.now(),
        )
        return document_id

    async def edit(self, document_id: UUID, kind: str = "song", **fields: Any) -> int:
        """Change fields at the top of a document by one update; returns its position."""
        loaded = await load(self.log, self.snapshots, document_id)
        before = loaded.doc.get_state()
        content = kind_named(kind).to_json(loaded.doc)
        kind_named(kind).edit(loaded.doc, {**content, **fields})
        update = NewEvent(DOCUMENT_UPDATED, loaded.doc.get_update(before), self.person_id)
        committed = await self.log.append(Append((Write(document_id, Kind.UPDATE, loaded.version, (update,)),)))
        return committed.last_position


async def eventually(condition: Callable[[], Awaitable[bool]], seconds_max: float = 30.0) -> None:
    """Return as soon as the condition holds; fail after the time."""
    async with asyncio.timeout(seconds_max):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def open_backstage(database_url: str) -> AsyncIterator[Backstage]:
    """Connect to the database as one process does."""
    async with (
        open_pool(database_url) as pool,
        PostgresLog(database_url, pool, clock=SystemClock(), logger=LOGGER) as log,
    ):
        studio = Backstage(pool=pool, log=log)
        await studio.runner.prepare()
        yield studio
