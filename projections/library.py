"""The library: lists of documents with search, kinds, trash, by last edit or title; reads the table of documents.py."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from core.errors import Invalid
from core.limits import LINE_CHARS_MAX
from projections.pages import Listing, check_limit, decode_cursor, listing
from projections.port import Connection, Row
from projections.words import asked_words

COLUMNS: Final = (
    "document_id, kind, title, subtitle, counts, position, created_by, created_at, updated_by, updated_at, trashed_at, "
    "problem"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEntry:
    """One document in a list; the content is not part of it."""

    document_id: UUID
    kind: str
    title: str
    #: One line about the content, and how many there are of what, as the document's kind words it.
    subtitle: str
    counts: dict[str, int]
    #: The position of the last event of this document that the list knows.
    position: int
    created_by: UUID
    created_at: datetime
    updated_by: UUID
    updated_at: datetime
    #: When it was moved to the trash; None: it was not.
    trashed_at: datetime | None
    #: Why its content cannot be read; None: it can.
    problem: str | None


class Library:
    """Questions about the library."""

    def __init__(self, database: Connection) -> None:
        self._database = database

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
        """Return the documents in the library, or those in the trash.

        `search` finds documents that hold every word, the last one as the beginning of a word. Signs without a letter
        or digit find nothing, and nothing but space asks for all. Raises Invalid for a limit or cursor that is none,
        or a search that is too long.
        """
        where = """
            ($1::text[] IS NULL OR kind = ANY($1)) AND (trashed_at IS NOT NULL) = $2
            AND ($3::text IS NULL OR search @@ $3::tsquery)
        """
        arguments = [None if kinds is None else list(kinds), trashed, _query(search)]
        if search is not None and search.strip() and arguments[-1] is None:
            return Listing((), None)
        if order == "recent":
            after = decode_cursor(cursor, (int,)) or (None,)
            rows = await self._database.fetch(
                f"""
                SELECT {COLUMNS} FROM projections.documents WHERE {where} AND ($4::bigint IS NULL OR position < $4)
                ORDER BY position DESC LIMIT $5
                """,
                *arguments,
                *after,
                check_limit(limit) + 1,
            )
            return listing(rows, limit, ("position",), _entry)
        after = decode_cursor(cursor, (str, UUID)) or (None, None)
        rows = await self._database.fetch(
            f"""
            SELECT {COLUMNS}, sort_title FROM projections.documents
            WHERE {where} AND ($4::text IS NULL OR (sort_title, document_id) > ($4, $5::uuid))
            ORDER BY sort_title, document_id LIMIT $6
            """,
            *arguments,
            *after,
            check_limit(limit) + 1,
        )
        return listing(rows, limit, ("sort_title", "document_id"), _entry)

    async def count_documents(self, *, trashed: bool = False) -> dict[str, int]:
        """Return how many documents of each kind there are."""
        rows = await self._database.fetch(
            "SELECT kind, count(*) AS documents FROM projections.documents "
            "WHERE (trashed_at IS NOT NULL) = $1 GROUP BY kind",
            trashed,
        )
        return {row["kind"]: row["documents"] for row in rows}


def _query(search: str | None) -> str | None:
    """Return the words as a PostgreSQL text query; words hold no character that means something there."""
    if search is None:
        return None
    if len(search) > LINE_CHARS_MAX:
        raise Invalid(f"A search has at most {LINE_CHARS_MAX} characters.", path="search")
    wanted = asked_words(search)
    return " & ".join([f"'{word}'" for word in wanted[:-1]] + [f"'{word}':*" for word in wanted[-1:]]) or None


def _entry(row: Row) -> DocumentEntry:
    values = {column: row[column] for column in COLUMNS.split(", ")}
    return DocumentEntry(**{**values, "counts": json.loads(values["counts"])})
