"""The decisions of a job: given what happened, when somebody decides, then these events, and no others."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from core.aggregates.job import JOB_TOPICS, Job, JobStatus
from core.aggregates.take import Take
from core.errors import Conflict
from core.limits import ATTEMPTS_MAX, LEASE_SECONDS, RETRY_SECONDS_FIRST, RETRY_SECONDS_MAX

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOB_ID, DOCUMENT_ID, PERSON_ID = (UUID(int=number) for number in (1, 2, 3))
Decision = Callable[[Job], object]


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def given(*decisions: Decision) -> Job:
    job = Job.request(
        job_id=JOB_ID,
        kind="render",
        document_id=DOCUMENT_ID,
        document_position=7,
        parameters={"engine": "local"},
        seed=5,
        requested_by=PERSON_ID,
        at=NOW,
    )
    for decision in decisions:
        decision(job)
    job.pending_events.clear()
    return job


def then(job: Job) -> list[str]:
    return [type(event).TOPIC for event in job.pending_events]


def started(job: Job) -> None:
    assert job.claim(worker="one", at=NOW)


def failed(job: Job) -> None:
    job.fail("no luck", final=False, chance=1.0, at=NOW)


def failed_for_good(job: Job) -> None:
    job.fail("no such engine", final=True, chance=0.0, at=NOW)


def cancel(job: Job) -> None:
    job.cancel(at=NOW)


def completed(job: Job) -> None:
    job.complete({"take_id": "x"}, at=NOW)


def test_a_request_waits_and_is_due_at_once() -> None:
    """What was asked for is in the first event, and a worker may begin."""
    job = given()
    assert (job.status, job.attempt, job.due(NOW), job.document_position) == (JobStatus.QUEUED, 0, True, 7)


def test_a_worker_claims_a_due_job_once() -> None:
    """Starting takes a lease; while it lasts nobody else can claim."""
    job = given()
    assert job.claim(worker="one", at=NOW)
    assert then(job) == ["job.started"]
    assert (job.attempt, job.worker, job.lease_until) == (1, "one", later(LEASE_SECONDS))
    assert not job.claim(worker="two", at=later(LEASE_SECONDS - 0.1))
    assert then(job) == ["job.started"]


def test_a_job_whose_worker_died_is_claimed_again_and_the_death_counts() -> None:
    """When the lease has ended, the next attempt begins and the one before counts as failed."""
    job = given(started)
    assert job.claim(worker="two", at=later(LEASE_SECONDS))
    assert (then(job), job.attempt, job.failures) == (["job.started"], 2, 1)


def test_a_job_that_kills_every_worker_is_given_up() -> None:
    """A job is not started for ever."""
    job = given()
    for attempt in range(ATTEMPTS_MAX):
        assert job.claim(worker=f"{attempt}", at=later(attempt * LEASE_SECONDS))
    job.pending_events.clear()
    assert not job.claim(worker="last", at=later(ATTEMPTS_MAX * LEASE_SECONDS))
    assert (then(job), job.status, job.final) == (["job.failed"], JobStatus.FAILED, False)
    assert job.failures == ATTEMPTS_MAX


def test_progress_renews_the_lease_and_never_falls() -> None:
    """A bar does not run backwards, nor out of its frame, whatever an engine says."""
    job = given(started)
    for fraction, expected in [(0.25, 0.25), (0.1, 0.25), (float("nan"), 0.25), (7.0, 1.0), (-1.0, 1.0)]:
        job.report(stage="drums", fraction=fraction, at=later(5))
        assert job.fraction == expected
    assert job.lease_until == later(5 + LEASE_SECONDS)
    assert set(then(job)) == {"job.progressed"}


def test_failures_are_tried_again_after_growing_pauses_then_given_up() -> None:
    """The pause doubles, chance moves it by half, and after the last attempt the job has failed with the reason."""
    job, pauses = given(), []
    for _ in range(ATTEMPTS_MAX - 1):
        assert job.claim(worker="one", at=later(10_000))
        job.fail("no luck", final=False, chance=1.0, at=NOW)
        assert job.status is JobStatus.QUEUED
        assert job.due_at is not None
        pauses.append((job.due_at - NOW).total_seconds())
    assert pauses == [RETRY_SECONDS_FIRST * 2**n for n in range(ATTEMPTS_MAX - 1)]
    assert job.claim(worker="one", at=later(10_000))
    job.pending_events.clear()
    job.fail("no luck at all", final=False, chance=1.0, at=NOW)
    assert (then(job), job.reason, job.final) == (["job.failed"], "no luck at all", False)
    assert not job.due(later(10**9))


def test_pauses_are_bounded_and_shortened_by_chance() -> None:
    """Half of the pause is chance; none is longer than the limit."""
    job = given(started)
    job.failures = -40  # As if many more attempts were allowed.
    job.fail("x", final=False, chance=0.0, at=NOW)
    assert job.due_at == later(RETRY_SECONDS_FIRST * 2.0**-40 / 2)
    assert RETRY_SECONDS_FIRST * 2 ** (ATTEMPTS_MAX - 1) <= RETRY_SECONDS_MAX


def test_a_hopeless_failure_is_not_tried_again() -> None:
    """A missing engine will be missing in a minute."""
    job = given(started)
    failed_for_good(job)
    assert (then(job), job.status, job.final, job.failures) == (["job.failed"], JobStatus.FAILED, True, 1)


def test_a_waiting_job_is_cancelled_at_once() -> None:
    """Nobody works on it, so nobody has to be asked."""
    job = given()
    cancel(job)
    assert (then(job), job.status) == (["job.cancelled"], JobStatus.CANCELLED)
    assert not job.claim(worker="one", at=later(1000))


def test_a_running_job_is_asked_to_stop_once() -> None:
    """Its worker ends it; asking twice is asking once."""
    job = given(started)
    cancel(job)
    cancel(job)
    assert (then(job), job.status) == (["job.cancel_requested"], JobStatus.RUNNING)
    job.stop(at=NOW)
    assert job.status is JobStatus.CANCELLED


def test_a_cancelled_job_whose_worker_died_is_not_started_again() -> None:
    """Whoever finds it ends it."""
    job = given(started, cancel)
    assert not job.claim(worker="two", at=later(LEASE_SECONDS))
    assert (then(job), job.status) == (["job.cancelled"], JobStatus.CANCELLED)


def test_an_interrupted_job_is_due_at_once_and_has_not_failed() -> None:
    """A deployment is nobody's failure, however many there are."""
    job = given()
    for _ in range(ATTEMPTS_MAX * 3):
        assert job.claim(worker="one", at=NOW)
        job.interrupt(at=NOW)
    assert (job.status, job.failures, job.attempt, job.due(NOW)) == (JobStatus.QUEUED, 0, ATTEMPTS_MAX * 3, True)


