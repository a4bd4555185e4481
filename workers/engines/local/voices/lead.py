"""The lead: a voice that sings vowels, its consonants, and a synth for solos."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from scipy import signal

from workers.engines.local.samples import SAMPLE_RATE, Samples, Signal
from workers.engines.local.voices.voice import Voice
from workers.engines.local.voices.waves import (
    decay,
    frequency,
    make_table,
    moving_phase,
    noise,
    read_tables,
    rise,
    saw,
    sine,
    times,
)

#: Formants of sung vowels: (Hz, level in dB, bandwidth in Hz); between the alto and tenor tables of Csound's manual.
FORMANTS: Final = {
    "a": ((725, 0, 85), (1115, -5, 95), (2725, -22, 120), (3300, -24, 130), (4400, -34, 150)),
    "e": ((400, 0, 70), (1650, -16, 85), (2650, -20, 110), (3300, -22, 120), (4300, -38, 150)),
    "i": ((320, 0, 60), (1800, -18, 90), (2700, -22, 105), (3300, -24, 120), (4300, -40, 150)),
    "o": ((425, 0, 60), (800, -9, 80), (2700, -24, 105), (3200, -26, 125), (4200, -36, 150)),
    "u": ((340, 0, 50), (650, -17, 65), (2700, -28, 110), (3300, -26, 120), (4200, -42, 150)),
}  # fmt: skip


def leads() -> dict[str, Voice]:
    """Return the lead's voices by name: the vowels, the consonant, the synth."""
    singers: dict[str, Voice] = {vowel: Singer(vowel) for vowel in FORMANTS}
    return {**singers, "consonant": Consonant(), "lead": LeadSynth()}


@dataclass(frozen=True, slots=True)
class Singer:
    """One vowel, doubled: a second take a few cents away on each side makes it a person in a room."""

    vowel: str
    release_s: float = 0.09
    variants: int = 1
    pan: float = 0.0
    level_db: float = -9.0

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the held vowel."""
        t = times(seconds)
        hz = frequency(pitch)
        table = make_table(partial(self._spectrum, loudness), hz, seed=5)
        takes = []
        for take, (cents, rate) in enumerate(((0.0, 5.3), (6.0, 4.9), (-7.0, 5.7))):
            vibrato = 0.0055 * sine(rate * t + 0.2 * take) * rise(t - np.float32(0.16), 0.35)
            scoop = -0.022 * decay(t, 0.035)
            path = hz * 2 ** (cents / 1200) * (1 + vibrato + scoop)
            takes.append(read_tables([table], [1.0], moving_phase(path)))
        breath = 0.018 * noise(len(t), pitch, 11).astype(np.float32)
        envelope = rise(t, 0.045) * (0.82 + 0.18 * decay(t, 0.5))
        middle = 0.5 * takes[0] + breath
        return np.stack([middle + 0.2 * takes[1], middle + 0.2 * takes[2]]) * envelope

    def _spectrum(self, loudness: float, numbers: Signal, hz: Signal) -> Signal:
        source = numbers ** -(0.95 - 0.25 * loudness)
        throat = np.zeros_like(hz)
        for centre, level_db, width in FORMANTS[self.vowel]:
            throat += 10 ** (0.72 * level_db / 20) / np.sqrt(1 + ((hz - centre) / (1.6 * width)) ** 2)
        return source * (throat + 0.02)


@dataclass(frozen=True, slots=True)
class Consonant:
    """The hiss of s, t, k and their like, before the vowel opens."""

    release_s: float = 0.2
    variants: int = 3
    pan: float = 0.0
    level_db: float = -21.0

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the burst."""
        t = times(0.09)
        sections = signal.butter(2, (4200, 9500), "bandpass", fs=SAMPLE_RATE, output="sos")
        hiss = signal.sosfilt(sections, noise(len(t), 3, variant)).astype(np.float32)
        burst: Samples = (hiss * rise(t, 0.008) * decay(t, 0.022))[np.newaxis]
        return burst


@dataclass(frozen=True, slots=True)
class LeadSynth:
    """Two saws and a square below, through a gentle filter, with late vibrato."""

    release_s: float = 0.15
    variants: int = 1
    pan: float = 0.0
    level_db: float = -12.5

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the held note."""
        t = times(seconds)
        hz = frequency(pitch)
        corners = (4200.0 + 2500 * loudness, 1500.0)
        tables = [make_table(saw(corner, 1.6), hz, seed=6) for corner in corners]
        weights = [0.2 + 0.4 * loudness * decay(t, 0.4), np.float32(0.5)]
        bend = 1 + 0.006 * sine(5.6 * t) * rise(t - np.float32(0.2), 0.3) - 0.012 * decay(t, 0.03)
        left, right = (read_tables(tables, weights, moving_phase(hz * d * bend)) for d in (1.0028, 0.9972))
        return np.stack([0.7 * left + 0.3 * right, 0.3 * left + 0.7 * right]) * rise(t, 0.008)
