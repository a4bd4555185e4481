"""Group commit: everything that arrived during the last commit goes into the next, on one connection.

The order of things, and why nothing is stored twice or lost:

- A batch keeps its id. When the answer to its commit is lost (connection broken, server killed, time over), the same
  batch is sent again on a new connection, and the database, under its lock, first looks for the id in the chain:
  there it repeats the answer, otherwise it stores. A late execution of the first call meets the unique id and fails.
- When the database refuses the data of a batch, the batch is halved until what is wrong stands alone and the rest is
  stored. Heads are compared each time, so that what followed a failed append of its stream fails too.
- When the database does not answer for LOG_OUTAGE_SECONDS_MAX, everything that waits fails with LogUnavailable. For a
  batch that had been sent it is then unknown whether it is stored: a writer reads its stream before it writes again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple, NoReturn

import asyncpg
import structlog

from core import limits
from core.adapters.postgres.batch import Answer, Batch
from core.adapters.postgres.pool import connect
from core.adapters.weight import weigh
from core.crdt.apply import is_panic
from core.errors import CounterpointError, Invalid, LogUnavailable, Overloaded
from core.events import Append, AppendMaker, Committed
from core.ports import Clock

#: The call of migrations/versions/0001_log.py: arguments in the order of Batch.arguments.
APPEND: Final = f"SELECT first_position, rejected FROM log_append({', '.join(f'${n}' for n in range(1, 24))})"

#: Plans of the function's statements must not be made anew for every call; a call nobody waits for must end.
SETTINGS: Final = {
    "plan_cache_mode": "force_generic_plan",
    "statement_timeout": str(int(limits.COMMIT_SECONDS_MAX * 1000)),
}

#: Classes of SQLSTATE that blame the data sent: wrong values, violated constraints, too large, our own checks.
DATA_CLASSES: Final = frozenset({"21", "22", "23", "54", "P0"})

#: Hears how far the log is stored, and whether the batch held facts or keystrokes alone.
OnStored = Callable[[int, bool], None]

#: Seconds a client waits longer than the server's own limit, so that the server speaks first.
GRACE_SECONDS: Final = 2.0


class _Waiting(NamedTuple):
    what: Append | AppendMaker
    rows: int
    size_bytes: int
    future: asyncio.Future[Committed]


class _OutOfPartitions(Exception):
    """The head has no partition to go to: maintenance fell behind."""


class Appender:
    """The queue and the one connection that writes. `run` is the task that owns both."""

    def __init__(
        self,
        dsn: str,
        *,
        node_id: str,
        clock: Clock,
        logger: structlog.typing.FilteringBoundLogger,
        on_stored: OnStored,
        on_partition_missing: Callable[[], None],
    ) -> None:
        self._dsn, self._node_id, self._clock, self._logger = dsn, node_id, clock, logger
        self._on_stored, self._on_partition_missing = on_stored, on_partition_missing
        self._queue: deque[_Waiting] = deque()
        #: Queued or being committed.
        self._rows = self._size_bytes = 0
        self._wake = asyncio.Event()
        self._closing = self._closed = False
        self._connection: asyncpg.Connection | None = None
        self._statement: asyncpg.prepared_stmt.PreparedStatement | None = None
        self._started = -1.0

    def append(self, append: Append | AppendMaker) -> asyncio.Future[Committed]:
        """Queue it; see EventLog.append."""
        if self._closing or self._closed:
            raise LogUnavailable("This log is closed.")
        rows, size_bytes = (1, 0) if callable(append) else weigh(append)
        if (
            self._rows + rows > limits.APPEND_QUEUE_ROWS_MAX
            or self._size_bytes + size_bytes > limits.APPEND_QUEUE_BYTES_MAX
        ):
            raise Overloaded
        self._rows += rows
        self._size_bytes += size_bytes
        future: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(append, rows, size_bytes, future))
        self._wake.set()
        return future

    async def open(self) -> None:
        """Connect once, so that a wrong address is told at the start. Raises Misconfigured or one of pool.LOST."""
        await self._connected()

    async def run(self) -> None:
        """Commit batch after batch until closed and drained; whatever is left when this ends fails."""
        try:
            while self._queue or not self._closing:
                await self._wake.wait()
                await self._keep_the_gap()
                batch = Batch()
                try:
                    rows, size_bytes = self._form(batch)
                    if batch.units:
                        await self._store(batch)
                except BaseException:  # Cancelled, or a mistake of ours: nobody waits for ever.
                    batch.fail(LogUnavailable("This log was closed before the answer came."))
                    raise
                self._rows -= rows
                self._size_bytes -= size_bytes
        finally:
            self._closed = True
            self._fail_queued(LogUnavailable("This log was closed before it was stored."))
            self.release()

    def drain(self) -> None:
        """Take no more; `run` returns when the queue is empty."""
        self._closing = True
        self._wake.set()

    # -- batches --------------------------------------------------------------------------------------------------

    async def _keep_the_gap(self) -> None:
        pause_s = self._started + limits.COMMIT_GAP_MS / 1000 - self._clock.monotonic()
        if pause_s > 0:
            await asyncio.sleep(pause_s)
        self._started = self._clock.monotonic()

    def _form(self, batch: Batch) -> tuple[int, int]:
        """Take from the queue until the batch is full; returns what leaves the queue's account with it."""
        rows = size_bytes = 0
        while self._queue and not batch.full:
            waiting = self._queue.popleft()
            rows += waiting.rows
            size_bytes += waiting.size_bytes
            if not waiting.future.done():  # A writer that went away needs nothing stored.
                _add(batch, waiting)
        if not self._queue and not self._closing:
            self._wake.clear()
        return rows, size_bytes

    async def _store(self, batch: Batch) -> None:
        """Commit a batch, whatever happens meanwhile; every future of it is settled when this returns."""
        deadline = self._clock.monotonic() + limits.LOG_OUTAGE_SECONDS_MAX
        again, pause_s = False, limits.RECONNECT_SECONDS_MIN
        while True:
            try:
                last_position = batch.settle(await self._commit(batch, again=again))
            except Invalid as error:
                await self._store_halves(batch, error)
                return
            except LogUnavailable as error:
                self._give_up(batch, error)
                return
            except Exception as error:  # Any other failure is an outage: the outcome is looked up or the time ends.
                again = True
                self.release()
                if isinstance(error, _OutOfPartitions):
                    self._on_partition_missing()
                if self._clock.monotonic() + pause_s > deadline:
                    self._give_up(batch, error)
                    return
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, limits.RECONNECT_SECONDS_MAX)
            else:
                if last_position:
                    self._on_stored(last_position, batch.has_facts)
                return

    async def _commit(self, batch: Batch, *, again: bool) -> Answer:
        """Send the batch and return the answer. Raises Invalid when the data is at fault and nothing was stored."""
        try:
            statement = await self._connected()
            found = await statement.fetchrow(
                *batch.arguments(self._node_id, again=again), timeout=limits.COMMIT_SECONDS_MAX + GRACE_SECONDS
            )
        except asyncpg.PostgresError as error:
            _classify(error)
        return Answer(*found)

    async def _store_halves(self, batch: Batch, error: Invalid) -> None:
        units = batch.units
        if len(units) == 1:
            units[0].fail(error)
            return
        middle = len(units) // 2
        await self._store(Batch.of_units(units[:middle]))
        await self._store(Batch.of_units(units[middle:]))

    def _give_up(self, batch: Batch, error: Exception) -> None:
        self._logger.error("log_unavailable", reason=repr(error), queued=len(self._queue))
        batch.fail(
            error
            if isinstance(error, LogUnavailable)
            else LogUnavailable("The event log did not answer; read before you write again.")
        )
        self._fail_queued(LogUnavailable())

    def _fail_queued(self, error: CounterpointError) -> None:
        while self._queue:
            waiting = self._queue.popleft()
            self._rows -= waiting.rows
            self._size_bytes -= waiting.size_bytes
            if not waiting.future.done():
                waiting.future.set_exception(error)

    # -- the connection -------------------------------------------------------------------------------------------

    async def _connected(self) -> asyncpg.prepared_stmt.PreparedStatement:
        if self._statement is None or self._connection is None or self._connection.is_closed():
            self.release()
            self._connection = await connect(self._dsn, SETTINGS)
            self._statement = await self._connection.prepare(APPEND)
        return self._statement

    def release(self) -> None:
        """Let go of the connection without waiting for a server that may not answer."""
        if self._connection is not None:
            self._connection.terminate()
        self._connection = self._statement = None


