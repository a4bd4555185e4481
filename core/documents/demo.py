"""The documents a new workspace opens with: a song that is finished enough to be rendered, its singer and its world."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from uuid import UUID

#: Fixed, so that seeding twice creates nothing twice.
SONG_ID: Final = UUID("7c1de1f0-0000-4000-8000-000000000001")
PERSONA_ID: Final = UUID("7c1de1f0-0000-4000-8000-000000000002")
WORLD_ID: Final = UUID("7c1de1f0-0000-4000-8000-000000000003")


#: The thread of comments on the song's tempo, so that a new studio shows where one talks.
THREAD_ID: Final = UUID("7c1de1f0-0000-4000-8000-000000000004")
THREAD_PATH: Final = "/bpm"
THREAD_TEXT: Final = (
    "Is this slow enough for the harbour at night? Answer here, or mark words anywhere and comment on those. "
    "Resolve this thread when the tempo is settled."
)


class DemoDocument(NamedTuple):
    """One document to create: what it is, and the JSON its kind's `edit` makes of it."""

    document_id: UUID
    kind: str
    title: str
    content: dict[str, Any]


def demo_documents() -> tuple[DemoDocument, ...]:
    """Return the song, the persona and the world of the demo workspace."""
    return (
        DemoDocument(SONG_ID, "song", "Lanterns on the Tideline", _song()),
        DemoDocument(PERSONA_ID, "persona", "Mara Quill", _persona()),
        DemoDocument(WORLD_ID, "world", "The Saltglass Coast", _world()),
    )


def _section(
    place: str, name: str, kind: str, bars: int, energy: float, chords: str, lyrics: str = "", notes: str = ""
) -> dict[str, Any]:
    return {
        "pos": place,
        "name": name,
        "kind": kind,
        "bars": bars,
        "energy": energy,
        "chords": chords,
        "lyrics": lyrics,
        "notes": notes,
    }


_VERSE_1: Final = """\
Grandmother folded the maps into sails
Said every shore is a story that fails
Till somebody stands where the water begins
And hangs out a light for the ships coming in"""

_PRE: Final = """\
So I carry the flame in a jar made of glass
Counting the waves till the longest one's past"""

_CHORUS: Final = """\
Lanterns on the tideline
One for every name
If you lose the skyline
Follow back the flame
Nothing that we love is ever further than a light
Lanterns on the tideline
I'll keep yours burning bright"""

_VERSE_2: Final = """\
The harbour has rules that the old sailors keep
Whistle no tune while the lighthouses sleep
But I learned a song from the hum in the sand
And I taught it to gulls and to half of the land"""

_BRIDGE: Final = """\
And the fog rolled in like a slow goodnight
And the bells went under, out of mind, out of sight
I sang till my voice was a thread, was a spark
And you answered, you answered, you answered the dark"""

_OUTRO: Final = """\
One for every name
One for every name
Home is where they see you coming"""


def _song() -> dict[str, Any]:
    return {
        "title": "Lanterns on the Tideline",
        "language": "en",
        "bpm": 96,
        "key": "A",
        "mode": "minor",
        "time_signature": "4/4",
        "genres": ["indie pop", "folk"],
        "moods": ["hopeful", "nostalgic", "tender"],
        "seed": 20261121,
        "status": "draft",
        "persona_id": str(PERSONA_ID),
        "world_id": str(WORLD_ID),
        "style": {
            "prompt": (
                "Intimate indie folk that opens into a wide, warm chorus. Close vocal, brushed drums, "
                "felt piano, a low harmonium like distant surf; the last chorus is sung by a whole harbour."
            ),
            "tags": ["coastal", "storytelling", "singalong chorus"],
            "instruments": ["piano", "acoustic guitar", "bass", "drums"],
            "vocals": "female lead",
            "influences": ["sea shanties", "chamber folk"],
        },
        "sections": {
            "intro": _section("K", "Intro", "intro", 4, 0.3, "Am F C G", notes="Piano alone, the sea underneath."),
            "verse-1": _section("M", "Verse 1", "verse", 8, 0.45, "Am F C G\nAm F Dm E", _VERSE_1),
            "lift": _section("O", "Lift", "pre-chorus", 4, 0.6, "F G Am Am/G", _PRE),
            "chorus": _section(
                "Q", "Chorus", "chorus", 8, 0.85, "F C G Am\nF C G G", _CHORUS, "Voices join on “one for every name”."
            ),
            "verse-2": _section("S", "Verse 2", "verse", 8, 0.55, "Am F C G\nAm F Dm E", _VERSE_2),
            "bridge": _section(
                "U", "Bridge", "bridge", 8, 0.5, "Dm Am E Am\nDm F Esus4 E7", _BRIDGE, "Drop to voice and bells."
            ),
            "last-chorus": _section("W", "Last chorus", "chorus", 8, 0.95, "F C G Am\nF C G C", _CHORUS),
            "outro": _section("Y", "Outro", "outro", 4, 0.3, "F C G Am", _OUTRO, "Leave the last word unaccompanied."),
        },
        "producer_notes": (
            "Keep the tempo breathing: no click until the first chorus.\n"
            "The low A of the harmonium is the lighthouse; it stays through every section but the bridge.\n"
            "Try the second verse with half the drums."
        ),
        "sources": {
            "walk": {
                "pos": "V",
                "title": "Field recording: shingle beach, low tide",
                "url": None,
                "note": "Recorded for the intro.",
            }
        },
    }


