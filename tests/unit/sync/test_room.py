"""The pure room: judging, storing, acknowledging, telling. The numbers are the rules of sync/SPEC.md."""

from __future__ import annotations

from uuid import uuid4

import pytest
from pycrdt import Doc, Map, Text

from core.errors import (
    BadMessage,
    ClientIdTaken,
    Forbidden,
    LogUnavailable,
    NotSignedIn,
    Refused,
    StreamMoved,
    TooLarge,
)
from core.events import Claim
from core.limits import AUTHORS_APART_MAX, ROOM_QUEUE_UPDATES_MAX, SNAPSHOT_EVERY_UPDATES, UPDATE_BYTES_MAX
from core.roles import Access, Role
from sync.messages import (
    Acknowledge,
    Answer,
    Close,
    Edited,
    EditFailed,
    Flush,
    Greeting,
    ReadTail,
    Refuse,
    Retire,
    Retreat,
    Save,
    Tell,
    Update,
)
from tests.unit.sync.table import DOCUMENT, Table, Writer, list_inside, merged


def test_r4_every_greeting_is_answered_with_what_the_client_lacks() -> None:
    """Step2 holds the difference to the sent vector, and the server's own vector follows, every time."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    table.say(seat, ann.type("hello"))
    table.commit()
    vector = ann.doc.get_state()
    for _ in range(2):
        (answer,) = table.room.receive(seat, [Greeting(b"\0")])
        assert isinstance(answer, Answer)
        assert merged((answer.body,)) == "hello"
        assert answer.vector == vector
        (nothing,) = table.room.receive(seat, [Greeting(vector)])
        assert isinstance(nothing, Answer)
        assert nothing.body == b"\0\0"


def test_r5_nobody_is_told_news_before_its_greeting_was_answered() -> None:
    """What is committed before the greeting comes in its answer, once."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    writer, reader = table.seat(ann), table.seat(bob, greet=False)
    table.say(writer, ann.type("early"))
    assert table.commit() == [Acknowledge(writer, 1, 0)]
    (answer,) = table.room.receive(reader, [Greeting(b"\0")])
    assert isinstance(answer, Answer)
    assert merged((answer.body,)) == "early"
    table.say(writer, ann.type("!"))
    assert [one.to for one in table.commit() if isinstance(one, Tell)] == [(reader,)]


def test_r6_what_is_not_durable_is_shown_to_nobody() -> None:
    """Neither the queue nor the flight leaks into an answer."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    writer, reader = table.seat(ann), table.seat(bob)
    table.say(writer, ann.type("in flight"))
    append = table.room.take()
    table.say(writer, ann.type("queued"))
    assert table.room.receive(reader, [Greeting(b"\0")]) == [Answer(reader, b"\0\0", b"\0")]
    table.land(append)
    (answer,) = table.room.receive(reader, [Greeting(b"\0")])
    assert isinstance(answer, Answer)
    assert merged((answer.body,)) == "in flight"


def test_r7_a_batch_with_one_bad_update_keeps_the_good_ones_before_it() -> None:
    """Updates are judged one by one only when the batch fails, and the result is the same."""
    table, ann = Table("song"), Writer(1)
    seat = table.seat(ann)
    song = ann.doc.get("song", type=Map)
    song["title"] = "Tide"
    song["bpm"] = 90
    song["bpm"] = 900
    song["title"] = "never"
    effects = table.say(seat, *ann.updates)
    assert effects == [Flush()]
    effects = table.commit()
    assert effects[0] == Acknowledge(seat, 2, 0)
    assert [type(one) for one in effects[1:]] == [Retire, Refuse]
    assert len(table.stored) == 2


def test_r8_a_repeated_update_is_acknowledged_and_not_stored() -> None:
    """A reconnecting client repeats what it knows: text, deletes, and a Step2 with everything."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    table.say(seat, ann.type("hello"), ann.delete(0, 2))
    table.commit()
    whole = ann.doc.get_update()
    assert table.say(seat, *ann.updates) == [Acknowledge(seat, 2, 0)]
    assert table.room.receive(seat, [Update(whole, step2=True)]) == [Acknowledge(seat, 0, 1)]
    assert len(table.stored) == 2


