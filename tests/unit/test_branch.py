"""A branch's decisions: what leads to which facts, and what is refused with nothing decided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.adapters.memory import MemoryLog
from core.aggregates.branch import Begun, Branch, BranchState, ReviewState
from core.errors import Conflict, Forbidden, Invalid
from core.limits import BRANCH_MERGES_MAX, LINE_CHARS_MAX, MERGE_SECONDS_MAX, PARAGRAPH_CHARS_MAX, REVIEWERS_MAX
from core.repository import Repository

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADA, MINA, LEE = uuid4(), uuid4(), uuid4()
HEAD = 41


def branch(**fields: object) -> Branch:
    """Return a branch that Ada has just opened."""
    given = {"name": "Darker chorus", "purpose": "Try it slower", **fields}
    return Branch.open(
        branch_id=uuid4(), document_id=uuid4(), content_id=uuid4(), position=40, by=ADA, at=NOON, **given
    )  # type: ignore[arg-type]


def in_review() -> Branch:
    """Return a branch that Mina and Lee are asked to look at."""
    opened = branch()
    opened.request_review(by=ADA, reviewers=[MINA, LEE, MINA], message="Warmer?", at=NOON)
    return opened


def judge(subject: Branch, by: object, *, is_approval: bool = True, position: int = HEAD, head: int = HEAD) -> None:
    subject.judge(by=by, is_approval=is_approval, message="", position=position, head_position=head, at=NOON)  # type: ignore[arg-type]


def topics(subject: Branch) -> list[str]:
    return [event.TOPIC for event in subject.pending_events]


@pytest.mark.parametrize("fields", [{"name": " "}, {"name": "a\nb"}, {"name": "x" * (LINE_CHARS_MAX + 1)},
                                    {"purpose": "x" * (PARAGRAPH_CHARS_MAX + 1)}])  # fmt: skip
def test_a_name_is_one_line(fields: dict[str, object]) -> None:
    """No name, two lines, too long a name or purpose: refused with the path."""
    with pytest.raises(Invalid) as refusal:
        branch(**fields)
    assert refusal.value.path in ("/name", "/purpose")


def test_the_same_name_again_is_no_fact() -> None:
    """A rename that changes nothing stores nothing."""
    subject = branch()
    subject.rename(name="Darker chorus ", purpose="Try it slower", at=NOON)
    assert topics(subject) == ["branch.opened"]
    subject.rename(name="Lighter", purpose="", at=NOON)
    assert (subject.name, subject.purpose) == ("Lighter", "")


def test_a_verdict_counts_for_what_was_seen() -> None:
    """All must approve the branch as it is: an edit since, or one who wants changes, opens the question again."""
    subject = in_review()
    assert subject.review_state(HEAD) is ReviewState.REQUESTED
    judge(subject, MINA)
    judge(subject, LEE, is_approval=False)
    assert subject.review_state(HEAD) is ReviewState.CHANGES_REQUESTED
    assert subject.blocked(HEAD) == ["A reviewer asked for changes."]
    judge(subject, LEE)
    assert (subject.review_state(HEAD), subject.blocked(HEAD)) == (ReviewState.APPROVED, [])
    assert subject.review_state(HEAD + 1) is ReviewState.REQUESTED
    assert subject.blocked(HEAD + 1) == ["2 of 2 approvals are missing, 2 because the branch was edited since."]
    judge(subject, LEE, position=HEAD + 1, head=HEAD + 1)
    assert subject.blocked(HEAD + 1) == ["1 of 2 approvals is missing, 1 because the branch was edited since."]


def test_of_one_reviewer_the_approval_is_missing() -> None:
    """The reason is a sentence that one would say."""
    subject = branch()
    subject.request_review(by=ADA, reviewers=[LEE], message="", at=NOON)
    assert subject.blocked(HEAD) == ["The approval is missing."]
    judge(subject, LEE)
    assert subject.blocked(HEAD + 1) == ["The approval is missing, because the branch was edited since."]


def test_whom_a_verdict_concerns_hears_of_it() -> None:
    """Whoever opened the branch or asked for the review, never the reviewer."""
    subject = branch()
    subject.request_review(by=LEE, reviewers=[MINA, ADA], message="", at=NOON)
    judge(subject, ADA)
    assert subject.pending_events[-1].concerned == [LEE]
    judge(subject, MINA)
    assert subject.pending_events[-1].concerned == [ADA, LEE]


def test_what_is_refused_decides_nothing() -> None:
    """Nobody asked, oneself asked, a stale look, one's own approval, twice closed: refused, and no fact."""
    subject = branch()
    with pytest.raises(Conflict):
        judge(subject, MINA)
    for reviewers in ([], [ADA], [uuid4() for _ in range(REVIEWERS_MAX + 1)]):
        with pytest.raises(Invalid):
            subject.request_review(by=ADA, reviewers=reviewers, message="", at=NOON)
    with pytest.raises(Conflict):
        subject.withdraw_review(by=ADA, at=NOON)
    with pytest.raises(Conflict):
        subject.reopen(by=ADA, at=NOON)
    assert topics(subject) == ["branch.opened"]
    asked = in_review()
    with pytest.raises(Conflict):
        judge(asked, MINA, position=HEAD - 1)
    with pytest.raises(Forbidden):
        judge(asked, ADA)
    asked.withdraw_review(by=ADA, at=NOON)
    assert asked.review_state(HEAD) is ReviewState.NONE
    asked.close(by=ADA, at=NOON)
    for decide in (asked.close, lambda **given: asked.begin_merge(head_position=HEAD, **given)):
        with pytest.raises(Conflict):
            decide(by=ADA, at=NOON)
    assert topics(asked)[-1] == "branch.closed"


