"""The shell of one open document: carries out what its room and its presence want, in their order.

Everything here happens on the event loop's thread between two awaits, except what `_spawn` starts: reading
(`reading.py`), saving a snapshot, binding and retiring client ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any
from uuid import UUID

from core.crdt.apply import CannotApply, is_panic, panics_are_errors
from core.documents.kind import DocumentKind
from core.documents.load import Loaded
from core.errors import CounterpointError, LogUnavailable, Ours, Quarantined
from core.events import Committed
from core.limits import POLL_SECONDS
from core.ports import Snapshot
from core.roles import Access
from sync.connection import Connection
from sync.cursors import OWNERS_CHANGED, Cursors
from sync.edits import Change, Prepared, made
from sync.frames import Frame
from sync.messages import (
    Acknowledge,
    Answer,
    Awareness,
    Close,
    Edited,
    EditFailed,
    Effect,
    Flush,
    Greeting,
    Message,
    QueryAwareness,
    ReadTail,
    Refuse,
    Retire,
    Retreat,
    Save,
    Tell,
    Update,
)
from sync.ports import Ports
from sync.reading import Reading
from sync.room import Room
from sync.wire import close_code

__all__ = ["OpenDocument", "Ports"]


class OpenDocument:
    """A room, the cursors in it, and the connections they talk to."""

    def __init__(
        self,
        document_id: UUID,
        kind: DocumentKind,
        loaded: Loaded,
        owners: dict[int, UUID | None],
        ports: Ports,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        on_end: Callable[[OpenDocument, CounterpointError], None],
    ) -> None:
        self.document_id = document_id
        self.room = Room(document_id, kind, loaded, owners)
        self.connections: dict[int, Connection] = {}
        self.is_dead = False
        #: Since when nobody is here, by the monotonic clock.
        self.idle_since = ports.clock.monotonic()
        self._ports, self._spawn, self._on_end = ports, spawn, on_end
        self.cursors = Cursors(self, ports, spawn)
        self._edits: dict[int, asyncio.Future[Edited]] = {}
        #: Connections whose sockets are not read because the room is crowded.
        self._held_back: dict[int, Connection] = {}
        self._settled: list[asyncio.Future[None]] = []
        #: Whether effects are being carried out, and whom the running step has something to write to.
        self._is_carrying_out = False
        self._touched: dict[int, Connection] = {}
        #: Whose sockets became full meanwhile.
        self._filled: list[Connection] = []
        self.reading = Reading(self, ports, spawn)

    @property
    def is_idle(self) -> bool:
        """Say whether nobody is here and nothing is under way."""
        return not self.connections and not self._edits and not self.reading.is_under_way and self.room.is_settled

    # -- connections --------------------------------------------------------------------------------------------------

    def join(self, connection: Connection) -> None:
        """Let a connection in and show it who is here. Raises LogUnavailable when the room has ended."""
        self._require_life()
        self.connections[connection.number] = connection
        self.step(
            lambda: self.room.join(connection.number, connection.access, stays_to_read=connection.wire.stays_to_read)
        )
        self.cursors.join(connection)

    def leave(self, connection: Connection) -> None:
        """Forget a connection; its cursors vanish for everybody (R32)."""
        if self.connections.pop(connection.number, None) is None:
            return
        self._let_read(connection)
        self.idle_since = self._ports.clock.monotonic()
        self.step(lambda: self.room.leave(connection.number))
        self.cursors.leave(connection)

    def receive(self, connection: Connection, messages: Sequence[Message]) -> None:
        """Take all messages of one wake-up (R7)."""
        if connection.number not in self.connections:
            return
        edits: list[Greeting | Update] = []
        asks_for_all = False
        for message in messages:
            if type(message) is Update or type(message) is Greeting:
                edits.append(message)
            elif type(message) is Awareness:
                self.cursors.receive(connection, message.body, self.room.owners)
            elif type(message) is QueryAwareness:
                asks_for_all = True
        if asks_for_all:
            self.cursors.show_everybody(connection)
        if edits:
            self.step(lambda: self.room.receive(connection.number, edits))
        if self.room.is_crowded and connection.number in self.connections:
            self._held_back[connection.number] = connection
            connection.owner.hold(self)

    def access_changed(self, connection: Connection, access: Access | None) -> None:
        """Judge by another role from now on (R25)."""
        if connection.number not in self.connections:
            return
        if access is not None:
            connection.access = access
            connection.send(connection.wire.scope(access))
            connection.flush()
        self.step(lambda: self.room.access_changed(connection.number, access))

    def fell_behind(self, connection: Connection) -> None:
        """Note what a reader that became slow has been sent (R26)."""
        if self._is_carrying_out:
            # Committed state is ahead of what was told until the step ends.
            self._filled.append(connection)
        elif connection.behind is None and self.room.is_synced(connection.number):
            self.step(lambda: self._note_behind(connection))

    def _note_behind(self, connection: Connection) -> list[Effect]:
        connection.behind = (self.room.version, self.room.committed_vector())
        return []

    def catch_up(self, connection: Connection) -> None:
        """Send a reader that has room again all it lacks, as one update, and the cursors of everybody (R26).

        A socket that another document has filled again meanwhile waits on.
        """
        if connection.number not in self.connections or connection.owner.full_since is not None:
            return
        if connection.behind is not None:
            self.step(lambda: self._resync(connection))
        self.cursors.show_everybody(connection)

    def _resync(self, connection: Connection) -> list[Effect]:
        assert connection.behind is not None
        (version, vector), connection.behind = connection.behind, None
        if version == self.room.version:
            return []
        return [Tell((connection.number,), (self.room.committed_since(vector),))]

    # -- edits of the server ------------------------------------------------------------------------------------------

    async def edit(self, number: int, access: Access, client_id: int, change: Change) -> Edited:
        """Change the document as a member would; return once the change is complete, durable (R24)."""
        await self.reading.ready()
        self._require_life()
        answer: asyncio.Future[Edited] = asyncio.get_running_loop().create_future()
        self._edits[number] = answer
        exact_at = None
        try:
            if isinstance(change, Prepared):
                change.check(self.room.version, self.room.queued)
                body, exact_at = change.update, change.version if change.is_exact else None
            else:
                # What the change raises passes through: it failed on a copy.
                body = made(self._lent(), client_id, change)
            self.step(lambda: self.room.bring(number, access.person_id, client_id, body, exact_at=exact_at))
            return await answer
        finally:
            del self._edits[number]
            if answer.done() and not answer.cancelled():
                answer.exception()  # Whoever waited may have failed for another reason.
            self.idle_since = self._ports.clock.monotonic()

    def _lent(self) -> bytes:
        states: list[bytes] = []
        self.step(lambda: self.room.lend(states))
        self._require_life()
        return states[0]

    # -- other processes ----------------------------------------------------------------------------------------------

    def read_tail(self, *, owners: bool = False) -> None:
        """Look for what other processes stored."""
        self.reading.read_tail(owners=owners)

    def own(self, client_id: int, owner_id: UUID | None) -> None:
        """Learn who owns a client id, as the store said it (None: retired)."""
        self.room.own(client_id, owner_id)

    # -- ends ---------------------------------------------------------------------------------------------------------

    async def settled(self) -> None:
        """Return when nothing waits to become durable, or the room is dead."""
        while not self.is_dead and not self.room.is_settled:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._settled.append(waiter)
            await waiter

    def give_up(self, error: CounterpointError) -> None:
        """Close every connection with this error and end the room."""
        if not self.is_dead:
            self._carry_out(self.room.retreat(error))

    def close(self) -> Snapshot | None:
        """End the room; return a last snapshot, or None when the newest one lacks nothing.

        What cannot be read quarantines the document (R23): there is no snapshot, and it is not opened again.
        """
        if self.is_dead:
            return None
        snapshot = None
        try:
            with panics_are_errors():
                snapshot = self.room.snapshot() if self.room.updates_since_snapshot else None
        except (Quarantined, CannotApply) as error:
            self._end(self._quarantine(error))
        else:
            self._die(LogUnavailable("The server is restarting; try again in a moment."))
        return snapshot

    def _require_life(self) -> None:
        if self.is_dead:
            raise LogUnavailable

    # -- carrying out -------------------------------------------------------------------------------------------------

    def step(self, act: Callable[[], list[Effect]]) -> None:
        """Let the room act and carry out what it wants; whatever goes wrong ends this document alone (R23)."""
        if self.is_dead:
            return
        try:
            with panics_are_errors():
                effects = act()
        except Exception as error:
            effects = self.room.retreat(self._quarantine(error))
        self._carry_out(effects)
        if self._held_back and not self.room.is_half_full:
            held_back, self._held_back = self._held_back, {}
            for connection in held_back.values():
                connection.owner.release(self)

    def _quarantine(self, error: BaseException) -> Quarantined:
        match error:
            case Quarantined():
                problem = error
            case CannotApply():
                problem = Quarantined(f"{Quarantined.__doc__} ({error})")
            case _:
                problem = Quarantined("This document cannot be opened: the server made a mistake in it.")
                self._ports.logger.error("room_failed", document_id=str(self.document_id), exc_info=error)
        self._ports.logger.error("document_quarantined", document_id=str(self.document_id), reason=problem.message)
        return problem

    def _carry_out(self, effects: Iterable[Effect]) -> None:
        """Carry out everything, then write: a write can fill a socket, and then we count what its reader was sent."""
        if self._is_carrying_out:
            self._perform(effects)
            return
        self._is_carrying_out = True
        try:
            self._perform(effects)
        except BaseException as error:
            if not isinstance(error, Exception) and not is_panic(error):
                raise
            self._break_off(error)
        finally:
            self._is_carrying_out = False
        touched, self._touched = self._touched, {}
        if self._filled:
            filled, self._filled = self._filled, []
            for connection in filled:
                self.fell_behind(connection)
        for connection in touched.values():
            try:
                connection.flush()
            except Exception as error:  # One socket's trouble, not the document's.
                self._ports.logger.error("socket_not_written", document_id=str(self.document_id), exc_info=error)
                self.leave(connection)
                connection.owner.transport.close(close_code(LogUnavailable()), "try again in a moment")

    def _break_off(self, error: BaseException) -> None:
        """Quarantine the document in the middle of a step (R23); who cannot be told is let go all the same."""
        problem = self._quarantine(error)
        for effect in self.room.retreat(problem):
            try:
                self._perform((effect,))
            except Exception as again:
                self._ports.logger.error("effect_failed", document_id=str(self.document_id), exc_info=again)

    def _perform(self, effects: Iterable[Effect]) -> None:
        touched = self._touched
        for effect in effects:
            match effect:
                case Tell(to, updates):
                    self._tell(to, updates, touched)
                case Acknowledge(number, updates_count, steps):
                    if (connection := self.connections.get(number)) is not None:
                        connection.send(connection.wire.acknowledgement(updates_count, steps))
                        touched[number] = connection
                case Flush():
                    self._append()
                case Answer(number, body, vector):
                    if (connection := self.connections.get(number)) is not None:
                        connection.send([connection.wire.step2(body), connection.wire.step1(vector)])
                        touched[number] = connection
                        if connection.owner.full_since is not None:
                            # Another document had filled its socket before this one told it anything.
                            self._filled.append(connection)
                case _:
                    self._carry_out_rare(effect)

    def _carry_out_rare(self, effect: Effect) -> None:
        match effect:
            case ReadTail(owners):
                self.read_tail(owners=owners)
            case Save(snapshot):
                self._spawn(self.save(snapshot))
            case Retire(client_ids):
                self._spawn(self._retire(client_ids))
            case Edited(number):
                if (future := self._edits.get(number)) is not None and not future.done():
                    future.set_result(effect)
            case EditFailed(number, error):
                if (future := self._edits.get(number)) is not None and not future.done():
                    future.set_exception(error)
            case Refuse(number, error, _, ends):
                self._refuse(number, error, ends=ends)
            case Close(number, error):
                if (connection := self.connections.get(number)) is not None:
                    self._let_go(connection)
                    connection.end(connection.wire.ending(error), error)
            case Retreat(error):
                self._end(error)
            case _:
                raise AssertionError(f"not an effect: {effect!r}")

    def _tell(self, to: Iterable[int], updates: Sequence[bytes], touched: dict[int, Connection]) -> None:
        """Encode once for each address, and give the same frames to all its readers (R18)."""
        shared: dict[bytes, list[Frame]] = {}
        for number in to:
            connection = self.connections.get(number)
            # One whose socket became full in this step is behind from its end on: this is still sent.
            if connection is None or connection.behind is not None:
                continue
            wire = connection.wire
            frames = shared.get(wire.address)
            if frames is None:
                frames = shared[wire.address] = [wire.update(update) for update in updates]
            connection.outbox += frames
            touched[number] = connection

    def write_out(self, connection: Connection) -> None:
        """Write what a connection has collected: at the end of the step, if one is running."""
        if self._is_carrying_out:
            self._touched[connection.number] = connection
        else:
            connection.flush()

    def _refuse(self, number: int, error: CounterpointError, *, ends: bool) -> None:
        connection = self.connections.get(number)
        if connection is None:
            return
        refusal = connection.wire.refusal(error, ends=ends)
        if not ends:
            connection.send(refusal.frames)
            self.write_out(connection)
            return
        self._ports.logger.info("update_refused", document_id=str(self.document_id), reason=error.message)
        self._let_go(connection)
        connection.end(refusal, error)

    def _let_go(self, connection: Connection) -> None:
        del self.connections[connection.number]
        self._let_read(connection)
        self.idle_since = self._ports.clock.monotonic()
        self.cursors.leave(connection)

    def _let_read(self, connection: Connection) -> None:
        """Let a socket that was held back be read: its other documents go on (R28)."""
        if self._held_back.pop(connection.number, None) is not None:
            connection.owner.release(self)

    def _end(self, error: CounterpointError) -> None:
        self._die(error)
        self._on_end(self, error)

    def _die(self, error: CounterpointError) -> None:
        """Take nothing more, and let nobody wait for what will not come."""
        self.is_dead = True
        self.reading.stop()
        for future in self._edits.values():
            if not future.done():
                future.set_exception(error)
        self.wake_settled()

    # -- the log ------------------------------------------------------------------------------------------------------

    def _append(self) -> None:
        try:
            future = self._ports.log.append(self.room.take)
        except Ours as error:
            self._carry_out(self.room.failed(error))
            return
        future.add_done_callback(self._appended)

    def _appended(self, future: asyncio.Future[Committed]) -> None:
        """Go on after a commit batch (R16)."""
        if future.cancelled():
            self.step(lambda: self.room.failed(LogUnavailable()))
        elif (error := future.exception()) is None:
            self.step(lambda: self.room.committed(future.result()))
        elif isinstance(error, CounterpointError):
            self.step(lambda: self.room.failed(error))
        else:
            self._ports.logger.error("append_failed", document_id=str(self.document_id), exc_info=error)
            self.step(lambda: self.room.failed(LogUnavailable()))
        if self._settled:
            self.wake_settled()

    def wake_settled(self) -> None:
        """Let whoever waits until everything is durable look again."""
        settled, self._settled = self._settled, []
        for waiter in settled:
            if not waiter.done():
                waiter.set_result(None)

    async def save(self, snapshot: Snapshot) -> None:
        """Keep a snapshot; losing one costs time, never an edit (R38)."""
        try:
            await self._ports.snapshots.save(self.document_id, snapshot)
        except CounterpointError as error:
            # A cache: the next one is tried after as many updates again.
            self._ports.logger.warning("snapshot_not_saved", document_id=str(self.document_id), reason=error.message)

    async def _retire(self, client_ids: Iterable[int]) -> None:
        """Store that nobody may use these ids again (R12), one after the other, however long the store takes."""
        for client_id in client_ids:
            while True:
                try:
                    await self._ports.client_ids.retire(self.document_id, client_id)
                    break
                except Ours:
                    await asyncio.sleep(POLL_SECONDS)
        await self.cursors.publish(OWNERS_CHANGED)
