"""Branches, read from a log in memory for every question: slow, and never behind."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from core.adapters.memory import MemoryLog, MemorySnapshots
from core.aggregates.branch import Branch
from core.aggregates.document import Document
from core.documents.kinds import kind_named
from core.documents.load import load
from core.errors import NotFound
from core.repository import Repository
from projections.branches import BranchRow
from projections.pages import Listing
from tests.unit.web.comment_readers import page_of


class MemoryBranches:
    """A BranchesReader."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._repository = Repository(log)

    async def list_branches(
        self,
        *,
        document_id: UUID | None = None,
        state: str | None = None,
        reviewer_id: UUID | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Listing[BranchRow]:
        """Return a page, the newest first."""
        opened = [event for event in reversed(self._log.store.events) if event.topic == Branch.Opened.TOPIC]
        branches = [(await self._repository.get(Branch, event.stream_id), event.position) for event in opened]
        rows = [
            BranchRow(
                branch_id=branch.id, document_id=branch.document_id, content_id=branch.content_id,
                document_title=await self.title_of(branch.document_id), state=branch.state.value, position=position,
            )
            for branch, position in branches
            if document_id in (None, branch.document_id)
            and state in (None, branch.state.value)
            and (reviewer_id is None or reviewer_id in branch.reviewers)
        ]  # fmt: skip
        return page_of(rows, limit, cursor)

    async def title_of(self, document_id: UUID) -> str:
        """Return the title as the content has it; empty: there is no such document, or it was erased."""
        try:
            kind = kind_named((await self._repository.get(Document, document_id)).kind)
        except NotFound:
            return ""
        loaded = await load(self._log, MemorySnapshots(), document_id)
        return kind.summary_of(kind.to_json(loaded.doc)).title

    async def names_of(self, branch_ids: Collection[UUID]) -> dict[UUID, str]:
        """Return the names as the log has them."""
        return {one: (await self._repository.get(Branch, one)).name for one in branch_ids}
