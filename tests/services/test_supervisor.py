"""`counterpoint up` starts, heals and stops its processes, and leaves none behind however it ends.

The children here are small programs, so that what is tested is the supervisor; tests/crash kills the real ones.
"""

from __future__ import annotations

import http.client
import os
import queue
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import Misconfigured
from tests.services.servers import ROOT, WAIT_SECONDS_MAX, alive, folder, wait_until
from web.children import PAUSES_SECONDS, Child
from web.supervisor import listen

pytestmark = pytest.mark.services
__all__ = ["folder"]

#: Answers every request with its own process id, on the socket it was given.
FAKE_WEB = """
import http.server, os, signal, socket, sys
from web.lifeline import end_with_parent
end_with_parent()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(str(os.getpid()).encode())
    def log_message(self, *words): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
server.socket.close()
server.socket = socket.socket(fileno=int(sys.argv[1]))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
server.serve_forever()
"""
FAKE_WORKER = "import os, time; from web.lifeline import end_with_parent; end_with_parent(); time.sleep(3600)"
STUBBORN_WORKER = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + FAKE_WORKER
WRONG_WORKER = "import sys; print('noise'); print('REDIS_URL is wrong: mend it'); sys.exit(78)"

STUDIO = """
import os, pathlib, sys
from core.errors import Misconfigured
from core.settings import read_settings
from web.supervisor import Plan, Supervisor
settings = read_settings(data_dir=pathlib.Path(sys.argv[1]), port=int(sys.argv[2]))
say = lambda line: print(line, flush=True)
plan = Plan(
    migrate=(sys.executable, "-c", "import os; print('migrating', os.environ['DATABASE_URL'])"),
    processes={
        "web": (sys.executable, "-c", sys.argv[3], "{descriptor}"),
        "worker": (sys.executable, "-c", sys.argv[4]),
    },
    welcome=(sys.executable, "-c", sys.argv[5]),
)
try:
    Supervisor(settings, say=say, plan=plan).run()
except Misconfigured as error:
    say(f"misconfigured: {error.message}")
    sys.exit(1)
say("stopped")
"""


