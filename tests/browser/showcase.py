"""A workspace that looks lived in, for the pictures: songs with real words, long titles, other scripts, emoji."""

from __future__ import annotations

from typing import Any, Final

from tests.browser.songs import position

PEOPLE: Final = (
    ("Ada Marsh", "editor"),
    ("Mina Okafor", "editor"),
    ("Søren Ødegård-Villalobos", "commenter"),
    ("小林 さくら", "viewer"),
)

_VERSE_ONE: Final = """\
Rain writes its name on the window
I read it back to you slow
Half of the panes are still standing
Half of them nobody knows
Somebody planted a lemon tree
Under the ribs of the dome
Says if the winter stays away
That's almost enough of a home"""

_PRE_CHORUS: Final = """\
And the streetlights hum along
To a tune that they got wrong"""

_CHORUS: Final = """\
Oh, glasshouse weather
We bloom where the cracks let in
Don't tell me never
Tell me where the leaves begin
Oh, glasshouse weather
You and the thunder and me
Breathing together
Under an acre of sea"""

_VERSE_TWO: Final = """\
You kept the seeds in a matchbox
Labelled in three kinds of ink
"Open in case of the summer"
"Sooner than anyone thinks"
Somebody's singing in 日本語
Somebody's counting to ten
¿Cuánto dura la tormenta?
Só até amanhã, e então"""

_BRIDGE: Final = """\
Count the stones, count the seasons
Count the reasons to stay 🌧️🌱
Every pane that we lost was a reason
For the swallows to find a way"""


def _section(number: int, name: str, kind: str, bars: int, energy: float, chords: str, lyrics: str = "") -> Any:
    return {
        "pos": position(number), "name": name, "kind": kind, "bars": bars, "energy": energy, "chords": chords,
        "lyrics": lyrics,
    }  # fmt: skip


SONG_TITLE: Final = "Glasshouse Weather"
SONG: Final[dict[str, Any]] = {
    "bpm": 96,
    "key": "D",
    "mode": "minor",
    "status": "review",
    "genres": ["indie pop", "folk"],
    "moods": ["hopeful", "nostalgic"],
    "seed": 20_261,
    "style": {
        "prompt": (
            "Upright piano close to the microphone, brushed drums that arrive late, a string quartet that behaves like "
            "weather. The chorus should feel like a door opened, not like a wall of sound."
        ),
        "tags": ["close-miked", "patient", "analogue"],
        "instruments": ["piano", "strings", "drums", "bass"],
        "vocals": "duet",
        "influences": ["The Blue Nile", "Cocteau Twins"],
    },
    "sections": {
        "intro": _section(1, "Intro", "intro", 4, 0.2, "Dm Bb F C"),
        "verse-1": _section(2, "Verse 1", "verse", 8, 0.4, "Dm Bb F C\nDm Bb Gm A", _VERSE_ONE),
        "lift": _section(3, "Lift", "pre-chorus", 4, 0.55, "Gm Bb A A", _PRE_CHORUS),
        "chorus-1": _section(4, "Chorus", "chorus", 8, 0.8, "Bb F C Dm\nBb F A A", _CHORUS),
        "verse-2": _section(5, "Verse 2", "verse", 8, 0.5, "Dm Bb F C\nDm Bb Gm A", _VERSE_TWO),
        "bridge": _section(6, "Bridge", "bridge", 8, 0.35, "Gm Dm Bb A", _BRIDGE),
        "outro": _section(7, "Outro", "outro", 4, 0.2, "Dm Bb F C", "Under an acre of sea"),
    },
    "producer_notes": "Keep the breath before the second chorus. Mina: try the lemon-tree line an octave down?",
    "sources": {
        "letters": {
            "pos": position(1), "title": "Letters from the palm house, 1911", "url": "https://example.org/palm-house",
            "note": "The matchbox of seeds is on page 4.",
        },
    },
}  # fmt: skip

#: A song that cannot be rendered as it is: words without chords, sections of one name, none of them with bars.
UNFINISHED_TITLE: Final = "Untitled idea with a working title that is far longer than anybody would ever sing it 🎹"
UNFINISHED: Final[dict[str, Any]] = {
    "bpm": 132,
    "status": "idea",
    "sections": {
        "one": {"pos": position(1), "name": "Verse", "kind": "verse", "lyrics": "Something about trains"},
        "two": {"pos": position(2), "name": "Verse", "kind": "verse", "lyrics": "Something about the sea"},
    },
}

