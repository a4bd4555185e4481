"""The inbox over HTTP: who hears of what, what was read, what is muted, and bad input."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from core.aggregates.branch import Branch
from core.roles import Role
from tests.unit.web.memory_studio import Studio


async def thread_of(studio: Studio, document_id: str, role: Role, text: str, *mentioned: Role) -> str:
    """Open a thread on the whole document and return its id."""
    body = {"text": text, "anchor": {"path": ""}, "mentions": [str(studio.people[other]) for other in mentioned]}
    answer = await studio.request(role, "POST", f"/api/v1/documents/{document_id}/comments", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def said(studio: Studio, role: Role, thread_id: str, text: str, *mentioned: Role) -> dict[str, Any]:
    """Reply to a thread and return it."""
    body = {"text": text, "mentions": [str(studio.people[other]) for other in mentioned]}
    answer = await studio.request(role, "POST", f"/api/v1/comments/{thread_id}/replies", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def inbox_of(studio: Studio, role: Role, **query: Any) -> dict[str, Any]:
    """Read somebody's inbox."""
    answer = await studio.request(role, "GET", "/api/v1/inbox", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def heard(studio: Studio, role: Role) -> list[tuple[str, str]]:
    """Return kind and text of what somebody heard, the oldest first."""
    return [(item["kind"], item["text"]) for item in (await inbox_of(studio, role))["items"]][::-1]


async def test_who_hears_of_what(studio: Studio) -> None:
    """The mentioned of a mention, those who wrote before of a reply, each once; nobody of themselves."""
    document = await studio.document()
    thread = await thread_of(studio, document["id"], Role.COMMENTER, "Look, all", Role.VIEWER, Role.COMMENTER)
    await said(studio, Role.EDITOR, thread, "I do")
    await said(studio, Role.COMMENTER, thread, "Good", Role.EDITOR)
    assert await heard(studio, Role.VIEWER) == [("mention", "Look, all")]
    assert await heard(studio, Role.COMMENTER) == [("reply", "I do")]
    assert await heard(studio, Role.EDITOR) == [("mention", "Good")]
    assert await heard(studio, Role.OWNER) == []
    item = (await inbox_of(studio, Role.EDITOR))["items"][0]
    assert (item["document_title"], item["document_kind"], item["thread_id"]) == ("Night train", "song", thread)
    assert (item["actor_id"], item["is_read"], item["branch_id"]) == (str(studio.people[Role.COMMENTER]), False, None)


async def test_an_edit_tells_the_newly_mentioned(studio: Studio) -> None:
    """Whoever was mentioned before hears nothing twice."""
    document = await studio.document()
    thread = await thread_of(studio, document["id"], Role.COMMENTER, "Look", Role.VIEWER)
    found = (await studio.request(Role.VIEWER, "GET", f"/api/v1/comments/{thread}")).json()
    people = [str(studio.people[role]) for role in (Role.VIEWER, Role.OWNER)]
    address = f"/api/v1/comments/{thread}/messages/{found['messages'][0]['id']}"
    await studio.request(Role.COMMENTER, "PATCH", address, json={"text": "Look here", "mentions": people})
    assert len(await heard(studio, Role.VIEWER)) == 1
    assert await heard(studio, Role.OWNER) == [("mention", "Look here")]


async def test_reading(studio: Studio) -> None:
    """One by one, or everything up to a position; what was read before, or is nobody's, stores nothing."""
    document = await studio.document()
    thread = await thread_of(studio, document["id"], Role.COMMENTER, "One", Role.VIEWER)
    for text in ("Two", "Three", "Four"):
        await said(studio, Role.COMMENTER, thread, text, Role.VIEWER)
    page = await inbox_of(studio, Role.VIEWER)
    assert (page["unread"], [item["text"] for item in page["items"]]) == (4, ["Four", "Three", "Two", "One"])

    async def read(**body: Any) -> int:
        answer = await studio.request(Role.VIEWER, "POST", "/api/v1/inbox/read", json=body)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["unread"])

    assert await read(ids=[page["items"][1]["id"]]) == 3
    shown = await inbox_of(studio, Role.VIEWER, unread_only=True)
    assert [item["text"] for item in shown["items"]] == ["Four", "Two", "One"]
    assert await read(up_to=page["items"][2]["position"]) == 1
    before = len(studio.log.store.events)
    assert await read(ids=[page["items"][1]["id"], "1"], up_to=page["items"][2]["position"]) == 1
    assert await read() == 1
    assert len(studio.log.store.events) == before
    assert (await inbox_of(studio, Role.VIEWER))["unread"] == 1