def test_one_merges_at_a_time_and_a_dead_one_keeps_nobody_out() -> None:
    """Begun keeps others out until it is given up, done, or settled: after longer than any merge takes it was left."""
    subject = branch()
    subject.begin_merge(by=ADA, head_position=HEAD, at=NOON)
    with pytest.raises(Conflict, match="at this moment"):
        subject.begin_merge(by=MINA, head_position=HEAD, at=NOON)
    subject.give_up_merge(by=ADA, at=NOON)
    subject.give_up_merge(by=ADA, at=NOON)
    assert not subject.was_left(NOON)
    subject.begin_merge(by=MINA, head_position=HEAD, at=NOON)
    late = NOON + timedelta(seconds=MERGE_SECONDS_MAX)
    assert (subject.was_left(NOON), subject.was_left(late)) == (False, True)
    with pytest.raises(Conflict, match="at this moment"):
        subject.begin_merge(by=LEE, head_position=HEAD, at=late)
    subject.give_up_merge(by=MINA, at=late)
    subject.begin_merge(by=LEE, head_position=HEAD, at=late)
    subject.merge(by=LEE, position=50, branch_position=HEAD, paths=["/bpm"], authors=[], at=NOON)
    assert (subject.state, subject.begun) == (BranchState.OPEN, None)
    subject.merge(by=LEE, position=51, branch_position=HEAD, paths=[], authors=[], at=NOON)
    assert subject.state is BranchState.MERGED
    assert [one.is_whole for one in subject.merges] == [False, True]
    assert topics(subject).count("branch.merge_given_up") == 2
    with pytest.raises(Conflict, match="merged already"):
        subject.begin_merge(by=ADA, head_position=HEAD, at=NOON)


async def test_a_merge_that_was_begun_says_what_is_merged() -> None:
    """Whoever finds it left knows what was wanted; of older ones nothing more is known than that they were begun."""
    repository, subject = Repository(MemoryLog()), branch()
    subject.begin_merge(
        by=MINA, head_position=HEAD, at=NOON, client_id=2**53 - 1, document_position=39, paths=["/bpm"], authors=[LEE],
        choices=[("/bpm", "both")],
    )  # fmt: skip
    await repository.save(subject, MINA)
    loaded = await repository.get(Branch, subject.id)
    assert loaded.begun == Begun(MINA, NOON, 2**53 - 1, 39, HEAD, ("/bpm",), (LEE,), (("/bpm", "both"),))
    old: dict[str, object] = {"person_id": ADA}
    Branch.MergeBegun.upcast_v1_v2(old)
    assert (old["client_id"], old["paths"], old["choices"]) == (0, [], [])


def test_merges_have_a_bound() -> None:
    """A branch that is merged in parts for ever ends somewhere."""
    subject = branch()
    for number in range(BRANCH_MERGES_MAX):
        subject.merge(by=ADA, position=50 + number, branch_position=HEAD, paths=["/bpm"], authors=[], at=NOON)
    with pytest.raises(Conflict, match="open another"):
        subject.begin_merge(by=ADA, head_position=HEAD, at=NOON)


async def test_what_is_stored_is_loaded() -> None:
    """Every fact of a branch's life comes back as it was."""
    repository, subject = Repository(MemoryLog()), in_review()
    judge(subject, MINA, is_approval=False)
    subject.merge(by=ADA, position=50, branch_position=HEAD, paths=["/bpm"], authors=[LEE], at=NOON)
    await repository.save(subject, ADA)
    loaded = await repository.get(Branch, subject.id)
    assert loaded == subject
    assert loaded.merges == subject.merges
    assert loaded.verdicts == subject.verdicts
    assert loaded.reviewers == (MINA, LEE)
