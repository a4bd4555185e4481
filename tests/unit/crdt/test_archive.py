"""Any version of a document from one state: the same as replaying the log up to it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from core.crdt.apply import apply_update_observed, apply_updates
from core.crdt.archive import Archive
from core.crdt.attribution import Attribution
from core.errors import BadMessage, Invalid

WORDS = ["rain", " and ", "Müller", "雨", "🎧", "👩‍👩‍👧", "e\u0301", "\n", "a"]


class Writer:
    """One person's document; what they do is sent as updates, in the order in which a log stores them."""

    def __init__(self, client_id: int, chance: random.Random) -> None:
        self.doc: Doc[Any] = Doc(client_id=client_id)
        self.chance = chance
        self._unsent: list[bytes] = []
        self.doc.observe(lambda event: self._unsent.append(event.update))

    def hear(self, log: list[bytes], known: int) -> None:
        """Apply what others have stored since; nothing of it is sent again."""
        mine, self._unsent = self._unsent, []
        apply_updates(self.doc, log[known:])
        self._unsent = mine

    def take(self) -> list[bytes]:
        """Return what was written since the last call."""
        sent, self._unsent = self._unsent, []
        return [update for update in sent if update != b"\x00\x00"]

    def write(self) -> None:
        """Make one edit somewhere: in a text, a map, a list, or in something nested."""
        text, fields = self.doc.get("text", type=Text), self.doc.get("fields", type=Map)
        items = self.doc.get("items", type=Array)
        match self.chance.randrange(8):
            case 0 | 1 | 2:
                text.insert(_place(text, self.chance), self.chance.choice(WORDS))
            case 3 if len(text):
                start = _place(text, self.chance)
                stop = max(start, _place(text, self.chance))
                del text[start:stop]
            case 4:
                fields[self.chance.choice("abc")] = self.chance.randrange(9)
            case 5:
                fields[self.chance.choice("abc")] = Map({"words": Text(self.chance.choice(WORDS)), "n": 1})
            case 6 if len(fields):
                self._nested(fields)
            case _:
                items.insert(self.chance.randrange(len(items) + 1), float(self.chance.randrange(9)))
                items.extend([1.0, 2.0, 3.0])

    def _nested(self, fields: Map[Any]) -> None:
        key = self.chance.choice(sorted(fields.keys()))
        inside = fields[key]
        if self.chance.random() < 0.3 or not isinstance(inside, Map):
            del fields[key]
        else:
            inside["words"].insert(0, self.chance.choice(WORDS))


def _place(text: Text, chance: random.Random) -> int:
    """Return the byte offset of some character's start."""
    return len(str(text)[: chance.randrange(len(str(text)) + 1)].encode())


def history(seed: int, edits: int) -> list[bytes]:
    """Three people write, hear of each other late, and their updates are stored one by one."""
    chance = random.Random(seed)
    log: list[bytes] = []
    writers = [Writer(client_id, chance) for client_id in (3, 700, 2**31 - 5)]
    heard = [0, 0, 0]
    for _ in range(edits):
        who = chance.randrange(3)
        writers[who].write()
        if chance.random() < 0.6:
            log.extend(writers[who].take())
            writers[who].hear(log, heard[who])
            heard[who] = len(log)
    return log


def full_state(log: list[bytes]) -> bytes:
    """Return the state of a document that forgets nothing."""
    doc: Doc[Any] = Doc(skip_gc=True)
    apply_updates(doc, log)
    return doc.get_update()


def attribution_of(log: list[bytes]) -> Attribution:
    """Return the columns of these updates."""
    attribution = Attribution()
    for version, update in enumerate(log, start=1):
        attribution.add(version, update)
    return attribution


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


@settings(max_examples=60, deadline=None)
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
