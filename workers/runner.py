"""The worker process: Dramatiq's threads take wake-ups, one event loop does the work and owns every adapter.

Dramatiq is used for what it is good at, a queue that wakes some thread of some process, and for nothing else: no
retries, no time limits, no results, no global broker. Whether a job runs, how often and how long is decided by the
job's events (job_run.py, dispatcher.py); a message that is lost, doubled or years old changes nothing. Without Redis
the queue is in this process; with Redis all workers share one, with the same actors.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import BrokerConnectionError
from redis.exceptions import RedisError
from structlog.typing import FilteringBoundLogger

from core.errors import LogUnavailable, Overloaded
from core.limits import RENDER_SECONDS_MAX
from core.ports import Clock
from workers.dispatcher import Dispatcher
from workers.job_run import JobRunner
from workers.kinds import JobKinds

#: Every key in Redis begins with it: `counterpoint:<job kind>` is a queue of message ids, `<queue>.msgs` holds the
#: messages, `counterpoint:__acks__...` what workers have taken and not yet answered.
NAMESPACE: Final = "counterpoint"
#: Milliseconds a worker thread waits for a message before it looks whether it should end.
IDLE_MS: Final = 100
#: Milliseconds after which Redis gives a silent worker's messages to another.
HEARTBEAT_MS: Final = 60_000

#: Seconds Redis may take for an answer; a queue that hangs must not hold the dispatcher.
REDIS_SECONDS_MAX: Final = 5.0

#: Carries out one attempt; see JobRunner.run.
Run = Callable[[UUID, int], Coroutine[Any, Any, None]]


def build_broker(redis_url: str | None) -> dramatiq.Broker:
    """Return the broker: Redis, or a queue in this process. No middleware: whatever it would decide, events decide."""
    if redis_url is None:
        return StubBroker(middleware=[])
    client = redis.Redis.from_url(redis_url, socket_timeout=REDIS_SECONDS_MAX, socket_connect_timeout=REDIS_SECONDS_MAX)
    redis_broker: Any = RedisBroker  # Its constructor has no types.
    broker: dramatiq.Broker = redis_broker(
        client=client, middleware=[], namespace=NAMESPACE, heartbeat_timeout=HEARTBEAT_MS
    )
    return broker


class DramatiqWakeups:
    """The Wakeups port: a wake-up is a message to the actor of the job's kind."""

    def __init__(self, broker: dramatiq.Broker) -> None:
        self._broker = broker

    def wake(self, *, kind: str, job_id: UUID, attempt: int) -> None:
        """Ask some worker to try this attempt. Raises Overloaded when the broker cannot be reached."""
        try:
            self._broker.get_actor(kind).send(str(job_id), attempt)
        except (BrokerConnectionError, RedisError, OSError) as error:
            raise Overloaded(f"Workers cannot be woken, the queue does not answer: {error}") from error


class WorkerProcess:
    """Runs jobs, on as many threads as there may be jobs at once."""

    def __init__(
        self,
        *,
        broker: dramatiq.Broker,
        dispatcher: Dispatcher,
        job_runner: JobRunner,
        kinds: JobKinds,
        threads: int,
        scratch_dir: Path,
        clock: Clock,
        logger: FilteringBoundLogger,
    ) -> None:
        self._broker = broker
        self._dispatcher = dispatcher
        self._job_runner = job_runner
        self._kinds = kinds
        self._threads = threads
        self._scratch_dir = scratch_dir
        self._clock = clock
        self._logger = logger

    async def run(self) -> None:
        """Run jobs until cancelled; then give back what runs, and end when that is stored."""
        loop = asyncio.get_running_loop()
        await asyncio.to_thread(_remove_old_folders, self._scratch_dir, self._clock.now().timestamp())
        declare_actors(self._broker, self._kinds, self._job_runner.run, loop, self._logger)
        worker = dramatiq.Worker(self._broker, worker_threads=self._threads, worker_timeout=IDLE_MS)
        await asyncio.to_thread(worker.start)
        self._logger.info("worker_ready", threads=self._threads, kinds=sorted(self._kinds.names))
        try:
            await self._dispatcher.run()
        finally:
            # Threads wait for attempts, so those end first; then the threads can.
            await self._job_runner.close()
            await asyncio.to_thread(worker.stop)
            await asyncio.to_thread(self._broker.close)
            self._logger.info("worker_stopped")


def declare_actors(
    broker: dramatiq.Broker,
    kinds: JobKinds,
    run: Run,
    loop: asyncio.AbstractEventLoop,
    logger: FilteringBoundLogger,
) -> None:
    """Declare one actor a job kind, on a queue of its own; each hands the attempt to the loop and waits for its end."""

    def carry_out(job_id: str, attempt: int) -> None:
        try:
            asyncio.run_coroutine_threadsafe(run(UUID(job_id), attempt), loop).result()
        except (LogUnavailable, Overloaded, CancelledError) as error:
            # Nothing was claimed: the job is still due, and the dispatcher wakes somebody again.
            logger.warning("wakeup_in_vain", job_id=job_id, attempt=attempt, reason=str(error))

    for name in sorted(kinds.names):
        dramatiq.actor(actor_name=name, queue_name=name, broker=broker)(carry_out)


def _remove_old_folders(scratch_dir: Path, now_s: float) -> None:
    """Remove what killed workers left behind: folders no attempt can still be using."""
    scratch_dir.mkdir(parents=True, exist_ok=True)
    for folder in scratch_dir.iterdir():
        if folder.stat().st_mtime < now_s - 2 * RENDER_SECONDS_MAX:
            shutil.rmtree(folder, ignore_errors=True)
