"""Where threads stand when the entry they are in was removed and came back, as an undo in an editor brings it back."""

from __future__ import annotations

from uuid import UUID

import pytest

from core.aggregates.comment import Anchor
from core.crdt.anchors import RelativePosition
from core.documents.anchoring import Standing, mark_between, mark_offsets, standing
from core.documents.authors import text_at
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


@pytest.mark.parametrize("steps", [("rain softly", None, "rain softly"), (None, "snow falls")])
def test_what_is_not_those_words_is_nowhere(steps: tuple[str | None, ...]) -> None:
    """Neither what was deleted before the section went, nor the same word in another one that took its place."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse(WORDS))
    anchor = marked(desk, 5, 10)
    for words in steps:
        desk.patch(ADA, sections={} if words is None else verse(words))
    assert now(desk, anchor).is_orphaned


def test_words_marked_before_the_section_was_removed_are_marked_in_the_new_text() -> None:
    """Whoever wrote their comment meanwhile marks the words where they are now, also from the start or to the end."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse(WORDS))
    path = ("sections", "v1", "lyrics")
    old = text_at(desk.kind, desk.history.weave, path, 1)
    assert old is not None
    units = list(zip(old[1].client_ids.tolist(), old[1].clocks.tolist(), strict=True))
    for _ in range(2):
        desk.patch(ADA, sections={})
        desk.patch(ADA, sections=verse(WORDS))
    places = {
        "falls": (RelativePosition(units[5], None, 0), RelativePosition(units[10], None, 0)),
        "rain falls": (RelativePosition(None, old[0], -1), RelativePosition(units[9], None, -1)),
        "softly 🌧": (RelativePosition(units[11], None, 0), RelativePosition(None, old[0], 0)),
    }
    for words, (first, last) in places.items():
        found = mark_between(desk.kind, desk.history, "/sections/v1/lyrics", desk.history.version, first, last)
        assert found.quote == words
        anchor = Anchor(UUID(int=9), "/sections/v1/lyrics", found.quote, found.units, found.position)
        stands = now(desk, anchor).words
        assert stands is not None
        assert stands.text == words
