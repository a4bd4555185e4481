"""pycrdt-websocket as its guide serves it: its ASGI server under uvicorn, in memory or with its SQLite store.

Usage: python pycrdt_server.py PORT [DATABASE]
"""

import contextlib
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from pycrdt.store import SQLiteYStore, YDocNotFound
from pycrdt.websocket import ASGIServer, WebsocketServer, YRoom


class StoredRooms(WebsocketServer):
    """Rooms that load from and write to one SQLite file."""

    def __init__(self, database: str) -> None:
        super().__init__(rooms_ready=False, auto_clean_rooms=False)
        self._store_class = type("Store", (SQLiteYStore,), {"db_path": database})

    async def get_room(self, name: str) -> YRoom:
        """Return the room, loaded before it is ready, as the library's users write it."""
        if name in self.rooms:
            return self.rooms[name]
        room = self.rooms[name] = YRoom(ready=False, ystore=self._store_class(path=name))
        await self.start_room(room)
        await room.ystore.started.wait()
        with contextlib.suppress(YDocNotFound):  # A new document has nothing to load.
            await room.ystore.apply_updates(room.ydoc)
        room.ready = True
        return room


def main(port: int, database: str | None) -> None:
    """Serve until killed."""
    rooms = StoredRooms(database) if database else WebsocketServer(auto_clean_rooms=False)
    uvicorn.run(_with_rooms_open(rooms), host="127.0.0.1", port=port, log_level="error")


def _with_rooms_open(rooms: WebsocketServer) -> Callable[..., Awaitable[None]]:
    serve = ASGIServer(rooms)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            async with rooms:
                await serve(scope, receive, send)
        else:
            await serve(scope, receive, send)

    return application


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
