"""A merge does what its preview said: all of a branch or parts of it, conflicts decided either way."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from core.documents.difference import fields_of
from core.documents.kinds import kind_named
from core.roles import Access, Role
from tests.unit.documents.test_merging import _changed, _drawn
from tests.unit.web.memory_studio import Studio, running_studio
from tests.unit.web.test_branches_api import API
from tests.unit.web.test_merges_api import EDITOR, OWNER, VIEWER, merge, preview, state

#: Merges of one branch: parts first, then the rest.
MERGES = 3


class Desk:
    """A document and a branch of it that people write in, at random."""

    def __init__(self, studio: Studio, chance: random.Random, kind: str) -> None:
        self.studio, self.chance, self.kind = studio, chance, kind_named(kind)
        self.fields = fields_of(self.kind)
        self.document: dict[str, Any] = {}
        self.branch: dict[str, Any] = {}

    async def begin(self) -> None:
        """Make a document with something in it, fork it, and write on both sides."""
        self.document = await self.studio.document(self.kind.name)
        await self.write(
            self.document["id"], OWNER, {name: _drawn(one, self.chance) for name, one in self.fields.items()}
        )
        path = f"{API}/documents/{self.document['id']}/branches"
        self.branch = (await self.studio.request(EDITOR, "POST", path, json={"name": "B"})).json()
        for role in (EDITOR, OWNER, EDITOR)[: self.chance.randrange(1, 4)]:
            await self.change(self.branch["content_id"], role)
        if self.chance.random() < 0.8:
            await self.change(self.document["id"], EDITOR)

    async def change(self, document_id: str, role: Role) -> None:
        """Let somebody make something else of some fields."""
        said = await state(self.studio, document_id)
        await self.write(
            document_id, role, {name: _changed(one, said[name], self.chance) for name, one in self.fields.items()}
        )

    async def write(self, document_id: str, role: Role, content: dict[str, Any]) -> None:
        """Let a document say this."""
        access = Access(self.studio.people[role], role.value, role)
        await self.studio.services.rooms.edit(UUID(document_id), access, lambda doc: self.kind.edit(doc, content))

    async def look(self, *, is_whole: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what somebody wants to merge, each conflict decided, and its preview."""
        wanted: dict[str, Any] = {}
        seen = await preview(self.studio, self.branch)
        if not is_whole and seen["changes"] and self.chance.random() < 0.7:
            every = [one["path"] for one in seen["changes"]]
            wanted["paths"] = self.chance.sample(every, self.chance.randrange(1, len(every) + 1))
        if not is_whole and self.chance.random() < 0.5:
            wanted["authors"] = [str(self.studio.people[self.chance.choice([EDITOR, OWNER])])]
        seen = await preview(self.studio, self.branch, **wanted)
        wanted["choices"] = [
            {"path": one["path"], "choice": self.chance.choice(one["choices"])} for one in seen["conflicts"]
        ]
        return wanted, await preview(self.studio, self.branch, **wanted)


def said_by(change: dict[str, Any]) -> Any:
    """Return what a difference says, without who wrote it."""
    return (
        change["path"], change["change"], change["old"], change["new"],
        [(span["change"], span["text"]) for span in joined(change["spans"])],
    )  # fmt: skip


def joined(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the spans of a text with neighbours of one kind as one: authors part them, too."""
    found: list[dict[str, Any]] = []
    for span in spans:
        if found and found[-1]["change"] == span["change"]:
            found[-1] = span | {"text": found[-1]["text"] + span["text"]}
        else:
            found.append(span)
    return found


async def merge_and_compare(desk: Desk, counts: Counter[str], *, is_whole: bool) -> None:
    """Look, merge, and see that the document changed by what was shown, and by nothing else."""
    wanted, seen = await desk.look(is_whole=is_whole)
    before = await state(desk.studio, desk.document["id"])
    done = await merge(desk.studio, desk.branch, seen, **wanted)
    if not seen["is_mergeable"] or (not seen["changes"] and not is_whole):
        assert done.status_code == 409, done.text
        assert await state(desk.studio, desk.document["id"]) == before
        return
    assert done.status_code == 200, done.text
    did = done.json()["branch"]["merges"][-1]
    after = await state(desk.studio, desk.document["id"])
    if not seen["changes"]:
        assert (did["before_position"], after) == (None, before)
        return
    path = f"{API}/documents/{desk.document['id']}/diff?from={did['before_position']}&to={did['position']}"
    diff = (await desk.studio.request(VIEWER, "GET", path)).json()
    assert [said_by(one) for one in diff["changes"]] == [said_by(one) for one in seen["changes"]]
    assert diff["from"] == seen["document_position"]
    counts["merged"] += 1
    counts["conflicts"] += len(wanted["choices"])
    counts["parts"] += "paths" in wanted
    counts["authors"] += "authors" in wanted


async def play(seed: int, counts: Counter[str]) -> None:
    """Merge a branch in parts, and then what is left of it."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        async with running_studio(Path(folder)) as studio:
            desk = Desk(studio, chance, chance.choice(["song", "persona", "world"]))
            await desk.begin()
            for number in range(1, MERGES + 1):
                await merge_and_compare(desk, counts, is_whole=number == MERGES)
                if number < MERGES and chance.random() < 0.5:
                    await desk.change(chance.choice([desk.document["id"], desk.branch["content_id"]]), EDITOR)


COUNTS: Counter[str] = Counter()


@settings(max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_a_merge_does_what_its_preview_said(seed: int) -> None:
    """By path, by author, whole, one after the other, with every choice: what was shown is what happened."""
    asyncio.run(play(seed, COUNTS))


def test_these_were_merges() -> None:
    """A run without conflicts, or without parts, proves nothing about them."""
    for seed in range(3):
        asyncio.run(play(seed, COUNTS))
    assert all(COUNTS[name] for name in ("merged", "conflicts", "parts", "authors")), COUNTS
