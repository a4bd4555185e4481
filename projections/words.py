"""Words, for searching: the same cut for what is stored and for what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.limits import SEARCH_CHARS_MAX

#: Characters of a word that count; PostgreSQL's index takes 2046 bytes.
WORD_CHARS_MAX: Final = 64
#: Of a script without spaces between words, how many characters after each one are kept for a search to begin there.
UNSPACED_CHARS_MAX: Final = 8
#: Kana, Chinese characters, Hangul and Thai.
_UNSPACED: Final = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


def words(text: str) -> list[str]:
    """Return the words in order: runs of letters and digits of any script, case folded."""
    folded = text.casefold()
    cut = "".join(character if character.isalnum() else " " for character in folded)
    return [word[:WORD_CHARS_MAX] for word in cut.split()]


def asked_words(text: str) -> list[str]:
    """Return the words of a search, each cut to what is kept of it."""
    return [word[:UNSPACED_CHARS_MAX] if _UNSPACED.match(word) else word for word in words(text)]


def words_of(value: Any) -> list[str]:
    """Return every word of the texts in a JSON value once, of the first SEARCH_CHARS_MAX characters."""
    found: set[str] = set()
    left = SEARCH_CHARS_MAX
    for text in _texts(value):
        for word in words(text[:left]):
            found.add(word)
            # A search finds the beginnings of words; in these scripts a word may begin at any character.
            found.update(word[at : at + UNSPACED_CHARS_MAX] for at in _places(word))
        left -= len(text)
        if left <= 0:
            break
    return sorted(found)


def _places(word: str) -> list[int]:
    return [match.start() for match in _UNSPACED.finditer(word)]


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)
