"""The timeline: whose updates make a sitting, and what each sitting's person did, in words."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc

import core.documents.sittings
from core.crdt.history import History
from core.crdt.weave import TextWeave, Weave
from core.documents.kinds import kind_named
from core.documents.sittings import Sitting, doings, sittings
from core.events import DOCUMENT_UPDATED, Kind, Recorded
from tests.unit.crdt.histories import attribution_of, full_state
from tests.unit.crdt.histories import history as random_history

ADA, MINA = UUID(int=1), UUID(int=2)
SONG = kind_named("song")
MINUTE = 60_000


class Afternoon:
    """A song that people change at certain minutes."""

    def __init__(self) -> None:
        self.history = History()
        self._doc: Doc[Any] = Doc(client_id=1)

    def change(self, minute: float, person: UUID, **fields: Any) -> None:
        """Let a person set fields at a minute; the others stay."""
        before = self._doc.get_state()
        SONG.edit(self._doc, {**SONG.to_json(self._doc), **fields})
        update = self._doc.get_update(before)
        version = self.history.version + 1
        moment = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(minutes=minute)
        event = Recorded(
            version, UUID(int=9), Kind.UPDATE, version, DOCUMENT_UPDATED, person, moment, update, len(update)
        )
        self.history.extend([event])

    def told(self) -> list[tuple[UUID, list[str]]]:
        """Return every sitting's person and phrases, the newest first."""
        found = sittings(self.history, pause_ms=10 * MINUTE)
        return [(one.person_id, [doing.phrase for doing in doings(SONG, self.history, one)]) for one in found]


def verse(lyrics: str, key: str = "v1", pos: str = "V", **fields: Any) -> dict[str, Any]:
    """Return one section."""
    return {key: {"name": "Chorus", "lyrics": lyrics, "pos": pos, **fields}}


def test_a_pause_ends_a_sitting_and_others_do_not() -> None:
    """Ten minutes without her own edits end Ada's sitting; Mina's in between do not; the newest end comes first."""
    song = Afternoon()
    for minute, person in ((0, ADA), (4, MINA), (8, ADA), (12, MINA), (30, ADA)):
        song.change(minute, person, bpm=90 + minute)
    found = sittings(song.history, pause_ms=10 * MINUTE)
    assert found == [Sitting(ADA, 5, 5, 1), Sitting(MINA, 2, 4, 2), Sitting(ADA, 1, 3, 2)]
    assert sittings(History(), pause_ms=1) == []


def test_a_language_is_told_by_its_name() -> None:
    """Codes are stored, names are said; what is no code of ours is said as it is."""
    song = Afternoon()
    for minute, language in enumerate(("en", "it", "tlh")):
        song.change(minute * 60, ADA, language=language)
    assert [done for _, done in song.told()] == [
        ["language Italian to tlh"],
        ["language English to Italian"],
        ["language English"],
    ]


def test_each_tells_what_its_person_did() -> None:
    """Two write at once: each sitting names its own words and values, although both are in the difference."""
    song = Afternoon()
    song.change(0, ADA, title="Rain", bpm=96, sections=verse("rain falls"))
    song.change(60, ADA, sections=verse("rain slowly falls"))
    song.change(61, MINA, bpm=101)
    song.change(62, ADA, sections=verse("rain slowly falls down here"))
    song.change(63, MINA, genres=["pop"], persona_id=str(ADA))
    mina, ada, first = song.told()
    assert mina == (MINA, ["tempo 96 to 101", "genres +pop", "persona chosen"])
    assert ada == (ADA, ["3 words in Chorus"])
    assert first[0] == ADA
    assert first[1][0] == "title Rain"
    assert "added Chorus" in first[1]


