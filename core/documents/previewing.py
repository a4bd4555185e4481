"""What a planned revert would change, for people: texts by word, with who wrote what comes and what goes."""

from __future__ import annotations

from typing import Final

import numpy as np

from core.crdt.attribution import Column
from core.crdt.crediting import Authors
from core.crdt.weave import Weave, text_of_units
from core.crdt.words import SpanChange, word_spans
from core.documents.authors import AuthoredSpan, cut_spans, set_by
from core.documents.difference import Change, parts_of
from core.documents.kind import DocumentKind
from core.documents.reverting import Plan, Source
from core.documents.telling import Told
from core.documents.undoing import path_of

#: UTF-16 units of two texts together that are compared by word; longer ones show exactly the letters that differ,
#: which costs nothing.
_BY_WORD_UNITS_MAX: Final = 40_000


def planned_changes(kind: DocumentKind, weave: Weave, plan: Plan, authors: Authors) -> list[Told]:
    """Return what the plan changes, in the order of the document's fields."""
    texts = {path_of(kind, place): source for place, source in plan.texts.items()}
    values = {path_of(kind, place): value for place, value in sorted(plan.values.items(), key=_position_first)}
    found: list[Told] = []
    for change in plan.changes:
        path = parts_of(change.path)
        if change.change == "text":
            found.append(Told(change, _spans(change, texts.get(path), authors), None))
            continue
        value = values.get(path) if change.new is not None and change.change in ("set", "add") else None
        version = set_by(kind, weave, path, plan.base) if value is None and change.change == "set" else None
        found.append(Told(change, [], version if value is None else value.written))
    return found


def _position_first(item: tuple[tuple[str, ...], object]) -> bool:
    """Sort an entry's place before the entry, whose path it shares: the entry's own value counts."""
    return item[0][-1] != "pos"


def _spans(change: Change, source: Source | None, authors: Authors) -> list[AuthoredSpan]:
    if source is None or source.before is None:
        return [AuthoredSpan(span.change, span.text, None) for span in word_spans(change.old, change.new)]
    woven, before, after = source.woven, source.before, source.after
    stays = before & after
    # A letter that stays inside a word that is rewritten is nobody's change.
    gone = np.where(stays, 0, woven.written)[before]
    come = np.where(stays, 0, woven.written)[after]
    if len(gone) + len(come) <= _BY_WORD_UNITS_MAX:
        return cut_spans(word_spans(change.old, change.new), come, gone, authors)
    return _exactly(source, woven.written, authors)


def _exactly(source: Source, written: Column, authors: Authors) -> list[AuthoredSpan]:
    assert source.before is not None
    either = source.before | source.after
    stays = (source.before & source.after)[either]
    kinds = np.where(stays, 0, np.where(source.after[either], 2, 1))
    versions = np.where(stays, 0, written[either])
    units = source.woven.units[either]
    who = np.where(stays, -1, authors[versions])
    edges = np.flatnonzero((np.diff(kinds) != 0) | (np.diff(who) != 0)) + 1
    starts = [0, *edges.tolist()]
    names: tuple[SpanChange, ...] = ("equal", "delete", "insert")
    return [
        AuthoredSpan(names[kinds[start]], text_of_units(units[start:stop]), int(versions[start:stop].max()) or None)
        for start, stop in zip(starts, [*starts[1:], len(units)], strict=True)
    ]
