"""What a revert changes: planned from the history alone, carried out as one edit, and traced to its first authors.

A plan is made on the newest version; its edit is written on a copy of that version and merged with what others have
typed since, like anything that two people do at once. So all that is heavy happens beside the event loop, and a
preview and a revert are the same plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from pycrdt import Doc, Map, Text

from core.crdt.apply import apply_updates
from core.crdt.attribution import Column
from core.crdt.drafting import Draft
from core.crdt.history import History
from core.crdt.reader import Id
from core.crdt.text import is_plain
from core.crdt.undoing import Place, Undoing
from core.crdt.unit_edits import Piece, rewrite_units
from core.crdt.weave import Mask, Restored, TextWeave, Value, Weave, text_of_units
from core.documents.difference import Change, difference, fields_of
from core.documents.kind import DocumentKind
from core.documents.parts import with_part
from core.documents.schema import pointer
from core.documents.undoing import Stays, Without, nothing_of, path_of, without


class Source(NamedTuple):
    """What a text will say: units of a text there is or was."""

    woven: TextWeave
    #: Which of its units are shown now, None: another text is there; and which will be.
    before: Mask | None
    after: Mask


class Written(NamedTuple):
    """A plan as one CRDT update."""

    update: bytes
    #: Words in it that repeat older ones, as far as that is known already.
    restored: list[Restored]
    #: The rest of the plan, of which only the history can say what it repeats, once the update is in it.
    untraced: Plan


class Plan(NamedTuple):
    """A revert that has not happened yet."""

    #: The newest version, on which it was made.
    base: int
    now: dict[str, Any]
    target: dict[str, Any]
    #: What leads from one to the other, without spans; nothing: there is nothing to do.
    changes: list[Change]
    #: What was to be taken back and stays.
    stays: list[Stays]
    texts: dict[Place, Source]
    #: Each value that comes back, as it was held.
    values: dict[Place, Value]


def plan_restore(kind: DocumentKind, history: History, version: int, path: Sequence[str] = ()) -> Plan:
    """Plan to let the document, or what lies at `path`, say again what it said at a version.

    What a kind's fields do not name stays as it is.
    Raises NotFound, Conflict when that path cannot come back.
    """
    return _plan(kind, history, without(kind, history, version, nothing_of(history)), path)


def plan_undo(kind: DocumentKind, history: History, undone: Mask, path: Sequence[str] = ()) -> Plan:
    """Plan to take back what some versions did, all of it or at `path`, and to keep everything else.

    Raises NotFound, Conflict when that path cannot be changed.
    """
    return _plan(kind, history, without(kind, history, history.version, undone), path)


def write(kind: DocumentKind, history: History, plan: Plan, client_id: int) -> Written:
    """Return the plan as an update by this client, which has never written, to be merged. Raises Invalid."""
    doc = history.copy(plan.base, client_id=client_id)
    drafted, rows, untraced = _drafted(doc, plan, client_id)
    clock, updates = 0, list[bytes]()
    subscription = doc.observe(lambda event: updates.append(event.update))
    with doc.transaction():
        if drafted is not None:
            apply_updates(doc, [drafted.to_bytes()])
            clock = drafted.clock
        for place, source in list(untraced.items()):
            shared = _text_at(doc, place)
            if source.before is None or shared is None or not is_plain(shared):
                continue
            done = rewrite_units(shared, source.woven.units, source.before, source.after, clock=clock)
            if done is not None:
                pieces, clock = done
                rows += _rows(client_id, pieces, source.woven)
                del untraced[place]
        _set_values(doc, plan)
        kind.edit(doc, plan.target)
    doc.unobserve(subscription)
    return Written(updates[0] if updates else b"\x00\x00", rows, plan._replace(texts=untraced))


def _drafted(doc: Doc[Any], plan: Plan, client_id: int) -> tuple[Draft | None, list[Restored], dict[Place, Source]]:
    """Return an update of the texts whose units can be written down as they are, and the texts that are left."""
    draft, rows, left = Draft(client_id), list[Restored](), dict(plan.texts)
    for place, source in plan.texts.items():
        shared = _text_at(doc, place)
        if source.before is None or shared is None or not is_plain(shared):
            continue
        if str(shared) != text_of_units(source.woven.units[source.before]):
            continue
        pieces = draft.rewrite(source.woven, source.before, source.after)
        if pieces is not None:
            rows += _rows(client_id, pieces, source.woven)
            del left[place]
    return (draft if len(left) < len(plan.texts) else None), rows, left


def trace(weave: Weave, plan: Plan, again: int) -> list[Restored]:
    """Return which units that version `again` wrote repeat older ones, so that they keep their first author (P5).

    Others may have written between the plan and `again`: what they did is not looked at.
    """
    rows = [row for place, source in plan.texts.items() for row in _words(weave, place, source, plan.base, again)]
    for place, first in plan.values.items():
        holder = _holder(weave, place[:-1], again)
        value = None if holder is None else weave.value(holder, place[-1], again)
        if value is not None and value.version == again:
            rows.append(Restored(*value.id, 1, *first.id))
    return rows


# -- below ------------------------------------------------------------------------------------------------------------


def _plan(kind: DocumentKind, history: History, then: Without, path: Sequence[str]) -> Plan:
    base = history.version
    now = without(kind, history, base, nothing_of(history))
    target = with_part(now.content, then.content, path)
    if not path:
        # What stock clients keep in a note is theirs to write: it stays as it is now.
        named = fields_of(kind)
        target |= {name: value for name, value in now.content.items() if name not in named}
    at = tuple(path)
    return Plan(
        base=base,
        now=now.content,
        target=target,
        changes=difference(kind, now.content, target, by_word=False),
        stays=[stay for stay in then.stays if f"{stay.path}/".startswith(f"{pointer(at)}/")],
        texts={
            place: source
            for place, source in _texts(history.weave, then.read, now.read)
            if path_of(kind, place)[: len(at)] == at
        },
        values={
            place: value
            for place, value in then.read.values.items()
            if not _is_same(value, now.read.values.get(place)) and path_of(kind, place)[: len(at)] == at
        },
    )


def _is_same(value: Value, other: Value | None) -> bool:
    return other is not None and value.id == other.id


def _texts(weave: Weave, then: Undoing, now: Undoing) -> Iterator[tuple[Place, Source]]:
    """Yield every text that will not be as it is."""
    for place, (parent, after) in then.texts.items():
        here, before = now.texts.get(place, (None, after))
        if here == parent and np.array_equal(before, after):
            continue
        yield place, Source(weave.text(parent), before if here == parent else None, after)


def _words(weave: Weave, place: Place, source: Source, base: int, again: int) -> Iterator[Restored]:
    """Yield the units of a text that `again` wrote, with those in the same places before."""
    parent = _holder(weave, place, again)
    if parent is None:
        return
    woven = weave.text(parent)
    shown = weave.mask_after(woven, base, again)
    if not np.array_equal(woven.units[shown], source.woven.units[source.after]):
        return
    mine = (woven.inserted == again)[shown]
    first = np.flatnonzero(source.after)[mine]
    yield from _joined(woven.client_ids[shown][mine], woven.clocks[shown][mine], source.woven, first)


def _rows(client_id: int, pieces: Sequence[Piece], woven: TextWeave) -> Iterator[Restored]:
    """Yield the units of pieces, which were written one after the other, with those that they repeat."""
    if not pieces:
        return
    places = np.concatenate([piece.places for piece in pieces])
    clocks = np.arange(pieces[0].clock, pieces[0].clock + len(places), dtype=np.int64)
    yield from _joined(np.full(len(places), client_id, dtype=np.int64), clocks, woven, places)


def _joined(clients: Column, clocks: Column, woven: TextWeave, first: Column) -> Iterator[Restored]:
    """Yield these units with those at places of a text that they repeat, one row for what follows each other."""
    if not len(clients):
        return
    first_clients, first_clocks = woven.client_ids[first], woven.clocks[first]
    together = (
        (np.diff(clients) == 0) & (np.diff(first_clients) == 0) & (np.diff(clocks) == 1) & (np.diff(first_clocks) == 1)
    )
    starts = np.append(0, np.flatnonzero(~together) + 1)
    lengths = np.diff(np.append(starts, len(clients)))
    columns = (clients[starts], clocks[starts], lengths, first_clients[starts], first_clocks[starts])
    for row in zip(*(column.tolist() for column in columns), strict=True):
        yield Restored(*row)


def _holder(weave: Weave, place: Place, version: int) -> Id | str | None:
    """Return the name of the shared type at a place; None: none was there."""
    parent: Id | str = place[0]
    for key in place[1:]:
        value = weave.value(parent, key, version)
        if value is None or not value.is_shared_type:
            return None
        parent = value.id
    return parent


def _set_values(doc: Doc[Any], plan: Plan) -> None:
    """Set plain values as they were held: of a label's place the JSON says only the order."""
    for place, value in plan.values.items():
        if value.plain is None or len(place) < 2:
            continue
        holder = _shared_at(doc, place[:-1], Map)
        if holder is not None and holder.get(place[-1]) != value.plain:
            holder[place[-1]] = value.plain


def _text_at(doc: Doc[Any], place: Place) -> Text | None:
    """Return the shared text at a place of a document; None: none is there."""
    text: Text | None = _shared_at(doc, place, Text)
    return text


def _shared_at(doc: Doc[Any], place: Place, wanted: type) -> Any:
    name, *keys = place
    shared: Any = doc.get(name, type=Map if keys else wanted)
    for key in keys:
        shared = shared[key] if isinstance(shared, Map) and key in shared else None
    return shared if isinstance(shared, wanted) else None
