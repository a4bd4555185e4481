"""The drummer: grooves from the meter's pulses, fills before changes, crashes after them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final, NamedTuple

from workers.engines.local.arrangement import Arrangement, Section
from workers.engines.local.score import Hand, Note, intensity, player_random
from workers.engines.local.theory import Meter

#: General MIDI keys of the pieces.
PIECES: Final = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "tom_low": 43, "hat": 42, "tom_mid": 47, "open_hat": 46,
    "crash": 49, "tom_high": 50, "ride": 51, "tambourine": 54, "shaker": 70,
}  # fmt: skip


class Hit(NamedTuple):
    """A piece struck at a step of the bar."""

    step: float
    piece: str
    velocity: float


def play_drums(arrangement: Arrangement, seed: int, looseness: float) -> list[Note]:
    """Return the drummer's notes."""
    hand = Hand(arrangement, player_random(seed, "drums"), looseness, spread_ms=3.0)
    sections = arrangement.sections
    for index, section in enumerate(sections):
        before = sections[index - 1].energy if index else 0.0
        after = sections[index + 1].energy if index + 1 < len(sections) else None
        _play_section(hand, arrangement, section, before, after, seed)
    if any(_plays(section, bar) for section in sections[-1:] for bar in range(section.bars)):
        for piece, velocity in (("kick", 0.8), ("crash", 0.6)):
            hand.play(arrangement.bars, 0, 2, PIECES[piece], velocity, piece)
    return hand.notes


def _play_section(
    hand: Hand, arrangement: Arrangement, section: Section, before: float, after: float | None, seed: int
) -> None:
    pattern = _Pattern(arrangement, player_random(seed, "groove", section, shared=True))
    dice = player_random(seed, "drums", section)
    for bar in range(section.bars):
        energy = intensity(section, bar)
        if not _plays(section, bar):
            continue
        fills = bar == section.bars - 1 and section.bars > 1 and after is not None
        fill_from = arrangement.meter.steps - _fill_steps(arrangement.meter, energy, after or 0.0) if fills else None
        hits = [*pattern.bar(energy, bar, dice)]
        if fill_from is not None:
            hits = [hit for hit in hits if hit.step < fill_from or hit.piece == "kick"]
            hits += _fill(fill_from, arrangement.meter.steps, after or 0.0, dice)
        if bar == 0 and section.first_bar and (section.energy >= 0.6 or section.energy > before + 0.1):
            hits.append(Hit(0, "crash", 0.45 + 0.45 * section.energy))
        for hit in hits:
            hand.play(section.first_bar + bar, hit.step, hit.step + 1, PIECES[hit.piece], hit.velocity, hit.piece)


