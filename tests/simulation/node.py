"""A server process of the simulation: real rooms and sessions on a log that can be slow, fail, or be killed with it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, MutableMapping, Sequence
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

import structlog

from core.adapters.memory import MemoryClientIds, MemoryLog, MemorySnapshots, MemoryStore
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.errors import LogUnavailable, NotSignedIn
from core.events import Append, AppendMaker, Claim, Committed
from core.ports import Snapshot
from core.roles import Access
from sync.frames import Frame
from sync.opened import Ports
from sync.rooms import Rooms
from sync.session import Session
from sync.session_hocuspocus import HocuspocusSession
from sync.session_plain import PlainSession
from tests.simulation.api import Api
from tests.simulation.client import Client, Link
from tests.simulation.loop import VirtualClock
from tests.simulation.wires import PlainWire

#: Frames a simulated socket buffers before it counts as full.
BUFFER_FRAMES_MAX = 40


class NodeLog(MemoryLog):
    """One process's way to the shared store: commits when the world says so, and dies with its process."""

    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store)
        self.is_killed = False
        self.hold()

    def append(self, append: Append | AppendMaker) -> asyncio.Future[Committed]:
        if self.is_killed:
            raise LogUnavailable("killed")
        return super().append(append)

    def kill(self) -> None:
        """Lose every append that was not committed, and everybody who waits for one."""
        self.is_killed = True
        self._queue.clear()
        self._watchers.clear()
        if self._heard in self.store.listeners:
            self.store.listeners.remove(self._heard)

    @property
    def is_waiting(self) -> bool:
        return bool(self._queue)

    async def commit(self) -> None:
        """Form one batch of what waits now and store it."""
        self.release()
        for _ in range(3):
            await asyncio.sleep(0)
        self.hold()


class NodeClientIds(MemoryClientIds):
    """Client ids as this process may change them: not at all once it is dead."""

    def __init__(self, store: MemoryStore, log: NodeLog) -> None:
        super().__init__(store)
        self._log = log

    async def claim(self, claim: Claim) -> UUID | None:
        self._require_life()
        return await super().claim(claim)

    async def retire(self, document_id: UUID, client_id: int) -> None:
        self._require_life()
        await super().retire(document_id, client_id)

    def _require_life(self) -> None:
        if self._log.is_killed:
            raise asyncio.CancelledError


class NodeSnapshots:
    """Snapshots shared by all nodes; a dead one saves none."""

    def __init__(self, shared: MemorySnapshots, log: NodeLog) -> None:
        self._shared, self._log = shared, log

    async def latest(self, document_id: UUID) -> Snapshot | None:
        return await self._shared.latest(document_id)

    async def save(self, document_id: UUID, snapshot: Snapshot) -> None:
        if not self._log.is_killed:
            await self._shared.save(document_id, snapshot)


class SimulatedTransport:
    """The server's end of a link."""

    def __init__(self, link: Link, log: NodeLog) -> None:
        self.link, self._log = link, log
        self.is_reading = True

    @property
    def is_full(self) -> bool:
        return len(self.link.down) > BUFFER_FRAMES_MAX

    def write(self, frames: Sequence[Frame]) -> None:
        if self.link.closed is None and not self._log.is_killed:
            self.link.down.extend(frame.payload for frame in frames)

    def close(self, code: int, reason: str) -> None:
        if self.link.closed is None and not self._log.is_killed:
            self.link.closed, self.link.reason = code, reason

    def stop_reading(self) -> None:
        self.is_reading = False

    def start_reading(self) -> None:
        self.is_reading = True


class Served:
    """A client's socket on a node."""

    def __init__(self, client: Client, session: Session, transport: SimulatedTransport, task: asyncio.Task[None]):
        self.client, self.session, self.transport, self.task = client, session, transport, task
        self.is_lost = False


