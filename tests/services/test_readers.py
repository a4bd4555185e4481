"""What readers get from the projections: documents, the library, jobs and takes, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from random import Random
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from core.aggregates.document import Document
from core.aggregates.job import Job
from core.aggregates.take import Take
from core.documents.kind import Summary
from core.documents.kinds import kind_named
from core.errors import Invalid, LogUnavailable
from core.events import DOCUMENT_UPDATED, Append, Kind, NewEvent, Write
from core.ids import SYSTEM_ID
from core.limits import LIST_ITEMS_MAX
from projections import documents
from tests.services.backstage import Backstage, open_backstage

#: What the projection of documents asks of a kind.
READS = ("to_json", "summary_of", "warnings_of")


@pytest.fixture
async def studio(database_url: str) -> AsyncIterator[Backstage]:
    async with open_backstage(database_url) as studio:
        yield studio


async def titles(studio: Backstage, **question: object) -> list[str]:
    await studio.runner.catch_up()
    return [entry.title for entry in (await studio.library.list_documents(**question)).items]


async def test_a_document_is_shown_as_its_newest_keystroke_left_it(studio: Backstage) -> None:
    """State, title, warnings and who edited it last; the position is that of the last event."""
    document_id = await studio.new_document("song", "Harbour lights")
    await studio.edit(document_id, bpm=90)
    position = await studio.edit(document_id, title="Harbour nights", bpm=92)
    await studio.runner.catch_up()
    row = await studio.documents.get_document(document_id)
    assert row is not None
    assert (row.title, row.state["title"], row.state["bpm"]) == ("Harbour nights", "Harbour nights", 92)
    assert (row.kind, row.position, row.problem) == ("song", position, None)
    assert (row.created_by, row.updated_by) == (studio.person_id, studio.person_id)
    assert row.created_at < row.updated_at
    assert await studio.documents.get_document(uuid4()) is None


async def test_the_trash_is_another_list(studio: Backstage) -> None:
    """What is in the trash is not in the library, and the other way round."""
    kept, thrown = await studio.new_document(title="kept"), await studio.new_document(title="thrown")
    document = await studio.repository.get(Document, thrown)
    document.trash(at=studio.clock.now())
    await studio.repository.save(document, studio.person_id)
    assert (await titles(studio), await titles(studio, trashed=True)) == (["kept"], ["thrown"])
    assert await studio.library.count_documents() == {"song": 1}
    document.restore(at=studio.clock.now())
    await studio.repository.save(document, studio.person_id)
    assert (await titles(studio), await titles(studio, trashed=True)) == (["thrown", "kept"], [])
    assert kept != thrown


async def test_lists_go_by_last_edit_or_by_title_page_by_page(studio: Backstage) -> None:
    """Pages follow each other without gaps or doubles, whatever their size."""
    ids = {title: await studio.new_document("note", title) for title in ("beta", "Alpha", "delta", "Öresund", "gamma")}
    await studio.edit(ids["beta"], "note")
    recent = await titles(studio)
    assert recent[0] == "beta"
    assert await titles(studio, order="title") == ["Alpha", "beta", "delta", "gamma", "Öresund"]
    for order in ("recent", "title"):
        whole = await titles(studio, order=order)
        for limit in (1, 2, 5):
            found, cursor = [], None
            while True:
                page = await studio.library.list_documents(order=order, limit=limit, cursor=cursor)
                assert len(page.items) <= limit
                found += [entry.title for entry in page.items]
                if (cursor := page.next_cursor) is None:
                    break
            assert found == whole


async def test_search_finds_words_of_titles_and_content(studio: Backstage) -> None:
    """Every word must be there, the last as a beginning; case, script and PostgreSQL's operators do not matter."""
    await studio.new_document("song", "Harbour Lights")
    await studio.new_document("persona", "Кошка & Straße")
    await studio.new_document("note", "雨の温室の中で歌う人々")
    assert await titles(studio, search="harbour li") == ["Harbour Lights"]
    assert await titles(studio, search="LIGHTS harb") == ["Harbour Lights"]
    assert await titles(studio, search="harb lights") == []
    assert await titles(studio, search="кош") == ["Кошка & Straße"]
    assert await titles(studio, search="strasse") == ["Кошка & Straße"]
    for part in ("温室", "雨", "の中で歌う人々", "雨の温室の中で歌う人々", "歌"):
        assert await titles(studio, search=part) == ["雨の温室の中で歌う人々"], part
    assert await titles(studio, search="温泉") == []
    for odd in ("', !:*|&()", "a' | 'b", "\\", "\x00", "%", "x" * 500):
        assert await titles(studio, search=odd) == [], odd
    for blank in ("", "  "):
        assert await titles(studio, search=blank) == await titles(studio)
    assert await titles(studio, search="harb", kinds=["persona"]) == []
    with pytest.raises(Invalid):
        await studio.library.list_documents(search="x" * 501)


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJhIl0", "WzFd" * 1000, "é", "WzEyMzQ1Njc4OTAxMjM0NTY3ODkwXQ"])
async def test_cursors_that_nobody_gave_out_are_refused(studio: Backstage, cursor: str) -> None:
    """As are limits out of bounds; no garbage reaches the database."""
    with pytest.raises(Invalid):
        await studio.jobs.list_jobs(cursor=cursor)
    with pytest.raises(Invalid):
        await studio.library.list_documents(order="title", cursor=cursor)
    for limit in (0, -1, LIST_ITEMS_MAX + 1):
        with pytest.raises(Invalid):
            await studio.takes.list_takes(limit=limit)


