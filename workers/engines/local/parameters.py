"""The parameters of the local engine, with their limits and what they mean to a musician."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import Invalid

Feel = Literal["auto", "pop", "rock", "electronic", "hiphop", "acoustic", "jazz"]
AudioFormat = Literal["wav", "flac"]


class LocalParameters(BaseModel):
    """How the local engine should play a song."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feel: Feel = Field(default="auto", description="How the band plays; auto reads it from the song's genres.")
    swing: float | None = Field(
        default=None, ge=0, le=1, description="0 is straight, 1 is triplets; left out, the feel decides."
    )
    looseness: float = Field(default=0.5, ge=0, le=1, description="How far players stray from the grid and from even.")
    guide: bool = Field(
        default=True, title="Guide voice", description="Whether a voice sings the melody; if not, a synth plays it."
    )
    stems: bool = Field(default=True, description="Whether drums, bass, keys and lead are written as files too.")
    formats: tuple[AudioFormat, ...] = Field(
        default=("wav", "flac"), min_length=1, max_length=2, description="Formats of the mix; stems take the last one."
    )
    loudness_lufs: float = Field(
        default=-14.0, ge=-30, le=-9, title="Loudness (LUFS)", description="Integrated loudness of the mix."
    )


def read_parameters(values: Any) -> LocalParameters:
    """Return the parameters with defaults. Raises Invalid with the path of the first one that is wrong."""
    try:
        return LocalParameters.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        path = ".".join(("parameters", *(str(part) for part in first["loc"])))
        raise Invalid(f"{path}: {first['msg']}", path=path) from None
