"""Rooms on memory adapters, sockets that are lists, and editors with a real document each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import structlog
from pycrdt import Doc, Text

from core.adapters.memory import (
    ManualClock,
    MemoryClientIds,
    MemoryFanout,
    MemoryLog,
    MemorySnapshots,
    MemoryStore,
)
from core.documents.kinds import kind_named
from core.errors import NotFound, NotSignedIn
from core.roles import Access, Role
from sync.frames import Frame
from sync.opened import Ports
from sync.rooms import Rooms
from sync.session import Session
from sync.session_hocuspocus import HocuspocusSession
from sync.session_plain import PlainSession
from tests.simulation.wires import HocuspocusWire, PlainWire, read_varuint

DOCUMENT = UUID("11111111-1111-4111-8111-111111111111")


def person(name: str, role: Role = Role.EDITOR, *, colour: int = 0) -> Access:
    """Return somebody."""
    return Access(uuid4(), name, role, colour=colour)


class Socket:
    """A transport that keeps what was written."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.writes = 0
        self.closed: int | None = None
        self.close_reason = ""
        self.is_full = False
        self.is_reading = True
        self.changed = asyncio.Event()
        self.session: Session | None = None
        #: Whether the next write fills it, as on a real socket: within the call.
        self.fills_at_next_write = False

    def write(self, frames: Sequence[Frame]) -> None:
        self.sent += [frame.payload for frame in frames]
        self.writes += 1
        self.changed.set()
        if self.fills_at_next_write:
            self.fills_at_next_write = False
            self.fill()

    def close(self, code: int, reason: str) -> None:
        if self.closed is None:
            self.closed, self.close_reason = code, reason
            self.changed.set()
            if self.session is not None:
                asyncio.get_running_loop().call_soon(self.session.lost)

    def stop_reading(self) -> None:
        self.is_reading = False

    def start_reading(self) -> None:
        self.is_reading = True

    def take(self) -> list[bytes]:
        """Return what was sent since the last call."""
        sent, self.sent = self.sent, []
        return sent

    def fill(self) -> None:
        """The peer stops reading."""
        self.is_full = True
        assert self.session is not None
        self.session.filled()

    def drain(self) -> None:
        """The peer reads again."""
        self.is_full = False
        assert self.session is not None
        self.session.drained()


class Node:
    """One process: rooms on a log of its own, on a store that nodes share."""

    def __init__(self, store: MemoryStore, *, kind: str = "note", fanout: MemoryFanout | None = None) -> None:
        self.store, self.kind = store, kind
        self.clock = ManualClock()
        self.log = MemoryLog(store)
        self.snapshots = MemorySnapshots()
        self.client_ids = MemoryClientIds(store)
        self.fanout = fanout
        self.tasks: asyncio.TaskGroup | None = None
        self.tokens: dict[str, Access] = {}
        self.watchers: list[tuple[Access, Callable[[Access | None], None]]] = []
        ports = Ports(
            log=self.log,
            snapshots=self.snapshots,
            client_ids=self.client_ids,
            clock=self.clock,
            logger=structlog.get_logger(),
            fanout=fanout,
        )
        self.rooms = Rooms(ports, kind_of=self._kind_of, watch=self.log.watch)

    async def _kind_of(self, document_id: UUID) -> Any:
        if document_id != DOCUMENT:
            raise NotFound
        return kind_named(self.kind)

    def watch(self, access: Access, callback: Callable[[Access | None], None]) -> Callable[[], None]:
        """Remember who wants to hear of changed access."""
        entry = (access, callback)
        self.watchers.append(entry)
        return lambda: self.watchers.remove(entry) if entry in self.watchers else None

    async def authorize(self, token: str) -> Access:
        """Say whom a token acts for."""
        if token not in self.tokens:
            raise NotSignedIn
        return self.tokens[token]

    def plain(self, access: Access, *, acks: bool = True) -> Socket:
        """Open a plain socket."""
        socket = Socket()
        session = PlainSession(
            socket,
            self.rooms,
            self.clock,
            document_id=DOCUMENT,
            access=access,
            acknowledges=acks,
            watch_access=self.watch,
        )
        socket.session = session
        assert self.tasks is not None
        self.tasks.create_task(session.run())
        return socket

    def collab(self) -> Socket:
        """Open a Hocuspocus socket."""
        socket = Socket()
        session = HocuspocusSession(socket, self.rooms, self.clock, authorize=self.authorize, watch_access=self.watch)
        socket.session = session
        assert self.tasks is not None
        self.tasks.create_task(session.run())
        return socket


