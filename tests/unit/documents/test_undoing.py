"""Taking back what some versions did and keeping all others: the same as if they had not been."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.crdt.undoing import Reason
from core.documents.kinds import kind_named
from core.documents.undoing import Without, nothing_of, without
from tests.unit.documents.strategies import KIND_AND_TWO
from tests.unit.documents.test_authors import ADA, MINA, Desk, verse
from tests.unit.documents.test_difference import random_song


def undone(desk: Desk, *versions: int) -> Without:
    """Return the newest version without these."""
    mask = nothing_of(desk.history)
    mask[list(versions)] = True
    return without(desk.kind, desk.history, desk.history.version, mask)


def now(desk: Desk) -> dict[str, Any]:
    """Return what the document says."""
    return desk.kind.to_json(desk.history.document_at(desk.history.version))


@settings(max_examples=40)
@given(drawn=KIND_AND_TWO)
def test_without_nothing_it_is_the_version(drawn: Any) -> None:
    """Every version read from the woven history is letter by letter what the document says."""
    kind, first, second = drawn
    desk = Desk(kind.name)
    for content in (first, second, first):
        desk.edit(ADA, lambda doc, content=content: kind.edit(doc, content))
    for version in range(1, desk.history.version + 1):
        found = without(kind, desk.history, version, nothing_of(desk.history))
        shown = kind.to_json(desk.history.document_at(version))
        assert json.dumps(found.content) == json.dumps(shown)
        assert found.stays == []


@settings(max_examples=40)
@given(drawn=KIND_AND_TWO)
def test_without_the_newest_version_it_is_the_one_before(drawn: Any) -> None:
    """What one version did is taken back whole, in every kind of field: set, typed, added, removed, moved."""
    kind, first, second = drawn
    desk = Desk(kind.name)
    desk.edit(ADA, lambda doc: kind.edit(doc, first))
    before = now(desk)
    version = desk.edit(MINA, lambda doc: kind.edit(doc, second))
    assert undone(desk, version).content == before
    assert undone(desk, version).stays == []


def test_a_value_goes_back_to_the_last_one_that_stays() -> None:
    """Set by who is undone: the value before. Set again by somebody else: it stays, and is named."""
    desk = Desk("song")
    desk.patch(MINA, bpm=96, title="Rain")
    desk.patch(ADA, bpm=101, title="Sun")
    desk.patch(ADA, bpm=105)
    assert undone(desk, 2, 3).content["bpm"] == 96
    assert undone(desk, 3).content["bpm"] == 101
    last = desk.patch(MINA, bpm=110)
    found = undone(desk, 2, 3)
    assert (found.content["bpm"], found.content["title"]) == (110, "Rain")
    assert found.stays == [("/bpm", last, Reason.SET_SINCE)]


def test_words_of_others_stay() -> None:
    """Ada's words go and what she deleted comes back; Mina's, before and after, stay where they are."""
    desk = Desk("song")
    desk.patch(MINA, sections=verse("rain falls on the roof"))
    desk.patch(ADA, sections=verse("soft rain falls"))
    desk.patch(MINA, sections=verse("soft rain falls and sings"))
    found = undone(desk, 2)
    assert found.content["sections"]["v1"]["lyrics"] in (
        "rain falls on the roof and sings",
        "rain falls and sings on the roof",
    )
    assert found.stays == []


def test_an_entry_that_others_wrote_in_stays() -> None:
    """Added by Ada and written in by Mina: it stays with all it holds, and is named. Otherwise it goes."""
    desk = Desk("song")
    desk.patch(MINA, title="Rain")
    added = desk.patch(ADA, sections={**verse("rain"), "v2": {"name": "Two", "lyrics": "sun", "pos": "W"}})
    written = desk.patch(
        MINA, sections={**now(desk)["sections"], "v1": {**now(desk)["sections"]["v1"], "lyrics": "rain!"}}
    )
    found = undone(desk, added)
    assert found.content["sections"] == {"v1": now(desk)["sections"]["v1"]}
    assert found.stays == [("/sections/v1", written, Reason.WRITTEN_IN_SINCE)]


def test_an_entry_that_was_removed_comes_back_whole() -> None:
    """With its fields, its place and its words; what somebody else removed stays away, and is named."""
    desk = Desk("song")
    desk.patch(MINA, sections={**verse("rain", bars=8), "v2": {"name": "Two", "lyrics": "sun", "pos": "W"}})
    before = now(desk)["sections"]
    gone = desk.patch(ADA, sections={"v2": before["v2"]})
    assert undone(desk, gone).content["sections"] == before
    changed = desk.patch(ADA, sections={"v2": {**before["v2"], "lyrics": "sunny"}})
    removed = desk.patch(MINA, sections={})
    found = undone(desk, changed)
    assert found.content["sections"] == {}
    assert found.stays == [("/sections/v2", removed, Reason.REMOVED_SINCE)]


def test_a_move_goes_back() -> None:
    """Undone, a section stands where it stood; labels too."""
    desk = Desk("song")
    desk.patch(MINA, sections={**verse("rain"), "v2": {"name": "Two", "pos": "W"}}, genres=["pop", "rock", "soul"])
    before = now(desk)
    moved = desk.patch(ADA, sections={"v1": {**before["sections"]["v1"], "pos": "X"}, "v2": before["sections"]["v2"]})
    assert list(now(desk)["sections"]) == ["v2", "v1"]
    assert list(undone(desk, moved).content["sections"]) == ["v1", "v2"]
    ordered = desk.patch(ADA, genres=["soul", "pop", "rock"])
    assert undone(desk, ordered).content["genres"] == ["pop", "rock", "soul"]


def test_what_others_deleted_too_stays_away() -> None:
    """Words that Ada wrote and Mina deleted are not Ada's to take back: they are named, not brought back."""
    desk = Desk("song")
    desk.patch(MINA, producer_notes="warm")
    wrote = desk.patch(ADA, producer_notes="warm and dry")
    deleted = desk.patch(MINA, producer_notes="warm")
    found = undone(desk, wrote)
    assert found.content["producer_notes"] == "warm"
    assert found.stays == [("/producer_notes", deleted, Reason.REMOVED_SINCE)]


