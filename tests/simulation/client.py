"""A simulated person's browser tab: a document, one socket at a time, and what it was promised."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from pycrdt import Doc, Map, Text, TransactionEvent

from core.roles import Access
from tests.simulation.wires import STEP1, STEP2, UPDATE, HocuspocusWire, PlainWire

#: What each kind of document is edited through: (text roots, map root, keys with valid values).
EDITABLE: dict[str, tuple[tuple[str, ...], str, dict[str, tuple[Any, ...]]]] = {
    "note": (("text",), "map", {"x": (1, 2, 3), "y": ("a", "b"), "z": (True, None)}),
    "song": (
        ("style.prompt", "producer_notes"),
        "song",
        {"bpm": (80, 96, 120), "title": ("Tide", "Ember"), "key": ("A", "C")},
    ),
}


@dataclass
class Link:
    """One socket, in flight: frames each way, and what became of it."""

    up: deque[bytes] = field(default_factory=deque)
    down: deque[bytes] = field(default_factory=deque)
    closed: int | None = None
    reason: str = ""


class Client:
    """Edits, keeps a socket, and remembers every acknowledgement it got.

    `eager` clients send edits as soon as the socket is open, as the stock ones do; the others hold them until the
    greeting is answered.
    """

    def __init__(
        self,
        name: str,
        access: Access,
        document_id: UUID,
        kind: str,
        random: Random,
        wire: PlainWire | HocuspocusWire,
        *,
        eager: bool,
    ) -> None:
        self.name, self.access, self.document_id, self.kind, self.wire = name, access, document_id, kind, wire
        self.eager = eager
        self.doc: Doc[Any] = Doc(client_id=random.randint(1, 2**31 - 1))
        texts, mapping, _ = EDITABLE[kind]
        self.texts = [self.doc.get(root, type=Text) for root in texts]
        self.map = self.doc.get(mapping, type=Map)
        self.link: Link | None = None
        self.greeted = False
        self.refused = False
        #: Updates sent on this socket and not yet acknowledged, in order.
        self.waiting: deque[bytes] = deque()
        #: Every update the server called saved.
        self.saved: list[bytes] = []
        self.received = 0
        self.messages: list[str] = []
        self._remote = False
        self._total = 0
        self._subscription = self.doc.observe(self._edited)

    # -- editing ------------------------------------------------------------------------------------------------

    def edit(self, random: Random) -> None:
        """Change something valid, as a keystroke would."""
        text = random.choice(self.texts)
        with self.doc.transaction():
            dice = random.random()
            if dice < 0.6 or not len(text):
                at = _boundary(str(text), random)
                text.insert(at, random.choice(("a", "b", "c ", "né", "🎵")))
            elif dice < 0.8:
                content = str(text)
                index = random.randrange(len(content))
                start = len(content[:index].encode())
                del text[start : start + len(content[index].encode())]
            else:
                key, values = random.choice(sorted(EDITABLE[self.kind][2].items()))
                self.map[key] = random.choice(values)

    def _edited(self, event: TransactionEvent) -> None:
        if not self._remote and self.link is not None and (self.eager or self.greeted):
            self._send_edit(UPDATE, event.update)

    def _send_edit(self, step: int, update: bytes) -> None:
        assert self.link is not None
        self.link.up.append(self.wire.sync(step, update))
        if step == UPDATE or self.wire.acknowledges_step2:
            self.waiting.append(update)

    # -- the socket -----------------------------------------------------------------------------------------------

    def connect(self) -> Link:
        """Open a socket: greet with what this tab already has."""
        assert self.link is None
        self.link = Link()
        self.greeted = False
        self.waiting.clear()
        self._total = 0
        self.link.up.extend(self.wire.greeting(self.name, self.doc.get_state()))
        return self.link

    def disconnect(self) -> None:
        """Lose the socket and everything in flight on it."""
        self.link = None
        self.greeted = False
        self.waiting.clear()

    def receive(self, frame: bytes) -> list[bytes]:
        """Take one frame of the server; returns the updates that were called saved by it."""
        before = len(self.saved)
        for what, number, body in self.wire.read(frame):
            match what:
                case "sync" if number == STEP1:
                    self.greeted = True
                    self._send_edit(STEP2, self.doc.get_update(body))
                case "sync":
                    self._apply(body)
                case "acked_total":
                    while self._total < number:
                        self._total += 1
                        self.saved.append(self.waiting.popleft())
                case "acked_one":
                    update = self.waiting.popleft()
                    if number:
                        self.saved.append(update)
                    else:
                        self.refused = True
                case _:
                    self.messages.append(what)
                    self.refused = self.refused or what in ("denied", "closed")
        return self.saved[before:]

    def _apply(self, update: bytes) -> None:
        self.received += 1
        self._remote = True
        try:
            self.doc.apply_update(update)
        finally:
            self._remote = False

    def content(self) -> tuple[Any, ...]:
        """Return what a person sees, for comparison."""
        return (*(str(text) for text in self.texts), sorted((self.map.to_py() or {}).items(), key=str))


def _boundary(content: str, random: Random) -> int:
    """Return a random offset in UTF-8 bytes that is not inside a character."""
    return len(content[: random.randint(0, len(content))].encode())
