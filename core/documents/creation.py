"""Making a document: the fact and its first content in one append, so that a crash leaves both or neither."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pycrdt import Doc

from core.aggregates.document import Document
from core.crdt.apply import apply_updates
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.events import DOCUMENT_UPDATED, Append, Claim, Committed, Kind, NewEvent, Write
from core.ids import random_client_id
from core.ports import EventLog
from core.repository import Repository


async def create_document(
    log: EventLog,
    repository: Repository,
    *,
    document_id: UUID,
    kind: str,
    title: str,
    person_id: UUID,
    at: datetime,
    content: dict[str, Any] | None = None,
) -> Committed:
    """Store a new document, first content included, and return once it is durable.

    With `content` the document starts as that JSON instead. Raises Invalid for an unknown kind, a title that cannot be
    one or a content that breaks the kind's rules, StreamMoved when the id is taken.
    """
    client_id = random_client_id()
    first = _first_update(kind_named(kind), title, client_id, content)
    document = Document.create(document_id=document_id, kind=kind, title=title, at=at)
    facts = repository.to_append(document, person_id)
    update = NewEvent(DOCUMENT_UPDATED, first, person_id)
    claim = Claim(document_id, client_id, person_id)
    return await log.append(Append((*facts.writes, Write(document_id, Kind.UPDATE, 0, (update,))), (claim,)))


def _first_update(kind: DocumentKind, title: str, client_id: int, content: dict[str, Any] | None) -> bytes:
    first = kind.first_content(title=title, client_id=client_id)
    if content is None:
        return first
    doc: Doc[Any] = Doc(client_id=client_id)
    apply_updates(doc, (first,))
    kind.edit(doc, content)
    return doc.get_update()
