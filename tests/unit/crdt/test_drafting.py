"""Updates written unit by unit: they are what the library would have made of the same wish, and cost no look-ups."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text

from core.crdt.admission import Admission
from core.crdt.apply import apply_updates
from core.crdt.drafting import Draft
from core.crdt.weave import Mask, TextWeave, Weave, text_of_units
from tests.unit.crdt.histories import attribution_of, full_state, history

ME, OTHERS = UUID(int=1), UUID(int=2)
CLIENT_ID = 4001


def woven(log: list[bytes]) -> TextWeave:
    """Return the text of a history."""
    return Weave(full_state(log), attribution_of(log)).text("text")


def some_units(text: TextWeave, versions: int, chance: random.Random) -> Mask:
    """Return units that were shown once, in any mixture of versions; characters are whole."""
    mask = text.mask_at(chance.randint(0, versions))
    for _ in range(chance.randrange(3)):
        other = text.mask_at(chance.randint(0, versions))
        mask = chance.choice([mask | other, mask & other, mask & ~other])
    return mask


@settings(max_examples=120)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 60))
def test_a_draft_makes_the_text_what_was_wished(seed: int, edits: int) -> None:
    """In a document that forgets and in one that does not; admission lets it in, and the weave tells its clocks."""
    chance, log = random.Random(seed), history(seed, edits)
    text = woven(log)
    before, after = text.mask_at(len(log)), some_units(text, len(log), chance)
    draft = Draft(CLIENT_ID)
    pieces = draft.rewrite(text, before, after)
    assert pieces is not None
    update = draft.to_bytes()
    states = []
    for forgets in (True, False):
        doc: Doc[Any] = Doc(skip_gc=not forgets)
        apply_updates(doc, log)
        states.append((doc.get_state(), doc.get_update()))
        apply_updates(doc, [update])
        assert str(doc.get("text", type=Text)) == text_of_units(text.units[after])
    vector, state = states[0]
    owners = dict.fromkeys((3, 700, 2**31 - 5), OTHERS)
    judgement = Admission.from_state(vector, {**owners, CLIENT_ID: ME}, state=state).judge(update, ME)
    assert sum(length for _, _, length in judgement.inserts) == draft.clock == int((after & ~before).sum())
    # What a piece says of its units is what the history finds in them.
    again = woven([*log, update])
    for piece in pieces:
        rows = np.flatnonzero(again.client_ids == CLIENT_ID)
        own = rows[np.isin(again.clocks[rows], np.arange(piece.clock, piece.clock + len(piece.places)))]
        assert again.units[own].tolist() == text.units[piece.places].tolist()


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), bound=st.sampled_from([1, 2, 5]))
def test_too_many_places_become_fewer(seed: int, bound: int) -> None:
    """The closest are joined, and the text is the same."""
    chance, log = random.Random(seed), history(seed, 60)
    text = woven(log)
    draft = Draft(CLIENT_ID)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.crdt.unit_edits.REWRITE_EDITS_MAX", bound)
        after = some_units(text, len(log), chance)
        pieces = draft.rewrite(text, text.mask_at(len(log)), after)
    assert pieces is not None
    assert len(pieces) <= bound
    doc: Doc[Any] = Doc()
    apply_updates(doc, [*log, draft.to_bytes()])
    assert str(doc.get("text", type=Text)) == text_of_units(text.units[after])


def test_what_is_no_unit_is_left_to_the_library() -> None:
    """Formatting marks stand between units, deleted or not: where words go among them is not for a draft to say."""
    doc: Doc[Any] = Doc(client_id=3)
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    text = doc.get("text", type=Text)
    text += "rain falls"
    text.format(0, 4, {"bold": True})
    found = woven(updates)
    draft = Draft(CLIENT_ID)
    assert draft.rewrite(found, found.mask_at(2), ~found.mask_at(2)) is None
    assert draft.to_bytes() == b"\x00\x00"


def test_nothing_is_written_beside_half_a_character() -> None:
    """A text that shows the first half of a character alone is nobody's neighbour."""
    doc: Doc[Any] = Doc(client_id=3)
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    doc.get("text", type=Text).insert(0, "🎧ab")
    found = woven(updates)
    before = np.array([True, False, False, True])
    assert Draft(CLIENT_ID).rewrite(found, before, np.array([True, False, True, True])) is None
