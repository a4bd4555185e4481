"""A song document, read as something to play: every gap filled with what a band would do."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from core.errors import Invalid, TooLarge
from core.limits import RENDER_MINUTES_MAX
from workers.engines.local.chords import Chord
from workers.engines.local.feel import FEELS, Feel, choose_feel
from workers.engines.local.lyrics import Syllable, read_lines
from workers.engines.local.parameters import LocalParameters
from workers.engines.local.progression import Bar, default_bars, guess_key, read_bars
from workers.engines.local.theory import Key, Meter, read_key, read_meter, read_mode, step_seconds

#: Bars and energy (0 to 1) a kind of section has unless the song says otherwise.
SECTION_DEFAULTS: Final = {
    "intro": (4, 0.4), "verse": (8, 0.55), "pre-chorus": (4, 0.68), "chorus": (8, 0.9), "bridge": (8, 0.5),
    "solo": (8, 0.85), "breakdown": (4, 0.3), "outro": (4, 0.38),
}  # fmt: skip
DEFAULT_BPM: Final = 100.0
BPM_MIN: Final = 20.0
BPM_MAX: Final = 300.0
#: A number of bars beyond this is no number of bars; well below it the length limit answers.
BARS_READABLE_MAX: Final = 1e9
#: Notes for people in one result; the rest would say the same again.
NOTES_MAX: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section, with its place in the song."""

    id: str
    name: str
    kind: str
    bars: int
    #: 0 (almost nothing) to 1 (everybody, loud).
    energy: float
    #: The chords, bar by bar; played again from the start when the section is longer.
    harmony: tuple[Bar, ...]
    lines: tuple[tuple[Syllable, ...], ...]
    first_bar: int

    def bar(self, index: int) -> Bar:
        """Return the chords of a bar of this section."""
        return self.harmony[index % len(self.harmony)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Everything the players need to know."""

    title: str
    bpm: float
    key: Key
    meter: Meter
    feel: Feel
    sections: tuple[Section, ...]
    #: Whether a voice sings the melody; else a synth plays it.
    sings: bool = True
    notes: tuple[str, ...] = field(default=())

    @property
    def step_s(self) -> float:
        """Return the seconds of a sixteenth."""
        return step_seconds(self.bpm)

    @property
    def bar_s(self) -> float:
        """Return the seconds of a bar."""
        return self.step_s * self.meter.steps

    @property
    def bars(self) -> int:
        """Return the bars of the whole song."""
        return sum(section.bars for section in self.sections)

    @property
    def music_s(self) -> float:
        """Return the seconds from the first bar to the end of the last, without the last chord's ring."""
        return self.bars * self.bar_s


def arrange(song: Mapping[str, Any], parameters: LocalParameters, seed: int) -> Arrangement:
    """Read the song. Raises Invalid with the path of a field of the wrong type, TooLarge when it lasts too long."""
    notes: list[str] = []
    bpm = _number(song.get("bpm"), DEFAULT_BPM, BPM_MIN, BPM_MAX, "song.bpm")
    meter = _meter(_text(song.get("time_signature"), "song.time_signature"), notes)
    raw = _raw_sections(song.get("sections"))
    plans = [_plan(section, path) for path, section in raw]
    if not any(plan.bars for plan in plans):
        plans = [_Plan(id="", name="Song", kind="verse", bars=8, energy=0.6)]
    _check_length(sum(plan.bars for plan in plans), meter, bpm)
    key = _key(song, [plan.chords for plan in plans], notes)
    feel = _feel(song, parameters)
    sections = _sections([plan for plan in plans if plan.bars], key, seed, notes)
    return Arrangement(
        title=_text(song.get("title"), "song.title"), bpm=bpm, key=key, meter=meter, feel=feel,
        sections=tuple(sections), sings=parameters.guide and not _is_instrumental(song), notes=tuple(notes[:NOTES_MAX]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A section as the document has it, checked for types, before the key is known."""

    id: str
    name: str
    kind: str
    bars: int
    energy: float
    chords: str = ""
    lyrics: str = ""


def _raw_sections(value: Any) -> list[tuple[str, Mapping[str, Any]]]:
    """Return (path, section) in playing order; sections are a map by id with a `pos`, or already a list."""
    match value:
        case None:
            return []
        case Mapping():
            items = [
                (f"song.sections.{id_}", {"id": id_, **_mapping(s, f"song.sections.{id_}")}) for id_, s in value.items()
            ]
            return sorted(items, key=lambda item: (str(item[1].get("pos") or ""), str(item[1]["id"])))
        case list() | tuple():
            return [(f"song.sections.{i}", _mapping(s, f"song.sections.{i}")) for i, s in enumerate(value)]
    raise Invalid("song.sections must be a map of sections by id, or a list", path="song.sections")


def _plan(section: Mapping[str, Any], path: str) -> _Plan:
    kind = _text(section.get("kind"), f"{path}.kind").strip().lower().replace(" ", "-").replace("_", "-")
    kind = {"prechorus": "pre-chorus", "hook": "chorus", "refrain": "chorus", "interlude": "breakdown"}.get(kind, kind)
    if kind not in SECTION_DEFAULTS:
        kind = "verse"
    bars, energy = SECTION_DEFAULTS[kind]
    return _Plan(
        id=_text(section.get("id"), f"{path}.id"),
        name=_text(section.get("name"), f"{path}.name") or kind.capitalize(),
        kind=kind,
        bars=round(_number(section.get("bars"), bars, 0, BARS_READABLE_MAX, f"{path}.bars")),
        energy=_number(section.get("energy"), energy, 0, 1, f"{path}.energy"),
        chords=_text(section.get("chords"), f"{path}.chords"),
        lyrics=_text(section.get("lyrics"), f"{path}.lyrics"),
    )


def _sections(plans: list[_Plan], key: Key, seed: int, notes: list[str]) -> list[Section]:
    sections: list[Section] = []
    spelled: dict[str, tuple[Bar, ...]] = {}
    first_bar = 0
    for plan in plans:
        bars, unknown = read_bars(plan.chords, key)
        if unknown:
            notes.append(f"{plan.name}: could not read {', '.join(unknown[:8])}; the chord before it was held")
        harmony = tuple(bars) if any(change.chord for bar in bars for change in bar) else None
        if harmony is None:
            # A second verse without chords is played like the first.
            loop = default_bars(plan.kind, key, random.Random(f"{seed}/loop/{plan.kind}").randrange(1000))
            harmony = spelled.get(plan.kind) or tuple(loop)
        else:
            spelled[plan.kind] = harmony
        sections.append(
            Section(
                id=plan.id, name=plan.name, kind=plan.kind, bars=plan.bars, energy=plan.energy, harmony=harmony,
                lines=tuple(tuple(line) for line in read_lines(plan.lyrics)), first_bar=first_bar,
            )
        )  # fmt: skip
        first_bar += plan.bars
    return sections


def _check_length(bars: int, meter: Meter, bpm: float) -> None:
    minutes = bars * meter.steps * step_seconds(bpm) / 60
    if minutes > RENDER_MINUTES_MAX:
        raise TooLarge(
            f"the song would last {minutes:.0f} minutes, the longest render is {RENDER_MINUTES_MAX}: "
            "give it fewer bars or a higher tempo"
        )


def _key(song: Mapping[str, Any], chord_texts: Iterable[str], notes: list[str]) -> Key:
    """Return the key the song names, or the one its chords suggest."""
    text, mode_text = _text(song.get("key"), "song.key"), _text(song.get("mode"), "song.mode")
    mode = read_mode(mode_text) if mode_text.strip() else None
    if mode_text.strip() and mode is None:
        notes.append(f"could not read the mode {mode_text.strip()[:40]!r}; the key decides")
    read = read_key(text) if text.strip() else None
    if read:
        return Key(read[0], mode or read[1] or "major")
    guessed = guess_key(_spelled_chords(chord_texts))
    if text.strip():
        notes.append(f"could not read the key {text.strip()[:40]!r}; the chords decide")
    return Key(guessed.tonic, mode) if mode else guessed


def _spelled_chords(texts: Iterable[str]) -> list[Chord]:
    bars = [bar for text in texts for bar in read_bars(text, Key(0, "major"))[0][:64]]
    return [change.chord for bar in bars for change in bar if change.chord]


def _meter(text: str, notes: list[str]) -> Meter:
    meter = read_meter(text) if text.strip() else Meter(4, 4)
    if meter is None:
        notes.append(f"could not read the time signature {text.strip()[:40]!r}; played in 4/4")
    return meter or Meter(4, 4)


def _feel(song: Mapping[str, Any], parameters: LocalParameters) -> Feel:
    if parameters.feel != "auto":
        feel = FEELS[parameters.feel]
    else:
        style = _style(song)
        feel = choose_feel([*_labels(song.get("genres")), *_labels(style.get("tags")), *_labels(song.get("moods"))])
    if any("piano" in label.lower() for label in _labels(_style(song).get("instruments"))):
        feel = replace(feel, keys="piano")
    return feel if parameters.swing is None else replace(feel, swing=parameters.swing)


def _is_instrumental(song: Mapping[str, Any]) -> bool:
    return "instrumental" in _text(_style(song).get("vocals"), "song.style.vocals").lower()


def _style(song: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(song.get("style") or {}, "song.style")


def _labels(value: Any) -> list[str]:
    """Return the texts among a list's or a map's values; anything else says nothing about the feel."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values()) if not all(v is True for v in value.values()) else list(value)
    return [label for label in value if isinstance(label, str)] if isinstance(value, (list, tuple)) else []


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Invalid(f"{path} must be an object", path=path)
    return value


def _text(value: Any, path: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid(f"{path} must be text", path=path)
    return value


def _number(value: Any, default: float, low: float, high: float, path: str) -> float:
    if value is None:
        return float(default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Invalid(f"{path} must be a number", path=path)
    if not low <= value <= high:
        raise Invalid(f"{path} must be from {low:g} to {high:g}", path=path)
    return float(value)