@pytest.mark.parametrize("kind", ["song", "note"])
def test_notes_and_songs_alike(kind: str) -> None:
    """A note's title and text are taken back as any other's; its other roots stay."""
    desk = Desk(kind)
    text = "text" if kind == "note" else "producer_notes"
    desk.patch(MINA, title="Rain", **{text: "rain 🎧 falls"})
    changed = desk.patch(ADA, title="Sun", **{text: "rain falls"})
    found = undone(desk, changed)
    assert (found.content["title"], found.content[text]) == ("Rain", "rain 🎧 falls")


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_taking_back_one_of_several_people_leaves_what_the_others_did(seed: int) -> None:
    """An oracle that replays without a person: the same, where everybody edits places of their own."""
    chance = random.Random(seed)
    desk, oracle = Desk("song"), Desk("song")
    start = {"title": "Rain", "sections": {f"{who}{n}": random_section(chance) for who in "am" for n in range(2)}}
    for one in (desk, oracle):
        one.patch(MINA, **start)
    undo = []
    for _ in range(chance.randrange(1, 12)):
        person, who = chance.choice([(ADA, "a"), (MINA, "m")])
        change = own_change(chance, who)
        version = desk.edit(person, lambda doc, change=change: desk.kind.edit(doc, change(desk.kind.to_json(doc))))
        if person == ADA:
            undo.append(version)
        else:
            oracle.edit(person, lambda doc, change=change: oracle.kind.edit(doc, change(oracle.kind.to_json(doc))))
    found = undone(desk, *undo)
    assert found.content == now(oracle)
    assert found.stays == []


def random_section(chance: random.Random) -> dict[str, Any]:
    """Return some section, which is never the same as another: that would be taken for one that came back."""
    words = ["rain", "sun", "🎧", "Müller", "slow"]
    return {
        "name": f"{chance.choice(words)} {chance.randrange(10**9)}",
        "bars": chance.choice([None, 4, 8]),
        "lyrics": " ".join(chance.choices(words, k=chance.randrange(6))),
        "pos": chance.choice("ABCDEFG"),
    }


def own_change(chance: random.Random, who: str) -> Any:
    """Return a change to fields and sections that nobody but this person touches."""
    field, value = chance.choice(
        [("bpm", chance.randrange(60, 180)), ("key", chance.choice("CDE"))]
        if who == "a"
        else [("mode", chance.choice(["major", "dorian"])), ("producer_notes", random_section(chance)["lyrics"])]
    )
    section, key = random_section(chance), f"{who}{chance.randrange(3)}"
    kind = chance.randrange(3)
    words = random_section(chance)["lyrics"]

    def change(content: dict[str, Any]) -> dict[str, Any]:
        sections = dict(content["sections"])
        match kind:
            case 0:
                return {**content, field: value}
            case 1 if key in sections and chance_of(words):
                del sections[key]
            case 2 if key in sections:
                sections[key] = {**sections[key], "lyrics": words}
            case _:
                sections[key] = section
        return {**content, "sections": sections}

    return change


def chance_of(words: str) -> bool:
    """Return the same for the same words, so that the oracle decides alike."""
    return len(words) % 2 == 0


def test_a_mask_of_nothing_changes_nothing() -> None:
    """No version named: nothing is taken back."""
    desk = Desk("song")
    desk.patch(ADA, **random_song(random.Random(1)))
    assert not np.any(nothing_of(desk.history))
    assert undone(desk).content == now(desk)
    assert kind_named("song") is desk.kind