class Node:
    """One process. `hints` holds what the log told it and it has not heard yet: delivered, doubled or dropped later."""

    def __init__(
        self,
        name: str,
        store: MemoryStore,
        snapshots: MemorySnapshots,
        kinds: dict[UUID, str],
        clock: VirtualClock,
        accesses: dict[str, Access],
        random: Random,
        bases: dict[int, int],
    ) -> None:
        self.name = name
        self.log = NodeLog(store)
        self.hints: deque[frozenset[UUID] | None] = deque()
        self._hear: Callable[[frozenset[UUID] | None], None] | None = None
        self._accesses = accesses
        self._clock = clock
        self.served: dict[str, Served] = {}
        self.errors: list[str] = []

        async def kind_of(document_id: UUID) -> DocumentKind:
            return kind_named(kinds[document_id])

        ports = Ports(
            log=self.log,
            snapshots=NodeSnapshots(snapshots, self.log),
            client_ids=NodeClientIds(store, self.log),
            clock=clock,
            logger=structlog.wrap_logger(None, processors=[self._log_line], wrapper_class=structlog.BoundLogger),
        )
        self.rooms = Rooms(ports, kind_of=kind_of, watch=self._watch)
        self._make_api = lambda: Api(self.log, self.rooms, ports.client_ids, clock, random, bases)
        self._task = asyncio.get_running_loop().create_task(self.rooms.run())

    @cached_property
    def api(self) -> Api:
        """What people do by request, made when the first one does."""
        return self._make_api()

    def _log_line(self, logger: Any, level: str, event: MutableMapping[str, Any]) -> str:
        """Remember errors: a simulated fault must never look like a bug of ours."""
        if level == "error" and not self.log.is_killed:
            self.errors.append(f"{event}")
        raise structlog.DropEvent

    def _watch(self, handler: Callable[[frozenset[UUID] | None], None]) -> Callable[[], None]:
        self._hear = handler
        return self.log.watch(self.hints.append)

    def hear(self) -> None:
        """Deliver the oldest hint of the log."""
        streams = self.hints.popleft()
        if self._hear is not None:
            self._hear(streams)

    # -- sockets ------------------------------------------------------------------------------------------------

    def accept(self, client: Client) -> None:
        """Take a client's socket."""
        link = client.connect()
        transport = SimulatedTransport(link, self.log)
        session: Session
        if isinstance(client.wire, PlainWire):
            session = PlainSession(
                transport,
                self.rooms,
                self._clock,
                document_id=client.document_id,
                access=client.access,
                acknowledges=True,
                watch_access=lambda access, callback: lambda: None,
            )
        else:
            session = HocuspocusSession(
                transport,
                self.rooms,
                self._clock,
                authorize=self._authorize,
                watch_access=lambda access, callback: lambda: None,
            )
        task = asyncio.get_running_loop().create_task(session.run())
        self.served[client.name] = Served(client, session, transport, task)

    async def _authorize(self, token: str) -> Access:
        if token not in self._accesses:
            raise NotSignedIn
        return self._accesses[token]

    def deliver_up(self, client: Client, count: int) -> None:
        """Hand the session up to `count` frames as one wake-up, if it reads."""
        served = self.served[client.name]
        link = served.transport.link
        if served.transport.is_reading and link.up and link.closed is None and not served.is_lost:
            served.session.received([link.up.popleft() for _ in range(min(count, len(link.up)))])
        self._notice_full(served)

    def deliver_down(self, client: Client) -> bytes:
        """Take one frame off the socket's buffer."""
        served = self.served[client.name]
        frame = served.transport.link.down.popleft()
        if served.session.full_since is not None and not served.transport.is_full and not served.is_lost:
            served.session.drained()
        return frame

    def notice_full(self) -> None:
        """Tell sessions whose buffers have filled."""
        for served in self.served.values():
            self._notice_full(served)

    def _notice_full(self, served: Served) -> None:
        if served.transport.is_full and served.session.full_since is None and not served.is_lost:
            served.session.filled()

    def lose(self, client: Client) -> None:
        """The socket is gone, for both ends."""
        served = self.served.pop(client.name)
        client.disconnect()
        served.is_lost = True
        served.session.lost()

    # -- ends ---------------------------------------------------------------------------------------------------

    async def kill(self) -> None:
        """Kill it with -9: what was not committed is lost, and so is every socket."""
        self.log.kill()
        for served in list(self.served.values()):
            served.client.disconnect()
            served.is_lost = True
        tasks: list[asyncio.Task[Any]] = [self._task, *(served.task for served in self.served.values())]
        self.served.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def stop(self) -> None:
        """SIGTERM: close in order."""
        closing = asyncio.get_running_loop().create_task(self.rooms.close())
        while not closing.done():
            await self.log.commit()
            await asyncio.sleep(0.01)
        await closing
        for served in list(self.served.values()):
            self.lose(served.client)
        await asyncio.gather(self._task, return_exceptions=True)
        self.log.kill()
