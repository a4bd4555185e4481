"""The melody: sung on the vowels of the lyrics where there are any, hummed or played where there are none."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final, NamedTuple

from workers.engines.local.arrangement import Arrangement, Section
from workers.engines.local.lyrics import Syllable
from workers.engines.local.score import Clock, Hand, Note, chord_at, player_random
from workers.engines.local.theory import Meter
from workers.engines.port import WordTime

#: Where each kind of section's melody lies (MIDI); choruses sit higher than verses.
CENTRES: Final = {"verse": 62, "pre-chorus": 64, "chorus": 67, "bridge": 65, "solo": 74}
VOICE_RANGE: Final = (55, 76)
SOLO_RANGE: Final = (62, 86)
PHRASE_BARS: Final = 2
#: Lines sung in one bar at most; what is left over is reported, not gabbled.
LINES_A_BAR_MAX: Final = 2
_CONSONANT = 0


class Phrase(NamedTuple):
    """Syllables and the stretch of the section they are sung in, in steps from the section's start."""

    syllables: tuple[Syllable, ...]
    start: int
    end: int
    #: Which line of the lyrics; None for a phrase without words.
    line: int | None
    #: Phrases of one shape share rhythm and contour: A B A C.
    shape: str


class Melody(NamedTuple):
    """The lead's notes, the words it sings, and what had to be left out."""

    notes: list[Note]
    words: list[WordTime]
    left_out: list[str]


def play_lead(arrangement: Arrangement, seed: int, looseness: float) -> Melody:
    """Return the melody."""
    hand = Hand(arrangement, player_random(seed, "lead"), looseness, spread_ms=7.0)
    words: list[WordTime] = []
    left_out: list[str] = []
    for section in arrangement.sections:
        singer = _Singer(arrangement, section, seed, hand, left_out)
        for phrase in _phrases(arrangement, section, left_out):
            words.extend(singer.sing(phrase))
    return Melody(hand.notes, words, left_out)


