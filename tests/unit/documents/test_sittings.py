"""The timeline: whose updates make a sitting, and what each sitting's person did, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pycrdt import Doc

from core.crdt.history import History
from core.documents.kinds import kind_named
from core.documents.sittings import Sitting, doings, sittings
from core.events import DOCUMENT_UPDATED, Kind, Recorded

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
