"""The timeline of a document: what each person did in one sitting, in a line.

A sitting is one person's updates without a long pause between two of them. Sittings of people who write at the same
time overlap; each one tells only what its own person did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np

from core.crdt.history import History
from core.crdt.weave import Mask
from core.documents.authors import find, put_by, removed_by, text_at
from core.documents.difference import Change, difference, parts_of
from core.documents.kind import DocumentKind
from core.documents.song import LANGUAGES
from core.documents.undoing import nothing_of, without

#: Characters of a value that a line quotes; longer ones are cut.
_VALUE_CHARS_MAX: Final = 40
#: Fields that people call by another word than their name.
_WORDS: Final[Mapping[str, str]] = {"bpm": "tempo"}
#: Stands for whoever made a version that is left out.
_NOBODY: Final = -1
#: What a phrase calls something that has no name yet.
_NAMELESS: Final = "untitled"
#: Versions whose sittings are looked for together; what comes after the last so many is looked at for every page.
_SETTLED_VERSIONS: Final = 4096


class Sitting(NamedTuple):
    """One person's updates from one pause to the next."""

    person_id: UUID
    first_version: int
    last_version: int
    #: How many of the versions between are this person's.
    updates: int


class Doing(NamedTuple):
    """One thing somebody did in a sitting."""

    #: JSON Pointer.
    path: str
    #: As one says it: "tempo 96 to 101", "14 words in Chorus".
    phrase: str


def sittings(history: History, *, pause_ms: int, without: Collection[int] = ()) -> list[Sitting]:
    """Return every sitting, the one that ended last first; versions to leave out are told of elsewhere."""
    # What nobody adds to any more is found once: people look on while others type.
    settled = history.version // _SETTLED_VERSIONS * _SETTLED_VERSIONS
    early = frozenset(one for one in without if one <= settled)
    known = history.remembered(
        ("sittings", settled, pause_ms, early), lambda: _between(history, 0, settled, pause_ms, early)
    )
    newest = _between(history, settled, history.version, pause_ms, without)
    found: list[Sitting] = []
    moments = history.moments
    for number in range(len(history.people)):
        mine, more = known.get(number, []), newest.get(number, [])
        if mine and more and moments[more[0].first_version] - moments[mine[-1].last_version] <= pause_ms:
            whole = mine[-1]._replace(last_version=more[0].last_version, updates=mine[-1].updates + more[0].updates)
            mine, more = mine[:-1], [whole, *more[1:]]
        found += mine
        found += more
    return sorted(found, key=lambda sitting: sitting.last_version, reverse=True)


def _between(
    history: History, after: int, until: int, pause_ms: int, without: Collection[int]
) -> dict[int, list[Sitting]]:
    """Return the sittings of some versions by the number of their person, each person's in order."""
    actors, moments = history.actors[after + 1 : until + 1].copy(), history.moments[after + 1 : until + 1]
    actors[[one - after - 1 for one in without if one > after]] = _NOBODY
    found: dict[int, list[Sitting]] = {}
    for number in np.unique(actors).tolist():
        if number == _NOBODY:
            continue
        mine = np.flatnonzero(actors == number)
        edges = np.flatnonzero(np.diff(moments[mine]) > pause_ms) + 1
        starts = [0, *edges.tolist()]
        found[number] = [
            Sitting(history.people[number], int(mine[start]) + after + 1, int(mine[stop - 1]) + after + 1, stop - start)
            for start, stop in zip(starts, [*starts[1:], len(mine)], strict=True)
        ]
    return found


def doings(kind: DocumentKind, history: History, sitting: Sitting, *, without: Collection[int] = ()) -> list[Doing]:
    """Return what the sitting's person did and is still seen at its end, in the order of the document's fields.

    `without`: versions that are told of elsewhere, though this person made them.
    """
    left_out = tuple(sorted(one for one in without if sitting.first_version < one < sitting.last_version))
    return history.remembered((kind.name, sitting, left_out), lambda: _doings(kind, history, sitting, left_out))


def _doings(kind: DocumentKind, history: History, sitting: Sitting, left_out: tuple[int, ...]) -> list[Doing]:
    before, after = sitting.first_version - 1, sitting.last_version
    old, new = (_content_at(kind, history, version) for version in (before, after))
    actors = history.actors
    mine = np.zeros(len(actors), dtype=bool)
    mine[sitting.first_version : after + 1] = actors[sitting.first_version : after + 1] == actors[sitting.last_version]
    mine[list(left_out)] = False
    teller = _Teller(kind, history, before, after, mine, old, new)
    return [doing for change in difference(kind, old, new, by_word=False) for doing in teller.tell(change)]


def _content_at(kind: DocumentKind, history: History, version: int) -> dict[str, Any]:
    """Return the JSON of a version; one sitting's end is often the next one's beginning."""

    def read() -> dict[str, Any]:
        if kind.schema is None:
            return kind.to_json(history.document_at(version))
        # The words of a version are a mask: while somebody types, every look is at a version nobody has asked for yet.
        return without(kind, history, version, nothing_of(history)).content

    return history.remembered((kind.name, version), read)


