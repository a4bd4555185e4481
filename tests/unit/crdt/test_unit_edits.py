"""A shared text turned from one set of its units into another: exactly these, whatever characters they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

import core.crdt.unit_edits
from core.crdt.unit_edits import rewrite_units
from core.crdt.weave import text_of_units

PARTS = st.lists(
    st.tuples(st.sampled_from(["a", "é", "雨", "🎧", "\n", "word "]), st.booleans(), st.booleans()), max_size=30
)


def drawn_text(parts: list[tuple[str, bool, bool]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all units, and masks of those shown before and after; characters are whole in both."""
    counts = [len(text.encode("utf-16-le")) // 2 for text, _, _ in parts]
    units = np.frombuffer("".join(text for text, _, _ in parts).encode("utf-16-le"), dtype="<u2")
    before, after = (np.repeat(np.array([part[n] for part in parts], dtype=bool), counts) for n in (1, 2))
    return units, before, after


@settings(max_examples=150)
@given(parts=PARTS, bound=st.sampled_from([1, 2, 2000]))
def test_the_text_says_what_the_units_say(parts: list[tuple[str, bool, bool]], bound: int) -> None:
    """And the clocks it reports are the clocks the library gave, unit by unit; also when gaps are joined."""
    units, before, after = drawn_text(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core.crdt.unit_edits, "REWRITE_EDITS_MAX", bound)
        source: Doc[Text] = Doc(client_id=1)
        source["t"] = Text(text_of_units(units[before]))
        doc: Doc[Text] = Doc(client_id=9)
        doc.apply_update(source.get_update())
        text = doc.get("t", type=Text)
        with doc.transaction():
            done = rewrite_units(text, units, before, after, clock=0)
    assert str(text) == text_of_units(units[after])
    assert done is not None
    pieces, clock = done
    assert clock == sum(len(piece.places) for piece in pieces)
    assert [piece.clock for piece in pieces] == np.cumsum([0, *(len(piece.places) for piece in pieces)])[:-1].tolist()
    if bound == 2000:
        assert clock == int((after & ~before).sum()), "what stays is not written again"


def test_another_text_is_left_alone() -> None:
    """Where the text does not hold these units, nothing is done."""
    units, before, after = drawn_text([("a", True, False), ("b", False, True)])
    doc: Doc[Text] = Doc()
    doc["t"] = text = Text("x")
    assert rewrite_units(text, units, before, after, clock=0) is None
    assert str(text) == "x"
