"""SPEC.md R24: edits of the server that were made beside the loop, on a version that is committed."""

from __future__ import annotations

import asyncio
from unittest.mock import ANY
from uuid import uuid4

import pytest
from pycrdt import Doc, Text

from core.errors import Conflict, LogUnavailable, StreamMoved
from core.events import Kind
from sync.edits import Prepared
from sync.messages import Edited, EditFailed, Tell, Update
from tests.unit.sync.harness import DOCUMENT, Editor, greeted, person, settle, studio
from tests.unit.sync.table import Table, Writer


def rewritten(state: bytes, client_id: int, words: str) -> bytes:
    """Return the update that puts words before a text."""
    doc: Doc[Text] = Doc(client_id=client_id)
    doc.apply_update(state)
    before = doc.get_state()
    doc.get("text", type=Text).insert(0, words)
    return doc.get_update(before)


def removed(state: bytes, client_id: int, start: int, stop: int) -> bytes:
    """Return the update that deletes a part of a text."""
    doc: Doc[Text] = Doc(client_id=client_id)
    doc.apply_update(state)
    changes: list[bytes] = []
    subscription = doc.observe(lambda event: changes.append(event.update))
    del doc.get("text", type=Text)[start:stop]
    doc.unobserve(subscription)
    return changes[0]


def test_r24_a_prepared_edit_is_merged_with_what_came_since() -> None:
    """Typed meanwhile, durable or not: all of it stays, and the edit is told like any other."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    table.say(seat, ann.type("rain"))
    table.commit()
    update = rewritten(ann.doc.get_update(), 4711, "slow ")
    table.say(seat, ann.type(" falls"))
    table.room.bring(9, uuid4(), 4711, update)
    effects = table.commit()
    assert Edited(9, 3) in effects
    assert any(isinstance(effect, Tell) for effect in effects)
    doc: Doc[Text] = Doc()
    for event in table.stored:
        doc.apply_update(event.body)
    assert str(doc.get("text", type=Text)) == "slow rain falls"


def test_r24_an_exact_edit_comes_too_late() -> None:
    """Anything since, even what is only queued, and it is refused; one that is not exact never is."""
    for version, queued in ((1, 1), (2, 0)):
        with pytest.raises(Conflict):
            Prepared(1, b"", is_exact=True).check(version, queued)
        Prepared(1, b"").check(version, queued)
    Prepared(1, b"", is_exact=True).check(1, 0)


async def test_r24_an_exact_edit_that_is_late_changes_nothing() -> None:
    """Somebody types while it is prepared: the caller hears of it, nobody else does."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        ann.push(ann.type("rain"))
        await settle()

        async def prepare(client_id: int) -> Prepared:
            update = rewritten(ann.doc.get_update(), client_id, "slow ")
            ann.push(ann.type(" falls"))
            return Prepared(1, update, is_exact=True)

        with pytest.raises(Conflict):
            await node.rooms.merge(DOCUMENT, person("api"), prepare)
        await greeted(ann)
        assert str(ann.text) == "rain falls"


