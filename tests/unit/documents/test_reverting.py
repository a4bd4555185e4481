"""P5: a revert is a new edit, and the words and values it brings back keep their first author."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Map, Text

from core.crdt.weave import Mask
from core.documents.authors import set_by, text_at
from core.documents.note import TEXT_ROOT
from core.documents.reverting import Plan, plan_restore, plan_undo, trace, write
from core.documents.undoing import nothing_of
from tests.unit.documents.test_authors import ADA, LYRICS, MINA, Desk, verse
from tests.unit.documents.test_difference import random_song


def carry_out(desk: Desk, plan: Plan) -> int:
    """Let Mina carry a plan out, and tell the history what that restored; return the new version."""
    assert plan.now == said(desk), "a plan is made on what the document says"
    written = write(desk.kind, desk.history, plan, 1000 + desk.history.version)
    # As it was written: what another document makes of it says less about it.
    now = desk.store(MINA, written.update)
    desk.edit(MINA, lambda doc: doc.apply_update(written.update), stores=False)
    desk.traced += [*written.restored, *trace(desk.history.weave, written.untraced, now)]
    desk.history.trace(desk.traced)
    return now


def revert(desk: Desk, version: int) -> int:
    """Let Mina bring a version back; return the new one."""
    return carry_out(desk, plan_restore(desk.kind, desk.history, version))


def words_by(desk: Desk, path: tuple[str, ...], version: int) -> list[tuple[str, int]]:
    """Return the words of a text with the number of their author."""
    found = text_at(desk.kind, desk.history.weave, path, version)
    assert found is not None
    shown = found[1].text_at(version)
    return [(shown[run.start : run.stop], run.author) for run in found[1].blame(version, desk.history.actors)]


def test_restored_words_and_values_are_their_first_authors() -> None:
    """Ada's words and her tempo come back as hers, although Mina reverted; Mina's later ones are gone."""
    desk = Desk("song")
    first = desk.patch(ADA, bpm=96, genres=["pop"], sections=verse("rain falls slowly"))
    desk.patch(MINA, bpm=101, genres=["rock"], sections=verse("sun falls"))
    now = revert(desk, first)
    assert words_by(desk, LYRICS, now) == [("rain falls slowly", 0)]
    for path in (("bpm",), ("genres", "pop")):
        assert set_by(desk.kind, desk.history.weave, path, now) == first


def test_a_section_that_comes_back_whole() -> None:
    """Removed and restored, everything in it belongs to who wrote it, though its containers are new."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse("rain", bars=8))
    first = desk.patch(MINA, sections=verse("rain here", bars=8))
    desk.patch(MINA, sections={})
    now = revert(desk, first)
    assert words_by(desk, LYRICS, now) == [("rain", 0), (" here", 1)]
    assert set_by(desk.kind, desk.history.weave, ("sections", "v1", "bars"), now) == 1


def test_what_other_programs_keep_in_a_note_is_no_obstacle() -> None:
    """Title and text come back; what a stock client has written in other roots since stays as it is now."""
    desk = Desk("note")
    first = desk.patch(ADA, title="Rain", text="rain falls")
    desk.edit(MINA, lambda doc: doc.get("map", type=Map).update({"theirs": 1}))
    desk.patch(MINA, title="Sun", text="sun")
    plan = plan_restore(desk.kind, desk.history, first)
    assert [change.path for change in plan.changes] == ["/title", "/text"]
    now = desk.kind.to_json(desk.history.document_at(carry_out(desk, plan)))
    assert now == {"title": "Rain", "text": "rain falls", "roots": {"map": {"theirs": 1}}}