class Studio:
    """A supervisor in a process of its own, with fake children, and what it says."""

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int = 0,
        worker: str = FAKE_WORKER,
        welcome: str = "print('one-time link')",
        database: str = "none",
    ) -> None:
        environment = {**os.environ, "DATABASE_URL": "" if database == "embedded" else "postgresql://nobody/asks"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", STUDIO, str(data_dir), str(port), FAKE_WEB, worker, welcome],
            stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment, start_new_session=True,
        )  # fmt: skip
        self.said: list[str] = []
        self.lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()
        self.port = 0

    def wait_ready(self) -> None:
        """Wait for the address."""
        line = self.wait_for("Counterpoint is ready")
        self.port = int(line.rsplit(":", 1)[1])

    def wait_for(self, start: str) -> str:
        """Wait for a line that begins like this."""
        while True:
            line = self.lines.get(timeout=WAIT_SECONDS_MAX)
            if line.startswith(start):
                return line

    def ask(self) -> int:
        """Return the process id of whoever answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS_MAX)
        connection.request("GET", "/")
        pid = int(connection.getresponse().read())
        connection.close()
        return pid

    def descendants(self) -> list[int]:
        """Return the living processes below the supervisor."""
        found = [self.process.pid]
        for pid in found:
            try:
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            found.extend(int(child) for child in children)
        return found[1:]

    def end(self) -> int:
        """Wait for the end and return the exit status."""
        status = self.process.wait(WAIT_SECONDS_MAX)
        self.reader.join(WAIT_SECONDS_MAX)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            self.lines.put(line.rstrip())


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., Studio]]:
    """Start studios; what still runs after the test is ended."""
    studios: list[Studio] = []

    def start_one(name: str = "data", **options: object) -> Studio:
        studios.append(Studio(folder / name, **options))  # type: ignore[arg-type]
        return studios[-1]

    yield start_one
    for studio in studios:
        if studio.process.poll() is None:
            studio.process.kill()
        studio.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_starts_and_stops_cleanly(start: Callable[..., Studio], number: signal.Signals) -> None:
    """It prepares, says the address and what preparing gave, and after Ctrl-C or SIGTERM nothing is left."""
    studio = start(database="embedded")
    studio.wait_ready()
    studio.wait_for("one-time link")  # What preparing gave is said below the address.
    assert studio.ask() > 0
    pids = studio.descendants()
    assert len(pids) >= 3
    studio.process.send_signal(number)
    assert studio.end() == 0
    assert not [pid for pid in pids if alive(pid)]
    assert any(line.startswith("migrating postgresql://counterpoint@/counterpoint?host=") for line in studio.said)
    assert "one-time link" in studio.said
    assert studio.said[-1] == "stopped"


def test_everything_ends_with_a_killed_supervisor(start: Callable[..., Studio]) -> None:
    """After kill -9 of the supervisor no process of it lives, and the next start on the same folder and port works."""
    studio = start(database="embedded")
    studio.wait_ready()
    pids = studio.descendants()
    studio.process.kill()
    studio.end()
    wait_until(lambda: not [pid for pid in pids if alive(pid)], "the children's end")
    again = start(database="embedded", port=studio.port)
    again.wait_ready()
    assert again.port == studio.port
    assert again.ask() not in pids


def test_a_killed_web_process_is_replaced_and_nobody_is_refused(start: Callable[..., Studio]) -> None:
    """Who connects while the web process starts again waits, and is answered by the next one."""
    studio = start()
    studio.wait_ready()
    before = studio.ask()
    os.kill(before, signal.SIGKILL)
    after = studio.ask()
    assert after != before
    assert studio.wait_for("The web process ended (signal 9)")
    assert studio.process.poll() is None


def test_a_killed_worker_is_replaced_and_the_web_process_left_alone(start: Callable[..., Studio]) -> None:
    """Children are healed one by one."""
    studio = start()
    studio.wait_ready()
    web = studio.ask()
    (worker,) = [pid for pid in studio.descendants() if pid != web]
    os.kill(worker, signal.SIGKILL)
    studio.wait_for("The worker process ended (signal 9)")
    wait_until(lambda: len(studio.descendants()) == 2, "the next worker")
    assert studio.ask() == web
    assert worker not in studio.descendants()


def test_a_killed_database_is_replaced_at_the_same_address(start: Callable[..., Studio], folder: Path) -> None:
    """The children keep running; the address they were given is good again."""
    studio = start(database="embedded")
    studio.wait_ready()
    web = studio.ask()
    pid_file = folder / "data" / "database" / "postgres-18" / "postmaster.pid"
    before = pid_file.read_text().splitlines()
    os.kill(int(before[0]), signal.SIGKILL)
    studio.wait_for("The database ended")
    wait_until(lambda: pid_file.exists() and pid_file.read_text().splitlines()[:1] != before[:1], "the next database")
    wait_until(lambda: "ready" in pid_file.read_text(), "its recovery")
    after = pid_file.read_text().splitlines()
    assert after[4] == before[4]
    assert studio.ask() == web


def test_a_wrong_setting_ends_the_start_with_the_child_s_reason(start: Callable[..., Studio]) -> None:
    """A child that says it is misconfigured is not started again and again."""
    studio = start(worker=WRONG_WORKER)
    assert studio.end() == 1
    assert studio.said[-1] == "misconfigured: REDIS_URL is wrong: mend it"
    assert not any("starting it again" in line for line in studio.said)


def test_a_welcome_that_fails_ends_the_start(start: Callable[..., Studio]) -> None:
    """What the program complained about is said, and nothing is left running."""
    studio = start(welcome="import sys; print('noise', file=sys.stderr); sys.exit('the log cannot be read')")
    assert studio.end() == 1
    assert studio.said[-1] == "misconfigured: the log cannot be read"


def test_a_port_that_is_taken_is_said_before_anything_is_made(start: Callable[..., Studio], folder: Path) -> None:
    """One line says what is wrong and what to do, and no folder is created."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        studio = start(port=port)
        assert studio.end() == 1
    assert studio.said == [
        f"misconfigured: port {port} is taken by another program: stop that one, or choose another with --port"
    ]
    assert not (folder / "data").exists()


