"""SPEC.md R3, R7: where everything in a long document lies is found out beside the loop, before anybody can ask."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pycrdt import Doc, Text

import core.documents.load
from core.crdt.admission import Admission, places_of
from core.crdt.places import Places
from core.errors import BadMessage, LogUnavailable
from core.limits import READ_AHEAD_BYTES
from tests.unit.crdt.histories import history
from tests.unit.sync.harness import DOCUMENT, Editor, Node, greeted, person, settle, studio


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
        monkeypatch.setattr(core.documents.load, "READ_AHEAD_BYTES", 1)

        def fail(state: bytes) -> Places:
            raise BadMessage("bytes that make no sense")

        monkeypatch.setattr(core.documents.load, "places_of", fail)
        found = threads_that_learn(monkeypatch)
        await node.rooms.edit(DOCUMENT, person("bob"), write)
        assert found == [True]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_read_ahead_is_what_is_read_when_needed(seed: int) -> None:
    """Random histories of three people: runs, places, pairs and origins alike, also with what others store since."""
    doc: Doc[Any] = Doc()
    log = history(seed, 60)
    for update in log[:-1]:
        doc.apply_update(update)
    state, vector = doc.get_update(), doc.get_state()
    here = Admission.from_state(vector, {}, state=state)
    there = Admission.from_state(vector, {}, state=state, places=places_of(state))
    doc.apply_update(log[-1])
    for admission in (here, there):
        admission.follow(log[-1:], doc.get_state(), state_bytes=0)
    for name in ("_starts", "_places", "_ends", "_pairs", "_holds"):
        assert getattr(there.places, name) == getattr(here.places, name)
    assert vars(there.places._origins) == vars(here.places._origins)
