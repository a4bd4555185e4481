"""Keys, modes and meters: the little music theory that the parts share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

LETTERS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "H": 11}
ACCIDENTALS: Final = {"#": 1, "♯": 1, "b": -1, "♭": -1}
MODES: Final = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
}
MODE_WORDS: Final = {
    "maj": "major", "ionian": "major", "dur": "major", "min": "minor", "m": "minor", "moll": "minor",
    "aeolian": "minor", "natural minor": "minor",
}  # fmt: skip
STEPS_A_WHOLE_NOTE: Final = 16
_KEY = re.compile(r"\s*([A-Ha-h])\s*([#♯b♭]|is\b|es\b|-?sharp|-?flat)?\s*[-]?\s*([A-Za-z ]*)$")
_METER = re.compile(r"\s*(\d{1,2})\s*/\s*(\d{1,2})\s*$")


class Key(NamedTuple):
    """A tonic pitch class (C is 0) and the semitones of its mode."""

    tonic: int
    mode: str

    @property
    def scale(self) -> tuple[int, ...]:
        """Return the pitch classes of the key, tonic first."""
        return tuple((self.tonic + step) % 12 for step in MODES[self.mode])

    @property
    def is_minor(self) -> bool:
        """Tell whether the third above the tonic is minor."""
        return 3 in MODES[self.mode]


def read_mode(text: str) -> str | None:
    """Return the mode's name in MODES, or None when the text names none."""
    words = " ".join(text.lower().split())
    mode = MODE_WORDS.get(words, words)
    return mode if mode in MODES else None


def read_key(text: str) -> tuple[int, str | None] | None:
    """Read "A", "F# minor", "Bbm", "e flat major": tonic and mode if it names one, or None if it is no key."""
    match = _KEY.match(text)
    if not match:
        return None
    accidental = (match[2] or "").lstrip("-")
    shift = {"is": 1, "sharp": 1, "es": -1, "flat": -1}.get(accidental, ACCIDENTALS.get(accidental, 0))
    rest = match[3].strip()
    mode = read_mode(rest) if rest else None
    if rest and mode is None:
        return None
    if not rest and match[1].islower():
        mode = "minor"  # A lower-case letter alone is the old way of writing a minor key.
    return (LETTERS[match[1].upper()] + shift) % 12, mode


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature, as sixteenth steps and the pulses people tap."""

    beats: int
    unit: int

    @property
    def steps(self) -> int:
        """Return the sixteenth steps of one bar."""
        return self.beats * STEPS_A_WHOLE_NOTE // self.unit

    @property
    def pulses(self) -> tuple[int, ...]:
        """Return the steps at which the pulses fall: quarters, dotted quarters, or twos and a three."""
        starts, at = [], 0
        for length in self._groups():
            starts.append(at)
            at += length
        return tuple(starts)

    @property
    def pulse_steps(self) -> int:
        """Return the steps of the first pulse: 4 for a quarter, 6 for a dotted one."""
        return self._groups()[0]

    @property
    def is_compound(self) -> bool:
        """Tell whether pulses divide by three (6/8, 9/8, 12/8)."""
        return self.unit >= 8 and self.beats % 3 == 0

    def _groups(self) -> list[int]:
        unit_steps = STEPS_A_WHOLE_NOTE // self.unit
        if self.unit <= 4:
            return [unit_steps] * self.beats
        if self.is_compound:
            return [3 * unit_steps] * (self.beats // 3)
        if self.beats < 4:
            return [self.beats * unit_steps]
        odd = self.beats % 2
        return [2 * unit_steps] * ((self.beats - 3 * odd) // 2) + [3 * unit_steps] * odd


def read_meter(text: str) -> Meter | None:
    """Read "4/4"; None unless it has 1 to 16 beats of a half, quarter, eighth or sixteenth."""
    match = _METER.match(text)
    if not match or int(match[2]) not in (2, 4, 8, 16) or not 1 <= int(match[1]) <= 16:
        return None
    return Meter(int(match[1]), int(match[2]))


def step_seconds(bpm: float) -> float:
    """Return how long a sixteenth lasts; bpm counts quarters, whatever the meter."""
    return 60.0 / bpm / 4
