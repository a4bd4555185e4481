"""The JSON of a document as if some of its versions had not been, and what of them has to stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from core.crdt.history import History
from core.crdt.undoing import Place, Reason, Undoing
from core.crdt.weave import Mask, Weave
from core.documents.authors import roots_of
from core.documents.kind import DocumentKind
from core.documents.note import NOTE_ROOT, TEXT_ROOT
from core.documents.reading import read_raw
from core.documents.schema import POSITION, LongText, pointer


class Stays(NamedTuple):
    """Something that was to be taken back and stays, because somebody changed it since."""

    #: JSON Pointer.
    path: str
    #: The version that changed it, and how.
    version: int
    reason: Reason


class Without(NamedTuple):
    """A document without some of its versions."""

    content: dict[str, Any]
    stays: list[Stays]
    #: Where its words and values come from.
    read: Undoing


def without(kind: DocumentKind, history: History, version: int, undone: Mask) -> Without:
    """Return what a version would say if those that are True in `undone` (by version, from 0) had not been.

    With none of them it is what the version says: exactly the JSON of `history.document_at(version)`. What stock
    clients keep in other roots of a note stays as the version has it.
    """
    undoing = Undoing(history.weave, version, undone)
    if kind.schema is not None:
        raw = {
            name: undoing.text(name, (name,)) if isinstance(root.field, LongText) else undoing.map(name, (name,))
            for name, root in roots_of(kind)
        }
        content = read_raw(kind.schema, raw)
    else:
        content = _note(undoing, history.weave, version, kind.to_json(history.document_at(version)))
    return Without(content, _stays(kind, undoing), undoing)


def nothing_of(history: History) -> Mask:
    """Return the mask of no version, to be filled."""
    return np.zeros(history.version + 1, dtype=bool)


def _note(undoing: Undoing, weave: Weave, version: int, now: Mapping[str, Any]) -> dict[str, Any]:
    title = undoing.map(NOTE_ROOT, (NOTE_ROOT,)).get("title")
    text = now["text"]
    # Embedded objects have a place in the weave and none in the text: what does not change is not read from there.
    if TEXT_ROOT not in now["roots"]:
        said = undoing.text(TEXT_ROOT, (TEXT_ROOT,))
        if not np.array_equal(undoing.texts[TEXT_ROOT,][1], weave.text(TEXT_ROOT).mask_at(version)):
            text = said.replace("\x00", "\ufffd")
    return {**now, "title": title if isinstance(title, str) else None, "text": text}


def path_of(kind: DocumentKind, place: Place) -> tuple[str, ...]:
    """Return where in the JSON something lies that the CRDT holds at a place; of an entry's place, the entry."""
    root = dict(roots_of(kind))[place[0]]
    keys = place[1:-1] if place[-1] == POSITION and len(place) > 2 else place[1:]
    return (*root.path, *keys)


def _stays(kind: DocumentKind, undoing: Undoing) -> list[Stays]:
    found: dict[str, Stays] = {}
    for place, version, reason in undoing.superseded:
        path = pointer(path_of(kind, place))
        found.setdefault(path, Stays(path, version, reason))
    return list(found.values())
