"""What people and programs ask of jobs: request, cancel, retry. Workers have their own side in workers/."""

from __future__ import annotations

import json
import secrets
from collections import deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID, uuid5

from core.aggregates.document import Document
from core.aggregates.job import Job
from core.documents.load_at import load_at
from core.documents.song import Song
from core.errors import Conflict, Invalid, NotFound, Overloaded, StreamMoved, TooLarge
from core.events import Kind
from core.ids import new_id
from core.limits import JOB_PARAMETERS_BYTES_MAX, JOBS_WAITING_MAX
from core.ports import Clock, EventLog, Snapshots
from core.repository import Repository

#: The kind of job that turns a song into a take.
RENDER: Final = "render"
#: Namespace of ids made from idempotency keys.
KEYS: Final = UUID("6f4f9c3e-2f0c-4a7f-9a54-6f1f3f0b7a11")
#: The range of a song's own seed as well: what every engine takes, and exact in JavaScript.
SEED_MAX: Final = 2**31 - 1
#: How often a decision is made anew because a worker was faster; each time the job has really moved on.
DECISIONS_MAX: Final = 20


class WaitingJobs(Protocol):
    """Who counts the jobs that wait."""

    async def waiting(self) -> tuple[int, int]:
        """Return how many jobs are queued, and up to which position of the log this is known."""
        ...


