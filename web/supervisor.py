"""`counterpoint up`: the database, the web process and the worker, as one thing that starts, heals and stops together.

The supervisor is small and has no event loop, so that nothing a request does can harm it. It owns the listening
socket: while the web process starts again, connections wait instead of being refused. It wakes up for signals (one of
its children ended, somebody pressed Ctrl-C) and once a second.
"""

from __future__ import annotations

import errno
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType
from typing import Final

from core.adapters.postgres.cluster import last_line
from core.adapters.postgres.embedded import EmbeddedPostgres
from core.errors import Misconfigured
from core.limits import CHILD_STOP_SECONDS_MAX, READY_SECONDS_MAX
from core.settings import Settings, child_environment
from web.children import COMPLAINT_PREFIX, PAUSES_SECONDS, Child
from web.client_files import is_built

#: How we start ourselves: from our own code, never from a folder that happens to be the current one (-P).
PROGRAM: Final = (sys.executable, "-P", "-m", "web.main")
CODE_FOLDER: Final = Path(__file__).parents[1]
#: Seconds between two looks while the studio starts, and while it runs.
STARTING_LOOK_SECONDS: Final = 0.05
RUNNING_LOOK_SECONDS: Final = 1.0
#: One line for whoever starts it without a built client.
NO_SCREENS: Final = (
    "Its screens are not built, only the API answers: install Node 20.19, 22.12 or newer with npm, "
    "then `make run` again."
)
#: Connections that may wait while the web process starts again.
BACKLOG: Final = 2048


@dataclass(frozen=True, slots=True)
class Plan:
    """Which programs make a studio: two that end, before and after those that run have been started."""

    #: Makes the database fit this program.
    migrate: Sequence[str] = (*PROGRAM, "migrate")
    #: What keeps running, by name; `{descriptor}` is the listening socket.
    processes: Mapping[str, Sequence[str]] = field(
        default_factory=lambda: {
            "web": (*PROGRAM, "web", "--socket", "{descriptor}", "--lifeline"),
            "worker": (*PROGRAM, "worker", "--lifeline"),
        }
    )
    #: Prints what a person should read below the address; runs while the others load.
    welcome: Sequence[str] = (*PROGRAM, "welcome")


class Interrupted(KeyboardInterrupt):
    """Somebody asked us to stop. A KeyboardInterrupt, so that no event loop swallows it."""


