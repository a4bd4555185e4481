"""The band: every player plays the arrangement, and the result is one performance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workers.engines.local.arrangement import Arrangement
from workers.engines.local.parameters import LocalParameters
from workers.engines.local.parts.bass import play_bass
from workers.engines.local.parts.drums import play_drums
from workers.engines.local.parts.keys import play_keys
from workers.engines.local.parts.lead import play_lead
from workers.engines.local.score import Note
from workers.engines.port import SectionMark, WordTime

#: The stems, in the order they are rendered.
STEMS: Final = ("drums", "bass", "keys", "lead")
#: Seconds the last chord and the room ring after the last bar.
RING_S_MIN: Final = 2.5
RING_S_MAX: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Notes of every stem, and where everything is."""

    arrangement: Arrangement
    parts: Mapping[str, tuple[Note, ...]]
    sections: tuple[SectionMark, ...]
    words: tuple[WordTime, ...]
    duration_s: float
    notes: tuple[str, ...]


def perform(arrangement: Arrangement, parameters: LocalParameters, seed: int) -> Performance:
    """Let the band play. The same arrangement, parameters and seed give the same performance."""
    looseness = parameters.looseness
    melody = play_lead(arrangement, seed, looseness)
    parts = {
        "drums": play_drums(arrangement, seed, looseness),
        "bass": play_bass(arrangement, seed, looseness),
        "keys": play_keys(arrangement, seed, looseness),
        "lead": melody.notes,
    }
    ring_s = min(RING_S_MAX, max(RING_S_MIN, arrangement.bar_s))
    return Performance(
        arrangement=arrangement,
        parts={name: tuple(sorted(parts[name])) for name in STEMS},
        sections=tuple(_marks(arrangement)),
        words=tuple(melody.words),
        duration_s=arrangement.music_s + ring_s,
        notes=(*arrangement.notes, *melody.left_out)[:20],
    )


def _marks(arrangement: Arrangement) -> list[SectionMark]:
    bar_s = arrangement.bar_s
    return [
        SectionMark(s.id, s.name, s.first_bar * bar_s, (s.first_bar + s.bars) * bar_s) for s in arrangement.sections
    ]
