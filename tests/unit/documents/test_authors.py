"""Who wrote which field and which word, by path: songs, their sections and notes, edited by several people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pycrdt import Doc, Map, Text

from core.crdt.history import History
from core.crdt.weave import Restored
from core.crdt.words import word_spans
from core.documents.authors import AuthoredSpan, authored, find, set_by, text_at
from core.documents.kind import DocumentKind
from core.documents.kinds import kind_named
from core.events import DOCUMENT_UPDATED, Kind, Recorded

ADA, MINA = UUID(int=1), UUID(int=2)
LYRICS = ("sections", "v1", "lyrics")


class Desk:
    """One document that people edit in turn; every edit is a version."""

    def __init__(self, kind: str) -> None:
        self.kind: DocumentKind = kind_named(kind)
        self.history = History()
        #: What reverts restored so far.
        self.traced: list[Restored] = []
        self._doc: Doc[Any] = Doc(client_id=1)

    def edit(self, person: UUID, change: Callable[[Doc[Any]], None], *, stores: bool = True) -> int:
        """Let a person change the document; return the version. Unless it `stores`, that is done already."""
        updates: list[bytes] = []
        subscription = self._doc.observe(lambda event: updates.append(event.update))
        with self._doc.transaction():
            change(self._doc)
        self._doc.unobserve(subscription)
        if not stores:
            return self.history.version
        return self.store(person, updates[0] if updates else b"\x00\x00")

    def store(self, person: UUID, update: bytes) -> int:
        """Store an update as it came; return the version."""
        version = self.history.version + 1
        self.history.extend(
            [
                Recorded(
                    version * 10, UUID(int=9), Kind.UPDATE, version, DOCUMENT_UPDATED, person,
                    datetime(2026, 1, 1, tzinfo=UTC), update, len(update),
                )
            ]
        )  # fmt: skip
        return version

    def patch(self, person: UUID, **fields: Any) -> int:
        """Let a person set fields, the others staying."""
        return self.edit(person, lambda doc: self.kind.edit(doc, {**self.kind.to_json(doc), **fields}))


def verse(lyrics: str, **fields: Any) -> dict[str, Any]:
    """Return one section under the key v1."""
    return {"v1": {"name": "Verse", "lyrics": lyrics, "pos": "V", **fields}}


def test_fields_and_their_last_writers() -> None:
    """Plain fields, fields of a record, labels and fields of an entry: by whom and when each was set."""
    desk = Desk("song")
    first = desk.patch(ADA, title="Rain", bpm=96, style={"vocals": "duet"}, genres=["pop"], sections=verse("a", bars=8))
    second = desk.patch(MINA, bpm=101, sections=verse("a", bars=16))
    weave = desk.history.weave

    def by(*path: str) -> int | None:
        return set_by(desk.kind, weave, path, second)

    assert (by("title"), by("bpm"), by("style", "vocals"), by("genres", "pop")) == (first, second, first, first)
    assert (by("sections", "v1"), by("sections", "v1", "name"), by("sections", "v1", "bars")) == (first, first, second)
    assert set_by(desk.kind, weave, ("bpm",), first) == first
    assert by("mode") is None
    assert by("sections", "nowhere", "bars") is None


@pytest.mark.parametrize("path", ["", "sections", "nothing", "title deeper", "style", "producer_notes x"])
def test_what_is_no_single_field(path: str) -> None:
    """Lists, groups and unknown names are nobody's."""
    desk = Desk("song")
    version = desk.patch(ADA, title="Rain", sections=verse("rain"))
    assert set_by(desk.kind, desk.history.weave, path.split(), version) is None
    assert text_at(desk.kind, desk.history.weave, path.split(), version) is None


def test_words_and_their_authors() -> None:
    """Each word of a section's lyrics, and of a text at the top, belongs to who typed it."""
    desk = Desk("song")
    desk.patch(ADA, sections=verse("rain falls"), producer_notes="warm")
    desk.patch(MINA, sections=verse("rain slowly falls"), producer_notes="warm, dry")
    version = desk.history.version
    found = text_at(desk.kind, desk.history.weave, LYRICS, version)
    notes = text_at(desk.kind, desk.history.weave, ("producer_notes",), version)
    assert found is not None
    assert notes is not None
    people = [desk.history.people[run.author] for run in found[1].blame(version, desk.history.actors)]
    assert people == [ADA, MINA, ADA]
    assert notes[0] == "producer_notes"
    assert [run.first_version for run in notes[1].blame(version, desk.history.actors)] == [1, 2]


def test_a_difference_by_word_names_the_versions() -> None:
    """Readable spans, each cut by who inserted or deleted it; a kept letter inside a rewritten word is nobody's."""
    desk = Desk("song")
    one = desk.patch(ADA, sections=verse("the rain falls"))
    two = desk.patch(MINA, sections=verse("the rain fell"))
    three = desk.patch(ADA, sections=verse("the rain fell down"))
    found = text_at(desk.kind, desk.history.weave, LYRICS, three)
    assert found is not None
    text = found[1]
    spans = authored(text, word_spans(text.text_at(one), text.text_at(three)), one, three, desk.history.actors)
    assert "".join(span.text for span in spans if span.change != "insert") == "the rain falls"
    assert "".join(span.text for span in spans if span.change != "delete") == "the rain fell down"
    assert AuthoredSpan("insert", " down", three) in spans
    assert {span.version for span in spans if span.change == "delete"} <= {None, two}
    assert two in {span.version for span in spans if span.change == "insert"}
    assert all(span.version is None for span in spans if span.change == "equal")


def test_backwards_the_same_units_are_named() -> None:
    """Read backwards, what was inserted shows as deleted, with the version that inserted it."""
    desk = Desk("song")
    one = desk.patch(ADA, producer_notes="warm")
    two = desk.patch(MINA, producer_notes="warm 🎧 dry")
    text = desk.history.weave.text("producer_notes")
    spans = authored(text, word_spans(text.text_at(two), text.text_at(one)), two, one, desk.history.actors)
    assert spans == [AuthoredSpan("equal", "warm", None), AuthoredSpan("delete", " 🎧 dry", two)]


def test_what_one_types_letter_by_letter_is_one_span() -> None:
    """A person's keystrokes in one place are one stretch, with the newest of them; another's letters are another's."""
    desk = Desk("song")
    one = desk.patch(ADA, producer_notes="warm")
    for length in range(1, 6):
        last = desk.patch(MINA, producer_notes="warm" + " rain"[:length])
    other = desk.patch(ADA, producer_notes="warm rains")
    text = desk.history.weave.text("producer_notes")
    spans = authored(text, word_spans("warm", "warm rains"), one, other, desk.history.actors)
    assert spans == [
        AuthoredSpan("equal", "warm", None),
        AuthoredSpan("insert", " rain", last),
        AuthoredSpan("insert", "s", other),
    ]


def test_notes_have_authors_too() -> None:
    """A note has no schema: its title and its text are found all the same."""
    desk = Desk("note")
    desk.edit(ADA, lambda doc: doc.get("note", type=Map).update({"title": "Ideas"}))
    version = desk.edit(MINA, lambda doc: doc.get("text", type=Text).insert(0, "rain"))
    assert set_by(desk.kind, desk.history.weave, ("title",), version) == 1
    found = text_at(desk.kind, desk.history.weave, ("text",), version)
    assert found is not None
    assert found[1].text_at(version) == "rain"
    assert find(desk.kind, desk.history.weave, ("roots", "x"), version) is None
