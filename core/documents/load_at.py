"""Opening a document as it was at a position: what P8 means by naming the exact position."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from pycrdt import Doc

from core.crdt.apply import CannotApply, apply_updates
from core.errors import Quarantined
from core.events import Kind
from core.ports import EventLog, Snapshots

#: Updates read at a time.
PAGE_UPDATES: Final = 10_000


async def load_at(log: EventLog, snapshots: Snapshots, document_id: UUID, position: int) -> Doc[Any]:
    """Return the document with every update up to and including this position, and none after it.

    Starts at the newest snapshot when that is not later than the position, otherwise at the first update. Raises
    Quarantined, LogUnavailable.
    """
    doc, version = await _start(snapshots, document_id, position)
    while True:
        page = await log.read_stream(document_id, Kind.UPDATE, after=version, limit=PAGE_UPDATES)
        wanted = [event for event in page if event.position <= position]
        try:
            apply_updates(doc, [event.body for event in wanted if event.body])
        except CannotApply as error:
            raise Quarantined(f"document {document_id} cannot be opened at {position}: {error}") from None
        if len(wanted) < PAGE_UPDATES:
            return doc
        version = page[-1].version


async def _start(snapshots: Snapshots, document_id: UUID, position: int) -> tuple[Doc[Any], int]:
    snapshot = await snapshots.latest(document_id)
    if snapshot is None or snapshot.position > position:
        return Doc(), 0
    doc: Doc[Any] = Doc()
    try:
        apply_updates(doc, (snapshot.state,))
    except CannotApply:  # A snapshot is a cache; the log is the truth.
        return Doc(), 0
    return doc, snapshot.version
