"""Readers that are slow and rooms that are crowded: nothing is lost, nobody waits for ever. Rules of sync/SPEC.md."""

from __future__ import annotations

from typing import Any

from pycrdt import Doc, Text

from core.limits import ROOM_QUEUE_UPDATES_MAX
from core.roles import Role
from tests.simulation.wires import HocuspocusWire, sized
from tests.unit.sync.harness import DOCUMENT, Editor, Node, Socket, awareness, greeted, person, settle, studio


class TwoViews:
    """One Hocuspocus socket on which the document is open twice, as two documents would be."""

    def __init__(self, node: Node) -> None:
        node.tokens["reader"] = person("reader")
        self.socket: Socket = node.collab()
        self.addresses = [str(DOCUMENT), f"{DOCUMENT}\0second"]
        self.docs: list[Doc[Any]] = [Doc(), Doc()]
        for address in self.addresses:
            self.greet(address)

    def greet(self, address: str) -> None:
        assert self.socket.session is not None
        self.socket.session.received(list(HocuspocusWire(address).greeting("reader", b"\0")))

    def read(self) -> list[str]:
        """Apply what came and return what each view shows."""
        for data in self.socket.take():
            for address, doc in zip(self.addresses, self.docs, strict=True):
                if data.startswith(sized(address.encode())):
                    for what, number, body in HocuspocusWire(str(DOCUMENT)).read(data):
                        if what == "sync" and number in (1, 2):
                            doc.apply_update(body)
        return [str(doc.get("text", type=Text)) for doc in self.docs]


async def test_r26_catching_up_with_one_document_fills_the_socket_again_and_the_other_loses_nothing() -> None:
    """What the second document lacked while its socket was full arrives after the next drain."""
    async with studio() as [node]:
        ann, views = Editor(node, person("ann")), TwoViews(node)
        await greeted(ann)
        views.read()
        views.socket.fill()
        ann.push(ann.type("one"))
        await settle()
        assert views.read() == ["", ""]
        views.socket.fills_at_next_write = True
        views.socket.drain()
        await settle()
        assert sorted(views.read()) == ["", "one"]
        ann.push(ann.type(" two"))
        await settle()
        views.socket.drain()
        await settle()
        assert views.read() == ["one two", "one two"]
        ann.push(ann.type(" three"))
        await settle()
        assert views.read() == ["one two three", "one two three"]


async def test_r26_a_refusal_in_the_same_commit_fills_a_reader_and_it_loses_nothing() -> None:
    """Eve's cursor vanishes and ann's edit is told in one step: bob's socket fills in it and still gets the edit."""
    async with studio() as [node]:
        ann, eve, bob = (Editor(node, person(name)) for name in ("ann", "eve", "bob"))
        await greeted(ann, eve, bob)
        eve.push(eve.type("x"))
        await settle()
        eve.send(eve.wire.awareness(awareness(eve.doc.client_id, 1, "{}")))
        await greeted(ann, eve, bob)
        forged: Doc[Any] = Doc(client_id=ann.doc.client_id)
        forged.get("text", type=Text).insert(0, "forged")
        bob.socket.fills_at_next_write = True
        ann.push(ann.type("kept"))
        eve.push(forged.get_update())
        await settle()
        assert eve.socket.closed == 4409
        assert bob.socket.is_full
        bob.socket.drain()
        ann.push(ann.type(" and more"))
        await settle()
        bob.read()
        assert str(bob.text) == str(ann.text) == "xkept and more"


async def test_r26_who_greets_on_a_full_socket_is_behind_from_its_answer_on() -> None:
    """Another document has filled the socket before this one greets: it is told nothing more, and then all it lacks."""
    async with studio() as [node]:
        ann, views = Editor(node, person("ann")), TwoViews(node)
        await greeted(ann)
        views.read()
        views.socket.fill()
        views.addresses.append(f"{DOCUMENT}\0third")
        views.docs.append(Doc())
        views.greet(views.addresses[-1])
        await settle()
        assert views.read() == ["", "", ""]
        ann.push(ann.type("news"))
        await settle()
        assert views.socket.take() == []
        views.socket.drain()
        assert views.read() == ["news", "news", "news"]


async def test_r28_who_was_held_back_is_read_again_when_the_queue_empties_without_an_append() -> None:
    """Another process stored what waited here: all of it has become a repetition, and there is nothing to append."""
    async with studio(nodes=2) as [left, right]:
        ann = Editor(left, person("ann"))
        await greeted(ann)
        left.log.hold()
        update = ann.type("x")
        ann.push(update)
        ann.push(*[update] * (ROOM_QUEUE_UPDATES_MAX + 1))
        assert not ann.socket.is_reading
        again = Editor(right, ann.access)
        await greeted(again)
        right.log.hold()
        again.push(update)
        right.log.release()
        left.log.release()
        await settle()
        assert len(left.store.events) == 1
        assert ann.saved(ann.read())[-1] == ROOM_QUEUE_UPDATES_MAX + 2
        assert ann.socket.is_reading


async def test_r28_a_socket_that_leaves_a_crowded_document_is_read_again() -> None:
    """Its other documents are not crowded."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"), wire="hocuspocus")
        eve = Editor(node, person("eve", Role.VIEWER))
        await greeted(ann, eve)
        node.log.hold()
        update = ann.type("x")
        ann.push(*[update] * (ROOM_QUEUE_UPDATES_MAX + 1))
        assert not ann.socket.is_reading
        ann.send(sized(str(DOCUMENT).encode()) + b"\x07" + sized(b""))
        assert ann.socket.is_reading
        node.log.release()
        await settle()
        eve.read()
        assert str(eve.text) == "x"
