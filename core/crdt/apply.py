"""Applying updates to a document: many in one transaction, and a panic of the library as an ordinary error.

One transaction for a whole batch costs a tenth of one for each update. The library's panics arrive as `PanicException`,
which derives from BaseException and would end the process's event loop: here they become CannotApply. A document that
raised it is in an unknown state: throw it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pycrdt import Doc, merge_updates

_PANIC = "PanicException"


class CannotApply(Exception):
    """The CRDT library cannot apply these bytes; the document they were meant for is in an unknown state."""


def apply_updates(doc: Doc[Any], updates: Iterable[bytes]) -> None:
    """Apply the updates in one transaction. Raises CannotApply."""
    with panics_are_errors(), doc.transaction() as transaction:
        # Past the wrapper, which would enter the running transaction again for each: that costs more than applying.
        apply, running = doc._doc.apply_update, transaction._txn
        assert running is not None
        for update in updates:
            apply(running, update)


def merge(updates: Sequence[bytes]) -> bytes:
    """Return one update that says what these say. Quadratic in their number. Raises CannotApply."""
    with panics_are_errors():
        return merge_updates(*updates)


def apply_update_observed(doc: Doc[Any], update: bytes) -> bytes | None:
    """Apply one update; return what it changed, as an update, or None when it changed nothing. Raises CannotApply."""
    gained: list[bytes] = []
    subscription = doc.observe(lambda event: gained.append(event.update))
    try:
        apply_updates(doc, (update,))
    finally:
        doc.unobserve(subscription)
    return gained[0] if gained and gained[0] != b"\x00\x00" else None


@contextmanager
def panics_are_errors() -> Iterator[None]:
    """Raise CannotApply for what the library raises, its panics included."""
    try:
        yield
    except (ValueError, RuntimeError) as error:
        raise CannotApply(str(error)) from None
    except BaseException as error:
        if is_panic(error):
            raise CannotApply(f"the CRDT library panicked: {error}") from None
        raise


def is_panic(error: BaseException) -> bool:
    """Say whether this is a panic of the CRDT library, which is no Exception."""
    return type(error).__name__ == _PANIC
