"""The timeline over HTTP: sittings with what was done, filters, pages that do not shift, bad input."""

from __future__ import annotations

from typing import Any

import pytest

import web.api.timeline
from core.roles import Role
from tests.unit.web.memory_studio import Studio
from tests.unit.web.test_history_api import VERSE, patched, read


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
    "query", ["limit=0", "limit=101", "cursor=x", "person_id=me", "after=0", "unknown=1", "since=soon"]
)
async def test_bad_questions(studio: Studio, query: str) -> None:
    """Each is a clear problem."""
    state = await studio.document()
    answer = await studio.request(Role.VIEWER, "GET", f"/api/v1/documents/{state['id']}/history?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