class Supervisor:
    """One running studio."""

    def __init__(
        self,
        settings: Settings,
        *,
        say: Callable[[str], None],
        plan: Plan,
    ) -> None:
        self._settings = settings
        self._say = say
        self._plan = plan
        self._database: EmbeddedPostgres | None = None
        self._database_deaths = 0
        self._database_next_start_at = 0.0
        self._children: list[Child] = []
        self._stopping = False
        self._wakeup = -1

    def run(self) -> None:
        """Run until somebody asks to stop; then stop everything in order.

        Raises Misconfigured, with everything stopped, when the studio cannot start as it is set up.
        """
        with ExitStack() as stack:
            self._wakeup = stack.enter_context(_wake_for_signals(self._interrupt))
            stack.callback(self._stop)
            try:
                listener = stack.enter_context(listen(self._settings.host, self._settings.port))
                self._settings = replace(self._settings, port=listener.getsockname()[1])
                self._start(listener)
                welcome = self._run_to_its_end(self._plan.welcome)
                self._watch_until_ready()
                stack.enter_context(self._address_written())
                for line in (f"Counterpoint is ready: {self._settings.base_url}", *welcome, *self._what_is_missing()):
                    self._say(line)
                self._say("Ctrl-C stops it.")
                while True:
                    self._look(RUNNING_LOOK_SECONDS)
            except Interrupted:
                self._say("Stopping: edits that were sent are being saved")

    def _start(self, listener: socket.socket) -> None:
        _make_folder(self._settings)
        if self._settings.database_url is None:
            self._database = EmbeddedPostgres(self._settings.data_dir, say=self._say)
            self._settings = replace(self._settings, database_url=self._database.start())
        for line in self._run_to_its_end(self._plan.migrate):
            self._say(line)
        listener.set_inheritable(True)
        for name, command in self._plan.processes.items():
            child = Child(
                name,
                [part.format(descriptor=listener.fileno()) for part in command],
                environment=_environment(self._settings),
                log_path=self._settings.data_dir / f"{name}.log",
                pass_descriptors=[listener.fileno()] if "{descriptor}" in command else [],
            )
            self._children.append(child)
            child.start()

    def _run_to_its_end(self, command: Sequence[str]) -> list[str]:
        """Run a program that ends, and return what it printed. Raises Misconfigured with what it complained about."""
        ended = subprocess.run(
            command,
            env=_environment(self._settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )
        if ended.returncode:
            raise Misconfigured(last_line(ended.stderr).removeprefix(COMPLAINT_PREFIX))
        return ended.stdout.splitlines()

    def _watch_until_ready(self) -> None:
        """Wait for the web process to answer; deaths are healed as always."""
        begin = time.monotonic()
        while not self._answers():
            waited_s = time.monotonic() - begin
            if waited_s > READY_SECONDS_MAX:
                raise Misconfigured(
                    f"the studio was not ready after {waited_s:.0f} s; its logs are in {self._settings.data_dir}"
                )
            self._look(STARTING_LOOK_SECONDS)

    @contextmanager
    def _address_written(self) -> Iterator[None]:
        """Keep in the data folder where the studio listens, for commands that want to talk to it."""
        path = self._settings.data_dir / "address"
        path.write_text(f"http://{self._host_to_ask()}:{self._settings.port}\n")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

    def _what_is_missing(self) -> list[str]:
        return [] if is_built(self._settings.client_dir) else [NO_SCREENS]

    def _host_to_ask(self) -> str:
        return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self._settings.host, self._settings.host)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self._host_to_ask(), self._settings.port, timeout=1.0)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _look(self, patience_s: float) -> None:
        """Sleep until a signal or the time is over, then heal what has died: the database first."""
        readable, _, _ = select.select([self._wakeup], [], [], patience_s)
        if readable:
            os.read(self._wakeup, 4096)
        if self._heal_database():
            for child in self._children:
                if said := child.tend(time.monotonic()):
                    self._say(said)

    def _heal_database(self) -> bool:
        """Start a database that has died again; say whether it runs."""
        if self._database is None or self._database.running:
            return True
        now = time.monotonic()
        if now < self._database_next_start_at:
            return False
        self._say("The database ended; starting it again")
        try:
            self._database.start()
        except Misconfigured as error:
            self._say(error.message)
            pause_s = PAUSES_SECONDS[min(self._database_deaths, len(PAUSES_SECONDS) - 1)]
            self._database_deaths += 1
            self._database_next_start_at = now + pause_s
            return False
        self._database_deaths = 0
        return True

    def _stop(self) -> None:
        """End the children together, then the database they use."""
        self._stopping = True
        deadline = time.monotonic() + CHILD_STOP_SECONDS_MAX
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            child.stop(deadline - time.monotonic())
        if self._database is not None:
            self._database.stop()

    def _interrupt(self) -> None:
        """The first signal starts the orderly end; another one, during it, forces the children."""
        if not self._stopping:
            self._stopping = True
            raise Interrupted
        for child in self._children:
            if child.pid is not None:
                os.kill(child.pid, signal.SIGKILL)


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """Bind the address people will type. Raises Misconfigured when it is taken or not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except socket.gaierror as error:
        raise Misconfigured(f"there is no address {host!r} here: choose another with --host") from error
    with listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError as error:
            raise Misconfigured(_why_not_bound(error, host, port)) from error
        yield listener


def _environment(settings: Settings) -> dict[str, str]:
    """Return the children's environment: our settings, and where our code is."""
    environment = child_environment(settings)
    paths = [str(CODE_FOLDER), environment.get("PYTHONPATH", "")]
    return environment | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _why_not_bound(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} is taken by another program: stop that one, or choose another with --port"
        case errno.EACCES:
            return f"port {port} needs privileges: choose one above 1023 with --port"
        case _:
            return f"cannot listen on {host}:{port} ({error.strerror}): choose others with --host and --port"


def _make_folder(settings: Settings) -> None:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
        with TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        raise Misconfigured(
            f"cannot make or write the folder {settings.data_dir} ({error.strerror}): choose another with --data"
        ) from error


@contextmanager
def _wake_for_signals(interrupt: Callable[[], None]) -> Iterator[int]:
    """Deliver SIGINT, SIGTERM and SIGHUP to a function, and let every signal, also a child's end, wake a select."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            interrupt()

    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = {
        number: signal.signal(number, on_signal)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
    }
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)
