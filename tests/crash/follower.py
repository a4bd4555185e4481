"""A program that follows the event stream through every crash, by Last-Event-ID alone, and keeps what it was told."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any, Final

import httpx

from tests.studio import Studio

_RETRY_SECONDS: Final = 0.1
_SILENCE_SECONDS_MAX: Final = 20.0


class Follower:
    """Every event since the beginning, in the order it came; P3 says: none missing, none twice, positions rising."""

    def __init__(self, studio: Studio) -> None:
        self.events: list[dict[str, Any]] = []
        self.reconnects = 0
        self._studio = studio
        self._last_id = "0"
        self._arrived = asyncio.Event()

    async def run(self) -> None:
        """Follow until cancelled."""
        headers = {"Authorization": f"Bearer {self._studio.token()}"}
        timeout = httpx.Timeout(5.0, read=_SILENCE_SECONDS_MAX)
        async with httpx.AsyncClient(timeout=timeout) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):  # Cut off by a crash; we say where we were.
                    await self._follow(client, {**headers, "Last-Event-ID": self._last_id})
                self.reconnects += 1
                await asyncio.sleep(_RETRY_SECONDS)

    async def wait_for_news(self) -> None:
        """Wait until told something more."""
        self._arrived.clear()
        await self._arrived.wait()

    async def _follow(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        async with client.stream("GET", f"{self._studio.url}/api/v1/events/stream", headers=headers) as answer:
            if answer.status_code >= 500:
                return  # The database is not back yet.
            assert answer.status_code == 200, await answer.aread()
            data = ""
            event_id = None
            async for line in answer.aiter_lines():
                field, _, value = line.partition(":")
                if field == "data":
                    data += value.removeprefix(" ")
                elif field == "id":
                    event_id = value.strip()
                elif not line and event_id is not None:
                    self._frame(event_id, data)
                    data, event_id = "", None

    def _frame(self, event_id: str, data: str) -> None:
        if data:
            self.events.append(json.loads(data))
        self._last_id = event_id
        self._arrived.set()