def test_what_comes_goes_and_moves() -> None:
    """Sections by their names; labels by plus and minus; replaced and removed words counted; values that went."""
    song = Afternoon()
    both = verse("a b c d") | verse("x", "v2", "X", name="Bridge")
    song.change(0, ADA, sections=both, genres=["pop"], key="C")
    song.change(60, MINA, sections={**both, "v2": both["v2"] | {"pos": "B"}})
    song.change(120, ADA, sections=verse("a b e"), genres=["rock"], key=None)
    ada, mina, _ = song.told()
    assert mina == (MINA, ["moved Bridge"])
    assert sorted(ada[1]) == sorted(["removed Bridge", "1 word for 2 in Chorus", "genres +rock -pop", "key C removed"])


def test_a_sitting_that_left_nothing() -> None:
    """Typed and taken back: the sitting is there, and says nothing."""
    song = Afternoon()
    song.change(0, ADA, bpm=96)
    song.change(60, MINA, bpm=101)
    song.change(61, MINA, bpm=96)
    newest = song.told()[0]
    assert newest == (MINA, [])


def counted_one_by_one(history: History, pause_ms: int, without: set[int]) -> list[Sitting]:
    """Return the sittings as one would count them: version after version."""
    found: list[Sitting] = []
    for version in range(1, history.version + 1):
        if version in without:
            continue
        person = history.actor_of(version)
        mine = [number for number, one in enumerate(found) if one.person_id == person]
        since = history.moments[version] - history.moments[found[mine[-1]].last_version] if mine else pause_ms + 1
        if since > pause_ms:
            found.append(Sitting(person, version, version, 1))
        else:
            last = found[mine[-1]]
            found[mine[-1]] = last._replace(last_version=version, updates=last.updates + 1)
    return sorted(found, key=lambda one: one.last_version, reverse=True)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), together=st.sampled_from([1, 4, 4096]))
def test_sittings_that_go_on_while_somebody_looks(seed: int, together: int) -> None:
    """Whatever was found before and is only added to: every look counts as if it were the first one."""
    chance, song = random.Random(seed), Afternoon()
    minute = 0.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core.documents.sittings, "_SETTLED_VERSIONS", together)
        for number in range(chance.randrange(1, 20)):
            minute += chance.choice([0, 1, 3, 11])
            song.change(minute, chance.choice([ADA, MINA, UUID(int=3)]), bpm=90 + number % 7)
            without = {one for one in range(1, song.history.version + 1) if chance.random() < 0.1}
            found = sittings(song.history, pause_ms=10 * MINUTE, without=without)
            assert found == counted_one_by_one(song.history, 10 * MINUTE, without)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_words_are_counted_as_they_are_shown(seed: int) -> None:
    """How many words some versions changed is what one counts in the spans of the difference."""
    log, chance = random_history(seed, 50), random.Random(seed)
    text: TextWeave = Weave(full_state(log), attribution_of(log)).text("text")
    old = chance.randint(0, len(log))
    new = chance.randint(old, len(log))
    by = np.array([False] + [chance.random() < 0.5 for _ in log])
    spans = text.spans(old, new, np.arange(len(by)))
    mine = [span for span in spans if span.author is not None and by[span.author]]
    counted = tuple(
        len("".join(span.text if span.change == change else "\n" for span in mine).split())
        for change in ("insert", "delete")
    )
    assert text.words_changed(old, new, by) == (counted if mine else None)


def test_a_look_while_somebody_types_makes_no_document_and_no_list_of_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more keystroke in a long sitting: nothing is decoded, applied or listed again for it."""
    song = Afternoon()
    words = "rain falls"
    for minute in range(9):
        words += f" and {minute}"
        song.change(minute, ADA, sections=verse(words), bpm=90 + minute)
    song.told()
    monkeypatch.setattr(History, "document_at", None)
    monkeypatch.setattr(History, "updates_to", None)
    monkeypatch.setattr(TextWeave, "spans", None)
    song.change(9, ADA, sections=verse(words + " and more"))
    assert song.told() == [(ADA, ["tempo 98", "added Chorus"])]
