"""The studio as a world driven by one seed: clients on both wires, two nodes, links, one log, and everything that
goes wrong with them. After every step it checks what can be checked then; at the end it heals and compares.

Checked: P1 nothing is called saved that is not in the log; P2 nobody is told what is not in the log; P3 a subscriber
sees every position once, in order; P6 no stored content under somebody else's client id; P7 the stored document keeps
its schema; P5 a revert, an undo or a merge does what was previewed and takes nothing that was written meanwhile; P4
blame at the end is what a watcher of the log saw; convergence of everybody with a replay of the log.
"""

from __future__ import annotations

import asyncio
import hashlib
from functools import cache
from random import Random
from uuid import UUID

from core.adapters.memory import MemoryLog, MemorySnapshots, MemoryStore
from core.aggregates.branch import Branch
from core.aggregates.document import Document
from core.documents.kinds import kind_named
from core.events import DOCUMENT_UPDATED, Append, Claim, Kind, NewEvent, Recorded, Write
from core.ids import SYSTEM_ID
from core.limits import POLL_SECONDS, ROOM_CHECK_SECONDS
from core.repository import Repository
from core.roles import Access, Role
from tests.simulation.api import CODEC
from tests.simulation.chance import drawn_uuid, seeded
from tests.simulation.client import Client
from tests.simulation.deeds import Deeds
from tests.simulation.durable import Durable
from tests.simulation.ending import check_subscriber, replayed
from tests.simulation.loop import VirtualClock, VirtualLoop, run_virtual
from tests.simulation.node import Node
from tests.simulation.villain import forge, spoil
from tests.simulation.wires import UPDATE, HocuspocusWire, PlainWire

ACTIONS = {
    "edit": 40, "up": 60, "down": 80, "commit": 25, "join": 12, "hint": 8, "wait": 6, "drop": 2, "close": 2,
    "double_hint": 1, "lose_hint": 1, "fail": 0.7, "lose_answer": 0.5, "kill": 0.6, "stop": 0.3, "forge": 1.5,
    "spoil": 1.2, "revert": 8, "fork": 1, "merge": 8, "forget_snapshots": 0.3, "clock_jump": 0.3,
}  # fmt: skip


COUNTED = ("saved", "told", "refused", "killed", "commits", "reverted", "undone", "forked", "merged")


