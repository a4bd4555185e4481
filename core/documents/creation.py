"""Making a document: the fact and its first content in one append, so that a crash leaves both or neither."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pycrdt import Doc

from core.aggregates.document import Document
from core.crdt.apply import apply_updates
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.errors import Invalid
from core.events import DOCUMENT_UPDATED, Append, Claim, Committed, Kind, NewEvent, Write
from core.ids import random_client_id
from core.ports import EventLog
from core.repository import Repository

#: What a document without a title is called.
UNTITLED: Final = "Untitled"
#: Unicode categories that break or hide a line; joiners of emoji and scripts are in neither.
LINE_BREAKERS: Final = frozenset({"Cc", "Zl", "Zp"})


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

    An empty title is "Untitled", in the document as in lists. With `content` the document starts as that JSON instead.
    Raises Invalid for an unknown kind, a title that cannot be one or a content that breaks the kind's rules,
    StreamMoved when the id is taken.
    """
    title = _checked(title) or UNTITLED
    client_id = random_client_id()
    first = _first_update(kind_named(kind), title, client_id, content)
    document = Document.create(document_id=document_id, kind=kind, title=title, at=at)
    facts = repository.to_append(document, person_id)
    update = NewEvent(DOCUMENT_UPDATED, first, person_id)
    claim = Claim(document_id, client_id, person_id)
    return await log.append(Append((*facts.writes, Write(document_id, Kind.UPDATE, 0, (update,))), (claim,)))


def _checked(title: str) -> str:
    if title and not title.strip():
        raise Invalid("A title is more than space; leave it out for one without.", path="/title")
    if any(unicodedata.category(character) in LINE_BREAKERS for character in title):
        raise Invalid("A title is one line, without control characters.", path="/title")
    return title


def _first_update(kind: DocumentKind, title: str, client_id: int, content: dict[str, Any] | None) -> bytes:
    first = kind.first_content(title=title, client_id=client_id)
    if content is None:
        return first
    doc: Doc[Any] = Doc(client_id=client_id)
    apply_updates(doc, (first,))
    kind.edit(doc, content)
    return doc.get_update()
