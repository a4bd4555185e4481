"""Sessions and open documents on memory adapters: sockets, slow readers, nodes, shutdown. Rules of sync/SPEC.md."""

from __future__ import annotations

import asyncio
import json

import pytest
from pycrdt import Map, Text

from core.adapters.memory import MemoryStore
from core.errors import Forbidden, LogUnavailable, NotFound, Refused
from core.limits import (
    AWARENESS_BYTES_MAX,
    MESSAGES_PER_SECOND_MAX,
    PRE_AUTH_FRAMES_MAX,
    ROOM_IDLE_SECONDS,
    ROOM_QUEUE_UPDATES_MAX,
    SLOW_READER_SECONDS_MAX,
)
from core.roles import Access, Role
from sync.wire import close_reason
from tests.simulation.wires import HocuspocusWire, sized
from tests.unit.sync.harness import (
    DOCUMENT,
    Editor,
    awareness,
    greeted,
    person,
    read_awareness,
    settle,
    studio,
    sweep,
)

WIRES = pytest.mark.parametrize("wire", ["plain", "hocuspocus"])


async def test_r1_many_open_a_document_at_once_and_it_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred tabs after a restart are one load."""
    async with studio() as [node]:
        reads: list[int] = []
        latest = node.snapshots.latest

        async def counted(document_id: object) -> object:
            reads.append(1)
            await asyncio.sleep(0)
            return await latest(DOCUMENT)

        monkeypatch.setattr(node.snapshots, "latest", counted)
        editors = [Editor(node, person(str(number))) for number in range(20)]
        await greeted(*editors)
        assert len(reads) == 1
        assert all(editor.socket.closed is None for editor in editors)


@WIRES
async def test_r9_a_viewer_reads_and_is_told_no(wire: str) -> None:
    """Plain sockets close with 4403; Hocuspocus hears SyncStatus(0) and goes on reading."""
    async with studio() as [node]:
        ann, eve = Editor(node, person("ann"), wire=wire), Editor(node, person("eve", Role.VIEWER), wire=wire)
        await greeted(ann, eve)
        eve.push(eve.type("no"))
        await settle()
        came = eve.read()
        assert eve.socket.closed == (4403 if wire == "plain" else None)
        if wire == "hocuspocus":
            assert eve.saved(came) == [0]
            ann.push(ann.type("yes"))
            await settle()
            assert "sync" in [one[0] for one in eve.read()]
        assert len(node.store.events) == (1 if wire == "hocuspocus" else 0)


async def test_r12_hocuspocus_is_told_why_and_dropped_until_it_signs_in_again() -> None:
    """SyncStatus(0), the reason as a stateless message, CLOSE; frames after that are dropped, the socket stays."""
    async with studio(kind="song") as [node]:
        ann, bob = (
            Editor(node, person("ann"), wire="hocuspocus", client_id=5),
            Editor(node, person("bob"), wire="hocuspocus"),
        )
        await greeted(ann, bob)
        ann.doc.get("song", type=Map)["bpm"] = 9000
        ann.push(ann.updates[-1])
        await settle()
        sent = ann.socket.take()
        came = [one[0] for data in sent for one in ann.wire.read(data)]
        assert came == ["acked_one", "stateless", "closed"]
        reason = json.loads(sent[1].split(b"\x05", 1)[1][1:])
        assert reason["type"] == "refused"
        assert reason["path"] == "/bpm"
        ann.push(ann.updates[-1])
        await settle()
        assert ann.socket.take() == []
        assert ann.socket.closed is None
        assert await node.client_ids.owners(DOCUMENT) == {5: None}
        ann.send(*ann.wire.greeting("ann", b"\0"))
        await settle()
        assert "authenticated" in [one[0] for data in ann.socket.take() for one in ann.wire.read(data)]
        assert not bob.read()


async def test_r12_a_plain_socket_closes_with_4409() -> None:
    """The author keeps the text, nobody else notices."""
    async with studio(kind="song") as [node]:
        ann, bob = Editor(node, person("ann")), Editor(node, person("bob"))
        await greeted(ann, bob)
        ann.doc.get("song", type=Map)["bpm"] = 9000
        ann.push(ann.updates[-1])
        await settle()
        assert ann.socket.closed == 4409
        assert ann.socket.close_reason == "/bpm must be a whole number from 20 to 300"
        assert not bob.read()
        assert not node.store.events


def test_a_close_reason_fits_its_frame() -> None:
    """123 bytes of UTF-8, whole characters only, the place first; what is about no place is the message alone."""
    cut = close_reason(Refused("ist zu groß " * 20, path="/sections/brücke/energy"))
    assert cut.startswith("/sections/brücke/energy ist zu groß")
    assert len(close_reason(Refused("ä" * 200, path="/b")).encode()) == 123
    assert len(close_reason(Refused("ä" * 200, path="/bc")).encode()) == 122
    assert close_reason(Forbidden("No.")) == close_reason(Refused("No.")) == "No."


@WIRES
async def test_r21_a_failing_log_closes_everybody_with_1013_and_the_next_one_opens_anew(wire: str) -> None:
    """Nothing was called saved; after reconnecting the same edit is stored once."""
    async with studio() as [node]:
        ann, bob = Editor(node, person("ann"), wire=wire), Editor(node, person("bob"), wire=wire)
        await greeted(ann, bob)
        node.log.fail_next()
        ann.push(ann.type("again"))
        await settle()
        assert (ann.socket.closed, bob.socket.closed) == (1013, 1013)
        assert not ann.saved(ann.read())
        ann.connect(node)
        await greeted(ann)
        await greeted(ann)
        assert [event.body for event in node.store.events] == ann.updates


async def test_r21_an_answer_that_is_lost_stores_the_edit_once() -> None:
    """The append is stored but its answer never came: the reconnecting client's repetition is a no-op."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        node.log.fail_next(LogUnavailable(), stored=True)
        ann.push(ann.type("once"))
        await settle()
        assert ann.socket.closed == 1013
        ann.connect(node)
        await greeted(ann)
        await greeted(ann)
        assert len(node.store.events) == 1


