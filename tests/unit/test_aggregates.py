"""Aggregates: decisions, their events in storage, and the allow-list of topics."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from eventsourcing.domain import ProgrammingError

from core.adapters.memory import MemoryLog
from core.aggregates.base import Aggregate, Creation
from core.aggregates.codec import EventCodec, find_aggregates, require_topic
from core.aggregates.document import Document
from core.aggregates.rows import pack_rows, unpack_rows
from core.errors import Conflict, Invalid, Misconfigured, NotFound, Quarantined, StreamMoved
from core.events import Append, EventFilter, Kind, Recorded, Write
from core.limits import LINE_CHARS_MAX
from core.repository import Repository

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 13, tzinfo=UTC)
ME = uuid4()
TOPICS = Path(__file__).parent.parent / "golden" / "topics.txt"


class Gadget(Aggregate):
    """An aggregate of the tests: versioned events and a field of any type."""

    TOPIC = "gadget"

    class Event(Aggregate.Event):
        """A fact about a gadget."""

    class Built(Event, Creation):
        TOPIC = "gadget.built"
        class_version = 2
        value: object
        colour: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, object]) -> None:
            state["colour"] = "grey"

    class Tuned(Event):
        TOPIC = "gadget.tuned"

    def __init__(self, value: object, colour: str) -> None:
        self.value, self.colour = value, colour


CODEC = EventCodec([Document, Gadget])


def gadget(value: object) -> Gadget:
    return Gadget.begin(Gadget.Built, stream_id=uuid4(), at=NOON, value=value, colour="red")


def row(topic: str, body: bytes, *, version: int = 1, stream_id: UUID | None = None) -> Recorded:
    return Recorded(1, stream_id or uuid4(), Kind.AGGREGATE, version, topic, ME, NOON, body, len(body))


def body_of(**fields: object) -> bytes:
    moment = {"_type_": "datetime_iso", "_data_": NOON.isoformat()}
    return json.dumps({"timestamp": moment, "originator_topic": "gadget", **fields}).encode()


def document() -> Document:
    return Document.create(document_id=uuid4(), kind="song", title="Harbour lights", at=NOON)


def test_a_document_goes_to_the_trash_and_comes_back() -> None:
    """Every decision is one frozen event with the moment it was given, and changes the state."""
    song = document()
    song.trash(at=LATER)
    assert song.trashed
    song.restore(at=LATER)
    assert not song.trashed
    assert [event.TOPIC for event in song.pending_events] == [
        "document.created",
        "document.trashed",
        "document.restored",
    ]
    assert [event.timestamp for event in song.pending_events] == [NOON, LATER, LATER]
    assert (song.version, song.created_on, song.modified_on) == (3, NOON, LATER)
    with pytest.raises(dataclasses.FrozenInstanceError):
        song.pending_events[0].title = "other"


def test_decisions_that_make_no_sense_raise_and_decide_nothing() -> None:
    """Trash twice, restore what is not there, a title no line holds."""
    song = document()
    with pytest.raises(Conflict):
        song.restore(at=NOON)
    song.trash(at=NOON)
    with pytest.raises(Conflict):
        song.trash(at=NOON)
    assert len(song.pending_events) == 2
    with pytest.raises(Invalid) as refusal:
        Document.create(document_id=uuid4(), kind="song", title="x" * (LINE_CHARS_MAX + 1), at=NOON)
    assert refusal.value.path == "title"


def test_time_is_never_invented() -> None:
    """A decision without a moment fails instead of reading the machine's clock."""
    song = document()
    with pytest.raises(AssertionError, match="clock"):
        song.trigger_event(Document.Trashed)
    assert not song.trashed


async def test_what_is_saved_is_loaded() -> None:
    """A repository gives back the same state, event by event, under the actor who decided."""
    log = MemoryLog()
    repository = Repository(log, CODEC)
    song = document()
    song.trash(at=LATER)
    committed = await repository.save(song, ME)
    assert (committed.first_position, committed.last_position) == (1, 2)
    assert song.pending_events == []
    loaded = await repository.get(Document, song.id)
    assert loaded == song
    stored = await log.read(after=0, limit=10, where=EventFilter())
    assert {event.actor_id for event in stored.events} == {ME}
    assert CODEC.fields_of(stored.events[0]) == {
        "kind": "song", "title": "Harbour lights", "forked_from": None, "forked_at": None
    }  # fmt: skip


