"""Between stored rows and events: only topics of the allow-list are ever turned into objects.

The library would resolve any dotted path it reads (even `subprocess:Popen`), and it neither checks fields nor notices
an event written by a newer program; this file does all three before the library's mapper sees a row.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID

from eventsourcing.domain import AggregateEvent, CanMutateAggregate
from eventsourcing.persistence import DatetimeAsISO, JSONTranscoder, Mapper, StoredEvent, UUIDAsHex

import core.aggregates
from core.aggregates.base import Aggregate, Creation
from core.errors import Invalid, Misconfigured, Quarantined
from core.events import DOCUMENT_UPDATED, Kind, NewEvent, Recorded


class EventCodec:
    """Every event type of the given aggregates, by topic. Two classes with one topic stop the program at start."""

    def __init__(self, aggregates: Iterable[type[Aggregate]]) -> None:
        self._classes: dict[str, type[AggregateEvent]] = {}
        self._starts: dict[str, str] = {}
        for aggregate in aggregates:
            for event_class in _events_of(aggregate):
                self._add(aggregate, event_class)
        transcoder = _Transcoder()
        transcoder.register(UUIDAsHex())
        transcoder.register(DatetimeAsISO())
        self._mapper: Mapper[UUID] = Mapper(transcoder)

    @classmethod
    def of_all_aggregates(cls) -> EventCodec:
        """Return the codec of every aggregate declared in a file of this folder."""
        return cls(find_aggregates())

    @property
    def topics(self) -> frozenset[str]:
        """Return the allow-list: every topic that can be stored and read."""
        return frozenset(self._classes)

    def encode(self, event: CanMutateAggregate[UUID], actor_id: UUID) -> NewEvent:
        """Return the event as the log takes it.

        Raises TypeError for a field that would not come back as it is, Invalid for text that nothing can store.
        """
        topic = getattr(event, "TOPIC", "")
        if self._classes.get(topic) is not type(event):
            raise TypeError(f"{type(event).__name__} is no event of a known aggregate")
        for name, value in vars(event).items():
            _require_storable(name, value)
        stored = self._mapper.to_stored_event(event)
        return NewEvent(topic, stored.state, actor_id)

    def topics_about(self, field_name: str) -> frozenset[str]:
        """Return the topics of first events that have this field."""
        return frozenset(
            topic for topic in self._starts if field_name in {field.name for field in fields(self._classes[topic])}
        )

    def is_gone(self, recorded: Recorded) -> bool:
        """Say whether a fact was erased and nothing is left that could be read."""
        if recorded.body or recorded.kind is not Kind.AGGREGATE:
            return False
        return not hasattr(self._classes.get(recorded.topic), "erased")

    def decode(self, recorded: Recorded) -> AggregateEvent:
        """Return the event of a stored row, upcast to today's class. Raises Quarantined for one that cannot be read."""
        event_class = self._classes.get(recorded.topic)
        if event_class is None or recorded.kind is not Kind.AGGREGATE:
            raise Quarantined(f"{_where(recorded)} is of a type this program does not know: update it")
        if not recorded.body and hasattr(event_class, "erased"):
            return _erased(recorded, event_class)
        self._require_readable(recorded, event_class)
        stored = StoredEvent(recorded.stream_id, recorded.version, recorded.topic, recorded.body)
        try:
            event = self._mapper.to_domain_event(stored)
        except Exception as error:  # The bodies come from a database: any shape is possible, none may pass.
            raise Quarantined(f"{_where(recorded)} cannot be read: {error}") from error
        assert isinstance(event, AggregateEvent)
        self._require_fields(recorded, event)
        return event

    def fields_of(self, recorded: Recorded) -> dict[str, Any]:
        """Return the event's own fields as plain JSON values: what an API shows and a projection stores."""
        event = self.decode(recorded)
        own = {field.name for field in fields(type(event))} - {field.name for field in fields(Creation)}
        return {name: _plain(getattr(event, name)) for name in sorted(own)}

    def _add(self, aggregate: type[Aggregate], event_class: type[AggregateEvent]) -> None:
        topic = getattr(event_class, "TOPIC", "")
        if topic == DOCUMENT_UPDATED or self._classes.setdefault(topic, event_class) is not event_class:
            raise Misconfigured(f"the event type {topic!r} of {aggregate.__name__} is taken already")
        if issubclass(event_class, Creation):
            self._starts[topic] = getattr(aggregate, "TOPIC", "")

    def _require_readable(self, recorded: Recorded, event_class: type[AggregateEvent]) -> None:
        try:
            state = json.loads(recorded.body)
            known = getattr(event_class, "class_version", 1)
            newer = state.get("class_version", 1) > known
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            raise Quarantined(f"{_where(recorded)} holds no readable body") from error
        if newer:
            raise Quarantined(f"{_where(recorded)} was written by a newer program: update this one")
        starts = self._starts.get(recorded.topic)
        if starts is not None and state.get("originator_topic") != starts:
            raise Quarantined(f"{_where(recorded)} does not start a {starts}")

    def _require_fields(self, recorded: Recorded, event: AggregateEvent) -> None:
        missing = {field.name for field in fields(type(event))} - vars(event).keys()
        if missing:
            raise Quarantined(f"{_where(recorded)} lacks {', '.join(sorted(missing))}")
        if not isinstance(event.timestamp, datetime):
            raise Quarantined(f"{_where(recorded)} has no moment")


