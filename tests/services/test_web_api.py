"""The API on a real PostgreSQL, and what one node hears of a decision taken on another (P10)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from core.ids import SYSTEM_ID
from core.roles import Access, Role
from core.settings import Settings
from web.compose import Studio, open_studio
from web.services import Services

pytestmark = pytest.mark.services
DOCUMENTS = "/api/v1/documents"


class Node:
    """One web process' worth of studio."""

    def __init__(self, studio: Studio) -> None:
        self.app = studio.app
        self.services: Services = studio.app.state.services

    async def ask(self, token: str, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request."""
        transport = httpx.ASGITransport(self.app)
        headers = {"Authorization": f"Bearer {token}"} | options.pop("headers", {})
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as client:
            return await client.request(method, path, **options)


@pytest.fixture
async def nodes(database_url: str, tmp_path: Path) -> AsyncIterator[list[Node]]:
    """Two nodes on one database."""
    settings = Settings(data_dir=tmp_path, database_url=database_url, log_level="error")
    async with AsyncExitStack() as stack:
        yield [Node(await stack.enter_async_context(open_studio(settings))) for _ in range(2)]


async def token(node: Node, role: Role) -> tuple[Any, str]:
    person_id = await node.services.membership.invite(role.value, role, by=SYSTEM_ID)
    issued = await node.services.membership.issue_token(person_id, role, label="test", by=SYSTEM_ID)
    return person_id, issued.secret


async def test_a_document_lives_on_every_node(nodes: list[Node]) -> None:
    """Created on one node, patched on another, read on both: the log is the truth, not a process."""
    here, there = nodes
    _, editor = await token(here, Role.EDITOR)
    path = f"{DOCUMENTS}/{uuid4()}"
    answers = await asyncio.gather(
        *(node.ask(editor, "PUT", path, json={"kind": "song", "title": "Once"}) for node in nodes * 3)
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    patched = await there.ask(editor, "PATCH", path, json={"bpm": 84, "title": "Zwei 🌧"})
    assert patched.status_code == 200, patched.text
    assert (await here.ask(editor, "GET", path)).json() == patched.json()
    events = (await here.ask(editor, "GET", f"/api/v1/events?document_id={path[-36:]}")).json()["events"]
    assert [event["topic"] for event in events] == ["document.created", "document.updated", "document.updated"]
    both = await asyncio.gather(
        here.ask(editor, "PATCH", path, json={"sections": {"a": {"kind": "verse"}}}),
        there.ask(editor, "PATCH", path, json={"sections": {"b": {"kind": "chorus"}}}),
    )
    assert [answer.status_code for answer in both] == [200, 200]
    assert set((await here.ask(editor, "GET", path)).json()["sections"]) == {"a", "b"}
    assert (await there.ask(editor, "DELETE", path)).status_code == 204
    assert (await here.ask(editor, "PATCH", path, json={"bpm": 85})).status_code == 409


async def test_a_removal_on_one_node_is_felt_on_the_other(nodes: list[Node]) -> None:
    """The next request anywhere is refused, and what was open on another node hears of it."""
    here, there = nodes
    person_id, editor = await token(here, Role.EDITOR)
    _, owner = await token(here, Role.OWNER)
    heard: asyncio.Queue[Access | None] = asyncio.Queue()
    there.services.auth.watch(await there.services.auth.access_for_token(editor), heard.put_nowait)
    changed = await here.ask(owner, "PATCH", f"/api/v1/members/{person_id}", json={"role": "viewer"})
    assert changed.status_code == 200
    assert (await there.ask(editor, "POST", DOCUMENTS, json={"kind": "note"})).status_code == 403
    async with asyncio.timeout(10):
        access = await heard.get()
    assert access is not None
    assert access.role is Role.VIEWER
    assert (await here.ask(owner, "DELETE", f"/api/v1/members/{person_id}")).status_code == 204
    assert (await there.ask(editor, "GET", "/api/v1/me")).status_code == 401
    async with asyncio.timeout(10):
        assert await heard.get() is None
    assert heard.empty()


async def test_two_nodes_keep_one_owner(nodes: list[Node]) -> None:
    """Two owners who step down at the same moment on two nodes: one of them stays."""
    here, there = nodes
    people = [await token(here, Role.OWNER) for _ in range(2)]
    answers = await asyncio.gather(
        *(
            node.ask(secret, "PATCH", f"/api/v1/members/{person_id}", json={"role": "editor"})
            for node, (person_id, secret) in zip(nodes, people, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    members = await there.services.roster.members()
    assert sum(member.role is Role.OWNER for member in members.values()) == 1
