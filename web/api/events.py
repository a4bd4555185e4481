"""`/api/v1/events`: the log as pages, and as a stream of server-sent events."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from core.aggregates.codec import EventCodec, require_topic
from core.errors import Invalid, Quarantined
from core.events import EventFilter, Kind, Recorded
from core.limits import PAGE_EVENTS_MAX, POSITION_MAX
from web.routing import Call, answer, operation
from web.services import Services

STREAM_MEDIA_TYPE = "text/event-stream"
#: Topics and streams in one filter; each is a parameter of a query.
FILTER_ITEMS_MAX = 100


class EventsFilter(BaseModel, extra="forbid"):
    """Which events a reader wants."""

    topic: list[str] | None = Field(
        default=None, max_length=FILTER_ITEMS_MAX, description="Only these event types, such as `job.completed`."
    )
    document_id: list[UUID] | None = Field(
        default=None, max_length=FILTER_ITEMS_MAX, description="Only facts and edits of these documents."
    )
    stream_id: list[UUID] | None = Field(
        default=None, max_length=FILTER_ITEMS_MAX, description="Only facts about these jobs, takes or documents."
    )
    updates: bool = Field(default=False, description="Send the bytes of edits too, in base 64.")


class EventsQuery(EventsFilter):
    """One page of the log."""

    after: int = Field(default=0, ge=0, le=POSITION_MAX, description="Only events with a higher position.")
    limit: int = Field(
        default=100, ge=1, le=PAGE_EVENTS_MAX, description="The most; a page of large events ends earlier."
    )


class StreamQuery(EventsFilter):
    """Where a stream begins."""

    after: int | None = Field(
        default=None,
        ge=0,
        le=POSITION_MAX,
        description="Begin after this position. Without it, and without Last-Event-ID, begin now.",
    )


class EventItem(BaseModel):
    """One stored event."""

    position: int
    stream_id: UUID = Field(description="The document, job, take or workspace it is about.")
    version: int
    topic: str
    actor_id: UUID
    recorded_at: datetime
    data: dict[str, Any] | None = Field(description="The fields of a fact. Null: an edit, or erased since.")
    bytes: int | None = Field(description="The size of an edit. Null: a fact.")
    update: str | None = Field(description="The Yjs update of an edit in base 64, when asked for.")


class EventPage(BaseModel):
    """Matching events in the order of their positions."""

    events: list[EventItem]
    position: int = Field(description="How far this page has read; ask on with `after` set to it.")
    more: bool = Field(description="Whether the log held more when this page was read.")


@operation(query=EventsQuery, gives=EventPage)
async def list_events(call: Call[EventsQuery, None]) -> Response:
    """Read a page of the event log."""
    query, services = call.query, call.services
    await _require_stored(query.after, "after", services)
    page = await services.log.read(after=query.after, limit=query.limit, where=event_filter(query, services.codec))
    item = item_maker(services.codec, updates=query.updates)
    return answer(EventPage(events=[item(event) for event in page.events], position=page.position, more=page.more))


@operation(query=StreamQuery, media=STREAM_MEDIA_TYPE, headers=["Last-Event-ID"])
async def stream_events(call: Call[StreamQuery, None]) -> Response:
    """Follow the event log as server-sent events."""
    query, services = call.query, call.services
    where = event_filter(query, services.codec)
    after = await _start(call.request.headers.get("last-event-id"), query.after, services)
    if call.request.method == "HEAD":
        return Response(media_type=STREAM_MEDIA_TYPE)
    item = item_maker(services.codec, updates=query.updates)
    frames = services.streams.frames(
        call.access,
        after=after,
        where=where,
        encode=lambda event: item(event).model_dump_json(),
        style="updates" if query.updates else "",
    )
    return StreamingResponse(frames, media_type=STREAM_MEDIA_TYPE, headers={"X-Accel-Buffering": "no"})


def event_filter(query: EventsFilter, codec: EventCodec) -> EventFilter:
    """Return the log's filter. Raises Invalid for a topic that no event can have."""
    for topic in query.topic or ():
        require_topic(codec, topic)
    streams = (query.document_id or []) + (query.stream_id or [])
    return EventFilter(
        topics=frozenset(query.topic) if query.topic is not None else None,
        stream_ids=frozenset(streams) if streams else None,
        with_updates=query.updates,
    )


def item_maker(codec: EventCodec, *, updates: bool) -> Callable[[Recorded], EventItem]:
    """Return what makes an event presentable."""

    def item(event: Recorded) -> EventItem:
        is_edit = event.kind is Kind.UPDATE
        return EventItem(
            position=event.position,
            stream_id=event.stream_id,
            version=event.version,
            topic=event.topic,
            actor_id=event.actor_id,
            recorded_at=event.recorded_at,
            data=None if is_edit else _fields(codec, event),
            bytes=event.size_bytes if is_edit else None,
            update=base64.b64encode(event.body).decode() if is_edit and updates else None,
        )

    return item


def _fields(codec: EventCodec, event: Recorded) -> dict[str, Any] | None:
    """Return a fact's fields; None once erased, or when only a newer program can read it."""
    if not event.body:
        return None
    try:
        return codec.fields_of(event)
    except Quarantined:
        return None


async def _start(last_event_id: str | None, after: int | None, services: Services) -> int:
    """Return the position to begin after: where the reader was cut off, where it says, or now."""
    if last_event_id is not None:
        if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= 18):
            raise Invalid("Last-Event-ID is a position.", path="Last-Event-ID")
        return await _require_stored(int(last_event_id), "Last-Event-ID", services)
    if after is not None:
        return await _require_stored(after, "after", services)
    return (await services.log.head()).position


async def _require_stored(position: int, path: str, services: Services) -> int:
    """Return the position. Raises Invalid when the log has not come so far.

    Whoever read a log that was replaced by an older backup would otherwise wait in silence and miss what comes.
    """
    head = (await services.log.head()).position
    if position > head:
        raise Invalid(
            f"The log ends at {head}, before {position}: begin again, with after={head} or from 0.", path=path
        )
    return position
