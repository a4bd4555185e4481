"""Band-limited waves from tables, envelopes and seeded noise: what the voices are built from.

A wave is one cycle made from its harmonics below 18 kHz, so nothing folds back. A filter that closes is a
cross-fade from a bright table to a dark one: it costs a look-up instead of a filter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workers.engines.local.samples import SAMPLE_RATE, Samples, Signal

TABLE_FRAMES: Final = 2048
HARMONIC_HZ_MAX: Final = 18_000.0

#: Amplitudes of harmonics: numbers 1, 2, 3 ... and their frequencies in Hz go in, amplitudes come out.
Spectrum = Callable[[Signal, Signal], Signal]


def frequency(pitch: float) -> float:
    """Return the Hz of a MIDI number (A4 = 69 = 440 Hz)."""
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))


def times(seconds: float) -> Samples:
    """Return the time of every frame, in seconds."""
    return (np.arange(max(1, round(seconds * SAMPLE_RATE))) / SAMPLE_RATE).astype(np.float32)


def make_table(spectrum: Spectrum, hz: float, seed: int = 0) -> Samples:
    """Return one cycle with that spectrum at unit RMS, its first frame repeated at the end for interpolation."""
    count = max(1, min(TABLE_FRAMES // 2 - 1, int(HARMONIC_HZ_MAX / hz)))
    numbers = np.arange(1, count + 1, dtype=np.float64)
    amplitudes = spectrum(numbers, numbers * hz)
    # Quadratic phases (Schroeder) keep the crest low; a saw's aligned phases would waste headroom.
    phases = -np.pi * numbers * (numbers - 1) / count + (0.37 * seed) * numbers
    bins = np.zeros(TABLE_FRAMES // 2 + 1, np.complex128)
    bins[1 : count + 1] = amplitudes * np.exp(1j * phases)
    cycle = np.fft.irfft(bins, TABLE_FRAMES)
    cycle /= np.sqrt(np.mean(cycle**2)) + 1e-12
    return np.append(cycle, cycle[0]).astype(np.float32)


def steady_phase(hz: float, frames: int, start: float = 0.0) -> Signal:
    """Return the phase of a steady tone, in cycles."""
    return np.arange(frames, dtype=np.float64) * (hz / SAMPLE_RATE) + start


def moving_phase(hz: Samples | Signal) -> Signal:
    """Return the phase of a tone whose frequency moves, in cycles."""
    phase: Signal = np.cumsum(hz, dtype=np.float64) / SAMPLE_RATE
    return phase


def read_tables(tables: Sequence[Samples], weights: Sequence[Any], phase: Signal) -> Samples:
    """Return the weighted sum of the tables' waves at that phase; a weight is a number or one a frame."""
    at = phase * TABLE_FRAMES
    whole = np.floor(at)
    fraction = (at - whole).astype(np.float32)
    index: NDArray[np.int64] = whole.astype(np.int64) & (TABLE_FRAMES - 1)
    out = np.zeros(len(phase), np.float32)
    for table, weight in zip(tables, weights, strict=True):
        low = table[index]
        out += (low + (table[index + 1] - low) * fraction) * weight
    return out


def sine(phase: Signal | Samples) -> Samples:
    """Return the sine of a phase in cycles."""
    wrapped = (phase - np.floor(phase)).astype(np.float32)
    wave: Samples = np.sin(wrapped * np.float32(2 * np.pi))
    return wave


def decay(t: Samples, time_s: float) -> Samples:
    """Return an exponential that has fallen to 1/e after that time."""
    fallen: Samples = np.exp(t * np.float32(-1.0 / time_s))
    return fallen


def rise(t: Samples, time_s: float) -> Samples:
    """Return a ramp from 0 to 1 with soft corners."""
    x = np.clip(t / np.float32(time_s), 0, 1)
    ramp: Samples = x * x * (3 - 2 * x)
    return ramp


def noise(frames: int, *seed: int) -> Signal:
    """Return white noise that is the same for the same seed."""
    return np.random.Generator(np.random.PCG64(list(seed))).standard_normal(frames)


def saw(cutoff_hz: float, slope: float) -> Spectrum:
    """Return a saw whose filter falls by `slope` powers above its cutoff."""
    return string(cutoff_hz, slope, fall=1.0, struck_at=None)


def string(cutoff_hz: float, slope: float, *, fall: float, struck_at: float | None) -> Spectrum:
    """Return a string: harmonics falling as 1/n**fall, those with a node where it is struck missing, then a filter."""

    def spectrum(numbers: Signal, hz: Signal) -> Signal:
        amplitudes: Signal = numbers**-fall / np.sqrt(1.0 + (hz / cutoff_hz) ** (2 * slope))
        return amplitudes if struck_at is None else amplitudes * np.abs(np.sin(np.pi * numbers * struck_at))

    return spectrum
