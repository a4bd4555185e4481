"""The first take: a real song, the real engine, files that play; the take names all it came from (P8)."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import soundfile

from core.adapters.blobs import DiskBlobs
from core.aggregates.job import Job, JobStatus
from core.documents.kinds import kind_named
from core.documents.load import load
from core.documents.load_at import load_at
from core.events import EventFilter
from core.ports import Snapshot
from tests.services.backstage import LOGGER, Backstage, eventually, open_backstage
from workers.job_run import JobRunner
from workers.kinds import Tools, find_job_kinds


@pytest.fixture
async def studio(database_url: str) -> AsyncIterator[Backstage]:
    async with open_backstage(database_url) as studio:
        yield studio


def new_runner(studio: Backstage, folder: Path) -> tuple[JobRunner, DiskBlobs]:
    """Return a worker with every job kind of the product."""
    blobs = DiskBlobs(folder / "assets", studio.clock)
    tools = Tools(
        log=studio.log,
        snapshots=studio.snapshots,
        blobs=blobs,
        clock=studio.clock,
        logger=LOGGER,
        scratch_dir=folder / "scratch",
    )
    runner = JobRunner(
        log=studio.log,
        repository=studio.repository,
        kinds=find_job_kinds(tools),
        worker="test",
        clock=studio.clock,
        chance=lambda: 0.5,
        logger=LOGGER,
    )
    return runner, blobs


SECTION = {"name": "Verse", "kind": "verse", "bars": 2, "chords": "C G", "lyrics": "Harbour lights are calling"}


async def test_a_song_becomes_a_take_one_can_play(studio: Backstage, tmp_path: Path) -> None:
    """Rendered at the pinned position although the song has moved on; every file is an asset that plays."""
    document_id = await studio.new_document("song", "Harbour lights")
    pinned = await studio.edit(document_id, bpm=180, sections={"a": SECTION})
    job = await studio.commands.request_render(
        document_id=document_id, actor_id=studio.person_id, engine="local", seed=7
    )
    await studio.edit(document_id, bpm=40, sections={})
    runner, blobs = new_runner(studio, tmp_path)
    await runner.run(job.id, 1)
    done = await studio.repository.get(Job, job.id)
    assert (done.status, done.reason) == (JobStatus.COMPLETED, None)
    await studio.runner.catch_up()
    (take,) = (await studio.takes.list_takes()).items
    assert (take.job_id, take.document_id, take.document_position, take.seed) == (job.id, document_id, pinned, 7)
    assert (take.engine, done.result) == ("local", {"take_id": str(take.take_id)})
    assert take.engine_version
    assert [section["id"] for section in take.sections] == ["a"], "the song as it was, not as it is"
    roles = {(file.role, file.format) for file in take.files}
    assert {("mix", "wav"), ("mix", "flac")} <= roles
    for file in take.files:
        body = b"".join([chunk async for chunk in blobs.read(file.digest)])
        assert len(body) == file.bytes
        if file.format in ("wav", "flac"):
            samples, rate = soundfile.read(io.BytesIO(body))
            assert rate == take.sample_rate_hz
            assert abs(len(samples) / rate - take.duration_s) < 0.1
            if file.role == "mix":
                assert abs(samples).max() > 0.01, "silence is no song"
    assert list((tmp_path / "scratch").iterdir()) == []


async def test_a_cancelled_render_leaves_nothing_behind(studio: Backstage, tmp_path: Path) -> None:
    """The engine's process is gone, its folder too, and there is no take."""
    document_id = await studio.new_document("song", "Long one")
    await studio.edit(document_id, sections={f"{n}": {**SECTION, "bars": 16} for n in range(20)})
    job = await studio.commands.request_render(document_id=document_id, actor_id=studio.person_id, engine="local")
    runner, _ = new_runner(studio, tmp_path)

    async def progressed() -> bool:
        return (await studio.repository.get(Job, job.id)).fraction > 0

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(runner.run(job.id, 1))
        await eventually(progressed)
        await studio.commands.cancel(job.id, actor_id=studio.person_id)
        runner.notice(job.id)
        async with asyncio.timeout(5):
            await running
    assert (await studio.repository.get(Job, job.id)).status is JobStatus.CANCELLED
    assert list((tmp_path / "scratch").iterdir()) == []
    page = await studio.log.read(after=0, limit=1000, where=EventFilter(topics=frozenset({"take.completed"})))
    assert page.events == []


@pytest.mark.parametrize(
    ("engine", "parameters", "reason"),
    [("nonsense", {}, "nonsense"), ("local", {"nonsense": 1}, "nonsense")],
)
async def test_what_the_engine_cannot_read_fails_once_and_says_what(
    studio: Backstage, tmp_path: Path, engine: str, parameters: dict[str, int], reason: str
) -> None:
    """Trying again would not help, so nobody does."""
    document_id = await studio.new_document("song")
    job = await studio.commands.request_render(
        document_id=document_id, actor_id=studio.person_id, engine=engine, parameters=parameters
    )
    runner, _ = new_runner(studio, tmp_path)
    await runner.run(job.id, 1)
    job = await studio.repository.get(Job, job.id)
    assert (job.status, job.final) == (JobStatus.FAILED, True)
    assert reason in str(job.reason)


async def test_a_document_at_a_position_is_what_it_was_then(studio: Backstage) -> None:
    """With or without a snapshot, before, at and after it."""
    document_id = await studio.new_document("song", "x")
    positions = {bpm: await studio.edit(document_id, bpm=bpm) for bpm in range(60, 60 + 12)}

    async def check() -> None:
        for bpm, position in positions.items():
            doc = await load_at(studio.log, studio.snapshots, document_id, position)
            assert kind_named("song").to_json(doc)["bpm"] == bpm

    await check()
    loaded = await load(studio.log, studio.snapshots, document_id)
    await studio.snapshots.save(document_id, Snapshot(loaded.version, loaded.position, loaded.doc.get_update()))
    await check()
    positions[200] = await studio.edit(document_id, bpm=200)
    await check()
