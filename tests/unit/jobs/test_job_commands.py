"""What people ask of jobs: requests that are pinned, counted and idempotent; cancel and retry against busy workers."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from core.adapters.memory import ManualClock, MemoryLog, MemorySnapshots
from core.aggregates.document import Document
from core.aggregates.job import Job, JobStatus
from core.documents.creation import create_document
from core.documents.load_at import load_at
from core.documents.schema import Whole
from core.documents.song import Song
from core.errors import Conflict, Invalid, NotFound, Overloaded, TooLarge
from core.events import DOCUMENT_UPDATED, Append, EventFilter, Kind, NewEvent, Write
from core.ids import SYSTEM_ID
from core.jobs import SEED_MAX, JobCommands
from core.limits import JOB_PARAMETERS_BYTES_MAX, JOBS_WAITING_MAX
from core.repository import Repository

PERSON_ID = UUID(int=7)


class World:
    """Commands on a log in memory; the count of waiting jobs is the test's to set."""

    def __init__(self) -> None:
        self.log, self.clock = MemoryLog(), ManualClock()
        self.repository = Repository(self.log)
        self.counted = (0, 0)
        self.commands = JobCommands(
            log=self.log, snapshots=MemorySnapshots(), repository=self.repository, clock=self.clock, waiting=self
        )

    async def waiting(self) -> tuple[int, int]:
        return self.counted

    async def document(self, kind: str = "song") -> UUID:
        document_id = uuid4()
        await create_document(
            self.log,
            self.repository,
            document_id=document_id,
            kind=kind,
            title="x",
            person_id=PERSON_ID,
            at=self.clock.now(),
        )
        return document_id

    async def keystroke(self, document_id: UUID) -> int:
        version = (await self.log.head(document_id, Kind.UPDATE)).version
        update = NewEvent(DOCUMENT_UPDATED, b"\x00\x00", PERSON_ID)
        return (await self.log.append(Append((Write(document_id, Kind.UPDATE, version, (update,)),)))).last_position

    async def render(self, document_id: UUID, **options: object) -> Job:
        return await self.commands.request_render(
            document_id=document_id, actor_id=PERSON_ID, engine="local", **options
        )

    async def topics(self) -> list[str]:
        page = await self.log.read(after=0, limit=1000, where=EventFilter(kinds=frozenset({Kind.AGGREGATE})))
        return [event.topic for event in page.events]


@pytest.fixture
def world() -> World:
    return World()


async def test_a_render_is_pinned_to_where_the_document_is_now(world: World) -> None:
    """Keystrokes that come later are not part of it; the request holds everything the take will name."""
    document_id = await world.document()
    last = await world.keystroke(document_id)
    job = await world.render(document_id, parameters={"swing": 0.5}, seed=42)
    await world.keystroke(document_id)
    stored = await world.commands.get(job.id)
    assert (stored.document_id, stored.document_position, stored.seed) == (document_id, last, 42)
    assert stored.parameters == {"engine": "local", "parameters": {"swing": 0.5}}
    assert (stored.requested_by, stored.status) == (PERSON_ID, JobStatus.QUEUED)


async def test_a_position_can_be_asked_for_within_the_documents_life(world: World) -> None:
    """Before its creation there was nothing; after the end of the log there is nothing yet."""
    await world.document()
    document_id = await world.document()
    created = (await world.log.head(document_id, Kind.AGGREGATE)).position
    last = await world.keystroke(document_id)
    assert (await world.render(document_id, position=created)).document_position == created
    await world.keystroke(await world.document())
    assert (await world.render(document_id, position=last + 1)).document_position == last
    for position in (created - 1, 0, -1, 10**9):
        with pytest.raises(Invalid, match="from"):
            await world.render(document_id, position=position)


async def test_without_a_seed_one_is_drawn_and_stored(world: World) -> None:
    """So that the take can be rendered again; seeds are 31 bits."""
    document_id = await world.document()
    seeds = {(await world.render(document_id)).seed for _ in range(8)}
    assert len(seeds) > 1
    for seed in (-1, SEED_MAX + 1):
        with pytest.raises(Invalid):
            await world.render(document_id, seed=seed)


async def test_without_a_seed_the_songs_own_counts_as_it_was_then(world: World) -> None:
    """At the pinned position, not now; a seed in the request comes first, and 0 is a seed."""
    document_id = uuid4()
    made = await create_document(
        world.log, world.repository, document_id=document_id, kind="song", title="x", person_id=PERSON_ID,
        at=world.clock.now(), content={"title": "x", "seed": 0},
    )  # fmt: skip
    doc = await load_at(world.log, MemorySnapshots(), document_id, made.last_position)
    before = doc.get_state()
    Song().edit(doc, Song().to_json(doc) | {"seed": SEED_MAX})
    update = NewEvent(DOCUMENT_UPDATED, doc.get_update(before), PERSON_ID)
    await world.log.append(Append((Write(document_id, Kind.UPDATE, 1, (update,)),)))
    assert [(await world.render(document_id)).seed for _ in range(3)] == [SEED_MAX] * 3
    assert (await world.render(document_id, position=made.last_position)).seed == 0
    assert (await world.render(document_id, seed=5)).seed == 5


