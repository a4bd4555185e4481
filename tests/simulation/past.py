"""Reverts while people type, and what the past says afterwards, compared with a replay of the log."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from pycrdt import Doc, Text

from core.crdt.history import History
from core.crdt.updates import read_update
from core.documents.kind import DocumentKind
from core.documents.reverting import plan_restore, write
from core.errors import CounterpointError
from core.events import Recorded
from core.roles import Access
from sync.edits import Prepared
from sync.rooms import Rooms
from tests.simulation.client import EDITABLE


class Revert(NamedTuple):
    """A revert that was called durable."""

    document_id: UUID
    #: The version that was brought back, the one it was made from, and where it is stored.
    to: int
    base: int
    position: int
    client_id: int
    update: bytes


def history_of(events: list[Recorded], *, part: int) -> History:
    """Return the history of these updates, as readers have it who asked after every few."""
    history = History()
    for start in range(0, len(events), part):
        history.extend(events[start : start + part])
        history.weave.text("")  # From here on it follows.
    return history


async def revert(
    rooms: Rooms, access: Access, kind: DocumentKind, document_id: UUID, events: list[Recorded], to: int, wait: Any
) -> Revert | None:
    """Bring a version back through a room, as the web does; None: the process died, or could not."""
    base = len(events)
    made: list[tuple[int, bytes]] = []

    async def prepare(client_id: int) -> Prepared:
        history = history_of(events, part=base)
        written = write(kind, history, plan_restore(kind, history, to), client_id)
        made.append((client_id, written.update))
        await wait()  # People type meanwhile.
        return Prepared(base, written.update)

    try:
        edit = await rooms.merge(document_id, access, prepare)
    except CounterpointError:
        return None
    return Revert(document_id, to, base, edit.position, *made[0])


def check_revert(revert: Revert, kind: DocumentKind, events: list[Recorded]) -> None:
    """P5: what nobody touched meanwhile says what it said, and what was written meanwhile stays."""
    version = next((event.version for event in events if _is_of(event, revert)), None)
    if version is None:
        return  # It changed nothing.
    meanwhile = events[revert.base : version - 1]
    if not meanwhile:
        shown, wanted = (_json(kind, events[:until]) for until in (version, revert.to))
        assert shown == wanted, f"P5: a revert to version {revert.to} says something else"
    fresh = {
        (struct.client_id, struct.clock + unit)
        for event in meanwhile
        for struct in read_update(event.body).structs
        for unit in range(struct.length)
    }
    taken = {
        (client_id, unit)
        for client_id, clock, length in read_update(events[version - 1].body).deletes
        for unit in range(clock, clock + length)
    }
    assert not fresh & taken, "P5: a revert took what was written while it was made"


def _is_of(event: Recorded, revert: Revert) -> bool:
    """Say whether an event is the revert's: one that changes nothing is called durable where the log ends."""
    structs = read_update(event.body).structs
    return event.position == revert.position and (
        event.body == revert.update or any(struct.client_id == revert.client_id for struct in structs)
    )


def check_blame(kind_name: str, events: list[Recorded], random: Random) -> None:
    """P4: who wrote each letter is what somebody saw who watched every update arrive."""
    history = history_of(events, part=random.randint(1, 9))
    doc: Doc[Any] = Doc()
    roots = EDITABLE[kind_name][0]
    watched = {root: _watch(doc, root) for root in roots}
    for event in events:
        for seen in watched.values():
            seen.version = event.version
        doc.apply_update(event.body)
    for root, seen in watched.items():
        text = history.weave.text(root)
        shown = text.mask_at(history.version)
        assert text.text_at(history.version) == str(doc.get(root, type=Text)), "P4: a text is not what it was"
        by_unit = text.inserted[shown].tolist()
        assert by_unit == seen.by_unit(), "P4: a letter has another author"


class _Watched:
    """For each byte of a text, the version that brought it."""

    def __init__(self, text: Text) -> None:
        self.version = 0
        self._text = text
        self._by_byte: list[int] = []
        self._subscription = text.observe(self._arrived)

    def _arrived(self, event: Any) -> None:
        at = 0
        for step in event.delta:
            if "retain" in step:
                at += step["retain"]
            elif "delete" in step:
                del self._by_byte[at : at + step["delete"]]
            else:
                count = len(step["insert"].encode())
                self._by_byte[at:at] = [self.version] * count
                at += count

    def by_unit(self) -> list[int]:
        """Return the version of each UTF-16 unit."""
        found, at = [], 0
        for character in str(self._text):
            found += [self._by_byte[at]] * (2 if character > "\uffff" else 1)
            at += len(character.encode())
        return found


def _watch(doc: Doc[Any], root: str) -> _Watched:
    return _Watched(doc.get(root, type=Text))


def _json(kind: DocumentKind, events: list[Recorded]) -> dict[str, Any]:
    doc: Doc[Any] = Doc()
    for event in events:
        doc.apply_update(event.body)
    return kind.to_json(doc)
