"""What one member may cost the others: bounds of the pure room. The numbers are the rules of sync/SPEC.md."""

from __future__ import annotations

import time
from random import Random
from uuid import uuid4

import pytest

from core.errors import ClientIdTaken, Forbidden, Overloaded, TooLarge
from core.limits import HELD_BYTES_MAX, ROOM_QUEUE_BYTES_MAX, UPDATE_BYTES_MAX, UPDATE_CLIENTS_MAX
from core.roles import Role
from sync.deleted import Deleted
from sync.messages import Acknowledge, Answer, Close, Effect, Flush, Greeting, ReadTail, Refuse, Retire, Update
from tests.simulation.wires import sized, varuint
from tests.unit.sync.table import DOCUMENT, Table, Writer


def run_of(client_id: int, clock: int, text: bytes) -> bytes:
    """Return one client's part of an update: a run of text at the start of "text"."""
    return b"\1" + varuint(client_id) + varuint(clock) + b"\x04\1\4text" + sized(text)


def crowd(client_ids: range) -> bytes:
    """Return an update that brings a letter under each of these client ids."""
    return varuint(len(client_ids)) + b"".join(run_of(client_id, 0, b"x") for client_id in client_ids) + b"\0"


def retired(effects: list[Effect]) -> list[tuple[int, ...]]:
    """Return what is retired."""
    return [effect.client_ids for effect in effects if isinstance(effect, Retire)]


def test_r4_many_greetings_in_one_wake_up_are_one_answer() -> None:
    """Thousands of four-byte questions are not thousands of copies of the document; the last one counts."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    table.say(seat, ann.type("x" * 1_000))
    table.commit()
    vector = ann.doc.get_state()
    (answer,) = table.room.receive(seat, [Greeting(vector)] + [Greeting(b"\0")] * 3_000)
    assert isinstance(answer, Answer)
    assert len(answer.body) > 1_000
    assert table.room.receive(seat, [*[Greeting(b"\0")] * 3_000, Greeting(vector)]) == [Answer(seat, b"\0\0", vector)]


def test_r4_r13_a_bad_greeting_takes_nothing_of_its_wake_up_in() -> None:
    """The connection ends; what it sent beside is neither stored nor answered."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    (closed,) = table.room.receive(seat, [Greeting(b"\xff\xff"), Update(ann.type("x"))])
    assert isinstance(closed, Close)
    assert not table.room.queued


def test_r12_a_refusal_retires_a_bounded_number_of_ids_in_one_effect() -> None:
    """Thousands of made-up ids are not thousands of stored facts; those the sender has used are among them."""
    table, ann = Table(), Writer(5_000_000)
    seat = table.seat(ann)
    table.say(seat, ann.type("mine"))
    table.commit()
    count = 1_000
    body = varuint(count + 1) + b"".join(run_of(number, 0, b"x") for number in range(1, count + 1))
    effects = table.say(seat, body + run_of(5_000_000, 4, b"x") + b"\0")
    assert [effect.error.message for effect in effects if isinstance(effect, Refuse)]
    (ids,) = retired(effects)
    assert len(ids) == UPDATE_CLIENTS_MAX
    assert ids[0] == 5_000_000
    assert len(table.stored) == 1


def test_r12_a_reader_retires_nothing() -> None:
    """Whoever may not write binds and retires no id, whatever is wrong with what it sends."""
    table = Table()
    for body in (crowd(range(1, 1_000)), crowd(range(1, 3)), b"\1" + run_of(7, 5, b"gap") + b"\0", b"\xff"):
        seat = table.seat(Writer(1, role=Role.VIEWER))
        assert retired(table.say(seat, body) + table.read_tail()) == []
        table.room.leave(seat)
    assert not table.room.owners


def test_r8_a_reader_of_a_much_edited_document_reconnects_at_once() -> None:
    """Its Step2 repeats every deleted range; ten thousand of them are looked up, not compared each with each."""
    table, ann = Table(), Writer(1)
    writer = table.seat(ann)
    with ann.doc.transaction():
        ann.text += "ab" * 10_000
    with ann.doc.transaction():
        for index in range(10_000):
            del ann.text[index]
    table.say(writer, *ann.updates)
    table.commit()
    reader = table.seat(Writer(2, role=Role.VIEWER))
    everything = ann.doc.get_update(ann.doc.get_state())
    began = time.process_time()
    assert table.room.receive(reader, [Update(everything, step2=True)]) == [Acknowledge(reader, 0, 1)]
    assert time.process_time() - began < 1.0


def test_r8_r9_a_reader_repeats_what_is_deleted_by_now_and_no_more() -> None:
    """A delete of something alive is writing; once a writer has made it, it is a repetition."""
    table, ann, eve = Table(), Writer(1), Writer(2, role=Role.VIEWER)
    writer, reader = table.seat(ann), table.seat(eve, stays_to_read=True)
    table.say(writer, ann.type("hello"))
    table.commit()
    eve.apply(*ann.updates)
    deletions = [eve.delete(0, 1), eve.delete(0, 1)]
    for deletion in deletions:
        assert [type(one) for one in table.say(reader, deletion)] == [Refuse]
        table.say(writer, ann.delete(0, 1))
        table.commit()
        assert table.say(reader, deletion) == [Acknowledge(reader, 1, 0)]


