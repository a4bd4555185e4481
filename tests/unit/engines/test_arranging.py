"""A song document becomes something to play, whatever is missing in it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid, TooLarge
from core.limits import RENDER_MINUTES_MAX
from workers.engines.local.arrangement import arrange
from workers.engines.local.compose import STEMS, Performance, perform
from workers.engines.local.lyrics import read_lines
from workers.engines.local.parameters import LocalParameters, read_parameters
from workers.engines.local.theory import Key

PLAIN = LocalParameters()
VERSE = {
    "name": "Verse",
    "kind": "verse",
    "bars": 8,
    "chords": "Am F C G",
    "lyrics": "Neon rain falls\nover the harbour",
}
CHORUS = {"name": "Chorus", "kind": "chorus", "bars": 8, "chords": "F G Am C", "lyrics": "Carry me home\ncarry me home"}


def played(song: dict[str, Any], seed: int = 1, **parameters: Any) -> Performance:
    chosen = read_parameters(parameters)
    return perform(arrange(song, chosen, seed), chosen, seed)


def test_an_empty_song_is_eight_bars_of_music() -> None:
    """Nothing written is still something to hear."""
    performance = played({})
    assert performance.arrangement.bars == 8
    assert all(performance.parts[name] for name in STEMS)


def test_sections_play_in_the_order_of_their_places() -> None:
    """Sections by id are ordered by `pos`; their marks follow each other without a gap."""
    song = {"bpm": 120, "sections": {"z": {**VERSE, "pos": "a"}, "a": {**CHORUS, "pos": "b"}}}
    marks = played(song).sections
    assert [(mark.id, mark.start_s, mark.end_s) for mark in marks] == [("z", 0, 16), ("a", 16, 32)]


def test_the_key_comes_from_the_song_or_from_its_chords() -> None:
    """A named key counts; without one the chords decide; an unreadable one is reported."""
    sections = [VERSE]
    assert arrange({"key": "D", "mode": "dorian", "sections": sections}, PLAIN, 1).key == Key(2, "dorian")
    assert arrange({"sections": sections}, PLAIN, 1).key == Key(9, "minor")
    told = arrange({"key": "Q#", "sections": sections}, PLAIN, 1)
    assert told.key == Key(9, "minor")
    assert any("Q#" in note for note in told.notes)


@pytest.mark.parametrize(
    ("song", "path"),
    [
        ({"bpm": "fast"}, "song.bpm"),
        ({"bpm": 900}, "song.bpm"),
        ({"bpm": float("nan")}, "song.bpm"),
        ({"bpm": True}, "song.bpm"),
        ({"title": 4}, "song.title"),
        ({"sections": 3}, "song.sections"),
        ({"sections": {"x": 3}}, "song.sections.x"),
        ({"sections": [{"bars": -1}]}, "song.sections.0.bars"),
        ({"sections": {"x": {"lyrics": []}}}, "song.sections.x.lyrics"),
        ({"style": "loud"}, "song.style"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(song: dict[str, Any], path: str) -> None:
    """What cannot be read is refused with its path."""
    with pytest.raises(Invalid) as refused:
        arrange(song, PLAIN, 1)
    assert refused.value.path == path


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"swing": 2}, "parameters.swing"),
        ({"loud": 1}, "parameters.loud"),
        ({"formats": ["mp3"]}, "parameters.formats.0"),
        ({"formats": []}, "parameters.formats"),
        ({"loudness_lufs": 0}, "parameters.loudness_lufs"),
    ],
)
def test_a_wrong_parameter_is_named(values: dict[str, Any], path: str) -> None:
    """Parameters outside their limits, and unknown ones, are refused with their path."""
    with pytest.raises(Invalid) as refused:
        read_parameters(values)
    assert refused.value.path == path


def test_a_song_that_lasts_too_long_is_refused_before_it_is_played() -> None:
    """The bound on minutes holds for any number of bars, without counting them out."""
    bars = RENDER_MINUTES_MAX * 30  # At 120 bpm a bar of 4/4 lasts two seconds.
    arrange({"bpm": 120, "sections": [{"bars": bars}]}, PLAIN, 1)
    for too_many in (bars + 1, 10**9):
        with pytest.raises(TooLarge, match="minutes"):
            arrange({"bpm": 120, "sections": [{"bars": too_many}]}, PLAIN, 1)


def test_the_same_seed_plays_the_same_and_another_does_not() -> None:
    """A performance depends on song, parameters and seed alone."""
    song = {"sections": [VERSE, CHORUS]}
    assert played(song, 7) == played(song, 7)
    assert all(played(song, 7).parts[name] != played(song, 8).parts[name] for name in STEMS)


def test_changing_the_lyrics_leaves_the_band_alone() -> None:
    """Players have dice of their own: only the melody follows the words."""
    before = played({"sections": [VERSE, CHORUS]})
    after = played({"sections": [{**VERSE, "lyrics": "Other words altogether"}, CHORUS]})
    assert before.parts["lead"] != after.parts["lead"]
    assert all(before.parts[name] == after.parts[name] for name in ("drums", "bass", "keys"))


def test_louder_sections_have_more_in_them() -> None:
    """Energy decides how much the drummer plays, and how hard."""

    def drums(energy: float) -> float:
        song = {"sections": [{**VERSE, "energy": energy}]}
        return sum(note.velocity for note in played(song).parts["drums"])

    assert drums(0.1) < drums(0.5) < drums(0.95)


def test_words_are_timed_in_order_within_their_section() -> None:
    """Each word of the lyrics is timed, once, in reading order, inside its section."""
    performance = played({"sections": [{**VERSE, "id": "v"}, {**CHORUS, "id": "c"}]})
    assert [word.word for word in performance.words] == [
        "Neon",
        "rain",
        "falls",
        "over",
        "the",
        "harbour",
        "Carry",
        "me",
        "home",
        "carry",
        "me",
        "home",
    ]
    assert all(a.start_s < b.start_s for a, b in zip(performance.words, performance.words[1:], strict=False))
    ends = {mark.id: (mark.start_s, mark.end_s) for mark in performance.sections}
    for word in performance.words:
        start_s, end_s = ends[word.section_id]
        assert start_s <= word.start_s < word.end_s <= end_s


def test_lyrics_that_do_not_fit_are_reported() -> None:
    """More lines than bars can carry are left out, and the result says so."""
    performance = played({"sections": [{**VERSE, "bars": 1, "lyrics": "one line\n" * 9}]})
    assert any("7 lines" in note for note in performance.notes)


def test_an_instrumental_has_no_singer() -> None:
    """`vocals: instrumental`, or the guide switched off, gives the melody to a synth; words keep their times."""
    sung = {note.voice for note in played({"sections": [VERSE]}).parts["lead"]}
    assert sung & set("aeiou")
    for performance in (
        played({"sections": [VERSE], "style": {"vocals": "instrumental"}}),
        played({"sections": [VERSE]}, guide=False),
    ):
        assert {note.voice for note in performance.parts["lead"]} == {"lead"}
        assert performance.words


def test_swing_delays_the_off_beats_only() -> None:
    """Full swing puts off-beat eighths on the third triplet and leaves the beats where they are."""
    song = {"bpm": 60, "sections": [{**VERSE, "bars": 2, "energy": 0.6}]}
    straight = played(song, feel="pop", swing=0, looseness=0).parts["drums"]
    swung = played(song, feel="pop", swing=1, looseness=0).parts["drums"]
    moved = {round(a.start_s % 1, 3): round(b.start_s % 1, 3) for a, b in zip(straight, swung, strict=True)}
    assert moved[0.0] == 0.0
    assert moved[0.5] == pytest.approx(2 / 3, abs=0.001)


def test_genres_choose_the_feel() -> None:
    """The genres, tags and moods decide how the band plays; parameters win."""
    for genre, feel in (
        ("synthwave", "electronic"),
        ("lo-fi", "hiphop"),
        ("folk", "acoustic"),
        ("jazz", "jazz"),
        ("indie pop", "pop"),
    ):
        assert arrange({"genres": [genre]}, PLAIN, 1).feel.name == feel
    assert arrange({"genres": ["jazz"]}, LocalParameters(feel="rock"), 1).feel.name == "rock"


def test_syllables_follow_the_language_of_the_eye() -> None:
    """Vowel groups make syllables, silent e does not, signs of syllabic scripts are sung one by one."""
    counts = [
        len(line)
        for line in read_lines("[Chorus]\nCarry me home\nlittle fire\nÜber den Wolken\n君が好き\n(softly)\n...")
    ]
    assert counts == [4, 3, 5, 4]


SECTION = st.fixed_dictionaries(
    {},
    optional={
        "name": st.none() | st.text(max_size=20),
        "kind": st.none()
        | st.sampled_from(["intro", "verse", "pre-chorus", "chorus", "bridge", "solo", "breakdown", "outro"]),
        "bars": st.none() | st.integers(1, 9),
        "energy": st.none() | st.floats(0, 1),
        "chords": st.text(alphabet="ABCDEFGHmajdisu#b79/|%x2 ()-\n", max_size=60),
        "lyrics": st.text(max_size=120),
        "notes": st.text(max_size=10),
    },
)
SONGS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.none() | st.text(max_size=20),
        "bpm": st.none() | st.integers(20, 300),
        "key": st.none() | st.sampled_from(["C", "F#", "Bb", "B"]),
        "mode": st.none()
        | st.sampled_from(["major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian"]),
        "time_signature": st.none() | st.sampled_from(["4/4", "3/4", "6/8", "2/4", "5/4", "7/8", "12/8"]),
        "genres": st.lists(
            st.sampled_from(["pop", "rock", "folk", "electronic", "hip hop", "jazz", "reggae"]), max_size=2
        ),
        "style": st.fixed_dictionaries(
            {}, optional={"vocals": st.none() | st.text(max_size=9), "tags": st.lists(st.text())}
        ),
        "sections": st.lists(SECTION, max_size=4)
        | st.dictionaries(st.text(min_size=1, max_size=4), SECTION, max_size=4),
    },
)


@settings(max_examples=25)
@given(SONGS, st.integers())
def test_any_valid_song_can_be_played(song: dict[str, Any], seed: int) -> None:
    """Every song the schema allows gives notes an instrument can play, inside its time, or is too long."""
    try:
        performance = played(song, seed)
    except TooLarge:
        return
    notes = [note for part in performance.parts.values() for note in part]
    assert performance.duration_s > 2
    for note in notes:
        assert 0 <= note.start_s < performance.duration_s
        assert note.duration_s > 0
        assert note.pitch == 0 or 20 <= note.pitch <= 110
        assert 0 < note.velocity <= 1
