"""The local engine: a song becomes notes, notes become stems, stems become a mastered mix and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import Invalid
from workers.engines.local.parameters import LocalParameters, read_parameters
from workers.engines.port import RenderedFile, RenderRequest, RenderResult, Report

if TYPE_CHECKING:
    from workers.engines.local.compose import Performance
    from workers.engines.local.samples import Samples

NAME: Final = "local"
#: Raised whenever the same song, parameters and seed would sound different.
VERSION: Final = "1"
#: How much of the whole is done when a stage begins.
_BEGINS: Final = {"compose": 0.0, "drums": 0.02, "bass": 0.18, "keys": 0.32, "lead": 0.52, "master": 0.7, "write": 0.85}


class LocalEngine:
    """Synthesised drums, bass, keys and lead, mixed and mastered at 44.1 kHz."""

    @property
    def name(self) -> str:
        """Return "local"."""
        return NAME

    @property
    def version(self) -> str:
        """Return the version of the sound."""
        return VERSION

    @property
    def parameters(self) -> type[LocalParameters]:
        """Return the model of the parameters."""
        return LocalParameters

    def render(self, request: RenderRequest, report: Report) -> RenderResult:
        """Render the song; see `Engine.render`."""
        # Numerical libraries load here: a process that only lists engines stays small.
        from workers.engines.local.arrangement import arrange
        from workers.engines.local.compose import perform

        if not isinstance(request.song, dict):
            raise Invalid("the song must be an object", path="song")
        parameters = read_parameters(request.parameters)
        report("compose", _BEGINS["compose"])
        performance = perform(arrange(request.song, parameters, request.seed), parameters, request.seed)
        return _produce(request, parameters, performance, report)


def _produce(
    request: RenderRequest, parameters: LocalParameters, performance: Performance, report: Report
) -> RenderResult:
    from workers.engines.local.files import write_audio, write_outline
    from workers.engines.local.master import master
    from workers.engines.local.midi import write_midi
    from workers.engines.local.samples import SAMPLE_RATE

    files: list[RenderedFile] = []
    mix = _mix_stems(request, parameters, performance, files, report)
    report("master", _BEGINS["master"])
    measured = master(mix, parameters.loudness_lufs)
    report("write", _BEGINS["write"])
    mixes: list[RenderedFile] = []
    for audio_format in parameters.formats:
        path = request.folder / f"mix.{audio_format}"
        write_audio(path, mix, audio_format)
        mixes.append(RenderedFile("mix", audio_format, path))
    midi, outline = request.folder / "song.mid", request.folder / "peaks.json"
    write_midi(performance, midi)
    write_outline(outline, mix)
    files = [*mixes, *files, RenderedFile("midi", "mid", midi), RenderedFile("peaks", "json", outline)]
    report("write", 1.0)
    return RenderResult(
        engine=NAME, version=VERSION, seed=request.seed,
        parameters=parameters.model_dump(mode="json"), files=tuple(files), duration_s=mix.shape[1] / SAMPLE_RATE,
        sample_rate=SAMPLE_RATE, loudness_lufs=measured.loudness_lufs, true_peak_dbtp=measured.true_peak_dbtp,
        sections=performance.sections, lyrics=performance.words, notes=performance.notes,
    )  # fmt: skip


def _mix_stems(
    request: RenderRequest,
    parameters: LocalParameters,
    performance: Performance,
    files: list[RenderedFile],
    report: Report,
) -> Samples:
    """Render one stem after the other into the mix; only the mix and one stem are in memory."""
    from workers.engines.local.compose import STEMS
    from workers.engines.local.files import write_audio
    from workers.engines.local.mix import through_desk
    from workers.engines.local.samples import frames_of, silence
    from workers.engines.local.stem import render_stem
    from workers.engines.local.voices.bass import basses
    from workers.engines.local.voices.drums import drum_kit
    from workers.engines.local.voices.keys import keyboards
    from workers.engines.local.voices.lead import leads

    voices = {"drums": drum_kit(), "bass": basses(), "keys": keyboards(), "lead": leads()}
    kicks = [note for note in performance.parts["drums"] if note.voice == "kick"]
    mix = silence(2, frames_of(performance.duration_s))
    for name in STEMS:
        report(name, _BEGINS[name])
        stem = render_stem(performance.parts[name], voices[name], performance.duration_s)
        through_desk(name, stem, performance.arrangement, kicks)
        mix += stem
        if parameters.stems:
            audio_format = parameters.formats[-1]
            path = request.folder / f"{name}.{audio_format}"
            write_audio(path, stem, audio_format)
            files.append(RenderedFile(name, audio_format, path))
    return mix
