"""What the log holds of each document, to be compared with what people were told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pycrdt import Doc

from core.crdt.updates import Update, read_update


class Durable:
    """What the log holds of one document, as id ranges, and a replay of it for the rare question."""

    def __init__(self) -> None:
        self.clocks: dict[int, int] = {}
        self.deleted: set[tuple[int, int]] = set()
        self.authors: dict[int, UUID] = {}
        self.replay: Doc[Any] = Doc()

    def add(self, body: bytes, actor_id: UUID) -> None:
        update = read_update(body)
        for struct in update.structs:
            end = struct.clock + struct.length
            if end > self.clocks.get(struct.client_id, 0):
                author = self.authors.setdefault(struct.client_id, actor_id)
                assert author == actor_id, f"P6: content under client id {struct.client_id} by two persons"
                self.clocks[struct.client_id] = end
        self._add_deletes(update)
        self.replay.apply_update(body)

    def holds(self, body: bytes) -> bool:
        update = read_update(body)
        if any(s.clock + s.length > self.clocks.get(s.client_id, 0) for s in update.structs):
            return False
        if self._are_deleted(update):
            return True
        # Of two who set one key at once one loses: that delete is in no update, it follows from both.
        self._add_deletes(read_update(self.replay.get_update(self.replay.get_state())))
        return self._are_deleted(update)

    def _add_deletes(self, update: Update) -> None:
        for client_id, clock, length in update.deletes:
            self.deleted.update((client_id, unit) for unit in range(clock, clock + length))

    def _are_deleted(self, update: Update) -> bool:
        return all(
            (client_id, unit) in self.deleted
            for client_id, clock, length in update.deletes
            for unit in range(clock, clock + length)
        )
