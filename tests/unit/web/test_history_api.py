"""The past of a document over HTTP: any position, differences with authors, blame, versions, reverts, and bad input."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from core.roles import Role
from tests.unit.web.memory_studio import Studio

VERSE = {"v1": {"name": "Verse", "lyrics": "rain falls", "pos": "V"}}


async def patched(studio: Studio, role: Role, document: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Change the document as somebody of this role and return its state."""
    path = f"/api/v1/documents/{document['id']}"
    answer = await studio.request(role, "PATCH", path, json=fields)
    assert answer.status_code == 200, answer.text
    state: dict[str, Any] = answer.json()
    return state


async def read(studio: Studio, address: str, /, **parameters: Any) -> dict[str, Any]:
    """Return the JSON of a good answer."""
    answer = await studio.request(Role.VIEWER, "GET", f"/api/v1/{address}", params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def song(studio: Studio) -> list[dict[str, Any]]:
    """Make a song that the editor wrote and the owner changed; return its three states."""
    created = await studio.document()
    written = await patched(studio, Role.EDITOR, created, bpm=96, sections=VERSE)
    lyrics = {"v1": {"lyrics": "rain slowly falls"}}
    changed = await patched(studio, Role.OWNER, written, bpm=101, sections=lyrics)
    return [created, written, changed]


async def test_any_position_is_shown_as_it_was(studio: Studio) -> None:
    """P4: the same JSON as GET gave then; positions between two updates show the one before."""
    states = await song(studio)
    document_id = states[0]["id"]
    await studio.document(title="Another in between")
    for state in states:
        assert await read(studio, f"documents/{document_id}/at/{state['position']}") == state
    head = (await studio.services.log.head()).position
    assert head > states[2]["position"]
    assert await read(studio, f"documents/{document_id}/at/{head}") == states[2]


async def test_the_trash_is_remembered(studio: Studio) -> None:
    """A document in the trash has its past, and was not always there."""
    state = (await song(studio))[2]
    await studio.request(Role.EDITOR, "DELETE", f"/api/v1/documents/{state['id']}")
    head = (await studio.services.log.head()).position
    assert (await read(studio, f"documents/{state['id']}/at/{head}"))["trashed"] is True
    assert (await read(studio, f"documents/{state['id']}/at/{state['position']}"))["trashed"] is False


async def test_a_difference_with_authors(studio: Studio) -> None:
    """Fields and words, each with who changed it and where in the log."""
    _, written, changed = await song(studio)
    diff = await read(studio, f"documents/{written['id']}/diff", **{"from": written["position"]})
    assert (diff["from"], diff["to"]) == (written["position"], changed["position"])
    bpm, lyrics = diff["changes"]
    assert (bpm["path"], bpm["change"], bpm["old"], bpm["new"]) == ("/bpm", "set", 96, 101)
    assert bpm["author"]["person_id"] == str(studio.people[Role.OWNER])
    assert (lyrics["path"], lyrics["change"]) == ("/sections/v1/lyrics", "text")
    inserted = [span for span in lyrics["spans"] if span["change"] == "insert"]
    assert "".join(span["text"] for span in inserted).strip() == "slowly"
    assert {span["author"]["position"] for span in inserted} == {changed["position"]}
    assert all(span["author"] is None for span in lyrics["spans"] if span["change"] == "equal")
    same = await read(
        studio, f"documents/{written['id']}/diff", **{"from": written["position"], "to": written["position"]}
    )
    assert same["changes"] == []


async def test_a_difference_from_nothing(studio: Studio) -> None:
    """From position 0 a document is compared with what it was before its first edit: all of it has an author."""
    created, written, _ = await song(studio)
    diff = await read(studio, f"documents/{created['id']}/diff", **{"from": 0, "to": written["position"]})
    assert (diff["from"], diff["to"]) == (0, written["position"])
    found = {change["path"]: change for change in diff["changes"]}
    assert found["/bpm"]["old"] is None
    assert found["/bpm"]["author"]["person_id"] == str(studio.people[Role.EDITOR])
    assert (found["/sections/v1"]["change"], found["/sections/v1"]["new"]["lyrics"]) == ("add", "rain falls")
    assert (found["/title"]["old"], found["/title"]["new"]) == (None, created["title"])


async def test_blame_of_words_and_values(studio: Studio) -> None:
    """Each word with its author, at any position; a value with who set it."""
    _, written, changed = await song(studio)
    path = f"documents/{written['id']}/blame"
    blame = await read(studio, path, path="/sections/v1/lyrics")
    people = {str(studio.people[role]): role for role in Role}
    found = [(run["text"], people[run["author"]["person_id"]]) for run in blame["runs"]]
    assert "".join(text for text, _ in found) == "rain slowly falls"
    assert [role for _, role in found] == [Role.EDITOR, Role.OWNER, Role.EDITOR]
    assert (blame["position"], blame["author"]) == (changed["position"], None)
    before = await read(studio, path, path="/sections/v1/lyrics", at=written["position"])
    assert [run["text"] for run in before["runs"]] == ["rain falls"]
    value = await read(studio, path, path="/bpm")
    assert (value["author"]["person_id"], value["runs"]) == (str(studio.people[Role.OWNER]), [])


async def test_blame_names_the_version(studio: Studio) -> None:
    """Each word with the first version that somebody named at or after it, and its message; after a revert the same."""
    _, written, changed = await song(studio)
    versions = f"/api/v1/documents/{written['id']}/versions"
    for name, position in (("Second", changed["position"]), ("First", written["position"])):
        body = {"name": name, "message": f"why {name}", "position": position}
        assert (await studio.request(Role.EDITOR, "POST", versions, json=body)).status_code == 201
    later = await patched(studio, Role.OWNER, changed, sections={"v1": {"lyrics": "rain slowly falls down"}})

    async def found() -> list[tuple[str, str | None]]:
        runs = (await read(studio, f"documents/{written['id']}/blame", path="/sections/v1/lyrics"))["runs"]
        return [(run["text"], run["version"] and run["version"]["name"]) for run in runs]

    before = await found()
    assert "".join(text for text, _ in before) == "rain slowly falls down"
    assert {name for text, name in before if "slowly" in text} == {"Second"}
    assert {name for text, name in before if "rain" in text or "falls" in text} == {"First"}
    assert {name for text, name in before if "down" in text} == {None}
    value = await read(studio, f"documents/{written['id']}/blame", path="/bpm")
    assert (value["version"]["name"], value["version"]["message"]) == ("Second", "why Second")
    await patched(studio, Role.EDITOR, later, sections={"v1": {"lyrics": "sun"}})
    revert = f"/api/v1/documents/{written['id']}/revert"
    assert (await studio.request(Role.OWNER, "POST", revert, json={"to": later["position"]})).status_code == 200
    assert await found() == before


async def test_versions_are_named_listed_and_removed(studio: Studio) -> None:
    """A name and a message for what several documents said; the newest first; a removed one leaves every list."""
    _, written, changed = await song(studio)
    persona = await studio.document("persona", "Mina")
    path = f"/api/v1/documents/{written['id']}/versions"
    body = {"name": "Draft", "message": "before the bridge", "with_documents": [persona["id"]]}
    made = await studio.request(Role.EDITOR, "POST", path, json=body)
    assert made.status_code == 201, made.text
    assert (made.json()["document_position"], made.json()["cause"]) == (changed["position"], "person")
    old = await studio.request(Role.EDITOR, "POST", path, json={"name": "First", "position": written["position"]})
    assert old.json()["document_position"] == written["position"]
    listed = await read(studio, f"documents/{written['id']}/versions")
    assert listed["items"] == [old.json(), made.json()]
    also = (await read(studio, f"documents/{persona['id']}/versions"))["items"]
    assert [(item["id"], item["document_position"]) for item in also] == [(made.json()["id"], persona["position"])]
    gone = await studio.request(Role.EDITOR, "DELETE", f"/api/v1/versions/{made.json()['id']}")
    assert gone.status_code == 204
    assert (await read(studio, f"documents/{persona['id']}/versions"))["items"] == []
    again = await studio.request(Role.EDITOR, "DELETE", f"/api/v1/versions/{made.json()['id']}")
    assert again.status_code == 409


async def test_a_revert_is_a_new_edit_that_can_be_reverted(studio: Studio) -> None:
    """P5: the old content comes back at a new position, its words keep their author, the way back is a version."""
    _, written, changed = await song(studio)
    path = f"/api/v1/documents/{written['id']}/revert"
    answer = await studio.request(Role.OWNER, "POST", path, json={"to": written["position"]})
    assert answer.status_code == 200, answer.text
    done = answer.json()
    assert done["position"] > changed["position"]
    assert (done["to"], done["before"]["document_position"]) == (written["position"], changed["position"])
    now = await read(studio, f"documents/{written['id']}")
    assert {**now, "position": 0} == {**written, "position": 0}
    blame = await read(studio, f"documents/{written['id']}/blame", path="/bpm")
    assert blame["author"]["person_id"] == str(studio.people[Role.EDITOR])
    # Nothing was rewritten: what was before can still be shown, and comes back by its version.
    assert await read(studio, f"documents/{written['id']}/at/{changed['position']}") == changed
    back = await studio.request(Role.EDITOR, "POST", path, json={"to": done["before"]["document_position"]})
    assert back.status_code == 200
    assert {**await read(studio, f"documents/{written['id']}"), "position": 0} == {**changed, "position": 0}
    assert studio.topics.count("document.reverted") == 2
    assert [item["cause"] for item in (await read(studio, f"documents/{written['id']}/versions"))["items"]] == [
        "revert"
    ] * 2
    named = await read(studio, f"documents/{written['id']}/versions", named_only="true")
    assert named["items"] == []


async def test_a_revert_to_what_is_there_already(studio: Studio) -> None:
    """A clear problem, and nothing is stored."""
    changed = (await song(studio))[2]
    before = len(studio.log.store.events)
    answer = await studio.request(
        Role.EDITOR, "POST", f"/api/v1/documents/{changed['id']}/revert", json={"to": changed["position"]}
    )
    assert answer.status_code == 409
    assert "says already" in answer.json()["detail"]
    assert len(studio.log.store.events) == before


async def test_a_part_comes_back(studio: Studio) -> None:
    """Only the path: what others changed elsewhere since stays; a path that names nothing is a problem."""
    _, written, changed = await song(studio)
    path = f"/api/v1/documents/{written['id']}/revert"
    body = {"to": written["position"], "path": "/sections/v1/lyrics"}
    answer = await studio.request(Role.OWNER, "POST", path, json=body)
    assert answer.status_code == 200, answer.text
    now = await read(studio, f"documents/{written['id']}")
    assert (now["sections"]["v1"]["lyrics"], now["bpm"]) == ("rain falls", changed["bpm"])
    runs = (await read(studio, f"documents/{written['id']}/blame", path="/sections/v1/lyrics"))["runs"]
    assert {run["author"]["person_id"] for run in runs} == {str(studio.people[Role.EDITOR])}
    for wrong, status in (("/sections/v9", 404), ("bpm", 422), ("/sections/v1/lyrics", 409)):
        again = await studio.request(Role.OWNER, "POST", path, json={**body, "path": wrong})
        assert again.status_code == status, again.text


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("at/999999", 404, "has not happened yet"),
        ("at/1", 404, "did not exist yet"),
        ("at/0", 404, "from 1 on"),
        ("at/soon", 404, "from 1 on"),
        ("at/" + "9" * 40, 404, "from 1 on"),
        ("diff", 422, ""),
        ("diff?from=999999", 404, "has not happened yet"),
        ("diff?from=1", 404, "did not exist yet"),
        ("blame?path=bpm", 422, "JSON Pointer"),
        ("blame?path=/sections", 404, "Nothing that somebody wrote"),
        ("blame?path=/sections/none/lyrics", 404, "Nothing that somebody wrote"),
        ("versions?cursor=x", 422, ""),
    ],
)
async def test_bad_questions(studio: Studio, address: str, status: int, sentence: str) -> None:
    """Unknown, future and early positions, and paths that name nothing, are each said in a sentence."""
    document_id = (await song(studio))[0]["id"]
    answer = await studio.request(Role.VIEWER, "GET", f"/api/v1/documents/{document_id}/{address}")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert sentence in answer.json()["detail"]


async def test_who_may_not(studio: Studio) -> None:
    """P10: readers compare; only editors name, remove and revert. Unknown documents and versions are 404."""
    state = (await song(studio))[1]
    for method, path, body in [
        ("POST", f"documents/{state['id']}/versions", {"name": "x"}),
        ("POST", f"documents/{state['id']}/revert", {"to": state["position"]}),
        ("DELETE", f"versions/{uuid4()}", None),
    ]:
        answer = await studio.request(Role.COMMENTER, method, f"/api/v1/{path}", json=body)
        assert answer.status_code == 403
    for method, path, body in [
        ("POST", f"documents/{uuid4()}/versions", {"name": "x"}),
        ("POST", f"documents/{uuid4()}/revert", {"to": 1}),
        ("POST", f"documents/{state['id']}/versions", {"name": "x", "with_documents": [str(uuid4())]}),
        ("POST", f"documents/{state['id']}/revert", {"to": 10**6}),
        ("DELETE", f"versions/{uuid4()}", None),
        ("DELETE", f"versions/{state['id']}", None),
    ]:
        answer = await studio.request(Role.EDITOR, method, f"/api/v1/{path}", json=body)
        assert answer.status_code == 404, answer.text
