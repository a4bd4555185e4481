"""The facts around a merge: that it was begun, that it is done and who wrote what it brought, or that it was given up.

Between the first and the second lies the edit. Whoever dies there leaves a merge that was begun, and its fact names a
client id that writes nothing else: whoever comes next sees whether the edit is in the document, and records it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.aggregates.branch import Begun
from core.aggregates.version import Version, VersionCause
from core.crdt.attribution import NEVER
from core.crdt.history import History
from core.documents.crediting import credits
from core.documents.schema import pointer
from core.errors import Conflict, StreamMoved
from core.events import Append
from core.limits import LINE_CHARS_MAX
from web.api.branches import existing_branch, head_of
from web.api.documents import DECISIONS_MAX, existing_document
from web.api.merge_sides import Intent, MergeChoice, NewMerge, Ours, Theirs, ours_of, theirs_of
from web.api.reverting import stored_at
from web.api.versions import new_version
from web.services import Services


async def begin(services: Services, intent: Intent, wanted: NewMerge, by: UUID, client_id: int = 0) -> Begun:
    """Keep others from merging the branch meanwhile. Raises Conflict when it cannot be merged, or they are first."""
    branch = intent.branch
    branch.begin_merge(
        by=by, head_position=wanted.branch_position, at=services.clock.now(), client_id=client_id,
        document_position=wanted.document_position, paths=wanted.paths, authors=wanted.authors,
        choices=[(one.path, one.choice) for one in wanted.choices],
    )  # fmt: skip
    try:
        await services.repository.save(branch, by)
    except StreamMoved:
        raise Conflict("Somebody has just decided something else about this branch; look again.") from None
    assert branch.begun is not None
    return branch.begun


async def give_up(services: Services, branch_id: UUID, begun: Begun) -> None:
    """Let others merge the branch: nothing of this merge is stored."""
    for _ in range(DECISIONS_MAX):
        branch = await existing_branch(services, branch_id)
        if branch.begun != begun:
            return
        branch.give_up_merge(by=begun.by, at=services.clock.now())
        try:
            await services.repository.save(branch, begun.by)
        except StreamMoved:
            continue
        return


async def require_settled(services: Services, intent: Intent) -> None:
    """Raise Conflict when a merge may be in the document that is not in the facts looked at: it would come twice."""
    branch = await existing_branch(services, intent.branch.id)
    branch.require_nobody_merging()
    if len(branch.merges) > len(intent.branch.merges):
        raise Conflict("Somebody has just merged some of this branch; look again.")


async def settle(services: Services, intent: Intent) -> bool:
    """End a merge that somebody began who is gone: record it when its edit is stored, else give it up.

    Return whether there was one: the facts have changed then.
    """
    begun = intent.branch.begun
    if begun is None or not intent.branch.was_left(services.clock.now()):
        return False

    def find(history: History) -> tuple[int, int] | None:
        """Return the version it was made from, as the document's own stream counts, and where its edit is."""
        edit = history.weave.inserted_by((begun.client_id, 0))
        if edit == NEVER:
            return None
        return history.version_at(begun.document_position) - history.inherited, history.position_of(edit)

    found = await services.histories.ask(intent.document.id, find) if begun.client_id else None
    if found is None:
        await give_up(services, intent.branch.id, begun)
        return True
    wanted = _wanted(begun)
    then = intent._replace(wanted=wanted)
    theirs = await theirs_of(services, then, begun.branch_position)
    ours = await services.histories.ask(
        intent.document.id, lambda history: ours_of(then, history, theirs, begun.document_position)
    )
    if not wanted.paths and await head_of(services, intent.branch) > begun.branch_position:
        # What was written on the branch since is not in the document: it stays open for that.
        wanted.paths = [pointer((name,)) for name in sorted(theirs.base.keys() | theirs.content.keys())]
    await record_edit(services, then, wanted, theirs, ours, *found, begun.by)
    return True


def _wanted(begun: Begun) -> NewMerge:
    """Return a merge as it was wanted when it was begun."""
    return NewMerge.model_construct(
        paths=list(begun.paths), authors=list(begun.authors), document_position=begun.document_position,
        branch_position=begun.branch_position,
        choices=[MergeChoice.model_construct(path=path, choice=side) for path, side in begun.choices],
    )  # fmt: skip


async def record_edit(
    services: Services, intent: Intent, wanted: NewMerge, theirs: Theirs, ours: Ours, base_version: int, position: int,
    by: UUID,
) -> Version:  # fmt: skip
    """Store what is to be said of a merge's edit; return what was kept of before."""
    before, again = await stored_at(services, intent.document.id, base_version, position)
    kept = new_version(
        {intent.document.id: before}, name=f"Before merging {intent.branch.name}"[:LINE_CHARS_MAX],
        cause=VersionCause.MERGE, at=services.clock.now(),
    )  # fmt: skip
    await record(services, intent, wanted, position, kept, await credited(services, intent, theirs, ours, again), by)
    return kept


async def credited(services: Services, intent: Intent, theirs: Theirs, ours: Ours, again: int) -> list[list[Any]]:
    """Return who wrote what the merge brought, as rows of `document.merged`."""
    found = await services.histories.ask(
        intent.document.id,
        lambda history: credits(
            intent.kind,
            history.weave,
            ours.version,
            again + history.inherited,
            ours.changes,
            theirs.weave,
            theirs.version,
            theirs.left_out,
        ),
    )

    def tell(history: History) -> list[list[Any]]:
        return [
            [
                row.client_id, row.clock, row.length, history.position_of(row.branch_version),
                str(history.actor_of(row.branch_version)),
                int(history.moment_of(row.branch_version).timestamp() * 1000),
            ]
            for row in found
        ]  # fmt: skip

    return await services.histories.ask(intent.branch.content_id, tell)


async def record(
    services: Services, intent: Intent, wanted: NewMerge, position: int, kept: Version | None, rows: list[list[Any]],
    by: UUID,
) -> None:  # fmt: skip
    """Store that the branch was merged, by whom what came with it was written, and a version of what was before."""
    at = services.clock.now()
    for _ in range(DECISIONS_MAX):
        branch = await existing_branch(services, intent.branch.id)
        if kept is not None and any(past.position == position for past in branch.merges):
            return  # Somebody else has settled it: whoever began it took very long.
        branch.merge(
            by=by, position=position, branch_position=wanted.branch_position, paths=wanted.paths,
            authors=wanted.authors, at=at,
        )  # fmt: skip
        parts: list[Any] = [branch]
        if kept is not None:
            document = await existing_document(services, intent.document.id)
            document.merge(
                branch_id=branch.id, branch_position=wanted.branch_position, position=position,
                before_version_id=kept.id, credited=rows, at=at,
            )  # fmt: skip
            parts += [kept, document]
        writes = [write for part in parts for write in services.repository.to_append(part, by).writes]
        try:
            await services.log.append(Append(tuple(writes)))
        except StreamMoved:
            continue
        return
    raise Conflict("The branch was merged, but changes too fast right now to say so.")