def _phrases(arrangement: Arrangement, section: Section, left_out: list[str]) -> Iterator[Phrase]:
    steps = arrangement.meter.steps
    lines = section.lines
    if not lines:
        yield from _wordless(section, steps)
        return
    fitting = lines[: section.bars * LINES_A_BAR_MAX]
    if len(fitting) < len(lines):
        left_out.append(
            f"{section.name}: {len(lines) - len(fitting)} lines of lyrics do not fit its {section.bars} bars"
        )
    whole_bars = section.bars // len(fitting)
    for index, line in enumerate(fitting):
        if whole_bars:
            start, length = index * whole_bars * steps, min(whole_bars, 2 * PHRASE_BARS) * steps
        else:
            per_bar = -(-len(fitting) // section.bars)
            start, length = index * steps // per_bar, steps // per_bar
        yield Phrase(line, start, start + length, index, "ABAC"[index % 4])


def _wordless(section: Section, steps: int) -> Iterator[Phrase]:
    """Phrases of two bars to hum or play; intros, breakdowns and outros have every second one, or none when soft."""
    sparse = section.kind in ("intro", "breakdown", "outro")
    if sparse and section.energy < 0.3:
        return
    count = 9 if section.kind == "solo" else 3 if sparse else 5
    for index, bar in enumerate(range(0, section.bars, PHRASE_BARS)):
        if sparse and index % 2 == 0 and section.bars > PHRASE_BARS:
            continue
        end = min(bar + PHRASE_BARS, section.bars) * steps
        hum = tuple(Syllable("ou"[at % 2], "", 0, False, False) for at in range(count))
        yield Phrase(hum, bar * steps, end, None, "ABAC"[index % 4])


class _Singer:
    """Sings the phrases of one section, carrying the pitch from one to the next."""

    def __init__(self, arrangement: Arrangement, section: Section, seed: int, hand: Hand, left_out: list[str]) -> None:
        self._arrangement = arrangement
        self._section = section
        self._seed = seed
        self._hand = hand
        self._left_out = left_out
        self._clock = Clock(arrangement)
        played = section.kind in ("solo", "intro", "breakdown", "outro") and not section.lines
        self._instrument = "lead" if played or not arrangement.sings else None
        low, high = SOLO_RANGE if section.kind == "solo" else VOICE_RANGE
        scale = set(arrangement.key.scale)
        self._ladder = [pitch for pitch in range(low, high + 1) if pitch % 12 in scale]
        centre = CENTRES.get(section.kind, 64)
        self._home = min(range(len(self._ladder)), key=lambda at: abs(self._ladder[at] - centre))

    def sing(self, phrase: Phrase) -> list[WordTime]:
        """Play the phrase and return its words with their times."""
        dice = player_random(self._seed, f"melody/{phrase.shape}", self._section, shared=True)
        starts = _rhythm(len(phrase.syllables), phrase.end - phrase.start, self._arrangement.meter, dice)
        contour = _contour(len(starts), dice)
        if len(starts) < len(phrase.syllables):
            line = f"line {(phrase.line or 0) + 1} of {self._section.name}"
            self._left_out.append(f"{line}: {len(phrase.syllables) - len(starts)} syllables do not fit its bars")
        words: list[WordTime] = []
        for index, (syllable, start) in enumerate(zip(phrase.syllables, starts, strict=False)):
            last = index == len(starts) - 1
            until = phrase.end - phrase.start - 1 if last else starts[index + 1]
            longest = self._arrangement.meter.pulse_steps * (2 if last else 1.5)
            end = start + min(longest, max(1, until - start))
            at = phrase.start + start
            pitch = self._pitch(at, contour[index], strong=last or start in self._arrangement.meter.pulses)
            self._sound(syllable, at, phrase.start + end, pitch, strong=index == 0 or last)
            if phrase.line is not None:
                _extend(words, syllable, self._word(syllable, at, phrase.start + end, phrase.line))
        return words

    def _pitch(self, at: int, offset: int, *, strong: bool) -> int:
        """Return the scale note of the contour; on strong beats the chord note nearest to it."""
        rung = max(0, min(len(self._ladder) - 1, self._home + offset))
        wanted = self._ladder[rung]
        bar, step = divmod(at, self._arrangement.meter.steps)
        chord = chord_at(self._arrangement, self._section, bar, step)
        if not strong or chord is None:
            return wanted
        classes = set(chord.pitch_classes)
        near = [pitch for pitch in range(self._ladder[0], self._ladder[-1] + 1) if pitch % 12 in classes]
        return min(near, key=lambda pitch: (abs(pitch - wanted), pitch), default=wanted)

    def _sound(self, syllable: Syllable, start: int, end: float, pitch: int, *, strong: bool) -> None:
        velocity = 0.5 + 0.3 * self._section.energy + (0.08 if strong else 0.0)
        bar, step = divmod(start, self._arrangement.meter.steps)
        song_bar, length = self._section.first_bar + bar, end - start
        voice = self._instrument or syllable.vowel
        self._hand.play(song_bar, step, step + 0.95 * length, pitch, velocity, voice)
        if syllable.has_consonant and not self._instrument:
            self._hand.play(song_bar, step, step + 0.5, _CONSONANT, velocity, "consonant")

    def _word(self, syllable: Syllable, start: int, end: float, line: int) -> WordTime:
        first, steps = self._section.first_bar, self._arrangement.meter.steps
        bar, step = divmod(start, steps)
        start_s = self._clock.seconds(first + bar, step)
        end_s = self._clock.seconds(first + bar, step + (end - start))
        return WordTime(syllable.word, start_s, end_s, self._section.id, line)


def _extend(words: list[WordTime], syllable: Syllable, word: WordTime) -> None:
    """Add a word, or lengthen the last one by another of its syllables."""
    if syllable.starts_word or not words:
        words.append(word)
    else:
        words[-1] = words[-1]._replace(end_s=word.end_s)


def _rhythm(count: int, length: int, meter: Meter, dice: random.Random) -> list[int]:
    """Return the steps at which syllables start: strong beats first, close together at the phrase's beginning.

    Fewer than asked when even sixteenths do not suffice.
    """
    breath = min(meter.pulse_steps, length // 4)
    room = max(1, length - breath)
    grid = 2 if count <= room // 2 else 1
    # About three eighths of a pulse a syllable, so that short lines leave air after them.
    window = min(room, max(meter.pulse_steps, int(count * 2.75)))
    slots = list(range(0, max(1, window), grid))
    while len(slots) < count and slots[-1] + grid < room:
        slots.append(slots[-1] + grid)
    weights = {step: _weight(step, meter) + dice.random() * 0.55 for step in slots}
    chosen = sorted(slots, key=lambda step: (-weights[step], step))[:count]
    return sorted(chosen)


def _weight(step: int, meter: Meter) -> float:
    within = step % meter.steps
    if within == 0:
        return 1.0
    if within in meter.pulses:
        return 0.8
    return 0.5 if step % 2 == 0 else 0.2


def _contour(count: int, dice: random.Random) -> list[int]:
    """Return scale steps around home: mostly by step, a leap now and then turned back, coming home at the end."""
    at = dice.choice((-1, 0, 0, 2))
    heading = dice.choice((-1, 1))
    steps: list[int] = []
    for index in range(count):
        steps.append(at)
        pull = -1 if at > 2 else 1 if at < -3 else 0
        leap = dice.random() < 0.14
        move = dice.choice((0, 1, 1, 1, 1, 2)) * heading + (2 * heading if leap else 0)
        at += pull or move
        if leap or pull or dice.random() < 0.3:
            heading = -heading
        if index >= count - 3 and at:
            at -= 1 if at > 0 else -1
    return steps
