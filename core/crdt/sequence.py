"""The order of everything that was ever in a document, deleted units included: what the CRDT library does not show.

Structs of a full state are put in order by the rule that Yjs uses (YATA, after Nicolaescu et al., "Near Real-Time
Peer-to-Peer Shared Editing on Extensible Data Types", 2016, https://doi.org/10.1145/2957276.2957310; the conflict loop
follows `Item.integrate` of Yjs 13). Units are not removed when they are deleted, so the order holds for every version.

A line is the sequence of one shared type, or all values one key of a map ever had (the last of them is its value).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from core.crdt.causal import CausalOrder
from core.crdt.cutting import text_of
from core.crdt.plain_values import values_of
from core.crdt.reader import Content, Id, Reader, SharedType, Struct
from core.errors import BadMessage

#: Where a line is: the name of a root or the id of a nested type, and the key of a map's entry (None: its sequence).
LineName: TypeAlias = tuple[Id | str, str | None]
#: What a reader sees of a sequence, besides text.
_SHOWN: Final = (Content.EMBED, Content.TYPE)


class Item:
    """A run of units in a line."""

    __slots__ = ("client_id", "clock", "content", "left", "length", "line", "origin", "right", "right_origin",
                 "shared_type", "units", "values")  # fmt: skip

    def __init__(self, struct: Struct, units: bytes | None, values: list[Any] | None = None) -> None:
        self.client_id = struct.client_id
        self.clock = struct.clock
        self.length = struct.length
        self.origin = struct.origin
        self.right_origin = struct.right_origin
        self.content = struct.content
        self.shared_type: SharedType | None = struct.shared_type
        #: Of a text: UTF-16, little-endian, two bytes a unit.
        self.units = units
        #: Of a map's entry that holds a plain value: that value (the last one counts).
        self.values = values
        self.line: Line | None = None
        self.left: Item | None = None
        self.right: Item | None = None

    @property
    def is_shown(self) -> bool:
        """Say whether a reader saw it once: text, or something embedded."""
        return self.units is not None or self.content in _SHOWN

    def goes_on_with(self, item: Item) -> bool:
        """Say whether an item that stands right behind this one is the next part of the same typing."""
        return (
            self.units is not None
            and item.units is not None
            and self.client_id == item.client_id
            and item.origin == (self.client_id, self.clock + self.length - 1)
            and item.clock == self.clock + self.length
            and item.right_origin == self.right_origin
        )

    def append(self, item: Item) -> None:
        """Take in the units of the item that this one goes on with."""
        assert self.units is not None
        assert item.units is not None
        self.length += item.length
        self.units += item.units

    def split(self, at: int) -> Item:
        """Keep the first `at` units and return the rest, which follows in the line."""
        rest = Item.__new__(Item)
        rest.client_id, rest.clock, rest.length = self.client_id, self.clock + at, self.length - at
        rest.origin, rest.right_origin = (self.client_id, rest.clock - 1), self.right_origin
        rest.content, rest.shared_type, rest.line = self.content, self.shared_type, self.line
        rest.units = rest.values = None
        if self.values is not None:
            rest.values, self.values = self.values[at:], self.values[:at]
        if self.units is not None:
            rest.units, self.units = self.units[2 * at :], self.units[: 2 * at]
        self.length = at
        rest.left, rest.right = self, self.right
        if self.right is not None:
            self.right.left = rest
        self.right = rest
        return rest


class Line:
    """One sequence, from its head on."""

    __slots__ = ("has_hidden", "head", "name")

    def __init__(self, name: LineName) -> None:
        self.name = name
        self.head: Item | None = None
        #: Whether some of its items are not `shown`.
        self.has_hidden = False

    def __iter__(self) -> Iterator[Item]:
        item = self.head
        while item is not None:
            yield item
            item = item.right

    def shown(self) -> list[Item]:
        """Return the items a reader sees, deleted or not: formatting marks are none."""
        found, item = [], self.head
        while item is not None:
            if item.units is not None or item.content in _SHOWN:
                found.append(item)
            item = item.right
        return found

    def has_type(self) -> bool:
        """Say whether a shared type lies here, deleted or not."""
        return any(item.content is Content.TYPE for item in self)

    def insert_after(self, left: Item | None, item: Item) -> None:
        """Put an item behind another; None: at the head."""
        self.has_hidden |= not item.is_shown
        item.line, item.left = self, left
        item.right = self.head if left is None else left.right
        if left is None:
            self.head = item
        else:
            left.right = item
        if item.right is not None:
            item.right.left = item


class Sequences:
    """Every line of a document."""

    def __init__(self, state: bytes) -> None:
        """`state` is the update of a document kept without garbage collection. Raises BadMessage."""
        self.lines: dict[LineName, Line] = {}
        self._keys: dict[Id | str, list[str]] = {}
        self._clocks: dict[int, list[int]] = {}
        self._items: dict[int, list[Item]] = {}
        #: The types in which something was inserted, or deleted as `note_deleted` was told.
        self.touched: set[Id | str] = set()
        #: The keys of maps under which a shared type took the place of another.
        self.replaced: set[LineName] = set()
        #: How many units of each client there are.
        self._ends: dict[int, int] = {}
        texts: dict[Id, bytes] = {}
        values: dict[Id, list[Any]] = {}
        for struct in CausalOrder(_structs_of(state, texts, values), self._ends):
            unit = (struct.client_id, struct.clock)
            self._integrate(Item(struct, texts.get(unit), values.get(unit)), struct)

    def extend(self, update: bytes) -> bool:
        """Put what one more update of the document inserts in its places. Raises BadMessage.

        False: it stands on something that is not here, and the sequences must be made anew from the full state.
        """
        texts: dict[Id, bytes] = {}
        values: dict[Id, list[Any]] = {}
        order = CausalOrder(_structs_of(update, texts, values), self._ends)
        for struct in order:
            known = self._ends.get(struct.client_id, 0)
            if struct.clock > known:
                return False
            unit = (struct.client_id, struct.clock)
            item = Item(struct, texts.get(unit), values.get(unit))
            if struct.clock < known:
                item = item.split(known - struct.clock)  # Only the part that is new.
            self._integrate(item, struct, joins=True)
        return order.left() is None

    def note_deleted(self, client_id: int, clock: int, length: int) -> None:
        """Note which types the units lie in that an update deleted."""
        clocks, items = self._clocks.get(client_id, []), self._items.get(client_id, [])
        for item in items[max(0, bisect_right(clocks, clock) - 1) : bisect_right(clocks, clock + length - 1)]:
            if item.line is not None:
                self.touched.add(item.line.name[0])

    def keys_of(self, parent: Id | str) -> list[str]:
        """Return every key that a map ever had, in order."""
        return sorted(self._keys.get(parent, ()))

    def _integrate(self, item: Item, struct: Struct, *, joins: bool = False) -> None:
        """Put an item in its place; one that `joins` becomes part of the run that it goes on, as in a full state."""
        left = None if item.origin is None else self._ending_at(item.origin)
        right = None if item.right_origin is None else self._starting_at(item.right_origin)
        line = self._line_of(struct, left, right)
        if line is not None:
            self.touched.add(line.name[0])
            if item.content is Content.TYPE and line.name[1] is not None and line.has_type():
                self.replaced.add(line.name)
            place = self._place(item, line, left, right)
            if joins and place is not None and place.goes_on_with(item):
                place.append(item)
                return
            line.insert_after(place, item)
        self._clocks.setdefault(item.client_id, []).append(item.clock)
        self._items.setdefault(item.client_id, []).append(item)

    def _line_of(self, struct: Struct, left: Item | None, right: Item | None) -> Line | None:
        """Return the line a struct lies in; None: it lay in something of which nothing is left."""
        if struct.parent is not None:
            name = (struct.parent, struct.key)
            if name not in self.lines:
                self.lines[name] = Line(name)
                if struct.key is not None:
                    self._keys.setdefault(struct.parent, []).append(struct.key)
            return self.lines[name]
        beside = left if left is not None else right
        return None if beside is None else beside.line

    def _place(self, item: Item, line: Line, left: Item | None, right: Item | None) -> Item | None:
        """Return the item to stand behind, among those that others put in the same place."""
        other = line.head if left is None else left.right
        passed: set[int] = set()
        conflicting: set[int] = set()
        while other is not None and other is not right:
            passed.add(id(other))
            conflicting.add(id(other))
            if other.origin == item.origin:
                if other.client_id < item.client_id:
                    left = other
                    conflicting.clear()
                elif other.right_origin == item.right_origin:
                    break
            elif other.origin is not None and id(beside := self._holding(other.origin)) in passed:
                if id(beside) not in conflicting:
                    left = other
                    conflicting.clear()
            else:
                break
            other = other.right
        return left

    def _holding(self, unit: Id) -> Item:
        client_id, clock = unit
        return self._items[client_id][bisect_right(self._clocks[client_id], clock) - 1]

    def _ending_at(self, unit: Id) -> Item | None:
        """Return the item whose last unit this is, splitting one where it has to."""
        if unit[0] not in self._items:
            return None
        item = self._holding(unit)
        if item.clock + item.length - 1 > unit[1]:
            self._split(item, unit[1] + 1 - item.clock)
        return item

    def _starting_at(self, unit: Id) -> Item | None:
        """Return the item whose first unit this is, splitting one where it has to."""
        if unit[0] not in self._items:
            return None
        item = self._holding(unit)
        return item if item.clock == unit[1] else self._split(item, unit[1] - item.clock)

    def _split(self, item: Item, at: int) -> Item:
        rest = item.split(at)
        place = bisect_right(self._clocks[item.client_id], item.clock)
        insort(self._clocks[item.client_id], rest.clock)
        self._items[item.client_id].insert(place, rest)
        return rest


def _structs_of(state: bytes, texts: dict[Id, bytes], values: dict[Id, list[Any]]) -> list[Struct]:
    """Return the structs of the state; their texts go into `texts`, the plain values of maps into `values`."""
    reader = Reader(state)
    structs: list[Struct] = []
    try:
        for _ in range(reader.count(bytes_each=3)):
            count, client_id, clock = reader.varint(), reader.client_id(), reader.clock()
            for _ in range(count):
                at = reader.at
                struct = reader.struct(client_id, clock)
                if struct is None:
                    clock += reader.clock()
                    continue
                if struct.content is Content.STRING:
                    texts[client_id, clock] = text_of(state, at).encode("utf-16-le")
                elif struct.content is Content.ANY and _may_be_entry(struct):
                    values[client_id, clock] = values_of(state, at)
                structs.append(struct)
                clock += struct.length
    except (IndexError, UnicodeDecodeError):
        raise BadMessage("the archived state ends early or holds bytes that are no text") from None
    return structs


def _may_be_entry(struct: Struct) -> bool:
    """Say whether a plain value may lie under a key of a map.

    Merging updates without a document, the libraries drop the mark that says so wherever an origin says it too.
    """
    return struct.has_key or (struct.origin is not None and struct.right_origin is None)
