"""`/api/v1/events`: pages and streams that miss nothing, double nothing, and end when they must."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from pycrdt import Doc

from core.documents.kinds import KINDS
from core.events import DOCUMENT_UPDATED, Append, EventFilter, Kind, NewEvent, Page, Write
from core.ids import SYSTEM_ID
from core.limits import PAGE_BYTES_MAX
from core.roles import Role
from tests.unit.web.memory_studio import Studio

EVENTS = "/api/v1/events"
STREAM = f"{EVENTS}/stream"


async def page(studio: Studio, query: str = "") -> dict:
    answer = await studio.request(Role.VIEWER, "GET", f"{EVENTS}?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_pages_hold_every_event_once(studio: Studio) -> None:
    """Asking on from `position` until `more` is false gives the whole log in order."""
    for _ in range(4):
        await studio.document()
    seen, after, more = [], 0, True
    while more:
        found = await page(studio, f"limit=3&after={after}")
        seen += found["events"]
        after, more = found["position"], found["more"]
    assert [event["position"] for event in seen] == list(range(1, len(studio.topics) + 1))
    assert [event["topic"] for event in seen] == studio.topics
    assert (await page(studio, f"after={after}"))["events"] == []


async def test_facts_have_fields_and_edits_their_bytes_when_asked(studio: Studio) -> None:
    """A fact shows its fields; an edit its size, and its Yjs update with `updates=true`."""
    song = await studio.document(title="Night train")
    fact, edit = (await page(studio, f"document_id={song['id']}"))["events"]
    made = {"kind": "song", "title": "Night train", "forked_from": None, "forked_at": None}
    assert (fact["topic"], fact["data"]) == ("document.created", made)
    assert (fact["bytes"], fact["update"]) == (None, None)
    assert (edit["topic"], edit["data"], edit["update"]) == ("document.updated", None, None)
    assert edit["bytes"] > 0
    (_, edit) = (await page(studio, f"document_id={song['id']}&updates=true"))["events"]
    doc = Doc()
    doc.apply_update(base64.b64decode(edit["update"]))
    assert KINDS["song"].to_json(doc)["title"] == "Night train"
    assert {fact["actor_id"], edit["actor_id"]} == {str(studio.people[Role.EDITOR])}


async def test_the_bytes_of_edits_are_read_for_those_who_ask(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and streams without `updates=true` leave them in the log, whatever their number."""
    song = await studio.document()
    read, carried = studio.log.read, []

    async def watched(**question: Any) -> Page:
        found = await read(**question)
        carried.append(sum(len(event.body) for event in found.events if event.kind is Kind.UPDATE))
        return found

    monkeypatch.setattr(studio.log, "read", watched)
    query = f"document_id={song['id']}&after=0"
    edit = (await page(studio, query))["events"][-1]
    async with reading(studio, query) as reader:
        await reader.event()
        assert json.loads((await reader.event())["data"]) == edit
    assert (sum(carried), edit["update"]) == (0, None)
    whole = (await page(studio, f"{query}&updates=true"))["events"][-1]
    assert sum(carried) == edit["bytes"] == len(base64.b64decode(whole["update"]))
    async with reading(studio, f"{query}&updates=true") as reader:
        await reader.event()
        assert json.loads((await reader.event())["data"]) == whole