class JobCommands:
    """The commands, on aggregates and the log."""

    def __init__(
        self, *, log: EventLog, snapshots: Snapshots, repository: Repository, clock: Clock, waiting: WaitingJobs
    ) -> None:
        self._log = log
        self._snapshots = snapshots
        self._repository = repository
        self._clock = clock
        self._waiting = waiting
        #: Positions of this process' own requests, for those that the count does not know yet.
        self._requested: deque[int] = deque(maxlen=JOBS_WAITING_MAX)

    async def request_render(
        self,
        *,
        document_id: UUID,
        actor_id: UUID,
        engine: str,
        parameters: dict[str, Any] | None = None,
        seed: int | None = None,
        position: int | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """Ask for a take of a song; see `request`. Whether the engine takes these parameters is the caller's to check.

        Raises Invalid when the document is no song.
        """
        document = await self._document(document_id)
        if document.kind != "song":
            raise Invalid(f"Only a song can be rendered; this document is a {document.kind}.", path="/document_id")
        return await self.request(
            kind=RENDER,
            document_id=document_id,
            actor_id=actor_id,
            parameters={"engine": engine, "parameters": parameters or {}},
            seed=seed,
            position=position,
            idempotency_key=idempotency_key,
        )

    async def request(
        self,
        *,
        kind: str,
        document_id: UUID,
        actor_id: UUID,
        parameters: dict[str, Any],
        seed: int | None = None,
        position: int | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """Ask for a job on a document as it was at a position, by default as it is now; the position is pinned here.

        The same person's same key is the same job, however often it is sent. Without a seed, the song's
        own as it was at the position counts; when it has none, one is drawn. Raises NotFound without such a document,
        Conflict when it is in the trash or the key was used for another request, Invalid for a position outside its
        life, Quarantined, TooLarge, and Overloaded when too many jobs wait.
        """
        _require_plain(parameters)
        if seed is not None and not 0 <= seed <= SEED_MAX:
            raise Invalid(f"A seed is a whole number from 0 to {SEED_MAX}.", path="/seed")
        job_id = new_id() if idempotency_key is None else uuid5(KEYS, f"{actor_id} {kind} {idempotency_key}")
        wanted = _Wanted(kind, document_id, parameters, seed, position)
        if idempotency_key is not None and (job := await self._same(job_id, wanted)) is not None:
            return job
        document = await self._document(document_id)
        if document.trashed:
            raise Conflict("This document is in the trash; restore it first.")
        pinned = await self._pin(document_id, position)
        await self._require_room()
        job = Job.request(
            job_id=job_id,
            kind=kind,
            document_id=document_id,
            document_position=pinned,
            parameters=parameters,
            seed=await self._seed(document, pinned) if seed is None else seed,
            requested_by=actor_id,
            at=self._clock.now(),
        )
        try:
            committed = await self._repository.save(job, actor_id=actor_id)
        except StreamMoved:
            if (first := await self._same(job_id, wanted)) is None:
                raise
            return first
        self._requested.append(committed.first_position)
        return job

    async def cancel(self, job_id: UUID, *, actor_id: UUID) -> Job:
        """End a job; one that runs ends as soon as its worker hears it. Raises NotFound, Conflict when it is over."""
        return await self._decide(job_id, actor_id, lambda job: job.cancel(at=self._clock.now()))

    async def retry(self, job_id: UUID, *, actor_id: UUID) -> Job:
        """Try a failed or cancelled job again. Raises NotFound, Conflict otherwise, Overloaded when too many wait."""
        await self._require_room()
        return await self._decide(job_id, actor_id, lambda job: job.retry(at=self._clock.now()))

    async def get(self, job_id: UUID) -> Job:
        """Return the job as the log has it now. Raises NotFound."""
        return await self._repository.get(Job, job_id)

    async def _decide(self, job_id: UUID, actor_id: UUID, decide: Callable[[Job], None]) -> Job:
        """Load, decide and store, again when a worker's progress came in between."""
        for _ in range(DECISIONS_MAX):
            job = await self.get(job_id)
            decide(job)
            try:
                if job.pending_events:
                    await self._repository.save(job, actor_id=actor_id)
                return job
            except StreamMoved:
                continue
        raise Overloaded("This job changes too fast right now; try again in a moment.")

    async def _document(self, document_id: UUID) -> Document:
        try:
            return await self._repository.get(Document, document_id)
        except NotFound as error:
            raise NotFound("There is no document with that id.") from error

    async def _pin(self, document_id: UUID, position: int | None) -> int:
        """Return where to read the document: at the position asked for, by default where its last event is."""
        created = (await self._log.read_stream(document_id, Kind.AGGREGATE, limit=1))[0].position
        facts = await self._log.head(document_id, Kind.AGGREGATE)
        content = await self._log.head(document_id, Kind.UPDATE)
        last = max(facts.position, content.position)
        if position is None:
            return last
        if not created <= position <= max(last, (await self._log.head()).position):
            raise Invalid(f"This document can be read at positions from {created} to {last}.", path="/position")
        return min(position, last)

    async def _seed(self, document: Document, position: int) -> int:
        """Return the song's own seed as it was at a position, else one drawn at random."""
        own = None
        if document.kind == Song.name:
            own = Song().to_json(await load_at(self._log, self._snapshots, document.id, position))["seed"]
        return secrets.randbelow(SEED_MAX + 1) if own is None else int(own)

    async def _require_room(self) -> None:
        count, known_position = await self._waiting.waiting()
        count += sum(position > known_position for position in self._requested)
        if count >= JOBS_WAITING_MAX:
            raise Overloaded(f"{JOBS_WAITING_MAX} jobs are waiting already; try again when some are done.")

    async def _same(self, job_id: UUID, wanted: _Wanted) -> Job | None:
        """Return the job that this idempotency key made before, if it made one. Raises Conflict when it is another."""
        try:
            job = await self.get(job_id)
        except NotFound:
            return None
        if not wanted.matches(job):
            raise Conflict("This idempotency key was used for another request; take a fresh one.")
        return job


class _Wanted(NamedTuple):
    """What a request asked for, before anything was filled in."""

    kind: str
    document_id: UUID
    parameters: dict[str, Any]
    seed: int | None
    position: int | None

    def matches(self, job: Job) -> bool:
        """Say whether this job is what was asked for."""
        return (
            (self.kind, self.document_id, self.parameters) == (job.kind, job.document_id, job.parameters)
            and self.seed in (None, job.seed)
            and (self.position is None or self.position >= job.document_position)
        )


def _require_plain(parameters: dict[str, Any]) -> None:
    """Raise Invalid or TooLarge unless the parameters are JSON of a sane size."""
    try:
        size = len(json.dumps(parameters, allow_nan=False, ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid("The parameters must be plain JSON values.", path="/parameters") from error
    if size > JOB_PARAMETERS_BYTES_MAX:
        raise TooLarge(f"The parameters of a job take at most {JOB_PARAMETERS_BYTES_MAX // 1024} KiB.")
