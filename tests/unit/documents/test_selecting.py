"""What a branch says with only some of its changes: parts add up, nothing else is there."""

from __future__ import annotations

from typing import Any

from core.documents.selecting import Part, others_than, selected
from tests.unit.documents.test_authors import ADA, MINA, Desk, verse


def branch() -> Desk:
    """Return a branch forked at version 1: Ada's words and tempo, Mina's words and title."""
    desk = Desk("song")
    desk.patch(MINA, title="Rain", bpm=96, sections=verse("rain falls"))
    desk.patch(ADA, bpm=101, sections=verse("soft rain falls"))
    desk.patch(MINA, title="Sun", sections=verse("soft rain falls here"))
    return desk


def said(desk: Desk, *parts: Part) -> tuple[Any, Any, Any]:
    """Return title, tempo and words with these parts."""
    content = selected(desk.kind, desk.history, 1, parts)
    return content["title"], content["bpm"], content["sections"]["v1"]["lyrics"]


def test_nothing_and_everything() -> None:
    """No part: what it was forked from. All of it: what it says now, or said then."""
    desk = branch()
    assert said(desk) == ("Rain", 96, "rain falls")
    assert said(desk, Part(2, (), ())) == ("Rain", 101, "soft rain falls")
    assert said(desk, Part(3, (), ())) == ("Sun", 101, "soft rain falls here")


def test_people_add_up() -> None:
    """One, the other, and both in either order."""
    desk = branch()
    ada, mina = Part(3, (ADA,), ()), Part(3, (MINA,), ())
    assert said(desk, ada) == ("Rain", 101, "soft rain falls")
    assert said(desk, mina) == ("Sun", 96, "rain falls here")
    assert said(desk, ada, mina) == said(desk, mina, ada) == ("Sun", 101, "soft rain falls here")


def test_paths_hold_what_was_taken_there() -> None:
    """A place counts for itself, a deeper one together with those above it."""
    desk = branch()
    assert said(desk, Part(3, (), ("/bpm",))) == ("Rain", 101, "rain falls")
    assert said(desk, Part(3, (), ("/bpm",)), Part(3, (MINA,), ())) == ("Sun", 101, "rain falls here")
    deep, high = Part(3, (ADA,), ("/sections/v1/lyrics",)), Part(3, (MINA,), ("/sections",))
    assert said(desk, deep, high) == said(desk, high, deep) == ("Rain", 96, "soft rain falls here")


def test_whose_versions_are_left_out() -> None:
    """The branch's own by others; what it was forked from never is. No names: nobody's are."""
    desk = branch()
    left_out = others_than(desk.history, 1, (ADA,))
    assert left_out is not None
    assert left_out.tolist() == [False, False, False, True]
    assert others_than(desk.history, 1, ()) is None
