"""The stock npm clients `y-websocket` and `@hocuspocus/provider` edit and converge with the real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from uuid import UUID

import pytest

from tests.interop.person import WIRES, Person
from tests.studio import Studio

pytestmark = pytest.mark.interop

PAIRS = [(first, second) for first in WIRES for second in WIRES]
ALPHABET = "".join(chr(ord("a") + index % 26) for index in range(400))


class Table:
    """The people of one document."""

    def __init__(self, studio: Studio, document_id: UUID, stack: ExitStack) -> None:
        self.studio = studio
        self.document_id = document_id
        self._stack = stack

    def join(self, wire: str, role: str = "editor") -> Person:
        """Let somebody come who is not there yet, and wait until they see the document."""
        person = self._stack.enter_context(Person(self.studio, self.document_id, wire, role=role))
        person.wait("synced")
        return person


@pytest.fixture
def table(studio: Studio, document_id: UUID) -> Iterator[Table]:
    with ExitStack() as stack:
        yield Table(studio, document_id, stack)


@pytest.mark.parametrize("wires", PAIRS, ids="+".join)
def test_two_people_converge(table: Table, wires: tuple[str, str]) -> None:
    """Two people type and delete at once, on any pair of wires, and end with the same text, with everything in it."""
    first, second = (table.join(wire) for wire in wires)
    first.insert("The river runs. ")
    second.wait("text", equals="The river runs. ")
    second.insert("🎵 And we sing. ")
    first.insert("Softly: ", index=0)
    second.remove(0, 1)
    for index in range(20):
        first.insert(f"a{index}")
        second.insert(f"b{index}", index=0)
    length = len("The river runs. Softly: And we sing. ") + 3 - 1 + 2 * sum(len(f"a{i}") for i in range(20))
    first.wait("length", least=length)
    second.wait("length", least=length)
    assert first.text == second.text
    assert "🎵 And we sing. " in first.text
    for index in range(20):
        assert f"a{index}" in first.text
        assert f"b{index}" in first.text


@pytest.mark.parametrize("wires", PAIRS, ids="+".join)
def test_a_late_joiner_sees_everything(table: Table, wires: tuple[str, str]) -> None:
    """Who comes later has the whole text with the greeting, and the cursors of those who are there."""
    first = table.join(wires[0])
    first.ask("announce", state={"user": {"name": "First"}})
    for word in ALPHABET[:60]:
        first.insert(word)
    table.join(wires[0]).wait("text", equals=ALPHABET[:60])
    late = table.join(wires[1])
    late.wait("text", equals=ALPHABET[:60])
    late.wait("person", name="First")


@pytest.mark.parametrize("role", ["owner", "editor"], ids=["two people", "two tabs of one person"])
@pytest.mark.parametrize("wires", PAIRS, ids="+".join)
def test_people_see_each_other(table: Table, wires: tuple[str, str], role: str) -> None:
    """Awareness goes both ways on any pair of wires, and who leaves is gone.

    Also for two tabs of one person: y-websocket repeats what it hears, and that makes no tab another one's owner.
    """
    first, second = table.join(wires[0]), table.join(wires[1], role=role)
    first.ask("announce", state={"user": {"name": "First"}, "cursor": 3})
    second.ask("announce", state={"user": {"name": "Second"}, "cursor": 4})
    first.wait("person", name="Second")
    second.wait("person", name="First")
    first.ask("disconnect")
    second.wait("gone", name="First")


@pytest.mark.parametrize("wire", WIRES)
def test_who_comes_back_is_seen_again(table: Table, wire: str) -> None:
    """A client that was away and comes back with the same state is shown again.

    The stock Hocuspocus provider does not answer when it is told that it is gone: it is seen again at the latest when
    it repeats itself, which it does every 15 to 18 seconds.
    """
    first, second = table.join(wire), table.join("hocuspocus", role="owner")
    first.ask("announce", state={"user": {"name": "First"}})
    second.wait("person", name="First")
    first.ask("disconnect")
    first.wait("event", event={"name": "status", "status": "disconnected"})
    second.wait("gone", name="First")
    first.ask("connect")
    second.wait("person", name="First")


@pytest.mark.parametrize("wire", WIRES)
def test_offline_edits_arrive_at_reconnect(table: Table, wire: str) -> None:
    """What was typed offline arrives when the client is back, and what others typed meanwhile: all of it once."""
    away, other = table.join(wire), table.join("y-websocket")
    away.insert("before ")
    other.wait("text", equals="before ")
    away.ask("disconnect")
    away.wait("event", event={"name": "status", "status": "disconnected"})
    for word in ("offline ", "one ", "two "):
        away.insert(word)
    other.insert("meanwhile ", index=0)
    other.wait("text", equals="meanwhile before ")
    away.ask("connect")
    other.wait("text", equals="meanwhile before offline one two ")
    away.wait("text", equals="meanwhile before offline one two ")


def test_hocuspocus_hears_that_its_edits_are_saved(table: Table) -> None:
    """Every edit of the stock provider is answered with one SyncStatus: none is left unsynced, none is refused."""
    person = table.join("hocuspocus")
    person.ask("type", content=ALPHABET)
    seen = person.wait("acknowledged", least=len(ALPHABET))
    assert person.wait("saved")["unsynced"] == 0
    assert seen["acknowledged"] == len(ALPHABET)
    assert seen["refused"] == 0
    assert table.join("y-websocket").text == ALPHABET


def test_a_viewer_of_hocuspocus_is_told_and_stays(table: Table) -> None:
    """A viewer hears "readonly", goes on reading, and an edit of theirs is refused and reaches nobody."""
    editor, viewer = table.join("hocuspocus"), table.join("hocuspocus", role="viewer")
    viewer.wait("event", event={"name": "authenticated", "scope": "readonly"})
    editor.insert("words")
    viewer.wait("text", equals="words")
    viewer.insert(" forged")
    assert viewer.wait("refused", least=1)["acknowledged"] == 0
    editor.insert("!")
    viewer.wait("length", least=len("words! forged"))
    assert editor.text == "words!"
    assert table.join("y-websocket").text == "words!"


def test_a_viewer_of_y_websocket_is_told_for_good(table: Table) -> None:
    """A viewer reads; an edit of theirs closes the socket with 4403, so the client stops, and reaches nobody."""
    editor, viewer = table.join("y-websocket"), table.join("y-websocket", role="viewer")
    editor.insert("words")
    viewer.wait("text", equals="words")
    viewer.insert(" forged")
    viewer.wait("event", event={"name": "closed", "code": 4403})
    editor.insert("!")
    assert table.join("hocuspocus").text == "words!"
    assert editor.text == "words!"


@pytest.mark.parametrize("wire", WIRES)
def test_nobody_gets_in_without_a_token(studio: Studio, document_id: UUID, wire: str) -> None:
    """A wrong token opens nothing: y-websocket ends with 4401, Hocuspocus hears that it is denied."""
    with Person(studio, document_id, wire, token="nobody-issued-this") as stranger:
        told = {"name": "closed", "code": 4401} if wire == "y-websocket" else {"name": "denied"}
        seen = stranger.wait("event", event=told)
        assert not seen["synced"]
        assert seen["text"] == ""


@pytest.mark.parametrize("wire", WIRES)
def test_everybody_is_there_again_after_kill_9(table: Table, wire: str) -> None:
    """Kill -9 of everything while two people type: after the restart both come back and converge, with every letter."""
    first, second = table.join(wire), table.join("y-websocket")
    first.ask("type", content=ALPHABET)
    second.wait("length", least=100)
    table.studio.kill()
    second.insert("<")
    table.studio.start()
    whole = len(ALPHABET) + 1
    first.wait("length", least=whole)
    second.wait("length", least=whole)
    assert first.text == second.text
    assert first.text.replace("<", "") == ALPHABET
    assert table.join("hocuspocus").text == first.text


def test_nothing_acknowledged_is_lost_by_kill_9(table: Table) -> None:
    """What Hocuspocus' SyncStatus said is saved is there after kill -9, before any client comes back to repeat it."""
    person = table.join("hocuspocus")
    person.ask("type", content=ALPHABET * 10)
    person.wait("acknowledged", least=200)
    table.studio.kill()
    person.ask("disconnect")
    acknowledged = person.look()["acknowledged"]
    assert acknowledged >= 200
    table.studio.start()
    survived = table.join("y-websocket").text
    assert len(survived) >= acknowledged
    assert survived == (ALPHABET * 10)[: len(survived)]
