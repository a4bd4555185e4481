"""What a broken or hostile client sends: content under another's id, and content that breaks the schema."""

from __future__ import annotations

from random import Random
from typing import Any

from pycrdt import Doc, Map, Text

from tests.simulation.client import EDITABLE, Client


def _copy_of(client: Client, client_id: int) -> Doc[Any]:
    doc: Doc[Any] = Doc(client_id=client_id)
    doc.apply_update(client.doc.get_update())
    return doc


def forge(client: Client, victim_id: int) -> bytes:
    """Return an update that continues somebody else's client id."""
    doc = _copy_of(client, victim_id)
    before = doc.get_state()
    doc.get(EDITABLE[client.kind][0][0], type=Text).insert(0, "forged")
    return doc.get_update(before)


def spoil(client: Client, random: Random) -> bytes:
    """Return an update that breaks a rule of songs, under the client's own id."""
    doc = _copy_of(client, client.doc.client_id)
    before = doc.get_state()
    match random.randrange(4):
        case 0:
            doc.get("song", type=Map)["bpm"] = 9999
        case 1:
            doc.get("song", type=Map)["bpm"] = "fast"
        case 2:
            doc.get("song", type=Map)["unheard of"] = 1
        case _:
            doc.get("no such root", type=Text).insert(0, "x")
    return doc.get_update(before)
