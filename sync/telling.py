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
    touched: dict[int, Member] = {}
    position, following = before, first
    for entry in entries:
        if entry.verdict is Verdict.STORE:
            position, following = following, following + 1
        entry.is_concluded = True
        member = members.get(entry.origin_id)
        if entry.is_edit:
            effects.append(_edit_answer(entry, position))
        elif member is not None:
            touched[entry.origin_id] = member
        elif entry.retire:
            effects.append(Retire(entry.retire))
    for member in touched.values():
        effects += _answers(member, members)
    return effects


def _answers(member: Member, members: Members) -> list[Effect]:
    """Answer what is concluded and has nothing before it that is not: a client knows answers by their order alone."""
    effects: list[Effect] = []
    unanswered = member.unanswered
    while True:
        counts = [0, 0]
        while unanswered and unanswered[0].is_concluded and unanswered[0].verdict is not Verdict.REFUSED:
            counts[unanswered.popleft().step2] += 1
        if counts != [0, 0]:
            effects.append(Acknowledge(member.connection_id, *counts))
        refused = _next_refused(member, members)
        if refused is None:
            return effects
        effects += _refusal(refused, members)
        if ends(refused, members):
            return effects


def _next_refused(member: Member, members: Members) -> Entry | None:
    """Return the refusal whose turn it is. One that ends the connection waits for nothing: the rest was dropped."""
    unanswered = member.unanswered
    if unanswered and unanswered[0].is_concluded:
        return unanswered.popleft()
    if member.is_ending:
        return next((entry for entry in unanswered if entry.is_concluded and ends(entry, members)), None)
    return None


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
    return Edited(entry.origin_id, position, is_new=entry.verdict is Verdict.STORE)
