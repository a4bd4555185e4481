"""Moments on a real PostgreSQL: merges, reviews and threads in the order of the log, filtered, rebuilt and erased."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from core.aggregates.branch import Branch
from core.aggregates.codec import EventCodec
from core.aggregates.comment import Anchor, Comment
from core.aggregates.document import Document
from core.events import Append, Kind, Write
from core.ids import new_id
from projections.lineage import Ancestor
from projections.moments import MomentRow, Moments, Wanted
from tests.services.backstage import Backstage, open_backstage

pytestmark = pytest.mark.services
ANNA, BEN = new_id(), new_id()
#: Where the thread is, and how it begins.
LYRICS = ("/sections/v1/lyrics", "Too dark?")


@pytest.fixture
async def studio(database_url: str) -> AsyncIterator[Backstage]:
    async with open_backstage(database_url) as studio:
        yield studio


async def story(studio: Backstage, document_id: UUID) -> tuple[UUID, UUID]:
    """Let Anna open a branch, Ben approve it, a thread be settled and the branch merged; return branch and thread."""
    branch = Branch.open(
        branch_id=new_id(), document_id=document_id, content_id=new_id(), position=1, name="Darker", purpose="",
        by=ANNA, at=studio.clock.now(),
    )  # fmt: skip
    branch.request_review(by=ANNA, reviewers=[BEN], message="", at=studio.clock.now())
    await studio.repository.save(branch, ANNA)
    branch.judge(by=BEN, is_approval=True, message="", position=1, head_position=1, at=studio.clock.now())
    await studio.repository.save(branch, BEN)
    anchor = Anchor(document_id, LYRICS[0], "rain", [], 1)
    thread = Comment.add(
        thread_id=new_id(), anchor=anchor, person_id=BEN, text=LYRICS[1], mentions=[], at=studio.clock.now()
    )
    thread.resolve(person_id=BEN, at=studio.clock.now())
    await studio.repository.save(thread, BEN)
    edited = await studio.edit(document_id, bpm=101)
    document = await studio.repository.get(Document, document_id)
    document.merge(
        branch_id=branch.id, branch_position=1, position=edited, before_version_id=new_id(), credited=[],
        at=studio.clock.now(),
    )  # fmt: skip
    await studio.repository.save(document, ANNA)
    return branch.id, thread.id


def told(rows: list[MomentRow]) -> list[tuple[str, str]]:
    """Return kind and what of each moment."""
    return [(row.kind, row.what) for row in rows]


STORY = [
    ("merge", "merged"), ("comment", "resolved"), ("comment", "opened"), ("review", "approved"),
    ("review", "requested"), ("review", "opened"),
]  # fmt: skip


async def test_moments_of_a_document(studio: Backstage) -> None:
    """Each with what it is about, in the order of the log, a merge where its edit is; the same after a rebuild."""
    document, other = await studio.new_document(), await studio.new_document()
    branch, thread = await story(studio, document)
    await story(studio, other)
    moments = Moments(studio.database)
    for _ in range(2):
        await studio.runner.catch_up()
        rows = await moments.list_moments(Wanted(document_id=document), limit=10)
        assert told(rows) == STORY
        assert [row.subject_id for row in rows] == [branch, thread, thread, branch, branch, branch]
        assert [row.person_id for row in rows] == [ANNA, BEN, BEN, BEN, ANNA, ANNA]
        assert [(row.path, row.text) for row in rows if row.kind == "comment"] == [LYRICS] * 2
        assert [row.before_version_id is not None for row in rows] == [True, *[False] * 5]
        facts = await studio.log.read_stream(thread, Kind.AGGREGATE)
        facts += await studio.log.read_stream(branch, Kind.AGGREGATE)
        assert {(row.position, row.at) for row in rows[1:]} <= {(fact.position, fact.recorded_at) for fact in facts}
        assert rows[0].position == (await studio.log.head(document, Kind.UPDATE)).position
        assert [row.position for row in rows] == sorted((row.position for row in rows), reverse=True)
        assert await moments.merged_at(document) == [rows[0].position]
        await studio.runner.rebuild("moments")


async def test_moments_are_filtered(studio: Backstage) -> None:
    """By kind, person, place, positions, time; so many and no more; of ancestors the merges alone, up to the fork."""
    document = await studio.new_document()
    await story(studio, document)
    await studio.runner.catch_up()
    moments = Moments(studio.database)

    async def found(limit: int = 10, **wanted: Any) -> list[tuple[str, str]]:
        return told(await moments.list_moments(Wanted(document_id=document, **wanted), limit=limit))

    rows = await moments.list_moments(Wanted(document_id=document), limit=10)
    assert await found(limit=2) == STORY[:2]
    assert await found(kinds=["review"]) == STORY[3:]
    assert await found(kinds=[]) == []
    assert await found(person_id=BEN) == STORY[1:4]
    for path, there in (
        ("/sections/v1", True),
        (LYRICS[0], True),
        ("/sections/v", False),
        ("/sections/v1/lyrics/x", False),
    ):
        assert await found(path=path) == (STORY[:3] if there else STORY[:1])
    assert await found(before=rows[1].position) == STORY[2:]
    assert await found(after=rows[1].position) == STORY[:1]
    assert await found(since=rows[3].at, until=rows[0].at) == STORY[1:4]
    fork = await studio.new_document()
    for until, expected in ((rows[0].position, STORY[:1]), (rows[0].position - 1, [])):
        past = [Ancestor(document, until)]
        assert told(await moments.list_moments(Wanted(document_id=fork), past, limit=10)) == expected
        assert await moments.merged_at(fork, past) == [rows[0].position] * len(expected)


async def test_erasing_a_document_takes_its_moments(studio: Backstage) -> None:
    """Nothing of it is left, now and after a rebuild; others keep theirs."""
    document, other = await studio.new_document(), await studio.new_document()
    await story(studio, document)
    await story(studio, other)
    await studio.runner.catch_up()
    version = (await studio.log.head(document, Kind.AGGREGATE)).version
    event = Document.Erased(originator_id=document, originator_version=version + 1, timestamp=studio.clock.now())
    written = (EventCodec.of_all_aggregates().encode(event, ANNA),)
    await studio.log.append(Append((Write(document, Kind.AGGREGATE, version, written),)))
    moments = Moments(studio.database)
    for _ in range(2):
        await studio.runner.catch_up()
        assert await moments.list_moments(Wanted(document_id=document), limit=10) == []
        assert told(await moments.list_moments(Wanted(document_id=other), limit=10)) == STORY
        await studio.runner.rebuild("moments")
