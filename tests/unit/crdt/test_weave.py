"""Texts at any version, blame and exact differences: the same as an oracle that replays the log and remembers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text

from core.crdt.apply import apply_updates
from core.crdt.attribution import Attribution
from core.crdt.weave import Restored, Weave
from tests.unit.crdt.histories import attribution_of, full_state, history


def texts_of(log: list[bytes]) -> list[str]:
    """Return the text after each version, from 0 on, by replaying."""
    doc: Doc[Any] = Doc()
    text = doc.get("text", type=Text)
    shown = [""]
    for update in log:
        apply_updates(doc, [update])
        shown.append(str(text))
    return shown


def authors_by_replay(log: list[bytes], version: int) -> list[int]:
    """Return for each UTF-16 unit of the text which version brought it, by watching every update arrive."""
    doc: Doc[Any] = Doc()
    text = doc.get("text", type=Text)
    units: list[int] = []
    arriving = 0

    def watch(event: Any) -> None:
        at = 0
        # Offsets of the library are UTF-8 bytes: count along the text as it was.
        for step in event.delta:
            if "retain" in step:
                at += step["retain"]
            elif "delete" in step:
                del by_byte[at : at + step["delete"]]
            else:
                bytes_new = [arriving] * len(step["insert"].encode())
                by_byte[at:at] = bytes_new
                at += len(bytes_new)

    by_byte: list[int] = []
    text.observe(watch)
    for arriving, update in enumerate(log[:version], start=1):  # noqa: B007  # read by the watcher
        apply_updates(doc, [update])
    at = 0
    for character in str(text):
        units.extend([by_byte[at]] * (2 if character > "\uffff" else 1))
        at += len(character.encode())
    return units


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 60))
def test_every_version_of_a_text(seed: int, edits: int) -> None:
    """P4: the text of any version is what replaying shows, deleted and concurrent words included."""
    log = history(seed, edits)
    text = Weave(full_state(log), attribution_of(log)).text("text")
    assert [text.text_at(version) for version in range(len(log) + 1)] == texts_of(log)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), edits=st.integers(5, 60), share=st.floats(0, 1))
def test_blame_is_what_a_watcher_saw(seed: int, edits: int, share: float) -> None:
    """P4: who wrote each unit equals an oracle that replays and watches; each version is its own author here."""
    log = history(seed, edits)
    version = round(len(log) * share)
    runs = Weave(full_state(log), attribution_of(log)).text("text").blame(version, np.arange(len(log) + 1))
    found = [run.author for run in runs for _ in range(run.start, run.stop)]
    assert found == authors_by_replay(log, version)
    assert all(first.stop == second.start and first.author != second.author for first, second in pairwise(runs))
    assert all(run.first_version == run.last_version == run.author for run in runs)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), edits=st.integers(5, 60), one=st.floats(0, 1), other=st.floats(0, 1))
def test_spans_lead_from_one_version_to_the_other(seed: int, edits: int, one: float, other: float) -> None:
    """Equal and deleted spans spell the old text, equal and inserted ones the new; backwards too."""
    log = history(seed, edits)
    old, new = round(len(log) * one), round(len(log) * other)
    text = Weave(full_state(log), attribution_of(log)).text("text")
    spans = text.spans(old, new, np.arange(len(log) + 1))
    assert "".join(span.text for span in spans if span.change != "insert") == text.text_at(old)
    assert "".join(span.text for span in spans if span.change != "delete") == text.text_at(new)
    low, high = sorted((old, new))
    assert all((span.author is None) == (span.change == "equal") for span in spans)
    assert all(low < span.author <= high for span in spans if span.author is not None)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 60))
def test_values_of_a_map_at_every_version(seed: int, edits: int) -> None:
    """Fields too: the keys a map had, and the nested text behind one, at any version."""
    log = history(seed, edits)
    weave = Weave(full_state(log), attribution_of(log))
    doc: Doc[Any] = Doc()
    fields = doc.get("fields", type=Map)
    for version, update in enumerate(log, start=1):
        apply_updates(doc, [update])
        assert weave.keys("fields", version) == sorted(fields.keys())
        for key in sorted(fields.keys()):
            value = weave.value("fields", key, version)
            assert value is not None
            assert value.version <= version
            assert value.is_shared_type == isinstance(fields[key], Map)
            if value.is_shared_type:
                words = weave.value(value.id, "words", version)
                assert words is not None
                assert weave.text(words.id).text_at(version) == str(fields[key]["words"])


def test_what_nobody_wrote_is_empty() -> None:
    """A text or a key that never was is empty, not an error."""
    weave = Weave(b"\x00\x00", Attribution())
    assert weave.text("lyrics").text_at(0) == ""
    assert weave.text("lyrics").blame(0, np.zeros(1, dtype=np.int64)) == []
    assert weave.text("lyrics").spans(0, 0, np.zeros(1, dtype=np.int64)) == []
    assert weave.value("song", "bpm", 0) is None


def test_restored_words_keep_their_first_author() -> None:
    """P5: words that a revert wrote again belong to whoever wrote them first."""
    log: list[bytes] = []
    doc: Doc[Any] = Doc(client_id=1)
    text = doc.get("text", type=Text)
    doc.observe(lambda event: log.append(event.update))
    text.insert(0, "rain ")
    del text[0:5]
    again: Doc[Any] = Doc(client_id=2)
    again.apply_update(doc.get_update())
    again.observe(lambda event: log.append(event.update))
    again.get("text", type=Text).insert(0, "rain here")
    restored = [Restored(client_id=2, clock=0, length=5, first_client_id=1, first_clock=0)]
    weave = Weave(full_state(log), attribution_of(log), restored=restored)
    authors = np.arange(4)
    assert [(run.start, run.stop, run.author) for run in weave.text("text").blame(3, authors)] == [(0, 5, 1), (5, 9, 3)]
    # What happened is still what happened: the revert inserted it.
    assert [span.author for span in weave.text("text").spans(2, 3, authors)] == [3]