@pytest.mark.parametrize("ended", [failed_for_good, lambda job: (cancel(job), job.stop(at=NOW))])
def test_a_person_can_try_again_what_ended_badly(ended: Decision) -> None:
    """Failures are forgotten, the number of attempts goes on, and a cancellation is taken back."""
    job = given(started, ended)
    job.retry(at=later(5))
    assert then(job) == ["job.retry_scheduled"]
    assert (job.status, job.failures, job.cancel_requested, job.final) == (JobStatus.QUEUED, 0, False, False)
    assert job.claim(worker="two", at=later(5))
    assert job.attempt == 2


@pytest.mark.parametrize("state", [(), (started,), (started, completed)])
def test_what_did_not_end_badly_cannot_be_tried_again(state: tuple[Decision, ...]) -> None:
    """A click on an old page does not run a finished job twice."""
    job = given(*state)
    with pytest.raises(Conflict):
        job.retry(at=NOW)
    assert then(job) == []


@pytest.mark.parametrize("ended", [completed, failed_for_good])
def test_what_is_over_cannot_be_cancelled(ended: Decision) -> None:
    """The answer says how it ended."""
    job = given(started, ended)
    with pytest.raises(Conflict, match=job.status.value):
        cancel(job)
    assert then(job) == []


def test_reasons_and_stages_can_always_be_stored() -> None:
    """Engines print anything: zero characters, lone surrogates, megabytes."""
    job = given(started)
    job.report(stage="a\x00b\ud800" * 1000, fraction=0.1, at=NOW)
    job.fail("x" * 10**6 + "the end\x00\udfff", final=True, chance=0.5, at=NOW)
    assert job.reason is not None
    assert job.reason.endswith("the end\ufffd?")
    assert len(job.reason) <= 2000
    for event in job.pending_events:
        assert "\x00" not in str(vars(event))
        str(vars(event)).encode()


