"""Admission: may this update enter the document? Pure, one per open document (P6).

The state is small: how many units of every CRDT client id are known (committed and queued together), and who owns each
id. `judge` looks and changes nothing; `accept` moves the state on, once the caller has taken the update in.

What is admitted can be integrated at once and in full: no gap in a client's clock, nothing unknown deleted, and every
origin, right origin and parent known. (pycrdt hides an update that stands on something missing, without an error, and
its author's next one then looks like a gap.) New structs are accepted only under ids the sender owns, or under ids
nobody has used before, which the sender thereby claims. Known structs are harmless, whosoever they are: a sync answer
after a reconnect repeats them.

What admission cannot see: whether a delete changes anything (a delete moves no clock). Whether an update is a no-op is
known only after it went into the twin: its transaction event is absent, or its update is empty. Nor can it see whether
a parent really is a shared type: then applying it raises RuntimeError.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush
from typing import NamedTuple
from uuid import UUID

from core.crdt.updates import Id, Range, Struct, Update, decode_state_vector, read_deletion, read_keystroke, read_update
from core.errors import Refused, TooLarge
from core.limits import DOCUMENT_BYTES_MAX, UPDATE_BYTES_MAX, UPDATE_CLIENTS_MAX


class Gap(Refused):
    """This edit builds on something the server has not seen.

    Another process may have stored it: read the log to its head, `accept_stored` what is there, and judge again.
    """


class UpdateTooLarge(Refused, TooLarge):
    """This edit, or the document with it, is larger than a limit allows."""


class Judgement(NamedTuple):
    """What an update would bring. Valid until the admission's state changes."""

    #: New units, by client and in clock order; what is already known is cut off.
    inserts: tuple[Range, ...]
    #: Client ids seen here for the first time: to be stored as the sender's together with the update.
    claims: tuple[int, ...]
    #: Whether the update carries a delete set (which may hold nothing new).
    has_deletes: bool
    #: Whether every insert was known already, so that at most deletes can be new.
    is_known: bool
    #: Whether some inserts were known and others are new: what to store is then less than what was received.
    overlaps: bool
    #: Bytes judged.
    size: int
    #: Whether it is one run of text typed beside something known: applying it cannot fail.
    is_typing: bool = False


_MISSING = object()


