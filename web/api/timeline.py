"""The timeline of a document: who did what in which sitting, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from core.crdt.history import History
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.documents.sittings import Doing, Sitting, doings, sittings
from core.limits import SITTING_PAUSE_MINUTES, SITTINGS_EXAMINED_MAX
from projections.pages import decode_cursor, encode_cursor
from web.api.documents import POSITION_MAX, existing_document
from web.api.history import PATH_CHARS_MAX
from web.routing import Call, answer, operation

#: Sittings in one page: each is summed up from two states of the document.
PAGE_SITTINGS_MAX: Final = 100
PAUSE_MS: Final = SITTING_PAUSE_MINUTES * 60_000


class TimelineQuery(BaseModel, extra="forbid"):
    """Which sittings a page shows."""

    person_id: UUID | None = None
    path: str | None = Field(
        default=None, max_length=PATH_CHARS_MAX, description="Only what was done at this JSON Pointer or below it."
    )
    after: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="Only what ended after this position.")
    before: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="Only what began before this position.")
    since: AwareDatetime | None = Field(default=None, description="Only what ended at or after this moment.")
    until: AwareDatetime | None = Field(default=None, description="Only what began before this moment.")
    limit: int = Field(default=20, ge=1, le=PAGE_SITTINGS_MAX)
    cursor: str | None = Field(default=None, max_length=4096, description="`next_cursor` of the page before.")


class TimelineDoing(BaseModel):
    """One thing somebody did."""

    path: str = Field(description="JSON Pointer.")
    phrase: str = Field(description="As one says it, such as `14 words in Chorus`.")


class TimelineItem(BaseModel):
    """What one person did in one sitting: their updates without a pause of ten minutes."""

    person_id: UUID
    from_position: int = Field(description="Where the document stood before; 0: it did not exist.")
    first_position: int
    last_position: int = Field(description="The version that the sitting made.")
    started_at: datetime
    ended_at: datetime
    updates: int = Field(description="How many of the updates between are this person's.")
    doings: list[TimelineDoing] = Field(description="What is still seen at the end of the sitting; may be empty.")
    summary: str = Field(description="The first of them in one line.")


class TimelinePage(BaseModel):
    """One page of the timeline, what ended last first."""

    items: list[TimelineItem]
    people: list[UUID] = Field(description="Everybody who ever changed the document, in the order of their first edit.")
    next_cursor: str | None


@operation(query=TimelineQuery, gives=TimelinePage)
async def show_timeline(call: Call[TimelineQuery, None]) -> Response:
    """List who did what in a document, by sitting."""
    document = await existing_document(call.services, call.id("document_id"))
    kind, query = kind_named(document.kind), call.query
    start = decode_cursor(query.cursor, (int,))

    def look(history: History) -> TimelinePage:
        # As many as there are: found once for each version of the document.
        every = history.remembered(("sittings", history.version), lambda: sittings(history, pause_ms=PAUSE_MS))
        wanted = [one for one in every if _is_wanted(history, one, query)]
        # A page goes on where the one before ended, also when newer sittings have come since.
        rest = [one for one in wanted if start is None or one.last_version < start[0]]
        items: list[TimelineItem] = []
        examined = 0
        for examined, (one, done) in enumerate(_told(kind, history, rest, query.path), start=1):
            if done is not None:
                items.append(_item(history, one, done))
            if len(items) == query.limit or examined == SITTINGS_EXAMINED_MAX:
                break
        more = encode_cursor([rest[examined - 1].last_version]) if examined < len(rest) else None
        return TimelinePage(items=items, people=list(history.people), next_cursor=more)

    return answer(await call.services.histories.ask(document.id, look))


def _is_wanted(history: History, sitting: Sitting, query: TimelineQuery) -> bool:
    return (
        query.person_id in (None, sitting.person_id)
        and (query.after is None or history.position_of(sitting.last_version) > query.after)
        and (query.before is None or history.position_of(sitting.first_version) < query.before)
        and (query.since is None or history.moment_of(sitting.last_version) >= query.since)
        and (query.until is None or history.moment_of(sitting.first_version) < query.until)
    )


def _told(
    kind: DocumentKind, history: History, found: list[Sitting], path: str | None
) -> Iterator[tuple[Sitting, list[Doing] | None]]:
    """Yield each sitting with what was done; None: nothing at the path that is asked for."""
    for sitting in found:
        done = doings(kind, history, sitting)
        if path is None:
            yield sitting, done
            continue
        below = [doing for doing in done if doing.path == path or doing.path.startswith(f"{path.rstrip('/')}/")]
        yield sitting, below or None


def _item(history: History, sitting: Sitting, done: list[Doing]) -> TimelineItem:
    first, last = sitting.first_version, sitting.last_version
    return TimelineItem(
        person_id=sitting.person_id,
        from_position=history.position_of(first - 1) if first > 1 else 0,
        first_position=history.position_of(first),
        last_position=history.position_of(last),
        started_at=history.moment_of(first),
        ended_at=history.moment_of(last),
        updates=sitting.updates,
        doings=[TimelineDoing(path=doing.path, phrase=doing.phrase) for doing in done],
        summary=_summary([doing.phrase for doing in done]),
    )


def _summary(phrases: list[str]) -> str:
    if len(phrases) <= 3:
        return ", ".join(phrases)
    return f"{', '.join(phrases[:3])} and {len(phrases) - 3} more"
