"""Branches on a real PostgreSQL: two nodes that share them, the cache of their history, and their lists."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

import projections.histories
from core.adapters.postgres.snapshots import PostgresSnapshots
from core.aggregates.branch import Branch
from core.ids import new_id
from core.roles import Role
from projections.branches import Branches
from projections.library import Library
from tests.services.backstage import open_backstage
from tests.services.test_web_api import DOCUMENTS, Node, nodes, token

pytestmark = pytest.mark.services
__all__ = ["nodes"]


async def test_two_nodes_share_a_branch(nodes: list[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    """Forked here, edited there, its history from the cache, merged by both at once: one merge, every author kept."""
    monkeypatch.setattr(projections.histories, "HISTORY_CACHED_EVERY_UPDATES", 3)
    here, there = nodes
    _, editor = await token(here, Role.EDITOR)
    owner_id, owner = await token(here, Role.OWNER)
    path = f"{DOCUMENTS}/{uuid4()}"
    assert (await here.ask(editor, "PUT", path, json={"kind": "song", "title": "Once"})).status_code == 201
    for bpm in (80, 90, 96):
        state = (await here.ask(editor, "PATCH", path, json={"bpm": bpm})).json()
    branch = (await here.ask(editor, "POST", f"{path}/branches", json={"name": "Slower"})).json()
    content = f"{DOCUMENTS}/{branch['content_id']}"
    written = (await there.ask(owner, "PATCH", content, json={"bpm": 70})).json()["position"]
    for _ in range(3):
        await there.ask(editor, "PATCH", content, json={"producer_notes": str(uuid4())})
        await there.ask(editor, "GET", f"{content}/blame?path=/bpm")
    pool = there.services.snapshots._pool  # type: ignore[attr-defined]  # the real adapter, asked for its pool
    cached = await PostgresSnapshots(pool, table="histories").latest(UUID(branch["content_id"]))
    assert cached is not None
    there.services.histories.forget(UUID(branch["content_id"]))
    blame = (await there.ask(editor, "GET", f"{content}/blame?path=/bpm")).json()["author"]
    assert (blame["person_id"], blame["position"]) == (str(owner_id), written)
    old = (await there.ask(editor, "GET", f"{content}/at/{state['position']}")).json()
    assert old["bpm"] == 96
    merging = f"/api/v1/branches/{branch['id']}/merge"
    seen = (await here.ask(editor, "POST", f"{merging}/preview", json={})).json()
    assert seen["is_mergeable"], seen
    wanted = {name: seen[name] for name in ("document_position", "branch_position")}
    answers = await asyncio.gather(*(node.ask(editor, "POST", merging, json=wanted) for node in nodes))
    assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
    for node in nodes:
        assert (await node.ask(editor, "GET", path)).json()["bpm"] == 70
        blame = (await node.ask(editor, "GET", f"{path}/blame?path=/bpm")).json()["author"]
        assert (blame["person_id"], blame["position"]) == (str(owner_id), written)


async def test_branches_are_listed_where_they_belong(database_url: str) -> None:
    """By document, state and reviewer, the newest first, and by their names; the library has none of their contents."""
    async with open_backstage(database_url) as studio:
        song, other, at = await studio.new_document(), await studio.new_document(), studio.clock.now()
        made = [
            Branch.open(
                branch_id=new_id(), document_id=document_id, content_id=new_id(), position=1, name=f"Branch {number}",
                purpose="", by=studio.person_id, at=at,
            )
            for number, document_id in enumerate((song, song, other))
        ]  # fmt: skip
        reviewer = new_id()
        made[0].request_review(by=studio.person_id, reviewers=[reviewer], message="", at=at)
        made[1].close(by=studio.person_id, at=at)
        made[2].merge(by=studio.person_id, position=9, branch_position=8, paths=["/bpm"], authors=[], at=at)
        for branch in made:
            await studio.repository.save(branch, studio.person_id)
        await studio.runner.catch_up()
        branches = Branches(studio.database)
        first = await branches.list_branches(document_id=song, limit=1)
        rest = await branches.list_branches(document_id=song, limit=1, cursor=first.next_cursor)
        assert [row.branch_id for row in (*first.items, *rest.items)] == [made[1].id, made[0].id]
        assert (first.items[0].state, first.items[0].document_title) == ("closed", await branches.title_of(song))
        assert [row.branch_id for row in (await branches.list_branches(reviewer_id=reviewer)).items] == [made[0].id]
        ids = [branch.id for branch in made]
        assert await branches.names_of(ids) == {one: f"Branch {number}" for number, one in enumerate(ids)}
        assert {row.branch_id for row in (await branches.list_branches(state="open")).items} == {made[0].id, made[2].id}
        made[0].withdraw_review(by=studio.person_id, at=at)
        made[0].rename(name="Sadder chorus", purpose="", at=at)
        made[1].reopen(by=studio.person_id, at=at)
        made[2].merge(by=studio.person_id, position=10, branch_position=8, paths=[], authors=[], at=at)
        for branch in made:
            await studio.repository.save(branch, studio.person_id)
        await studio.runner.catch_up()
        assert (await branches.list_branches(reviewer_id=reviewer)).items == ()
        assert [row.branch_id for row in (await branches.list_branches(state="merged")).items] == [made[2].id]
        assert len((await branches.list_branches(state="open")).items) == 2
        await studio.runner.rebuild("branches")
        assert await branches.names_of([made[0].id, new_id()]) == {made[0].id: "Sadder chorus"}
        assert await branches.names_of([]) == {}
        listed = (await Library(studio.database).list_documents()).items
        assert {entry.document_id for entry in listed} == {song, other}
