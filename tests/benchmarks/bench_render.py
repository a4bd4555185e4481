"""How much work a minute of local audio costs: run it, or call `measure()`.

The figure is CPU time of the whole child process, interpreter start and library loading included, over the minutes of
audio it wrote: mix as WAV and FLAC, four FLAC stems, MIDI, outline.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
VERSE_AND_CHORUS = [("verse", 8), ("pre-chorus", 4), ("chorus", 8)]
SECTIONS = [("intro", 4), *VERSE_AND_CHORUS * 2, ("bridge", 8), ("solo", 8), ("chorus", 8), ("outro", 8)]
LYRICS = "Neon rain falls over harbour lights\nwe count the ships that never came\nevery name is a window"
_CHILD = """
import json, resource, sys, time
from pathlib import Path
from workers.engines.local.engine import LocalEngine
from workers.engines.port import RenderRequest
values = json.loads(sys.argv[1])
stages = []
def report(stage, done):
    stages.append((stage, round(time.process_time(), 3)))
request = RenderRequest(song=values["song"], parameters={}, seed=1, folder=Path(values["folder"]))
result = LocalEngine().render(request, report)
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"audio_s": result.duration_s, "cpu_s": used.ru_utime + used.ru_stime,
                  "memory_mb": used.ru_maxrss / 1024, "loudness_lufs": result.loudness_lufs,
                  "true_peak_dbtp": result.true_peak_dbtp, "stages": stages}))
"""


def measure(feel_genre: str = "pop") -> dict[str, Any]:
    """Render a song of three minutes in a process of its own and return what it cost.

    `seconds_a_minute` is CPU seconds a minute of audio, `memory_mb` the peak resident size, `stages` the CPU seconds
    passed when each stage ended.
    """
    song = {
        "bpm": 104, "key": "A", "mode": "minor", "genres": [feel_genre],
        "sections": [{"kind": kind, "bars": bars, "chords": "Am F C G", "lyrics": LYRICS} for kind, bars in SECTIONS],
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="counterpoint-bench-") as folder:
        ran = subprocess.run(
            [sys.executable, "-c", _CHILD, json.dumps({"song": song, "folder": folder})],
            cwd=ROOT,
            env={"OPENBLAS_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"},
            check=True,
            capture_output=True,
            text=True,
        )
    figures: dict[str, Any] = json.loads(ran.stdout)
    figures["seconds_a_minute"] = round(figures["cpu_s"] / figures["audio_s"] * 60, 3)
    return figures


if __name__ == "__main__":
    for genre in sys.argv[1:] or ["pop"]:
        print(genre, json.dumps(measure(genre)))  # noqa: T201  # A benchmark prints its figures.
