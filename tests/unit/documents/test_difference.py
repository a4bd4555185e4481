"""Differences between two states of a document: complete, and as small as a person would say them."""

from __future__ import annotations

import random
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc

from core.crdt import words
from core.crdt.words import TextSpan, word_spans
from core.documents.difference import Change, difference
from core.documents.kinds import KINDS, kind_named

SONG = kind_named("song")
LYRICS = ["rain", "sun", "雨", "a/b", "~"]


def song(**fields: Any) -> dict[str, Any]:
    """Return the JSON of a song with these fields, as the product would read it."""
    doc: Doc[Any] = Doc()
    SONG.edit(doc, {"title": "Rain", "bpm": 96, **fields})
    return SONG.to_json(doc)


def section(name: str, lyrics: str = "", *, pos: str) -> dict[str, Any]:
    """Return a section."""
    return {"name": name, "kind": "verse", "lyrics": lyrics, "pos": pos}


def brief(changes: list[Change]) -> list[tuple[Any, ...]]:
    """Return path, change, old and new of each."""
    return [(change.path, change.change, change.old, change.new) for change in changes]


def apply_changes(content: dict[str, Any], changes: list[Change]) -> dict[str, Any]:
    """Carry the changes out on JSON, the slow and obvious way; moves are checked by the order of the keys."""
    result = deepcopy(content)
    orders: dict[str, list[tuple[int, str]]] = {}
    for change in changes:
        *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in change.path.split("/")[1:]]
        holder = result
        for part in parents:
            holder = holder[part]
        match change.change:
            case "remove":
                assert holder.pop(last) == change.old
            case "add":
                assert last not in holder
                holder[last] = change.new
            case "move":
                orders.setdefault("/".join(parents), []).append((change.new, last))
            case _:
                assert holder[last] == change.old
                holder[last] = change.new
    return result


def test_equal_documents_do_not_differ() -> None:
    """Nothing is said where nothing changed, for every kind."""
    for kind in KINDS.values():
        doc: Doc[Any] = Doc()
        doc.apply_update(kind.first_content(title="Same", client_id=5))
        assert difference(kind, kind.to_json(doc), kind.to_json(doc)) == []


def test_fields_texts_and_records() -> None:
    """A number is set, a text changes by word, a field of a record is named with its path."""
    old = song(producer_notes="warm and slow", style={"vocals": "duet"})
    new = song(bpm=101, producer_notes="warm and fast", style={"vocals": "choir"})
    assert brief(difference(SONG, old, new)) == [
        ("/bpm", "set", 96, 101),
        ("/style/vocals", "set", "duet", "choir"),
        ("/producer_notes", "text", "warm and slow", "warm and fast"),
    ]
    assert difference(SONG, old, new)[2].spans == (
        TextSpan("equal", "warm and "),
        TextSpan("delete", "slow"),
        TextSpan("insert", "fast"),
    )


def test_a_moved_section_is_one_move() -> None:
    """Moved by id: neither removed and added, nor are its neighbours said to move; its words are compared too."""
    old = song(sections={"a": section("A", pos="V"), "b": section("B", pos="X"), "c": section("C", "rain", pos="Z")})
    new = song(sections={"a": section("A", pos="V"), "b": section("B", pos="X"), "c": section("C", "sun", pos="B")})
    assert brief(difference(SONG, old, new)) == [
        ("/sections/c", "move", 2, 0),
        ("/sections/c/lyrics", "text", "rain", "sun"),
    ]


def test_a_new_place_in_the_same_order_is_no_move() -> None:
    """Only the order counts: two people may have renumbered."""
    old = song(sections={"a": section("A", pos="V"), "b": section("B", pos="X")})
    new = song(sections={"a": section("A", pos="V1"), "b": section("B", pos="Z")})
    assert difference(SONG, old, new) == []


