"""P5 for differences: they name the same people as blame does, after merges and reverts, and between branches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pycrdt import Text

from core.crdt.crediting import CREDITED_FROM
from core.crdt.history import History
from core.documents.difference import difference
from core.documents.kind import DocumentKind
from core.documents.merging import merge
from core.documents.telling import Told, Woven, told, told_between, told_of_merge
from tests.unit.documents.test_authors import ADA, LYRICS, MINA, Desk, verse
from tests.unit.documents.test_crediting import THIRD, bring, fork, words_by
from tests.unit.documents.test_reverting import carry_out, plan_restore


def content(kind: DocumentKind, history: History, version: int) -> dict[str, Any]:
    """Return the JSON of a version."""
    return kind.to_json(history.document_at(version))


def compared(desk: Desk, old: int, new: int) -> dict[str, Told]:
    """Return what differs between two versions, told, by path."""
    history, kind = desk.history, desk.kind
    changes = difference(kind, content(kind, history, old), content(kind, history, new))
    return {one.change.path: one for one in told(kind, history.weave, changes, old, new, history.writers)}


def by_whom(history: History, one: Told) -> list[tuple[str, str, UUID | None]]:
    """Return the changed words of a text and whose they are."""
    return [
        (span.change, span.text, None if span.version is None else history.actor_of(span.version))
        for span in one.spans
        if span.change != "equal"
    ]


def test_what_a_merge_brought_is_its_authors() -> None:
    """Words, values and entries: those of the branch's author, as blame says; what was written here stays as it is."""
    desk = Desk("song")
    base = desk.patch(ADA, bpm=96, sections=verse("rain 🎧 falls"))
    branch = fork(desk)
    sections = {**verse("rain 🎧 falls slowly"), "v2": {"name": "Two", "lyrics": "sun", "pos": "W"}}
    branch.patch(THIRD, bpm=101, sections=sections)
    desk.patch(MINA, sections=verse("Soft rain 🎧 falls"))
    again, _ = bring(desk, branch, base)
    found = compared(desk, base, again)
    lyrics = found["/sections/v1/lyrics"]
    assert by_whom(desk.history, lyrics) == [("insert", "Soft ", MINA), ("insert", " slowly", THIRD)]
    blamed = {word.strip(): person for word, person in words_by(desk.history, desk, LYRICS, again)}
    assert {text.strip(): person for _, text, person in by_whom(desk.history, lyrics)}.items() <= blamed.items()
    for path in ("/bpm", "/sections/v2"):
        number = found[path].version
        assert number is not None
        assert number >= CREDITED_FROM
        assert desk.history.actor_of(number) == THIRD
        assert desk.history.merged_at(number) == desk.history.position_of(again)
    assert desk.history.merged_at(base) is None
    # Read backwards, the same words go.
    back = by_whom(desk.history, compared(desk, again, base)["/sections/v1/lyrics"])
    assert back == [("delete", "Soft ", MINA), ("delete", " slowly", THIRD)]


def test_what_a_revert_restored_is_its_first_authors() -> None:
    """Words and values that came back are those of who wrote them; the words that went, of who reverted."""
    desk = Desk("song")
    first = desk.patch(ADA, bpm=96, producer_notes="warm rain")
    second = desk.patch(THIRD, bpm=80, producer_notes="dry rain")
    back = carry_out(desk, plan_restore(desk.kind, desk.history, first))
    found = compared(desk, second, back)
    assert by_whom(desk.history, found["/producer_notes"]) == [("delete", "dry", MINA), ("insert", "warm", ADA)]
    assert found["/bpm"].version == first