def test_r8_a_repetition_waits_until_what_it_repeats_is_durable() -> None:
    """P1: a second socket repeats an edit that is still in flight; it must not be called saved before that lands."""
    table, ann = Table(), Writer(1)
    first, second = table.seat(ann), table.seat(ann)
    update = ann.type("precious")
    table.say(first, update)
    append = table.room.take()
    assert table.say(second, update) == []
    effects = table.land(append)
    assert Acknowledge(first, 1, 0) in effects
    assert Acknowledge(second, 1, 0) in effects


def test_r8_a_repetition_of_a_lost_append_is_not_acknowledged() -> None:
    """P1: when the flight fails, what repeated it goes unacknowledged too."""
    table, ann = Table(), Writer(1)
    first, second = table.seat(ann), table.seat(ann)
    update = ann.type("precious")
    table.say(first, update)
    table.room.take()
    table.say(second, update)
    effects = table.room.failed(LogUnavailable())
    assert not [one for one in effects if isinstance(one, Acknowledge)]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.COMMENTER])
def test_r8_readers_may_repeat_what_is_known(role: Role) -> None:
    """A viewer's Step2 always carries the delete set; it changes nothing and is acknowledged."""
    table, ann, eve = Table(), Writer(1), Writer(2, role=role)
    writer, reader = table.seat(ann), table.seat(eve)
    table.say(writer, ann.type("hello"), ann.delete(1, 3))
    table.commit()
    eve.apply(*ann.updates)
    assert table.room.receive(reader, [Update(eve.doc.get_update(), step2=True)]) == [Acknowledge(reader, 0, 1)]
    assert table.say(reader, ann.updates[1]) == [Acknowledge(reader, 1, 0)]


def test_r9_a_reader_that_writes_is_refused_and_changes_nothing() -> None:
    """Plain: it ends. Hocuspocus: it stays to read, in order. A delete of something alive is writing too."""
    table, ann, eve = Table(), Writer(1), Writer(2, role=Role.VIEWER)
    writer = table.seat(ann)
    plain, collab = table.seat(eve), table.seat(eve, stays_to_read=True)
    table.say(writer, ann.type("hello"))
    table.commit()
    eve.apply(*ann.updates)
    (refusal,) = table.say(collab, eve.delete(0, 1))
    assert isinstance(refusal, Refuse)
    assert isinstance(refusal.error, Forbidden)
    assert not refusal.ends
    assert table.say(collab, ann.updates[0]) == [Acknowledge(collab, 1, 0)]
    (refusal,) = table.say(plain, eve.type("x"))
    assert isinstance(refusal, Refuse)
    assert refusal.ends
    assert table.say(plain, ann.updates[0]) == []
    assert len(table.stored) == 1
    assert table.room.snapshot().state == ann.doc.get_update()


def test_r10_a_client_id_is_claimed_with_its_first_update_and_then_belongs_to_its_person() -> None:
    """P6: the claim travels in the same append; somebody else's structs under it are refused and it is not retired."""
    table, ann = Table(), Writer(7)
    mallory = Writer(7)
    seat, other = table.seat(ann), table.seat(mallory)
    table.say(seat, ann.type("mine"))
    append = table.room.take()
    assert append.claims == (Claim(DOCUMENT, 7, ann.access.person_id),)
    table.land(append)
    mallory.apply(*ann.updates)
    (refusal,) = table.say(other, mallory.type("forged"))
    assert isinstance(refusal, Refuse)
    assert "belongs to another person" in refusal.error.message
    assert table.say(seat, ann.type("!")) == [Flush()]
    assert not table.room.take().claims


def test_r10_a_lost_claim_refuses_its_author_and_nobody_else() -> None:
    """Another process was faster: owners are read again, the author is refused, the others go on."""
    table, ann, bob = Table(), Writer(7), Writer(8)
    first, second = table.seat(ann), table.seat(bob)
    table.say(first, ann.type("mine?"))
    table.say(second, bob.type("bob"))
    table.room.take()
    assert table.room.failed(ClientIdTaken(DOCUMENT, 7)) == [ReadTail(owners=True)]
    effects = table.read_tail(owners={7: uuid4()})
    assert [one.connection_id for one in effects if isinstance(one, Refuse)] == [first]
    assert not [one for one in effects if isinstance(one, Retire)]
    assert Flush() in effects
    assert Acknowledge(second, 1, 0) in table.commit()
    assert str(table.replay().get("text", type=Text)) == "bob"


