"""The timeline of a document, the newest first: who did what in which sitting, what was merged, reviewed, discussed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge as in_order
from typing import Annotated, Final, Literal, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from core.crdt.history import History
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.documents.sittings import Doing, Sitting, doings, sittings
from core.limits import POSITION_MAX, SITTING_PAUSE_MINUTES, SITTINGS_EXAMINED_MAX
from projections.lineage import ancestors_of
from projections.moments import MomentRow, Wanted
from projections.pages import decode_cursor, encode_cursor
from web.api.branches import names_of_branches
from web.api.documents import existing_document
from web.api.history import PATH_CHARS_MAX
from web.routing import Call, answer, operation
from web.services import Services

#: Entries in one page: each sitting and each merge is summed up from two states of the document.
PAGE_ENTRIES_MAX: Final = 100
PAUSE_MS: Final = SITTING_PAUSE_MINUTES * 60_000
#: Characters of a comment that a line quotes; longer ones are cut.
_QUOTE_CHARS_MAX: Final = 80

EntryKind = Literal["edit", "merge", "review", "comment"]
ENTRY_KINDS: Final[tuple[EntryKind, ...]] = ("edit", "merge", "review", "comment")


class TimelineQuery(BaseModel, extra="forbid"):
    """Which entries a page shows."""

    kind: list[EntryKind] | None = Field(
        default=None, max_length=len(ENTRY_KINDS), description="Only entries of these kinds; null: all."
    )
    person_id: UUID | None = None
    path: str | None = Field(
        default=None,
        max_length=PATH_CHARS_MAX,
        description="Only what was done or said at this JSON Pointer or below it; reviews are of the whole document.",
    )
    after: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="Only what ended after this position.")
    before: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="Only what began before this position.")
    since: AwareDatetime | None = Field(default=None, description="Only what ended at or after this moment.")
    until: AwareDatetime | None = Field(default=None, description="Only what began before this moment.")
    limit: int = Field(default=20, ge=1, le=PAGE_ENTRIES_MAX)
    cursor: str | None = Field(default=None, max_length=4096, description="`next_cursor` of the page before.")


class TimelineDoing(BaseModel):
    """One thing somebody did."""

    path: str = Field(description="JSON Pointer.")
    phrase: str = Field(description="As one says it, such as `14 words in Chorus`.")


class TimelineItem(BaseModel):
    """What one person did in one sitting: their updates without a pause of ten minutes, merges left out."""

    kind: Literal["edit"]
    person_id: UUID
    from_position: int = Field(description="Where the document stood before; 0: it did not exist.")
    first_position: int
    last_position: int = Field(description="The version that the sitting made.")
    started_at: datetime
    ended_at: datetime
    updates: int = Field(description="How many of the updates between are this person's.")
    doings: list[TimelineDoing] = Field(description="What is still seen at the end of the sitting; may be empty.")
    summary: str = Field(description="The first of them in one line.")


class _Moment(BaseModel):
    person_id: UUID
    position: int = Field(description="Of the fact in the log; of a merge, of the edit it made.")
    at: datetime
    summary: str = Field(description="What happened, in one line without who did it.")


class TimelineMerge(_Moment):
    """All or some of a branch was merged: one edit, whose words are those of who wrote them on the branch."""

    kind: Literal["merge"]
    branch_id: UUID
    branch_name: str = Field(description="As it is called now; empty: its facts were erased.")
    from_position: int = Field(description="Where the document stood before.")
    before_version_id: UUID = Field(description="The version that was kept of what it said before.")
    doings: list[TimelineDoing] = Field(description="What it changed.")


class TimelineReview(_Moment):
    """Something was decided about a branch of the document."""

    kind: Literal["review"]
    what: Literal["opened", "requested", "withdrawn", "approved", "changes_requested", "closed", "reopened"]
    branch_id: UUID
    branch_name: str


class TimelineComment(_Moment):
    """A thread of comments was opened, resolved, or opened again."""

    kind: Literal["comment"]
    what: Literal["opened", "resolved", "reopened"]
    thread_id: UUID
    path: str = Field(description="JSON Pointer of what it is on; empty: the document.")


TimelineEntry = Annotated[TimelineItem | TimelineMerge | TimelineReview | TimelineComment, Field(discriminator="kind")]


class TimelinePage(BaseModel):
    """One page of the timeline, what ended last first."""

    items: list[TimelineEntry]
    people: list[UUID] = Field(description="Everybody who ever changed the document, in the order of their first edit.")
    next_cursor: str | None


class _Candidate(NamedTuple):
    """Something that may become an entry, once it is known what was done in it."""

    position: int
    what: Sitting | MomentRow


@dataclass(frozen=True, slots=True)
class _Around:
    """What the database knows of a page: its moments and the names of their branches, and every merge there was."""

    moments: Sequence[MomentRow]
    #: Whether older ones were left out.
    has_more: bool
    branches: dict[UUID, str]
    merged_at: Sequence[int]


@operation(query=TimelineQuery, gives=TimelinePage)
async def show_timeline(call: Call[TimelineQuery, None]) -> Response:
    """List what happened to a document: sittings, merges, reviews and discussions."""
    document = await existing_document(call.services, call.id("document_id"))
    kind, query = kind_named(document.kind), call.query
    start = decode_cursor(query.cursor, (int,))
    before = POSITION_MAX if start is None else start[0]
    around = await _around(call.services, document.id, document.forked_from is not None, query, before)

    def look(history: History) -> TimelinePage:
        merges = _versions_of(history, around.merged_at)
        # A page goes on where the one before ended, also when newer sittings have come since.
        candidates = [one for one in _candidates(history, query, around, merges) if one.position < before]
        if around.has_more:
            # What is older than the last moment that was read waits for the next page.
            candidates = [one for one in candidates if one.position >= around.moments[-1].position]
        items: list[TimelineEntry] = []
        examined = 0
        for examined, (one, done) in enumerate(_told(kind, history, candidates, query.path, merges), start=1):
            if done is not None:
                items.append(_entry(history, one.what, done, around))
            if len(items) == query.limit or examined == SITTINGS_EXAMINED_MAX:
                break
        more = None
        if examined < len(candidates):
            more = encode_cursor([candidates[examined - 1].position])
        elif around.has_more:
            more = encode_cursor([around.moments[-1].position])
        return TimelinePage(items=items, people=list(history.people), next_cursor=more)

    return answer(await call.services.histories.ask(document.id, look))


# -- what there is ----------------------------------------------------------------------------------------------------


async def _around(services: Services, document_id: UUID, is_fork: bool, query: TimelineQuery, before: int) -> _Around:
    kinds = [one for one in query.kind or ENTRY_KINDS if one != "edit"]
    ancestors = await ancestors_of(services.log, services.codec, document_id) if is_fork else ()
    wanted = Wanted(
        document_id=document_id, kinds=kinds, person_id=query.person_id, path=query.path, after=query.after or 0,
        before=min(before, query.before or POSITION_MAX), since=query.since, until=query.until,
    )  # fmt: skip
    found = await services.moments.list_moments(wanted, ancestors, limit=query.limit + 1) if kinds else []
    branches = {row.subject_id for row in found if row.kind != "comment"}
    return _Around(
        moments=found[: query.limit],
        has_more=len(found) > query.limit,
        branches=await names_of_branches(services, branches),
        merged_at=await services.moments.merged_at(document_id, ancestors),
    )


def _versions_of(history: History, positions: Sequence[int]) -> frozenset[int]:
    """Return the versions that lie at positions; none for what this history does not know yet."""
    found = ((position, history.versions_until(position)) for position in positions)
    return frozenset(version for position, version in found if version and history.position_of(version) == position)


def _candidates(history: History, query: TimelineQuery, around: _Around, merges: frozenset[int]) -> list[_Candidate]:
    """Return what fits the query, the newest first."""
    moments = [
        _Candidate(row.position, row)
        for row in around.moments
        if row.kind != "merge" or history.versions_until(row.position) in merges
    ]
    if query.kind is not None and "edit" not in query.kind:
        return moments
    # As many as there are: found once for each version of the document.
    every = history.remembered(
        ("sittings", history.version, merges), lambda: sittings(history, pause_ms=PAUSE_MS, without=merges)
    )
    own = [_Candidate(history.position_of(one.last_version), one) for one in every if _is_wanted(history, one, query)]
    return list(in_order(own, moments, key=lambda one: one.position, reverse=True)) if moments else own


def _is_wanted(history: History, sitting: Sitting, query: TimelineQuery) -> bool:
    return (
        query.person_id in (None, sitting.person_id)
        and (query.after is None or history.position_of(sitting.last_version) > query.after)
        and (query.before is None or history.position_of(sitting.first_version) < query.before)
        and (query.since is None or history.moment_of(sitting.last_version) >= query.since)
        and (query.until is None or history.moment_of(sitting.first_version) < query.until)
    )


# -- what is told of it -----------------------------------------------------------------------------------------------


def _told(
    kind: DocumentKind, history: History, found: Sequence[_Candidate], path: str | None, merges: frozenset[int]
) -> Iterator[tuple[_Candidate, list[Doing] | None]]:
    """Yield each candidate with what was done; None: nothing at the path that is asked for."""
    for one in found:
        what = one.what
        if isinstance(what, MomentRow) and what.kind != "merge":
            yield one, []
            continue
        if isinstance(what, MomentRow):
            version = history.version_at(what.position)
            done = doings(kind, history, Sitting(history.actor_of(version), version, version, 1))
        else:
            done = doings(kind, history, what, without=merges)
        if path is None:
            yield one, done
            continue
        below = [doing for doing in done if doing.path == path or doing.path.startswith(f"{path.rstrip('/')}/")]
        yield one, below or None


def _entry(history: History, what: Sitting | MomentRow, done: list[Doing], around: _Around) -> TimelineEntry:
    if isinstance(what, Sitting):
        return _item(history, what, done)
    own = {"person_id": what.person_id, "position": what.position, "at": what.at}
    if what.kind == "comment":
        return TimelineComment.model_validate(
            own | {"kind": "comment", "what": what.what, "thread_id": what.subject_id, "path": what.path,
                   "summary": _said_of_comment(what)}
        )  # fmt: skip
    name = around.branches.get(what.subject_id, "")
    branch = f"branch {name}" if name else "a branch"
    own |= {"branch_id": what.subject_id, "branch_name": name}
    if what.kind == "review":
        summary = _SAID_OF_BRANCHES[what.what].format(branch)
        return TimelineReview.model_validate(own | {"kind": "review", "what": what.what, "summary": summary})
    version = history.version_at(what.position)
    changed = _summary([doing.phrase for doing in done])
    return TimelineMerge.model_validate(
        own | {
            "kind": "merge", "from_position": history.position_of(version - 1) if version > 1 else 0,
            "before_version_id": what.before_version_id, "doings": [_doing(one) for one in done],
            "summary": f"Merged {branch}: {changed}" if changed else f"Merged {branch}",
        }
    )  # fmt: skip


_SAID_OF_BRANCHES: Final = {
    "opened": "Opened {}",
    "requested": "Asked for a review of {}",
    "withdrawn": "Withdrew the review of {}",
    "approved": "Approved {}",
    "changes_requested": "Asked for changes on {}",
    "closed": "Closed {}",
    "reopened": "Opened {} again",
}
_SAID_OF_COMMENTS: Final = {
    "opened": "Commented",
    "resolved": "Resolved a comment",
    "reopened": "Opened a comment again",
}


def _said_of_comment(row: MomentRow) -> str:
    text = " ".join(row.text.split())
    quote = text if len(text) <= _QUOTE_CHARS_MAX else f"{text[: _QUOTE_CHARS_MAX - 1]}…"
    return f"{_SAID_OF_COMMENTS[row.what]}: “{quote}”" if quote else _SAID_OF_COMMENTS[row.what]


def _item(history: History, sitting: Sitting, done: list[Doing]) -> TimelineItem:
    first, last = sitting.first_version, sitting.last_version
    return TimelineItem(
        kind="edit",
        person_id=sitting.person_id,
        from_position=history.position_of(first - 1) if first > 1 else 0,
        first_position=history.position_of(first),
        last_position=history.position_of(last),
        started_at=history.moment_of(first),
        ended_at=history.moment_of(last),
        updates=sitting.updates,
        doings=[_doing(one) for one in done],
        summary=_summary([doing.phrase for doing in done]),
    )


def _doing(doing: Doing) -> TimelineDoing:
    return TimelineDoing(path=doing.path, phrase=doing.phrase)


def _summary(phrases: list[str]) -> str:
    if len(phrases) <= 3:
        return ", ".join(phrases)
    return f"{', '.join(phrases[:3])} and {len(phrases) - 3} more"
