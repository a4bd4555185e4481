"""What every event log promises, in memory and in PostgreSQL."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from core import limits
from core.errors import ClientIdTaken, Invalid, LogUnavailable, Overloaded, StreamMoved, TooLarge
from core.events import DOCUMENT_UPDATED, Append, Claim, Committed, EventFilter, Head, Kind, Write
from tests.contracts.logs import ANN, BEN, IMPLEMENTATIONS, Place, fact, joined, open_place, update

ALL = EventFilter()


@pytest.fixture(params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest) -> tuple[str | None, bool]:
    dsn = None if request.param == "memory" else request.getfixturevalue("database_url")
    return dsn, request.param == "sealed"


@pytest.fixture
async def place(implementation: tuple[str | None, bool]) -> AsyncIterator[Place]:
    dsn, sealed = implementation
    async with open_place(dsn, sealed=sealed) as opened:
        yield opened


async def everything(place: Place) -> list[tuple[UUID, Kind, int, bytes]]:
    page = await place.log.read(after=0, limit=100_000, where=ALL)
    assert [event.position for event in page.events] == sorted({event.position for event in page.events})
    return [(event.stream_id, event.kind, event.version, event.body) for event in page.events]


# -- appending -----------------------------------------------------------------------------------------------------


async def test_what_is_stored_is_read_back_whole(place: Place) -> None:
    """Position, stream, version, topic, actor, moment and body come back as they were handed in."""
    song, body = uuid4(), bytes(range(256)) * 20
    committed = await place.log.append(joined(fact(song, 0, actor_id=BEN), update(song, 0, body, b"")))
    page = await place.log.read(after=0, limit=10, where=ALL)
    assert [(e.position, e.kind, e.version, e.topic, e.actor_id, e.body) for e in page.events] == [
        (committed.first_position, Kind.AGGREGATE, 1, "document.created", BEN, b"{}"),
        (committed.first_position + 1, Kind.UPDATE, 1, DOCUMENT_UPDATED, ANN, body),
        (committed.last_position, Kind.UPDATE, 2, DOCUMENT_UPDATED, ANN, b""),
    ]
    assert all(event.stream_id == song and isinstance(event.body, bytes) for event in page.events)
    assert all(event.recorded_at.utcoffset() == timedelta(0) for event in page.events)
    assert await place.log.read(after=0, limit=10, where=ALL) == page
    assert (page.position, page.more) == (committed.last_position, False)


async def test_the_head_says_where_a_stream_and_the_log_end(place: Place) -> None:
    """Both families of a document count for themselves; an unknown stream ends at 0, 0."""
    song = uuid4()
    await place.log.append(update(song, 0, b"a", b"b"))
    await place.log.append(fact(song, 0))
    end = await place.log.append(update(song, 2))
    assert await place.log.head(song, Kind.UPDATE) == Head(3, end.last_position)
    assert await place.log.head(song, Kind.AGGREGATE) == Head(1, end.last_position - 1)
    assert await place.log.head(uuid4(), Kind.UPDATE) == Head(0, 0)
    assert await place.log.head() == Head(0, end.last_position)


async def test_a_moved_head_is_left_out_and_the_others_commit(place: Place) -> None:
    """In one batch: the stale writer gets StreamMoved with both versions, its neighbours are stored without a gap."""
    song, stale, other = uuid4(), uuid4(), uuid4()
    await place.log.append(update(stale, 0, b"1", b"2"))
    async with place.hold():
        futures = [
            place.log.append(update(song, 0, b"a", b"b")),
            place.log.append(update(stale, 1, b"lost")),
            place.log.append(update(other, 0, b"c")),
            place.log.append(fact(other, 3)),
        ]
    results = await asyncio.gather(*futures, return_exceptions=True)
    assert isinstance(results[1], StreamMoved)
    assert (results[1].stream_id, results[1].expected, results[1].actual) == (stale, 1, 2)
    assert isinstance(results[3], StreamMoved)
    assert results[3].actual == 0
    first = results[0].first_position
    assert (results[0], results[2]) == (Committed(first, first + 1), Committed(first + 2, first + 2))
    stored = await everything(place)
    assert (stale, Kind.UPDATE, 2, b"lost") not in stored
    assert stored[-3:] == [(song, Kind.UPDATE, 1, b"a"), (song, Kind.UPDATE, 2, b"b"), (other, Kind.UPDATE, 1, b"c")]
    assert await place.log.head(stale, Kind.UPDATE) == Head(2, (await place.log.head(stale, Kind.UPDATE)).position)
    assert await place.log.head(other, Kind.UPDATE) == Head(1, first + 2)


async def test_an_append_is_all_or_nothing(place: Place) -> None:
    """One stale write or one taken client id keeps every write and every claim of the append out."""
    song, fresh, stale = uuid4(), uuid4(), uuid4()
    await place.log.append(update(stale, 0))
    await place.client_ids.claim(Claim(song, 7, BEN))
    async with place.hold():
        moved = place.log.append(joined(update(fresh, 0), update(stale, 0), claims=(Claim(song, 1, ANN),)))
        taken = place.log.append(joined(update(fresh, 0), claims=(Claim(song, 2, ANN), Claim(song, 7, ANN))))
        stored = place.log.append(joined(update(fresh, 0, b"good"), claims=(Claim(song, 3, ANN),)))
    with pytest.raises(StreamMoved):
        await moved
    with pytest.raises(ClientIdTaken) as conflict:
        await taken
    assert (conflict.value.document_id, conflict.value.client_id) == (song, 7)
    await stored
    assert await place.client_ids.owners(song) == {3: ANN, 7: BEN}
    assert [body for stream, _, _, body in await everything(place) if stream == fresh] == [b"good"]


async def test_claims_bind_once_and_count_together_with_the_others(place: Place) -> None:
    """An id claimed again by its owner is fine; another's, a retired one, or one claimed twice in a batch is not."""
    song, other = uuid4(), uuid4()
    await place.log.append(joined(update(song, 0), claims=(Claim(song, 5, ANN),)))
    await place.log.append(joined(update(song, 1), claims=(Claim(song, 5, ANN), Claim(song, 2**53 - 1, ANN))))
    await place.client_ids.retire(song, 6)
    for client_id, person_id in ((5, BEN), (6, BEN), (6, ANN)):
        with pytest.raises(ClientIdTaken):
            await place.log.append(joined(update(song, 2), claims=(Claim(song, client_id, person_id),)))
    async with place.hold():
        first = place.log.append(joined(update(song, 2), claims=(Claim(song, 8, BEN),)))
        second = place.log.append(joined(update(other, 0), claims=(Claim(song, 8, ANN),)))
        elsewhere = place.log.append(joined(update(other, 0), claims=(Claim(other, 8, ANN),)))
    await first
    with pytest.raises(ClientIdTaken):
        await second
    await elsewhere
    assert await place.client_ids.owners(song) == {5: ANN, 2**53 - 1: ANN, 6: None, 8: BEN}
    assert await place.client_ids.owners(other) == {8: ANN}


