"""Mastering: the mix glued by slow compression, brought to its loudness, and limited where it peaks."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy import ndimage, signal

from workers.engines.local.loudness import SILENCE_LUFS, frame_peaks, integrated_loudness, to_decibels, true_peak
from workers.engines.local.samples import SAMPLE_RATE, Samples, Signal, decibels

#: The ceiling people are promised is -1 dBTP; we stop a little below it, for interpolators finer than ours.
CEILING_DBTP: Final = -1.15
#: Frames that share one step of the gain curves.
HOP: Final = 32
#: Hops the limiter looks ahead and behind: 20 ms each way, too slow to be heard as distortion.
LOOK_HOPS: Final = 27
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
    before = integrated_loudness(mix)
    if before <= SILENCE_LUFS:
        return Measured(SILENCE_LUFS, to_decibels(true_peak(mix)))
    _glue(mix, before)
    _to_loudness(mix, loudness_lufs)
    return Measured(round(integrated_loudness(mix), 2), round(to_decibels(true_peak(mix)), 2))


def _glue(mix: Samples, loudness_lufs: float) -> None:
    """Compress slowly by two to one above the mix's own loudness, so that parts move together."""
    energy = _hop_energy(mix)
    pole = np.exp(-HOP / SAMPLE_RATE / 0.06)
    level_db = 10 * np.log10(signal.lfilter([1 - pole], [1, -pole], energy) + 1e-12)
    over = np.maximum(0.0, level_db - (loudness_lufs + 1.0))
    pole = np.exp(-HOP / SAMPLE_RATE / 0.09)
    reduction_db = signal.lfilter([1 - pole], [1, -pole], over * (1 - 1 / GLUE_RATIO))
    _apply(mix, 10 ** (-reduction_db / 20), 1.0)


def _to_loudness(mix: Samples, loudness_lufs: float) -> None:
    """Find the gain whose limited result has the wanted loudness, then apply both."""
    ceiling = decibels(CEILING_DBTP)
    base = integrated_loudness(mix)
    gain = decibels(min(GAIN_DB_MAX, loudness_lufs - base))
    energy = _hop_energy(mix)
    # A frame whose samples stay below half the ceiling cannot reach it between them, even after the gain is corrected.
    peaks = _all_peaks(mix, 0.5 * ceiling / (gain * decibels(CORRECTION_DB_MAX)))
    for _ in range(ROUNDS_MAX):
        curve = _limit_curve(peaks * gain, ceiling)
        # The limiter's loss, estimated without filtering again: energy before and after, where it is loud.
        loud = energy > energy.mean() * 0.1
        lost_db = 10 * np.log10((energy[loud] * curve[loud] ** 2).sum() / (energy[loud].sum() + 1e-12) + 1e-12)
        correction_db = min(CORRECTION_DB_MAX, -float(lost_db))
        wanted = decibels(min(GAIN_DB_MAX, loudness_lufs - base + correction_db))
        done = abs(to_decibels(wanted) - to_decibels(gain)) < CLOSE_ENOUGH_LU
        gain = wanted
        if done:
            break
    _apply(mix, _limit_curve(peaks * gain, ceiling), gain)


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


def _hop_energy(mix: Samples) -> Signal:
    """Return the mean square of every hop, summed over channels; the last hop may be short."""
    frames = mix.shape[1]
    whole = frames // HOP * HOP
    inner = mix[:, :whole].reshape(len(mix), -1, HOP)
    energy: Signal = np.einsum("cht,cht->h", inner, inner, dtype=np.float64) / HOP
    if whole < frames:
        energy = np.append(energy, float((mix[:, whole:] ** 2).sum()) / HOP)
    return energy


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
