"""A document at one version as if some of the versions before had not been: what a selective undo is made of.

Who does not take anything back reads the version itself. For the rest, unit by unit:

- A unit of a text is shown when it was not inserted by what is undone, and is not hidden for any other reason: what
  only undone versions deleted comes back. Of a unit that a revert of somebody else wrote again, the copy counts.
- A key of a map keeps the value it has when somebody else set or removed it last; otherwise it holds again what it held
  before, set by a version that is not undone.
- What was added and others wrote in since stays as it is, with all it holds: taking it back would take theirs too.

What could not be taken back because others have changed it since is named (`Superseded`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from core.crdt.attribution import NEVER, Column
from core.crdt.gathering import gathered
from core.crdt.reader import Id, SharedType
from core.crdt.weave import Mask, Value, Weave, text_of_units

#: Where something lies in the CRDT: the name of a root, and keys from there on.
Place: TypeAlias = tuple[str, ...]


class Reason(StrEnum):
    """Why something that was to be taken back stays."""

    #: Somebody set another value since.
    SET_SINCE = "set_since"
    #: Somebody removed it since.
    REMOVED_SINCE = "removed_since"
    #: Somebody wrote in it since.
    WRITTEN_IN_SINCE = "written_in_since"


class Superseded(NamedTuple):
    """Something that was to be taken back and stays, because a later version counts more."""

    place: Place
    version: int
    reason: Reason


class Undoing:
    """One version of a document without some of the versions that made it. Made for one look; nothing is kept."""

    def __init__(self, weave: Weave, version: int, undone: Mask) -> None:
        """`undone` says of each version from 0 on whether it is left out; 0 never is."""
        assert len(undone) > version
        assert not undone[0]
        self._weave = weave
        self._version = version
        self._undone = np.zeros(weave.version + 1, dtype=bool)
        self._undone[: version + 1] = undone[: version + 1]
        others = ~self._undone
        others[version + 1 :] = False
        self._takes_back = bool(self._undone.any())
        self._deleted_here = weave.deletions(self._undone) if self._takes_back else {}
        # When nothing is taken back, whoever deleted a unit first says as much.
        self._deleted_by_others: Mapping[int, Column] = (
            weave.deletions(others) if self._takes_back else weave.first_deletions
        )
        self._copied = weave.copies(others) if self._takes_back else {}
        #: What is found to stay, in the order in which it was come by.
        self.superseded: list[Superseded] = []
        #: What was read so far: of each text its name and the units shown, of each key its value.
        self.texts: dict[Place, tuple[Id | str, Mask]] = {}
        self.values: dict[Place, Value] = {}

    def units(self, parent: Id | str, place: Place = ()) -> Mask:
        """Return which units of a text are shown."""
        text = self._weave.text(parent)
        if not self._takes_back:
            return text.mask_at(self._version)
        exists = text.inserted <= self._version
        others = gathered(self._deleted_by_others, text.owners, text.clocks, NEVER)
        mine = self._undone[np.where(exists, text.inserted, 0)]
        lost = (
            exists
            & mine
            & (others <= self._version)
            & (gathered(self._deleted_here, text.owners, text.clocks, NEVER) > self._version)
        )
        if place and lost.any():
            self._stays(place, int(others[lost].max()), Reason.REMOVED_SINCE)
        # A copy of what is still there is another occurrence of the same words.
        is_elsewhere = gathered(self._copied, text.owners, text.clocks, False) & (text.deleted <= self._version)
        shown: Mask = exists & ~mine & (others > self._version) & ~is_elsewhere
        return shown

    def text(self, parent: Id | str, place: Place = ()) -> str:
        """Return what a text says."""
        shown = self.units(parent, place)
        self.texts[place] = (parent, shown)
        return text_of_units(self._weave.text(parent).units[shown])

    def map(self, parent: Id | str, place: Place = ()) -> dict[str, Any]:
        """Return what a map holds, nested maps and texts included."""
        held = {key: self._held(parent, key, (*place, key)) for key in self._weave.keys_ever(parent)}
        return {key: value for key, value in held.items() if value is not None}

    def value(self, parent: Id | str, key: str, place: Place = ()) -> Value | None:
        """Return what a key of a map holds; None: nothing."""
        values = self._weave.values(parent, key, self._version)
        if not values:
            return None
        last = values[-1]
        is_touched = self._takes_back and any(self._is_touched(value) for value in values)
        if self._weave.deleted_at(last.id) > self._version:
            if not self._undone[last.version]:
                if is_touched:
                    self._stays(place, last.version, Reason.SET_SINCE)
                return last
            writer = self._newest_inside(last, others=True)
            before = self._before(values)
            if writer is None and before is None:
                writer = self._written_before(values)
            if writer is not None:
                self._stays(place, writer, Reason.WRITTEN_IN_SINCE)
                return last
            return before
        remover = _version_at(self._deleted_by_others, last.id)
        if remover <= self._version:
            if is_touched or self._newest_inside(last, others=False) is not None:
                self._stays(place, remover, Reason.REMOVED_SINCE)
            return None
        return self._before(values) if self._undone[last.version] else last

    def _before(self, values: list[Value]) -> Value | None:
        """Return the newest of the values that is not taken back, unless somebody else removed it."""
        for value in reversed(values):
            if not self._undone[value.version]:
                return value if _version_at(self._deleted_by_others, value.id) > self._version else None
        return None

    def _written_before(self, values: list[Value]) -> int | None:
        """Return the newest version of others in values of a key that were set and removed by what is undone.

        The last value has it again. None: others wrote nothing in them, or took them away themselves.
        """
        mine = [
            value
            for value in values[:-1]
            if self._undone[value.version] and _version_at(self._deleted_by_others, value.id) > self._version
        ]
        return max([self._newest_inside(value, others=True) or 0 for value in mine], default=0) or None

    def _held(self, parent: Id | str, key: str, place: Place) -> Any:
        value = self.value(parent, key, place)
        if value is None:
            return None
        if self._undone[value.version]:
            # It stays because others wrote in it: with all it holds.
            whole = Undoing(self._weave, self._version, np.zeros_like(self._undone))
            content = whole._content(value, place)
            self.texts |= whole.texts
            self.values |= {**whole.values, place: value}
            return content
        self.values[place] = value
        return self._content(value, place)

    def _content(self, value: Value, place: Place) -> Any:
        match value.shared_type:
            case SharedType.MAP:
                return self.map(value.id, place)
            case SharedType.TEXT:
                return self.text(value.id, place)
            case _:
                return value.plain

    def _is_touched(self, value: Value) -> bool:
        """Say whether what is undone set this value, or took it away."""
        return bool(self._undone[value.version]) or _version_at(self._deleted_here, value.id) <= self._version

    def _newest_inside(self, value: Value, *, others: bool) -> int | None:
        """Return the newest version that wrote or deleted something in a nested type; None: none, or it is no type.

        Of `others`, those that are not undone; otherwise those that are.
        """
        if not value.is_shared_type:
            return None
        deletions = self._deleted_by_others if others else self._deleted_here
        newest = 0
        for inserted, deleted in self._inside(value, deletions):
            for column in (inserted, deleted):
                known = column[column <= self._version]
                known = known[self._undone[known] != others]
                newest = max(newest, int(known.max(initial=0)))
        return newest or None

    def _inside(self, holder: Value, deletions: Mapping[int, Column]) -> Iterator[tuple[Column, Column]]:
        """Yield, of everything that ever lay in a type, which versions inserted and deleted it."""
        if holder.shared_type is not SharedType.MAP:
            text = self._weave.text(holder.id)
            yield text.inserted, gathered(deletions, text.owners, text.clocks, NEVER)
            return
        for key in self._weave.keys_ever(holder.id):
            values = self._weave.values(holder.id, key, self._version)
            yield (
                np.array([value.version for value in values], dtype=np.int64),
                np.array([_version_at(deletions, value.id) for value in values], dtype=np.int64),
            )
            for value in values:
                if value.is_shared_type:
                    yield from self._inside(value, deletions)

    def _stays(self, place: Place, version: int, reason: Reason) -> None:
        self.superseded.append(Superseded(place, version, reason))


def _version_at(columns: Mapping[int, Column], unit: Id) -> int:
    column = columns.get(unit[0])
    return int(column[unit[1]]) if column is not None and unit[1] < len(column) else NEVER
