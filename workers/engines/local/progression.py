"""The chords text of a section, read into bars.

"Am F C G" is a chord a bar. "| Am F | C |" says it with bar lines, where chords share a bar evenly; "%" repeats the
bar, "/" holds the chord for another beat, "N.C." is silence of harmony, and "x2" at the end of a line plays it again.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from workers.engines.local.chords import Chord, diatonic, read_chord
from workers.engines.local.theory import MODES, Key

#: Bars read from one section's text: more than any section plays before it repeats.
BARS_READ_MAX: Final = 256
#: Characters of chords text that are read: BARS_READ_MAX bars of four long symbols.
CHARS_READ_MAX: Final = 16_384
CHORDS_A_BAR_MAX: Final = 8
_BAR_LINES = re.compile(r"\|[:|\]]?|:\|?")
_TIMES = re.compile(r"[(\[]?\s*[x×]\s*(\d)\s*[)\]]?\s*$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,;]+|(?<=\s)[-–—>→]+(?=\s)|→|->")
_NONE: Final = {"n.c.", "nc", "n.c", "no-chord"}
_REPEAT: Final = {"%", "..", "./.", "𝄎"}

#: Degrees of a loop that suits a kind of section, in major and in minor keys: common practice of pop music.
LOOPS: Final[dict[str, tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]]] = {
    "chorus": (((0, 4, 5, 3), (3, 4, 0, 5), (0, 3, 5, 4)), ((0, 5, 2, 6), (5, 6, 0, 0), (0, 3, 5, 6))),
    "pre-chorus": (((3, 4, 3, 4), (1, 3, 4, 4)), ((3, 3, 5, 6), (5, 5, 6, 6))),
    "bridge": (((5, 3, 0, 4), (3, 0, 1, 4)), ((5, 2, 6, 3), (3, 0, 5, 6))),
    "": (((0, 5, 3, 4), (0, 3, 0, 4), (5, 3, 0, 4)), ((0, 5, 3, 6), (0, 6, 5, 6), (0, 3, 0, 6))),
}


class Change(NamedTuple):
    """A chord from a fraction of its bar on; None: nobody plays harmony."""

    at: float
    chord: Chord | None


Bar = tuple[Change, ...]


def read_bars(text: str, key: Key) -> tuple[list[Bar], list[str]]:
    """Return the bars the text spells and the symbols nobody could read (each once).

    An unreadable symbol holds the chord before it, so that a slip of the pen never stops the music.
    """
    bars: list[Bar] = []
    unknown: dict[str, None] = {}
    held: Chord | None = None
    for line in text[:CHARS_READ_MAX].splitlines():
        line_bars: list[Bar] = []
        body, times = _split_times(line)
        for tokens in _cells(body):
            bar, held = _read_cell(tokens, held, line_bars or bars, key, unknown)
            line_bars.append(bar)
        bars.extend(line_bars * times)
        if len(bars) >= BARS_READ_MAX:
            break
    return bars[:BARS_READ_MAX], list(unknown)


def default_bars(kind: str, key: Key, choice: int) -> list[Bar]:
    """Return a loop for a section without chords; the choice picks one of a few."""
    major, minor = LOOPS.get(kind, LOOPS[""])
    loops = minor if key.is_minor else major
    return [(Change(0.0, diatonic(key, degree)),) for degree in loops[choice % len(loops)]]


def guess_key(chords: list[Chord]) -> Key:
    """Return the key that holds most of the chords' notes, the first chord's root weighing as a tonic."""
    best = Key(0, "major")
    best_score = -1.0
    for tonic in range(12):
        for mode in ("major", "minor"):
            scale = {(tonic + step) % 12 for step in MODES[mode]}
            score = sum(pitch in scale for chord in chords for pitch in chord.pitch_classes) / max(1, len(chords))
            if chords and chords[0].root == tonic:
                score += 0.6 if chords[0].is_minor == (mode == "minor") else 0.0
            score += (
                0.3 * sum(c.root == tonic and c.is_minor == (mode == "minor") for c in chords) / max(1, len(chords))
            )
            if score > best_score + 1e-9:
                best, best_score = Key(tonic, mode), score
    return best


def _split_times(line: str) -> tuple[str, int]:
    match = _TIMES.search(line)
    if not match:
        return line, 1
    return line[: match.start()], max(1, int(match[1]))


def _cells(line: str) -> list[list[str]]:
    """Return the symbols of each bar of a line."""
    if not _BAR_LINES.search(line):
        return [[token] for token in _tokens(line)]
    cells = [_tokens(cell) for cell in _BAR_LINES.split(line)]
    return [cell for cell in cells if cell]


def _tokens(text: str) -> list[str]:
    return [token for token in _SEPARATORS.split(f" {text} ") if token and not set(token) <= set("-–—>→")]


def _read_cell(
    tokens: list[str], held: Chord | None, before: list[Bar], key: Key, unknown: dict[str, None]
) -> tuple[Bar, Chord | None]:
    if tokens[0] in _REPEAT and before:
        return before[-1], before[-1][-1].chord
    tokens = tokens[:CHORDS_A_BAR_MAX]
    changes: list[Change] = []
    for index, token in enumerate(tokens):
        if token == "/" or token in _REPEAT:
            chord = held
        elif token.lower() in _NONE:
            chord = None
        else:
            chord = read_chord(token, key)
            if chord is None:
                unknown[token] = None
                chord = held
        if not changes or changes[-1].chord != chord:
            changes.append(Change(index / len(tokens), chord))
        held = chord
    return tuple(changes), held