def test_added_and_removed_sections_and_traits() -> None:
    """What came and went is told whole."""
    old = song(sections={"a": section("A", pos="V")})
    new = song(sections={"b": section("B", pos="V")})
    removed, added = difference(SONG, old, new)
    assert (removed.path, removed.change, removed.old["name"], removed.new) == ("/sections/a", "remove", "A", None)
    assert (added.path, added.change, added.old, added.new["name"]) == ("/sections/b", "add", None, "B")


def random_song(chance: random.Random) -> dict[str, Any]:
    """Return a song of random sections, a few ids in any order."""
    keys = chance.sample("abcdefgh", chance.randrange(8))
    sections = {
        key: section(
            chance.choice("XYZ"), " ".join(chance.choices(["rain", "sun", "雨", "a/b", "~"], k=5)), pos=f"V{at + 1}"
        )
        for at, key in enumerate(keys)
    }
    tags = chance.sample(["warm", "dark", "lo-fi"], chance.randrange(4))
    return song(bpm=chance.randrange(20, 300), sections=sections, style={"tags": tags, "prompt": chance.choice("pq")})


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_changes_lead_from_one_to_the_other(seed: int) -> None:
    """Whatever differs is said: carried out on the old JSON the changes give the new one."""
    chance = random.Random(seed)
    old, new = random_song(chance), random_song(chance)
    changes = difference(SONG, old, new)
    result = apply_changes(old, changes)
    # Places are told by moves, as order: compare everything else.
    for content in (result, new):
        for entry in content["sections"].values():
            entry["pos"] = None
    assert result == new
    kept = [key for key in old["sections"] if key in new["sections"]]
    moved = {change.path.split("/")[2] for change in changes if change.change == "move"}
    still = [key for key in new["sections"] if key in kept and key not in moved]
    assert still == [key for key in kept if key not in moved]


WORDS = st.lists(st.sampled_from(["rain", " ", "\n", "don't", "雨", "🎧", "-", "well-kept"]), max_size=40).map("".join)


@given(WORDS, WORDS)
def test_spans_spell_both_texts(old: str, new: str) -> None:
    """Nothing of either text is lost, and changes alternate: at most one deletion, then one insertion."""
    spans = word_spans(old, new)
    assert "".join(span.text for span in spans if span.change != "insert") == old
    assert "".join(span.text for span in spans if span.change != "delete") == new
    order = [span.change for span in spans]
    assert all(first != second for first, second in pairwise(order))
    assert ("insert", "delete") not in list(pairwise(order))


def test_words_not_letters() -> None:
    """A word that changed by one letter is replaced as a word; a phrase as a phrase; CJK by character."""
    changed = [
        (("the rain falls", "the train falls"), ("rain", "train")),
        (("a red car b", "a blue bus b"), ("red car", "blue bus")),
        (("大雨が", "大雪が"), ("雨", "雪")),
    ]
    for (old, new), (deleted, inserted) in changed:
        assert word_spans(old, new)[1:3] == [TextSpan("delete", deleted), TextSpan("insert", inserted)]


@pytest.mark.parametrize("cells", [0, 60])
def test_large_texts_cost_no_more_than_the_bound(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound lines are compared, and beyond that the whole text is replaced; both still spell both texts."""
    monkeypatch.setattr(words, "DIFFERENCE_CELLS_MAX", cells)
    old, new = "one two three\nfour five\nsix\n", "one two three\nfour 5\nsix\nseven\n"
    spans = word_spans(old, new)
    assert "".join(span.text for span in spans if span.change != "insert") == old
    assert "".join(span.text for span in spans if span.change != "delete") == new
    assert (spans[0] == TextSpan("equal", "one two three\nfour ")) == (cells > 0)


@given(st.text(alphabet="a \n\r\x0b\u2028雨'’-b🎧.\t_é", max_size=30))
def test_a_text_is_taken_apart_line_by_line(text: str) -> None:
    """No token reaches over a line end: the parts are those of the whole, and spell it."""
    assert words.tokens_of(text) == words.TOKEN.findall(text)
    assert "".join(words.tokens_of(text)) == text
