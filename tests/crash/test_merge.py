"""A process is killed in a merge, at each point between its facts and its edit: repeated, nothing comes twice (P5)."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from uuid import uuid4

import pytest

import core.aggregates.branch
from core.roles import Role
from tests.crash.merging import POINTS
from tests.services.test_web_api import DOCUMENTS, Node, nodes, token

pytestmark = pytest.mark.crash
__all__ = ["nodes"]
ROOT = Path(__file__).parents[2]
WORDS = "Rain on the roof\nand nobody home"
OURS, THEIRS = f"{WORDS} tonight", f"{WORDS} for long"
BOTH = f"{OURS}\nand nobody home for long"
LYRICS = "/sections/v1/lyrics"


def verse(lyrics: str) -> dict[str, object]:
    """Return a patch that sets the words of the one verse."""
    return {"sections": {"v1": {"kind": "verse", "name": "Verse", "lyrics": lyrics}}}


@pytest.mark.parametrize("point", POINTS)
async def test_a_merge_that_died_is_in_the_document_once(
    point: str, nodes: list[Node], database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another node keeps it waiting, then finishes what is stored, or merges it itself: each line and fact once."""
    here, _ = nodes
    (_, editor), (owner_id, owner) = await token(here, Role.EDITOR), await token(here, Role.OWNER)
    path = f"{DOCUMENTS}/{uuid4()}"
    await here.ask(editor, "PUT", path, json={"kind": "song", "title": "Once"})
    await here.ask(editor, "PATCH", path, json=verse(WORDS))
    branch = (await here.ask(editor, "POST", f"{path}/branches", json={"name": "Longer"})).json()
    await here.ask(editor, "PATCH", path, json=verse(OURS))
    await here.ask(owner, "PATCH", f"{DOCUMENTS}/{branch['content_id']}", json=verse(THEIRS))
    merging = f"/api/v1/branches/{branch['id']}/merge"
    wanted = {"choices": [{"path": LYRICS, "choice": "both"}]}
    seen = (await here.ask(editor, "POST", f"{merging}/preview", json=wanted)).json()
    assert seen["is_mergeable"], seen
    body = {**wanted, **{name: seen[name] for name in ("document_position", "branch_position")}}
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.merging", point, database_url, str(tmp_path), editor, merging,
        json.dumps(body), cwd=ROOT,
    )  # fmt: skip
    assert await victim.wait() == -signal.SIGKILL, "it was not killed there"
    is_stored = POINTS[point][2]
    now = (await here.ask(editor, "GET", path)).json()
    assert now["sections"]["v1"]["lyrics"] == (BOTH if is_stored else OURS)
    # For as long as whoever began it may be at it, nobody else is.
    assert (await here.ask(editor, "POST", merging, json=body)).status_code == 409
    assert (await here.ask(editor, "POST", f"{merging}/preview", json=wanted)).status_code == 409
    monkeypatch.setattr(core.aggregates.branch, "MERGE_SECONDS_MAX", 0.0)
    again = await here.ask(editor, "POST", merging, json=body)
    assert again.status_code == (409 if is_stored else 200), again.text
    facts = (await here.ask(editor, "GET", "/api/v1/events?topic=branch.merged&topic=document.merged")).json()["events"]
    assert sorted(fact["topic"] for fact in facts) == ["branch.merged", "document.merged"]
    now = (await here.ask(editor, "GET", path)).json()
    assert now["sections"]["v1"]["lyrics"] == BOTH
    assert (await here.ask(editor, "GET", f"/api/v1/branches/{branch['id']}")).json()["state"] == "merged"
    last = (await here.ask(editor, "GET", f"{path}/blame?path={LYRICS}")).json()["runs"][-1]
    assert (last["text"].strip(), last["author"]["person_id"]) == ("for long", str(owner_id))
