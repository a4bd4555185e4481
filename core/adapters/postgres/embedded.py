"""A PostgreSQL server of our own, as a child process: started, recovered and stopped with us.

It listens on a private socket only. It stops when we stop, and on Linux also when we are killed. What a kill -9 leaves
behind (a stale pid file, a server without a parent, shared memory still in use) is told apart by looking at the
process itself, never at the pid alone: pids are reused, and a zombie looks alive.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, NamedTuple

from core.adapters.postgres.binaries import SHARED_ROOT, Binaries, choose_binaries, find_binaries, reachable
from core.adapters.postgres.cluster import (
    PORT,
    Cluster,
    dsn_of,
    home_of,
    last_line,
    majors_in,
    prepare_home,
    remove_socket_folder,
)
from core.adapters.postgres.server_user import choose_server_user
from core.errors import Misconfigured
from core.limits import DATABASE_START_SECONDS_MAX, DATABASE_STOP_SECONDS_MAX

#: Settings that must hold whatever the configuration files say (P1), and a size fit for a laptop.
SERVER_OPTIONS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "100",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "logging_collector": "off",
    "log_destination": "stderr",
}
#: Bytes of the server's log after which the next start begins a new one; one old log is kept.
LOG_BYTES_MAX: Final = 10 * 1024 * 1024
#: Seconds between two looks at a server that starts or stops.
LOOK_SECONDS: Final = 0.02
#: Seconds of silent recovery after which a person is told what is going on.
PATIENCE_SECONDS: Final = 5.0
#: prctl option: the signal a process gets when the thread that started it ends (Linux).
PR_SET_PDEATHSIG: Final = 1


class _PidFile(NamedTuple):
    """What a running server says about itself in postmaster.pid."""

    pid: int
    socket_folder: Path | None
    status: str


class EmbeddedPostgres:
    """One server on one data folder.

    `start` must be called from the main thread: on Linux the server stops when the thread that started it ends.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        say: Callable[[str], None] = lambda line: None,
        binaries: list[Binaries] | None = None,
        shared_root: Path = SHARED_ROOT,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self._say = say
        self._found = binaries
        self._shared_root = shared_root
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._cluster: Cluster | None = None
        self._socket_folder: Path | None = None

    def start(self) -> str:
        """Start the server, creating or recovering its cluster, and return the connection string.

        Call it again after the server has died: the connection string stays the same. Raises Misconfigured with the
        way out when it cannot run.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("start the database from the main thread: the server stops with its thread")
        if self.running:
            return self.dsn
        give_up = self.stop if self._lock is None else self._end_server
        try:
            self._hold_folder()
            self._cluster = cluster = self._prepare()
            _end_orphan(cluster.folder, keep=self._socket_folder)
            self._socket_folder = self._socket_folder or cluster.make_socket_folder()
            cluster.allow_connections()
            self._launch_until_ready(cluster, self._socket_folder)
        except OSError as error:
            give_up()
            raise Misconfigured(
                f"cannot run a database in {self.data_dir}: {error.strerror} ({error.filename}); "
                "choose another folder with --data"
            ) from error
        except BaseException:
            give_up()
            raise
        return self.dsn

    @property
    def running(self) -> bool:
        """Say whether our server process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def dsn(self) -> str:
        """Return the connection string of the running server."""
        assert self._socket_folder is not None
        return dsn_of(self._socket_folder)

    @property
    def pid(self) -> int:
        """Return the process id of the server."""
        assert self._process is not None
        return self._process.pid

    @property
    def cluster_dir(self) -> Path:
        """Return the folder of the cluster, named after its major version."""
        assert self._cluster is not None
        return self._cluster.folder

    def stop(self) -> None:
        """Stop the server in order (or, when it hangs, such that it recovers) and let the folder go."""
        self._end_server()
        if self._socket_folder is not None:
            remove_socket_folder(self._socket_folder)
            self._socket_folder = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _end_server(self) -> None:
        if self._process is not None:
            _end(self._process)
            self._process = None

    def _hold_folder(self) -> None:
        """Make the data folder and take its lock, so that two of us never run one cluster."""
        if self._lock is not None:
            return
        if not self.data_dir.exists():
            self.data_dir.mkdir(parents=True, mode=0o711)
        lock = open(self.data_dir / "lock", "a+", opener=_private)  # noqa: SIM115 - held until stop()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise Misconfigured(
                f"{self.data_dir} is in use by process {holder}: stop that one, or choose another folder with --data"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def _prepare(self) -> Cluster:
        home = home_of(self.data_dir)
        user = choose_server_user(home)
        found = find_binaries() if self._found is None else self._found
        binaries = choose_binaries(found, majors_in(home), home)
        binaries = reachable(binaries, user, shared_root=self._shared_root, say=self._say)
        home = prepare_home(self.data_dir, user, shared_root=self._shared_root, say=self._say)
        cluster = Cluster(home, binaries, user)
        cluster.create(self._say)
        return cluster

    def _launch_until_ready(self, cluster: Cluster, socket_folder: Path) -> None:
        """Launch; again while processes of a killed server still hold its shared memory."""
        deadline = time.monotonic() + DATABASE_STOP_SECONDS_MAX
        while True:
            with self._open_log() as log:
                begin = log.tell()
                self._process = _launch(cluster, socket_folder, log)
            if self._wait_until_ready(cluster.folder):
                return
            said = self._log_since(begin)
            if "shared memory block" not in said or time.monotonic() > deadline:
                raise Misconfigured(_why_not_started(said, cluster, self.data_dir / "postgres.log"))
            time.sleep(0.2)

    def _wait_until_ready(self, folder: Path) -> bool:
        """Wait as long as the server lives and recovers; False: it ended."""
        assert self._process is not None
        begin = time.monotonic()
        told = False
        while self._process.poll() is None:
            found = _read_pid_file(folder)
            if found and found.pid == self._process.pid and found.status == "ready":
                return True
            waited = time.monotonic() - begin
            if waited > DATABASE_START_SECONDS_MAX:
                raise Misconfigured(f"PostgreSQL was not ready after {waited:.0f} s; see {self.data_dir}/postgres.log")
            if waited > PATIENCE_SECONDS and not told:
                self._say("PostgreSQL recovers what a crash left in its write-ahead log; this can take minutes")
                told = True
            time.sleep(LOOK_SECONDS)
        return False

    def _open_log(self) -> IO[bytes]:
        path = self.data_dir / "postgres.log"
        if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
            path.replace(path.with_suffix(".log.old"))
        log = open(path, "ab", opener=_private)  # noqa: SIM115 - the caller closes it
        log.seek(0, os.SEEK_END)
        return log

    def _log_since(self, begin: int) -> str:
        with (self.data_dir / "postgres.log").open("rb") as log:
            log.seek(begin)
            return log.read(LOG_BYTES_MAX).decode(errors="replace")


