"""What people do through the web at this moment, each by the process that does it, and what came of it in the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from random import Random
from typing import Any
from uuid import UUID

from core.adapters.memory import MemoryStore
from core.aggregates.branch import Branch
from core.errors import CounterpointError
from core.events import Kind
from tests.simulation.blame import check_authors, check_blame
from tests.simulation.branches import Forked, Merged, fork, merge
from tests.simulation.client import Client
from tests.simulation.node import Node
from tests.simulation.past import Past
from tests.simulation.reverts import Reverted, revert, wanted_revert

Done = Reverted | Forked | Merged
BRANCHES_MAX = 2
AT_ONCE_MAX = 4


class Deeds:
    """Reverts, undos, forks and merges of one world."""

    def __init__(self, store: MemoryStore, random: Random) -> None:
        self._store, self._random = store, random
        #: The branches there are, in the order in which they were opened.
        self.branches: list[UUID] = []
        #: Which version each edit of the server was made from, by its position.
        self.bases: dict[int, int] = {}
        #: How often people merge one person's changes after the other's, and not all of them.
        self._by_author = random.choice((0.1, 0.9))
        self._under_way: list[tuple[Node, asyncio.Task[Done | None]]] = []

    def revert(self, client: Client, node: Node) -> None:
        """Bring an older version back, or take back what somebody did, while the others type."""
        events = self._store.streams[client.document_id, Kind.UPDATE]
        if self._may_begin(client) and len(events) > 2:
            wanted, is_exact = wanted_revert(client.kind, events, self._random), self._random.random() < 0.5
            work = revert(node.api, client.access, client.document_id, wanted, self._pause(), is_exact=is_exact)
            self._begin(node, work)

    def fork(self, client: Client, node: Node) -> None:
        """Open a branch of a document as it is, or as it was."""
        events = self._store.streams[client.document_id, Kind.UPDATE]
        if self._may_begin(client) and len(self.branches) < BRANCHES_MAX:
            position = self._random.choice((None, self._random.choice(events).position))
            self._begin(node, fork(node.api, client.access, client.document_id, position))

    async def merge(self, client: Client, node: Node) -> None:
        """Merge a branch, while people type in both documents."""
        if not self._may_begin(client) or not self.branches:
            return
        branch = await node.api.repository.get(Branch, self._random.choice(self.branches))
        updates = self._store.streams[branch.content_id, Kind.UPDATE]
        if len(updates) > 1:
            people, by_author = [event.actor_id for event in updates[1:]], self._random.random() < self._by_author
            work = merge(
                node.api, client.access, branch, people, self._random, self._pause(), by_author=by_author
            )  # fmt: skip
            self._begin(node, work)

    def end(self, node: Node) -> None:
        """What a process was doing ends with it."""
        for by, task in self._under_way:
            if by is node:
                task.cancel()

    async def ended(self) -> list[Any]:
        """Wait for all of it; return what was done, or why it was not."""
        return await asyncio.gather(*(task for _, task in self._under_way), return_exceptions=True)

    async def check(self, node: Node, documents: list[UUID]) -> Counter[str]:
        """Compare what was done with what it was to do, and the past with who watched; return how often what was."""
        counts: Counter[str] = Counter()
        if not self._under_way:
            return counts
        pasts = {document_id: Past(self._store, document_id, self.bases) for document_id in documents}
        for done in await self.ended():
            if isinstance(done, Done):
                counts[done.counts_as] += 1
                done.check(pasts[done.document_id])
            elif done is not None and not isinstance(done, asyncio.CancelledError | CounterpointError):
                raise done
            if isinstance(done, Merged):
                done.check_both(pasts[done.document_id], pasts[done.content_id])
        for document_id, past in pasts.items():
            check_blame(past, self._random)
            check_authors(past, await node.api.histories.ask(document_id, lambda history: history))
        return counts

    def _may_begin(self, client: Client) -> bool:
        return client.access.may_write and sum(not task.done() for _, task in self._under_way) < AT_ONCE_MAX

    def _begin(self, node: Node, work: Coroutine[Any, Any, Done | None]) -> None:
        self._under_way.append((node, asyncio.get_running_loop().create_task(work)))

    def _pause(self) -> Callable[[], Awaitable[None]]:
        turns, seconds = self._random.choice((0, 3, 12)), self._random.choice((0.0, 0.0, 0.0, 0.01))

        async def pause() -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            await asyncio.sleep(seconds)

        return pause
