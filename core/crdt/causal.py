"""Structs in the order in which they can be integrated: each after everything it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import heappop, heappush

from core.crdt.reader import Id, Struct


class CausalOrder:
    """Walks structs so that whatever one stands on comes first; what stands on something unknown stays behind."""

    def __init__(self, structs: list[Struct], clocks: dict[int, int]) -> None:
        """Start from the units known; the walk counts on in `clocks`, client by client."""
        self._clocks = clocks
        self._waiting: dict[int, list[Struct]] = {}
        for struct in structs:
            if struct.clock + struct.length > clocks.get(struct.client_id, 0):
                self._waiting.setdefault(struct.client_id, []).append(struct)
        for line in self._waiting.values():
            line.reverse()

    def __iter__(self) -> Iterator[Struct]:
        """Yield every struct that can be integrated; it counts as known once the next one is asked for."""
        clocks, waiting = self._clocks, self._waiting
        #: For each client, who waits for it: (the clock that must be in, the client waiting).
        blocked_on: dict[int, list[tuple[int, int]]] = {}
        ready = list(waiting)
        while ready:
            client_id = ready.pop()
            line = waiting[client_id]
            while line:
                missing = _missing(line[-1], clocks)
                if missing is not None:
                    heappush(blocked_on.setdefault(missing[0], []), (missing[1], client_id))
                    break
                struct = line.pop()
                yield struct
                clocks[client_id] = max(clocks.get(client_id, 0), struct.clock + struct.length)
            queue = blocked_on.get(client_id, [])
            while queue and queue[0][0] < clocks.get(client_id, 0):
                ready.append(heappop(queue)[1])

    def left(self) -> Id | None:
        """Return, after the walk, one unit that something stands on and nobody knows; None: all went in."""
        for line in self._waiting.values():
            if line:
                return _missing(line[-1], self._clocks)
        return None


def _missing(struct: Struct, clocks: Mapping[int, int]) -> Id | None:
    """Return what the struct stands on and the clocks do not hold."""
    for reference in (struct.origin, struct.right_origin, struct.parent):
        if isinstance(reference, tuple) and reference[1] >= clocks.get(reference[0], 0):
            return reference
    return None
