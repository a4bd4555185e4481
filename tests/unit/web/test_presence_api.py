"""Who is in which document: exactly on one node, within seconds over several."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from core.adapters.logs import build_logger
from core.adapters.memory import ManualClock
from core.limits import PRESENCE_REMOTE_SECONDS_MAX, WHEREABOUTS_SECONDS
from core.roles import Access, Role
from sync.presence import Cursor, Presence, Shown, encode
from tests.unit.web.memory_studio import Studio
from web.whereabouts import CHANNEL, Whereabouts

ADA, BOB = Shown(uuid4(), "Ada", 0), Shown(uuid4(), "Bob", 1)
SONG, NOTE = uuid4(), uuid4()


class Radio:
    """A fan-out in memory: everybody hears everybody else."""

    def __init__(self) -> None:
        self.handlers: list[tuple[object, Callable[[bytes], None]]] = []
        self.sent: list[bytes] = []

    def node(self) -> Receiver:
        return Receiver(self)


class Receiver:
    """One node's end of it."""

    def __init__(self, radio: Radio) -> None:
        self._radio = radio

    async def publish(self, channel: str, message: bytes) -> None:
        assert channel == CHANNEL
        self._radio.sent.append(message)
        for owner, handler in list(self._radio.handlers):
            if owner is not self:
                handler(message)

    async def subscribe(self, channel: str, handler: Callable[[bytes], None]) -> Callable[[], Awaitable[None]]:
        entry = (self, handler)
        self._radio.handlers.append(entry)

        async def stop() -> None:
            self._radio.handlers.remove(entry)

        return stop


class Node:
    """A process with people in it."""

    def __init__(self, radio: Radio, clock: ManualClock) -> None:
        self.people: dict[UUID, list[Shown]] = {}
        self.receiver = radio.node()
        logger = build_logger("critical")
        self.whereabouts = Whereabouts(lambda: self.people, fanout=self.receiver, clock=clock, logger=logger)

    async def listen(self) -> None:
        await self.receiver.subscribe(CHANNEL, self.whereabouts.hear)


async def test_nobody_is_anywhere(studio: Studio) -> None:
    """An empty list, not an error; and only for members."""
    answer = await studio.request(Role.VIEWER, "GET", "/api/v1/presence")
    assert answer.json() == {"items": []}
    assert (await studio.request(None, "GET", "/api/v1/presence")).status_code == 401


async def test_the_list_names_people_by_document(studio: Studio, monkeypatch) -> None:
    """Id, name and colour of each."""
    monkeypatch.setattr(studio.services.whereabouts, "_people_here", lambda: {SONG: [ADA, BOB]})
    items = (await studio.request(Role.VIEWER, "GET", "/api/v1/presence")).json()["items"]
    assert [item["document_id"] for item in items] == [str(SONG)]
    assert items[0]["people"] == [
        {"id": str(ADA.person_id), "name": "Ada", "colour": 0}, {"id": str(BOB.person_id), "name": "Bob", "colour": 1},
    ]  # fmt: skip


def test_a_person_with_two_tabs_is_one_person() -> None:
    """Who shows a cursor is there, once; who only listens is not, and who leaves is gone."""
    ada, bob = Access(ADA.person_id, "Ada", Role.EDITOR, colour=4), Access(BOB.person_id, "Bob", Role.VIEWER)
    presence = Presence()
    for number, access in ((1, ada), (2, ada), (3, bob)):
        presence.join(number, access)
    assert presence.people_here() == []
    for number, person in ((1, ada), (2, ada)):
        owners = {100 + number: person.person_id}
        presence.receive(number, encode([Cursor(100 + number, 1, json.dumps({}).encode())]), owners)
    assert presence.people_here() == [Shown(ada.person_id, "Ada", 4)]
    presence.leave(1)
    assert presence.people_here() == [Shown(ada.person_id, "Ada", 4)]
    presence.leave(2)
    assert presence.people_here() == []


async def test_nodes_tell_each_other() -> None:
    """At the next look after a change; a person on two nodes is there once; who left is gone."""
    radio, clock = Radio(), ManualClock()
    here, there = Node(radio, clock), Node(radio, clock)
    await here.listen()
    await there.listen()
    there.people = {SONG: [ADA, BOB], NOTE: [BOB]}
    here.people = {SONG: [ADA]}
    assert here.whereabouts.everybody() == {SONG: [ADA]}
    await there.whereabouts.tell()
    assert here.whereabouts.everybody() == {SONG: [ADA, BOB], NOTE: [BOB]}
    there.people = {}
    await there.whereabouts.tell()
    assert here.whereabouts.everybody() == {SONG: [ADA]}


async def test_a_node_repeats_itself_now_and_then_only() -> None:
    """Nothing is said twice within WHEREABOUTS_SECONDS; after them it is, for nodes that have just started."""
    radio, clock = Radio(), ManualClock()
    here = Node(radio, clock)
    here.people = {SONG: [ADA]}
    for _ in range(3):
        await here.whereabouts.tell()
    assert len(radio.sent) == 1
    clock.advance(WHEREABOUTS_SECONDS)
    await here.whereabouts.tell()
    assert len(radio.sent) == 2


async def test_a_dead_node_is_forgotten() -> None:
    """What it does not repeat for PRESENCE_REMOTE_SECONDS_MAX is no longer so, and leaves the memory."""
    radio, clock = Radio(), ManualClock()
    here, there = Node(radio, clock), Node(radio, clock)
    await here.listen()
    there.people = {SONG: [BOB]}
    await there.whereabouts.tell()
    clock.advance(PRESENCE_REMOTE_SECONDS_MAX)
    assert here.whereabouts.everybody() == {SONG: [BOB]}
    clock.advance(0.1)
    assert here.whereabouts.everybody() == {}
    await here.whereabouts.tell()
    assert not here.whereabouts._elsewhere


async def test_what_is_no_message_of_ours_changes_nothing() -> None:
    """Garbage on the channel is left aside."""
    radio, clock = Radio(), ManualClock()
    here = Node(radio, clock)
    node = str(uuid4())
    for message in (
        b"", b"\xff", b"[]", b"null", b"{}", b'{"node":"x","people":{}}', b'{"node":1,"people":{}}',
        json.dumps({"node": node, "people": []}).encode(), json.dumps({"node": node, "people": {"x": []}}).encode(),
        json.dumps({"node": node, "people": {str(SONG): [["x", "y", 1]]}}).encode(),
        json.dumps({"node": node, "people": {str(SONG): [1]}}).encode(), b"[" * 100_000,
    ):  # fmt: skip
        here.whereabouts.hear(message)
    assert here.whereabouts.everybody() == {}
