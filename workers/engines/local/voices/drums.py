"""The drum kit: every piece from sines, noise and filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import signal

from workers.engines.local.samples import SAMPLE_RATE, Samples, Signal
from workers.engines.local.voices.voice import Voice
from workers.engines.local.voices.waves import decay, noise, rise, sine, times

#: Frequencies of the six square waves of a classic drum machine's cymbals, in Hz.
_METAL_HZ: Final = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)


def drum_kit() -> dict[str, Voice]:
    """Return the voices of the kit by piece."""
    return {
        "kick": Kick(),
        "snare": Snare(),
        "rim": Rim(),
        "clap": Clap(),
        "hat": Cymbal(length_s=0.035, low_hz=7000, pan=0.25, level_db=-11.5),
        "open_hat": Cymbal(length_s=0.16, low_hz=6500, pan=0.25, level_db=-12.5),
        "ride": Cymbal(length_s=0.5, low_hz=5200, pan=-0.3, level_db=-16, ping_hz=3150),
        "crash": Cymbal(length_s=0.75, low_hz=3600, pan=-0.35, level_db=-12, wash=0.02),
        "tom_high": Tom(165, pan=0.3),
        "tom_mid": Tom(124, pan=0.0),
        "tom_low": Tom(88, pan=-0.35),
        "shaker": Shaker(band=(4500, 11_000), pan=-0.3, level_db=-13),
        "tambourine": Shaker(band=(6500, 14_000), pan=-0.45, level_db=-14, jingle=True),
    }


def _band(x: Signal, kind: Literal["bandpass", "highpass", "lowpass"], hz: float | tuple[float, float]) -> Samples:
    sections = signal.butter(2, hz, kind, fs=SAMPLE_RATE, output="sos")
    filtered: Samples = signal.sosfilt(sections, x).astype(np.float32)
    return filtered


def _mono(x: Samples) -> Samples:
    """Return the sound with its last five milliseconds faded, as one channel."""
    tail = min(len(x), SAMPLE_RATE // 200)
    x[-tail:] *= np.linspace(1, 0, tail, dtype=np.float32)
    return x[np.newaxis].astype(np.float32)


@dataclass(frozen=True, slots=True)
class Kick:
    """A head that drops in pitch, a beater's click, and a little drive."""

    release_s: float = 1.0
    variants: int = 1
    pan: float = 0.0
    level_db: float = -4.0

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the hit."""
        t = times(0.42)
        hz = 51 + 120 * decay(t, 0.028) + 260 * decay(t, 0.004)
        tone = sine(np.cumsum(hz, dtype=np.float64) / SAMPLE_RATE) * decay(t, 0.13)
        click = _band(noise(len(t), 36, 1), "bandpass", (1800, 6500)) * decay(t, 0.0035) * (0.2 + 0.5 * loudness)
        return _mono(np.tanh(1.7 * (tone * rise(t, 0.001) + click)))


@dataclass(frozen=True, slots=True)
class Snare:
    """Two modes of the skin and the wires below it."""

    release_s: float = 1.0
    variants: int = 3
    pan: float = 0.04
    level_db: float = -5.5

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the hit."""
        t = times(0.34)
        bend = 1 + 0.22 * decay(t, 0.012)
        skin = sine(np.cumsum(186 * bend, dtype=np.float64) / SAMPLE_RATE) * decay(t, 0.055)
        skin += 0.55 * sine(np.cumsum(331 * bend, dtype=np.float64) / SAMPLE_RATE) * decay(t, 0.035)
        hiss = noise(len(t), 38, variant)
        wires = _band(hiss, "bandpass", (1000, 10_000)) * (0.75 * decay(t, 0.07) + 0.25 * decay(t, 0.018))
        snap = _band(hiss, "highpass", 5000) * decay(t, 0.012) * loudness
        return _mono(np.tanh(1.2 * (0.62 * skin + 1.25 * wires + 0.8 * snap)))


