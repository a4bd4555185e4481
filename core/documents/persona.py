"""Personas: the artist behind songs: voice, influences, look, and what they never say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from core.documents.kind import DocumentWarning, SchemaKind, Summary
from core.documents.schema import Colour, Entries, EntryField, Labels, Line, LongText, Record, RecordField
from core.documents.song import GENRES, INSTRUMENTS, LANGUAGES, MOODS

_VOICE: Final[Mapping[str, RecordField]] = {
    "range": Line(suggestions=("soprano", "mezzo-soprano", "alto", "tenor", "baritone", "bass")),
    "timbre": Line(suggestions=("warm", "bright", "breathy", "raspy", "clear", "dark")),
    "languages": Labels(suggestions=tuple(LANGUAGES)),
    "delivery": Line(suggestions=("intimate", "powerful", "spoken", "rapped", "whispered", "belted")),
}
_STYLE_DEFAULTS: Final[Mapping[str, RecordField]] = {
    "prompt": LongText(chars_max=20_000),
    "genres": Labels(suggestions=GENRES),
    "moods": Labels(suggestions=MOODS),
    "instruments": Labels(suggestions=INSTRUMENTS),
}
_VISUAL: Final[Mapping[str, RecordField]] = {
    "description": LongText(chars_max=20_000),
    "art_style": Line(suggestions=("photographic", "watercolour", "ink", "cel shaded", "collage", "oil painting")),
    "colour": Colour(),
    "images": Labels(),
}
_BOUNDARY: Final[Mapping[str, EntryField]] = {"text": Line(chars_max=1000), "reason": Line(chars_max=1000)}


class Persona(SchemaKind):
    """An artist."""

    name = "persona"
    title_field = "name"
    fields: ClassVar[Mapping[str, Any]] = {
        "name": Line(),
        "biography": LongText(),
        "voice": Record(_VOICE),
        "influences": Labels(),
        "style_defaults": Record(_STYLE_DEFAULTS),
        "visual_identity": Record(_VISUAL),
        "boundaries": Entries(_BOUNDARY),
    }

    def summary_of(self, content: Mapping[str, Any]) -> Summary:
        """Sum up: the voice and the usual genres; how many influences and boundaries."""
        voice = ", ".join(filter(None, (content["voice"]["timbre"], content["voice"]["range"])))
        genres = ", ".join(content["style_defaults"]["genres"][:3])
        return Summary(
            content["name"] or "Untitled",
            " · ".join(filter(None, (voice, genres))),
            {"influences": len(content["influences"]), "boundaries": len(content["boundaries"])},
        )

    def warnings_of(self, content: Mapping[str, Any]) -> list[DocumentWarning]:
        """Return a missing name, and boundaries without words."""
        found = super().warnings_of(content)
        for key, boundary in content["boundaries"].items():
            if not boundary["text"]:
                found.append(DocumentWarning(f"/boundaries/{key}/text", "says nothing yet"))
        return found
