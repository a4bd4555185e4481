"""Merges that are half done: the edit is stored and its facts are not, for a moment or because somebody has died."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from core.errors import LogUnavailable
from core.limits import MERGE_SECONDS_MAX
from tests.unit.web.memory_studio import Studio
from tests.unit.web.test_branches_api import API, change
from tests.unit.web.test_merges_api import EDITOR, OWNER, VIEWER, WORDS, forked, merge, preview, state
from web.api import merge_facts, merges


async def test_nobody_looks_while_a_merge_is_half_done(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edit is stored, the fact is not: a preview then would show a document that has what the facts lack."""
    _, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": WORDS + " tonight"}}})
    before = await preview(studio, branch)
    record, seen = merge_facts.record, []

    async def late(*arguments: Any) -> None:
        path = f"{API}/branches/{branch['id']}/merge/preview"
        seen.append(await studio.request(VIEWER, "POST", path, json={}))
        await record(*arguments)

    monkeypatch.setattr(merge_facts, "record", late)
    assert (await merge(studio, branch, before, paths=["/bpm"])).status_code == 200
    assert (seen[0].status_code, seen[0].json()["detail"]) == (
        409, "Somebody is merging this branch at this moment; look again."
    )  # fmt: skip
    old = await merge(studio, branch, before)
    assert (old.status_code, "was merged since that preview" in old.json()["detail"]) == (409, True)


async def merge_and_lose_the_answer(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, branch: dict[str, Any], seen: dict[str, Any],
    choices: list[dict[str, str]],
) -> None:  # fmt: skip
    """Merge, and stop between the edit and its facts."""

    async def lost(*arguments: Any) -> None:
        raise LogUnavailable

    with monkeypatch.context() as dying:
        dying.setattr(merge_facts, "record", lost)
        assert (await merge(studio, branch, seen, choices=choices)).status_code == 503


async def test_a_merge_that_was_left_is_recorded_by_whoever_looks(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its edit is stored, its facts are not: nobody merges meanwhile; later it is whose it was, and nothing twice."""
    song, branch = await forked(studio)
    ours, theirs = WORDS + " tonight", WORDS + " for long"
    await change(studio, song["id"], {"sections": {"v1": {"lyrics": ours}}})
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": theirs}}}, OWNER)
    choices = [{"path": "/sections/v1/lyrics", "choice": "both"}]
    seen = await preview(studio, branch, choices=choices)
    await merge_and_lose_the_answer(studio, monkeypatch, branch, seen, choices)
    both = "Rain on the roof\nand nobody home tonight\nand nobody home for long"
    assert (await state(studio, song["id"]))["sections"]["v1"]["lyrics"] == both
    await change(studio, song["id"], {"title": "Elsewhere"})
    path = f"{API}/branches/{branch['id']}"
    for ask in ("merge/preview", "merge"):
        body = {name: seen[name] for name in ("document_position", "branch_position")} if ask == "merge" else {}
        answer = await studio.request(EDITOR, "POST", f"{path}/{ask}", json=body)
        assert answer.status_code == 409, ask
    studio.clock.advance(MERGE_SECONDS_MAX)
    again = await asyncio.gather(*(studio.request(VIEWER, "POST", f"{path}/merge/preview", json={}) for _ in range(3)))
    assert [one.json()["blocked"] for one in again] == [["This branch was merged already."]] * 3
    assert (await merge(studio, branch, seen, choices=choices)).status_code == 409
    assert [studio.topics.count(topic) for topic in ("branch.merged", "document.merged")] == [1, 1]
    now = await state(studio, song["id"])
    assert (now["bpm"], now["title"], now["sections"]["v1"]["lyrics"]) == (80, "Elsewhere", both)
    [merged] = (await studio.request(VIEWER, "GET", path)).json()["merges"]
    assert merged["by"] == str(studio.people[EDITOR])
    runs = (await studio.request(VIEWER, "GET", f"{API}/documents/{song['id']}/blame?path=/sections/v1/lyrics")).json()
    assert (runs["runs"][-1]["text"].strip(), runs["runs"][-1]["author"]["person_id"]) == (
        "for long", str(studio.people[OWNER])
    )  # fmt: skip


async def test_what_was_written_on_a_branch_whose_merge_was_left_can_still_be_merged(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The merge counts for what was there then: of what came since nothing is lost, and the branch stays open."""
    song, branch = await forked(studio)
    await change(studio, song["id"], {"bpm": 100})
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": WORDS + " tonight"}}})
    choices = [{"path": "/bpm", "choice": "document"}]
    seen = await preview(studio, branch, choices=choices)
    await merge_and_lose_the_answer(studio, monkeypatch, branch, seen, choices)
    await change(studio, branch["content_id"], {"sections": {"v1": {"lyrics": WORDS + " tonight, again"}}})
    studio.clock.advance(MERGE_SECONDS_MAX)
    rest = await preview(studio, branch)
    assert (rest["conflicts"], [one["path"] for one in rest["changes"]]) == ([], ["/sections/v1/lyrics"])
    done = await merge(studio, branch, rest)
    assert (done.status_code, done.json()["branch"]["state"]) == (200, "merged")
    now = await state(studio, song["id"])
    assert (now["bpm"], now["sections"]["v1"]["lyrics"]) == (100, WORDS + " tonight, again")


async def test_a_merge_that_was_left_without_an_edit_is_given_up(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is stored: whoever looks once it was left merges it themselves, and a part stays a part."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": WORDS + " tonight"}}})
    seen, give_up = await preview(studio, branch, paths=["/bpm"]), merge_facts.give_up

    async def nobody(*arguments: Any) -> None:
        return

    def dies(*arguments: Any) -> Any:
        raise LogUnavailable

    with monkeypatch.context() as dying:
        dying.setattr(merges, "_written", dies)
        dying.setattr(merges, "give_up", nobody)
        assert (await merge(studio, branch, seen, paths=["/bpm"])).status_code == 503
    assert give_up is merges.give_up
    assert (await merge(studio, branch, seen, paths=["/bpm"])).status_code == 409
    studio.clock.advance(MERGE_SECONDS_MAX)
    done = await merge(studio, branch, seen, paths=["/bpm"])
    assert (done.status_code, done.json()["branch"]["state"]) == (200, "open")
    now = await state(studio, song["id"])
    assert (now["bpm"], now["sections"]["v1"]["lyrics"]) == (80, WORDS)
