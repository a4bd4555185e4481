"""The studio as a world driven by one seed: clients on both wires, two nodes, links, one log, and everything that
goes wrong with them. After every step it checks what can be checked then; at the end it heals and compares.

Checked: P1 nothing is called saved that is not in the log; P2 nobody is told what is not in the log; P3 a subscriber
sees every position once, in order; P6 no stored content under somebody else's client id; P7 the stored document keeps
its schema; P5 a revert says what the version said and takes nothing that was written meanwhile; P4 blame at the end is
what a watcher of the log saw; convergence of everybody with a replay of the log.
"""

from __future__ import annotations

import asyncio
import hashlib
from random import Random
from typing import Any
from uuid import UUID

from pycrdt import Doc

from core.adapters.memory import MemoryLog, MemorySnapshots, MemoryStore
from core.crdt.updates import Update, read_update
from core.documents.guard import Guard
from core.documents.kinds import kind_named
from core.events import EventFilter, Kind
from core.roles import Access, Role
from core.subscription import Subscription
from tests.simulation.client import Client
from tests.simulation.loop import VirtualClock, VirtualLoop, run_virtual
from tests.simulation.node import Node
from tests.simulation.past import Revert, check_blame, check_revert, revert
from tests.simulation.villain import forge, spoil
from tests.simulation.wires import UPDATE, HocuspocusWire, PlainWire

ACTIONS = {
    "edit": 40, "up": 60, "down": 80, "commit": 25, "join": 12, "hint": 8, "wait": 6, "drop": 2, "close": 2,
    "double_hint": 1, "lose_hint": 1, "fail": 0.7, "lose_answer": 0.5, "kill": 0.6, "stop": 0.3, "forge": 1.5,
    "spoil": 1.2, "revert": 3, "forget_snapshots": 0.3, "clock_jump": 0.3,
}  # fmt: skip


class World:
    """One studio, from its first edit to the proof that nothing was lost."""

    def __init__(self, seed: int, loop: VirtualLoop, *, clients: int = 4) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.clock = VirtualClock(loop)
        self.store = MemoryStore(self.clock)
        self.snapshots = MemorySnapshots()
        self.trace = hashlib.sha256()
        self.counts = dict.fromkeys(("saved", "told", "refused", "killed", "commits", "reverted"), 0)
        self.kinds = {self._uuid(): "note", self._uuid(): "song"}
        self.accesses: dict[str, Access] = {}
        self.born = 0
        self.nodes = [self._node("a"), self._node("b")]
        self.clients = [self._client() for _ in range(clients)]
        #: How many units of each client id, and which deletes, the log holds: per document.
        self.durable: dict[UUID, Durable] = {document_id: Durable() for document_id in self.kinds}
        self._seen = 0
        #: Reverts, each with the process that makes it.
        self._reverting: list[tuple[Node, asyncio.Task[Revert | None]]] = []

    # -- making -------------------------------------------------------------------------------------------------

    def _uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def _node(self, name: str) -> Node:
        return Node(name, self.store, self.snapshots, self.kinds, self.clock, self.accesses)

    def _client(self) -> Client:
        self.born += 1
        name = f"c{self.born}"
        role = Role.VIEWER if self.random.random() < 0.1 else Role.EDITOR
        access = self.accesses[name] = Access(self._uuid(), name, role)
        document_id, kind = self.random.choice(sorted(self.kinds.items()))
        wire = self.random.choice((PlainWire, HocuspocusWire))(str(document_id))
        return Client(name, access, document_id, kind, self.random, wire, eager=self.random.random() < 0.5)

    def node_of(self, client: Client) -> Node | None:
        return next((node for node in self.nodes if client.name in node.served), None)

    # -- one step -----------------------------------------------------------------------------------------------

    async def step(self) -> None:
        action = self.random.choices(list(ACTIONS), list(ACTIONS.values()))[0]
        await self.act(action, self.random.choice(self.clients), self.random.choice(self.nodes))

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
        if node.log.is_waiting:
            self.counts["commits"] += 1
            await node.log.commit()

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
        if (at := self.node_of(client)) is not None:
            at.lose(client)
        self.clients[self.clients.index(client)] = self._client()

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
        await node.kill()
        self._end_reverts(node)
        self.nodes[self.nodes.index(node)] = self._node(node.name)

    async def do_stop(self, client: Client, node: Node) -> None:
        await node.stop()
        self._end_reverts(node)
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
        """Somebody brings an older version back, through the room, while the others type."""
        events = list(self.store.streams.get((client.document_id, Kind.UPDATE), []))
        if not client.access.may_write or not events or len(self._reverting) >= 4:
            return
        pause = self.random.choice((0.0, 0.01, 0.5))
        work = revert(
            node.rooms, client.access, kind_named(client.kind), client.document_id, events,
            self.random.randint(1, len(events)), lambda: asyncio.sleep(pause),
        )  # fmt: skip
        self._reverting.append((node, asyncio.get_running_loop().create_task(work)))

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
        self._seen = len(self.store.events)
        for node in self.nodes:
            node.notice_full()
            assert not node.errors, node.errors

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
            if quiet > 12:
                return
        raise AssertionError("did not settle")

    async def check(self) -> None:
        """Compare everybody with the log, and the log with its promises."""
        replays = {document_id: self._replay(document_id) for document_id in self.kinds}
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
        await self._check_past()
        await self._check_subscriber()

    async def _check_past(self) -> None:
        for done in await asyncio.gather(*(task for _, task in self._reverting), return_exceptions=True):
            if isinstance(done, Revert):
                self.counts["reverted"] += 1
                events = self.store.streams[(done.document_id, Kind.UPDATE)]
                check_revert(done, kind_named(self.kinds[done.document_id]), events)
            elif done is not None and not isinstance(done, asyncio.CancelledError):
                raise done
        if self._reverting:
            for document_id, kind in sorted(self.kinds.items()):
                check_blame(kind, self.store.streams.get((document_id, Kind.UPDATE), []), self.random)

    def _replay(self, document_id: UUID) -> Doc[Any]:
        kind = kind_named(self.kinds[document_id])
        doc: Doc[Any] = Doc()
        guard = Guard(kind, doc)
        for event in self.store.streams.get((document_id, Kind.UPDATE), []):
            doc.apply_update(event.body)
            assert not (broken := guard.check()), f"P7: what is stored breaks the schema: {broken}"
        return doc

    async def _check_subscriber(self) -> None:
        """P3: every position once, in order, and everything that matches."""
        seen: list[int] = []
        head = self.store.position
        if not head:
            return  # A world in which nothing was stored: a subscriber would wait for ever.
        log = MemoryLog(self.store)
        where = EventFilter(kinds=frozenset({Kind.UPDATE}))
        subscription = Subscription(log, where=where, limit=self.random.randint(1, 7))
        async for page in subscription.pages():
            seen += [event.position for event in page.events]
            if page.position >= head:
                break
        wanted = [event.position for event in self.store.events if event.kind is Kind.UPDATE]
        assert seen == wanted, "P3: a subscriber missed or repeated an event"

    async def close(self) -> None:
        for node in self.nodes:
            await node.kill()
            self._end_reverts(node)
        await asyncio.gather(*(task for _, task in self._reverting), return_exceptions=True)

    def _end_reverts(self, node: Node) -> None:
        """What a process was doing ends with it."""
        for by, task in self._reverting:
            if by is node:
                task.cancel()


