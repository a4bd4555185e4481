"""The lists of projections, read from a log in memory for every question: slow, and never behind."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from core.adapters.memory import MemoryLog, MemorySnapshots
from core.aggregates.document import Document
from core.aggregates.job import Job, JobStatus
from core.aggregates.take import Take
from core.aggregates.version import Version
from core.documents.kinds import kind_named
from core.documents.load import load
from core.events import Kind, Recorded
from core.repository import Repository
from projections.jobs import JobRow
from projections.library import DocumentEntry
from projections.pages import Listing, check_limit, decode_cursor, encode_cursor
from projections.takes import TakeFile, TakeRow
from projections.versions import VersionRow


class MemoryReaders:
    """LibraryReader, JobsReader, TakesReader and VersionsReader in one."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._repository = Repository(log)

    async def list_documents(
        self,
        *,
        kinds: Sequence[str] | None = None,
        search: str | None = None,
        trashed: bool = False,
        order: str = "recent",
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[DocumentEntry]:
        """Return a page by position or title."""
        erased = {event.stream_id for event in self._log.store.events if event.topic == "document.erasure_requested"}
        created = [
            event
            for event in self._first("document.created")
            if event.stream_id not in erased
            and (await self._repository.get(Document, event.stream_id)).forked_from is None
        ]
        entries = [await self._entry(event) for event in created]
        entries = [
            entry
            for entry in entries
            if (entry.trashed_at is not None) == trashed
            and (kinds is None or entry.kind in kinds)
            and (search is None or search.lower() in entry.title.lower())
        ]
        entries.sort(key=lambda entry: entry.title if order == "title" else -entry.position)
        return _page(entries, limit, cursor)

    async def get_job(self, job_id: UUID) -> JobRow | None:
        """Return the job, or None."""
        return next((row for row in await self._jobs() if row.job_id == job_id), None)

    async def list_jobs(
        self,
        *,
        document_id: UUID | None = None,
        statuses: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[JobRow]:
        """Return a page, the newest first."""
        rows = [
            row
            for row in reversed(await self._jobs())
            if document_id in (None, row.document_id)
            and (statuses is None or row.status in statuses)
            and (kinds is None or row.kind in kinds)
        ]
        return _page(rows, limit, cursor)

    async def waiting(self) -> tuple[int, int]:
        """Return how many jobs are queued, as of now."""
        jobs = await self._jobs()
        return sum(job.status == JobStatus.QUEUED for job in jobs), self._log.store.position

    async def get_take(self, take_id: UUID) -> TakeRow | None:
        """Return the take, or None."""
        return next((row for row in await self._takes() if row.take_id == take_id), None)

    async def list_takes(
        self,
        *,
        document_id: UUID | None = None,
        job_id: UUID | None = None,
        deleted: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[TakeRow]:
        """Return a page, the newest first."""
        rows = [
            row
            for row in reversed(await self._takes())
            if document_id in (None, row.document_id)
            and job_id in (None, row.job_id)
            and (row.deleted_at is not None) == deleted
        ]
        return _page(rows, limit, cursor)

    async def has_asset(self, digest: str) -> bool:
        """Say whether any take names this asset."""
        return any(file.digest == digest for row in await self._takes() for file in row.files)

    async def list_versions(
        self, *, document_id: UUID, named_only: bool = False, limit: int = 50, cursor: str | None = None
    ) -> Listing[VersionRow]:
        """Return a page, the newest first."""
        rows = []
        for event in reversed(self._first("version.named")):
            version = await self._repository.get(Version, event.stream_id)
            for number, part in enumerate(version.documents):
                wanted = part["document_id"] == str(document_id) and (not named_only or version.cause == "person")
                if wanted and not version.removed:
                    rows.append(
                        VersionRow(
                            version_id=version.id, document_id=document_id, document_position=part["position"],
                            name=version.name, message=version.message, cause=version.cause.value,
                            created_by=event.actor_id, created_at=event.recorded_at, position=event.position,
                            number=number,
                        )
                    )  # fmt: skip
        return _page(rows, limit, cursor)

    async def named_of(self, document_id: UUID) -> list[VersionRow]:
        """Return the named versions by where the document stood."""
        rows = (await self.list_versions(document_id=document_id, named_only=True, limit=200)).items
        return sorted(rows, key=lambda row: row.document_position)

    async def named_before(self, document_id: UUID, position: int) -> int:
        """Return the position of the last named version before one; 0: none."""
        rows = (await self.list_versions(document_id=document_id, named_only=True, limit=200)).items
        return max((row.document_position for row in rows if row.document_position < position), default=0)

    def _first(self, topic: str) -> list[Recorded]:
        return [event for event in self._log.store.events if event.topic == topic]

    async def _entry(self, created: Recorded) -> DocumentEntry:
        document = await self._repository.get(Document, created.stream_id)
        loaded = await load(self._log, MemorySnapshots(), created.stream_id)
        content = kind_named(document.kind).to_json(loaded.doc)
        summary = kind_named(document.kind).summary_of(content)
        facts = self._log.store.head(created.stream_id, Kind.AGGREGATE)
        return DocumentEntry(
            document_id=created.stream_id,
            kind=document.kind,
            title=summary.title,
            subtitle=summary.subtitle,
            counts=summary.counts,
            position=max(facts.position, loaded.position),
            created_by=created.actor_id,
            created_at=created.recorded_at,
            updated_by=created.actor_id,
            updated_at=document.modified_on,
            trashed_at=document.modified_on if document.trashed else None,
            problem=None,
        )

    async def _jobs(self) -> list[JobRow]:
        rows = []
        for event in self._first("job.requested"):
            job = await self._repository.get(Job, event.stream_id)
            rows.append(
                JobRow(
                    job_id=job.id, kind=job.kind, document_id=job.document_id, document_position=job.document_position,
                    parameters=job.parameters, seed=job.seed, requested_by=job.requested_by,
                    requested_at=event.recorded_at, status=job.status, attempt=job.attempt, failures=job.failures,
                    due_at=job.due_at, lease_until=job.lease_until, worker=job.worker, stage=job.stage,
                    fraction=job.fraction, result=job.result, reason=job.reason, final=job.final,
                    cancel_requested=job.cancel_requested, updated_at=job.modified_on,
                    requested_position=event.position, position=event.position,
                )
            )  # fmt: skip
        return rows

    async def _takes(self) -> list[TakeRow]:
        rows = []
        for event in self._first("take.completed"):
            take = await self._repository.get(Take, event.stream_id)
            rows.append(
                TakeRow(
                    take_id=take.id, job_id=take.job_id, document_id=take.document_id,
                    document_position=take.document_position, engine=take.engine, engine_version=take.engine_version,
                    parameters=take.parameters, seed=take.seed, files=tuple(TakeFile(**file) for file in take.files),
                    duration_s=take.duration_s, sample_rate_hz=take.sample_rate_hz, sections=tuple(take.sections),
                    notes=tuple(take.notes), loudness=take.loudness, created_by=event.actor_id,
                    created_at=event.recorded_at, deleted_at=take.modified_on if take.deleted else None,
                    position=event.position,
                )
            )  # fmt: skip
        return rows


def _page(items: list, limit: int, cursor: str | None) -> Listing:
    (start,) = decode_cursor(cursor, (int,)) or (0,)
    stop = start + check_limit(limit)
    return Listing(tuple(items[max(0, start) : stop]), encode_cursor([stop]) if stop < len(items) else None)