async def test_r25_a_changed_role_reaches_the_open_socket() -> None:
    """P10: to a viewer, and to nobody."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        (_, callback) = node.watchers[0]
        callback(Access(ann.access.person_id, "ann", Role.VIEWER))
        ann.push(ann.type("no"))
        await settle()
        assert ann.socket.closed == 4403
        bob = Editor(node, person("bob"))
        await greeted(bob)
        node.watchers[-1][1](None)
        await settle()
        assert bob.socket.closed == 4401
        assert not node.watchers


@WIRES
async def test_r26_a_slow_reader_gets_one_update_when_it_is_back(wire: str) -> None:
    """Nothing is queued for it; its own messages are not read meanwhile; it ends with the same text."""
    async with studio() as [node]:
        ann, bob = Editor(node, person("ann"), wire=wire), Editor(node, person("bob"), wire=wire)
        await greeted(ann, bob)
        bob.socket.fill()
        assert not bob.socket.is_reading
        for letter in "slow reader":
            ann.push(ann.type(letter))
            await settle()
        assert bob.socket.take() == []
        bob.socket.drain()
        assert bob.socket.is_reading
        assert len([one for one in bob.read() if one[0] == "sync"]) == 1
        assert str(bob.text) == "slow reader"


async def test_r27_a_reader_that_stays_slow_is_told_to_come_back() -> None:
    """After SLOW_READER_SECONDS_MAX, not before."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        ann.socket.fill()
        await sweep(node, SLOW_READER_SECONDS_MAX - 1)
        assert ann.socket.closed is None
        await sweep(node, 1)
        assert ann.socket.closed == 1013


