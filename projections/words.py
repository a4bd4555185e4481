"""Words, for searching: the same cut for what is stored and for what is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.limits import SEARCH_CHARS_MAX

#: Characters of a word that count; PostgreSQL's index takes 2046 bytes.
WORD_CHARS_MAX: Final = 64


def words(text: str) -> list[str]:
    """Return the words in order: runs of letters and digits of any script, case folded."""
    folded = text.casefold()
    cut = "".join(character if character.isalnum() else " " for character in folded)
    return [word[:WORD_CHARS_MAX] for word in cut.split()]


def words_of(value: Any) -> list[str]:
    """Return every word of the texts in a JSON value once, of the first SEARCH_CHARS_MAX characters."""
    found: set[str] = set()
    left = SEARCH_CHARS_MAX
    for text in _texts(value):
        found.update(words(text[:left]))
        left -= len(text)
        if left <= 0:
            break
    return sorted(found)


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
