"""One open document, many hands: a pure machine (SPEC.md).

What happens goes in, effects come out, in the order in which they must be carried out: append, then acknowledge, then
tell the others. No socket, no clock, no await. Committed state, flight and queue are the whole truth; the twin is
always rebuilt from them.

Any method may raise Quarantined: then only `retreat` may still be called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from core.crdt.places import Places
from core.crdt.updates import read_update
from core.documents.kind import DocumentKind
from core.documents.load import Loaded
from core.errors import (
    BadMessage,
    ClientIdTaken,
    Conflict,
    CounterpointError,
    NotSignedIn,
    Overloaded,
    StreamMoved,
    TooLarge,
)
from core.events import DOCUMENT_UPDATED, Append, Claim, Committed, Kind, NewEvent, Recorded, Write
from core.limits import (
    BATCH_ROWS_MAX,
    HELD_BYTES_MAX,
    READ_AHEAD_BYTES,
    ROOM_QUEUE_BYTES_MAX,
    ROOM_QUEUE_UPDATES_MAX,
    SNAPSHOT_EVERY_UPDATES,
)
from core.ports import Snapshot
from core.roles import Access
from sync.committed import CommittedDocument
from sync.edits import MOVED_ON
from sync.entries import Entry, Verdict, size_of
from sync.member import FOR_ITS_STEP2, FOR_PLACES, Member
from sync.messages import (
    Answer,
    Close,
    EditFailed,
    Effect,
    Flush,
    Greeting,
    ReadTail,
    Refuse,
    Retire,
    Retreat,
    Save,
    Tell,
    Update,
)
from sync.news import news_of
from sync.telling import conclude, ends, synced, tell
from sync.twin import Twin


class Room:
    """An open document. See the rules by their numbers in SPEC.md."""

    def __init__(
        self,
        document_id: UUID,
        kind: DocumentKind,
        loaded: Loaded,
        owners: Mapping[int, UUID | None],
    ) -> None:
        self.document_id = document_id
        self._committed = CommittedDocument(document_id, loaded)
        self._members: dict[int, Member] = {}
        self._queue: list[Entry] = []
        self._flight: list[Entry] | None = None
        self._queue_bytes = 0
        #: Whether the log was asked for an append and has not formed it yet.
        self._is_asked = False
        #: The number of the reading without which nothing is appended, because the stream has moved; None: go on.
        self._stalled_at: int | None = None
        #: How many readings of the log were asked for.
        self._reads = 0
        #: Whether a tail came during a flight, and is to be read again after it.
        self._is_behind = False
        self._is_dead = False
        self._twin = Twin(self._committed.state, self._kept, owners, kind)
        unread = self._twin.unread
        #: What of a long document is to be read beside the loop, while edits wait for `read`; empty: nothing (R3).
        self.unread = unread if len(unread) >= READ_AHEAD_BYTES else b""

    # -- looking ------------------------------------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """Return the committed version of the document's update stream."""
        return self._committed.version

    @property
    def position(self) -> int:
        """Return the position of the last committed update."""
        return self._committed.position

    @property
    def queued(self) -> int:
        """Return how many updates are not durable yet."""
        return len(self._queue) + len(self._flight or ())

    @property
    def is_crowded(self) -> bool:
        """Say whether more waits than the room is meant to hold (R28)."""
        return self.queued > ROOM_QUEUE_UPDATES_MAX or self._queue_bytes > ROOM_QUEUE_BYTES_MAX or self._is_waited_for

    @property
    def is_half_full(self) -> bool:
        """Say whether more than half of that still waits."""
        is_half_full = self.queued * 2 > ROOM_QUEUE_UPDATES_MAX or self._queue_bytes * 2 > ROOM_QUEUE_BYTES_MAX
        return is_half_full or self._is_waited_for

    @property
    def _is_waited_for(self) -> bool:
        """Say whether somebody has sent edits that cannot be judged before all of it is read (R3)."""
        return self.unread != b"" and any(member.held is not None for member in self._members.values())

    @property
    def is_settled(self) -> bool:
        """Say whether nothing waits to be judged again or to become durable."""
        return not self.queued and all(
            member.held is None or member.held_at == FOR_ITS_STEP2 for member in self._members.values()
        )

    def is_synced(self, connection_id: int) -> bool:
        """Say whether this connection is told news (R5)."""
        member = self._members.get(connection_id)
        return member is not None and member.is_synced

    @property
    def reads_asked(self) -> int:
        """Return how many readings of the log were asked for: to be passed to `tail` as it was before the reading."""
        return self._reads

    @property
    def owners(self) -> Mapping[int, UUID | None]:
        """Return who owns each client id, claims of queued updates included."""
        return self._twin.owners

    def committed_vector(self) -> bytes:
        """Return the committed state vector; the same object until something is committed."""
        return self._committed.vector()

    def committed_since(self, vector: bytes) -> bytes:
        """Return, as one update, what committed state has and this vector lacks (R26)."""
        return self._committed.lacking(vector)

    def snapshot(self) -> Snapshot:
        """Return committed state for the next reader."""
        return self._committed.snapshot()

    @property
    def updates_since_snapshot(self) -> int:
        """Return how many committed updates the newest snapshot lacks."""
        return self._committed.updates_since_snapshot

    # -- members ------------------------------------------------------------------------------------------------------

    def join(self, connection_id: int, access: Access, *, stays_to_read: bool = False) -> list[Effect]:
        """Let a connection in; it hears nothing before it has greeted."""
        assert connection_id not in self._members
        self._members[connection_id] = Member(connection_id, access, stays_to_read=stays_to_read)
        return []

    def leave(self, connection_id: int) -> list[Effect]:
        """Forget a connection; what it queued stays and becomes durable."""
        self._members.pop(connection_id, None)
        return []

    def access_changed(self, connection_id: int, access: Access | None) -> list[Effect]:
        """Judge this connection's messages by another role from now on; None: it may not be here (R25)."""
        member = self._members.get(connection_id)
        if member is None:
            return []
        if access is None:
            return self._expel(member, NotSignedIn())
        member.access, member.may_write = access, access.may_write
        return []

    def own(self, client_id: int, person_id: UUID | None) -> None:
        """Learn who owns a client id, as the store said it (None: retired)."""
        self._twin.own(client_id, person_id)

    # -- what clients say ---------------------------------------------------------------------------------------------

    def receive(self, connection_id: int, messages: Iterable[Greeting | Update]) -> list[Effect]:
        """Take all messages of one wake-up of a socket."""
        member = self._members.get(connection_id)
        if member is None or member.is_ending or self._is_dead:
            return []
        effects: list[Effect] = []
        entries: list[Entry] = []
        greeting: Greeting | None = None
        person_id, may_write = member.access.person_id, member.may_write
        for message in messages:
            if type(message) is Update:
                entries.append(Entry(connection_id, person_id, message.body, step2=message.step2, may_write=may_write))
            elif type(message) is Greeting:
                greeting = message
        if greeting is not None:
            effects += self._greet(member, greeting.vector)
        if entries and connection_id in self._members:
            member.unanswered += entries
            answers = member.owes_step2 and any(entry.step2 for entry in entries)
            if answers:
                member.owes_step2 = False
                entries.sort(key=lambda entry: not entry.step2)
            if self.unread and member.held is None:
                member.held_at = FOR_PLACES
            if self.unread or member.held is not None:
                effects += self._hold(member, entries)
                if answers and member.held_at == FOR_ITS_STEP2 and connection_id in self._members:
                    effects += self._release_to_step2(member)
            else:
                effects += self._admit(entries, is_final=False)
                effects += self._proceed()
        return effects

    def read(self, places: Places | None) -> list[Effect]:
        """Judge what has waited until `unread` was read (R3). None: it could not be, and the first edit is told why."""
        unread, self.unread = self.unread, b""
        if places is not None:
            self._twin.know(unread, places)
        effects: list[Effect] = []
        for member in list(self._members.values()):
            is_here = self._members.get(member.connection_id) is member
            if is_here and member.held is not None and member.held_at == FOR_PLACES:
                effects += self._release_to_step2(member)
        return effects

    def _greet(self, member: Member, vector: bytes) -> list[Effect]:
        try:
            body = self._committed.lacking(vector)
        except BadMessage as error:
            return self._expel(member, error)
        member.owes_step2 = not member.is_synced
        member.is_synced = True
        return [Answer(member.connection_id, body, self._committed.vector())]

    def _expel(self, member: Member, error: CounterpointError) -> list[Effect]:
        self.leave(member.connection_id)
        return [Close(member.connection_id, error)]

    def lend(self, states: list[bytes]) -> list[Effect]:
        """Hand out everything that is stored or waits to be, to make an edit from; as a step: reading it may fail."""
        states.append(self._twin.state())
        return []

    def bring(
        self, edit_id: int, person_id: UUID, client_id: int, body: bytes, *, exact_at: int | None = None
    ) -> list[Effect]:
        """Take in an edit of the server, made from what was lent or from what is stored (R24).

        Answered by Edited or EditFailed with this id. `exact_at` is the version on which alone it may be stored.
        """
        assert not self._is_dead
        self._twin.own(client_id, person_id)
        entry = Entry(edit_id, person_id, body, step2=False, may_write=True, is_edit=True, exact_at=exact_at)
        return self._admit([entry], is_final=True) + self._proceed()

    # -- what the log says --------------------------------------------------------------------------------------------

    def take(self) -> Append:
        """Hand over what is to be stored next; called when the commit batch forms (R15)."""
        assert self._flight is None
        self._is_asked = False
        if self._is_dead:
            return Append(())
        count = _batch_length(self._queue)
        self._flight, self._queue = self._queue[:count], self._queue[count:]
        stored = [entry for entry in self._flight if entry.verdict is Verdict.STORE]
        if not stored:
            return Append(())
        claims = [Claim(self.document_id, client_id, entry.person_id) for entry in stored for client_id in entry.claims]
        events = [NewEvent(DOCUMENT_UPDATED, entry.body, entry.person_id) for entry in stored]
        write = Write(self.document_id, Kind.UPDATE, self._committed.version, events)
        return Append((write,), tuple(claims))

    def committed(self, done: Committed) -> list[Effect]:
        """Go on after the append of `take` has become durable."""
        if self._is_dead:
            return []
        flight, self._flight = self._flight or [], None
        self._queue_bytes -= size_of(flight)
        stored = [entry for entry in flight if entry.verdict is Verdict.STORE]
        for entry in stored:
            for client_id in entry.claims:
                self._twin.own(client_id, entry.person_id)
        effects = self._conclude(flight, done.first_position)
        if stored:
            effects += tell(stored, self._members)
            self._committed.add([entry.body for entry in stored], done.last_position)
        if self._committed.updates_since_snapshot >= SNAPSHOT_EVERY_UPDATES:
            effects.append(Save(self._committed.snapshot()))
        if self._is_behind:
            self._is_behind = False
            effects.append(self._read_tail())
        return effects + self._proceed()

    def failed(self, error: CounterpointError) -> list[Effect]:
        """Go on after the append was not stored (R10, R19, R21)."""
        if self._is_dead:
            return []
        self._is_asked = False
        if not isinstance(error, (StreamMoved, ClientIdTaken)):
            return self.retreat(error)
        self._queue, self._flight = (self._flight or []) + self._queue, None
        self._is_behind = False
        self._stalled_at = self._reads + 1
        return [self._read_tail(owners=isinstance(error, ClientIdTaken))]

    def tail(
        self, events: Sequence[Recorded], *, asked: int, owners: Mapping[int, UUID | None] | None = None
    ) -> list[Effect]:
        """Take in what the log holds after the committed version, up to its head (R11, R19, R20).

        `asked` is `reads_asked` as it was when the reading began: an older reading is not the last word.
        """
        if self._is_dead:
            return []
        if self._flight is not None:
            self._is_behind = True
            return []
        news = [event for event in events if event.version > self._committed.version]
        if news and news[0].version != self._committed.version + 1:
            return [self._read_tail()]
        was_stalled = self._stalled_at is not None and asked >= self._stalled_at
        if was_stalled:
            self._stalled_at = None
        effects: list[Effect] = []
        if news:
            effects.append(Tell(synced(self._members), news_of([event.body for event in news])))
            self._committed.add([event.body for event in news], news[-1].position)
        self._learn(news, owners)
        if self._queue and (news or was_stalled):
            self._judge_again()
        elif news:
            self._twin.follow([event.body for event in news])
        return effects + self._release_held(asked) + self._proceed()

    def retreat(self, error: CounterpointError) -> list[Effect]:
        """Give the room up: nothing that was not durable is acknowledged, everybody opens the document again (R21)."""
        self._is_dead = True
        effects: list[Effect] = [EditFailed(entry.origin_id, error) for entry in self._kept() if entry.is_edit]
        effects += [Close(connection_id, error) for connection_id in self._members]
        self._members, self._queue, self._flight, self._queue_bytes = {}, [], None, 0
        return [*effects, Retreat(error)]

    # -- the queue ----------------------------------------------------------------------------------------------------

    def _kept(self) -> list[Entry]:
        return (self._flight or []) + self._queue

    def _admit(self, entries: list[Entry], *, is_final: bool) -> list[Effect]:
        """Judge entries into the queue; from a gap on hold them back, unless this is the last word (R11)."""
        index = 0
        while index < len(entries):
            following = index + 1
            if entries[index].verdict is not Verdict.REFUSED:
                following = self._twin.judge(entries, index, is_final=is_final)
            if following == index:
                member = self._members[entries[index].origin_id]
                # What a reader stands on is nothing it could still bring itself.
                waits_for_step2 = member.owes_step2 and entries[index].may_write
                member.held_at = FOR_ITS_STEP2 if waits_for_step2 else self._reads + 1
                effects = self._hold(member, entries[index:])
                return effects if waits_for_step2 else [*effects, self._read_tail()]
            self._queue += entries[index:following]
            self._queue_bytes += size_of(entries[index:following])
            index = following
            last = entries[index - 1]
            if ends(last, self._members):
                self._members[last.origin_id].is_ending = True
                entries = entries[:index] + [entry for entry in entries[index:] if entry.origin_id != last.origin_id]
        return []

    def _hold(self, member: Member, entries: Sequence[Entry]) -> list[Effect]:
        """Let a member's messages wait for what they build on, within bounds that cost nobody else (R11)."""
        member.hold(entries)
        assert member.held is not None
        if len(member.held) > ROOM_QUEUE_UPDATES_MAX or member.held_bytes > HELD_BYTES_MAX:
            return self._expel(member, TooLarge("too many edits wait for what they build on"))
        if sum([one.held_bytes for one in self._members.values()]) > ROOM_QUEUE_BYTES_MAX:
            greediest = max(self._members.values(), key=lambda one: one.held_bytes)
            return self._expel(greediest, Overloaded("Too many edits wait for what they build on."))
        return []

    def _judge_again(self) -> None:
        """Judge the queue again, in its order, on a twin of what is committed now (R19). A refusal stays one."""
        queue, self._queue = self._queue, []
        self._queue_bytes -= size_of(queue)
        for entry in queue:
            if entry.exact_at not in (None, self._committed.version):
                entry.refuse(Conflict(MOVED_ON))
            elif entry.verdict is not Verdict.REFUSED:
                entry.begin_again()
        self._twin.rebuild()
        self._admit(queue, is_final=True)

    def _release_to_step2(self, member: Member) -> list[Effect]:
        """Judge what waited for the member's answer to the greeting, the answer first: the rest builds on it (R11)."""
        held = member.release()
        held.sort(key=lambda entry: not entry.step2)
        return self._admit(held, is_final=False) + self._proceed()

    def _release_held(self, asked: int) -> list[Effect]:
        """Judge once more what waited for this reading of the log."""
        effects: list[Effect] = []
        for member in list(self._members.values()):
            if member.held is not None and asked >= member.held_at:
                effects += self._admit(member.release(), is_final=True)
        return effects

    def _proceed(self) -> list[Effect]:
        """Conclude what needs no commit and has nothing undurable before it; ask for an append of the rest."""
        if self._flight is not None or self._is_dead or not self._queue:
            return []
        effects: list[Effect] = []
        free = 0
        while free < len(self._queue) and self._queue[free].verdict is not Verdict.STORE:
            free += 1
        if free:
            entries, self._queue = self._queue[:free], self._queue[free:]
            self._queue_bytes -= size_of(entries)
            effects += self._conclude(entries, 0)
        if self._queue and not self._is_asked and self._stalled_at is None:
            self._is_asked = True
            effects.append(Flush())
        return effects

    def _read_tail(self, *, owners: bool = False) -> ReadTail:
        self._reads += 1
        return ReadTail(owners)

    def _learn(self, news: Sequence[Recorded], owners: Mapping[int, UUID | None] | None) -> None:
        """Learn owners: as the store says, and of ids first seen in updates that other processes stored."""
        for client_id, person_id in (owners or {}).items():
            self._twin.own(client_id, person_id)
        for event in news:
            if not event.body:
                continue
            for struct in read_update(event.body).structs:
                self._twin.learn_author(struct.client_id, event.actor_id)

    # -- telling ------------------------------------------------------------------------------------------------------

    def _conclude(self, entries: Sequence[Entry], first_position: int) -> list[Effect]:
        """Answer the senders (R17), and let those go whose refusal ends them (R12)."""
        effects = conclude(entries, self._members, before=self._committed.position, first=first_position)
        for effect in effects:
            if type(effect) is Retire:
                for client_id in effect.client_ids:
                    self._twin.own(client_id, None)
            elif type(effect) is Refuse and effect.ends:
                self.leave(effect.connection_id)
        return effects


def _batch_length(queue: Sequence[Entry]) -> int:
    """Return how many entries from the front fit one append."""
    size = 0
    for count, entry in enumerate(queue[:BATCH_ROWS_MAX]):
        size += len(entry.body)
        if size > ROOM_QUEUE_BYTES_MAX and count:
            return count
    return min(len(queue), BATCH_ROWS_MAX)
