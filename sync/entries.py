"""One received update with the verdict on it: what a room's queue is made of."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from uuid import UUID

from core.errors import CounterpointError


class Verdict(Enum):
    """What becomes of an update."""

    #: It is new and allowed: to be stored.
    STORE = 1
    #: It changes nothing: to be acknowledged only (R8).
    NOTHING = 2
    #: It may not enter: `error` says why.
    REFUSED = 3


class Entry:
    """An update on its way through a room. Mutable: a moved stream has it judged again (R19)."""

    __slots__ = (
        "body",
        "claims",
        "error",
        "exact_at",
        "is_concluded",
        "is_edit",
        "is_typing",
        "may_write",
        "origin_id",
        "person_id",
        "received",
        "retire",
        "step2",
        "verdict",
    )

    def __init__(
        self,
        origin_id: int,
        person_id: UUID,
        body: bytes,
        *,
        step2: bool,
        may_write: bool,
        is_edit: bool = False,
        exact_at: int | None = None,
    ) -> None:
        #: The connection it came from, or the id of the server's edit.
        self.origin_id = origin_id
        self.person_id = person_id
        self.body = self.received = body
        self.step2 = step2
        #: Whether its sender may write, at the moment it arrived (R25).
        self.may_write = may_write
        self.is_edit = is_edit
        #: The only committed version on which it may be stored; None: any.
        self.exact_at = exact_at
        self.verdict: Verdict | None = None
        #: Whether its verdict is the last word and, if it was to be stored, it is durable.
        self.is_concluded = False
        #: Client ids it is the first to use.
        self.claims: tuple[int, ...] = ()
        #: Whether applying it cannot fail (Judgement.is_typing).
        self.is_typing = False
        #: Client ids to retire because it was refused (R12).
        self.retire: tuple[int, ...] = ()
        self.error: CounterpointError | None = None

    def begin_again(self) -> None:
        """Forget the verdict, and what it left out: what others were to store before may not be stored after all."""
        self.verdict, self.claims, self.body = None, (), self.received

    def refuse(self, error: CounterpointError, retire: tuple[int, ...] = ()) -> None:
        """Set the verdict, for good."""
        self.verdict, self.error, self.retire, self.claims = Verdict.REFUSED, error, retire, ()


def size_of(entries: Iterable[Entry]) -> int:
    """Return the bytes of these updates."""
    return sum([len(entry.body) for entry in entries])
