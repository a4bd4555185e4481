"""Runs an engine in a process of its own: it can be stopped at any moment, and nothing it does harms the worker.

The child is a fresh interpreter (`workers/engines/child.py`): it shares no lock, memory or GIL with the worker. It gets
the request as one JSON line on its input and answers with JSON lines on its output: progress, then a result or an
error. Its input stays open as long as we live; when that ends, however we died, the child ends too.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from core.errors import Cancelled, CounterpointError, EngineFailed, Invalid, MissingExtra, NotFound, TooLarge
from core.limits import RENDER_MEMORY_BYTES_MAX
from workers.engines.port import RenderRequest, RenderResult, Report

#: Seconds between two looks at the cancel flag and the clock.
LOOK_SECONDS: Final = 0.05
#: Bytes of one line from the child: a result with the words of the longest lyrics stays well below.
LINE_BYTES_MAX: Final = 16 * 1024 * 1024
#: Characters of what the child complained about that go into the error people read.
COMPLAINT_CHARS_MAX: Final = 600
_ROOT: Final = Path(__file__).resolve().parents[2]
#: Starts the child without the current folder on its path: a stray `numpy.py` there is no library of ours.
_BOOT: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); from workers.engines.child import main; main()"
_ERRORS: Final = {error.__name__: error for error in (TooLarge, NotFound, MissingExtra, EngineFailed)}


def render_isolated(
    engine_name: str,
    request: RenderRequest,
    on_progress: Report,
    cancelled: threading.Event,
    time_limit_s: float,
    *,
    memory_limit_bytes: int = RENDER_MEMORY_BYTES_MAX,
) -> RenderResult:
    """Render in a child process and wait for it; `on_progress` is called in this thread.

    Raises what the engine raises (Invalid, TooLarge, NotFound for an unknown engine), Cancelled within a moment of
    `cancelled` being set, and EngineFailed when the child dies, runs out of memory or exceeds the time limit. Whatever
    happens, the child is gone when this returns. The request's folder is the caller's to remove.
    """
    if cancelled.is_set():
        raise Cancelled
    with tempfile.TemporaryFile() as complaints, _Child(complaints) as child:
        with _Watch(child, cancelled, time_limit_s) as watch:
            answer = _converse(child, _request_line(engine_name, request, memory_limit_bytes), on_progress)
            child.process.wait()
        if watch.verdict is not None:
            raise watch.verdict
        if answer is None:
            raise EngineFailed(_obituary(engine_name, child.process.returncode, complaints))
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


class _Child:
    """The process, killed and reaped on the way out whatever happened."""

    def __init__(self, complaints: IO[bytes]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", _BOOT, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,  # Ctrl-C is for the worker; the child hears of its end through its input.
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.requests: IO[bytes] = self.process.stdin
        self.answers: IO[bytes] = self.process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self.answers.close()
        with contextlib.suppress(BrokenPipeError):  # Bytes the dead child never read; nobody waits for them.
            self.requests.close()


class _Watch:
    """Kills the child when the job is cancelled or takes too long, and remembers why."""

    def __init__(self, child: _Child, cancelled: threading.Event, time_limit_s: float) -> None:
        self.verdict: CounterpointError | None = None
        self._child = child
        self._cancelled = cancelled
        self._time_limit_s = time_limit_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="render-watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        until = time.monotonic() + self._time_limit_s
        while not self._over.wait(LOOK_SECONDS):
            if self._cancelled.is_set():
                self.verdict = Cancelled()
            elif time.monotonic() >= until:
                self.verdict = EngineFailed(f"the render took longer than {self._time_limit_s:g} s and was stopped")
            if self.verdict is not None:
                self._child.process.kill()
                return


def _converse(child: _Child, request: bytes, on_progress: Report) -> dict[str, Any] | None:
    """Send the request and follow the child; return its last word, None when it died without one."""
    try:
        child.requests.write(request)
        child.requests.flush()
    except BrokenPipeError:
        return None  # Dead before it could read; its end is told from its exit code.
    while line := child.answers.readline(LINE_BYTES_MAX):
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
