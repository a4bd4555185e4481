"""Aggregates in and out of the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TypeVar
from uuid import UUID

from core.aggregates.base import Aggregate
from core.aggregates.codec import EventCodec
from core.errors import NotFound, Quarantined
from core.events import Append, Committed, Kind, Recorded, Write
from core.ports import EventLog

AnyAggregate = TypeVar("AnyAggregate", bound=Aggregate)

#: Events read at a time; aggregates are short, a job that reported much is not.
PAGE_EVENTS = 1000


class Repository:
    """Loads an aggregate from its events and stores what it decided since.

    Typical use, retried by the caller when it raises StreamMoved (somebody else decided first: load again)::

        document = await repository.get(Document, document_id)
        document.trash(at=clock.now())
        await repository.save(document, actor_id)
    """

    def __init__(self, log: EventLog, codec: EventCodec | None = None) -> None:
        self._log = log
        self._codec = codec or EventCodec.of_all_aggregates()

    async def get(self, aggregate_class: type[AnyAggregate], stream_id: UUID) -> AnyAggregate:
        """Return the aggregate as its events made it.

        Raises NotFound when there is none of this class, or it was erased; Quarantined when its events cannot be read.
        """
        aggregate: Aggregate | None = None
        async for recorded in self._events(stream_id):
            if aggregate is None and not recorded.body:
                break
            aggregate = self._evolve(aggregate, recorded)
        if not isinstance(aggregate, aggregate_class) or aggregate.is_gone:
            raise NotFound(f"there is no {getattr(aggregate_class, 'TOPIC', 'such thing')} {stream_id}")
        return aggregate

    def to_append(self, aggregate: Aggregate, actor_id: UUID) -> Append:
        """Return what the aggregate decided since it was loaded. Join the `writes` of several to store all or nothing.

        Raises Invalid for text that cannot be stored.
        """
        events = tuple(self._codec.encode(event, actor_id) for event in aggregate.pending_events)
        if not events:
            return Append(())
        return Append((Write(aggregate.id, Kind.AGGREGATE, aggregate.version - len(events), events),))

    async def save(self, aggregate: Aggregate, actor_id: UUID) -> Committed:
        """Store what the aggregate decided, in one transaction; returns when it is durable.

        Raises StreamMoved when somebody else stored first: nothing is stored, load again and decide again. An
        aggregate that decided nothing stores nothing and gets positions 0, 0.
        """
        count = len(aggregate.pending_events)
        committed = await self._log.append(self.to_append(aggregate, actor_id))
        del aggregate.pending_events[:count]
        return committed

    async def _events(self, stream_id: UUID) -> AsyncIterator[Recorded]:
        after = 0
        while page := await self._log.read_stream(stream_id, Kind.AGGREGATE, after=after, limit=PAGE_EVENTS):
            for recorded in page:
                yield recorded
            after = page[-1].version
            if len(page) < PAGE_EVENTS:
                return

    def _evolve(self, aggregate: Aggregate | None, recorded: Recorded) -> Aggregate:
        event = self._codec.decode(recorded)
        try:
            evolved = event.mutate(aggregate)
        except Exception as error:  # Rows in an order or of a shape that no decision of ours has ever made.
            raise Quarantined(f"the events of stream {recorded.stream_id} do not follow each other: {error}") from error
        assert isinstance(evolved, Aggregate)
        return evolved
