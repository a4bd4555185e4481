"""P7: what breaks a document's schema is found on the twin, by its path, at a cost that does not grow."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pycrdt import Array, Doc, Map, Text, XmlFragment, XmlText

from core.crdt.admission import Admission
from core.documents import guard as guard_module
from core.documents.guard import Guard, Violation
from core.documents.kinds import kind_named
from core.documents.nested import NestingWatch
from core.documents.shapes import ShapeCheck
from core.errors import BadMessage
from core.ids import SYSTEM_ID
from core.limits import NESTING_LEVELS_MAX, TEXT_CHARS_MAX

SONG, WORLD, NOTE = kind_named("song"), kind_named("world"), kind_named("note")
SEED = 20261121


def song() -> Doc:
    doc: Doc = Doc(client_id=1)
    sections = {"a": {"name": "A", "kind": "verse", "bars": 8, "lyrics": "hello", "chords": "Am"}}
    SONG.edit(doc, {"title": "t", "bpm": 90, "genres": ["pop"], "sections": sections})
    return doc


def world() -> Doc:
    doc: Doc = Doc(client_id=1)
    WORLD.edit(doc, {"name": "w", "entities": {"e": {"name": "E", "traits": {"age": 3}}}})
    return doc


def violations(kind: Any, base: Doc, attack: Callable[[Doc], None]) -> list[Violation]:
    """Let a stranger's client do something and show the guard the update."""
    client: Doc = Doc(client_id=66)
    client.apply_update(base.get_update())
    twin: Doc = Doc()
    twin.apply_update(base.get_update())
    guard = Guard(kind, twin)
    before = twin.get_state()
    attack(client)
    update = client.get_update(before)
    Admission.from_state(before, {1: SYSTEM_ID}).judge(update, SYSTEM_ID)
    twin.apply_update(update)
    assert twin.get_state() != before, "the attack must bring something"
    return guard.check()


def put(root: str, key: str, value: Any) -> Callable[[Doc], None]:
    return lambda doc: doc.get(root, type=Map).__setitem__(key, value)


def put_in(root: str, entry: str, key: str, value: Any) -> Callable[[Doc], None]:
    return lambda doc: doc.get(root, type=Map)[entry].__setitem__(key, value)


def in_lyrics(act: Callable[[Text], None]) -> Callable[[Doc], None]:
    return lambda doc: act(doc.get("sections", type=Map)["a"]["lyrics"])


def foreign(root: str, shared_type: type, act: Callable[[Any], None]) -> Callable[[Doc], None]:
    """Content of another type under a known root, made in a document that does not know better."""

    def attack(doc: Doc) -> None:
        other: Doc = Doc(client_id=67)
        act(other.get(root, type=shared_type))
        doc.apply_update(other.get_update())

    return attack


