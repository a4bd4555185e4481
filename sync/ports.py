"""What open documents need of the world, handed in once by the root."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from structlog.typing import FilteringBoundLogger

from core.ports import ClientIds, Clock, EventLog, Fanout, Snapshots

Result = TypeVar("Result")


class Beside(Protocol):
    """Runs work beside everything else and returns what it returned."""

    def __call__(self, work: Callable[[], Result], /) -> Awaitable[Result]:
        """Return what the work returns; what it raises passes through."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What open documents need of the world."""

    log: EventLog
    snapshots: Snapshots
    client_ids: ClientIds
    clock: Clock
    logger: FilteringBoundLogger
    #: Between nodes; None: this process is alone, or hears of others only through the log.
    fanout: Fanout | None = None
    #: Where work is done that would hold up everybody's keystrokes.
    beside: Beside = asyncio.to_thread
