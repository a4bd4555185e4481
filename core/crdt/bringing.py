"""Entries that were removed and came back as new shared types, as undo in an editor brings them back: no event says so.

Undoing the removal of a map's entry writes all that was in it again, under the same key: what the removal deleted, in
one go and before anything else is written there. What repeats it so, unit by unit, is its author's from before (P5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from core.crdt.attribution import NEVER
from core.crdt.reader import Content, Id, SharedType
from core.crdt.rewriting import Rewritten
from core.crdt.sequence import Item, Line, LineName

#: Says which version brought a unit, or deleted it first.
VersionOf = Callable[[Id], int]


class Bringing:
    """Finds what came back in the lines of a document."""

    def __init__(
        self,
        lines: Mapping[LineName, Line],
        keys_of: Callable[[Id | str], list[str]],
        *,
        inserted_by: VersionOf,
        deleted_at: VersionOf,
    ) -> None:
        self._lines, self._keys_of = lines, keys_of
        self._inserted_by, self._deleted_at = inserted_by, deleted_at

    def under(self, name: LineName) -> Iterator[Rewritten]:
        """Yield what the values of one key of a map repeat of those before them."""
        removed: Item | None = None
        for item in self._lines.get(name, ()):
            if item.content is not Content.TYPE:
                continue
            if removed is not None:
                yield from self._of_types(removed, item) or ()
            if self._end_of(item) != NEVER:
                removed = item

    def _end_of(self, item: Item) -> int:
        return self._deleted_at(_id(item))

    def _of_types(self, old: Item, new: Item) -> list[Rewritten] | None:
        """Return what all that was in a type is repeated by; None: it is not."""
        if old.shared_type is not new.shared_type:
            return None
        if new.shared_type is SharedType.TEXT:
            return self._of_texts(old, new)
        if new.shared_type is not SharedType.MAP:
            return None
        found: list[Rewritten] = []
        for key in self._keys_of(_id(old)):
            last = [item for item in self._lines.get((_id(old), key), ()) if self._ends_with(item, old)]
            first = [item for item in self._lines.get((_id(new), key), ()) if self._begins_with(item, new)]
            if not last:
                continue
            rows = self._of_values(last[-1], first[0]) if first else None
            if rows is None:
                return None
            found += rows
        return found

    def _of_values(self, old: Item, new: Item) -> list[Rewritten] | None:
        if new.content is Content.TYPE and old.content is Content.TYPE:
            return self._of_types(old, new)
        if new.values is not None and old.values is not None and new.values[:1] == old.values[-1:]:
            return [Rewritten(new.client_id, new.clock, 1, old.client_id, old.clock + old.length - 1)]
        return None

    def _of_texts(self, old: Item, new: Item) -> list[Rewritten] | None:
        was = [unit for unit in self._units_of(old) if self._deleted_at(unit[:2]) == self._end_of(old)]
        written = [unit for unit in self._units_of(new) if unit[0] == new.client_id]
        # What is written first has the lowest clocks, whatever was typed into it afterwards.
        clocks = sorted([clock for _, clock, _ in written])[: len(was)]
        now = [unit for unit in written if clocks and unit[1] <= clocks[-1]]
        born = self._inserted_by(_id(new))
        if [unit[2] for unit in was] != [unit[2] for unit in now]:
            return None
        if any(self._inserted_by(unit[:2]) != born for unit in now):
            return None
        return list(_joined([(*unit[:2], *first[:2]) for unit, first in zip(now, was, strict=True)]))

    def _units_of(self, text: Item) -> Iterator[tuple[int, int, bytes]]:
        """Yield client, clock and UTF-16 of everything that was ever in a text, in reading order."""
        for item in self._lines.get((_id(text), None), ()):
            for at in range(item.length if item.units is not None else 0):
                assert item.units is not None
                yield item.client_id, item.clock + at, item.units[2 * at : 2 * at + 2]

    def _ends_with(self, item: Item, holder: Item) -> bool:
        unit = (item.client_id, item.clock + item.length - 1)
        return self._deleted_at(unit) == self._end_of(holder)

    def _begins_with(self, item: Item, holder: Item) -> bool:
        return item.client_id == holder.client_id and self._inserted_by(_id(item)) == self._inserted_by(_id(holder))


def _id(item: Item) -> Id:
    return item.client_id, item.clock


def _joined(rows: list[tuple[int, int, int, int]]) -> Iterator[Rewritten]:
    """Yield rows of single units with those that follow each other, in both places, as one."""
    found: Rewritten | None = None
    for client_id, clock, first_client_id, first_clock in rows:
        one = Rewritten(client_id, clock, 1, first_client_id, first_clock)
        if found is not None and one == _next(found):
            found = found._replace(length=found.length + 1)
            continue
        if found is not None:
            yield found
        found = one
    if found is not None:
        yield found


def _next(again: Rewritten) -> Rewritten:
    """Return the single unit that goes on where these end."""
    length = again.length
    return again._replace(clock=again.clock + length, length=1, first_clock=again.first_clock + length)
