"""The bass player: roots with the kick, walks in jazz, drives when it is loud."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final, NamedTuple

from workers.engines.local.arrangement import Arrangement, Section
from workers.engines.local.chords import Chord
from workers.engines.local.score import Hand, Note, Segment, bars_of, intensity, player_random, segments

#: The lowest root: E1, the open string of a bass guitar. Roots lie in the octave above.
LOWEST: Final = 28


class Step(NamedTuple):
    """A bass note from a step to a step of the bar."""

    start: float
    end: float
    pitch: int
    velocity: float


def play_bass(arrangement: Arrangement, seed: int, looseness: float) -> list[Note]:
    """Return the bass player's notes."""
    hand = Hand(arrangement, player_random(seed, "bass"), looseness, spread_ms=3.0)
    voice = arrangement.feel.bass
    for section, bar, song_bar in bars_of(arrangement):
        energy = intensity(section, bar)
        if not _plays(section, bar, energy):
            continue
        dice = random.Random(f"{seed}/bass/{section.kind}/{bar % 4}")
        spans = segments(arrangement, section, bar)
        following = segments(arrangement, section, bar + 1)[0].chord
        for index, span in enumerate(spans):
            if span.chord is None:
                continue
            after = spans[index + 1].chord if index + 1 < len(spans) else following
            for note in _line(arrangement, span, span.chord, after, energy, dice):
                hand.play(song_bar, note.start, note.end, note.pitch, note.velocity, voice)
    _ring(hand, arrangement, voice)
    return hand.notes


def bass_pitch(pitch_class: int) -> int:
    """Return the pitch class in the octave of roots."""
    return LOWEST + (pitch_class - LOWEST) % 12


def _plays(section: Section, bar: int, energy: float) -> bool:
    if section.kind == "intro" and bar < section.bars // 2 and energy < 0.6:
        return False
    return energy >= 0.28


def _line(
    arrangement: Arrangement, span: Segment, chord: Chord, after: Chord | None, energy: float, dice: random.Random
) -> Iterator[Step]:
    if arrangement.feel.name == "jazz":
        yield from _walk(arrangement, span, chord, after, energy, dice)
    elif arrangement.feel.groove == "floor" and energy > 0.5:
        yield from _offbeats(arrangement, span, chord, energy)
    elif energy > 0.72 and arrangement.feel.groove == "backbeat":
        yield from _drive(arrangement, span, chord, energy, dice)
    else:
        yield from _anchor(arrangement, span, chord, energy, dice)


def _walk(
    arrangement: Arrangement, span: Segment, chord: Chord, after: Chord | None, energy: float, dice: random.Random
) -> Iterator[Step]:
    """A note a pulse: root, chord notes, and a half step into the next chord."""
    length = arrangement.meter.pulse_steps
    starts = [p for p in arrangement.meter.pulses if span.start <= p < span.end] or [int(span.start)]
    root = bass_pitch(chord.bass)
    tones = [root + interval for interval in chord.intervals if interval <= 12]
    for index, start in enumerate(starts):
        pitch = root if index == 0 else dice.choice(tones[1:] or tones)
        if index and index == len(starts) - 1 and after is not None:
            pitch = bass_pitch(after.bass) + dice.choice((-1, 1))
        yield Step(start, min(start + length, span.end) - 0.2, pitch, 0.6 + 0.2 * energy)


def _offbeats(arrangement: Arrangement, span: Segment, chord: Chord, energy: float) -> Iterator[Step]:
    """Off-beat eighths under a four-on-the-floor kick, every second one an octave up when it is loud."""
    half = max(1, arrangement.meter.pulse_steps // 2)
    root = bass_pitch(chord.bass)
    starts = [p + half for p in arrangement.meter.pulses if span.start <= p + half < span.end]
    for index, start in enumerate(starts):
        up = 12 if energy > 0.75 and index % 2 else 0
        yield Step(start, min(start + half, span.end) - 0.1, root + up, 0.7 + 0.25 * energy)
    if not starts:
        yield Step(span.start, span.end, root, 0.7)


def _drive(arrangement: Arrangement, span: Segment, chord: Chord, energy: float, dice: random.Random) -> Iterator[Step]:
    """Eighths on the root, with an octave or the fifth now and then."""
    length = arrangement.meter.pulse_steps // (3 if arrangement.meter.is_compound else 2) or 1
    root = bass_pitch(chord.bass)
    fifth = root + 7 if chord.bass == chord.root and 7 in chord.intervals else root
    for index, start in enumerate(range(int(span.start), int(span.end), length)):
        colour = dice.random()
        pitch = root if index == 0 or colour < 0.78 else fifth if colour < 0.9 else root + 12
        accent = 0.12 if start in arrangement.meter.pulses else 0.0
        yield Step(start, min(start + length, span.end) - 0.15, pitch, 0.55 + 0.25 * energy + accent)


def _anchor(
    arrangement: Arrangement, span: Segment, chord: Chord, energy: float, dice: random.Random
) -> Iterator[Step]:
    """Long roots; from medium energy on a push into the second half of the bar."""
    root = bass_pitch(chord.bass)
    length = span.end - span.start
    pulse = arrangement.meter.pulse_steps
    if energy < 0.45 or length <= pulse:
        yield Step(span.start, span.end - 0.2, root, 0.5 + 0.3 * energy)
        return
    middle = span.start + max(pulse, (length // 2 // pulse) * pulse)
    push = middle - pulse // 2 if dice.random() < 0.5 else middle
    fifth = root + 7 if chord.bass == chord.root and 7 in chord.intervals and dice.random() < 0.35 else root
    yield Step(span.start, push - 0.3, root, 0.55 + 0.3 * energy)
    if push < span.end:
        yield Step(push, span.end - 0.3, fifth, 0.5 + 0.3 * energy)


def _ring(hand: Hand, arrangement: Arrangement, voice: str) -> None:
    last = arrangement.sections[-1]
    energy = intensity(last, last.bars - 1)
    if any(change.chord for change in last.bar(last.bars - 1)) and energy >= 0.15:
        hand.play(arrangement.bars, 0, arrangement.meter.steps, bass_pitch(arrangement.key.tonic), 0.55, voice)
