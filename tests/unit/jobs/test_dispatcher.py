"""Who is woken when: the dispatcher on a log in memory, with a clock that the test owns."""

from __future__ import annotations

import itertools
from uuid import UUID, uuid4

import pytest
import structlog

from core.adapters.memory import (
    ManualClock,
    MemoryCheckpoints,
    MemoryLog,
    MemoryStore,
    MemoryWakeups,
)
from core.aggregates.codec import EventCodec
from core.aggregates.job import Job
from core.errors import Overloaded
from core.events import Append, Kind, NewEvent, Write
from core.ids import SYSTEM_ID
from core.limits import (
    LEASE_SECONDS,
    PAGE_EVENTS_MAX,
    RETRY_SECONDS_FIRST,
    WAKE_AGAIN_SECONDS,
    WAKE_AGAIN_SECONDS_MAX,
    WAKES_OUTSTANDING_MAX,
)
from core.repository import Repository
from workers.dispatcher import CHECKPOINT, Dispatcher

LOGGER = structlog.wrap_logger(structlog.ReturnLogger(), processors=[])


class World:
    """One log, one clock, and as many dispatchers as a test wants."""

    def __init__(self) -> None:
        self.store, self.clock = MemoryStore(), ManualClock()
        self.checkpoints, self.wakeups = MemoryCheckpoints(), MemoryWakeups()
        self.log, self.noticed = MemoryLog(self.store), list[UUID]()
        self.codec = EventCodec.of_all_aggregates()
        self.repository = Repository(self.log, self.codec)
        self.dispatcher = self.new_dispatcher()

    def new_dispatcher(self, wakeups: MemoryWakeups | None = None) -> Dispatcher:
        return Dispatcher(
            log=self.log,
            repository=self.repository,
            codec=self.codec,
            checkpoints=self.checkpoints,
            wakeups=wakeups or self.wakeups,
            kinds=frozenset({"render"}),
            clock=self.clock,
            logger=LOGGER,
            notice=self.noticed.append,
        )

    async def request(self, kind: str = "render") -> UUID:
        job = Job.request(
            job_id=uuid4(),
            kind=kind,
            document_id=uuid4(),
            document_position=1,
            parameters={},
            seed=1,
            requested_by=SYSTEM_ID,
            at=self.clock.now(),
        )
        await self.repository.save(job, SYSTEM_ID)
        return job.id

    async def decide(self, job_id: UUID, decision: str, **arguments: object) -> None:
        job = await self.repository.get(Job, job_id)
        getattr(job, decision)(at=self.clock.now(), **arguments)
        await self.repository.save(job, SYSTEM_ID)

    async def woken(self, dispatcher: Dispatcher | None = None) -> list[tuple[UUID, int]]:
        """Look once; return whom that woke for which attempt."""
        before = len(self.wakeups.sent)
        await (dispatcher or self.dispatcher).look()
        return [(wakeup.job_id, wakeup.attempt) for wakeup in list(self.wakeups.sent)[before:]]


@pytest.fixture
def world() -> World:
    return World()


async def test_a_new_job_wakes_a_worker_once(world: World) -> None:
    """One wake-up for the first attempt; looking again sends no other."""
    job_id = await world.request()
    assert await world.woken() == [(job_id, 1)]
    assert await world.woken() == []


async def test_a_running_job_is_left_alone_until_its_lease_ends(world: World) -> None:
    """A worker that died is noticed by the end of its lease, at the latest twice the lease after kill -9."""
    job_id = await world.request()
    await world.woken()
    await world.decide(job_id, "claim", worker="one")
    world.clock.advance(LEASE_SECONDS - 0.1)
    assert await world.woken() == []
    world.clock.advance(0.1)
    assert await world.woken() == [(job_id, 2)]


async def test_a_renewed_lease_keeps_the_job(world: World) -> None:
    """Signs of life count from when they were given."""
    job_id = await world.request()
    await world.decide(job_id, "claim", worker="one")
    for _ in range(5):
        world.clock.advance(LEASE_SECONDS / 2)
        await world.decide(job_id, "report", stage="drums", fraction=0.5)
        assert await world.woken() == []
    world.clock.advance(LEASE_SECONDS)
    assert await world.woken() == [(job_id, 2)]


async def test_a_retry_wakes_when_its_pause_is_over(world: World) -> None:
    """Not before, and with the number of the next attempt."""
    job_id = await world.request()
    await world.decide(job_id, "claim", worker="one")
    await world.decide(job_id, "fail", reason="no luck", final=False, chance=1.0)
    assert await world.woken() == []
    world.clock.advance(RETRY_SECONDS_FIRST)
    assert await world.woken() == [(job_id, 2)]


async def test_an_interrupted_job_wakes_at_once(world: World) -> None:
    """A deployment costs a job a moment, not a lease."""
    job_id = await world.request()
    await world.decide(job_id, "claim", worker="one")
    await world.woken()
    await world.decide(job_id, "interrupt")
    assert await world.woken() == [(job_id, 2)]


