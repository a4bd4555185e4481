"""Who is in which document, over all nodes: for lists of documents, where no document is open.

Each node knows who it shows itself (sync/presence.py) and tells the others on one fan-out channel: at most a second
after that has changed, and every few seconds anyway. What a node has not repeated for a while is forgotten: it is gone.
Without a fan-out a node knows only its own people, which is everybody when there is one node.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from structlog.typing import FilteringBoundLogger

from core.limits import POLL_SECONDS, PRESENCE_REMOTE_SECONDS_MAX, WHEREABOUTS_SECONDS
from core.ports import Clock, Fanout
from sync.presence import Shown

#: The fan-out channel of all nodes.
CHANNEL: Final = "whereabouts"

People = Mapping[UUID, Sequence[Shown]]


class Whereabouts:
    """Knows where everybody is. `run` must run for as long as other nodes should know of ours."""

    def __init__(
        self, people_here: Callable[[], People], *, fanout: Fanout | None, clock: Clock, logger: FilteringBoundLogger
    ) -> None:
        self._people_here = people_here
        self._fanout = fanout
        self._clock = clock
        self._logger = logger
        self._node = str(uuid4())
        #: What each other node said last, and when, by the monotonic clock.
        self._elsewhere: dict[str, tuple[float, People]] = {}
        self._told: bytes | None = None
        self._told_at = -WHEREABOUTS_SECONDS

    def everybody(self) -> dict[UUID, list[Shown]]:
        """Return who is in which document now, each person once a document."""
        now = self._clock.monotonic()
        fresh = [people for at, people in self._elsewhere.values() if now - at <= PRESENCE_REMOTE_SECONDS_MAX]
        found: dict[UUID, dict[UUID, Shown]] = {}
        for people in (self._people_here(), *fresh):
            for document_id, shown in people.items():
                there = found.setdefault(document_id, {})
                for person in shown:
                    there.setdefault(person.person_id, person)
        return {document_id: list(there.values()) for document_id, there in found.items()}

    async def run(self) -> None:
        """Hear the other nodes and tell them, until cancelled; returns at once without a fan-out."""
        if self._fanout is None:
            return
        stop = await self._fanout.subscribe(CHANNEL, self.hear)
        try:
            while True:
                await self.tell()
                await asyncio.sleep(POLL_SECONDS)
        finally:
            await stop()

    async def tell(self) -> None:
        """Tell the other nodes who is here, if that is new to them or has not been said for a while."""
        assert self._fanout is not None
        now, message = self._clock.monotonic(), self._message()
        if message == self._told and now - self._told_at < WHEREABOUTS_SECONDS:
            return
        self._told, self._told_at = message, now
        await self._fanout.publish(CHANNEL, message)
        for node, (at, _) in list(self._elsewhere.items()):
            if now - at > PRESENCE_REMOTE_SECONDS_MAX:
                del self._elsewhere[node]

    def hear(self, message: bytes) -> None:
        """Take what another node says."""
        try:
            node, people = _read(message)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            self._logger.warning("whereabouts_unreadable", reason=str(error))
            return
        self._elsewhere[node] = (self._clock.monotonic(), people)

    def _message(self) -> bytes:
        people = {
            str(document_id): [[str(one.person_id), one.name, one.colour] for one in shown]
            for document_id, shown in self._people_here().items()
        }
        return json.dumps({"node": self._node, "people": people}, separators=(",", ":")).encode()


def _read(message: bytes) -> tuple[str, People]:
    """Return the node and its people; raises whatever the first wrong value meets."""
    value: Any = json.loads(message)
    people = {
        UUID(document_id): [Shown(UUID(person_id), str(name), int(colour)) for person_id, name, colour in shown]
        for document_id, shown in dict(value["people"]).items()
    }
    return str(UUID(value["node"])), people