class _Teller:
    """Says changes between two versions as phrases, as far as one person made them."""

    def __init__(
        self,
        kind: DocumentKind,
        history: History,
        before: int,
        after: int,
        mine: Mask,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
    ) -> None:
        self._kind = kind
        self._weave = history.weave
        self._before = before
        self._after = after
        self._mine = mine
        self._old = old
        self._new = new

    def tell(self, change: Change) -> Iterator[Doing]:
        path = parts_of(change.path)
        match change.change:
            case "text":
                yield from self._words(change, path)
            case "set" if isinstance(change.new, list):
                yield from self._labels(change, path)
            case "set" if self._is_mine(put_by(self._kind, self._weave, path, self._after)):
                yield Doing(change.path, f"{self._name_of(path)} {_became(path, change)}")
            case "set" if change.new is None and self._is_mine(self._remover(path)):
                was = "" if _refers(path) else f"{_said(path, change.old)} "
                yield Doing(change.path, f"{self._name_of(path)} {was}removed")
            case "add" if self._is_mine(put_by(self._kind, self._weave, path, self._after)):
                yield Doing(change.path, f"added {self._entry_name(path, self._new)}")
            case "remove" if self._is_mine(self._remover(path)):
                yield Doing(change.path, f"removed {self._entry_name(path, self._old)}")
            case "move" if self._is_mine(put_by(self._kind, self._weave, (*path, "pos"), self._after)):
                yield Doing(change.path, f"moved {self._entry_name(path, self._new)}")
            case _:
                return

    def _words(self, change: Change, path: Sequence[str]) -> Iterator[Doing]:
        before, after = (text_at(self._kind, self._weave, path, at) for at in (self._before, self._after))
        if after is None:
            return
        if before is not None and before[0] == after[0]:
            # The history knows exactly what this person did.
            done = after[1].words_changed(self._before, self._after, self._mine)
        else:
            done = len(change.new.split()), len(change.old.split())
            done = None if done == (0, 0) else done
        if done is not None:
            yield Doing(change.path, f"{_counted(*done)} in {self._name_of(path)}")

    def _labels(self, change: Change, path: Sequence[str]) -> Iterator[Doing]:
        added = [label for label in change.new if label not in change.old]
        removed = [label for label in change.old if label not in change.new]
        added = [
            label for label in added if self._is_mine(put_by(self._kind, self._weave, (*path, label), self._after))
        ]
        removed = [label for label in removed if self._is_mine(self._remover((*path, label)))]
        if added or removed:
            said = [f"+{_worded(path, label)}" for label in added] + [f"-{_worded(path, label)}" for label in removed]
            yield Doing(change.path, f"{self._name_of(path)} {' '.join(said)}")

    def _is_mine(self, version: int | None) -> bool:
        return version is not None and version < len(self._mine) and bool(self._mine[version])

    def _remover(self, path: Sequence[str]) -> int | None:
        holder = find(self._kind, self._weave, path, self._before)
        return None if holder is None else removed_by(self._weave, holder, self._before)

    def _name_of(self, path: Sequence[str]) -> str:
        """Return how one calls a field: an entry's text by the entry's name, everything else by its own."""
        if len(path) >= 3:
            name = self._entry_name(path[:2], self._new)
            return name if path[-1] == "lyrics" else f"{_spoken(path[-1])} of {name}"
        return _spoken(path[-1])

    def _entry_name(self, path: Sequence[str], content: Mapping[str, Any]) -> str:
        value: Any = content
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping):
            return _spoken(path[-1])
        named = (value.get(key) for key in ("name", "title", "text", "kind"))
        return next((_cut(name) for name in named if isinstance(name, str) and name.strip()), _NAMELESS)


def _said(path: Sequence[str], value: Any) -> str:
    return "nothing" if value is None or value == "" else _cut(str(_worded(path, value)))


def _worded(path: Sequence[str], value: Any) -> Any:
    """Return a value as people say it: a language by its name."""
    is_language = path[-1] in ("language", "languages") and isinstance(value, str)
    return LANGUAGES.get(value, value) if is_language else value


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _VALUE_CHARS_MAX else f"{line[: _VALUE_CHARS_MAX - 1]}…"


def _became(path: Sequence[str], change: Change) -> str:
    """Say what a field was set to; an id tells a reader nothing."""
    if _refers(path):
        return "chosen"
    new = _said(path, change.new)
    return new if change.old in (None, "") else f"{_said(path, change.old)} to {new}"


def _refers(path: Sequence[str]) -> bool:
    return path[-1].endswith("_id")


def _spoken(name: str) -> str:
    return _WORDS.get(name, name.removesuffix("_id").replace("_", " "))


def _counted(inserted: int, deleted: int) -> str:
    words = [f"{count} word{'' if count == 1 else 's'}" for count in (inserted, deleted)]
    match inserted, deleted:
        case 0, 0:
            return "letters"
        case _, 0:
            return words[0]
        case 0, _:
            return f"{words[1]} less"
        case _:
            return f"{words[0]} for {deleted}"
