"""The built client: made anew, as `make run` does it, when its source is newer than what was built."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
CLIENT: Final = ROOT / "web" / "client"
BUILT: Final = CLIENT / "dist" / "index.html"
#: What the built client is made of.
SOURCES: Final = ("src", "public", "index.html", "package.json", "package-lock.json", "vite.config.ts", "tsconfig.json")
BUILD_SECONDS_MAX: Final = 300


class CannotBuild(Exception):
    """The client could not be built; the message says why."""


def build_client() -> None:
    """Build the client if its source has changed; processes that ask at once build it once. Raises CannotBuild."""
    with (Path(tempfile.gettempdir()) / "counterpoint-client-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_stale():
            _build()


def _build() -> None:
    if shutil.which("make") is None:
        raise CannotBuild("make is missing, which builds the client")
    before = _built_at()
    done = subprocess.run(
        ["make", "--silent", "client"],
        cwd=ROOT, capture_output=True, text=True, timeout=BUILD_SECONDS_MAX, check=False,
    )  # fmt: skip
    if done.returncode != 0 or _built_at() == before:
        raise CannotBuild(f"the client does not build:\n{(done.stdout + done.stderr)[-4000:]}")


def _is_stale() -> bool:
    return max(path.stat().st_mtime for path in _sources()) > _built_at()


def _built_at() -> float:
    return BUILT.stat().st_mtime if BUILT.exists() else 0.0


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        path = CLIENT / name
        yield path
        # Folders too: their time tells of files that were removed.
        yield from path.rglob("*")
