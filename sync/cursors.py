"""The shell of one document's presence: carries out what it wants, here and between nodes (SPEC.md R30-R36)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, Final, Protocol
from uuid import UUID

from core.errors import BadMessage, CounterpointError
from core.events import Claim
from sync.connection import Connection
from sync.frames import Frame
from sync.ports import Ports
from sync.presence import ClaimId, Offend, Presence, PresenceEffect, Show, Shown

#: First byte of what nodes tell each other about an open document, then the states if there are any.
CURSORS: Final = b"c"
WHO_IS_THERE: Final = b"?"
OWNERS_CHANGED: Final = b"o"


def channel_of(document_id: UUID) -> str:
    """Return the fan-out channel of a document."""
    return f"document:{document_id}"


class Around(Protocol):
    """The open document, as its cursors see it."""

    document_id: UUID
    connections: dict[int, Connection]
    is_dead: bool

    def leave(self, connection: Connection) -> None:
        """Forget a connection."""
        ...

    def write_out(self, connection: Connection) -> None:
        """Write what the connection has collected, now or at the end of the running step."""
        ...

    def own(self, client_id: int, owner_id: UUID | None) -> None:
        """Learn who owns a client id."""
        ...

    def read_tail(self, *, owners: bool = False) -> None:
        """Look for what other processes stored."""
        ...


class Cursors:
    """Who is in an open document, shown to everybody in it and to other nodes."""

    def __init__(self, document: Around, ports: Ports, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._document, self._ports, self._spawn = document, ports, spawn
        self._presence = Presence()

    def join(self, connection: Connection) -> None:
        """Show a connection who is here."""
        self._carry_out(self._presence.join(connection.number, connection.access), tell_nodes=False)

    def leave(self, connection: Connection) -> None:
        """Take a connection's cursors away, for everybody (R32)."""
        self._carry_out(self._presence.leave(connection.number))

    def receive(self, connection: Connection, body: bytes, owners: Mapping[int, UUID | None]) -> None:
        """Take what a connection announces (R31)."""
        self._carry_out(self._presence.receive(connection.number, body, owners))

    def people_here(self) -> list[Shown]:
        """Return the people whom this process shows."""
        return self._presence.people_here()

    def show_everybody(self, connection: Connection) -> None:
        """Show a connection everybody's cursors."""
        if (body := self._presence.everybody()) is not None:
            self._show(connection.number, body)

    def forget_silent(self) -> None:
        """Take away cursors of nodes that have gone silent."""
        self._carry_out(self._presence.forget_silent(self._ports.clock.monotonic()), tell_nodes=False)

    def hear_node(self, message: bytes) -> None:
        """Take what another node says about this document (R36)."""
        if self._document.is_dead:
            return
        kind, body = message[:1], message[1:]
        if kind == WHO_IS_THERE and (cursors := self._presence.from_here()) is not None:
            self._spawn(self.publish(CURSORS + cursors))
        elif kind == OWNERS_CHANGED:
            self._document.read_tail(owners=True)
        elif kind == CURSORS:
            try:
                effects = self._presence.hear(body, self._ports.clock.monotonic())
            except BadMessage as error:
                self._ports.logger.warning("cursors_unreadable", reason=error.message)
                return
            self._carry_out(effects, tell_nodes=False)

    async def publish(self, message: bytes) -> None:
        """Tell the other nodes, if there is a way."""
        if self._ports.fanout is not None:
            await self._ports.fanout.publish(channel_of(self._document.document_id), message)

    def _carry_out(self, effects: Iterable[PresenceEffect], *, tell_nodes: bool = True) -> None:
        for effect in effects:
            match effect:
                case Show(to, body):
                    self._show(to, body)
                    if tell_nodes and to is None and self._ports.fanout is not None:
                        self._spawn(self.publish(CURSORS + body))
                case ClaimId(client_id, person_id):
                    self._spawn(self._claim(client_id, person_id))
                case Offend(number, error):
                    if (connection := self._document.connections.get(number)) is not None:
                        self._document.leave(connection)
                        connection.end(connection.wire.ending(error), error)

    def _show(self, to: int | None, body: bytes) -> None:
        connections = self._document.connections
        shared: dict[bytes, Frame] = {}
        for number in list(connections) if to is None else [to]:
            connection = connections.get(number)
            if connection is None or connection.is_full:
                continue
            address = connection.wire.address
            if address not in shared:
                shared[address] = connection.wire.awareness(body)
            connection.send([shared[address]])
            self._document.write_out(connection)

    async def _claim(self, client_id: int, person_id: UUID) -> None:
        document_id = self._document.document_id
        try:
            owner_id = await self._ports.client_ids.claim(Claim(document_id, client_id, person_id))
        except CounterpointError as error:
            self._ports.logger.warning("claim_not_stored", document_id=str(document_id), reason=error.message)
            return
        if not self._document.is_dead:
            self._document.own(client_id, owner_id)
            self._carry_out(self._presence.claimed(client_id, owner_id))
