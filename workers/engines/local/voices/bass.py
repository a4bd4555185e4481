"""Two basses: fingers on a string, and a synth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.engines.local.samples import Samples
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


def basses() -> dict[str, Voice]:
    """Return the bass voices by name."""
    return {"finger": FingerBass(), "synth": SynthBass()}


@dataclass(frozen=True, slots=True)
class FingerBass:
    """A string plucked at a fifth of its length: the high partials die first."""

    release_s: float = 0.07
    variants: int = 1
    pan: float = 0.0
    level_db: float = -8.5

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the held note."""
        t = times(seconds)
        hz = frequency(pitch)
        tables = [make_table(string(corner, 1.6, fall=0.9, struck_at=0.21), hz) for corner in (3400.0, 1300.0, 380.0)]
        weights = [
            (0.22 + 0.4 * loudness) * decay(t, 0.12),
            0.55 * decay(t, 0.55),
            0.62 * decay(t, 2.4),
        ]
        pluck = read_tables(tables, weights, steady_phase(hz, len(t)))
        finger = 0.12 * loudness * noise(len(t), pitch).astype(np.float32) * decay(t, 0.004)
        return np.tanh(1.25 * (pluck + finger) * rise(t, 0.004))[np.newaxis]


@dataclass(frozen=True, slots=True)
class SynthBass:
    """A saw whose filter closes over a steady sine an octave's worth of weight below."""

    release_s: float = 0.05
    variants: int = 1
    pan: float = 0.0
    level_db: float = -9.5

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the held note."""
        t = times(seconds)
        hz = frequency(pitch)
        tables = [make_table(saw(corner, 2.0), hz, seed=1) for corner in (3200.0, 1000.0, 350.0)]
        weights = [(0.1 + 0.22 * loudness) * decay(t, 0.12), 0.36 * decay(t, 0.4) + 0.08, np.float32(0.4)]
        phase = steady_phase(hz, len(t))
        bright = read_tables(tables, weights, phase)
        return np.tanh(1.5 * (0.8 * bright + 0.55 * sine(phase)) * rise(t, 0.005))[np.newaxis]
