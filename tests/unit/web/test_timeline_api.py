"""The timeline over HTTP: sittings with what was done, filters, pages that do not shift, bad input."""

from __future__ import annotations

from typing import Any

import pytest

import web.api.timeline
from core.roles import Role
from tests.unit.web.memory_studio import Studio
from tests.unit.web.test_branches_api import act, branch_of, change
from tests.unit.web.test_history_api import VERSE, patched, read
from tests.unit.web.test_merges_api import WORDS, forked, merge, preview


async def afternoon(studio: Studio) -> dict[str, Any]:
    """Let the editor, the owner and the editor again change a song, an hour apart."""
    state = await studio.document()
    for role, fields in (
        (Role.EDITOR, {"bpm": 96, "sections": VERSE}),
        (Role.OWNER, {"bpm": 101}),
        (Role.EDITOR, {"sections": {"v1": {"lyrics": "rain slowly falls"}}}),
    ):
        studio.clock.advance(3600)
        state = await patched(studio, role, state, **fields)
    return state


async def test_sittings_are_told(studio: Studio) -> None:
    """Newest first, each with who, when, from where to where, and what in one line."""
    state = await afternoon(studio)
    page = await read(studio, f"documents/{state['id']}/history")
    last, middle, early, created = page["items"]
    assert [item["summary"] for item in (last, middle)] == ["1 word in Verse", "tempo 96 to 101"]
    assert last["person_id"] == early["person_id"] == str(studio.people[Role.EDITOR])
    assert middle["doings"] == [{"path": "/bpm", "phrase": "tempo 96 to 101"}]
    assert (last["from_position"], last["last_position"]) == (middle["last_position"], state["position"])
    assert (created["from_position"], created["updates"]) == (0, 1)
    assert page["people"] == [str(studio.people[Role.EDITOR]), str(studio.people[Role.OWNER])]
    assert page["next_cursor"] is None


async def test_filters(studio: Studio) -> None:
    """By person, by path and below it, by what ended after and began before a position."""
    state = await afternoon(studio)
    address = f"documents/{state['id']}/history"
    whole = (await read(studio, address))["items"]
    owner = (await read(studio, address, person_id=str(studio.people[Role.OWNER])))["items"]
    assert owner == [whole[1]]
    words = (await read(studio, address, path="/sections/v1"))["items"]
    assert [item["first_position"] for item in words] == [whole[0]["first_position"], whole[2]["first_position"]]
    assert (await read(studio, address, path="/sections/v"))["items"] == []
    assert (await read(studio, address, after=whole[1]["last_position"]))["items"] == [whole[0]]
    assert (await read(studio, address, before=whole[2]["first_position"]))["items"] == [whole[3]]
    assert (await read(studio, address, since=whole[1]["ended_at"]))["items"] == whole[:2]
    assert (await read(studio, address, until=whole[1]["started_at"]))["items"] == whole[2:]
    one = {"since": whole[1]["started_at"], "until": whole[0]["started_at"]}
    assert (await read(studio, address, **one))["items"] == [whole[1]]


async def test_pages_go_on_where_they_ended(studio: Studio) -> None:
    """Also when somebody writes between two pages; nothing is shown twice or left out."""
    state = await afternoon(studio)
    address = f"documents/{state['id']}/history"
    whole = (await read(studio, address))["items"]
    first = await read(studio, address, limit=2)
    studio.clock.advance(3600)
    await patched(studio, Role.OWNER, state, bpm=80)
    rest = await read(studio, address, limit=2, cursor=first["next_cursor"])
    assert [*first["items"], *rest["items"]] == whole
    assert rest["next_cursor"] is None


