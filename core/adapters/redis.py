"""Redis as fan-out between nodes: cursors and hints, nothing durable.

One channel a document that is open: `counterpoint:document:<id>` carries what nodes tell each other about it (cursors,
who is there, changed owners; sync/). That the log has grown is told by PostgreSQL itself (postgres/listener.py).

A message starts with the 16 bytes of the sender's node id, so that a node ignores what it said itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError
from structlog.typing import FilteringBoundLogger

from core.errors import Misconfigured

PREFIX: Final = "counterpoint:"
#: Seconds between attempts to listen again after Redis went away; hints are lost meanwhile, polls are not.
RETRY_SECONDS: Final = 1.0
#: Seconds a caller waits for its subscription to take effect; it takes effect later when Redis is away.
SUBSCRIBE_SECONDS_MAX: Final = 1.0

Handler = Callable[[bytes], None]


class RedisFanout:
    """The Fanout port on Redis publish/subscribe. Use as `async with`; a lost Redis is survived, not hidden."""

    def __init__(self, url: str, node_id: UUID, logger: FilteringBoundLogger) -> None:
        self._redis: Any = _client(url)
        self._node = node_id.bytes
        self._logger = logger
        self._handlers: dict[str, list[Handler]] = {}
        #: The connection that listens, and the channels it has confirmed; None: Redis is away.
        self._pubsub: Any = None
        self._confirmed: set[str] = set()
        self._confirmation = asyncio.Condition()
        self._has_handlers = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> RedisFanout:
        """Connect. Raises Misconfigured when nobody answers."""
        try:
            await _ping(self._redis)
        except Misconfigured:
            await self._redis.aclose()
            raise
        self._task = asyncio.get_running_loop().create_task(self._listen(), name="redis fan-out")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._redis.aclose()

    async def publish(self, channel: str, message: bytes) -> None:
        """Send to every other node. When Redis is away the hint is lost and said so, never the edit behind it."""
        try:
            await self._redis.publish(PREFIX + channel, self._node + message)
        except (RedisError, OSError) as error:
            self._logger.warning("fanout_lost", channel=channel, reason=str(error))

    async def subscribe(self, channel: str, handler: Handler) -> Callable[[], Awaitable[None]]:
        """Call the handler for every message of other nodes from now on; returns the way to stop.

        "From now on" holds while Redis answers; while it is away, from the moment it is back.
        """
        name = PREFIX + channel
        self._handlers.setdefault(name, []).append(handler)
        self._has_handlers.set()
        await self._send("subscribe", name)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SUBSCRIBE_SECONDS_MAX), self._confirmation:
                await self._confirmation.wait_for(lambda: name in self._confirmed)

        async def stop() -> None:
            handlers = self._handlers.get(name, [])
            if handler in handlers:
                handlers.remove(handler)
            if not handlers and self._handlers.pop(name, None) is not None:
                self._confirmed.discard(name)
                await self._send("unsubscribe", name)

        return stop

    async def _send(self, command: str, name: str) -> None:
        """Tell Redis now; what does not arrive is said again when it is back."""
        if self._pubsub is not None:
            with contextlib.suppress(RedisError, OSError):
                await getattr(self._pubsub, command)(name)

    async def _listen(self) -> None:
        while True:
            await self._has_handlers.wait()
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(*self._handlers or (PREFIX,))
                    self._pubsub = pubsub
                    while True:
                        message = await pubsub.get_message(timeout=RETRY_SECONDS)
                        if message is not None:
                            await self._take(message)
            except (RedisError, OSError) as error:
                self._logger.warning("fanout_disconnected", reason=str(error))
            finally:
                self._pubsub = None
                self._confirmed.clear()
            await asyncio.sleep(RETRY_SECONDS)

    async def _take(self, message: dict[str, Any]) -> None:
        name = message["channel"].decode()
        if message["type"] == "subscribe":
            if name in self._handlers:
                async with self._confirmation:
                    self._confirmed.add(name)
                    self._confirmation.notify_all()
        elif message["type"] == "message" and message["data"][:16] != self._node:
            for handler in tuple(self._handlers.get(name, ())):
                self._call(handler, name, message["data"][16:])

    def _call(self, handler: Handler, name: str, body: bytes) -> None:
        """Hand over one message; what a handler raises ends nothing but its own call."""
        try:
            handler(body)
        except Exception as error:
            self._logger.error("fanout_handler_failed", channel=name, exc_info=error)


async def require_redis(url: str) -> None:
    """Raise Misconfigured when no Redis answers at this address."""
    async with _client(url) as redis:
        await _ping(redis)


def _client(url: str) -> Any:
    return Redis.from_url(url, socket_connect_timeout=5, health_check_interval=15)


async def _ping(redis: Any) -> None:
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        raise Misconfigured(f"REDIS_URL is set, but Redis does not answer there: {error}") from error