async def test_somebody_else_was_first() -> None:
    """Two who decided on the same version: the second gets StreamMoved, stores nothing and keeps its decision."""
    repository = Repository(MemoryLog(), CODEC)
    song = document()
    await repository.save(song, ME)
    mine, theirs = await repository.get(Document, song.id), await repository.get(Document, song.id)
    mine.trash(at=LATER)
    theirs.trash(at=LATER)
    await repository.save(theirs, ME)
    with pytest.raises(StreamMoved) as moved:
        await repository.save(mine, ME)
    assert (moved.value.expected, moved.value.actual) == (1, 2)
    assert len(mine.pending_events) == 1
    assert (await repository.get(Document, song.id)).version == 2


async def test_several_aggregates_are_stored_together() -> None:
    """Joined writes are all or nothing."""
    log = MemoryLog()
    repository = Repository(log, CODEC)
    song, tool = document(), gadget(1)
    await repository.save(song, ME)
    song.trash(at=LATER)
    stale = Write(song.id, Kind.AGGREGATE, 0, repository.to_append(song, ME).writes[0].events)
    with pytest.raises(StreamMoved):
        await log.append(Append((*repository.to_append(tool, ME).writes, stale)))
    with pytest.raises(NotFound):
        await repository.get(Gadget, tool.id)
    await log.append(Append(repository.to_append(tool, ME).writes + repository.to_append(song, ME).writes))
    assert (await repository.get(Gadget, tool.id)).value == 1


async def test_no_decision_stores_nothing() -> None:
    """Saving an unchanged aggregate is allowed and appends no event."""
    log = MemoryLog()
    repository = Repository(log, CODEC)
    song = document()
    await repository.save(song, ME)
    assert await repository.save(song, ME) == (0, 0)
    assert (await log.head()).position == 1


async def test_an_id_of_something_else_is_not_found() -> None:
    """A stream without events, or of another class, is NotFound, never a half-made object."""
    repository = Repository(MemoryLog(), CODEC)
    song = document()
    await repository.save(song, ME)
    with pytest.raises(NotFound):
        await repository.get(Document, uuid4())
    with pytest.raises(NotFound):
        await repository.get(Gadget, song.id)


async def test_long_lives_are_loaded_whole() -> None:
    """More events than one page of reading."""
    log = MemoryLog()
    repository = Repository(log, CODEC)
    tool = gadget(0)
    for _ in range(2500):
        tool.trigger_event(Gadget.Tuned, timestamp=LATER)
    await repository.save(tool, ME)
    assert (await repository.get(Gadget, tool.id)).version == 2501


@pytest.mark.parametrize("value", [b"x", (1, 2), {1}, {1: 2}, {"_type_": 1, "_data_": 2}, float("nan"), object()])
def test_what_would_not_survive_storage_is_refused(value: object) -> None:
    """A tuple would come back as a list, bytes not at all: refuse before anything is stored."""
    with pytest.raises(TypeError):
        CODEC.encode(gadget([value]).pending_events[0], ME)


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_no_column_holds_is_the_senders_fault(text: str) -> None:
    """NUL and half characters are Invalid with the field's name, not a failure of ours later on."""
    with pytest.raises(Invalid) as refusal:
        CODEC.encode(gadget({"words": [text]}).pending_events[0], ME)
    assert refusal.value.path == "value"


def test_what_survives_storage_comes_back_equal() -> None:
    """Numbers, text of any script, ids, moments, nested lists and dicts."""
    value = {"n": [1, 2.5, None, True], "t": "Zoë 🎵", "id": uuid4(), "at": LATER, "deep": [{"a": []}]}
    event = gadget(value).pending_events[0]
    encoded = CODEC.encode(event, ME)
    decoded = CODEC.decode(row(encoded.topic, encoded.body, stream_id=event.originator_id))
    assert decoded == event


def test_old_events_are_upcast() -> None:
    """A body written before a field existed is mended by the class's upcaster."""
    decoded = CODEC.decode(row("gadget.built", body_of(value=1)))
    assert decoded.colour == "grey"


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("subprocess:Popen", body_of(value=1)),
        ("os:system", b"{}"),
        ("document.updated", b"\0\0"),
        ("gadget.built", b""),
        ("gadget.built", b"\xff"),
        ("gadget.built", b"[]"),
        ("gadget.built", b"[" * 100_000),
        ("gadget.built", body_of(value=1, colour="red", class_version=3)),
        ("gadget.built", body_of(value=1, colour="red", class_version="2")),
        ("gadget.built", body_of(class_version=2, value=1)),
        ("gadget.built", body_of(class_version=2, value=1, colour="red", originator_topic="subprocess:Popen")),
        ("gadget.built", body_of(class_version=2, value={"_type_": "os:system", "_data_": 1}, colour="red")),
        ("gadget.tuned", json.dumps({"timestamp": "noon"}).encode()),
    ],
)
def test_rows_that_are_none_of_ours_are_never_resolved(topic: str, body: bytes) -> None:
    """Unknown topics, garbage, newer versions and foreign class names are Quarantined before any import happens."""
    with pytest.raises(Quarantined):
        CODEC.decode(row(topic, body))


