"""What open documents need of the world, handed in once by the root."""

from __future__ import annotations

from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from core.ports import ClientIds, Clock, EventLog, Fanout, Snapshots


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
