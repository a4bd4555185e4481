"""Two web processes on one database: people on different machines write one song, with Redis and without."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from core.roles import Access, Role
from tests.services.test_commands import counterpoint, folder, start, wait_for_answer
from tests.simulation.client import Client
from tests.simulation.wires import PlainWire, sized, varuint

__all__ = ["folder"]
pytestmark = pytest.mark.services
SECONDS_MAX = 120.0


class Person:
    """A protocol client on a real socket."""

    def __init__(self, socket_: ClientConnection, document_id: UUID) -> None:
        access = Access(uuid4(), "somebody", Role.EDITOR)
        self.client = Client("somebody", access, document_id, "note", Random(), PlainWire(""), eager=False)
        self.cursors: list[bytes] = []
        self._socket = socket_
        self._news = asyncio.Condition()

    @property
    def text(self) -> str:
        return str(self.client.texts[0])

    async def live(self) -> None:
        """Greet, then take what comes until the socket closes."""
        self.client.connect()
        await self._flush()
        async for data in self._socket:
            assert isinstance(data, bytes)
            if data[0] == 1:
                self.cursors.append(data)
            self.client.receive(data)
            await self._flush()
            async with self._news:
                self._news.notify_all()

    async def write(self, words: str) -> None:
        """Type at the end, a keystroke an edit."""
        text = self.client.texts[0]
        for character in words:
            text.insert(len(self.text.encode()), character)
            await self._flush()

    async def show(self, state: dict[str, str]) -> None:
        """Announce a cursor."""
        body = json.dumps(state).encode()
        states = varuint(1) + varuint(self.client.doc.client_id) + varuint(1) + sized(body)
        await self._socket.send(self.client.wire.awareness(states))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return when it is so; what is asked changes only with a message."""
        async with asyncio.timeout(SECONDS_MAX), self._news:
            await self._news.wait_for(holds)

    async def _flush(self) -> None:
        assert self.client.link is not None
        while self.client.link.up:
            await self._socket.send(self.client.link.up.popleft())


class Nodes:
    """Two web processes and the token of one editor."""

    def __init__(self, urls: list[str], token: str, *, has_redis: bool) -> None:
        self.urls, self.token, self.has_redis = urls, token, has_redis

    def http(self, node: int) -> httpx.Client:
        return httpx.Client(base_url=self.urls[node], headers={"Authorization": f"Bearer {self.token}"}, timeout=20)

    @asynccontextmanager
    async def person(self, node: int, document_id: UUID) -> AsyncIterator[Person]:
        """Somebody who has the document open on a node, greeted."""
        address = self.urls[node].replace("http:", "ws:") + f"/sync/{document_id}?acks=1&token={self.token}"
        async with connect(address, max_size=None) as socket_, asyncio.TaskGroup() as tasks:
            person = Person(socket_, document_id)
            living = tasks.create_task(person.live())
            await person.until(lambda: person.client.greeted)
            yield person
            living.cancel()


@pytest.fixture(params=["listen", "redis"])
def nodes(request: pytest.FixtureRequest, database_url: str, folder: Path) -> Iterator[Nodes]:
    """Start both processes; they end in order after the test."""
    shared = {"DATABASE_URL": database_url, "COUNTERPOINT_DATA": str(folder)}
    if request.param == "redis":
        shared["REDIS_URL"] = request.getfixturevalue("redis_url")
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            ports.append(probe.getsockname()[1])
    processes: list[subprocess.Popen[str]] = [start("web", "--port", str(port), **shared) for port in ports]

    urls = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        for url, process in zip(urls, processes, strict=True):
            wait_for_answer(url, process)
        token = counterpoint("token", "--role", "editor", **shared).stdout.strip()
        yield Nodes(urls, token, has_redis="REDIS_URL" in shared)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        said = [process.communicate(timeout=180)[0] for process in processes]
    assert not any("Traceback" in text for text in said), said


async def presence(api: httpx.Client, document_id: UUID, names: set[str]) -> None:
    """Return when this node lists exactly these people in the document; nodes tell each other within seconds."""
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            items = (await asyncio.to_thread(api.get, "/api/v1/presence")).json()["items"]
            listed = {item["document_id"]: {one["name"] for one in item["people"]} for item in items}
            if listed.get(str(document_id), set()) == names:
                return


async def test_people_on_two_nodes_write_one_note(nodes: Nodes) -> None:
    """Both see all of it within seconds, what is saved is in both nodes' API, and with Redis cursors are seen too."""
    document_id = uuid4()
    with nodes.http(0) as first, nodes.http(1) as second:
        assert first.put(f"/api/v1/documents/{document_id}", json={"kind": "note", "title": "Tide"}).status_code == 201
        async with nodes.person(0, document_id) as mina, nodes.person(1, document_id) as ole:
            await asyncio.gather(mina.write("salt and "), ole.write("lanterns"))
            for person in (mina, ole):
                await person.until(lambda person=person: len(person.text) == len("salt and lanterns"))
                await person.until(lambda person=person: not person.client.waiting)
            assert mina.text == ole.text
            assert sorted(mina.text) == sorted("salt and lanterns")
            if nodes.has_redis:
                await mina.show({"looking": "at the tide"})
                await ole.until(lambda: any(b"at the tide" in data for data in ole.cursors))
                for api in (first, second):
                    await presence(api, document_id, {"editor token"})
        if nodes.has_redis:
            await presence(first, document_id, set())
            await presence(second, document_id, set())
        text = mina.text
        assert [api.get(f"/api/v1/documents/{document_id}").json()["text"] for api in (first, second)] == [text, text]


async def test_an_edit_of_the_api_reaches_people_on_the_other_node(nodes: Nodes) -> None:
    """PATCH on one node edits the document that somebody has open on the other."""
    document_id = uuid4()
    with nodes.http(0) as first:
        first.put(f"/api/v1/documents/{document_id}", json={"kind": "note", "title": "Tide"})
        async with nodes.person(1, document_id) as ole:
            await ole.write("one")
            await ole.until(lambda: not ole.client.waiting)
            answer = first.patch(f"/api/v1/documents/{document_id}", json={"text": "one two"})
            assert answer.status_code == 200, answer.text
            await ole.until(lambda: ole.text == "one two")
