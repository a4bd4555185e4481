"""The four kinds: their JSON, the edits it becomes, and what lists and people are told."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment

from core.documents.demo import demo_documents
from core.documents.guard import Guard
from core.documents.kind import DocumentKind, SchemaKind
from core.documents.kinds import KINDS, kind_named
from core.documents.world import ENTITY_KINDS, TRAIT_TEMPLATES
from core.errors import Invalid
from tests.unit.documents.strategies import KIND_AND_TWO, SCHEMA_KINDS

SONG = kind_named("song")
NOTE = kind_named("note")


def made(kind: DocumentKind, content: dict[str, Any]) -> Doc:
    doc: Doc = Doc(client_id=1)
    kind.edit(doc, content)
    return doc


def edited(kind: DocumentKind, doc: Doc, target: dict[str, Any]) -> list[bytes]:
    """Edit and return the updates that made it."""
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    kind.edit(doc, target)
    doc.unobserve(subscription)
    return [update for update in updates if update != b"\x00\x00"]


def canonical(value: Any) -> str:
    """JSON that is the same for the same content: members sorted, 1.0 as 1 (JSON knows one sort of number)."""

    def whole(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: whole(inner) for key, inner in item.items()}
        if isinstance(item, list):
            return [whole(inner) for inner in item]
        return int(item) if isinstance(item, float) and item.is_integer() else item

    return json.dumps(whole(value), sort_keys=True)


@given(KIND_AND_TWO)
@settings(max_examples=20)
def test_a_document_becomes_what_was_asked_for(case: tuple[SchemaKind, dict[str, Any], dict[str, Any]]) -> None:
    """From any content to any other: the JSON read back is the JSON asked for, in every replica, in order."""
    kind, first, second = case
    doc = made(kind, first)
    assert canonical(kind.to_json(doc)) == canonical(first)
    edited(kind, doc, second)
    replica: Doc = Doc()
    replica.apply_update(doc.get_update())
    for read in (kind.to_json(doc), kind.to_json(replica)):
        assert canonical(read) == canonical(second)
    assert json.dumps(kind.to_json(doc)) == json.dumps(kind.to_json(replica)), "the order is the same everywhere"
    assert edited(kind, doc, second) == [], "asking again changes nothing"


@given(KIND_AND_TWO)
@settings(max_examples=12)
def test_edits_never_violate_the_guard(case: tuple[SchemaKind, dict[str, Any], dict[str, Any]]) -> None:
    """What `edit` accepts the guard accepts, and the guard saw it."""
    kind, first, second = case
    doc = made(kind, first)
    twin: Doc = Doc()
    guard = Guard(kind, twin)
    twin.apply_update(doc.get_update())
    assert guard.check() == []
    for update in edited(kind, doc, second):
        twin.apply_update(update)
    assert guard.check() == []
    assert bool(guard.touched()) == (canonical(first) != canonical(second))


@given(KIND_AND_TWO)
@settings(max_examples=15)
def test_concurrent_edits_never_violate_the_guard(case: tuple[SchemaKind, dict[str, Any], dict[str, Any]]) -> None:
    """Two people edit the same document at once; whichever comes first, the other's edit is not refused."""
    kind, first, second = case
    base = kind.first_content(title="t", client_id=1)
    updates = []
    for client_id, content in ((2, first), (3, second)):
        doc: Doc = Doc(client_id=client_id)
        doc.apply_update(base)
        updates += edited(kind, doc, content)
    for order in (updates, updates[::-1]):
        twin: Doc = Doc()
        twin.apply_update(base)
        guard = Guard(kind, twin)
        for update in order:
            twin.apply_update(update)
            assert guard.check() == []
        kind.warnings(twin)
        kind.summary(twin)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_first_content_is_one_fixed_update(kind: DocumentKind) -> None:
    """The same title and client id give the same bytes, under that client id alone."""
    update = kind.first_content(title="Blue 😀", client_id=7)
    assert update == kind.first_content(title="Blue 😀", client_id=7)
    doc: Doc = Doc()
    guard = Guard(kind, doc)
    doc.apply_update(update)
    assert guard.check() == []
    assert kind.summary(doc).title == "Blue 😀"
    with pytest.raises(Invalid):
        kind.first_content(title="x" * 501, client_id=7)