def test_words_typed_while_a_revert_is_made() -> None:
    """They are their own author's, and what came back around them is still its first author's."""
    desk = Desk("song")
    first = desk.patch(ADA, sections={**verse("rain falls slowly here"), "v2": {"name": "Two", "lyrics": "gone"}})
    desk.patch(ADA, producer_notes="hum")
    desk.patch(MINA, sections=verse("sun falls"), producer_notes="x")
    plan = plan_restore(desk.kind, desk.history, first + 1)
    written = write(desk.kind, desk.history, plan, 77)
    # Meanwhile Mina types in the word that goes, and deletes letters that go as well.
    desk.patch(MINA, sections=verse("suxn falls"))
    desk.patch(MINA, sections=verse("x falls and more"), producer_notes="")
    again = desk.store(MINA, written.update)
    desk.history.trace([*written.restored, *trace(desk.history.weave, written.untraced, again)])
    found = words_by(desk, LYRICS, again)
    assert {word for text, author in found if author == 0 for word in text.split()} >= {"rain", "slowly", "here"}
    assert "x" in "".join(text for text, author in found if author == 1)
    assert words_by(desk, ("producer_notes",), again) == [("hum", 0)]
    assert words_by(desk, ("sections", "v2", "lyrics"), again) == [("gone", 0)]


def test_a_revert_of_a_revert() -> None:
    """Both ways the first author stays the author."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse("rain"))
    second = desk.patch(MINA, sections=verse("sun"))
    back = revert(desk, 1)
    now = revert(desk, second)
    assert words_by(desk, LYRICS, back) == [("rain", 0)]
    assert words_by(desk, LYRICS, now) == words_by(desk, LYRICS, second)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_a_revert_says_what_the_version_said(seed: int) -> None:
    """After a revert the JSON is the version's, and a revert of the revert brings back what was before."""
    chance = random.Random(seed)
    desk = Desk("song")
    for person in (ADA, MINA, ADA):
        desk.patch(person, **{**random_song(chance), "title": chance.choice("ABC")})
    newest = desk.kind.to_json(desk.history.document_at(3))
    now = revert(desk, 1)
    assert desk.kind.to_json(desk.history.document_at(now)) == desk.kind.to_json(desk.history.document_at(1))
    again = revert(desk, 3)
    assert desk.kind.to_json(desk.history.document_at(again)) == newest
    # Every word that version 1 showed has the author it had then.
    for key in desk.kind.to_json(desk.history.document_at(1))["sections"]:
        path = ("sections", key, "lyrics")
        assert all(author == 0 for _, author in words_by(desk, path, 1))
    # What the first revert wrote again is Ada's or Mina's as before, never the reverter's for being the reverter.
    for key in newest["sections"]:
        if newest["sections"][key]["lyrics"]:
            shown = words_by(desk, ("sections", key, "lyrics"), again)
            assert "".join(text for text, _ in shown) == newest["sections"][key]["lyrics"]


def undo(desk: Desk, *versions: int, path: tuple[str, ...] = ()) -> int:
    """Let Mina take versions back; return the new one."""
    return carry_out(desk, plan_undo(desk.kind, desk.history, those(desk, *versions), path))


def those(desk: Desk, *versions: int) -> Mask:
    """Return the mask of some versions."""
    chosen = nothing_of(desk.history)
    chosen[list(versions)] = True
    return chosen


def said(desk: Desk, version: int | None = None) -> dict[str, Any]:
    """Return the JSON of a version, the newest by default."""
    return desk.kind.to_json(desk.history.document_at(version or desk.history.version))


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_an_undo_is_its_plan_and_its_undo_restores(seed: int) -> None:
    """What was previewed is what happens; taking the undo back gives what was before it, with the same authors."""
    chance = random.Random(seed)
    desk = Desk("song")
    for _ in range(chance.randrange(2, 6)):
        desk.patch(chance.choice([ADA, MINA]), **{**random_song(chance), "title": chance.choice("ABC")})
    before = desk.history.version
    versions = chance.sample(range(2, before + 1), chance.randrange(1, before))
    plan = plan_undo(desk.kind, desk.history, those(desk, *versions))
    now = carry_out(desk, plan)
    assert said(desk) == plan.target
    again = plan_undo(desk.kind, desk.history, those(desk, *versions))
    assert again.changes == [], "what is taken back is taken back once"
    undo(desk, now)
    assert said(desk) == said(desk, before)
    for key in said(desk)["sections"]:
        path = ("sections", key, "lyrics")
        assert words_by(desk, path, desk.history.version) == words_by(desk, path, before)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_what_others_type_meanwhile_stays(seed: int) -> None:
    """A plan is merged with what comes before it is carried out: all of both is there, and every order converges."""
    chance = random.Random(seed)
    desk = Desk("song")
    words = ["rain ", "sun ", "🎧 ", "slow "]
    for person in (MINA, ADA, MINA):
        desk.patch(person, sections=verse("".join(chance.choices(words, k=6))), bpm=chance.randrange(90, 99))
    plan = plan_undo(desk.kind, desk.history, those(desk, 2))
    written = write(desk.kind, desk.history, plan, 77)
    other = desk.history.copy(desk.history.version, client_id=78)
    typed: list[bytes] = []
    other.observe(lambda event: typed.append(event.update))
    desk.kind.edit(other, {**desk.kind.to_json(other), "title": "typed", "producer_notes": "meanwhile"})
    results = []
    for updates in ([*typed, written.update], [written.update, *typed]):
        doc = desk.history.copy(desk.history.version, client_id=79)
        for update in updates:
            doc.apply_update(update)
        results.append(desk.kind.to_json(doc))
    assert results[0] == results[1] == {**plan.target, "title": "typed", "producer_notes": "meanwhile"}


