"""The fan-out on a real Redis: what other nodes hear, and what a lost Redis does."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from core.adapters.logs import build_logger
from core.adapters.redis import RedisFanout

pytestmark = pytest.mark.services


async def test_other_nodes_hear_a_message_and_the_sender_does_not(redis_url: str) -> None:
    """A node's own messages never come back to it; every other node gets each once, per channel."""
    logger = build_logger("error")
    async with RedisFanout(redis_url, uuid4(), logger) as here, RedisFanout(redis_url, uuid4(), logger) as there:
        heard_here: list[bytes] = []
        heard_there: asyncio.Queue[bytes] = asyncio.Queue()
        await here.subscribe("presence", heard_here.append)
        await there.subscribe("presence", heard_there.put_nowait)
        # A subscription takes effect a moment after the call: repeat a first message until it is heard.
        async with asyncio.timeout(10):
            while heard_there.empty():
                await here.publish("presence", b"hello")
                await asyncio.sleep(0.01)
        await here.publish("log", b"not for this channel")
        await here.publish("presence", b"last")
        async with asyncio.timeout(10):
            while await heard_there.get() != b"last":
                pass
        assert heard_here == []
        assert heard_there.empty()


async def test_a_handler_that_stopped_hears_nothing(redis_url: str) -> None:
    """After `stop` the handler is never called again."""
    logger = build_logger("error")
    async with RedisFanout(redis_url, uuid4(), logger) as here, RedisFanout(redis_url, uuid4(), logger) as there:
        stopped: list[bytes] = []
        live: asyncio.Queue[bytes] = asyncio.Queue()
        stop = await there.subscribe("log", stopped.append)
        await there.subscribe("log", live.put_nowait)
        await stop()
        async with asyncio.timeout(10):
            while live.empty():
                await here.publish("log", b"x")
                await asyncio.sleep(0.01)
        assert stopped == []


async def test_a_lost_redis_loses_hints_and_raises_nothing() -> None:
    """Publishing while Redis is away is a lost hint: the caller, who has stored its edit, must not fail."""
    fanout = RedisFanout("redis://127.0.0.1:1/0", uuid4(), build_logger("error"))
    await fanout.publish("log", b"x")
    await fanout.__aexit__()
