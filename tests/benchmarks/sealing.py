"""What sealing costs, on a real database: the editing session of S3, one update a keystroke, three people, pauses."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from core.adapters.clock import SystemClock
from core.adapters.postgres.embedded import EmbeddedPostgres
from core.adapters.postgres.log import PostgresLog
from core.adapters.postgres.migrate import migrate
from core.adapters.postgres.pool import open_pool
from core.adapters.postgres.sealer import Done, Sealer
from core.events import DOCUMENT_UPDATED, Append, EventFilter, Kind, NewEvent, Recorded, Write
from core.limits import PAGE_EVENTS_MAX
from tests.benchmarks.history import session_events
from tests.benchmarks.machine import percentile
from tests.benchmarks.report import Figures, Metric
from tests.benchmarks.trace import TRACE

SEALING_METRICS: Final = (
    Metric("seal_bytes", "sealed: bytes a keystroke, indexes included", 6, decimals=2),
    Metric("seal_row_bytes", "the same in rows", decimals=0),
    Metric("seal_100k_s", "sealing 100,000 keystrokes, s of work", decimals=2),
    Metric("seal_page_live_ms", "a page of 1,000 keystrokes from rows, p50 ms", decimals=2),
    Metric("seal_page_ms", "the same sealed and lately read, p50 ms", decimals=2),
    Metric("seal_page_cold_ms", "the same sealed and not read before, p50 ms", decimals=2),
)
_LOGGER: Final = structlog.wrap_logger(structlog.ReturnLogger())
_STREAM: Final = UUID(int=9)
_APPEND_ROWS: Final = 2000
_PAGES: Final = 20


def sealing_figures(say: Callable[[str], None], *, operations_max: int | None = None) -> Figures:
    """Measure them; none when the session's file is not there."""
    if not TRACE.exists():
        return {}
    say("sealing: the session as one update a keystroke")
    events = session_events(operations_max)
    with tempfile.TemporaryDirectory(prefix="counterpoint-bench-") as folder:
        Path(folder).chmod(0o711)  # As root the database is another user, who must get in.
        server = EmbeddedPostgres(Path(folder) / "data")
        dsn = server.start()
        try:
            migrate(dsn)
            return asyncio.run(_measured(dsn, events, say))
        finally:
            server.stop()


async def _measured(dsn: str, events: Sequence[Recorded], say: Callable[[str], None]) -> Figures:
    await _one_partition(dsn, len(events))
    async with (
        open_pool(dsn) as pool,
        PostgresLog(dsn, pool, clock=SystemClock(), logger=_LOGGER, partition_positions=10_000_000) as log,
    ):
        say("sealing: storing")
        await _store(log, pool, events)
        figures = {"seal_row_bytes": await _size(pool, "events_u_0") / len(events)}
        live_ms, before = await _pages(log)
        say("sealing: sealing")
        sealer, worked_s = Sealer(pool, clock=SystemClock(), logger=_LOGGER), 0.0
        done = None
        while done is not Done.SEALED:
            started = perf_counter()
            done = await sealer.step()
            worked_s += perf_counter() - started
        cold_ms, sealed = await _pages(log)
        assert sealed == before
        warm_ms, _ = await _pages(log)
        stored = await _size(pool, "segments") + await _size(pool, "segment_runs")
        return figures | {
            "seal_bytes": stored / len(events), "seal_100k_s": worked_s * 100_000 / len(events),
            "seal_page_live_ms": live_ms, "seal_page_cold_ms": cold_ms, "seal_page_ms": warm_ms,
        }  # fmt: skip


async def _one_partition(dsn: str, positions: int) -> None:
    """Let the first partition end where the session does."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        f"""
        DROP TABLE events_u_0, events_u_5000000;
        CREATE TABLE events_u_0 PARTITION OF events_u (UNIQUE (stream_id, version), UNIQUE (position))
          FOR VALUES FROM (0) TO ({positions + 1});
        """
    )
    await connection.close()


async def _store(log: PostgresLog, pool: asyncpg.Pool, events: Sequence[Recorded]) -> None:
    """Append the session, then give every keystroke its moment: batches of this size share one otherwise."""
    for start in range(0, len(events), _APPEND_ROWS):
        batch = tuple(NewEvent(DOCUMENT_UPDATED, e.body, e.actor_id) for e in events[start : start + _APPEND_ROWS])
        await log.append(Append((Write(_STREAM, Kind.UPDATE, start, batch),)))
    async with pool.acquire() as connection:
        await connection.execute("CREATE TABLE moments (version bigint PRIMARY KEY, at timestamptz)")
        await connection.copy_records_to_table("moments", records=[(e.version, e.recorded_at) for e in events])
        await connection.execute("UPDATE events SET recorded_at = at FROM moments m WHERE m.version = events.version")
        await connection.execute("VACUUM FULL events_u_0")


async def _pages(log: PostgresLog) -> tuple[float, list[list[Recorded]]]:
    """Return the median milliseconds of reading pages that lie apart, and the pages."""
    end = (await log.head()).position
    times, pages = [], []
    for number in range(_PAGES):
        started = perf_counter()
        page = await log.read(after=number * end // _PAGES, limit=PAGE_EVENTS_MAX, where=EventFilter())
        times.append(perf_counter() - started)
        pages.append(page.events)
    return percentile(times, 50) * 1000, pages


async def _size(pool: asyncpg.Pool, table: str) -> int:
    return int(await pool.fetchval(f"SELECT pg_total_relation_size('{table}')"))