async def test_appends_to_one_stream_follow_each_other_in_one_batch(place: Place) -> None:
    """A writer need not wait for its own last append; each gets its own consecutive positions."""
    song, other = uuid4(), uuid4()
    async with place.hold():
        futures = [
            place.log.append(update(song, 0, b"1")),
            place.log.append(update(other, 0, b"x")),
            place.log.append(update(song, 1, b"2", b"3")),
            place.log.append(joined(update(song, 3, b"4"), fact(song, 0))),
            place.log.append(update(song, 4, b"5")),
        ]
    results = await asyncio.gather(*futures)
    assert [last - first + 1 for first, last in results] == [1, 1, 2, 2, 1]
    events = await place.log.read_stream(song, Kind.UPDATE)
    assert [(event.version, event.body) for event in events] == [(n, str(n).encode()) for n in range(1, 6)]
    at = {event.version: event.position for event in events}
    assert [at[1], at[2], at[3], at[4], at[5]] == sorted(at.values())
    assert results[2] == (at[2], at[3])
    assert results[4] == (at[5], at[5])


async def test_what_follows_a_failed_append_fails_too(place: Place) -> None:
    """The later appends of a stream never fill the gap the failed one left; other streams do not notice."""
    song, other = uuid4(), uuid4()
    await place.client_ids.claim(Claim(song, 1, BEN))
    async with place.hold():
        futures = [
            place.log.append(joined(update(song, 0), claims=(Claim(song, 1, ANN),))),
            place.log.append(update(song, 1)),
            place.log.append(update(other, 0)),
            place.log.append(joined(update(song, 2), fact(other, 0))),
        ]
    results = await asyncio.gather(*futures, return_exceptions=True)
    assert [type(result) for result in results] == [ClientIdTaken, StreamMoved, Committed, StreamMoved]
    assert await place.log.read_stream(song, Kind.UPDATE) == []
    assert await place.log.head(song, Kind.UPDATE) == Head(0, 0)


