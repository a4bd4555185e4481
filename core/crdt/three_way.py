"""Merging two texts that began as one, by word: what only one side changed is taken, what both did is told."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from core.crdt.words import Edit, edits

Side: TypeAlias = Literal["document", "branch"]


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
    for change in _changes(base, document, branch):
        hunks.append(_settled(base[at : change.start]))
        if change.is_conflict(base):
            hunks.append(Hunk(change.said(base, change.document), change.said(base, change.branch)))
        else:
            hunks.append(_settled(change.said(base, change.document or change.branch)))
        at = change.stop
    hunks.append(_settled(base[at:]))
    return list(_joined(hunk for hunk in hunks if hunk.document or hunk.branch))


def spelled(hunks: Sequence[Hunk], side: Side) -> str:
    """Return the merged text with this side's words wherever the two conflict."""
    return "".join(hunk.document if side == "document" else hunk.branch for hunk in hunks)


def both_kept(base: str, document: str, branch: str) -> str:
    """Return the merged text with both sides' lines wherever the two conflict: the document's, and below the branch's.

    A line with a conflict stands twice, as each side says it as a whole, and so do such lines that follow each other.
    A line that is the same on both sides stands once. Everything else is merged as by `three_way`.
    """
    parts: list[str] = []
    at = 0
    for block in _blocks(base, _changes(base, document, branch)):
        if block.is_conflict:
            start, stop = block.start, block.stop
            whole = block.change._replace(start=start, stop=stop)
            said = _one_below_the_other(whole.said(base, whole.document), whole.said(base, whole.branch))
        else:
            start, stop = block.change.start, block.change.stop
            said = block.change.said(base, block.change.document or block.change.branch)
        parts += [base[at:start], said]
        at = stop
    return "".join([*parts, base[at:]])


# -- what both did ----------------------------------------------------------------------------------------------------


class _Change(NamedTuple):
    """A stretch of the base that one side or both changed, and how."""

    start: int
    stop: int
    document: list[Edit]
    branch: list[Edit]

    def said(self, base: str, edits: Sequence[Edit]) -> str:
        """Return what these edits make of the stretch."""
        parts: list[str] = []
        at = self.start
        for edit in edits:
            parts += [base[at : edit.start], edit.text]
            at = edit.stop
        return "".join([*parts, base[at : self.stop]])

    def is_conflict(self, base: str) -> bool:
        """Whether both sides changed the stretch, each in its own way."""
        return bool(self.document and self.branch) and self.said(base, self.document) != self.said(base, self.branch)


def _changes(base: str, document: str, branch: str) -> Iterator[_Change]:
    """Yield what the two sides changed, in reading order, together what meets."""
    for mine, theirs in _meeting(edits(base, document), edits(base, branch)):
        both = (*mine, *theirs)
        yield _Change(min(edit.start for edit in both), max(edit.stop for edit in both), mine, theirs)


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


class _Block(NamedTuple):
    """Changes that are written together, and the lines of the base they are in."""

    change: _Change
    is_conflict: bool
    first: int
    last: int
    #: Of those lines.
    start: int
    stop: int
    #: Whole lines are added after the last one, which is not changed.
    is_between: bool

    def belongs(self, other: _Block) -> bool:
        """Say whether a later block is part of this one: lines with a conflict are looked at as a whole."""
        if other.is_between:
            return self.is_conflict and other.first <= self.last
        if self.is_conflict and other.is_conflict:
            return other.first <= self.last + 1
        return (self.is_conflict or other.is_conflict) and other.first <= self.last

    def joined(self, other: _Block) -> _Block:
        """Return this block and a later one as one."""
        mine, theirs = self.change, other.change
        change = _Change(mine.start, theirs.stop, mine.document + theirs.document, mine.branch + theirs.branch)
        return _Block(change, True, self.first, other.last, self.start, max(self.stop, other.stop), False)


def _blocks(base: str, changes: Iterator[_Change]) -> list[_Block]:
    starts = [0, *(at + 1 for at, character in enumerate(base) if character == "\n")]
    found: list[_Block] = []
    for change in changes:
        block = _block(base, starts, change)
        while found and found[-1].belongs(block):
            block = found.pop().joined(block)
        found.append(block)
    return found


def _block(base: str, starts: Sequence[int], change: _Change) -> _Block:
    first, last = (bisect_right(starts, at) - 1 for at in (change.start, change.stop))
    is_conflict, texts = change.is_conflict(base), [edit.text for edit in (*change.document, *change.branch)]
    stop = starts[last + 1] - 1 if last + 1 < len(starts) else len(base)
    if change.start == change.stop:
        if change.start == starts[first] and all(text.endswith("\n") for text in texts):
            return _Block(change, is_conflict, first - 1, first - 1, change.start, change.stop, True)
        if change.stop == stop and all(text.startswith("\n") for text in texts):
            return _Block(change, is_conflict, last, last, change.start, change.stop, True)
    return _Block(change, is_conflict, first, last, starts[first], stop, False)


def _one_below_the_other(document: str, branch: str) -> str:
    """Return the lines of both: once those with which both begin or end, and nothing of a side that says nothing."""
    if not document or not branch:
        return document or branch
    mine, theirs = document.split("\n"), branch.split("\n")
    head = _common(mine, theirs)
    tail = _common(mine[head:][::-1], theirs[head:][::-1])
    return "\n".join(mine[: len(mine) - tail] + theirs[head:])


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """Return with how many of the same both begin."""
    pairs = zip(first, second, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))


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
