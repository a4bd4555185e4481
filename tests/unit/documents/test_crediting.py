"""P5 for branches: what a merge brings belongs to who wrote it there, also after a revert brought it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from pycrdt import Doc

from core.crdt.crediting import CREDITED_FROM, Credited
from core.crdt.history import History
from core.documents.authors import set_by, text_at
from core.documents.crediting import Credit, credits
from core.documents.difference import difference
from core.documents.merging import merge
from core.documents.sittings import doings, sittings
from core.documents.undoing import nothing_of, without
from tests.unit.documents.test_authors import ADA, LYRICS, MINA, Desk, verse
from tests.unit.documents.test_reverting import carry_out, plan_restore

THIRD = UUID(int=77)


def fork(desk: Desk) -> Desk:
    """Return a branch of the document as it is: its units keep their names, its history goes on."""
    branch = Desk(desk.kind.name)
    branch._doc = Doc(client_id=500)
    branch._doc.apply_update(desk._doc.get_update())
    branch.store(ADA, desk._doc.get_update())
    return branch


def bring(desk: Desk, branch: Desk, base: int, choices: Mapping[str, str] = {}) -> tuple[int, list[Credit]]:
    """Let Mina merge the branch into the document; return the version, and who is credited for what."""
    kind = desk.kind
    then = kind.to_json(desk.history.document_at(base))
    now, theirs = kind.to_json(desk._doc), kind.to_json(branch._doc)
    target = merge(kind, then, now, theirs, choices=choices).content
    again = desk.edit(MINA, lambda doc: kind.edit(doc, target))
    changes = difference(kind, now, target, by_word=False)
    rows = credits(kind, desk.history.weave, again - 1, again, changes, branch.history.weave, branch.history.version)
    desk.history.credit(
        Credited(
            row.client_id, row.clock, row.length, branch.history.position_of(row.branch_version) + 5000,
            branch.history.actor_of(row.branch_version), 1000 * row.branch_version,
        )
        for row in rows
    )  # fmt: skip
    return again, rows


def words_by(history: History, desk: Desk, path: tuple[str, ...], version: int) -> list[tuple[str, UUID]]:
    """Return the words of a text with their authors."""
    found = text_at(desk.kind, history.weave, path, version)
    assert found is not None
    units = found[1].text_at(version).encode("utf-16-le")
    return [
        (units[2 * run.start : 2 * run.stop].decode("utf-16-le"), history.actor_of(run.last_version))
        for run in found[1].blame(version, history.writers)
    ]


def test_words_and_values_are_credited_to_their_authors() -> None:
    """Words, values, labels and everything in an added section are the branch's authors', who never wrote here."""
    desk = Desk("song")
    base = desk.patch(ADA, bpm=96, sections=verse("rain 🎧 falls"))
    branch = fork(desk)
    branch.patch(THIRD, bpm=101, genres=["pop"], sections=verse("rain 🎧 falls slowly"))
    added = {**verse("rain 🎧 falls slowly"), "v2": {"name": "Two", "lyrics": "sun", "pos": "W"}}
    last = branch.patch(ADA, sections=added)
    desk.patch(MINA, sections=verse("Soft rain 🎧 falls"))
    again, rows = bring(desk, branch, base)
    history, kind = desk.history, desk.kind
    assert words_by(history, desk, LYRICS, again) == [
        ("Soft ", MINA), ("rain 🎧 falls", ADA), (" slowly", THIRD),
    ]  # fmt: skip
    assert words_by(history, desk, ("sections", "v2", "lyrics"), again) == [("sun", ADA)]
    for path, person in [
        (("bpm",), THIRD), (("genres", "pop"), THIRD), (("sections", "v2"), ADA), (("sections", "v2", "name"), ADA),
    ]:  # fmt: skip
        number = set_by(kind, history.weave, path, again)
        assert number is not None
        assert number >= CREDITED_FROM
        assert history.actor_of(number) == person
        assert history.position_of(number) >= 5000
        assert history.moment_of(number).timestamp() == (2 if person == THIRD else last)
    assert len(rows) == len({(row.client_id, row.clock) for row in rows})


@pytest.mark.parametrize("rest", ["", "\nAnd the river", "\nThe end"])
def test_a_line_below_one_that_begins_alike_is_its_authors(rest: str) -> None:
    """Both rewrote a line and both are kept: the branch's line is whose it was there, also where both say the same."""
    desk = Desk("song")
    base = desk.patch(ADA, producer_notes=f"And the rain{rest}")
    branch = fork(desk)
    branch.patch(THIRD, producer_notes=f"And the hail falls{rest}")
    desk.patch(MINA, producer_notes=f"And the snow{rest}")
    again, _ = bring(desk, branch, base, {"/producer_notes": "both"})
    runs = words_by(desk.history, desk, ("producer_notes",), again)
    assert "".join(words for words, _ in runs) == f"And the snow\nAnd the hail falls{rest}"
    # Whoever merged wrote the line end at the most.
    assert {words for words, person in runs if person == MINA} <= {"snow", "\n", "snow\n"}
    assert [words for words, person in runs if person == THIRD] == ["hail falls"]


def test_a_revert_of_merged_words_keeps_the_credit() -> None:
    """Deleted after the merge and restored by a revert, the words are still those of who wrote them on the branch."""
    desk = Desk("song")
    base = desk.patch(ADA, bpm=96, sections=verse("rain"))
    branch = fork(desk)
    branch.patch(THIRD, bpm=101, sections=verse("rain falls slowly"))
    again, _ = bring(desk, branch, base)
    desk.patch(MINA, bpm=80, sections=verse("rain"))
    back = carry_out(desk, plan_restore(desk.kind, desk.history, again))
    assert words_by(desk.history, desk, LYRICS, back) == [("rain", ADA), (" falls slowly", THIRD)]
    number = set_by(desk.kind, desk.history.weave, ("bpm",), back)
    assert number is not None
    assert desk.history.actor_of(number) == THIRD


