"""The real studio as a process, for tests and benchmarks: `counterpoint up` on a data folder of its own, and its HTTP.

Nothing here reaches into the product: it starts the command a person starts, waits until it says it is ready, and asks
over loopback.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Final
from uuid import UUID

import httpx

from tests.benchmarks.machine import is_alive, process_tree

#: Seconds a cold start may take (it creates a database cluster) before the test gives up.
START_SECONDS_MAX: Final = 240.0
_LOOK_SECONDS: Final = 0.02
_LOG_TAIL_BYTES: Final = 6000


class DidNotStart(Exception):
    """The studio ended or did not become ready; the message carries the end of its log."""


class Studio:
    """One running studio: start, stop, kill -9, tokens, documents."""

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        environment: dict[str, str] | None = None,
        demo: bool = False,
    ) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.log_path = data_dir.parent / f"{data_dir.name}.log"
        self._environment = {**os.environ, **(environment or {})}
        self._options = ["--port", str(self.port), "--data", str(data_dir), *(["--demo"] if demo else [])]
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self._tokens: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Return the HTTP address without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Return the process id of the supervisor."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the studio and return once it is ready to serve. Raises DidNotStart."""
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        self._output = self.log_path.open("ab")
        self._process = subprocess.Popen(
            [*command(), "up", "--host", "127.0.0.1", *self._options],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
        )
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop it as Ctrl-C does; what does not end in time is killed."""
        if self._process is None:
            return
        pids = self.pids()
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            self._kill(pids)
        self._forget()

    def kill(self) -> None:
        """Kill -9 every process of the studio at once, the database included."""
        self._kill(self.pids())
        self._forget()

    def pids(self) -> list[int]:
        """Return every living process of the studio, the database included, wherever it hangs in the tree."""
        roots = [self._process.pid] if self._process is not None else []
        return process_tree([*roots, *self.database_pids()])

    def database_pids(self) -> list[int]:
        """Return the process ids that embedded databases under the data folder wrote down for themselves."""
        found = []
        for path in self.data_dir.rglob("postmaster.pid"):
            try:
                lines = path.read_text().splitlines()
            except OSError:
                continue  # It stopped between the listing and the reading.
            if lines and lines[0].isdigit() and is_alive(int(lines[0])):
                found.append(int(lines[0]))
        return found

    def token(self, role: str = "editor") -> str:
        """Return an API token of this role, made by the command line; kept for the life of this object."""
        if role not in self._tokens:
            done = subprocess.run(
                [*command(), "token", "--role", role, "--data", str(self.data_dir)],
                capture_output=True,
                text=True,
                env=self._environment,
                timeout=START_SECONDS_MAX,
                check=False,
            )
            assert done.returncode == 0, f"token: {done.stdout}{done.stderr}"
            self._tokens[role] = done.stdout.split()[-1]
        return self._tokens[role]

    def request(self, method: str, path: str, *, role: str = "editor", json: object = None) -> httpx.Response:
        """Ask the API under a role; errors are returned, not raised."""
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        return httpx.request(method, f"{self.url}{path}", headers=headers, json=json, timeout=120)

    def create_document(self, document_id: UUID, kind: str = "note", title: str = "Untitled") -> None:
        """Create a document with a chosen id."""
        answer = self.request("PUT", f"/api/v1/documents/{document_id}", json={"kind": kind, "title": title})
        assert answer.status_code in (200, 201), f"{answer.status_code} {answer.text}"

    def sync_address(self, document_id: UUID, role: str = "editor") -> str:
        """Return the address of the plain wire, with acknowledgements."""
        return f"ws://127.0.0.1:{self.port}/sync/{document_id}?acks=1&token={self.token(role)}"

    @property
    def collab_address(self) -> str:
        """Return the address of the Hocuspocus wire."""
        return f"ws://127.0.0.1:{self.port}/collab"

    def log_tail(self) -> str:
        """Return the end of what the studio printed."""
        return self.log_path.read_bytes()[-_LOG_TAIL_BYTES:].decode(errors="replace")

    # -- below -------------------------------------------------------------------------------------------------------

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if (status := self._process.poll()) is not None:
                self._forget()
                raise DidNotStart(f"ended with {status}:\n{self.log_tail()}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass  # Nobody listens yet.
            time.sleep(_LOOK_SECONDS)
        tail = self.log_tail()
        self.kill()
        raise DidNotStart(f"not ready after {START_SECONDS_MAX:.0f} s:\n{tail}")

    def _kill(self, pids: list[int]) -> None:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):  # It died with its parent.
                os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(timeout=60)
        wait_until_gone(pids)

    def _forget(self) -> None:
        self._process = None
        if self._output is not None:
            self._output.close()
            self._output = None


def command() -> list[str]:
    """Return how the product's command line is started with this interpreter."""
    script = Path(sys.executable).with_name("counterpoint")
    return [str(script)] if script.exists() else [sys.executable, "-m", "web.main"]


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_gone(pids: list[int], seconds: float = 10.0) -> None:
    """Wait until none of the processes lives; a process killed is not gone at once."""
    deadline = time.monotonic() + seconds
    while alive := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() < deadline, f"still alive: {alive}"
        time.sleep(_LOOK_SECONDS)
