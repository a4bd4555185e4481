"""The state of every document as JSON, read from the log once a batch, never once a keystroke."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from core.aggregates.document import Document
from core.crdt.apply import is_panic
from core.documents.kind import Summary
from core.documents.kinds import kind_named
from core.documents.load import load
from core.errors import CounterpointError, Invalid, Quarantined
from core.events import DOCUMENT_UPDATED, EventFilter, Recorded
from core.limits import DOCUMENTS_GAP_SECONDS, JOB_REASON_CHARS_MAX
from projections.port import Connection, Projection, Sources
from projections.words import words_of

COLUMNS: Final = (
    "document_id, kind, title, state, warnings, position, created_by, created_at, updated_by, updated_at, trashed_at, "
    "problem"
)

NAME: Final = "documents"
VERSION: Final = 3
TABLE: Final = """
CREATE TABLE documents (
  document_id uuid PRIMARY KEY,
  kind text NOT NULL,
  title text NOT NULL,
  sort_title text COLLATE "C" NOT NULL,
  subtitle text NOT NULL DEFAULT '',
  counts json NOT NULL DEFAULT '{}',
  state json NOT NULL DEFAULT '{}',
  warnings json NOT NULL DEFAULT '[]',
  search tsvector NOT NULL DEFAULT '',
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_by uuid NOT NULL,
  updated_at timestamptz NOT NULL,
  trashed_at timestamptz,
  problem text,
  -- The last event of the document, of either of its streams, that this row has in it.
  position bigint NOT NULL UNIQUE
) WITH (fillfactor = 70);
CREATE INDEX ON documents (sort_title, document_id);
CREATE INDEX ON documents USING gin (search);
"""
CREATED, TRASHED, RESTORED = Document.Created.TOPIC, Document.Trashed.TOPIC, Document.Restored.TOPIC
ERASING: Final = Document.ErasureRequested.TOPIC
FILTER: Final = EventFilter(
    topics=frozenset({CREATED, TRASHED, RESTORED, ERASING, DOCUMENT_UPDATED}), with_updates=False
)


def projection(sources: Sources) -> Projection:
    """Return the projection of documents."""
    return Projection(
        name=NAME,
        version=VERSION,
        table=TABLE,
        where=FILTER,
        apply=partial(_apply, sources),
        gap_seconds=DOCUMENTS_GAP_SECONDS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One document with its content as of `position`."""

    document_id: UUID
    kind: str
    title: str
    #: The content as its kind presents it; what the API returns for the document.
    state: dict[str, Any]
    #: What a person should look at, each with path and message; it keeps no edit out.
    warnings: tuple[dict[str, str], ...]
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
        parsed = {"state": json.loads(values["state"]), "warnings": tuple(json.loads(values["warnings"]))}
        return DocumentRow(**{**values, **parsed})


async def _apply(sources: Sources, connection: Connection, events: Sequence[Recorded]) -> None:
    for recorded in events:
        if recorded.topic != DOCUMENT_UPDATED and not sources.codec.is_gone(recorded):
            await _apply_fact(sources, connection, recorded)
    last = {recorded.stream_id: recorded for recorded in events}
    rows = await connection.fetch(
        "SELECT document_id, kind, position FROM documents WHERE document_id = ANY($1)", list(last)
    )
    for row in rows:
        recorded = last[row["document_id"]]
        # While a rebuild reads old events, the row often has them already: the content is read at its newest.
        if row["position"] <= recorded.position:
            await _write_apart(connection, await _read(sources, row["kind"], recorded), recorded)


async def _apply_fact(sources: Sources, connection: Connection, recorded: Recorded) -> None:
    match sources.codec.decode(recorded):
        case Document.Created(forked_from=UUID()):
            return  # The content of a branch is found with its original.
        case Document.Created(kind=kind, title=title):
            title = _storable(title)
            await connection.execute(
                """
                INSERT INTO documents (document_id, kind, title, sort_title, created_by, created_at, updated_by,
                  updated_at, position)
                VALUES ($1, $2, $3, $4, $5, $6, $5, $6, $7)
                """,
                recorded.stream_id,
                kind,
                title,
                title.casefold(),
                recorded.actor_id,
                recorded.recorded_at,
                recorded.position,
            )
        case Document.Trashed():
            await _mark(connection, recorded, recorded.recorded_at)
        case Document.Restored():
            await _mark(connection, recorded, None)
        case Document.ErasureRequested():
            await connection.execute("DELETE FROM documents WHERE document_id = $1", recorded.stream_id)


