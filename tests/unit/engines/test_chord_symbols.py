"""Chord symbols are read as widely as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.engines.local.chords import diatonic, read_chord
from workers.engines.local.progression import BARS_READ_MAX, guess_key, read_bars
from workers.engines.local.theory import Key, Meter, read_key, read_meter

A_MINOR = Key(9, "minor")


@pytest.mark.parametrize(
    ("symbol", "root", "intervals", "bass"),
    [
        ("C", 0, (0, 4, 7), 0),
        ("Am", 9, (0, 3, 7), 9),
        ("F#m7b5/A", 6, (0, 3, 6, 10), 9),
        ("B♭maj9", 10, (0, 4, 7, 11, 14), 10),
        ("G7(#9)", 7, (0, 4, 7, 10, 15), 7),
        ("Csus4", 0, (0, 5, 7), 0),
        ("C7sus4", 0, (0, 5, 7, 10), 0),
        ("C6/9", 0, (0, 4, 7, 9, 14), 0),
        ("Cdim7", 0, (0, 3, 6, 9), 0),
        ("Cø", 0, (0, 3, 6, 10), 0),
        ("Cm(maj7)", 0, (0, 3, 7, 11), 0),
        ("C+", 0, (0, 4, 8), 0),
        ("C5", 0, (0, 7), 0),
        ("Cadd9", 0, (0, 4, 7, 14), 0),
        ("Hm", 11, (0, 3, 7), 11),
        ("VI", 5, (0, 4, 7), 5),
        ("bVII", 7, (0, 4, 7), 7),
        ("iv", 2, (0, 3, 7), 2),
        ("V7", 4, (0, 4, 7, 10), 4),
    ],
)
def test_symbols_mean_their_notes(symbol: str, root: int, intervals: tuple[int, ...], bass: int) -> None:
    """A symbol gives its root, its notes and its bass."""
    chord = read_chord(symbol, A_MINOR)
    assert chord is not None
    assert (chord.root, chord.intervals, chord.bass) == (root, intervals, bass)


@pytest.mark.parametrize("symbol", ["", "xyz", "Bridge", "Amen", "Chorus", "C/x", "A" * 100])
def test_words_are_no_chords(symbol: str) -> None:
    """What is no chord is None, not a guess."""
    assert read_chord(symbol, A_MINOR) is None


@given(st.text(max_size=40))
def test_any_text_is_read_without_failing(text: str) -> None:
    """No text stops the reader, and what it reads is within the octave."""
    chord = read_chord(text, A_MINOR)
    assert chord is None or (0 <= chord.root < 12 and chord.intervals[0] == 0 and chord.intervals[-1] <= 24)


def roots(text: str) -> list[list[int | None]]:
    return [[change.chord.root if change.chord else None for change in bar] for bar in read_bars(text, A_MINOR)[0]]


def test_chords_without_bar_lines_are_a_bar_each() -> None:
    """Spaces, commas, dashes and arrows separate; each chord lasts a bar."""
    assert roots("Am F, C - G") == [[9], [5], [0], [7]]
    assert roots("Am → F\nC") == [[9], [5], [0]]


def test_bar_lines_repeats_and_holds() -> None:
    """Chords of a bar share it, % repeats the bar, / holds, N.C. is silence, x2 plays the line again."""
    assert roots("| Am F | % | N.C. |") == [[9, 5], [9, 5], [None]]
    assert roots("|: Am | F :| x2") == [[9], [5], [9], [5]]
    bars, unknown = read_bars("| C / / G |", A_MINOR)
    assert [change.at for change in bars[0]] == [0, 0.75]
    assert not unknown


def test_an_unreadable_symbol_holds_the_chord_before_and_is_named() -> None:
    """A slip of the pen is reported once and never stops the music."""
    bars, unknown = read_bars("Am foo foo G", A_MINOR)
    assert [bar[-1].chord and bar[-1].chord.root for bar in bars] == [9, 9, 9, 7]
    assert unknown == ["foo"]


@given(st.text(alphabet="AmF#b7|/%x2 -N.C\n:", max_size=200))
def test_any_progression_is_read(text: str) -> None:
    """Bars always start at their beginning and their changes ascend."""
    bars, _ = read_bars(text, A_MINOR)
    assert len(bars) <= BARS_READ_MAX
    for bar in bars:
        places = [change.at for change in bar]
        assert places[0] == 0
        assert places == sorted(set(places))


def test_huge_texts_are_read_up_to_a_bound() -> None:
    """Two hundred thousand characters cost no more than the longest section."""
    assert len(read_bars("Am " * 70_000, A_MINOR)[0]) <= BARS_READ_MAX


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A", (9, None)), ("F# minor", (6, "minor")), ("Bbm", (10, "minor")), ("a", (9, "minor")),
        ("H-Moll", (11, "minor")),
        ("e flat major", (3, "major")), ("D dorian", (2, "dorian")), ("Banana", None), ("", None),
    ],
)  # fmt: skip
def test_keys_are_read(text: str, expected: tuple[int, str | None] | None) -> None:
    """Keys may carry their mode, in the ways people write them."""
    assert read_key(text) == expected


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_the_key_is_guessed_from_its_own_chords(tonic: int, mode: str) -> None:
    """A loop of diatonic chords that starts at home tells its key."""
    key = Key(tonic, mode)
    assert guess_key([diatonic(key, degree) for degree in (0, 5, 3, 4, 0)]) == key


@pytest.mark.parametrize(
    ("text", "pulses"),
    [
        ("4/4", (0, 4, 8, 12)),
        ("3/4", (0, 4, 8)),
        ("6/8", (0, 6)),
        ("7/8", (0, 4, 8)),
        ("12/8", (0, 6, 12, 18)),
        ("2/2", (0, 8)),
    ],
)
def test_meters_have_pulses(text: str, pulses: tuple[int, ...]) -> None:
    """Compound meters are tapped in dotted quarters, odd ones end on a three."""
    meter = read_meter(text)
    assert meter is not None
    assert meter.pulses == pulses


def test_every_meter_that_is_read_fills_its_bar() -> None:
    """No meter has a pulse outside its bar, or none at all."""
    read = [read_meter(f"{beats}/{unit}") for beats in range(20) for unit in range(20)]
    meters = [meter for meter in read if meter]
    assert len(meters) == 16 * 4
    assert all(isinstance(meter, Meter) and meter.pulses[0] == 0 and meter.pulses[-1] < meter.steps for meter in meters)
