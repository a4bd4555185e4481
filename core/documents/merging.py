"""Merging a branch into its document: fields, entries, traits, labels and texts, each by what the two sides did to it.

All three are the JSON of one kind: `base` is what both sides began with. What only one side changed is taken, what
both changed alike is taken once, and what they changed differently is a conflict that somebody settles. Until then the
document's side stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from core.crdt.three_way import both_kept, spelled, three_way
from core.documents.difference import fields_of, moved_keys, parts_of
from core.documents.editing import is_same
from core.documents.kind import DocumentKind
from core.documents.schema import POSITION, Entries, Field, Labels, LongText, Record, Traits, pointer
from core.errors import Invalid

ConflictKind: TypeAlias = Literal["both_set", "edited_and_removed", "text_overlap", "both_moved"]
_EITHER: Final = ("document", "branch")
#: Of texts; both: where they conflict the document's lines, and below them the branch's.
_ANY: Final = (*_EITHER, "both")


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """One thing that both sides changed, each in its own way."""

    #: JSON Pointer.
    path: str
    #: both_set: a value. edited_and_removed: an entry or trait; the side that removed it is None. text_overlap: a text,
    #: where both changed the same words. both_moved: an entry; the three are its places among its siblings, from 0.
    kind: ConflictKind
    base: Any
    document: Any
    branch: Any
    choices: tuple[str, ...]
    #: One of them, as the caller chose; None: open, and the document's side stands.
    choice: str | None
    #: Of a text_overlap: the whole text that each choice gives, in their order; otherwise nothing.
    texts: tuple[str, ...] = ()


class Merged(NamedTuple):
    """What a merge gives, and what both sides wanted differently."""

    content: dict[str, Any]
    conflicts: list[MergeConflict]


def merge(
    kind: DocumentKind,
    base: Mapping[str, Any],
    document: Mapping[str, Any],
    branch: Mapping[str, Any],
    *,
    paths: Sequence[str] = (),
    choices: Mapping[str, str] = {},
) -> Merged:
    """Merge what the branch made of the base into the document.

    `paths` are JSON Pointers: only what the branch changed at or below one of them; none: all of it. `choices` settle
    conflicts by their path. What a kind's fields do not name stays as the document has it. Raises Invalid for a choice
    that its conflict does not offer, or for which there is no conflict.
    """
    fields = fields_of(kind)
    wanted = [parts_of(path) for path in paths] or [()]
    merger = _Merger(choices)
    content = dict(document)
    for name, field in fields.items():
        theirs = _selected((name,), field, base[name], branch[name], wanted)
        content[name] = merger.field((name,), field, base[name], document[name], theirs)
    merger.check()
    return Merged(content, merger.conflicts)


class _Merger:
    """Merges field by field and keeps what both sides wanted differently."""

    def __init__(self, choices: Mapping[str, str]) -> None:
        self._choices = choices
        self.conflicts: list[MergeConflict] = []

    def check(self) -> None:
        """Raise Invalid for a choice that settles nothing."""
        offered = {conflict.path: conflict.choices for conflict in self.conflicts}
        for path, choice in self._choices.items():
            if path not in offered:
                raise Invalid(f"There is no conflict at {path}; look at the preview again.", path="/choices")
            if choice not in offered[path]:
                named = " or ".join(offered[path])
                raise Invalid(f"At {path} choose {named}, not {choice!r}.", path="/choices")

    def field(self, path: tuple[str, ...], field: Field, base: Any, document: Any, branch: Any) -> Any:
        if is_same(branch, base) or is_same(branch, document):
            return document
        if is_same(document, base):
            return branch
        match field:
            case LongText():
                return self._text(path, base, document, branch)
            case Labels():
                return _labels(base, document, branch)
            case Traits():
                return self._traits(path, base, document, branch)
            case Entries(fields):
                return self._entries(path, fields, base, document, branch)
            case Record(fields):
                return {
                    name: self.field((*path, name), part, base[name], document[name], branch[name])
                    for name, part in fields.items()
                }
            case _:
                return self._one_of(path, "both_set", base, document, branch)

    def _text(self, path: tuple[str, ...], base: str, document: str, branch: str) -> str:
        hunks = three_way(base, document, branch)
        if not any(hunk.is_conflict for hunk in hunks):
            return spelled(hunks, "document")
        texts = (spelled(hunks, "document"), spelled(hunks, "branch"), both_kept(base, document, branch))
        choice = self._conflict(path, "text_overlap", (base, document, branch), _ANY, texts)
        return texts[_ANY.index(choice)] if choice in _ANY else texts[0]

    def _traits(
        self, path: tuple[str, ...], base: Mapping[str, Any], document: Mapping[str, Any], branch: Mapping[str, Any]
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in sorted(document.keys() | branch.keys()):
            was, mine, theirs = base.get(name), document.get(name), branch.get(name)
            if is_same(theirs, was) or is_same(theirs, mine):
                value = mine
            elif is_same(mine, was):
                value = theirs
            else:
                kind: ConflictKind = "edited_and_removed" if mine is None or theirs is None else "both_set"
                value = self._one_of((*path, name), kind, was, mine, theirs)
            if value is not None:
                found[name] = value
        return found

    def _entries(
        self,
        path: tuple[str, ...],
        fields: Mapping[str, Field],
        base: Mapping[str, Any],
        document: Mapping[str, Any],
        branch: Mapping[str, Any],
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key in {**document, **branch}:
            was, mine, theirs = base.get(key), document.get(key), branch.get(key)
            inside = (*path, key)
            if is_same(theirs, was) or is_same(theirs, mine):
                entry = mine
            elif is_same(mine, was):
                entry = theirs
            elif mine is None or theirs is None:
                entry = self._one_of(inside, "edited_and_removed", was, mine, theirs)
            else:
                was = was if was is not None else _nothing(fields)
                places = tuple(_place_of(key, siblings) for siblings in (base, document, branch))
                entry = {POSITION: self._place(inside, was[POSITION], mine[POSITION], theirs[POSITION], places)}
                for name, field in fields.items():
                    entry[name] = self.field((*inside, name), field, was[name], mine[name], theirs[name])
            if entry is not None:
                found[key] = entry
        return _in_order(found)

    def _place(self, path: tuple[str, ...], base: Any, document: Any, branch: Any, places: tuple[Any, ...]) -> Any:
        if branch in (base, document):
            return document
        if document == base:
            return branch
        choice = self._conflict(path, "both_moved", places, _EITHER)
        return branch if choice == "branch" else document

    def _one_of(self, path: tuple[str, ...], kind: ConflictKind, base: Any, document: Any, branch: Any) -> Any:
        choice = self._conflict(path, kind, (base, document, branch), _EITHER)
        return branch if choice == "branch" else document

    def _conflict(
        self,
        path: tuple[str, ...],
        kind: ConflictKind,
        sides: tuple[Any, ...],
        choices: tuple[str, ...],
        texts: tuple[str, ...] = (),
    ) -> str | None:
        at = pointer(path)
        choice = self._choices.get(at)
        base, document, branch = sides
        self.conflicts.append(MergeConflict(at, kind, base, document, branch, choices, choice, texts))
        return choice


def _labels(base: Sequence[str], document: Sequence[str], branch: Sequence[str]) -> list[str]:
    """Return the labels of both: what each side added, less what each removed.

    They are in the document's order, then what only the branch has; the other way round when only the branch reordered.
    """
    kept = set(base) & set(document) & set(branch) | (set(document) | set(branch)) - set(base)
    mine, theirs = ([label for label in side if label in base] for side in (document, branch))
    only_branch = mine == [label for label in base if label in mine] and theirs != [
        label for label in base if label in theirs
    ]
    first, second = (branch, document) if only_branch else (document, branch)
    return [label for label in dict.fromkeys([*first, *second]) if label in kept]


def _selected(path: tuple[str, ...], field: Field, base: Any, branch: Any, wanted: Sequence[tuple[str, ...]]) -> Any:
    """Return the base with what the branch changed at or below the wanted paths; None: an entry that is not there."""
    if any(path[: len(want)] == want for want in wanted):
        return branch
    if not any(want[: len(path)] == path for want in wanted):
        return base
    match field:
        case Record(fields):
            return {
                name: _selected((*path, name), part, base[name], branch[name], wanted) for name, part in fields.items()
            }
        case Traits() | Entries():
            members = {
                key: _member((*path, key), field, base.get(key), branch.get(key), wanted) for key in base | branch
            }
            present = {key: member for key, member in members.items() if member is not None}
            if isinstance(field, Traits):
                return dict(sorted(present.items()))
            return _in_order(_placed(path, present, base, branch, wanted))
        case _:
            return base


def _member(
    path: tuple[str, ...], field: Traits | Entries, base: Any, branch: Any, wanted: Sequence[tuple[str, ...]]
) -> Any:
    """Return one trait or entry of the base with what of it is wanted of the branch; None: it is not there."""
    if any(path[: len(want)] == want for want in wanted):
        return branch
    if isinstance(field, Traits) or base is None or branch is None:
        return base
    return {POSITION: base[POSITION]} | {
        name: _selected((*path, name), part, base[name], branch[name], wanted) for name, part in field.fields.items()
    }


def _placed(
    path: tuple[str, ...],
    entries: Mapping[str, Any],
    base: Mapping[str, Any],
    branch: Mapping[str, Any],
    wanted: Sequence[tuple[str, ...]],
) -> dict[str, Any]:
    """Return the entries with the branch's places when one that moved is wanted.

    Places come together: of two entries that changed places only one got a new one, and it need not be the one that a
    reader would say has moved.
    """
    both = base.keys() & branch.keys()
    moved = moved_keys([key for key in base if key in both], [key for key in branch if key in both])
    moved |= {key for key in both if base[key][POSITION] != branch[key][POSITION]}
    if not any(want[:-1] == path and want[-1] in moved for want in wanted if want):
        return dict(entries)
    return {key: entry | {POSITION: branch[key][POSITION]} if key in both else entry for key, entry in entries.items()}


def _in_order(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return entries as a document is read: by place, then by id."""
    return dict(sorted(entries.items(), key=lambda item: (item[1][POSITION] or "", item[0])))


def _nothing(fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return the entry that both sides began with when each added one of the same id."""
    empty: dict[str, Any] = {POSITION: None}
    for name, field in fields.items():
        match field:
            case LongText():
                empty[name] = ""
            case Labels():
                empty[name] = []
            case Traits():
                empty[name] = {}
            case _:
                empty[name] = None
    return empty


def _place_of(key: str, siblings: Mapping[str, Any]) -> int | None:
    return list(siblings).index(key) if key in siblings else None
