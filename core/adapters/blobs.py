"""Blobs on disk: one file a content hash, whole and durable from the moment its name exists.

`<folder>/ab/abcdef...` holds the bytes whose SHA-256 is `abcdef...`; `<folder>/incoming/` holds what is being written.
A file gets its name by a rename after its bytes were synced, so a name never stands for half a blob, and what a killed
process leaves in `incoming` is never read. It is removed once it is old enough to belong to nobody.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, Final

from core.errors import NotFound, TooLarge
from core.ids import new_id
from core.limits import BLOB_ABANDONED_SECONDS, BLOB_BYTES_MAX
from core.ports import Clock

#: Bytes read or written in one go: large enough for a disk, small enough for a thousand readers.
CHUNK_BYTES: Final = 256 * 1024
DIGEST: Final = re.compile(r"[0-9a-f]{64}\Z")


class DiskBlobs:
    """The Blobs port on one folder; several processes may share it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._clock = clock

    async def put(self, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
        """Store the bytes durably and return (hash, size); the same bytes are stored once.

        Raises TooLarge beyond BLOB_BYTES_MAX, OSError when the disk is full; then nothing is stored.
        """
        path = self._incoming / str(new_id())
        file = await asyncio.to_thread(_create, path)
        try:
            digest, size = await _copy(chunks, file)
            await asyncio.to_thread(_sync_and_close, file)
            await asyncio.to_thread(self._name, path, digest)
        finally:
            await asyncio.to_thread(_discard, file, path)
        return digest, size

    async def size(self, digest: str) -> int | None:
        """Return the size in bytes, or None when there is no such blob."""
        if not DIGEST.match(digest):
            return None
        try:
            return (await asyncio.to_thread(self._path(digest).stat)).st_size
        except FileNotFoundError:
            return None

    async def read(self, digest: str, *, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes start..stop (exclusive), as far as there are any. Raises NotFound."""
        if not DIGEST.match(digest):
            raise NotFound("There is no asset with that id.")
        try:
            file = await asyncio.to_thread(self._path(digest).open, "rb")
        except FileNotFoundError as error:
            raise NotFound("There is no asset with that id.") from error
        try:
            await asyncio.to_thread(file.seek, start)
            left = BLOB_BYTES_MAX if stop is None else stop - start
            while left > 0 and (chunk := await asyncio.to_thread(file.read, min(left, CHUNK_BYTES))):
                left -= len(chunk)
                yield chunk
        finally:
            file.close()

    async def remove(self, digest: str) -> None:
        """Forget the bytes for ever; nothing happens when there are none. Nobody may be storing them meanwhile."""
        if DIGEST.match(digest):
            await asyncio.to_thread(self._remove, digest)

    async def clean(self) -> int:
        """Remove what dead processes left half-written; return how many files that were."""
        return await asyncio.to_thread(self._clean)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def _name(self, path: Path, digest: str) -> None:
        """Give the synced file its name. A blob that is already there is replaced by the same bytes, atomically."""
        target = self._path(digest)
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._folder)
        path.replace(target)
        _sync_folder(target.parent)

    def _remove(self, digest: str) -> None:
        path = self._path(digest)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _sync_folder(path.parent)

    def _clean(self) -> int:
        removed = 0
        oldest = self._clock.now().timestamp() - BLOB_ABANDONED_SECONDS
        for path in self._incoming.glob("*"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    removed += 1
            except FileNotFoundError:
                continue  # Another process named or removed it meanwhile.
        return removed


async def _copy(chunks: AsyncIterator[bytes], file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    async for chunk in chunks:
        size += len(chunk)
        if size > BLOB_BYTES_MAX:
            raise TooLarge(f"A file may have at most {BLOB_BYTES_MAX // 1024**2} MiB.")
        await asyncio.to_thread(_write, file, digest, chunk)
    return digest.hexdigest(), size


def _write(file: BinaryIO, digest: hashlib._Hash, chunk: bytes) -> None:
    digest.update(chunk)
    file.write(chunk)


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb")


def _sync_and_close(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()


def _discard(file: BinaryIO, path: Path) -> None:
    """Close and remove the temporary file; both are done already when all went well."""
    try:
        file.close()
    finally:
        path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
