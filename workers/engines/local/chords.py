"""Chord symbols: what people write over a staff, as pitch classes.

Reads letters ("F#m7b5/A", "B♭maj9", "Csus4", "G7(#9)", "Am/G"), German H, and Roman numerals in
a key ("vi", "bVII", "V7"). Whatever follows a readable root is read as far as it goes; a symbol without a root is None.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from workers.engines.local.theory import ACCIDENTALS, LETTERS, MODES, Key


class Chord(NamedTuple):
    """A chord: its root and bass as pitch classes, its notes as semitones above the root, ascending from 0."""

    root: int
    intervals: tuple[int, ...]
    bass: int
    symbol: str

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Return the pitch classes, root first."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def is_minor(self) -> bool:
        """Tell whether the chord has a minor and no major third."""
        return 3 in self.intervals and 4 not in self.intervals


SYMBOL_CHARS_MAX: Final = 24
_LETTER = re.compile(r"([A-H])([#♯b♭]?)(.*)$")
_ROMAN = re.compile(r"([#♯b♭]?)(VII|VI|V|IV|III|II|I|vii|vi|v|iv|iii|ii|i)(?![a-zA-Z]*[a-z]{4})(.*)$")
_ROMAN_DEGREES: Final = ("I", "II", "III", "IV", "V", "VI", "VII")
_TOKEN = re.compile(
    r"maj|Maj|MAJ|ma(?!d)|M|Δ|min|mi|m|dim|aug|sus2|sus4|sus|add|omit|no|alt|6/?9|[-–°ø+oO]|[#♯b♭]?(?:13|11|10|9|7|6|5|4|3|2)|[#♯b♭]|[(),\s]"
)
_EXTENSIONS: Final = {"2": 14, "3": 4, "4": 17, "5": 7, "6": 9, "7": 10, "9": 14, "10": 16, "11": 17, "13": 21}


@lru_cache(maxsize=2048)
def read_chord(symbol: str, key: Key) -> Chord | None:
    """Return the chord, or None when the symbol has no readable root. The key gives Roman numerals their meaning."""
    text = symbol.strip()
    if not text or len(text) > SYMBOL_CHARS_MAX:
        return None
    upper, slash, lower = text.rpartition("/")
    bass = _read_bass(lower) if slash else None
    body = upper if bass is not None else text
    if match := _LETTER.match(body):
        root, quality = (LETTERS[match[1]] + ACCIDENTALS.get(match[2], 0)) % 12, match[3]
        minor = False
    elif match := _ROMAN.match(body):
        degree = _ROMAN_DEGREES.index(match[2].upper())
        root = (key.tonic + MODES[_roman_mode(key, match[1])][degree] + ACCIDENTALS.get(match[1], 0)) % 12
        quality, minor = match[3], match[2].islower()
    else:
        return None
    intervals = _read_quality(quality, minor=minor)
    if intervals is None:
        return None
    return Chord(root, intervals, root if bass is None else bass, symbol)


def diatonic(key: Key, degree: int) -> Chord:
    """Return the triad on a degree of the key (0 is the tonic)."""
    scale = MODES[key.mode]
    steps = [scale[(degree + third) % 7] + 12 * ((degree + third) // 7) for third in (0, 2, 4)]
    root = (key.tonic + steps[0]) % 12
    return Chord(root, tuple(step - steps[0] for step in steps), root, f"{degree + 1}")


def _roman_mode(key: Key, accidental: str) -> str:
    # "bVII" counts from the major scale by custom, also in a minor key; a bare "VII" is the mode's own.
    return "major" if accidental else key.mode


def _read_bass(text: str) -> int | None:
    match = _LETTER.match(text.strip())
    if not match or match[3]:
        return None
    return (LETTERS[match[1]] + ACCIDENTALS.get(match[2], 0)) % 12


def _read_quality(text: str, *, minor: bool) -> tuple[int, ...] | None:
    """Read tokens left to right; None when what follows the root looks like a word ("Amen", "Bridge")."""
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            if text[at].isalpha():
                return None
            at += 1
            continue
        tokens.append(match[0])
        at = match.end()
    notes = _Notes(minor)
    for token in tokens:
        notes.take(token)
    return notes.intervals()


class _Notes:
    """The chord under construction: which notes it has, and what the next number refers to."""

    def __init__(self, minor: bool) -> None:
        self.third: int | None = 3 if minor else 4
        self.fifth: int | None = 7
        self.seventh: int | None = None
        self.colours: set[int] = set()
        self.major_seventh = False
        self.mode = "plain"  # Or "add", "omit", "diminished": what the next number means.
        self.accidental = 0

    def take(self, token: str) -> None:
        """Apply one token of the symbol."""
        match token:
            case "m" | "mi" | "min" | "-" | "–":
                self.third = 3
            case "maj" | "Maj" | "MAJ" | "ma" | "M":
                self.major_seventh = True
            case "Δ":
                self.major_seventh, self.seventh = True, 11
            case "dim" | "°" | "o" | "O":
                self.third, self.fifth, self.mode = 3, 6, "diminished"
            case "ø":
                self.third, self.fifth, self.seventh = 3, 6, 10
            case "aug" | "+":
                self.fifth = 8
            case "sus" | "sus4":
                self.third = 5
            case "sus2":
                self.third = 2
            case "add":
                self.mode = "add"
            case "no" | "omit":
                self.mode = "omit"
            case "alt":
                self.seventh, self.fifth = 10, 8
                self.colours.add(13)
            case "69" | "6/9":
                self.colours |= {9, 14}
            case _ if token.strip(" (),#♯b♭"):
                self._number(token)
            case _:
                self.accidental = ACCIDENTALS.get(token, 0)

    def _number(self, token: str) -> None:
        shift = ACCIDENTALS.get(token[0], 0) or self.accidental
        number = token.lstrip("#♯b♭")
        self.accidental = 0
        mode, self.mode = self.mode, "plain" if self.mode != "diminished" else self.mode
        if mode == "omit":
            self.third = None if number == "3" else self.third
            self.fifth = None if number == "5" else self.fifth
        elif number == "5" and shift:
            self.fifth = 7 + shift
        elif number == "5":
            self.third = None  # A power chord.
        elif shift or mode == "add" or number in ("2", "3", "4", "6", "10"):
            self.colours.add(_EXTENSIONS[number] + shift)
        else:
            self.seventh = 9 if mode == "diminished" else 11 if self.major_seventh else 10
            if number != "7":
                self.colours.add(_EXTENSIONS[number])

    def intervals(self) -> tuple[int, ...]:
        """Return the notes, ascending."""
        core = {note for note in (0, self.third, self.fifth, self.seventh) if note is not None}
        return tuple(sorted(core | self.colours))
