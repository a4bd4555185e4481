"""Pages of a list: a bounded number of items and an opaque cursor to the next page (keyset, never OFFSET)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from core.errors import Invalid
from core.limits import LIST_ITEMS_MAX
from projections.port import Row

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """One page of a list, in the order asked for."""

    items: tuple[Item, ...]
    #: Give it back to get the next page; None: this was the last one.
    next_cursor: str | None


def listing(
    rows: Sequence[Row], limit: int, key_columns: tuple[str, ...], item: Callable[[Row], Item]
) -> Listing[Item]:
    """Make a page of rows that were read with a limit one higher than asked for."""
    shown = rows[:limit]
    cursor = encode_cursor([shown[-1][column] for column in key_columns]) if len(rows) > limit else None
    return Listing(tuple(item(row) for row in shown), cursor)


def check_limit(limit: int) -> int:
    """Return the limit if it is within bounds. Raises Invalid."""
    if not 1 <= limit <= LIST_ITEMS_MAX:
        raise Invalid(f"A page has 1 to {LIST_ITEMS_MAX} items.", path="limit")
    return limit


def encode_cursor(values: Sequence[Any]) -> str:
    """Return the last row's keys as an opaque, URL-safe string."""
    text = json.dumps([str(value) if not isinstance(value, int | str) else value for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, kinds: tuple[type, ...]) -> tuple[Any, ...] | None:
    """Return the keys of a cursor, or None without one. Raises Invalid when it is none of ours."""
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError
        return tuple(_typed(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise Invalid("This cursor is not one this list gave out; start from the first page.", path="cursor") from error


def _typed(value: Any, kind: type) -> Any:
    if kind is int:
        if type(value) is not int or not -(2**63) <= value < 2**63:
            raise ValueError
        return value
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError
    return kind(value)
