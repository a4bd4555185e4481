"""What happened around documents, read from a log in memory for every question: slow, and never behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from core.adapters.memory import MemoryLog
from core.aggregates.codec import EventCodec
from core.aggregates.comment import Comment
from core.repository import Repository
from projections.lineage import Ancestor
from projections.moments import TOPICS, MomentRow, Wanted, moment_of


class MemoryMoments:
    """A MomentsReader."""

    def __init__(self, log: MemoryLog, codec: EventCodec) -> None:
        self._log = log
        self._codec = codec
        self._repository = Repository(log, codec)

    async def list_moments(self, wanted: Wanted, ancestors: Sequence[Ancestor] = (), *, limit: int) -> list[MomentRow]:
        """Return the newest moments first."""
        rows = [await self._with_words(row) for row in self._rows(wanted.document_id, ancestors)]
        return [row for row in rows if self._is_wanted(row, wanted)][:limit]

    async def merged_at(self, document_id: UUID, ancestors: Sequence[Ancestor] = ()) -> list[int]:
        """Return the positions of merges."""
        return [row.position for row in self._rows(document_id, ancestors) if row.kind == "merge"]

    def _rows(self, document_id: UUID, ancestors: Sequence[Ancestor]) -> list[MomentRow]:
        facts = [event for event in self._log.store.events if event.topic in TOPICS and event.body]
        until = {one.document_id: one.until for one in ancestors}
        rows = [moment_of(fact, self._codec.decode(fact)) for fact in facts]
        found = [
            row
            for row in rows
            if row.document_id == document_id or (row.kind == "merge" and row.position <= until.get(row.document_id, 0))
        ]
        return sorted(found, key=lambda row: row.position, reverse=True)

    async def _with_words(self, row: MomentRow) -> MomentRow:
        if row.kind != "comment":
            return row
        thread = await self._repository.get(Comment, row.subject_id)
        return replace(row, path=thread.anchor.path, text=next(iter(thread.messages.values())).text)

    def _is_wanted(self, row: MomentRow, wanted: Wanted) -> bool:
        path = wanted.path
        is_there = path is None or row.kind == "merge"
        if path is not None and row.kind == "comment":
            is_there = row.path == path or row.path.startswith(f"{path.rstrip('/')}/")
        return (
            is_there
            and row.kind in wanted.kinds
            and wanted.person_id in (None, row.person_id)
            and row.position > wanted.after
            and (wanted.before is None or row.position < wanted.before)
            and (wanted.since is None or row.at >= wanted.since)
            and (wanted.until is None or row.at < wanted.until)
        )
