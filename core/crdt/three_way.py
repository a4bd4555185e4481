"""Merging two texts that began as one, by word: what only one side changed is taken, what both did is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from core.crdt.words import Edit, edits

Side: TypeAlias = Literal["document", "branch", "both"]
#: Two characters that would make one word, or a word run into a full stop, without a space between. Scripts without
#: spaces between words want none.
_RUN_TOGETHER: Final = re.compile(
    r"[^\s\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af][^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
)


class Hunk(NamedTuple):
    """A stretch of the merged text: settled (both say the same), or a conflict that somebody has to settle."""

    document: str
    branch: str

    @property
    def is_conflict(self) -> bool:
        """Whether the two sides want different words here."""
        return self.document != self.branch


def three_way(base: str, document: str, branch: str) -> list[Hunk]:
    """Return the merged text as hunks in reading order.

    Changes that do not touch are settled: both are taken, and once when they are the same. Changes that overlap, two
    insertions at one point, and an insertion at the edge of the other's change are conflicts. Texts too large to
    compare by word are compared by line first; beyond that a text that both changed is one conflict.
    """
    hunks: list[Hunk] = []
    at = 0
    for mine, theirs in _meeting(edits(base, document), edits(base, branch)):
        start = min(edit.start for edit in (*mine, *theirs))
        stop = max(edit.stop for edit in (*mine, *theirs))
        hunks.append(_settled(base[at:start]))
        if mine and theirs:
            hunks.append(Hunk(_edited(base, start, stop, mine), _edited(base, start, stop, theirs)))
        else:
            hunks.append(_settled(_edited(base, start, stop, mine or theirs)))
        at = stop
    hunks.append(_settled(base[at:]))
    return list(_joined(hunk for hunk in hunks if hunk.document or hunk.branch))


def spelled(hunks: Sequence[Hunk], side: Side) -> str:
    """Return the merged text with this side's words wherever the two conflict; both: the document's words first."""
    return "".join(_words(hunk, side) for hunk in hunks)


def _words(hunk: Hunk, side: Side) -> str:
    if side == "document" or not hunk.is_conflict:
        return hunk.document
    if side == "branch":
        return hunk.branch
    apart = ""
    if _RUN_TOGETHER.fullmatch(hunk.document[-1:] + hunk.branch[:1]):
        apart = "\n" if "\n" in hunk.document or "\n" in hunk.branch else " "
    return hunk.document + apart + hunk.branch


def _settled(text: str) -> Hunk:
    return Hunk(text, text)


def _meeting(document: Sequence[Edit], branch: Sequence[Edit]) -> Iterator[tuple[list[Edit], list[Edit]]]:
    """Yield the edits of both sides in reading order, together those that meet; alone one that meets none."""
    both = sorted([*((edit, 0) for edit in document), *((edit, 1) for edit in branch)])
    group: tuple[list[Edit], list[Edit]] = ([], [])
    for edit, side in both:
        others = group[1 - side]
        # The last one reaches furthest: edits of one side do not touch each other.
        if not (others and _meet(others[-1], edit)) and (group[0] or group[1]):
            yield group
            group = ([], [])
        group[side].append(edit)
    if group[0] or group[1]:
        yield group


def _meet(first: Edit, second: Edit) -> bool:
    if first.start == first.stop or second.start == second.stop:
        return first.start <= second.stop and second.start <= first.stop
    return first.start < second.stop and second.start < first.stop


def _edited(base: str, start: int, stop: int, changes: Sequence[Edit]) -> str:
    """Return what these edits make of a stretch of the base."""
    parts: list[str] = []
    at = start
    for change in changes:
        parts += [base[at : change.start], change.text]
        at = change.stop
    return "".join([*parts, base[at:stop]])


def _joined(hunks: Iterator[Hunk]) -> Iterator[Hunk]:
    """Join settled neighbours, and conflicts with nothing but a space between: a phrase is chosen as a phrase."""
    found: list[Hunk] = []
    for hunk in hunks:
        if found and not hunk.is_conflict and not found[-1].is_conflict:
            found[-1] = _settled(found[-1].document + hunk.document)
        elif hunk.is_conflict and len(found) > 1 and found[-2].is_conflict and not found[-1].document.strip(" "):
            space, before = found.pop().document, found.pop()
            found.append(Hunk(before.document + space + hunk.document, before.branch + space + hunk.branch))
        else:
            found.append(hunk)
    yield from found