def test_any_life_keeps_the_rules() -> None:
    """Whatever is decided in whatever order: one owner at a time, an end stays an end, failures stay bounded."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - printed when the test fails
    dice = random.Random(seed)
    ends = 0
    for _ in range(200):
        job, at = given(), NOW
        for _ in range(40):
            at += timedelta(seconds=dice.choice([0, 1, LEASE_SECONDS, 400]))
            before = job.status
            decide(dice, job, at)
            assert job.failures <= ATTEMPTS_MAX
            assert (job.status is JobStatus.RUNNING) == (job.lease_until is not None)
            assert not (before.over and job.status is JobStatus.RUNNING)
            ends += job.status.over
    assert ends > 100


def decide(dice: random.Random, job: Job, at: datetime) -> None:
    """Let somebody decide something that makes sense now."""
    choice = dice.randrange(8)
    if choice == 0:
        job.claim(worker="w", at=at)
    elif choice == 1 and not job.status.over:
        job.cancel(at=at)
    elif choice == 2 and job.status in (JobStatus.FAILED, JobStatus.CANCELLED) and dice.random() < 0.3:
        job.retry(at=at)
    elif job.status is JobStatus.RUNNING and choice == 3:
        job.fail("x", final=dice.random() < 0.2, chance=dice.random(), at=at)
    elif job.status is JobStatus.RUNNING and choice == 4:
        job.report(stage="s", fraction=dice.random(), at=at)
    elif job.status is JobStatus.RUNNING and choice == 5:
        job.interrupt(at=at)
    elif job.status is JobStatus.RUNNING and choice == 6 and dice.random() < 0.3:
        job.complete({}, at=at)
    elif job.cancel_requested and job.status is JobStatus.RUNNING:
        job.stop(at=at)


def test_the_topics_are_those_of_the_events() -> None:
    """Readers of job events miss none."""
    declared = {value.TOPIC for value in vars(Job).values() if isinstance(getattr(value, "TOPIC", None), str)}
    assert declared == JOB_TOPICS
    assert len(JOB_TOPICS) == 9


def test_a_take_goes_to_the_trash_and_comes_back() -> None:
    """Deleting says who and when, loses no byte, and can be taken back once."""
    take = Take.of_render(
        take_id=UUID(int=9),
        at=NOW,
        job_id=JOB_ID,
        document_id=DOCUMENT_ID,
        document_position=7,
        engine="local",
        engine_version="1",
        parameters={},
        seed=5,
        files=[],
        duration_s=1.0,
        sample_rate_hz=48_000,
        loudness={},
        sections=[],
        notes=[],
    )
    with pytest.raises(Conflict):
        take.restore(at=NOW)
    take.delete(at=NOW)
    with pytest.raises(Conflict):
        take.delete(at=NOW)
    take.restore(at=NOW)
    assert [type(event).TOPIC for event in take.pending_events] == ["take.completed", "take.deleted", "take.restored"]
