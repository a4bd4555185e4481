"""Helpers of the tests of embedded servers: folders, processes that hold a server, and looks at them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from core.adapters.postgres.binaries import find_binaries
from core.adapters.postgres.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
WAIT_SECONDS_MAX = 180.0

#: Holds a server until it is told to end, or killed.
HOLDER = """
import sys, pathlib
from core.adapters.postgres.embedded import EmbeddedPostgres
server = EmbeddedPostgres(pathlib.Path(sys.argv[1]), say=lambda line: print("say", line, flush=True))
print("ready", server.start(), server.pid, flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user can enter."""
    with tempfile.TemporaryDirectory(prefix="counterpoint-tests-", dir="/tmp") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def make(folder: Path) -> Iterator[Callable[..., EmbeddedPostgres]]:
    """Make servers that are stopped after the test."""
    with contextlib.ExitStack() as stack:

        def make_one(name: str = "data", **options: Any) -> EmbeddedPostgres:
            server = EmbeddedPostgres(folder / name, shared_root=folder / "shared", **options)
            stack.callback(server.stop)
            return server

        yield make_one


def query(dsn: str, *statements: str) -> Any:
    """Run statements on their own connection; return the first value of the last one."""

    async def run() -> Any:
        connection = await asyncpg.connect(dsn)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(run())


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Look until it holds."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not condition():
        assert time.monotonic() < deadline, f"waited too long for {what}"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Say whether the process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):  # It ended, perhaps while it was read.
        return False


def hold(data_dir: Path, **options: Any) -> tuple[subprocess.Popen[str], str, int, list[str]]:
    """Start a process that runs a server; return it with the DSN, the server's pid and what was said."""
    process = subprocess.Popen(
        [options.pop("python", sys.executable), "-c", HOLDER, str(data_dir)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=options.pop("cwd", ROOT), **options,
    )  # fmt: skip
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        if line.startswith("ready "):
            _, dsn, pid = line.split()
            return process, dsn, int(pid), said
        said.append(line.removeprefix("say ").strip())
    raise AssertionError(f"the holder ended: {said}")


def finish(process: subprocess.Popen[str]) -> None:
    """End a holder in order."""
    process.communicate(timeout=180)


def stat_mode(path: Path) -> int:
    """Return the permission bits."""
    return path.stat().st_mode & 0o777


def ordinary_user(folder: Path) -> tuple[pwd.struct_passwd, str, Path]:
    """Return a user, a Python that user can run, and a copy of our code that user can read."""
    user = pwd.getpwnam("nobody")
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}", "/usr/bin/python3"):
        allowed = subprocess.run(
            [shutil.which("env") or "env", python, "-c", "import sys; assert sys.version_info >= (3, 11)"],
            check=False, capture_output=True, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/",
        ) if Path(python).exists() else None  # fmt: skip
        if allowed and allowed.returncode == 0:
            checkout = folder / "checkout"
            shutil.copytree(ROOT / "core", checkout / "core", ignore=shutil.ignore_patterns("__pycache__"))
            return user, python, checkout
    pytest.skip("no Python here that an ordinary user can run")


def python_environment(checkout: Path) -> dict[str, str]:
    """Return the environment in which that Python finds the wheel of PostgreSQL."""
    wheel = next((binaries for binaries in find_binaries() if binaries.from_wheel), None)
    site = str(wheel.folder.parents[2]) if wheel else ""
    return {"PATH": os.defpath, "PYTHONPATH": f"{checkout}:{site}", "PYTHONDONTWRITEBYTECODE": "1"}
