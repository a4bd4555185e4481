"""Samples: the one shape of audio inside the engine, and the rate all of it runs at."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE: Final = 44_100

#: Audio as float32, (channels, frames), full scale 1.0.
Samples = NDArray[np.float32]
#: Anything computed on the way, in double precision.
Signal = NDArray[np.float64]


def frames_of(seconds: float) -> int:
    """Return how many frames a time is."""
    return max(0, round(seconds * SAMPLE_RATE))


def silence(channels: int, frames: int) -> Samples:
    """Return that much silence."""
    return np.zeros((channels, frames), np.float32)


def decibels(gain_db: float) -> float:
    """Return a level in decibels as a factor."""
    return float(10.0 ** (gain_db / 20.0))
