"""Mastering: the mix glued by slow compression, brought to its loudness, and limited where it peaks."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy import ndimage, signal

from workers.engines.local.loudness import (
    SILENCE_LUFS,
    STEP_FRAMES,
    frame_peaks,
    gated_loudness,
    integrated_loudness,
    to_decibels,
    true_peak,
    weighted_energies,
)
from workers.engines.local.samples import SAMPLE_RATE, Samples, Signal, decibels

#: The ceiling people are promised is -1 dBTP; we stop a little below it, for interpolators finer than ours.
CEILING_DBTP: Final = -1.15
#: Frames that share one step of the gain curves; a divisor of the meter's step.
HOP: Final = 30
#: Hops the limiter looks ahead and behind: 20 ms each way, too slow to be heard as distortion.
LOOK_HOPS: Final = 29
BLOCK_HOPS: Final = 2048
#: How often the gain is corrected for what the limiter took away.
ROUNDS_MAX: Final = 4
CLOSE_ENOUGH_LU: Final = 0.05
#: The most a mix is turned up: beyond it a whisper would become noise.
GAIN_DB_MAX: Final = 30.0
#: The most the gain is raised for what the limiter takes: beyond it the mix would be squashed to reach a number.
CORRECTION_DB_MAX: Final = 3.0
GLUE_RATIO: Final = 2.0


class Measured(NamedTuple):
    """What the finished mix measures."""

    loudness_lufs: float
    true_peak_dbtp: float


def master(mix: Samples, loudness_lufs: float) -> Measured:
    """Master the mix in place. Loudness gives way to the ceiling when both cannot be had."""
    energies = weighted_energies(mix, HOP)
    before = _loudness(energies)
    if before > SILENCE_LUFS:
        energies = _glue(mix, energies, before)
        _to_loudness(mix, energies, loudness_lufs)
    return Measured(round(integrated_loudness(mix), 2), round(to_decibels(true_peak(mix)), 2))


def _loudness(energies: Signal) -> float:
    """Return the loudness of weighted energies of hops: what a curve does to it is known without filtering again."""
    return gated_loudness(energies.reshape(-1, STEP_FRAMES // HOP).mean(axis=1))


def _glue(mix: Samples, energies: Signal, loudness_lufs: float) -> Signal:
    """Compress slowly by two to one above the mix's own loudness, so that parts move together; return the energies."""
    pole = np.exp(-HOP / SAMPLE_RATE / 0.06)
    level_db = 10 * np.log10(signal.lfilter([1 - pole], [1, -pole], energies) + 1e-12)
    over = np.maximum(0.0, level_db - (loudness_lufs + 1.0))
    pole = np.exp(-HOP / SAMPLE_RATE / 0.09)
    reduction_db = signal.lfilter([1 - pole], [1, -pole], over * (1 - 1 / GLUE_RATIO))
    curve: Signal = 10 ** (-reduction_db / 20)
    hops = -(-mix.shape[1] // HOP)
    _apply(mix, np.pad(curve, (0, hops - len(curve)), mode="edge"), 1.0)
    glued: Signal = energies * curve**2
    return glued


def _to_loudness(mix: Samples, energies: Signal, loudness_lufs: float) -> None:
    """Find the gain whose limited result has the wanted loudness, then apply both."""
    ceiling = decibels(CEILING_DBTP)
    first_db = gain_db = min(GAIN_DB_MAX, loudness_lufs - _loudness(energies))
    # A frame whose samples stay below half the ceiling cannot reach it between them, even after the gain is corrected.
    peaks = _all_peaks(mix, 0.5 * ceiling / decibels(first_db + CORRECTION_DB_MAX))
    for _ in range(ROUNDS_MAX):
        factors = _limit_curve(peaks * decibels(gain_db), ceiling)[: len(energies)] * decibels(gain_db)
        missing_db = loudness_lufs - _loudness(energies * factors**2)
        if abs(missing_db) < CLOSE_ENOUGH_LU:
            break
        gain_db = min(GAIN_DB_MAX, first_db + CORRECTION_DB_MAX, gain_db + missing_db)
    _apply(mix, _limit_curve(peaks * decibels(gain_db), ceiling), decibels(gain_db))


def _limit_curve(peaks: Signal, ceiling: float) -> Signal:
    """Return the gain at every hop's start: at most what each peak needs, smooth, and 1 away from peaks."""
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    held = ndimage.minimum_filter1d(needed, 2 * (LOOK_HOPS + 2) + 1, mode="nearest")
    window = np.hanning(2 * LOOK_HOPS + 3)[1:-1]
    smooth: Signal = ndimage.convolve1d(held, window / window.sum(), mode="nearest")
    return smooth


def _all_peaks(mix: Samples, floor: float) -> Signal:
    """Return the true peak of every hop."""
    block, margin = BLOCK_HOPS * HOP, HOP
    found = []
    for start in range(0, mix.shape[1], block):
        low = max(0, start - margin)
        peaks = frame_peaks(mix[:, low : start + block + margin], HOP, floor)
        first = (start - low) // HOP
        count = -(-(min(start + block, mix.shape[1]) - start) // HOP)
        found.append(peaks[first : first + count])
    return np.concatenate(found)


def _apply(mix: Samples, curve: Signal, gain: float) -> None:
    """Multiply by the curve, straight from hop to hop, and by the gain, in place."""
    ends = np.append(curve[1:], curve[-1])
    ramp = np.arange(HOP) / HOP
    for first in range(0, len(curve), BLOCK_HOPS):
        starts = curve[first : first + BLOCK_HOPS, np.newaxis]
        rises = ends[first : first + BLOCK_HOPS, np.newaxis] - starts
        factors = ((starts + rises * ramp) * gain).astype(np.float32).reshape(-1)
        block = mix[:, first * HOP : (first + BLOCK_HOPS) * HOP]
        block *= factors[: block.shape[1]]
