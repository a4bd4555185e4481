"""The committed document of a room: what the log holds, applied lazily (SPEC.md R6, R22)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pycrdt import Doc

from core.crdt.apply import CannotApply, apply_updates
from core.crdt.updates import decode_state_vector
from core.documents.load import Loaded
from core.errors import Quarantined
from core.limits import MERGE_FAN_IN_MAX
from core.ports import Snapshot


class CommittedDocument:
    """A garbage-collected document that follows the log in version order.

    Updates wait until 64 have come together or somebody asks: then they are applied in one transaction, which costs a
    tenth of applying each. A body that fails then was stored by mistake: every method here may raise Quarantined.
    """

    def __init__(self, document_id: UUID, loaded: Loaded) -> None:
        self.document_id = document_id
        self.version, self.position = loaded.version, loaded.position
        #: How many updates the newest snapshot lacks.
        self.updates_since_snapshot = loaded.updates_since_snapshot
        self._doc: Doc[Any] = loaded.doc
        self._waiting: list[bytes] = []
        self._vector: bytes | None = None

    def add(self, bodies: list[bytes], position: int) -> None:
        """Take in the next stored updates, in order; the last one has this position."""
        self.version += len(bodies)
        self.position = position
        self.updates_since_snapshot += len(bodies)
        self._waiting += bodies
        self._vector = None
        if len(self._waiting) >= MERGE_FAN_IN_MAX:
            self.settle()

    def settle(self) -> None:
        """Apply what waits."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        try:
            apply_updates(self._doc, [body for body in waiting if body])
        except CannotApply as error:
            raise Quarantined(f"document {self.document_id} is quarantined: {error}") from None

    def vector(self) -> bytes:
        """Return the state vector; the same object until something is added."""
        if self._vector is None:
            self.settle()
            self._vector = self._doc.get_state()
        return self._vector

    def lacking(self, vector: bytes) -> bytes:
        """Return, as one update, what a peer with this state vector lacks. Raises BadMessage."""
        decode_state_vector(vector)
        self.settle()
        return self._doc.get_update(vector)

    def state(self) -> bytes:
        """Return everything, as one update."""
        self.settle()
        return self._doc.get_update()

    def snapshot(self) -> Snapshot:
        """Return what the next reader can start from, and count from here."""
        snapshot = Snapshot(self.version, self.position, self.state())
        self.updates_since_snapshot = 0
        return snapshot
