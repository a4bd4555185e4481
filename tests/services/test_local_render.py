"""A whole song through the isolated engine: progress, cancelling, and a child that dies."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from core.errors import EngineFailed, Invalid, NotFound, TooLarge
from workers.engines.isolate import render_isolated
from workers.engines.port import RenderRequest, RenderResult

ROOT = Path(__file__).parents[2]
WORDS = "Neon rain falls over harbour lights\nwe count the ships that never came\nevery name is a window"
#: Sections of a song of about three minutes: name, kind, bars, chords, lyrics.
FORM = [
    ("Intro", "intro", 4, "| Am | F | C | G |", ""),
    ("Verse 1", "verse", 8, "Am F C G", WORDS),
    ("Pre", "pre-chorus", 4, "F G Em Am", "hold on to the light we knew"),
    ("Chorus 1", "chorus", 8, "F G Am C/E", "Carry me carry me home tonight\nunder the burning water"),
    ("Verse 2", "verse", 8, "Am F C Em7", WORDS),
    ("Chorus 2", "chorus", 8, "F G Am C/E", "Carry me carry me home tonight\nunder the burning water"),
    ("Break", "breakdown", 4, "", ""),
    ("Bridge", "bridge", 8, "Dm7 Em7 Fmaj7 G", "hold\non"),
    ("Solo", "solo", 8, "", ""),
    ("Chorus 3", "chorus", 8, "F G Am C/E", "Carry me carry me home tonight\nunder the burning water"),
    ("Outro", "outro", 8, "Am F C Am", ""),
]
SONG = {
    "title": "Neon Tide", "bpm": 104, "key": "A", "mode": "minor", "time_signature": "4/4", "genres": ["indie pop"],
    "sections": {
        f"s{at}": {"pos": f"a{at:02}", "name": name, "kind": kind, "bars": bars, "chords": chords, "lyrics": lyrics}
        for at, (name, kind, bars, chords, lyrics) in enumerate(FORM)
    },
}  # fmt: skip


def request(folder: Path, song: dict[str, Any] | None = None, **parameters: Any) -> RenderRequest:
    return RenderRequest(song=SONG if song is None else song, parameters=parameters, seed=7, folder=folder)


def ignore(stage: str, fraction: float) -> None:
    """Follow nothing."""


def children() -> set[int]:
    """Return the ids of this process's living children, the dead left out."""
    found = subprocess.run(["ps", "-o", "pid=,stat=", "--ppid", str(os.getpid())], capture_output=True, text=True)
    return {int(line.split()[0]) for line in found.stdout.splitlines() if "Z" not in line.split()[1] and is_child(line)}


def is_child(line: str) -> bool:
    """Tell whether the process is an engine's, not `ps` or a server of other tests."""
    try:
        return b"workers.engines.child" in Path(f"/proc/{line.split()[0]}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


async def test_a_song_of_three_minutes_becomes_a_take(tmp_path: Path) -> None:
    """Progress never falls, every section sounds, loudness and peak are kept, and the child is gone."""
    seen: list[tuple[str, float]] = []
    result = await render_isolated("local", request(tmp_path), lambda stage, done: seen.append((stage, done)))
    fractions = [fraction for _, fraction in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert 170 < result.duration_s < 190
    assert result.loudness_lufs == pytest.approx(-14, abs=0.1)
    assert result.true_peak_dbtp <= -1.0
    assert [mark.name for mark in result.sections] == [name for name, *_ in FORM]
    assert not result.notes
    assert_sections_sound(result)
    assert not children()


def assert_sections_sound(result: RenderResult) -> None:
    """No section has a silent half second, and a chorus is louder than its verse and the intro."""
    mix, rate = soundfile.read(next(f.path for f in result.files if f.format == "wav"), dtype="float32")
    levels = {}
    for mark in result.sections:
        stretch = mix[int(mark.start_s * rate) : int(mark.end_s * rate)]
        halves = stretch[: len(stretch) // 22_050 * 22_050].reshape(-1, 22_050 * 2)
        assert np.sqrt((halves**2).mean(axis=1)).min() > 10 ** (-45 / 20), mark.name
        levels[mark.name] = 10 * np.log10((stretch**2).mean())
    assert levels["Chorus 1"] > levels["Verse 1"] + 0.8
    assert levels["Chorus 1"] > levels["Intro"] + 2


async def test_cancelling_kills_the_child_at_once(tmp_path: Path) -> None:
    """A cancelled render ends within a moment of being told, with nothing left running."""
    started = asyncio.Event()
    task = asyncio.create_task(render_isolated("local", request(tmp_path), lambda stage, done: started.set()))
    await started.wait()
    assert len(children()) == 1
    task.cancel()
    async with asyncio.timeout(2):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not children()
    assert not (tmp_path / "mix.wav").exists()


async def test_a_killed_child_is_an_error_that_says_so(tmp_path: Path) -> None:
    """Kill -9 of the child ends the render with the signal's number, not with a hang."""
    started = asyncio.Event()
    task = asyncio.create_task(render_isolated("local", request(tmp_path), lambda stage, done: started.set()))
    await started.wait()
    (child,) = children()
    os.kill(child, signal.SIGKILL)
    async with asyncio.timeout(5):
        with pytest.raises(EngineFailed, match="killed by signal 9"):
            await task


async def test_a_render_over_its_time_or_memory_is_stopped(tmp_path: Path) -> None:
    """Both limits end the child with a reason people understand."""
    with pytest.raises(EngineFailed, match=r"longer than 0\.2 s"):
        await render_isolated("local", request(tmp_path), ignore, time_limit_s=0.2)
    long_song = {"bpm": 60, "sections": [{"bars": 220}]}  # Its mix alone is larger than what is allowed below.
    with pytest.raises(EngineFailed, match="needs more memory"):
        await render_isolated("local", request(tmp_path, long_song), ignore, memory_limit_bytes=700 * 1024 * 1024)
    assert not children()


async def test_what_the_engine_refuses_is_refused_here(tmp_path: Path) -> None:
    """Errors keep their type and path on their way out of the child; a crash names its cause."""
    with pytest.raises(Invalid) as refused:
        await render_isolated("local", request(tmp_path, swing=9), ignore)
    assert refused.value.path == "parameters.swing"
    with pytest.raises(TooLarge, match="minutes"):
        await render_isolated("local", request(tmp_path, {"sections": [{"bars": 100_000}]}), ignore)
    with pytest.raises(NotFound, match="local"):
        await render_isolated("nobody", request(tmp_path), ignore)
    with pytest.raises(EngineFailed, match=r"ended with code 1 .*opening"):
        await render_isolated("local", request(tmp_path / "missing"), ignore)
    assert not any(os.scandir(tmp_path))


def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    """Kill -9 of the worker leaves no engine running."""
    script = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from workers.engines.isolate import render_isolated\nfrom workers.engines.port import RenderRequest\n"
        "song = {'bpm': 60, 'sections': [{'bars': 200}]}\n"
        "request = RenderRequest(song=song, parameters={}, seed=1, folder=Path(sys.argv[1]))\n"
        "asyncio.run(render_isolated('local', request, lambda stage, done: print(stage, flush=True)))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"compose\n"
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent.pid)], capture_output=True, text=True)
        child = int(listed.stdout)
        descriptor = os.pidfd_open(child)
    finally:
        parent.kill()
        parent.communicate()
    # A process descriptor becomes readable when its process has ended.
    ended, _, _ = select.select([descriptor], [], [], 10)
    os.close(descriptor)
    assert ended, "the engine outlived its worker"
    assert not (tmp_path / "mix.wav").exists()