def _plays(section: Section, bar: int) -> bool:
    """Tell whether the drummer plays this bar: not in quiet sections, late in intros, not to the end of outros."""
    energy = intensity(section, bar)
    match section.kind:
        case "intro":
            return energy >= 0.6 or (energy >= 0.35 and bar >= section.bars // 2)
        case "breakdown":
            return energy >= 0.3 and bar >= section.bars // 2
        case "outro":
            return energy >= 0.6 or (energy >= 0.2 and bar < (section.bars + 1) // 2)
    return energy >= 0.25


def _fill_steps(meter: Meter, energy: float, after: float) -> int:
    pulses = 2 if after > energy + 0.1 and len(meter.pulses) > 2 else 1
    return meter.steps - meter.pulses[-min(pulses, len(meter.pulses))]


def _fill(start: int, end: int, after: float, dice: random.Random) -> Iterator[Hit]:
    """Yield a run down the kit, busier the louder the next section is."""
    run = dice.choice(
        [("snare", "snare", "tom_high", "tom_low"), ("snare", "tom_high", "tom_mid", "tom_low"), ("snare",) * 4]
    )
    every = 1 if after >= 0.65 else 2
    length = end - start
    for step in range(start, end, every):
        done = (step - start) / length
        if dice.random() < 0.9:
            yield Hit(step, run[min(3, int(done * 4))], 0.4 + 0.45 * done * (0.5 + after / 2))


class _Pattern:
    """A groove: fixed choices for a kind of section, played with the energy of each bar."""

    def __init__(self, arrangement: Arrangement, dice: random.Random) -> None:
        self._feel = arrangement.feel
        self._meter = arrangement.meter
        pulses = arrangement.meter.pulses
        self._down = [p for i, p in enumerate(pulses) if i % 2 == 0]
        self._back = [p for i, p in enumerate(pulses) if i % 2 == 1]
        half = arrangement.meter.pulse_steps // 2
        offbeats = [p + half for p in pulses] if half else []
        self._pushes = sorted(dice.sample(offbeats, k=min(2, len(offbeats))))
        self._ghosts = sorted(dice.sample(range(arrangement.meter.steps), k=min(2, arrangement.meter.steps)))
        self._division = max(1, arrangement.meter.pulse_steps // (3 if arrangement.meter.is_compound else 2))

    def bar(self, energy: float, bar: int, dice: random.Random) -> Iterator[Hit]:
        """Yield the hits of a bar."""
        match self._feel.groove:
            case "floor":
                yield from self._floor(energy)
            case "halftime":
                yield from self._halftime(energy, dice)
            case "light":
                yield from self._light(energy)
            case "ride":
                yield from self._ride(energy, dice)
            case _:
                yield from self._backbeat(energy, bar, dice)

    def _backbeat(self, energy: float, bar: int, dice: random.Random) -> Iterator[Hit]:
        for step in self._down:
            yield Hit(step, "kick", 0.6 + 0.35 * energy)
        if energy > 0.5:
            for step in self._pushes[: 1 if energy < 0.75 else 2]:
                yield Hit(step, "kick", 0.45 + 0.35 * energy)
        for step in self._back:
            yield Hit(step, "snare" if energy >= 0.48 else "rim", 0.5 + 0.45 * energy)
        if energy > 0.6 and bar % 2:
            for step in self._ghosts:
                if step not in self._back and dice.random() < 0.6:
                    yield Hit(step, "snare", 0.14)
        loud = energy > 0.84 and self._feel.name == "rock"
        yield from self._hats("ride" if loud else "hat", energy)
        if energy > 0.75:
            for step in self._back:
                yield Hit(step, "tambourine", 0.3 + 0.3 * energy)

    def _floor(self, energy: float) -> Iterator[Hit]:
        half = self._meter.pulse_steps // 2
        for step in self._meter.pulses if energy >= 0.4 else self._down:
            yield Hit(step, "kick", 0.7 + 0.3 * energy)
            if energy > 0.45 and half:
                yield Hit(step + half, "open_hat", 0.3 + 0.35 * energy)
        for step in self._back if energy > 0.5 else ():
            yield Hit(step, "clap", 0.5 + 0.4 * energy)
        if energy > 0.65:
            for step in range(self._meter.steps):
                yield Hit(step, "hat", 0.32 if step % 2 else 0.22)

    def _halftime(self, energy: float, dice: random.Random) -> Iterator[Hit]:
        pulses = self._meter.pulses
        yield Hit(0, "kick", 0.7 + 0.3 * energy)
        for step in self._pushes if energy > 0.4 else ():
            yield Hit(step, "kick", 0.5 + 0.35 * energy)
        snare = pulses[len(pulses) // 2] if len(pulses) > 1 else self._meter.steps // 2
        yield Hit(snare, "snare", 0.55 + 0.4 * energy)
        if energy > 0.7:
            yield Hit(snare, "clap", 0.5)
        yield from self._hats("hat", energy)
        if energy > 0.5 and dice.random() < 0.4:
            start = dice.choice(pulses)
            for third in range(6):
                yield Hit(start + third * 2 / 3, "hat", 0.25 + 0.05 * third)

    def _light(self, energy: float) -> Iterator[Hit]:
        for step in self._down:
            yield Hit(step, "kick", 0.4 + 0.35 * energy)
        if energy > 0.45:
            for step in self._back:
                yield Hit(step, "rim" if energy < 0.7 else "snare", 0.3 + 0.35 * energy)
        every = 1 if energy > 0.65 else self._division
        for step in range(0, self._meter.steps, every):
            yield Hit(step, "shaker", (0.42 if step in self._meter.pulses else 0.26) * (0.6 + 0.5 * energy))

    def _ride(self, energy: float, dice: random.Random) -> Iterator[Hit]:
        skip = self._meter.pulse_steps // 2
        for step in self._meter.pulses:
            yield Hit(step, "ride", 0.45 + 0.25 * energy)
            yield Hit(step, "kick", 0.16 + 0.1 * energy)
        for step in self._back:
            yield Hit(step + skip, "ride", 0.3 + 0.2 * energy)
            yield Hit(step, "hat", 0.4)
        for step in self._pushes:
            if dice.random() < 0.25 + 0.45 * energy:
                yield Hit(step, "snare", 0.15 + 0.25 * energy * dice.random())

    def _hats(self, piece: str, energy: float) -> Iterator[Hit]:
        every = self._division
        if energy < 0.45:
            every = self._meter.pulse_steps
        elif self._feel.hats > 2 and energy > 0.7:
            every = max(1, every // 2)
        last = self._meter.steps - self._division
        for step in range(0, self._meter.steps, every):
            opened = piece == "hat" and energy > 0.7 and step == last
            accent = 0.62 if step in self._meter.pulses else 0.42
            yield Hit(step, "open_hat" if opened else piece, accent * (0.6 + 0.45 * energy))
