"""Redis as fan-out between nodes: hints and cursors, nothing durable.

Channels (each name is prefixed with `counterpoint:`):
- `log`       which documents a node has just committed to; the readers of the log are woken a moment earlier.
- `presence`  cursors and names of the people connected to a node.

A message starts with the 16 bytes of the sender's node id, so that a node ignores what it said itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

PREFIX = "counterpoint:"
#: Seconds between attempts to listen again after Redis went away; hints are lost meanwhile, polls are not.
RETRY_SECONDS = 1.0

Handler = Callable[[bytes], None]


class RedisFanout:
    """The Fanout port on Redis publish/subscribe. Use as `async with`; a lost Redis is survived, not hidden."""

    def __init__(self, url: str, node_id: UUID, logger: structlog.typing.FilteringBoundLogger) -> None:
        self._redis: Any = Redis.from_url(url, socket_connect_timeout=5, health_check_interval=15)
        self._node = node_id.bytes
        self._logger = logger
        self._handlers: dict[str, list[Handler]] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> RedisFanout:
        await self._redis.ping()
        self._task = asyncio.get_running_loop().create_task(self._listen(), name="redis-fanout")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._redis.aclose()

    async def publish(self, channel: str, message: bytes) -> None:
        """Send to every other node. When Redis is away the hint is lost and counted, never the edit behind it."""
        try:
            await self._redis.publish(PREFIX + channel, self._node + message)
        except (RedisError, OSError) as error:
            self._logger.warning("fanout_lost", channel=channel, reason=str(error))

    async def subscribe(self, channel: str, handler: Handler) -> Callable[[], Awaitable[None]]:
        """Call the handler for every message of other nodes; returns the way to stop."""
        self._handlers.setdefault(PREFIX + channel, []).append(handler)
        self._changed.set()

        async def stop() -> None:
            handlers = self._handlers.get(PREFIX + channel, [])
            if handler in handlers:
                handlers.remove(handler)

        return stop

    async def _listen(self) -> None:
        while True:
            await self._changed.wait()
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await self._follow(pubsub)
            except (RedisError, OSError) as error:
                self._logger.warning("fanout_disconnected", reason=str(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self, pubsub: Any) -> None:
        known: set[str] = set()
        while True:
            if fresh := self._handlers.keys() - known:
                await pubsub.subscribe(*fresh)
                known |= fresh
            self._changed.clear()
            message = await pubsub.get_message(timeout=RETRY_SECONDS)
            if message is None or message["data"][:16] == self._node:
                continue
            for handler in tuple(self._handlers.get(message["channel"].decode(), ())):
                handler(message["data"][16:])
