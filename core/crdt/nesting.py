"""How deep the shared types of one update lie in each other: printing or observing a deep one kills the process."""

from __future__ import annotations

from bisect import bisect_right

from core.crdt.reader import Id, Struct
from core.errors import BadMessage


def check_nesting(structs: list[Struct], *, levels_max: int) -> None:
    """Raise BadMessage when types are nested more than `levels_max` deep within this update.

    What lies outside the update counts as level 0; the guard of a document bounds what updates pile up together.
    """
    types = [struct for struct in structs if struct.shared_type is not None]
    if len(types) <= levels_max:
        return
    depths = _Depths(structs)
    if any(depths.of(struct) > levels_max for struct in types):
        raise BadMessage(f"shared types are nested deeper than {levels_max} levels")


class _Depths:
    """The level of each struct: one more than the type it lies in, and the same as its neighbours'."""

    def __init__(self, structs: list[Struct]) -> None:
        self._by_client: dict[int, list[Struct]] = {}
        for struct in structs:
            self._by_client.setdefault(struct.client_id, []).append(struct)
        self._starts = {client: [struct.clock for struct in line] for client, line in self._by_client.items()}
        self._known: dict[tuple[int, int], int] = {}

    def of(self, struct: Struct) -> int:
        """Return the level, walking up without recursion; a circle (never integrated) counts as level 0."""
        way: list[tuple[Struct, int]] = []
        on_the_way: set[tuple[int, int]] = set()
        at: Struct | None = struct
        depth = 0
        while at is not None:
            name = (at.client_id, at.clock)
            if name in self._known:
                depth = self._known[name]
                break
            if name in on_the_way:
                break
            on_the_way.add(name)
            way.append((at, 1 if isinstance(at.parent, tuple) else 0))
            at = self._at(at.parent or at.origin or at.right_origin)
        for passed, step in reversed(way):
            depth += step
            self._known[(passed.client_id, passed.clock)] = depth
        return depth

    def _at(self, name: Id | str | None) -> Struct | None:
        if not isinstance(name, tuple) or name[0] not in self._by_client:
            return None
        index = bisect_right(self._starts[name[0]], name[1]) - 1
        if index < 0:
            return None
        struct = self._by_client[name[0]][index]
        return struct if name[1] < struct.clock + struct.length else None
