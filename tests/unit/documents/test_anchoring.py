"""Where threads stand when the entry they are in was removed and came back, as an undo in an editor brings it back."""

from __future__ import annotations

from uuid import UUID

from core.aggregates.comment import Anchor
from core.documents.anchoring import Standing, mark_offsets, standing
from tests.unit.documents.test_authors import ADA, MINA, Desk, verse

WORDS = "rain falls softly 🌧"


def marked(desk: Desk, start: int, stop: int) -> Anchor:
    """Mark words of the verse as they are now."""
    found = mark_offsets(desk.kind, desk.history, "/sections/v1/lyrics", desk.history.version, start, stop)
    return Anchor(UUID(int=9), "/sections/v1/lyrics", found.quote, found.units, found.position)


def now(desk: Desk, anchor: Anchor) -> Standing:
    """Return where the thread is now."""
    (found,) = standing(desk.kind, desk.history, [anchor])
    return found


def test_words_of_a_removed_section_come_back_with_it() -> None:
    """Removed, brought back, however often, and written on between: the words are found in the new text."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse("cold rain falls"))
    desk.patch(MINA, sections=verse(WORDS))
    anchor = marked(desk, 5, 10)
    assert anchor.quote == "falls"
    words = WORDS
    for opening in ("Late ", "So "):
        desk.patch(ADA, sections={})
        assert now(desk, anchor).is_orphaned
        desk.patch(ADA, sections=verse(words))
        found = now(desk, anchor)
        assert found.words is not None
        assert (found.words.text, found.words.start) == ("falls", words.index("falls"))
        words = opening + words
        desk.patch(MINA, sections=verse(words))
    found = now(desk, anchor)
    assert found.words is not None
    assert (found.words.text, found.words.start) == ("falls", words.index("falls"))


def test_words_deleted_before_the_section_was_removed_do_not_come_back_with_it() -> None:
    """What was no part of the text any more is nowhere."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse(WORDS))
    anchor = marked(desk, 5, 10)
    desk.patch(ADA, sections=verse("rain softly"))
    desk.patch(ADA, sections={})
    desk.patch(ADA, sections=verse("rain softly"))
    assert now(desk, anchor).is_orphaned


def test_another_section_under_the_same_key_is_another() -> None:
    """Other words are not taken for those that were removed, even when they hold the same word."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse(WORDS))
    anchor = marked(desk, 5, 10)
    desk.patch(ADA, sections={})
    desk.patch(MINA, sections=verse("snow falls"))
    assert now(desk, anchor).is_orphaned
