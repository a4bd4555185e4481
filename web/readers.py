"""What handlers ask the projections (library.py, jobs.py, takes.py, versions.py ...), as protocols."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, Protocol
from uuid import UUID

from projections.branches import BranchRow
from projections.comments import ThreadRow, ThreadState
from projections.inbox import InboxRow
from projections.jobs import JobRow
from projections.library import DocumentEntry
from projections.lineage import Ancestor
from projections.moments import MomentRow, Wanted
from projections.pages import Listing
from projections.takes import TakeRow
from projections.versions import VersionRow


class LibraryReader(Protocol):
    """Lists of documents."""

    async def list_documents(
        self,
        *,
        kinds: Sequence[str] | None = None,
        search: str | None = None,
        trashed: bool = False,
        order: Literal["recent", "title"] = "recent",
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[DocumentEntry]:
        """Return a page of the documents in the library, or in the trash. Raises Invalid for a bad cursor."""
        ...


class JobsReader(Protocol):
    """Lists of jobs."""

    async def get_job(self, job_id: UUID) -> JobRow | None:
        """Return the job, or None."""
        ...

    async def list_jobs(
        self,
        *,
        document_id: UUID | None = None,
        statuses: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[JobRow]:
        """Return a page of jobs, the newest request first. Raises Invalid for a bad cursor."""
        ...

    async def waiting(self) -> tuple[int, int]:
        """Return how many jobs are queued, and up to which position of the log this is known."""
        ...


class TakesReader(Protocol):
    """Lists of takes."""

    async def get_take(self, take_id: UUID) -> TakeRow | None:
        """Return the take, deleted or not, or None."""
        ...

    async def list_takes(
        self,
        *,
        document_id: UUID | None = None,
        job_id: UUID | None = None,
        deleted: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[TakeRow]:
        """Return a page of takes, the newest first, or of the deleted ones. Raises Invalid for a bad cursor."""
        ...

    async def has_asset(self, digest: str) -> bool:
        """Say whether any take names this asset."""
        ...


class VersionsReader(Protocol):
    """Lists of versions."""

    async def list_versions(
        self, *, document_id: UUID, named_only: bool = False, limit: int = 50, cursor: str | None = None
    ) -> Listing[VersionRow]:
        """Return a page of a document's versions, the newest first. Raises Invalid for a bad cursor."""
        ...

    async def named_of(self, document_id: UUID) -> list[VersionRow]:
        """Return the newest versions that somebody named of a document, by where it stood."""
        ...

    async def named_before(self, document_id: UUID, position: int) -> int:
        """Return where the document stood at the last version that somebody named of it before a position; 0: none."""
        ...


class CommentsReader(Protocol):
    """Lists of threads of comments."""

    async def list_threads(
        self, *, document_id: UUID, state: ThreadState = "open", limit: int = 50, cursor: str | None = None
    ) -> Listing[ThreadRow]:
        """Return a page of a document's threads, the newest first. Raises Invalid for a bad cursor."""
        ...


class MomentsReader(Protocol):
    """What happened around documents that is no edit."""

    async def list_moments(
        self, wanted: Wanted, ancestors: Sequence[Ancestor] = (), *, limit: int
    ) -> Sequence[MomentRow]:
        """Return so many moments, the newest first; of what the document was forked from, the merges up to then."""
        ...

    async def merged_at(self, document_id: UUID, ancestors: Sequence[Ancestor] = ()) -> list[int]:
        """Return the positions of the newest merges into a document, and into what it was forked from until then."""
        ...


class InboxReader(Protocol):
    """One person's inbox."""

    async def list_entries(
        self, *, person_id: UUID, unread_only: bool = False, limit: int = 50, cursor: str | None = None
    ) -> Listing[InboxRow]:
        """Return a page, the newest first. Raises Invalid for a bad cursor."""
        ...

    async def count_unread(self, person_id: UUID) -> int:
        """Return how many entries are unread, as far as they are counted."""
        ...

    async def unread_among(self, person_id: UUID, *, positions: Sequence[int], up_to: int) -> list[int]:
        """Return the unread entries at these positions and those up to another one; bounded."""
        ...


class BranchesReader(Protocol):
    """Lists of branches."""

    async def list_branches(
        self,
        *,
        document_id: UUID | None = None,
        state: str | None = None,
        reviewer_id: UUID | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[BranchRow]:
        """Return a page of branches, the newest first. Raises Invalid for a bad cursor."""
        ...

    async def title_of(self, document_id: UUID) -> str:
        """Return how the library calls a document; empty: it does not know it."""
        ...

    async def names_of(self, branch_ids: Collection[UUID]) -> dict[UUID, str]:
        """Return how branches are called; one that was erased has no name."""
        ...
