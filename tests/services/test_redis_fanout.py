"""The fan-out on a real Redis: what other nodes hear, and what a lost Redis does."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
import structlog

from core.adapters.logs import build_logger
from core.adapters.redis import RedisFanout
from core.errors import Misconfigured

pytestmark = pytest.mark.services


async def test_other_nodes_hear_a_message_and_the_sender_does_not(redis_url: str) -> None:
    """A node's own messages never come back to it; every other node gets each once, per channel, from the first on."""
    logger = build_logger("error")
    async with RedisFanout(redis_url, uuid4(), logger) as here, RedisFanout(redis_url, uuid4(), logger) as there:
        heard_here: list[bytes] = []
        heard_there: asyncio.Queue[bytes] = asyncio.Queue()
        await here.subscribe("presence", heard_here.append)
        await there.subscribe("presence", heard_there.put_nowait)
        await here.publish("presence", b"first")
        await here.publish("log", b"not for this channel")
        await here.publish("presence", b"last")
        async with asyncio.timeout(10):
            assert [await heard_there.get(), await heard_there.get()] == [b"first", b"last"]
        assert heard_here == []
        assert heard_there.empty()


async def test_a_handler_that_stopped_hears_nothing(redis_url: str) -> None:
    """After `stop` the handler is never called again, and a channel without handlers is not listened to."""
    logger = build_logger("error")
    async with RedisFanout(redis_url, uuid4(), logger) as here, RedisFanout(redis_url, uuid4(), logger) as there:
        stopped: list[bytes] = []
        live: asyncio.Queue[bytes] = asyncio.Queue()
        stop = await there.subscribe("left", stopped.append)
        await there.subscribe("kept", live.put_nowait)
        await stop()
        async with asyncio.timeout(10):
            while (await here._redis.execute_command("PUBSUB", "NUMSUB", "counterpoint:left"))[1]:
                await here.publish("kept", b"y")
        await here.publish("left", b"x")
        await here.publish("kept", b"last")
        async with asyncio.timeout(10):
            while await live.get() != b"last":
                pass
        assert stopped == []


async def test_a_redis_that_restarts_is_heard_again(redis_url: str) -> None:
    """When the connection is cut, the same handlers hear again without anybody subscribing anew."""
    logger = build_logger("error")
    async with RedisFanout(redis_url, uuid4(), logger) as here, RedisFanout(redis_url, uuid4(), logger) as there:
        heard: asyncio.Queue[bytes] = asyncio.Queue()
        await there.subscribe("log", heard.put_nowait)
        await here._redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        async with asyncio.timeout(20):
            while heard.empty():
                await here.publish("log", b"again")
                await asyncio.sleep(0.05)
        assert await heard.get() == b"again"


async def test_a_handler_that_fails_ends_nothing(redis_url: str) -> None:
    """What one handler raises keeps no other from hearing this message and the next."""
    logger = structlog.wrap_logger(None, processors=[_drop])
    async with RedisFanout(redis_url, uuid4(), logger) as here, RedisFanout(redis_url, uuid4(), logger) as there:
        heard: asyncio.Queue[bytes] = asyncio.Queue()

        def fail(message: bytes) -> None:
            raise ValueError(message)

        await there.subscribe("log", fail)
        await there.subscribe("log", heard.put_nowait)
        await here.publish("log", b"one")
        await here.publish("log", b"two")
        async with asyncio.timeout(10):
            assert [await heard.get(), await heard.get()] == [b"one", b"two"]


async def test_no_redis_at_start_is_a_clear_line() -> None:
    """An address where nobody answers is a setting to mend, and the line names it."""
    with pytest.raises(Misconfigured, match="REDIS_URL"):
        async with RedisFanout("redis://127.0.0.1:1/0", uuid4(), build_logger("error")):
            raise AssertionError("nobody is there")


async def test_a_lost_redis_loses_hints_and_raises_nothing() -> None:
    """Publishing while Redis is away is a lost hint: the caller, who has stored its edit, must not fail."""
    fanout = RedisFanout("redis://127.0.0.1:1/0", uuid4(), build_logger("error"))
    await fanout.publish("log", b"x")
    await fanout.__aexit__()


def _drop(logger: Any, level: str, event: Any) -> str:
    raise structlog.DropEvent
