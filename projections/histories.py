"""Histories of documents, answered from memory: built from the log, kept up with it, and cached as few bytes.

Reading a history is heavy: a quarter of a million keystrokes take seconds to build and milliseconds to ask. It is done
in a thread of its own, one question after another, so that nobody's keystroke waits for it; no call of the CRDT
library in it holds the interpreter for long, because updates are applied in pages.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar
from uuid import UUID

from core.aggregates.codec import EventCodec
from core.aggregates.document import Document
from core.crdt.apply import CannotApply
from core.crdt.crediting import Credited
from core.crdt.history import History
from core.crdt.weave import Restored
from core.errors import BadMessage, Overloaded, Quarantined
from core.events import Kind, Recorded
from core.limits import (
    HISTORIES_KEPT_UPDATES_MAX,
    HISTORY_CACHED_EVERY_UPDATES,
    HISTORY_PAGE_UPDATES,
    HISTORY_QUESTIONS_MAX,
    HISTORY_QUESTIONS_PER_DOCUMENT_MAX,
    POSITION_MAX,
)
from core.ports import EventLog, Snapshot, Snapshots
from projections.lineage import Ancestor, ancestors_of

Answer = TypeVar("Answer")


class Histories:
    """Questions about the past of documents. Close it at the end."""

    def __init__(self, log: EventLog, codec: EventCodec, cache: Snapshots) -> None:
        """`cache` holds `History.to_bytes`; losing it costs time, never a version."""
        self._log = log
        self._codec = codec
        self._cache = cache
        self._kept: OrderedDict[UUID, _Kept] = OrderedDict()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")

    async def ask(self, document_id: UUID, question: Callable[[History], Answer]) -> Answer:
        """Return what the question finds in the document's history, as the log has it now.

        The question runs in the thread of histories: it must not keep the history. What it raises passes through.
        Raises Quarantined when the updates cannot be read, Overloaded when too many ask, LogUnavailable.
        """
        kept = self._kept.setdefault(document_id, _Kept())
        self._kept.move_to_end(document_id)
        waiting = sum(other.questions for other in self._kept.values())
        if waiting >= HISTORY_QUESTIONS_MAX or kept.questions >= HISTORY_QUESTIONS_PER_DOCUMENT_MAX:
            raise Overloaded("Many people look at the past right now; try again in a moment.")
        kept.questions += 1
        try:
            async with kept.lock:
                await self._catch_up(document_id, kept)
                return await self._run(lambda: question(kept.history))
        finally:
            kept.questions -= 1
            self._forget_least_used()

    def forget(self, document_id: UUID) -> None:
        """Keep nothing of a document in memory; whoever asks now gets their answer."""
        self._kept.pop(document_id, None)

    def close(self) -> None:
        """Wait for the question under way and end the thread."""
        self._thread.shutdown()

    async def _catch_up(self, document_id: UUID, kept: _Kept) -> None:
        if kept.ancestors is None:
            kept.ancestors = await ancestors_of(self._log, self._codec, document_id)
        if not kept.history.version:
            await self._load(document_id, kept)
        if not kept.history.version:
            for number in range(len(kept.ancestors)):
                await self._read(document_id, kept, number)
        if kept.ancestors:
            # The content a branch began with is the first update of its own stream, and no version of its own.
            kept.history.inherited = kept.history.version_at(kept.ancestors[-1].until) - 1
        await self._read(document_id, kept, len(kept.ancestors))
        await self._trace(document_id, kept)
        if kept.history.version - kept.cached_version >= HISTORY_CACHED_EVERY_UPDATES:
            state = await self._run(kept.history.to_bytes)
            kept.cached_version = kept.history.version
            await self._cache.save(document_id, Snapshot(kept.history.version, kept.history.position, state))

    async def _read(self, document_id: UUID, kept: _Kept, number: int) -> None:
        """Count in what one document of the lineage has since: the ancestors come first, the document itself last.

        The first update of a fork is the content it began with, which its ancestors have brought already: its second
        is the next version.
        """
        assert kept.ancestors is not None
        stream_id, until = (*kept.ancestors, (document_id, POSITION_MAX))[number]
        ahead = kept.history.version_at(kept.ancestors[number - 1].until) - 1 if number else 0
        page = await self._page(stream_id, kept.history.version - ahead)
        while page:
            wanted = [event for event in page if event.position <= until]
            if ahead:
                wanted = [replace(event, version=event.version + ahead) for event in wanted]
            extended = self._extend(document_id, kept, wanted)
            if len(wanted) < HISTORY_PAGE_UPDATES:
                await extended
                return
            # The database looks for the next ones while the thread counts these in.
            _, page = await asyncio.gather(extended, self._page(stream_id, page[-1].version))

    async def _page(self, stream_id: UUID, after: int) -> list[Recorded]:
        return await self._log.read_stream(stream_id, Kind.UPDATE, after=after, limit=HISTORY_PAGE_UPDATES)

    async def _trace(self, document_id: UUID, kept: _Kept) -> None:
        """Tell the history what reverts restored and what merges brought since the last question."""
        assert kept.ancestors is not None
        known = len(kept.restored), len(kept.credited)
        if not kept.facts_version:
            for ancestor in kept.ancestors:
                facts = await self._log.read_stream(ancestor.document_id, Kind.AGGREGATE)
                await self._run(partial(self._note, kept, facts, until=ancestor.until))
        facts = await self._log.read_stream(document_id, Kind.AGGREGATE, after=kept.facts_version)
        if facts:
            await self._run(partial(self._note, kept, facts, until=POSITION_MAX))
        if len(kept.credited) > known[1]:
            await self._run(lambda: kept.history.credit(kept.credited))
        if len(kept.restored) > known[0]:
            await self._run(lambda: kept.history.trace(kept.restored))
        kept.facts_version += len(facts)

    def _note(self, kept: _Kept, facts: list[Recorded], *, until: int) -> None:
        """Note what edits up to a position repeat; the fact is stored a moment after its edit."""
        for event in [self._codec.decode(fact) for fact in facts if not self._codec.is_gone(fact)]:
            if isinstance(event, Document.Reverted) and event.position <= until:
                kept.restored += [Restored(*row) for row in event.restored_rows()]
            elif isinstance(event, Document.Merged) and event.position <= until:
                kept.credited += [Credited(*row) for row in event.credited_rows()]

    async def _load(self, document_id: UUID, kept: _Kept) -> None:
        cached = await self._cache.latest(document_id)
        if cached is None:
            return
        try:
            kept.history = await self._run(lambda: History.from_bytes(cached.state))
        except (BadMessage, CannotApply):  # A cache of another version of the program; the log is the truth.
            kept.history = History()
        kept.cached_version = kept.history.version

    async def _extend(self, document_id: UUID, kept: _Kept, page: list[Recorded]) -> None:
        try:
            # A question that was cancelled may have left its page to be counted in before this one.
            await self._run(lambda: kept.history.extend([e for e in page if e.version > kept.history.version]))
        except (CannotApply, BadMessage) as error:
            # What was extended half is in an unknown state: the next question begins anew.
            kept.begin_anew()
            raise Quarantined(f"the history of document {document_id} cannot be read: {error}") from None

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _forget_least_used(self) -> None:
        held = sum(kept.history.version for kept in self._kept.values())
        for document_id, kept in list(self._kept.items())[:-1]:
            if held <= HISTORIES_KEPT_UPDATES_MAX:
                return
            if not kept.questions:
                held -= kept.history.version
                del self._kept[document_id]


class _Kept:
    """One document's history in memory, and whose turn it is."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        #: How many ask or wait.
        self.questions = 0
        #: What the document was forked from, the eldest first; None: not looked up yet.
        self.ancestors: tuple[Ancestor, ...] | None = None
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget everything but whose turn it is."""
        self.history = History()
        self.cached_version = 0
        #: How many facts of the document were read, and what reverts restored according to them.
        self.facts_version = 0
        self.restored: list[Restored] = []
        #: What merges brought, and who wrote it.
        self.credited: list[Credited] = []