async def test_one_append_may_write_a_stream_twice(place: Place) -> None:
    """Writes of one append follow each other too."""
    song = uuid4()
    await place.log.append(joined(update(song, 0, b"1"), fact(song, 0), update(song, 1, b"2")))
    assert [body for _, _, _, body in (await everything(place))] == [b"1", b"{}", b"2"]
    with pytest.raises(StreamMoved):
        await place.log.append(joined(update(song, 2), update(song, 2)))
    assert (await place.log.head(song, Kind.UPDATE)).version == 2


async def test_makers_are_asked_when_the_batch_forms(place: Place) -> None:
    """Everything admitted until that moment goes in; a maker that fails, or whose writer left, harms nobody."""
    song, admitted, asked = uuid4(), [b"early"], []

    def make() -> Append:
        return update(song, 0, *admitted)

    def fail() -> Append:
        raise ZeroDivisionError

    def abandoned() -> Append:
        asked.append("abandoned")
        return update(uuid4(), 0)

    async with place.hold():
        future = place.log.append(make)
        failing = place.log.append(fail)
        place.log.append(abandoned).cancel()
        await asyncio.sleep(0)
        admitted.append(b"late")
    assert await future == ((await place.log.head()).position - 1, (await place.log.head()).position)
    with pytest.raises(ZeroDivisionError):
        await failing
    assert [event.body for event in await place.log.read_stream(song, Kind.UPDATE)] == [b"early", b"late"]
    assert asked == []


async def test_futures_resolve_in_the_order_of_positions(place: Place) -> None:
    """Whoever tells others about what was stored tells it in the one order."""
    told: list[Committed] = []
    async with place.hold():
        futures = [place.log.append(update(uuid4(), 0, b"a", b"b")) for _ in range(20)]
        for future in futures:
            future.add_done_callback(lambda done: told.append(done.result()))
    await asyncio.gather(*futures)
    await asyncio.sleep(0)
    assert len(told) == 20
    assert told == sorted(told)


