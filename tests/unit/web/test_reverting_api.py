"""Taking back what somebody did, over HTTP: by person, stretch, place and named version; previews; bad input."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from core.roles import Role
from tests.unit.web.memory_studio import Studio
from tests.unit.web.test_history_api import VERSE, patched, read


async def asked(
    studio: Studio, state: dict[str, Any], body: dict[str, Any], *, role: Role = Role.OWNER, preview: bool = False
) -> Any:
    """Ask for a revert or its preview."""
    address = f"/api/v1/documents/{state['id']}/revert{'/preview' if preview else ''}"
    return await studio.request(role, "POST", address, json=body)


async def duet(studio: Studio) -> list[dict[str, Any]]:
    """Let the editor and the owner change a song in turn; return its states."""
    states = [await studio.document()]
    for role, fields in (
        (Role.EDITOR, {"bpm": 96, "sections": VERSE, "producer_notes": "warm"}),
        (Role.OWNER, {"bpm": 101, "sections": {"v1": {"lyrics": "rain slowly falls"}}, "key": "D"}),
        (Role.EDITOR, {"producer_notes": "warm and dry", "key": "E"}),
    ):
        states.append(await patched(studio, role, states[-1], **fields))
    return states


async def test_one_person_is_taken_back_and_the_rest_stays(studio: Studio) -> None:
    """The preview says what changes and what stays because others changed it since; the result is the preview."""
    _, written, owned, last = await duet(studio)
    body = {"undo": {"person_id": str(studio.people[Role.OWNER])}}
    answer = await asked(studio, last, body, role=Role.VIEWER, preview=True)
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    changes = {change["path"]: change for change in seen["changes"]}
    assert set(changes) == {"/bpm", "/sections/v1/lyrics"}
    assert (changes["/bpm"]["old"], changes["/bpm"]["new"]) == (101, 96)
    assert changes["/bpm"]["author"]["position"] == written["position"]
    gone = [span for span in changes["/sections/v1/lyrics"]["spans"] if span["change"] == "delete"]
    assert {span["author"]["position"] for span in gone} == {owned["position"]}
    (stays,) = seen["superseded"]
    assert (stays["path"], stays["reason"], stays["by"]["position"]) == ("/key", "set_since", last["position"])
    done = await asked(studio, last, {**body, "expected": seen["position"]})
    assert done.status_code == 200, done.text
    now = await read(studio, f"documents/{last['id']}")
    assert (now["bpm"], now["sections"]["v1"]["lyrics"]) == (96, "rain falls")
    assert (now["key"], now["producer_notes"]) == ("E", "warm and dry")
    assert done.json()["to"] is None
    assert done.json()["before"]["document_position"] == last["position"]
    blame = await read(studio, f"documents/{last['id']}/blame", path="/bpm")
    assert blame["author"]["position"] == written["position"]
    # And back again: the undo is a version like any other.
    back = await asked(studio, last, {"undo": {"from": last["position"], "to": done.json()["position"]}})
    assert back.status_code == 200, back.text
    again = await read(studio, f"documents/{last['id']}")
    assert {**again, "position": 0} == {**last, "position": 0}


async def test_a_stretch_a_place_and_a_named_version(studio: Studio) -> None:
    """From one position to another; only at a path; and what lies between a named version and the one before."""
    _, written, owned, last = await duet(studio)
    path = f"/api/v1/documents/{last['id']}/versions"
    named = {}
    for name, state in (("First", written), ("Second", owned)):
        made = await studio.request(Role.EDITOR, "POST", path, json={"name": name, "position": state["position"]})
        named[name] = made.json()["id"]
    stretch = {"undo": {"from": written["position"], "to": owned["position"], "path": "/sections/v1"}}
    assert [change["path"] for change in (await asked(studio, last, stretch, preview=True)).json()["changes"]] == [
        "/sections/v1/lyrics"
    ]
    commit = await asked(studio, last, {"undo": {"versions": [named["Second"]]}}, preview=True)
    assert {change["path"] for change in commit.json()["changes"]} == {"/bpm", "/sections/v1/lyrics"}
    first = await asked(studio, last, {"undo": {"versions": [named["First"]]}}, preview=True)
    assert {stay["path"] for stay in first.json()["superseded"]} >= {"/bpm", "/sections/v1"}
    assert (await asked(studio, last, {"undo": {"versions": [named["Second"]]}})).status_code == 200
    now = await read(studio, f"documents/{last['id']}")
    assert (now["bpm"], now["key"], now["producer_notes"]) == (96, "E", "warm and dry")


async def test_what_is_taken_back_already(studio: Studio) -> None:
    """A second time: a clear problem, and nothing is stored."""
    last = (await duet(studio))[-1]
    body = {"undo": {"person_id": str(studio.people[Role.OWNER])}}
    first = await asked(studio, last, body, role=Role.EDITOR)
    assert first.status_code == 200, first.text
    before = len(studio.log.store.events)
    for preview in (True, False):
        again = await asked(studio, last, body, role=Role.EDITOR, preview=preview)
        assert again.status_code == 409
        assert "taken back" in again.json()["detail"] or "take back" in again.json()["detail"]
    assert len(studio.log.store.events) == before


async def test_a_preview_that_is_old(studio: Studio) -> None:
    """Somebody wrote since: the revert that expects the preview's position is refused, and nothing is stored."""
    _, written, _, last = await duet(studio)
    body = {"to": written["position"]}
    seen = (await asked(studio, last, body, preview=True)).json()
    await patched(studio, Role.EDITOR, last, title="Meanwhile")
    before = len(studio.log.store.events)
    for preview in (True, False):
        late = await asked(studio, last, {**body, "expected": seen["position"]}, preview=preview)
        assert late.status_code == 409
        assert "since that preview" in late.json()["detail"]
    assert len(studio.log.store.events) == before
    assert (await asked(studio, last, body)).status_code == 200
    assert (await read(studio, f"documents/{last['id']}"))["title"] == written["title"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"to": 1, "undo": {}}, 422),
        ({"undo": {}, "path": "/bpm"}, 422),
        ({"undo": {"from": 9, "to": 9}}, 422),
        ({"undo": {"from": -1}}, 422),
        ({"undo": {"who": "me"}}, 422),
        ({"undo": {"path": "bpm"}}, 422),
        ({"undo": {"to": 999_999}}, 404),
        ({"undo": {"from": 999_998, "to": 999_999}}, 404),
        ({"undo": {"to": 1}}, 404),
        ({"undo": {"versions": [str(uuid4())]}}, 404),
        ({"undo": {"path": "/sections/nowhere"}}, 404),
        ({"undo": {"person_id": str(uuid4())}}, 409),
        ({"undo": {}, "expected": 1}, 409),
    ],
)
async def test_bad_input(studio: Studio, body: dict[str, Any], status: int) -> None:
    """Each is a clear problem, for the preview and for the deed, and nothing is stored."""
    last = (await duet(studio))[-1]
    before = len(studio.log.store.events)
    for preview in (True, False):
        answer = await asked(studio, last, body, preview=preview)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    assert len(studio.log.store.events) == before