class World:
    """One studio, from its first edit to the proof that nothing was lost."""

    def __init__(self, seed: int, loop: VirtualLoop, *, clients: int = 4) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.clock = VirtualClock(loop)
        self.store = MemoryStore(self.clock)
        self.snapshots = MemorySnapshots()
        self.trace = hashlib.sha256()
        self.counts = dict.fromkeys(COUNTED, 0)
        #: Every document, in the order in which they were made.
        self.kinds: dict[UUID, str] = {}
        #: How many units of each client id, and which deletes, the log holds: per document.
        self.durable: dict[UUID, Durable] = {}
        self._seen = 0
        self.deeds = Deeds(self.store, self.random)
        self.accesses: dict[str, Access] = {}
        self.born = 0
        self.nodes = [self._node("a"), self._node("b")]
        for kind in ("note", "song"):
            self._create(kind)
        self.clients = [self._client() for _ in range(clients)]
        for client in self.clients:
            if self.random.random() < 0.7:
                self.random.choice(self.nodes).accept(client)

    # -- making -------------------------------------------------------------------------------------------------

    def _create(self, kind: str) -> None:
        """Store a document with its first content."""
        document = Document.create(document_id=drawn_uuid(self.random), kind=kind, title="Tide", at=self.clock.now())
        facts = Repository(MemoryLog(self.store), CODEC).to_append(document, SYSTEM_ID)
        client_id, first = _first_content(kind)
        write = Write(document.id, Kind.UPDATE, 0, (NewEvent(DOCUMENT_UPDATED, first, SYSTEM_ID),))
        self.store.store(Append((*facts.writes, write), (Claim(document.id, client_id, SYSTEM_ID),)))
        self.look()

    def _node(self, name: str) -> Node:
        return Node(
            name, self.store, self.snapshots, self.kinds, self.clock, self.accesses, self.random, self.deeds.bases
        )

    def _client(self, document_id: UUID | None = None) -> Client:
        self.born += 1
        name = f"c{self.born}"
        role = Role.VIEWER if self.random.random() < 0.1 else Role.EDITOR
        access = self.accesses[name] = Access(drawn_uuid(self.random), name, role)
        document_id = document_id or self.random.choice(list(self.kinds))
        kind = self.kinds[document_id]
        wire = self.random.choice((PlainWire, HocuspocusWire))(str(document_id))
        return Client(name, access, document_id, kind, self.random, wire, eager=self.random.random() < 0.5)

    def node_of(self, client: Client) -> Node | None:
        return next((node for node in self.nodes if client.name in node.served), None)

    # -- one step -----------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Open a branch right away in some worlds: there is more time to type in it."""
        if self.random.random() < 0.4:
            client, node = self.random.choice(self.clients), self.nodes[0]
            await self.act("fork", client, node)
            for _ in range(4):
                await self.act("commit", client, node)

    async def finish(self) -> None:
        """Merge what nobody has merged, while the last words are on their way."""
        for _ in range(3 * len(self.deeds.branches)):
            await self.act("merge", self.random.choice(self.clients), self.random.choice(self.nodes))

    async def step(self) -> None:
        action = self.random.choices(list(ACTIONS), list(ACTIONS.values()))[0]
        able = [client for client in self.clients if self._has_part_in(action, client)]
        # Mostly something happens: a world full of people who wait shows little.
        clients = able if able and self.random.random() < 0.8 else self.clients
        await self.act(action, self.random.choice(clients), self.random.choice(self.nodes))

    def _has_part_in(self, action: str, client: Client) -> bool:
        """Say whether a client could do this now."""
        match action:
            case "join":
                return client.link is None and not client.refused
            case "up":
                return client.link is not None and bool(client.link.up)
            case "down":
                return client.link is not None and bool(client.link.down)
            case "edit" | "revert" | "fork" | "merge":
                return client.access.may_write and not client.refused
            case _:
                return True

    async def act(self, action: str, client: Client, node: Node) -> None:
        """Let one thing happen, and look at what became of it."""
        self.note(action, client.name, node.name)
        await getattr(self, f"do_{action}")(client, node)
        await asyncio.sleep(0)
        self.look()
        self.reap()

    async def do_edit(self, client: Client, node: Node) -> None:
        if client.access.may_write and not client.refused:
            client.edit(self.random)

    async def do_up(self, client: Client, node: Node) -> None:
        if (at := self.node_of(client)) is not None:
            at.deliver_up(client, self.random.randint(1, 5))

    async def do_down(self, client: Client, node: Node) -> None:
        self.deliver_down(client)

    async def do_commit(self, client: Client, node: Node) -> None:
        waiting = [one for one in (node, *self.nodes) if one.log.is_waiting]
        if waiting:
            self.counts["commits"] += 1
            await waiting[0].log.commit()

    async def do_join(self, client: Client, node: Node) -> None:
        if self.node_of(client) is None and not client.refused:
            node.accept(client)

    async def do_hint(self, client: Client, node: Node) -> None:
        if node.hints:
            node.hear()

    async def do_wait(self, client: Client, node: Node) -> None:
        await asyncio.sleep(self.random.choice((0.001, 0.1, 2.0)))

    async def do_drop(self, client: Client, node: Node) -> None:
        if (at := self.node_of(client)) is not None:
            at.lose(client)

    async def do_close(self, client: Client, node: Node) -> None:
        """The tab is closed for ever; somebody new comes. What was called saved must outlive it."""
        self._replace(client)

    def _replace(self, client: Client, document_id: UUID | None = None) -> None:
        if (at := self.node_of(client)) is not None:
            at.lose(client)
        self.clients[self.clients.index(client)] = self._client(document_id)

    async def do_double_hint(self, client: Client, node: Node) -> None:
        if node.hints:
            node.hints.append(node.hints[0])

    async def do_lose_hint(self, client: Client, node: Node) -> None:
        if node.hints:
            node.hints.popleft()

    async def do_fail(self, client: Client, node: Node) -> None:
        node.log.fail_next()

    async def do_lose_answer(self, client: Client, node: Node) -> None:
        node.log.fail_next(stored=True)

    async def do_kill(self, client: Client, node: Node) -> None:
        self.counts["killed"] += 1
        self.deeds.end(node)
        await node.kill()
        self.nodes[self.nodes.index(node)] = self._node(node.name)

    async def do_stop(self, client: Client, node: Node) -> None:
        await node.stop()
        self.deeds.end(node)
        self.nodes[self.nodes.index(node)] = self._node(node.name)

    async def do_forge(self, client: Client, node: Node) -> None:
        """A client sends content under an id that another person has written under."""
        authors = self.durable[client.document_id].authors
        victims = sorted(id_ for id_, author in authors.items() if author != client.access.person_id)
        if self._can_attack(client) and victims:
            self._attack(client, forge(client, self.random.choice(victims)))

    async def do_spoil(self, client: Client, node: Node) -> None:
        """A client sends content that breaks the schema of a song."""
        if self._can_attack(client) and client.kind == "song":
            self._attack(client, spoil(client, self.random))

    async def do_revert(self, client: Client, node: Node) -> None:
        self.deeds.revert(client, node)

    async def do_fork(self, client: Client, node: Node) -> None:
        self.deeds.fork(client, node)

    async def do_merge(self, client: Client, node: Node) -> None:
        await self.deeds.merge(client, node)

    def _can_attack(self, client: Client) -> bool:
        return self.node_of(client) is not None and client.greeted and client.access.may_write and not client.refused

    def _attack(self, client: Client, update: bytes) -> None:
        assert client.link is not None
        client.refused = True  # This tab is spoiled whatever the server says: it never edits or comes back.
        client.link.up.append(client.wire.sync(UPDATE, update))
        client.waiting.append(update)
        self.counts["refused"] += 1

    async def do_forget_snapshots(self, client: Client, node: Node) -> None:
        self.snapshots.forget()

    async def do_clock_jump(self, client: Client, node: Node) -> None:
        self.clock.jump(self.random.choice((-3600.0, 3600.0)))

    # -- looking ------------------------------------------------------------------------------------------------

    def note(self, *what: object) -> None:
        self.trace.update(repr(what).encode())

    def look(self) -> None:
        """Take in what the log has stored since the last look, and who wrote it (P6)."""
        for event in self.store.events[self._seen :]:
            if event.kind is Kind.UPDATE:
                self.durable[event.stream_id].add(event.body, event.actor_id)
            elif event.topic in (Document.Created.TOPIC, Branch.Opened.TOPIC):
                self._welcome(event)
        self._seen = len(self.store.events)
        for node in self.nodes:
            node.notice_full()
            assert not node.errors, node.errors

    def _welcome(self, event: Recorded) -> None:
        """A document is there. Of a branch's content: some come to type in it."""
        fact = CODEC.decode(event)
        if isinstance(fact, Branch.Opened):
            self.deeds.branches.append(event.stream_id)
        elif isinstance(fact, Document.Created):
            self.kinds[event.stream_id] = fact.kind
            self.durable[event.stream_id] = Durable()
            if fact.forked_from is not None:
                for client in self.random.sample(self.clients, 2):
                    self._replace(client, event.stream_id)

    def deliver_down(self, client: Client) -> None:
        node = self.node_of(client)
        if node is None or client.link is None or not client.link.down:
            return
        self.look()
        frame = node.deliver_down(client)
        durable = self.durable[client.document_id]
        for what, number, body in client.wire.read(frame):
            if what == "sync" and number != 0:
                assert durable.holds(body), f"P2: {client.name} was told what is not in the log"
                self.counts["told"] += 1
        for update in client.receive(frame):
            assert durable.holds(update), f"P1: {client.name} was told that an update is saved, the log lacks it"
            self.counts["saved"] += 1

    def reap(self) -> None:
        """Sockets the server has closed are gone once what was written before was read."""
        for client in self.clients:
            node = self.node_of(client)
            if node is None or client.link is None or client.link.closed is None or client.link.down:
                continue
            code, reason = client.link.closed, client.link.reason
            node.lose(client)
            if 4400 <= code < 4500:
                assert client.refused or not client.access.may_write, (
                    f"{client.name} was thrown out with {code}: {reason}"
                )
                client.refused = True

    # -- the end ------------------------------------------------------------------------------------------------

    async def heal(self) -> None:
        """Let everything arrive; who was refused stays away."""
        quiet = 0
        for _ in range(3000):
            busy = False
            for client in self.clients:
                node = self.node_of(client)
                if node is None:
                    if not client.refused:
                        self.random.choice(self.nodes).accept(client)
                        busy = True
                    continue
                if client.link is not None and client.link.up:
                    node.deliver_up(client, 10)
                    busy = True
                while self.node_of(client) is not None and client.link is not None and client.link.down:
                    self.deliver_down(client)
                    busy = True
            for node in self.nodes:
                while node.hints:
                    node.hear()
                if node.log.is_waiting:
                    await node.log.commit()
                    busy = True
            await asyncio.sleep(0 if busy else 1.1)
            self.look()
            self.reap()
            quiet = 0 if busy else quiet + 1
            # Long enough for a room that missed a hint to look at the log by itself.
            if quiet * 1.1 > ROOM_CHECK_SECONDS + 4 * POLL_SECONDS:
                return
        raise AssertionError("did not settle")

    async def check(self) -> None:
        """Compare everybody with the log, and the log with its promises."""
        replays = {
            document_id: replayed(kind, self.store.streams[document_id, Kind.UPDATE])
            for document_id, kind in self.kinds.items()
        }
        for client in self.clients:
            if not client.refused:
                reader = Client(
                    "replay", client.access, client.document_id, client.kind, Random(0), client.wire, eager=False
                )
                reader._apply(replays[client.document_id].get_update())
                assert client.content() == reader.content(), f"{client.name} differs from the log"
                self.note(client.content())
        for client in self.clients:
            assert all(self.durable[client.document_id].holds(update) for update in client.saved)
        for name, count in (await self.deeds.check(self.nodes[0], list(self.kinds))).items():
            self.counts[name] += count
        await check_subscriber(self.store, self.random)

    async def close(self) -> None:
        for node in self.nodes:
            self.deeds.end(node)
            await node.kill()
        await self.deeds.ended()


@cache
def _first_content(kind: str) -> tuple[int, bytes]:
    return 1, kind_named(kind).first_content(title="Tide", client_id=1)


async def live(world: World, steps: int) -> World:
    await world.begin()
    for _ in range(steps):
        await world.step()
    await world.finish()
    await world.heal()
    await world.check()
    await world.close()
    return world


def run(seed: int, steps: int = 150) -> World:
    """Live one world to its end; an error carries its seed."""

    async def main(loop: VirtualLoop) -> World:
        return await live(World(seed, loop), steps)

    try:
        with seeded(seed):
            return run_virtual(main)
    except BaseException as error:
        error.add_note(f"seed {seed}")
        raise
