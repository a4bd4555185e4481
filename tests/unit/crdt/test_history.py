"""The history of a document: kept up update by update, stored as few bytes, and the same after reading it back."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text, merge_updates

from core.crdt.columns import pack, unpack
from core.crdt.crediting import Credited
from core.crdt.history import History
from core.crdt.weave import Restored
from core.errors import BadMessage, Invalid, NotFound
from core.events import DOCUMENT_UPDATED, Kind, Recorded
from tests.unit.crdt.histories import CLIENTS, history
from tests.unit.crdt.test_archive import plain

PEOPLE = [UUID(int=number) for number in range(1, 4)]
STARTED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def recorded(log: list[bytes]) -> list[Recorded]:
    """Return the updates as the log gives them back: positions with holes, three people, a moment each."""
    stream_id = uuid4()
    return [
        Recorded(
            position=10 + 3 * version,
            stream_id=stream_id,
            kind=Kind.UPDATE,
            version=version,
            topic=DOCUMENT_UPDATED,
            actor_id=PEOPLE[version % 3],
            recorded_at=STARTED + timedelta(milliseconds=70 * version),
            body=update,
            size_bytes=len(update),
        )
        for version, update in enumerate(log, start=1)
    ]


def history_of(events: list[Recorded]) -> History:
    """Return a history of these."""
    found = History()
    found.extend(events)
    return found


def columns(found: History) -> list[Any]:
    """Return everything the weave knows of the text."""
    text = found.weave.text("text")
    return [text.units, text.inserted, text.deleted, text.written, text.client_ids, text.clocks]


def test_positions_moments_and_people() -> None:
    """A version is found by any position from its own to the next one's; before the first there is none."""
    events = recorded(history(5, 40))
    found = history_of(events)
    assert found.version == len(events) > 5
    assert found.position == events[-1].position
    assert [found.version_at(13), found.version_at(15), found.version_at(16), found.version_at(10**9)] == [
        1,
        1,
        2,
        len(events),
    ]
    assert (found.actor_of(2), found.moment_of(2), found.position_of(2)) == (PEOPLE[2], events[1].recorded_at, 16)
    with pytest.raises(NotFound, match="did not exist yet at position 12"):
        found.version_at(12)
    with pytest.raises(Invalid):
        found.check(len(events) + 1)
    with pytest.raises(ValueError, match="does not follow"):
        found.extend(events[:1])


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 50), parts=st.integers(1, 7))
def test_in_parts_stored_and_read_back(seed: int, edits: int, parts: int) -> None:
    """Extended in parts, with a storing and reading back after each, it answers like one made at once."""
    events = recorded(history(seed, edits))
    at_once = history_of(events)
    in_parts = History()
    for start in range(0, len(events), parts):
        in_parts = History.from_bytes(in_parts.to_bytes())
        in_parts.extend(events[start : start + parts])
    assert (in_parts.version, in_parts.position, in_parts.people) == (at_once.version, at_once.position, at_once.people)
    assert np.array_equal(in_parts.actors, at_once.actors)
    assert np.array_equal(in_parts.moments, at_once.moments)
    for version in range(1, len(events) + 1):
        assert plain(in_parts.document_at(version)) == plain(at_once.document_at(version))
        text = in_parts.weave.text("text")
        assert text.text_at(version) == str(at_once.document_at(version).get("text", type=Text))
        assert text.blame(version, in_parts.actors) == at_once.weave.text("text").blame(version, at_once.actors)


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 40), parts=st.integers(1, 5), tail=st.integers(1, 9))
def test_what_readers_use_follows(seed: int, edits: int, parts: int, tail: int) -> None:
    """Asked after every few updates, what follows the log answers like one made at once, restored words too."""
    events = recorded(history(seed, edits))
    restored = [Restored(3, 0, 1, 700, 0)]
    followed = History()
    followed.trace(restored)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.crdt.history.HISTORY_TAIL_UPDATES_MAX", tail)
        for start in range(0, len(events), parts):
            followed.extend(events[start : start + parts])
            made = history_of(events[: start + parts])
            made.trace(restored)
            assert np.array_equal(followed.actors, made.actors)
            assert np.array_equal(followed.moments, made.moments)
            for one, other in zip(columns(followed), columns(made), strict=True):
                assert np.array_equal(one, other)
            for version in range(made.version + 1):
                assert plain(followed.document_at(version)) == plain(made.document_at(version))
                assert followed.weave.keys("fields", version) == made.weave.keys("fields", version)
                for key in made.weave.keys("fields", version):
                    assert followed.weave.value("fields", key, version) == made.weave.value("fields", key, version)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 40), parts=st.integers(1, 5))
