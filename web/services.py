"""What every request handler may use: ports and the parts above them, built once by the root and passed down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from structlog.typing import FilteringBoundLogger

from core.ports import Blobs, ClientIds, Clock, Credentials, EventLog, People, Snapshots
from core.repository import Repository
from core.settings import Settings

if TYPE_CHECKING:
    from sync.rooms import Rooms
    from web.auth import Auth
    from web.readers import Readers


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All on memory adapters in tests, on PostgreSQL in the product; handlers cannot tell the difference."""

    settings: Settings
    logger: FilteringBoundLogger
    clock: Clock
    log: EventLog
    repository: Repository
    snapshots: Snapshots
    client_ids: ClientIds
    blobs: Blobs
    people: People
    credentials: Credentials
    auth: Auth
    rooms: Rooms
    #: Lists that come from projections: documents, jobs, takes.
    readers: Readers
    #: Sentences that say why this process cannot serve now; empty: it is ready.
    unready: Callable[[], Awaitable[list[str]]]
    #: Commands the program can run now: which engines, extras and services were found, for `system/capabilities`.
    capabilities: dict[str, bool]
