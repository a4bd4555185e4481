"""One supervised child process: started, watched, started again with growing pauses, ended."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from core.errors import Misconfigured
from core.limits import CHILD_LOG_BYTES_MAX, CHILD_STOP_SECONDS_MAX

#: Seconds before the first, second ... start after a death; the last one repeats.
PAUSES_SECONDS: Final = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
#: Seconds after which a child counts as healthy again and its pauses start from the first.
HEALTHY_SECONDS: Final = 30.0
#: Exit status of a program whose configuration is wrong (EX_CONFIG of sysexits.h): starting again does not help.
WRONG_CONFIGURATION: Final = 78
#: What the command line writes before a complaint; who passes a child's complaint on says it once.
COMPLAINT_PREFIX: Final = "counterpoint: "


class Child:
    """A process that should be running. Its output goes to a bounded file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log_path: Path,
        pass_descriptors: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log_path = log_path
        self._command = list(command)
        self._environment = dict(environment)
        self._descriptors = tuple(pass_descriptors)
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._started_at = 0.0
        self._next_start_at = 0.0

    @property
    def running(self) -> bool:
        """Say whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Return the process id while there is a process."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the parent alone."""
        with self.log_path.open("ab") as log:
            self.log_path.chmod(0o600)
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,  # The lifeline.
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                pass_fds=self._descriptors,
                start_new_session=True,
            )
        self._started_at = time.monotonic()

    def tend(self, now: float) -> str | None:
        """Bound the log; when the process has died, plan its next start or do it. Return a line to say, or None.

        Raises Misconfigured, with what the process said, when its very first start ends because a setting is wrong.
        """
        trim(self.log_path)
        if self.running:
            return None
        if self._process is not None:
            status = self._process.returncode
            self._forget()
            if now - self._started_at > HEALTHY_SECONDS:
                self._deaths = 0
            elif status == WRONG_CONFIGURATION and self._deaths == 0:
                raise Misconfigured(self._last_words())
            pause_s = PAUSES_SECONDS[min(self._deaths, len(PAUSES_SECONDS) - 1)]
            self._deaths += 1
            self._next_start_at = now + pause_s
            return f"The {self.name} process ended ({_in_words(status)}); starting it again (see {self.log_path})"
        if now >= self._next_start_at:
            self.start()
        return None

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self._process is not None and self.running:
            self._process.terminate()

    def stop(self, patience_s: float = CHILD_STOP_SECONDS_MAX) -> None:
        """Wait for the end that was asked for; force it when the patience is over."""
        if self._process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(patience_s, 0.0))
        self._process.kill()
        self._process.wait()
        self._forget()

    def _last_words(self) -> str:
        lines = self.log_path.read_bytes()[-4096:].decode(errors="replace").strip().splitlines()
        return (
            lines[-1].removeprefix(COMPLAINT_PREFIX)
            if lines
            else f"the {self.name} process is not configured right (see {self.log_path})"
        )

    def _forget(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None


def trim(path: Path) -> None:
    """Keep a log that others append to within its bound: the newest lines in place, one older part beside it."""
    if path.exists() and path.stat().st_size > CHILD_LOG_BYTES_MAX:
        shutil.copyfile(path, path.with_suffix(".log.old"))
        with path.open("r+b") as log:
            log.truncate(0)


def _in_words(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
