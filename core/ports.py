"""The ports: what the meaning needs of the world. Each has five methods or fewer, each with its promise.

Every port has an in-memory implementation in `core/adapters/memory.py` and one suite in `tests/contracts/` that all
implementations pass.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from core.events import EVERYTHING, Append, AppendMaker, Claim, Committed, EventFilter, Head, Kind, Page, Recorded
from core.people import Credential, CredentialKind, Person


class EventLog(Protocol):
    """The one log: append-only, one order of positions, durable before it answers."""

    def append(self, append: Append | AppendMaker) -> asyncio.Future[Committed]:
        """Store all or nothing; the future resolves after the commit with fsync (P1).

        Fails with StreamMoved or ClientIdTaken (nothing of this append is stored, others of the batch are), Invalid or
        TooLarge (it can never be stored), LogUnavailable (not stored as far as anyone knows: read before you write
        again), Overloaded (raised at once: the queue is full). After a lost answer the log finds
        out by itself whether the batch was stored. Futures of one batch resolve in the order of their positions.
        """
        ...

    async def read_stream(self, stream_id: UUID, kind: Kind, *, after: int = 0, limit: int = 10_000) -> list[Recorded]:
        """Return the stream's events with version > after, oldest first, at most `limit`."""
        ...

    async def read(self, *, after: int, limit: int, where: EventFilter) -> Page:
        """Return matching events with position > after; never skips one that commits later (P3).

        At most `limit`, and none after those whose bodies together reach PAGE_BYTES_MAX.
        """
        ...

    async def head(self, stream_id: UUID | None = None, kind: Kind = Kind.AGGREGATE) -> Head:
        """Return where a stream ends; without a stream, where the whole log ends (version 0)."""
        ...

    async def changed(self, *, after: int, timeout_s: float, where: EventFilter = EVERYTHING) -> None:
        """Return as soon as the log may hold a matching event with position > after, or when the time is over.

        A reader of facts sleeps through keystrokes: nobody need read sixteen pages a second to find nothing in them.
        """
        ...


class Snapshot(NamedTuple):
    """A document's garbage-collected state at a version: saves replaying what came before."""

    version: int
    position: int
    state: bytes


class Snapshots(Protocol):
    """Snapshots of documents. A cache: losing one costs time, never an edit."""

    async def latest(self, document_id: UUID) -> Snapshot | None:
        """Return the newest snapshot, or None."""
        ...

    async def save(self, document_id: UUID, snapshot: Snapshot) -> None:
        """Keep this snapshot as the newest unless a newer one is there."""
        ...


class ClientIds(Protocol):
    """Who owns which CRDT client id of a document: stored facts (P6). Appends can claim ids too (`Append.claims`)."""

    async def owners(self, document_id: UUID) -> dict[int, UUID | None]:
        """Return every known id with its owner; None: retired, nobody may use it again."""
        ...

    async def issue(self, document_id: UUID, person_id: UUID) -> int:
        """Bind a fresh id, never used in this document, to the person and return it."""
        ...

    async def claim(self, claim: Claim) -> UUID | None:
        """Bind the id to the person unless it is bound; return who owns it now (None: retired)."""
        ...

    async def retire(self, document_id: UUID, client_id: int) -> None:
        """Make sure that nobody uses this id for new content again."""
        ...


class Blobs(Protocol):
    """Bytes by content hash (SHA-256, lower-case hex)."""

    async def put(self, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Store the bytes durably and return (hash, size); the same bytes are stored once."""
        ...

    async def size(self, digest: str) -> int | None:
        """Return the size in bytes, or None when there is no such blob."""
        ...

    def read(self, digest: str, *, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes start..stop (exclusive). Raises NotFound."""
        ...

    async def remove(self, digest: str) -> None:
        """Forget the bytes for ever; nothing happens when there are none. Nobody may be storing them meanwhile."""
        ...


class Wakeups(Protocol):
    """The queue that wakes workers. It holds nothing that matters: a lost or doubled wake-up changes nothing (P9)."""

    def wake(self, *, kind: str, job_id: UUID, attempt: int) -> None:
        """Ask some worker to try this attempt of this job."""
        ...


class Fanout(Protocol):
    """Hints and cursors between nodes. Nothing durable: a lost message costs a moment, never an edit."""

    async def publish(self, channel: str, message: bytes) -> None:
        """Send to every other node; returns without waiting for them."""
        ...

    async def subscribe(self, channel: str, handler: Callable[[bytes], None]) -> Callable[[], Awaitable[None]]:
        """Call the handler for every message of other nodes; returns the way to stop."""
        ...


class Clock(Protocol):
    """Time, so that tests own it."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...


class Checkpoints(Protocol):
    """How far named readers (projections, dispatchers, subscriptions) have read."""

    async def get(self, name: str) -> int:
        """Return the reader's position; 0 for a new reader."""
        ...

    async def advance(self, name: str, *, expected: int, position: int) -> bool:
        """Move the checkpoint if it still is where expected; False: another reader moved it."""
        ...


class People(Protocol):
    """Names by opaque id, erasable: nothing else in the product stores a name (P5)."""

    async def add(self, person: Person) -> None:
        """Keep a new person. Raises Conflict when the id is taken."""
        ...

    async def named(self, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Return those of the people that exist, by id."""
        ...

    async def rename(self, person_id: UUID, name: str) -> None:
        """Change the name on screens. Raises NotFound."""
        ...

    async def erase(self, person_id: UUID) -> None:
        """Forget the name and every credential, for ever; the opaque id stays. Raises NotFound."""
        ...


class Credentials(Protocol):
    """Who holds which secret: tokens, one-time links, browser sessions. Hashes only, compared in constant time."""

    async def add(self, credential: Credential, digest: bytes, *, spends: UUID | None = None) -> bool:
        """Keep a credential whose secret has this hash.

        With `spends`, revoke that credential in the same transaction and store nothing unless it was alive: of two
        who open one link at once, one gets True.
        """
        ...

    async def find(self, kind: CredentialKind, digest: bytes, now: datetime) -> Credential | None:
        """Return the credential with this hash, or None when it never was, has expired or was revoked."""
        ...

    async def extend(self, credential_id: UUID, expires_at: datetime) -> None:
        """Let it live longer; a revoked or unknown one stays dead."""
        ...

    async def held(self, now: datetime, *, person_id: UUID | None = None) -> list[Credential]:
        """Return what is alive, oldest first, of one person or of all."""
        ...

    async def revoke(self, credential_id: UUID, now: datetime) -> bool:
        """End it at once; False when it was dead already or never was."""
        ...
