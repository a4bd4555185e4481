"""Three-way merges of texts: nothing that only one side wrote is lost, nothing that both wrote is decided silently."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crdt import words
from core.crdt.three_way import Hunk, spelled, three_way
from core.crdt.words import edits

WORDS = st.lists(st.sampled_from(["rain", " ", "\n", "don't", "雨", "🎧", "-", "e\u0301"]), max_size=30).map("".join)
SIDES = ("document", "branch", "both")


def conflicts(hunks: list[Hunk]) -> list[tuple[str, str]]:
    """Return what both sides want where they conflict."""
    return [(hunk.document, hunk.branch) for hunk in hunks if hunk.is_conflict]


@given(WORDS, WORDS)
def test_edits_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    """Carried out from the end they make the new text, and no two of them touch."""
    found = edits(old, new)
    text = old
    for edit in reversed(found):
        text = text[: edit.start] + edit.text + text[edit.stop :]
    assert text == new
    assert all(first.stop < second.start for first, second in pairwise(found))


@given(WORDS, WORDS)
def test_one_side_alone_is_taken_as_it_is(base: str, changed: str) -> None:
    """What only one side changed is the result, and the same change on both is no conflict."""
    for hunks in (three_way(base, changed, base), three_way(base, base, changed), three_way(base, changed, changed)):
        assert not conflicts(hunks)
        assert all(spelled(hunks, side) == changed for side in SIDES)  # type: ignore[arg-type]


@given(WORDS, WORDS, WORDS)
def test_the_sides_are_equal(base: str, first: str, second: str) -> None:
    """Merged the other way round the same words are settled and the same ones conflict."""
    there, back = three_way(base, first, second), three_way(base, second, first)
    assert there == [Hunk(hunk.branch, hunk.document) for hunk in back]


@given(WORDS, WORDS, WORDS, WORDS)
def test_changes_apart_are_both_taken(start: str, end: str, first: str, second: str) -> None:
    """Whatever two people write at the two ends of a text they share, with a line between that nobody touched."""
    between = "\nnobody touched this line\n"
    hunks = three_way(start + between + end, first + between + end, start + between + second)
    assert not conflicts(hunks)
    assert spelled(hunks, "document") == first + between + second


@pytest.mark.parametrize(
    ("base", "document", "branch", "wanted", "both"),
    [
        # Overlapping, word by word; a phrase is one conflict.
        ("the rain falls", "the snow falls", "the hail falls", [("snow", "hail")], "the snow hail falls"),
        ("a red car b", "a blue bus b", "a green van b", [("blue bus", "green van")], "a blue bus green van b"),
        # Two insertions at one point.
        ("one\n", "one\ntwo\n", "one\nthree\n", [("two\n", "three\n")], "one\ntwo\nthree\n"),
        ("", "rain", "sun", [("rain", "sun")], "rain sun"),
        ("雨", "大", "小", [("大", "小")], "大小"),
        # An insertion at the edge of the other's change.
        ("a b c", "a x c", "a b, c", [("x", "b,")], "a x b, c"),
        # One side deletes what the other rewrites.
        ("a b c", "a ", "a b d", [("", "b d")], "a b d"),
    ],
)
def test_what_both_wrote_is_a_conflict(
    base: str, document: str, branch: str, wanted: list[tuple[str, str]], both: str
) -> None:
    """It is told with what each side wants; each choice gives that side, or both in the document's order."""
    hunks = three_way(base, document, branch)
    assert conflicts(hunks) == wanted
    assert (spelled(hunks, "document"), spelled(hunks, "branch"), spelled(hunks, "both")) == (document, branch, both)


def test_a_conflict_does_not_hold_up_the_rest() -> None:
    """Next to a conflict everything else of both sides is taken, whatever is chosen."""
    hunks = three_way("one two three four five", "1 two 3 four five", "one two III four V")
    assert [spelled(hunks, side) for side in SIDES] == [  # type: ignore[arg-type]
        "1 two 3 four V",
        "1 two III four V",
        "1 two 3 III four V",
    ]


@pytest.mark.parametrize(("cells", "expected"), [(0, 1), (20, 0)])
def test_large_texts_are_compared_by_line_and_then_not_at_all(
    cells: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the bound lines are compared, and beyond that a text that both changed is one conflict."""
    monkeypatch.setattr(words, "DIFFERENCE_CELLS_MAX", cells)
    base, document, branch = (
        "one two\nthree four\nfive six\n",
        "1 two\nthree four\nfive six\n",
        "one two\nthree four\n5\n",
    )
    hunks = three_way(base, document, branch)
    assert len(conflicts(hunks)) == expected
    assert spelled(hunks, "branch") == (branch if expected else "1 two\nthree four\n5\n")
