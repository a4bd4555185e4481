"""What the past says at the end of a world, compared with somebody who watched every update arrive."""

from __future__ import annotations

from random import Random
from typing import Any

from pycrdt import Doc, Text

from core.aggregates.document import Document
from core.crdt.history import History
from tests.simulation.client import EDITABLE
from tests.simulation.past import Past, Unit


def check_blame(past: Past, random: Random) -> None:
    """P4: who wrote each letter is what somebody saw who watched every update arrive."""
    history = past.woven(random)
    doc: Doc[Any] = Doc()
    roots = EDITABLE[past.kind.name][0]
    watched = {root: _Watched(doc.get(root, type=Text)) for root in roots}
    for event in past.events:
        for seen in watched.values():
            seen.version = event.version
        doc.apply_update(event.body)
    for root, seen in watched.items():
        text = history.weave.text(root)
        shown = text.mask_at(history.version)
        assert text.text_at(history.version) == str(doc.get(root, type=Text)), "P4: a text is not what it was"
        by_unit = text.inserted[shown].tolist()
        assert by_unit == seen.by_unit(), "P4: a letter has another author"


def check_authors(past: Past, history: History) -> None:
    """P4, P5: what was written again, by a revert or a merge, is whose it was first; `history` is what readers ask."""
    assert history.version == len(past.events), "P4: a history lacks what is in the log"
    repeats: dict[Unit, Unit] = {}
    credited: dict[Unit, int] = {}
    for fact in past.facts:
        if isinstance(fact, Document.Reverted):
            for client_id, clock, length, first_client_id, first_clock in fact.restored_rows():
                for unit in range(length):
                    repeats[client_id, clock + unit] = first_client_id, first_clock + unit
        else:
            for client_id, clock, length, position, *_ in fact.credited_rows():
                credited.update(dict.fromkeys(((client_id, clock + unit) for unit in range(length)), position))
    for root in EDITABLE[past.kind.name][0]:
        text = history.weave.text(root)
        names = list(zip(text.client_ids.tolist(), text.clocks.tolist(), strict=True))
        says = dict(zip(names, text.units.tolist(), strict=True))
        for name, written in zip(names, text.written.tolist(), strict=True):
            first = name
            while first in repeats:
                first = repeats[first]
                assert says[first] == says[name], "P5: what a revert wrote again says something else"
            position = credited.get(first) or past.events[past.inserted[first] - 1].position
            assert history.position_of(written) == position, "P5: a restored word has another author"


class _Watched:
    """For each byte of a text, the version that brought it."""

    def __init__(self, text: Text) -> None:
        self.version = 0
        self._text = text
        self._by_byte: list[int] = []
        self._subscription = text.observe(self._arrived)

    def _arrived(self, event: Any) -> None:
        at = 0
        for step in event.delta:
            if "retain" in step:
                at += step["retain"]
            elif "delete" in step:
                del self._by_byte[at : at + step["delete"]]
            else:
                count = len(step["insert"].encode())
                self._by_byte[at:at] = [self.version] * count
                at += count

    def by_unit(self) -> list[int]:
        """Return the version of each UTF-16 unit."""
        found, at = [], 0
        for character in str(self._text):
            found += [self._by_byte[at]] * (2 if character > "\uffff" else 1)
            at += len(character.encode())
        return found