def test_r8_r19_a_delete_that_is_taken_back_is_forgotten() -> None:
    """What a lost claim takes out of the queue was never deleted, and who repeated it is judged again."""
    table, ann, bob, eve = Table(), Writer(7), Writer(8), Writer(9, role=Role.VIEWER)
    first, second, reader = table.seat(ann), table.seat(bob), table.seat(eve, stays_to_read=True)
    table.say(second, bob.type("hello"))
    table.commit()
    ann.apply(*bob.updates)
    eve.apply(*bob.updates)
    with ann.doc.transaction():
        del ann.text[0:1]
        ann.text += "!"
    assert table.say(first, ann.updates[-1]) == [Flush()]
    assert table.say(reader, eve.delete(0, 1)) == []
    table.room.take()
    table.room.failed(ClientIdTaken(DOCUMENT, 7))
    effects = table.read_tail(owners={7: uuid4()})
    assert [one.connection_id for one in effects if isinstance(one, Refuse)] == [first, reader]
    assert not [one for one in effects if isinstance(one, Acknowledge)]


def test_r8_deleted_ranges_are_found_as_a_set_of_ids_finds_them() -> None:
    """Any ranges, overlapping and touching, against ids one by one."""
    for seed in range(300):
        random = Random(seed)
        ranges = [(random.randrange(3), random.randrange(30), random.randrange(1, 6)) for _ in range(12)]
        ids = {(client_id, clock + step) for client_id, clock, length in ranges for step in range(length)}
        deleted = Deleted(ranges)
        for _ in range(30):
            client_id, clock, length = random.randrange(4), random.randrange(36), random.randrange(1, 8)
            expected = all((client_id, clock + step) in ids for step in range(length))
            assert deleted.holds([(client_id, clock, length)]) == expected, f"seed {seed}"


def gap(client_id: int, size: int) -> bytes:
    """Return an update of about this size that stands on something nobody has seen."""
    return b"\1" + run_of(client_id, 5, b"x" * size) + b"\0"


@pytest.mark.parametrize("stays_to_read", [False, True])
def test_r9_r11_what_a_reader_cannot_write_waits_for_the_log_alone(stays_to_read: bool) -> None:
    """A reader that owes its Step2 cannot bring what is missing: one look at the log, then it is told no."""
    table = Table()
    eve = table.seat(Writer(9, role=Role.VIEWER), greet=False, stays_to_read=stays_to_read)
    table.room.receive(eve, [Greeting(b"\0")])
    assert table.say(eve, gap(9, 10)) == [ReadTail()]
    assert not table.room.is_settled
    (refusal,) = table.read_tail()
    assert isinstance(refusal, Refuse)
    assert isinstance(refusal.error, Forbidden)
    assert refusal.ends != stays_to_read
    assert table.room.is_settled


def test_r11_r28_what_waits_for_one_member_holds_up_nobody_else() -> None:
    """Edits that stand on something missing are no part of the queue: the room is not crowded by them."""
    table, ann = Table(), Writer(1)
    writer = table.seat(ann)
    seats = [table.seat(Writer(9), greet=False) for _ in range(10)]
    closed: list[Close] = []
    for seat in seats:
        table.room.receive(seat, [Greeting(b"\0")])
        for _ in range(HELD_BYTES_MAX // UPDATE_BYTES_MAX):
            closed += [one for one in table.say(seat, gap(9, UPDATE_BYTES_MAX - 100)) if isinstance(one, Close)]
            assert not table.room.is_crowded
    assert closed
    assert all(isinstance(one.error, Overloaded) for one in closed)
    assert table.say(writer, ann.type("on time")) == [Flush()]
    assert Acknowledge(writer, 1, 0) in table.commit()


@pytest.mark.parametrize("owes_step2", [False, True])
def test_r11_the_bytes_a_member_lets_wait_are_bounded(owes_step2: bool) -> None:
    """Over the bound the connection closes, with what it held."""
    table = Table()
    seat = table.seat(Writer(9), greet=not owes_step2)
    if owes_step2:
        table.room.receive(seat, [Greeting(b"\0")])
    large = gap(9, UPDATE_BYTES_MAX - 100)
    effects = [effect for _ in range(HELD_BYTES_MAX // UPDATE_BYTES_MAX) for effect in table.say(seat, large)]
    assert not [one for one in effects if isinstance(one, Close)]
    (closed,) = table.say(seat, large)
    assert isinstance(closed, Close)
    assert isinstance(closed.error, TooLarge)
    assert table.room.is_settled


def test_r11_the_member_that_lets_most_wait_makes_room_for_the_others() -> None:
    """Somebody honest with one edit is not closed for the megabytes of somebody else."""
    table = Table()
    honest = table.seat(Writer(5), greet=False)
    table.room.receive(honest, [Greeting(b"\0")])
    greedy = [table.seat(Writer(9), greet=False) for _ in range(ROOM_QUEUE_BYTES_MAX // HELD_BYTES_MAX)]
    for seat in greedy:
        table.room.receive(seat, [Greeting(b"\0")])
        for _ in range(HELD_BYTES_MAX // UPDATE_BYTES_MAX):
            table.say(seat, gap(9, UPDATE_BYTES_MAX - 100))
    (closed,) = table.say(honest, gap(5, 10_000))
    assert isinstance(closed, Close)
    assert isinstance(closed.error, Overloaded)
    assert closed.connection_id in greedy
