"""P5: a revert is a new edit, and the words and values it brings back keep their first author."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc

from core.documents.authors import set_by, text_at
from core.documents.difference import difference
from core.documents.restoring import restored
from tests.unit.documents.test_authors import ADA, LYRICS, MINA, Desk, verse
from tests.unit.documents.test_difference import random_song


def revert(desk: Desk, version: int) -> int:
    """Let Mina bring a version back, and tell the history what that restored; return the new version."""
    target = desk.kind.to_json(desk.history.document_at(version))
    before = desk.kind.to_json(desk.history.document_at(desk.history.version))
    changes = difference(desk.kind, before, target)
    now = desk.edit(MINA, lambda doc: desk.kind.edit(doc, target))
    desk.traced += restored(desk.kind, desk.history.weave, changes, first=version, again=now)
    desk.history.trace(desk.traced)
    return now


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


def test_words_typed_while_a_revert_is_made() -> None:
    """They are their own author's, and what came back around them is still its first author's."""
    desk = Desk("song")
    first = desk.patch(ADA, sections=verse("rain falls slowly here"), producer_notes="hum")
    base = desk.patch(MINA, sections=verse("sun falls"), producer_notes="x")
    target = desk.kind.to_json(desk.history.document_at(first))
    changes = difference(desk.kind, desk.kind.to_json(desk.history.document_at(base)), target)
    beside: Doc[Any] = Doc(client_id=77)
    beside.apply_update(desk._doc.get_update())
    updates: list[bytes] = []
    beside.observe(lambda event: updates.append(event.update))
    desk.kind.edit(beside, target)
    # Meanwhile Mina types in the word that goes, and deletes letters that go as well.
    desk.patch(MINA, sections=verse("suxn falls"))
    desk.patch(MINA, sections=verse("x falls and more"), producer_notes="")
    again = desk.store(MINA, updates[0])
    desk.history.trace(restored(desk.kind, desk.history.weave, changes, first=first, again=again, base=base))
    found = words_by(desk, LYRICS, again)
    assert {word for text, author in found if author == 0 for word in text.split()} >= {"rain", "slowly", "here"}
    assert "x" in "".join(text for text, author in found if author == 1)
    assert words_by(desk, ("producer_notes",), again) == [("hum", 0)]


def test_a_revert_of_a_revert() -> None:
    """Both ways the first author stays the author."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse("rain"))
    second = desk.patch(MINA, sections=verse("sun"))
    back = revert(desk, 1)
    now = revert(desk, second)
    assert words_by(desk, LYRICS, back) == [("rain", 0)]
    assert words_by(desk, LYRICS, now) == words_by(desk, LYRICS, second)


@settings(max_examples=40, deadline=None)
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
