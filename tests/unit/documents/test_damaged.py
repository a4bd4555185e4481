"""A note whose stored bytes no client could have made is read to an end, and says what cannot be shown (P7)."""

from __future__ import annotations

from typing import Any

import pytest
from pycrdt import Array, Doc, Map, Text

from core.crdt.apply import apply_updates
from core.documents.kinds import kind_named
from core.documents.note import typed_roots
from core.errors import Quarantined

NOTE = kind_named("note")
#: Typed by client 7 after the second unit of client 1: one emoji.
SMILEY_BESIDE = bytes.fromhex("01010700840101" + "04f09f9880" + "00")


def damaged(fill: Any) -> Doc[Any]:
    doc: Doc[Any] = Doc(client_id=1)
    fill(doc)
    stored: Doc[Any] = Doc()
    apply_updates(stored, [doc.get_update(), SMILEY_BESIDE])
    return stored


def root_list(doc: Doc[Any]) -> None:
    doc.get("a", type=Array).extend([1, 2])


def nested_list(doc: Doc[Any]) -> None:
    doc.get("a", type=Map)["k"] = Array([2])


@pytest.mark.parametrize("fill", [root_list, nested_list])
@pytest.mark.timeout(20)
def test_a_list_that_holds_text_is_named_instead_of_read(fill: Any) -> None:
    """Reading it would never end; everything else is shown, and title and text can still be edited."""
    doc = damaged(fill)
    other: Doc[Any] = Doc(client_id=3)
    other.get("text", type=Text).insert(0, "still here")
    NOTE.edit(other, {"title": "t", "text": "still here"})
    apply_updates(doc, [other.get_update()])
    content = NOTE.to_json(doc)
    assert content["roots"] == {"a": {"problem": "cannot be shown: a list holds content of another type"}}
    assert (content["title"], content["text"]) == ("t", "still here")
    NOTE.edit(doc, {**content, "text": "changed"})
    assert NOTE.to_json(doc) == {**content, "text": "changed"}


def test_a_list_opened_as_such_before_text_came_is_named_too() -> None:
    """The type a root got earlier is no reason to trust its content."""
    doc: Doc[Any] = Doc()
    doc.get("a", type=Array)
    apply_updates(doc, [bytes.fromhex("01010700" + "04010161" + "04f09f9880" + "00")])
    assert NOTE.to_json(doc)["roots"] == {"a": {"problem": "cannot be shown: a list holds content of another type"}}


def test_bytes_that_make_no_sense_put_the_document_aside() -> None:
    """Whoever asks gets the reason; nothing else fails."""
    doc: Doc[Any] = Doc()
    # The library forgets the name of an XML hook: from then on the encoded state cannot be read.
    apply_updates(doc, [bytes.fromhex("0101010007010161050168" + "00")])
    with pytest.raises(Quarantined, match="damaged and cannot be shown"):
        NOTE.to_json(doc)


def test_a_split_character_can_still_be_read() -> None:
    """A text in which somebody once wrote inside a character keeps its words."""
    doc: Doc[Any] = Doc(client_id=1)
    doc.get("text", type=Text).insert(0, "a😀b")
    apply_updates(doc, [bytes.fromhex("01010200c40101" + "0102" + "0178" + "00")])
    assert sorted(NOTE.to_json(doc)["text"]) == sorted("a😀bx")


def test_deleted_content_says_no_type() -> None:
    """A list that was emptied and a text with attributes are what their content is now."""
    doc: Doc[Any] = Doc(client_id=1)
    root_list(doc)
    del doc.get("a", type=Array)[0:2]
    doc.get("b", type=Map)["k"] = 1
    stored: Doc[Any] = Doc()
    apply_updates(stored, [doc.get_update()])
    assert {name: type(root) for name, root in typed_roots(stored).items()} == {"b": Map}