def test_only_changed_words_are_written() -> None:
    """One word changed in a long lyric is an update of a few bytes, and nothing else is touched."""
    doc = made(SONG, {"title": "t", "sections": {"a": {"name": "A", "lyrics": "la 😀 la\n" * 500}}})
    content = SONG.to_json(doc)
    content["sections"]["a"]["lyrics"] = content["sections"]["a"]["lyrics"][:-3] + "li\n"
    guard = Guard(SONG, doc)
    updates = edited(SONG, doc, content)
    assert sum(map(len, updates)) < 40
    assert guard.check() == []
    assert guard.touched() == {"/sections/a/lyrics"}


def test_two_people_patch_different_fields_of_a_section() -> None:
    """Edits made from the same reading merge: neither takes back the other's."""
    doc = made(SONG, {"sections": {"a": {"name": "A", "lyrics": "one two three", "bars": 4}}})
    other: Doc = Doc(client_id=2)
    other.apply_update(doc.get_update())
    mine, theirs = SONG.to_json(doc), SONG.to_json(other)
    mine["sections"]["a"]["lyrics"] = "one 2 three"
    theirs["sections"]["a"] |= {"bars": 8, "lyrics": "one two three four"}
    SONG.edit(doc, mine)
    SONG.edit(other, theirs)
    doc.apply_update(other.get_update())
    assert SONG.to_json(doc)["sections"]["a"] | {"chords": ""} == {
        **mine["sections"]["a"],
        "bars": 8,
        "lyrics": "one 2 three four",
    }


def test_sections_come_in_the_order_of_their_places() -> None:
    """New sections go to the end; a place given by the caller is kept; moving one touches only that one."""
    doc = made(SONG, {"sections": {"b": {"name": "1"}, "a": {"name": "2"}}})
    assert list(SONG.to_json(doc)["sections"]) == ["b", "a"]
    content = SONG.to_json(doc)
    content["sections"]["c"] = {"name": "3"}
    SONG.edit(doc, content)
    content = SONG.to_json(doc)
    assert list(content["sections"]) == ["b", "a", "c"]
    guard = Guard(SONG, doc)
    content["sections"]["b"]["pos"] = "zz"
    SONG.edit(doc, content)
    assert list(SONG.to_json(doc)["sections"]) == ["a", "c", "b"]
    guard.check()
    assert guard.touched() == {"/sections/b/pos"}


def test_true_and_one_are_not_the_same_trait() -> None:
    """JSON tells true from 1, Python does not."""
    world = kind_named("world")
    doc = made(world, {"entities": {"a": {"traits": {"alive": 1}}}})
    target = world.to_json(doc)
    target["entities"]["a"]["traits"]["alive"] = True
    world.edit(doc, target)
    assert world.to_json(doc)["entities"]["a"]["traits"]["alive"] is True


BAD_SONGS: list[tuple[dict[str, Any], str]] = [
    ({"tempo": 120}, "/tempo"),
    ({"bpm": 19}, "/bpm"),
    ({"bpm": 120.5}, "/bpm"),
    ({"bpm": True}, "/bpm"),
    ({"bpm": "120"}, "/bpm"),
    ({"bpm": float("nan")}, "/bpm"),
    ({"bpm": 10**400}, "/bpm"),
    ({"key": "H"}, "/key"),
    ({"title": "x" * 501}, "/title"),
    ({"title": "half \ud83d"}, "/title"),
    ({"title": "nul \x00"}, "/title"),
    ({"persona_id": "nobody"}, "/persona_id"),
    ({"persona_id": "7C1DE1F0-0000-4000-8000-000000000002"}, "/persona_id"),
    ({"genres": "pop"}, "/genres"),
    ({"genres": ["pop", "pop"]}, "/genres"),
    ({"genres": ["pop", ""]}, "/genres/1"),
    ({"style": []}, "/style"),
    ({"style": {"mood": "x"}}, "/style/mood"),
    ({"style": {"prompt": 5}}, "/style/prompt"),
    ({"sections": [{}]}, "/sections"),
    ({"sections": {"a/b": {}}}, "/sections/a~1b"),
    ({"sections": {"a": 5}}, "/sections/a"),
    ({"sections": {"a": {"bars": 0}}}, "/sections/a/bars"),
    ({"sections": {"a": {"pos": "0"}}}, "/sections/a/pos"),
    ({"sections": {"a": {"colour": "red"}}}, "/sections/a/colour"),
    ({"sections": {"a": {"lyrics": ["x"]}}}, "/sections/a/lyrics"),
    ({"producer_notes": "x" * 200_001}, "/producer_notes"),
    ({"producer_notes": "😀" * 100_001}, "/producer_notes"),
]