def test_facts_that_come_one_by_one_say_what_all_at_once_say(seed: int, edits: int, parts: int) -> None:
    """P5: reverts and merges that are learnt of between updates, some too early, end in the same authors."""
    events, chance = recorded(history(seed, edits)), random.Random(seed)
    followed = History()
    restored: list[Restored] = []
    credited: list[Credited] = []
    for start in range(0, len(events), parts):
        followed.extend(events[start : start + parts])
        for _ in range(chance.randrange(3)):
            one, other = chance.choice(CLIENTS), chance.choice(CLIENTS)
            at, first = chance.randrange(12), chance.randrange(12)
            if chance.random() < 0.7:
                restored.append(Restored(one, at, chance.randrange(1, 5), other, first))
                followed.trace(restored)
            else:
                credited.append(Credited(one, at, chance.randrange(1, 5), 7, UUID(int=3), 9))
                followed.credit(credited)
        made = history_of(events[: start + parts])
        made.credit(credited)
        made.trace(restored)
        for one_column, other_column in zip(columns(followed), columns(made), strict=True):
            assert np.array_equal(one_column, other_column)
        for key in made.weave.keys("fields", made.version):
            assert followed.weave.value("fields", key, made.version) == made.weave.value("fields", key, made.version)


def test_values_in_updates_that_were_merged() -> None:
    """The libraries merge updates without a document and drop the mark of a map's entry: a key says what it says."""
    doc: Doc[Any] = Doc(client_id=5)
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    doc.get("fields", type=Map)["a"] = "first"
    doc.get("fields", type=Map)["a"] = "second"
    doc.get("text", type=Text).insert(0, "rain")
    found = history_of(recorded(updates[:1]))
    assert found.weave.value("fields", "a", 1) is not None
    found.extend([replace(recorded(updates)[1], body=merge_updates(*updates[1:]))])
    for weave in (found.weave, History.from_bytes(found.to_bytes()).weave):
        value = weave.value("fields", "a", 2)
        assert value is not None
        assert value.plain == "second"


def test_long_typing_stays_few_runs() -> None:
    """A thousand keystrokes one after the other are as few runs in what follows the log as in what is made anew."""
    doc: Doc[Any] = Doc(client_id=5)
    log: list[bytes] = []
    doc.observe(lambda event: log.append(event.update))
    for number in range(1000):
        doc.get("text", type=Text).insert(number, "x")
    followed = history_of(recorded(log)[:10])
    assert followed.weave.text("text").text_at(10) == "x" * 10
    weave = followed.weave
    followed.extend(recorded(log)[10:])
    assert followed.weave is weave
    assert len(list(weave._sequences.lines[("text", None)])) == 1
    assert weave.text("text").text_at(1000) == "x" * 1000


def test_restored_words_are_traced() -> None:
    """P5: what a revert wrote again belongs to the first author, also when it is told after somebody has looked."""
    found = history_of(recorded(history(9, 30)))
    before = found.weave.text("text").written.copy()
    found.trace([Restored(3, 0, 1, 700, 0)])
    after = found.weave.text("text").written
    assert (before != after).sum() == 1


@given(st.lists(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20), min_size=1, max_size=4))
def test_columns_come_back(columns: list[list[int]]) -> None:
    """Whatever numbers are packed come out again, and what follows is left."""
    packed = pack([np.array(column, dtype=np.int64) for column in columns])
    found, rest = unpack(packed + b"rest", len(columns))
    assert [column.tolist() for column in found] == columns
    assert rest == b"rest"


@pytest.mark.parametrize("data", [b"", b"counterpoint history 1\n", b"x" * 200])
def test_what_is_no_history_is_said(data: bytes) -> None:
    """A broken cache raises BadMessage: it is built anew."""
    with pytest.raises(BadMessage):
        History.from_bytes(data)
    whole = history_of(recorded(history(5, 10))).to_bytes()
    with pytest.raises(BadMessage):
        History.from_bytes(whole[: len(whole) // 3])
