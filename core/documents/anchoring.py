"""Comments and the past: which words of a field a thread is about, and where they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from core.aggregates.comment import Anchor
from core.crdt.anchors import Range, RelativePosition, range_now, range_of_offsets, range_of_positions
from core.crdt.history import History
from core.crdt.reader import Id
from core.crdt.weave import Weave
from core.documents.authors import text_at
from core.documents.difference import parts_of
from core.documents.kind import DocumentKind
from core.errors import NotFound
from core.limits import COMMENT_QUOTE_CHARS_MAX

_MISSING: Final = object()
#: What an entry is called, first found first.
_NAMES: Final = ("name", "title")


class Marked(NamedTuple):
    """What somebody marked: the words or the value, and the first and the last unit of words (empty: a whole field)."""

    quote: str
    units: list[list[int]]
    position: int


class Standing(NamedTuple):
    """Where a thread is now."""

    is_orphaned: bool
    #: Of words that are still there.
    words: Range | None
    #: The sequence that the words are in.
    parent: Id | str | None


def mark_field(kind: DocumentKind, history: History, path: str, version: int) -> Marked:
    """Mark a whole field, an entry or (path "") the document. Raises NotFound when nothing is at the path."""
    content = kind.to_json(history.document_at(version))
    value = _value_at(content, path)
    if value is _MISSING:
        raise NotFound(f"There is nothing at {path} in this document.")
    return Marked(_quote(_in_words(value)) if path else "", [], history.position_of(version))


def mark_offsets(kind: DocumentKind, history: History, path: str, version: int, start: int, stop: int) -> Marked:
    """Mark the words between two UTF-16 offsets. Raises NotFound when no text is at the path, Invalid."""
    _, text = _text(kind, history, path, version)
    return _marked(history, version, range_of_offsets(text, version, start, stop))


def mark_between(
    kind: DocumentKind, history: History, path: str, version: int, first: RelativePosition, last: RelativePosition
) -> Marked:
    """Mark the words between two relative positions. Raises NotFound when no text is at the path, Invalid."""
    parent, text = _text(kind, history, path, version)
    begin, end = (_where_it_is_now(history.weave, parent, position) for position in (first, last))
    return _marked(history, version, range_of_positions(text, parent, version, begin, end))


def standing(kind: DocumentKind, history: History, anchors: Sequence[Anchor]) -> list[Standing]:
    """Return where the threads of one document are at its newest version."""
    content: dict[str, Any] | None = None
    found: list[Standing] = []
    for anchor in anchors:
        if anchor.units:
            found.append(_words_now(kind, history, anchor))
            continue
        if anchor.path and content is None:
            content = kind.to_json(history.document_at(history.version))
        is_gone = content is not None and _value_at(content, anchor.path) is _MISSING
        found.append(Standing(is_gone, None, None))
    return found


def _words_now(kind: DocumentKind, history: History, anchor: Anchor) -> Standing:
    path, now, weave = parts_of(anchor.path), history.version, history.weave
    then = history.version_at(anchor.position)
    before, after = text_at(kind, weave, path, then), text_at(kind, weave, path, now)
    if before is None or after is None:
        return Standing(True, None, None)
    parent, text = after
    words = range_now(
        before[1],
        then,
        anchor.units,
        text,
        now,
        lambda: [*history.restored, *weave.brought_back, *weave.rewritten(before[0]), *weave.rewritten(parent)],
    )
    return Standing(words is None, words, parent)


def _where_it_is_now(weave: Weave, parent: Id | str, position: RelativePosition) -> RelativePosition:
    """Return a place of a text that came back as another one, while somebody wrote about it, as a place of that one."""
    for row in weave.brought_back:
        if position.item is not None:
            client_id, clock = position.item
            if client_id == row.first_client_id and 0 <= clock - row.first_clock < row.length:
                position = RelativePosition((row.client_id, row.clock + clock - row.first_clock), None, position.assoc)
        elif position.parent not in (None, parent):
            was = weave.text(position.parent)
            if ((was.client_ids == row.first_client_id) & (was.clocks == row.first_clock)).any():
                position = position._replace(parent=parent)
    return position


def _text(kind: DocumentKind, history: History, path: str, version: int) -> Any:
    found = text_at(kind, history.weave, parts_of(path), version)
    if found is None:
        raise NotFound(f"There is no text at {path} in this document; leave the words out to comment on the field.")
    return found


def _marked(history: History, version: int, words: Range) -> Marked:
    return Marked(_quote(words.text), [list(words.first), list(words.last)], history.position_of(version))


def _value_at(content: Any, path: str) -> Any:
    """Return what is at a path: a key of an object, a label of a list of labels, a place in another list."""
    for part in parts_of(path):
        if isinstance(content, Mapping) and part in content:
            content = content[part]
        elif isinstance(content, list) and part in content:
            content = part
        elif isinstance(content, list) and part.isascii() and part.isdigit() and int(part[:9]) < len(content):
            content = content[int(part[:9])]
        else:
            return _MISSING
    return content


def _in_words(value: Any) -> str:
    """Return a value as a quote: of an entry its name, of several labels all of them."""
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case list():
            return ", ".join(str(item) for item in value if isinstance(item, str | int | float))
        case Mapping():
            return next((value[name] for name in _NAMES if isinstance(value.get(name), str)), "")
        case _:
            return ""


def _quote(text: str) -> str:
    """Return what a thread keeps of the words: not more than people read, and nothing that cannot be stored."""
    kept = text if len(text) <= COMMENT_QUOTE_CHARS_MAX else f"{text[: COMMENT_QUOTE_CHARS_MAX - 1]}…"
    return kept.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
