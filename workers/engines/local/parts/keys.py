"""The keyboard player: voices that move as little as they can, a pad below, a pattern by feel and energy."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final, NamedTuple

from workers.engines.local.arrangement import Arrangement, Section
from workers.engines.local.chords import Chord, diatonic
from workers.engines.local.score import Hand, Note, Segment, bars_of, intensity, player_random, segments

#: The range of the hands: E3 to A5, above the bass and around the voice.
LOWEST: Final = 52
HIGHEST: Final = 76
#: Where voicings like to be: just above middle C.
CENTRE: Final = 62.5
VOICES_MAX: Final = 4

Voicing = tuple[int, ...]


class Stroke(NamedTuple):
    """Some notes of the voicing (None: all) from a step to a step of the bar."""

    start: float
    end: float
    velocity: float
    note: int | None = None


def play_keys(arrangement: Arrangement, seed: int, looseness: float) -> list[Note]:
    """Return the keyboard player's notes: pattern and pad."""
    hand = Hand(arrangement, player_random(seed, "keys"), looseness, spread_ms=5.0)
    held: Voicing = ()
    for section, bar, song_bar in bars_of(arrangement):
        energy = intensity(section, bar)
        dice = player_random(seed, f"keys/{bar % 2}", section, shared=True)
        for span in segments(arrangement, section, bar):
            if span.chord is None:
                continue
            held = voice_chord(span.chord, held)
            for stroke in _pattern(arrangement, section, span, energy, dice):
                chosen = held if stroke.note is None else (_ladder(held, stroke.note),)
                for order, pitch in enumerate(chosen):
                    # Fingers land one after the other, by a hair.
                    at = stroke.start + (0.02 * order if looseness else 0.0)
                    hand.play(song_bar, at, stroke.end, pitch, stroke.velocity, arrangement.feel.keys)
            _pad(hand, arrangement, section, span, held, song_bar, energy)
    _ring(hand, arrangement, held)
    return hand.notes


def voice_chord(chord: Chord, before: Voicing) -> Voicing:
    """Return the chord's notes in the hands' range, as near to the notes before as possible."""
    classes = _essential(chord)
    best: tuple[float, Voicing] | None = None
    for lowest in range(LOWEST, LOWEST + 13):
        for turn in range(len(classes)):
            voicing = _stack(classes[turn:] + classes[:turn], lowest)
            if voicing[-1] > HIGHEST:
                continue
            cost = abs(sum(voicing) / len(voicing) - CENTRE) * 0.6 + _movement(voicing, before)
            if best is None or cost < best[0] - 1e-9:
                best = (cost, voicing)
    assert best is not None, "a close voicing fits between the lowest start and the highest note"
    return best[1]


def _essential(chord: Chord) -> tuple[int, ...]:
    """Return up to four pitch classes that tell what the chord is: the fifth goes first, then the root."""
    intervals = list(dict.fromkeys(interval % 12 for interval in chord.intervals))
    for dispensable in (7, 0, 5):
        if len(intervals) > VOICES_MAX and dispensable in intervals:
            intervals.remove(dispensable)
    # Ascending, so that every turn of the chord lies within an octave.
    return tuple((chord.root + interval) % 12 for interval in sorted(intervals[:VOICES_MAX]))


def _stack(classes: tuple[int, ...], lowest: int) -> Voicing:
    pitches: list[int] = []
    floor = lowest
    for pitch_class in classes:
        pitch = floor + (pitch_class - floor) % 12
        pitches.append(pitch)
        floor = pitch + 1
    return tuple(pitches)


def _movement(voicing: Voicing, before: Voicing) -> float:
    if not before:
        return 0.0
    return sum(min(abs(pitch - old) for old in before) for pitch in voicing) / len(voicing)


def _ladder(voicing: Voicing, index: int) -> int:
    octave, at = divmod(index, len(voicing))
    return voicing[at] + 12 * octave


def _pattern(
    arrangement: Arrangement, section: Section, span: Segment, energy: float, dice: random.Random
) -> Iterator[Stroke]:
    feel = arrangement.feel
    level = 0.35 + 0.45 * energy
    if energy < 0.33 and feel.keys != "pluck":
        yield Stroke(span.start, span.end - 0.2, level)
    elif feel.keys == "pluck":
        yield from _arpeggio(span, level, every=1 if energy > 0.6 else 2, order=(0, 2, 1, 3, 4, 2, 3, 1))
    elif feel.name == "acoustic" and section.kind not in ("chorus", "solo"):
        division = 2 if not arrangement.meter.is_compound else arrangement.meter.pulse_steps // 3
        yield from _arpeggio(span, level, every=max(1, division), order=(0, 1, 2, 3, 2, 1))
    elif feel.name == "jazz":
        yield from _charleston(arrangement, span, level, dice)
    elif feel.keys == "piano" and energy > 0.6:
        yield from _pulses(arrangement, span, level)
    else:
        yield from _pushes(arrangement, span, level, energy, dice)


def _arpeggio(span: Segment, level: float, *, every: int, order: tuple[int, ...]) -> Iterator[Stroke]:
    for count, step in enumerate(range(int(span.start), int(span.end), every)):
        accent = 0.1 if count % 4 == 0 else 0.0
        yield Stroke(step, min(step + 2.2 * every, span.end), level + accent, order[count % len(order)])


def _charleston(arrangement: Arrangement, span: Segment, level: float, dice: random.Random) -> Iterator[Stroke]:
    pulse = arrangement.meter.pulse_steps
    yield Stroke(span.start, span.start + pulse * 0.9, level)
    second = span.start + pulse * 1.5
    if second < span.end and dice.random() < 0.75:
        yield Stroke(second, min(second + pulse * 0.5, span.end), level * 0.85)


def _pulses(arrangement: Arrangement, span: Segment, level: float) -> Iterator[Stroke]:
    length = max(1, arrangement.meter.pulse_steps // (3 if arrangement.meter.is_compound else 2))
    for step in range(int(span.start), int(span.end), length):
        on = step in arrangement.meter.pulses
        yield Stroke(step, min(step + length, span.end) - 0.1, level if on else level * 0.72)


def _pushes(
    arrangement: Arrangement, span: Segment, level: float, energy: float, dice: random.Random
) -> Iterator[Stroke]:
    """A chord on the change, and with more energy others off the beat."""
    pulse = arrangement.meter.pulse_steps
    starts = [span.start]
    for candidate in (span.start + 1.5 * pulse, span.start + 2.5 * pulse, span.start + 3 * pulse):
        if candidate < span.end and dice.random() < energy * 0.8:
            starts.append(candidate)
    for start, end in zip(starts, [*starts[1:], span.end], strict=True):
        yield Stroke(start, end - 0.15, level if start == span.start else level * 0.85)


def _pad(
    hand: Hand, arrangement: Arrangement, section: Section, span: Segment, held: Voicing, song_bar: int, energy: float
) -> None:
    level = arrangement.feel.pad * (0.35 + 0.5 * energy)
    if level < 0.15 or (section.kind == "verse" and energy < 0.45):
        return
    for pitch in held[-3:]:
        hand.play(song_bar, span.start, span.end + 0.4, pitch, level, "pad")


def _ring(hand: Hand, arrangement: Arrangement, held: Voicing) -> None:
    """The last chord: home, held until it has died away."""
    if not held:
        return
    home = voice_chord(diatonic(arrangement.key, 0), held)
    for order, pitch in enumerate(home):
        hand.play(arrangement.bars, 0.1 * order, arrangement.meter.steps, pitch, 0.55, arrangement.feel.keys)