def test_credits_are_learned_before_and_after_the_weave_is_made() -> None:
    """A history from the cache that is told the credits says the same; without them it names who merged."""
    desk = Desk("song")
    base = desk.patch(ADA, sections=verse("rain"))
    branch = fork(desk)
    branch.patch(THIRD, sections=verse("rain falls"))
    again, _ = bring(desk, branch, base)
    cached = History.from_bytes(desk.history.to_bytes())
    assert words_by(cached, desk, LYRICS, again) == [("rain", ADA), (" falls", MINA)]
    cached.credit(desk.history._credited)
    assert words_by(cached, desk, LYRICS, again) == [("rain", ADA), (" falls", THIRD)]
    fresh = History.from_bytes(desk.history.to_bytes())
    fresh.credit(desk.history._credited)
    assert words_by(fresh, desk, LYRICS, again) == [("rain", ADA), (" falls", THIRD)]
    assert fresh.people == [ADA, MINA]
    # Each position cuts what one author wrote before and after it.
    woven = fresh.weave.text(text_at(desk.kind, fresh.weave, LYRICS, again)[0])  # type: ignore[index]
    assert len(woven.blame(again, fresh.writers_apart([5]))) == 2


def test_what_is_typed_into_a_merged_word_meanwhile() -> None:
    """Somebody writes right beside it before the merge is stored: the word is still its author's, the rest theirs."""
    desk = Desk("song")
    base = desk.patch(THIRD, producer_notes="rain ")
    branch = fork(desk)
    branch.patch(ADA, producer_notes="rain tonight")
    merged = desk.kind.to_json(branch._doc)
    copy: Doc[Any] = desk.history.copy(base, client_id=77)
    before = copy.get_state()
    desk.kind.edit(copy, merged)
    desk.patch(THIRD, producer_notes="rain !")
    changes = difference(desk.kind, desk.kind.to_json(desk.history.document_at(base)), merged, by_word=False)
    again = desk.store(MINA, copy.get_update(before))
    rows = credits(
        desk.kind, desk.history.weave, base, again, changes, branch.history.weave, branch.history.version
    )  # fmt: skip
    assert [(row.client_id, row.length, row.branch_version) for row in rows] == [(77, len("tonight"), 2)]


@pytest.mark.parametrize("left_out", [2, 3])
def test_only_those_are_credited_whose_words_were_merged(left_out: int) -> None:
    """Two wrote the same word on the branch; one of them comes: it is that one's, wherever the other stands."""
    desk = Desk("song")
    base = desk.patch(MINA, producer_notes="rain")
    branch = fork(desk)
    branch.patch(ADA, producer_notes="so rain")
    branch.patch(THIRD, producer_notes="so so rain")
    mask = nothing_of(branch.history)
    mask[left_out] = True
    merged = without(desk.kind, branch.history, branch.history.version, mask).content
    changes = difference(desk.kind, desk.kind.to_json(desk._doc), merged, by_word=False)
    again = desk.edit(MINA, lambda doc: desk.kind.edit(doc, merged))
    rows = credits(desk.kind, desk.history.weave, base, again, changes, branch.history.weave, 3, mask)
    assert [(row.length, row.branch_version) for row in rows] == [(len("so "), 5 - left_out)]


def test_the_timeline_does_not_stumble_over_credits() -> None:
    """The sitting of who merged tells of the words; a credit's number is taken for no version."""
    desk = Desk("song")
    base = desk.patch(ADA, bpm=96, sections=verse("rain"))
    branch = fork(desk)
    branch.patch(THIRD, bpm=101, sections=verse("rain falls"))
    bring(desk, branch, base)
    newest = sittings(desk.history, pause_ms=1000)[0]
    assert newest.person_id == MINA
    phrases = [doing.phrase for doing in doings(desk.kind, desk.history, newest)]
    assert phrases == ["tempo 96 to 101", "1 word in Verse"]


def test_the_timeline_tells_what_a_revert_brought_back() -> None:
    """Values that came back are told in the sitting of who brought them back, though another person set them first."""
    desk = Desk("song")
    first = desk.patch(ADA, bpm=96, sections=verse("rain"))
    desk.patch(THIRD, bpm=101, sections=verse("rain falls"))
    carry_out(desk, plan_restore(desk.kind, desk.history, first))
    newest = sittings(desk.history, pause_ms=1000)[0]
    assert newest.person_id == MINA
    phrases = [doing.phrase for doing in doings(desk.kind, desk.history, newest)]
    assert phrases == ["tempo 101 to 96", "1 word less in Verse"]


def test_a_branch_of_a_branch() -> None:
    """What a merge brought to a branch is credited on from there: the first author is named."""
    desk = Desk("song")
    base = desk.patch(ADA, sections=verse("rain"))
    branch = fork(desk)
    inner = fork(branch)
    inner.patch(THIRD, sections=verse("rain falls"))
    bring(branch, inner, 1)
    again, rows = bring(desk, branch, base)
    assert [row.branch_version for row in rows] == [CREDITED_FROM]
    assert words_by(desk.history, desk, LYRICS, again) == [("rain", ADA), (" falls", THIRD)]