def test_an_impossible_address_is_said() -> None:
    """A host that is not ours is named."""
    with pytest.raises(Misconfigured, match=r"cannot listen on 192\.0\.2\.1"), listen("192.0.2.1", 0):
        pass
    with pytest.raises(Misconfigured, match="no address 'no such host'"), listen("no such host", 0):
        pass


def test_an_interrupted_start_leaves_nothing(start: Callable[..., Studio], folder: Path) -> None:
    """Ctrl-C while the database is being created stops it too."""
    studio = start(database="embedded")
    studio.wait_for("Creating the database")
    studio.process.send_signal(signal.SIGINT)
    assert studio.end() == 0
    assert studio.descendants() == []
    assert studio.said[-1] == "stopped"


def test_a_second_ctrl_c_does_not_wait(start: Callable[..., Studio]) -> None:
    """A child that does not stop is forced when the person insists."""
    studio = start(worker=STUBBORN_WORKER)
    studio.wait_ready()
    begin = time.monotonic()
    studio.process.send_signal(signal.SIGINT)
    studio.wait_for("Stopping")
    pids = studio.descendants()
    studio.process.send_signal(signal.SIGINT)
    assert studio.end() == 0
    assert time.monotonic() - begin < 15
    assert not [pid for pid in pids if alive(pid)]


def test_a_child_that_keeps_dying_is_started_less_and_less_often(tmp_path: Path) -> None:
    """The pauses grow to their last value; a child that lived long enough begins with the first again."""
    child = Child("broken", [sys.executable, "-c", ""], environment=dict(os.environ), log_path=tmp_path / "broken.log")
    pauses = []
    child.start()
    now = child._started_at
    for _ in range(len(PAUSES_SECONDS) + 1):
        wait_until(lambda: not child.running, "the death")
        assert "ended (status 0)" in (child.tend(now) or "")
        pauses.append(child._next_start_at - now)
        assert child.tend(now) is None
        assert child.pid is None
        now = child._next_start_at
        assert child.tend(now) is None
        assert child.pid is not None
    assert pauses == pytest.approx([*PAUSES_SECONDS, PAUSES_SECONDS[-1]])
    wait_until(lambda: not child.running, "the death")
    child._started_at = now - 3600
    child.tend(now)
    assert child._next_start_at - now == pytest.approx(PAUSES_SECONDS[0])
    child.stop()


def test_the_log_of_a_child_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A talkative child fills neither the disk nor the console; its newest lines stay."""
    monkeypatch.setattr("web.children.CHILD_LOG_BYTES_MAX", 10_000)
    program = textwrap.dedent("""
        import sys
        for line in sys.stdin:
            print("x" * 4000, line, flush=True)
    """)
    log = tmp_path / "talker.log"
    child = Child("talker", [sys.executable, "-c", program], environment=dict(os.environ), log_path=log)
    child.start()
    assert child._process is not None
    assert child._process.stdin is not None
    for number in range(10):
        size = log.stat().st_size
        child._process.stdin.write(f"{number}\n".encode())
        child._process.stdin.flush()
        wait_until(lambda size=size: log.stat().st_size > size, "the line")  # type: ignore[misc]
        child.tend(0.0)
    child.stop()
    assert {path.name for path in tmp_path.iterdir()} == {"talker.log", "talker.log.old"}
    assert all(path.stat().st_size <= 16_000 for path in tmp_path.iterdir())
    assert log.stat().st_mode & 0o777 == 0o600
