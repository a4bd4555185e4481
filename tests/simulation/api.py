"""One process's HTTP, as far as it makes and reads the past: the real handlers on its rooms and its way to the log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from random import Random
from types import SimpleNamespace
from typing import Any, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel

from core.adapters.memory import MemorySnapshots
from core.aggregates.codec import EventCodec
from core.ports import ClientIds, Clock, EventLog
from core.repository import Repository
from core.roles import Access
from projections.histories import Histories
from sync.edits import Edit, Prepared
from sync.rooms import Rooms
from web.routing import Call, Operation

Answer = TypeVar("Answer")

CODEC = EventCodec.of_all_aggregates()


class SimulatedHistories(Histories):
    """Histories without their thread: what takes time takes turns of the loop, in which people type."""

    def __init__(self, log: EventLog, random: Random) -> None:
        super().__init__(log, CODEC, MemorySnapshots())
        self._random = random

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        for _ in range(self._random.choice((0, 0, 0, 1, 4))):
            await asyncio.sleep(0)
        return work()


class WatchedRooms:
    """Rooms that remember which version each edit was made from."""

    def __init__(self, rooms: Rooms, bases: dict[int, int]) -> None:
        self._rooms, self._bases = rooms, bases

    async def merge(self, document_id: UUID, access: Access, prepare: Callable[[int], Awaitable[Prepared]]) -> Edit:
        edit = await self._rooms.merge(document_id, access, prepare)
        self._bases[edit.position] = edit.base_version
        return edit


class Api:
    """What people do by request. Roles are the routes' business: callers may what they ask for."""

    def __init__(
        self,
        log: EventLog,
        rooms: Rooms,
        client_ids: ClientIds,
        clock: Clock,
        random: Random,
        bases: dict[int, int],
    ) -> None:
        """`bases` remembers by position which version each edit was made from."""

        async def no_title(document_id: UUID) -> str:
            return ""

        self.repository = Repository(log, CODEC)
        self.histories = SimulatedHistories(log, random)
        self._services = SimpleNamespace(
            log=log,
            rooms=WatchedRooms(rooms, bases),
            clock=clock,
            codec=CODEC,
            client_ids=client_ids,
            repository=self.repository,
            histories=self.histories,
            branches=SimpleNamespace(title_of=no_title),
        )

    async def call(self, operation: Operation, access: Access, body: BaseModel | None, **ids: UUID) -> dict[str, Any]:
        """Return what a handler answers. Raises what it raises."""
        request = SimpleNamespace(path_params={name: str(id_) for name, id_ in ids.items()})
        call = Call(cast(Any, request), cast(Any, self._services), access, None, body)
        answer = await operation.handler(call)
        found: dict[str, Any] = json.loads(bytes(answer.body))
        return found