def test_between_a_document_and_its_branch() -> None:
    """What the branch says more is by who wrote it there; what the document says alone is nobody's."""
    desk = Desk("song")
    desk.patch(ADA, bpm=96, sections=verse("rain falls now 🎧 and then"))
    branch = fork(desk)
    last = branch.patch(THIRD, bpm=101, sections=verse("rain now 🎧 and slowly then"))
    now = desk.patch(MINA, sections=verse("Soft rain falls now 🎧 and then"))
    kind, history = desk.kind, branch.history
    old, new = Woven(desk.history.weave, now), Woven(history.weave, last)
    changes = difference(kind, content(kind, desk.history, now), content(kind, history, last))
    bpm, lyrics = told_between(kind, changes, old, new, history.writers)
    assert (bpm.change.path, bpm.version) == ("/bpm", last)
    assert by_whom(history, lyrics) == [
        ("delete", "Soft ", None), ("delete", "falls ", THIRD), ("insert", " slowly", THIRD),
    ]  # fmt: skip
    # The other way round the document knows who wrote what is only in it; what the branch has it never had.
    changes = difference(kind, content(kind, history, last), content(kind, desk.history, now))
    _, lyrics = told_between(kind, changes, new, old, desk.history.writers)
    assert by_whom(desk.history, lyrics) == [
        ("insert", "Soft ", MINA), ("insert", "falls ", ADA), ("delete", " slowly", None),
    ]  # fmt: skip
    empty = told_between(kind, changes, Woven(History().weave, 0), old, desk.history.writers)
    assert all(span.version is None for one in empty for span in one.spans)


def test_a_merge_says_before_whose_words_it_brings() -> None:
    """The preview names who wrote each word on the branch and who took one away; another value than its is nobody's."""
    desk = Desk("song")
    base = desk.patch(ADA, bpm=96, sections=verse("see the old rain 🎧 falls"))
    branch = fork(desk)
    branch.patch(ADA, sections=verse("see the rain 🎧 falls"))
    branch.patch(THIRD, bpm=101, title="Rain", sections=verse("see the rain 🎧 falls slowly"))
    now = desk.patch(MINA, bpm=80, sections=verse("Soft see the old rain 🎧 falls"))
    kind, theirs = desk.kind, branch.history
    before, said = content(kind, desk.history, now), content(kind, theirs, theirs.version)
    target = merge(kind, content(kind, desk.history, base), before, said, choices={"/bpm": "branch"}).content
    changes = difference(kind, before, target)
    sides = Woven(desk.history.weave, now), Woven(theirs.weave, theirs.version)
    found = {one.change.path: one for one in told_of_merge(kind, changes, *sides, said, theirs.writers)}
    assert by_whom(theirs, found["/sections/v1/lyrics"]) == [("delete", "old ", ADA), ("insert", " slowly", THIRD)]
    assert found["/bpm"].version == found["/title"].version == theirs.version
    other = told_of_merge(kind, changes, *sides, {**said, "bpm": 7}, theirs.writers)
    assert {one.change.path for one in other if one.version is None} == {"/bpm", "/sections/v1/lyrics"}


def test_what_stays_inside_a_rewritten_phrase_is_nobodys() -> None:
    """Letters and spaces that both sides have are nobody's, though a reader sees the phrase as rewritten."""
    desk = Desk("song")
    base = desk.patch(ADA, producer_notes="see rain fall")
    branch = fork(desk)
    branch.edit(THIRD, lambda doc: doc.get("producer_notes", type=Text).insert(13, "ing"))
    branch.patch(THIRD, producer_notes="see sky falling")
    kind, theirs = desk.kind, branch.history
    said = content(kind, theirs, theirs.version)
    changes = difference(kind, content(kind, desk.history, base), said)
    sides = Woven(desk.history.weave, base), Woven(theirs.weave, theirs.version)
    [between] = told_between(kind, changes, *sides, theirs.writers)
    kept = [("delete", "rain", THIRD), ("delete", " fall", None), ("insert", "sky", THIRD), ("insert", " fall", None)]
    assert by_whom(theirs, between) == [*kept, ("insert", "ing", THIRD)]
    # A merge writes whole words: those letters are written again, and are whose they were.
    [merged] = told_of_merge(kind, changes, *sides, said, theirs.writers)
    assert [(text, person) for change, text, person in by_whom(theirs, merged) if change == "insert"] == [
        ("sky", THIRD), (" ", None), ("fall", ADA), ("ing", THIRD)
    ]  # fmt: skip
