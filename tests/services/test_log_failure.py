"""A part of the log that ends by itself is heard: whoever owns the process ends it, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from core.adapters.postgres.log import PostgresLog
from core.adapters.postgres.pool import open_pool
from core.errors import LogUnavailable
from core.events import Committed
from tests.contracts.logs import blocked, postgres_log, update, waiting_for_the_lock

pytestmark = pytest.mark.services


class Broken(BaseException):
    """What no code of ours expects, such as a panic of a library."""


async def breaks(*_: object, **__: object) -> Any:
    raise Broken("on purpose")


async def hear(log: PostgresLog) -> LogUnavailable:
    """Return what the owner of the process hears."""
    async with asyncio.timeout(10):
        with pytest.raises(LogUnavailable) as heard:
            await log.failed()
    return heard.value


@pytest.mark.parametrize(
    ("part", "attribute", "method"),
    [
        ("appender", "_appender", "_keep_the_gap"),
        ("listener", "_listener", "_listen"),
        ("maker of partitions", "_partitions", "ensure"),
    ],
)
async def test_a_part_that_ends_is_heard(database_url: str, part: str, attribute: str, method: str) -> None:
    """Whichever of the three it is: `failed` raises, `failure` says which and why, and closing raises it once more."""
    async with open_pool(database_url) as pool:
        log = await postgres_log(database_url, pool).__aenter__()
        waiting = asyncio.create_task(hear(log))
        await log.append(update(uuid4(), 0))
        assert (waiting.done(), log.failure) == (False, None)
        setattr(getattr(log, attribute), method, breaks)
        log._partitions.missing()
        log._listener._heard.set()
        await asyncio.gather(log.append(update(uuid4(), 0)), return_exceptions=True)
        heard = await waiting
        assert part in heard.message
        assert isinstance(heard.__cause__, Broken)
        assert log.failure is heard
        with pytest.raises(LogUnavailable, match=part):
            await log.__aexit__(None, None, None)


async def test_nobody_waits_for_a_log_that_has_failed(database_url: str) -> None:
    """The appender ends in the middle of a batch: those in it and behind it hear so, and later ones at once."""
    async with open_pool(database_url) as pool:
        log = await postgres_log(database_url, pool).__aenter__()
        log._appender._commit = breaks  # type: ignore[method-assign]  # Stands for a mistake of ours.
        futures = [log.append(update(uuid4(), 0)) for _ in range(3)]
        async with asyncio.timeout(10):
            results = await asyncio.gather(*futures, return_exceptions=True)
        assert [type(result) for result in results] == [LogUnavailable] * 3
        await hear(log)
        with pytest.raises(LogUnavailable):
            log.append(update(uuid4(), 0))
        await log.close()


async def test_a_maker_that_panics_harms_nobody_else(database_url: str) -> None:
    """A library's panic is no Exception; it belongs to the append whose maker it hit, and the log goes on."""
    panic = type("PanicException", (BaseException,), {})

    def make() -> Any:
        raise panic("on purpose")

    async with open_pool(database_url) as pool, postgres_log(database_url, pool) as log:
        future, neighbour = log.append(make), log.append(update(uuid4(), 0))
        assert await neighbour == Committed(1, 1)
        with pytest.raises(panic):
            await future
        assert log.failure is None


async def test_closing_is_no_failure(database_url: str) -> None:
    """A log that was closed in order has stored what was queued and reports nothing."""
    async with open_pool(database_url) as pool:
        async with postgres_log(database_url, pool) as log, blocked(database_url):
            future = log.append(update(uuid4(), 0))
            await waiting_for_the_lock(database_url)
        assert (await future, log.failure) == (Committed(1, 1), None)


async def test_what_ended_the_owner_is_not_hidden(database_url: str) -> None:
    """Closing a failed log because of another error raises nothing of its own."""
    async with open_pool(database_url) as pool:
        log = await postgres_log(database_url, pool).__aenter__()
        log._appender._keep_the_gap = breaks  # type: ignore[method-assign]  # Stands for a mistake of ours.
        await asyncio.gather(log.append(update(uuid4(), 0)), return_exceptions=True)
        await hear(log)
        await log.__aexit__(ZeroDivisionError, ZeroDivisionError(), None)
