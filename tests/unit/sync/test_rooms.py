"""Rooms, sessions and wires together, on memory adapters. The numbers are the rules of sync/SPEC.md."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from pycrdt import Doc, Map, Text

from core.documents.kinds import kind_named
from core.errors import LogUnavailable, NotFound
from core.limits import ROOM_IDLE_SECONDS
from core.ports import Snapshot
from core.roles import Role
from sync.committed import CommittedDocument
from sync.opened import OpenDocument
from sync.room import Room
from tests.unit.sync.harness import DOCUMENT, Editor, Node, greeted, person, settle, studio, sweep


class PanicException(BaseException):
    """What a panic of the CRDT library looks like: no Exception."""


def panic(*arguments: object) -> Any:
    """Stand in for a call of the CRDT library."""
    raise PanicException("a length is wrong")


async def emptied(node: Node) -> Editor:
    """Write something, leave, and let the time pass after which the empty room is closed."""
    ann = Editor(node, person("ann"))
    await greeted(ann)
    ann.push(ann.type("kept"))
    await settle()
    assert ann.socket.session is not None
    ann.socket.session.lost()
    await settle()
    node.clock.advance(ROOM_IDLE_SECONDS)
    return ann


@pytest.mark.parametrize("wire", ["plain", "hocuspocus"])
async def test_r16_two_people_type_and_both_see_it(wire: str) -> None:
    """What one types is acknowledged to it, once, and told to the other, once, without an echo."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"), wire=wire)
        bob = Editor(node, person("bob", Role.VIEWER), wire=wire)
        await settle()
        ann.read(), bob.read()
        await settle()
        ann.read(), bob.read()
        ann.push(ann.type("hello "), ann.type("world"))
        await settle()
        came = ann.read()
        assert ann.saved(came) == ([2] if wire == "plain" else [1, 1])
        assert not [one for one in came if one[0] == "sync"]
        news = [one for one in bob.read() if one[0] == "sync"]
        assert len(news) == 1
        assert str(bob.text) == "hello world"
        assert [event.body for event in node.store.events] == ann.updates


async def test_r37_who_comes_in_the_moment_an_empty_room_is_to_be_closed_stays() -> None:
    """The room was idle when the sweeper looked, and is not when its turn to close comes."""
    async with studio() as [node]:
        await emptied(node)
        bob = Editor(node, person("bob"))
        node.rooms.sweep()
        await greeted(bob)
        bob.push(bob.type(" on"))
        await settle()
        assert bob.saved(bob.read()) == [1]
        assert bob.socket.closed is None
        assert len(node.store.events) == 2


async def test_r1_who_asks_for_a_document_that_is_being_closed_waits_for_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is opened from the snapshot its predecessor left."""
    async with studio() as [node]:
        await emptied(node)
        saved = asyncio.Event()
        save, latest = node.snapshots.save, node.snapshots.latest
        read: list[Snapshot | None] = []

        async def slow(document_id: UUID, snapshot: Snapshot) -> None:
            await saved.wait()
            await save(document_id, snapshot)

        async def counted(document_id: UUID) -> Snapshot | None:
            read.append(await latest(document_id))
            return read[-1]

        monkeypatch.setattr(node.snapshots, "save", slow)
        monkeypatch.setattr(node.snapshots, "latest", counted)
        node.rooms.sweep()
        await settle()
        bob = Editor(node, person("bob"))
        await greeted(bob)
        assert not read
        assert str(bob.text) == ""
        saved.set()
        await greeted(bob)
        assert [snapshot and snapshot.version for snapshot in read] == [1]
        assert str(bob.text) == "kept"


async def test_r39_an_edit_of_the_server_that_shutdown_cannot_store_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer that will not come."""
    monkeypatch.setattr("sync.rooms.SHUTDOWN_SECONDS_MAX", 0)
    async with studio() as [node]:
        node.log.hold()
        edit = asyncio.ensure_future(
            node.rooms.edit(DOCUMENT, person("api"), lambda doc: doc.get("text", type=Text).insert(0, "late"))
        )
        await settle()
        await node.rooms.close()
        with pytest.raises(LogUnavailable):
            await asyncio.wait_for(edit, 1)
        node.log.release()


async def test_a_room_that_has_ended_takes_nobody_in() -> None:
    """Neither a connection nor an edit: they come back, and find its successor."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        assert ann.socket.session is not None
        ((opened, connection),) = ann.socket.session._joined()
        opened.close()
        with pytest.raises(LogUnavailable):
            opened.join(connection)
        with pytest.raises(LogUnavailable):
            await opened.edit(99, ann.access, 99, lambda doc: None)


async def test_r44_a_document_that_goes_to_the_trash_while_it_opens_does_not_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever waits hears why; nothing is stored; after it is restored it opens."""
    async with studio() as [node]:
        loaded, latest = asyncio.Event(), node.snapshots.latest

        async def slow(document_id: UUID) -> Snapshot | None:
            await loaded.wait()
            return await latest(document_id)

        monkeypatch.setattr(node.snapshots, "latest", slow)
        ann = Editor(node, person("ann"))
        await settle()
        node.rooms.shut(DOCUMENT, NotFound("this document is in the trash"))
        loaded.set()
        await greeted(ann)
        assert ann.socket.closed == 4404
        ann.push(ann.type("into the trash"))
        await settle()
        assert not node.store.events
        bob = Editor(node, person("bob"))
        await greeted(bob)
        assert bob.socket.closed is None


