"""Who wrote which word of a document, when, in which version, on which branch, and what was said about it."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.aggregates.branch import Branch
from core.aggregates.document import Document
from core.crdt.crediting import CREDITED_FROM
from core.crdt.history import History
from core.crdt.weave import Run
from core.documents.anchoring import standing
from core.documents.authors import set_by, text_at
from core.documents.kinds import kind_named
from core.errors import NotFound
from core.events import Kind
from core.limits import LIST_ITEMS_MAX, POSITION_MAX
from projections.comments import ThreadRow
from projections.versions import VersionRow
from web.api.documents import existing_document
from web.api.history import PATH_CHARS_MAX, Author, author_of, path_named, require_past
from web.routing import Call, answer, operation
from web.services import Services


class BlameQuery(BaseModel, extra="forbid"):
    """Whose words or whose value, and when."""

    path: str = Field(max_length=PATH_CHARS_MAX, description="JSON Pointer of a text or a value.")
    at: int | None = Field(default=None, ge=1, le=POSITION_MAX, description="A position; null: the newest.")


class NamedVersion(BaseModel):
    """The version that first held something: the first that somebody named at or after it was in the document."""

    id: UUID
    name: str
    message: str
    position: int = Field(description="Where the document stood.")


class NamedBranch(BaseModel):
    """The branch on which something was written."""

    id: UUID
    name: str
    purpose: str


class BlameRun(BaseModel):
    """A stretch of text by one author, within one named version."""

    text: str
    start: int = Field(description="UTF-16 units from the start of the text.")
    stop: int
    author: Author = Field(description="Of the newest update that wrote in it; of a branch's, if it came with a merge.")
    first_position: int = Field(description="Of the oldest update that wrote in it.")
    version: NamedVersion | None = Field(description="The named version it belongs to; null: none was named since.")
    branch: NamedBranch | None = Field(description="Null: it was written in the document itself.")


class Discussion(BaseModel):
    """A thread of comments on what is looked at."""

    thread_id: UUID
    start: int | None = Field(description="UTF-16 units; null: on all of it.")
    stop: int | None
    text: str = Field(description="How it began; empty when that was taken away.")
    is_resolved: bool


class Blame(BaseModel):
    """Who wrote what stands at a path."""

    path: str
    position: int
    runs: list[BlameRun] = Field(description="Of a text, in reading order; of a value, empty.")
    author: Author | None = Field(description="Of a value: who set it; of a text, null.")
    version: NamedVersion | None = Field(description="Of a value: the named version it belongs to; of a text, null.")
    branch: NamedBranch | None = Field(description="Of a value: the branch it came from; of a text, null.")
    discussions: list[Discussion] = Field(description="What was said about it; of an old version, none.")


class _Brought(NamedTuple):
    """What a merge brought: when it came into the document, and from which branch."""

    position: int
    branch: NamedBranch


class _Known(NamedTuple):
    """What is known of a document besides its words."""

    named: list[NamedVersion]
    #: By the position of the update of a branch that wrote it.
    brought: dict[int, _Brought]
    threads: list[ThreadRow]

    def origin(self, author: Author, written: int) -> tuple[NamedVersion | None, NamedBranch | None]:
        """Return the named version that first held what an update wrote, and the branch it was written on."""
        brought = self.brought.get(author.position) if written >= CREDITED_FROM else None
        since = author.position if brought is None else brought.position
        at = bisect_left(self.named, since, key=lambda one: one.position)
        return self.named[at] if at < len(self.named) else None, None if brought is None else brought.branch


@operation(query=BlameQuery, gives=Blame)
async def show_blame(call: Call[BlameQuery, None]) -> Response:
    """Say who wrote each word of a text, or who set a value."""
    document = await existing_document(call.services, call.id("document_id"))
    kind, query = kind_named(document.kind), call.query
    await require_past(call.services, query.at)
    path = path_named(query.path)
    known = await _known(call.services, document.id, query.path)

    def look(history: History) -> Blame:
        version = history.version_at(query.at if query.at is not None else history.position)
        blame = Blame(
            path=query.path, position=history.position_of(version), runs=[], author=None, version=None, branch=None,
            discussions=[],
        )  # fmt: skip
        if version == history.version:
            where = standing(kind, history, [thread.anchor for thread in known.threads])
            for thread, stands in zip(known.threads, where, strict=True):
                if not stands.is_orphaned:
                    words = stands.words
                    blame.discussions.append(_discussion(thread, None if words is None else (words.start, words.stop)))
        found = text_at(kind, history.weave, path, version)
        if found is not None:
            shown = found[1].text_at(version).encode("utf-16-le")
            # Words of one person on both sides of a named version are two runs.
            authors = history.writers_apart([one.position for one in known.named])
            blame.runs = [_run(history, run, shown, known) for run in found[1].blame(version, authors)]
            return blame
        setter = set_by(kind, history.weave, path, version)
        if setter is None:
            raise NotFound(f"Nothing that somebody wrote is at {query.path} there; name a text or a single value.")
        blame.author = author_of(history, setter)
        blame.version, blame.branch = known.origin(blame.author, setter)
        return blame

    return answer(await call.services.histories.ask(document.id, look))


# -- below ------------------------------------------------------------------------------------------------------------


async def _known(services: Services, document_id: UUID, path: str) -> _Known:
    threads = await services.comments.list_threads(document_id=document_id, state="all", limit=LIST_ITEMS_MAX)
    return _Known(
        [_named(row) for row in await services.versions.named_of(document_id)],
        await _brought(services, document_id),
        [thread for thread in threads.items if thread.anchor.path == path],
    )


async def _brought(services: Services, document_id: UUID) -> dict[int, _Brought]:
    """Return what merges brought into a document, by the positions of the updates that wrote it on branches."""
    branches: dict[UUID, NamedBranch] = {}
    found: dict[int, _Brought] = {}
    for fact in await services.log.read_stream(document_id, Kind.AGGREGATE):
        if fact.topic != Document.Merged.TOPIC or services.codec.is_gone(fact):
            continue
        merged = services.codec.decode(fact)
        assert isinstance(merged, Document.Merged)
        if merged.branch_id not in branches:
            branch = await services.repository.get(Branch, merged.branch_id)
            branches[branch.id] = NamedBranch(id=branch.id, name=branch.name, purpose=branch.purpose)
        for row in merged.credited_rows():
            found.setdefault(row[3], _Brought(merged.position, branches[merged.branch_id]))
    return found


def _run(history: History, run: Run, shown: bytes, known: _Known) -> BlameRun:
    author = author_of(history, run.last_version)
    version, branch = known.origin(author, run.last_version)
    return BlameRun(
        text=shown[2 * run.start : 2 * run.stop].decode("utf-16-le", "replace"),
        start=run.start,
        stop=run.stop,
        author=author,
        first_position=history.position_of(run.first_version),
        version=version,
        branch=branch,
    )


def _discussion(thread: ThreadRow, words: tuple[int, int] | None) -> Discussion:
    start, stop = words or (None, None)
    return Discussion(
        thread_id=thread.thread_id, start=start, stop=stop, text=thread.messages[0].text,
        is_resolved=thread.resolved_at is not None,
    )  # fmt: skip


def _named(row: VersionRow) -> NamedVersion:
    return NamedVersion(id=row.version_id, name=row.name, message=row.message, position=row.document_position)
