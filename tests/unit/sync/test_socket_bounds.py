"""What one socket may cost before and after anybody has signed in. The numbers are the rules of sync/SPEC.md."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from pycrdt import Doc, Text

from core.errors import NotSignedIn
from core.limits import DENIALS_PER_SOCKET_MAX, DOCUMENTS_PER_SOCKET_MAX, MESSAGES_TAKEN_AT_ONCE, SIGN_INS_AT_ONCE_MAX
from core.ports import Snapshot
from core.roles import Access, Role
from sync.session_hocuspocus import HocuspocusSession
from tests.simulation.wires import sized
from tests.unit.sync.harness import Editor, Node, Socket, awareness, greeted, person, settle, studio

WIRES = pytest.mark.parametrize("wire", ["plain", "hocuspocus"])


class Gate:
    """Holds look-ups of credentials, and counts those under way."""

    def __init__(self, socket: Socket) -> None:
        self.opens = asyncio.Event()
        self.under_way = self.asked = 0
        assert isinstance(socket.session, HocuspocusSession)
        socket.session._authorize = self.authorize

    async def authorize(self, token: str) -> Access:
        self.asked += 1
        self.under_way += 1
        await self.opens.wait()
        self.under_way -= 1
        raise NotSignedIn


def sign_in(number: int) -> bytes:
    return sized(b"document %d" % number) + b"\x02\x00" + sized(b"bad")


def leave(number: int) -> bytes:
    return sized(b"document %d" % number) + b"\x07" + sized(b"")


async def test_r43_few_credentials_are_looked_up_at_once_and_the_socket_closes_after_a_few_denials() -> None:
    """As many documents as a socket may open wait for their turn; the ninth look-up never happens."""
    async with studio() as [node]:
        socket = node.collab()
        await settle()
        gate = Gate(socket)
        assert socket.session is not None
        socket.session.received([sign_in(number) for number in range(DOCUMENTS_PER_SOCKET_MAX)])
        await settle()
        assert gate.under_way == SIGN_INS_AT_ONCE_MAX
        assert socket.closed is None
        gate.opens.set()
        await settle()
        assert gate.asked <= SIGN_INS_AT_ONCE_MAX + DENIALS_PER_SOCKET_MAX
        assert socket.closed == 4401


async def test_r43_leaving_a_document_does_not_make_room_for_one_more_look_up() -> None:
    """An address that is free again is one more sign-in all the same."""
    async with studio() as [node]:
        socket = node.collab()
        await settle()
        gate = Gate(socket)
        assert socket.session is not None
        for number in range(3000):
            socket.session.received([sign_in(number), leave(number)])
        await settle()
        assert gate.asked <= SIGN_INS_AT_ONCE_MAX
        assert socket.closed == 4413
        gate.opens.set()


async def loading(node: Node, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Let documents load only once the event is set."""
    loaded, latest = asyncio.Event(), node.snapshots.latest

    async def slow(document_id: UUID) -> Snapshot | None:
        await loaded.wait()
        return await latest(document_id)

    monkeypatch.setattr(node.snapshots, "latest", slow)
    return loaded


@WIRES
async def test_r25_who_is_removed_while_the_document_opens_has_written_nothing(
    wire: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P10: what came before is not taken, although the socket still answers the closing handshake."""
    async with studio() as [node]:
        loaded = await loading(node, monkeypatch)
        ann = Editor(node, person("ann"), wire=wire)
        ann.push(ann.type("after I was removed"))
        await settle()
        codes: list[int] = []
        monkeypatch.setattr(ann.socket, "close", lambda code, reason: codes.append(code))
        for _, callback in list(node.watchers):
            callback(None)
        loaded.set()
        await settle()
        assert not node.store.events
        came = [one[0] for data in ann.socket.take() for one in ann.wire.read(data)]
        assert (codes == [4401]) if wire == "plain" else (came == ["denied"])
        assert not node.watchers
        assert ann.socket.session is not None
        ann.socket.session.lost()


@WIRES
async def test_r25_a_role_that_changes_while_the_document_opens_counts(
    wire: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has become a reader meanwhile may not write what came early."""
    async with studio() as [node]:
        loaded = await loading(node, monkeypatch)
        ann = Editor(node, person("ann"), wire=wire)
        ann.push(ann.type("no"))
        await settle()
        ((access, callback),) = node.watchers
        callback(Access(access.person_id, access.name, Role.VIEWER))
        loaded.set()
        await settle()
        assert not node.store.events
        assert ann.socket.closed == (4403 if wire == "plain" else None)


async def test_r26_what_answers_have_filled_takes_no_more_of_the_same_wake_up() -> None:
    """Thousands of greetings in one read are not thousands of answers; edits among them are taken after the drain."""
    async with studio() as [node]:
        ann, eve = Editor(node, person("ann")), Editor(node, person("eve"))
        await greeted(ann, eve)
        eve.push(eve.type("x" * 1000))
        await greeted(ann, eve)
        late: Doc[Text] = Doc(client_id=77)
        late.get("text", type=Text).insert(0, "late")
        count = 20 * MESSAGES_TAKEN_AT_ONCE
        ann.socket.fills_at_next_write = True
        ann.send(*[ann.wire.sync(0, b"\0")] * count, ann.wire.sync(2, late.get_update()))
        await settle()
        assert len(ann.socket.take()) <= 2 * MESSAGES_TAKEN_AT_ONCE
        assert len(node.store.events) == 1
        for _ in range(count):
            ann.socket.drain()
            ann.socket.take()
            await asyncio.sleep(0)
            if len(node.store.events) == 2:
                break
        assert len(node.store.events) == 2


async def test_r30_everybody_is_shown_once_a_wake_up_however_often_it_asks() -> None:
    """A question of one byte is answered with everybody's state: once is enough."""
    async with studio() as [node]:
        ann, bob = Editor(node, person("ann")), Editor(node, person("bob"))
        await greeted(ann, bob)
        ann.send(ann.wire.awareness(awareness(ann.doc.client_id, 1, "{}")))
        await greeted(ann, bob)
        bob.send(*[b"\x03"] * 100)
        assert len(bob.read()) == 1
