"""THE composition root: everything is built here, once, and passed down. Nothing else makes an adapter.

`open_studio` builds what answers people (web process), `run_worker` what does long work. Both stand on the same
foundation: the log, and who belongs to it.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from uuid import UUID, uuid4

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from core.adapters.blobs import DiskBlobs
from core.adapters.postgres.checkpoints import PostgresCheckpoints
from core.adapters.postgres.client_ids import PostgresClientIds
from core.adapters.postgres.eraser import PostgresEraser
from core.adapters.postgres.projector import PostgresDatabase
from core.adapters.postgres.sealer import Sealer
from core.adapters.postgres.snapshots import PostgresSnapshots
from core.adapters.redis import RedisFanout
from core.aggregates.codec import EventCodec
from core.aggregates.document import Document
from core.client_families import FamilyClientIds
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.errors import NotFound
from core.events import EventFilter, Kind
from core.jobs import JobCommands
from core.limits import RARE_EVENTS_GAP_SECONDS
from core.ports import Fanout
from core.repository import Repository
from core.settings import Settings
from core.subscription import Subscription
from projections.branches import Branches
from projections.comments import Comments
from projections.foresight import Foresight
from projections.histories import Histories
from projections.inbox import Inboxes
from projections.jobs import Jobs
from projections.library import Library
from projections.moments import Moments
from projections.port import Sources
from projections.registry import find_projections
from projections.runner import ProjectionRunner
from projections.takes import Takes
from projections.versions import Versions
from sync.opened import Ports
from sync.rooms import Rooms
from web.api.sync import socket_routes
from web.app import build_app
from web.auth import Auth
from web.client_files import read_client
from web.erasure import Erasure
from web.foundation import Foundation, open_foundation
from web.metrics import Metrics
from web.roster import Roster
from web.services import Services
from web.streams import EventStreams
from web.whereabouts import Whereabouts
from workers.dispatcher import Dispatcher
from workers.job_run import JobRunner
from workers.kinds import Tools, find_job_kinds
from workers.runner import DramatiqWakeups, WorkerProcess, build_broker

#: Extra name -> the module whose presence says that it is installed.
EXTRAS = {"stems": "demucs", "transcription": "whisper"}


@dataclass(frozen=True, slots=True)
class Studio:
    """What the web process serves, and what must happen when it begins to stop."""

    app: Starlette
    #: Make what is queued durable, acknowledge it, and end every socket and event stream.
    drain: Callable[[], Awaitable[None]]


class StudioApplication:
    """The ASGI application: opens the studio when the server starts, closes it when the server ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._studio: Studio | None = None
        #: Why it could not start or go on; the server itself only says that it could not.
        self.failure: BaseException | None = None
        #: Called when something that must run for as long as the studio does has ended: the process must, too.
        self.on_failure: Callable[[], None] = lambda: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or socket, or live through the server's lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        assert self._studio is not None, "requests come after start-up"
        await self._studio.app(scope, receive, send)

    async def drain(self) -> None:
        """Call it when the process begins to stop, before the sockets are taken away."""
        if self._studio is not None:
            await self._studio.drain()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with open_studio(self._settings) as studio:
                self._studio = studio
                await send({"type": "lifespan.startup.complete"})
                await receive()
                await studio.drain()
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # Also what a library written in Rust throws: nothing may end unnoticed.
            self.failure = error
            if self._studio is None:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
            self.on_failure()
            raise
        await send({"type": "lifespan.shutdown.complete"})


def compose_web(settings: Settings) -> StudioApplication:
    """Return the application of one web process."""
    return StudioApplication(settings)


@asynccontextmanager
async def open_studio(settings: Settings) -> AsyncIterator[Studio]:
    """Build everything that answers people, and keep it running while the context lasts.

    Raises Misconfigured, MigrationNeeded or LogUnavailable, with nothing left running.
    """
    async with AsyncExitStack() as stack:
        foundation = await stack.enter_async_context(open_foundation(settings))
        fanout = await _open_fanout(foundation, stack)
        rooms = _build_rooms(foundation, fanout)
        projections = build_projections(foundation)
        await projections.prepare()  # Lists answer before the first worker has started, if only with nothing.
        services = _build_services(foundation, rooms, projections, fanout)
        stack.callback(services.histories.close)
        app = build_app(services, sockets=socket_routes(auth=services.auth, rooms=rooms, clock=foundation.clock))

        async def drain() -> None:
            services.streams.close()
            await rooms.close()

        async with asyncio.TaskGroup() as tasks:
            living = [
                tasks.create_task(rooms.run(), name="rooms"),
                tasks.create_task(services.auth.listen(), name="auth"),
                tasks.create_task(services.whereabouts.run(), name="whereabouts"),
                tasks.create_task(_close_trashed(foundation, rooms, services.histories), name="trash"),
                tasks.create_task(foundation.log.failed(), name="log"),
            ]
            await asyncio.sleep(0)  # Rooms take connections from their first step on.
            try:
                yield Studio(app, drain)
            finally:
                await drain()
                for task in living:
                    task.cancel()