async def test_a_document_that_cannot_be_read_has_a_problem_and_stops_no_other(studio: Backstage) -> None:
    """Broken bytes in one document are that document's; the projection goes on."""
    broken = await studio.new_document(title="broken")
    update = NewEvent(DOCUMENT_UPDATED, b"\xff\xff\xff\xff", SYSTEM_ID)
    await studio.log.append(Append((Write(broken, Kind.UPDATE, 1, (update,)),)))
    await studio.new_document(title="whole")
    assert await titles(studio) == ["whole", "broken"]
    row = await studio.documents.get_document(broken)
    assert row is not None
    assert "cannot be opened" in str(row.problem)
    assert all(status.healthy for status in await studio.runner.statuses())


class PanicException(BaseException):
    """What a panic of the CRDT library looks like: no Exception."""


@pytest.mark.parametrize(
    ("where", "breaks"),
    [
        pytest.param("to_json", PanicException("a length is wrong"), id="a panic"),
        pytest.param("to_json", KeyError("roots"), id="a mistake"),
        pytest.param("summary_of", Summary("\ud800", "", {}), id="half a character"),
        pytest.param("summary_of", Summary(Random(1).randbytes(20_000).hex(), "", {}), id="a title no index holds"),
    ],
)
async def test_content_that_cannot_be_shown_stops_no_other_and_heals(
    studio: Backstage, monkeypatch: pytest.MonkeyPatch, where: str, breaks: object
) -> None:
    """Whatever one document's content does to the reader or the table: a problem of its row, until a rebuild."""

    def broken(*_: object) -> object:
        if isinstance(breaks, BaseException):
            raise breaks
        return breaks

    broken_id, whole_id = await studio.new_document("persona", "Ada"), await studio.new_document("note", "whole")
    await studio.runner.catch_up()
    await studio.edit(broken_id, "persona", biography="A sailor")
    await studio.edit(whole_id, "note", text="more")
    with monkeypatch.context() as patched:
        persona = SimpleNamespace(**{name: getattr(kind_named("persona"), name) for name in READS} | {where: broken})
        patched.setattr(documents, "kind_named", lambda name: persona if name == "persona" else kind_named(name))
        await studio.runner.catch_up()
    row, other = await studio.documents.get_document(broken_id), await studio.documents.get_document(whole_id)
    assert row is not None
    assert other is not None
    assert "cannot be shown" in str(row.problem)
    # What could be read last is still shown.
    assert (row.title, row.state.get("biography")) == ("Ada", "")
    assert (other.problem, other.state["text"]) == (None, "more")
    assert all(status.healthy for status in await studio.runner.statuses())
    await studio.runner.rebuild("documents")
    healed = await studio.documents.get_document(broken_id)
    assert healed is not None
    assert (healed.problem, healed.state["biography"]) == (None, "A sailor")