async def test_a_full_queue_says_so_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and bytes are bounded; the answer comes from the call itself, and room comes back with the commits."""
    monkeypatch.setattr(limits, "APPEND_QUEUE_ROWS_MAX", 10)
    monkeypatch.setattr(limits, "APPEND_QUEUE_BYTES_MAX", 1000)
    async with place.hold():
        futures = [place.log.append(update(uuid4(), 0, *[b""] * 5)), place.log.append(update(uuid4(), 0, b"x" * 900))]
        with pytest.raises(Overloaded):
            place.log.append(update(uuid4(), 0, *[b""] * 5))
        with pytest.raises(Overloaded):
            place.log.append(update(uuid4(), 0, b"x" * 200))
        futures.append(place.log.append(lambda: update(uuid4(), 0)))
    await asyncio.gather(*futures)
    for _ in range(5):
        await place.log.append(update(uuid4(), 0, b"x" * 200, *[b""] * 5))


async def test_what_no_log_can_take_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too large for any batch, a write without events, a keystroke among facts: nothing of it is queued."""
    monkeypatch.setattr(limits, "APPEND_QUEUE_BYTES_MAX", 1000)
    with pytest.raises(TooLarge):
        place.log.append(update(uuid4(), 0, b"x" * 1001))
    with pytest.raises(TooLarge):
        await place.log.append(lambda: update(uuid4(), 0, b"x" * 1001))
    with pytest.raises(Invalid):
        place.log.append(Append((Write(uuid4(), Kind.UPDATE, 0, ()),)))
    with pytest.raises(Invalid):
        place.log.append(fact(uuid4(), 0, DOCUMENT_UPDATED))
    assert await everything(place) == []


async def test_nothing_to_store_is_stored_at_once(place: Place) -> None:
    """An append without events has no position; its claims count."""
    song = uuid4()
    assert await place.log.append(Append(())) == (0, 0)
    assert await place.log.append(lambda: Append(())) == (0, 0)
    assert await place.log.append(Append((), (Claim(song, 1, ANN),))) == (0, 0)
    with pytest.raises(ClientIdTaken):
        await place.log.append(Append((), (Claim(song, 1, BEN),)))
    assert await everything(place) == []
    assert await place.client_ids.owners(song) == {1: ANN}


async def test_closing_stores_what_is_queued(place: Place) -> None:
    """A shutdown loses nothing that was accepted, and accepts nothing more."""
    node = await place.node()
    futures = [node.append(update(uuid4(), 0)) for _ in range(50)]
    await node.close()
    assert all(future.done() and future.result().first_position for future in futures)
    with pytest.raises(LogUnavailable):
        node.append(update(uuid4(), 0))
    assert len(await everything(place)) == 50


async def test_two_nodes_have_one_order_of_versions(place: Place) -> None:
    """The node whose view of a stream is old is refused, whoever stored first."""
    song, node = uuid4(), await place.node()
    await place.log.append(update(song, 0))
    with pytest.raises(StreamMoved):
        await node.append(update(song, 0))
    await node.append(update(song, 1))
    with pytest.raises(StreamMoved):
        await place.log.append(update(song, 1))
    assert [event.version for event in await node.read_stream(song, Kind.UPDATE)] == [1, 2]


# -- reading -------------------------------------------------------------------------------------------------------


async def test_streams_are_read_in_pieces(place: Place) -> None:
    """`after` and `limit` count versions of that stream and family alone."""
    song = uuid4()
    await place.log.append(joined(update(song, 0, *[b"%d" % n for n in range(10)]), fact(song, 0), update(uuid4(), 0)))
    read = place.log.read_stream
    assert [event.version for event in await read(song, Kind.UPDATE, after=3, limit=4)] == [4, 5, 6, 7]
    assert [event.version for event in await read(song, Kind.UPDATE, after=8)] == [9, 10]
    assert await read(song, Kind.UPDATE, after=10) == []
    assert [event.topic for event in await read(song, Kind.AGGREGATE)] == ["document.created"]
    assert await read(uuid4(), Kind.UPDATE) == []


async def test_a_page_moves_past_what_does_not_match(place: Place) -> None:
    """A filtered reader's position reaches the end of the log, so that nothing is scanned twice."""
    await place.log.append(update(uuid4(), 0, *[b""] * 50))
    found = await place.log.append(fact(uuid4(), 0, "job.requested"))
    end = await place.log.append(update(uuid4(), 0, *[b""] * 50))
    wanted = EventFilter(topics=frozenset({"job.requested"}))
    page = await place.log.read(after=0, limit=10, where=wanted)
    assert [event.position for event in page.events] == [found.first_position]
    assert (page.position, page.more) == (end.last_position, False)
    assert await place.log.read(after=page.position, limit=10, where=wanted) == ([], end.last_position, False)
    first = await place.log.read(after=0, limit=1, where=wanted)
    assert (first.position, first.more) == (found.first_position, True)
    assert (await place.log.read(after=first.position, limit=1, where=wanted)).position == end.last_position
    assert await place.log.read(after=10**9, limit=1, where=ALL) == ([], 10**9, False)


