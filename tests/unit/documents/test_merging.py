"""Merging a branch into its document: complete, without surprises, and nothing decided silently."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc

from core.documents.difference import difference, fields_of
from core.documents.kind import DocumentKind
from core.documents.kinds import KINDS, kind_named
from core.documents.merging import MergeConflict, merge
from core.documents.schema import (
    Choice,
    Colour,
    Entries,
    Flag,
    Labels,
    LongText,
    Number,
    Record,
    Reference,
    Traits,
    Whole,
)
from core.errors import Invalid
from tests.unit.documents.test_difference import section, song

SONG = kind_named("song")
Content = dict[str, Any]


def _drawn(field: Any, chance: random.Random) -> Any:
    """Return some JSON of a field; drawn from few values, so that two of them often agree."""
    text = "".join(chance.choices(["rain", " ", "sun", "\n", "雨", "🎧"], k=chance.randrange(7)))
    match field:
        case Choice(values):
            return chance.choice([None, *values[:2]])
        case Whole(low, _) | Number(low, _):
            return chance.choice([None, low, low + 1])
        case Flag():
            return chance.choice([None, True, False])
        case Reference():
            return chance.choice([None, str(UUID(int=1)), str(UUID(int=2))])
        case Colour():
            return chance.choice([None, "#000000", "#ffffff"])
        case LongText():
            return text
        case Labels():
            return chance.sample("abc/~", chance.randrange(4))
        case Traits():
            names = sorted(chance.sample("abc/~", chance.randrange(4)))
            return {name: chance.choice(["x", 1, True, ["y"]]) for name in names}
        case Record(fields):
            return {name: _drawn(part, chance) for name, part in fields.items()}
        case Entries(fields):
            keys = chance.sample("abcde", chance.randrange(5))
            entries = {key: {"pos": chance.choice(["A", "V", "W"])} for key in keys}
            ordered = sorted(entries, key=lambda key: (entries[key]["pos"], key))
            return {
                key: entries[key] | {name: _drawn(part, chance) for name, part in fields.items()} for key in ordered
            }
        case _:
            return chance.choice([None, "one", "two"])


def _changed(field: Any, value: Any, chance: random.Random) -> Any:
    """Return what somebody makes of a value: often nothing, sometimes a part of it, sometimes another."""
    match field:
        case Record(fields):
            return {name: _changed(part, value[name], chance) for name, part in fields.items()}
        case Entries(fields):
            other = _drawn(field, chance)
            kept = {key: value[key] for key in value if chance.random() < 0.8}
            edited = {
                key: {"pos": entry["pos"] if chance.random() < 0.8 else other.get(key, entry)["pos"]}
                | {name: _changed(part, entry[name], chance) for name, part in fields.items()}
                for key, entry in kept.items()
            }
            added = {key: entry for key, entry in other.items() if key not in value and chance.random() < 0.3}
            return dict(sorted((edited | added).items(), key=lambda item: (item[1]["pos"], item[0])))
        case _:
            return _drawn(field, chance) if chance.random() < 0.3 else value


def _three(seed: int) -> tuple[DocumentKind, Content, Content, Content]:
    """Return a kind, some content of it, and what two people make of that."""
    chance = random.Random(seed)
    kind = chance.choice(list(KINDS.values()))
    fields, roots = fields_of(kind), ({"roots": {"theirs": [1]}} if kind.schema is None else {})
    base = {name: _drawn(field, chance) for name, field in fields.items()}
    first, second = ({name: _changed(field, base[name], chance) for name, field in fields.items()} for _ in range(2))
    return kind, base | roots, first | roots, second | roots


KIND_AND_THREE = st.integers(0, 2**32).map(_three)


def spelling(content: Content) -> str:
    """Return JSON in which true is not 1."""
    return json.dumps(content, sort_keys=True)


def chosen(conflict: MergeConflict, choice: str) -> Any:
    """Return what this choice should put at the conflict's path."""
    return conflict.document if choice == "document" else conflict.branch