async def test_r28_a_crowded_room_is_not_read_until_half_of_it_is_durable() -> None:
    """Back-pressure, not memory."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        node.log.hold()
        update = ann.type("x")
        ann.push(update)
        ann.push(*[update] * (ROOM_QUEUE_UPDATES_MAX + 1))
        assert not ann.socket.is_reading
        node.log.release()
        await settle()
        assert ann.socket.is_reading
        assert ann.saved(ann.read())[-1] == ROOM_QUEUE_UPDATES_MAX + 2


async def test_r29_a_socket_that_floods_is_not_read_for_a_moment() -> None:
    """The messages it sent are taken; the next ones wait."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        ann.send(*[b"\x03"] * (MESSAGES_PER_SECOND_MAX // 2))
        assert ann.socket.is_reading
        ann.send(*[b"\x03"] * (MESSAGES_PER_SECOND_MAX // 2 + 100))
        assert not ann.socket.is_reading
        await asyncio.sleep(0.02)
        assert ann.socket.is_reading


@WIRES
async def test_r30_presence_reaches_everybody_late_joiners_and_the_sender(wire: str) -> None:
    """With who this is and the colour they have everywhere, written by the server over whatever was claimed."""
    async with studio() as [node]:
        ann = Editor(node, person("ann", colour=6), wire=wire)
        bob = Editor(node, person("bob", Role.VIEWER, colour=2), wire=wire)
        await greeted(ann, bob)
        ann.send(ann.wire.awareness(awareness(11, 1, '{"person":{"name":"forged","colour":2},"cursor":3}')))
        bob.send(bob.wire.awareness(awareness(12, 1, "{}")))
        await settle()
        seen: dict[int, dict[str, object]] = {}
        for editor in (ann, bob):
            for what, _, body in editor.read():
                if what == "awareness":
                    seen |= {key: json.loads(state) for key, (_, state) in read_awareness(body).items()}
            assert seen[11]["cursor"] == 3
            assert seen[11]["person"] == {"id": str(ann.access.person_id), "name": "ann", "colour": 6}
            assert seen[12]["person"] == {"id": str(bob.access.person_id), "name": "bob", "colour": 2}
            seen.clear()
        late = Editor(node, person("late"), wire=wire)
        await settle()
        (states,) = [read_awareness(body) for what, _, body in late.read() if what == "awareness"]
        assert states.keys() == {11, 12}


async def test_r31_nobody_moves_another_persons_cursor() -> None:
    """Stock clients repeat everybody's states; that changes nothing and ends nobody."""
    async with studio() as [node]:
        ann, bob = Editor(node, person("ann")), Editor(node, person("bob"))
        await greeted(ann, bob)
        ann.send(ann.wire.awareness(awareness(11, 1, "{}")))
        await settle()
        ann.read(), bob.read()
        bob.send(bob.wire.awareness(awareness(11, 9, '{"cursor":1}')), bob.wire.awareness(awareness(11, 9, "null")))
        await settle()
        assert not ann.read()
        assert bob.socket.closed is None


async def test_r32_r33_a_dead_socket_takes_its_cursor_with_it_and_a_stale_one_is_asked_to_announce_itself() -> None:
    """Null for everybody; the same clock again is answered with that null, a newer one is shown."""
    async with studio() as [node]:
        ann, bob = Editor(node, person("ann")), Editor(node, person("bob"))
        await greeted(ann, bob)
        ann.send(ann.wire.awareness(awareness(11, 1, "{}")))
        await settle()
        ann.read(), bob.read()
        assert ann.socket.session is not None
        ann.socket.session.lost()
        await settle()
        assert [read_awareness(one[2]) for one in bob.read()] == [{11: (1, "null")}]
        ann.connect(node)
        await greeted(ann)
        ann.send(ann.wire.awareness(awareness(11, 1, "{}")))
        assert [read_awareness(one[2]) for one in ann.read()] == [{11: (1, "null")}]
        assert not bob.read()
        ann.send(ann.wire.awareness(awareness(11, 2, "{}")))
        assert read_awareness(bob.read()[0][2])[11][0] == 2


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("[]", 4400),
        ("nonsense", 4400),
        ("[" * 5000, 4400),
        ('{"a":NaN}', 4400),
        ('{"a":1e999}', 4400),
        (json.dumps({"a": "x" * AWARENESS_BYTES_MAX}), 4413),
    ],
)
async def test_r35_a_state_must_be_a_small_json_object(state: str, code: int) -> None:
    """What would make other clients throw is not passed on."""
    async with studio() as [node]:
        ann, bob = Editor(node, person("ann")), Editor(node, person("bob"))
        await greeted(ann, bob)
        ann.send(ann.wire.awareness(awareness(11, 1, state)))
        await settle()
        assert ann.socket.closed == code
        assert not bob.read()


async def test_r36_nodes_show_each_other_their_cursors() -> None:
    """Through the fan-out: what is announced, who is there, who has gone, and what a dead node left behind."""
    async with studio(nodes=2, with_fanout=True) as [left, right]:
        ann = Editor(left, person("ann"))
        await greeted(ann)
        ann.send(ann.wire.awareness(awareness(11, 1, "{}")))
        await settle()
        bob = Editor(right, person("bob"))
        await greeted(bob)
        ann.send(ann.wire.awareness(awareness(11, 2, '{"cursor":7}')))
        await settle()
        (state,) = [read_awareness(one[2])[11][1] for one in bob.read()]
        assert json.loads(state)["cursor"] == 7
        await sweep(right, 31)
        assert [read_awareness(one[2]) for one in bob.read()] == [{11: (2, "null")}]


