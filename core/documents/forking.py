"""Forking a document: a branch, and a document of its own with the content as it was, stored in one append."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from core.aggregates.branch import Branch
from core.aggregates.document import Document
from core.events import DOCUMENT_UPDATED, Append, Claim, Kind, NewEvent, Write
from core.ids import SYSTEM_ID
from core.repository import Repository


def fork_append(
    repository: Repository,
    branch: Branch,
    original: Document,
    *,
    state: bytes,
    client_ids: Iterable[int],
    person_id: UUID,
    at: datetime,
) -> Append:
    """Return what makes the branch and its content, all or nothing.

    `state` is the original at the branch's position without deleted text: its units keep their ids, so what points at
    them (comments, cursors) finds them here too. `client_ids` are those of the original: on the branch nobody goes on
    writing under them, or two documents of one family would have different units of one name (P6).
    """
    content = Document.create(
        document_id=branch.content_id, kind=original.kind, title=original.title, at=at,
        forked_from=original.id, forked_at=branch.position,
    )  # fmt: skip
    facts = [write for part in (branch, content) for write in repository.to_append(part, person_id).writes]
    update = Write(branch.content_id, Kind.UPDATE, 0, (NewEvent(DOCUMENT_UPDATED, state, person_id),))
    claims = tuple(Claim(branch.content_id, client_id, SYSTEM_ID) for client_id in client_ids)
    return Append((*facts, update), claims)
