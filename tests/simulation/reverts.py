"""Reverts and undos of others, looked at first and then done through the web while people type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

import numpy as np

from core.crdt.weave import Mask, TextWeave, text_of_units
from core.documents.difference import difference
from core.errors import CounterpointError
from core.events import Recorded
from core.roles import Access
from tests.simulation.api import Api
from tests.simulation.client import EDITABLE
from tests.simulation.past import Past, Unit
from web.api import reverting
from web.api.reverting import NewRevert, Undo

Changes = list[tuple[str, str, Any, Any]]


@dataclass(frozen=True)
class Reverted:
    """A revert or an undo that was called durable."""

    document_id: UUID
    wanted: NewRevert
    #: Whether it was to be done only as it was looked at.
    is_exact: bool
    #: The preview: where the document stood and what was to change.
    seen_at: int
    seen: Changes
    position: int

    @property
    def counts_as(self) -> str:
        return "reverted" if self.wanted.undo is None else "undone"

    def check(self, past: Past) -> None:
        """P5: it did what it was to do and nothing else, whatever came meanwhile."""
        version, base = past.version_of(self.position), past.base_of(self.position)
        is_alone = past.versions_until(self.seen_at) == version - 1
        check_meanwhile(past, base, version, "revert")
        if self.is_exact:
            assert is_alone, "P5: an exact revert was stored although something came meanwhile"
        if self.wanted.undo is not None:
            self._check_undo(past, base, version, is_alone=is_alone)
        else:
            self._check_restore(past, base, version, is_alone=is_alone)
        check_preview(past, version, self.seen if is_alone else None)

    def _check_restore(self, past: Past, base: int, version: int, *, is_alone: bool) -> None:
        assert self.wanted.to is not None
        to = past.versions_until(self.wanted.to)
        shown, wanted = past.said(version), past.said(to)
        again = past.repeated(self.position)
        for root in _texts(past, self.wanted.path):
            text = past.history.weave.text(root)
            gone = _names(text, text.mask_at(to) & ~text.mask_at(base))
            assert gone <= again, "P5: a revert did not bring back what had gone"
            assert not is_alone or _at(shown, root) == _at(wanted, root), "P5: a revert says something else"
        if is_alone and self.wanted.path is None:
            assert shown == wanted, "P5: a revert says something else"

    def _check_undo(self, past: Past, base: int, version: int, *, is_alone: bool) -> None:
        assert self.wanted.undo is not None
        undone, path = self._undone(past, base), self.wanted.undo.path
        assert all(undone[past.inserted[unit]] for unit in past.took(version)), "P5: an undo took what another wrote"
        by_others = past.took(*(other for other in range(1, base + 1) if not undone[other]))
        again, copied = past.repeated(self.position), past.repeated_before(self.position)
        for root in _texts(past, path):
            text = past.history.weave.text(root)
            assert not undone[text.inserted[text.mask_at(version)]].any(), "P5: what was undone is still there"
            # What others wrote and nobody else deleted: it stays, or comes back unless it has been back before.
            every = zip(text.client_ids.tolist(), text.clocks.tolist(), strict=True)
            wanted = np.array([name not in by_others for name in every], dtype=bool)
            wanted &= (text.inserted <= base) & ~undone[np.where(text.inserted <= base, text.inserted, 0)]
            gone = _names(text, wanted & ~text.mask_at(base))
            assert gone <= again | copied, "P5: an undo did not bring back what had gone"
            if is_alone and not copied:
                shown = text.text_at(version)
                assert shown == text_of_units(text.units[wanted]), "P5: an undo says something else"
        if past.kind.schema is not None and path is None:
            self._check_values(past, version, undone)

    def _check_values(self, past: Past, version: int, undone: Any) -> None:
        weave, root = past.history.weave, EDITABLE[past.kind.name][1]
        for key in weave.keys(root, version):
            values = weave.values(root, key, version)
            before = [value.plain for value in values if not undone[value.version]]
            # Setting what it said before is no edit.
            stays = not undone[values[-1].version] or values[-1].plain in before[-1:]
            assert stays, "P5: a value that was undone is still there"

    def _undone(self, past: Past, base: int) -> Any:
        """Return which versions were to be taken back, by their number."""
        undo = self.wanted.undo
        assert undo is not None
        assert undo.to is not None
        undone = np.zeros(len(past.events) + 1, dtype=bool)
        for event in past.events[1:base]:
            is_theirs = undo.person_id in (None, event.actor_id)
            undone[event.version] = is_theirs and undo.from_ < event.position <= undo.to
        return undone


def check_preview(past: Past, version: int, seen: Changes | None) -> None:
    """Compare what a preview said with what came of it; None: something else came meanwhile."""
    if seen is not None:
        done = changes_between(past, version - 1, version)
        assert done == seen, "P5: a preview differs from what came of it"


def check_meanwhile(past: Past, base: int, version: int, what: str) -> None:
    """P5: what was written after it was looked at is still there after it."""
    assert not past.fresh(base, version) & past.took(version), f"P5: a {what} took what was written while it was made"


def changes_between(past: Past, old: int, new: int) -> Changes:
    """Return what differs between two versions."""
    found = difference(past.kind, past.said(old), past.said(new), by_word=False)
    return [(change.path, change.change, change.old, change.new) for change in found]


def changes_of(preview: dict[str, Any]) -> Changes:
    """Return what a preview says will change."""
    return [(one["path"], one["change"], one["old"], one["new"]) for one in preview["changes"]]


async def revert(
    api: Api,
    access: Access,
    document_id: UUID,
    wanted: NewRevert,
    wait: Callable[[], Awaitable[None]],
    *,
    is_exact: bool,
) -> Reverted | None:
    """Look at what a revert would do, and do it; None: the process died, or it could not be done."""
    try:
        seen = await api.call(reverting.preview, access, wanted, document_id=document_id)
        await wait()  # People type meanwhile.
        exact = wanted.model_copy(update={"expected": seen["position"]})
        done = await api.call(reverting.revert, access, exact if is_exact else wanted, document_id=document_id)
    except CounterpointError:
        return None
    return Reverted(document_id, wanted, is_exact, seen["position"], changes_of(seen), done["position"])


def wanted_revert(kind_name: str, past: list[Recorded], random: Random) -> NewRevert:
    """Return some revert of a document, or some undo of what one person or everybody did in a range of versions."""
    roots = EDITABLE[kind_name][0]
    path = random.choice((None, None, *(pointer_of(root) for root in roots)))
    first = random.randrange(len(past) - 1)
    if random.random() < 0.4:
        return NewRevert(to=past[first].position, path=path)
    last = random.randrange(first + 1, len(past))
    person_id = random.choice((None, *(event.actor_id for event in past[first + 1 : last + 1])))
    return NewRevert(
        undo=Undo(**{"from": past[first].position}, to=past[last].position, path=path, person_id=person_id)
    )


def _texts(past: Past, path: str | None) -> list[str]:
    """Return the roots of the texts at or below a path."""
    roots = EDITABLE[past.kind.name][0]
    return [root for root in roots if f"{pointer_of(root)}/".startswith(f"{path or ''}/")]


def pointer_of(root: str) -> str:
    """Return the JSON Pointer of a text by its root."""
    return "/" + root.replace(".", "/")


def _names(text: TextWeave, mask: Mask) -> set[Unit]:
    return set(zip(text.client_ids[mask].tolist(), text.clocks[mask].tolist(), strict=True))


def _at(content: Any, root: str) -> Any:
    for part in root.split("."):
        content = content[part]
    return content
