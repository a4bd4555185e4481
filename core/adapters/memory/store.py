"""What a database would hold: events in order, heads, and who owns which CRDT client id."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from core.adapters.memory.clock import ManualClock
from core.errors import ClientIdTaken, StreamMoved
from core.events import Append, Claim, Committed, Head, Kind, Recorded
from core.ids import random_client_id
from core.ports import Clock


class MemoryStore:
    """The shared state of all nodes; everything that changes it is one synchronous call, so calls are the lock."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or ManualClock()
        #: The event at index i has position i + 1.
        self.events: list[Recorded] = []
        self.streams: dict[tuple[UUID, Kind], list[Recorded]] = {}
        self.client_ids: dict[UUID, dict[int, UUID | None]] = {}
        #: Told (node, streams changed) after every batch.
        self.listeners: list[Callable[[object, frozenset[UUID]], None]] = []

    @property
    def position(self) -> int:
        """Return the position of the last event."""
        return len(self.events)

    def head(self, stream_id: UUID, kind: Kind) -> Head:
        """Return where a stream ends."""
        stream = self.streams.get((stream_id, kind))
        return Head(stream[-1].version, stream[-1].position) if stream else Head(0, 0)

    def store(self, append: Append) -> Committed:
        """Store all of it or raise StreamMoved or ClientIdTaken and store nothing."""
        self._check(append)
        for document_id, client_id, person_id in append.claims:
            self.client_ids.setdefault(document_id, {})[client_id] = person_id
        first, recorded_at = self.position + 1, self.clock.now()
        for stream_id, kind, expected, events in append.writes:
            stream = self.streams.setdefault((stream_id, kind), [])
            for version, (topic, body, actor_id) in enumerate(events, expected + 1):
                event = Recorded(
                    position=self.position + 1,
                    stream_id=stream_id,
                    kind=kind,
                    version=version,
                    topic=topic,
                    actor_id=actor_id,
                    recorded_at=recorded_at,
                    body=bytes(body),
                    size_bytes=len(body),
                )
                self.events.append(event)
                stream.append(event)
        return Committed(first, self.position) if self.position >= first else Committed(0, 0)

    def owner(self, document_id: UUID, client_id: int) -> tuple[bool, UUID | None]:
        """Return whether the id is known, and whose it is."""
        owners = self.client_ids.get(document_id, {})
        return client_id in owners, owners.get(client_id)

    def _check(self, append: Append) -> None:
        heads: dict[tuple[UUID, Kind], int] = {}
        for stream_id, kind, expected, events in append.writes:
            actual = heads.get((stream_id, kind), self.head(stream_id, kind).version)
            if actual != expected:
                raise StreamMoved(stream_id, expected, actual)
            heads[stream_id, kind] = expected + len(events)
        owners: dict[tuple[UUID, int], UUID] = {}
        for document_id, client_id, person_id in append.claims:
            known, owner = self.owner(document_id, client_id)
            if owners.setdefault((document_id, client_id), person_id) != person_id or (known and owner != person_id):
                raise ClientIdTaken(document_id, client_id)


class MemoryClientIds:
    """Who owns which CRDT client id, in the store that appends with claims write to."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def owners(self, document_id: UUID) -> dict[int, UUID | None]:
        """Return every known id with its owner; None: retired."""
        return dict(self._store.client_ids.get(document_id, {}))

    async def issue(self, document_id: UUID, person_id: UUID) -> int:
        """Bind a fresh id, never used in this document, to the person and return it."""
        owners = self._store.client_ids.setdefault(document_id, {})
        while (client_id := random_client_id()) in owners:
            pass
        owners[client_id] = person_id
        return client_id

    async def claim(self, claim: Claim) -> UUID | None:
        """Bind the id to the person unless it is bound; return who owns it now (None: retired)."""
        owners = self._store.client_ids.setdefault(claim.document_id, {})
        return owners.setdefault(claim.client_id, claim.person_id)

    async def retire(self, document_id: UUID, client_id: int) -> None:
        """Make sure that nobody uses this id for new content again."""
        self._store.client_ids.setdefault(document_id, {})[client_id] = None
