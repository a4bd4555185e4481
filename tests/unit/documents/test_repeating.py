"""Who wrote the words of an entry that was removed and came back, as an undo in an editor brings it back."""

from __future__ import annotations

from core.documents.repeating import credited_text
from tests.unit.documents.test_authors import ADA, MINA, Desk, verse

PATH = ("sections", "v1", "lyrics")


def blamed(desk: Desk, version: int) -> list[tuple[str, str]]:
    """Return the words of the verse by name of their author."""
    history = desk.history
    text = credited_text(desk.kind, history.weave, PATH, version)
    assert text is not None
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
        assert credited_text(desk.kind, desk.history.weave, PATH, desk.history.version) is None
        desk.patch(MINA, sections=verse("cold rain falls"))
        assert blamed(desk, desk.history.version) == before
    written = desk.patch(ADA, sections=verse("cold rain falls here"))
    assert blamed(desk, written) == [*before, (" here", "Ada")]
    assert blamed(desk, 2) == before


def test_another_text_in_its_place_is_its_authors() -> None:
    """Only the same words are those that were removed."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse("cold rain"))
    desk.patch(MINA, sections={})
    desk.patch(MINA, sections=verse("cold rains"))
    assert blamed(desk, desk.history.version) == [("cold rains", "Mina")]
