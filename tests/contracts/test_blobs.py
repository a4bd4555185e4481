"""The Blobs port, on disk and in memory; and what only a disk can get wrong."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.adapters.blobs import DiskBlobs
from core.adapters.clock import SystemClock
from core.adapters.memory import MemoryBlobs
from core.errors import NotFound, TooLarge
from core.ports import Blobs

BODY = bytes(range(256)) * 3000
DIGEST = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(params=["disk", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return DiskBlobs(tmp_path / "assets", SystemClock()) if request.param == "disk" else MemoryBlobs()


async def chunks(body: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for offset in range(0, len(body), size):
        yield body[offset : offset + size]


async def joined(source: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in source])


async def test_what_was_put_is_read_back_under_its_hash(blobs: Blobs) -> None:
    """The id of a blob is the SHA-256 of its bytes; the size is known without reading it."""
    assert await blobs.put(chunks(BODY)) == (DIGEST, len(BODY))
    assert await blobs.size(DIGEST) == len(BODY)
    assert await joined(blobs.read(DIGEST)) == BODY


async def test_an_empty_blob_is_a_blob(blobs: Blobs) -> None:
    """Zero bytes have a hash too."""
    digest, size = await blobs.put(chunks(b""))
    assert (size, await blobs.size(digest), await joined(blobs.read(digest))) == (0, 0, b"")


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (5, 300_000), (767_999, None), (0, 10**9), (10**9, None), (7, 7)])
async def test_ranges(blobs: Blobs, start: int, stop: int | None) -> None:
    """A range is what a slice is: it ends where the bytes end."""
    await blobs.put(chunks(BODY))
    assert await joined(blobs.read(DIGEST, start=start, stop=stop)) == BODY[start:stop]


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", DIGEST.upper(), DIGEST + "\n", "incoming"])
async def test_an_unknown_or_impossible_id_is_not_found(blobs: Blobs, digest: str) -> None:
    """An id is never a path."""
    await blobs.put(chunks(BODY))
    assert await blobs.size(digest) is None
    with pytest.raises(NotFound):
        await joined(blobs.read(digest))


async def test_a_source_that_fails_stores_nothing(blobs: Blobs) -> None:
    """Half an upload is no blob."""

    async def broken() -> AsyncIterator[bytes]:
        yield BODY
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        await blobs.put(broken())
    assert await blobs.size(DIGEST) is None


async def test_many_writers_of_the_same_bytes(blobs: Blobs) -> None:
    """Twenty uploads of one file at once are one blob, and none of them fails."""
    assert set(await asyncio.gather(*[blobs.put(chunks(BODY)) for _ in range(20)])) == {(DIGEST, len(BODY))}
    assert await joined(blobs.read(DIGEST)) == BODY


async def test_what_is_removed_is_gone(blobs: Blobs) -> None:
    """Removing is for ever and harms no other blob; removing what is not there, or no id, changes nothing."""
    await blobs.put(chunks(BODY))
    other, _ = await blobs.put(chunks(b"other"))
    for digest in (DIGEST, DIGEST, "0" * 64, "../../etc/passwd"):
        await blobs.remove(digest)
    assert (await blobs.size(DIGEST), await blobs.size(other)) == (None, 5)
    assert await blobs.put(chunks(BODY)) == (DIGEST, len(BODY))


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_the_same_bytes_take_space_once(tmp_path: Path) -> None:
    """One file, sharded by the first two digits, and nothing left in the folder for incoming files."""
    blobs = DiskBlobs(tmp_path, SystemClock())
    for _ in range(3):
        await blobs.put(chunks(BODY))
    assert files(tmp_path) == [f"{DIGEST[:2]}/{DIGEST}"]


async def test_the_name_comes_after_the_bytes_are_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sync the file, then rename it, then sync its folder: a power cut never leaves half a blob under a name."""
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def seen_fsync(descriptor: int) -> None:
        steps.append("sync " + ("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file"))
        fsync(descriptor)

    def seen_replace(source: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(source, target)

    monkeypatch.setattr(os, "fsync", seen_fsync)
    monkeypatch.setattr(Path, "replace", seen_replace)
    await DiskBlobs(tmp_path, SystemClock()).put(chunks(BODY))
    assert steps == ["sync file", "sync folder", "rename", "sync folder"]


async def test_what_a_dead_process_left_is_ignored_and_cleaned(tmp_path: Path) -> None:
    """An old half-written file goes; a young one may still be growing and stays."""
    blobs = DiskBlobs(tmp_path, SystemClock())
    await blobs.put(chunks(BODY))
    old, young = tmp_path / "incoming" / "old", tmp_path / "incoming" / "young"
    old.write_bytes(BODY[:1000])
    young.write_bytes(BODY[:1000])
    os.utime(old, (1, 1))
    assert await blobs.clean() == 1
    assert files(tmp_path) == sorted([f"{DIGEST[:2]}/{DIGEST}", "incoming/young"])


async def test_a_blob_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit stops an upload while it runs, and nothing of it stays."""
    monkeypatch.setattr("core.adapters.blobs.BLOB_BYTES_MAX", len(BODY) - 1)
    with pytest.raises(TooLarge):
        await DiskBlobs(tmp_path, SystemClock()).put(chunks(BODY))
    assert files(tmp_path) == []
