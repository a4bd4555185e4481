"""A part of a document comes back, and everything else stays as it is now."""

from __future__ import annotations

from typing import Any

import pytest

from core.documents.parts import with_part
from core.errors import Conflict, NotFound

NOW: dict[str, Any] = {
    "bpm": 101,
    "style": {"vocals": "choir", "tags": ["dark"]},
    "sections": {"a": {"lyrics": "sun", "pos": "V"}, "c": {"lyrics": "new", "pos": "X"}},
}
PAST: dict[str, Any] = {
    "bpm": 96,
    "style": {"vocals": "duet", "tags": []},
    "sections": {"a": {"lyrics": "rain", "pos": "V"}, "b": {"lyrics": "old", "pos": "W"}},
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("bpm", {**NOW, "bpm": 96}),
        ("style vocals", {**NOW, "style": {**NOW["style"], "vocals": "duet"}}),
        ("style", {**NOW, "style": PAST["style"]}),
        ("sections a lyrics", {**NOW, "sections": {**NOW["sections"], "a": PAST["sections"]["a"]}}),
        ("sections b", {**NOW, "sections": {**NOW["sections"], "b": PAST["sections"]["b"]}}),
        ("sections c", {**NOW, "sections": {"a": NOW["sections"]["a"]}}),
        ("sections", {**NOW, "sections": PAST["sections"]}),
        ("", PAST),
    ],
)
def test_only_the_part_comes_back(path: str, expected: dict[str, Any]) -> None:
    """A field, a record, an entry, one that is gone, one that is newer, a list, and everything."""
    before = repr((NOW, PAST))
    assert with_part(NOW, PAST, path.split()) == expected
    assert repr((NOW, PAST)) == before


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("sections b lyrics", Conflict),
        ("sections nowhere", NotFound),
        ("sections nowhere lyrics", NotFound),
        ("nothing", NotFound),
        ("bpm deeper", NotFound),
    ],
)
def test_what_cannot_come_back(path: str, error: type[Exception]) -> None:
    """A part of something that is gone says what to bring back instead; unknown paths are said."""
    with pytest.raises(error):
        with_part(NOW, PAST, path.split())
