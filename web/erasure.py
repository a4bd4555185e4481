"""Erasing a document or a person, as promised in P5: the wish is a fact in the log, this carries it out.

The worker follows the wishes. Everything it does can be done again, so whatever dies, the next one begins with the wish
whose end is not recorded yet and comes to the same end. What must be looked up in bodies is looked up before these are
emptied. When all is done that is a fact too, after which readers drop what they still have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import asyncpg
from structlog.typing import FilteringBoundLogger

from core.adapters.postgres.eraser import PostgresEraser
from core.adapters.postgres.pool import LOST
from core.aggregates.codec import EventCodec
from core.aggregates.comment import Comment
from core.aggregates.document import Document
from core.aggregates.job import Job
from core.aggregates.member import Workspace
from core.aggregates.take import Take
from core.aggregates.version import Version
from core.errors import CounterpointError, NotFound, StreamMoved
from core.events import Append, EventFilter, Kind, Recorded, Write
from core.ids import WORKSPACE_ID
from core.limits import ERASE_WAIT_SECONDS, RARE_EVENTS_GAP_SECONDS, RECONNECT_SECONDS_MAX
from core.ports import Blobs, Checkpoints, Clock, EventLog
from core.repository import Repository
from core.subscription import Subscription

#: How far wishes were carried out.
CHECKPOINT: Final = "erasure"
#: The facts that stay readable in an emptied stream: they hold no words.
KEPT: Final = frozenset({Document.ErasureRequested.TOPIC, Document.Erased.TOPIC})
#: What people write in comments.
WORDS_OF_PEOPLE: Final = frozenset({Comment.Added.TOPIC, Comment.Replied.TOPIC, Comment.Edited.TOPIC})
WISHES: Final = EventFilter(
    kinds=frozenset({Kind.AGGREGATE}),
    topics=frozenset({Document.ErasureRequested.TOPIC, Workspace.ErasureRequested.TOPIC}),
)


class Erasure:
    """Carries out wishes, one after the other. `run` is the task that does it, in any number of processes."""

    def __init__(
        self,
        *,
        log: EventLog,
        repository: Repository,
        codec: EventCodec,
        eraser: PostgresEraser,
        blobs: Blobs,
        checkpoints: Checkpoints,
        clock: Clock,
        logger: FilteringBoundLogger,
        wait_seconds: float = ERASE_WAIT_SECONDS,
    ) -> None:
        self._log, self._repository, self._codec, self._eraser = log, repository, codec, eraser
        self._blobs, self._checkpoints, self._clock, self._logger = blobs, checkpoints, clock, logger
        self._wait_seconds = wait_seconds

    async def run(self) -> None:
        """Follow the wishes until cancelled; what fails is tried again after a pause."""
        while True:
            try:
                await self._follow()
            except (CounterpointError, asyncpg.PostgresError, OSError, *LOST) as error:
                self._logger.error("erasure_waits", reason=repr(error))
                await asyncio.sleep(RECONNECT_SECONDS_MAX)

    async def carry_out(self, wish: Recorded) -> None:
        """Do what one wish asks for, and record that it was done; nothing when that is recorded already."""
        event = self._codec.decode(wish)
        if isinstance(event, Workspace.ErasureRequested):
            await self._erase_words(event.member_id, wish.actor_id)
            return
        # Rooms that have not heard yet may still store what they were sent; a moment later none of them does.
        age = (self._clock.now() - wish.recorded_at).total_seconds()
        await asyncio.sleep(max(0.0, self._wait_seconds - age))
        await self._erase_document(wish.stream_id, wish.actor_id)

    async def _follow(self) -> None:
        position = await self._checkpoints.get(CHECKPOINT)
        subscription = Subscription(
            self._log, after=position, where=WISHES, gap_seconds=RARE_EVENTS_GAP_SECONDS, is_patient=True
        )
        async for page in subscription.pages():
            for wish in page.events:
                await self.carry_out(wish)
                self._logger.info("erased", topic=wish.topic, position=wish.position)
            if page.events:
                await self._checkpoints.advance(CHECKPOINT, expected=position, position=page.position)
                position = await self._checkpoints.get(CHECKPOINT)

    async def _erase_document(self, document_id: UUID, actor_id: UUID) -> None:
        if await self._is_recorded(document_id):
            return
        await self._erase_branches(document_id, actor_id)
        related = await self._related(document_id)
        streams = [recorded.stream_id for recorded in related]
        for digest in _digests(self._codec.decode(recorded) for recorded in related):
            if not await self._eraser.is_mentioned(digest, topics={Take.Completed.TOPIC}, besides=streams):
                await self._blobs.remove(digest)
        await self._eraser.empty_keystrokes(document_id)
        await self._eraser.empty_facts([document_id, *streams], keep=KEPT)
        await self._eraser.forget(document_id)
        await self._record(document_id, actor_id)

    async def _related(self, document_id: UUID) -> list[Recorded]:
        """Return the first facts of the streams that are about nothing but this document.

        Jobs stay: they hold settings of an engine, never content. A version of several documents goes with the last.
        """
        topics = self._codec.topics_about("document_id") - {Job.Requested.TOPIC}
        found = []
        for recorded in await self._eraser.mentioning(document_id, topics={*topics, Version.Named.TOPIC}):
            event: Any = self._codec.decode(recorded)
            if isinstance(event, Version.Named):
                others = {UUID(part["document_id"]) for part in event.documents} - {document_id}
                if document_id in {UUID(part["document_id"]) for part in event.documents} and not [
                    other for other in others if await self._exists(other)
                ]:
                    found.append(recorded)
            elif document_id in (event.document_id, getattr(event, "content_id", None)):
                found.append(recorded)
        return found

    async def _erase_branches(self, document_id: UUID, actor_id: UUID) -> None:
        """Wish the same for what was forked from it; those wishes are carried out like any other."""
        for recorded in await self._eraser.mentioning(document_id, topics={Document.Created.TOPIC}):
            created = self._codec.decode(recorded)
            if not isinstance(created, Document.Created) or created.forked_from != document_id:
                continue
            while True:
                try:
                    branch = await self._repository.get(Document, recorded.stream_id)
                    branch.follow_into_erasure(at=self._clock.now())
                    await self._repository.save(branch, actor_id)
                except StreamMoved:
                    continue
                except NotFound:  # It goes already.
                    pass
                break

    async def _erase_words(self, person_id: UUID, actor_id: UUID) -> None:
        await self._eraser.empty_facts_by(person_id, topics=WORDS_OF_PEOPLE)
        while True:
            workspace = await self._repository.get(Workspace, WORKSPACE_ID)
            workspace.note_erasure(person_id, at=self._clock.now())
            try:
                await self._repository.save(workspace, actor_id)
            except StreamMoved:
                continue
            return

    async def _exists(self, document_id: UUID) -> bool:
        try:
            await self._repository.get(Document, document_id)
        except NotFound:
            return False
        return True

    async def _is_recorded(self, document_id: UUID) -> bool:
        facts = await self._log.read_stream(document_id, Kind.AGGREGATE)
        return any(fact.topic == Document.Erased.TOPIC for fact in facts)

    async def _record(self, document_id: UUID, actor_id: UUID) -> None:
        """Say that it is done, at the end of a stream that nothing can be decided from any more."""
        while not await self._is_recorded(document_id):
            version = (await self._log.head(document_id, Kind.AGGREGATE)).version
            event = Document.Erased(
                originator_id=document_id, originator_version=version + 1, timestamp=self._clock.now()
            )
            encoded = (self._codec.encode(event, actor_id),)
            try:
                await self._log.append(Append((Write(document_id, Kind.AGGREGATE, version, encoded),)))
            except StreamMoved:
                continue


def _digests(events: Iterable[Any]) -> set[str]:
    """Return the assets that takes among the events name."""
    return {file["digest"] for event in events if isinstance(event, Take.Completed) for file in event.files}