async def test_what_is_no_documents_fault_is_tried_again(studio: Backstage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that cannot be read makes no problem of a document: the batch fails, and is applied later."""
    document_id = await studio.new_document()

    async def unreachable(*_: object, **__: object) -> None:
        raise LogUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(documents, "load", unreachable)
        with pytest.raises(LogUnavailable):
            await studio.runner.catch_up()
    assert await studio.documents.get_document(document_id) is None
    await studio.runner.catch_up()
    row = await studio.documents.get_document(document_id)
    assert row is not None
    assert row.problem is None


async def test_a_rebuild_gives_the_same_rows(studio: Backstage) -> None:
    """Rows come from the log alone: built in steps or in one go, they are equal."""
    ids = [await studio.new_document(title=f"{number}") for number in range(3)]
    for document_id in ids:
        await studio.runner.catch_up()
        await studio.edit(document_id, bpm=100)
    job = await studio.commands.request_render(document_id=ids[0], actor_id=studio.person_id, engine="local")
    await studio.runner.catch_up()
    await studio.commands.cancel(job.id, actor_id=studio.person_id)
    await studio.runner.catch_up()
    before = [await studio.documents.get_document(document_id) for document_id in ids]
    listed = await studio.library.list_documents()
    jobs = await studio.jobs.list_jobs()
    for name in ("documents", "jobs", "takes"):
        await studio.runner.rebuild(name)
    assert [await studio.documents.get_document(document_id) for document_id in ids] == before
    assert (await studio.library.list_documents(), await studio.jobs.list_jobs()) == (listed, jobs)


async def test_a_job_row_says_what_the_job_itself_says(studio: Backstage) -> None:
    """At every step of its life; queued jobs are counted up to a known position."""
    document_id = await studio.new_document()
    job = await studio.commands.request_render(document_id=document_id, actor_id=studio.person_id, engine="local")
    other = await studio.commands.request_render(document_id=document_id, actor_id=studio.person_id, engine="local")
    await studio.runner.catch_up()
    assert await studio.jobs.waiting() == (2, (await studio.log.head()).position)
    for step in (
        lambda job: job.claim(worker="w", at=studio.clock.now()),
        lambda job: job.report(stage="drums", fraction=0.5, at=studio.clock.now()),
        lambda job: job.cancel(at=studio.clock.now()),
        lambda job: job.fail("no \x00 luck", final=True, chance=0.0, at=studio.clock.now()),
        lambda job: job.retry(at=studio.clock.now()),
    ):
        job = await studio.repository.get(Job, job.id)
        step(job)
        await studio.repository.save(job, SYSTEM_ID)
        await studio.runner.catch_up()
        row = await studio.jobs.get_job(job.id)
        for name in ("status", "attempt", "failures", "due_at", "lease_until", "worker", "stage", "fraction", "reason",
                     "final", "cancel_requested", "result", "parameters", "seed", "document_position"):  # fmt: skip
            assert getattr(row, name) == getattr(job, name), name
    assert await studio.jobs.waiting() == (2, (await studio.log.head()).position)
    listed = (await studio.jobs.list_jobs(document_id=document_id, statuses=["queued"], kinds=["render"])).items
    assert [row.job_id for row in listed] == [other.id, job.id]
    assert (await studio.jobs.list_jobs(statuses=["running"])).items == ()
    assert (await studio.jobs.list_jobs(document_id=uuid4())).items == ()


async def test_takes_are_listed_named_in_full_and_kept_in_the_trash(studio: Backstage) -> None:
    """Everything it came from, and every file with its asset; a deleted take is in another list."""
    document_id, job_id = await studio.new_document(), uuid4()
    take = Take.of_render(
        take_id=uuid4(),
        at=studio.clock.now(),
        job_id=job_id,
        document_id=document_id,
        document_position=3,
        engine="local",
        engine_version="1.2",
        parameters={"swing": 0.5},
        seed=2**32 - 1,
        files=[{"role": "mix", "format": "wav", "digest": "ab" * 32, "bytes": 44}],
        duration_s=12.5,
        sample_rate_hz=48_000,
        loudness={"integrated_lufs": -14.0, "true_peak_dbtp": -1.0},
        sections=[{"id": "a", "name": "Verse", "start_s": 0.0, "end_s": 12.5}],
        notes=["No key was given: C major."],
    )
    await studio.repository.save(take, studio.person_id)
    await studio.runner.catch_up()
    (row,) = (await studio.takes.list_takes(document_id=document_id)).items
    assert row == await studio.takes.get_take(take.id)
    assert (row.job_id, row.document_position, row.engine_version, row.seed) == (job_id, 3, "1.2", 2**32 - 1)
    assert (row.files[0].role, row.files[0].digest, row.files[0].bytes) == ("mix", "ab" * 32, 44)
    assert (row.created_by, row.sections[0]["name"], row.notes) == (
        studio.person_id,
        "Verse",
        ("No key was given: C major.",),
    )
    assert await studio.takes.has_asset("ab" * 32)
    assert not await studio.takes.has_asset("cd" * 32)
    take.delete(at=studio.clock.now())
    await studio.repository.save(take, studio.person_id)
    await studio.runner.catch_up()
    assert (await studio.takes.list_takes()).items == ()
    (deleted,) = (await studio.takes.list_takes(deleted=True)).items
    assert deleted.deleted_at is not None
    assert await studio.takes.get_take(UUID(int=0)) is None