def test_a_song_and_a_request_have_the_same_seeds() -> None:
    """What a song can hold can be asked for, and the other way round."""
    assert Song.fields["seed"] == Whole(0, SEED_MAX)


async def test_the_same_key_is_the_same_job(world: World) -> None:
    """Ten requests at once and ten later ones with one key are one job; another person's key is another's."""
    document_id = await world.document()
    jobs = await asyncio.gather(*[world.render(document_id, idempotency_key="k") for _ in range(10)])
    await world.keystroke(document_id)
    jobs += [await world.render(document_id, idempotency_key="k") for _ in range(10)]
    assert len({job.id for job in jobs}) == 1
    assert (await world.topics()).count("job.requested") == 1
    other = await world.commands.request_render(
        document_id=document_id, actor_id=UUID(int=8), engine="local", idempotency_key="k"
    )
    assert other.id != jobs[0].id
    with pytest.raises(Conflict, match="key"):
        await world.render(document_id, idempotency_key="k", parameters={"swing": 1})
    assert (await world.topics()).count("job.requested") == 2


async def test_what_cannot_be_rendered_is_refused(world: World) -> None:
    """No document, no song, or a song in the trash: the answer says which, and nothing is stored."""
    with pytest.raises(NotFound, match="document"):
        await world.render(uuid4())
    with pytest.raises(Invalid, match="note"):
        await world.render(await world.document("note"))
    document_id = await world.document()
    document = await world.repository.get(Document, document_id)
    document.trash(at=world.clock.now())
    await world.repository.save(document, PERSON_ID)
    with pytest.raises(Conflict, match="trash"):
        await world.render(document_id)
    assert "job.requested" not in await world.topics()


async def test_parameters_are_plain_and_bounded(world: World) -> None:
    """Numbers that JSON has not, half characters and novels stay out."""
    document_id = await world.document()
    for bad in ({"a": float("nan")}, {"a": "\ud800"}, {"a": object()}):
        with pytest.raises(Invalid, match="JSON"):
            await world.render(document_id, parameters=bad)
    with pytest.raises(TooLarge):
        await world.render(document_id, parameters={"a": "x" * JOB_PARAMETERS_BYTES_MAX})
    assert "job.requested" not in await world.topics()


async def test_too_many_waiting_jobs_are_refused_before_they_are_counted(world: World) -> None:
    """A click held down is stopped at the limit although the count lags behind; what ends makes room."""
    document_id = await world.document()
    for _ in range(JOBS_WAITING_MAX):
        await world.render(document_id)
    with pytest.raises(Overloaded, match=str(JOBS_WAITING_MAX)):
        await world.render(document_id)
    assert (await world.topics()).count("job.requested") == JOBS_WAITING_MAX
    world.counted = (JOBS_WAITING_MAX - 1, (await world.log.head()).position)
    await world.render(document_id)


async def test_cancel_and_retry_decide_again_when_a_worker_was_faster(world: World) -> None:
    """Progress between reading and storing costs one more try, not an error."""
    job_id = (await world.render(await world.document())).id
    worker = await world.repository.get(Job, job_id)
    worker.claim(worker="w", at=world.clock.now())
    await world.repository.save(worker, SYSTEM_ID)
    worker.report(stage="drums", fraction=0.5, at=world.clock.now())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(world.repository.save(worker, SYSTEM_ID))
        cancelling = tasks.create_task(world.commands.cancel(job_id, actor_id=PERSON_ID))
    assert cancelling.result().cancel_requested
    assert (await world.topics())[-3:] == ["job.started", "job.progressed", "job.cancel_requested"]
    with pytest.raises(Conflict):
        await world.commands.retry(job_id, actor_id=PERSON_ID)


async def test_a_retry_of_a_cancelled_job_waits_again(world: World) -> None:
    """And an unknown job is no job."""
    job_id = (await world.render(await world.document())).id
    await world.commands.cancel(job_id, actor_id=PERSON_ID)
    with pytest.raises(Conflict, match="cancelled"):
        await world.commands.cancel(job_id, actor_id=PERSON_ID)
    assert (await world.commands.retry(job_id, actor_id=PERSON_ID)).status is JobStatus.QUEUED
    with pytest.raises(NotFound):
        await world.commands.cancel(uuid4(), actor_id=PERSON_ID)