def find_running(data_dir: Path) -> str | None:
    """Return the connection string of the server that runs on this folder now, or None.

    Raises Misconfigured when the folder belongs to somebody else.
    """
    home = home_of(data_dir)
    try:
        for major in majors_in(home):
            folder = (home / f"postgres-{major}").resolve()
            found = _read_pid_file(folder)
            if found and found.status == "ready" and found.socket_folder and _is_server(found.pid, folder):
                return dsn_of(found.socket_folder)
    except PermissionError as error:
        raise Misconfigured(f"{error.filename} belongs to another user: run this as that user, or as root") from error
    return None


def holder_of(data_dir: Path) -> str | None:
    """Return the id of the process that holds this folder now, or None: it runs the database, or starts or stops it."""
    try:
        with (data_dir / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return (data_dir / "lock").read_text().strip() or "unknown"
    except OSError:  # No lock, or none that is ours to read.
        return None
    return None


def _private(path: str, flags: int) -> int:
    """Open a file that only we may read; a log can quote data."""
    return os.open(path, flags, 0o600)


def _launch(cluster: Cluster, socket_folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    options = [part for name, value in SERVER_OPTIONS.items() for part in ("-c", f"{name}={value}")]
    return subprocess.Popen(
        [cluster.binaries.program("postgres"), "-D", cluster.folder, "-k", socket_folder, "-p", str(PORT), *options],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C comes to us; we stop the server after those who use it.
        preexec_fn=_stop_with_parent(),
        **cluster.user.spawn_options(),
    )


def _stop_with_parent() -> Callable[[], None] | None:
    """Return what a child does before it becomes the server: ask for a fast shutdown when its parent dies."""
    if sys.platform != "linux":
        return None  # Elsewhere the next start ends the orphan.
    library = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        library.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != parent:
            os._exit(1)  # It died before we could ask.

    return ask


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server: in order, then without a checkpoint (it recovers), then by force."""
    for signal_number, patience_s in (
        (signal.SIGINT, DATABASE_STOP_SECONDS_MAX),
        (signal.SIGQUIT, 5.0),
        (signal.SIGKILL, 5.0),
    ):
        if process.poll() is None:
            process.send_signal(signal_number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience_s)


def _end_orphan(folder: Path, *, keep: Path | None) -> None:
    """End a server that outlived its parent, and remove what one that is gone left: its pid file and its sockets.

    We hold the folder's lock, so no living process of ours owns that server. The socket folder to keep is our own:
    those who know its address go on after a restart.
    """
    deadline = time.monotonic() + DATABASE_STOP_SECONDS_MAX
    found = _read_pid_file(folder)
    if found is None:
        return
    while _is_server(found.pid, folder):
        if time.monotonic() > deadline:
            raise Misconfigured(f"a PostgreSQL server (process {found.pid}) on {folder} does not stop: end it by hand")
        with contextlib.suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGINT)
        time.sleep(LOOK_SECONDS * 5)
    (folder / "postmaster.pid").unlink(missing_ok=True)
    if found.socket_folder:
        for leftover in found.socket_folder.glob(f".s.PGSQL.{PORT}*"):
            leftover.unlink(missing_ok=True)
        if found.socket_folder != keep:
            remove_socket_folder(found.socket_folder)


def _read_pid_file(folder: Path) -> _PidFile | None:
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        socket_folder = Path(lines[4]) if len(lines) > 4 and lines[4] else None
        return _PidFile(int(lines[0]), socket_folder, lines[7].strip() if len(lines) > 7 else "")
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _is_server(pid: int, folder: Path) -> bool:
    """Say whether this living process is a PostgreSQL server on this folder."""
    return any(os.fsencode(folder) == part for part in _arguments_of(pid))


def _arguments_of(pid: int) -> list[bytes]:
    """Return a process' command line; nothing for a zombie or a process that is gone."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return []
    listed = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, check=False)
    return listed.stdout.strip().split(b" ")


def _why_not_started(said: str, cluster: Cluster, log: Path) -> str:
    if "No space left on device" in said:
        return f"the disk of {cluster.folder} is full: make room, then start again; nothing saved is lost"
    return f"PostgreSQL did not start on {cluster.folder}: {last_line(said)} (see {log})"
