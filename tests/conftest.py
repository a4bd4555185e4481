"""Fixtures for every test: a real PostgreSQL, a fresh migrated database, a real Redis."""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from _pytest.nodeid import NodeId
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from core.adapters.postgres.embedded import EmbeddedPostgres
from core.adapters.postgres.migrate import migrate

#: Set by `make test`: a missing service is then a failure, at home a skip.
REQUIRED = bool(os.environ.get("COUNTERPOINT_REQUIRE_SERVICES") or os.environ.get("CI"))
TEMPLATE = "migrated_template"
START_SECONDS_MAX = 60.0
#: Where the tests are that take longest: a handful of them outlasts hundreds of others.
LONGEST = (
    "tests/browser/", "tests/simulation/test_world", "tests/crash/test_kill", "tests/crash/", "tests/simulation/",
    "tests/interop/", "tests/client/", "tests/services/",
)  # fmt: skip
_numbers = count(1)

# Properties hold or do not; how long an example takes on a busy machine is no property.
settings.register_profile("counterpoint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("counterpoint")


class Spread(LoadFileScheduling):
    """Files go to processes; all browser tests go to one, which starts one studio and one Chromium for them."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Spread the tests when they are spread by file."""
    return Spread(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that all processes have something to do until the end."""
    _tell_apart(items)
    items.sort(
        key=lambda item: next((at for at, part in enumerate(LONGEST) if item.nodeid.startswith(part)), len(LONGEST))
    )


def _tell_apart(items: list[pytest.Item]) -> None:
    """Give every test an id of its own: of several with one id xdist runs one, and says nothing of the others.

    pytest 9.2 leaves out of an id what schemathesis adds to the name of a test: which operation it is about.
    """
    shared = Counter(item.nodeid for item in items)
    for item in items:
        if shared[item.nodeid] > 1 and item.parent is not None:
            item._id = NodeId.parse(f"{item.parent.nodeid}::{item.name}")
    twice = [nodeid for nodeid, times in Counter(item.nodeid for item in items).items() if times > 1]
    if twice:
        raise pytest.UsageError(f"tests share an id, and only one of them would run: {', '.join(twice[:3])}")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The product runs on asyncio; so do its tests."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One running server for the whole run, with real fsync; it stops with the tests."""
    with tempfile.TemporaryDirectory(prefix="counterpoint-tests-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)  # As root the server is another user, who must get in.
        server = EmbeddedPostgres(Path(folder) / "data")
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """A migrated database that the others are cloned from; returns its name."""
    _execute(postgres, f"CREATE DATABASE {TEMPLATE}")
    migrate(_dsn_of(postgres, TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """A fresh, migrated database for this test alone; dropped afterwards, whoever still uses it."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _dsn_of(postgres, name)
    postgres.start()  # A crash test may have killed it.
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_database_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """A fresh database without any table, for the tests of the migrations themselves."""
    name = f"empty_{os.getpid()}_{next(_numbers)}"
    _execute(postgres, f"CREATE DATABASE {name}")
    yield _dsn_of(postgres, name)
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real redis-server on a free loopback port, without persistence; it stops with the tests."""
    program = shutil.which("redis-server")
    if program is None:
        message = "redis-server is not installed: `make test` does it, or install your system's package"
        pytest.fail(message) if REQUIRED else pytest.skip(message)
    process, url = _start_redis(program, tmp_path_factory.mktemp("redis"))
    yield url
    process.terminate()
    process.wait(10)


def _start_redis(program: str, folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start on a free port, and on another one when somebody was faster."""
    for _ in range(5):
        port = free_port()
        process = subprocess.Popen(
            [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no",
             "--dir", str(folder), "--maxmemory", "256mb"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=_end_with_us,
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS_MAX
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                    connection.sendall(b"PING\r\n")
                    if connection.recv(7) == b"+PONG\r\n":
                        return process, f"redis://127.0.0.1:{port}/0"
            except ConnectionError:
                time.sleep(0.02)
        process.kill()
        process.wait()
    pytest.fail("redis-server did not start")


def free_port() -> int:
    """Return a TCP port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_with_us() -> None:
    """A killed test run leaves no server behind (Linux)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _dsn_of(server: EmbeddedPostgres, database: str) -> str:
    return server.dsn.replace("@/counterpoint?", f"@/{database}?")


def _execute(server: EmbeddedPostgres, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(server.dsn)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())
