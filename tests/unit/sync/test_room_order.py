"""Answers come in the order of arrival, whatever is judged first. The numbers are the rules of sync/SPEC.md."""

from __future__ import annotations

import pytest
from pycrdt import Text

from core.errors import Forbidden, Refused
from core.limits import BATCH_ROWS_MAX
from core.roles import Role
from sync.messages import Acknowledge, Effect, Flush, Greeting, ReadTail, Refuse, Retire, Update
from tests.unit.sync.table import Table, Writer, list_inside


def answers(effects: list[Effect]) -> list[Effect]:
    """Return what the sender is told."""
    return [effect for effect in effects if isinstance(effect, (Acknowledge, Refuse))]


def newcomer(table: Table, writer: Writer) -> int:
    """Join a connection that was greeted and owes its Step2, on a wire where every message is answered."""
    seat = table.seat(writer, greet=False, stays_to_read=True)
    table.room.receive(seat, [Greeting(b"\0")])
    return seat


def test_r17_a_refusal_that_came_first_is_told_before_the_step2() -> None:
    """The Step2 is judged first; were it answered first, its sender would take the refused edit for saved."""
    table, eve = Table(), Writer(9, role=Role.VIEWER)
    seat = newcomer(table, eve)
    effects = table.room.receive(seat, [Update(eve.type("no")), Update(b"\0\0", step2=True)])
    refusal, saved = answers(effects)
    assert isinstance(refusal, Refuse)
    assert isinstance(refusal.error, Forbidden)
    assert saved == Acknowledge(seat, 0, 1)


def test_r11_r17_a_durable_step2_is_not_answered_before_the_edit_that_came_first() -> None:
    """P1: the edit still waits for the log; the first answer belongs to it."""
    table, ann, bob = Table(), Writer(1), Writer(2)
    seat = newcomer(table, bob)
    bob.type("offline ")
    offline = bob.doc.get_update()
    elsewhere = ann.type("elsewhere ")
    bob.apply(elsewhere)
    bob.text.insert(0, "on top of ")
    on_top = bob.updates[-1]
    effects = table.room.receive(seat, [Update(on_top), Update(offline, step2=True)])
    assert effects == [ReadTail(), Flush()]
    assert answers(table.commit()) == []
    table.store(elsewhere, ann.access.person_id)
    assert answers(table.read_tail()) == []
    assert answers(table.commit()) == [Acknowledge(seat, 1, 1)]
    assert str(table.replay().get("text", type=Text)) == str(bob.text)


def test_r12_r17_a_refusal_that_ends_the_connection_waits_for_nothing() -> None:
    """What came before a refused Step2 and stands on it is dropped with it, and the connection hears so at once."""
    table, ann = Table("song"), Writer(1)
    seat = newcomer(table, ann)
    ann.type("missing ")
    assert table.say(seat, ann.type("on top")) == []
    assert table.room.receive(seat, [Update(list_inside(99), step2=True)]) == [ReadTail()]
    effects = table.read_tail()
    assert [type(one) for one in effects] == [Retire, Refuse]
    assert isinstance(effects[1], Refuse)
    assert isinstance(effects[1].error, Refused)
    assert effects[1].ends
    assert table.room.is_settled


def test_r15_r17_answers_keep_their_order_over_more_than_one_append() -> None:
    """More than one append takes: each answers what it made durable, from the front."""
    table, ann = Table(), Writer(1)
    seat = newcomer(table, ann)
    keystrokes = [ann.type("x") for _ in range(BATCH_ROWS_MAX + 10)]
    waiting = [Update(keystroke) for keystroke in keystrokes]
    table.room.receive(seat, [*waiting, Update(b"\0\0", step2=True)])
    told = answers(table.commit()) + answers(table.commit())
    assert told == [Acknowledge(seat, BATCH_ROWS_MAX, 0), Acknowledge(seat, 10, 1)]


def test_r9_r17_thousands_of_refusals_are_as_many_answers() -> None:
    """A reader may be told no as often as it likes to hear it."""
    table, eve = Table(), Writer(9, role=Role.VIEWER)
    seat = table.seat(eve, stays_to_read=True)
    told = answers(table.say(seat, *[eve.type("no")] * 3_000))
    assert [type(one) for one in told] == [Refuse] * 3_000


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_r8_r11_a_step2_may_repeat_what_another_process_stored(role: Role) -> None:
    """Whoever comes over from a process that is ahead brings others' edits; the log says that they are no forgery."""
    table, ann, bob = Table(), Writer(1), Writer(2, role=role)
    table.say(table.seat(ann), ann.type("here "))
    table.commit()
    table.store(ann.type("and elsewhere"), ann.access.person_id)
    bob.apply(*ann.updates)
    seat = newcomer(table, bob)
    assert table.room.receive(seat, [Update(bob.doc.get_update(), step2=True)]) == [ReadTail()]
    assert answers(table.read_tail()) == [Acknowledge(seat, 0, 1)]


def test_r9_r10_r11_a_step2_with_a_forgery_is_refused_after_one_look_at_the_log() -> None:
    """What the log does not know either is new, and under another's id."""
    table, ann, mallory = Table(), Writer(1), Writer(1)
    table.say(table.seat(ann), ann.type("mine"))
    table.commit()
    mallory.apply(*ann.updates)
    mallory.type("forged")
    seat = newcomer(table, mallory)
    assert table.room.receive(seat, [Update(mallory.doc.get_update(), step2=True)]) == [ReadTail()]
    (refusal,) = answers(table.read_tail())
    assert isinstance(refusal, Refuse)
    assert "belongs to another person" in refusal.error.message
    assert len(table.stored) == 1
