"""Loudness and true peak, as ITU-R BS.1770-4 measures them, in blocks."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import signal

from workers.engines.local.samples import SAMPLE_RATE, Samples, Signal

#: Frames of a step of the meter: a quarter of the 400 ms gating block, which overlaps by three quarters.
STEP_FRAMES: Final = SAMPLE_RATE // 10
#: Frames measured at once: a second, so that everything stays in cache.
BLOCK_FRAMES: Final = STEP_FRAMES * 10
ABSOLUTE_GATE_LUFS: Final = -70.0
RELATIVE_GATE_LU: Final = -10.0
#: Loudness of silence: what a measurement without any block above the gate returns.
SILENCE_LUFS: Final = -120.0
_OFFSET: Final = -0.691

OVERSAMPLING: Final = 4
#: Taps of each phase of the interpolator; flat within 0.05 dB to 18 kHz.
_TAPS: Final = 24


def integrated_loudness(audio: Samples) -> float:
    """Return the gated loudness in LUFS of audio at SAMPLE_RATE, all channels weighing one."""
    return gated_loudness(weighted_energies(audio, STEP_FRAMES))


def gated_loudness(energies: Signal) -> float:
    """Return the gated loudness in LUFS of the K-weighted energies of 100 ms each."""
    if len(energies) < 4:
        energies = np.pad(energies, (0, 4 - len(energies)))
    blocks = np.convolve(energies, np.full(4, 0.25), "valid")
    above = blocks[_lufs(blocks) > ABSOLUTE_GATE_LUFS]
    if not len(above):
        return SILENCE_LUFS
    gate = float(_lufs(above.mean())) + RELATIVE_GATE_LU
    return float(_lufs(above[_lufs(above) > gate].mean()))


def weighted_energies(audio: Samples, hop: int) -> Signal:
    """Return the K-weighted energy of every `hop` frames of the full steps, summed over channels; hops divide steps."""
    sections = _k_weighting()
    state = np.zeros((len(sections), len(audio), 2))
    energies = []
    frames = audio.shape[1] // STEP_FRAMES * STEP_FRAMES
    for start in range(0, frames, BLOCK_FRAMES):
        block = audio[:, start : min(start + BLOCK_FRAMES, frames)].astype(np.float64)
        weighted, state = signal.sosfilt(sections, block, zi=state)
        hops = weighted.reshape(len(audio), -1, hop)
        energies.append(np.einsum("cht,cht->h", hops, hops) / hop)
    return np.concatenate(energies) if energies else np.zeros(0)


def true_peak(audio: Samples) -> float:
    """Return the highest magnitude between and at the samples, as a factor of full scale.

    Only stretches that reach half the sample peak are interpolated: no band-limited wave rises to twice its samples
    there and stays below half of the peak elsewhere.
    """
    highest = 0.0
    peak = max(float(np.max(audio, initial=0.0)), -float(np.min(audio, initial=0.0)))
    for start in range(0, audio.shape[1], BLOCK_FRAMES):
        reach = audio[:, max(0, start - _TAPS) : start + BLOCK_FRAMES + _TAPS]
        highest = max(highest, float(np.max(frame_peaks(reach, 64, peak / 2), initial=0.0)))
    return highest


def frame_peaks(audio: Samples, hop: int, floor: float) -> Signal:
    """Return the true peak of each `hop` samples (the last frame may be short), all channels together.

    Frames whose samples stay below the floor keep their sample peak: they are of no interest to the caller.
    """
    frames = -(-audio.shape[1] // hop)
    padded = np.pad(audio, ((0, 0), (_TAPS, frames * hop - audio.shape[1] + _TAPS)))
    inner = padded[:, _TAPS : _TAPS + frames * hop].reshape(len(audio), frames, hop)
    sample_peaks = np.maximum(inner.max(axis=2), -inner.min(axis=2))
    peaks: Signal = sample_peaks.max(axis=0).astype(np.float64)
    phases = _interpolator()
    for channel in range(len(audio)):
        loud = np.flatnonzero(sample_peaks[channel] >= max(floor, 1e-9))
        if not len(loud):
            continue
        stretches = sliding_window_view(padded[channel], hop + _TAPS - 1)[loud * hop + _TAPS // 2 + 1]
        between = sliding_window_view(stretches, _TAPS, axis=1) @ phases
        found = np.maximum(between.max(axis=(1, 2)), -between.min(axis=(1, 2)))
        peaks[loud] = np.maximum(peaks[loud], found)
    return peaks


def to_decibels(factor: float) -> float:
    """Return a factor in decibels; silence is -120."""
    return 20 * math.log10(max(factor, 1e-6))


def _lufs(energy: Signal | float) -> Signal:
    values: Signal = _OFFSET + 10 * np.log10(np.maximum(energy, 1e-12))
    return values


def _k_weighting() -> Signal:
    """Return the two stages of BS.1770's filter for our rate: its analogue prototypes through the bilinear transform.

    Constants: B. De Man, "Evaluation of Implementations of the EBU R128 Loudness Measurement" (AES 2018); at 48 kHz
    they give the coefficients printed in the recommendation.
    """
    k = math.tan(math.pi * 1681.974450955533 / SAMPLE_RATE)
    q = 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = [
        (high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0,
        1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0,
    ]  # fmt: skip
    k = math.tan(math.pi * 38.13547087602444 / SAMPLE_RATE)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    highpass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
    return np.array([shelf, highpass])


def _interpolator() -> Samples:
    """Return the taps that read a wave a quarter, a half and three quarters of a sample later: (taps, 3)."""
    prototype = signal.firwin(OVERSAMPLING * _TAPS + 1, 1 / OVERSAMPLING, window=("kaiser", 7.0)) * OVERSAMPLING
    phases = [prototype[phase : phase + OVERSAMPLING * _TAPS : OVERSAMPLING][::-1] for phase in (1, 2, 3)]
    return np.stack(phases, axis=1).astype(np.float32)