#: Values that break the schema: attack, path.
BAD_VALUES: dict[str, tuple[Callable[[Doc], None], str]] = {
    "out of range": (put("song", "bpm", 19), "/bpm"),
    "fraction": (put("song", "bpm", 90.5), "/bpm"),
    "not a number": (put("song", "bpm", float("nan")), "/bpm"),
    "infinite": (put("song", "bpm", float("inf")), "/bpm"),
    "bool as number": (put("song", "bpm", True), "/bpm"),
    "text as number": (put("song", "bpm", "90"), "/bpm"),
    "number as text": (put("song", "title", 5), "/title"),
    "null": (put("song", "title", None), "/title"),
    "binary": (put("song", "title", b"bytes"), "/title"),
    "object": (put("song", "title", {"a": 1}), "/title"),
    "shared text for a line": (put("song", "title", Text("x")), "/title"),
    "subdocument": (lambda doc: put("song", "title", Doc())(doc), "/title"),
    "too long": (put("song", "title", "x" * 501), "/title"),
    "U+0000": (put("song", "title", "\x00"), "/title"),
    "unknown word": (put("song", "key", "H"), "/key"),
    "no id": (put("song", "persona_id", "nobody"), "/persona_id"),
    "unknown key": (put("song", "tempo", 90), "/tempo"),
    "huge key": (put("song", "k" * 100_000, 1), "/" + "k" * 100_000),
    "another field's place": (put("style", "tags", "x"), "/style/tags"),
    "label without place": (put("genres", "pop", 1), "/genres/pop"),
    "label with a bad place": (put("genres", "rock", "0"), "/genres/rock"),
    "empty label": (put("genres", " ", "V"), "/genres/ "),
    "huge label": (put("genres", "x" * 101, "V"), "/genres/" + "x" * 101),
    "section that is no map": (put("sections", "b", 5), "/sections/b"),
    "section that is a text": (put("sections", "b", Text("x")), "/sections/b"),
    "section that is an array": (put("sections", "b", Array([1])), "/sections/b"),
    "section that is an object": (put("sections", "b", {"name": "x"}), "/sections/b"),
    "section with a bad id": (put("sections", "b/c", Map({})), "/sections/b~1c"),
    "new section with a bad value": (put("sections", "b", Map({"bars": 0})), "/sections/b/bars"),
    "new section with an unknown key": (put("sections", "b", Map({"mood": 1})), "/sections/b/mood"),
    "new section with plain lyrics": (put("sections", "b", Map({"lyrics": "x"})), "/sections/b/lyrics"),
    "new section with a map in it": (put("sections", "b", Map({"name": Map({"z": Map({})})})), "/sections/b/name"),
    "bad value in a section": (put_in("sections", "a", "bars", 257), "/sections/a/bars"),
    "unknown key in a section": (put_in("sections", "a", "mood", "x"), "/sections/a/mood"),
    "bad place of a section": (put_in("sections", "a", "pos", "no place"), "/sections/a/pos"),
    "lyrics replaced by a string": (put_in("sections", "a", "lyrics", "x"), "/sections/a/lyrics"),
    "lyrics replaced by a map": (put_in("sections", "a", "lyrics", Map({})), "/sections/a/lyrics"),
    "lyrics too long": (in_lyrics(lambda text: text.insert(0, "x" * TEXT_CHARS_MAX)), "/sections/a/lyrics"),
}
#: Content of the wrong shape: attack, path.
BAD_SHAPES: dict[str, tuple[Callable[[Doc], None], str]] = {
    "new root": (lambda doc: doc.get("secret", type=Text).insert(0, "x"), "/secret"),
    "new root of maps": (put("secret", "k", 1), "/secret"),
    "new root of a section's name": (put("sections.a", "k", 1), "/sections.a"),
    "text hidden in a map": (foreign("song", Text, lambda text: text.insert(0, "hidden")), ""),
    "list hidden in a map": (foreign("song", Array, lambda array: array.append(1)), ""),
    "list hidden among sections": (foreign("sections", Array, lambda array: array.append(Map({}))), "/sections"),
    "entries hidden in a text": (foreign("producer_notes", Map, lambda map_: map_.update({"k": 1})), "/producer_notes"),
    "list hidden in a text": (foreign("producer_notes", Array, lambda array: array.append(1)), "/producer_notes"),
    "XML in a text": (
        foreign("producer_notes", XmlFragment, lambda xml: xml.children.append(XmlText("q"))),
        "/producer_notes",
    ),
    "formatting": (in_lyrics(lambda text: text.format(0, 2, {"bold": True})), ""),
    "formatted text": (in_lyrics(lambda text: text.insert(0, "x", {"bold": True})), ""),
    "embedded object": (in_lyrics(lambda text: text.insert_embed(1, {"image": "x"})), ""),
    "embedded map": (in_lyrics(lambda text: text.insert_embed(1, Map({"k": 1}))), ""),
}


@pytest.mark.parametrize("name", BAD_VALUES)
def test_bad_values_are_found_with_their_path(name: str) -> None:
    """Types, ranges, lengths and known keys, wherever they stand."""
    attack, path = BAD_VALUES[name]
    found = violations(SONG, song(), attack)
    assert found[0].path == path
    assert found[0].reason
    assert {violation.path for violation in found} <= {path, ""}


@pytest.mark.parametrize("name", BAD_SHAPES)
def test_bad_shapes_are_found(name: str) -> None:
    """What pycrdt's events do not show is found in the bytes."""
    attack, path = BAD_SHAPES[name]
    found = violations(SONG, song(), attack)
    assert found
    assert path in {violation.path for violation in found} or path == ""


def hidden_in_nested(parent_is_text: bool) -> bytes:
    """An update whose content lies in section a's lyrics as an entry, or in section a as a sequence item."""
    doc = song()
    from core.crdt.updates import SharedType, read_update

    wanted = SharedType.TEXT if parent_is_text else SharedType.MAP
    parent = next(struct for struct in read_update(doc.get_update()).structs if struct.shared_type is wanted)
    ids = bytes([0, parent.client_id, parent.clock])
    content = b"\x28" + ids + b"\x01k\x01\x77\x01v" if parent_is_text else b"\x04" + ids + b"\x03abc"
    return b"\x01\x01\x42\x00" + content + b"\x00"


