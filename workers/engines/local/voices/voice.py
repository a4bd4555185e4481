"""What an instrument is to a stem: the sustained body of a note, and how it ends."""

from __future__ import annotations

from typing import Final, Protocol

from workers.engines.local.samples import Samples

#: Softer than the first, between, or louder than the last: three timbres a pitch.
LAYERS: Final = (0.35, 0.6, 0.9)


class Voice(Protocol):
    """An instrument. Bodies depend on nothing but the arguments, so that a render is the same every time."""

    @property
    def release_s(self) -> float:
        """Seconds a note sounds on after its key is let go."""
        ...

    @property
    def variants(self) -> int:
        """How many takes of the same note differ (drums): repeated hits are not one hit repeated."""
        ...

    @property
    def pan(self) -> float:
        """-1 left to 1 right, for bodies of one channel."""
        ...

    @property
    def level_db(self) -> float:
        """Level in the stem."""
        ...

    def body(self, pitch: int, loudness: float, seconds: float, variant: int) -> Samples:
        """Return the note, held for that long: (1 or 2 channels, frames), about 1.0 at its peak.

        Struck sounds may return fewer frames: they have died away by then.
        """
        ...
