"""Threads and inboxes: given what happened, when somebody decides, then these facts follow and no others."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from core.adapters.memory import MemoryLog
from core.aggregates.codec import EventCodec
from core.aggregates.comment import Anchor, Comment, message_id_of
from core.aggregates.inbox import Inbox, inbox_id
from core.errors import Conflict, Forbidden, Invalid, NotFound, Quarantined
from core.events import Kind, Recorded
from core.limits import (
    COMMENT_CHARS_MAX,
    COMMENT_FACTS_MAX,
    COMMENT_MENTIONS_MAX,
    COMMENT_MESSAGES_MAX,
    INBOX_MUTED_MAX,
    INBOX_READ_AT_ONCE_MAX,
)
from core.repository import Repository

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 13, tzinfo=UTC)
ANNA, BEN, CARL = uuid4(), uuid4(), uuid4()
ANCHOR = Anchor(uuid4(), "/lyrics", "falls", [[7, 5], [7, 9]], 40)


def thread(text: str = "Too wet?", mentions: tuple[UUID, ...] = ()) -> Comment:
    """A thread that Anna opened."""
    return Comment.add(thread_id=uuid4(), anchor=ANCHOR, person_id=ANNA, text=text, mentions=mentions, at=NOON)


def decided(comment: Comment | Inbox, since: int = 0) -> list[str]:
    return [event.TOPIC for event in comment.pending_events[since:]]


def first_of(comment: Comment) -> UUID:
    return next(iter(comment.messages))


def test_a_thread_is_where_it_is_and_what_was_said() -> None:
    """Given nothing, when Anna comments, then the place and the words are two facts."""
    opened = thread(" Too wet? ", (BEN, CARL, BEN))
    assert decided(opened) == ["comment.anchored", "comment.added"]
    assert opened.anchor == ANCHOR
    message = opened.messages[first_of(opened)]
    assert (message.text, message.mentions, message.person_id, message.at) == ("Too wet?", (BEN, CARL), ANNA, NOON)
    assert message.message_id == message_id_of(opened.id, 2)


def test_a_reply_tells_who_wrote_before() -> None:
    """Given messages of Anna and Ben, when Carl replies, then both are named as those to be told."""
    opened = thread()
    opened.reply(person_id=BEN, text="No", mentions=[], at=LATER)
    opened.reply(person_id=ANNA, text="Yes", mentions=[], at=LATER)
    opened.reply(person_id=CARL, text="Well", mentions=[ANNA], at=LATER)
    assert [event.participants for event in opened.pending_events[2:]] == [[ANNA], [ANNA, BEN], [ANNA, BEN]]
    assert opened.participants == [ANNA, BEN, CARL]


def test_an_edit_tells_only_those_it_mentions_anew() -> None:
    """Given a message to Ben, when Carl is mentioned too, then he alone is new; the same again is nothing."""
    opened = thread(mentions=(BEN,))
    message = first_of(opened)
    opened.edit(message, person_id=ANNA, text="Too wet!", mentions=[CARL, BEN], at=LATER)
    opened.edit(message, person_id=ANNA, text=" Too wet! ", mentions=[CARL, BEN], at=LATER)
    assert decided(opened, 2) == ["comment.edited"]
    assert opened.pending_events[-1].newly_mentioned == [CARL]
    assert opened.messages[message].edited_at == LATER


def test_what_is_gone_stays_gone() -> None:
    """Given a removed message, when it is edited or removed again, then Conflict; its place stays."""
    opened = thread()
    message = first_of(opened)
    with pytest.raises(Forbidden):
        opened.edit(message, person_id=BEN, text="x", mentions=[], at=LATER)
    with pytest.raises(Forbidden):
        opened.remove(message, person_id=BEN, may_remove_any=False, at=LATER)
    opened.remove(message, person_id=BEN, may_remove_any=True, at=LATER)
    for decide in (
        lambda: opened.edit(message, person_id=ANNA, text="x", mentions=[], at=LATER),
        lambda: opened.remove(message, person_id=ANNA, may_remove_any=True, at=LATER),
    ):
        with pytest.raises(Conflict):
            decide()
    with pytest.raises(NotFound):
        opened.remove(uuid4(), person_id=ANNA, may_remove_any=True, at=LATER)
    assert (opened.messages[message].text, opened.messages[message].is_removed) == ("", True)
    assert decided(opened, 2) == ["comment.removed"]


def test_settled_and_open_take_turns() -> None:
    """Given an open thread, when it is reopened, then Conflict; resolved twice likewise."""
    opened = thread()
    with pytest.raises(Conflict):
        opened.reopen(at=LATER)
    opened.resolve(person_id=BEN, at=LATER)
    assert (opened.resolved_by, opened.resolved_at) == (BEN, LATER)
    with pytest.raises(Conflict):
        opened.resolve(person_id=ANNA, at=LATER)
    opened.reopen(at=LATER)
    assert (opened.resolved_by, opened.resolved_at) == (None, None)
    assert decided(opened, 2) == ["comment.resolved", "comment.reopened"]


def test_bounds() -> None:
    """Words, mentions, messages and everything together have an end; at the bound it still works."""
    for text in ("", " \n", "x" * (COMMENT_CHARS_MAX + 1)):
        with pytest.raises(Invalid):
            thread(text)
    with pytest.raises(Invalid):
        thread(mentions=tuple(uuid4() for _ in range(COMMENT_MENTIONS_MAX + 1)))
    full = thread("x" * COMMENT_CHARS_MAX, tuple(uuid4() for _ in range(COMMENT_MENTIONS_MAX)))
    for _ in range(COMMENT_MESSAGES_MAX - 1):
        full.reply(person_id=BEN, text="x", mentions=[], at=LATER)
    with pytest.raises(Conflict):
        full.reply(person_id=BEN, text="x", mentions=[], at=LATER)
    busy = thread()
    while busy.version < COMMENT_FACTS_MAX:
        busy.resolve(person_id=BEN, at=LATER)
        busy.reopen(at=LATER)
    with pytest.raises(Conflict, match="Too much"):
        busy.resolve(person_id=BEN, at=LATER)
    assert busy.version == COMMENT_FACTS_MAX
    busy.remove(first_of(busy), person_id=ANNA, may_remove_any=False, at=LATER)


async def stored(comment: Comment) -> list[Recorded]:
    log = MemoryLog()
    await Repository(log).save(comment, ANNA)
    return await log.read_stream(comment.id, Kind.AGGREGATE)


async def test_a_thread_survives_the_erasure_of_words() -> None:
    """P5: given erased bodies, the thread still stands, with who spoke when, and without a word of theirs."""
    opened = thread("My secret", (BEN,))
    opened.edit(first_of(opened), person_id=ANNA, text="My edited secret", mentions=[BEN], at=LATER)
    opened.reply(person_id=ANNA, text="More of it", mentions=[], at=LATER)
    opened.resolve(person_id=BEN, at=LATER)
    codec = EventCodec.of_all_aggregates()
    words = {Comment.Added.TOPIC, Comment.Edited.TOPIC, Comment.Replied.TOPIC}
    rows = await stored(opened)
    for gone in (words, {Comment.Added.TOPIC}, {Comment.Edited.TOPIC}):
        found: Comment | None = None
        for row in rows:
            body = b"" if row.topic in gone else row.body
            erased = Recorded(
                row.position, row.stream_id, row.kind, row.version, row.topic, row.actor_id, row.recorded_at, body, 0
            )
            found = codec.decode(erased).mutate(found)  # type: ignore[assignment]
        assert isinstance(found, Comment)
        assert found.anchor == ANCHOR
        assert list(found.messages) == list(opened.messages)
        assert [message.person_id for message in found.messages.values()] == [ANNA, ANNA]
        assert found.resolved_by == BEN
        first = found.messages[first_of(opened)]
        assert "edited" not in first.text
        if Comment.Added.TOPIC in gone:
            assert (first.text, first.mentions, first.is_erased) == ("", (), True)
            with pytest.raises(Conflict):
                found.edit(first.message_id, person_id=ANNA, text="again", mentions=[], at=LATER)
            found.reply(person_id=BEN, text="And now?", mentions=[], at=LATER)
    anchored = Recorded(1, opened.id, Kind.AGGREGATE, 1, Comment.Anchored.TOPIC, ANNA, NOON, b"", 0)
    with pytest.raises(Quarantined):
        codec.decode(anchored)


def test_an_inbox_is_read_and_muted() -> None:
    """Given what was read and muted, when it is done again, then nothing follows."""
    inbox = Inbox.of(ANNA, at=NOON)
    document = uuid4()
    inbox.read(positions=[9, 4, 9], up_to=0, at=NOON)
    inbox.read(positions=[3, 5, 8], up_to=5, at=NOON)
    inbox.read(positions=[2], up_to=4, at=NOON)
    inbox.mute(document, at=NOON)
    inbox.mute(document, at=NOON)
    inbox.unmute(document, at=NOON)
    inbox.unmute(document, at=NOON)
    assert decided(inbox) == ["inbox.opened", "inbox.read", "inbox.read", "inbox.muted", "inbox.unmuted"]
    assert [(event.positions, event.up_to) for event in inbox.pending_events[1:3]] == [([4, 9], 0), ([8], 5)]
    assert (inbox.id, inbox.read_up_to, inbox.muted) == (inbox_id(ANNA), 5, set())


def test_an_inbox_has_bounds() -> None:
    """Too many named at once, and more muted than anybody has documents."""
    inbox = Inbox.of(ANNA, at=NOON)
    with pytest.raises(Invalid):
        inbox.read(positions=range(1, INBOX_READ_AT_ONCE_MAX + 2), up_to=0, at=NOON)
    for _ in range(INBOX_MUTED_MAX):
        inbox.mute(uuid4(), at=NOON)
    with pytest.raises(Conflict):
        inbox.mute(uuid4(), at=NOON)
