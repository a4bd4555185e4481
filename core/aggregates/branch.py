"""A branch's facts: what it was forked from and why, who was asked to look at it, what they said, and what was merged.

Its content is a document of its own (`content_id`), edited like any other; nothing of it is here. A proposal is a
branch that somebody was asked to review.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self
from uuid import UUID

from core.aggregates.base import Aggregate, Creation
from core.errors import Conflict, Forbidden, Invalid
from core.limits import BRANCH_MERGES_MAX, LINE_CHARS_MAX, MERGE_SECONDS_MAX, PARAGRAPH_CHARS_MAX, REVIEWERS_MAX


class BranchState(StrEnum):
    """Where a branch is in its life."""

    OPEN = "open"
    #: All of it is in the document it came from.
    MERGED = "merged"
    #: Put aside; it can be opened again.
    CLOSED = "closed"


class ReviewState(StrEnum):
    """What reviewers make of a branch as it is now."""

    NONE = "none"
    REQUESTED = "requested"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"


class Verdict(NamedTuple):
    """What one reviewer said last."""

    is_approval: bool
    message: str
    #: The position of the branch's last edit that the reviewer saw; any edit since makes the verdict stale.
    position: int
    at: datetime


class Merge(NamedTuple):
    """One merge of all or some of the branch."""

    #: Where the document's new edit is stored, and where the branch stood; the versions are positions of the log.
    position: int
    branch_position: int
    by: UUID
    at: datetime
    #: JSON Pointers of what was merged; empty: everything.
    paths: tuple[str, ...]
    #: Whose changes were merged; empty: everybody's.
    authors: tuple[UUID, ...]

    @property
    def is_whole(self) -> bool:
        """Say whether nothing was left out."""
        return not self.paths and not self.authors


class Begun(NamedTuple):
    """A merge that was begun and is not recorded yet: enough to record it, should whoever began it be gone."""

    by: UUID
    at: datetime
    #: The client id that writes the document's new edit, and nothing else ever; 0: there is nothing to write.
    client_id: int
    #: Where both stood when it was looked at.
    document_position: int
    branch_position: int
    paths: tuple[str, ...]
    authors: tuple[UUID, ...]
    #: Each a path and whose side is taken.
    choices: tuple[tuple[str, str], ...]


class _Decided(Aggregate.Event):
    """What somebody decided about a branch; the document is named for whoever follows that alone."""

    document_id: UUID
    person_id: UUID


class _Judged(_Decided):
    """What a reviewer decided about the branch as it was at a position; it replaces what they said before."""

    #: Who gets to hear of it: whoever opened the branch or asked for the review.
    concerned: list[UUID]
    position: int
    message: str

    def verdict(self, *, is_approval: bool) -> Verdict:
        """Return it as the branch keeps it."""
        return Verdict(is_approval, self.message, self.position, self.timestamp)


class Branch(Aggregate):
    """A document forked at a position, with a name and a purpose."""

    TOPIC = "branch"

    class Event(Aggregate.Event):
        """A fact about a branch."""

    class Opened(Event, Creation):
        """Somebody forked a document at a position."""

        TOPIC = "branch.opened"
        document_id: UUID
        content_id: UUID
        position: int
        name: str
        purpose: str
        person_id: UUID

    class Renamed(Event):
        """It is called otherwise, or is for something else, from now on."""

        TOPIC = "branch.renamed"
        name: str
        purpose: str

        def apply(self, aggregate: Branch) -> None:
            """Take the new words."""
            aggregate.name, aggregate.purpose = self.name, self.purpose

    class ReviewRequested(_Decided):
        """Somebody asked people to look at it."""

        TOPIC = "branch.review_requested"
        reviewers: list[UUID]
        message: str

        def apply(self, aggregate: Branch) -> None:
            """Wait for the reviewers; what was said before stays said."""
            aggregate.requested_by, aggregate.requested_at = self.person_id, self.timestamp
            aggregate.reviewers, aggregate.request_message = tuple(self.reviewers), self.message

    class ReviewWithdrawn(_Decided):
        """Nobody is asked any more."""

        TOPIC = "branch.review_withdrawn"

        def apply(self, aggregate: Branch) -> None:
            """Forget whom was asked and what they said."""
            aggregate.requested_by = aggregate.requested_at = None
            aggregate.reviewers, aggregate.request_message = (), ""
            aggregate.verdicts = {}

    class Approved(_Judged):
        """A reviewer agrees with it."""

        TOPIC = "branch.approved"

        def apply(self, aggregate: Branch) -> None:
            """Count the approval for as long as nothing is edited."""
            aggregate.verdicts[self.person_id] = self.verdict(is_approval=True)

    class ChangesRequested(_Judged):
        """A reviewer wants something changed first."""

        TOPIC = "branch.changes_requested"

        def apply(self, aggregate: Branch) -> None:
            """Wait for an edit."""
            aggregate.verdicts[self.person_id] = self.verdict(is_approval=False)

    class MergeBegun(_Decided):
        """Somebody is merging it: whoever wants to at the same moment has to wait, or both would write the same."""

        TOPIC = "branch.merge_begun"
        class_version = 2
        #: As in `Begun`.
        client_id: int
        document_position: int
        branch_position: int
        paths: list[str]
        authors: list[UUID]
        choices: list[list[str]]

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Earlier ones kept others out, and said nothing of what was merged."""
            state |= {"client_id": 0, "document_position": 0, "branch_position": 0}
            state |= {"paths": [], "authors": [], "choices": []}

        def apply(self, aggregate: Branch) -> None:
            """Keep others out."""
            aggregate.begun = Begun(
                self.person_id, self.timestamp, self.client_id, self.document_position, self.branch_position,
                tuple(self.paths), tuple(self.authors), tuple((path, side) for path, side in self.choices),
            )  # fmt: skip

    class MergeGivenUp(_Decided):
        """Nothing was merged after all."""

        TOPIC = "branch.merge_given_up"

        def apply(self, aggregate: Branch) -> None:
            """Let others in."""
            aggregate.begun = None

    class Merged(_Decided):
        """All or some of it is in the document now: a new edit, stored at `position`."""

        TOPIC = "branch.merged"
        concerned: list[UUID]
        position: int
        branch_position: int
        paths: list[str]
        authors: list[UUID]

        def apply(self, aggregate: Branch) -> None:
            """Remember what was taken; after a whole merge nothing is left to do."""
            merge = Merge(
                self.position, self.branch_position, self.person_id, self.timestamp, tuple(self.paths),
                tuple(self.authors),
            )  # fmt: skip
            aggregate.merges.append(merge)
            aggregate.begun = None
            if merge.is_whole:
                aggregate.state = BranchState.MERGED

    class Closed(_Decided):
        """It was put aside."""

        TOPIC = "branch.closed"

        def apply(self, aggregate: Branch) -> None:
            """Leave the lists of what is under way."""
            aggregate.state = BranchState.CLOSED

    class Reopened(_Decided):
        """It was taken up again."""

        TOPIC = "branch.reopened"

        def apply(self, aggregate: Branch) -> None:
            """Return to the lists of what is under way."""
            aggregate.state = BranchState.OPEN

    def __init__(
        self, document_id: UUID, content_id: UUID, position: int, name: str, purpose: str, person_id: UUID
    ) -> None:
        self.document_id = document_id
        self.content_id = content_id
        #: Where in the log the document stood when it was forked.
        self.position = position
        self.name = name
        self.purpose = purpose
        self.opened_by = person_id
        self.state = BranchState.OPEN
        self.requested_by: UUID | None = None
        self.requested_at: datetime | None = None
        self.request_message = ""
        self.reviewers: tuple[UUID, ...] = ()
        #: The last word of each reviewer.
        self.verdicts: dict[UUID, Verdict] = {}
        self.merges: list[Merge] = []
        #: What somebody is merging; None: nobody is.
        self.begun: Begun | None = None

    @classmethod
    def open(
        cls,
        *,
        branch_id: UUID,
        document_id: UUID,
        content_id: UUID,
        position: int,
        name: str,
        purpose: str,
        by: UUID,
        at: datetime,
    ) -> Self:
        """Fork a document. Raises Invalid for a name that is none; whether the position exists is the caller's."""
        return cls.begin(
            cls.Opened, stream_id=branch_id, at=at, document_id=document_id, content_id=content_id, position=position,
            name=_name(name), purpose=_words(purpose, "/purpose"), person_id=by,
        )  # fmt: skip

    def rename(self, *, name: str, purpose: str, at: datetime) -> None:
        """Say otherwise what it is called and what it is for. Raises Invalid; the same again changes nothing."""
        name, purpose = _name(name), _words(purpose, "/purpose")
        if (name, purpose) != (self.name, self.purpose):
            self.trigger_event(self.Renamed, timestamp=at, name=name, purpose=purpose)

    def request_review(self, *, by: UUID, reviewers: Sequence[UUID], message: str, at: datetime) -> None:
        """Ask people to look at it, instead of those asked before. Whether they are members is the caller's.

        Raises Conflict unless it is open, Invalid for nobody, too many, or oneself.
        """
        self._require_open()
        asked = list(dict.fromkeys(reviewers))
        if not 1 <= len(asked) <= REVIEWERS_MAX:
            raise Invalid(f"Ask 1 to {REVIEWERS_MAX} people for a review.", path="/reviewers")
        if by in asked:
            raise Invalid("Somebody else has to look at it: leave yourself out.", path="/reviewers")
        self.trigger_event(
            self.ReviewRequested, timestamp=at, document_id=self.document_id, person_id=by, reviewers=asked,
            message=_words(message, "/message"),
        )  # fmt: skip

    def withdraw_review(self, *, by: UUID, at: datetime) -> None:
        """Ask nobody any more. Raises Conflict when nobody was asked, or it is not open."""
        self._require_review()
        self._decide(self.ReviewWithdrawn, by=by, at=at)

    def judge(
        self, *, by: UUID, is_approval: bool, message: str, position: int, head_position: int, at: datetime
    ) -> None:
        """Approve it, or ask for changes. Raises Conflict when nobody was asked or it has moved on, Forbidden."""
        self._require_review()
        if by == self.requested_by:
            raise Forbidden("You asked for this review: somebody else has to decide.")
        if position != head_position:
            raise Conflict("The branch was edited since you looked at it; look again, then decide.")
        self._decide(
            self.Approved if is_approval else self.ChangesRequested, by=by, at=at, concerned=self._concerned(by),
            position=position, message=_words(message, "/message"),
        )  # fmt: skip

    def begin_merge(
        self, *, by: UUID, head_position: int, at: datetime, client_id: int = 0, document_position: int = 0,
        paths: Sequence[str] = (), authors: Sequence[UUID] = (), choices: Sequence[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        """Keep others from merging it meanwhile. Raises Conflict when it cannot be merged, or somebody is at it.

        Whose process dies in it keeps others out until somebody settles that: what is merged and which client id writes
        it (0: nothing is written) lets them record it.
        """
        self.require_mergeable(head_position)
        if len(self.merges) >= BRANCH_MERGES_MAX:
            raise Conflict(f"This branch was merged {BRANCH_MERGES_MAX} times already; open another one.")
        self.require_nobody_merging()
        self._decide(
            self.MergeBegun, by=by, at=at, client_id=client_id, document_position=document_position,
            branch_position=head_position, paths=list(paths), authors=list(authors),
            choices=[list(choice) for choice in choices],
        )  # fmt: skip

    def require_nobody_merging(self) -> None:
        """Raise Conflict while somebody merges it: what they merge is in the document, or not, and nobody can tell."""
        if self.begun is not None:
            raise Conflict("Somebody is merging this branch at this moment; look again.")

    def was_left(self, at: datetime) -> bool:
        """Say whether a merge was begun so long ago that whoever began it is gone."""
        return self.begun is not None and at - self.begun.at >= timedelta(seconds=MERGE_SECONDS_MAX)

    def give_up_merge(self, *, by: UUID, at: datetime) -> None:
        """Let others merge it again; nothing was merged."""
        if self.begun is not None:
            self._decide(self.MergeGivenUp, by=by, at=at)

    def merge(
        self, *, by: UUID, position: int, branch_position: int, paths: Sequence[str], authors: Sequence[UUID],
        at: datetime,
    ) -> None:  # fmt: skip
        """Record that all (no paths, no authors) or some of it was merged, as of `branch_position`."""
        self._decide(
            self.Merged, by=by, at=at, concerned=self._concerned(by), position=position,
            branch_position=branch_position, paths=list(paths), authors=list(authors),
        )  # fmt: skip

    def close(self, *, by: UUID, at: datetime) -> None:
        """Put it aside. Raises Conflict unless it is open."""
        self._require_open()
        self._decide(self.Closed, by=by, at=at)

    def reopen(self, *, by: UUID, at: datetime) -> None:
        """Take it up again. Raises Conflict unless it is closed."""
        if self.state is not BranchState.CLOSED:
            raise Conflict(f"This branch is {self.state.value}; only a closed one can be opened again.")
        self._decide(self.Reopened, by=by, at=at)

    def review_state(self, head_position: int) -> ReviewState:
        """Return what reviewers make of it as it is at its head."""
        if self.requested_by is None:
            return ReviewState.NONE
        current = {person: verdict for person, verdict in self.verdicts.items() if verdict.position == head_position}
        if not all(verdict.is_approval for verdict in current.values()):
            return ReviewState.CHANGES_REQUESTED
        return ReviewState.APPROVED if current.keys() >= set(self.reviewers) else ReviewState.REQUESTED

    def blocked(self, head_position: int) -> list[str]:
        """Return why it cannot be merged as it is at its head, as sentences; none: it can."""
        match self.state, self.review_state(head_position):
            case BranchState.MERGED, _:
                return ["This branch was merged already."]
            case BranchState.CLOSED, _:
                return ["This branch is closed; open it again first."]
            case _, ReviewState.CHANGES_REQUESTED:
                return ["A reviewer asked for changes."]
            case _, ReviewState.REQUESTED:
                approved = [
                    person
                    for person in self.reviewers
                    if person in self.verdicts and self.verdicts[person].position == head_position
                ]
                stale = [person for person in self.reviewers if person in self.verdicts and person not in approved]
                return [_missing(len(self.reviewers), len(self.reviewers) - len(approved), len(stale))]
            case _:
                return []

    def require_mergeable(self, head_position: int) -> None:
        """Raise Conflict with the reason why it cannot be merged as it is at its head."""
        if reasons := self.blocked(head_position):
            raise Conflict(" ".join(reasons))

    def _concerned(self, by: UUID) -> list[UUID]:
        people = dict.fromkeys((self.opened_by, *((self.requested_by,) if self.requested_by else ())))
        return [person for person in people if person != by]

    def _decide(self, event: type[Aggregate.Event], *, by: UUID, at: datetime, **fields: Any) -> None:
        self.trigger_event(event, timestamp=at, document_id=self.document_id, person_id=by, **fields)

    def _require_open(self) -> None:
        if self.state is not BranchState.OPEN:
            raise Conflict(f"This branch is {self.state.value}; nothing more is decided about it.")

    def _require_review(self) -> None:
        self._require_open()
        if self.requested_by is None:
            raise Conflict("Nobody has asked for a review of this branch.")


def _name(name: str) -> str:
    if not name.strip() or len(name) > LINE_CHARS_MAX or "\n" in name:
        raise Invalid(f"A branch has a name of one line, of 1 to {LINE_CHARS_MAX} characters.", path="/name")
    return name.strip()


def _words(text: str, path: str) -> str:
    if len(text) > PARAGRAPH_CHARS_MAX:
        raise Invalid(f"At most {PARAGRAPH_CHARS_MAX} characters fit here.", path=path)
    return text


def _missing(asked: int, missing: int, stale: int) -> str:
    """Say how many approvals are missing, and how many of those because the branch was edited after them."""
    if asked == 1:
        return f"The approval is missing{', because the branch was edited since' if stale else ''}."
    waiting = f"{missing} of {asked} approvals {'is' if missing == 1 else 'are'} missing"
    return f"{waiting}, {stale} because the branch was edited since." if stale else f"{waiting}."
