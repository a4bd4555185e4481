"""What changed between two texts, by word, for readers who have only the two texts and not what happened between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from core.limits import DIFFERENCE_CELLS_MAX

SpanChange: TypeAlias = Literal["equal", "insert", "delete"]
#: A line end, a stretch of other white space, a word (with its apostrophes and hyphens), or one other character.
#: Characters of scripts without spaces between words stand for themselves.
TOKEN: Final = re.compile(
    r"\n|[^\S\n]+|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
    r"(?:['’\-]?[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af])*|[^\w\s]|\w"
)
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")


class Edit(NamedTuple):
    """Characters start..stop of a text are replaced by others; an insertion has start == stop."""

    start: int
    stop: int
    text: str


class TextSpan(NamedTuple):
    """A stretch of text that is the same in both, only in the new one, or only in the old one."""

    change: SpanChange
    text: str


def tokens_of(text: str) -> list[str]:
    """Return the tokens that spell a text: line by line, so that of a book nobody else in the process waits for all."""
    found: list[str] = []
    for line in text.split("\n"):
        found += TOKEN.findall(line)
        found.append("\n")
    found.pop()
    return found


def word_spans(old: str, new: str) -> list[TextSpan]:
    """Return spans that spell both texts: equal and deleted ones the old, equal and inserted ones the new.

    A deletion stands before the insertion that replaces it. White space alone between two changes belongs to both, so
    that a rewritten phrase reads as one. Texts that are too large to compare by word are compared by line first.
    """
    return _joined(_glued(list(_compare(tokens_of(old), tokens_of(new), old, new))))


def edits(old: str, new: str) -> list[Edit]:
    """Return the fewest edits, by word, that lead from one text to the other, in reading order; no two touch.

    Unlike spans for readers they are as narrow as they can be: what is the same between two of them belongs to none.
    """
    if old == new:
        return []
    found: list[Edit] = []
    at = 0
    for span in _compare(tokens_of(old), tokens_of(new), old, new):
        if not span.text:
            continue
        stop = at if span.change == "insert" else at + len(span.text)
        if span.change != "equal":
            text = span.text if span.change == "insert" else ""
            last = found[-1] if found else None
            if last is not None and last.stop == at:
                found[-1] = Edit(last.start, stop, last.text + text)
            else:
                found.append(Edit(at, stop, text))
        at = stop
    return found


def same_units(old: str, new: str) -> Iterator[tuple[slice, slice]]:
    """Yield what is the same in two texts, as stretches of UTF-16 units of the old and of the new one."""
    old_units, new_units = unit_offsets(old), unit_offsets(new)
    at = shift = 0
    for edit in (*edits(old, new), Edit(len(old), len(old), "")):
        if edit.start > at:
            yield (
                slice(old_units[at], old_units[edit.start]),
                slice(new_units[at + shift], new_units[edit.start + shift]),
            )
        at, shift = edit.stop, shift + len(edit.text) - (edit.stop - edit.start)


def places_of(words: str, text: str, is_new: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each UTF-16 unit of a text its place in words that say the same; -1: none.

    Where the two agree as wholes, and of what `is_new` in the text also where that agrees by itself: a line that was
    written below one that begins alike.
    """
    found = np.full(len(is_new), -1, dtype=np.int64)
    for there, here in same_units(words, text):
        found[here] = np.arange(there.start, there.stop)
    if not (is_new & (found < 0)).any():
        return found
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    new = units[is_new].tobytes().decode("utf-16-le", "surrogatepass")
    by_itself = np.full(int(is_new.sum()), -1, dtype=np.int64)
    for there, here in same_units(words, new):
        by_itself[here] = np.arange(there.start, there.stop)
    found[is_new] = np.where(found[is_new] < 0, by_itself, found[is_new])
    return found


def unit_offsets(text: str) -> NDArray[np.int64]:
    """Return where each character starts in UTF-16 units, and the length of all."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(1 + (points > 0xFFFF))))


def _compare(old: Sequence[str], new: Sequence[str], old_text: str, new_text: str) -> Iterator[TextSpan]:
    if len(old) * len(new) <= DIFFERENCE_CELLS_MAX:
        yield from _spans(old, new)
        return
    old_lines, new_lines = _LINE.findall(old_text), _LINE.findall(new_text)
    if len(old_lines) * len(new_lines) > DIFFERENCE_CELLS_MAX:
        yield from (TextSpan("delete", old_text), TextSpan("insert", new_text))
        return
    deleted = inserted = ""
    for span in (*_spans(old_lines, new_lines), TextSpan("equal", "")):
        if span.change == "delete":
            deleted += span.text
        elif span.change == "insert":
            inserted += span.text
        else:
            yield from _within(deleted, inserted)
            deleted = inserted = ""
            yield span


def _within(deleted: str, inserted: str) -> Iterator[TextSpan]:
    """Compare lines that were replaced by others by word, where that can be afforded."""
    old, new = tokens_of(deleted), tokens_of(inserted)
    if len(old) * len(new) <= DIFFERENCE_CELLS_MAX:
        yield from _spans(old, new)
    else:
        yield from (TextSpan("delete", deleted), TextSpan("insert", inserted))


def _spans(old: Sequence[str], new: Sequence[str]) -> Iterator[TextSpan]:
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            yield TextSpan("equal", "".join(old[step.src_start : step.src_end]))
            continue
        if step.src_end > step.src_start:
            yield TextSpan("delete", "".join(old[step.src_start : step.src_end]))
        if step.dest_end > step.dest_start:
            yield TextSpan("insert", "".join(new[step.dest_start : step.dest_end]))


def _glued(spans: list[TextSpan]) -> Iterator[TextSpan]:
    for at, span in enumerate(spans):
        if span.change == "equal" and span.text and not span.text.strip(" ") and 0 < at < len(spans) - 1:
            yield TextSpan("delete", span.text)
            yield TextSpan("insert", span.text)
        else:
            yield span


def _joined(spans: Iterator[TextSpan]) -> list[TextSpan]:
    """Join what belongs together: between two equal spans lies at most one deletion and, after it, one insertion."""
    found: list[TextSpan] = []
    changed: dict[SpanChange, str] = {"delete": "", "insert": ""}

    def settle() -> None:
        found.extend(TextSpan(change, text) for change, text in changed.items() if text)
        changed["delete"] = changed["insert"] = ""

    for span in spans:
        if span.change != "equal":
            changed[span.change] += span.text
        elif span.text:
            settle()
            same = found.pop().text if found and found[-1].change == "equal" else ""
            found.append(TextSpan("equal", same + span.text))
    settle()
    return found
