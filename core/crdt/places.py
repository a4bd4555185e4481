"""Which shared type every unit of a document lies in, and which units are halves of one character.

The bytes of an edit name the type it goes into only when it stands beside nothing; otherwise it goes where its
neighbour is. Content in a type that cannot hold it is taken in silently by the CRDT libraries, and then read
differently by each, or for ever: text in a list counts in UTF-16 units here and in bytes there. The same happens to an
edit between the two UTF-16 halves of one character, and to an edit between two units that cannot have been neighbours
(`origins.py`). So the place of every unit is remembered (one entry for a whole run of neighbours in one type, whoever
typed it, in however many edits), and such edits are refused before they enter.

A place is (type, key): the name of a root or the id of a nested type, and the key of a map's entry (None: in a
sequence). No place: the unit is gone together with the type it lay in, and so will be what is written beside it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final, TypeAlias

from core.crdt.causal import CausalOrder
from core.crdt.origins import Origins
from core.crdt.reader import Content, Id, SharedType, Struct
from core.errors import Refused

Place: TypeAlias = tuple[Id | str, str | None]
#: A run of text: its place, its characters of two units (offsets), its origin and its right origin.
Typed: TypeAlias = tuple[Place, Sequence[int], Id | None, Id | None]


class Holds(Enum):
    """What may stand in the sequence of a shared type."""

    TEXT = "a text"
    LIST = "a list"
    ELEMENTS = "an XML element"
    NOTHING = "a map"


_IN_TEXT: Final = frozenset({Content.STRING, Content.FORMAT, Content.EMBED})
_IN_LIST: Final = frozenset({Content.ANY, Content.JSON, Content.BINARY, Content.SUBDOCUMENT})
#: A text may hold shared types as embedded objects.
_ALLOWED: Final = {
    Holds.TEXT: _IN_TEXT | {Content.TYPE},
    Holds.LIST: _IN_LIST | {Content.TYPE},
    Holds.ELEMENTS: frozenset({Content.TYPE}),
    Holds.NOTHING: frozenset[Content](),
}
_HOLDS: Final = {
    SharedType.ARRAY: Holds.LIST,
    SharedType.MAP: Holds.NOTHING,
    SharedType.TEXT: Holds.TEXT,
    SharedType.XML_ELEMENT: Holds.ELEMENTS,
    SharedType.XML_FRAGMENT: Holds.ELEMENTS,
    SharedType.XML_TEXT: Holds.TEXT,
}


class Places:
    """Where the units of one document lie; on top of another one, where those of an edit would lie."""

    def __init__(self, base: Places | None = None) -> None:
        self._base = base
        #: For each client, first clocks of runs in one place, and those places. Clocks have no gaps.
        self._starts: dict[int, list[int]] = {}
        self._places: dict[int, list[Place | None]] = {}
        self._ends: dict[int, int] = {}
        #: For each client, clocks of the first halves of characters that take two UTF-16 units, in order.
        self._pairs: dict[int, array[int]] = {}
        #: Nested types from their birth; roots from the first content that says it.
        self._holds: dict[Id | str, Holds] = {}
        self._origins: Origins = Origins(None if base is None else base._origins)

    def typed_between(self, client_id: int, clock: int, origin: Id | None, right_origin: Id | None) -> Place | None:
        """Return the text in which the client's next run lies, typed between these known units.

        None unless that is certain and allowed.
        """
        if (origin is not None and self.splits_after(origin)) or (right_origin and self.splits_before(right_origin)):
            return None
        left = None if origin is None else self._at(origin)
        right = None if right_origin is None else self._at(right_origin)
        if left is not None and right is not None and left != right:
            return None
        place = left or right
        if place is None or place[1] is not None or self._held_in(place[0]) is not Holds.TEXT:
            return None
        origins = self._origins
        if (
            right_origin is not None
            and not origins.continues(client_id, clock, origin, right_origin)
            and not origins.fits_between(origin, right_origin)
        ):
            return None
        return place

    def add(self, struct: Struct) -> None:
        """Count one struct in, after everything it stands on. Raises Refused when it cannot be where it says."""
        have = self._end_of(struct.client_id)
        place = self._place_of(struct)
        problem = (
            self._neighbour_problem(struct, have, place)
            or self._split_problem(struct, have)
            or self._order_problem(struct, have, place)
            or self._content_problem(struct.content, place)
        )
        if problem is not None:
            raise Refused(problem)
        self._count_in(struct, have, place)

    def learn(self, structs: list[Struct]) -> dict[str, str]:
        """Count stored structs in, in whatever order; return what is wrong with them, by the root they lie in.

        What stands on something that is missing (an erased update) is gone. Text between the halves of a character,
        or between units that never were neighbours, can be read, if not by everybody alike: that is no problem here.
        """
        problems: dict[str, str] = {}
        for struct in CausalOrder(structs, dict(self._ends)):
            have, place = self._end_of(struct.client_id), self._place_of(struct)
            problem = self._neighbour_problem(struct, have, place) or self._content_problem(struct.content, place)
            if problem is not None:
                problems.setdefault(self._root_of(place), problem)
            self._count_in(struct, have, place)
        for struct in structs:
            if struct.clock + struct.length > self._end_of(struct.client_id):
                self.extend(struct.client_id, struct.clock, struct.clock + struct.length, None, ())
        return problems

    def type_on(self, client_id: int, clock: int, end: int, typed: Typed) -> None:
        """Count in the run that `typed_between` found a place for."""
        place, pairs, origin, right_origin = typed
        self._origins.type_on(client_id, clock, origin, right_origin)
        self.extend(client_id, clock, end, place, pairs)

    def extend(self, client_id: int, clock: int, end: int, place: Place | None, pairs: Sequence[int]) -> None:
        """Count the next units of a client in; `pairs` as offsets from the clock."""
        places = self._places.get(client_id)
        if places is None:
            self._starts[client_id], self._places[client_id] = [clock], [place]
        elif places[-1] != place:
            self._starts[client_id].append(clock)
            places.append(place)
        self._ends[client_id] = end
        if pairs:
            known = self._pairs.setdefault(client_id, array("I"))
            known.extend([clock + offset for offset in pairs])

    def take(self, edit: Places) -> None:
        """Count in what an edit on top of this brings."""
        for client_id, starts in edit._starts.items():
            ends = [*starts[1:], edit._ends[client_id]]
            for start, end, place in zip(starts, ends, edit._places[client_id], strict=True):
                self.extend(client_id, start, end, place, ())
        for client_id, pairs in edit._pairs.items():
            self._pairs.setdefault(client_id, array("I")).extend(pairs)
        self._holds |= edit._holds
        self._origins.take(edit._origins)

    def splits_after(self, unit: Id) -> bool:
        """Say whether the place just after this unit lies inside a character."""
        pairs = self._pairs.get(unit[0])
        if pairs:
            index = bisect_left(pairs, unit[1])
            if index < len(pairs) and pairs[index] == unit[1]:
                return True
        return self._base is not None and self._base.splits_after(unit)

    def splits_before(self, unit: Id) -> bool:
        """Say whether the place just before this unit lies inside a character."""
        return unit[1] > 0 and self.splits_after((unit[0], unit[1] - 1))

    def ends(self) -> dict[int, int]:
        """Return how many units of each client are counted in."""
        return self._ends

    def held(self) -> dict[str, Holds]:
        """Return what each root holds whose content says it."""
        return {name: holds for name, holds in self._holds.items() if isinstance(name, str)}

    def _at(self, unit: Id) -> Place | None:
        starts = self._starts.get(unit[0])
        if starts is not None and unit[1] >= starts[0]:
            return self._places[unit[0]][bisect_right(starts, unit[1]) - 1]
        return self._base._at(unit) if self._base is not None else None

    def _end_of(self, client_id: int) -> int:
        end = self._ends.get(client_id)
        if end is None:
            return self._base._end_of(client_id) if self._base is not None else 0
        return end

    def _held_in(self, parent: Id | str) -> Holds | None:
        holds = self._holds.get(parent)
        return holds if holds is not None or self._base is None else self._base._held_in(parent)

    def _place_of(self, struct: Struct) -> Place | None:
        if struct.content is Content.GC:
            return None
        if struct.parent is not None:
            return struct.parent, struct.key
        left = None if struct.origin is None else self._at(struct.origin)
        return left or (None if struct.right_origin is None else self._at(struct.right_origin))

    def _neighbour_problem(self, struct: Struct, have: int, place: Place | None) -> str | None:
        if place is not None:
            beside = [struct.right_origin]
            if have > struct.clock:
                beside.append((struct.client_id, have - 1))
            for unit in beside:
                there = None if unit is None else self._at(unit)
                if there is not None and there != place:
                    return "this edit stands in two places at once"
        return None

    def _order_problem(self, struct: Struct, have: int, place: Place | None) -> str | None:
        if place is not None:
            origin = struct.origin if have <= struct.clock else (struct.client_id, have - 1)
            if not self._origins.fits_between(origin, struct.right_origin):
                return "this edit stands between two things that never were neighbours"
        return None

    def _split_problem(self, struct: Struct, have: int) -> str | None:
        if (
            (struct.origin is not None and self.splits_after(struct.origin))
            or (struct.right_origin is not None and self.splits_before(struct.right_origin))
            or (have > struct.clock and have - 1 - struct.clock in struct.pairs)
        ):
            return "this edit lies between the two halves of one character"
        return None

    def _content_problem(self, content: Content, place: Place | None) -> str | None:
        if place is None or content is Content.GC or content is Content.DELETED:
            return None
        parent, key = place
        if key is not None:
            return "an entry of a map holds a run of text" if content in _IN_TEXT else None
        holds = self._held_in(parent)
        if holds is not None:
            return None if content in _ALLOWED[holds] else f"{holds.value} holds content of another type"
        if isinstance(parent, str) and content is not Content.TYPE:
            self._holds[parent] = Holds.TEXT if content in _IN_TEXT else Holds.LIST
        return None

    def _count_in(self, struct: Struct, have: int, place: Place | None) -> None:
        if struct.shared_type is not None:
            self._holds[(struct.client_id, struct.clock)] = _HOLDS[struct.shared_type]
        start = max(have, struct.clock)
        skipped = start - struct.clock
        pairs: Iterable[int] = struct.pairs
        if skipped:
            pairs = [offset - skipped for offset in struct.pairs if offset >= skipped]
        if struct.content is not Content.GC and not skipped:
            self._origins.add(struct.client_id, start, struct.origin)
        self.extend(struct.client_id, start, struct.clock + struct.length, place, tuple(pairs))

    def _root_of(self, place: Place | None) -> str:
        """Return the root that a place lies in, however deep. A type is always older than what lies in it."""
        while place is not None:
            parent = place[0]
            if isinstance(parent, str):
                return parent
            place = self._at(parent)
        return ""
