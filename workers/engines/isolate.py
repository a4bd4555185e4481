"""Runs an engine in a process of its own: it can be stopped at any moment, and nothing it does harms the worker.

The child is a fresh interpreter (`workers/engines/child.py`): it shares no lock, memory or GIL with the worker. It gets
the request as one JSON line on its input and answers with JSON lines on its output: progress, then a result or an
error. Its input stays open as long as we live; when that ends, however we died, the child ends too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import IO, Any, Final

from core.errors import EngineFailed, Invalid, MissingExtra, NotFound, TooLarge
from core.limits import RENDER_MEMORY_BYTES_MAX, RENDER_SECONDS_MAX
from workers.engines.port import RenderRequest, RenderResult, Report

#: Bytes of one line from the child: a result with the words of the longest lyrics stays well below.
LINE_BYTES_MAX: Final = 16 * 1024 * 1024
#: Characters of what the child complained about that go into the error people read.
COMPLAINT_CHARS_MAX: Final = 600
_ROOT: Final = Path(__file__).resolve().parents[2]
#: Starts the child without the current folder on its path: a stray `numpy.py` there is no library of ours.
_BOOT: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); from workers.engines.child import main; main()"
_ERRORS: Final = {error.__name__: error for error in (TooLarge, NotFound, MissingExtra, EngineFailed)}


async def render_isolated(
    engine_name: str,
    request: RenderRequest,
    on_progress: Report,
    *,
    time_limit_s: float = RENDER_SECONDS_MAX,
    memory_limit_bytes: int = RENDER_MEMORY_BYTES_MAX,
) -> RenderResult:
    """Render in a child process; `on_progress` is called on the event loop.

    Raises what the engine raises (Invalid, TooLarge, NotFound for an unknown engine), and EngineFailed when the child
    dies, runs out of memory or exceeds the time limit. Cancel the task to stop it. Whatever happens, the child has been
    killed when this ends. The request's folder is the caller's to remove.
    """
    line = _request_line(engine_name, request, memory_limit_bytes)
    with tempfile.TemporaryFile() as complaints:
        process = await _start(complaints)
        try:
            async with asyncio.timeout(time_limit_s) as deadline:
                answer = await _converse(process, line, on_progress)
                await process.wait()
        except TimeoutError:
            if not deadline.expired():
                raise
            raise EngineFailed(f"the render took longer than {time_limit_s:g} s and was stopped") from None
        finally:
            await _bury(process)
        if answer is None:
            raise EngineFailed(_obituary(engine_name, process.returncode or 0, complaints))
        return _read_answer(answer)


def _request_line(engine_name: str, request: RenderRequest, memory_limit_bytes: int) -> bytes:
    values = {
        "engine": engine_name,
        "song": dict(request.song),
        "parameters": dict(request.parameters),
        "seed": request.seed,
        "folder": str(request.folder),
        "memory_limit_bytes": memory_limit_bytes,
    }
    return json.dumps(values).encode() + b"\n"


async def _start(complaints: IO[bytes]) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-c", _BOOT, str(_ROOT)),
        stdin=PIPE,
        stdout=PIPE,
        stderr=complaints,
        limit=LINE_BYTES_MAX,
        start_new_session=True,  # Ctrl-C is for the worker; the child hears of its end through its input.
    )


async def _bury(process: Process) -> None:
    """Kill the child if it lives, and let its pipes close."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


async def _converse(process: Process, request: bytes, on_progress: Report) -> dict[str, Any] | None:
    """Send the request and follow the child; return its last word, None when it died without one."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(request)
        await process.stdin.drain()
    except ConnectionError:
        return None  # Dead before it could read; its end is told from its exit code.
    while line := await process.stdout.readline():
        try:
            message = json.loads(line)
        except ValueError:
            return None  # Cut off in the middle of a line.
        match message:
            case {"progress": [str(stage), float() | int() as fraction]}:
                on_progress(stage, float(fraction))
            case {"result": _} | {"error": _}:
                return dict(message)
    return None


def _read_answer(answer: dict[str, Any]) -> RenderResult:
    match answer:
        case {"result": dict(values)}:
            return RenderResult.from_json(values)
        case {"error": {"type": "Invalid", "message": str(message), "path": str(path)}}:
            raise Invalid(message, path=path)
        case {"error": {"type": str(kind), "message": str(message)}}:
            raise _ERRORS.get(kind, EngineFailed)(message)
    raise EngineFailed("the engine answered with something that is no result")


def _obituary(engine_name: str, code: int, complaints: IO[bytes]) -> str:
    """Return how the child died, in words: a signal, or its last complaint."""
    how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    complaints.seek(0, 2)
    complaints.seek(max(0, complaints.tell() - 4 * COMPLAINT_CHARS_MAX))
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    last = lines[-1].strip()[:COMPLAINT_CHARS_MAX] if lines else ""
    return f"the {engine_name} engine's process {how} before the render was finished" + (f": {last}" if last else "")