async def run_worker(settings: Settings) -> None:
    """Do long work, keep the projections up to date and seal old keystrokes, until cancelled."""
    async with open_foundation(settings) as foundation:
        codec = EventCodec.of_all_aggregates()
        blobs = DiskBlobs(settings.assets_dir, foundation.clock)
        await blobs.clean()
        kinds = find_job_kinds(
            Tools(
                log=foundation.log,
                snapshots=PostgresSnapshots(foundation.pool),
                blobs=blobs,
                clock=foundation.clock,
                logger=foundation.logger,
                scratch_dir=settings.data_dir / "scratch",
            )
        )
        broker = build_broker(settings.redis_url)
        job_runner = JobRunner(
            log=foundation.log,
            repository=foundation.repository,
            kinds=kinds,
            worker=f"{socket.gethostname()}:{os.getpid()}",
            clock=foundation.clock,
            chance=random.random,
            logger=foundation.logger,
        )
        dispatcher = Dispatcher(
            log=foundation.log,
            repository=foundation.repository,
            codec=codec,
            checkpoints=PostgresCheckpoints(foundation.pool),
            wakeups=DramatiqWakeups(broker),
            kinds=kinds.names,
            clock=foundation.clock,
            logger=foundation.logger,
            notice=job_runner.notice,
        )
        worker = WorkerProcess(
            broker=broker,
            dispatcher=dispatcher,
            job_runner=job_runner,
            kinds=kinds,
            threads=settings.worker_threads,
            scratch_dir=settings.data_dir / "scratch",
            clock=foundation.clock,
            logger=foundation.logger,
        )
        projections = build_projections(foundation)
        await projections.prepare()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run(), name="worker")
            tasks.create_task(projections.run(), name="projections")
            for name, keeper in _keepers(foundation, codec, blobs).items():
                tasks.create_task(keeper.run(), name=name)
            tasks.create_task(foundation.log.failed(), name="log")


def _keepers(foundation: Foundation, codec: EventCodec, blobs: DiskBlobs) -> dict[str, Sealer | Erasure | Foresight]:
    """Return what looks after the log while nobody waits for it, by name."""
    cache = PostgresSnapshots(foundation.pool, table="histories")
    return {
        "sealer": Sealer(foundation.pool, clock=foundation.clock, logger=foundation.logger),
        "erasure": Erasure(
            log=foundation.log,
            repository=foundation.repository,
            codec=codec,
            eraser=PostgresEraser(foundation.pool),
            blobs=blobs,
            checkpoints=PostgresCheckpoints(foundation.pool),
            clock=foundation.clock,
            logger=foundation.logger,
        ),
        "foresight": Foresight(
            histories=Histories(foundation.log, codec, cache),
            cache=cache,
            repository=foundation.repository,
            logger=foundation.logger,
        ),
    }


async def rebuild_projection(settings: Settings, name: str) -> None:
    """Build one projection anew beside the old one and swap it in. Raises NotFound."""
    async with open_foundation(settings) as foundation:
        await build_projections(foundation).rebuild(name)


def build_projections(foundation: Foundation) -> ProjectionRunner:
    """Return the runner of every projection there is."""
    sources = Sources(
        log=foundation.log,
        snapshots=PostgresSnapshots(foundation.pool),
        codec=EventCodec.of_all_aggregates(),
        repository=foundation.repository,
    )
    return ProjectionRunner(
        log=foundation.log,
        database=PostgresDatabase(foundation.pool),
        projections=find_projections(sources),
        clock=foundation.clock,
        logger=foundation.logger,
    )


