"""The operating-system user an embedded PostgreSQL runs as: ourselves, or an unprivileged one when we are root."""

from __future__ import annotations

import grp
import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.errors import Misconfigured

#: Accounts tried in this order when we are root; the first two keep the database apart from other services.
UNPRIVILEGED_NAMES: Final = ("counterpoint", "postgres", "nobody")
#: The whole environment of a server process: nothing of ours leaks into it.
ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class ServerUser:
    """Who owns the database's files and processes."""

    name: str
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        """Say whether no user has to be changed."""
        return self.uid == os.geteuid()

    def spawn_options(self) -> dict[str, Any]:
        """Return the arguments of subprocess that make a child run as this user, with a clean environment."""
        options: dict[str, Any] = {"env": ENVIRONMENT, "cwd": "/", "umask": 0o077}
        if not self.is_us:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": self._groups()}
        return options

    def run(self, command: Sequence[str | Path], *, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as this user to its end; the caller looks at the return code."""
        return subprocess.run(
            [str(part) for part in command],
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            **self.spawn_options(),
        )

    def can_enter(self, folder: Path) -> bool:
        """Say whether this user gets to a folder: every parent counts, so the system is asked, not the mode bits."""
        return self.is_us or self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0

    def own(self, path: Path) -> None:
        """Give a path to this user."""
        if not self.is_us:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def _groups(self) -> list[int]:
        return [group.gr_gid for group in grp.getgrall() if self.name in group.gr_mem]


def choose_server_user(existing: Path | None = None) -> ServerUser:
    """Return ourselves; as root, whoever owns the existing database, else an unprivileged account.

    Raises Misconfigured when the existing database belongs to somebody else, or no account fits.
    """
    owner_uid = existing.stat().st_uid if existing and existing.exists() else None
    if os.geteuid() != 0:
        if owner_uid is not None and owner_uid != os.geteuid():
            raise Misconfigured(
                f"{existing} belongs to user {_name_of(owner_uid)}: run Counterpoint as that user, or choose another "
                "folder with --data"
            )
        return _user_with(os.geteuid())
    if owner_uid:
        return _user_with(owner_uid)
    for name in UNPRIVILEGED_NAMES:
        try:
            return _from(pwd.getpwnam(name))
        except KeyError:
            continue
    raise Misconfigured(
        "PostgreSQL does not run as root, and there is no unprivileged account here: create one with "
        "`useradd --system counterpoint`, or set DATABASE_URL to a server"
    )


def _user_with(uid: int) -> ServerUser:
    try:
        return _from(pwd.getpwuid(uid))
    except KeyError:
        raise Misconfigured(
            f"user id {uid} has no name in /etc/passwd, and PostgreSQL needs one: run as a named user, or set "
            "DATABASE_URL to a server"
        ) from None


def _from(entry: pwd.struct_passwd) -> ServerUser:
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
