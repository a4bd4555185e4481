"""The desk: what happens to each stem on its way to the mix. Stems leave it so that their sum is the mix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import signal

from workers.engines.local.arrangement import Arrangement
from workers.engines.local.reverb import Room
from workers.engines.local.samples import SAMPLE_RATE, Samples, decibels, frames_of
from workers.engines.local.score import Note

#: Frames worked on at once.
BLOCK_FRAMES: Final = 1 << 16
#: Where the soft clipper of a stem begins; below it a stem is untouched, and no stem ever reaches full scale.
CLIP_FROM: Final = 0.8
#: Seconds after a kick until what it pushed down is back.
PUMP_S: Final = 0.24


@dataclass(frozen=True, slots=True)
class Strip:
    """The settings of one channel of the desk."""

    gain_db: float
    room: float
    highpass_hz: float
    #: How much of the feel's pumping this stem follows.
    ducks: float = 0.0
    echo: float = 0.0


STRIPS: Final = {
    "drums": Strip(gain_db=-3.0, room=0.07, highpass_hz=28),
    "bass": Strip(gain_db=-3.0, room=0.0, highpass_hz=38, ducks=1.0),
    "keys": Strip(gain_db=-3.0, room=0.2, highpass_hz=150, ducks=0.7),
    "lead": Strip(gain_db=-3.0, room=0.24, highpass_hz=130, echo=0.3),
}


def through_desk(name: str, stem: Samples, arrangement: Arrangement, kicks: Iterable[Note]) -> None:
    """Filter, duck, place in the room and trim a dry stem, in place."""
    strip = STRIPS[name]
    _highpass(stem, strip.highpass_hz, decibels(strip.gain_db))
    if strip.ducks and arrangement.feel.pumping:
        _duck(stem, kicks, strip.ducks * arrangement.feel.pumping)
    if strip.room and stem.any():
        echo_s = 3 * arrangement.step_s if strip.echo else 0.0
        Room(decay_s=1.7 if name != "drums" else 0.9, echo_s=echo_s, echo_level=strip.echo).add_to(stem, strip.room)
    _clip_softly(stem)


def _highpass(stem: Samples, corner_hz: float, gain: float) -> None:
    """Take away what lies below the instrument, direct current above all."""
    sections = signal.butter(2, corner_hz, "highpass", fs=SAMPLE_RATE, output="sos")
    sections[0, :3] *= gain
    state = np.zeros((1, len(stem), 2))
    for start in range(0, stem.shape[1], BLOCK_FRAMES):
        block = stem[:, start : start + BLOCK_FRAMES]
        filtered, state = signal.sosfilt(sections, block.astype(np.float64), zi=state)
        block[:] = filtered


def _duck(stem: Samples, kicks: Iterable[Note], depth: float) -> None:
    """Push the stem down at every kick, the way a compressor keyed by it would; overlapping kicks push once."""
    frames = frames_of(PUMP_S)
    attack = frames_of(0.004)
    curve = np.linspace(0, 1, frames, dtype=np.float32) ** 1.6
    curve[:attack] = np.linspace(1, 0, attack, dtype=np.float32)
    kick_frames = [(frames_of(note.start_s), note.velocity) for note in kicks]
    for index, (start, velocity) in enumerate(kick_frames):
        following = kick_frames[index + 1][0] if index + 1 < len(kick_frames) else stem.shape[1]
        length = min(frames, following - start, stem.shape[1] - start)
        if length > 0:
            stem[:, start : start + length] *= 1 - np.float32(depth * velocity) * (1 - curve[:length])


def _clip_softly(stem: Samples) -> None:
    """Round off what rises above CLIP_FROM; it never reaches 1."""
    room = np.float32(1 - CLIP_FROM)
    for start in range(0, stem.shape[1], BLOCK_FRAMES):
        block = stem[:, start : start + BLOCK_FRAMES]
        if max(block.max(), -block.min()) <= CLIP_FROM:
            continue
        loud = np.abs(block) > CLIP_FROM
        over = block[loud]
        block[loud] = np.sign(over) * (
            CLIP_FROM + room * np.tanh((np.abs(over) - CLIP_FROM) / room) * np.float32(0.999)
        )
