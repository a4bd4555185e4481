"""Who is told what about judged and stored updates: acknowledgements, refusals, news (SPEC.md R12, R16-R18)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.errors import Forbidden
from core.limits import AUTHORS_APART_MAX
from sync.entries import Entry, Verdict
from sync.member import Member
from sync.messages import Acknowledge, Edited, EditFailed, Effect, Refuse, Retire, Tell
from sync.news import news_of

Members = Mapping[int, Member]


def conclude(entries: Sequence[Entry], members: Members, *, before: int, first: int) -> list[Effect]:
    """Answer the senders, each in the order of its messages.

    `before` is the last committed position before these entries, `first` the position of the first stored one.
    """
    effects: list[Effect] = []
    counts: dict[int, list[int]] = {}
    position, following = before, first
    for entry in entries:
        if entry.verdict is Verdict.STORE:
            position, following = following, following + 1
        if entry.is_edit:
            effects.append(_edit_answer(entry, position))
        elif entry.verdict is Verdict.REFUSED:
            if (count := counts.pop(entry.origin_id, None)) is not None:
                effects.append(Acknowledge(entry.origin_id, *count))
            effects += _refusal(entry, members)
        elif entry.origin_id in members:
            counts.setdefault(entry.origin_id, [0, 0])[entry.step2] += 1
    effects += [Acknowledge(origin_id, *count) for origin_id, count in counts.items()]
    return effects


def ends(entry: Entry, members: Members) -> bool:
    """Say whether this is a refusal that ends the connection it came from."""
    if entry.verdict is not Verdict.REFUSED or entry.is_edit:
        return False
    member = members.get(entry.origin_id)
    return member is not None and not (member.stays_to_read and isinstance(entry.error, Forbidden))


def tell(stored: Sequence[Entry], members: Members) -> list[Effect]:
    """Tell authors what the others stored, and everybody else all of it."""
    origins = {entry.origin_id for entry in stored}
    authors = origins & members.keys()
    if len(authors) > AUTHORS_APART_MAX:
        authors = set()
    effects: list[Effect] = []
    if len(origins) > 1:
        for author in sorted(authors):
            if members[author].is_synced:
                others = [entry.body for entry in stored if entry.origin_id != author]
                effects.append(Tell((author,), news_of(others)))
    if readers := synced(members, authors):
        effects.append(Tell(readers, news_of([entry.body for entry in stored])))
    return effects


def synced(members: Members, without: Collection[int] = ()) -> tuple[int, ...]:
    """Return the connections that are told news (R5)."""
    return tuple([number for number, member in members.items() if member.is_synced and number not in without])


def _refusal(entry: Entry, members: Members) -> list[Effect]:
    assert entry.error is not None
    effects: list[Effect] = [Retire(entry.retire)] if entry.retire else []
    if entry.origin_id in members:
        effects.append(Refuse(entry.origin_id, entry.error, entry.step2, ends(entry, members)))
    return effects


def _edit_answer(entry: Entry, position: int) -> Effect:
    if entry.verdict is Verdict.REFUSED:
        assert entry.error is not None
        return EditFailed(entry.origin_id, entry.error)
    return Edited(entry.origin_id, position)
