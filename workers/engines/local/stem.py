"""A stem: one part's notes, played by its voices into one stretch of audio.

Notes that share voice, pitch and layer share a body, made once for the longest of them and cut, scaled and faded for
each: a song has a thousand notes but hardly a hundred bodies, and only one of them is in memory at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np

from workers.engines.local.samples import SAMPLE_RATE, Samples, decibels, frames_of, silence
from workers.engines.local.score import Note
from workers.engines.local.voices.voice import LAYERS, Voice

#: The longest body in seconds; a note held longer ends there. Slow songs hold chords for a bar of twelve seconds.
BODY_S_MAX: Final = 14.0
#: Loudness grows faster than velocity, as it does under fingers.
VELOCITY_POWER: Final = 1.4


class _Body(NamedTuple):
    voice: str
    pitch: int
    layer: float
    variant: int


def render_stem(notes: Iterable[Note], voices: Mapping[str, Voice], duration_s: float) -> Samples:
    """Return the part as stereo, dry."""
    stem = silence(2, frames_of(duration_s))
    for key, group in sorted(_grouped(notes, voices).items()):
        voice = voices[key.voice]
        longest = min(BODY_S_MAX, max(note.duration_s for note in group)) + voice.release_s
        body = voice.body(key.pitch, key.layer, longest, key.variant) * np.float32(decibels(voice.level_db))
        if len(body) == 1:
            angle = (voice.pan + 1) * np.pi / 4
            body = np.concatenate([body * np.float32(np.cos(angle)), body * np.float32(np.sin(angle))]) * np.float32(
                np.sqrt(2)
            )
        fade = _fade(voice.release_s)
        for note in group:
            _add(stem, body, note, fade)
    return stem


def _grouped(notes: Iterable[Note], voices: Mapping[str, Voice]) -> dict[_Body, list[Note]]:
    groups: dict[_Body, list[Note]] = defaultdict(list)
    for index, note in enumerate(notes):
        layer = min(LAYERS, key=lambda level: abs(level - note.velocity))
        groups[_Body(note.voice, note.pitch, layer, index % voices[note.voice].variants)].append(note)
    return groups


def _fade(release_s: float) -> Samples:
    """Return the release: exponential, and exactly zero at its end."""
    x = np.linspace(0, 1, max(2, round(release_s * SAMPLE_RATE)), dtype=np.float32)
    fade: Samples = np.exp(-5 * x) * (1 - x)
    return fade


def _add(stem: Samples, body: Samples, note: Note, fade: Samples) -> None:
    start = frames_of(note.start_s)
    held = frames_of(min(note.duration_s, BODY_S_MAX))
    length = min(body.shape[1], held + len(fade), stem.shape[1] - start)
    if length <= 0:
        return
    gain = np.float32(note.velocity**VELOCITY_POWER)
    sustained = min(held, length)
    stem[:, start : start + sustained] += body[:, :sustained] * gain
    if length > sustained:
        stem[:, start + sustained : start + length] += body[:, sustained:length] * (fade[: length - sustained] * gain)
