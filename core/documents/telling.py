"""Changes with their authors: of one document between two versions, of two documents, and of what a merge would do.

Who wrote a word is said as blame says it (P5): what a revert restored is its first author's, and what a merge brought
is whose it was on the branch. Who took a word away is who did so in the document; of a merge's, that is who merged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from core.crdt.attribution import Column
from core.crdt.crediting import Authors
from core.crdt.weave import TextWeave, Weave
from core.crdt.words import places_of, same_units, unit_offsets
from core.documents.authors import AuthoredSpan, authored, cut_spans, set_by, text_at
from core.documents.difference import Change, parts_of
from core.documents.editing import is_same
from core.documents.kind import DocumentKind

#: Versions of a unit that nobody is named for.
_NOBODY: Final = 0
#: More clocks than a client has.
_CLOCKS: Final = 2**40


class Told(NamedTuple):
    """One change and whose it is."""

    change: Change
    #: Of a text: both texts by word, cut by whom.
    spans: list[AuthoredSpan]
    #: Of a value that was set or an entry that was added: the version that wrote it first; None: nobody can be named.
    version: int | None


class Woven(NamedTuple):
    """A document at one version."""

    weave: Weave
    version: int


def told(
    kind: DocumentKind, weave: Weave, changes: Sequence[Change], old: int, new: int, authors: Authors
) -> list[Told]:
    """Return changes between two versions of one document with who made each; `authors` as for `authored`."""

    def spans(change: Change, path: tuple[str, ...]) -> list[AuthoredSpan]:
        before, after = text_at(kind, weave, path, old), text_at(kind, weave, path, new)
        if before is None or after is None or (before[0] != after[0] and new < old):
            return _by_nobody(change)
        if before[0] != after[0]:
            # Another text stands there now: who wrote it is known, who took a word out of the one before is not.
            brought, taken = after[1].written[after[1].mask_at(new)], np.full(before[1].mask_at(old).sum(), _NOBODY)
            return cut_spans(change.spans, brought, taken, authors)
        return authored(after[1], change.spans, old, new, authors)

    return _each(kind, changes, Woven(weave, new), spans)


def told_between(kind: DocumentKind, changes: Sequence[Change], old: Woven, new: Woven, authors: Authors) -> list[Told]:
    """Return what differs between two documents of one family, such as one and its branch, as the second one knows it.

    What it says more is by who wrote it there. What it says less is by who took it away there, if it ever was there.
    """

    def spans(change: Change, path: tuple[str, ...]) -> list[AuthoredSpan]:
        before, after = text_at(kind, old.weave, path, old.version), text_at(kind, new.weave, path, new.version)
        if before is None or after is None:
            return _by_nobody(change)
        showed, shows = before[1].mask_at(old.version), after[1].mask_at(new.version)
        places = _places(before[1], after[1])
        stays = np.zeros(len(shows), dtype=bool)
        stays[places[showed & (places >= 0)]] = True
        brought = np.where(stays, _NOBODY, after[1].written)[shows]
        return cut_spans(change.spans, brought, _taken(after[1], places, new.version)[showed], authors)

    return _each(kind, changes, new, spans)


def told_of_merge(
    kind: DocumentKind,
    changes: Sequence[Change],
    document: Woven,
    branch: Woven,
    said: Mapping[str, Any],
    authors: Authors,
) -> list[Told]:
    """Return what a merge would change in a document, as the branch knows it, which says `said`.

    A word is the branch's where the result says it as the branch does, and a value where both say the same.
    """

    def spans(change: Change, path: tuple[str, ...]) -> list[AuthoredSpan]:
        before, theirs = (text_at(kind, side.weave, path, side.version) for side in (document, branch))
        if before is None or theirs is None:
            return _by_nobody(change)
        showed, shows = before[1].mask_at(document.version), theirs[1].mask_at(branch.version)
        words = theirs[1].text_at(branch.version)
        lengths = [unit_offsets(text)[-1] for text in (change.old, words)]
        if lengths != [showed.sum(), shows.sum()]:
            return _by_nobody(change)  # Half characters: what they decode to has other lengths.
        brought = _carried(theirs[1].written[shows], words, change)
        taken = _taken(theirs[1], _places(before[1], theirs[1]), branch.version)[showed]
        # A letter that stays inside a word that is rewritten is nobody's change.
        for old, new in same_units(change.old, change.new):
            taken[old], brought[new] = _NOBODY, _NOBODY
        return cut_spans(change.spans, brought, taken, authors)

    return [
        one if is_same(one.change.new, _value_at(said, parts_of(one.change.path))) else one._replace(version=None)
        for one in _each(kind, changes, branch, spans)
    ]


def _each(
    kind: DocumentKind,
    changes: Sequence[Change],
    new: Woven,
    spans: Callable[[Change, tuple[str, ...]], list[AuthoredSpan]],
) -> list[Told]:
    """Return every change with its author, that of a text's words as `spans` finds them."""
    found: list[Told] = []
    for change in changes:
        path = parts_of(change.path)
        if change.change == "text":
            found.append(Told(change, spans(change, path), None))
        else:
            is_set = change.change in ("set", "add")
            found.append(Told(change, [], set_by(kind, new.weave, path, new.version) if is_set else None))
    return found


def _by_nobody(change: Change) -> list[AuthoredSpan]:
    return [AuthoredSpan(span.change, span.text, None) for span in change.spans]


def _taken(text: TextWeave, places: Column, version: int) -> Column:
    """Return which version had taken away the units at some places of a text by a version; -1: it has none there."""
    if not len(text.deleted):
        return np.full(len(places), _NOBODY, dtype=np.int64)
    deleted = text.deleted[places]
    return np.where((places >= 0) & (deleted <= version), deleted, _NOBODY)


def _places(text: TextWeave, other: TextWeave) -> Column:
    """Return where each unit of a text is in another one that knows the same units; -1: nowhere."""
    _, clients = np.unique(np.concatenate((text.client_ids, other.client_ids)), return_inverse=True)
    names = clients * _CLOCKS + np.concatenate((text.clocks, other.clocks))
    wanted, known = names[: len(text.clocks)], names[len(text.clocks) :]
    if not len(known):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(known)
    found = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)]
    return np.where(known[found] == wanted, found, -1)


def _carried(written: Column, words: str, change: Change) -> Column:
    """Return who wrote each unit that a text says now as words do that somebody wrote; else nobody."""
    is_new = np.ones(unit_offsets(change.new)[-1], dtype=bool)
    for _, stays in same_units(change.old, change.new):
        is_new[stays] = False
    places = places_of(words, change.new, is_new)
    found = np.full(len(places), _NOBODY, dtype=np.int64)
    found[places >= 0] = written[places[places >= 0]]
    return found


def _value_at(content: Any, path: Sequence[str]) -> Any:
    for part in path:
        content = content.get(part) if isinstance(content, Mapping) else None
    return content
