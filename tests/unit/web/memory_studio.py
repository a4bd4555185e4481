"""A whole studio in memory: the real application on memory adapters, and clients of every role."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from starlette.applications import Starlette

from core.adapters.logs import build_logger
from core.adapters.memory import ManualClock, MemoryBlobs, MemoryClientIds, MemoryLog, MemorySnapshots
from core.adapters.memory_people import MemoryCredentials, MemoryPeople
from core.aggregates.codec import EventCodec
from core.aggregates.document import Document
from core.client_families import FamilyClientIds
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.ids import SYSTEM_ID
from core.jobs import JobCommands
from core.repository import Repository
from core.roles import Role
from core.settings import Settings
from projections.histories import Histories
from sync.opened import Ports
from sync.rooms import Rooms
from tests.unit.web.branch_readers import MemoryBranches
from tests.unit.web.comment_readers import MemoryComments, MemoryInboxes
from tests.unit.web.moment_readers import MemoryMoments
from tests.unit.web.readers import MemoryReaders
from web.app import build_app
from web.auth import Auth
from web.client_files import ClientFiles
from web.membership import Membership
from web.metrics import Metrics
from web.roster import Roster
from web.services import Services
from web.streams import EventStreams
from web.whereabouts import Whereabouts

ORIGIN = "http://testserver:8000"


@dataclass
class Studio:
    """The application, what it stands on, and its clients."""

    app: Starlette
    services: Services
    log: MemoryLog
    clock: ManualClock
    credentials: MemoryCredentials
    unready: dict[str, str]
    tokens: dict[Role, str] = field(default_factory=dict)
    people: dict[Role, UUID] = field(default_factory=dict)

    def client(self, role: Role | None = None, **options: Any) -> httpx.AsyncClient:
        """Return a client that sends the role's token; None: nobody."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role else {}
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers | options.pop("headers", {}))

    async def request(self, role: Role | None, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask once."""
        async with self.client(role) as client:
            return await client.request(method, path, **options)

    async def document(self, kind: str = "song", title: str = "Night train") -> dict[str, Any]:
        """Create a document as the editor and return its state."""
        answer = await self.request(Role.EDITOR, "POST", "/api/v1/documents", json={"kind": kind, "title": title})
        assert answer.status_code == 201, answer.text
        state: dict[str, Any] = answer.json()
        return state

    @property
    def topics(self) -> list[str]:
        """Return the type of every event stored, in order."""
        return [event.topic for event in self.log.store.events]


@asynccontextmanager
async def running_studio(folder: Path, *, client: ClientFiles | None = None) -> AsyncIterator[Studio]:
    """Build everything, run what has to run, and add one member of each role."""
    studio = _build(folder, client)
    for role in Role:
        membership = studio.services.membership
        person_id = await membership.invite(role.value.title(), role, by=SYSTEM_ID)
        issued = await membership.issue_token(person_id, role, label="test", by=SYSTEM_ID)
        studio.people[role], studio.tokens[role] = person_id, issued.secret
    async with asyncio.TaskGroup() as tasks:
        rooms = studio.services.rooms
        assert isinstance(rooms, Rooms)
        listening = tasks.create_task(studio.services.auth.listen())
        tasks.create_task(rooms.run())
        await asyncio.sleep(0)  # Both have begun.
        yield studio
        studio.services.streams.close()
        listening.cancel()
        await rooms.close()
    studio.services.histories.close()


def _build(folder: Path, client: ClientFiles | None) -> Studio:
    clock, log = ManualClock(), MemoryLog()
    log.store.clock = clock
    logger, metrics, codec = build_logger("error"), Metrics(), EventCodec.of_all_aggregates()
    settings = Settings(data_dir=folder, host="testserver")
    repository, snapshots = Repository(log, codec), MemorySnapshots()
    client_ids = FamilyClientIds(MemoryClientIds(log.store), repository)
    credentials = MemoryCredentials()
    people, roster, readers = MemoryPeople(credentials), Roster(log, codec), MemoryReaders(log)
    auth = Auth(log=log, roster=roster, people=people, credentials=credentials, clock=clock, base_url=settings.base_url)
    unready: dict[str, str] = {}

    async def reasons() -> dict[str, str]:
        return unready

    async def kind_of(document_id: UUID) -> DocumentKind:
        return kind_named((await repository.get(Document, document_id)).kind)

    ports = Ports(log=log, snapshots=snapshots, client_ids=client_ids, clock=clock, logger=logger)
    rooms = Rooms(ports, kind_of=kind_of, watch=log.watch)
    services = Services(
        settings=settings, logger=logger, clock=clock, log=log, codec=codec, repository=repository,
        snapshots=snapshots, client_ids=client_ids, blobs=MemoryBlobs(), people=people, roster=roster,
        membership=Membership(
            repository=repository, people=people, credentials=credentials, clock=clock, base_url=settings.base_url
        ),
        auth=auth, rooms=rooms, whereabouts=Whereabouts(rooms.people_here, fanout=None, clock=clock, logger=logger),
        streams=EventStreams(log=log, auth=auth, metrics=metrics),
        library=readers, jobs=readers, takes=readers, versions=readers, branches=MemoryBranches(log),
        comments=MemoryComments(log), moments=MemoryMoments(log, codec), inbox=MemoryInboxes(log, codec),
        histories=Histories(log, codec, MemorySnapshots()),
        job_commands=JobCommands(log=log, snapshots=snapshots, repository=repository, clock=clock, waiting=readers),
        metrics=metrics, client=client or ClientFiles({}), unready=reasons, capabilities={"redis": False},
    )  # fmt: skip
    return Studio(build_app(services), services, log, clock, credentials, unready)
