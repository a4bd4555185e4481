"""Where marked words are now: the same as an oracle that follows each character, through concurrent edits and undo."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text, UndoManager

from core.crdt.anchors import Range, RelativePosition, range_now, range_of_offsets, range_of_positions
from core.crdt.apply import apply_updates
from core.crdt.weave import Restored, Weave
from core.errors import Invalid
from tests.unit.crdt.histories import attribution_of, full_state


def weave_of(log: list[bytes], restored: list[Restored] | None = None) -> Weave:
    """Weave a log."""
    return Weave(full_state(log), attribution_of(log), restored=restored or [])


def now(weave: Weave, marked: Range, then: int, restored: list[Restored] | None = None) -> Range | None:
    """Return where a range of the root `text` is at the newest version."""
    text = weave.text("text")
    units = [list(marked.first), list(marked.last)]
    return range_now(text, then, units, text, weave.version, lambda: [*(restored or []), *weave.rewritten("text")])


class Typist:
    """Writes characters that never occur twice, so that where one stands says which one it is."""

    def __init__(self, client_id: int, first: int) -> None:
        self.doc: Doc[Any] = Doc(client_id=client_id)
        self.text = self.doc.get("text", type=Text)
        self.updates: list[bytes] = []
        self.next = first
        self.doc.observe(lambda event: self.updates.append(event.update))

    def fresh(self, count: int) -> str:
        """Return characters nobody has written: of one UTF-16 unit and of two in turn."""
        made = "".join(chr((0x4E00 if number % 3 else 0x20000) + self.next + number) for number in range(count))
        self.next += count
        return made

    def take(self) -> list[bytes]:
        """Return what was written since."""
        taken, self.updates = self.updates, []
        return [update for update in taken if update != b"\x00\x00"]


def offset(text: Text, points: int) -> int:
    return len(str(text)[:points].encode())


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@settings(max_examples=120)
@given(seed=st.integers(0, 2**32))
def test_a_range_follows_its_characters_through_anything(seed: int) -> None:
    """From the first to the last marked character that is left; nowhere when none is; its own end at every version."""
    chance = random.Random(seed)
    people = [Typist(5, 0), Typist(900, 5000)]
    people[0].text.insert(0, people[0].fresh(12))
    log: list[bytes] = []
    marks: list[tuple[int, str, Range]] = []
    for _ in range(chance.randrange(3, 30)):
        person = chance.choice(people)
        length = len(str(person.text))
        if chance.random() < 0.6 or not length:
            person.text.insert(offset(person.text, chance.randrange(length + 1)), person.fresh(chance.randrange(1, 4)))
        else:
            start = chance.randrange(length)
            stop = min(length, start + chance.randrange(1, 6))
            del person.text[offset(person.text, start) : offset(person.text, stop)]
        if chance.random() < 0.5:
            new = [update for one in people for update in one.take()]
            log += new
            for one in people:
                apply_updates(one.doc, new)
                one.updates.clear()
            shown = str(people[0].text)
            if shown and chance.random() < 0.5:
                start, stop = sorted(chance.sample(range(len(shown) + 1), 2))
                units = utf16(shown[:start]), utf16(shown[:stop])
                marks.append((len(log), shown[start:stop], range_of_offsets(
                    weave_of(log).text("text"), len(log), *units)))  # fmt: skip
    for one in people:
        log += one.take()
    doc: Doc[Any] = Doc()
    apply_updates(doc, log)
    shown = str(doc.get("text", type=Text))
    weave = weave_of(log)
    for version, characters, marked in marks:
        assert marked.text == characters
        places = [place for place, character in enumerate(shown) if character in characters]
        found = now(weave, marked, version)
        if not places:
            assert found is None
        else:
            assert found is not None
            expected = shown[places[0] : places[-1] + 1]
            assert (found.text, found.start) == (expected, utf16(shown[: places[0]]))
            assert found.stop == found.start + utf16(expected)


@pytest.mark.parametrize("deleted", ["rain falls softly", "falls", "fal", " falls ", "n falls s"])
def test_an_undo_brings_words_back(deleted: str) -> None:
    """P5: an editor's undo writes deleted words again as new units, and no event says so: they are found anyway."""
    doc: Doc[Any] = Doc(client_id=7)
    log: list[bytes] = []
    doc.observe(lambda event: log.append(event.update))
    text = doc.get("text", type=Text)
    text += "cold rain falls "
    text += "softly here"
    then = len(log)
    start = str(text).index("falls")
    marked = range_of_offsets(weave_of(log).text("text"), then, start, start + 5)
    undo = UndoManager(scopes=[text])
    at = str(text).index(deleted)
    del text[at : at + len(deleted)]
    gone = now(weave_of(log), marked, then)
    assert gone is None or gone.text == "falls".replace(deleted.strip(), "")
    assert undo.undo()
    assert str(text) == "cold rain falls softly here"
    text += ", they say"
    text.insert(start + 5, "XY")
    found = now(weave_of(log), marked, then)
    assert found is not None
    assert found.text == "falls"
    assert found.first != marked.first or found.last != marked.last
    while undo.can_undo():
        undo.undo()
        undo.redo()
        break
    assert now(weave_of(log), marked, then) is not None


def test_other_words_in_the_same_place_are_others() -> None:
    """What replaces the words is not taken for them."""
    doc: Doc[Any] = Doc(client_id=7)
    log: list[bytes] = []
    doc.observe(lambda event: log.append(event.update))
    text = doc.get("text", type=Text)
    text += "rain falls"
    marked = range_of_offsets(weave_of(log).text("text"), 1, 5, 10)
    del text[5:10]
    text += "rises"
    assert now(weave_of(log), marked, 1) is None


def test_restored_words_are_followed_however_often() -> None:
    """Units repeated by units repeated by units: the order in which they are told does not matter."""
    doc: Doc[Any] = Doc(client_id=7)
    log: list[bytes] = []
    doc.observe(lambda event: log.append(event.update))
    text = doc.get("text", type=Text)
    text += "abcdef"
    marked = range_of_offsets(weave_of(log).text("text"), 1, 1, 5)
    for _ in range(2):
        del text[0 : len(text)]
        text.insert(0, "xbcdez")
        del text[5:6]
        del text[0:1]
    restored = [Restored(7, 7, 4, 7, 1), Restored(7, 13, 4, 7, 7)]
    for told in (restored, restored[::-1]):
        found = now(weave_of(log), marked, 1, told)
        assert found is not None
        assert (found.text, found.first, found.last) == ("bcde", (7, 13), (7, 16))


def test_relative_positions_at_the_ends_of_a_text() -> None:
    """Without a unit: the end of the text, or with a negative side its start; in this text, not in another."""
    doc: Doc[Any] = Doc(client_id=7)
    doc["text"] = Text("rain falls")
    text = weave_of([doc.get_update()]).text("text")
    start, end = RelativePosition(None, "text", -1), RelativePosition(None, "text", 0)
    assert range_of_positions(text, "text", 1, start, end).text == "rain falls"
    assert range_of_positions(text, "text", 1, RelativePosition((7, 4), None, -1), end).text == "falls"
    assert range_of_positions(text, "text", 1, RelativePosition((7, 4), "text", 0), end).text == " falls"
    for first, last in (
        (end, start),
        (start, start),
        (start, RelativePosition(None, "other", 0)),
        (start, RelativePosition(None, None, 0)),
        (start, RelativePosition((7, 10), "text", 0)),
        (start, RelativePosition((8, 0), "text", 0)),
    ):
        with pytest.raises(Invalid):
            range_of_positions(text, "text", 1, first, last)
