"""Songs of every feel, and any tiny song, rendered in full."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.engines.local.arrangement import SECTION_DEFAULTS
from workers.engines.local.engine import LocalEngine
from workers.engines.port import RenderRequest, RenderResult


def render(folder: Path, song: dict[str, Any], *, seed: int = 1, **parameters: Any) -> RenderResult:
    chosen = {"stems": False, "formats": ["wav"], **parameters}
    request = RenderRequest(song=song, parameters=chosen, seed=seed, folder=folder)
    return LocalEngine().render(request, lambda stage, done: None)


@pytest.mark.parametrize("feel", ["pop", "rock", "electronic", "hiphop", "acoustic", "jazz"])
def test_every_feel_renders(feel: str, tmp_path: Path) -> None:
    """Each band has all its instruments, in an odd meter too."""
    song = {"bpm": 300, "time_signature": "7/8", "sections": [{"bars": 1, "kind": "chorus"}]}
    result = render(tmp_path, song, feel=feel)
    assert result.loudness_lufs == pytest.approx(-14, abs=0.3)


@settings(max_examples=12)
@given(
    kinds=st.lists(st.sampled_from(sorted(SECTION_DEFAULTS)), min_size=1, max_size=2),
    chords=st.text(alphabet="ABCDEFGm7#/| N.C%", max_size=12),
    lyrics=st.text(max_size=20),
    energy=st.none() | st.floats(0, 1),
    meter=st.sampled_from(["4/4", "6/8", "5/4"]),
    seed=st.integers(),
)
def test_any_tiny_song_renders(
    kinds: list[str], chords: str, lyrics: str, energy: float | None, meter: str, seed: int
) -> None:
    """Whatever is written, the mix is finite, below its ceiling and never louder than asked."""
    sections = [{"kind": kind, "bars": 1, "chords": chords, "lyrics": lyrics, "energy": energy} for kind in kinds]
    song = {"bpm": 300, "time_signature": meter, "sections": sections}
    with tempfile.TemporaryDirectory() as folder:
        result = render(Path(folder), song, seed=seed)
        mix, _ = soundfile.read(result.files[0].path)
    assert np.isfinite(mix).all()
    assert result.true_peak_dbtp <= -1.0
    # Drums alone may peak too much to get there: then the ceiling wins.
    assert result.loudness_lufs <= -13.5