class Admission:
    """The clocks and owners of one document, and the judge of what comes next."""

    def __init__(self, *, clocks: Mapping[int, int], owners: Mapping[int, UUID | None], state_bytes: int = 0) -> None:
        """Start from what is committed: units known by client id, owner by client id (None: retired)."""
        self._clocks = dict(clocks)
        self._owners: dict[int, UUID | None] = dict(owners)
        self._bytes = state_bytes

    @classmethod
    def from_state(cls, vector: bytes, owners: Mapping[int, UUID | None], *, state_bytes: int = 0) -> Admission:
        """Start from an encoded state vector, as `Doc.get_state()` returns it."""
        return cls(clocks=decode_state_vector(vector), owners=owners, state_bytes=state_bytes)

    @property
    def clocks(self) -> Mapping[int, int]:
        """How many units of each client id are known."""
        return self._clocks

    @property
    def owners(self) -> Mapping[int, UUID | None]:
        """Who owns each client id; None: retired."""
        return self._owners

    def judge(self, update: bytes, person_id: UUID) -> Judgement:
        """Say what the update would bring, changing nothing.

        Raises BadMessage (malformed), Gap (judge again after reading the log), Refused (never).
        """
        size = len(update)
        if size > UPDATE_BYTES_MAX:
            raise UpdateTooLarge(f"one edit may hold {UPDATE_BYTES_MAX} bytes; this one has {size}: send it in parts")
        keystroke = read_keystroke(update)
        if keystroke is not None and self._bytes + size <= DOCUMENT_BYTES_MAX:
            client_id, clock, length, origin, right_origin = keystroke
            clocks = self._clocks
            # The commonest case: the next characters of someone who has typed before.
            if (
                clocks.get(client_id) == clock
                and self._owners.get(client_id) == person_id
                and (origin is None or origin[1] < clocks.get(origin[0], 0))
                and (right_origin is None or right_origin[1] < clocks.get(right_origin[0], 0))
            ):
                return Judgement(((client_id, clock, length),), (), False, False, False, size, True)
        deletion = read_deletion(update)
        if deletion is not None:
            self._check_deletes([deletion], [])
            return Judgement((), (), True, True, False, size)
        return self._judge(read_update(update), person_id, size)

    def accept(self, judgement: Judgement, person_id: UUID) -> None:
        """Count the judged update as known; its claims now belong to the sender."""
        for client_id, clock, length in judgement.inserts:
            assert self._clocks.get(client_id, 0) == clock, "judged against another state"
            self._clocks[client_id] = clock + length
        for client_id in judgement.claims:
            self._owners[client_id] = person_id
        self._bytes += judgement.size

    def accept_stored(self, update: bytes, actor_id: UUID) -> None:
        """Count an update read from the log as known: another process has judged and stored it.

        Ids seen first in it belong to its author. Raises Gap if updates before it have not been counted yet.
        """
        for client_id, clock, length in _runs(read_update(update).structs):
            known = self._clocks.get(client_id, 0)
            if clock > known:
                raise Gap(f"a stored update of client {client_id} starts at {clock}, only {known} units are known")
            self._clocks[client_id] = max(known, clock + length)
            self._owners.setdefault(client_id, actor_id)
        self._bytes += len(update)

    def own(self, client_id: int, person_id: UUID | None) -> None:
        """Learn who owns an id (None: retired), as the store of client ids says it."""
        self._owners[client_id] = person_id

    def _judge(self, update: Update, person_id: UUID, size: int) -> Judgement:
        runs = _runs(update.structs)
        inserts: list[Range] = []
        claims: list[int] = []
        known = 0
        for client_id, clock, length in runs:
            have = max(self._clocks.get(client_id, 0), _end(inserts, client_id))
            if clock + length <= have:
                known += 1
                continue
            if self._is_new(client_id, person_id) and (not claims or claims[-1] != client_id):
                claims.append(client_id)
            if clock > have:
                raise Gap(f"client {client_id} continues at {clock}, but only {have} of its units are known")
            known += clock < have
            inserts.append((client_id, have, clock + length - have))
        if len(claims) > UPDATE_CLIENTS_MAX:
            raise Refused(f"one edit may bring {UPDATE_CLIENTS_MAX} new client ids; this one has {len(claims)}")
        if inserts and self._bytes + size > DOCUMENT_BYTES_MAX:
            raise UpdateTooLarge(f"a document may hold {DOCUMENT_BYTES_MAX} bytes; start another one")
        if inserts:
            self._check_references(update.structs, inserts)
        self._check_deletes(update.deletes, inserts)
        return Judgement(
            tuple(inserts), tuple(claims), bool(update.deletes), not inserts, bool(inserts and known), size
        )

    def _is_new(self, client_id: int, person_id: UUID) -> bool:
        """Say whether the id is claimed by this; refuse it when it is another's."""
        owner = self._owners.get(client_id, _MISSING)
        if owner == person_id:
            return False
        if owner is None:
            raise Refused(f"client id {client_id} is retired; take a fresh one")
        if owner is not _MISSING:
            raise Refused(f"client id {client_id} belongs to another person; take a fresh one")
        if self._clocks.get(client_id):
            raise Refused(f"client id {client_id} has been used by another author; take a fresh one")
        return True

    def _check_references(self, structs: list[Struct], inserts: list[Range]) -> None:
        """Let the structs in as the library would, each when all it stands on is in; whatever stays out is a gap."""
        clocks = dict(self._clocks)
        changed = {client_id for client_id, _, _ in inserts}
        waiting: dict[int, list[Struct]] = {}
        for struct in structs:
            if struct.client_id in changed and struct.clock + struct.length > clocks.get(struct.client_id, 0):
                waiting.setdefault(struct.client_id, []).append(struct)
        #: For each client, who waits for it: (the clock that must be in, the client waiting).
        blocked_on: dict[int, list[tuple[int, int]]] = {}
        ready = list(waiting)
        for line in waiting.values():
            line.reverse()
        while ready:
            client_id = ready.pop()
            line = waiting[client_id]
            while line:
                missing = _missing(line[-1], clocks)
                if missing is not None:
                    heappush(blocked_on.setdefault(missing[0], []), (missing[1], client_id))
                    break
                struct = line.pop()
                clocks[client_id] = max(clocks.get(client_id, 0), struct.clock + struct.length)
            queue = blocked_on.get(client_id, [])
            while queue and queue[0][0] < clocks.get(client_id, 0):
                ready.append(heappop(queue)[1])
        for line in waiting.values():
            if line:
                missing = _missing(line[-1], clocks)
                raise Gap(f"this edit stands on unit {missing} that the server has not seen")

    def _check_deletes(self, deletes: list[Range], inserts: list[Range]) -> None:
        ends = {client_id: clock + length for client_id, clock, length in inserts}
        for client_id, clock, length in deletes:
            known = ends.get(client_id, self._clocks.get(client_id, 0))
            if clock + length > known:
                raise Gap(f"this edit deletes units of client {client_id} that the server has not seen")


def _runs(structs: list[Struct]) -> list[Range]:
    """Join structs that follow each other."""
    runs: list[Range] = []
    for client_id, clock, length, *_ in structs:
        if runs and runs[-1][0] == client_id and runs[-1][1] + runs[-1][2] == clock:
            runs[-1] = (client_id, runs[-1][1], runs[-1][2] + length)
        else:
            runs.append((client_id, clock, length))
    return runs


def _end(inserts: list[Range], client_id: int) -> int:
    """Return the end of the client's last new run (its runs are neighbours), or 0."""
    if inserts and inserts[-1][0] == client_id:
        return inserts[-1][1] + inserts[-1][2]
    return 0


def _missing(struct: Struct, clocks: Mapping[int, int]) -> Id | None:
    """Return what the struct stands on and the clocks do not hold."""
    for reference in (struct.origin, struct.right_origin, struct.parent):
        if isinstance(reference, tuple) and reference[1] >= clocks.get(reference[0], 0):
            return reference
    return None
