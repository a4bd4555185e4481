"""Making a document: the fact and its first content in one append, so that a crash leaves both or neither."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from core.aggregates.document import Document
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
) -> Committed:
    """Store a new document, first content included, and return once it is durable.

    Raises Invalid for an unknown kind or a title that cannot be one, StreamMoved when the id is taken.
    """
    client_id = random_client_id()
    content = kind_named(kind).first_content(title=title, client_id=client_id)
    document = Document.create(document_id=document_id, kind=kind, title=title, at=at)
    facts = repository.to_append(document, person_id)
    update = NewEvent(DOCUMENT_UPDATED, content, person_id)
    claim = Claim(document_id, client_id, person_id)
    return await log.append(Append((*facts.writes, Write(document_id, Kind.UPDATE, 0, (update,))), (claim,)))