async def test_a_search_for_a_path_is_bounded(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page may be empty and go on: each request looks at so many sittings and no more."""
    monkeypatch.setattr(web.api.timeline, "SITTINGS_EXAMINED_MAX", 1)
    state = await afternoon(studio)
    address = f"documents/{state['id']}/history"
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        page = await read(studio, address, path="/bpm", **({"cursor": cursor} if cursor else {}))
        found, cursor, pages = [*found, *page["items"]], page["next_cursor"], pages + 1
    assert pages == 4
    assert found[0]["summary"] == "tempo 96 to 101"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "cursor=x", "person_id=me", "after=0", "unknown=1", "since=soon", "kind=versions"]
)
async def test_bad_questions(studio: Studio, query: str) -> None:
    """Each is a clear problem."""
    state = await studio.document()
    answer = await studio.request(Role.VIEWER, "GET", f"/api/v1/documents/{state['id']}/history?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def reviewed(studio: Studio) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let a branch be written by the owner, reviewed, and merged by the editor, who types before and after it."""
    song, branch = await forked(studio)
    studio.clock.advance(3600)
    await change(studio, branch["content_id"], {"sections": {"v1": {"lyrics": WORDS + " tonight"}}}, Role.OWNER)
    await act(studio, Role.EDITOR, branch, {"action": "request", "reviewers": [str(studio.people[Role.COMMENTER])]})
    seen = await preview(studio, branch)
    await act(studio, Role.COMMENTER, branch, {"action": "approve", "position": seen["branch_position"]})
    await change(studio, song["id"], {"title": "Night train home"})
    assert (await merge(studio, branch, await preview(studio, branch))).is_success
    await change(studio, song["id"], {"bpm": 101})
    return song, branch


def lines(page: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the kind and the line of each entry."""
    return [(item["kind"], item["summary"]) for item in page["items"]]


async def test_a_merge_and_its_review_are_entries_of_their_own(studio: Studio) -> None:
    """The merge says what it brought and where it came from; the sitting around it does not claim its words."""
    song, branch = await reviewed(studio)
    address = f"documents/{song['id']}/history"
    page = await read(studio, address)
    assert lines(page)[:-1] == [
        ("edit", "title Night train to Night train home, tempo 96 to 101"),
        ("merge", "Merged branch Darker chorus: 1 word in Verse"),
        ("review", "Approved branch Darker chorus"),
        ("review", "Asked for a review of branch Darker chorus"),
        ("review", "Opened branch Darker chorus"),
    ]
    merged = page["items"][1]
    kept = (await read(studio, f"documents/{song['id']}/versions"))["items"][0]
    assert (merged["branch_id"], merged["before_version_id"]) == (branch["id"], kept["id"])
    assert (merged["person_id"], merged["from_position"]) == (
        str(studio.people[Role.EDITOR]), kept["document_position"]
    )  # fmt: skip
    assert merged["doings"] == [{"path": "/sections/v1/lyrics", "phrase": "1 word in Verse"}]
    diff = await read(studio, f"documents/{song['id']}/diff", **{"from": 0, "to": merged["position"]})
    assert diff["to"] == merged["position"]
    # A branch that was opened later has the merge in its past, and nothing of the reviews.
    later = await branch_of(studio, song["id"])
    past = lines(await read(studio, f"documents/{later['content_id']}/history"))
    assert [kind for kind, _ in past if kind != "edit"] == ["merge"]
    older = lines(await read(studio, f"documents/{branch['content_id']}/history"))
    assert {kind for kind, _ in older} == {"edit"}


async def test_threads_of_comments_are_entries(studio: Studio) -> None:
    """Opened, resolved, opened again: each with how the thread begins; of words taken away nothing is quoted."""
    song, _ = await forked(studio)
    path = f"/api/v1/documents/{song['id']}/comments"
    body = {"anchor": {"path": "/sections/v1/lyrics", "start": 0, "stop": 4}, "text": "Too\ndark? " + "🌧" * 100}
    thread = (await studio.request(Role.COMMENTER, "POST", path, json=body)).json()
    for what in ("resolve", "reopen"):
        assert (await studio.request(Role.EDITOR, "POST", f"/api/v1/comments/{thread['id']}/{what}")).is_success
    address = f"documents/{song['id']}/history"
    page = await read(studio, address, kind="comment")
    quote = f"“Too dark? {'🌧' * 69}…”"
    assert lines(page) == [
        ("comment", f"Opened a comment again: {quote}"), ("comment", f"Resolved a comment: {quote}"),
        ("comment", f"Commented: {quote}"),
    ]  # fmt: skip
    assert {item["thread_id"] for item in page["items"]} == {thread["id"]}
    assert page["items"][0]["person_id"] == str(studio.people[Role.EDITOR])
    assert lines(await read(studio, address, kind="comment", path="/sections/v1")) == lines(page)
    assert lines(await read(studio, address, kind="comment", path="/bpm")) == []
    message = thread["messages"][0]["id"]
    await studio.request(Role.COMMENTER, "DELETE", f"/api/v1/comments/{thread['id']}/messages/{message}")
    assert lines(await read(studio, address, kind="comment"))[-1] == ("comment", "Commented")


async def test_entries_are_filtered_by_kind(studio: Studio) -> None:
    """One kind, or some; with a person, a place and a time; a review is of no place, a merge of those it changed."""
    song, branch = await reviewed(studio)
    address = f"documents/{song['id']}/history"
    whole = lines(await read(studio, address))
    for kinds in (["edit"], ["merge"], ["review"], ["merge", "review"], ["comment"]):
        found = lines(await read(studio, address, kind=kinds))
        assert found == [line for line in whole if line[0] in kinds]
    person = str(studio.people[Role.COMMENTER])
    assert lines(await read(studio, address, person_id=person)) == [("review", f"Approved branch {branch['name']}")]
    there = await read(studio, address, path="/sections/v1/lyrics")
    assert [kind for kind, _ in lines(there)] == ["merge"]
    assert [kind for kind, _ in lines(await read(studio, address, path="/bpm"))] == ["edit", "edit"]
    [merged] = (await read(studio, address, kind="merge"))["items"]
    assert lines(await read(studio, address, kind="review", after=merged["position"])) == []
    assert lines(await read(studio, address, kind=["merge", "review"], before=merged["position"])) == whole[2:5]
    assert lines(await read(studio, address, kind="merge", since=merged["at"]))[0] == whole[1]
    assert lines(await read(studio, address, kind="merge", until=merged["at"])) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
@pytest.mark.parametrize("query", [{}, {"kind": ["merge", "review"]}, {"path": "/sections/v1/lyrics"}])
async def test_pages_of_all_kinds_have_everything_once(studio: Studio, limit: int, query: dict[str, Any]) -> None:
    """However many fit on a page: what is between two sittings is neither twice there nor left out."""
    song, _ = await reviewed(studio)
    address = f"documents/{song['id']}/history"
    whole = (await read(studio, address, **query))["items"]
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        page = await read(studio, address, limit=limit, **query, **({"cursor": cursor} if cursor else {}))
        found, cursor, pages = [*found, *page["items"]], page["next_cursor"], pages + 1
        assert pages < 20
    assert found == whole


async def test_a_renamed_branch_has_its_new_name(studio: Studio) -> None:
    """What was decided about it before is told by how it is called now."""
    song, branch = await reviewed(studio)
    renamed = await studio.request(
        Role.EDITOR, "PATCH", f"/api/v1/branches/{branch['id']}", json={"name": "Night verse"}
    )
    assert renamed.status_code == 200, renamed.text
    [merged] = (await read(studio, f"documents/{song['id']}/history", kind="merge"))["items"]
    assert (merged["branch_name"], merged["summary"]) == ("Night verse", "Merged branch Night verse: 1 word in Verse")


async def test_whoever_only_merges_has_no_sitting(studio: Studio) -> None:
    """What a merge brought is told once; merges elsewhere in the document do not hide older ones from a place."""
    song, branch = await forked(studio)
    other = await branch_of(studio, song["id"], name="Slower")
    await change(studio, branch["content_id"], {"sections": {"v1": {"lyrics": WORDS + " tonight"}}}, Role.OWNER)
    await change(studio, other["content_id"], {"bpm": 80}, Role.OWNER)
    for one in (branch, other):
        studio.clock.advance(3600)
        assert (await merge(studio, one, await preview(studio, one))).is_success
    address = f"documents/{song['id']}/history"
    page = await read(studio, address, kind=["edit", "merge"])
    assert lines(page)[:-1] == [
        ("merge", "Merged branch Slower: tempo 96 to 80"), ("merge", "Merged branch Darker chorus: 1 word in Verse"),
    ]  # fmt: skip
    whole = lines(await read(studio, address, path="/sections/v1", kind=["edit", "merge"]))
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        query = {"path": "/sections/v1", "kind": ["edit", "merge"], "limit": 1} | ({"cursor": cursor} if cursor else {})
        page = await read(studio, address, **query)
        found, cursor, pages = [*found, *lines(page)], page["next_cursor"], pages + 1
    assert found == whole
    assert [kind for kind, _ in whole] == ["merge", "edit"]
