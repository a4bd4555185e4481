"""Random histories of several people for the tests of history: texts, maps, lists, nested, concurrent, deleted."""

from __future__ import annotations

import random
from typing import Any

from pycrdt import Array, Doc, Map, Text

from core.crdt.apply import apply_updates
from core.crdt.attribution import Attribution

#: Who writes, by their client ids.
CLIENTS = (3, 700, 2**31 - 5)
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
    writers = [Writer(client_id, chance) for client_id in CLIENTS]
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
