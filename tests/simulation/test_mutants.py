"""The proof of the proof: break each promise once, and the sweep of worlds must notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from pycrdt import Doc

from core.crdt.admission import Admission
from core.crdt.sequence import Item
from core.documents import reverting
from core.documents.guard import Guard
from core.events import Kind, Page
from core.roles import Access
from core.subscription import Subscription
from sync.edits import Edit
from sync.messages import Acknowledge, Tell, Update
from sync.news import news_of
from sync.room import Room
from sync.rooms import Rooms
from tests.simulation import past
from tests.simulation.world import run

SEEDS_MAX = 150
Patch = Callable[[pytest.MonkeyPatch], None]


def acknowledge_before_append(patch: pytest.MonkeyPatch) -> None:
    """P1: say "saved" when an update arrives."""
    receive, conclude = Room.receive, Room._conclude

    def early(self: Room, connection_id: int, messages: Any) -> list[Any]:
        messages = list(messages)
        updates = [message for message in messages if type(message) is Update]
        steps = sum(message.step2 for message in updates)
        effects = receive(self, connection_id, messages)
        return [*effects, Acknowledge(connection_id, len(updates) - steps, steps)]

    def silent(self: Room, *arguments: Any) -> list[Any]:
        return [effect for effect in conclude(self, *arguments) if type(effect) is not Acknowledge]

    patch.setattr(Room, "receive", early)
    patch.setattr(Room, "_conclude", silent)


def tell_before_append(patch: pytest.MonkeyPatch) -> None:
    """P2: show everybody an update when it arrives."""
    receive = Room.receive

    def early(self: Room, connection_id: int, messages: Any) -> list[Any]:
        messages = list(messages)
        bodies = [message.body for message in messages if type(message) is Update]
        effects = receive(self, connection_id, messages)
        others = tuple([i for i, member in self._members.items() if member.is_synced and i != connection_id])
        return [*effects, Tell(others, news_of(bodies))] if bodies and others else effects

    patch.setattr(Room, "receive", early)


def skip_an_event(patch: pytest.MonkeyPatch) -> None:
    """P3: let a subscription move one further than the page it was given."""
    following = Subscription._next

    async def ahead(self: Subscription) -> Page | None:
        page = await following(self)
        return page._replace(position=page.position + 1) if page is not None and page.more else page

    patch.setattr(Subscription, "_next", ahead)


def accept_any_author(patch: pytest.MonkeyPatch) -> None:
    """P6: let everybody write under everybody's client id."""
    patch.setattr(Admission, "_is_new", lambda self, client_id, person_id: False)


def accept_any_content(patch: pytest.MonkeyPatch) -> None:
    """P7: let every update pass the schema."""
    import sync.twin

    class Blind(Guard):
        def check(self) -> list[Any]:
            super().check()
            return []

    patch.setattr(sync.twin, "Guard", Blind)


def overwrite_what_came_meanwhile(patch: pytest.MonkeyPatch) -> None:
    """P5: let a revert make everything say what it said, whatever was written since it was looked at."""

    async def overwrite(self: Rooms, document_id: UUID, access: Access, prepare: Any) -> Edit:
        client_id = await self._ports.client_ids.issue(document_id, access.person_id)
        prepared = await prepare(client_id)
        opened = await self._get(document_id)
        kind = await self._kind_of(document_id)
        target: Doc[Any] = Doc()
        for event in await self._ports.log.read_stream(document_id, Kind.UPDATE, limit=prepared.version):
            target.apply_update(event.body)
        target.apply_update(prepared.update)
        content = kind.to_json(target)
        position = await opened.edit(self.next_number(), access, client_id, lambda doc: kind.edit(doc, content))
        return Edit(position, prepared.version)

    patch.setattr(Rooms, "merge", overwrite)


def forget_what_comes_back(patch: pytest.MonkeyPatch) -> None:
    """P5: let a revert take away, and bring nothing back."""
    plan_of = reverting.plan_restore
    patch.setattr(past, "plan_restore", lambda *arguments: (plan := plan_of(*arguments))._replace(target=plan.now))


def join_what_one_wrote(patch: pytest.MonkeyPatch) -> None:
    """P4: take what one person wrote before and after another's words for one run."""
    patch.setattr(
        Item,
        "goes_on_with",
        lambda self, item: self.units is not None and item.units is not None and self.client_id == item.client_id,
    )


MUTANTS: dict[str, tuple[Patch, str]] = {
    "P1": (acknowledge_before_append, "P1"),
    "P2": (tell_before_append, "P2"),
    "P3": (skip_an_event, "P3"),
    "P4": (join_what_one_wrote, "P4"),
    "P5 overwritten": (overwrite_what_came_meanwhile, "P5"),
    "P5 not brought back": (forget_what_comes_back, "P5"),
    "P6": (accept_any_author, "P6"),
    "P7": (accept_any_content, "P7"),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_promise_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some world in the first few fails, and says which promise was broken."""
    breaks, says = MUTANTS[name]
    breaks(monkeypatch)
    for seed in range(SEEDS_MAX):
        try:
            run(seed)
        except AssertionError as error:
            if str(error).startswith(says):
                return
    pytest.fail(f"{SEEDS_MAX} worlds did not notice that {name} is broken")