@pytest.mark.parametrize("parent_is_text", [True, False])
@pytest.mark.parametrize("with_honest_edit", [True, False])
def test_content_hidden_in_a_nested_type_is_found(parent_is_text: bool, with_honest_edit: bool) -> None:
    """An entry in a section's lyrics, characters in a section: no event shows them, alone or beside an honest edit."""
    twin = song()
    guard = Guard(SONG, twin)
    with twin.transaction():
        twin.apply_update(hidden_in_nested(parent_is_text))
        if with_honest_edit:
            twin.get("sections", type=Map)["a"]["chords"].insert(0, "C ")
            twin.get("sections", type=Map)["a"]["energy"] = 0.5
    assert guard.check()


def test_values_a_stock_client_would_read_differently_are_refused() -> None:
    """Characters, or several values, as one map entry: pycrdt and Yjs disagree on what it says."""
    for content in (b"\x24\x01\x04song\x05title\x03abc", b"\x28\x01\x04song\x05title\x03\x77\x01a\x77\x01b\x77\x01c"):
        twin = song()
        guard = Guard(SONG, twin)
        twin.apply_update(b"\x01\x01\x42\x00" + content + b"\x00")
        assert guard.check()


@pytest.mark.parametrize("mutant", ["values", "shapes"])
def test_each_look_is_needed(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one of the two looks taken out, attacks of its kind go unseen: the tests above do depend on it."""

    def blind(*_: Any, **__: Any) -> Iterator[Violation]:
        return iter(())

    if mutant == "values":
        monkeypatch.setattr(guard_module.values, "problems", blind)
    else:
        monkeypatch.setattr(ShapeCheck, "problems", blind)
    attacks = BAD_VALUES if mutant == "values" else BAD_SHAPES
    unseen = [name for name, (attack, _) in attacks.items() if not violations(SONG, song(), attack)]
    assert len(unseen) >= len(attacks) - 3, unseen


def test_traits_hold_plain_values_only() -> None:
    """Text, number, boolean or a list of texts; nothing nested."""
    for value in ("old", 3, 2.5, True, ["a", "b"], []):
        assert violations(WORLD, world(), lambda doc, value=value: _trait(doc, value)) == []
    for value in ({"a": 1}, [1], [["a"]], b"x", None, Map({}), "x" * 5001):
        found = violations(WORLD, world(), lambda doc, value=value: _trait(doc, value))
        assert [violation.path for violation in found] == ["/entities/e/traits/age"]


def _trait(doc: Doc, value: Any) -> None:
    doc.get("entities", type=Map)["e"]["traits"]["age"] = value


def test_honest_edits_pass_and_are_named() -> None:
    """Typing, setting, adding, deleting: no violation, and the touched places are those."""
    doc = song()
    guard = Guard(SONG, doc)
    sections, lyrics = doc.get("sections", type=Map), doc.get("sections", type=Map)["a"]["lyrics"]
    edits: list[tuple[Callable[[], Any], set[str]]] = [
        (lambda: lyrics.insert(2, "😀"), {"/sections/a/lyrics"}),
        (lambda: lyrics.clear(), {"/sections/a/lyrics"}),
        (lambda: doc.get("song", type=Map).update({"bpm": 100}), {"/bpm"}),
        (lambda: doc.get("genres", type=Map).update({"a/b": "W"}), {"/genres/a~1b"}),
        (lambda: doc.get("style.prompt", type=Text).insert(0, "x"), {"/style/prompt"}),
        (lambda: doc.get("style", type=Map).update({"vocals": "duet"}), {"/style/vocals"}),
        (lambda: sections.update({"b": Map({"lyrics": Text(""), "name": "B"})}), {"/sections/b"}),
        (lambda: sections["b"]["lyrics"].insert(0, "first"), {"/sections/b/lyrics"}),
        (lambda: sections["b"].update({"energy": 0.5}), {"/sections/b/energy"}),
        (lambda: sections.pop("b"), {"/sections/b"}),
        (lambda: doc.get("song", type=Map).pop("bpm"), {"/bpm"}),
    ]
    for edit, places in edits:
        edit()
        assert guard.check() == []
        assert guard.touched() == places
    assert guard.check() == []
    assert guard.touched() == frozenset()


def test_work_that_ends_where_it_began_passes() -> None:
    """Made and deleted in one transaction, typed and erased, edits inside a section somebody deleted meanwhile."""
    doc = song()
    other: Doc = Doc(client_id=2)
    other.apply_update(doc.get_update())
    guard = Guard(SONG, doc)
    sections = doc.get("sections", type=Map)
    with doc.transaction():
        sections["b"] = Map({"bars": 0, "lyrics": Text("x")})
        sections["a"]["lyrics"].insert(0, "x")
        del sections["a"]["lyrics"][0]
        del sections["b"]
    assert guard.check() == []
    del sections["a"]
    other.get("sections", type=Map)["a"]["lyrics"].insert(0, "too late")
    doc.apply_update(other.get_update())
    assert guard.check() == []


def test_a_closed_guard_hears_nothing() -> None:
    """After close, edits are not recorded."""
    doc = song()
    guard = Guard(SONG, doc)
    guard.close()
    doc.get("song", type=Map)["bpm"] = 1
    assert guard.check() == []


def test_a_guard_needs_no_reference_to_the_roots() -> None:
    """It keeps its own: wrappers that are dropped never fire."""
    import gc

    doc = song()
    guard = Guard(SONG, doc)
    gc.collect()
    doc.get("song", type=Map)["bpm"] = 1
    assert guard.check() == [Violation("/bpm", "must be a whole number from 20 to 300")]


def test_a_note_may_hold_anything_but_depth() -> None:
    """Every root and type passes; types nested beyond the bound are refused, however they are piled up."""
    doc: Doc = Doc(client_id=1)
    guard = Guard(NOTE, doc)
    doc.get("a", type=Array).append(Map({"x": Text("y")}))
    doc.get("t", type=Text).insert(0, "bold", {"bold": True})
    doc.get("x", type=XmlFragment).children.append(XmlText("q"))
    assert guard.check() == []
    assert guard.touched() == {""}
    doc.get("deep", type=Map)["k"] = Map({})
    assert guard.check() == []
    at, levels = doc.get("deep", type=Map)["k"], 1
    while not (found := guard.check()):
        at["k"] = Map({})
        at, levels = at["k"], levels + 1
        assert levels < 2 * NESTING_LEVELS_MAX
    assert found[0].path == "/deep"
    assert levels > NESTING_LEVELS_MAX


def test_a_note_that_came_deep_is_noticed_by_a_fresh_guard() -> None:
    """A guard that has seen nothing yet measures the whole document when nesting first matters."""
    doc: Doc = Doc(client_id=1)
    at = doc.get("deep", type=Map)
    for _ in range(NESTING_LEVELS_MAX + 2):
        at["k"] = Map({})
        at = at["k"]
    guard = Guard(NOTE, doc)
    doc.get("t", type=Text).insert(0, "plain text does not matter")
    assert guard.check() == []
    doc.get("other", type=Map)["k"] = Map({})
    assert guard.check()
    guard.close()


def test_many_updates_that_nest_in_one_transaction_are_refused() -> None:
    """Each within the bound, together beyond it."""
    for kind in (NOTE, SONG):
        doc: Doc = Doc(client_id=1)
        guard = Guard(kind, doc)
        with doc.transaction():
            at = doc.get("sections", type=Map)
            for _ in range(200):
                at["k"] = Map({})
                at = at["k"]
        assert guard.check()


def test_the_cost_does_not_grow_with_the_document() -> None:
    """A keystroke in a song of 300 sections, or of 100 KB, is checked in well under a millisecond."""
    doc: Doc = Doc(client_id=1)
    lyrics = {f"s{number}": {"lyrics": "some words of a line that is sung\n" * 20} for number in range(300)}
    SONG.edit(doc, {"title": "t", "sections": {**lyrics, "long": {"lyrics": "word " * 20_000}}})
    guard = Guard(SONG, doc)
    pick, sections = random.Random(SEED), doc.get("sections", type=Map)
    costs = []
    for name in ["s7", "long"] * 100:
        text = sections[name]["lyrics"]
        text.insert(pick.randrange(len(text)), "x")
        started = time.thread_time()
        assert guard.check() == []
        costs.append(time.thread_time() - started)
    # The aim is 0.2 ms; the bound here is for a machine that does other things too.
    assert sorted(costs)[len(costs) // 2] < 0.001


def test_bytes_the_reader_refuses_are_a_violation_not_an_error() -> None:
    """Whatever a transaction brings, the guard answers."""
    check = ShapeCheck({}, Doc())
    assert [violation.path for violation in check.problems(b"\x01", nested_changed=frozenset())] == [""]
    watch = NestingWatch(Doc())
    assert [violation.path for violation in watch.problems(b"\x01", nested_changed=frozenset())] == [""]
    with pytest.raises(BadMessage):
        Admission(clocks={}, owners={}).judge(b"\x01", SYSTEM_ID)
