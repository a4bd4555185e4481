"""Keyboards: an electric piano, a piano, a pluck, and the pad behind them. All of them are wide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.engines.local.samples import SAMPLE_RATE, Samples
from workers.engines.local.voices.voice import Voice
from workers.engines.local.voices.waves import (
    decay,
    frequency,
    make_table,
    noise,
    read_tables,
    rise,
    saw,
    sine,
    steady_phase,
    string,
    times,
)


def keyboards() -> dict[str, Voice]:
    """Return the keyboard voices by name."""
    return {"epiano": ElectricPiano(), "piano": Piano(), "pluck": Pluck(), "pad": Pad()}


@dataclass(frozen=True, slots=True)
class ElectricPiano:
    """A tine and its tone bar by frequency modulation, in slow stereo tremolo."""

    release_s: float = 0.18
    variants: int = 1
    pan: float = 0.0
    level_db: float = -16.5

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the held note."""
        t = times(seconds)
        hz = frequency(pitch)
        phase = steady_phase(hz, len(t))
        swing = sine(phase)
        # High notes take less modulation: their side bands would only hiss.
        depth = (0.12 + 0.42 * loudness) * min(1.0, (350 / hz) ** 0.5)
        bar = sine(phase + depth * decay(t, 0.5) * swing)
        tine = sine(phase + 0.3 * decay(t, 0.05) * sine(phase * float(min(14, int(15_000 / hz)))))
        tone = (bar * decay(t, 1.5) + 0.4 * tine * decay(t, 0.9)) * rise(t, 0.002)
        tremolo = 0.14 * sine(4.7 * t)
        return np.stack([tone * (1 + tremolo), tone * (1 - tremolo)])


@dataclass(frozen=True, slots=True)
class Piano:
    """Two strings a note, a hair apart, bright when struck and soon mellow; low keys left, high keys right."""

    release_s: float = 0.14
    variants: int = 1
    pan: float = 0.0
    level_db: float = -14.0

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the held note."""
        t = times(seconds)
        hz = frequency(pitch)
        corners = (2600.0 + 5600 * loudness, 1500.0 + 1500 * loudness, 900.0)
        tables = [make_table(string(corner, 1.3, fall=0.7, struck_at=1 / 7.6), hz, seed=2) for corner in corners]
        length = (262 / hz) ** 0.45
        weights = [
            (0.3 + 0.3 * loudness) * decay(t, 0.10 * length),
            0.42 * decay(t, 0.6 * length),
            0.3 * decay(t, 2.3 * length),
        ]
        first, second = (
            read_tables(tables, weights, steady_phase(hz * d, len(t), s)) for d, s in ((1.0004, 0.0), (0.9995, 0.31))
        )
        hammer = 0.1 * loudness * noise(len(t), pitch, 7).astype(np.float32) * decay(t, 0.006)
        envelope = rise(t, 0.0025)
        side = (pitch - 64) / 60
        left = (0.75 * first + 0.45 * second + hammer) * envelope * (1 - side)
        right = (0.45 * first + 0.75 * second + hammer) * envelope * (1 + side)
        return np.stack([left, right])


@dataclass(frozen=True, slots=True)
class Pluck:
    """A short bright synth: two detuned saws whose filter snaps shut."""

    release_s: float = 0.12
    variants: int = 1
    pan: float = 0.0
    level_db: float = -14.5

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the held note."""
        t = times(seconds)
        hz = frequency(pitch)
        tables = [make_table(saw(corner, 2.0), hz, seed=3) for corner in (7500.0, 2800.0, 1000.0)]
        weights = [
            (0.2 + 0.45 * loudness) * decay(t, 0.05),
            0.5 * decay(t, 0.16),
            0.45 * decay(t, 0.45),
        ]
        sides = [
            read_tables(tables, weights, steady_phase(hz * d, len(t), s)) for d, s in ((1.0025, 0.1), (0.9975, 0.6))
        ]
        middle = read_tables(tables, weights, steady_phase(hz, len(t)))
        return np.stack([0.6 * side + 0.4 * middle for side in sides]) * rise(t, 0.002)


@dataclass(frozen=True, slots=True)
class Pad:
    """Detuned strings that open slowly, different on each side."""

    release_s: float = 0.6
    variants: int = 1
    pan: float = 0.0
    level_db: float = -19.0

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the held note."""
        t = times(seconds)
        hz = frequency(pitch)
        corners = (2200.0 + 3600 * loudness, 1100.0)
        tables = [make_table(saw(corner, 1.5), hz, seed=4) for corner in corners]
        opening = rise(t, 1.6)
        weights = [0.3 + 0.5 * opening, 0.6 - 0.3 * opening]
        detunes = ((1.0041, 0.0, 0), (0.9985, 0.4, 0), (0.9961, 0.7, 1), (1.0017, 0.2, 1))
        sides = np.zeros((2, len(t)), np.float32)
        for detune, start, side in detunes:
            sides[side] += 0.6 * read_tables(tables, weights, steady_phase(hz * detune, len(t), start))
        drift = 1 + 0.12 * sine(np.arange(len(t)) * (0.31 / SAMPLE_RATE))
        return sides * rise(t, 0.22) * drift
