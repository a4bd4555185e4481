"""A room by itself, and people who write updates for it: no loop, no log, no socket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from pycrdt import Array, Doc, Map, Text

from core.documents.kinds import kind_named
from core.documents.load import Loaded
from core.events import DOCUMENT_UPDATED, Committed, Kind, Recorded
from core.roles import Access, Role
from sync.edits import made
from sync.messages import Effect, Greeting, Update
from sync.room import Room

DOCUMENT = UUID("22222222-2222-4222-8222-222222222222")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Writer:
    """Somebody's document; every change is kept as one update."""

    def __init__(self, client_id: int, *, role: Role = Role.EDITOR, person_id: UUID | None = None) -> None:
        self.access = Access(person_id or uuid4(), f"writer {client_id}", role)
        self.doc: Doc[Any] = Doc(client_id=client_id)
        self.text = self.doc.get("text", type=Text)
        self.map = self.doc.get("map", type=Map)
        self.updates: list[bytes] = []
        self._is_remote = False
        self._subscription = self.doc.observe(lambda event: self._is_remote or self.updates.append(event.update))

    def type(self, text: str) -> bytes:
        self.text += text
        return self.updates[-1]

    def delete(self, start: int, end: int) -> bytes:
        del self.text[start:end]
        return self.updates[-1]

    def apply(self, *updates: bytes) -> None:
        self._is_remote = True
        for update in updates:
            self.doc.apply_update(update)
        self._is_remote = False


class Table:
    """A room on a make-believe log that keeps what was appended."""

    def __init__(self, kind: str = "note", *, owners: dict[int, UUID | None] | None = None) -> None:
        self.kind = kind
        self.stored: list[Recorded] = []
        self.room = Room(DOCUMENT, kind_named(kind), Loaded(Doc(), 0, 0, 0), owners or {})
        self._numbers = count(1)
        self.seats: dict[int, Writer] = {}

    def seat(self, writer: Writer, *, greet: bool = True, stays_to_read: bool = False) -> int:
        """Join, greet and answer the greeting unless told not to; returns the connection."""
        number = next(self._numbers)
        assert self.room.join(number, writer.access, stays_to_read=stays_to_read) == []
        if greet:
            self.room.receive(number, [Greeting(b"\0"), Update(b"\0\0", step2=True)])
        self.seats[number] = writer
        return number

    def say(self, number: int, *updates: bytes) -> list[Effect]:
        """Let a connection send updates in one wake-up."""
        return self.room.receive(number, [Update(update) for update in updates])

    def edit(self, number: int, person_id: UUID, client_id: int, change: Callable[[Doc[Any]], None]) -> list[Effect]:
        """Let the server edit the document as everybody will have it."""
        return self.room.bring(number, person_id, client_id, made(self._lent(), client_id, change))

    def _lent(self) -> bytes:
        states: list[bytes] = []
        self.room.lend(states)
        return states[0]

    def commit(self) -> list[Effect]:
        """Form the batch, store it, and tell the room."""
        append = self.room.take()
        return self.land(append)

    def land(self, append: Any) -> list[Effect]:
        """Store what was taken, and tell the room."""
        first = len(self.stored) + 1
        for write in append.writes:
            assert write.expected == len(self.stored)
            for event in write.events:
                self.store(event.body, event.actor_id)
        last = len(self.stored)
        return self.room.committed(Committed(first, last) if last >= first else Committed(0, 0))

    def store(self, body: bytes, actor_id: UUID) -> Recorded:
        """Store an event, as another process would."""
        version = len(self.stored) + 1
        event = Recorded(version, DOCUMENT, Kind.UPDATE, version, DOCUMENT_UPDATED, actor_id, NOW, body, len(body))
        self.stored.append(event)
        return event

    def read_tail(self, *, owners: dict[int, UUID | None] | None = None) -> list[Effect]:
        """Read the log to its head for the room."""
        after = self.room.version
        return self.room.tail(self.stored[after:], asked=self.room.reads_asked, owners=owners)

    def replay(self) -> Doc[Any]:
        """Return the document as the log has it."""
        doc: Doc[Any] = Doc()
        for event in self.stored:
            doc.apply_update(event.body)
        return doc


def merged(updates: tuple[bytes, ...]) -> str:
    """Return the text these updates hold."""
    doc: Doc[Any] = Doc()
    for update in updates:
        doc.apply_update(update)
    return str(doc.get("text", type=Text))


def list_inside(client_id: int) -> bytes:
    """Return an update that puts a list where a song has its title."""
    doc: Doc[Any] = Doc(client_id=client_id)
    doc.get("song", type=Map)["title"] = Array(["x"])
    return doc.get_update()
