"""`counterpoint up`, everything real: killed at any moment it leaves nothing running, and the next start goes on."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from tests.services.servers import ROOT, alive, wait_until
from tests.studio import Studio

pytestmark = pytest.mark.crash
ROUNDS = 3


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's user can enter."""
    with tempfile.TemporaryDirectory(prefix="counterpoint-tests-", dir="/tmp") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def test_a_killed_studio_leaves_nothing_and_starts_again(folder: Path) -> None:
    """Kill -9 of the supervisor alone, at random moments of its start and life: its processes end, data and port go on.

    One token made in the first round signs in after every one.
    """
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    studio = Studio(folder / "data")
    studio.start()
    studio.token("viewer")
    for _ in range(ROUNDS):
        pids = studio.pids()
        assert len(pids) >= 4
        kill_only(studio)
        wait_until_gone(pids)
        interrupted = start_without_waiting(studio)
        time.sleep(chance.uniform(0.0, 2.0))  # A moment of the start, not a wait for anything.
        interrupted.kill()
        interrupted.wait(10)
        studio.start()
        assert studio.request("GET", "/api/v1/me", role="viewer").status_code == 200
    pids = studio.pids()
    studio.stop()
    wait_until_gone(pids)
    assert not (studio.data_dir / "address").exists()


def test_the_demo_is_heard(folder: Path) -> None:
    """Two clients write a verse that both read the same, and a WAV and a FLAC with sound in them are left."""
    studio = Studio(folder / "data")
    studio.start()
    try:
        take = folder / "take"
        take.mkdir()
        (take / "written-together.wav").write_bytes(b"earlier")
        played = subprocess.run(
            [sys.executable, "-m", "web.main", "demo", "--data", str(studio.data_dir), "--into", str(take)],
            capture_output=True, text=True, check=False, cwd=ROOT, timeout=400,
        )  # fmt: skip
        assert played.returncode == 0, played.stdout + played.stderr
        assert len(re.findall(r"edits, each durable within", played.stdout)) == 4
        assert "Both read the same, and so does the log" in played.stdout
        for path in (take / "written-together-2.wav", take / "written-together-2.flac"):
            sound, rate = soundfile.read(path)
            assert len(sound) / rate > 20
            assert abs(sound).max() > 0.2
        assert (take / "written-together.wav").read_bytes() == b"earlier"
        assert len(list(take.iterdir())) == 3
        members = studio.request("GET", "/api/v1/members", role="owner").json()["items"]
        assert not [member for member in members if "demo" in member["name"]]
    finally:
        studio.stop()
    shutil.rmtree(take)


def test_the_demo_says_when_there_is_no_studio(folder: Path) -> None:
    """One line says how to start one."""
    played = subprocess.run(
        [sys.executable, "-m", "web.main", "demo", "--data", str(folder), "--into", str(folder / "take")],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=300,
    )  # fmt: skip
    assert played.returncode == 78
    assert "counterpoint up" in played.stderr
    assert "make demo DATA=" in played.stderr


def kill_only(studio: Studio) -> None:
    """Kill -9 the supervisor, and no other process."""
    assert studio._process is not None
    studio._process.kill()
    studio._process.wait(10)
    studio._forget()


def start_without_waiting(studio: Studio) -> subprocess.Popen[bytes]:
    """Start the same studio and return at once."""
    return subprocess.Popen(
        [sys.executable, "-m", "web.main", "up", "--port", str(studio.port), "--data", str(studio.data_dir)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip


def wait_until_gone(pids: list[int]) -> None:
    """Wait until none of these processes lives."""
    wait_until(lambda: not [pid for pid in pids if alive(pid)], "the end of every process")
