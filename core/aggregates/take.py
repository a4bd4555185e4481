"""A take: one rendering of one document, with everything it came from (P8). Its bytes are assets by content hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from core.aggregates.base import Aggregate, Creation
from core.errors import Conflict


class Take(Aggregate):
    """One rendering. Stored in the same append as the end of its job, so that there is one or neither."""

    TOPIC = "take"

    class Event(Aggregate.Event):
        """A fact about a take."""

    class Completed(Event, Creation):
        """The engine rendered the document as it was at the position, with these parameters and this seed."""

        TOPIC = "take.completed"
        job_id: UUID
        document_id: UUID
        document_position: int
        engine: str
        engine_version: str
        #: As used, defaults filled in.
        parameters: dict[str, Any]
        seed: int
        #: Each with role, format, digest (the asset's id) and bytes.
        files: list[dict[str, Any]]
        duration_s: float
        sample_rate_hz: int
        #: Figures of the mix by name with unit: integrated_lufs, true_peak_dbtp.
        loudness: dict[str, float]
        #: Each with id, name, start_s and end_s.
        sections: list[dict[str, Any]]
        #: What the engine had to guess or leave out, in sentences for people.
        notes: list[str]

    class Deleted(Event):
        """The take went to the trash."""

        TOPIC = "take.deleted"

        def apply(self, aggregate: Take) -> None:
            """Leave the lists."""
            aggregate.deleted = True

    class Restored(Event):
        """The take came back from the trash."""

        TOPIC = "take.restored"

        def apply(self, aggregate: Take) -> None:
            """Return to the lists."""
            aggregate.deleted = False

    def __init__(
        self,
        job_id: UUID,
        document_id: UUID,
        document_position: int,
        engine: str,
        engine_version: str,
        parameters: dict[str, Any],
        seed: int,
        files: list[dict[str, Any]],
        duration_s: float,
        sample_rate_hz: int,
        loudness: dict[str, float],
        sections: list[dict[str, Any]],
        notes: list[str],
    ) -> None:
        self.job_id = job_id
        self.document_id = document_id
        self.document_position = document_position
        self.engine = engine
        self.engine_version = engine_version
        self.parameters = parameters
        self.seed = seed
        self.files = files
        self.duration_s = duration_s
        self.sample_rate_hz = sample_rate_hz
        self.loudness = loudness
        self.sections = sections
        self.notes = notes
        self.deleted = False

    @classmethod
    def of_render(cls, *, take_id: UUID, at: datetime, **fields: Any) -> Self:
        """Keep what a render made; the fields are those of `Completed`."""
        return cls.begin(cls.Completed, stream_id=take_id, at=at, **fields)

    def delete(self, *, at: datetime) -> None:
        """Put it in the trash; its bytes stay. Raises Conflict when it is there already."""
        if self.deleted:
            raise Conflict("This take is in the trash already.")
        self.trigger_event(self.Deleted, timestamp=at)

    def restore(self, *, at: datetime) -> None:
        """Take it out of the trash. Raises Conflict when it is not there."""
        if not self.deleted:
            raise Conflict("This take is not in the trash.")
        self.trigger_event(self.Restored, timestamp=at)