class Durable:
    """What the log holds of one document, as id ranges, and a replay of it for the rare question."""

    def __init__(self) -> None:
        self.clocks: dict[int, int] = {}
        self.deleted: set[tuple[int, int]] = set()
        self.authors: dict[int, UUID] = {}
        self.replay: Doc[Any] = Doc()

    def add(self, body: bytes, actor_id: UUID) -> None:
        update = read_update(body)
        for struct in update.structs:
            end = struct.clock + struct.length
            if end > self.clocks.get(struct.client_id, 0):
                author = self.authors.setdefault(struct.client_id, actor_id)
                assert author == actor_id, f"P6: content under client id {struct.client_id} by two persons"
                self.clocks[struct.client_id] = end
        self._add_deletes(update)
        self.replay.apply_update(body)

    def holds(self, body: bytes) -> bool:
        update = read_update(body)
        if any(s.clock + s.length > self.clocks.get(s.client_id, 0) for s in update.structs):
            return False
        if self._are_deleted(update):
            return True
        # Of two who set one key at once one loses: that delete is in no update, it follows from both.
        self._add_deletes(read_update(self.replay.get_update(self.replay.get_state())))
        return self._are_deleted(update)

    def _add_deletes(self, update: Update) -> None:
        for client_id, clock, length in update.deletes:
            self.deleted.update((client_id, unit) for unit in range(clock, clock + length))

    def _are_deleted(self, update: Update) -> bool:
        return all(
            (client_id, unit) in self.deleted
            for client_id, clock, length in update.deletes
            for unit in range(clock, clock + length)
        )


async def live(world: World, steps: int) -> World:
    for _ in range(steps):
        await world.step()
    await world.heal()
    await world.check()
    await world.close()
    return world


def run(seed: int, steps: int = 150) -> World:
    """Live one world to its end; an error carries its seed."""

    async def main(loop: VirtualLoop) -> World:
        return await live(World(seed, loop), steps)

    try:
        return run_virtual(main)
    except BaseException as error:
        error.add_note(f"seed {seed}")
        raise
