"""The benchmarks count edits, not frames: merged or not, one typed character is one edit."""

from __future__ import annotations

import random

import pytest
from pycrdt import Doc, Text, merge_updates

from tests.benchmarks.edits import Place, inserted_ranges, typing
from tests.benchmarks.frames import number, read_number


def test_typed_updates_are_text() -> None:
    """The handmade updates are what Yjs sends: a document that applies them holds the text, in order."""
    doc: Doc = Doc()
    for update in typing(2**31 - 1, 90):
        doc.apply_update(update)
    assert str(doc.get("t", type=Text)).startswith("the quick brown fox jumps over the lazy dog the quick")
    assert len(str(doc.get("t", type=Text))) == 90


@pytest.mark.parametrize("merged", [1, 2, 7, 64])
def test_merged_edits_count_as_delivered(merged: int) -> None:
    """A server that merges updates is credited with every edit in them, and with none twice."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    chooser = random.Random(seed)
    updates = {client: list(typing(client, 128, places=(Place(None, f"r{client}"),))) for client in (7, 300, 2**30)}
    everything = [update for pair in zip(*updates.values(), strict=True) for update in pair]
    chooser.shuffle(order := list(range(0, len(everything), merged)))
    reached: dict[int, int] = {}
    edits = 0
    for start in order:
        batch = everything[start : start + merged]
        for client, first, end in inserted_ranges(merge_updates(*batch) if merged > 1 else batch[0]):
            edits += end - first
            reached[client] = max(reached.get(client, 0), end)
    assert edits == len(everything)
    assert reached == {7: 128, 300: 128, 2**30: 128}


def test_unknown_content_is_an_error_of_the_benchmark() -> None:
    """Content that nobody typed must not be counted as something else."""
    doc: Doc = Doc()
    doc.get("m", type=Text).insert_embed(0, {"a": 1})
    with pytest.raises(ValueError, match="not typed text"):
        inserted_ranges(doc.get_update())


@pytest.mark.parametrize("value", [0, 127, 128, 16_383, 16_384, 2**31 - 1, 2**53 - 1])
def test_numbers_survive(value: int) -> None:
    """A lib0 varUint reads back as it was written, and ends where it ended."""
    assert read_number(b"x" + number(value) + b"y", 1) == (value, 1 + len(number(value)))
