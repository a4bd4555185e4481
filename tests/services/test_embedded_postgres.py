"""The embedded PostgreSQL starts, recovers, keeps others out and says what is wrong."""

from __future__ import annotations

import asyncio
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from core.adapters.postgres import cluster as cluster_module
from core.adapters.postgres.binaries import Binaries, choose_binaries, find_binaries
from core.adapters.postgres.embedded import EmbeddedPostgres, find_running
from core.errors import Misconfigured
from tests.services.servers import (
    AS_ROOT,
    WAIT_SECONDS_MAX,
    alive,
    finish,
    folder,
    hold,
    make,
    query,
    stat_mode,
    wait_until,
)

pytestmark = pytest.mark.services
__all__ = ["folder", "make"]  # Fixtures; pytest finds them by name.


def test_cold_and_warm_start(make: Callable[..., EmbeddedPostgres]) -> None:
    """The first start creates the cluster and says so; the second one is silent, fast, and finds the data."""
    said: list[str] = []
    first = make(say=said.append)
    query(first.start(), "CREATE TABLE kept (value int)", "INSERT INTO kept VALUES (42) RETURNING value")
    first.stop()
    assert not first.running
    assert any("Creating the database" in line for line in said)

    said.clear()
    second = make(say=said.append)
    begin = time.monotonic()
    assert query(second.start(), "SELECT value FROM kept") == 42
    assert time.monotonic() - begin < 5
    assert said == []
    assert second.cluster_dir.name == "postgres-18"


def test_unsafe_settings_cannot_be_smuggled_in(make: Callable[..., EmbeddedPostgres]) -> None:
    """Fsync and full_page_writes are on whatever the configuration files of the cluster say (P1)."""
    server = make()
    query(server.start(), "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT 1")
    server.stop()
    dsn = server.start()
    assert query(dsn, "SHOW fsync") == "on"
    assert query(dsn, "SHOW full_page_writes") == "on"
    assert query(dsn, "SHOW data_checksums") == "on"
    assert query(dsn, "SHOW listen_addresses") == ""


def test_recovers_after_kill_of_the_server(make: Callable[..., EmbeddedPostgres]) -> None:
    """After kill -9 of PostgreSQL, start() brings back everything committed, although the pid file is stale."""
    server = make()
    dsn = server.start()
    query(dsn, "CREATE TABLE kept (value int)", "INSERT INTO kept VALUES (1) RETURNING value")
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.running, "the server's death")
    assert server.start() == dsn
    assert query(dsn, "SELECT count(*) FROM kept") == 1


def test_stops_when_we_are_killed_and_recovers(folder: Path, make: Callable[..., EmbeddedPostgres]) -> None:
    """After kill -9 of the process that runs it, PostgreSQL ends by itself and the next start has the data."""
    process, dsn, server_pid, _ = hold(folder / "data")
    query(dsn, "CREATE TABLE kept (value int)", "INSERT INTO kept VALUES (1) RETURNING value")
    process.kill()
    finish(process)
    if sys.platform == "linux":
        wait_until(lambda: not alive(server_pid), "the orphan's end")
    assert query(make().start(), "SELECT count(*) FROM kept") == 1


def test_ends_an_orphan_that_still_runs(make: Callable[..., EmbeddedPostgres]) -> None:
    """A server that outlived its parent is ended, in order, and replaced."""
    server = make()
    server.start()
    server.stop()
    cluster = server._cluster
    assert cluster is not None
    socket_folder = cluster.make_socket_folder()
    orphan = subprocess.Popen(
        [cluster.binaries.program("postgres"), "-D", cluster.folder, "-k", socket_folder, "-c", "listen_addresses="],
        start_new_session=True, stderr=subprocess.DEVNULL, **cluster.user.spawn_options(),
    )  # fmt: skip
    wait_until(lambda: find_running(server.data_dir) is not None, "the orphan")
    reaper = threading.Thread(target=orphan.wait)
    reaper.start()
    assert query(server.start(), "SELECT 1") == 1
    reaper.join(WAIT_SECONDS_MAX)
    assert orphan.returncode == 0
    assert server.pid != orphan.pid


