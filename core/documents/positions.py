"""Places in an ordered list that many people reorder at once: strings that sort, with room between any two.

A position is a fraction written in base 62 (0-9, A-Z, a-z, the order of ASCII), without the leading "0." and without a
trailing zero. Plain string comparison orders positions, in Python, JavaScript and SQL (`COLLATE "C"`) alike.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import Invalid
from core.limits import POSITION_CHARS_MAX

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)}
_BASE = len(_DIGITS)


def is_position(value: object) -> bool:
    """Say whether the value is a position."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= POSITION_CHARS_MAX
        and value[-1] != "0"
        and all(digit in _VALUE for digit in value)
    )


def between(before: str | None, after: str | None, *, suffix: str = "") -> str:
    """Return a position after `before` and before `after`; None: the start, the end of the list.

    The same arguments give the same answer. A random `suffix` (base 62, not ending in 0) makes it unlikely that two
    people who insert at the same place at once get the same position; readers break ties by id.
    Raises Invalid unless before < after, and when both are as long as a position may be.
    """
    low, high = before or "", after
    if high is not None and low >= high:
        raise Invalid(f"there is no place between {before!r} and {after!r}")
    position = _middle(low, high) + suffix
    if not is_position(position):
        raise Invalid("this list has been reordered at one spot too often; move an entry elsewhere")
    return position


def spread(before: str | None, after: str | None, count: int) -> list[str]:
    """Return `count` positions in order between two places, as short as they can be."""
    if count == 0:
        return []
    if after is None and count > 1:
        positions = [between(before, None)]
        while len(positions) < count:
            positions.append(between(positions[-1], None))
        return positions
    middle = between(before, after)
    left = (count - 1) // 2
    return [*spread(before, middle, left), middle, *spread(middle, after, count - 1 - left)]


def keep_longest(positions: Sequence[str | None]) -> set[int]:
    """Return the indexes of the longest strictly rising run of positions: what may stay where it is in a new order."""
    tails: list[int] = []
    previous: dict[int, int] = {}
    for index, position in enumerate(positions):
        if position is None:
            continue
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if (positions[tails[middle]] or "") < position:
                low = middle + 1
            else:
                high = middle
        if low:
            previous[index] = tails[low - 1]
        tails[low : low + 1] = [index]
    kept: set[int] = set()
    at = tails[-1] if tails else None
    while at is not None:
        kept.add(at)
        at = previous.get(at)
    return kept


def arrange(positions: Sequence[str | None]) -> list[str]:
    """Return positions that rise strictly, changing as few of the given ones as possible; None: has none yet."""
    kept = keep_longest([position if is_position(position) else None for position in positions])
    arranged: list[str] = []
    at = 0
    while at < len(positions):
        if at in kept:
            arranged.append(positions[at] or "")
            at += 1
            continue
        end = at
        while end < len(positions) and end not in kept:
            end += 1
        after = positions[end] if end < len(positions) else None
        arranged.extend(spread(arranged[-1] if arranged else None, after, end - at))
        at = end
    return arranged


def _middle(low: str, high: str | None) -> str:
    """Return a fraction strictly between two others; a missing high is 1. Short at the ends of the list."""
    digits: list[str] = []
    at = 0
    while True:
        below = _VALUE[low[at]] if at < len(low) else 0
        above = _VALUE[high[at]] if high is not None and at < len(high) else _BASE
        if above - below > 1:
            step = (below + above) // 2
            # At the two ends, step by one: a list that only grows keeps short positions.
            if high is None and at < len(low):
                step = below + 1
            elif high is not None and not low:
                step = above - 1
            return "".join(digits) + _DIGITS[step]
        digits.append(_DIGITS[below])
        if above > below:
            # From here on every continuation is under the upper end.
            high = None
        at += 1
