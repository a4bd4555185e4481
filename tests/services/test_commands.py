"""The command line as people type it: real processes on real databases, and what they say when something is wrong."""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import asyncpg
import httpx
import pytest

from core.aggregates.comment import Comment
from core.documents.demo import SONG_ID, THREAD_ID, demo_documents
from core.documents.kinds import kind_named
from core.documents.load import load
from core.settings import read_settings
from tests.services.servers import ROOT, WAIT_SECONDS_MAX, folder
from web.foundation import open_foundation
from web.seeding import seed
from web.welcome import welcome_lines

pytestmark = pytest.mark.services
__all__ = ["folder"]
WRONG_CONFIGURATION = 78


def counterpoint(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "web.main", *words],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=300,
        env={**os.environ, "DATABASE_URL": "", "REDIS_URL": "", **environment},
    )  # fmt: skip


def start(*words: str, **environment: str) -> subprocess.Popen[str]:
    """Start a command that keeps running."""
    return subprocess.Popen(
        [sys.executable, "-m", "web.main", *words],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "", "REDIS_URL": "", **environment},
    )  # fmt: skip


def execute(dsn: str, statement: str) -> None:
    """Run a statement on its own connection."""

    async def run() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def wait_for_answer(url: str, process: subprocess.Popen[str]) -> None:
    """Wait until somebody says ready there."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)


def test_help_says_what_there_is() -> None:
    """Without a verb the verbs are listed; a wrong one is named."""
    listed = counterpoint()
    assert all(f"  {verb} " in listed.stdout + listed.stderr for verb in ("up", "web", "worker", "token", "doctor"))
    wrong = counterpoint("sing")
    assert wrong.returncode == 2
    assert "sing" in wrong.stderr


def test_the_version_is_printed() -> None:
    """One line, the version that is installed."""
    assert counterpoint("--version").stdout == f"{version('counterpoint')}\n"


@pytest.mark.parametrize(
    "url", ["foo", "mysql://me:hunter2@127.0.0.1/x", "postgresql://me:hunter2/x@127.0.0.1/x", "postgresql://me@[::1/x"]
)
def test_a_malformed_database_address_is_called_so(url: str, folder: Path) -> None:
    """Not as if nobody answered; the doctor goes on to its end; the password is not quoted."""
    refused = counterpoint("up", "--data", str(folder), "--port", "0", DATABASE_URL=url)
    assert refused.returncode == WRONG_CONFIGURATION
    (line,) = refused.stderr.splitlines()
    assert line.startswith("counterpoint: DATABASE_URL is malformed: it must look like postgresql://")
    examined = counterpoint("doctor", "--data", str(folder), DATABASE_URL=url)
    assert re.search(r"^BAD  database .*DATABASE_URL is malformed", examined.stdout, flags=re.MULTILINE)
    assert "hunter2" not in refused.stdout + refused.stderr + examined.stdout + examined.stderr


def test_a_folder_that_cannot_be_written_is_named_with_the_way_out() -> None:
    """Also for one who may do everything: nobody writes into the kernel's own folders."""
    for verb in ("up", "sign-in"):
        refused = counterpoint(verb, "--data", "/proc/studio", *(["--port", "0"] if verb == "up" else []))
        assert refused.returncode == WRONG_CONFIGURATION
        (line,) = refused.stderr.splitlines()
        assert "/proc/studio" in line
        assert line.endswith("with --data")


def test_the_doctor_does_not_contradict_itself(folder: Path) -> None:
    """A folder that another process holds is not called free, even while no database answers there."""
    (folder / "database").mkdir()
    with (folder / "lock").open("w") as lock:
        lock.write("4711\n")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        held = counterpoint("doctor", "--data", str(folder)).stdout
    assert re.search(r"^ok   studio +process 4711 holds this folder", held, flags=re.MULTILINE)
    assert re.search(r"^BAD  database .*in use by process 4711", held, flags=re.MULTILINE)
    assert "does not run on this folder now" not in held


