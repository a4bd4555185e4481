"""A web process that merges a branch and dies in it, as kill -9 does it, at a point between its facts and its edit."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx

from core.settings import Settings
from web.api import merge_facts, merges
from web.compose import open_studio

#: Where it dies: what is called there, and whether the document has the edit by then.
POINTS: dict[str, tuple[Any, str, bool]] = {
    "begun": (merges, "_written", False),
    "stored": (merge_facts, "stored_at", True),
    "told": (merge_facts, "record", True),
}


def die(*arguments: Any, **options: Any) -> Any:
    """End as if the machine had lost its power."""
    os.kill(os.getpid(), signal.SIGKILL)


async def merge(database_url: str, folder: str, token: str, path: str, body: str) -> None:
    """Open the studio and merge."""
    settings = Settings(data_dir=Path(folder), database_url=database_url, log_level="error")
    async with open_studio(settings) as studio:
        transport = httpx.ASGITransport(studio.app)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as client:
            await client.post(path, json=json.loads(body))


def main(point: str, *arguments: str) -> None:
    """Die at the point named, or end in order because nothing came by there."""
    place, name, _ = POINTS[point]
    setattr(place, name, die)
    asyncio.run(merge(*arguments))


if __name__ == "__main__":
    main(*sys.argv[1:])
