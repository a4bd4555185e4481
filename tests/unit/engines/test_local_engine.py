"""The local engine renders short songs well: the same each time, whole, clean, and described truthfully."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from core.errors import Invalid
from workers.engines.local.engine import LocalEngine
from workers.engines.port import RenderRequest, RenderResult
from workers.engines.registry import engine_named, engines

SONG = {
    "bpm": 240, "key": "A", "mode": "minor", "genres": ["rock"],
    "sections": {
        "c": {"pos": "b", "name": "Chorus", "kind": "chorus", "bars": 2, "chords": "F G",
               "lyrics": "Carry me home", "energy": 1},
        "v": {"pos": "a", "name": "Verse", "kind": "verse", "bars": 2, "chords": "Am F",
               "lyrics": "Neon rain", "energy": 0.4},
    },
}  # fmt: skip

Rendered = Callable[..., RenderResult]


def silent(stage: str, fraction: float) -> None:
    """Report to nobody."""


def render(folder: Path, song: dict[str, Any] = SONG, seed: int = 1, **parameters: Any) -> RenderResult:
    folder.mkdir(parents=True, exist_ok=True)
    request = RenderRequest(song=song, parameters=parameters, seed=seed, folder=folder)
    return LocalEngine().render(request, silent)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    """Return one render that several tests look at."""
    return render(tmp_path_factory.mktemp("render"))


def hashes(result: RenderResult) -> dict[tuple[str, str], str]:
    return {(f.role, f.format): hashlib.sha256(f.path.read_bytes()).hexdigest() for f in result.files}


def audio(result: RenderResult, role: str, format_: str = "flac") -> np.ndarray[Any, Any]:
    path = next(f.path for f in result.files if (f.role, f.format) == (role, format_))
    samples, rate = soundfile.read(path)
    assert rate == result.sample_rate
    return np.asarray(samples)


def test_the_same_request_gives_the_same_bytes(rendered: RenderResult, tmp_path: Path) -> None:
    """Every file is byte for byte the same again; another seed changes the mix."""
    again = render(tmp_path / "again")
    assert hashes(again) == hashes(rendered)
    other = render(tmp_path / "other", seed=2, stems=False, formats=["wav"])
    assert hashes(other)["mix", "wav"] != hashes(rendered)["mix", "wav"]


def test_every_file_is_there_and_described(rendered: RenderResult) -> None:
    """Mix in both formats, four stems, MIDI and the outline; the result survives its JSON form."""
    assert [(f.role, f.format) for f in rendered.files] == [
        ("mix", "wav"), ("mix", "flac"), ("drums", "flac"), ("bass", "flac"), ("keys", "flac"), ("lead", "flac"),
        ("midi", "mid"), ("peaks", "json"),
    ]  # fmt: skip
    assert all(f.path.stat().st_size > 0 for f in rendered.files)
    assert RenderResult.from_json(json.loads(json.dumps(rendered.to_json()))) == rendered
    assert (rendered.engine, rendered.version, rendered.seed) == ("local", LocalEngine().version, 1)
    assert rendered.parameters["swing"] is None
    assert [word.word for word in rendered.lyrics] == ["Neon", "rain", "Carry", "me", "home"]
    assert [(mark.id, mark.start_s) for mark in rendered.sections] == [("v", 0.0), ("c", 2.0)]
    np.testing.assert_array_equal(audio(rendered, "mix", "wav"), audio(rendered, "mix", "flac"))


def test_the_mix_is_clean(rendered: RenderResult) -> None:
    """No clipping, no direct current, no hole, both sides alike, the loudness and peak that are claimed."""
    mix = audio(rendered, "mix", "wav")
    assert len(mix) / rendered.sample_rate == pytest.approx(rendered.duration_s)
    assert rendered.loudness_lufs == pytest.approx(-14, abs=0.3)
    assert rendered.true_peak_dbtp <= -1.0
    assert np.abs(mix).max() <= 10 ** (-1 / 20)
    assert abs(mix.mean()) < 1e-3
    assert 0.2 < np.corrcoef(mix.T)[0, 1] < 0.999
    music = mix[: int(rendered.sections[-1].end_s * rendered.sample_rate)]
    steps = music[: len(music) // 8820 * 8820].reshape(-1, 8820 * 2)
    assert np.sqrt((steps**2).mean(axis=1)).min() > 10 ** (-45 / 20)
    assert np.abs(mix[-441:]).max() < 0.01  # The end has died away.


def test_stems_sum_to_the_mix_before_mastering(rendered: RenderResult) -> None:
    """The sum of the stems differs from the mix by a gain that moves slowly, and by nothing else."""
    total = sum(audio(rendered, role) for role in ("drums", "bass", "keys", "lead"))
    mix = audio(rendered, "mix", "wav")
    assert isinstance(total, np.ndarray)
    window = 256
    for start in range(0, len(mix) - window, 20_000):
        ours, theirs = mix[start : start + window].ravel(), total[start : start + window].ravel()
        if np.abs(theirs).max() < 0.01:
            continue
        gain = ours @ theirs / (theirs @ theirs)
        assert np.abs(ours - gain * theirs).max() < 0.03 * np.abs(ours).max() + 1e-4


def test_sections_sound_as_different_as_they_are_written(rendered: RenderResult) -> None:
    """A chorus of full energy is at least 1.5 dB louder than a quiet verse."""
    mix = audio(rendered, "mix", "wav")
    rms = [
        np.sqrt((mix[int(m.start_s * rendered.sample_rate) : int(m.end_s * rendered.sample_rate)] ** 2).mean())
        for m in rendered.sections
    ]
    assert 20 * np.log10(rms[1] / rms[0]) > 1.5


def test_the_outline_follows_the_waveform(rendered: RenderResult) -> None:
    """A thousand points, lowest and highest sample each."""
    outline = json.loads(next(f.path for f in rendered.files if f.role == "peaks").read_text())
    mix = audio(rendered, "mix", "wav")
    assert len(outline["min"]) == len(outline["max"]) == 1000
    assert max(outline["max"]) == pytest.approx(mix.max(), abs=0.001)
    assert min(outline["min"]) == pytest.approx(mix.min(), abs=0.001)


def test_parameters_choose_what_is_written(tmp_path: Path) -> None:
    """Without stems only the mix is written, in the formats asked for and at the loudness asked for."""
    result = render(tmp_path, {"bpm": 240, "sections": [{"bars": 1}]}, stems=False, formats=["wav"], loudness_lufs=-20)
    assert [(f.role, f.format) for f in result.files] == [("mix", "wav"), ("midi", "mid"), ("peaks", "json")]
    assert {p.name for p in tmp_path.iterdir()} == {f.path.name for f in result.files}
    assert result.loudness_lufs == pytest.approx(-20, abs=0.3)


def test_progress_never_falls_and_ends_at_one(tmp_path: Path) -> None:
    """Every stage is reported once, in order."""
    seen: list[tuple[str, float]] = []
    request = RenderRequest(
        song={"bpm": 300, "sections": [{"bars": 1}]}, parameters={"stems": False}, seed=0, folder=tmp_path
    )
    LocalEngine().render(request, lambda stage, fraction: seen.append((stage, fraction)))
    assert [stage for stage, _ in seen] == ["compose", "drums", "bass", "keys", "lead", "master", "write", "write"]
    fractions = [fraction for _, fraction in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_a_song_that_is_no_object_is_refused(tmp_path: Path) -> None:
    """The song must be JSON's object."""
    with pytest.raises(Invalid) as refused:
        LocalEngine().render(RenderRequest(song=[], parameters={}, seed=1, folder=tmp_path), silent)  # type: ignore[arg-type]  # Wrong on purpose, as a caller might.
    assert refused.value.path == "song"
    assert not list(tmp_path.iterdir())


def test_engines_are_found_by_name_and_have_a_schema() -> None:
    """Names are unique, and every engine's parameters have a JSON schema with limits."""
    names = [engine.name for engine in engines()]
    assert len(set(names)) == len(names)
    schema = engine_named("local").parameters.model_json_schema()
    assert schema["properties"]["looseness"]["maximum"] == 1