def test_r11_a_gap_is_refused_only_after_the_log_was_read() -> None:
    """What an update stands on may have been stored by another process; messages behind it keep their order."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    seat = table.seat(bob)
    elsewhere = ann.type("stored elsewhere. ")
    bob.apply(elsewhere)
    on_top, then = bob.type("bob"), bob.type("!")
    assert table.say(seat, on_top) == [ReadTail()]
    assert table.say(seat, then) == []
    assert not table.room.is_settled
    table.store(elsewhere, ann.access.person_id)
    effects = table.read_tail()
    assert Tell((seat,), (elsewhere,)) in effects
    assert Flush() in effects
    assert Acknowledge(seat, 2, 0) in table.commit()
    assert str(table.replay().get("text", type=Text)) == "stored elsewhere. bob!"


def test_r11_a_reading_that_began_before_is_not_the_last_word() -> None:
    """A look at the log that was under way when the gap appeared proves nothing about it."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    seat = table.seat(bob)
    bob.apply(ann.type("stored elsewhere. "))
    asked = table.room.reads_asked
    table.say(seat, bob.type("bob"))
    assert table.room.tail([], asked=asked) == []
    table.store(ann.updates[0], ann.access.person_id)
    assert Flush() in table.read_tail()


def test_r11_an_edit_that_overtakes_the_offline_work_waits_for_it() -> None:
    """Stock clients send what is typed now before the answer to the greeting, which brings what it stands on."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann, greet=False)
    table.room.receive(seat, [Greeting(b"\0")])
    ann.type("offline ")
    now = ann.type("now")
    assert table.say(seat, now) == []
    assert table.room.is_settled, "a shutdown must not wait for what may never come"
    effects = table.room.receive(seat, [Update(ann.doc.get_update(), step2=True)])
    assert effects == [Flush()]
    assert table.commit() == [Acknowledge(seat, 1, 1)]
    assert str(table.replay().get("text", type=Text)) == "offline now"


def test_r11_what_waits_for_a_greeting_is_bounded() -> None:
    """A client that never answers cannot fill the memory."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann, greet=False)
    table.room.receive(seat, [Greeting(b"\0")])
    ann.type("offline ")
    now = ann.type("now")
    effects = table.say(seat, *[now] * (ROOM_QUEUE_UPDATES_MAX + 1))
    assert [type(one) for one in effects] == [Close]
    assert table.room.is_settled
    assert not table.room.is_crowded


def test_r11_r12_a_gap_that_stays_is_refused_and_its_client_id_retired() -> None:
    """After reading the log to its head there is nothing left to wait for."""
    table, bob = Table(), Writer(2)
    seat = table.seat(bob)
    bob.type("lost ")
    table.say(seat, bob.type("found"))
    effects = table.read_tail()
    assert effects[0] == Retire((2,))
    assert isinstance(effects[1], Refuse)
    again = table.seat(bob)
    (refusal,) = table.say(again, bob.updates[0])
    assert isinstance(refusal, Refuse)
    assert "retired" in refusal.error.message


def test_r12_a_refusal_comes_after_the_acknowledgements_before_it() -> None:
    """First in, first out: the client matches answers to what it sent by their order alone."""
    table, ann, bob = Table("song"), Writer(1), Writer(2)
    seat, other = table.seat(ann, stays_to_read=True), table.seat(bob)
    ann.doc.get("song", type=Map)["title"] = "Tide"
    good = ann.updates[-1]
    assert table.say(seat, good, list_inside(99)) == [Flush()]
    assert table.say(seat, good) == []
    bob.doc.get("song", type=Map)["bpm"] = 90
    table.say(other, bob.updates[-1])
    effects = table.commit()
    assert effects[:2] == [Acknowledge(seat, 1, 0), Retire((99,))]
    assert isinstance(effects[2], Refuse)
    assert effects[2].ends
    assert effects[2].error.path.startswith("/title")  # type: ignore[attr-defined]  # Refused has a path
    assert Acknowledge(other, 1, 0) in effects
    assert [one.updates for one in effects if isinstance(one, Tell) and one.to == (other,)] == [(good,)]
    assert table.say(seat, good) == []