async def test_pages(studio: Studio) -> None:
    """A page goes on where the one before ended."""
    document = await studio.document()
    thread = await thread_of(studio, document["id"], Role.COMMENTER, "0", Role.VIEWER)
    for number in range(1, 5):
        await said(studio, Role.COMMENTER, thread, str(number), Role.VIEWER)
    page = await inbox_of(studio, Role.VIEWER, limit=3)
    rest = await inbox_of(studio, Role.VIEWER, limit=3, cursor=page["next_cursor"])
    assert [item["text"] for item in page["items"] + rest["items"]] == ["4", "3", "2", "1", "0"]
    assert rest["next_cursor"] is None


async def test_a_muted_document_is_silent(studio: Studio) -> None:
    """While it is muted nothing of it arrives; what was there stays; afterwards it speaks again."""
    document = await studio.document()
    address = f"/api/v1/documents/{document['id']}/mute"
    thread = await thread_of(studio, document["id"], Role.COMMENTER, "Before", Role.VIEWER)
    for _ in range(2):
        assert (await studio.request(Role.VIEWER, "PUT", address)).status_code == 204
    assert (await studio.request(Role.VIEWER, "GET", address)).json() == {"is_muted": True}
    assert (await studio.request(Role.EDITOR, "GET", address)).json() == {"is_muted": False}
    await said(studio, Role.COMMENTER, thread, "Meanwhile", Role.VIEWER)
    for _ in range(2):
        assert (await studio.request(Role.VIEWER, "DELETE", address)).status_code == 204
    await said(studio, Role.COMMENTER, thread, "After", Role.VIEWER)
    assert await heard(studio, Role.VIEWER) == [("mention", "Before"), ("mention", "After")]
    assert studio.topics.count("inbox.muted") == studio.topics.count("inbox.unmuted") == 1
    assert (await studio.request(Role.VIEWER, "PUT", f"/api/v1/documents/{uuid4()}/mute")).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ids": ["0"]}, 422),
        ({"ids": ["x"]}, 422),
        ({"ids": [1]}, 422),
        ({"ids": ["9" * 30]}, 422),
        ({"ids": ["1"] * 201}, 422),
        ({"ids": ["999999999"]}, 404),
        ({"up_to": 999999999}, 404),
        ({"up_to": 0}, 422),
        ({"all": True}, 422),
    ],
)
async def test_reading_what_is_not_there(studio: Studio, body: dict[str, Any], status: int) -> None:
    """What has not happened cannot have been read: it would be silent when it does."""
    before = len(studio.log.store.events)
    answer = await studio.request(Role.VIEWER, "POST", "/api/v1/inbox/read", json=body)
    assert answer.status_code == status, answer.text
    assert len(studio.log.store.events) == before


async def test_viewers_hear_comments_in_the_event_stream(studio: Studio) -> None:
    """Live: every fact about a thread names its document, so that a screen knows what to read again."""
    document = await studio.document()
    thread = await thread_of(studio, document["id"], Role.COMMENTER, "Look")
    await said(studio, Role.EDITOR, thread, "I do")
    await studio.request(Role.EDITOR, "POST", f"/api/v1/comments/{thread}/resolve")
    topics = ["comment.added", "comment.replied", "comment.resolved"]
    page = await studio.request(Role.VIEWER, "GET", "/api/v1/events", params={"topic": topics})
    found = [(event["topic"], event["stream_id"], event["data"]["document_id"]) for event in page.json()["events"]]
    assert found == [(topic, thread, document["id"]) for topic in topics]


