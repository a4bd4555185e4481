"""The history of one document: every update with its position, moment and author, and every version it made.

Everything is found by position in the log, the only name of a version that outlives this process. The state and the
columns are kept up update by update. The archive and the weave, which readers need, are made when one asks and follow
from then on: people who look at the past of a document in which others type wait for what was typed, not for all of it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

import numpy as np
from pycrdt import Doc

from core.crdt.apply import apply_updates
from core.crdt.archive import Archive
from core.crdt.attribution import NEVER, Attribution, Column, Ranges
from core.crdt.columns import pack, unpack
from core.crdt.crediting import CREDITED_FROM, Credited, Writers, authors_of
from core.crdt.growing import Growing
from core.crdt.weave import Restored, Weave
from core.errors import BadMessage, Invalid, NotFound
from core.events import Recorded
from core.limits import HISTORY_FINDINGS_MAX, HISTORY_TAIL_UPDATES_MAX

Found = TypeVar("Found")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_MAGIC: Final = b"counterpoint history 1\n"
_RANGE_COLUMNS: Final = len(Ranges._fields)
_UUID_BYTES: Final = 16


class History:
    """What happened to one document. `extend` it with what the log has since; everything else only reads."""

    def __init__(self) -> None:
        self._doc: Doc[Any] = Doc(skip_gc=True)
        self._attribution = Attribution()
        #: One an update; what is at 0 belongs to none.
        self._positions, self._moments = Growing([0]), Growing([0])
        #: Indices into `people`.
        self._actors = Growing([0])
        self.people: list[UUID] = []
        self._people_numbers: dict[UUID, int] = {}
        #: How many versions a branch's content has from what it was forked from: its own stream counts without them.
        self.inherited = 0
        self._restored: tuple[Restored, ...] = ()
        self._credited: tuple[Credited, ...] = ()
        #: The author's number of each credit, and how many people there were when they were numbered.
        self._creditors: tuple[int, Column] | None = None
        self._archive: Archive | None = None
        self._weave: Weave | None = None
        #: The updates since the archive was made.
        self._tail: list[bytes] = []
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    @property
    def version(self) -> int:
        """How many updates there are; versions are counted from 1."""
        return len(self._positions) - 1

    @property
    def position(self) -> int:
        """The position of the newest update; 0: there is none."""
        return self._positions[-1]

    def extend(self, events: Sequence[Recorded]) -> None:
        """Count the next events of the document's update stream in. Raises CannotApply, BadMessage."""
        if not events:
            return
        if events[0].version != self.version + 1:
            raise ValueError(f"version {events[0].version} does not follow {self.version}")
        apply_updates(self._doc, [event.body for event in events if event.body])
        for event in events:
            self._attribution.add(event.version, event.body)
        self._positions.extend([event.position for event in events])
        self._moments.extend([(event.recorded_at - _EPOCH) // _MILLISECOND for event in events])
        self._actors.extend([self._number_of(event.actor_id) for event in events])
        self._keep_up([event.body for event in events])

    def trace(self, restored: Iterable[Restored]) -> None:
        """Say which units repeat older ones, so that their words keep their first author (P5)."""
        self._restored = tuple(restored)
        if self._weave is not None:
            self._weave.trace(self._restored)
        # Who wrote what is another question now.
        self._found.clear()

    def credit(self, credited: Iterable[Credited]) -> None:
        """Say which units were written on branches, by whom and when: all of them, a new one after the known ones."""
        self._credited, self._creditors = tuple(credited), None
        if self._weave is not None:
            self._weave.credit(self._credited)
        self._found.clear()

    @property
    def restored(self) -> tuple[Restored, ...]:
        """Which units repeat older ones, the oldest first."""
        return self._restored

    def version_at(self, position: int) -> int:
        """Return how many updates the document had at a position of the log. Raises NotFound before the first one."""
        version = self.versions_until(position)
        if not version:
            raise NotFound(f"This document did not exist yet at position {position}.")
        return version

    def versions_until(self, position: int) -> int:
        """Return how many updates the document had at a position of the log; 0 before the first one."""
        return int(np.searchsorted(self._positions.column[1:], position, side="right"))

    def position_of(self, version: int) -> int:
        """Return the position of a version; of a credit's number, that of the update on the branch."""
        if version >= CREDITED_FROM:
            return self._credited[version - CREDITED_FROM].position
        return self._positions[version]

    def moment_of(self, version: int) -> datetime:
        """Return when a version was stored, to the millisecond; of a credit's number, when it was on the branch."""
        if version >= CREDITED_FROM:
            return _EPOCH + timedelta(milliseconds=self._credited[version - CREDITED_FROM].moment_ms)
        return _EPOCH + timedelta(milliseconds=self._moments[version])

    def actor_of(self, version: int) -> UUID:
        """Return who made a version; of a credit's number, who wrote it on the branch."""
        if version >= CREDITED_FROM:
            return self._credited[version - CREDITED_FROM].person_id
        return self.people[self._actors[version]]

    def merged_at(self, version: int) -> int | None:
        """Return the position of the merge that brought what a credit's number is of; None: it was written here."""
        if version < CREDITED_FROM:
            return None
        row = self._credited[version - CREDITED_FROM]
        merge = self.weave.inserted_by((row.client_id, row.clock))
        return None if merge == NEVER else self.position_of(merge)

    @property
    def actors(self) -> Column:
        """The author of each version as an index into `people`; [0] belongs to no version."""
        return self._actors.column

    @property
    def writers(self) -> Writers:
        """The author of each version, as in `actors`, and of each credit; who only wrote on branches comes after."""
        return self.writers_apart(())

    def writers_apart(self, positions: Sequence[int]) -> Writers:
        """Return the writers, each with another number for what they wrote after each of these positions, in order."""
        if self._creditors is None or self._creditors[0] != len(self.people):
            self._creditors = len(self.people), authors_of(self._credited, self._people_numbers)
        credits, parts = self._creditors[1], len(positions) + 1
        if parts == 1:
            return Writers(self.actors, credits)
        bounds = [self.versions_until(position) for position in positions]
        places = np.searchsorted(bounds, np.arange(self.version + 1))
        credit_places = np.searchsorted(positions, [row.position for row in self._credited])
        return Writers(self.actors * parts + places, credits * parts + credit_places.astype(np.int64))

    @property
    def moments(self) -> Column:
        """When each version was stored, in milliseconds since 1970 UTC; [0] belongs to no version."""
        return self._moments.column

    def copy(self, version: int, *, client_id: int) -> Doc[Any]:
        """Return the document as that version shows it, to be edited by this client. Raises Invalid, CannotApply."""
        doc: Doc[Any] = Doc(client_id=client_id)
        apply_updates(doc, [self._doc.get_update()] if version == self.version else self.updates_to(version))
        return doc

    def document_at(self, version: int) -> Doc[Any]:
        """Return the document as that version shows it, without deleted text. Raises Invalid, CannotApply."""
        doc: Doc[Any] = Doc()
        apply_updates(doc, self.updates_to(version))
        return doc

    def updates_to(self, version: int) -> list[bytes]:
        """Return a few updates that together make the document of that version. Raises Invalid."""
        if not 0 <= version <= self.version:
            raise Invalid(f"There is no version {version} of this document; the newest is {self.version}.")
        if self._archive is None:
            self._archive = Archive(self._doc.get_update(), self._attribution)
        since = version - self._archive.version
        if since <= 0:
            return [self._archive.update_at(version)]
        return [self._archive.update_at(self._archive.version), *(body for body in self._tail[:since] if body)]

    @property
    def weave(self) -> Weave:
        """What knows the author of every word of every version."""
        if self._weave is None:
            self._weave = Weave(
                self._doc.get_update(), self._attribution, restored=self._restored, credited=self._credited
            )
        return self._weave

    def to_bytes(self) -> bytes:
        """Return all of it for a cache: the state that forgets nothing, and the columns."""
        inserted, deleted = self._attribution.inserted, self._attribution.deleted
        own = [grown.column[1:] for grown in (self._positions, self._moments, self._actors)]
        columns = pack([*own, *inserted, *deleted])
        people = b"".join(person.bytes for person in self.people)
        return b"".join((_MAGIC, len(people).to_bytes(8, "little"), people, columns, self._doc.get_update()))

    @classmethod
    def from_bytes(cls, data: bytes) -> History:
        """Return what `to_bytes` wrote. Raises BadMessage, CannotApply: build it anew from the log."""
        if not data.startswith(_MAGIC):
            raise BadMessage("this is no history, or one of another version of the program")
        data = data[len(_MAGIC) :]
        size, data = int.from_bytes(data[:8], "little"), data[8:]
        people, data = data[:size], data[size:]
        columns, state = unpack(data, 3 + 2 * _RANGE_COLUMNS)
        history = cls()
        history._positions, history._moments, history._actors = (Growing(np.append(0, one)) for one in columns[:3])
        history.people = [UUID(bytes=people[at : at + _UUID_BYTES]) for at in range(0, len(people), _UUID_BYTES)]
        history._people_numbers = {person: number for number, person in enumerate(history.people)}
        history._attribution = Attribution(
            version=history.version,
            inserted=Ranges(*columns[3 : 3 + _RANGE_COLUMNS]),
            deleted=Ranges(*columns[3 + _RANGE_COLUMNS :]),
        )
        apply_updates(history._doc, (state,))
        return history

    def remembered(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """Return what was found under this key before, or find it: the past does not change. The oldest are forgotten.

        The key must name everything the finding depends on, a version or a range of them above all.
        """
        if key in self._found:
            self._found.move_to_end(key)
        else:
            self._found[key] = find()
            if len(self._found) > HISTORY_FINDINGS_MAX:
                self._found.popitem(last=False)
        found: Found = self._found[key]
        return found

    def check(self, version: int) -> None:
        """Raise Invalid unless there is such a version."""
        if not 1 <= version <= self.version:
            raise Invalid(f"There is no version {version} of this document; the newest is {self.version}.")

    def _keep_up(self, bodies: Sequence[bytes]) -> None:
        """Let what was made for readers follow; it is made anew when that is less work than following."""
        if self._archive is not None:
            self._tail += bodies
        if len(self._tail) > HISTORY_TAIL_UPDATES_MAX:
            self._archive, self._tail = None, []
        if self._weave is not None and not self._weave.extend(bodies):
            self._weave = None

    def _number_of(self, person_id: UUID) -> int:
        number = self._people_numbers.get(person_id)
        if number is None:
            number = self._people_numbers[person_id] = len(self.people)
            self.people.append(person_id)
        return number
