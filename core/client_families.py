"""Client ids of documents and their branches: what is issued in one of a family is issued in none of the others (P6).

A branch begins with the client ids of its original. Were an id issued in two of them, two people would write as one
author in documents that are compared and merged. So every id of a family comes out of its eldest document's register.
"""

from __future__ import annotations

from uuid import UUID

from core.aggregates.document import Document
from core.errors import NotFound
from core.events import Claim
from core.ports import ClientIds
from core.repository import Repository


class FamilyClientIds:
    """A ClientIds over another one that knows nothing of branches."""

    def __init__(self, inner: ClientIds, repository: Repository) -> None:
        self._inner = inner
        self._repository = repository
        #: What a document was forked from never changes; None: from nothing.
        self._parents: dict[UUID, UUID | None] = {}

    async def owners(self, document_id: UUID) -> dict[int, UUID | None]:
        """Return every known id with its owner; None: retired, nobody may use it again."""
        return await self._inner.owners(document_id)

    async def issue(self, document_id: UUID, person_id: UUID) -> int:
        """Bind a fresh id, never used in this document or its family, to the person and return it."""
        eldest = await self._eldest(document_id)
        while True:
            client_id = await self._inner.issue(eldest, person_id)
            if eldest == document_id or await self._inner.claim(Claim(document_id, client_id, person_id)) == person_id:
                return client_id

    async def claim(self, claim: Claim) -> UUID | None:
        """Bind the id to the person unless it is bound; return who owns it now (None: retired)."""
        return await self._inner.claim(claim)

    async def retire(self, document_id: UUID, client_id: int) -> None:
        """Make sure that nobody uses this id for new content again."""
        await self._inner.retire(document_id, client_id)

    async def _eldest(self, document_id: UUID) -> UUID:
        while (parent := await self._parent(document_id)) is not None:
            document_id = parent
        return document_id

    async def _parent(self, document_id: UUID) -> UUID | None:
        if document_id not in self._parents:
            try:
                self._parents[document_id] = (await self._repository.get(Document, document_id)).forked_from
            except NotFound:
                return None
        return self._parents[document_id]
