"""The room: a seeded impulse response with early reflections, echoes in time, and convolution in blocks."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from workers.engines.local.samples import SAMPLE_RATE, Samples, frames_of

#: Frames of one transform: long against the room, short against the cache.
TRANSFORM_FRAMES: Final = 1 << 18
_EARLY_MS: Final = ((11.3, 0.5, -0.7), (17.9, 0.42, 0.8), (23.1, 0.36, 0.3), (31.7, 0.3, -0.4), (41.3, 0.24, 0.6))


class Room:
    """A stereo room for mono sends."""

    def __init__(self, decay_s: float, *, echo_s: float = 0.0, echo_level: float = 0.0) -> None:
        response = _impulse(decay_s, echo_s, echo_level)
        self._length = response.shape[1]
        self._hop = TRANSFORM_FRAMES - self._length + 1
        self._spectrum: NDArray[np.complex64] = fft.rfft(response, TRANSFORM_FRAMES, axis=1).astype(np.complex64)

    def add_to(self, audio: Samples, level: float) -> None:
        """Add the room's answer to the audio, in place, cut at its end.

        Works backwards: each stretch is read before the answers of earlier ones are added to it.
        """
        frames = audio.shape[1]
        starts = range(0, frames, self._hop)
        for start in reversed(starts):
            send = audio[:, start : start + self._hop].sum(axis=0) * np.float32(level / 2)
            if not send.any():
                continue
            wet = fft.irfft(fft.rfft(send, TRANSFORM_FRAMES) * self._spectrum, TRANSFORM_FRAMES, axis=1)
            end = min(frames, start + len(send) + self._length - 1)
            audio[:, start:end] += wet[:, : end - start].astype(np.float32)


def _impulse(decay_s: float, echo_s: float, echo_level: float) -> Samples:
    """Return the response, its energy 1 a channel before echoes: a level means the same in every room."""
    frames = frames_of(decay_s * 1.1)
    t = np.arange(frames) / SAMPLE_RATE
    dice = np.random.Generator(np.random.PCG64(1770))
    tail = dice.standard_normal((2, frames))
    # High frequencies die first: two tails, one dark and long, one bright and short.
    dark = signal.sosfilt(signal.butter(1, 2600, fs=SAMPLE_RATE, output="sos"), tail)
    room = dark * np.exp(-6.9 * t / decay_s) + 0.35 * (tail - dark) * np.exp(-6.9 * t / (0.45 * decay_s))
    room *= np.clip((t - 0.012) / 0.03, 0, 1)
    room /= np.sqrt((room**2).sum(axis=1, keepdims=True))
    for delay_ms, level, side in _EARLY_MS:
        at = frames_of(delay_ms / 1000)
        room[0, at] += 0.35 * level * (1 - side) / 2
        room[1, at] += 0.35 * level * (1 + side) / 2
    room = signal.sosfilt(signal.butter(2, 220, "highpass", fs=SAMPLE_RATE, output="sos"), room)
    fade = frames // 10
    room[:, -fade:] *= np.linspace(1, 0, fade)
    return _with_echoes(room, echo_s, echo_level).astype(np.float32)


def _with_echoes(room: NDArray[np.float64], echo_s: float, level: float) -> NDArray[np.float64]:
    """Return the room with three echoes from side to side, each darker and softer."""
    if not level or not echo_s:
        return room
    step = frames_of(min(echo_s, 0.9))
    out = np.pad(room, ((0, 0), (0, max(0, 3 * step + 256 - room.shape[1]))))
    tap = np.zeros(256)
    tap[0] = 1.0
    for count in (1, 2, 3):
        tap = signal.sosfilt(signal.butter(1, (300, 3500), "bandpass", fs=SAMPLE_RATE, output="sos"), tap)
        out[count % 2, count * step : count * step + 256] += tap * 2.2 * level * 0.5 ** (count - 1)
    return out