async def _open_fanout(foundation: Foundation, stack: AsyncExitStack) -> Fanout | None:
    """Return the way to other nodes; None: this process is alone, or hears of others only through the log."""
    if foundation.settings.redis_url is None:
        return None
    return await stack.enter_async_context(RedisFanout(foundation.settings.redis_url, uuid4(), foundation.logger))


def _build_rooms(foundation: Foundation, fanout: Fanout | None) -> Rooms:
    ports = Ports(
        log=foundation.log,
        snapshots=PostgresSnapshots(foundation.pool),
        client_ids=FamilyClientIds(PostgresClientIds(foundation.pool), foundation.repository),
        clock=foundation.clock,
        logger=foundation.logger,
        fanout=fanout,
    )
    return Rooms(ports, kind_of=kind_lookup(foundation.repository), watch=foundation.log.watch)


def _build_services(
    foundation: Foundation, rooms: Rooms, projections: ProjectionRunner, fanout: Fanout | None
) -> Services:
    codec, metrics = EventCodec.of_all_aggregates(), Metrics()
    database = PostgresDatabase(foundation.pool)
    roster = Roster(foundation.log, codec)
    jobs = Jobs(database)
    auth = Auth(
        log=foundation.log,
        roster=roster,
        people=foundation.people,
        credentials=foundation.credentials,
        clock=foundation.clock,
        base_url=foundation.settings.base_url,
    )

    async def unready() -> dict[str, str]:
        if foundation.log.failure is not None:
            return {"log": foundation.log.failure.message}
        return {f"projection {status.name}": status.error for status in await projections.statuses() if status.error}

    return Services(
        settings=foundation.settings,
        logger=foundation.logger,
        clock=foundation.clock,
        log=foundation.log,
        codec=codec,
        repository=foundation.repository,
        snapshots=PostgresSnapshots(foundation.pool),
        client_ids=FamilyClientIds(PostgresClientIds(foundation.pool), foundation.repository),
        blobs=DiskBlobs(foundation.settings.assets_dir, foundation.clock),
        people=foundation.people,
        roster=roster,
        membership=foundation.membership,
        auth=auth,
        rooms=rooms,
        streams=EventStreams(log=foundation.log, auth=auth, metrics=metrics),
        whereabouts=Whereabouts(rooms.people_here, fanout=fanout, clock=foundation.clock, logger=foundation.logger),
        library=Library(database),
        jobs=jobs,
        takes=Takes(database),
        versions=Versions(database),
        branches=Branches(database),
        comments=Comments(database),
        moments=Moments(database),
        inbox=Inboxes(database),
        histories=Histories(foundation.log, codec, PostgresSnapshots(foundation.pool, table="histories")),
        job_commands=JobCommands(
            log=foundation.log,
            snapshots=PostgresSnapshots(foundation.pool),
            repository=foundation.repository,
            clock=foundation.clock,
            waiting=jobs,
        ),
        metrics=metrics,
        client=read_client(foundation.settings.client_dir),
        unready=unready,
        capabilities={
            "redis": foundation.settings.redis_url is not None,
            **{extra: find_spec(module) is not None for extra, module in EXTRAS.items()},
        },
    )


def kind_lookup(repository: Repository) -> Callable[[UUID], Awaitable[DocumentKind]]:
    """Return what tells a room its document's kind; a document in the trash is not there."""

    async def kind_of(document_id: UUID) -> DocumentKind:
        document = await repository.get(Document, document_id)
        if document.trashed:
            raise NotFound("This document is in the trash; restore it first.")
        return kind_named(document.kind)

    return kind_of


async def _close_trashed(foundation: Foundation, rooms: Rooms, histories: Histories) -> None:
    """Close documents that went to the trash or are erased, in whichever process that was decided."""
    erased = frozenset({Document.ErasureRequested.TOPIC, Document.Erased.TOPIC})
    where = EventFilter(kinds=frozenset({Kind.AGGREGATE}), topics=erased | {Document.Trashed.TOPIC})
    head = await foundation.log.head()
    subscription = Subscription(
        foundation.log, after=head.position, where=where, gap_seconds=RARE_EVENTS_GAP_SECONDS, is_patient=True
    )
    async for page in subscription.pages():
        for event in page.events:
            if event.topic in erased:
                rooms.shut(event.stream_id, NotFound("This document was erased."))
                histories.forget(event.stream_id)
            else:
                rooms.shut(event.stream_id, NotFound("This document was moved to the trash."))
