"""Filling an empty studio with the demo workspace, once: that it was done is that the documents exist."""

from __future__ import annotations

from contextlib import suppress

from core.aggregates.comment import Anchor, Comment
from core.documents.creation import create_document
from core.documents.demo import SONG_ID, THREAD_ID, THREAD_PATH, THREAD_TEXT, demo_documents
from core.errors import StreamMoved
from core.events import EventFilter, Kind
from core.ids import SYSTEM_ID
from core.ports import Clock, EventLog
from core.repository import Repository

#: What tells a studio that is in use: somebody has made a document.
DOCUMENTS = EventFilter(kinds=frozenset({Kind.AGGREGATE}), topics=frozenset({"document.created"}))


async def seed(log: EventLog, repository: Repository, clock: Clock) -> int:
    """Create the demo's documents in a studio without any, and return how many were made.

    Safe from several processes at once, and after a crash half-way: what is missing is made, nothing is made twice,
    and what somebody moved to the trash stays there.
    """
    documents = demo_documents()
    page = await log.read(after=0, limit=len(documents), where=DOCUMENTS)
    if not {event.stream_id for event in page.events} <= {document.document_id for document in documents}:
        return 0
    made = 0
    for document in documents:
        try:
            await create_document(
                log,
                repository,
                document_id=document.document_id,
                kind=document.kind,
                title=document.title,
                person_id=SYSTEM_ID,
                at=clock.now(),
                content=document.content,
            )
        except StreamMoved:
            continue
        made += 1
    await _open_thread(log, repository, clock)
    return made


async def _open_thread(log: EventLog, repository: Repository, clock: Clock) -> None:
    """Comment on the song, once: whoever finds the thread there leaves it as it is."""
    head = await log.head(SONG_ID, Kind.UPDATE)
    tempo = next(document.content for document in demo_documents() if document.document_id == SONG_ID)["bpm"]
    thread = Comment.add(
        thread_id=THREAD_ID,
        anchor=Anchor(SONG_ID, THREAD_PATH, str(tempo), [], head.position),
        person_id=SYSTEM_ID,
        text=THREAD_TEXT,
        mentions=[],
        at=clock.now(),
    )
    with suppress(StreamMoved):
        await repository.save(thread, SYSTEM_ID)