async def test_filters_mean_the_same_everywhere(place: Place) -> None:
    """Random logs and filters: the pages of any filter, laid together, are exactly what the filter accepts."""
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    streams = [uuid4() for _ in range(4)]
    topics = ["document.created", "document.trashed", "job.requested"]
    versions = {(stream, kind): 0 for stream in streams for kind in Kind}
    for _ in range(60):
        stream, count = rng.choice(streams), rng.randint(1, 3)
        if rng.random() < 0.5:
            await place.log.append(update(stream, versions[stream, Kind.UPDATE], *[b"x"] * count))
            versions[stream, Kind.UPDATE] += count
        else:
            await place.log.append(fact(stream, versions[stream, Kind.AGGREGATE], *rng.choices(topics, k=count)))
            versions[stream, Kind.AGGREGATE] += count
    stored = (await place.log.read(after=0, limit=1000, where=ALL)).events
    assert len(stored) >= 60
    some = [*topics, DOCUMENT_UPDATED]
    for _ in range(60):
        where = EventFilter(
            kinds=rng.choice([None, frozenset(rng.sample(list(Kind), rng.randint(0, 2)))]),
            topics=rng.choice([None, frozenset(rng.sample(some, rng.randint(0, 4)))]),
            stream_ids=rng.choice([None, frozenset(rng.sample(streams, rng.randint(0, 2)))]),
        )
        got, position, more = [], 0, True
        while more:
            page = await place.log.read(after=position, limit=rng.randint(1, 7), where=where)
            got += page.events
            position, more = page.position, page.more
        assert got == [event for event in stored if where.accepts(event)], f"seed {seed}: {where}"
        assert position == stored[-1].position, f"seed {seed}: {where}"


async def test_keystrokes_come_without_their_bodies_when_nobody_wants_them(place: Place) -> None:
    """Everything else stays: the size as stored, the place, and the bodies of facts."""
    song = uuid4()
    await place.log.append(joined(update(song, 0, b"x" * 5000, b""), fact(song, 0)))
    whole = await place.log.read(after=0, limit=10, where=ALL)
    bare = await place.log.read(after=0, limit=10, where=EventFilter(with_updates=False))
    assert [(event.body, event.size_bytes) for event in bare.events] == [(b"", 5000), (b"", 0), (b"{}", 2)]
    assert [event.size_bytes for event in whole.events] == [5000, 0, 2]
    assert [replace(event, body=b"") for event in bare.events] == [replace(event, body=b"") for event in whole.events]
    assert (bare.position, bare.more) == (whole.position, whole.more)
    assert [event.size_bytes for event in await place.log.read_stream(song, Kind.UPDATE)] == [5000, 0]


async def test_a_page_ends_when_its_bodies_are_large(place: Place) -> None:
    """However many are asked for: a page holds less than PAGE_BYTES_MAX and one event more, and none is skipped."""
    song, part = uuid4(), limits.PAGE_BYTES_MAX // 4
    sizes = [part, part, part, part, 1, part * 9, 1, part, part * 3 - 1, 1, 1]
    for version, size in enumerate(sizes):
        await place.log.append(update(song, version, b"x" * size))
    pages, position, more = [], 0, True
    while more:
        page = await place.log.read(after=position, limit=100, where=ALL)
        pages.append([event.size_bytes for event in page.events])
        position, more = page.position, page.more
    assert pages == [sizes[:4], sizes[4:6], sizes[6:9], sizes[9:]]
    assert position == len(sizes)
    few = await place.log.read(after=0, limit=3, where=ALL)
    assert (len(few.events), few.more) == (3, True)
    bare = await place.log.read(after=0, limit=100, where=EventFilter(stream_ids=frozenset({song}), with_updates=False))
    assert (len(bare.events), bare.position, bare.more) == (len(sizes), len(sizes), False)


