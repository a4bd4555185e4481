"""The port of what renders audio: an engine turns a song's state into files, and says what it did.

An engine knows nothing of jobs, logs or assets. It gets a `song` document's JSON state, parameters, a seed and an
empty folder; it writes files there and answers with a RenderResult. The same song, parameters and seed give the same
bytes on the same machine with the same engine version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel

#: Called with the stage under way ("drums", "master" ...) and how much of the whole is done, 0 to 1, never falling.
Report = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest:
    """What to render and where to put it."""

    #: The JSON state of a `song` document.
    song: Mapping[str, Any]
    #: The engine's own parameters; missing ones take their defaults.
    parameters: Mapping[str, Any]
    #: Chooses among the renderings the song allows; any whole number.
    seed: int
    #: An existing folder for the files. The caller removes it, above all after a failure.
    folder: Path


class RenderedFile(NamedTuple):
    """One file of a render."""

    #: "mix", "midi", "peaks", or the name of a stem ("drums", "bass", "keys", "lead").
    role: str
    #: "wav", "flac", "mid" or "json".
    format: str
    path: Path


class SectionMark(NamedTuple):
    """Where one section of the song sounds, in seconds from the start."""

    id: str
    name: str
    start_s: float
    end_s: float


class WordTime(NamedTuple):
    """When one word of the lyrics is sung, in seconds from the start."""

    word: str
    start_s: float
    end_s: float
    section_id: str
    #: Which line of the section's lyrics, from 0.
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderResult:
    """What an engine made, with everything it came from but the song itself (P8)."""

    engine: str
    version: str
    seed: int
    #: The parameters used, defaults filled in.
    parameters: Mapping[str, Any]
    files: tuple[RenderedFile, ...]
    duration_s: float
    sample_rate: int
    #: Integrated loudness of the mix (ITU-R BS.1770-4).
    loudness_lufs: float
    #: True peak of the mix, oversampled four times (ITU-R BS.1770-4, annex 2).
    true_peak_dbtp: float
    sections: tuple[SectionMark, ...] = ()
    lyrics: tuple[WordTime, ...] = ()
    #: What the engine had to guess or leave out, in sentences for people.
    notes: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values; paths become strings."""
        values = asdict(self)
        values["files"] = [[file.role, file.format, str(file.path)] for file in self.files]
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> RenderResult:
        """Read what `to_json` wrote."""
        return cls(
            **{
                **values,
                "files": tuple(RenderedFile(role, format_, Path(path)) for role, format_, path in values["files"]),
                "sections": tuple(SectionMark(*mark) for mark in values["sections"]),
                "lyrics": tuple(WordTime(*word) for word in values["lyrics"]),
                "notes": tuple(values["notes"]),
            }
        )


class Engine(Protocol):
    """Something that renders songs."""

    @property
    def name(self) -> str:
        """Its stable name, as stored in takes."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same request may give other bytes."""
        ...

    @property
    def parameters(self) -> type[BaseModel]:
        """The model of its parameters: defaults, limits and, through `model_json_schema()`, what clients show."""
        ...

    def render(self, request: RenderRequest, report: Report) -> RenderResult:
        """Write the files and describe them.

        Raises Invalid with the path of what cannot be read ("parameters.swing", "song.bpm"), and TooLarge over
        `limits.RENDER_MINUTES_MAX`. Blocks for seconds and holds the GIL: call it through `isolate.render_isolated`.
        """
        ...