def value_at(content: Any, path: str) -> Any:
    """Return what stands at a path; None: nothing."""
    for part in path.split("/")[1:]:
        content = content.get(part.replace("~1", "/").replace("~0", "~")) if content is not None else None
    return content


@settings(max_examples=60)
@given(KIND_AND_THREE)
def test_what_only_one_side_changed_is_taken(drawn: tuple[DocumentKind, Content, Content, Content]) -> None:
    """The document unchanged: the branch comes whole. The branch unchanged, or the same: the document stays."""
    kind, base, document, branch = drawn
    before = spelling([base, document, branch])  # type: ignore[arg-type]
    for mine, theirs, expected in [(base, branch, branch), (document, base, document), (document, document, document)]:
        merged = merge(kind, base, mine, theirs)
        assert (spelling(merged.content), merged.conflicts) == (spelling(expected), [])
    merge(kind, base, document, branch)
    assert spelling([base, document, branch]) == before  # type: ignore[arg-type]


@settings(max_examples=60)
@given(KIND_AND_THREE)
def test_every_conflict_is_settled_by_each_of_its_choices(
    drawn: tuple[DocumentKind, Content, Content, Content],
) -> None:
    """The choice is told back, the other side's conflicts stay as they were, and the path says what was chosen."""
    kind, base, document, branch = drawn
    merged = merge(kind, base, document, branch)
    for conflict in merged.conflicts:
        assert conflict.choice is None
        assert conflict.choices == ("document", "branch", *(["both"] if conflict.kind == "text_overlap" else []))
        for choice in conflict.choices:
            settled = merge(kind, base, document, branch, choices={conflict.path: choice})
            assert [(found.path, found.choice) for found in settled.conflicts] == [
                (found.path, choice if found is conflict else None) for found in merged.conflicts
            ]
            here = value_at(settled.content, conflict.path)
            if conflict.kind in ("both_set", "edited_and_removed"):
                assert here == chosen(conflict, choice)
            elif conflict.kind == "both_moved":
                side = document if choice == "document" else branch
                assert here["pos"] == value_at(side, conflict.path)["pos"]
            elif conflict.kind == "text_overlap":
                assert here == conflict.texts[conflict.choices.index(choice)]
            if choice == "document":
                assert spelling(settled.content) == spelling(merged.content)
    everything = merge(kind, base, document, branch, choices={conflict.path: "branch" for conflict in merged.conflicts})
    back = merge(kind, base, branch, document, choices={conflict.path: "document" for conflict in merged.conflicts})
    if kind.schema is None:
        assert spelling(everything.content) == spelling(back.content)


def test_both_of_a_text_are_its_lines_below_each_other() -> None:
    """Keeping both leaves the lines of both whole; merged again, with the same choice, nothing is added."""
    note = kind_named("note")
    base: Content = {"title": "A", "text": "We walk\nAnd the rain fell like a hello\n", "roots": {}}
    document = base | {"text": "We walk\nAnd the snow fell like a slow hello\n"}
    branch = base | {"text": "We ran\nAnd the hail fell like a goodbye\n"}
    both = "We ran\nAnd the snow fell like a slow hello\nAnd the hail fell like a goodbye\n"
    merged = merge(note, base, document, branch, choices={"/text": "both"})
    assert merged.content["text"] == both
    [conflict] = merged.conflicts
    assert dict(zip(conflict.choices, conflict.texts, strict=True)) == {
        "document": "We ran\nAnd the snow fell like a slow goodbye\n",
        "branch": "We ran\nAnd the hail fell like a slow goodbye\n",
        "both": both,
    }
    again = merge(note, base, merged.content, branch, choices={"/text": "both"})
    assert again.content["text"] == both


@settings(max_examples=60)
@given(KIND_AND_THREE)
def test_the_document_loses_nothing_of_its_own(drawn: tuple[DocumentKind, Content, Content, Content]) -> None:
    """Where the branch changed nothing the document's own values stand, and where both did they stand until chosen."""
    kind, base, document, branch = drawn
    merged = merge(kind, base, document, branch).content
    theirs = {change.path for change in difference(kind, base, branch, by_word=False)}
    for change in difference(kind, base, document, by_word=False):
        if change.change not in ("set", "add") or isinstance(change.new, (list, dict)):
            continue
        assert value_at(merged, change.path) == change.new, (change, change.path in theirs)


