"""The servers under test: ours through its command line, the peers as their guides start them. Loopback only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol
from uuid import uuid4

from pycrdt import Doc, Text

from tests.benchmarks.client import Client
from tests.benchmarks.edits import Place
from tests.benchmarks.frames import MakeWire, hocuspocus_wire, plain_wire
from tests.benchmarks.machine import process_tree
from tests.benchmarks.songs import song_places, song_text
from tests.studio import Studio, free_port, wait_until_gone

PEERS: Final = Path(__file__).parent / "peers"
EVERYTHING: Final = frozenset({"S1", "S2", "S3", "S4"})
_START_SECONDS_MAX: Final = 30.0


class Server(Protocol):
    """A server that scenarios start, kill and address."""

    @property
    def name(self) -> str:
        """Return what the table calls it."""
        ...

    @property
    def make_wire(self) -> MakeWire:
        """Return how its clients talk."""
        ...

    @property
    def acknowledges(self) -> bool:
        """Say whether it tells per edit that it has it (SyncStatus, or type 100)."""
        ...

    @property
    def scenarios(self) -> frozenset[str]:
        """Return which scenarios it takes part in."""
        ...

    def start(self) -> None:
        """Start or restart on the same data; return when it is ready."""
        ...

    def kill(self) -> None:
        """Kill -9 everything at once."""
        ...

    def pids(self) -> list[int]:
        """Return all living processes, for their processor time."""
        ...

    def new_document(self) -> str:
        """Return the name of a fresh, empty document."""
        ...

    async def prepare(self, document: str) -> tuple[Place, ...]:
        """Fill a fresh document so that one can type, and return the places to type at."""
        ...

    def text(self, doc: Doc[Any]) -> str:
        """Return all text of a copy of the document, in one order for all copies."""
        ...

    def address(self, document: str) -> str:
        """Return the WebSocket address of a document."""
        ...

    def token(self) -> str:
        """Return the token for wires that carry one."""
        ...


class Ours:
    """Counterpoint through `counterpoint up`: web, worker and database."""

    def __init__(self, studio: Studio, scenarios: frozenset[str], *, kind: str = "note", wire: str = "plain") -> None:
        self.name = f"counterpoint {kind}" + (" on /collab" if wire == "hocuspocus" else "")
        self.scenarios = scenarios
        self.kind = kind
        self.wire = wire
        self.make_wire: MakeWire = hocuspocus_wire if wire == "hocuspocus" else plain_wire
        self.acknowledges = True
        self.studio = studio

    def start(self) -> None:
        self.studio.start()

    def kill(self) -> None:
        self.studio.kill()

    def pids(self) -> list[int]:
        return self.studio.pids()

    def new_document(self) -> str:
        document_id = uuid4()
        self.studio.create_document(document_id, self.kind, "Benchmark")
        return str(document_id)

    def address(self, document: str) -> str:
        if self.wire == "hocuspocus":
            return self.studio.collab_address
        return f"ws://127.0.0.1:{self.studio.port}/sync/{document}?acks=1&token={self.token()}"

    async def prepare(self, document: str) -> tuple[Place, ...]:
        if self.kind == "note":
            return (Place(None),)
        return await song_places(await self._open(document))

    def text(self, doc: Doc[Any]) -> str:
        return str(doc.get("t", type=Text)) if self.kind == "note" else song_text(doc)

    def token(self) -> str:
        return self.studio.token("editor")

    async def _open(self, document: str) -> Client:
        return await Client(self.make_wire(document, self.token())).open(self.address(document))


@dataclass
class Peer:
    """Another server: one process, documents made by opening them."""

    name: str
    make_wire: MakeWire
    acknowledges: bool
    #: Folder of its files and its log.
    folder: Path
    #: (port) -> (command, extra environment).
    launch: Callable[[int], tuple[Sequence[str], dict[str, str]]]
    #: (port, document) -> address.
    locate: Callable[[int, str], str]
    scenarios: frozenset[str] = EVERYTHING
    _process: subprocess.Popen[bytes] | None = None
    _output: IO[bytes] | None = None
    _port: int = 0

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._port = self._port or free_port()
        arguments, extra = self.launch(self._port)
        self._output = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            arguments,
            cwd=PEERS,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **extra},
        )
        deadline = time.monotonic() + _START_SECONDS_MAX
        while not _listens(self._port):
            ended = self._process.poll() is not None
            assert not ended, f"{self.name} ended: {(self.folder / 'log').read_text()[-3000:]}"
            assert time.monotonic() < deadline, f"{self.name} does not listen"
            time.sleep(0.005)

    def kill(self) -> None:
        if self._process is None:
            return
        pids = self.pids()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self._process.wait(timeout=10)
        wait_until_gone(pids)
        self._process = None
        if self._output is not None:
            self._output.close()

    def pids(self) -> list[int]:
        return process_tree([self._process.pid]) if self._process is not None else []

    async def prepare(self, document: str) -> tuple[Place, ...]:
        return (Place(None),)

    def text(self, doc: Doc[Any]) -> str:
        return str(doc.get("t", type=Text))

    def new_document(self) -> str:
        return f"document-{uuid4()}"

    def address(self, document: str) -> str:
        return self.locate(self._port, document)

    def token(self) -> str:
        return ""


def ours(folder: Path) -> list[Server]:
    """Return our rows: notes, songs with their schema guard on, and the other wire, on one data folder."""
    studio = Studio(folder / "counterpoint")
    return [
        Ours(studio, EVERYTHING | {"S5"}),
        Ours(studio, frozenset({"S1", "S2", "S4"}), kind="song"),
        Ours(studio, frozenset({"S1", "S3", "S4"}), wire="hocuspocus"),
    ]


def peers(folder: Path) -> list[Server]:
    """Return the peers, each on data of its own under the folder."""
    websocket_server = PEERS / "node_modules/@y/websocket-server/src/server.js"
    pycrdt_server = [sys.executable, str(PEERS / "pycrdt_server.py")]
    plain = _plain_address
    return [
        Peer(
            "y-websocket (memory)", plain_wire, False, folder / "y-websocket",
            lambda port: (["node", str(websocket_server)], {"HOST": "127.0.0.1", "PORT": str(port)}), plain,
        ),
        Peer(
            "hocuspocus (SQLite)", hocuspocus_wire, True, folder / "hocuspocus",
            lambda port: (["node", "hocuspocus.mjs", str(port), str(folder / "hocuspocus/documents.sqlite")], {}),
            lambda port, _: f"ws://127.0.0.1:{port}/",
        ),
        Peer(
            "pycrdt-websocket (memory)", plain_wire, False, folder / "pycrdt-memory",
            lambda port: ([*pycrdt_server, str(port)], {}), plain,
        ),
        Peer(
            "pycrdt-websocket (SQLite)", plain_wire, False, folder / "pycrdt-sqlite",
            lambda port: ([*pycrdt_server, str(port), str(folder / "pycrdt-sqlite/documents.sqlite")], {}), plain,
        ),
    ]  # fmt: skip


def _plain_address(port: int, document: str) -> str:
    return f"ws://127.0.0.1:{port}/{document}"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