def test_r13_bad_and_large_updates_end_their_sender_alone() -> None:
    """Garbage is BadMessage, too much is TooLarge; nothing is stored."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    table.seat(bob)
    for body, error in ((b"\xff\xff\xff", BadMessage), (bytes(UPDATE_BYTES_MAX + 1), TooLarge)):
        (refusal,) = table.say(table.seat(ann), body)
        assert isinstance(refusal, Refuse)
        assert isinstance(refusal.error, error)
        assert refusal.ends
    (closed,) = table.room.receive(table.seat(ann, greet=False), [Greeting(b"\xff\xff\xff")])
    assert isinstance(closed, Close)
    assert isinstance(closed.error, BadMessage)
    assert not table.stored


def test_r14_only_what_is_new_is_stored() -> None:
    """Offline work comes as one Step2 with everything; the log gets the part it lacked."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    table.say(seat, ann.type("online " * 20), ann.delete(0, 7))
    table.commit()
    ann.type("offline")
    table.room.receive(seat, [Update(ann.doc.get_update(), step2=True)])
    assert Acknowledge(seat, 0, 1) in table.commit()
    assert len(table.stored[-1].body) < 30
    assert str(table.replay().get("text", type=Text)) == str(ann.text)


def test_r15_one_append_at_a_time_of_all_that_is_queued_by_then() -> None:
    """What arrives during a flight asks again after it, once."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    assert table.say(seat, ann.type("a")) == [Flush()]
    assert table.say(seat, ann.type("b")) == []
    append = table.room.take()
    assert [event.body for event in append.writes[0].events] == ann.updates
    assert append.writes[0].expected == 0
    assert table.say(seat, ann.type("c")) == []
    assert table.land(append) == [Acknowledge(seat, 2, 0), Flush()]
    assert table.room.take().writes[0].expected == 2


def test_r16_nothing_is_acknowledged_or_told_before_the_append_is_durable() -> None:
    """P1 and P2, in the order of the effects: the author first, then the others."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    writer, reader = table.seat(ann), table.seat(bob)
    assert table.say(writer, ann.type("hello")) == [Flush()]
    append = table.room.take()
    assert table.land(append) == [Acknowledge(writer, 1, 0), Tell((reader,), (ann.updates[0],))]


def test_r18_authors_are_told_the_others_news_and_not_their_own() -> None:
    """Two write in one commit: each gets the other's, the reader gets both merged into one."""
    table, ann, bob, eve = Table(), Writer(1), Writer(2), Writer(3)
    first, second, reader = table.seat(ann), table.seat(bob), table.seat(eve)
    table.say(first, ann.type("a"))
    table.say(second, bob.type("b"))
    tells = {one.to: one.updates for one in table.commit() if isinstance(one, Tell)}
    assert tells.keys() == {(first,), (second,), (reader,)}
    assert merged(tells[(first,)]) == "b"
    assert merged(tells[(second,)]) == "a"
    assert len(tells[(reader,)]) == 1
    assert sorted(merged(tells[(reader,)])) == ["a", "b"]


def test_r18_a_crowd_of_authors_gets_one_merge() -> None:
    """Beyond the bound everybody gets the same object."""
    table = Table()
    writers = [Writer(number + 1) for number in range(AUTHORS_APART_MAX + 1)]
    seats = [table.seat(writer) for writer in writers]
    for seat, writer in zip(seats, writers, strict=True):
        table.say(seat, writer.type("x"))
    assert [one.to for one in table.commit() if isinstance(one, Tell)] == [tuple(seats)]


def test_r18_a_long_batch_is_merged_in_parts_that_say_the_same() -> None:
    """Merging is quadratic: at most 64 into one."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    writer, reader = table.seat(ann), table.seat(bob)
    table.say(writer, *[ann.type(letter) for letter in "abcdefghij" * 20])
    (told,) = [one for one in table.commit() if isinstance(one, Tell)]
    assert told.to == (reader,)
    assert len(told.updates) == 4
    assert merged(told.updates) == str(ann.text)


def test_r19_a_moved_stream_is_read_and_the_queue_tried_again() -> None:
    """Another process stored something first: it is told, then ours follow, none lost, none twice."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    seat = table.seat(ann)
    table.say(seat, ann.type("ours "))
    table.room.take()
    table.say(seat, ann.type("and more"))
    table.store(bob.type("theirs"), bob.access.person_id)
    assert table.room.failed(StreamMoved(DOCUMENT, 0, 1)) == [ReadTail()]
    assert table.say(seat, ann.type(".")) == []
    effects = table.read_tail()
    assert effects == [Tell((seat,), (bob.updates[0],)), Flush()]
    append = table.room.take()
    assert append.writes[0].expected == 1
    assert append.claims == (Claim(DOCUMENT, 1, ann.access.person_id),)
    assert Acknowledge(seat, 3, 0) in table.land(append)
    assert sorted(str(table.replay().get("text", type=Text))) == sorted("theirsours and more.")


