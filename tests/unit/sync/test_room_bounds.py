"""What one member may cost the others: bounds of the pure room. The numbers are the rules of sync/SPEC.md."""

from __future__ import annotations

import time
from random import Random
from uuid import uuid4

from core.errors import ClientIdTaken
from core.limits import UPDATE_CLIENTS_MAX
from core.roles import Role
from sync.deleted import Deleted
from sync.messages import Acknowledge, Effect, Flush, Refuse, Retire, Update
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
