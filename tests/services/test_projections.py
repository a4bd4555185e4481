"""Projections on a real PostgreSQL: exactly once, rebuilt beside, swapped while people read."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from core.errors import NotFound
from core.events import EventFilter, Recorded
from projections import tables
from projections.port import Connection, Projection
from projections.runner import ProjectionRunner
from tests.services.backstage import Backstage, eventually, open_backstage


@pytest.fixture
async def studio(database_url: str) -> AsyncIterator[Backstage]:
    async with open_backstage(database_url) as studio:
        yield studio


def counter(**changes: object) -> Projection:
    """A projection that is not idempotent on purpose: an event applied twice, or not at all, shows."""

    async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
        for event in events:
            await connection.execute(
                "INSERT INTO counted VALUES ($1, 1) ON CONFLICT (position) DO UPDATE SET times = counted.times + 1",
                event.position,
            )

    projection = Projection(
        name="counted",
        version=1,
        table="CREATE TABLE counted (position bigint PRIMARY KEY, times int NOT NULL)",
        where=EventFilter(topics=frozenset({"document.created"})),
        apply=apply,
        gap_seconds=0.0,
    )
    return replace(projection, **changes)


async def counted(studio: Backstage, schema: str = "projections") -> list[tuple[int, int]]:
    rows = await studio.database.fetch(f"SELECT position, times FROM {schema}.counted ORDER BY position")
    return [(row["position"], row["times"]) for row in rows]


async def created_positions(studio: Backstage) -> list[int]:
    page = await studio.log.read(after=0, limit=1000, where=EventFilter(topics=frozenset({"document.created"})))
    return [event.position for event in page.events]


async def until_counted(studio: Backstage, expected: list[int]) -> None:
    async def reached() -> bool:
        return [position for position, _ in await counted(studio)] == expected

    await eventually(reached)


async def test_every_event_is_applied_once_by_four_runners_at_once(studio: Backstage) -> None:
    """Two runners in one process or in four: each event once, none left out."""
    runners = [studio.new_runner([counter()]) for _ in range(4)]
    await runners[0].prepare()
    async with asyncio.TaskGroup() as tasks:
        following = [tasks.create_task(runner.run()) for runner in runners]
        for _ in range(10):
            await asyncio.gather(*[studio.new_document("note", "x") for _ in range(4)])
        expected = await created_positions(studio)
        await until_counted(studio, expected)
        for task in following:
            task.cancel()
    assert await counted(studio) == [(position, 1) for position in expected]
    assert len(expected) == 40


async def test_of_four_that_bring_the_same_batch_one_is_heard(studio: Backstage) -> None:
    """All read at the same checkpoint; the first moves it, and the others write nothing and learn that."""
    for _ in range(3):
        await studio.new_document("note", "x")
    projection = counter()
    await studio.new_runner([projection]).prepare()
    async with studio.database.transaction() as connection:
        at = await tables.checkpoint(connection, "counted", tables.Slot.LIVE)
    assert at is not None
    page = await studio.log.read(after=0, limit=1000, where=projection.where)
    writes = [tables.write(studio.database, projection, at, page.events, page.position) for _ in range(4)]
    assert sorted(await asyncio.gather(*writes)) == [False, False, False, True]
    assert await counted(studio) == [(position, 1) for position in await created_positions(studio)]


async def test_a_runner_killed_at_any_moment_leaves_rows_and_checkpoint_together(studio: Backstage) -> None:
    """Cut off in the middle of batches, again and again, the next runner finds neither half a batch nor one twice."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - printed when the test fails
    dice = random.Random(seed)
    for _ in range(25):
        runner = asyncio.create_task(studio.new_runner([counter()]).run())
        await asyncio.gather(*[studio.new_document("note", "x") for _ in range(4)])
        await asyncio.sleep(dice.random() * 0.02)
        runner.cancel()
        await asyncio.gather(runner, return_exceptions=True)
    await studio.new_runner([counter()]).catch_up()
    assert await counted(studio) == [(position, 1) for position in await created_positions(studio)]
    assert len(await created_positions(studio)) == 100


class PanicException(BaseException):
    """What a panic of the CRDT library looks like: no Exception."""


