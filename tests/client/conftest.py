"""What the tests of the browser client's source need: its packages, installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

CLIENT: Final = Path(__file__).parents[2] / "web" / "client"
#: Set by `make test`: a missing program is then a failure, at home a skip.
REQUIRED: Final = bool(os.environ.get("COUNTERPOINT_REQUIRE_SERVICES") or os.environ.get("CI"))
#: Characters of a failed check's output that a person is shown.
OUTPUT_CHARS_MAX: Final = 6000

Check = Callable[..., None]


@pytest.fixture
def check() -> Check:
    """Run a program of the client's packages in its folder; what it says is the failure."""
    if shutil.which("npx") is None or not (CLIENT / "node_modules").exists():
        message = "the client's packages are missing: npm ci --prefix web/client (needs Node 20.19)"
        pytest.fail(message) if REQUIRED else pytest.skip(message)

    def run(*command: str, seconds_max: float = 300) -> None:
        done = subprocess.run(
            ["npx", "--no-install", *command], cwd=CLIENT, env={**os.environ, "NO_COLOR": "1"},
            capture_output=True, text=True, timeout=seconds_max, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.fail((done.stdout + done.stderr)[-OUTPUT_CHARS_MAX:], pytrace=False)

    return run
