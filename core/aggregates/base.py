"""What every aggregate is made of: frozen events, state that only events change, decisions that raise.

How to add an aggregate (one file in this folder, see document.py):

1. Derive a class from `Aggregate` and give it a short `TOPIC`: the word people use, for example "document".
2. Inside it declare `class Event(Aggregate.Event)` and one class an event below that, each with its own `TOPIC` in the
   public form (dotted, lower case, past tense: "document.trashed"). The first event of a life also derives from
   `Creation`; its fields arrive as arguments of `__init__`. The others change the state in `apply`.
3. Fields are text, numbers, booleans, None, UUID, datetime, and lists and dicts of these. Bytes, sets and tuples do not
   survive storage and are refused. People appear as opaque ids only: a name, an address or free text about a person
   can never be taken out of a log again.
4. A decision is a method that takes the moment (`at=clock.now()`), raises an error of core/errors.py, or calls
   `trigger_event(self.Trashed, timestamp=at, ...)`.
5. Changing an event: add `class_version = 2` and a static method `upcast_v1_v2(state: dict)` that mends old states in
   place. Never change what a topic means; never give it to another class.
6. An event of free words that may be erased one day (P5) has a static method `erased(actor_id)`, which returns the
   fields that are left when its body is empty; without it such an event cannot be read any more. Streams about one
   document, whose first event has its `document_id`, are emptied with it: then nobody finds them.
7. Add the new topics to tests/golden/topics.txt; a test compares. Nothing else needs to know: codec.py finds the file.

Load and store with core/repository.py; make events from stored rows with codec.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn, Self
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent, BaseAggregate


class Aggregate(BaseAggregate[UUID]):
    """State that only its own events change. `version` counts them; `id` is the stream."""

    #: It is to be erased, or was: nobody finds it any more.
    is_gone = False

    class Event(AggregateEvent):
        """A frozen fact: originator_id, originator_version, timestamp, and its own fields."""

        @staticmethod
        def create_timestamp() -> NoReturn:
            """Time comes from the clock of the root: refuse to invent it."""
            raise AssertionError("pass timestamp=clock.now() to every decision")

    @classmethod
    def begin(cls, event_class: type[Creation], *, stream_id: UUID, at: datetime, **fields: object) -> Self:
        """Return a new aggregate that starts with this event, not stored yet."""
        return cls._create(event_class, id=stream_id, timestamp=at, **fields)


class Creation(AggregateCreated):
    """The first event of a life: names the aggregate class it starts, by its topic."""
