"""A document's facts: that it exists, and whether it is in the trash. Its content is in its keystrokes, not here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from core.aggregates.base import Aggregate, Creation
from core.aggregates.rows import pack_rows, unpack_rows
from core.errors import Conflict, Invalid
from core.limits import LINE_CHARS_MAX

_RESTORED_COLUMNS: Final = 5
_CREDITED_COLUMNS: Final = 6


class Document(Aggregate):
    """One document of some kind (song, persona, world, note), under the id that its keystrokes have too."""

    TOPIC = "document"

    class Event(Aggregate.Event):
        """A fact about a document."""

    class Created(Event, Creation):
        """Somebody made the document. The title is how it was called then; the living one is in its content."""

        TOPIC = "document.created"
        class_version = 2
        kind: str
        title: str
        #: The document this one is a branch of, and the position of the log at which it was forked; None: of none.
        forked_from: UUID | None
        forked_at: int | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """There were no branches."""
            state["forked_from"] = state["forked_at"] = None

    class Trashed(Event):
        """The document went to the trash, where it can be restored from."""

        TOPIC = "document.trashed"

        def apply(self, aggregate: Document) -> None:
            """Leave the lists; edits are refused from here on."""
            aggregate.trashed = True

    class Restored(Event):
        """The document came back from the trash."""

        TOPIC = "document.restored"

        def apply(self, aggregate: Document) -> None:
            """Return to the lists."""
            aggregate.trashed = False

    class ErasureRequested(Event):
        """The document is to be erased for ever: nobody finds it from here on, and a worker empties what is stored."""

        TOPIC = "document.erasure_requested"

        def apply(self, aggregate: Document) -> None:
            """Be gone."""
            aggregate.is_gone = True

    class Erased(Event):
        """Whatever the document said is gone; who wrote when, and the hashes of it, stay (P5)."""

        TOPIC = "document.erased"

        def apply(self, aggregate: Document) -> None:
            """Stay gone."""

    class Reverted(Event):
        """The document says again what it said at `to_position`, or without something: a new edit, at `position`."""

        TOPIC = "document.reverted"
        class_version = 3
        #: 0: something was taken back, and everything else kept.
        to_position: int
        #: What was: `from` and `to`, positions, and where it was chosen `person_id`, `path`, `versions`. Null: none.
        undone: dict[str, Any] | None
        #: JSON Pointer of what came back alone; null: everything.
        path: str | None
        position: int
        #: The version that was kept of what it said before.
        before_version_id: UUID
        #: Units that repeat older ones, for blame, packed (`rows.py`): see `restored_rows`.
        restored: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Earlier ones brought a position back, and did not say which part."""
            state["undone"] = state["path"] = None

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            """The rows were a list, which took as long to read as all the rest of a document's facts."""
            state["restored"] = pack_rows(state["restored"], _RESTORED_COLUMNS)

        def restored_rows(self) -> list[tuple[int, ...]]:
            """Return rows of client id, clock, length, first client id, first clock. Raises Quarantined."""
            return unpack_rows(self.restored, _RESTORED_COLUMNS)

        def apply(self, aggregate: Document) -> None:
            """Change no fact: the content is in the keystrokes."""

    class Merged(Event):
        """What a branch changed is in the document now: a new edit, stored at `position`."""

        TOPIC = "document.merged"
        class_version = 2
        branch_id: UUID
        #: Where the branch stood.
        branch_position: int
        position: int
        #: The version that was kept of what it said before.
        before_version_id: UUID
        #: Units that repeat what was written on the branch, for blame, packed (`rows.py`): see `credited_rows`.
        credited: str
        #: Their authors, whom the rows name by their place here.
        authors: list[str]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """The rows were a list, each with its author's id."""
            state["credited"], state["authors"] = _packed_credits(state["credited"])

        def credited_rows(self) -> list[tuple[int, int, int, int, UUID, int]]:
            """Return rows of client id, clock, length, and of the update that wrote them on the branch its position,
            its author and its moment (milliseconds since 1970 UTC). Raises Quarantined.
            """
            authors = [UUID(author) for author in self.authors]
            return [
                (client_id, clock, length, position, authors[author], moment_ms)
                for client_id, clock, length, position, author, moment_ms in unpack_rows(
                    self.credited, _CREDITED_COLUMNS
                )
            ]

        def apply(self, aggregate: Document) -> None:
            """Remember which edit it was; the content is in the keystrokes."""
            aggregate.merged[self.position] = self.branch_id

    def __init__(self, kind: str, title: str, forked_from: UUID | None = None, forked_at: int | None = None) -> None:
        self.kind = kind
        self.title = title
        #: Of a branch's content: the document it was forked from, and where in the log that stood.
        self.forked_from = forked_from
        self.forked_at = forked_at
        self.trashed = False
        #: Positions of the edits that brought what branches changed, and which branch each.
        self.merged: dict[int, UUID] = {}

    @classmethod
    def create(
        cls,
        *,
        document_id: UUID,
        kind: str,
        title: str,
        at: datetime,
        forked_from: UUID | None = None,
        forked_at: int | None = None,
    ) -> Self:
        """Make a document. Raises Invalid for a title no line can hold; whether the kind exists is the caller's."""
        if len(title) > LINE_CHARS_MAX:
            raise Invalid(f"a title has at most {LINE_CHARS_MAX} characters", path="title")
        return cls.begin(
            cls.Created, stream_id=document_id, at=at, kind=kind, title=title, forked_from=forked_from,
            forked_at=forked_at,
        )  # fmt: skip

    def trash(self, *, at: datetime) -> None:
        """Put it in the trash. Raises Conflict when it is there already."""
        if self.trashed:
            raise Conflict("This document is in the trash already.")
        self.trigger_event(self.Trashed, timestamp=at)

    def restore(self, *, at: datetime) -> None:
        """Take it out of the trash. Raises Conflict when it is not there."""
        if not self.trashed:
            raise Conflict("This document is not in the trash.")
        self.trigger_event(self.Restored, timestamp=at)

    def request_erasure(self, *, at: datetime) -> None:
        """Ask that it be erased for ever. Raises Conflict unless it is in the trash."""
        if not self.trashed:
            raise Conflict("Only what is in the trash can be erased; move this document there first.")
        self.trigger_event(self.ErasureRequested, timestamp=at)

    def follow_into_erasure(self, *, at: datetime) -> None:
        """Go with the document it was a branch of, wherever it is."""
        self.trigger_event(self.ErasureRequested, timestamp=at)

    def revert(
        self,
        *,
        to_position: int = 0,
        undone: dict[str, Any] | None = None,
        path: str | None = None,
        position: int,
        before_version_id: UUID,
        restored: Sequence[Sequence[int]],
        at: datetime,
    ) -> None:
        """Record that a revert was stored at `position`, and what it wrote again (as in `Reverted.restored_rows`)."""
        self.trigger_event(
            self.Reverted,
            timestamp=at,
            to_position=to_position,
            undone=undone,
            path=path,
            position=position,
            before_version_id=before_version_id,
            restored=pack_rows(restored, _RESTORED_COLUMNS),
        )

    def merge(
        self,
        *,
        branch_id: UUID,
        branch_position: int,
        position: int,
        before_version_id: UUID,
        credited: Sequence[Sequence[Any]],
        at: datetime,
    ) -> None:
        """Record that a merge was stored at `position`, and who wrote what it brought, rows as in `Merged`."""
        rows, authors = _packed_credits(credited)
        self.trigger_event(
            self.Merged,
            timestamp=at,
            branch_id=branch_id,
            branch_position=branch_position,
            position=position,
            before_version_id=before_version_id,
            credited=rows,
            authors=authors,
        )


def _packed_credits(credited: Sequence[Sequence[Any]]) -> tuple[str, list[str]]:
    """Return rows that name their authors by id, packed, and the authors."""
    numbers: dict[str, int] = {}
    rows = [
        (client_id, clock, length, position, numbers.setdefault(str(author), len(numbers)), moment_ms)
        for client_id, clock, length, position, author, moment_ms in credited
    ]
    return pack_rows(rows, _CREDITED_COLUMNS), list(numbers)
