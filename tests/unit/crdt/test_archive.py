"""Any version of a document from one state: the same as replaying the log up to it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from core.crdt.apply import apply_update_observed, apply_updates
from core.crdt.archive import Archive
from core.crdt.attribution import Attribution
from core.errors import BadMessage, Invalid
from tests.unit.crdt.histories import attribution_of, full_state, history


def plain(doc: Doc[Any]) -> tuple[str, str, str]:
    """Return everything a person could see of the document."""
    return (
        str(doc.get("text", type=Text)),
        repr(_sorted(doc.get("fields", type=Map))),
        repr(doc.get("items", type=Array).to_py()),
    )


def _sorted(value: Any) -> Any:
    if isinstance(value, Map):
        return {key: _sorted(value[key]) for key in sorted(value.keys())}
    return str(value) if isinstance(value, Text) else value


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), edits=st.integers(1, 60))
def test_every_version_is_what_replaying_shows(seed: int, edits: int) -> None:
    """P4: any version can be shown; an oracle replays the log up to each one."""
    log = history(seed, edits)
    archive = Archive(full_state(log), attribution_of(log))
    replayed: Doc[Any] = Doc()
    for version in range(len(log) + 1):
        if version:
            apply_updates(replayed, [log[version - 1]])
        shown: Doc[Any] = Doc()
        apply_updates(shown, [archive.update_at(version)])
        assert plain(shown) == plain(replayed), f"version {version} of {len(log)}"


def test_the_newest_version_lacks_nothing() -> None:
    """A document made from the newest version gains nothing from the log."""
    log = history(7, 80)
    shown: Doc[Any] = Doc()
    apply_updates(shown, [Archive(full_state(log), attribution_of(log)).update_at(len(log))])
    assert len(log) > 20
    assert [update for update in log if apply_update_observed(shown, update)] == []


@pytest.mark.parametrize("version", [-1, 4])
def test_a_version_that_is_not_there_is_said(version: int) -> None:
    """Unknown and future versions are a clear error."""
    doc: Doc[Any] = Doc(client_id=1)
    log: list[bytes] = []
    doc.observe(lambda event: log.append(event.update))
    for word in ("a", "b", "c"):
        doc.get("text", type=Text).insert(0, word)
    with pytest.raises(Invalid, match="newest is 3"):
        Archive(full_state(log), attribution_of(log)).update_at(version)


def test_half_a_character_becomes_a_replacement() -> None:
    """An update that ends inside a character of two units shows U+FFFD there, as Yjs does."""
    # Client 1 writes the emoji in one struct; the columns claim that only its first unit existed at version 1.
    doc: Doc[Any] = Doc(client_id=1)
    doc.get("text", type=Text).insert(0, "🎧")
    state = doc.get_update()
    halved = Attribution()
    halved.add(1, b"\x01\x01\x01\x00\x04\x01\x04text\x01a\x00")
    shown: Doc[Any] = Doc()
    apply_updates(shown, [Archive(state, halved).update_at(1)])
    assert str(shown.get("text", type=Text)) == "\ufffd"


def test_an_erased_update_brings_nothing() -> None:
    """A version without bytes is like the one before it."""
    log = history(3, 10)
    attribution = attribution_of(log)
    attribution.add(len(log) + 1, b"")
    archive = Archive(full_state(log), attribution)
    assert archive.update_at(len(log) + 1) == archive.update_at(len(log))


def test_a_broken_state_is_said() -> None:
    """What is no update raises BadMessage, not IndexError."""
    with pytest.raises(BadMessage):
        Archive(b"\x05\x01\x01", Attribution())
    with pytest.raises(ValueError, match="not after"):
        attribution_of(history(3, 10)).add(1, b"\x00\x00")
