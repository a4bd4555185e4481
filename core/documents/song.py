"""Songs: sections with chords and lyrics, a style, and what a renderer needs to play them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from core.documents.kind import DocumentWarning, SchemaKind, Summary
from core.documents.schema import (
    Choice,
    Entries,
    EntryField,
    Labels,
    Line,
    LongText,
    Number,
    Record,
    RecordField,
    Reference,
    Whole,
    pointer,
)

SECTION_KINDS: Final = ("intro", "verse", "pre-chorus", "chorus", "bridge", "solo", "breakdown", "outro")
KEYS: Final = ("C", "C#", "Db", "D", "D#", "Eb", "E", "F", "F#", "Gb", "G", "G#", "Ab", "A", "A#", "Bb", "B")
MODES: Final = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian")
TIME_SIGNATURES: Final = ("4/4", "3/4", "6/8", "2/4", "5/4", "7/8", "12/8")
STATUSES: Final = ("idea", "draft", "review", "final")
#: By their codes (ISO 639-1), which are what is stored; lines that people read have the names.
LANGUAGES: Final = {
    "en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "pt": "Portuguese",
    "ja": "Japanese", "ko": "Korean", "zh": "Chinese",
}  # fmt: skip
GENRES: Final = (
    "indie pop", "pop", "rock", "folk", "electronic", "synthwave", "hip hop", "r&b", "soul", "jazz", "blues",
    "country", "metal", "ambient", "classical", "reggae", "latin", "lo-fi",
)  # fmt: skip
MOODS: Final = (
    "hopeful", "melancholic", "nostalgic", "dreamy", "dark", "joyful", "tense", "calm", "defiant", "tender",
    "playful", "epic",
)  # fmt: skip
INSTRUMENTS: Final = (
    "piano", "acoustic guitar", "electric guitar", "bass", "drums", "strings", "synth pad", "synth lead", "organ",
    "brass", "flute", "percussion",
)  # fmt: skip

_SECTION: Final[Mapping[str, EntryField]] = {
    "name": Line(),
    "kind": Choice(SECTION_KINDS),
    "bars": Whole(1, 256),
    "energy": Number(0, 1),
    "chords": LongText(chars_max=20_000),
    "lyrics": LongText(),
    "notes": LongText(),
}
_STYLE: Final[Mapping[str, RecordField]] = {
    "prompt": LongText(chars_max=20_000),
    "tags": Labels(),
    "instruments": Labels(suggestions=INSTRUMENTS),
    "vocals": Line(suggestions=("female lead", "male lead", "duet", "choir", "instrumental")),
    "influences": Labels(),
}
_SOURCE: Final[Mapping[str, EntryField]] = {"title": Line(), "url": Line(chars_max=2000), "note": Line(chars_max=2000)}


class Song(SchemaKind):
    """A song in sections."""

    name = "song"
    fields: ClassVar[Mapping[str, Any]] = {
        "title": Line(),
        "language": Line(suggestions=tuple(LANGUAGES)),
        "bpm": Whole(20, 300),
        "key": Choice(KEYS),
        "mode": Choice(MODES),
        "time_signature": Choice(TIME_SIGNATURES),
        "genres": Labels(suggestions=GENRES),
        "moods": Labels(suggestions=MOODS),
        "seed": Whole(0, 2**31 - 1),
        "status": Choice(STATUSES),
        "persona_id": Reference("persona"),
        "world_id": Reference("world"),
        "style": Record(_STYLE),
        "sections": Entries(_SECTION),
        "producer_notes": LongText(),
        "sources": Entries(_SOURCE),
    }
    first_values: ClassVar[Mapping[str, Any]] = {
        "language": "en",
        "bpm": 120,
        "key": "C",
        "mode": "major",
        "time_signature": "4/4",
        "status": "draft",
    }

    def summary_of(self, content: Mapping[str, Any]) -> Summary:
        """Sum up: key, tempo and genres; how many sections, bars and words."""
        sections = content["sections"].values()
        key = " ".join(filter(None, (content["key"], content["mode"])))
        tempo = f"{content['bpm']} bpm" if content["bpm"] else ""
        return Summary(
            content["title"] or "Untitled",
            " · ".join(filter(None, (", ".join(content["genres"][:3]), key, tempo))),
            {
                "sections": len(sections),
                "bars": sum(section["bars"] or 0 for section in sections),
                "words": sum(len(section["lyrics"].split()) for section in sections),
            },
        )

    def warnings_of(self, content: Mapping[str, Any]) -> list[DocumentWarning]:
        """Return missing titles and sections, sections that share a name, and words that nothing is played under."""
        found = super().warnings_of(content)
        if not content["sections"]:
            found.append(DocumentWarning("/sections", "has no sections yet: there is nothing to render"))
        names: dict[str, str] = {}
        for key, section in content["sections"].items():
            path = ("sections", key)
            name = (section["name"] or "").strip()
            if name and name in names and section["lyrics"] != content["sections"][names[name]]["lyrics"]:
                found.append(
                    DocumentWarning(pointer((*path, "name")), f"has the same name as another section: {name!r}")
                )
            names.setdefault(name, key)
            if section["lyrics"].strip() and not section["chords"].strip():
                found.append(DocumentWarning(pointer((*path, "chords")), "has lyrics but no chords"))
            if section["bars"] is None:
                found.append(DocumentWarning(pointer((*path, "bars")), "does not say how many bars it has"))
        return found
