"""Lyrics, as syllables one can sing: lines, words, and the vowel each syllable rests on."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

#: Characters of one section's lyrics that are read: five minutes of fast rap.
CHARS_READ_MAX: Final = 20_000
_TAG = re.compile(r"^\s*[\[(][^\])]*[\])]\s*:?\s*$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_VOWELS: Final = "aeiouy"
_VOWEL_GROUP = re.compile(r"[aeiouy]+")
#: Scripts written without spaces or with a syllable a sign: every character is sung by itself.
_SYLLABIC = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Syllable(NamedTuple):
    """One syllable: its vowel, whether it starts its word, and which word of the line it belongs to."""

    vowel: str
    word: str
    word_index: int
    starts_word: bool
    #: The hiss or stop before the vowel is audible ("s", "t", "k" ...).
    has_consonant: bool


def read_lines(text: str) -> list[list[Syllable]]:
    """Return the syllables of each line that has any. Lines like "[Chorus]" or "(softly)" are directions, not sung."""
    lines = []
    for line in text[:CHARS_READ_MAX].splitlines():
        if _TAG.match(line):
            continue
        syllables = [s for index, word in enumerate(_WORD.findall(line)) for s in _syllables(word, index)]
        if syllables:
            lines.append(syllables)
    return lines


def _syllables(word: str, index: int) -> list[Syllable]:
    vowels = _vowels(word)
    consonant = word[0].lower() in "sftkpchxz"
    return [Syllable(vowel, word, index, at == 0, consonant and at == 0) for at, vowel in enumerate(vowels)]


def _vowels(word: str) -> list[str]:
    """Return one vowel a syllable: groups of vowels count once, a silent final e does not."""
    syllabic = _SYLLABIC.findall(word)
    if syllabic:
        return ["aeiou"[ord(sign) % 5] for sign in syllabic]
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
    groups = _VOWEL_GROUP.findall(plain)
    if len(groups) > 1 and plain.endswith("e") and not plain.endswith(("le", "ee", "ie")) and groups[-1] == "e":
        groups = groups[:-1]
    if not groups:
        return ["a"]
    return [_sung(group) for group in groups]


def _sung(group: str) -> str:
    """Return the vowel that carries the group: "igh" and "y" sing as i, "ou" as o, "ea" as e."""
    first = "i" if group[0] == "y" and len(group) == 1 else group[0]
    if first == "y":
        first = next((c for c in group if c in _VOWELS[:5]), "i")
    return first
