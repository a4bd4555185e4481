"""Content lies only where it can be read: text in texts, items in lists, nothing inside a character (P7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment, XmlText

from core.crdt.admission import Admission, Judgement
from core.crdt.places import Holds, Places
from core.crdt.updates import decode_state_vector, read_update
from core.errors import BadMessage, Refused

ANNE = uuid4()
ME, OTHER = 1, 2
SMILEY = "😀".encode()
STRING, EMBED, FORMAT, ANY, BINARY, DELETED = b"\x04", b"\x05", b"\x06", b"\x08", b"\x03", b"\x01"


def admission_of(doc: Doc[Any]) -> Admission:
    """Return one that knows OTHER, who has not typed yet."""
    clocks = {OTHER: 0} | decode_state_vector(doc.get_state())
    return Admission(clocks=clocks, owners={ME: ANNE, OTHER: ANNE}, state=doc.get_update())


def made(fill: Callable[[Doc[Any]], object]) -> Doc[Any]:
    doc: Doc[Any] = Doc(client_id=ME)
    fill(doc)
    return doc


def sized(data: bytes) -> bytes:
    return bytes([len(data)]) + data


def beside(
    origin: tuple[int, int] | None, right: tuple[int, int] | None, content: bytes, data: bytes, clock: int = 0
) -> bytes:
    """Return an update of OTHER: one struct between two units."""
    info = content[0] | (0x80 if origin else 0) | (0x40 if right else 0)
    ids = b"".join(bytes(unit) for unit in (origin, right) if unit)
    return bytes([1, 1, OTHER, clock, info]) + ids + data + b"\x00"


def deleting(clock: int, length: int) -> bytes:
    return bytes([0, 1, ME, 1, clock, length])


def in_list(doc: Doc[Any]) -> None:
    doc.get("a", type=Array).extend([1, 2])


def in_text(doc: Doc[Any]) -> None:
    doc.get("t", type=Text).insert(0, "ab")


def in_smiley(doc: Doc[Any]) -> None:
    doc.get("t", type=Text).insert(0, "a😀b")


def in_map(doc: Doc[Any]) -> None:
    doc.get("m", type=Map)["k"] = 1


@pytest.mark.parametrize("content", [STRING + sized(SMILEY), STRING + sized(b"x"), EMBED + sized(b"{}")])
def test_text_in_a_list_is_refused(content: bytes) -> None:
    """Such a list can be read by nobody: its units are counted in two ways."""
    admission = admission_of(made(in_list))
    for origin, right in (((ME, 1), None), (None, (ME, 0)), ((ME, 0), (ME, 1))):
        with pytest.raises(Refused, match="a list holds content of another type"):
            admission.judge(beside(origin, right, content[:1], content[1:]), ANNE)
    assert admission.judge(beside((ME, 1), None, ANY, b"\x01\x7d\x05"), ANNE).inserts


@pytest.mark.parametrize("content", [ANY + b"\x01\x7d\x05", BINARY + sized(b"x")])
def test_items_in_a_text_are_refused(content: bytes) -> None:
    """Stock clients show nothing there and count it."""
    admission = admission_of(made(in_text))
    with pytest.raises(Refused, match="a text holds content of another type"):
        admission.judge(beside((ME, 1), None, content[:1], content[1:]), ANNE)


def test_text_in_an_entry_of_a_map_is_refused() -> None:
    """An entry holds a value; its neighbour says that it is an entry, whatever the struct itself pretends."""
    admission = admission_of(made(in_map))
    with pytest.raises(Refused, match="an entry of a map"):
        admission.judge(beside((ME, 0), None, STRING, sized(b"x")), ANNE)


def test_a_root_keeps_the_type_its_content_says() -> None:
    """Naming the root is no way around its neighbours."""
    root = b"\x01" + sized(b"a")
    admission = admission_of(made(in_list))
    with pytest.raises(Refused, match="a list holds"):
        admission.judge(bytes([1, 1, OTHER, 0]) + STRING + root + sized(b"x") + b"\x00", ANNE)


@pytest.mark.parametrize("shared_type", ["00", "01", "030170", "04"])
def test_nested_types_keep_theirs_within_one_edit(shared_type: str) -> None:
    """A list, a map and an element made by the same edit hold no text."""
    nested = bytes.fromhex("27" + "01016d" + "016b" + shared_type)
    inside = STRING + bytes([0, OTHER, 0]) + sized(SMILEY)
    with pytest.raises(Refused, match="holds content of another type"):
        Admission(clocks={}, owners={}).judge(bytes([1, 2, OTHER, 0]) + nested + inside + b"\x00", ANNE)


def test_one_edit_stands_in_one_place() -> None:
    """Between a text and a list, the libraries disagree about where it is."""
    doc = made(in_list)
    doc.get("t", type=Text).insert(0, "ab")
    admission = admission_of(doc)
    with pytest.raises(Refused, match="two places"):
        admission.judge(beside((ME, 3), (ME, 0), STRING, sized(b"x")), ANNE)


def test_a_repetition_cannot_move_what_it_adds() -> None:
    """A run whose start is known continues where that is."""
    doc = made(in_list)
    doc.get("t", type=Text).insert(0, "ab")
    admission = admission_of(doc)
    admission.accept(admission.judge(beside((ME, 3), None, STRING, sized(b"x")), ANNE), ANNE)
    with pytest.raises(Refused, match="two places"):
        admission.judge(beside((ME, 1), None, ANY, b"\x02\x7d\x05\x7d\x06"), ANNE)
    with pytest.raises(Refused, match="halves"):
        admission.judge(beside((ME, 3), None, STRING, sized(SMILEY)), ANNE)


@pytest.mark.parametrize(
    "update",
    [
        beside((ME, 1), (ME, 2), STRING, sized(b"x")),
        beside((ME, 1), None, STRING, sized(b"x")),
        beside(None, (ME, 2), STRING, sized(b"x")),
        beside((ME, 1), (ME, 2), FORMAT, sized(b"bold") + sized(b"true")),
        beside((ME, 1), (ME, 2), DELETED, b"\x01"),
        deleting(1, 1),
        deleting(0, 2),
        deleting(2, 2),
    ],
)
def test_no_character_is_split(update: bytes) -> None:
    """Yjs makes two replacement characters of a split one, the server's library one whole one: documents differ."""
    admission = admission_of(made(in_smiley))
    with pytest.raises(Refused, match="character"):
        admission.judge(update, ANNE)
    assert admission.judge(beside((ME, 2), (ME, 3), STRING, sized(b"x")), ANNE).is_typing
    assert admission.judge(deleting(1, 2), ANNE).has_deletes


