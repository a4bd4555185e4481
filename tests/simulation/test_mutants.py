"""The proof of the proof: break each promise once, and the sweep of worlds must notice."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import reduce
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from pycrdt import Doc, Text

from core.aggregates.branch import Branch
from core.crdt.admission import Admission
from core.crdt.sequence import Item
from core.crdt.undoing import Undoing
from core.crdt.weave import text_of_units
from core.documents import reverting, undoing
from core.documents.guard import Guard
from core.events import Kind, Page
from core.roles import Access
from core.subscription import Subscription
from sync.edits import Edit, Prepared, made
from sync.messages import Acknowledge, Tell, Update
from sync.news import news_of
from sync.room import Room
from sync.rooms import Rooms
from tests.simulation.world import run
from web.api import branches, merge_facts, merges
from web.api import reverting as web_reverting

#: Under coverage a world costs twice as much.
pytestmark = pytest.mark.no_cover
SEEDS_MAX = 600
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
        done = await opened.edit(self.next_number(), access, client_id, lambda doc: kind.edit(doc, content))
        return Edit(done.position, prepared.version)

    patch.setattr(Rooms, "merge", overwrite)


def forget_half_of_what_comes_back(patch: pytest.MonkeyPatch) -> None:
    """P5: let a revert bring back the first half of what had gone."""
    plan_of = reverting.plan_restore

    def forgetful(kind: Any, *arguments: Any) -> Any:
        plan = plan_of(kind, *arguments)
        target, texts = deepcopy(plan.target), {}
        for place, source in plan.texts.items():
            comes = np.flatnonzero(source.after if source.before is None else source.after & ~source.before)
            after = source.after.copy()
            after[comes[len(comes) // 2 :]] = False
            texts[place] = source._replace(after=after)
            *way, last = undoing.path_of(kind, place)
            reduce(dict.__getitem__, way, target)[last] = text_of_units(source.woven.units[after])
        return plan._replace(target=target, texts=texts)

    patch.setattr(web_reverting, "plan_restore", forgetful)


def undo_what_everybody_wrote(patch: pytest.MonkeyPatch) -> None:
    """P5: let an undo of one person take back what the others wrote at that time, too."""
    chosen = web_reverting._chosen
    patch.setattr(
        web_reverting,
        "_chosen",
        lambda history, undo, stretches: chosen(history, undo.model_copy(update={"person_id": None}), stretches),
    )


def undo_only_what_was_written(patch: pytest.MonkeyPatch) -> None:
    """P5: let an undo take the words that came, and not bring back those that went."""

    class Forgetful(Undoing):
        def units(self, parent: Any, place: Any = ()) -> Any:
            shown = self._weave.text(parent).mask_at(self._version)
            return super().units(parent, place) & shown

    patch.setattr(undoing, "Undoing", Forgetful)


def let_an_exact_revert_come_late(patch: pytest.MonkeyPatch) -> None:
    """P5: store what was previewed although the document has moved on in another process."""
    bring = Room.bring
    patch.setattr(Room, "bring", lambda self, *arguments, exact_at: bring(self, *arguments))


def merge_over_what_came_meanwhile(patch: pytest.MonkeyPatch) -> None:
    """P5: let a merge write what was previewed over whatever the document says by now."""

    def over(intent: Any, history: Any, theirs: Any, ours: Any, body: Any, client_id: int) -> Prepared:
        state = history.document_at(history.version).get_update()
        update = made(state, client_id, lambda doc: intent.kind.edit(doc, ours.merged.content))
        return Prepared(history.version - history.inherited, update)

    patch.setattr(merges, "_written", over)
    patch.setattr(merges, "_meet", lambda path, other: False)


def merge_more_than_was_shown(patch: pytest.MonkeyPatch) -> None:
    """P5: preview the part that was asked for and merge all of it."""
    written = merges._written

    def whole(intent: Any, history: Any, theirs: Any, ours: Any, body: Any, client_id: int) -> Prepared:
        all_of_it = intent._replace(wanted=intent.wanted.model_copy(update={"paths": [], "choices": []}))
        shown = merges.ours_of(all_of_it, history, theirs, body.document_position)
        return written(intent, history, theirs, shown, body, client_id)

    patch.setattr(merges, "_written", whole)


def merge_twice(patch: pytest.MonkeyPatch) -> None:
    """P5: forget that a branch was merged."""
    patch.setattr(Branch.Merged, "apply", lambda self, aggregate: setattr(aggregate, "begun", None))


def merge_as_the_authors(patch: pytest.MonkeyPatch) -> None:
    """P4: let whoever merges a branch be the author of its words."""

    async def nobody(*arguments: Any) -> list[Any]:
        return []

    patch.setattr(merge_facts, "credited", nobody)


def fork_without_a_text(patch: pytest.MonkeyPatch) -> None:
    """P4: let a branch begin without a text of its document."""
    at = branches.fork_append

    def without(*arguments: Any, state: bytes, **options: Any) -> Any:
        doc: Doc[Any] = Doc()
        doc.apply_update(state)
        text = doc.get("producer_notes", type=Text)
        del text[:]
        return at(*arguments, state=doc.get_update(), **options)

    patch.setattr(branches, "fork_append", without)


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
    "P5 not brought back": (forget_half_of_what_comes_back, "P5: a revert did not bring"),
    "P5 undone too much": (undo_what_everybody_wrote, "P5: an undo took"),
    "P5 undone too little": (undo_only_what_was_written, "P5: an undo did not"),
    "P5 not as previewed": (let_an_exact_revert_come_late, "P5: an exact revert"),
    "P5 merged over": (merge_over_what_came_meanwhile, "P5: a merge took"),
    "P5 merged more": (merge_more_than_was_shown, "P5: a preview differs"),
    "P5 merged twice": (merge_twice, "P5: the same was merged twice"),
    "P4 merged by another": (merge_as_the_authors, "P4: a word"),
    "P4 forked otherwise": (fork_without_a_text, "P4: a fork"),
    "P6": (accept_any_author, "P6"),
    "P7": (accept_any_content, "P7"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_promise_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some world in the first few fails, and says which promise was broken."""
    breaks, says = MUTANTS[name]
    breaks(monkeypatch)
    for seed in range(SEEDS_MAX):
        try:
            run(seed, steps=100)
        except AssertionError as error:
            if str(error).startswith(says):
                return
    pytest.fail(f"{SEEDS_MAX} worlds did not notice that {name} is broken")
