"""The data folder of an embedded PostgreSQL: where it lies, how it is made once, and who may connect.

DATA/database/              0700, owned by the server's user; a link when that user cannot enter DATA
    postgres-18/            the cluster, named after the major version that wrote it
    run/                    0700, the socket: peer authentication, no password, no other local user
DATA/postgres.log           what the server wrote
DATA/lock                   held by the process that runs the server
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote
from uuid import uuid4

from core.adapters.postgres.binaries import Binaries
from core.adapters.postgres.server_user import ServerUser
from core.errors import Misconfigured

#: The database and its only role, in every embedded cluster.
DATABASE: Final = "counterpoint"
#: The number in the socket's file name; nothing listens on a TCP port.
PORT: Final = 5432
#: Bytes of a socket path on every system we know (macOS: 104 with the final zero).
SOCKET_PATH_BYTES_MAX: Final = 103
#: Bytes that a new cluster and its first write-ahead log need.
NEW_CLUSTER_BYTES: Final = 200 * 1024 * 1024
#: Prefix of socket folders made when the data folder's own path is too long.
SOCKET_FOLDER_PREFIX: Final = "counterpoint-"


def home_of(data_dir: Path) -> Path:
    """Return the folder of everything PostgreSQL owns."""
    return data_dir / "database"


def majors_in(home: Path) -> list[int]:
    """Return the major versions that have written clusters here."""
    if not home.exists():
        return []
    # Not glob: it hides that a folder may not be read.
    names = (name.removeprefix("postgres-") for name in os.listdir(home) if name.startswith("postgres-"))
    return sorted(int(name) for name in names if name.isdigit())


def prepare_home(data_dir: Path, user: ServerUser, *, shared_root: Path, say: Callable[[str], None]) -> Path:
    """Make the folder that the server's user owns and can enter, and return its real path.

    Raises Misconfigured when it cannot be made.
    """
    home = home_of(data_dir)
    try:
        if home.is_symlink() and not home.exists():
            raise Misconfigured(
                f"{home} points to {os.readlink(home)}, which is gone: put it back, or remove the link to start empty"
            )
        if not home.exists():
            if user.can_enter(data_dir):
                _make_private(home, user)
            else:
                home.symlink_to(_elsewhere(shared_root, data_dir, user))
                say(f"User {user.name} cannot enter {data_dir}: the database lies in {os.readlink(home)}")
        home = home.resolve()
    except OSError as error:
        raise Misconfigured(f"cannot prepare {home}: {error.strerror}; choose another folder with --data") from error
    if not user.can_enter(home):
        raise Misconfigured(
            f"user {user.name}, who runs PostgreSQL, cannot enter {home}: let others pass its parent folders "
            "(chmod o+x), or choose another folder with --data"
        )
    return home


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster on disk."""

    home: Path
    binaries: Binaries
    user: ServerUser

    @property
    def folder(self) -> Path:
        """Return the cluster's own folder, named after its major version."""
        return self.home / f"postgres-{self.binaries.major}"

    def create(self, say: Callable[[str], None]) -> None:
        """Make the cluster unless it is there. A half-made one never has the final name.

        Raises Misconfigured when the disk is too full or initdb fails.
        """
        if self.folder.exists():
            return
        free = shutil.disk_usage(self.home).free
        if free < NEW_CLUSTER_BYTES:
            raise Misconfigured(
                f"a new database needs {NEW_CLUSTER_BYTES >> 20} MB and {self.home} has {free >> 20} MB free: make "
                "room, or choose another disk with --data"
            )
        say(f"Creating the database with {self.binaries.version} in {self.folder} (once)")
        unfinished = self.home / f"{self.folder.name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._initialise(unfinished)
        unfinished.rename(self.folder)
        _sync_folder(self.home)

    def allow_connections(self) -> None:
        """Let the server's user and ourselves in, by the user id the kernel reports, and nobody else."""
        names = {self.user.name, _own_name()}
        identities = "".join(f'{DATABASE} "{name}" {DATABASE}\n' for name in sorted(names))
        self._write("pg_ident.conf", f"# Rewritten at every start.\n{identities}")
        self._write("pg_hba.conf", f"# Rewritten at every start.\nlocal all all peer map={DATABASE}\n")

    def make_socket_folder(self) -> Path:
        """Return a 0700 folder for the socket, short enough for the system."""
        own = self.home / "run"
        if len(os.fsencode(own / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_BYTES_MAX and "," not in str(own):
            if not own.exists():
                _make_private(own, self.user)
            own.chmod(0o700)
            return own
        folder = Path(tempfile.mkdtemp(prefix=SOCKET_FOLDER_PREFIX, dir="/tmp"))
        self.user.own(folder)
        return folder

    def _initialise(self, folder: Path) -> None:
        initdb = self.user.run(
            [self.binaries.program("initdb"), "--pgdata", folder, "--username", DATABASE, "--encoding", "UTF8",
             "--locale", "C", "--data-checksums", "--auth", "peer", "--no-instructions"],
        )  # fmt: skip
        if initdb.returncode:
            raise Misconfigured(f"PostgreSQL could not create {folder}: {last_line(initdb.stderr)}")
        single = self.user.run(
            [self.binaries.program("postgres"), "--single", "-D", folder, "template1"],
            stdin=f"CREATE DATABASE {DATABASE}\n",
        )
        if single.returncode:
            raise Misconfigured(f"PostgreSQL could not create its first database: {last_line(single.stderr)}")

    def _write(self, name: str, text: str) -> None:
        """Replace a file of the cluster; the folder is the server user's, so links in it are not followed."""
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        self.user.own(self.folder / name)


def dsn_of(socket_folder: Path) -> str:
    """Return the connection string of the server behind this socket."""
    return f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(socket_folder))}&port={PORT}"


def remove_socket_folder(folder: Path) -> None:
    """Remove a socket folder that was made for one run; those inside the data folder stay."""
    if folder.name.startswith(SOCKET_FOLDER_PREFIX) and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)


def last_line(text: str) -> str:
    """Return the last thing a program said, for an error message."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it gave no reason"


def _elsewhere(shared_root: Path, data_dir: Path, user: ServerUser) -> Path:
    """Make a folder for the database outside our private one. Its random name is known to the link alone."""
    databases = shared_root / "databases"
    for folder in (shared_root, databases):
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(0o755)
    parent = databases / uuid4().hex
    parent.mkdir()
    (parent / "belongs-to").write_text(f"{data_dir}\n")
    parent.chmod(0o755)
    folder = parent / "database"
    _make_private(folder, user)
    return folder


def _make_private(folder: Path, user: ServerUser) -> None:
    folder.mkdir(mode=0o700)
    folder.chmod(stat.S_IRWXU)
    user.own(folder)


def _own_name() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
