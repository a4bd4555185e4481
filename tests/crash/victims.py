"""Who can be killed: the processes of a running studio, by what they are."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import Final

from tests.benchmarks.machine import process_tree
from tests.studio import START_SECONDS_MAX, Studio

#: What one round kills: one part, several at once, or everything with the supervisor.
PARTS: Final = ("web", "worker", "database")
EVERYTHING: Final = frozenset((*PARTS, "supervisor"))


def kill_parts(studio: Studio, parts: frozenset[str]) -> None:
    """Kill -9 the parts at once, with all their children; what is starting again is waited for."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while not (pids := [pid for part in parts - {"supervisor"} for pid in pids_of(studio, part)]):
        assert time.monotonic() < deadline, f"nothing to kill of {sorted(parts)}"
        time.sleep(0.02)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # It died with its parent.
            os.kill(pid, signal.SIGKILL)


def pids_of(studio: Studio, part: str) -> list[int]:
    """Return the processes of one part, children included; none while it is starting again."""
    if part == "database":
        return process_tree(studio.database_pids())
    return process_tree(pid for pid in studio.pids() if part in _arguments(pid)[:6] and "web.main" in _arguments(pid))


def _arguments(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []
