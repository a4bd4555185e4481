"""Who is here: names, cursors, colours. Memory only (SPEC.md R30-R36), and as pure as a room.

The awareness protocol: a number of states, each a client id, a clock and a JSON text; null means gone. Clients accept a
state whose clock is newer, and a null also when the clock is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from core.errors import BadMessage, TooLarge
from core.ids import FOREIGN_CLIENT_ID_MAX
from core.limits import AWARENESS_BYTES_MAX, AWARENESS_CLIENTS_MAX, CLOCK_MAX, PRESENCE_REMOTE_SECONDS_MAX
from core.roles import Access
from sync.frames import read_end, read_sized, read_varuint, sized, varuint

NULL: Final = b"null"
#: Where the server writes who somebody is.
PERSON: Final = "person"
#: Client ids remembered as gone: as many page loads as one document sees between two that come back.
GONE_MAX: Final = 1024


class Show(NamedTuple):
    """Send these states to one connection, or to all of them (None)."""

    to: int | None
    body: bytes


class ClaimId(NamedTuple):
    """Bind this client id to the person, as a stored fact, and answer with `Presence.claimed`."""

    client_id: int
    person_id: UUID


class Offend(NamedTuple):
    """This connection broke a limit or the protocol."""

    connection_id: int
    error: BadMessage | TooLarge


PresenceEffect: TypeAlias = Show | ClaimId | Offend


class Shown(NamedTuple):
    """Somebody whom a document shows."""

    person_id: UUID
    name: str
    #: The number of their colour (R34).
    colour: int


class Cursor(NamedTuple):
    """One state as the protocol carries it: client id, clock, JSON text."""

    client_id: int
    clock: int
    state: bytes


@dataclass(slots=True)
class _Here:
    """A connection of this process."""

    access: Access
    #: Ids it has announced or bound.
    client_ids: set[int]
    #: States under ids whose owner is being looked up.
    waiting: dict[int, Cursor]


@dataclass(slots=True)
class _Shown:
    """The last state told about a client id; never null."""

    clock: int
    state: bytes
    #: The connection it came from; None: another node.
    connection_id: int | None
    #: When another node said it last, by the monotonic clock.
    heard_at: float = 0.0


class Presence:
    """Everybody in one document."""

    def __init__(self) -> None:
        self._here: dict[int, _Here] = {}
        self._shown: dict[int, _Shown] = {}
        #: Clocks at which client ids were told as null, oldest first.
        self._gone: dict[int, int] = {}

    def join(self, connection_id: int, access: Access) -> list[PresenceEffect]:
        """Let somebody in, and show them everybody (R30)."""
        self._here[connection_id] = _Here(access, set(), {})
        return [Show(connection_id, body)] if (body := self.everybody()) else []

    def everybody(self) -> bytes | None:
        """Return all states, or None when nobody is here."""
        cursors = [Cursor(i, shown.clock, shown.state) for i, shown in self._shown.items()]
        return encode(cursors) if cursors else None

    def from_here(self) -> bytes | None:
        """Return the states of this process' connections, for other nodes."""
        shown = [(i, shown) for i, shown in self._shown.items() if shown.connection_id is not None]
        return encode([Cursor(i, one.clock, one.state) for i, one in shown]) if shown else None

    def people_here(self) -> list[Shown]:
        """Return the people whom connections of this process show, each once, in the order in which they came."""
        members = (
            self._here[shown.connection_id] for shown in self._shown.values() if shown.connection_id in self._here
        )
        access_of = {here.access.person_id: here.access for here in members}
        return [Shown(person_id, access.name, access.colour) for person_id, access in access_of.items()]

    def leave(self, connection_id: int) -> list[PresenceEffect]:
        """Tell the others that these cursors are gone (R32)."""
        here = self._here.pop(connection_id, None)
        if here is None:
            return []
        gone = []
        for client_id in sorted(here.client_ids):
            shown = self._shown.get(client_id)
            if shown is not None and shown.connection_id == connection_id:
                gone.append(self._end(client_id, shown.clock))
        return [Show(None, encode(gone))] if gone else []

    def receive(self, connection_id: int, body: bytes, owners: Mapping[int, UUID | None]) -> list[PresenceEffect]:
        """Take what a connection announces: show what is its own, look up what is nobody's, ignore the rest (R31)."""
        here = self._here.get(connection_id)
        if here is None:
            return []
        effects: list[PresenceEffect] = []
        own: list[Cursor] = []
        try:
            for cursor in decode(body):
                owner_id = owners.get(cursor.client_id)
                if owner_id == here.access.person_id:
                    own.append(cursor)
                elif owner_id is None and cursor.client_id not in owners:
                    effects += self._look_up(here, cursor)
            return effects + self._announce(connection_id, here, own)
        except (BadMessage, TooLarge) as error:
            return [*effects, Offend(connection_id, error)]

    def claimed(self, client_id: int, owner_id: UUID | None) -> list[PresenceEffect]:
        """Go on after an id was bound: show what waited, if the id belongs to who announced it."""
        effects: list[PresenceEffect] = []
        for connection_id, here in list(self._here.items()):
            cursor = here.waiting.pop(client_id, None)
            if cursor is not None and owner_id == here.access.person_id:
                try:
                    # Counted whatever it shows: the id is bound for ever.
                    self._hold(here, client_id)
                    effects += self._announce(connection_id, here, [cursor])
                except (BadMessage, TooLarge) as error:
                    effects.append(Offend(connection_id, error))
        return effects

    # -- other nodes --------------------------------------------------------------------------------------------------

    def hear(self, body: bytes, now: float) -> list[PresenceEffect]:
        """Take the states that another node shows (R36). Raises BadMessage."""
        news: list[Cursor] = []
        for cursor in decode(body):
            client_id, clock, state = cursor
            shown = self._shown.get(client_id)
            if state == NULL:
                if shown is not None and shown.connection_id is None and clock >= shown.clock:
                    news.append(self._end(client_id, clock))
            elif shown is None or clock > shown.clock:
                news.append(cursor)
                self._shown[client_id] = _Shown(clock, state, None, now)
            elif shown.connection_id is None:
                shown.heard_at = now
        return [Show(None, encode(news))] if news else []

    def forget_silent(self, now: float) -> list[PresenceEffect]:
        """Take away what other nodes have not repeated for too long: such a node is dead."""
        silent = [
            (client_id, shown.clock)
            for client_id, shown in self._shown.items()
            if shown.connection_id is None and now - shown.heard_at > PRESENCE_REMOTE_SECONDS_MAX
        ]
        return [Show(None, encode([self._end(*one) for one in silent]))] if silent else []

    def _end(self, client_id: int, clock: int) -> Cursor:
        """Note that this id is told as null, and return that null."""
        self._shown.pop(client_id, None)
        self._gone.pop(client_id, None)
        self._gone[client_id] = clock
        if len(self._gone) > GONE_MAX:
            del self._gone[next(iter(self._gone))]
        return Cursor(client_id, clock, NULL)

    def _look_up(self, here: _Here, cursor: Cursor) -> list[PresenceEffect]:
        """Ask whose id this is; more than a connection may announce are others', repeated: ignored.

        A null says nothing about an id that is not shown, so it is no reason to bind one.
        """
        is_asked = cursor.client_id in here.waiting
        is_too_many = len(here.client_ids) + len(here.waiting) >= AWARENESS_CLIENTS_MAX
        if not is_asked and (is_too_many or cursor.state == NULL):
            return []
        here.waiting[cursor.client_id] = cursor
        return [] if is_asked else [ClaimId(cursor.client_id, here.access.person_id)]

    # -- announcing ---------------------------------------------------------------------------------------------------

    def _announce(self, connection_id: int, here: _Here, cursors: list[Cursor]) -> list[PresenceEffect]:
        told: list[Cursor] = []
        stale: list[Cursor] = []
        for cursor in cursors:
            client_id, clock, state = cursor
            shown = self._shown.get(client_id)
            if state == NULL:
                if shown is not None and clock >= shown.clock:
                    told.append(self._end(client_id, clock))
            elif clock <= self._gone.get(client_id, -1):
                stale.append(Cursor(client_id, self._gone[client_id], NULL))
            elif shown is None or clock > shown.clock:
                self._hold(here, client_id)
                written = self._with_person(state, here.access)
                self._shown[client_id] = _Shown(clock, written, connection_id)
                told.append(Cursor(client_id, clock, written))
            elif clock == shown.clock and shown.connection_id != connection_id and PERSON not in _parse(state):
                # The same cursor on a new socket: the end of the old one must not take it away. A state that carries
                # what the server writes is no such thing: a stock client repeats what it heard of another tab.
                self._hold(here, client_id)
                shown.connection_id = connection_id
        effects: list[PresenceEffect] = [Show(None, encode(told))] if told else []
        return effects + ([Show(connection_id, encode(stale))] if stale else [])

    def _hold(self, here: _Here, client_id: int) -> None:
        if client_id not in here.client_ids and len(here.client_ids) >= AWARENESS_CLIENTS_MAX:
            raise TooLarge(f"one connection may announce {AWARENESS_CLIENTS_MAX} cursors")
        here.client_ids.add(client_id)

    def _with_person(self, state: bytes, access: Access) -> bytes:
        """Return the state with who this is written into it (R34, R35)."""
        if len(state) > AWARENESS_BYTES_MAX:
            raise TooLarge(f"a state of presence may hold {AWARENESS_BYTES_MAX} bytes; this one has {len(state)}")
        value = _parse(state)
        value[PERSON] = {"id": str(access.person_id), "name": access.name, "colour": access.colour}
        try:
            return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
        except (ValueError, RecursionError):
            raise BadMessage("a state of presence is no JSON") from None


def encode(cursors: Iterable[Cursor]) -> bytes:
    """Return the states as the awareness protocol carries them."""
    parts = [varuint(client_id) + varuint(clock) + sized(state) for client_id, clock, state in cursors]
    return varuint(len(parts)) + b"".join(parts)


def decode(body: bytes) -> list[Cursor]:
    """Return the states. Raises BadMessage."""
    count, at = read_varuint(body, 0)
    if count * 3 > len(body):
        raise BadMessage("a count is larger than the message")
    cursors = []
    for _ in range(count):
        client_id, at = read_varuint(body, at)
        clock, at = read_varuint(body, at)
        state, at = read_sized(body, at)
        if client_id > FOREIGN_CLIENT_ID_MAX or clock > CLOCK_MAX:
            raise BadMessage("a client id or a clock is too large")
        cursors.append(Cursor(client_id, clock, state))
    read_end(body, at)
    return cursors


def _parse(state: bytes) -> dict[str, Any]:
    try:
        value = json.loads(state, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadMessage("a state of presence is no JSON") from None
    if not isinstance(value, dict):
        raise BadMessage("a state of presence is no JSON object")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
