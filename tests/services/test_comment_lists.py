"""Threads and inboxes on a real PostgreSQL: listed in pages, told to whom they concern, read, muted, and rebuilt."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from uuid import UUID

import pytest

from core.aggregates.branch import Branch
from core.aggregates.comment import Anchor, Comment
from core.aggregates.document import Document
from core.aggregates.inbox import Inbox, inbox_id
from core.events import DOCUMENT_UPDATED, Append, Kind, NewEvent, Write
from core.ids import new_id
from projections.comments import Comments
from projections.inbox import Inboxes
from tests.services.backstage import Backstage, open_backstage

pytestmark = pytest.mark.services
ANNA, BEN, CARL = new_id(), new_id(), new_id()


@pytest.fixture
async def studio(database_url: str) -> AsyncIterator[Backstage]:
    async with open_backstage(database_url) as studio:
        yield studio


async def thread_on(studio: Backstage, document_id: UUID, by: UUID, text: str, mentions: Sequence[UUID] = ()) -> UUID:
    anchor = Anchor(document_id, "/title", "Harbour lights", [[7, 1], [7, 9]], 3)
    thread = Comment.add(
        thread_id=new_id(), anchor=anchor, person_id=by, text=text, mentions=mentions, at=studio.clock.now()
    )
    await studio.repository.save(thread, by)
    return thread.id


async def reply(studio: Backstage, thread_id: UUID, by: UUID, text: str, mentions: Sequence[UUID] = ()) -> None:
    thread = await studio.repository.get(Comment, thread_id)
    thread.reply(person_id=by, text=text, mentions=mentions, at=studio.clock.now())
    await studio.repository.save(thread, by)


async def heard(studio: Backstage, person_id: UUID) -> list[tuple[str, str]]:
    """Return kind and text of what somebody heard, the oldest first."""
    page = await Inboxes(studio.database).list_entries(person_id=person_id)
    return [(row.kind, row.text) for row in page.items][::-1]


async def test_threads_in_the_tables_are_threads_in_the_log(studio: Backstage) -> None:
    """Every column of every thread, by state and page, as its own events made it; and the same after a rebuild."""
    document, other = await studio.new_document(), await studio.new_document()
    threads = [await thread_on(studio, document, ANNA, f"Thought {number} 🌧", [BEN]) for number in range(3)]
    await thread_on(studio, other, ANNA, "Elsewhere")
    settled = await studio.repository.get(Comment, threads[1])
    settled.resolve(person_id=BEN, at=studio.clock.now())
    await studio.repository.save(settled, BEN)
    changed = await studio.repository.get(Comment, threads[2])
    first = next(iter(changed.messages))
    changed.edit(first, person_id=ANNA, text="Better", mentions=[], at=studio.clock.now())
    changed.reply(person_id=BEN, text="Gone soon", mentions=[], at=studio.clock.now())
    changed.remove(list(changed.messages)[1], person_id=BEN, may_remove_any=False, at=studio.clock.now())
    await studio.repository.save(changed, ANNA)
    comments = Comments(studio.database)
    for _ in range(2):
        await studio.runner.catch_up()
        found = (await comments.list_threads(document_id=document, state="all")).items
        assert [row.thread_id for row in found] == threads[::-1]
        for row in found:
            thread = await studio.repository.get(Comment, row.thread_id)
            assert list(row.messages) == list(thread.messages.values())
            assert (row.anchor, row.resolved_by, row.resolved_at) == (
                thread.anchor, thread.resolved_by, thread.resolved_at,
            )  # fmt: skip
            assert (row.created_by, row.created_at) == (ANNA, thread.created_on)
        assert [row.thread_id for row in (await comments.list_threads(document_id=document)).items] == [
            threads[2], threads[0],
        ]  # fmt: skip
        resolved = await comments.list_threads(document_id=document, state="resolved")
        assert [row.thread_id for row in resolved.items] == [threads[1]]
        page = await comments.list_threads(document_id=document, state="all", limit=2)
        rest = await comments.list_threads(document_id=document, state="all", limit=2, cursor=page.next_cursor)
        assert [row.thread_id for row in (*page.items, *rest.items)] == threads[::-1]
        await studio.runner.rebuild("comments")


async def test_an_inbox_in_the_order_of_the_log(studio: Backstage) -> None:
    """Mentions, replies, reading and muting, each once and never of oneself; a rebuild comes to the same."""
    document = await studio.new_document()
    thread = await thread_on(studio, document, ANNA, "One", [BEN, ANNA])
    await reply(studio, thread, BEN, "Two")
    await reply(studio, thread, CARL, "Three", [ANNA])
    inboxes = Inboxes(studio.database)
    await studio.runner.catch_up()
    assert await heard(studio, ANNA) == [("reply", "Two"), ("mention", "Three")]
    assert await heard(studio, BEN) == [("mention", "One"), ("reply", "Three")]
    assert await heard(studio, CARL) == []
    entries = (await inboxes.list_entries(person_id=ANNA)).items
    assert (entries[0].document_title, entries[0].document_kind) == ("Harbour lights", "song")
    inbox = Inbox.of(ANNA, at=studio.clock.now())
    inbox.read(positions=[entries[0].position], up_to=0, at=studio.clock.now())
    inbox.mute(document, at=studio.clock.now())
    await studio.repository.save(inbox, ANNA)
    await reply(studio, thread, BEN, "Meanwhile", [ANNA])
    inbox = await studio.repository.get(Inbox, inbox_id(ANNA))
    inbox.unmute(document, at=studio.clock.now())
    await studio.repository.save(inbox, ANNA)
    await reply(studio, thread, BEN, "After", [ANNA])
    said = await studio.repository.get(Comment, thread)
    said.remove(list(said.messages)[1], person_id=BEN, may_remove_any=False, at=studio.clock.now())
    await studio.repository.save(said, BEN)
    for _ in range(2):
        await studio.runner.catch_up()
        rows = (await inboxes.list_entries(person_id=ANNA)).items
        assert [(row.kind, row.text, row.is_read) for row in rows] == [
            ("mention", "After", False),
            ("mention", "Three", True),
            ("reply", "", False),
        ]
        unread = await inboxes.list_entries(person_id=ANNA, unread_only=True)
        assert [row.text for row in unread.items] == ["After", ""]
        assert await inboxes.count_unread(ANNA) == 2
        last = rows[0].position
        assert await inboxes.unread_among(ANNA, positions=[], up_to=last - 1) == [rows[2].position]
        assert set(await inboxes.unread_among(ANNA, positions=[last, rows[1].position, 1], up_to=0)) == {last}
        page = await inboxes.list_entries(person_id=ANNA, limit=1)
        rest = await inboxes.list_entries(person_id=ANNA, limit=2, cursor=page.next_cursor)
        assert [asdict(row) for row in (*page.items, *rest.items)] == [asdict(row) for row in rows]
        await studio.runner.rebuild("inbox")


async def test_what_is_said_on_a_branch_is_of_its_document(studio: Backstage) -> None:
    """Threads on the content of a branch, and its review, show the song's title and lead to the branch."""
    document = await studio.new_document()
    at = studio.clock.now()
    branch = Branch.open(
        branch_id=new_id(), document_id=document, content_id=new_id(), position=2, name="B", purpose="", by=ANNA, at=at
    )
    content = Document.create(
        document_id=branch.content_id, kind="song", title="Fork", at=at, forked_from=document, forked_at=2
    )
    keystroke = NewEvent(DOCUMENT_UPDATED, b"\x00\x00", ANNA)
    writes = [write for part in (branch, content) for write in studio.repository.to_append(part, ANNA).writes]
    writes.append(Write(branch.content_id, Kind.UPDATE, 0, (keystroke,)))
    await studio.log.append(Append(tuple(writes)))
    asked = await studio.repository.get(Branch, branch.id)
    asked.request_review(by=ANNA, reviewers=[BEN], message="Please", at=at)
    await studio.repository.save(asked, ANNA)
    await thread_on(studio, branch.content_id, ANNA, "Here", [BEN])
    await studio.runner.catch_up()
    rows = (await Inboxes(studio.database).list_entries(person_id=BEN)).items
    assert [(row.kind, row.text) for row in rows] == [("mention", "Here"), ("review_requested", "Please")]
    assert {(row.document_id, row.branch_id, row.document_title) for row in rows} == {
        (document, branch.id, "Harbour lights")
    }
