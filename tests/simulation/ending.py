"""What a log has to show at the end of a world to whoever reads all of it."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from pycrdt import Doc

from core.adapters.memory import MemoryLog, MemoryStore
from core.documents.guard import Guard
from core.documents.kinds import kind_named
from core.events import EventFilter, Kind, Recorded
from core.subscription import Subscription


def replayed(kind_name: str, events: Iterable[Recorded]) -> Doc[Any]:
    """P7: return a document made of its updates, each of which keeps its schema."""
    doc: Doc[Any] = Doc()
    guard = Guard(kind_named(kind_name), doc)
    for event in events:
        doc.apply_update(event.body)
        assert not (broken := guard.check()), f"P7: what is stored breaks the schema: {broken}"
    return doc


async def check_subscriber(store: MemoryStore, random: Random) -> None:
    """P3: every position once, in order, and everything that matches."""
    seen: list[int] = []
    where = EventFilter(kinds=frozenset({Kind.UPDATE}))
    subscription = Subscription(MemoryLog(store), where=where, limit=random.randint(1, 7))
    async for page in subscription.pages():
        seen += [event.position for event in page.events]
        if page.position >= store.position:
            break
    wanted = [event.position for event in store.events if event.kind is Kind.UPDATE]
    assert seen == wanted, "P3: a subscriber missed or repeated an event"