def find_aggregates() -> list[type[Aggregate]]:
    """Return every aggregate declared in a file of this folder, in the order of the files."""
    found: list[type[Aggregate]] = []
    for module_info in pkgutil.iter_modules(core.aggregates.__path__):
        module = importlib.import_module(f"{core.aggregates.__name__}.{module_info.name}")
        found += [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Aggregate) and value.__module__ == module.__name__
        ]
    return [aggregate for aggregate in found if aggregate is not Aggregate]


def require_topic(codec: EventCodec, topic: str) -> None:
    """Raise Invalid unless the topic is one of ours; for filters and imports, before anything else looks at it."""
    if topic != DOCUMENT_UPDATED and topic not in codec.topics:
        raise Invalid(f"there is no event type {topic!r}", path="topic")


def _events_of(aggregate: type[Aggregate]) -> Iterator[type[AggregateEvent]]:
    for name, value in vars(aggregate).items():
        if name != "Event" and isinstance(value, type) and issubclass(value, AggregateEvent):
            yield value


def _require_storable(where: str, value: object) -> None:
    """Refuse what storage would change or could not hold: bytes, sets, tuples, objects, odd numbers and text."""
    match value:
        case None | bool() | int() | UUID() | datetime():
            return
        case float() if isfinite(value):
            return
        case str():
            if "\0" in value or not _is_unicode(value):
                raise Invalid("text may hold every character of Unicode but NUL, and no half characters", path=where)
        case list():
            for item in value:
                _require_storable(where, item)
        case dict():
            if not all(isinstance(key, str) and key not in ("_type_", "_data_") for key in value):
                raise TypeError(f"{where}: the keys of stored dicts are text, and neither _type_ nor _data_")
            for key, item in value.items():
                _require_storable(where, key)
                _require_storable(where, item)
        case _:
            raise TypeError(f"{where}: {value!r} of type {type(value).__name__} does not survive storage")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class _Transcoder(JSONTranscoder):
    """The library's, which asks for the exact class of a value: database drivers bring a UUID class of their own."""

    def _encode_obj(self, o: Any) -> dict[str, Any]:
        return super()._encode_obj(UUID(int=o.int) if isinstance(o, UUID) else o)


def _erased(recorded: Recorded, event_class: Any) -> AggregateEvent:
    """Return what is left of an event whose body was erased (P5): who, when, its place, and no words."""
    event = event_class(
        originator_id=recorded.stream_id,
        originator_version=recorded.version,
        timestamp=recorded.recorded_at,
        **event_class.erased(recorded.actor_id),
    )
    assert isinstance(event, AggregateEvent)
    return event


def _plain(value: object) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat()
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case _:
            return value


def _where(recorded: Recorded) -> str:
    return f"the event {recorded.topic!r} at position {recorded.position}"
