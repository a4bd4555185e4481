"""Commit batches: what is joined, what must be gone through with care, and who hears what. No database."""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import pytest

from core import limits
from core.adapters.postgres.batch import Answer, Batch
from core.adapters.weight import weigh
from core.errors import ClientIdTaken, StreamMoved
from core.events import Append, Claim, Committed, Kind, NewEvent, Write

ME = uuid4()


class Forming:
    """A batch and the futures of what was put in."""

    def __init__(self) -> None:
        self.batch = Batch()
        self.futures: list[asyncio.Future[Committed]] = []

    def add(self, *writes: Write, claims: tuple[Claim, ...] = ()) -> None:
        append = Append(writes, claims)
        future: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self.futures.append(future)
        self.batch.add(append, *weigh(append), future)

    @property
    def results(self) -> list[object]:
        return [future.exception() or future.result() for future in self.futures]


def keys(stream_id, expected: int, *bodies: bytes) -> Write:
    return Write(stream_id, Kind.UPDATE, expected, [NewEvent("document.updated", body, ME) for body in bodies])


def facts(stream_id, expected: int, *topics: str) -> Write:
    return Write(stream_id, Kind.AGGREGATE, expected, [NewEvent(topic, b"{}", ME) for topic in topics])


async def test_plain_appends_of_a_stream_become_one_unit() -> None:
    """They share their fate and keep their order; each hears its own positions."""
    song, other, forming = uuid4(), uuid4(), Forming()
    forming.add(keys(song, 0, b"1"))
    forming.add(keys(other, 7, b"x"))
    forming.add(keys(song, 1, b"2", b"3"))
    batch = forming.batch
    assert (len(batch.units), batch.rows, batch.careful) == (2, 4, False)
    arguments = batch.arguments("node", again=False)
    assert arguments[3:5] == (False, False)
    assert arguments[5:11] == ([1, 2], [song, other], [b"u", b"u"], [0, 7], [3, 1], [3, 4])
    assert arguments[11:18] == ([1, 1, 2], [song, song, other], [1, 2, 8], [None] * 3, [ME] * 3, [1, 2, 1], [1, 3, 4])
    assert arguments[18] == [b"1", b"2", b"3", b"x"]
    assert batch.settle(Answer(101, None)) == 104
    assert forming.results == [Committed(101, 101), Committed(104, 104), Committed(102, 103)]


async def test_what_could_part_is_never_joined() -> None:
    """Claims, several writes, or a gap in the versions make a unit of its own, and the batch careful."""
    song, other = uuid4(), uuid4()
    followers: list[tuple[tuple[Write, ...], tuple[Claim, ...]]] = [
        ((keys(song, 1, b"2"),), (Claim(song, 1, ME),)),
        ((keys(song, 1, b"2"), facts(other, 0, "a.b")), ()),
        ((keys(song, 5, b"2"),), ()),
    ]
    for writes, claims in followers:
        forming = Forming()
        forming.add(keys(song, 0, b"1"))
        forming.add(*writes, claims=claims)
        assert (len(forming.batch.units), forming.batch.careful) == (2, True)
        forming.add(keys(song, 2, b"3"))
        assert len(forming.batch.units) in (2, 3)
        if len(writes) > 1:
            assert len(forming.batch.units) == 3, "joined a unit that its predecessor is not in"


async def test_a_client_id_claimed_twice_needs_care() -> None:
    """Two claims of one id may name two persons; of one id in two documents they may not meet."""
    song, other, forming = uuid4(), uuid4(), Forming()
    forming.add(keys(song, 0, b""), claims=(Claim(song, 1, ME),))
    forming.add(keys(other, 0, b""), claims=(Claim(other, 1, ME),))
    assert not forming.batch.careful
    forming.add(facts(song, 0, "a.b"), claims=(Claim(song, 1, uuid4()),))
    assert forming.batch.careful


async def test_rows_with_one_topic_and_actor_are_one_span() -> None:
    """Hundreds of keystrokes of one person cost one span; every change of topic or person begins another."""
    song, other, forming = uuid4(), uuid4(), Forming()
    events = [NewEvent("document.updated", b"", actor) for actor in (ME, ME, other, ME)]
    forming.add(facts(song, 4, "a.b", "a.b", "c.d"), Write(song, Kind.UPDATE, 0, events))
    arguments = forming.batch.arguments("node", again=True)
    assert arguments[4] is True
    assert arguments[13:18] == (
        [5, 7, 1, 3, 4],
        ["a.b", "c.d", None, None, None],
        [ME, ME, ME, other, ME],
        [2, 1, 2, 1, 1],
        [2, 3, 5, 6, 7],
    )


async def test_everyone_left_out_hears_why() -> None:
    """Reasons are counted through the whole batch; positions skip those left out; the departed are no trouble."""
    song, other, forming = uuid4(), uuid4(), Forming()
    forming.add(keys(song, 0, b"1"), facts(song, 3, "a.b"))
    forming.add(keys(other, 0, b"1", b"2"))
    forming.add(facts(other, 0, "a.b"), claims=(Claim(other, 1, ME), Claim(other, 2, ME)))
    forming.add(claims=(Claim(song, 9, ME),))
    forming.add(facts(uuid4(), 0, "a.b"))
    forming.futures[4].cancel()
    answer = Answer(11, json.dumps([["moved", 1, 2, 5], ["taken", 3, 2]]))
    assert forming.batch.settle(answer) == 13
    moved, stored, taken, claimed = [future.exception() or future.result() for future in forming.futures[:4]]
    assert isinstance(moved, StreamMoved)
    assert (moved.stream_id, moved.expected, moved.actual) == (song, 3, 5)
    assert isinstance(taken, ClientIdTaken)
    assert (taken.document_id, taken.client_id) == (other, 2)
    assert (stored, claimed) == (Committed(11, 12), Committed(0, 0))


async def test_a_batch_is_full_by_rows_and_by_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both bounds close it."""
    monkeypatch.setattr(limits, "BATCH_ROWS_MAX", 3)
    monkeypatch.setattr(limits, "BATCH_BYTES_MAX", 10)
    rows, size = Forming(), Forming()
    rows.add(keys(uuid4(), 0, b"", b""))
    assert not rows.batch.full
    rows.add(keys(uuid4(), 0, b""))
    assert rows.batch.full
    size.add(keys(uuid4(), 0, b"x" * 10))
    assert size.batch.full
