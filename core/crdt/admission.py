"""Admission: may this update enter the document? Pure, one per open document (P6).

The state is small: how many units of every CRDT client id are known (committed and queued together), and who owns each
id. `judge` looks and changes nothing; `accept` moves the state on, once the caller has taken the update in.

What is admitted can be integrated at once and in full: no gap in a client's clock, nothing unknown deleted, and every
origin, right origin and parent known. (pycrdt hides an update that stands on something missing, without an error, and
its author's next one then looks like a gap.) New structs are accepted only under ids the sender owns, or under ids
nobody has used before, which the sender thereby claims. Known structs are harmless, whosoever they are: a sync answer
after a reconnect repeats them. What is new must lie where it can (`places.py`): text in a text, items in a list,
nothing between the two halves of one character, nothing between two units that never were neighbours.

What admission cannot see: whether a delete changes anything (a delete moves no clock). Whether an update is a no-op is
known only after it went into the twin: its transaction event is absent, or its update is empty. Nor can it see whether
a parent really is a shared type: then applying it raises RuntimeError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from core.crdt.causal import CausalOrder
from core.crdt.places import Places, Typed
from core.crdt.updates import Range, Struct, Update, decode_state_vector, read_deletion, read_keystroke, read_update
from core.errors import BadMessage, Refused, TooLarge
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
    #: Of one run of text typed beside something known, in a text: where it lies, and between what.
    typed: Typed | None = None
    #: Of any other update with something new: where that lies.
    brought: Places | None = None

    @property
    def is_typing(self) -> bool:
        """Whether it is one run of text typed beside something known to be in a text: applying it cannot fail."""
        return self.typed is not None


_MISSING = object()


class Admission:
    """The clocks and owners of one document, and the judge of what comes next."""

    def __init__(
        self,
        *,
        clocks: Mapping[int, int],
        owners: Mapping[int, UUID | None],
        state_bytes: int = 0,
        state: bytes = b"",
    ) -> None:
        """Start from what is committed: units known by client id, owner by client id (None: retired), and all of it.

        Without the state, nothing is known about where things lie, and every place that is not named passes.
        """
        self._clocks = dict(clocks)
        self._owners: dict[int, UUID | None] = dict(owners)
        self._bytes = state_bytes
        self._places = Places()
        #: What is known and not yet in `_places`: a document that is only read is never read twice.
        self._unread = [state] if state else []

    @classmethod
    def from_state(
        cls,
        vector: bytes,
        owners: Mapping[int, UUID | None],
        *,
        state_bytes: int = 0,
        state: bytes = b"",
    ) -> Admission:
        """Start from an encoded state vector and state, as `Doc.get_state()` and `Doc.get_update()` return them."""
        clocks = decode_state_vector(vector)
        return cls(clocks=clocks, owners=owners, state_bytes=state_bytes, state=state)

    @property
    def clocks(self) -> Mapping[int, int]:
        """How many units of each client id are known."""
        return self._clocks

    @property
    def owners(self) -> Mapping[int, UUID | None]:
        """Who owns each client id; None: retired."""
        return self._owners

    @property
    def unread(self) -> bytes:
        """What is to be read first before anybody can say where things lie; empty: all is read."""
        return self._unread[0] if self._unread else b""

    def know(self, unread: bytes, places: Places) -> None:
        """Take over what `places_of` found in this object, unless it was read here meanwhile."""
        if self.unread is unread:
            self._places = places
            del self._unread[0]

    @property
    def places(self) -> Places:
        """Where everything known lies. Raises Refused when what is stored cannot be read."""
        while self._unread:
            try:
                _learn(self._places, self._unread[0])
            except BadMessage as error:
                raise Refused(f"this document is damaged and takes no edits: {error.message}") from None
            del self._unread[0]
        return self._places

    def judge(self, update: bytes, person_id: UUID) -> Judgement:
        """Say what the update would bring, changing nothing.

        Raises BadMessage (malformed), Gap (judge again after reading the log), Refused (never).
        """
        size = len(update)
        if size > UPDATE_BYTES_MAX:
            raise UpdateTooLarge(f"one edit may hold {UPDATE_BYTES_MAX} bytes; this one has {size}: send it in parts")
        keystroke = read_keystroke(update)
        if keystroke is not None and self._bytes + size <= DOCUMENT_BYTES_MAX:
            client_id, clock, length, origin, right_origin, pairs = keystroke
            clocks = self._clocks
            # The commonest case: the next characters of someone who has typed before.
            if (
                clocks.get(client_id) == clock
                and self._owners.get(client_id) == person_id
                and (origin is None or origin[1] < clocks.get(origin[0], 0))
                and (right_origin is None or right_origin[1] < clocks.get(right_origin[0], 0))
            ):
                place = self.places.typed_between(client_id, clock, origin, right_origin)
                if place is not None:
                    typed = (place, pairs, origin, right_origin)
                    return Judgement(((client_id, clock, length),), (), False, False, False, size, typed)
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
        if judgement.typed is not None:
            client_id, clock, length = judgement.inserts[0]
            self.places.type_on(client_id, clock, clock + length, judgement.typed)
        elif judgement.brought is not None:
            self.places.take(judgement.brought)
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
        self._unread.append(update)
        self._bytes += len(update)

    def follow(self, updates: Iterable[bytes], vector: bytes, *, state_bytes: int) -> None:
        """Count updates that another process stored as known; `vector` says what is known with them."""
        self._unread += [update for update in updates if update]
        self._clocks = decode_state_vector(vector)
        self._bytes = state_bytes

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
        brought = self._check_references(update.structs, inserts) if inserts else None
        self._check_deletes(update.deletes, inserts, brought)
        has_deletes, overlaps = bool(update.deletes), bool(inserts and known)
        return Judgement(tuple(inserts), tuple(claims), has_deletes, not inserts, overlaps, size, brought=brought)

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

    def _check_references(self, structs: list[Struct], inserts: list[Range]) -> Places:
        """Let the structs in as the library would, each when all it stands on is in; whatever stays out is a gap.

        Returns where they come to lie. Raises Refused when that cannot be.
        """
        changed = {client_id for client_id, _, _ in inserts}
        order = CausalOrder([struct for struct in structs if struct.client_id in changed], dict(self._clocks))
        brought = Places(self.places)
        for struct in order:
            brought.add(struct)
        missing = order.left()
        if missing is not None:
            raise Gap(f"this edit stands on unit {missing} that the server has not seen")
        return brought

    def _check_deletes(self, deletes: list[Range], inserts: list[Range], brought: Places | None = None) -> None:
        ends = {client_id: clock + length for client_id, clock, length in inserts}
        for client_id, clock, length in deletes:
            known = ends.get(client_id, self._clocks.get(client_id, 0))
            if clock + length > known:
                raise Gap(f"this edit deletes units of client {client_id} that the server has not seen")
        if not deletes:
            return
        places = brought or self.places
        for client_id, clock, length in deletes:
            if places.splits_before((client_id, clock)) or places.splits_after((client_id, clock + length - 1)):
                raise Refused("this edit deletes half of a character")


def places_of(state: bytes) -> Places:
    """Return where everything in a state lies. Raises BadMessage when it cannot be read."""
    places = Places()
    _learn(places, state)
    return places


def _learn(places: Places, update: bytes) -> None:
    places.learn(read_update(update, structs_max=len(update)).structs)


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
