"""What one member may cost the others: bounds of the pure room. The numbers are the rules of sync/SPEC.md."""

from __future__ import annotations

from core.limits import UPDATE_CLIENTS_MAX
from core.roles import Role
from sync.messages import Effect, Refuse, Retire
from tests.simulation.wires import sized, varuint
from tests.unit.sync.table import Table, Writer


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
