"""What happened to one document, read from the log alone: forked content goes on where its original stood."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from pycrdt import Doc

from core.adapters.memory import MemoryStore
from core.aggregates.document import Document
from core.crdt.history import History
from core.crdt.updates import read_update
from core.documents.difference import fields_of
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.events import Kind, Recorded
from tests.simulation.api import CODEC

#: The name of one letter or value: a client id and a clock.
Unit = tuple[int, int]


class Past:
    """A document's updates as versions from 1 on, and the facts of it, those of what it was forked from first."""

    def __init__(self, store: MemoryStore, document_id: UUID, bases: Mapping[int, int] = {}) -> None:
        """`bases` are the versions that edits of the server were made from, by position."""
        self._bases = bases
        own = store.streams[document_id, Kind.AGGREGATE]
        created = CODEC.decode(own[0])
        assert isinstance(created, Document.Created)
        self.kind: DocumentKind = kind_named(created.kind)
        self.events: list[Recorded] = []
        #: What reverts and merges said of themselves.
        self.facts: list[Any] = []
        updates = store.streams.get((document_id, Kind.UPDATE), [])
        if created.forked_from is not None:
            assert created.forked_at is not None
            before = Past(store, created.forked_from)
            self.events = [event for event in before.events if event.position <= created.forked_at]
            self.facts = [fact for fact in before.facts if fact.position <= created.forked_at]
            assert _said(self.kind, self.events) == _said(self.kind, updates[:1]), "P4: a fork says something else"
            updates = updates[1:]
        #: Where its original stood when it was forked; 0: it has none.
        self.forked_at = created.forked_at or 0
        #: How many versions were another document's before they were its own.
        self.inherited = max(len(self.events) - 1, 0)
        self.events += updates
        self.events = [replace(event, version=number) for number, event in enumerate(self.events, 1)]
        decoded = [CODEC.decode(fact) for fact in own[1:]]
        self.facts += [fact for fact in decoded if isinstance(fact, Document.Reverted | Document.Merged)]
        #: By position, the oldest first.
        self.versions = {event.position: event.version for event in self.events}
        self._positions = list(self.versions)
        self._log = store.events
        self._said: dict[int, dict[str, Any]] = {}

    def version_of(self, position: int) -> int:
        """Return the version that is stored at a position."""
        assert position in self.versions, "P1: what was called durable is not in the log"
        return self.versions[position]

    def versions_until(self, position: int) -> int:
        """Return how many versions there were at a position."""
        return bisect_right(self._positions, position)

    def actor_of(self, position: int) -> UUID:
        """Return who stored what is at a position of the log."""
        return self._log[position - 1].actor_id

    def base_of(self, position: int) -> int:
        """Return the version that an edit of the server at a position was made from."""
        return self._bases[position] + self.inherited

    def repeated(self, position: int) -> set[Unit]:
        """Return what a revert at a position wrote again."""
        return self._repeated(lambda fact: fact.position == position)

    def repeated_before(self, position: int) -> set[Unit]:
        """Return what reverts before a position wrote again."""
        return self._repeated(lambda fact: fact.position < position)

    def _repeated(self, is_meant: Callable[[Any], bool]) -> set[Unit]:
        return {
            (first_client_id, first_clock + unit)
            for fact in self.facts
            if isinstance(fact, Document.Reverted) and is_meant(fact)
            for _, _, length, first_client_id, first_clock in fact.restored_rows()
            for unit in range(length)
        }

    def said(self, version: int) -> dict[str, Any]:
        """Return the JSON of a version, without what only its clients may write."""
        if version not in self._said:
            content = _said(self.kind, self.events[:version])
            self._said[version] = {name: content[name] for name in fields_of(self.kind)}
        return self._said[version]

    @cached_property
    def inserted(self) -> dict[Unit, int]:
        """Which version brought each unit."""
        found: dict[Unit, int] = {}
        for event in self.events:
            for unit in self.brought(event.version):
                found.setdefault(unit, event.version)
        return found

    def brought(self, version: int) -> set[Unit]:
        """Return the units an update holds."""
        structs = read_update(self.events[version - 1].body).structs
        return {(struct.client_id, struct.clock + unit) for struct in structs for unit in range(struct.length)}

    def took(self, *versions: int) -> set[Unit]:
        """Return the units these versions deleted, each for itself."""
        return {
            (client_id, unit)
            for version in versions
            for client_id, clock, length in read_update(self.events[version - 1].body).deletes
            for unit in range(clock, clock + length)
        }

    def fresh(self, after: int, version: int) -> set[Unit]:
        """Return the units that came after one version and before another."""
        return {unit for between in range(after + 1, version) for unit in self.brought(between)}

    @cached_property
    def history(self) -> History:
        """The product's history of it, told of no reverts and no merges."""
        return history_of(self.events, part=max(len(self.events), 1))

    def woven(self, random: Random) -> History:
        """Return the history as readers have it who asked after every few updates."""
        return history_of(self.events, part=random.randint(1, 9))


def history_of(events: list[Recorded], *, part: int) -> History:
    """Return the history of these updates, as readers have it who asked after every few."""
    history = History()
    for start in range(0, len(events), part):
        history.extend(events[start : start + part])
        history.weave.text("")  # From here on it follows.
    return history


def _said(kind: DocumentKind, events: Iterable[Recorded]) -> dict[str, Any]:
    doc: Doc[Any] = Doc()
    for event in events:
        doc.apply_update(event.body)
    return kind.to_json(doc)
