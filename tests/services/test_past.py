"""Histories and versions on a real PostgreSQL: the cache, the projection, and two nodes that agree about the past."""

from __future__ import annotations

from uuid import uuid4

import pytest

import projections.histories
from core.adapters.postgres.snapshots import PostgresSnapshots
from core.aggregates.version import Version, VersionCause
from core.ids import new_id
from core.roles import Role
from projections.versions import Versions
from tests.services.backstage import open_backstage
from tests.services.test_web_api import DOCUMENTS, Node, nodes, token

pytestmark = pytest.mark.services
__all__ = ["nodes"]


async def test_two_nodes_agree_about_the_past(nodes: list[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    """Edited on one node, read on another, cached in the table, reverted there: the log is the truth for both."""
    monkeypatch.setattr(projections.histories, "HISTORY_CACHED_EVERY_UPDATES", 3)
    here, there = nodes
    _, editor = await token(here, Role.EDITOR)
    document_id = uuid4()
    path = f"{DOCUMENTS}/{document_id}"
    assert (await here.ask(editor, "PUT", path, json={"kind": "song", "title": "Once"})).status_code == 201
    states = [(await here.ask(editor, "PATCH", path, json={"bpm": bpm})).json() for bpm in (80, 90, 100)]
    for state in states:
        shown = await there.ask(editor, "GET", f"{path}/at/{state['position']}")
        assert shown.json() == state
    pool = there.services.snapshots._pool  # type: ignore[attr-defined]  # the real adapter, asked for its pool
    cached = await PostgresSnapshots(pool, table="histories").latest(document_id)
    assert cached is not None
    assert cached.version >= 3
    done = await there.ask(editor, "POST", f"{path}/revert", json={"to": states[0]["position"]})
    assert done.status_code == 200, done.text
    assert (await here.ask(editor, "GET", path)).json()["bpm"] == 80
    diff = (await here.ask(editor, "GET", f"{path}/diff?from={states[2]['position']}")).json()
    assert [(change["path"], change["old"], change["new"]) for change in diff["changes"]] == [("/bpm", 100, 80)]
    # The value is the first writer's again: the update that set it first.
    assert diff["changes"][0]["author"]["position"] == states[0]["position"]


async def test_versions_are_listed_for_each_document(database_url: str) -> None:
    """One version over a song and its persona is in both lists, the newest first, in pages; removed it is in none."""
    async with open_backstage(database_url) as studio:
        song, persona = await studio.new_document(), await studio.new_document("persona")
        made = []
        for number, cause in enumerate((VersionCause.PERSON, VersionCause.REVERT, VersionCause.PERSON)):
            version = Version.of(
                version_id=new_id(),
                name=f"Draft {number}",
                message="why",
                cause=cause,
                documents={song: 5, persona: 6} if number == 2 else {song: 5},
                at=studio.clock.now(),
            )
            await studio.repository.save(version, studio.person_id)
            made.append(version)
        await studio.runner.catch_up()
        versions = Versions(studio.database)
        first = await versions.list_versions(document_id=song, limit=2)
        rest = await versions.list_versions(document_id=song, limit=2, cursor=first.next_cursor)
        assert [row.name for row in (*first.items, *rest.items)] == ["Draft 2", "Draft 1", "Draft 0"]
        assert rest.next_cursor is None
        (also,) = (await versions.list_versions(document_id=persona)).items
        assert (also.version_id, also.document_position, also.number) == (made[2].id, 6, 1)
        assert (also.message, also.created_by) == ("why", studio.person_id)
        named = await versions.list_versions(document_id=song, named_only=True)
        assert [row.name for row in named.items] == ["Draft 2", "Draft 0"]
        assert [row.name for row in await versions.named_of(song)] == ["Draft 0", "Draft 2"]
        assert [await versions.named_before(song, position) for position in (5, 6)] == [0, 5]
        made[2].remove(at=studio.clock.now())
        await studio.repository.save(made[2], studio.person_id)
        await studio.runner.catch_up()
        assert (await versions.list_versions(document_id=persona)).items == ()
        assert len((await versions.list_versions(document_id=song)).items) == 2
