"""Snapshots and checkpoints in dictionaries."""

from __future__ import annotations

from uuid import UUID

from core.ports import Snapshot


class MemorySnapshots:
    """The newest snapshot of each document."""

    def __init__(self) -> None:
        self._newest: dict[UUID, Snapshot] = {}

    async def latest(self, document_id: UUID) -> Snapshot | None:
        """Return the newest snapshot, or None."""
        return self._newest.get(document_id)

    async def save(self, document_id: UUID, snapshot: Snapshot) -> None:
        """Keep this snapshot as the newest unless a newer one is there."""
        known = self._newest.get(document_id)
        if known is None or snapshot.version > known.version:
            self._newest[document_id] = snapshot

    def forget(self) -> None:
        """Lose every snapshot, as a cache may."""
        self._newest.clear()


class MemoryCheckpoints:
    """How far each named reader has read."""

    def __init__(self) -> None:
        self._positions: dict[str, int] = {}

    async def get(self, name: str) -> int:
        """Return the reader's position; 0 for a new reader."""
        return self._positions.get(name, 0)

    async def advance(self, name: str, *, expected: int, position: int) -> bool:
        """Move the checkpoint if it still is where expected; False: another reader moved it."""
        if self._positions.get(name, 0) != expected:
            return False
        self._positions[name] = position
        return True
