"""SPEC.md R3, R7: where everything in a long document lies is found out beside the loop, while edits wait for it."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from pycrdt import Doc, Text

import sync.reading
import sync.room
from core.crdt.admission import Admission, places_of
from core.crdt.places import Places
from core.documents.kinds import kind_named
from core.documents.load import Loaded
from core.errors import BadMessage, LogUnavailable
from core.limits import READ_AHEAD_BYTES
from sync.messages import Answer, Flush, Greeting, Update
from sync.room import Room
from tests.unit.crdt.histories import history
from tests.unit.sync.harness import DOCUMENT, Editor, Node, greeted, person, settle, studio
from tests.unit.sync.table import Table, Writer, merged


async def a_stored_text(node: Node, words: str = "rain") -> Editor:
    """Store a text, and close the document."""
    ann = Editor(node, person("ann"))
    await greeted(ann)
    ann.push(ann.type(words))
    await settle()
    node.rooms.shut(DOCUMENT, LogUnavailable())
    assert DOCUMENT not in node.rooms._open
    return ann


def write(doc: Doc[Any]) -> None:
    """Write another word."""
    doc.get("text", type=Text).insert(0, "slow ")


def threads_that_learn(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that grows: whether the loop's own thread learnt where something lies, each time."""
    found: list[bool] = []
    learn = Places.learn

    def heard(self: Places, structs: Any) -> Any:
        found.append(threading.current_thread() is threading.main_thread())
        return learn(self, structs)

    monkeypatch.setattr(Places, "learn", heard)
    return found


async def test_r3_the_loop_does_not_read_a_long_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for the first edit of the server nor for the first keystroke; another thread reads it, once."""
    async with studio() as [node]:
        await a_stored_text(node, "rain " * (READ_AHEAD_BYTES // 5 + 1))
        found = threads_that_learn(monkeypatch)
        await node.rooms.edit(DOCUMENT, person("bob"), write)
        cem = Editor(node, person("cem"))
        await greeted(cem)
        cem.push(cem.type(" falls"))
        await settle()
        assert cem.saved(cem.read()) == [1]
        assert found == [False]


async def test_r3_a_short_document_is_read_when_somebody_edits_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who only reads, with nothing to say in the answer to the greeting, makes nobody read it."""
    async with studio() as [node]:
        await a_stored_text(node)
        found = threads_that_learn(monkeypatch)
        await greeted(Editor(node, person("bob")))
        assert found == []
        await node.rooms.edit(DOCUMENT, person("bob"), write)
        assert found == [True]


async def test_r3_what_cannot_be_read_ahead_is_read_by_whoever_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document opens, and its first edit finds out, or is told, as if nobody had tried."""
    async with studio() as [node]:
        await a_stored_text(node)
        monkeypatch.setattr(sync.room, "READ_AHEAD_BYTES", 1)

        def fail(state: bytes) -> Places:
            raise BadMessage("bytes that make no sense")

        monkeypatch.setattr(sync.reading, "places_of", fail)
        found = threads_that_learn(monkeypatch)
        await node.rooms.edit(DOCUMENT, person("bob"), write)
        assert found == [True]


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let nothing be read ahead before this is set, or a test has failed long ago."""
    may_go_on = threading.Event()

    def slowly(state: bytes) -> Places:
        may_go_on.wait(timeout=10)
        return places_of(state)

    # More than an empty document has.
    monkeypatch.setattr(sync.room, "READ_AHEAD_BYTES", 3)
    monkeypatch.setattr(sync.reading, "places_of", slowly)
    return may_go_on


async def test_r3_who_only_reads_does_not_wait_for_it(reading: threading.Event) -> None:
    """The greeting is answered, and an edit waits with its socket, in order, until everything is read."""
    async with studio() as [node]:
        await a_stored_text(node)
        bob = Editor(node, person("bob"))
        await greeted(bob)
        assert str(bob.text) == "rain"
        bob.push(bob.type("!"))
        bob.push(bob.type("?"))
        await settle()
        assert (bob.saved(bob.read()), bob.socket.is_reading) == ([], False)
        reading.set()
        await node.rooms._open[DOCUMENT].reading.ready()
        await settle()
        assert (bob.saved(bob.read()), bob.socket.is_reading) == ([2], True)


async def test_r3_an_edit_of_the_server_waits_for_it(reading: threading.Event) -> None:
    """So does one that finds the document given up meanwhile: it hears so."""
    async with studio() as [node]:
        await a_stored_text(node)
        edit = asyncio.create_task(node.rooms.edit(DOCUMENT, person("bob"), write))
        await settle()
        assert not edit.done()
        reading.set()
        assert await edit == 2
        node.rooms.shut(DOCUMENT, LogUnavailable())
        reading.clear()
        edit = asyncio.create_task(node.rooms.edit(DOCUMENT, person("bob"), write))
        await settle()
        node.rooms.shut(DOCUMENT, LogUnavailable())
        with pytest.raises(LogUnavailable):
            await edit
        reading.set()


def test_r3_what_others_stored_meanwhile_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit that stands on it is judged with it; nobody but who sent edits is held back."""
    monkeypatch.setattr(sync.room, "READ_AHEAD_BYTES", 1)
    table, ann, bob = Table(), Writer(1), Writer(2)
    table.store(ann.type("rain"), ann.access.person_id)
    table.room = Room(DOCUMENT, kind_named("note"), Loaded(table.replay(), 1, 1, 0), {1: ann.access.person_id})
    unread = table.room.unread
    table.store(ann.type(" falls"), ann.access.person_id)
    table.read_tail()
    bob.apply(*ann.updates)
    seat = table.seat(bob, greet=False)
    assert [type(effect) for effect in table.room.receive(seat, [Greeting(b"\0")])] == [Answer]
    assert not table.room.is_crowded
    assert table.room.receive(seat, [Update(b"\0\0", step2=True), Update(bob.type("!"))]) == []
    assert table.room.is_crowded
    assert Flush() in table.room.read(places_of(unread))
    assert not table.room.is_crowded
    table.commit()
    assert merged(tuple(event.body for event in table.stored)) == "rain falls!"


@pytest.mark.parametrize("seed", range(20))
def test_what_is_read_ahead_is_what_is_read_when_needed(seed: int) -> None:
    """Random histories of three people: runs, places, pairs and origins alike, also with what others store since."""
    doc: Doc[Any] = Doc()
    log = history(seed, 60)
    for update in log[:-1]:
        doc.apply_update(update)
    state, vector = doc.get_update(), doc.get_state()
    here = Admission.from_state(vector, {}, state=state)
    there = Admission.from_state(vector, {}, state=state)
    there.know(there.unread, places_of(state))
    doc.apply_update(log[-1])
    for admission in (here, there):
        admission.follow(log[-1:], doc.get_state(), state_bytes=0)
    for name in ("_starts", "_places", "_ends", "_pairs", "_holds"):
        assert getattr(there.places, name) == getattr(here.places, name)
    assert vars(there.places._origins) == vars(here.places._origins)
