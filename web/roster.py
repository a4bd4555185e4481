"""The members as the log has them at this moment, read anew for every question: only the tail is ever read twice."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.aggregates.codec import EventCodec
from core.aggregates.member import Member, Workspace
from core.errors import Quarantined
from core.events import Kind, Recorded
from core.ids import WORKSPACE_ID
from core.ports import EventLog

#: Events read at a time; a workspace has a few for each member.
PAGE_EVENTS = 1000


class Roster:
    """Knows every member's role in this process; asks the log what is new before it answers."""

    def __init__(self, log: EventLog, codec: EventCodec) -> None:
        self._log = log
        self._codec = codec
        self._workspace: Workspace | None = None
        self._version = 0

    async def member(self, person_id: UUID) -> Member | None:
        """Return a member as of the log's head when this was called, or later; None: no member."""
        await self._catch_up()
        return self._workspace.members.get(person_id) if self._workspace else None

    async def members(self) -> dict[UUID, Member]:
        """Return every member by id, as of the log's head, in the order of the invitations."""
        await self._catch_up()
        return dict(self._workspace.members) if self._workspace else {}

    async def removed(self) -> dict[UUID, Member]:
        """Return those who were members once by id, as of the log's head, in the order in which they were removed."""
        await self._catch_up()
        return dict(self._workspace.removed) if self._workspace else {}

    def concerned(self, events: Iterable[Recorded]) -> set[UUID]:
        """Return the people whom these events of the workspace's stream are about."""
        decoded = [self._codec.decode(recorded) for recorded in events]
        return {event.member_id for event in decoded if hasattr(event, "member_id")}

    async def _catch_up(self) -> None:
        """Two callers may read the same tail; each event counts once, and nothing is awaited while it is applied."""
        while True:
            tail = await self._log.read_stream(WORKSPACE_ID, Kind.AGGREGATE, after=self._version, limit=PAGE_EVENTS)
            for recorded in tail:
                if recorded.version <= self._version:
                    continue
                evolved = self._codec.decode(recorded).mutate(self._workspace)
                if not isinstance(evolved, Workspace):
                    raise Quarantined("the stream of the workspace holds something else")
                self._workspace, self._version = evolved, recorded.version
            if len(tail) < PAGE_EVENTS:
                return
