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


def between(low: str | None, high: str | None, *, suffix: str = "") -> str:
    """Return a position after `low` and before `high`; None: the start, the end of the list.

    The same arguments give the same answer. A random `suffix` (base 62, not ending in 0) makes it unlikely that two
    people who insert at the same place at once get the same position; readers break ties by id.
    Raises Invalid unless low < high, and when both are as long as a position may be.
    """
    if high is not None and (low or "") >= high:
        raise Invalid(f"there is no place between {low!r} and {high!r}")
    position = _middle(low or "", high) + suffix
    if not is_position(position):
        raise Invalid("this list has been reordered at one spot too often; move an entry elsewhere")
    return position


def after(last: str | None) -> str:
    """Return a position after the last one of a list. Never fails: where no room is left, it is the same place."""
    try:
        return between(last, None)
    except Invalid:
        return last or ""


def spread(low: str | None, high: str | None, count: int) -> list[str]:
    """Return `count` positions in order between two places, as short as they can be."""
    if count == 0:
        return []
    if high is None and count > 1:
        positions = [between(low, None)]
        while len(positions) < count:
            positions.append(between(positions[-1], None))
        return positions
    middle = between(low, high)
    left = (count - 1) // 2
    return [*spread(low, middle, left), middle, *spread(middle, high, count - 1 - left)]


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
    try:
        return _fill(positions, kept)
    except Invalid:
        # No room left somewhere: everything gets a new place.
        return spread(None, None, len(positions))


def _fill(positions: Sequence[str | None], kept: set[int]) -> list[str]:
    """Keep some positions and put the others between them."""
    filled: list[str] = []
    at = 0
    while at < len(positions):
        if at in kept:
            filled.append(positions[at] or "")
            at += 1
            continue
        end = at
        while end < len(positions) and end not in kept:
            end += 1
        above = positions[end] if end < len(positions) else None
        filled.extend(spread(filled[-1] if filled else None, above, end - at))
        at = end
    return filled


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