def test_short_verbs_start_without_the_heavy_libraries() -> None:
    """The command line itself imports neither the web server nor the database driver."""
    program = (
        "import sys; import web.main; print({'uvicorn', 'asyncpg', 'pycrdt', 'sqlalchemy', 'numpy'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout.strip() == "set()"


def test_migrate_says_what_it_did(empty_database_url: str) -> None:
    """Once it names the revisions; again it is silent."""
    assert re.fullmatch(
        r"Migrated the database: 0001(, \d{4})*\n", counterpoint("migrate", DATABASE_URL=empty_database_url).stdout
    )
    again = counterpoint("migrate", DATABASE_URL=empty_database_url)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


@pytest.mark.parametrize("verb", ["web", "worker"])
def test_processes_refuse_a_database_that_is_behind(verb: str, empty_database_url: str) -> None:
    """They end with one line that says the command."""
    refused = counterpoint(verb, DATABASE_URL=empty_database_url)
    assert refused.returncode == WRONG_CONFIGURATION
    assert refused.stderr.splitlines()[-1].endswith("run `counterpoint migrate`")


@pytest.mark.parametrize("verb", ["web", "worker"])
def test_processes_refuse_a_database_of_a_newer_program(verb: str, database_url: str) -> None:
    """A step this program does not know, and cannot live with, stops it."""
    execute(database_url, "INSERT INTO schema_revisions (revision, additive) VALUES ('9999', false)")
    refused = counterpoint(verb, DATABASE_URL=database_url)
    assert refused.returncode == WRONG_CONFIGURATION
    assert "update this program" in refused.stderr.splitlines()[-1]


@pytest.mark.parametrize("verb", ["web", "worker"])
def test_processes_without_a_database_say_so(verb: str, folder: Path) -> None:
    """Nothing is started behind one's back; the message names both ways."""
    refused = counterpoint(verb, "--data", str(folder))
    assert refused.returncode == WRONG_CONFIGURATION
    assert "set DATABASE_URL" in refused.stderr
    assert "counterpoint up" in refused.stderr
    assert list(folder.iterdir()) == []


def test_a_wrong_setting_is_named() -> None:
    """The variable and what it must be."""
    refused = counterpoint("up", COUNTERPOINT_WORKER_THREADS="many")
    assert refused.returncode == WRONG_CONFIGURATION
    assert "COUNTERPOINT_WORKER_THREADS='many' must be a whole number from 1 to 64" in refused.stderr


def test_a_redis_that_is_away_ends_the_start_with_one_line(folder: Path) -> None:
    """The studio says why once, before it makes a database or starts anything."""
    refused = counterpoint("up", "--data", str(folder / "data"), "--port", "0", REDIS_URL="redis://127.0.0.1:1")
    assert refused.returncode == WRONG_CONFIGURATION, refused.stdout + refused.stderr
    (line,) = refused.stderr.splitlines()
    assert line.startswith("counterpoint: REDIS_URL is set, but Redis does not answer there")
    assert refused.stdout == ""
    assert not (folder / "data").exists()


def test_a_web_process_whose_redis_is_away_says_so_in_one_line(database_url: str, folder: Path) -> None:
    """Also without `up` before it, or when Redis went away after `up` had looked: it ends, and is not tried again."""
    away = {"DATABASE_URL": database_url, "REDIS_URL": "redis://127.0.0.1:1"}
    refused = counterpoint("web", "--data", str(folder), "--port", "0", **away)
    assert refused.returncode == WRONG_CONFIGURATION, refused.stdout + refused.stderr
    assert refused.stderr.splitlines()[-1].startswith("counterpoint: REDIS_URL is set, but Redis does not answer there")
    assert "Traceback" not in refused.stderr


def test_a_complaint_of_a_child_has_one_prefix(folder: Path) -> None:
    """`up` passes on what its migration said, without the program's name twice."""
    away = counterpoint("up", "--data", str(folder), "--port", "0", DATABASE_URL="postgresql://me:secret@127.0.0.1:1/x")
    assert away.returncode == WRONG_CONFIGURATION
    (line,) = away.stderr.splitlines()
    assert line.startswith("counterpoint: no database answers at 127.0.0.1:1/x")
    assert "secret" not in line


def test_web_and_worker_on_a_shared_database(database_url: str, redis_url: str, folder: Path) -> None:
    """As on several machines: web answers to a token made beside it, the worker runs, both end in order."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    shared = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "COUNTERPOINT_DATA": str(folder)}
    web, worker = start("web", "--port", str(port), **shared), start("worker", **shared)
    try:
        wait_for_answer(f"http://127.0.0.1:{port}", web)
        made = counterpoint("token", "--role", "viewer", "--name", "Watcher", **shared)
        headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
        me = httpx.get(f"http://127.0.0.1:{port}/api/v1/me", headers=headers, timeout=10)
        assert me.status_code == 200
        assert (me.json()["name"], me.json()["role"]) == ("Watcher", "viewer")
        assert worker.poll() is None
    finally:
        for process in (web, worker):
            process.send_signal(signal.SIGTERM)
        said = [process.communicate(timeout=180)[0] for process in (web, worker)]
    assert web.returncode in (0, -signal.SIGTERM), said
    assert worker.returncode == 0, said
    assert not any("Traceback" in text for text in said), said


def test_commands_run_the_embedded_database_while_they_need_it(folder: Path) -> None:
    """token, sign-in, rebuild and doctor work on a folder whose studio does not run, and leave no server behind."""
    data = ("--data", str(folder / "data"))
    assert "not made yet" in counterpoint("doctor", *data).stdout
    token = counterpoint("token", "--role", "owner", *data)
    assert re.fullmatch(r"cp_\S+\n", token.stdout)
    assert "Creating the database" in token.stderr
    first, second = counterpoint("sign-in", *data), counterpoint("sign-in", *data)
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/sign-in\?key=\S+\n", first.stdout)
    assert first.stdout != second.stdout
    # A studio that runs has written down where it listens: links lead there, whatever port that is.
    (folder / "data" / "address").write_text("http://127.0.0.1:8140\n")
    assert counterpoint("sign-in", *data).stdout.startswith("http://127.0.0.1:8140/sign-in?key=")
    (folder / "data" / "address").unlink()
    assert counterpoint("rebuild", "documents", *data).stdout == "Rebuilt documents\n"
    unknown = counterpoint("rebuild", "dreams", *data)
    assert unknown.returncode == 1
    assert re.search(r"There is no projection 'dreams'; there is (\w+, )*documents, (\w+, )+\w+\.", unknown.stderr)
    healthy = counterpoint("doctor", "--verify", *data)
    assert healthy.returncode == 0, healthy.stdout
    assert "does not run on this folder now" in healthy.stdout
    assert re.search(r"ok   chain +\d+ events in \d+ links", healthy.stdout)
    assert not (folder / "data" / "database" / "postgres-18" / "postmaster.pid").exists()


def test_the_doctor_names_what_is_wrong(database_url: str, empty_database_url: str) -> None:
    """A broken chain, a database that is behind, one that is away and a Redis that is away: each by name, exit 1."""
    execute(
        database_url,
        "INSERT INTO stream_heads (stream_id, kind, version, position) VALUES (gen_random_uuid(), 'a', 1, 1)",
    )
    broken = counterpoint("doctor", "--verify", DATABASE_URL=database_url, REDIS_URL="redis://127.0.0.1:1/0")
    assert broken.returncode == 1
    assert re.search(r"^BAD  chain ", broken.stdout, flags=re.MULTILINE)
    assert re.search(r"^BAD  redis .*check REDIS_URL", broken.stdout, flags=re.MULTILINE)
    assert re.search(r"^ok   durability ", broken.stdout, flags=re.MULTILINE)
    behind = counterpoint("doctor", DATABASE_URL=empty_database_url)
    assert re.search(r"^BAD  schema .*counterpoint migrate", behind.stdout, flags=re.MULTILINE)
    away = counterpoint("doctor", DATABASE_URL="postgresql://me:secret@127.0.0.1:1/x")
    assert re.search(r"^BAD  database .*127\.0\.0\.1:1", away.stdout, flags=re.MULTILINE)
    assert "secret" not in away.stdout


async def test_the_demo_workspace_is_made_once(database_url: str, folder: Path) -> None:
    """Three documents with their whole content; a second start, also after one went to the trash, makes nothing."""
    settings = replace(read_settings({}, data_dir=folder), database_url=database_url)
    lines = await welcome_lines(settings, demo=True)
    assert lines[0].startswith("A song, a persona and a world")
    assert re.search(r"^Sign in once with: http://127\.0\.0\.1:8000/sign-in\?key=", lines[1])
    async with open_foundation(settings) as foundation:
        head = await foundation.log.head()
        assert await seed(foundation.log, foundation.repository, foundation.clock) == 0
        assert await foundation.log.head() == head
        thread = await foundation.repository.get(Comment, THREAD_ID)
        assert (thread.anchor.document_id, thread.anchor.quote, thread.resolved_at) == (SONG_ID, "96", None)
        for document in demo_documents():
            loaded = await load(foundation.log, NoSnapshots(), document.document_id)
            content = kind_named(document.kind).to_json(loaded.doc)
            assert content[kind_named(document.kind).title_field] == document.title  # type: ignore[attr-defined]
            assert loaded.version == 1
    assert [line for line in await welcome_lines(settings, demo=True) if "song" in line] == []


async def test_a_studio_in_use_is_not_filled(database_url: str, folder: Path) -> None:
    """Who has made a document of their own gets no demo."""
    from core.documents.creation import create_document
    from core.ids import new_id

    settings = replace(read_settings({}, data_dir=folder), database_url=database_url)
    async with open_foundation(settings) as foundation:
        await create_document(
            foundation.log, foundation.repository, document_id=new_id(), kind="note", title="Mine",
            person_id=new_id(), at=foundation.clock.now(),
        )  # fmt: skip
        assert await seed(foundation.log, foundation.repository, foundation.clock) == 0


class NoSnapshots:
    """A Snapshots port that never kept anything."""

    async def latest(self, document_id: object) -> None:
        """Return nothing."""

    async def save(self, document_id: object, snapshot: object) -> None:
        """Keep nothing."""
