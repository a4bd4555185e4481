"""What every request handler may use: ports and the parts above them, built once by the root and passed down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from pycrdt import Doc
from structlog.typing import FilteringBoundLogger

from core.aggregates.codec import EventCodec
from core.jobs import JobCommands
from core.ports import Blobs, ClientIds, Clock, EventLog, People, Snapshots
from core.repository import Repository
from core.roles import Access
from core.settings import Settings
from projections.histories import Histories
from sync.edits import Edit, Prepared
from web.client_files import ClientFiles
from web.metrics import Metrics
from web.readers import (
    BranchesReader,
    CommentsReader,
    InboxReader,
    JobsReader,
    LibraryReader,
    MomentsReader,
    TakesReader,
    VersionsReader,
)

if TYPE_CHECKING:
    from web.auth import Auth
    from web.membership import Membership
    from web.roster import Roster
    from web.streams import EventStreams
    from web.whereabouts import Whereabouts


class Rooms(Protocol):
    """What handlers want of open documents; sync/rooms.py has it."""

    async def edit(self, document_id: UUID, access: Access, change: Callable[[Doc[Any]], None], /) -> int:
        """Change a document as one more client and return the position at which the change is durable.

        What `change` raises passes through and nothing happened. Raises Refused, NotFound, Forbidden, Ours.
        """
        ...

    async def merge(self, document_id: UUID, access: Access, prepare: Callable[[int], Awaitable[Prepared]], /) -> Edit:
        """Merge an edit that is prepared for a client id.

        What `prepare` raises passes through. Raises what `edit` does, and Conflict when an exact one comes too late or
        all of it is there already.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All on memory adapters in tests, on PostgreSQL in the product; handlers cannot tell the difference."""

    settings: Settings
    logger: FilteringBoundLogger
    clock: Clock
    log: EventLog
    codec: EventCodec
    repository: Repository
    snapshots: Snapshots
    client_ids: ClientIds
    blobs: Blobs
    people: People
    roster: Roster
    membership: Membership
    auth: Auth
    rooms: Rooms
    streams: EventStreams
    whereabouts: Whereabouts
    #: Lists that come from projections.
    library: LibraryReader
    jobs: JobsReader
    takes: TakesReader
    versions: VersionsReader
    branches: BranchesReader
    comments: CommentsReader
    moments: MomentsReader
    inbox: InboxReader
    #: What documents said at any position, and who wrote it.
    histories: Histories
    job_commands: JobCommands
    metrics: Metrics
    #: The built browser client; empty when there is none.
    client: ClientFiles
    #: What keeps this process from serving now, by a name that everybody may read, and why, which may quote content;
    #: empty: it is ready.
    unready: Callable[[], Awaitable[Mapping[str, str]]]
    #: What else this installation can do, found at start, such as {"redis": True, "stems": False}.
    capabilities: Mapping[str, bool]
