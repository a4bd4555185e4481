"""Branches over HTTP: forking at any position, a history that goes on, reviews, and who may do what."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from core.roles import Role
from tests.unit.web.branch_readers import MemoryBranches
from tests.unit.web.memory_studio import Studio

EDITOR, VIEWER, OWNER, COMMENTER = Role.EDITOR, Role.VIEWER, Role.OWNER, Role.COMMENTER
API = "/api/v1"


async def change(studio: Studio, document_id: str, fields: dict[str, Any], role: Role = EDITOR) -> int:
    """Patch a document; return its position then."""
    answer = await studio.request(role, "PATCH", f"{API}/documents/{document_id}", json=fields)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["position"])


async def branch_of(studio: Studio, document_id: str, **fields: Any) -> dict[str, Any]:
    """Open a branch as the editor."""
    body = {"name": "Darker chorus", **fields}
    answer = await studio.request(EDITOR, "POST", f"{API}/documents/{document_id}/branches", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def act(studio: Studio, role: Role, branch: dict[str, Any], body: dict[str, Any]) -> Any:
    """Take one step of a review."""
    return await studio.request(role, "POST", f"{API}/branches/{branch['id']}/review", json=body)


def section(lyrics: str, pos: str = "V") -> dict[str, Any]:
    return {"name": "Verse", "kind": "verse", "lyrics": lyrics, "pos": pos}


async def test_a_branch_is_edited_apart(studio: Studio) -> None:
    """What is written on a branch is on the branch alone, and the library does not list it."""
    song = await studio.document()
    await change(studio, song["id"], {"bpm": 96, "sections": {"v1": section("Rain on the roof")}})
    branch = await branch_of(studio, song["id"], purpose="Try it slower")
    assert (branch["state"], branch["kind"], branch["document_title"]) == ("open", "song", "Night train")
    await change(studio, branch["content_id"], {"bpm": 80})
    original = (await studio.request(VIEWER, "GET", f"{API}/documents/{song['id']}")).json()
    forked = (await studio.request(VIEWER, "GET", f"{API}/documents/{branch['content_id']}")).json()
    assert (original["bpm"], forked["bpm"]) == (96, 80)
    assert forked["sections"] == original["sections"]
    listed = (await studio.request(VIEWER, "GET", f"{API}/documents")).json()["items"]
    assert [item["id"] for item in listed] == [song["id"]]
    branches = (await studio.request(VIEWER, "GET", f"{API}/documents/{song['id']}/branches")).json()["items"]
    assert [item["id"] for item in branches] == [branch["id"]]
    assert branches[0]["head_position"] > branch["head_position"]


async def test_a_branch_of_a_document_that_lists_do_not_know_yet_says_its_name(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists are a moment behind the log: until they know the document it is called as it was made."""

    async def unknown(self: MemoryBranches, document_id: UUID) -> str:
        return ""

    monkeypatch.setattr(MemoryBranches, "title_of", unknown)
    song = await studio.document()
    branch = await branch_of(studio, song["id"])
    listed = (await studio.request(VIEWER, "GET", f"{API}/documents/{song['id']}/branches")).json()["items"]
    assert [one["document_title"] for one in (branch, *listed)] == ["Night train", "Night train"]


async def test_a_branch_begins_at_any_position(studio: Studio) -> None:
    """Forked in the past, it says what the document said then; one cannot fork what has not happened."""
    song = await studio.document()
    then = await change(studio, song["id"], {"bpm": 96})
    await change(studio, song["id"], {"bpm": 120})
    branch = await branch_of(studio, song["id"], position=then)
    assert branch["position"] == then
    assert (await studio.request(VIEWER, "GET", f"{API}/documents/{branch['content_id']}")).json()["bpm"] == 96
    late = await studio.request(
        EDITOR, "POST", f"{API}/documents/{song['id']}/branches", json={"name": "x", "position": 10**9}
    )
    assert late.status_code == 404
    assert studio.topics.count("branch.opened") == 1


async def test_a_branch_continues_the_history(studio: Studio) -> None:
    """Blame, differences and old versions reach across the fork, with the authors there were; a branch of one, too."""
    song = await studio.document()
    then = await change(studio, song["id"], {"sections": {"v1": section("Rain on the roof")}})
    branch = await branch_of(studio, song["id"])
    now = await change(studio, branch["content_id"], {"sections": {"v1": {"lyrics": "Rain on the old roof"}}}, OWNER)
    twig = await branch_of(studio, branch["content_id"], name="Twig")
    await change(studio, song["id"], {"title": "Elsewhere"})
    for content_id in (branch["content_id"], twig["content_id"]):
        path = f"{API}/documents/{content_id}"
        blame = (await studio.request(VIEWER, "GET", f"{path}/blame?path=/sections/v1/lyrics")).json()
        runs = [(run["text"], run["author"]["person_id"], run["author"]["position"]) for run in blame["runs"]]
        mine, theirs = str(studio.people[EDITOR]), str(studio.people[OWNER])
        assert runs == [("Rain on the ", mine, then), ("old ", theirs, now), ("roof", mine, then)]
        old = (await studio.request(VIEWER, "GET", f"{path}/at/{then}")).json()
        assert old["sections"]["v1"]["lyrics"] == "Rain on the roof"
        diff = (await studio.request(VIEWER, "GET", f"{path}/diff?from={then}")).json()
        assert [change["path"] for change in diff["changes"]] == ["/sections/v1/lyrics"]
        assert diff["to"] == now


