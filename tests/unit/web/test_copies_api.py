"""Duplicates: the same content under a new id, as one stored update, with a history of its own."""

from __future__ import annotations

from uuid import UUID

import pytest
from pycrdt import Doc, Map, Text, XmlFragment

from core.documents.kinds import KINDS
from core.events import Kind
from core.limits import LINE_CHARS_MAX
from core.roles import Role
from tests.unit.web.memory_studio import Studio

MERGE = {"Content-Type": "application/merge-patch+json"}
#: What a copy has of its own, besides its title.
OWN = {"id", "position", "trashed", "title", "name"}


async def copied(studio: Studio, document_id: str, role: Role = Role.EDITOR, **body) -> dict:
    answer = await studio.request(role, "POST", f"/api/v1/documents/{document_id}/duplicate", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/documents/{answer.json()['id']}"
    return answer.json()


async def state(studio: Studio, document_id: str) -> dict:
    return (await studio.request(Role.VIEWER, "GET", f"/api/v1/documents/{document_id}")).json()


async def changed(studio: Studio, document_id: str, change: dict) -> dict:
    path = f"/api/v1/documents/{document_id}"
    answer = await studio.request(Role.EDITOR, "PATCH", path, json=change, headers=MERGE)
    assert answer.status_code == 200, answer.text
    return answer.json()


CONTENT = {
    "song": {
        "bpm": 97, "genres": ["folk", "jazz"], "style": {"prompt": "warm", "tags": ["b", "a"]},
        "sections": {
            "v1": {"name": "Verse", "kind": "verse", "bars": 8, "energy": 0.25, "lyrics": "First 🎧 line", "pos": "a2"},
            "c1": {"name": "Chorus", "kind": "chorus", "chords": "C G", "pos": "a1"},
        },
        "producer_notes": "Keep the room noise.", "sources": {"s": {"title": "A walk", "pos": "a1"}},
    },
    "persona": {"biography": "Grew up by the sea.", "voice": {"range": "alto", "languages": ["de"]}},
    "world": {
        "entities": {"e": {"name": "Mara", "kind": "character", "traits": {"age": 30, "goals": ["x"]}, "pos": "a1"}},
        "timeline": {"t": {"title": "Flood", "participants": ["e"], "pos": "a1"}},
    },
    "note": {"text": "Two\nlines"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
async def test_a_copy_has_the_same_content(studio: Studio, kind: str) -> None:
    """Every field of every kind, entries and their order included; one stored update, by whoever asked."""
    original = await changed(studio, (await studio.document(kind, "Night train"))["id"], CONTENT[kind])
    made = await copied(studio, original["id"])
    assert (made["title"], made["kind"], made["left_out"]) == ("Night train (copy)", kind, [])
    copy = await state(studio, made["id"])
    assert copy["id"] == made["id"] != original["id"]
    assert copy["position"] == made["position"]
    assert {name: value for name, value in copy.items() if name not in OWN} == {
        name: value for name, value in original.items() if name not in OWN
    }
    stored = await studio.log.read_stream(UUID(made["id"]), Kind.UPDATE)
    assert len(stored) == 1
    assert stored[0].actor_id == studio.people[Role.EDITOR]
    assert studio.topics[-2:] == ["document.created", "document.updated"]


async def test_a_copy_is_a_document_of_its_own(studio: Studio) -> None:
    """What happens to one does not happen to the other; and no CRDT client id is shared."""
    song = await studio.document(title="Night train")
    made = await copied(studio, song["id"], title="Day train")
    assert (await state(studio, made["id"]))["title"] == "Day train"
    await changed(studio, made["id"], {"bpm": 60})
    await changed(studio, song["id"], {"bpm": 180})
    assert (await state(studio, made["id"]))["bpm"] == 60
    assert (await state(studio, song["id"]))["bpm"] == 180
    owners = [set(await studio.services.client_ids.owners(UUID(one["id"]))) for one in (song, made)]
    assert not owners[0] & owners[1]


async def test_a_title_that_is_too_long_is_cut(studio: Studio) -> None:
    """A copy of a copy of a long title is still a document, also when an emoji stands where it is cut."""
    original = await studio.document(title="🎧" * (LINE_CHARS_MAX // 2))
    first = await copied(studio, original["id"])
    assert first["title"].endswith("🎧 (copy)")
    assert len(first["title"].encode("utf-16-le")) // 2 <= LINE_CHARS_MAX
    assert (await copied(studio, first["id"]))["title"].endswith(" (copy)")
    empty = await changed(studio, (await studio.document("note"))["id"], {"title": None})
    assert (await copied(studio, empty["id"]))["title"] == "Untitled (copy)"


async def test_what_another_program_keeps_in_a_note_is_told(studio: Studio) -> None:
    """Its types are known to that program alone: the text is copied, and the rest is named."""
    note = await studio.document("note")
    await changed(studio, note["id"], {"text": "Plain"})

    def foreign(doc: Doc) -> None:
        doc.get("prosemirror", type=XmlFragment)
        doc.get("data", type=Map)["a"] = 1
        doc.get("other", type=Text).insert(0, "x")

    access = await studio.services.auth.access_for_token(studio.tokens[Role.EDITOR])
    await studio.services.rooms.edit(UUID(note["id"]), access, foreign)
    made = await copied(studio, note["id"])
    assert made["left_out"] == ["data", "other"]
    copy = await state(studio, made["id"])
    assert (copy["text"], copy["roots"]) == ("Plain", {})


async def test_what_cannot_be_copied(studio: Studio) -> None:
    """Nothing, trash, titles that are none: told, and nothing is stored."""
    song = await studio.document()
    path = f"/api/v1/documents/{song['id']}/duplicate"
    before = len(studio.log.store.events)
    for body in (
        {"title": " "},
        {"title": ""},
        {"title": "a\nb"},
        {"title": "x" * 501},
        {"name": "x"},
        [],
        {"title": 1},
    ):
        answer = await studio.request(Role.EDITOR, "POST", path, json=body)
        assert answer.status_code == 422, body
    assert (await studio.request(Role.VIEWER, "POST", path, json={})).status_code == 403
    missing = path.replace(song["id"], "00000000-0000-4000-8000-000000000000")
    assert (await studio.request(Role.EDITOR, "POST", missing, json={})).status_code == 404
    assert len(studio.log.store.events) == before
    await studio.request(Role.EDITOR, "DELETE", f"/api/v1/documents/{song['id']}")
    assert (await studio.request(Role.EDITOR, "POST", path, json={})).status_code == 409