@pytest.mark.parametrize("end", ["complete", "cancel", "fail"])
async def test_a_job_that_is_over_wakes_nobody(world: World, end: str) -> None:
    """Nor does it stay in memory."""
    job_id = await world.request()
    if end != "cancel":
        await world.decide(job_id, "claim", worker="one")
    arguments = {"complete": {"result": {}}, "cancel": {}, "fail": {"reason": "x", "final": True, "chance": 0.0}}
    await world.decide(job_id, end, **arguments[end])
    world.clock.advance(10**6)
    assert await world.woken() == []
    assert len(world.dispatcher._schedule) == 0


async def test_a_lost_wakeup_is_sent_again_ever_more_rarely(world: World) -> None:
    """The broker may lose everything; it is not flooded either while a job waits behind others."""
    job_id = await world.request()
    assert await world.woken() == [(job_id, 1)]
    times, elapsed = [], 0.0
    while elapsed < 3 * WAKE_AGAIN_SECONDS_MAX:
        world.clock.advance(1.0)
        elapsed += 1.0
        times += [elapsed for _ in await world.woken()]
    assert times[:3] == [WAKE_AGAIN_SECONDS, 3 * WAKE_AGAIN_SECONDS, 7 * WAKE_AGAIN_SECONDS]
    assert max(later - sooner for sooner, later in itertools.pairwise(times)) <= WAKE_AGAIN_SECONDS_MAX


async def test_a_broker_that_is_away_loses_no_wakeup(world: World) -> None:
    """What could not be sent is sent at the next look."""
    first, second = await world.request(), await world.request()

    class Away(MemoryWakeups):
        def wake(self, *, kind: str, job_id: UUID, attempt: int) -> None:
            raise Overloaded

    dispatcher = world.new_dispatcher(Away())
    with pytest.raises(Overloaded):
        await dispatcher.look()
    dispatcher._wakeups = world.wakeups
    assert await world.woken(dispatcher) == [(first, 1), (second, 1)]


async def test_only_so_many_are_woken_at_once_the_oldest_first(world: World) -> None:
    """A thousand waiting jobs are not a thousand messages; as some begin, the next are woken."""
    jobs = [await world.request() for _ in range(WAKES_OUTSTANDING_MAX + 5)]
    assert [job for job, _ in await world.woken()] == jobs[:WAKES_OUTSTANDING_MAX]
    for job_id in jobs[:3]:
        await world.decide(job_id, "claim", worker="one")
    assert [job for job, _ in await world.woken()] == jobs[WAKES_OUTSTANDING_MAX : WAKES_OUTSTANDING_MAX + 3]


async def test_kinds_that_this_worker_does_not_know_are_left_to_others(world: World) -> None:
    """An old worker does not touch what a newer one can do."""
    await world.request(kind="video")
    assert await world.woken() == []


async def test_a_cancellation_is_told_at_once(world: World) -> None:
    """The worker of this process hears it without waiting for its next heartbeat."""
    job_id = await world.request()
    await world.decide(job_id, "claim", worker="one")
    await world.woken()
    assert world.noticed == []
    await world.decide(job_id, "cancel")
    await world.woken()
    assert world.noticed == [job_id]


async def test_a_dispatcher_that_starts_later_finds_the_same_jobs(world: World) -> None:
    """Every process may run one, from the beginning or from the shared start, and each finds everything that is due."""
    waiting = await world.request()
    for _ in range(PAGE_EVENTS_MAX // 2):
        done = await world.request()
        await world.decide(done, "claim", worker="one")
        await world.decide(done, "complete", result={})
    running = await world.request()
    await world.decide(running, "claim", worker="one")
    world.clock.advance(LEASE_SECONDS)
    await world.woken()
    assert await world.checkpoints.get(CHECKPOINT) == 0, "the oldest open job is the first event"
    assert sorted(await world.woken(world.new_dispatcher())) == sorted([(waiting, 1), (running, 2)])
    await world.decide(waiting, "cancel")
    await world.woken()
    assert await world.checkpoints.get(CHECKPOINT) == (await world.log.head()).position - 3
    assert await world.woken(world.new_dispatcher()) == [(running, 2)]


async def test_a_job_that_a_person_reopens_is_found_however_old_it_is(world: World) -> None:
    """Its first events lie before the shared start; the whole job is loaded then."""
    old = await world.request()
    await world.decide(old, "cancel")
    for _ in range(PAGE_EVENTS_MAX):
        await world.decide(await world.request(), "cancel")
    await world.woken()
    assert await world.checkpoints.get(CHECKPOINT) > 2
    fresh = world.new_dispatcher()
    await world.woken(fresh)
    await world.decide(old, "retry")
    assert await world.woken(fresh) == [(old, 1)]
    assert await world.woken(world.new_dispatcher()) == [(old, 1)]
    await world.decide(old, "claim", worker="one")
    await world.decide(old, "complete", result={})
    world.clock.advance(10**6)
    assert await world.woken(fresh) == []


async def test_a_job_that_cannot_be_read_stops_no_other(world: World) -> None:
    """Its events may come from a newer program; they are found again by a program that can read them."""
    unreadable = uuid4()
    write = Write(unreadable, Kind.AGGREGATE, 0, (NewEvent("job.requested", b"\xff", SYSTEM_ID),))
    await world.log.append(Append((write,)))
    job_id = await world.request()
    for _ in range(PAGE_EVENTS_MAX):
        await world.decide(await world.request(), "cancel")
    assert await world.woken() == [(job_id, 1)]
    assert await world.checkpoints.get(CHECKPOINT) == 0