def test_a_reused_pid_is_not_taken_for_a_server(make: Callable[..., EmbeddedPostgres]) -> None:
    """A stale pid file that names a living, foreign process does not stop the start, nor hurt that process."""
    server = make()
    server.start()
    server.stop()
    bystander = subprocess.Popen(["sleep", "600"])
    pid_file = server.cluster_dir / "postmaster.pid"
    pid_file.write_text(f"{bystander.pid}\n{server.cluster_dir}\n1\n5432\n{server.data_dir}\n\n1 1\nready\n")
    assert find_running(server.data_dir) is None
    assert query(server.start(), "SELECT 1") == 1
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_stops_in_order_although_clients_are_connected(make: Callable[..., EmbeddedPostgres]) -> None:
    """stop() ends the server cleanly, also with open connections; no process and no socket stay behind."""
    server = make()
    dsn = server.start()
    pid = server.pid

    async def connect_and_stop() -> None:
        connection = await asyncpg.connect(dsn)
        server.stop()
        connection.terminate()

    asyncio.run(connect_and_stop())
    assert not alive(pid)
    assert not (server.cluster_dir / "postmaster.pid").exists()
    assert list((server.cluster_dir.parent / "run").iterdir()) == []
    assert find_running(server.data_dir) is None


def test_two_instances_on_two_folders(make: Callable[..., EmbeddedPostgres]) -> None:
    """Two servers run side by side and know nothing of each other."""
    one, two = make("one"), make("two")
    query(one.start(), "CREATE TABLE only_here (value int)", "SELECT 1")
    assert query(two.start(), "SELECT to_regclass('only_here')") is None
    assert one.pid != two.pid


def test_one_folder_has_one_server(folder: Path, make: Callable[..., EmbeddedPostgres]) -> None:
    """A second start on a folder in use is refused, names the process, and leaves the first one running."""
    process, dsn, server_pid, _ = hold(folder / "data")
    with pytest.raises(Misconfigured, match=f"in use by process {process.pid}.*--data"):
        make().start()
    assert find_running(folder / "data") == dsn
    assert alive(server_pid)
    finish(process)


def test_another_major_version_is_refused_with_the_way_out(make: Callable[..., EmbeddedPostgres]) -> None:
    """Data of a PostgreSQL that is not here is never touched; the message says how to move it."""
    server = make()
    other = server.data_dir / "database" / "postgres-12"
    other.mkdir(parents=True)
    (other / "PG_VERSION").write_text("12\n")
    with pytest.raises(Misconfigured) as refusal:
        server.start()
    for part in (str(other), "PostgreSQL 12", "pg_upgrade", "--old-datadir", "postgres-18", "move the old folder away"):
        assert part in refusal.value.message
    assert [path.name for path in other.parent.iterdir()] == ["postgres-12"]
    assert not server.running


def test_the_installation_fits_the_data() -> None:
    """The wheel is preferred; data of another major version is run by the installation that wrote it."""
    wheel = Binaries(Path("/wheel"), 18, "PostgreSQL 18.4", from_wheel=True)
    system = Binaries(Path("/system"), 15, "PostgreSQL 15.1")
    assert choose_binaries([wheel, system], [], Path("/data")) is wheel
    assert choose_binaries([wheel, system], [15], Path("/data")) is system
    assert choose_binaries([wheel, system], [15, 18], Path("/data")) is wheel
    with pytest.raises(Misconfigured, match=r"no PostgreSQL found.*DATABASE_URL"):
        choose_binaries([], [], Path("/data"))


