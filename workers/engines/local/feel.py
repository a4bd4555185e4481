"""How a band plays: six feels, and which one a song's words ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Groove = Literal["backbeat", "floor", "halftime", "light", "ride"]
KeysVoice = Literal["epiano", "piano", "pluck"]
BassVoice = Literal["finger", "synth"]


@dataclass(frozen=True, slots=True)
class Feel:
    """What a style means to each player."""

    name: str
    groove: Groove
    keys: KeysVoice
    bass: BassVoice
    #: 0 straight to 1 triplets.
    swing: float
    #: Whether sixteenths swing, not eighths.
    swings_sixteenths: bool
    #: Level of the sustained pad under the keys, 0 to 1.
    pad: float
    #: How much the kick pushes bass and keys down, 0 to 1.
    pumping: float
    #: Hats a pulse at full energy.
    hats: int


FEELS: Final = {
    feel.name: feel
    for feel in (
        Feel("pop", "backbeat", "epiano", "finger", 0.0, False, 0.8, 0.22, 2),
        Feel("rock", "backbeat", "piano", "finger", 0.0, False, 0.35, 0.08, 2),
        Feel("electronic", "floor", "pluck", "synth", 0.0, True, 1.0, 0.55, 4),
        Feel("hiphop", "halftime", "epiano", "synth", 0.45, True, 0.5, 0.25, 4),
        Feel("acoustic", "light", "piano", "finger", 0.12, False, 0.5, 0.05, 2),
        Feel("jazz", "ride", "piano", "finger", 0.75, False, 0.0, 0.0, 2),
    )
}
#: Words of genres, moods and style tags, and the feel each asks for. The last word
#: of a label wins ("indie pop" is pop), and the longer of two that end together ("synth pop" is electronic).
_WORDS: Final = {
    "electronic": ("electro", "edm", "house", "techno", "trance", "dance", "disco", "synth", "wave", "synth pop",
                   "synthpop", "synth-pop", "electropop", "hyperpop", "club",
                   "rave", "drum and bass", "dnb", "dubstep", "eurodance", "garage"),
    "hiphop": ("hip hop", "hip-hop", "hiphop", "rap", "trap", "lofi", "lo-fi", "boom bap", "r&b", "rnb", "drill",
               "soul", "trip hop", "trip-hop", "phonk"),
    "acoustic": ("acoustic", "folk", "singer-songwriter", "ballad", "country", "ambient", "classical", "lullaby",
                 "cinematic", "chamber", "hymn", "americana", "bossa"),
    "jazz": ("jazz", "swing", "bebop", "big band", "blues", "ragtime"),
    "rock": ("rock", "metal", "punk", "grunge", "indie", "emo", "shoegaze", "hardcore"),
    "pop": ("pop", "k-pop", "j-pop", "dream pop"),
}  # fmt: skip


def choose_feel(labels: Iterable[str]) -> Feel:
    """Return the feel most labels ask for, the earliest on a draw; pop when none says anything."""
    votes = dict.fromkeys(FEELS, 0)
    order: list[str] = []
    for label in labels:
        found = _feel_of(label.lower())
        if found:
            votes[found] += 1
            order.append(found)
    if not order:
        return FEELS["pop"]
    most = max(votes.values())
    return FEELS[next(name for name in order if votes[name] == most)]


def _feel_of(label: str) -> str | None:
    hits = [(label.rfind(w) + len(w), len(w), name) for name, words in _WORDS.items() for w in words if w in label]
    return max(hits)[2] if hits else None