@pytest.mark.parametrize(
    ("target", "path"), BAD_SONGS, ids=[str(path) + str(i) for i, (_, path) in enumerate(BAD_SONGS)]
)
def test_bad_content_is_refused_with_its_path_before_anything_changes(target: dict[str, Any], path: str) -> None:
    """The answer names the place, and no part of the edit is made."""
    doc = made(SONG, {"title": "before"})
    before = doc.get_update()
    with pytest.raises(Invalid) as refusal:
        SONG.edit(doc, {"title": "after", **target})
    assert refusal.value.path == path
    assert doc.get_update() == before


def test_a_target_must_be_an_object() -> None:
    """Not a list, whatever the caller's patch made of it."""
    with pytest.raises(Invalid):
        SONG.edit(Doc(), [])  # type: ignore[arg-type]


def test_missing_and_null_mean_none() -> None:
    """A field that is left out, or null, becomes empty."""
    doc = made(SONG, {"title": "t", "bpm": 90, "genres": ["pop"], "producer_notes": "x", "sections": {"a": {}}})
    SONG.edit(doc, {"title": "t", "sections": {"a": None}, "genres": None})
    empty = SONG.to_json(made(SONG, {"title": "t"}))
    assert SONG.to_json(doc) == empty
    assert empty["bpm"] is None
    assert empty["genres"] == []
    assert empty["producer_notes"] == ""
    assert empty["sections"] == {}


def test_what_breaks_the_schema_is_not_shown() -> None:
    """Readers never meet a value of the wrong type, even in a document older than a rule."""
    doc = made(SONG, {"title": "t"})
    doc.get("song", type=Map)["bpm"] = "fast"
    doc.get("song", type=Map)["mood"] = 1
    doc.get("sections", type=Map)["a"] = 5
    doc.get("genres", type=Map)["pop"] = Map({"x": 1})
    doc.get("producer_notes", type=Text).insert(0, "a\x00b")
    content = SONG.to_json(doc)
    assert content["bpm"] is None
    assert content["sections"] == {}
    assert "mood" not in content
    assert content["producer_notes"] == "a\ufffdb"


def test_the_demo_is_valid_and_finished() -> None:
    """The demo's documents are accepted by their kinds as they are, and nothing in them wants a person's attention."""
    for demo in demo_documents():
        kind = kind_named(demo.kind)
        doc: Doc = Doc()
        guard = Guard(kind, doc)
        doc.apply_update(kind.first_content(title=demo.title, client_id=1))
        kind.edit(doc, demo.content)
        assert guard.check() == []
        assert kind.warnings(doc) == []
        content, summary = kind.to_json(doc), kind.summary(doc)
        assert summary.title == demo.title
        assert summary.subtitle
        if demo.kind == "song":
            assert summary.counts["sections"] == 8
            assert all(section["chords"] and section["bars"] for section in content["sections"].values())
            assert {content["persona_id"], content["world_id"]} <= {str(one.document_id) for one in demo_documents()}


def test_warnings_point_at_what_two_valid_edits_can_break() -> None:
    """Counts, uniqueness and cross-field rules are told, never refused."""
    many = {f"s{number}": {"bars": 4} for number in range(1001)}
    doc = made(SONG, {"sections": many})
    assert {warning.path for warning in SONG.warnings(doc)} == {"/title", "/sections"}
    doc = made(SONG, {"title": "t", "sections": {"a": {"name": "V", "lyrics": "x"}, "b": {"name": "V", "bars": 1}}})
    assert [warning.path for warning in SONG.warnings(doc)] == [
        "/sections/a/chords",
        "/sections/a/bars",
        "/sections/b/name",
    ]
    world = kind_named("world")
    doc = made(world, {"name": "w", "entities": {"a": {}}, "timeline": {"e": {"participants": ["a", "nobody"]}}})
    assert [warning.path for warning in world.warnings(doc)] == ["/entities/a/name", "/timeline/e/participants"]


