"""Branches through the web while people type in both documents: forked anywhere, merged whole, by path or by author."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar
from uuid import UUID

from core.aggregates.branch import Branch
from core.aggregates.document import Document
from core.crdt.weave import TextWeave, text_of_units
from core.errors import Conflict, CounterpointError
from core.roles import Access
from tests.simulation.api import Api
from tests.simulation.client import EDITABLE
from tests.simulation.past import Past
from tests.simulation.reverts import Changes, changes_of, check_meanwhile, check_preview, pointer_of
from web.api import branches, merges
from web.api.branches import NewBranch
from web.api.merge_sides import MergeChoice, NewMerge, WantedMerge


@dataclass(frozen=True)
class Forked:
    """A branch that was opened."""

    document_id: UUID
    branch_id: UUID
    content_id: UUID
    position: int
    counts_as: ClassVar[str] = "forked"

    def check(self, past: Past) -> None:
        """What a fork says is compared wherever its past is read."""


@dataclass(frozen=True)
class Merged:
    """A merge that was called durable."""

    document_id: UUID
    branch_id: UUID
    content_id: UUID
    wanted: NewMerge
    seen: Changes
    #: Where its edit is stored; None: the document said all of it already.
    position: int | None
    counts_as: ClassVar[str] = "merged"

    def check(self, past: Past) -> None:
        """P5: it did what was previewed, and what came meanwhile stays."""
        if self.position is None:
            assert not self.seen, "P5: a merge that was to change something changed nothing"
            return
        version, base = past.version_of(self.position), past.versions_until(self.wanted.document_position)
        check_preview(past, version, self.seen if base == version - 1 else None)
        check_meanwhile(past, base, version, "merge")
        for path, *_ in self.seen:
            assert not self.wanted.paths or any(_is_at(path, one) for one in self.wanted.paths), (
                "P5: a merge of a part changed something else"
            )

    def check_both(self, past: Past, branch: Past) -> None:
        """Compare the document with the branch."""
        if self.position is not None:
            version, base = past.version_of(self.position), past.versions_until(self.wanted.document_position)
            self._check_credits(past, branch, base, version)
            if base == version - 1:
                self._check_words(past, branch, version)

    def _check_words(self, past: Past, branch: Past, version: int) -> None:
        """P5: from a branch on which nothing was deleted a merge adds, whatever of it came before.

        Also where the document's words are kept, or both sides'.
        """
        if any(one.choice == "branch" for one in self.wanted.choices):
            return
        until = branch.versions_until(self.wanted.branch_position)
        gone = branch.took(*range(branch.inherited + 2, until + 1))
        for root in EDITABLE[past.kind.name][0]:
            if gone & _letters(branch.history.weave.text(root)).keys():
                continue
            before, after = (Counter(past.history.weave.text(root).text_at(one)) for one in (version - 1, version))
            assert before <= after, "P5: a merge of what was added took something away"

    def _check_credits(self, past: Past, branch: Past, base: int, version: int) -> None:
        """P4: whose words the merge brought is whose they are on the branch."""
        fact = next((one for one in past.facts if _is_of(one, self)), None)
        assert fact is not None, "P1: a merge that was answered is not in the document's facts"
        credited: set[tuple[int, int]] = set()
        letters = {root: _letters(past.history.weave.text(root)) for root in EDITABLE[past.kind.name][0]}
        theirs = {root: branch.history.weave.text(root) for root in letters}
        for client_id, clock, length, position, person_id, _ in fact.credited_rows():
            assert past.actor_of(position) == person_id, "P4: a merged word has another author"
            # What was there before the fork, or came back or over to it, is its first author's whoever brought it.
            if self.wanted.authors and position > branch.forked_at and not branch.facts:
                assert person_id in self.wanted.authors, "P4: a merged word is another's whose words were left out"
            units = {(client_id, clock + unit) for unit in range(length)}
            credited |= units
            # What the branch itself was merged from is another document's.
            written = branch.versions.get(position)
            for root, text in theirs.items():
                mine = {letters[root][unit] for unit in units if unit in letters[root]}
                says = text.units[text.inserted == written].tolist()
                assert written is None or mine <= set(says), "P4: who is said to have written a merged word did not"
        until = branch.versions_until(self.wanted.branch_position)
        for root in letters:
            text = past.history.weave.text(root)
            brought = past.brought(version) & letters[root].keys()
            merged = text.units[past.history.weave.mask_after(text, base, version)]
            if not self.wanted.authors and text_of_units(merged) == theirs[root].text_at(until):
                assert brought <= credited, f"P4: a word of {pointer_of(root)} came with a merge and has no author"


async def fork(api: Api, access: Access, document_id: UUID, position: int | None) -> Forked | None:
    """Open a branch; None: the process died, or it could not be done."""
    try:
        done = await api.call(
            branches.open_branch, access, NewBranch(name="b", position=position), document_id=document_id
        )
    except CounterpointError:
        return None
    return Forked(document_id, UUID(done["id"]), UUID(done["content_id"]), done["position"])


async def merge(
    api: Api,
    access: Access,
    branch: Branch,
    people: list[UUID],
    random: Random,
    wait: Callable[[], Awaitable[None]],
    *,
    by_author: bool,
) -> Merged | None:
    """Look at a merge, decide its conflicts, and merge; None: the process died, or it could not be done.

    `by_author`: one of the people's changes. Otherwise all of them, or one place now and then.
    """
    wanted = WantedMerge(authors=[random.choice(people)] if by_author else [])
    is_part = not by_author and random.random() < 0.25
    for _ in range(3):
        try:
            full, seen = await _looked_at(api, access, branch, wanted, random, is_part=is_part)
            await wait()  # People type meanwhile.
            done = await api.call(merges.merge_branch, access, full, branch_id=branch.id)
        except Conflict:
            await asyncio.sleep(0.001)  # Somebody was faster: they look again, later.
            continue
        except CounterpointError:
            return None
        position = done["position"] if done["before"] is not None else None
        await _again(api, access, branch, full, done["position"])
        return Merged(branch.document_id, branch.id, branch.content_id, full, seen, position)
    return None


async def _looked_at(
    api: Api, access: Access, branch: Branch, wanted: WantedMerge, random: Random, *, is_part: bool
) -> tuple[NewMerge, Changes]:
    """Return what somebody wants to merge, each conflict decided, and what the preview says of that."""
    wanted = wanted.model_copy(update={"paths": [], "choices": []})
    seen = await api.call(merges.preview, access, wanted, branch_id=branch.id)
    if is_part and seen["changes"]:
        wanted.paths = [random.choice(seen["changes"])["path"]]
        seen = await api.call(merges.preview, access, wanted, branch_id=branch.id)
    if seen["conflicts"]:
        wanted.choices = [
            MergeChoice(path=one["path"], choice=random.choice(one["choices"])) for one in seen["conflicts"]
        ]
        seen = await api.call(merges.preview, access, wanted, branch_id=branch.id)
    positions = {name: seen[name] for name in ("document_position", "branch_position")}
    return NewMerge(**wanted.model_dump(), **positions), changes_of(seen)


async def _again(api: Api, access: Access, branch: Branch, wanted: NewMerge, position: int) -> None:
    """The same merge a second time is refused."""
    again = wanted.model_copy(update={"document_position": position, "choices": []})
    try:
        await api.call(merges.merge_branch, access, again, branch_id=branch.id)
    except CounterpointError:
        return
    raise AssertionError("P5: the same was merged twice")


def _is_of(fact: Any, merged: Merged) -> bool:
    return isinstance(fact, Document.Merged) and fact.position == merged.position and fact.branch_id == merged.branch_id


def _is_at(path: str, other: str) -> bool:
    return f"{path}/".startswith(f"{other}/")


def _letters(text: TextWeave) -> dict[tuple[int, int], int]:
    """Return what each unit of a text says."""
    names = zip(text.client_ids.tolist(), text.clocks.tolist(), strict=True)
    return dict(zip(names, text.units.tolist(), strict=True))