def _persona() -> dict[str, Any]:
    return {
        "name": "Mara Quill",
        "biography": (
            "Mara grew up above a chandlery, where the radio never quite caught the mainland. She learned harmony from "
            "two aunts who disagreed about every tune, and rhythm from the halyards.\n\n"
            "She writes about leaving and being waited for. On stage she tunes between songs and tells the truth badly "
            "on purpose."
        ),
        "voice": {
            "range": "alto",
            "timbre": "warm",
            "languages": ["en"],
            "delivery": "intimate",
        },
        "influences": ["sea shanties", "chamber folk", "kitchen-table harmony"],
        "style_defaults": {
            "prompt": "Close and unhurried, with room noise left in. Let the last line of a verse arrive late.",
            "genres": ["folk", "indie pop"],
            "moods": ["tender", "hopeful", "nostalgic"],
            "instruments": ["piano", "acoustic guitar", "strings"],
        },
        "visual_identity": {
            "description": "Oilskin yellow against slate; hand-drawn tide tables; nothing shinier than wet stone.",
            "art_style": "watercolour",
            "colour": "#e0a526",
            "images": [],
        },
        "boundaries": {
            "real-people": {
                "pos": "V",
                "text": "Never sings about living people by name.",
                "reason": "Her stories are invented; nobody should have to recognise themselves.",
            },
            "drowning": {
                "pos": "W",
                "text": "Never makes drowning romantic.",
                "reason": "The coast she comes from has lost too many.",
            },
        },
    }


def _entity(place: str, name: str, kind: str, description: str, traits: dict[str, Any]) -> dict[str, Any]:
    return {"pos": place, "name": name, "kind": kind, "description": description, "traits": traits}


def _event(place: str, title: str, when: str, kind: str, participants: list[str], description: str) -> dict[str, Any]:
    return {
        "pos": place,
        "title": title,
        "when": when,
        "kind": kind,
        "participants": participants,
        "description": description,
    }


def _world() -> dict[str, Any]:
    return {
        "name": "The Saltglass Coast",
        "description": (
            "A drowned coastline where lightning has turned whole beaches to glass. Ships steer by songs, because "
            "compasses point at the glass."
        ),
        "config": {
            "genre": "fantasy",
            "physics": "soft magic",
            "magic_system": "songs",
            "tech_level": "steam",
            "tone": "intimate",
        },
        "entities": _entities(),
        "timeline": {
            "glassing": _event(
                "E", "The Glassing", "Year 0", "disaster", ["lowmark"],
                "Seven nights of lightning. The dunes ran like honey and froze before morning.",
            ),
            "first-lantern": _event(
                "M", "The first lantern", "Year 31", "origin", ["keepers", "saltglass"],
                "A widow hung a lamp in a jar of beach glass and sang until her daughter's boat came in.",
            ),
            "long-fog": _event(
                "T", "The Long Fog", "Year 112, forty days", "disaster", ["ilse", "keepers"],
                "Every bell on the coast rang under water. Forty boats came home by voice alone.",
            ),
        },
        "style_guide": {
            "art_style": "painterly",
            "mood": "after the storm",
            "lighting": "candlelight",
            "palette": {
                "slate": {"pos": "F", "name": "Slate", "hex": "#3b4a54"},
                "oilskin": {"pos": "M", "name": "Oilskin", "hex": "#e0a526"},
                "glass": {"pos": "T", "name": "Sea glass", "hex": "#9fc9bd"},
            },
            "reference_images": [],
        },
    }  # fmt: skip


def _entities() -> dict[str, Any]:
    return {
        "ilse": _entity(
            "C", "Ilse Harrow", "character", "The youngest keeper. Hums when she lies.",
            {"age": 19, "pronouns": "she/her", "occupation": "lantern keeper", "goals": ["see the mainland"],
             "secrets": ["taught the gulls a forbidden tune"], "alive": True},
        ),
        "lowmark": _entity(
            "G", "Lowmark", "location", "A harbour town built on stilts over its own old streets.",
            {"climate": "fog and bright cold", "population": 840, "landmarks": ["Drowned Bell"], "dangerous": False},
        ),
        "saltglass": _entity(
            "K", "Saltglass", "item", "Beach fused by lightning. It remembers the last note sung to it.",
            {"material": "glass", "powers": ["remembers a note"], "owner": "", "unique": False},
        ),
        "keepers": _entity(
            "O", "The Keepers", "faction", "They hold one lantern for every person at sea.",
            {"leader": "Aunt Brae", "members": 61, "beliefs": ["no name goes dark"], "rivals": ["pilots"]},
        ),
        "pilots": _entity(
            "R", "The Pilots' Guild", "faction", "They sell routes, and would rather songs were not free.",
            {"leader": "Captain Orne", "members": 200, "beliefs": ["charts over choirs"], "rivals": ["keepers"]},
        ),
        "tidesong": _entity(
            "U", "Tidesong", "technology", "Steering by harmony: each bay answers to one interval.",
            {"inventor": "nobody agrees", "energy": "breath", "uses": ["navigation", "mourning"], "forbidden": False},
        ),
        "gulls": _entity(
            "X", "Mimic gulls", "species", "They repeat the last four bars they heard, forever.",
            {"lifespan": 12, "habitat": "harbour roofs", "abilities": ["mimicry"], "sentient": False},
        ),
    }  # fmt: skip