async def test_events_out_of_order_are_quarantined() -> None:
    """A life that does not begin with its beginning, or begins twice, is not half-loaded."""
    log = MemoryLog()
    repository = Repository(log, CODEC)
    song, built = document(), uuid4()
    song.trash(at=NOON)
    created, trashed = repository.to_append(song, ME).writes[0].events
    for stream_id, events in ((song.id, (trashed,)), (built, (created, created))):
        await log.append(Append((Write(stream_id, Kind.AGGREGATE, 0, events),)))
        with pytest.raises(Quarantined):
            await repository.get(Document, stream_id)


def test_one_topic_has_one_class() -> None:
    """A topic given twice stops the program at start, whichever way the second class appears."""
    stolen = type("Stolen", (Aggregate.Event,), {"TOPIC": "document.trashed", "__module__": __name__})
    with pytest.raises(ProgrammingError, match=r"document\.trashed"):
        type("Thief", (Aggregate,), {"TOPIC": "thief", "__module__": __name__, "Stolen": stolen})

    class Keystroke(Aggregate):
        TOPIC = "keystroke"

        class Event(Aggregate.Event):
            pass

        class Typed(Event, Creation):
            TOPIC = "document.updated"

    with pytest.raises(Misconfigured, match=r"document\.updated"):
        EventCodec([Keystroke])


def test_the_topics_are_frozen() -> None:
    """A stored topic is for ever: removing or renaming one must change this file knowingly."""
    assert sorted(EventCodec.of_all_aggregates().topics) == TOPICS.read_text().split()


def test_every_topic_has_the_public_form() -> None:
    """Dotted, lower case, and no event of ours can be mistaken for a keystroke."""
    codec = EventCodec.of_all_aggregates()
    assert Document in find_aggregates()
    for topic in codec.topics:
        assert topic.replace(".", "").replace("_", "").islower()
        assert topic.count(".") == 1
        require_topic(codec, topic)
    require_topic(codec, "document.updated")
    with pytest.raises(Invalid):
        require_topic(codec, "subprocess:Popen")


def test_events_of_strangers_are_not_encoded() -> None:
    """A codec stores only the events of the aggregates it was given."""
    with pytest.raises(TypeError):
        EventCodec([Document]).encode(gadget(1).pending_events[0], ME)


def test_what_a_revert_or_a_merge_says_of_every_word_costs_nobody_who_does_not_ask() -> None:
    """Ten thousand rows are read as one text, and row by row by whom they concern; also older ones."""
    rows = [(2**52 + 1, clock, 1, 5, 2**31 - 1 - clock) for clock in range(10_000)]
    song, mina = document(), uuid4()
    song.revert(position=7, before_version_id=uuid4(), restored=rows, at=LATER)
    credits = [(3, clock, 1, 40 + clock, mina if clock % 2 else ME, 1_780_000_000_000 + clock) for clock in range(99)]
    song.merge(branch_id=uuid4(), branch_position=9, position=11, before_version_id=uuid4(), credited=credits, at=LATER)
    reverted, merged = (
        CODEC.decode(row(event.TOPIC, CODEC.encode(event, ME).body, stream_id=song.id))
        for event in song.pending_events[1:]
    )
    assert isinstance(reverted, Document.Reverted)
    assert isinstance(merged, Document.Merged)
    assert reverted.restored_rows() == rows
    assert merged.credited_rows() == credits
    assert not [value for value in vars(reverted).values() if isinstance(value, list)]
    assert len(CODEC.encode(reverted, ME).body) < 3 * len(rows)

    state = {"restored": [[1, 2, 3, 4, 5]], "credited": [[1, 2, 3, 4, str(mina), 6]]}
    Document.Reverted.upcast_v2_v3(state)
    Document.Merged.upcast_v1_v2(state)
    assert unpack_rows(state["restored"], 5) == [(1, 2, 3, 4, 5)]
    assert (unpack_rows(state["credited"], 6), state["authors"]) == ([(1, 2, 3, 4, 0, 6)], [str(mina)])


@pytest.mark.parametrize("stored", ["?", "AAAA", pack_rows([(1, 2)], 2) + "AAAA", pack_rows([(1, 2, 3)], 3)])
def test_rows_that_nobody_has_packed(stored: str) -> None:
    """What lies in the log by mistake quarantines who reads it; it is never half read."""
    with pytest.raises(Quarantined):
        unpack_rows(stored, 2)
    assert unpack_rows("", 2) == []
