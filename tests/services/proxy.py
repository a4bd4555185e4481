"""A unix socket before PostgreSQL's own, that loses what a test tells it to lose."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SOCKET = ".s.PGSQL.5432"
#: What the body of an append must hold for a fault to find it.
MARK = b"may be lost"


class Proxy:
    """Passes bytes both ways. Faults wait for the next statement that holds MARK, one for each."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._faults: list[str] = []
        self._late: list[tuple[asyncio.StreamWriter, bytes]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()
        #: While set, nobody gets in.
        self.closed = False
        self.lost = asyncio.Event()

    def lose(self, *faults: str) -> None:
        """Arm faults, one a statement: "request" never arrives, "answer" is lost, "late" arrives when released."""
        self._faults += faults
        self.lost.clear()

    async def deliver(self) -> None:
        """Let the late requests arrive, each on its old connection."""
        for writer, data in self._late:
            writer.write(data)
            await writer.drain()
        self._late.clear()

    def cut(self) -> None:
        """Break every connection, as a network does."""
        for writer in self._open:
            writer.transport.abort()

    async def serve(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        """Pass one connection on, until it ends or a fault ends it."""
        if self.closed:
            answer.close()
            return
        reader, writer = await asyncio.open_unix_connection(self._server)
        self._open |= {answer, writer}
        back = asyncio.create_task(self._back(reader, answer))
        self._tasks.add(back)
        with suppress(ConnectionError, OSError):
            while data := await client.read(1 << 20):
                if MARK in data and self._faults:
                    await self._lose(self._faults.pop(0), data, reader, writer, back)
                    answer.transport.abort()
                    self.lost.set()
                    return
                writer.write(data)
                await writer.drain()
        writer.close()

    async def _lose(
        self,
        fault: str,
        data: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        back: asyncio.Task[None],
    ) -> None:
        if fault == "late":
            self._late.append((writer, data))
            return
        if fault == "answer":
            back.cancel()
            await asyncio.wait((back,))
            writer.write(data)
            await reader.read(1)  # A server that answers has committed.
        writer.transport.abort()

    async def _back(self, reader: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, OSError):
            while data := await reader.read(1 << 20):
                answer.write(data)
                await answer.drain()
        answer.close()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.cut()


@asynccontextmanager
async def proxied(dsn: str) -> AsyncIterator[tuple[Proxy, str]]:
    """Yield a proxy and the connection string that goes through it."""
    host = parse_qs(urlsplit(dsn).query)["host"][0]
    with tempfile.TemporaryDirectory(prefix="counterpoint-proxy-", dir="/tmp") as folder:
        proxy = Proxy(str(Path(host) / SOCKET))
        server = await asyncio.start_unix_server(proxy.serve, str(Path(folder) / SOCKET))
        try:
            yield proxy, dsn.replace(f"host={host}", f"host={folder}")
        finally:
            server.close()
            await proxy.stop()