async def test_a_page_of_large_edits_ends_early_and_goes_on(studio: Studio) -> None:
    """Thirty pasted chapters asked for at once come in pages, and a stream brings every one of them."""
    song, start = uuid4(), len(studio.topics)
    chapter = NewEvent(DOCUMENT_UPDATED, b"x" * (PAGE_BYTES_MAX // 10), SYSTEM_ID)
    for version in range(30):
        await studio.log.append(Append((Write(song, Kind.UPDATE, version, (chapter,)),)))
    sizes, after, more = [], start, True
    while more:
        found = await page(studio, f"limit=1000&updates=true&after={after}")
        sizes.append(len(found["events"]))
        after, more = found["position"], found["more"]
    assert sizes == [11, 11, 8]
    assert len((await page(studio, f"limit=1000&after={start}"))["events"]) == 30
    async with reading(studio, f"updates=true&after={start}") as reader:
        assert [int((await reader.event())["id"]) for _ in range(30)] == list(range(start + 1, start + 31))


async def test_filters_choose_and_the_position_moves_past_the_rest(studio: Studio) -> None:
    """Topics and documents filter; a page without a match still says how far it read."""
    first, second = await studio.document(), await studio.document()
    created = await page(studio, "topic=document.created")
    assert [event["stream_id"] for event in created["events"]] == [first["id"], second["id"]]
    both = await page(studio, f"topic=document.created&topic=document.updated&document_id={second['id']}")
    assert [event["topic"] for event in both["events"]] == ["document.created", "document.updated"]
    nothing = await page(studio, "topic=job.requested")
    assert (nothing["events"], nothing["position"]) == ([], len(studio.topics))
    workspace = await page(studio, "stream_id=00000000-0000-4000-8000-000000000002&limit=1")
    assert workspace["events"][0]["topic"] == "workspace.founded"


@pytest.mark.parametrize("topic", ["subprocess:Popen", "no.such.topic", "", "\x00"])
async def test_a_topic_that_cannot_be_is_a_mistake(studio: Studio, topic: str) -> None:
    """Only event types of the allow-list are filters; a path of code is not."""
    async with studio.client(Role.VIEWER) as client:
        answer = await client.get(EVENTS, params={"topic": topic})
    assert answer.status_code == 422


async def test_an_erased_event_is_shown_empty(studio: Studio) -> None:
    """Erasure takes the body and leaves the place: position, type and actor stay."""
    song = await studio.document()
    events = studio.log.store.events
    place = studio.topics.index("document.created")
    events[place] = type(events[place])(
        **{name: getattr(events[place], name) for name in events[place].__slots__} | {"body": b""}
    )
    fact = next(e for e in (await page(studio))["events"] if e["topic"] == "document.created")
    assert (fact["data"], fact["stream_id"]) == (None, song["id"])


# -- streams ----------------------------------------------------------------------------------------------------------


@dataclass
class Reader:
    """One reader of a stream: the frames that came, and the way to leave."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    frames: asyncio.Queue[dict[str, str]] = field(default_factory=asyncio.Queue)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    leave: asyncio.Event = field(default_factory=asyncio.Event)
    text: str = ""
    _rest: str = ""

    async def next(self) -> dict[str, str]:
        async with asyncio.timeout(5):
            return await self.frames.get()

    async def event(self) -> dict[str, str]:
        """Return the next frame with data."""
        while "data" not in (frame := await self.next()):
            pass
        return frame

    async def end(self) -> None:
        async with asyncio.timeout(5):
            await self.ended.wait()

    async def send(self, message: dict) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        self.text += message.get("body", b"").decode()
        *frames, self._rest = (self._rest + message.get("body", b"").decode()).split("\n\n")
        for frame in frames:
            self.frames.put_nowait(dict(line.split(": ", 1) for line in frame.splitlines() if line[0] != ":"))
        if not message.get("more_body"):
            self.ended.set()


@asynccontextmanager
async def reading(
    studio: Studio, query: str = "", *, role: Role = Role.VIEWER, last: int | None = None
) -> AsyncIterator[Reader]:
    """Open a stream as a server would, and leave it at the end."""
    reader, asked = Reader(), False

    async def receive() -> dict:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await reader.leave.wait()
        return {"type": "http.disconnect"}

    headers = [(b"host", b"testserver:8000"), (b"authorization", f"Bearer {studio.tokens[role]}".encode())]
    if last is not None:
        headers.append((b"last-event-id", str(last).encode()))
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": STREAM, "raw_path": b"",
        "query_string": query.encode(), "headers": headers, "root_path": "", "server": ("testserver", 8000),
        "client": ("127.0.0.1", 1), "asgi": {"version": "3.0", "spec_version": "2.3"},
    }  # fmt: skip
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(studio.app(scope, receive, reader.send))
        first = await reader.next()
        assert first["retry"]
        yield reader
        reader.leave.set()


async def test_a_stream_catches_up_and_goes_on(studio: Studio) -> None:
    """From a position: what was stored since, then what is stored now, each once and in order."""
    song = await studio.document()
    async with reading(studio, "after=0") as reader:
        assert reader.status == 200
        assert reader.headers["content-type"].startswith("text/event-stream")
        assert reader.headers["cache-control"] == "no-store"
        old = [await reader.event() for _ in studio.topics]
        await studio.request(Role.EDITOR, "PATCH", f"/api/v1/documents/{song['id']}", json={"bpm": 99})
        new = await reader.event()
    assert [frame["event"] for frame in [*old, new]] == studio.topics
    assert [int(frame["id"]) for frame in [*old, new]] == list(range(1, len(studio.topics) + 1))
    assert json.loads(new["data"])["stream_id"] == song["id"]


async def test_a_reader_that_was_cut_off_misses_nothing(studio: Studio) -> None:
    """Last-Event-ID wins over `after`, and the stream goes on right behind it."""
    await studio.document()
    head = len(studio.topics)
    async with reading(studio, "after=0", last=head - 1) as reader:
        assert int((await reader.event())["id"]) == head


async def test_a_stream_without_a_place_begins_now(studio: Studio) -> None:
    """Without `after` and Last-Event-ID, the past is not sent."""
    await studio.document()
    head = len(studio.topics)
    async with reading(studio) as reader:
        await studio.document()
        assert int((await reader.event())["id"]) == head + 1


async def test_a_checkpoint_moves_past_what_does_not_match(studio: Studio) -> None:
    """A filtered reader is told, without data, how far it has read: coming back costs no rescan."""
    studio.services.streams._heartbeat_seconds = 0.02
    async with reading(studio, "topic=job.requested") as reader:
        await studio.document()
        head = len(studio.topics)
        while int((frame := await reader.next()).get("id", 0)) < head:
            assert "data" not in frame
        assert "data" not in frame
    async with reading(studio, f"topic=document.created&after=0&document_id={SYSTEM_ID}") as reader:
        assert int((await reader.next())["id"]) == head


async def test_a_stream_ends_with_the_access_that_opened_it(studio: Studio) -> None:
    """Removing a member ends what their token opened, and nothing comes after; other streams go on."""
    async with reading(studio, role=Role.EDITOR) as gone, reading(studio) as stays:
        await studio.services.membership.remove(studio.people[Role.EDITOR], by=SYSTEM_ID, erase=False)
        await gone.end()
        await studio.services.membership.invite("Bob", Role.VIEWER, by=SYSTEM_ID)
        while (await stays.event())["event"] != "member.invited":
            pass
        assert not stays.ended.is_set()
        assert "member.invited" not in gone.text


async def test_streams_are_counted_and_bounded(studio: Studio) -> None:
    """One more than the bound is told to come back; leaving makes room, and a HEAD takes none."""
    studio.services.streams._streams_max = 2
    async with reading(studio):
        async with reading(studio):
            answer = await studio.request(Role.VIEWER, "GET", STREAM)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert (await studio.request(Role.VIEWER, "HEAD", STREAM)).status_code == 200
        async with reading(studio) as reader:
            await studio.document()
            await reader.event()
    assert not studio.services.streams._open


async def test_streams_end_when_the_process_stops(studio: Studio) -> None:
    """Closing ends every stream at once, so that a stop waits for nobody; new ones come back later."""
    async with reading(studio) as one, reading(studio) as two:
        studio.services.streams.close()
        await one.end()
        await two.end()
    assert (await studio.request(Role.VIEWER, "GET", STREAM)).status_code == 503


async def test_a_stream_can_end_while_its_sign_of_life_falls_due(studio: Studio) -> None:
    """Ending one whose wait has run out in the same turn of the loop ends it as any other, and nothing comes after."""
    streams = studio.services.streams
    streams._heartbeat_seconds = 0.0
    access = await studio.services.auth.access_for_token(studio.tokens[Role.VIEWER])
    frames = streams.frames(access, after=len(studio.topics), where=EventFilter(), encode=repr)

    async def read() -> list[bytes]:
        return [frame async for frame in frames]

    reading = asyncio.create_task(read())
    await asyncio.sleep(0)  # The stream waits; its wait is over at once, which the loop finds next.
    await asyncio.sleep(0)  # The loop has found it, the stream has not heard.
    (stream,) = streams._open
    assert stream._waiting.expired()
    streams.close()
    async with asyncio.timeout(5):
        (first,) = await reading
    assert first.startswith(b"retry: ")


@pytest.mark.parametrize("last", ["x", "-1", "1e3", "9" * 30, "٣"])
async def test_a_place_is_a_position(studio: Studio, last: str) -> None:
    """Anything else is a mistake, told before the stream begins."""
    async with studio.client(Role.VIEWER) as client:
        answer = await client.get(STREAM, headers={"Last-Event-ID": last.encode()})
    assert answer.status_code == 422


async def test_a_position_the_log_has_not_reached_is_a_mistake(studio: Studio) -> None:
    """After a restored backup nobody waits in silence for positions that will be given to other events."""
    ahead = (await studio.log.head()).position + 1
    for path, headers in (
        (f"/api/v1/events?after={ahead}", {}),
        (f"/api/v1/events/stream?after={ahead}", {}),
        ("/api/v1/events/stream", {"Last-Event-ID": str(ahead)}),
    ):
        answer = await studio.request(Role.VIEWER, "GET", path, headers=headers)
        assert answer.status_code == 422, answer.text
        assert "begin again" in answer.json()["detail"] + str(answer.json())


async def test_a_stream_survives_signs_of_life_between_events(studio: Studio) -> None:
    """Heartbeats that fall between, before and after events lose none and double none."""
    studio.services.streams._heartbeat_seconds = 0.001
    before = len(studio.topics)
    async with reading(studio, f"after={before}") as reader:
        song = await studio.document()
        for bpm in range(60, 90):
            await studio.request(Role.EDITOR, "PATCH", f"/api/v1/documents/{song['id']}", json={"bpm": bpm})
        ids = [int((await reader.event())["id"]) for _ in range(before, len(studio.topics))]
    assert ids == list(range(before + 1, len(studio.topics) + 1))
