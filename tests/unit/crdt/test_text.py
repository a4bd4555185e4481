"""Offsets in UTF-16, UTF-8 and code points, and texts rewritten by few edits."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Assoc, Doc, Text

from core.crdt.text import (
    edits_between,
    is_plain,
    rewrite,
    utf8_from_utf16,
    utf16_from_utf8,
    utf16_length,
)
from core.errors import Invalid

WORDS = st.lists(st.sampled_from(["a", "to", " ", "\n", "é", "😀", "👨‍👩‍👧", "lorem", ",", "中"]), max_size=30).map(
    "".join
)


def test_offsets_of_an_emoji() -> None:
    """An emoji is two units in JavaScript and four bytes in pycrdt; a family is many."""
    text = "a😀é👨‍👩‍👧!"
    assert [utf8_from_utf16(text, offset) for offset in (0, 1, 3, 4, 12, 13)] == [0, 1, 5, 7, 25, 26]
    assert [utf16_from_utf8(text, offset) for offset in (0, 1, 5, 7, 25, 26)] == [0, 1, 3, 4, 12, 13]
    assert utf16_length(text) == 13


@pytest.mark.parametrize("offset", [-1, 2, 5])
def test_utf16_offsets_inside_a_character_or_outside_are_invalid(offset: int) -> None:
    """Pycrdt would write at the end without a word; we say no."""
    with pytest.raises(Invalid):
        utf8_from_utf16("a😀b", offset)


@pytest.mark.parametrize("offset", [-1, 2, 3, 4, 7])
def test_utf8_offsets_inside_a_character_or_outside_are_invalid(offset: int) -> None:
    """The other way around too."""
    with pytest.raises(Invalid):
        utf16_from_utf8("a😀b", offset)


@pytest.mark.parametrize("offset", [-1, 4])
def test_offsets_outside_of_plain_ascii_are_invalid(offset: int) -> None:
    """The short way for ASCII has the same bounds."""
    with pytest.raises(Invalid):
        utf8_from_utf16("abc", offset)


@given(WORDS)
def test_offsets_survive_the_way_there_and_back(text: str) -> None:
    """Every offset between two characters converts both ways."""
    for points in range(len(text) + 1):
        utf8 = len(text[:points].encode())
        assert utf8_from_utf16(text, utf16_from_utf8(text, utf8)) == utf8


@given(WORDS, WORDS)
def test_a_rewritten_text_is_the_new_text(old: str, new: str) -> None:
    """Whatever the two texts, emoji or not, the shared text ends as the new one."""
    doc = Doc()
    text = doc.get("t", type=Text)
    text.insert(0, old)
    rewrite(text, new)
    assert str(text) == new


@given(WORDS, WORDS)
def test_edits_are_in_order_apart_and_right(old: str, new: str) -> None:
    """Applied to a plain string, the edits give the new text."""
    edits, at, built = edits_between(old, new), 0, ""
    for edit in edits:
        assert at <= edit.start <= edit.stop
        built += old[at : edit.start] + edit.replacement
        at = edit.stop
    assert built + old[at:] == new
    assert bool(edits) == (old != new)


def test_only_changed_words_are_touched() -> None:
    """Two words changed far apart are two small edits, and a cursor between them stays where it is."""
    doc = Doc()
    text = doc.get("t", type=Text)
    text.insert(0, "the quick 😀 fox jumps over the lazy dog")
    between = len("the quick 😀 fox ".encode())
    cursor = text.sticky_index(between, Assoc.AFTER)
    rewrite(text, "the slow 😀 fox jumps over the happy dog")
    edits = edits_between("the quick fox, the lazy dog", "the slow fox, the brown dog")
    assert [edit.replacement for edit in edits] == ["slow", "brown"]
    with doc.transaction():
        assert cursor.get_index() == len("the slow 😀 fox ".encode())


def test_a_text_that_is_wholly_different_is_replaced_in_bounded_time() -> None:
    """The comparison gives up beyond its bound, and the result is right all the same."""
    old, new = "x y " * 50_000, "z w " * 50_000
    started = time.thread_time()
    edits = edits_between(old, new)
    assert time.thread_time() - started < 2
    assert len(edits) == 1


def test_a_text_with_an_embedded_object_is_not_plain() -> None:
    """Objects take a place that the string does not show, so offsets would be wrong."""
    doc = Doc()
    text = doc.get("t", type=Text)
    text.insert(0, "é😀")
    assert is_plain(text)
    text.insert_embed(0, {"image": 1})
    assert not is_plain(text)