@settings(max_examples=60)
@given(KIND_AND_THREE)
def test_two_branches_that_do_not_meet_come_in_either_order(
    drawn: tuple[DocumentKind, Content, Content, Content],
) -> None:
    """One after the other, clean in both orders, they give one document."""
    kind, base, first, second = drawn
    there, back = merge(kind, base, first, second), merge(kind, base, second, first)
    assert sorted(conflict.path for conflict in there.conflicts) == sorted(conflict.path for conflict in back.conflicts)
    if not there.conflicts:
        # Of labels both sides brought the document's come first.
        assert spelling(_unordered(there.content)) == spelling(_unordered(back.content))


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unordered(inner) for key, inner in value.items()}
    return sorted(value, key=str) if isinstance(value, list) else value


@settings(max_examples=60)
@given(KIND_AND_THREE, st.integers(0, 2**32))
def test_parts_of_a_branch_come_one_by_one(drawn: tuple[DocumentKind, Content, Content, Content], seed: int) -> None:
    """What is asked for comes and nothing else; once merged, asking again changes nothing; all parts are the whole."""
    kind, base, document, branch = drawn
    chance = random.Random(seed)
    paths = [change.path for change in difference(kind, base, branch, by_word=False)]
    wanted = chance.sample(paths, chance.randrange(1, len(paths) + 1)) if paths else [""]
    merged = merge(kind, base, document, branch, paths=wanted)
    taken = merge(kind, base, base, branch, paths=wanted)
    assert not taken.conflicts
    for change in difference(kind, base, taken.content, by_word=False):
        # Which of two entries that changed places has moved cannot be said: places come together.
        assert change.change == "move" or _below(change.path, wanted)
    again = merge(kind, taken.content, merged.content, branch, paths=wanted)
    assert {change.change for change in difference(kind, merged.content, again.content, by_word=False)} <= {"move"}
    assert all(conflict.kind == "both_moved" for conflict in again.conflicts)
    if paths:
        rest = merge(kind, base, base, branch, paths=paths).content
        # An old entry that moved past a new one only has not moved among those there were.
        assert {change.change for change in difference(kind, rest, branch, by_word=False)} <= {"move"}
    whole = merge(kind, base, document, branch).content
    again = merge(kind, branch, whole, branch)
    assert (spelling(again.content), again.conflicts) == (spelling(whole), [])
    assert merge(kind, base, document, branch, paths=["/nothing/here"]).content == document


def _below(path: str, wanted: list[str]) -> bool:
    return any(f"{path}/".startswith(f"{want}/") for want in wanted)


@pytest.mark.parametrize("path", ["/sections/a", "/sections/b"])
def test_a_move_comes_under_either_name(path: str) -> None:
    """Two sections changed places: whichever a reader is told has moved, asking for that one brings the move."""
    base = song(sections={"a": section("A", pos="V"), "b": section("B", pos="W")})
    branch = song(sections={"b": section("B", pos="W"), "a": section("A", pos="X")})
    assert list(merge(SONG, base, base, branch, paths=[path]).content["sections"]) == ["b", "a"]


def test_sections_by_id() -> None:
    """Added, edited, moved and removed on one side each: all of it comes, and nothing else moves."""
    base = song(
        sections={key: section(key.upper(), f"{key} one\ntwo", pos=f"V{at}") for at, key in enumerate("abcd", 1)}
    )
    document, branch = deepcopy(base), deepcopy(base)
    document["sections"]["a"]["lyrics"] = "a ONE\ntwo"
    document["sections"]["d"]["pos"] = "B"
    document["sections"]["x"] = section("X", pos="W") | {
        key: value for key, value in base["sections"]["a"].items() if key not in ("name", "kind", "lyrics", "pos")
    }
    branch["sections"]["a"]["lyrics"] = "a one\nTWO"
    branch["sections"]["b"]["pos"] = "Z"
    del branch["sections"]["c"]
    merged = merge(SONG, base, document, branch)
    assert merged.conflicts == []
    assert list(merged.content["sections"]) == ["d", "a", "x", "b"]
    assert merged.content["sections"]["a"]["lyrics"] == "a ONE\nTWO"