async def _mark(connection: Connection, recorded: Recorded, trashed_at: datetime | None) -> None:
    await connection.execute(
        "UPDATE documents SET trashed_at = $2 WHERE document_id = $1", recorded.stream_id, trashed_at
    )


class _Content(NamedTuple):
    """What the content says, ready to be stored; or only the problem that keeps it from being read."""

    #: The position of its last event, facts included.
    position: int
    summary: Summary | None = None
    state: str = "{}"
    warnings: str = "[]"
    words: tuple[str, ...] = ()
    problem: str | None = None


async def _read(sources: Sources, kind_name: str, recorded: Recorded) -> _Content:
    """Read the document at its newest. One that cannot be read has a problem; the others go on.

    Raises what reading the log raises: that is nobody's content, and is tried again.
    """
    try:
        kind = kind_named(kind_name)
        loaded = await load(sources.log, sources.snapshots, recorded.stream_id)
    except (Invalid, Quarantined) as error:
        return _Content(recorded.position, problem=error.message)
    position = max(loaded.position, recorded.position)
    try:
        content = kind.to_json(loaded.doc)
        return _Content(
            position=position,
            summary=kind.summary_of(content),
            state=json.dumps(content, allow_nan=False),
            warnings=json.dumps([warning._asdict() for warning in kind.warnings_of(content)]),
            words=tuple(words_of(content)),
        )
    except BaseException as error:  # Whatever it is, a panic of the CRDT library too: only this content was looked at.
        if not isinstance(error, Exception) and not is_panic(error):
            raise
        return _Content(position, problem=_unreadable(error))


def _unreadable(error: BaseException) -> str:
    """Return why content cannot be shown. A note may hold numbers or depths that JSON cannot."""
    if isinstance(error, CounterpointError):
        return error.message
    return _storable(f"The content cannot be shown: {type(error).__name__}: {error}")[:JOB_REASON_CHARS_MAX]


async def _write_apart(connection: Connection, content: _Content, recorded: Recorded) -> None:
    """Write one document; content that the database cannot hold is a problem of that document alone."""
    await connection.execute("SAVEPOINT one_document")
    try:
        await _write_content(connection, content, recorded)
    except Exception as error:
        if not _is_about_values(error):
            raise
        await connection.execute("ROLLBACK TO SAVEPOINT one_document")
        await _write_content(connection, _Content(content.position, problem=_unreadable(error)), recorded)
    await connection.execute("RELEASE SAVEPOINT one_document")


def _is_about_values(error: Exception) -> bool:
    """Say whether the database, or the way to it, refused what was to be written, and not the writing.

    PostgreSQL's error classes 22 (data exception) and 54 (program limit exceeded); ValueError: it cannot be encoded.
    """
    return isinstance(error, ValueError) or str(getattr(error, "sqlstate", None) or "")[:2] in ("22", "54")


async def _write_content(connection: Connection, content: _Content, recorded: Recorded) -> None:
    await connection.execute(
        """
        UPDATE documents SET updated_by = $2, updated_at = $3, position = $4, problem = $5 WHERE document_id = $1
        """,
        recorded.stream_id,
        recorded.actor_id,
        recorded.recorded_at,
        content.position,
        content.problem,
    )
    if content.summary is None:
        return
    title = _storable(content.summary.title)
    await connection.execute(
        """
        UPDATE documents SET title = $2, sort_title = $3, subtitle = $4, counts = $5, state = $6, warnings = $7,
          search = array_to_tsvector($8)
        WHERE document_id = $1
        """,
        recorded.stream_id,
        title,
        title.casefold(),
        _storable(content.summary.subtitle),
        json.dumps(content.summary.counts),
        content.state,
        content.warnings,
        content.words,
    )


def _storable(text: str) -> str:
    """Return the text without U+0000, which PostgreSQL's text cannot hold."""
    return text.replace("\x00", "\ufffd")
