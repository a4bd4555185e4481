"""The process an engine runs in: reads one request, reports progress, answers, ends. See `isolate.py`."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import IO, Any

from core.errors import CounterpointError, EngineFailed, Invalid


def main() -> None:
    """Serve the one request on standard input, with JSON lines on what was standard output."""
    answers = _take_output()
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    _be_modest(request["memory_limit_bytes"])
    try:
        last_word = {"result": _render(request, answers)}
    except MemoryError:
        last_word = _error(EngineFailed("the render needs more memory than it may use; try fewer bars"))
    except CounterpointError as error:
        last_word = _error(error)
    _say(answers, last_word)


def _render(request: dict[str, Any], answers: IO[bytes]) -> dict[str, Any]:
    # After the limits are in force: numerical libraries start threads and reserve memory when they load.
    from workers.engines.port import RenderRequest
    from workers.engines.registry import engine_named

    def report(stage: str, fraction: float) -> None:
        _say(answers, {"progress": [stage, round(fraction, 4)]})

    result = engine_named(request["engine"]).render(
        RenderRequest(
            song=request["song"],
            parameters=request["parameters"],
            seed=request["seed"],
            folder=Path(request["folder"]),
        ),
        report,
    )
    return result.to_json()


def _take_output() -> IO[bytes]:
    """Keep standard output for ourselves: what a library prints goes to standard error and spoils no answer."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _say(answers: IO[bytes], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


def _error(error: CounterpointError) -> dict[str, Any]:
    path = error.path if isinstance(error, Invalid) else ""
    kind = "Invalid" if isinstance(error, Invalid) else type(error).__name__
    return {"error": {"type": kind, "message": error.message, "path": path}}


def _end_with_parent() -> None:
    """End when our input does: the worker holds its other end and sends nothing more while it lives."""
    os.read(0, 1)  # Not through sys.stdin: its lock would still be held when the interpreter shuts down.
    os._exit(1)


def _be_modest(memory_limit_bytes: int) -> None:
    """Use one core, yield to those who answer keystrokes, and stop at a limit of memory."""
    os.putenv("OPENBLAS_NUM_THREADS", "1")  # The C environment: read by the library when it loads, by nobody else.
    if sys.platform == "win32":
        return
    os.nice(5)
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = memory_limit_bytes if hard == resource.RLIM_INFINITY else min(memory_limit_bytes, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
    except (ValueError, OSError):
        # Some systems (macOS) know no such limit; the time limit and the bound on minutes still hold.
        return
