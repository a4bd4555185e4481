"""What the players play: notes in seconds, and the clock that turns bars and steps into them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from workers.engines.local.arrangement import Arrangement, Section
from workers.engines.local.chords import Chord


class Note(NamedTuple):
    """One note of one voice."""

    start_s: float
    duration_s: float
    #: MIDI number; for drums the General MIDI key of the piece.
    pitch: int
    #: 0 to 1.
    velocity: float
    #: Which sound plays it: a drum piece, an instrument, or the vowel the guide sings.
    voice: str


class Segment(NamedTuple):
    """A stretch of one bar under one chord, in sixteenth steps from the bar's start."""

    start: float
    end: float
    chord: Chord | None


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds of every step of the song, swing included."""

    arrangement: Arrangement

    def seconds(self, bar: int, step: float) -> float:
        """Return when a step (fractions and values past the bar's end allowed) of a bar of the song begins."""
        return (bar * self.arrangement.meter.steps + self._swung(step)) * self.arrangement.step_s

    def _swung(self, step: float) -> float:
        feel, meter = self.arrangement.feel, self.arrangement.meter
        if not feel.swing or meter.is_compound:
            return step
        period = 2.0 if feel.swings_sixteenths else 4.0
        late = feel.swing * period / 6  # Full swing puts the off-beat on the third triplet.
        within = step % period
        half = period / 2
        if within < half:
            return step + late * within / half
        return step + late * (period - within) / half


def segments(arrangement: Arrangement, section: Section, bar: int) -> list[Segment]:
    """Return the chords of a bar of a section with the steps at which they change."""
    steps = arrangement.meter.steps
    changes = section.bar(bar)
    starts = [round(change.at * steps) for change in changes]
    ends = [*starts[1:], steps]
    return [Segment(a, b, change.chord) for a, b, change in zip(starts, ends, changes, strict=True) if b > a]


def chord_at(arrangement: Arrangement, section: Section, bar: int, step: float) -> Chord | None:
    """Return the chord under a step of a bar of a section."""
    found = [s for s in segments(arrangement, section, bar) if s.start <= step]
    return found[-1].chord if found else None


def intensity(section: Section, bar: int) -> float:
    """Return the energy of one bar: sections grow a little, pre-choruses a lot, outros fall."""
    done = bar / max(1, section.bars - 1) if section.bars > 1 else 0.0
    growth = {"pre-chorus": 0.18, "outro": -0.2, "intro": 0.12, "breakdown": 0.1}.get(section.kind, 0.05)
    return min(1.0, max(0.0, section.energy + growth * done))


def player_random(seed: int, player: str, section: Section | None = None, *, shared: bool = False) -> random.Random:
    """Return the dice of one player in one section.

    `shared` dice fall the same in every section of a kind: that is what makes a second chorus the same chorus. Each
    player has dice of its own, so a change of the lyrics leaves the drums alone.
    """
    place = "" if section is None else section.kind if shared else f"{section.kind}@{section.first_bar}"
    return random.Random(f"{seed}/{player}/{place}")


class Hand:
    """A player's hand: turns steps into notes, as loosely as asked."""

    def __init__(self, arrangement: Arrangement, dice: random.Random, looseness: float, spread_ms: float) -> None:
        self._clock = Clock(arrangement)
        self._dice = dice
        self._looseness = looseness
        self._spread_s = spread_ms / 1000 * looseness
        self.notes: list[Note] = []

    def play(self, bar: int, start: float, end: float, pitch: int, velocity: float, voice: str) -> None:
        """Play a note from a step to a step of a bar of the song."""
        at = self._clock.seconds(bar, start)
        until = self._clock.seconds(bar, end)
        drift = max(-2.0, min(2.0, self._dice.gauss(0, 1))) * self._spread_s
        level = velocity * (1 + self._looseness * self._dice.uniform(-0.12, 0.12))
        self.notes.append(Note(max(0.0, at + drift), max(0.03, until - at), pitch, min(1.0, max(0.03, level)), voice))


def bars_of(arrangement: Arrangement) -> Iterator[tuple[Section, int, int]]:
    """Yield (section, bar within it, bar of the song)."""
    for section in arrangement.sections:
        for bar in range(section.bars):
            yield section, bar, section.first_bar + bar