async def test_reviews_are_in_the_inbox(studio: Studio) -> None:
    """Who is asked, and what was decided, for whom it concerns; nobody hears of what they did themselves."""
    document = await studio.document()
    made = await studio.request(Role.EDITOR, "POST", f"/api/v1/documents/{document['id']}/branches", json={"name": "B"})
    branch = made.json()
    address = f"/api/v1/branches/{branch['id']}/review"
    asked = {"action": "request", "reviewers": [str(studio.people[Role.COMMENTER])], "message": "Please"}
    assert (await studio.request(Role.EDITOR, "POST", address, json=asked)).status_code == 200
    for action in ("request_changes", "approve"):
        body = {"action": action, "message": action, "position": branch["head_position"]}
        assert (await studio.request(Role.COMMENTER, "POST", address, json=body)).status_code == 200
    assert await heard(studio, Role.COMMENTER) == [("review_requested", "Please")]
    assert await heard(studio, Role.EDITOR) == [("changes_requested", "request_changes"), ("approved", "approve")]
    item = (await inbox_of(studio, Role.EDITOR))["items"][0]
    assert (item["branch_id"], item["document_id"]) == (branch["id"], document["id"])
    assert item["branch_name"] == "B"
    path = f"/api/v1/branches/{branch['id']}"
    assert (await studio.request(Role.EDITOR, "PATCH", path, json={"name": "Sadder chorus"})).status_code == 200
    assert (await inbox_of(studio, Role.EDITOR))["items"][0]["branch_name"] == "Sadder chorus"


async def test_names_of_branches_are_asked_for_at_once(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many branches a page is about, they cost one question, and none of them is loaded."""
    document, names = await studio.document(), [f"Branch {number}" for number in range(5)]
    for name in names:
        path = f"/api/v1/documents/{document['id']}/branches"
        branch = (await studio.request(Role.EDITOR, "POST", path, json={"name": name})).json()
        asked = {"action": "request", "reviewers": [str(studio.people[Role.COMMENTER])]}
        await studio.request(Role.EDITOR, "POST", f"/api/v1/branches/{branch['id']}/review", json=asked)
    loaded: list[Any] = []
    get, names_of, questions = studio.services.repository.get, studio.services.branches.names_of, []

    async def counted(kind: Any, stream_id: Any) -> Any:
        loaded.append(kind)
        return await get(kind, stream_id)

    async def asked_once(branch_ids: Any) -> Any:
        questions.append(branch_ids)
        return await names_of(branch_ids)

    monkeypatch.setattr(studio.services.repository, "get", counted)
    monkeypatch.setattr(studio.services.branches, "names_of", asked_once)
    items = (await inbox_of(studio, Role.COMMENTER))["items"]
    assert [one["branch_name"] for one in items] == names[::-1]
    assert (len(questions), [kind for kind in loaded if kind is Branch]) == (1, [])


async def test_a_branch_that_lists_do_not_know_yet_has_its_name(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists are a moment behind: what somebody is asked about the moment it was opened is called by its name."""

    async def unknown(branch_ids: Any) -> dict[UUID, str]:
        return {}

    monkeypatch.setattr(studio.services.branches, "names_of", unknown)
    document = await studio.document()
    path = f"/api/v1/documents/{document['id']}/branches"
    branch = (await studio.request(Role.EDITOR, "POST", path, json={"name": "Darker chorus"})).json()
    asked = {"action": "request", "reviewers": [str(studio.people[Role.COMMENTER])]}
    await studio.request(Role.EDITOR, "POST", f"/api/v1/branches/{branch['id']}/review", json=asked)
    assert [one["branch_name"] for one in (await inbox_of(studio, Role.COMMENTER))["items"]] == ["Darker chorus"]


async def test_muting_a_branch_mutes_its_document(studio: Studio) -> None:
    """A branch is a part of what one hears of a document."""
    document = await studio.document()
    made = await studio.request(Role.EDITOR, "POST", f"/api/v1/documents/{document['id']}/branches", json={"name": "B"})
    assert (await studio.request(Role.VIEWER, "PUT", f"/api/v1/documents/{made.json()['content_id']}/mute")).is_success
    found = await studio.request(Role.VIEWER, "GET", f"/api/v1/documents/{document['id']}/mute")
    assert found.json() == {"is_muted": True}
