"""Edits that the server makes for somebody, each as one update of a client id of its own (SPEC.md R24)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias

from pycrdt import Doc

from core.crdt.apply import CannotApply, apply_updates, is_panic
from core.errors import Conflict

#: What changes nothing.
_NOTHING = b"\x00\x00"
#: Why an exact edit was not stored, and one that would not have changed anything.
MOVED_ON: Final = "Somebody has written in this document since you looked; look again."
DONE_ALREADY: Final = "Somebody has just done the same; the document would not change."


class Edit(NamedTuple):
    """An edit that is durable."""

    position: int
    #: The version it was made from. Versions between it and the edit's own are what others wrote meanwhile.
    base_version: int


class Prepared(NamedTuple):
    """An edit that was made elsewhere, on a stored version: to be merged with what others have written since."""

    version: int
    update: bytes
    #: Whether it is worth nothing once anything has come since, durable or not, here or in another process: what was
    #: previewed is what happens.
    is_exact: bool = False

    def check(self, version: int, queued: int) -> None:
        """Raise Conflict when the document is further than an exact edit allows."""
        if self.is_exact and (version != self.version or queued):
            raise Conflict(MOVED_ON)


#: What the server does to a document: to a copy that it is given, or as an update it has ready.
Change: TypeAlias = Callable[[Doc[Any]], None] | Prepared


def made(state: bytes, client_id: int, change: Callable[[Doc[Any]], None]) -> bytes:
    """Return what `change` does to the document, as one update. What it raises passes through.

    Raises CannotApply when the CRDT library panics in it.
    """
    doc: Doc[Any] = Doc(client_id=client_id)
    apply_updates(doc, (state,))
    changes: list[bytes] = []
    subscription = doc.observe(lambda event: changes.append(event.update))
    try:
        with doc.transaction():
            change(doc)
    except BaseException as error:
        if is_panic(error):
            raise CannotApply(f"the CRDT library panicked: {error}") from None
        raise
    doc.unobserve(subscription)
    return changes[0] if changes else _NOTHING
