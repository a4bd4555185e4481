"""Hears that the log has grown: hints by NOTIFY, and a look of its own, because hints can be lost.

One connection a process. It listens before it first looks, so that nothing falls between. Whoever waits is woken by a
hint, by an append of this process, or by the look; whoever watches hears which streams other nodes changed, or, when
that cannot be known, that any may have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg
import structlog

from core import limits
from core.adapters.postgres.batch import KEYSTROKES
from core.adapters.postgres.pool import LOST, connect
from core.errors import CounterpointError

CHANNEL: Final = "counterpoint_log"
HEAD: Final = "SELECT coalesce(max(last_position), 0) FROM event_chain"

Watcher = Callable[[frozenset[UUID] | None], None]


class _Wish(NamedTuple):
    """What somebody waits for: a position beyond this one; without keystrokes, one of a fact."""

    after: int
    keystrokes: bool


class Listener:
    """What this process knows about the end of the log. `run` is the task that keeps it knowing."""

    def __init__(self, dsn: str, *, node_id: str, logger: structlog.typing.FilteringBoundLogger) -> None:
        self._dsn, self._node_id, self._logger = dsn, node_id, logger
        #: The largest position known to be stored, and the largest at which there may be facts.
        self.position = self.facts_position = 0
        self._connection: asyncpg.Connection | None = None
        self._watchers: list[Watcher] = []
        self._waiters: dict[asyncio.Future[None], _Wish] = {}
        self._heard = asyncio.Event()

    async def open(self) -> None:
        """Listen, then look. Raises Misconfigured or one of pool.LOST."""
        connection = await connect(self._dsn)
        try:
            connection.add_termination_listener(lambda _: self._heard.set())
            await connection.add_listener(CHANNEL, self._hint)
            position = await connection.fetchval(HEAD)
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection
        self.advance(position, has_facts=True)

    async def run(self) -> None:
        """Keep listening and looking until cancelled, through every loss of the connection."""
        pause_s = limits.RECONNECT_SECONDS_MIN
        try:
            while True:
                try:
                    await self._listen()
                except (CounterpointError, asyncpg.PostgresError, *LOST) as error:
                    self.release()
                    self._logger.warning("log_listener_lost", reason=repr(error))
                    await asyncio.sleep(pause_s)
                    pause_s = min(pause_s * 2, limits.RECONNECT_SECONDS_MAX)
                else:
                    pause_s = limits.RECONNECT_SECONDS_MIN
        finally:
            self.release()

    def advance(self, position: int, *, has_facts: bool) -> None:
        """Hear that everything up to a position is stored, and whether what is new may hold facts."""
        if position <= (self.facts_position if has_facts else self.position):
            return  # Heard before: an own commit is told by its answer and by its hint, a head by every reader.
        self.position = max(self.position, position)
        if has_facts:
            self.facts_position = position
        for waiter, wish in self._waiters.items():
            if self._grants(wish) and not waiter.done():
                waiter.set_result(None)

    async def beyond(self, after: int, timeout_s: float, *, keystrokes: bool = True) -> None:
        """Return when a position > after is known to be stored, at the latest when the time is over.

        Without keystrokes: when there may be a fact at a position > after.
        """
        wish = _Wish(after, keystrokes)
        if self._grants(wish) or timeout_s <= 0:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = wish
        try:
            await asyncio.wait((waiter,), timeout=timeout_s)
        finally:
            del self._waiters[waiter]

    def watch(self, handler: Watcher) -> Callable[[], None]:
        """Call the handler with the streams that other nodes changed; returns the way to stop."""
        self._watchers.append(handler)

        def stop() -> None:
            if handler in self._watchers:
                self._watchers.remove(handler)

        return stop

    def _grants(self, wish: _Wish) -> bool:
        return (self.position if wish.keystrokes else self.facts_position) > wish.after

    async def _listen(self) -> None:
        """Wait for hints; after a silence, look. Without a connection, get one: hints may have been missed."""
        if self._connection is None:
            await self.open()
            self._tell(None)
        assert self._connection is not None
        self._heard.clear()
        try:
            async with asyncio.timeout(limits.POLL_SECONDS):
                await self._heard.wait()
        except TimeoutError:
            position = await self._connection.fetchval(HEAD, timeout=limits.READ_SECONDS_MAX)
            if position > self.position:
                self._tell(None)
            self.advance(position, has_facts=position > self.position)
        if self._connection.is_closed():
            raise ConnectionResetError("the connection that listens was closed")

    def _hint(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self._heard.set()
        node_id, position, streams, has_facts = _read_hint(str(payload))
        self.advance(position, has_facts=has_facts)
        # A busy log hints hundreds of times a second, mostly to who need not know which streams.
        if self._watchers and node_id != self._node_id:
            self._tell(_streams_named(streams))

    def _tell(self, streams: frozenset[UUID] | None) -> None:
        for watcher in list(self._watchers):
            watcher(streams)

    def release(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None


def _read_hint(payload: str) -> tuple[str, int, str, bool]:
    """Read "node position stream,... family" or "node position * family"; without a family there may be facts.

    Whatever else came says that any stream may have changed.
    """
    try:
        node_id, position, streams, *family = payload.split(" ")
        return node_id, int(position), streams, family != [KEYSTROKES]
    except ValueError:
        return "", 0, "*", True


def _streams_named(streams: str) -> frozenset[UUID] | None:
    """Return the streams of a hint; None: any may have changed."""
    try:
        return frozenset(map(UUID, streams.split(",")))
    except ValueError:
        return None
