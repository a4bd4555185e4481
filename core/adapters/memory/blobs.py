"""Blobs in a dictionary."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Final

from core.errors import NotFound

#: Bytes handed out at a time, so that readers meet more than one chunk here too.
CHUNK_BYTES: Final = 64 * 1024


class MemoryBlobs:
    """Bytes by content hash, kept in memory."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    async def put(self, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Store the bytes and return (hash, size); a failing source stores nothing."""
        body = b"".join([chunk async for chunk in chunks])
        digest = hashlib.sha256(body).hexdigest()
        self._blobs[digest] = body
        return digest, len(body)

    async def size(self, digest: str) -> int | None:
        """Return the size in bytes, or None when there is no such blob."""
        body = self._blobs.get(digest)
        return None if body is None else len(body)

    async def read(self, digest: str, *, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes start..stop (exclusive). Raises NotFound."""
        body = self._blobs.get(digest)
        if body is None:
            raise NotFound(f"there is no blob {digest}")
        body = body[start:stop]
        for offset in range(0, len(body), CHUNK_BYTES):
            yield body[offset : offset + CHUNK_BYTES]

    async def remove(self, digest: str) -> None:
        """Forget the bytes for ever; nothing happens when there are none."""
        self._blobs.pop(digest, None)