def test_r24_an_exact_edit_does_not_follow_a_moved_stream() -> None:
    """Another process stores first, of which the room hears only when its append fails: the edit fails alone."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    table.say(seat, ann.type("rain"))
    table.commit()
    update = rewritten(ann.doc.get_update(), 4711, "slow ")
    table.room.bring(9, uuid4(), 4711, update, exact_at=1)
    table.say(seat, ann.type(" falls"))
    table.room.take()
    table.store(rewritten(ann.doc.get_update(), 4712, "elsewhere "), uuid4())
    table.room.failed(StreamMoved(DOCUMENT, 1, 2))
    effects = [*table.read_tail(), *table.commit()]
    assert [effect for effect in effects if isinstance(effect, EditFailed)] == [EditFailed(9, ANY)]
    assert not any(isinstance(effect, Edited) for effect in effects)
    doc: Doc[Text] = Doc()
    for event in table.stored:
        doc.apply_update(event.body)
    assert str(doc.get("text", type=Text)) == "elsewhere rain falls"


def test_r24_what_was_cut_to_fit_an_exact_edit_is_whole_again() -> None:
    """A tab comes back and deletes what an exact edit deletes too; that one fails: the tab's delete is stored."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    table.say(table.seat(ann), ann.type("rain"))
    table.commit()
    bob.doc.apply_update(ann.doc.get_update())
    deletes = [removed(ann.doc.get_update(), 4711, 0, 2), removed(ann.doc.get_update(), 2, 0, 3)]
    table.room.bring(9, uuid4(), 4711, deletes[0], exact_at=1)
    seat = table.seat(bob)
    table.room.receive(seat, [Update(deletes[1], step2=True)])
    table.room.take()
    table.store(rewritten(ann.doc.get_update(), 4712, "elsewhere "), uuid4())
    table.room.failed(StreamMoved(DOCUMENT, 1, 2))
    effects = [*table.read_tail(), *table.commit()]
    assert [effect.edit_id for effect in effects if isinstance(effect, EditFailed)] == [9]
    doc: Doc[Text] = Doc()
    for event in table.stored:
        doc.apply_update(event.body)
    assert str(doc.get("text", type=Text)) == "elsewhere n"


async def test_r24_the_same_prepared_twice_is_stored_once() -> None:
    """Two take back the same at once: the second hears so, instead of the position of the first one's edit."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        ann.push(ann.type("rain"))
        await settle()
        doc: Doc[Text] = Doc()
        doc.apply_update(ann.doc.get_update())
        before = doc.get_state()
        del doc.get("text", type=Text)[0:2]
        update = doc.get_update(before)

        async def prepare(client_id: int) -> Prepared:
            return Prepared(1, update)

        done = await node.rooms.merge(DOCUMENT, person("api"), prepare)
        assert done.position == 2
        with pytest.raises(Conflict, match="just done the same"):
            await node.rooms.merge(DOCUMENT, person("api"), prepare)
        assert len(await node.rooms._ports.log.read_stream(DOCUMENT, Kind.UPDATE)) == 2


async def test_r24_a_room_reads_what_the_edit_stands_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prepared on what another process has stored, of which no hint came: the room reads that first."""
    async with studio(nodes=2) as [here, there]:
        ann, bob = Editor(here, person("ann")), Editor(there, person("bob"))
        await greeted(ann, bob)
        monkeypatch.setattr(here.rooms._open[DOCUMENT], "read_tail", lambda **_: None)
        bob.push(bob.type("elsewhere"))
        await settle()
        head = (await there.rooms._ports.log.head(DOCUMENT, Kind.UPDATE)).version

        async def prepare(client_id: int) -> Prepared:
            return Prepared(head, rewritten(bob.doc.get_update(), client_id, "written "))

        await here.rooms.merge(DOCUMENT, person("api"), prepare)
        await greeted(ann, bob)
        assert str(ann.text) == "written elsewhere"


async def test_r24_what_prepares_may_fail() -> None:
    """What it raises reaches the caller; the document goes on."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)

        async def fails(client_id: int) -> Prepared:
            raise Conflict("nothing to do")

        with pytest.raises(Conflict, match="nothing to do"):
            await node.rooms.merge(DOCUMENT, person("api"), fails)
        ann.push(ann.type("on"))
        await settle()
        assert len(await node.rooms._ports.log.read_stream(DOCUMENT, Kind.UPDATE)) == 1


async def test_r24_a_version_the_log_never_had_is_no_base() -> None:
    """Prepared on what is not stored anywhere: the caller hears so at once, and nobody spins for it."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"))
        await greeted(ann)
        ann.push(ann.type("rain"))
        await settle()

        async def prepare(client_id: int) -> Prepared:
            return Prepared(7, rewritten(ann.doc.get_update(), client_id, "slow "))

        async with asyncio.timeout(10):
            with pytest.raises(LogUnavailable):
                await node.rooms.merge(DOCUMENT, person("api"), prepare)
        assert ann.socket.closed is None