@dataclass(frozen=True, slots=True)
class Rim:
    """The stick across the rim."""

    release_s: float = 1.0
    variants: int = 2
    pan: float = 0.08
    level_db: float = -9.0

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the hit."""
        t = times(0.12)
        wood = sine(1720.0 * t) * decay(t, 0.011) + 0.6 * sine(820.0 * t) * decay(t, 0.018)
        tick = _band(noise(len(t), 37, variant), "bandpass", (2500, 8000)) * decay(t, 0.006)
        return _mono(0.8 * wood + 0.6 * tick)


@dataclass(frozen=True, slots=True)
class Clap:
    """Several hands, not quite together."""

    release_s: float = 1.0
    variants: int = 3
    pan: float = -0.06
    level_db: float = -8.0

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the hit."""
        t = times(0.32)
        envelope = 0.55 * decay(t, 0.085) * (t > 0.028)
        for hand, at in enumerate((0.0, 0.009 + 0.001 * variant, 0.019, 0.028)):
            later = np.maximum(t - np.float32(at), 0)
            envelope = np.maximum(envelope, (t >= at) * decay(later, 0.005) * (0.7 + 0.1 * hand))
        palms = _band(noise(len(t), 39, variant), "bandpass", (850, 3800))
        air = 0.25 * _band(noise(len(t), 40, variant), "highpass", 5000)
        return _mono((1.5 * palms + air) * envelope)


@dataclass(frozen=True, slots=True)
class Cymbal:
    """Inharmonic metal and noise above a corner; hats, rides and crashes differ by length and place."""

    length_s: float
    low_hz: float
    pan: float
    level_db: float
    #: A bell tone, as a ride has.
    ping_hz: float = 0.0
    #: Seconds the wash needs to open, as a crash does.
    wash: float = 0.0
    release_s: float = 4.0
    variants: int = 3

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the hit."""
        length_s = self.length_s * (0.8 + 0.35 * loudness)
        t = times(min(4.0, 5.5 * length_s))
        metal = sum(np.sign(sine(hz * 1.9 * t + 0.13 * variant)) for hz in _METAL_HZ)
        raw = 0.35 * np.asarray(metal, np.float64) + noise(len(t), pitch, variant)
        out = _band(raw, "highpass", self.low_hz) * (0.6 * decay(t, length_s) + 0.4 * decay(t, length_s / 5))
        if self.wash:
            out *= 0.35 + 0.65 * rise(t, self.wash)
        if self.ping_hz:
            bell = sine(self.ping_hz * t) + 0.6 * sine(self.ping_hz * 1.483 * t) + 0.4 * sine(self.ping_hz * 2.13 * t)
            out += 0.5 * bell * decay(t, 0.09)
        return _mono(out * rise(t, 0.0008))


@dataclass(frozen=True, slots=True)
class Tom:
    """A drum with a pitch."""

    hz: float
    pan: float
    release_s: float = 1.0
    variants: int = 2
    level_db: float = -6.0

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the hit."""
        t = times(0.55)
        hz = self.hz * (1 + 0.35 * loudness * decay(t, 0.035))
        tone = sine(np.cumsum(hz, dtype=np.float64) / SAMPLE_RATE) * decay(t, 0.13)
        stick = _band(noise(len(t), 47, variant), "bandpass", (700, 4000)) * decay(t, 0.014)
        return _mono(np.tanh(1.3 * (tone + 0.35 * stick) * rise(t, 0.001)))


@dataclass(frozen=True, slots=True)
class Shaker:
    """Seeds or jingles: noise that swells before it falls."""

    band: tuple[float, float]
    pan: float
    level_db: float
    jingle: bool = False
    release_s: float = 1.0
    variants: int = 4

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the stroke."""
        t = times(0.24 if self.jingle else 0.12)
        out = _band(noise(len(t), pitch, variant), "bandpass", self.band)
        if self.jingle:
            out += 0.3 * (sine(7430.0 * t) + sine(9120.0 * t + 0.2 * variant)) * decay(t, 0.05)
        return _mono(out * rise(t, 0.004 if self.jingle else 0.018) * decay(t, 0.05 if self.jingle else 0.028) * 1.6)