async def test_r37_an_empty_room_is_closed_with_a_last_snapshot_and_opens_again_from_it() -> None:
    """After ROOM_IDLE_SECONDS, not before."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        ann.push(ann.type("kept"))
        await settle()
        assert ann.socket.session is not None
        ann.socket.session.lost()
        await settle()
        await sweep(node, ROOM_IDLE_SECONDS - 1)
        assert await node.snapshots.latest(DOCUMENT) is None
        await sweep(node, 1)
        snapshot = await node.snapshots.latest(DOCUMENT)
        assert snapshot is not None
        assert (snapshot.version, snapshot.position) == (1, 1)
        bob = Editor(node, person("bob"))
        await greeted(bob)
        assert str(bob.text) == "kept"


async def test_r39_shutdown_stores_and_acknowledges_what_it_has_taken() -> None:
    """A held log is released after the shutdown began: the edit is durable, acknowledged, and then comes 1012."""
    store = MemoryStore()
    async with studio(store=store) as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        node.log.hold()
        ann.push(ann.type("last words"))
        closing = asyncio.ensure_future(node.rooms.close())
        await settle()
        assert not ann.socket.is_reading
        assert ann.socket.closed is None
        node.log.release()
        await closing
        assert ann.saved(ann.read()) == [1]
        assert ann.socket.closed == 1012
        assert len(store.events) == 1
        late = Editor(node, person("late"))
        await settle()
        assert late.socket.closed == 1013


@WIRES
async def test_r40_two_processes_on_one_log_converge(wire: str) -> None:
    """Concurrent writers on two nodes: moved heads, retries, and the same text everywhere, no edit twice."""
    async with studio(nodes=2) as [left, right]:
        ann, bob = Editor(left, person("ann"), wire=wire), Editor(right, person("bob"), wire=wire)
        await greeted(ann, bob)
        for number in range(20):
            ann.push(ann.type(f"a{number} "))
            bob.push(bob.type(f"b{number} "))
            if number % 3:
                await settle()
                ann.read(), bob.read()
        await settle()
        ann.read(), bob.read()
        assert str(ann.text) == str(bob.text)
        assert len(left.store.events) == 40


async def test_r42_several_documents_and_pings_on_one_socket() -> None:
    """A single byte 9 is answered with a byte 10, a document's ping with its pong; sessions are told apart."""
    async with studio() as [node]:
        node.tokens["t"] = person("ann")
        socket = node.collab()
        await settle()
        assert socket.session is not None
        name = HocuspocusWire(f"{DOCUMENT}\0session")
        socket.session.received([b"\x09", sized(str(DOCUMENT).encode()) + b"\x09", *name.greeting("t", b"\0")])
        await settle()
        sent = socket.take()
        assert sent[:2] == [b"\x0a", sized(str(DOCUMENT).encode()) + b"\x0a"]
        assert all(data.startswith(sized(f"{DOCUMENT}\0session".encode())) for data in sent[2:])
        assert len(sent) == 5


async def test_r43_without_a_token_nothing_is_answered_and_little_is_kept() -> None:
    """A wrong token is denied; frames before it wait within limits; over them the socket closes."""
    async with studio() as [node]:
        socket = node.collab()
        await settle()
        assert socket.session is not None
        wire = HocuspocusWire(str(DOCUMENT))
        socket.session.received([wire.sync(0, b"\0")])
        await settle()
        assert socket.take() == []
        socket.session.received(wire.greeting("wrong", b"\0"))
        await settle()
        assert [one[0] for data in socket.take() for one in wire.read(data)] == ["denied"]
        assert socket.closed is None
        socket.session.received([wire.sync(0, b"\0")] * (PRE_AUTH_FRAMES_MAX + 1))
        assert socket.closed == 4413


async def test_r44_an_unknown_document_is_4404() -> None:
    """And a document that goes to the trash closes its sockets the same way."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        node.rooms.shut(DOCUMENT, NotFound("gone"))
        await settle()
        assert ann.socket.closed == 4404


async def test_r24_an_edit_of_the_server_reaches_everybody_and_returns_its_position() -> None:
    """`Rooms.edit` opens the document by itself; what the change raises passes through and changes nothing."""
    async with studio() as [node]:
        access = person("api")
        ann = Editor(node, person("ann"))
        await greeted(ann)
        position = await node.rooms.edit(DOCUMENT, access, lambda doc: doc.get("text", type=Text).insert(0, "patched"))
        assert position == 1
        ann.read()
        assert str(ann.text) == "patched"

        def fails(doc: object) -> None:
            raise ValueError("mine")

        with pytest.raises(ValueError, match="mine"):
            await node.rooms.edit(DOCUMENT, access, fails)
        assert len(node.store.events) == 1
        assert ann.socket.closed is None
