"""The built client: made anew when its source is newer than what was built."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

CLIENT: Final = Path(__file__).parents[2] / "web" / "client"
BUILT: Final = CLIENT / "dist" / "index.html"
#: What the built client is made of.
SOURCES: Final = ("src", "public", "index.html", "package-lock.json", "vite.config.ts")
BUILD_SECONDS_MAX: Final = 120


class CannotBuild(Exception):
    """The client could not be built; the message says why."""


def build_client() -> None:
    """Build the client if its source has changed; processes that ask at once build it once. Raises CannotBuild."""
    if shutil.which("npm") is None or not (CLIENT / "node_modules").exists():
        raise CannotBuild("the client's packages are missing: npm ci --prefix web/client (needs Node 20)")
    with (Path(tempfile.gettempdir()) / "counterpoint-client-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_stale():
            _build()


def is_stale() -> bool:
    """Say whether the source is newer than what was built from it."""
    if not BUILT.exists():
        return True
    return max(path.stat().st_mtime for path in _sources()) > BUILT.stat().st_mtime


def _build() -> None:
    done = subprocess.run(
        ["npm", "run", "--silent", "build"],
        cwd=CLIENT, capture_output=True, text=True, timeout=BUILD_SECONDS_MAX, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise CannotBuild(f"the client does not build:\n{(done.stdout + done.stderr)[-4000:]}")


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        path = CLIENT / name
        yield path
        # Folders too: their time tells of files that were removed.
        yield from path.rglob("*")
