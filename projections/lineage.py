"""What a document was forked from: the stretches of other documents' histories that its own continues."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from core.aggregates.codec import EventCodec
from core.aggregates.document import Document
from core.events import Kind
from core.ports import EventLog


class Ancestor(NamedTuple):
    """A document whose updates up to a position of the log are the beginning of another one's history."""

    document_id: UUID
    until: int


async def ancestors_of(log: EventLog, codec: EventCodec, document_id: UUID) -> tuple[Ancestor, ...]:
    """Return what a document was forked from, the eldest first; nothing for one that is no branch's content."""
    found: list[Ancestor] = []
    while True:
        facts = await log.read_stream(document_id, Kind.AGGREGATE, limit=1)
        # An erased document is nobody's branch any more: neither has words left.
        created = codec.decode(facts[0]) if facts and not codec.is_gone(facts[0]) else None
        if not isinstance(created, Document.Created) or created.forked_from is None or created.forked_at is None:
            return tuple(reversed(found))
        # What the eldest gave its branch is all that a branch of the branch has of it, or less.
        until = min(created.forked_at, found[-1].until) if found else created.forked_at
        document_id = created.forked_from
        found.append(Ancestor(document_id, until))
