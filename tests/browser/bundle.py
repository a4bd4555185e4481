"""The built client: made anew, as `make run` does it, when its source is newer than what was built."""

from __future__ import annotations

import fcntl
import gzip
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

ROOT: Final = Path(__file__).parents[2]
CLIENT: Final = ROOT / "web" / "client"
BUILT: Final = CLIENT / "dist" / "index.html"
#: What the built client is made of.
SOURCES: Final = ("src", "public", "index.html", "package.json", "package-lock.json", "vite.config.ts", "tsconfig.json")
BUILD_SECONDS_MAX: Final = 300


class CannotBuild(Exception):
    """node or make is not installed: the client cannot be built"""


def build_client() -> None:
    """Build the client if its source has changed; processes that ask at once build it once.

    Raises CannotBuild; a source that does not build is an AssertionError.
    """
    with (Path(tempfile.gettempdir()) / "counterpoint-client-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_stale():
            _build()


def gzipped_bytes(address: str) -> int:
    """Return what a file of the client weighs on the wire; 0 for what is no file of the client."""
    path = urlsplit(address).path
    file = BUILT if path == "/" else BUILT.parent / path.lstrip("/")
    if not file.is_file():
        return 0
    packed = file.with_name(f"{file.name}.gz")
    return packed.stat().st_size if packed.exists() else len(gzip.compress(file.read_bytes()))


def _build() -> None:
    if shutil.which("make") is None or shutil.which("npm") is None:
        raise CannotBuild(CannotBuild.__doc__)
    before = _built_at()
    done = subprocess.run(
        ["make", "--silent", "client"],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS_MAX,
        check=False,
    )
    built = done.returncode == 0 and _built_at() != before
    assert built, f"the client does not build:\n{(done.stdout + done.stderr)[-4000:]}"


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
