"""What the machine did meanwhile: processor time of process trees, steal, fdatasync, and percentiles (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

_TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
_SYNC_ROUNDS: Final = 30
_SYNC_BYTES: Final = 8192


class Weather(NamedTuple):
    """How noisy the machine was: without these two a latency says nothing."""

    steal_percent: float
    fdatasync_ms: float

    def __str__(self) -> str:
        return f"steal {self.steal_percent:.1f} %, fdatasync {self.fdatasync_ms:.2f} ms"


class Sky:
    """Watches the weather from its creation to `weather()`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sync_before_ms = fdatasync_ms(folder)
        self._before = _machine_ticks()

    def weather(self) -> Weather:
        """Return steal since the start, and the median fdatasync of before and after, on the disk of the data."""
        steal, total = (after - before for after, before in zip(_machine_ticks(), self._before, strict=True))
        sync_ms = (self._sync_before_ms + fdatasync_ms(self._folder)) / 2
        return Weather(100 * steal / max(total, 1), sync_ms)


def fdatasync_ms(folder: Path) -> float:
    """Return the median milliseconds of writing 8 KB and making it durable."""
    path = folder / f"fdatasync-{os.getpid()}"
    times: list[float] = []
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    try:
        for _ in range(_SYNC_ROUNDS):
            os.write(descriptor, b"x" * _SYNC_BYTES)
            started = time.perf_counter()
            os.fdatasync(descriptor)
            times.append(time.perf_counter() - started)
    finally:
        os.close(descriptor)
        path.unlink()
    return percentile(times, 50) * 1000


def processor_seconds(pids: Iterable[int]) -> float:
    """Return the processor seconds that the processes and their finished children have used so far."""
    ticks = 0
    for pid in pids:
        fields = _stat(pid)
        if fields:
            ticks += sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime
    return ticks / _TICKS_PER_SECOND


def resident_bytes(pids: Iterable[int]) -> int:
    """Return the resident memory of the processes together; pages they share count more than once."""
    return sum(int(fields[21]) for pid in pids if (fields := _stat(pid))) * os.sysconf("SC_PAGE_SIZE")


def process_tree(roots: Iterable[int]) -> list[int]:
    """Return the living roots and all their descendants."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _stat(int(entry))):
            children.setdefault(int(fields[1]), []).append(int(entry))
    found: list[int] = []
    waiting = [pid for pid in roots if _stat(pid)]
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.append(pid)
            waiting += children.get(pid, [])
    return found


def is_alive(pid: int) -> bool:
    """Say whether the process runs; one that has ended and was not yet collected does not."""
    fields = _stat(pid)
    return bool(fields) and fields[0] not in ("Z", "X")


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which `percent` of the values lie (nearest rank); NaN of nothing."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; nothing for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _machine_ticks() -> tuple[int, int]:
    """Return (steal, total) ticks of the machine since it started."""
    ticks = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return ticks[7], sum(ticks)