@asynccontextmanager
async def studio(
    *, kind: str = "note", nodes: int = 1, with_fanout: bool = False, store: MemoryStore | None = None
) -> AsyncIterator[list[Node]]:
    """Run nodes on one store; at the end everything is closed and nothing is left running."""
    store = store or MemoryStore()
    fanouts: list[MemoryFanout | None] = [None] * nodes
    if with_fanout:
        first = MemoryFanout()
        fanouts = [first, *(MemoryFanout(first) for _ in range(nodes - 1))]
    made = [Node(store, kind=kind, fanout=fanout) for fanout in fanouts]
    async with asyncio.TaskGroup() as tasks:
        for node in made:
            node.tasks = tasks
            tasks.create_task(node.rooms.run())
        await settle()
        yield made
        for node in made:
            await node.rooms.close()


async def settle() -> None:
    """Let everything that can happen without time passing happen."""
    for _ in range(50):
        await asyncio.sleep(0)


class Editor:
    """Somebody's tab: a document, a wire, a socket."""

    def __init__(self, node: Node, access: Access, *, wire: str = "plain", client_id: int | None = None) -> None:
        self.node, self.access = node, access
        self.doc: Doc[Any] = Doc(client_id=client_id) if client_id else Doc()
        self.text = self.doc.get("text", type=Text)
        self.wire: PlainWire | HocuspocusWire = (PlainWire if wire == "plain" else HocuspocusWire)(str(DOCUMENT))
        self.token = access.name
        node.tokens[self.token] = access
        self.updates: list[bytes] = []
        self._is_remote = False
        self._subscription = self.doc.observe(lambda event: self._is_remote or self.updates.append(event.update))
        self.connect(node)

    def connect(self, node: Node) -> None:
        """Open a socket and greet."""
        self.node = node
        node.tokens[self.token] = self.access
        self.socket = node.plain(self.access) if isinstance(self.wire, PlainWire) else node.collab()
        self.send(*self.wire.greeting(self.token, self.doc.get_state()))

    def send(self, *messages: bytes) -> None:
        """Send messages in one wake-up."""
        assert self.socket.session is not None
        self.socket.session.received(list(messages))

    def type(self, text: str) -> bytes:
        """Type at the end and return the update, unsent."""
        self.text += text
        return self.updates[-1]

    def push(self, *updates: bytes) -> None:
        """Send updates in one wake-up."""
        self.send(*(self.wire.sync(2, update) for update in updates))

    def read(self) -> list[tuple[str, int, bytes]]:
        """Return what came, applied to the document; greetings of the server are answered."""
        came = [one for data in self.socket.take() for one in self.wire.read(data)]
        for what, number, body in came:
            if what == "sync" and number in (1, 2):
                self._is_remote = True
                self.doc.apply_update(body)
                self._is_remote = False
            elif what == "sync" and number == 0:
                self.send(self.wire.sync(1, self.doc.get_update(body)))
        return came

    def saved(self, came: list[tuple[str, int, bytes]]) -> list[int]:
        """Return the acknowledgements in what came."""
        return [number for what, number, _ in came if what in ("acked_total", "acked_one")]


async def greeted(*editors: Editor) -> None:
    """Let everybody greet, be greeted and read all of it."""
    for _ in range(3):
        await settle()
        for editor in editors:
            editor.read()


async def sweep(node: Node, seconds: float) -> None:
    """Let the clock pass and the sweeper look once."""
    node.clock.advance(seconds)
    node.rooms.sweep()
    await settle()


def awareness(client_id: int, clock: int, state: str) -> bytes:
    """Encode one state of presence, independently of the server's code."""
    from tests.simulation.wires import sized, varuint

    return b"\x01" + varuint(client_id) + varuint(clock) + sized(state.encode())


def read_awareness(body: bytes) -> dict[int, tuple[int, str]]:
    """Decode states of presence, independently of the server's code."""
    count, at = read_varuint(body, 0)
    states = {}
    for _ in range(count):
        client_id, at = read_varuint(body, at)
        clock, at = read_varuint(body, at)
        size, at = read_varuint(body, at)
        states[client_id] = (clock, body[at : at + size].decode())
        at += size
    return states