async def test_the_last_page_knows_that_it_is_the_last(place: Place) -> None:
    """A page whose bodies fill it exactly at the end of the log says that there is no more."""
    await place.log.append(update(uuid4(), 0, b"x" * limits.PAGE_BYTES_MAX))
    page = await place.log.read(after=0, limit=10, where=ALL)
    assert (len(page.events), page.position, page.more) == (1, 1, False)
    await place.log.append(fact(uuid4(), 0))
    page = await place.log.read(after=0, limit=10, where=ALL)
    assert (len(page.events), page.position, page.more) == (1, 1, True)
    only_keystrokes = EventFilter(kinds=frozenset({Kind.UPDATE}))
    page = await place.log.read(after=0, limit=10, where=only_keystrokes)
    assert await place.log.read(after=page.position, limit=10, where=only_keystrokes) == ([], 2, False)


# -- hearing -------------------------------------------------------------------------------------------------------


async def test_changed_returns_when_there_is_more(place: Place) -> None:
    """At once when the log is beyond already; otherwise with the next commit of any node, or when the time is over."""
    committed = await place.log.append(update(uuid4(), 0))
    await asyncio.wait_for(place.log.changed(after=0, timeout_s=60), 5)
    await asyncio.wait_for(place.log.changed(after=committed.last_position, timeout_s=0.01), 5)
    node = await place.node()
    for writer in (place.log, node):
        end = (await place.log.head()).position
        waiting = asyncio.create_task(place.log.changed(after=end, timeout_s=60))
        await asyncio.sleep(0)
        assert not waiting.done()
        await writer.append(update(uuid4(), 0))
        await asyncio.wait_for(waiting, 5)
        assert (await place.log.head()).position > end


async def test_a_reader_of_facts_sleeps_through_keystrokes(place: Place) -> None:
    """Whoever wants facts alone is woken by the next fact of any node, and by no keystroke."""
    facts = EventFilter(kinds=frozenset({Kind.AGGREGATE}))
    node = await place.node()
    for writer in (place.log, node):
        end = (await place.log.head()).position
        waiting = asyncio.create_task(place.log.changed(after=end, timeout_s=60, where=facts))
        for version in range(3):
            heard = asyncio.create_task(place.log.changed(after=end + version, timeout_s=60))
            await writer.append(update(song := uuid4(), 0))
            await asyncio.wait_for(heard, 5)
        await asyncio.sleep(0)
        assert not waiting.done()
        await writer.append(joined(update(song, 1), fact(song, 0)))
        await asyncio.wait_for(waiting, 5)
        await asyncio.wait_for(place.log.changed(after=end, timeout_s=60, where=facts), 5)


async def test_nodes_hear_which_streams_others_changed(place: Place) -> None:
    """A watcher hears of other nodes only, and only of what was stored; after it stopped it hears nothing."""
    node, song, failed = await place.node(), uuid4(), uuid4()
    heard: asyncio.Queue[frozenset[UUID] | None] = asyncio.Queue()
    own: list[object] = []
    stop = place.log.watch(heard.put_nowait)
    node.watch(own.append)
    await node.append(update(song, 0))
    assert await asyncio.wait_for(heard.get(), 5) == {song}
    with pytest.raises(StreamMoved):
        await node.append(update(failed, 9))
    both = joined(update(song, 1), fact(song, 0), update(uuid4(), 0))
    await node.append(both)
    assert await asyncio.wait_for(heard.get(), 5) == {write.stream_id for write in both.writes}
    stop()
    await node.append(update(song, 2))
    await asyncio.wait_for(place.log.changed(after=(await node.head()).position - 1, timeout_s=5), 6)
    assert heard.empty()
    assert own == []