async def test_a_revert_before_the_fork_keeps_its_authors(studio: Studio) -> None:
    """Words that a revert wrote again just before the fork are their first author's on the branch, too."""
    song = await studio.document()
    then = await change(studio, song["id"], {"sections": {"v1": section("Rain on the roof")}})
    await change(studio, song["id"], {"sections": {"v1": {"lyrics": ""}}}, OWNER)
    reverted = await studio.request(OWNER, "POST", f"{API}/documents/{song['id']}/revert", json={"to": then})
    assert reverted.status_code == 200, reverted.text
    branch = await branch_of(studio, song["id"])
    path = f"{API}/documents/{branch['content_id']}/blame?path=/sections/v1/lyrics"
    runs = (await studio.request(VIEWER, "GET", path)).json()["runs"]
    assert [(run["text"], run["author"]["person_id"]) for run in runs] == [
        ("Rain on the roof", str(studio.people[EDITOR]))
    ]


async def test_client_ids_are_one_familys(studio: Studio) -> None:
    """An id issued in a document or a branch is issued in none of the others, and old ones write nothing new (P6)."""
    song = await studio.document()
    branch = await branch_of(studio, song["id"])
    owners = await studio.services.client_ids.owners(UUID(branch["content_id"]))
    assert owners
    assert not set(owners.values()) & set(studio.people.values())
    issued = []
    for document_id in (song["id"], branch["content_id"]) * 5:
        answer = await studio.request(EDITOR, "POST", f"{API}/documents/{document_id}/sessions")
        issued.append(answer.json()["client_id"])
    assert len(set(issued) | set(owners)) == 10 + len(owners)
    register = await studio.services.client_ids.owners(UUID(song["id"]))
    assert set(issued) <= set(register)


async def test_a_review_goes_its_way(studio: Studio) -> None:
    """Asked, changes wanted, edited, approved; an edit makes the approval stale."""
    song = await studio.document()
    branch = await branch_of(studio, song["id"])
    reviewers = [str(studio.people[COMMENTER]), str(studio.people[OWNER])]
    early = await act(studio, OWNER, branch, {"action": "approve", "position": branch["head_position"]})
    assert early.status_code == 409
    asked = await act(studio, EDITOR, branch, {"action": "request", "reviewers": reviewers, "message": "Warmer?"})
    assert asked.json()["review"]["state"] == "requested"
    head = asked.json()["head_position"]
    said = await act(studio, COMMENTER, branch, {"action": "request_changes", "message": "Too dark", "position": head})
    assert said.json()["review"]["state"] == "changes_requested"
    await change(studio, branch["content_id"], {"bpm": 80})
    late = await act(studio, OWNER, branch, {"action": "approve", "position": head})
    assert (late.status_code, late.json()["detail"]) == (
        409,
        "The branch was edited since you looked at it; look again, then decide.",
    )
    head = (await studio.request(VIEWER, "GET", f"{API}/branches/{branch['id']}")).json()["head_position"]
    for role in (COMMENTER, OWNER):
        said = await act(studio, role, branch, {"action": "approve", "position": head})
        assert said.status_code == 200, said.text
    assert said.json()["review"]["state"] == "approved"
    await change(studio, branch["content_id"], {"bpm": 81})
    now = (await studio.request(VIEWER, "GET", f"{API}/branches/{branch['id']}")).json()
    assert now["review"]["state"] == "requested"
    assert [verdict["is_current"] for verdict in now["review"]["verdicts"]] == [False, False]
    mine = (await studio.request(COMMENTER, "GET", f"{API}/branches?reviewer=me&state=open")).json()["items"]
    assert [item["id"] for item in mine] == [branch["id"]]
    assert (await studio.request(VIEWER, "GET", f"{API}/branches?reviewer=me")).json()["items"] == []


