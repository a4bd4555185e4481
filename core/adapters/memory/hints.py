"""What wakes workers and what nodes tell each other, in memory: nothing here is durable, as nothing there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

Handler = Callable[[bytes], None]


class Wakeup(NamedTuple):
    """One request to try an attempt of a job."""

    kind: str
    job_id: UUID
    attempt: int


class MemoryWakeups:
    """Remembers every wake-up in order, for tests to read or to drop."""

    def __init__(self) -> None:
        self.sent: list[Wakeup] = []

    def wake(self, *, kind: str, job_id: UUID, attempt: int) -> None:
        """Ask some worker to try this attempt of this job."""
        self.sent.append(Wakeup(kind, job_id, attempt))

    def take(self) -> list[Wakeup]:
        """Return what was sent since the last call."""
        sent, self.sent = self.sent, []
        return sent


class MemoryFanout:
    """Delivers at once, to the handlers of every other node. `MemoryFanout(first)` is another node on the same wire."""

    def __init__(self, wire: MemoryFanout | None = None) -> None:
        self._nodes: list[MemoryFanout] = wire._nodes if wire is not None else []
        self._handlers: dict[str, list[Handler]] = {}
        self._nodes.append(self)

    async def publish(self, channel: str, message: bytes) -> None:
        """Send to every other node; handlers run before this returns."""
        for node in self._nodes:
            if node is not self:
                for handler in list(node._handlers.get(channel, ())):
                    handler(message)

    async def subscribe(self, channel: str, handler: Handler) -> Callable[[], Awaitable[None]]:
        """Call the handler for every message of other nodes; returns the way to stop."""
        handlers = self._handlers.setdefault(channel, [])
        handlers.append(handler)

        async def stop() -> None:
            if handler in handlers:
                handlers.remove(handler)

        return stop
