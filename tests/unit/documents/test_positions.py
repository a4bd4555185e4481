"""Positions of reordered lists: always room, always in order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documents.positions import after, arrange, between, is_position, keep_longest, spread
from core.errors import Invalid
from core.limits import POSITION_CHARS_MAX

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
POSITIONS = st.builds(lambda head, last: head + last, st.text(DIGITS, max_size=6), st.sampled_from(DIGITS[1:]))


@given(POSITIONS, POSITIONS)
def test_there_is_always_a_place_between(first: str, second: str) -> None:
    """Between any two different positions lies another, and before and after any one."""
    low, high = sorted((first, second))
    if low == high:
        with pytest.raises(Invalid):
            between(low, high)
    else:
        assert low < between(low, high) < high
        assert low < between(low, high, suffix="x7") < high
    assert between(None, low) < low
    assert high < between(high, None)
    for position in (between(None, low), between(high, None)):
        assert is_position(position)


def test_the_same_question_has_the_same_answer() -> None:
    """Without a suffix the answer is fixed: first contents must be the same bytes."""
    assert between(None, None) == "V"
    assert between("V", None) == "W"
    assert between("A", "B") == "AV"
    assert between("A", "B", suffix="q3") == "AVq3"


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=200))
def test_insertions_anywhere_keep_the_order(places: list[int]) -> None:
    """A list built by inserting anywhere is sorted by its positions, all different."""
    positions: list[str] = []
    for place in places:
        at = place % (len(positions) + 1)
        before = positions[at - 1] if at else None
        positions.insert(at, between(before, positions[at] if at < len(positions) else None))
    assert positions == sorted(set(positions))


@pytest.mark.parametrize("end", ["front", "back"])
def test_a_list_that_grows_at_one_end_keeps_short_positions(end: str) -> None:
    """A thousand insertions at one end need under 40 characters."""
    position = between(None, None)
    for _ in range(1000):
        position = between(position, None) if end == "back" else between(None, position)
    assert len(position) < 40


def test_a_position_that_grows_too_long_is_refused_with_the_way_out() -> None:
    """Positions have a bound like everything else."""
    high = "A" + "0" * (POSITION_CHARS_MAX - 2) + "1"
    assert is_position(high)
    with pytest.raises(Invalid, match="move an entry"):
        between("A", high)


def test_a_list_without_room_is_spread_anew() -> None:
    """Arranging never fails: where there is no room between two, all get new places."""
    full = ["A", None, "A" + "0" * (POSITION_CHARS_MAX - 2) + "1"]
    assert arrange(full) == spread(None, None, 3)


def test_after_the_last_possible_place_comes_the_same_place() -> None:
    """Appending never fails either; ties are broken by id."""
    last = "z" * POSITION_CHARS_MAX
    assert after(last) == last
    assert after("V") == "W"
    assert after(None) == "V"


@pytest.mark.parametrize("value", ["", "0", "V0", "a b", "é", "_", None, 7, "x" * (POSITION_CHARS_MAX + 1)])
def test_what_is_no_position(value: object) -> None:
    """Empty, ending in zero, other characters, too long, not a text."""
    assert not is_position(value)


@given(st.lists(st.one_of(st.none(), POSITIONS, st.just("not one")), max_size=30))
def test_arranging_changes_as_little_as_possible(positions: list[str | None]) -> None:
    """The result rises strictly and keeps the longest run that already did."""
    arranged = arrange(positions)
    assert arranged == sorted(set(arranged))
    assert len(arranged) == len(positions)
    valid = [position if is_position(position) else None for position in positions]
    kept = keep_longest(valid)
    assert all(arranged[index] == positions[index] for index in kept)
    assert all(is_position(position) for position in arranged)


@given(st.lists(st.one_of(st.none(), st.sampled_from("abcdef")), max_size=9))
def test_the_longest_run_is_the_longest(positions: list[str | None]) -> None:
    """Against every subset."""
    kept = keep_longest(positions)
    chosen = [positions[index] for index in sorted(kept)]
    assert all(a < b for a, b in pairwise(chosen))
    best = 0
    for mask in range(1 << len(positions)):
        some = [position for index, position in enumerate(positions) if mask >> index & 1]
        if None not in some and all(a < b for a, b in pairwise(some)):
            best = max(best, len(some))
    assert len(kept) == best


@given(POSITIONS, st.integers(0, 100))
def test_spreading_fills_in_order(before: str, count: int) -> None:
    """Many places at once, in order, after a given one."""
    positions = spread(before, None, count)
    assert [before, *positions] == sorted({before, *positions})
    assert len(positions) == count