def _add(batch: Batch, waiting: _Waiting) -> None:
    """Put what waits into the batch, asking its maker now; what that raises belongs to its own future."""
    try:
        append = waiting.what() if callable(waiting.what) else waiting.what
        rows, size_bytes = weigh(append)
    except BaseException as error:
        waiting.future.set_exception(error)
        if isinstance(error, Exception) or is_panic(error):
            return
        raise
    if rows or append.claims:
        batch.add(append, rows, size_bytes, waiting.future)
    else:
        waiting.future.set_result(Committed(0, 0))


def _classify(error: asyncpg.PostgresError) -> NoReturn:
    """Raise Invalid for data that cannot be stored, and the error itself when the outcome must be looked up."""
    constraint = getattr(error, "constraint_name", None)
    if constraint == "event_chain_batch_id_key":  # The call we gave up got through after all.
        raise error
    if isinstance(error, asyncpg.CheckViolationError) and constraint is None:
        raise _OutOfPartitions from error
    if isinstance(
        error, asyncpg.SyntaxOrAccessError
    ):  # No function of ours, or no right to call it: time mends nothing.
        raise LogUnavailable(f"the database does not fit this program: {error}") from error
    if (error.sqlstate or "")[:2] in DATA_CLASSES:
        raise Invalid(f"the log cannot store this: {error}") from error
    raise error
