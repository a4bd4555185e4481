"""Files of a render: audio in one-second blocks, and the outline of the waveform for players."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from workers.engines.local.samples import SAMPLE_RATE, Samples

#: Points of a waveform's outline: wide enough for a screen, small enough for a list of takes.
OUTLINE_POINTS: Final = 1000
#: The highest 24-bit sample.
FULL_SCALE: Final = 2**23 - 1


def write_audio(path: Path, audio: Samples, audio_format: str) -> None:
    """Write 24-bit WAV or FLAC. Blocks of a second, because libsndfile overflows on minutes at once in some formats."""
    with soundfile.SoundFile(
        path, "w", samplerate=SAMPLE_RATE, channels=len(audio), format=audio_format.upper(), subtype="PCM_24"
    ) as file:
        for start in range(0, audio.shape[1], SAMPLE_RATE):
            file.write(_as_24_bit(audio[:, start : start + SAMPLE_RATE]))


def _as_24_bit(audio: Samples) -> NDArray[np.int32]:
    """Return interleaved 24-bit samples in the high bits of 32: rounded here, so that every format holds the same."""
    rounded = np.rint(np.clip(audio, -1.0, 1.0) * np.float32(FULL_SCALE))
    return np.ascontiguousarray(rounded.astype(np.int32).T) << 8


def write_outline(path: Path, audio: Samples) -> None:
    """Write the lowest and highest sample of each of OUTLINE_POINTS stretches, as JSON, -1 to 1."""
    frames = audio.shape[1]
    edges = np.linspace(0, frames, OUTLINE_POINTS + 1).astype(np.int64)[:-1]
    edges = np.minimum(edges, max(0, frames - 1))
    lows = np.minimum.reduceat(audio.min(axis=0), edges)
    highs = np.maximum.reduceat(audio.max(axis=0), edges)
    outline = {
        "version": 1,
        "sample_rate": SAMPLE_RATE,
        "duration_s": round(frames / SAMPLE_RATE, 6),
        "min": [round(float(low), 3) for low in lows],
        "max": [round(float(high), 3) for high in highs],
    }
    path.write_text(json.dumps(outline, separators=(",", ":")))