def test_a_system_postgresql_works_too(make: Callable[..., EmbeddedPostgres]) -> None:
    """Where the wheel does not exist, an installed PostgreSQL 15 or newer is used."""
    system = [binaries for binaries in find_binaries() if not binaries.from_wheel]
    if not system:
        pytest.skip("no system PostgreSQL here")
    server = make(binaries=system)
    assert str(system[0].major) in query(server.start(), "SHOW server_version")
    assert server.cluster_dir.name == f"postgres-{system[0].major}"


def test_a_path_too_long_for_a_socket(folder: Path, make: Callable[..., EmbeddedPostgres]) -> None:
    """A deep data folder gets a short, private, temporary socket folder, which is removed again."""
    server = make("/".join(["deep" * 10] * 4))
    dsn = server.start()
    match = re.search(r"host=(/tmp/counterpoint-[^&]+)", dsn)
    assert match
    socket_folder = Path(match[1])
    assert stat_mode(socket_folder) == 0o700
    assert query(dsn, "SELECT 1") == 1
    assert find_running(server.data_dir) == dsn
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.running, "the server's death")
    assert server.start() == dsn
    assert query(dsn, "SELECT 1") == 1
    server.stop()
    assert not socket_folder.exists()


def test_a_folder_that_cannot_be_written(folder: Path, make: Callable[..., EmbeddedPostgres]) -> None:
    """The message names the folder and the reason."""
    (folder / "file").write_text("not a folder")
    with pytest.raises(Misconfigured, match=r"file/data.*Not a directory"):
        make("file/data").start()


def test_a_full_disk_is_said_before_anything_is_written(
    make: Callable[..., EmbeddedPostgres], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room for a cluster none is begun."""
    server = make()
    monkeypatch.setattr(cluster_module.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 5 << 20))  # type: ignore[attr-defined]
    with pytest.raises(Misconfigured, match=r"needs 200 MB.*has 5 MB free.*--data"):
        server.start()
    assert list((server.data_dir / "database").iterdir()) == []


def test_an_interrupted_creation_is_begun_again(make: Callable[..., EmbeddedPostgres]) -> None:
    """A half-made cluster never carries the final name, and is thrown away."""
    server = make()
    unfinished = server.data_dir / "database" / "postgres-18.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    if AS_ROOT:
        postgres = pwd.getpwnam("nobody")
        os.chown(server.data_dir / "database", postgres.pw_uid, postgres.pw_gid)
    assert query(server.start(), "SELECT 1") == 1
    assert not unfinished.exists()


def test_why_it_did_not_start_is_said(make: Callable[..., EmbeddedPostgres]) -> None:
    """When PostgreSQL refuses, its own last words are in the message."""
    server = make()
    server.start()
    server.stop()
    with (server.cluster_dir / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")
    with pytest.raises(Misconfigured, match=r"did not start.*postgres\.log"):
        server.start()
    assert not server.running
    assert find_running(server.data_dir) is None


def test_it_must_live_in_the_main_thread(make: Callable[..., EmbeddedPostgres]) -> None:
    """A server started by a short-lived thread would stop with it: refused."""
    server = make()
    failures: list[BaseException] = []

    def start() -> None:
        try:
            server.start()
        except RuntimeError as error:
            failures.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert len(failures) == 1
    assert not server.running
    assert not server.data_dir.exists()


def test_the_log_is_bounded(make: Callable[..., EmbeddedPostgres], monkeypatch: pytest.MonkeyPatch) -> None:
    """A large log is put aside at the next start; only one old one is kept, and nobody else reads either."""
    monkeypatch.setattr("core.adapters.postgres.embedded.LOG_BYTES_MAX", 100)
    server = make()
    for _ in range(3):
        server.start()
        server.stop()
    logs = sorted(path.name for path in server.data_dir.glob("postgres.log*"))
    assert logs == ["postgres.log", "postgres.log.old"]
    assert {stat_mode(server.data_dir / name) for name in logs} == {0o600}