PERSONA_TITLE: Final = "Halcyon Vale"
PERSONA: Final[dict[str, Any]] = {
    "biography": (
        "Grew up in a lighthouse that was sold to be a hotel, and still sings as if ships might hear.\n\n"
        "Started on her grandmother's harmonium; writes on trains; throws away nine verses out of ten."
    ),
    "voice": {"range": "alto", "timbre": "warm", "languages": ["en", "pt", "ja"], "delivery": "intimate"},
    "influences": ["Kate Bush", "Cesária Évora", "宇多田ヒカル"],
    "style_defaults": {
        "prompt": "Small rooms, long tails. Nothing louder than the words.",
        "genres": ["indie pop", "folk"], "moods": ["tender", "dreamy"], "instruments": ["piano", "strings"],
    },
    "visual_identity": {
        "description": "Fog, brass, wet wool; one colour a picture.", "art_style": "watercolour", "colour": "#0b6b74",
        "images": ["The lamp room at four in the morning", "Harmonium, lid open"],
    },
    "boundaries": {
        "sea": {"pos": position(1), "text": "Never calls the sea cruel", "reason": "Her one witness."},
        "names": {"pos": position(2), "text": "Never names the town", "reason": "People have come looking."},
    },
}  # fmt: skip

WORLD_TITLE: Final = "The Drowned Orchard"
WORLD: Final[dict[str, Any]] = {
    "description": "A valley that floods every forty years, on purpose, so that the trees remember.",
    "config": {
        "genre": "myth", "physics": "soft magic", "magic_system": "songs", "tech_level": "steam", "tone": "intimate",
    },
    "entities": {
        "keeper": {
            "pos": position(1), "name": "Ysolde, keeper of the sluice", "kind": "character",
            "description": "Opens the gate, and has never once been thanked.",
            "traits": {"age": 61, "occupation": "sluice keeper", "alive": True, "goals": ["one dry decade"]},
        },
        "orchard": {
            "pos": position(2), "name": "The orchard itself", "kind": "location",
            "description": "Four hundred pear trees that ring when the water reaches their first branches.",
            "traits": {"climate": "wet", "population": 0, "dangerous": True, "landmarks": ["the bell tree"]},
        },
    },
    "timeline": {
        "first": {
            "pos": position(1), "title": "The first flooding", "when": "Forty years before", "kind": "origin",
            "description": "Nobody decided it. Everybody remembers deciding it.", "participants": ["Ysolde's mother"],
        },
        "silence": {
            "pos": position(2), "title": "The year the trees were silent", "when": "Last autumn", "kind": "disaster",
            "description": "The water came up. Nothing rang.", "participants": ["Ysolde"],
        },
    },
    "style_guide": {
        "art_style": "woodcut", "mood": "patient", "lighting": "overcast",
        "palette": {
            "pear": {"pos": position(1), "name": "Pear skin", "hex": "#c2b25a"},
            "silt": {"pos": position(2), "name": "Silt", "hex": "#6b5d4a"},
            "bell": {"pos": position(3), "name": "Bell bronze", "hex": "#8a5a2b"},
        },
        "reference_images": ["Sluice gate, frontal", "Pear bark, macro"],
    },
}  # fmt: skip

NOTE_TITLE: Final = "Thursday session 🎧 notes"
NOTE: Final[dict[str, Any]] = {
    "text": (
        "Thursday, room B\n\n- Glasshouse: the bridge wants two bars more before the swallows\n"
        "- Ask 小林 さくら about the Japanese line, second verse\n- Strings: 4 players, one of them late on purpose\n"
    ),
}

#: What else stands in the library: (kind, title).
OTHERS: Final = (
    ("song", "雨の温室"),
    ("song", "Ninety-nine small apologies (and one that took the whole of the winter to write down)"),
    ("song", "Só até amanhã"),
    ("song", "North of the Radio"),
    ("persona", "The Understudy"),
    ("world", "Kepler Street, 1987"),
    ("note", "Words we are not using any more"),
    ("song", "🌧️🌱"),
)
#: What lies in the trash.
TRASHED: Final = (("song", "Demo 14 (do not use)"), ("note", "Old chords"), ("persona", "Halcyon, first try"))

BRANCH_NAME: Final = "Darker chorus"
BRANCH_PURPOSE: Final = "Slower, in a minor key, for the label to compare."
BRANCH_CHANGES: Final = {"bpm": 84, "producer_notes": "Half time from the second chorus on."}