def test_a_part_is_taken_back() -> None:
    """Only at the path: what the same version did elsewhere stays."""
    desk = Desk("song")
    desk.patch(MINA, bpm=96, sections=verse("rain"))
    version = desk.patch(ADA, bpm=101, sections=verse("sun"))
    undo(desk, version, path=LYRICS)
    assert (said(desk)["bpm"], said(desk)["sections"]["v1"]["lyrics"]) == (101, "rain")
    assert words_by(desk, LYRICS, desk.history.version) == [("rain", 0)]


def test_an_undo_after_an_undo_doubles_nothing() -> None:
    """Words that one undo brought back are there once, also when another undo would bring them back too."""
    desk = Desk("song")
    desk.patch(MINA, producer_notes="warm and dry")
    cut = desk.patch(ADA, producer_notes="warm")
    undo(desk, cut)
    assert said(desk)["producer_notes"] == "warm and dry"
    assert plan_undo(desk.kind, desk.history, those(desk, cut)).changes == []


def test_anchors_of_what_stays_are_not_touched() -> None:
    """A revert writes no unit that is there already: the middle of a text keeps its names."""
    desk = Desk("song")
    first = desk.patch(MINA, producer_notes="one two three four five")
    desk.patch(ADA, producer_notes="one three 🎧 five six")
    text = desk.history.weave.text("producer_notes")
    both = text.mask_at(first) & text.mask_at(2)
    kept = set(zip(text.client_ids[both].tolist(), text.clocks[both].tolist(), strict=True))
    now = revert(desk, first)
    text = desk.history.weave.text("producer_notes")
    here = text.mask_at(now)
    shown = set(zip(text.client_ids[here].tolist(), text.clocks[here].tolist(), strict=True))
    assert said(desk)["producer_notes"] == "one two three four five"
    assert kept
    assert kept <= shown


def test_a_revert_looks_for_no_place_in_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of places are written where the history knows them to be: the library would count to each from the
    start.
    """
    desk = Desk("song")
    lines = [f"line {number} of the notes" for number in range(200)]
    first = desk.patch(ADA, producer_notes="\n".join(lines))
    for number in range(0, 200, 20):
        lines[number] = "another one"
        desk.patch(MINA, producer_notes="\n".join(lines))
    with monkeypatch.context() as patch:
        patch.setattr(Text, "insert", None)
        patch.setattr(Text, "__delitem__", None)
        written = write(desk.kind, desk.history, plan_restore(desk.kind, desk.history, first), 77)
    assert not written.untraced.texts
    desk.store(MINA, written.update)
    assert said(desk) == said(desk, first)


def test_formatted_words_of_a_note_come_back() -> None:
    """What only the library can write is written by it, in one update with the rest."""
    desk = Desk("note")
    first = desk.patch(ADA, title="Rain", text="rain falls slowly")
    desk.edit(MINA, lambda doc: doc.get(TEXT_ROOT, type=Text).format(0, 4, {"bold": True}))
    desk.patch(MINA, title="Sun", text="rain falls")
    now = revert(desk, first)
    assert said(desk, now) == said(desk, first)
    assert [author for _, author in words_by(desk, ("text",), now)] == [0]