def test_what_both_did_to_a_section() -> None:
    """Moved to two places, removed here and edited there, a value set twice: each is told, the document stands."""
    base = song(sections={key: section(key.upper(), "one", pos=f"V{at}") for at, key in enumerate("abc", 1)})
    document, branch = deepcopy(base), deepcopy(base)
    document["sections"]["a"]["pos"], branch["sections"]["a"]["pos"] = "Z", "V21"
    document["sections"] = {key: document["sections"][key] for key in "bca"}
    document["sections"]["b"]["lyrics"] = "two"
    del branch["sections"]["b"]
    document["bpm"], branch["bpm"] = 80, 120
    document["style"]["tags"], branch["style"]["tags"] = ["warm", "lo-fi"], ["dark"]
    merged = merge(SONG, base, document, branch)
    told = [(found.path, found.kind, found.base, found.document, found.branch) for found in merged.conflicts]
    assert told == [
        ("/bpm", "both_set", 96, 80, 120),
        ("/sections/b", "edited_and_removed", base["sections"]["b"], document["sections"]["b"], None),
        ("/sections/a", "both_moved", 0, 2, 0),
    ]
    assert merged.content == document | {"style": document["style"] | {"tags": ["warm", "lo-fi", "dark"]}}
    chosen_all = {conflict.path: "branch" for conflict in merged.conflicts}
    settled = merge(SONG, base, document, branch, choices=chosen_all).content
    assert (settled["bpm"], list(settled["sections"]), settled["sections"]["a"]["pos"]) == (120, ["a", "c"], "V21")


def test_labels_are_a_set() -> None:
    """What either side added is there, what either removed is not; an order that only one side changed is kept."""
    base, document, branch = (song(style={"tags": list(tags)}) for tags in ("abc", "acd", "xcba"))
    assert merge(SONG, base, document, branch).content["style"]["tags"] == ["x", "c", "a", "d"]
    document["style"]["tags"] = ["c", "a", "d"]
    branch["style"]["tags"] = ["a", "b", "y"]
    assert merge(SONG, base, document, branch).content["style"]["tags"] == ["a", "d", "y"]


def test_true_is_not_one() -> None:
    """Two values that Python holds for equal differ when JSON says so."""
    world = kind_named("world")
    doc: Doc[Any] = Doc()
    world.edit(doc, {"entities": {"a": {"pos": "V"}}})
    base, document, branch = (world.to_json(doc) for _ in range(3))
    for content, value in ((base, 1), (document, True), (branch, 2)):
        content["entities"]["a"]["traits"] = {"open": value}
    found = merge(world, base, document, branch).conflicts
    assert [(conflict.document, conflict.branch) for conflict in found] == [(True, 2)]


def test_what_other_programs_keep_in_a_note_stays() -> None:
    """A note has a title and a text to merge; other roots are the document's."""
    note = kind_named("note")
    base: Content = {"title": "A", "text": "one\ntwo", "roots": {}}
    document = base | {"text": "ONE\ntwo", "roots": {"theirs": [1]}}
    merged = merge(note, base, document, {"title": "B", "text": "one\nTWO", "roots": {"others": [2]}})
    assert merged == ({"title": "B", "text": "ONE\nTWO", "roots": {"theirs": [1]}}, [])


@pytest.mark.parametrize("choices", [{"/bpm": "both"}, {"/bpm": "mine"}, {"/title": "branch"}, {"": "document"}])
def test_choices_that_settle_nothing_are_refused(choices: dict[str, str]) -> None:
    """With a sentence that says what can be chosen, or that there is nothing to choose."""
    with pytest.raises(Invalid, match=r"choose document or branch|no conflict at"):
        merge(SONG, song(bpm=1 + 95), song(bpm=80), song(bpm=120), choices=choices)
