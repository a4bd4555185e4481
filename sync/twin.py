"""The twin: what a document will be once everything queued is durable. Updates are judged here (SPEC.md R7-R14)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from pycrdt import Doc

from core.crdt.admission import Admission, Gap, Judgement
from core.crdt.apply import CannotApply, apply_update_observed, apply_updates
from core.crdt.places import Places
from core.crdt.updates import read_update
from core.documents.guard import Guard
from core.documents.kind import DocumentKind
from core.errors import BadMessage, Forbidden, Refused, Theirs, TooLarge
from core.limits import UPDATE_CLIENTS_MAX
from sync.deleted import Deleted
from sync.entries import Entry, Verdict

#: Keystrokes a document without a schema may lag behind; beyond, its scratch copy is dropped until it is needed.
LAG_UPDATES_MAX = 1024
READERS_ONLY: Final = "You may read this document, not change it."


class Twin:
    """A scratch copy of the document: committed + flight + queue, always rebuilt from exactly these.

    Most updates are judged by their header alone and then applied together. `state` returns committed state; `kept` the
    entries in flight and in the queue that are to be stored.
    """

    def __init__(
        self,
        state: Callable[[], bytes],
        kept: Callable[[], Iterable[Entry]],
        owners: Mapping[int, UUID | None],
        kind: DocumentKind,
    ) -> None:
        self._state, self._kept, self._kind = state, kept, kind
        self._guard: Guard | None = None
        #: Who owns which client id, as stored; claims of queued entries come on top at every rebuild.
        self._owners = dict(owners)
        self.rebuild()

    @property
    def unread(self) -> bytes:
        """What is to be read first before an edit can be judged; empty: all is read."""
        return self._admission.unread

    def know(self, unread: bytes, places: Places) -> None:
        """Learn where everything in it lies, from somebody who has read it elsewhere."""
        self._admission.know(unread, places)

    @property
    def owners(self) -> Mapping[int, UUID | None]:
        """Return who owns each client id, claims of queued updates included."""
        return self._admission.owners

    def own(self, client_id: int, person_id: UUID | None) -> None:
        """Learn a stored fact about a client id (None: retired)."""
        self._owners[client_id] = person_id
        self._admission.own(client_id, person_id)

    def learn_author(self, client_id: int, person_id: UUID) -> None:
        """Learn from a stored update whose an id is, unless the store has said so.

        A claim that is only queued here does not count: it goes when the queue is judged again.
        """
        if client_id not in self._owners:
            self.own(client_id, person_id)

    def rebuild(self, before: Sequence[Entry] = ()) -> None:
        """Start again from committed state, what is queued and, on top, `before`, with the stored owners."""
        kept = self._copy(before)
        owners = dict(self._owners)
        for entry in kept:
            owners.update(dict.fromkeys(entry.claims, entry.person_id))
        vector, state = self._doc.get_state(), self._doc.get_update()
        self._admission = Admission.from_state(vector, owners, state_bytes=self._size, state=state)

    def _copy(self, before: Sequence[Entry] = ()) -> list[Entry]:
        """Make the scratch copy and its guard anew; return the entries in it that are not committed."""
        if self._guard is not None:
            self._guard.close()
        state = self._state()
        kept = [entry for entry in (*self._kept(), *before) if entry.verdict is Verdict.STORE]
        self._doc: Doc[Any] = Doc()
        #: What was deleted in the copy when somebody asked last, and the bytes that said so.
        self._deleted, self._deleted_bytes = Deleted(()), b""
        self._lag: list[bytes] | None = []
        apply_updates(self._doc, (state, *(entry.body for entry in kept)))
        self._size = len(state) + sum(len(entry.body) for entry in kept)
        self._guard = Guard(self._kind, self._doc)
        return kept

    def follow(self, bodies: Sequence[bytes]) -> None:
        """Take in updates that another process stored, in their order; nothing may be queued."""
        self._settle()
        try:
            apply_updates(self._doc, [body for body in bodies if body])
            self._check_guard()
        except (CannotApply, Refused):
            # Stored is stored: the schema judges what comes next from there.
            self.rebuild()
            return
        self._size += sum(map(len, bodies))
        self._admission.follow(bodies, self._doc.get_state(), state_bytes=self._size)

    def state(self) -> bytes:
        """Return everything, as one update: what an edit of the server starts from."""
        self._settle()
        return self._doc.get_update()

    def judge(self, entries: Sequence[Entry], start: int, *, is_final: bool) -> int:
        """Judge from entries[start] on and return the index of the first one that has no verdict yet.

        Call it again from there until it returns the end; it stops where the twin changes its pace, after a refusal,
        and, returning `start` itself, at an update that only the log can decide on, unless `is_final`. The caller
        takes judged entries into its queue before it calls again.
        """
        end = self._judge_headers(entries, start)
        if end > start:
            return self._take_in(entries, start, end)
        entry = entries[start]
        try:
            judgement = self._admission.judge(entry.body, entry.person_id)
            self._check_right(entry, judgement)
            if entry.verdict is None:
                self._judge_alone(entry, judgement)
        except Theirs as error:
            if not is_final and _may_be_stored(entry, error):
                return start
            if not entry.may_write and isinstance(error, Refused) and not isinstance(error, TooLarge):
                # Whatever else is wrong with it: a reader has tried to write (R9).
                error = Forbidden(READERS_ONLY)
            entry.refuse(error, self._to_retire(entry, error))
        return start + 1

    def _judge_headers(self, entries: Sequence[Entry], start: int) -> int:
        """Judge by their headers those in front that need nothing else; they are not applied yet."""
        admission = self._admission
        for index in range(start, len(entries)):
            entry = entries[index]
            if entry.verdict is not None or not entry.may_write or entry.step2:
                return index
            try:
                judgement = admission.judge(entry.body, entry.person_id)
            except Theirs:
                return index
            if judgement.is_known:
                if judgement.has_deletes:
                    return index
                entry.verdict = Verdict.NOTHING
            elif judgement.overlaps:
                return index
            else:
                entry.verdict, entry.claims, entry.is_typing = Verdict.STORE, judgement.claims, judgement.is_typing
                admission.accept(judgement, entry.person_id)
        return len(entries)

    def _take_in(self, entries: Sequence[Entry], start: int, end: int) -> int:
        """Apply what its header let in, all at once; when that breaks a rule, one by one up to the one that does."""
        batch = [entry for entry in entries[start:end] if entry.verdict is Verdict.STORE]
        if self._kind.schema is None and all(entry.is_typing for entry in batch):
            if self._lag is not None:
                self._lag += [entry.body for entry in batch]
                if len(self._lag) > LAG_UPDATES_MAX:
                    self._lag = None
            return end
        try:
            self._settle()
            apply_updates(self._doc, [entry.body for entry in batch])
            self._check_guard()
        except (CannotApply, Refused):
            return self._find_culprit(entries, start, end)
        return end

    def _find_culprit(self, entries: Sequence[Entry], start: int, end: int) -> int:
        """Judge one by one after a batch failed; return the index after the first refusal."""
        for entry in entries[start:end]:
            entry.verdict, entry.claims = None, ()
        self.rebuild()
        for index in range(start, end):
            entry = entries[index]
            try:
                judgement = self._admission.judge(entry.body, entry.person_id)
                self._judge_alone(entry, judgement, before=entries[start:index])
            except Theirs as error:
                entry.refuse(error, self._to_retire(entry, error))
                return index + 1
        return end

    def _judge_alone(self, entry: Entry, judgement: Judgement, *, before: Sequence[Entry] = ()) -> None:
        """Apply one update to see what it changes. Raises Refused, with the twin rebuilt as if it had never come."""
        if judgement.is_known and not judgement.has_deletes:
            entry.verdict = Verdict.NOTHING
            return
        self._settle()
        try:
            gained = apply_update_observed(self._doc, entry.body)
            self._check_guard()
        except CannotApply:
            self.rebuild(before)
            raise Refused("this edit cannot be applied to the document") from None
        except Refused:
            self.rebuild(before)
            raise
        if gained is None:
            entry.verdict = Verdict.NOTHING
            return
        entry.verdict, entry.claims = Verdict.STORE, judgement.claims
        if entry.step2 or judgement.overlaps:
            entry.body = gained
        self._admission.accept(judgement, entry.person_id)

    def _check_right(self, entry: Entry, judgement: Judgement) -> None:
        """Let readers repeat what is known; nothing of theirs touches the twin (R8, R9)."""
        if entry.may_write:
            return
        if judgement.is_known and self._deletes_nothing(entry.body):
            entry.verdict = Verdict.NOTHING
            return
        raise Forbidden(READERS_ONLY)

    def _deletes_nothing(self, body: bytes) -> bool:
        """Say whether all that the update deletes is deleted already.

        A reader that reconnects sends the whole delete set, tens of thousands of ranges where many have edited.
        """
        deletes = read_update(body).deletes
        if self._deleted.holds(deletes):
            return True
        self._settle()
        known = self._doc.get_update(self._doc.get_state())
        if known != self._deleted_bytes:
            self._deleted, self._deleted_bytes = Deleted(read_update(known).deletes), known
        return self._deleted.holds(deletes)

    def _to_retire(self, entry: Entry, error: Theirs) -> tuple[int, ...]:
        """Return the sender's own client ids under which the refused update brought something new (R12).

        Each costs a transaction and is kept for ever, so they are bounded: those the sender has used before come first.
        Readers bring nothing new under any id.
        """
        if not entry.may_write or isinstance(error, Forbidden):
            return ()
        try:
            structs = read_update(entry.body).structs
        except BadMessage:
            return ()
        owners, clocks = self._admission.owners, self._admission.clocks
        own = {
            struct.client_id
            for struct in structs
            if struct.clock + struct.length > clocks.get(struct.client_id, 0)
            and owners.get(struct.client_id, entry.person_id) == entry.person_id
        }
        return tuple(sorted(own, key=lambda client_id: (client_id not in owners, client_id))[:UPDATE_CLIENTS_MAX])

    def _check_guard(self) -> None:
        """Raise Refused when what was just applied broke a rule of the document's kind (P7)."""
        assert self._guard is not None
        violations = self._guard.check()
        if violations:
            raise Refused(violations[0].reason, path=violations[0].path)

    def _settle(self) -> None:
        """Let the scratch copy catch up with the keystrokes that were judged by their headers alone."""
        if self._lag is None:
            self._copy()
        elif self._lag:
            lag, self._lag = self._lag, []
            apply_updates(self._doc, lag)


def _may_be_stored(entry: Entry, error: Theirs) -> bool:
    """Say whether what another process has stored may turn this refusal around (R11).

    A Step2 repeats what its sender was told elsewhere: others' edits, which nobody but they may bring.
    """
    if isinstance(error, Gap):
        return True
    return entry.step2 and isinstance(error, (Refused, Forbidden)) and not isinstance(error, TooLarge)
