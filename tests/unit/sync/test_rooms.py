"""Rooms, sessions and wires together, on memory adapters. The numbers are the rules of sync/SPEC.md."""

from __future__ import annotations

import pytest

from core.roles import Role
from tests.unit.sync.harness import Editor, person, settle, studio


@pytest.mark.parametrize("wire", ["plain", "hocuspocus"])
async def test_r16_two_people_type_and_both_see_it(wire: str) -> None:
    """What one types is acknowledged to it, once, and told to the other, once, without an echo."""
    async with studio() as [node]:
        ann = Editor(node, person("ann"), wire=wire)
        bob = Editor(node, person("bob", Role.VIEWER), wire=wire)
        await settle()
        ann.read(), bob.read()
        await settle()
        ann.read(), bob.read()
        ann.push(ann.type("hello "), ann.type("world"))
        await settle()
        came = ann.read()
        assert ann.saved(came) == ([2] if wire == "plain" else [1, 1])
        assert not [one for one in came if one[0] == "sync"]
        news = [one for one in bob.read() if one[0] == "sync"]
        assert len(news) == 1
        assert str(bob.text) == "hello world"
        assert [event.body for event in node.store.events] == ann.updates
