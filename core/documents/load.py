"""Opening a document from the log: the newest snapshot, and the updates after it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pycrdt import Doc

from core.crdt.apply import CannotApply, apply_updates
from core.documents.kind import DocumentKind
from core.errors import Quarantined
from core.events import Kind, Recorded
from core.limits import READ_AHEAD_BYTES
from core.ports import EventLog, Snapshot, Snapshots

#: Updates read at a time.
PAGE_UPDATES: Final = 10_000


@dataclass(slots=True)
class Loaded:
    """A document as the log holds it. The document is garbage-collected: deleted text is not in it."""

    doc: Doc[Any]
    #: Version of the update stream and position of its last event (0, 0: nothing is stored yet).
    version: int
    position: int
    #: How many updates a new snapshot would save the next reader from.
    updates_since_snapshot: int


async def load(log: EventLog, snapshots: Snapshots, document_id: UUID) -> Loaded:
    """Return the document at the head of its stream. Raises Quarantined, LogUnavailable.

    A snapshot that cannot be applied is skipped: it is a cache, the log is the truth.
    """
    snapshot = await snapshots.latest(document_id)
    loaded = _from_snapshot(snapshot)
    while True:
        page = await log.read_stream(document_id, Kind.UPDATE, after=loaded.version, limit=PAGE_UPDATES)
        _advance(document_id, loaded, page)
        if len(page) < PAGE_UPDATES:
            return loaded


async def read_json(kind: DocumentKind, loaded: Loaded) -> dict[str, Any]:
    """Return the document's JSON. Raises Quarantined.

    Beside the loop for a long one without a schema, where it has to be found out first what each root is.
    """
    if kind.schema is None and len(loaded.doc.get_update()) >= READ_AHEAD_BYTES:
        return await asyncio.to_thread(kind.to_json, loaded.doc)
    return kind.to_json(loaded.doc)


def _from_snapshot(snapshot: Snapshot | None) -> Loaded:
    if snapshot is not None:
        doc: Doc[Any] = Doc()
        try:
            apply_updates(doc, (snapshot.state,))
        except CannotApply:
            pass
        else:
            return Loaded(doc, snapshot.version, snapshot.position, 0)
    return Loaded(Doc(), 0, 0, 0)


def _advance(document_id: UUID, loaded: Loaded, page: list[Recorded]) -> None:
    if not page:
        return
    try:
        # An erased update has no body; what stands on it stays out, as in a document that never had it.
        apply_updates(loaded.doc, [event.body for event in page if event.body])
    except CannotApply as error:
        raise Quarantined(f"document {document_id} cannot be opened: {error}") from None
    loaded.version, loaded.position = page[-1].version, page[-1].position
    loaded.updates_since_snapshot += len(page)
