"""Three-way merges of texts: nothing that only one side wrote is lost, nothing that both wrote is decided silently."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crdt import words
from core.crdt.three_way import Hunk, both_kept, spelled, three_way
from core.crdt.words import edits

WORDS = st.lists(st.sampled_from(["rain", " ", "\n", "don't", "雨", "🎧", "-", "e\u0301"]), max_size=30).map("".join)
SIDES = ("document", "branch")


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
    for mine, theirs in ((changed, base), (base, changed), (changed, changed)):
        assert both_kept(base, mine, theirs) == changed


@given(WORDS, WORDS, WORDS)
def test_the_sides_are_equal(base: str, first: str, second: str) -> None:
    """Merged the other way round the same words are settled and the same ones conflict."""
    there, back = three_way(base, first, second), three_way(base, second, first)
    assert there == [Hunk(hunk.branch, hunk.document) for hunk in back]


@given(WORDS, WORDS, WORDS, WORDS)
def test_changes_apart_are_both_taken(start: str, end: str, first: str, second: str) -> None:
    """Whatever two people write at the two ends of a text they share, with a line between that nobody touched."""
    between = "\nnobody touched this line\n"
    three = (start + between + end, first + between + end, start + between + second)
    hunks = three_way(*three)
    assert not conflicts(hunks)
    assert spelled(hunks, "document") == both_kept(*three) == first + between + second


@pytest.mark.parametrize(
    ("base", "document", "branch", "wanted", "both"),
    [
        # Overlapping, word by word; a phrase is one conflict.
        ("the rain falls", "the snow falls", "the hail falls", [("snow", "hail")], "the snow falls\nthe hail falls"),
        ("a red car b", "a blue bus b", "a green van b", [("blue bus", "green van")], "a blue bus b\na green van b"),
        # Two insertions at one point.
        ("one\n", "one\ntwo\n", "one\nthree\n", [("two\n", "three\n")], "one\ntwo\nthree\n"),
        ("", "rain", "sun", [("rain", "sun")], "rain\nsun"),
        ("雨", "大", "小", [("大", "小")], "大\n小"),
        # An insertion at the edge of the other's change.
        ("a b c", "a x c", "a b, c", [("x", "b,")], "a x c\na b, c"),
        # One side deletes what the other rewrites.
        ("a b c", "a ", "a b d", [("", "b d")], "a \na b d"),
    ],
)
def test_what_both_wrote_is_a_conflict(
    base: str, document: str, branch: str, wanted: list[tuple[str, str]], both: str
) -> None:
    """It is told with what each side wants; each choice gives that side, or the lines of both, the document's first."""
    hunks = three_way(base, document, branch)
    assert conflicts(hunks) == wanted
    assert (spelled(hunks, "document"), spelled(hunks, "branch")) == (document, branch)
    assert both_kept(base, document, branch) == both
    # Whoever merges the same once more finds it there.
    assert both_kept(base, both, branch) == both


def test_a_conflict_does_not_hold_up_the_rest() -> None:
    """Next to a conflict everything else of both sides is taken, whatever is chosen."""
    three = ("one two three four five", "1 two 3 four five", "one two III four V")
    hunks = three_way(*three)
    assert [spelled(hunks, side) for side in SIDES] == [  # type: ignore[arg-type]
        "1 two 3 four V",
        "1 two III four V",
    ]
    assert both_kept(*three) == "1 two 3 four five\none two III four V"


LINES = st.lists(st.integers(0, 9), max_size=6)


@given(st.randoms(use_true_random=False), LINES)
def test_both_keeps_the_lines_of_both_whole(chance: Random, lengths: list[int]) -> None:
    """Whatever two people rewrite: a line with a conflict stands as each of them says it, others as they are merged."""
    words = iter(f"word{number}" for number in range(1000))
    base = [[next(words) for _ in range(length)] for length in lengths]
    first, second = ([[_else(word, words, chance) for word in line] for line in base] for _ in range(2))
    three = ["\n".join(" ".join(line) for line in side) for side in (base, first, second)]
    expected: list[str] = []
    below: list[str] = []
    for was, mine, theirs in zip(base, first, second, strict=True):
        is_conflict = any(a not in (c, b) and b != c for a, b, c in zip(mine, theirs, was, strict=True))
        if not is_conflict:
            expected += below
            below = []
            expected.append(" ".join(b if a == c else a for a, b, c in zip(mine, theirs, was, strict=True)))
            continue
        expected.append(" ".join(mine))
        below.append(" ".join(theirs))
    assert both_kept(*three) == "\n".join(expected + below)


def _else(word: str, words: Iterator[str], chance: Random) -> str:
    return next(words) if chance.random() < 0.15 else word


@pytest.mark.parametrize(
    ("base", "document", "branch", "both"),
    [
        # Each line as its own side says it, also what only one side changed in it; the rest of the text once.
        (
            "We walk\nAnd the rain came in like a slow hello\nAnd go",
            "We walk\nAnd the snow fell in like a fast hello\nAnd go",
            "We ran\nAnd the hail came down like a slow goodbye\nAnd go",
            "We ran\nAnd the snow fell in like a fast hello\nAnd the hail came down like a slow goodbye\nAnd go",
        ),
        # Lines that follow each other stand together; a line in between that nobody changed does not.
        ("a\nb\nc\nd", "a1\nb1\nc\nd1", "a2\nb2\nc\nd2", "a1\nb1\na2\nb2\nc\nd1\nd2"),
        # Both wrote on at the end, with and without a line end; what both wrote alike stands once.
        ("one", "one\ntwo", "one\nthree", "one\ntwo\nthree"),
        ("one\n", "one\ntwo\nfour\n", "one\nthree\nfour\n", "one\ntwo\nthree\nfour\n"),
        # One side took the line away, the other rewrote it.
        ("one\nold words\ntwo", "one\ntwo", "one\nold rhymes\ntwo", "one\nold rhymes\ntwo"),
        ("old words", "", "old rhymes", "old rhymes"),
    ],
)
def test_both_puts_lines_below_lines(base: str, document: str, branch: str, both: str) -> None:
    """The document's lines stand first, and merging the same once more adds nothing."""
    assert both_kept(base, document, branch) == both
    assert both_kept(base, both, branch) == both


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
    assert both_kept(base, document, branch) == (
        "1 two\nthree four\nfive six\none two\nthree four\n5\n" if expected else "1 two\nthree four\n5\n"
    )
    assert spelled(hunks, "branch") == (branch if expected else "1 two\nthree four\n5\n")
