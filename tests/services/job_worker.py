"""A worker process for tests: the product's own parts, with one job kind that does what the test's files say.

Run as `python -m tests.services.job_worker DATABASE_URL REDIS_URL|- FOLDER LEASE_SECONDS`. The kind `hold` writes
`FOLDER/begun-<attempt>` and then waits for `FOLDER/go`; its end comes with a take. SIGTERM stops the process in order.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid5

import core.aggregates.job
import workers.job_run
from core.adapters.postgres.checkpoints import PostgresCheckpoints
from core.aggregates.take import Take
from tests.services.backstage import LOGGER, Backstage, open_backstage
from workers.dispatcher import Dispatcher
from workers.job_run import JobRunner
from workers.kinds import Attempt, JobKind, JobKinds, Outcome
from workers.runner import DramatiqWakeups, WorkerProcess, build_broker


def hold_kind(folder: Path) -> JobKind:
    """Return the kind that holds until the test lets it go."""

    async def hold(attempt: Attempt) -> Outcome:
        job = attempt.job
        with (folder / f"begun-{job.attempt}").open("x") as file:
            file.write(str(os.getpid()))
        if (fail_times := job.parameters.get("fail_times", 0)) >= job.attempt:
            raise ZeroDivisionError(f"attempt {job.attempt} of {fail_times}")
        progress = 0.0
        while not (folder / "go").exists():
            progress = min(progress + 0.01, 0.9)
            attempt.report("holding", progress)
            await asyncio.sleep(0.02)
        take = Take.of_render(
            take_id=uuid5(job.id, "take"),
            at=job.created_on,
            job_id=job.id,
            document_id=job.document_id,
            document_position=job.document_position,
            engine="hold",
            engine_version="1",
            parameters=job.parameters,
            seed=job.seed,
            files=[{"role": "mix", "format": "wav", "digest": "0" * 64, "bytes": 0}],
            duration_s=1.0,
            sample_rate_hz=48_000,
            loudness={"integrated_lufs": -14.0},
            sections=[],
            notes=[],
        )
        return Outcome(result={"take_id": str(take.id), "attempt": job.attempt}, aggregates=(take,))

    return JobKind(name="hold", run=hold, seconds_max=60.0)


def build_worker(studio: Backstage, redis_url: str | None, folder: Path, *, name: str = "test") -> WorkerProcess:
    """Return a worker as the product builds it, but for its job kinds."""
    kinds = JobKinds([hold_kind(folder)])
    broker = build_broker(redis_url)
    job_runner = JobRunner(
        log=studio.log,
        repository=studio.repository,
        kinds=kinds,
        worker=f"{name}:{os.getpid()}",
        clock=studio.clock,
        chance=random.random,
        logger=LOGGER,
    )
    dispatcher = Dispatcher(
        log=studio.log,
        repository=studio.repository,
        codec=studio.codec,
        checkpoints=PostgresCheckpoints(studio.pool),
        wakeups=DramatiqWakeups(broker),
        kinds=kinds.names,
        clock=studio.clock,
        logger=LOGGER,
        notice=job_runner.notice,
    )
    return WorkerProcess(
        broker=broker,
        dispatcher=dispatcher,
        job_runner=job_runner,
        kinds=kinds,
        threads=2,
        scratch_dir=folder / "scratch",
        clock=studio.clock,
        logger=LOGGER,
    )


@asynccontextmanager
async def working(worker: WorkerProcess) -> AsyncIterator[None]:
    """Run the worker in this process while the context lasts."""
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()  # A worker ends because it was told to, never by itself.


async def main(database_url: str, redis_url: str, folder: str, lease_seconds: str) -> None:
    """Work until SIGTERM."""
    core.aggregates.job.LEASE_SECONDS = workers.job_run.LEASE_SECONDS = float(lease_seconds)
    async with open_backstage(database_url) as studio:
        worker = build_worker(studio, None if redis_url == "-" else redis_url, Path(folder))
        task = asyncio.create_task(worker.run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
