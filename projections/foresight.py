"""Histories of long documents, cached before anybody asks: the worker counts them in once hands rest.

Who opens the past of a quarter of a million keystrokes would wait seconds for what nobody has counted; from the cache
it comes in one.
"""

from __future__ import annotations

import asyncio
from typing import Protocol
from uuid import UUID

from structlog.typing import FilteringBoundLogger

from core.aggregates.document import Document
from core.errors import CounterpointError, NotFound
from core.limits import HISTORY_CACHED_EVERY_UPDATES, HISTORY_LOOK_DOCUMENTS_MAX, HISTORY_LOOK_SECONDS
from core.repository import Repository
from projections.histories import Histories


class Cache(Protocol):
    """What is known of the cache of histories. Every method raises LogUnavailable."""

    async def behind(self, updates: int, *, limit: int) -> dict[UUID, int]:
        """Return documents with so many updates that the cache lacks, and how many each has."""
        ...

    async def discard(self, document_id: UUID) -> None:
        """Keep nothing of a document."""
        ...


class Foresight:
    """Looks again and again for long documents whose cached history is far behind. `run` is the task that does it."""

    def __init__(
        self,
        *,
        histories: Histories,
        cache: Cache,
        repository: Repository,
        logger: FilteringBoundLogger,
        look_seconds: float = HISTORY_LOOK_SECONDS,
    ) -> None:
        self._histories, self._cache, self._repository, self._logger = histories, cache, repository, logger
        self._look_seconds = look_seconds
        #: What the last look found, and how many updates each had: who has more by now is being written in.
        self._seen: dict[UUID, int] = {}
        #: What was looked at for nothing, at how many updates.
        self._passed: dict[UUID, int] = {}

    async def run(self) -> None:
        """Look until cancelled, and let go of the histories then; what fails is tried again at the next look."""
        try:
            while True:
                await asyncio.sleep(self._look_seconds)
                try:
                    await self.look()
                except (CounterpointError, OSError) as error:
                    self._logger.warning("foresight_waits", reason=repr(error))
        finally:
            self._histories.close()

    async def look(self) -> None:
        """Count in what nobody has written in since the last look. Raises LogUnavailable."""
        found = await self._cache.behind(HISTORY_CACHED_EVERY_UPDATES, limit=HISTORY_LOOK_DOCUMENTS_MAX)
        resting = [one for one, updates in found.items() if self._seen.get(one) == updates]
        self._seen = found
        self._passed = {one: updates for one, updates in self._passed.items() if found.get(one) == updates}
        for document_id in resting:
            if document_id not in self._passed and not await self._count_in(document_id):
                self._passed[document_id] = found[document_id]

    async def _count_in(self, document_id: UUID) -> bool:
        """Cache a document's history; False: there is none to be had as things are."""
        if await self._is_given_up(document_id):
            return False
        try:
            await self._histories.ask(document_id, lambda _: None)
        except CounterpointError as error:
            self._logger.warning("history_unreadable", document_id=str(document_id), reason=repr(error))
            return False
        finally:
            self._histories.forget(document_id)
        if await self._is_given_up(document_id):
            # Whoever erases it may have dropped what was cached a moment before this was.
            await self._cache.discard(document_id)
        return True

    async def _is_given_up(self, document_id: UUID) -> bool:
        """Say whether a document is in the trash or gone: only what is in the trash can be erased."""
        try:
            return (await self._repository.get(Document, document_id)).trashed
        except NotFound:
            return True