@pytest.mark.parametrize(
    ("role", "body", "status"),
    [
        (EDITOR, {"action": "request", "reviewers": ["me"]}, 422),
        (EDITOR, {"action": "request", "reviewers": []}, 422),
        (EDITOR, {"action": "request", "reviewers": [str(uuid4())]}, 422),
        (EDITOR, {"action": "request", "reviewers": ["viewer"]}, 422),
        (COMMENTER, {"action": "request", "reviewers": ["owner"]}, 403),
        (COMMENTER, {"action": "withdraw"}, 403),
        (VIEWER, {"action": "approve", "position": 1}, 403),
        (EDITOR, {"action": "withdraw"}, 409),
        (EDITOR, {"action": "dance"}, 422),
        (EDITOR, {"action": "approve", "position": 0}, 422),
    ],
)
async def test_wrong_steps_change_nothing(studio: Studio, role: Role, body: dict[str, Any], status: int) -> None:
    """Oneself, nobody, strangers and viewers cannot be asked; roles are kept; nothing is stored."""
    names = {"me": studio.people[EDITOR], "owner": studio.people[OWNER], "viewer": studio.people[VIEWER]}
    body = (
        {**body, "reviewers": [str(names.get(one, one)) for one in body["reviewers"]]} if "reviewers" in body else body
    )
    branch = await branch_of(studio, (await studio.document())["id"])
    before = studio.topics
    answer = await act(studio, role, branch, body)
    assert answer.status_code == status, answer.text
    assert studio.topics == before


async def test_one_does_not_approve_ones_own(studio: Studio) -> None:
    """Whoever asked for the review cannot decide in it, even when another asked before."""
    branch = await branch_of(studio, (await studio.document())["id"])
    await act(studio, EDITOR, branch, {"action": "request", "reviewers": [str(studio.people[OWNER])]})
    answer = await act(studio, EDITOR, branch, {"action": "approve", "position": branch["head_position"]})
    assert answer.status_code == 403


async def test_closed_and_opened_again(studio: Studio) -> None:
    """A closed branch takes no decisions until it is open again; each only once."""
    branch = await branch_of(studio, (await studio.document())["id"])
    path = f"{API}/branches/{branch['id']}"
    assert (await studio.request(EDITOR, "POST", f"{path}/close")).json()["state"] == "closed"
    assert (await studio.request(EDITOR, "POST", f"{path}/close")).status_code == 409
    asked = await act(studio, EDITOR, branch, {"action": "request", "reviewers": [str(studio.people[OWNER])]})
    assert asked.status_code == 409
    assert (await studio.request(COMMENTER, "POST", f"{path}/reopen")).status_code == 403
    assert (await studio.request(EDITOR, "POST", f"{path}/reopen")).json()["state"] == "open"
    renamed = await studio.request(EDITOR, "PATCH", path, json={"name": " Lighter "})
    assert (renamed.json()["name"], renamed.json()["purpose"]) == ("Lighter", "")
    assert (await studio.request(EDITOR, "GET", f"{API}/branches/{uuid4()}")).status_code == 404


async def test_a_branch_is_compared_with_its_original(studio: Studio) -> None:
    """Any two positions of two documents of one kind: the branch's words and values against the original's."""
    song = await studio.document()
    await change(studio, song["id"], {"bpm": 96, "sections": {"v1": section("Rain on the roof")}})
    branch = await branch_of(studio, song["id"])
    await change(
        studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": "Rain on the old roof"}}}, OWNER
    )
    now = await change(studio, song["id"], {"bpm": 100})
    path = f"{API}/documents/{song['id']}/diff?from={now}&with={branch['content_id']}"
    changes = (await studio.request(VIEWER, "GET", path)).json()["changes"]
    assert [(one["path"], one["change"], one["old"]) for one in changes] == [
        ("/bpm", "set", 100), ("/sections/v1/lyrics", "text", "Rain on the roof")
    ]  # fmt: skip
    assert changes[0]["author"]["person_id"] == str(studio.people[OWNER])
    assert [span["text"] for span in changes[1]["spans"] if span["change"] == "insert"] == ["old "]
    note = await studio.document("note", "Other")
    wrong = await studio.request(VIEWER, "GET", f"{API}/documents/{song['id']}/diff?from={now}&with={note['id']}")
    assert (wrong.status_code, wrong.json()["path"]) == (422, "with")


async def test_what_is_erased_leaves_the_lists_whole(studio: Studio) -> None:
    """A branch of a document that is being erased is left out; the lists of all others answer."""
    gone, stays = await studio.document(), await studio.document()
    await branch_of(studio, gone["id"])
    kept = await branch_of(studio, stays["id"])
    assert (await studio.request(OWNER, "DELETE", f"{API}/documents/{gone['id']}")).status_code == 204
    assert (await studio.request(OWNER, "POST", f"{API}/documents/{gone['id']}/erase")).is_success
    listed = await studio.request(VIEWER, "GET", f"{API}/branches")
    assert listed.status_code == 200, listed.text
    assert [item["id"] for item in listed.json()["items"]] == [kept["id"]]
