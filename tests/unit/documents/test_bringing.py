"""Who wrote the words of an entry that was removed and came back, as an undo in an editor brings it back."""

from __future__ import annotations

from typing import Any

from pycrdt import Doc, Map, Text

from core.crdt.apply import apply_updates
from core.crdt.undoing import Reason
from core.documents.authors import set_by, text_at
from core.documents.difference import difference
from core.documents.telling import told
from core.documents.undoing import nothing_of, without
from tests.unit.documents.test_authors import ADA, MINA, Desk, verse

PATH = ("sections", "v1", "lyrics")


def blamed(desk: Desk, version: int) -> list[tuple[str, str]]:
    """Return the words of the verse by name of their author."""
    history = desk.history
    found = text_at(desk.kind, history.weave, PATH, version)
    assert found is not None
    text = found[1]
    words = text.text_at(version)
    names = {ADA: "Ada", MINA: "Mina"}
    return [
        (words[run.start : run.stop], names[history.people[run.author]]) for run in text.blame(version, history.writers)
    ]


def test_words_keep_their_authors_when_a_removal_is_undone() -> None:
    """P5: whoever takes back that a section was removed has not written it, however often; what is new is one's own."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse("cold rain"))
    desk.patch(MINA, sections=verse("cold rain falls"))
    before = blamed(desk, desk.history.version)
    assert before == [("cold rain", "Ada"), (" falls", "Mina")]
    for _ in range(2):
        desk.patch(MINA, sections={})
        assert text_at(desk.kind, desk.history.weave, PATH, desk.history.version) is None
        desk.patch(MINA, sections=verse("cold rain falls"))
        assert blamed(desk, desk.history.version) == before
    written = desk.patch(ADA, sections=verse("cold rain falls here"))
    assert blamed(desk, written) == [*before, (" here", "Ada")]
    assert blamed(desk, 2) == before


def test_what_changed_meanwhile_is_told_as_its_authors() -> None:
    """Between two versions, with a removal and its undo in between, new words are whose they are."""
    desk = Desk("song")
    old = desk.patch(ADA, sections=verse("cold rain"))
    falls = desk.patch(MINA, sections=verse("cold rain falls"))
    desk.patch(ADA, sections={})
    new = desk.patch(ADA, sections=verse("cold rain falls"))
    history = desk.history
    changes = difference(desk.kind, *(desk.kind.to_json(history.document_at(version)) for version in (old, new)))
    (lyrics,) = told(desk.kind, history.weave, changes, old, new, history.writers)
    assert [span[1:] for span in lyrics.spans if span.change != "equal"] == [(" falls", falls)]


def test_what_is_typed_on_in_the_same_breath_is_ones_own() -> None:
    """An offline tab sends the undo and what was typed afterwards as one edit."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse("cold rain"))
    desk.patch(MINA, sections={})
    desk.patch(MINA, sections=verse("cold rains"))
    assert blamed(desk, desk.history.version) == [("cold rain", "Ada"), ("s", "Mina")]


def test_another_text_in_its_place_is_its_authors() -> None:
    """Only the same words are those that were removed."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse("cold rain"))
    desk.patch(MINA, sections={})
    desk.patch(MINA, sections=verse("old rain"))
    assert blamed(desk, desk.history.version) == [("old rain", "Mina")]


def test_values_keep_their_authors_too() -> None:
    """What is set in a section that came back is whose it was; of one that differs in anything, nothing is."""
    desk = Desk("song")
    first = desk.patch(ADA, sections=verse("rain", bars=8))
    for bars, expected in ((8, first), (16, None)):
        desk.patch(MINA, sections={})
        now = desk.patch(MINA, sections=verse("rain", bars=bars))
        for key in ("bars", "name"):
            path = ("sections", "v1", key)
            assert set_by(desk.kind, desk.history.weave, path, now) == (expected or now)


def test_a_letter_that_came_just_before_the_removal_changes_nothing() -> None:
    """Whoever removed it had not seen the letter, and their undo does not bring it back."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse("cold rain"))
    here: Doc[Any] = Doc(client_id=77)
    apply_updates(here, [desk.history.copy(1, client_id=78).get_update()])
    there = desk.history.copy(1, client_id=79)
    for doc, person, change in (
        (there, MINA, lambda doc: _text(doc).insert(9, "!")),
        (here, ADA, lambda doc: doc.get("sections", type=Map).pop("v1")),
    ):
        before = doc.get_state()
        change(doc)
        desk.store(person, doc.get_update(before))
    before = here.get_state()
    desk.kind.edit(here, {**desk.kind.to_json(here), "sections": verse("cold rain")})
    version = desk.store(ADA, here.get_update(before))
    assert blamed(desk, version) == [("cold rain", "Ada")]
    text = text_at(desk.kind, desk.history.weave, PATH, version)
    assert text is not None
    assert set(text[1].written.tolist()) == {1}


def _text(doc: Doc[Any]) -> Text:
    return doc.get("sections", type=Map)["v1"]["lyrics"]


def test_taking_back_who_brought_it_back_leaves_what_others_wrote() -> None:
    """P5: her section, removed and brought back with his words in it, stays when all she did is taken back."""
    desk = Desk("song")
    first = desk.patch(ADA, sections=verse("cold rain"))
    desk.patch(MINA, sections=verse("cold rain falls"))
    removed = desk.patch(ADA, sections={})
    again = desk.patch(ADA, sections=verse("cold rain falls"))
    mask = nothing_of(desk.history)
    mask[[first, removed, again]] = True
    left = without(desk.kind, desk.history, desk.history.version, mask)
    assert " falls" in left.content["sections"]["v1"]["lyrics"]
    assert [stay.reason for stay in left.stays] == [Reason.WRITTEN_IN_SINCE]
