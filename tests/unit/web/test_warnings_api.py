"""Warnings: what a person should look at, the documents a document names included."""

from __future__ import annotations

from uuid import uuid4

from core.roles import Role
from tests.unit.web.memory_studio import Studio

MERGE = {"Content-Type": "application/merge-patch+json"}


async def warnings(studio: Studio, document_id: str) -> dict[str, str]:
    answer = await studio.request(Role.VIEWER, "GET", f"/api/v1/documents/{document_id}/warnings")
    assert answer.status_code == 200, answer.text
    return {item["path"]: item["message"] for item in answer.json()["items"]}


async def change(studio: Studio, document_id: str, values: dict) -> None:
    answer = await studio.request(Role.EDITOR, "PATCH", f"/api/v1/documents/{document_id}", json=values, headers=MERGE)
    assert answer.status_code == 200, answer.text


async def test_a_kind_says_what_to_look_at(studio: Studio) -> None:
    """What the kind itself warns of, with places, at the log's head; a note may be anything."""
    song = await studio.document()
    assert await warnings(studio, song["id"]) == {"/sections": "has no sections yet: there is nothing to render"}
    await change(studio, song["id"], {"title": None, "sections": {"v": {"lyrics": "la", "pos": "a1"}}})
    assert (await warnings(studio, song["id"])).keys() == {"/title", "/sections/v/chords", "/sections/v/bars"}
    note = await studio.document("note")
    assert await warnings(studio, note["id"]) == {}


async def test_a_reference_to_nothing_is_a_warning(studio: Studio) -> None:
    """An unknown id, a document of another kind, one in the trash; and none once it is back."""
    song, persona, world = [await studio.document(kind) for kind in ("song", "persona", "world")]
    await change(studio, song["id"], {"persona_id": persona["id"], "world_id": world["id"]})
    found = await warnings(studio, song["id"])
    assert not {"/persona_id", "/world_id"} & found.keys()
    await studio.request(Role.EDITOR, "DELETE", f"/api/v1/documents/{persona['id']}")
    await change(studio, song["id"], {"world_id": str(uuid4())})
    found = await warnings(studio, song["id"])
    assert found["/persona_id"] == "names a persona that is in the trash"
    assert found["/world_id"] == "names a world that does not exist"
    await studio.request(Role.EDITOR, "POST", f"/api/v1/documents/{persona['id']}/restore")
    await change(studio, song["id"], {"world_id": persona["id"]})
    found = await warnings(studio, song["id"])
    assert "/persona_id" not in found
    assert found["/world_id"] == "names a persona where a world belongs"


async def test_a_tag_says_whether_anything_is_new(studio: Studio) -> None:
    """304 while neither the document nor what it names has changed."""
    song, persona = await studio.document(), await studio.document("persona")
    await change(studio, song["id"], {"persona_id": persona["id"]})
    path = f"/api/v1/documents/{song['id']}/warnings"

    async def ask(tag: str) -> tuple[int, str]:
        answer = await studio.request(Role.VIEWER, "GET", path, headers={"If-None-Match": tag})
        return answer.status_code, answer.headers["etag"]

    first = await studio.request(Role.VIEWER, "GET", path)
    tag = first.headers["etag"]
    assert tag == f'"{first.json()["position"]}"'
    assert await ask(tag) == (304, tag)
    await studio.request(Role.EDITOR, "DELETE", f"/api/v1/documents/{persona['id']}")
    status, dangling = await ask(tag)
    assert (status, dangling != tag) == (200, True)
    assert await ask(dangling) == (304, dangling)
    await studio.request(Role.EDITOR, "POST", f"/api/v1/documents/{persona['id']}/restore")
    assert await ask(dangling) == (200, tag)
    await change(studio, song["id"], {"bpm": 99})
    assert (await ask(tag))[0] == 200
    missing = f"/api/v1/documents/{uuid4()}/warnings"
    assert (await studio.request(Role.VIEWER, "GET", missing)).status_code == 404
