"""The job kind `render`: a song as it was at a position becomes a take, with every file it is made of."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from core.aggregates.job import Job
from core.aggregates.take import Take
from core.documents.kinds import kind_named
from core.documents.load_at import load_at
from core.errors import Invalid
from core.jobs import RENDER
from core.limits import RENDER_SECONDS_MAX
from core.ports import Blobs
from workers.engines.isolate import render_isolated
from workers.engines.port import RenderRequest, RenderResult
from workers.kinds import Attempt, JobKind, Outcome, Tools

#: Namespace of takes' ids: a job makes one take, whoever finishes it.
TAKES: Final = UUID("b3a52cf4-6d0b-4a43-8d4e-7e1b4f0f5d9c")
#: Seconds for what comes before and after the engine: reading the song, storing the files.
AROUND_SECONDS: Final = 120.0
#: Bytes of a rendered file read at a time.
CHUNK_BYTES: Final = 1024 * 1024


def job_kind(tools: Tools) -> JobKind:
    """Return the kind."""
    return JobKind(name=RENDER, run=partial(_render, tools), seconds_max=RENDER_SECONDS_MAX + AROUND_SECONDS)


async def _render(tools: Tools, attempt: Attempt) -> Outcome:
    job = attempt.job
    if job.document_id is None:
        raise Invalid("A render needs a document.", path="document_id")
    doc = await load_at(tools.log, tools.snapshots, job.document_id, job.document_position)
    song = kind_named("song").to_json(doc)
    folder = tools.scratch_dir / f"{job.id}-{job.attempt}"
    await asyncio.to_thread(_make_empty, folder)
    try:
        request = RenderRequest(song=song, parameters=job.parameters["parameters"], seed=job.seed, folder=folder)
        result = await render_isolated(
            job.parameters["engine"], request, attempt.report, time_limit_s=RENDER_SECONDS_MAX
        )
        files = await _store(tools.blobs, result)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    take = _take(job, result, files, tools)
    return Outcome(result={"take_id": str(take.id)}, aggregates=(take,))


async def _store(blobs: Blobs, result: RenderResult) -> list[dict[str, Any]]:
    """Store every file, and when each word is sung as one more; return how the take names them."""
    files = []
    for file in result.files:
        digest, size = await blobs.put(_chunks(file.path))
        files.append({"role": file.role, "format": file.format, "digest": digest, "bytes": size})
    if result.lyrics:
        digest, size = await blobs.put(_whole(json.dumps([word._asdict() for word in result.lyrics]).encode()))
        files.append({"role": "lyrics", "format": "json", "digest": digest, "bytes": size})
    return files


def _take(job: Job, result: RenderResult, files: list[dict[str, Any]], tools: Tools) -> Take:
    return Take.of_render(
        take_id=uuid5(TAKES, str(job.id)),
        at=tools.clock.now(),
        job_id=job.id,
        document_id=job.document_id,
        document_position=job.document_position,
        engine=result.engine,
        engine_version=result.version,
        parameters=dict(result.parameters),
        seed=result.seed,
        files=files,
        duration_s=result.duration_s,
        sample_rate_hz=result.sample_rate,
        loudness={"integrated_lufs": result.loudness_lufs, "true_peak_dbtp": result.true_peak_dbtp},
        sections=[mark._asdict() for mark in result.sections],
        notes=list(result.notes),
    )


def _make_empty(folder: Path) -> None:
    """Make the folder, without what a dead worker may have left in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk
    finally:
        file.close()


async def _whole(body: bytes) -> AsyncIterator[bytes]:
    yield body
