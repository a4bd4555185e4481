"""Offsets in a shared text, and replacing a text by the fewest edits.

Three ways to count the same text: Python counts code points, JavaScript and the clocks of Yjs count UTF-16 code units,
pycrdt's `Text` counts UTF-8 bytes. An index inside a character makes pycrdt write at the end without a word, so every
offset goes through here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pycrdt import Text

from core.crdt.diff import Change, changes
from core.errors import Invalid
from core.limits import DIFF_WORDS_MAX

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class Edit(NamedTuple):
    """Code points start..stop (exclusive) of the old text become the replacement."""

    start: int
    stop: int
    replacement: str


def utf8_from_utf16(text: str, offset: int) -> int:
    """Return the offset in UTF-8 bytes of an offset in UTF-16 units. Raises Invalid inside a character or outside."""
    return utf8_offset(text, _points_from_utf16(text, offset))


def utf16_from_utf8(text: str, offset: int) -> int:
    """Return the offset in UTF-16 units of an offset in UTF-8 bytes. Raises Invalid inside a character or outside."""
    data = text.encode()
    if not 0 <= offset <= len(data):
        raise Invalid(f"offset {offset} is outside of the text")
    if offset < len(data) and data[offset] & 0xC0 == 0x80:
        raise Invalid(f"offset {offset} is inside a character")
    return utf16_length(data[:offset].decode())


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


def utf8_offset(text: str, points: int) -> int:
    """Return the offset in UTF-8 bytes of an offset in code points."""
    return points if text.isascii() else len(text[:points].encode())


def edits_between(old: str, new: str) -> list[Edit]:
    """Return few, small edits that turn old into new, in order and apart: words that stay are not touched.

    Beyond DIFF_WORDS_MAX changed words, what lies between the common start and end is replaced in one piece.
    """
    if old == new:
        return []
    start = _common_prefix(old, new)
    end = _common_prefix(old[start:][::-1], new[start:][::-1])
    old_middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
    whole = [Edit(start, start + len(old_middle), new_middle)]
    if not old_middle or not new_middle:
        return whole
    old_words, new_words = _WORDS.findall(old_middle), _WORDS.findall(new_middle)
    found = changes(old_words, new_words, edits_max=DIFF_WORDS_MAX)
    return whole if found is None else _as_edits(found, old_words, new_words, start)


def is_plain(text: Text) -> bool:
    """Say whether a shared text holds characters only: embedded objects take a place that its string does not show."""
    return len(text) == len(str(text).encode())


def rewrite(text: Text, new: str) -> None:
    """Turn a shared text into `new` with the fewest edits, so that cursors and comments elsewhere stay.

    The text must be plain (`is_plain`).
    """
    old = str(text)
    assert len(text) == len(old.encode()), "offsets would be wrong, and pycrdt panics beyond the end"
    # From the end to the start, so that offsets before an edit stay right.
    for edit in reversed(edits_between(old, new)):
        start = utf8_offset(old, edit.start)
        stop = start + len(old[edit.start : edit.stop].encode())
        if stop > start:
            del text[start:stop]
        if edit.replacement:
            text.insert(start, edit.replacement)


def _as_edits(found: list[Change], old: list[str], new: list[str], start: int) -> list[Edit]:
    edits: list[Edit] = []
    at = 0
    for change in found:
        start += sum(map(len, old[at : change.old_start]))
        length = sum(map(len, old[change.old_start : change.old_stop]))
        edits.append(Edit(start, start + length, "".join(new[change.new_start : change.new_stop])))
        start += length
        at = change.old_stop
    return edits


def _common_prefix(first: str, second: str) -> int:
    """Return the length of the common start, by halving: comparing slices is fast, comparing characters is not."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _points_from_utf16(text: str, offset: int) -> int:
    if text.isascii():
        if not 0 <= offset <= len(text):
            raise Invalid(f"offset {offset} is outside of the text")
        return offset
    data = text.encode("utf-16-le")
    if not 0 <= offset * 2 <= len(data):
        raise Invalid(f"offset {offset} is outside of the text")
    try:
        return len(data[: offset * 2].decode("utf-16-le"))
    except UnicodeDecodeError:
        raise Invalid(f"offset {offset} is inside a character") from None