def test_every_kind_of_entity_has_a_template_of_valid_traits() -> None:
    """Templates suggest traits of every type, and what they suggest is accepted."""
    assert set(TRAIT_TEMPLATES) == set(ENTITY_KINDS)
    world = kind_named("world")
    entities = {kind: {"kind": kind, "traits": dict(traits)} for kind, traits in TRAIT_TEMPLATES.items()}
    doc = made(world, {"name": "w", "entities": entities})
    read = world.to_json(doc)["entities"]
    assert {kind: entity["traits"] for kind, entity in read.items()} == TRAIT_TEMPLATES


@pytest.mark.parametrize("kind", SCHEMA_KINDS, ids=lambda kind: kind.name)
def test_the_json_schema_describes_the_demo(kind: DocumentKind) -> None:
    """Every field of the JSON is in the schema, and the schema allows no other."""
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(kind.json_schema())
    validator.check_schema(kind.json_schema())
    (content,) = (demo.content for demo in demo_documents() if demo.kind == kind.name)
    validator.validate(kind.to_json(made(kind, content)))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"nonsense": 1})


def test_a_kind_nobody_knows_is_invalid() -> None:
    """The answer lists the kinds there are."""
    with pytest.raises(Invalid, match="song, persona, world, note"):
        kind_named("opera")


def test_a_note_shows_whatever_stock_clients_keep_in_it() -> None:
    """Roots of any name and type, also those that came over a wire without a type."""
    doc = made(NOTE, {"title": "n"})
    stock: Doc = Doc(client_id=9)
    stock.get("content", type=Text).insert(0, "hey \x00")
    stock.get("list", type=Array).extend([1, 2.5, float("nan"), {"b": b"x", "a": [1]}])
    stock.get("map", type=Map)["k"] = Map({"z": Array([True])})
    stock.get("page", type=XmlFragment).children.append(XmlElement("p"))
    stock.get("empty", type=Map)
    doc.apply_update(stock.get_update())
    assert NOTE.to_json(doc) == {
        "title": "n",
        "text": "",
        "roots": {
            "content": "hey \ufffd",
            "list": [1, 2.5, None, {"a": [1], "b": {"base64": "eA=="}}],
            "map": {"k": {"z": [True]}},
            "page": "<p></p>",
        },
    }
    json.dumps(NOTE.to_json(doc), allow_nan=False)
    NOTE.edit(doc, {**NOTE.to_json(doc), "text": "mine 😀"})
    assert NOTE.to_json(doc)["text"] == "mine 😀"
    assert NOTE.summary(doc) == ("n", "mine 😀", {"words": 2})
    NOTE.edit(doc, {"text": "mine 😀"})
    assert NOTE.to_json(doc)["title"] is None
    assert NOTE.warnings(doc) == []


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ({"body": 1}, "/body"),
        ({"title": 5}, "/title"),
        ({"text": 5}, "/text"),
        ({"roots": {"x": 1}}, "/roots"),
    ],
)
def test_bad_notes_are_refused(target: dict[str, Any], path: str) -> None:
    """Only title and text are written here."""
    with pytest.raises(Invalid) as refusal:
        NOTE.edit(Doc(), target)
    assert refusal.value.path == path


def test_a_note_whose_text_is_something_else_is_left_alone() -> None:
    """A stock client's map named text, or a text with embedded objects, is shown but not overwritten."""
    stock: Doc = Doc()
    stock.get("text", type=Map)["k"] = 1
    doc: Doc = Doc()
    doc.apply_update(stock.get_update())
    assert NOTE.to_json(doc)["roots"] == {"text": {"k": 1}}
    with pytest.raises(Invalid):
        NOTE.edit(doc, {"text": "x"})
    rich: Doc = Doc()
    rich.get("text", type=Text).insert_embed(0, {"image": 1})
    with pytest.raises(Invalid, match="embedded"):
        NOTE.edit(rich, {"text": "x"})
