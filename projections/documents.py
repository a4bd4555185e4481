"""The state of every document as JSON, read from the log once a batch, never once a keystroke."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from projections.port import Connection

COLUMNS: Final = (
    "document_id, kind, title, state, position, created_by, created_at, updated_by, updated_at, trashed_at, problem"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One document with its content as of `position`."""

    document_id: UUID
    kind: str
    title: str
    #: The content as its kind presents it; what the API returns for the document.
    state: dict[str, Any]
    position: int
    created_by: UUID
    created_at: datetime
    updated_by: UUID
    updated_at: datetime
    trashed_at: datetime | None
    #: Why the content cannot be read (then `state` is the last that could be); None: it can.
    problem: str | None


class Documents:
    """Questions about documents' states. The log itself is ahead of this table by up to a second."""

    def __init__(self, database: Connection) -> None:
        self._database = database

    async def get_document(self, document_id: UUID) -> DocumentRow | None:
        """Return the document, trashed or not, or None."""
        row = await self._database.fetchrow(
            f"SELECT {COLUMNS} FROM projections.documents WHERE document_id = $1", document_id
        )
        if row is None:
            return None
        values = {column: row[column] for column in COLUMNS.split(", ")}
        return DocumentRow(**{**values, "state": json.loads(values["state"])})
