"""A version: positions of one or several documents that belong together, with a name and a message people gave them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from core.aggregates.base import Aggregate, Creation
from core.errors import Conflict, Invalid
from core.limits import LINE_CHARS_MAX, PARAGRAPH_CHARS_MAX, VERSION_DOCUMENTS_MAX


class VersionCause(StrEnum):
    """Why a version was made."""

    #: Somebody named it.
    PERSON = "person"
    #: Kept by itself before a revert, so that the revert can be reverted.
    REVERT = "revert"
    #: Kept by itself before a merge.
    MERGE = "merge"


class Version(Aggregate):
    """What one or several documents said at a moment; a song with its persona and its world can be one version."""

    TOPIC = "version"

    class Event(Aggregate.Event):
        """A fact about a version."""

    class Named(Event, Creation):
        """These documents at these positions belong together from now on, under this name."""

        TOPIC = "version.named"
        name: str
        message: str
        #: One of VersionCause.
        cause: str
        #: Each with document_id and position.
        documents: list[dict[str, Any]]

    class Removed(Event):
        """The name is taken away; what the documents said stays in their history."""

        TOPIC = "version.removed"

        def apply(self, aggregate: Version) -> None:
            """Leave the lists."""
            aggregate.removed = True

    def __init__(self, name: str, message: str, cause: str, documents: list[dict[str, Any]]) -> None:
        self.name = name
        self.message = message
        self.cause = VersionCause(cause)
        self.documents = documents
        self.removed = False

    @classmethod
    def of(
        cls,
        *,
        version_id: UUID,
        name: str,
        message: str,
        cause: VersionCause,
        documents: Mapping[UUID, int],
        at: datetime,
    ) -> Self:
        """Name what documents (id -> position) said. Raises Invalid; whether they exist is the caller's."""
        if not name.strip() or len(name) > LINE_CHARS_MAX:
            raise Invalid(f"A version has a name of 1 to {LINE_CHARS_MAX} characters.", path="/name")
        if len(message) > PARAGRAPH_CHARS_MAX:
            raise Invalid(f"A message has at most {PARAGRAPH_CHARS_MAX} characters.", path="/message")
        if not 1 <= len(documents) <= VERSION_DOCUMENTS_MAX:
            raise Invalid(f"A version has 1 to {VERSION_DOCUMENTS_MAX} documents.", path="/documents")
        listed = [{"document_id": str(key), "position": position} for key, position in documents.items()]
        return cls.begin(
            cls.Named, stream_id=version_id, at=at, name=name, message=message, cause=cause.value, documents=listed
        )

    def remove(self, *, at: datetime) -> None:
        """Take the name away. Raises Conflict when it is gone already."""
        if self.removed:
            raise Conflict("This version was removed already.")
        self.trigger_event(self.Removed, timestamp=at)