@pytest.mark.parametrize("failure", [ZeroDivisionError, PanicException])
async def test_a_projection_that_fails_stops_alone_and_says_why(
    studio: Backstage, failure: type[BaseException]
) -> None:
    """Its checkpoint stays, the reason is in the status, the others move on; mended, it goes on where it stopped."""

    async def broken(connection: Connection, events: Sequence[Recorded]) -> None:
        await connection.execute("INSERT INTO counted VALUES (1, 1)")
        raise failure("no luck")

    async def failed_and_others_moved() -> bool:
        error = (await runner.statuses())[0].error
        return error is not None and (await studio.library.list_documents()).items != ()

    runner = studio.new_runner([counter(apply=broken), *studio.runner._projections.values()])
    await runner.prepare()
    await studio.new_document()
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(runner.run())
        await eventually(failed_and_others_moved)
        following.cancel()
    statuses = {status.name: status for status in await runner.statuses()}
    assert statuses["counted"].error == f"{failure.__name__}: no luck"
    assert (statuses["counted"].healthy, statuses["counted"].position) == (False, 0)
    assert await counted(studio) == []
    assert statuses["jobs"].error is None
    mended = studio.new_runner([counter()])
    await mended.catch_up()
    assert await counted(studio) == [(position, 1) for position in await created_positions(studio)]
    assert [status.healthy for status in await mended.statuses()] == [True]


async def test_the_checkpoint_moves_past_what_does_not_match(studio: Backstage) -> None:
    """A thousand keystrokes that a projection does not want cost one move of its checkpoint, not a rescan each time."""
    document_id = await studio.new_document()
    for number in range(5):
        await studio.edit(document_id, bpm=60 + number)
    runner = studio.new_runner([counter()])
    await runner.catch_up()
    (status,) = await runner.statuses()
    assert (status.position, status.lag) == ((await studio.log.head()).position, 0)


async def test_a_new_version_is_built_beside_and_swapped_while_people_read(studio: Backstage) -> None:
    """Readers get an answer the whole time, first the old rows, then the new ones, never none and never a mixture."""
    for number in range(30):
        await studio.new_document("note", f"{number}")
    await studio.new_runner([counter()]).catch_up()

    async def apply_twice(connection: Connection, events: Sequence[Recorded]) -> None:
        for event in events:
            await connection.execute("INSERT INTO counted VALUES ($1, 2)", event.position)
        await asyncio.sleep(0.02)

    seen: list[set[tuple[int, int]]] = []
    done = asyncio.Event()

    async def read() -> None:
        while not done.is_set():
            rows = await counted(studio)
            seen.append({(len(rows), row[1]) for row in rows})

    newer = studio.new_runner([counter(version=2, apply=apply_twice)])
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(read())
        await newer.catch_up()
        await counted(studio)
        done.set()
    states = [next(iter(state)) for state in seen]
    assert all(len(state) == 1 for state in seen), "a reader saw rows of both versions"
    assert set(states) <= {(30, 1), (30, 2)}
    assert states[0] == (30, 1)
    assert {row[1] for row in await counted(studio)} == {2}
    (status,) = await newer.statuses()
    assert (status.version, status.rebuilt_position, status.healthy) == (2, None, True)


async def test_the_old_program_keeps_the_old_copy_fresh_until_the_swap(studio: Backstage) -> None:
    """During a deployment each program writes its own version's copy; afterwards the old one writes nothing."""
    old, new = studio.new_runner([counter()]), studio.new_runner([counter(version=2)])
    await studio.new_document()
    await old.catch_up()
    await new.prepare()
    await studio.new_document()
    await old.catch_up()
    assert len(await counted(studio)) == 2
    assert await counted(studio, "projections_next") == []
    assert (await new.statuses())[0].healthy is False
    await new.catch_up()
    await studio.new_document()
    await old.catch_up()
    assert [times for _, times in await counted(studio)] == [1, 1]
    assert (await old.statuses())[0].healthy is False


async def test_rebuild_on_demand_mends_a_damaged_table(studio: Backstage) -> None:
    """`counterpoint rebuild NAME` gives what the events say, while other runners go on and new events arrive."""
    for _ in range(5):
        await studio.new_document()
    runner = studio.new_runner([counter()])
    await runner.catch_up()
    await studio.database.execute("DELETE FROM projections.counted")
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(studio.new_runner([counter()]).run())
        await asyncio.gather(runner.rebuild("counted"), *[studio.new_document() for _ in range(5)])
        expected = await created_positions(studio)
        await until_counted(studio, expected)
        following.cancel()
    assert await counted(studio) == [(position, 1) for position in expected]
    with pytest.raises(NotFound, match="counted"):
        await runner.rebuild("nonsense")


async def test_a_swap_never_waits_long_for_a_reader(studio: Backstage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that holds the old table makes the swap step back, so that others are not queued behind it."""
    monkeypatch.setattr("projections.tables.SWAP_WAIT_SECONDS_MAX", 0.05)
    await studio.new_document()
    runner: ProjectionRunner = studio.new_runner([counter()])
    await runner.catch_up()
    async with studio.database.transaction() as reader:
        await reader.fetch("SELECT * FROM projections.counted")
        with pytest.raises(Exception, match="lock timeout"):
            await runner.rebuild("counted")
        assert len(await counted(studio)) == 1
        assert "lock timeout" in str((await runner.statuses())[0].error)
    await runner.rebuild("counted")
    assert [status.healthy for status in await runner.statuses()] == [True]
