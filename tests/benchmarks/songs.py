"""Songs to type in: sections as an editor's client makes them; typing moves from one section's lyrics to the next."""

from __future__ import annotations

import asyncio
import random
from typing import Any, Final

from pycrdt import Doc, Map, Text

from tests.benchmarks.client import Client, clock_of
from tests.benchmarks.edits import Place

SECTIONS: Final = 12
_SECONDS_MAX: Final = 30.0


async def song_places(client: Client) -> tuple[Place, ...]:
    """Write sections into the song the client has opened, wait until they are durable, and leave.

    The places are behind the first character of each section's lyrics.
    """
    author = random.randrange(1, 2**31)
    doc: Doc[Any] = Doc(client_id=author)
    doc.apply_update(client.states[0])
    before = doc.get_state()
    places = tuple(Place(origin) for origin in first_characters(doc, author))
    durable = asyncio.Event()
    client.on_acknowledged = durable.set
    client.send(client.wire.update(doc.get_update(before)))
    async with asyncio.timeout(_SECONDS_MAX):
        await durable.wait()
    client.close()
    return places


def first_characters(doc: Doc[Any], author: int) -> list[tuple[int, int]]:
    """Make the sections, each with one character of lyrics; return the (client, clock) of each of these."""
    origins = []
    for text in _write_sections(doc):
        origins.append((author, clock_of(doc, author)))
        text.insert(0, "~")
    return origins


def song_text(doc: Doc[Any]) -> str:
    """Return the lyrics of all sections, in the order of their ids."""
    sections = doc.get("sections", type=Map)
    return "\n".join(str(sections[name]["lyrics"]) for name in sorted(sections) if "lyrics" in sections[name])


def _write_sections(doc: Doc[Any]) -> list[Text]:
    sections = doc.get("sections", type=Map)
    lyrics = []
    with doc.transaction():
        for index in range(SECTIONS):
            text = Text()
            lyrics.append(text)
            sections[f"bench-{index:02}"] = Map(
                {"name": f"Verse {index}", "kind": "verse", "pos": f"a{index + 1:02}5", "lyrics": text}
            )
    return lyrics