async def test_another_documents_version_and_the_first_content(studio: Studio) -> None:
    """A version of another document is none of this one's; what a document begins with is nobody's doing."""
    last = (await duet(studio))[-1]
    other = await studio.document("note", "Elsewhere")
    made = await studio.request(Role.EDITOR, "POST", f"/api/v1/documents/{other['id']}/versions", json={"name": "x"})
    answer = await asked(studio, last, {"undo": {"versions": [made.json()["id"]]}})
    assert answer.status_code == 404
    empty = await asked(studio, other, {"undo": {}})
    assert empty.status_code == 409
    assert "Nothing was done" in empty.json()["detail"]


async def test_who_may(studio: Studio) -> None:
    """P10: readers look at previews; only editors revert; nobody in the trash."""
    last = (await duet(studio))[-1]
    body = {"undo": {"person_id": str(studio.people[Role.OWNER])}}
    assert (await asked(studio, last, body, role=Role.COMMENTER)).status_code == 403
    assert (await asked(studio, last, body, role=Role.VIEWER, preview=True)).status_code == 200
    await studio.request(Role.EDITOR, "DELETE", f"/api/v1/documents/{last['id']}")
    assert (await asked(studio, last, body)).status_code == 409
    assert (await asked(studio, last, body, preview=True)).status_code == 409