async def test_r23_a_panic_while_a_document_opens_quarantines_it_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rooms go on, with every other document in them."""
    async with studio() as [node]:
        with monkeypatch.context() as broken:
            broken.setattr("sync.opened.Room", panic)
            ann = Editor(node, person("ann"))
            await settle()
        assert ann.socket.closed == 1013
        assert node.rooms.quarantined == {DOCUMENT}
        node.rooms._quarantined.clear()
        bob = Editor(node, person("bob"))
        await greeted(bob)
        bob.push(bob.type("x"))
        await settle()
        assert bob.saved(bob.read()) == [1]


async def test_r23_a_panic_in_the_last_snapshot_quarantines_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no snapshot, and the rooms go on."""
    async with studio() as [node]:
        await emptied(node)
        monkeypatch.setattr(Room, "snapshot", panic)
        await sweep(node, 0)
        assert node.rooms.quarantined == {DOCUMENT}
        assert await node.snapshots.latest(DOCUMENT) is None
        await sweep(node, ROOM_IDLE_SECONDS)
        bob = Editor(node, person("bob"))
        await settle()
        assert bob.socket.closed == 1013


async def test_r23_a_panic_in_the_work_of_one_document_ends_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a room does beside itself may fail in any way."""
    async with studio() as [node]:
        await emptied(node)
        monkeypatch.setattr(node.snapshots, "save", panic)
        await sweep(node, 0)
        bob = Editor(node, person("bob"))
        await greeted(bob)
        assert str(bob.text) == "kept"


OTHER = UUID("22222222-2222-4222-8222-222222222222")


async def write_elsewhere(node: Node, monkeypatch: pytest.MonkeyPatch) -> int:
    """Edit another document of the same process; return the position at which that is durable."""

    async def note(_: UUID) -> Any:
        return kind_named("note")

    monkeypatch.setattr(node.rooms, "_kind_of", note)
    access = person("api")
    return await node.rooms.edit(OTHER, access, lambda doc: doc.get("text", type=Text).insert(0, "elsewhere"))


@pytest.mark.parametrize(
    ("where", "name"),
    [(Room, "committed"), (Room, "receive"), (OpenDocument, "_tell"), (CommittedDocument, "add")],
    ids=lambda value: getattr(value, "__name__", value),
)
async def test_r23_a_mistake_of_the_server_ends_its_document_alone(
    monkeypatch: pytest.MonkeyPatch, where: type, name: str
) -> None:
    """Before a commit, after it, or while news are told: everybody there tries later, other documents go on."""
    async with studio() as [node]:
        ann, bob = Editor(node, person("ann")), Editor(node, person("bob"))
        await greeted(ann, bob)

        def fail(*_: object) -> None:
            raise KeyError("a mistake")

        with monkeypatch.context() as broken:
            broken.setattr(where, name, fail)
            ann.push(ann.type("x"))
            await settle()
        assert (ann.socket.closed, bob.socket.closed) == (1013, 1013)
        assert node.rooms.quarantined == {DOCUMENT}
        # Whatever was acknowledged is stored.
        stored = [event.body for event in node.store.events]
        assert ann.saved(ann.read()) in ([], [len(stored)])
        assert await write_elsewhere(node, monkeypatch) > 0
        assert node.rooms.quarantined == {DOCUMENT}
        late = Editor(node, person("late"))
        await settle()
        assert late.socket.closed == 1013


async def test_r23_a_socket_that_cannot_be_written_ends_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others of its document are acknowledged and told."""
    async with studio() as [node]:
        ann, bob, eve = (Editor(node, person(name)) for name in ("ann", "bob", "eve"))
        await greeted(ann, bob, eve)

        def fail(_: object) -> None:
            raise OSError("the transport is gone")

        monkeypatch.setattr(bob.socket, "write", fail)
        ann.push(ann.type("x"))
        await settle()
        assert bob.socket.closed == 1013
        assert ann.saved(ann.read()) == [1]
        eve.read()
        assert str(eve.text) == "x"
        assert (ann.socket.closed, eve.socket.closed, node.rooms.quarantined) == (None, None, frozenset())


async def test_r21_a_mistake_in_reading_the_tail_closes_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for what will not be read; the next one opens the document from the log."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)

        async def fail(*_: object, **__: object) -> None:
            raise KeyError("a mistake")

        with monkeypatch.context() as broken:
            broken.setattr(node.log, "read_stream", fail)
            node.rooms._hear_log(frozenset({DOCUMENT}))
            await settle()
        assert ann.socket.closed == 1013
        bob = Editor(node, person("bob"))
        await greeted(bob)
        bob.push(bob.type("x"))
        await settle()
        assert bob.saved(bob.read()) == [1]


async def test_r12_refused_ids_are_retired_one_after_the_other_however_long_the_store_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One task an update, in order; an outage is waited out."""
    monkeypatch.setattr("sync.opened.POLL_SECONDS", 0)
    async with studio(kind="song") as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        asked: list[int] = []
        retire = node.client_ids.retire

        async def failing(document_id: UUID, client_id: int) -> None:
            asked.append(client_id)
            await asyncio.sleep(0)
            if len(asked) == 1:
                raise LogUnavailable
            await retire(document_id, client_id)

        monkeypatch.setattr(node.client_ids, "retire", failing)
        offline: Doc[Any] = Doc()
        for client_id in range(1001, 1006):
            tab: Doc[Any] = Doc(client_id=client_id)
            tab.get("song", type=Map)[f"bpm{client_id}"] = 9000
            offline.apply_update(tab.get_update())
        ann.push(offline.get_update())
        await settle()
        assert ann.socket.closed == 4409
        assert asked == [asked[0], *sorted(set(asked))]
        assert await node.client_ids.owners(DOCUMENT) == dict.fromkeys(range(1001, 1006))