def test_r20_events_are_applied_once_and_in_order() -> None:
    """What is known is skipped, a hole makes the room read, a tail during a flight waits."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    seat = table.seat(ann)
    events = [table.store(bob.type(letter), bob.access.person_id) for letter in "abc"]
    assert table.room.tail(events[1:], asked=0) == [ReadTail()]
    assert table.room.version == 0
    assert isinstance(table.room.tail(events[:2], asked=0)[0], Tell)
    assert table.room.tail(events[:2], asked=0) == []
    assert table.room.version == 2
    table.read_tail()
    table.say(seat, ann.type("ours"))
    append = table.room.take()
    assert table.read_tail() == []
    assert ReadTail() in table.land(append)


def test_r21_a_failed_append_closes_everybody_and_acknowledges_nothing() -> None:
    """Whoever waits is told to come back; an edit of the server fails with the same error."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    first, second = table.seat(ann), table.seat(bob)
    table.say(first, ann.type("lost?"))
    table.edit(77, bob.access.person_id, 5, lambda doc: doc.get("text", type=Text).insert(0, "x"))
    append = table.room.take()
    error = LogUnavailable()
    assert table.room.failed(error) == [
        EditFailed(77, error),
        Close(first, error),
        Close(second, error),
        Retreat(error),
    ]
    assert table.land(append) == []
    assert table.say(first, ann.type("more")) == []
    assert table.room.take().writes == ()


def test_r24_the_server_edits_like_a_member() -> None:
    """Under a client id of its own, durable before it is called done, seen by everybody."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    person_id = uuid4()
    assert table.edit(9, person_id, 4711, lambda doc: doc.get("text", type=Text).insert(0, "patched")) == [Flush()]
    effects = table.commit()
    assert effects == [Edited(9, 1), Tell((seat,), (table.stored[0].body,))]
    assert table.stored[0].actor_id == person_id
    assert table.edit(10, person_id, 4712, lambda doc: None) == [Edited(10, 1, is_new=False)]
    assert len(table.stored) == 1


def test_r24_an_edit_that_breaks_the_schema_is_refused_alone() -> None:
    """P7 holds for the server too; nobody is closed."""
    table, ann = Table("song"), Writer(1)
    table.seat(ann)
    (failed,) = table.edit(9, uuid4(), 4711, lambda doc: doc.get("song", type=Map).update({"bpm": 5000}))
    assert isinstance(failed, EditFailed)
    assert isinstance(failed.error, Refused)
    (done,) = table.edit(10, uuid4(), 4712, lambda doc: doc.get("song", type=Map).update({"bpm": 100}))
    assert done == Flush()


def test_r25_a_role_that_changes_counts_at_once() -> None:
    """P10: the next message is judged by the new role; nobody without access stays."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    table.say(seat, ann.type("ok"))
    table.commit()
    table.room.access_changed(seat, Access(ann.access.person_id, "ann", Role.VIEWER))
    (refusal,) = table.say(seat, ann.type("no"))
    assert isinstance(refusal, Refuse)
    other = table.seat(Writer(2))
    (closed,) = table.room.access_changed(other, None)
    assert isinstance(closed, Close)
    assert isinstance(closed.error, NotSignedIn)
    assert len(table.stored) == 1


def test_r38_a_snapshot_is_wanted_every_so_many_updates() -> None:
    """It holds what is committed, at its version and position."""
    table, ann = Table(), Writer(1)
    seat = table.seat(ann)
    saves = []
    for _ in range(SNAPSHOT_EVERY_UPDATES // 100 + 1):
        table.say(seat, *[ann.type("x") for _ in range(100)])
        saves += [one for one in table.commit() if isinstance(one, Save)]
    (save,) = saves
    assert (save.snapshot.version, save.snapshot.position) == (SNAPSHOT_EVERY_UPDATES, SNAPSHOT_EVERY_UPDATES)
    doc: Doc[Text] = Doc()
    doc.apply_update(save.snapshot.state)
    assert len(str(doc.get("text", type=Text))) == SNAPSHOT_EVERY_UPDATES