def test_characters_just_typed_are_not_split_either() -> None:
    """What was judged a moment ago and is not applied yet counts as well."""
    admission = admission_of(made(in_text))
    typed = admission.judge(beside((ME, 1), None, STRING, sized(b"x" + SMILEY + SMILEY)), ANNE)
    assert typed.is_typing
    admission.accept(typed, ANNE)
    for unit in (1, 3):
        with pytest.raises(Refused, match="halves"):
            admission.judge(beside((OTHER, unit), None, STRING, sized(b"y"), 5), ANNE)
    assert admission.judge(beside((OTHER, 2), None, STRING, sized(b"y"), 5), ANNE).is_typing


def test_only_typing_in_a_known_text_is_typing() -> None:
    """Everything else is applied before it is let in."""
    text, unknown = admission_of(made(in_text)), Admission(clocks={ME: 2}, owners={OTHER: ANNE})
    update = beside((ME, 1), None, STRING, sized(b"x"))
    empty = Admission(clocks={OTHER: 0}, owners={OTHER: ANNE})
    assert text.judge(update, ANNE).is_typing
    assert not unknown.judge(update, ANNE).is_typing
    assert not empty.judge(bytes.fromhex("010102000401017401" + "78" + "00"), ANNE).is_typing


def test_what_another_process_stored_counts() -> None:
    """Places are learnt from the log as from the own document."""
    doc = made(in_list)
    admission = Admission(clocks={}, owners={OTHER: ANNE})
    admission.follow([doc.get_update(), b""], doc.get_state(), state_bytes=9)
    with pytest.raises(Refused, match="a list holds"):
        admission.judge(beside((ME, 1), None, STRING, sized(b"x")), ANNE)


def test_all_that_stock_clients_make_is_let_in() -> None:
    """Texts with formats and embeds, lists, maps and XML in each other, edit by edit and at once, by two people."""
    doc: Doc[Any] = Doc(client_id=ME)
    updates: list[bytes] = []
    kept = doc.observe(lambda event: updates.append(event.update))
    text = doc.get("text", type=Text)
    text.insert(0, "né😀x")
    text.format(0, 3, {"bold": True})
    text.insert_embed(1, {"image": "a"})
    rows = doc.get("rows", type=Array)
    rows.extend([1, "two", Map({"k": Array([1, Text("in")])}), Text("three"), b"4", None])
    rows[3].insert(2, "😀")
    del rows[0:2]
    doc.get("map", type=Map)["k"] = Text("v")
    doc.get("map", type=Map)["k"] = "again"
    paragraph = XmlElement("p", {"class": "x"}, [XmlText("hello 😀")])
    doc.get("xml", type=XmlFragment).children.append(paragraph)
    paragraph.children.append(XmlText("more"))
    admission, at_once = Admission(clocks={}, owners={}), Admission(clocks={}, owners={})
    for update in updates:
        admit(admission, update, ANNE)
    admit(at_once, doc.get_update(), ANNE)
    places = Places()
    assert places.learn(read_update(doc.get_update()).structs) == {}
    assert places.held() == {"text": Holds.TEXT, "rows": Holds.LIST}
    del kept


def admit(admission: Admission, update: bytes, person_id: UUID) -> Judgement:
    judgement = admission.judge(update, person_id)
    admission.accept(judgement, person_id)
    return judgement


@pytest.mark.parametrize("value", [b"{", b"NaN", b"", b"[" * 120])
def test_embedded_objects_are_json(value: bytes) -> None:
    """A browser that is sent anything else fails on the whole document."""
    with pytest.raises(BadMessage, match="no JSON"):
        read_update(beside((ME, 0), None, EMBED, sized(value)))
    with pytest.raises(BadMessage, match="no JSON"):
        read_update(beside((ME, 0), None, FORMAT, sized(b"bold") + sized(value)))


def test_an_xml_hook_is_refused() -> None:
    """The server's library loses its name and writes bytes that nobody can read."""
    with pytest.raises(BadMessage, match="unknown kind 5"):
        read_update(bytes.fromhex("0101010007010161050168" + "00"))
