"""Erasing takes every word out of every place, leaves everything else, and the chain holds as before (P5)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from core.adapters.blobs import DiskBlobs
from core.adapters.postgres.chain import verify_chain
from core.adapters.postgres.sealer import Sealer
from core.adapters.postgres.segment import Segment
from core.adapters.postgres.snapshots import PostgresSnapshots
from core.aggregates.branch import Branch
from core.aggregates.comment import Anchor, Comment
from core.aggregates.document import Document
from core.aggregates.member import Workspace
from core.aggregates.take import Take
from core.aggregates.version import Version, VersionCause
from core.crdt.history import History
from core.documents.forking import fork_append
from core.documents.load import load
from core.documents.load_at import load_at
from core.errors import Conflict, NotFound
from core.events import EventFilter, Kind, Recorded
from core.ids import new_id
from core.ports import Snapshot
from core.roles import Role
from projections.comments import Comments
from projections.histories import Histories
from tests.contracts.logs import make_tiny, seal_all
from tests.services.backstage import LOGGER, Backstage, eventually, open_backstage
from tests.services.victims import make_erasure
from web.erasure import WISHES

pytestmark = pytest.mark.services
ROOT = Path(__file__).parents[2]
ALL = EventFilter()
#: What must be nowhere afterwards, in any form it is stored in; and what must still be everywhere it was.
SECRET, KEPT = "zirconium", "molybdenum"


@dataclass
class Shelf:
    """Two documents with everything that can be about them, half of it sealed."""

    studio: Backstage
    assets: Path
    gone: UUID
    stays: UUID
    own_asset: str
    shared_asset: str

    async def wish(self) -> None:
        document = await self.studio.repository.get(Document, self.gone)
        document.trash(at=self.studio.clock.now())
        document.request_erasure(at=self.studio.clock.now())
        await self.studio.repository.save(document, self.studio.person_id)

    async def carry_out(self) -> None:
        erasure = make_erasure(self.studio.log, self.studio.pool, self.assets)
        after, more = 0, True
        while more:  # A wish may bring others: what was forked goes too.
            page = await self.studio.log.read(after=after, limit=10**6, where=WISHES)
            for wish in page.events:
                await erasure.carry_out(wish)
            after, more = page.position, bool(page.events)

    async def everything(self) -> list[Recorded]:
        return (await self.studio.log.read(after=0, limit=10**6, where=ALL)).events

    async def words_in_database(self) -> str:
        """Return everything that every table holds, segments and bodies unpacked, as one text."""
        found = []
        async with self.studio.pool.acquire() as connection:
            tables = await connection.fetch(
                "SELECT schemaname || '.' || tablename AS name FROM pg_tables "
                "WHERE schemaname IN ('public', 'projections', 'projections_next')"
            )
            for table in tables:
                for row in await connection.fetch(f"SELECT * FROM {table['name']}"):
                    found += [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                              for value in row]  # fmt: skip
            for row in await connection.fetch("SELECT packed FROM segments"):
                segment = Segment.of(row["packed"])
                found += [key.body.decode("utf-8", "replace") for key in segment.rows(range(len(segment)))]
        return "\n".join(found)


@pytest.fixture
async def shelf(database_url: str, tmp_path: Path) -> AsyncIterator[Shelf]:
    async with filled(database_url, tmp_path) as filled_shelf:
        yield filled_shelf


@asynccontextmanager
async def filled(dsn: str, assets: Path) -> AsyncIterator[Shelf]:
    await make_tiny(dsn, partitions=8, positions=30)
    async with open_backstage(dsn) as studio:
        blobs = DiskBlobs(assets, studio.clock)
        own, shared = [(await blobs.put(_chunks(what)))[0] for what in (b"own sound", b"shared sound")]
        gone = await studio.new_document("note", f"All about {SECRET}")
        stays = await studio.new_document("note", f"All about {KEPT}")
        for number in range(25):
            await studio.edit(gone, "note", text=f"{SECRET} {number}\n" * (number + 1))
            await studio.edit(stays, "note", text=f"{KEPT} {number}\n" * (number + 1))
        for document_id, word, digests in ((gone, SECRET, (own, shared)), (stays, KEPT, (shared,))):
            await _write_about(studio, document_id, word, digests)
        both = Version.of(
            version_id=new_id(), name="Both", message=KEPT, cause=VersionCause.PERSON,
            documents={gone: 5, stays: 6}, at=studio.clock.now(),
        )  # fmt: skip
        await studio.repository.save(both, studio.person_id)
        await _fork(studio, gone)
        await studio.runner.catch_up()
        yield Shelf(studio, assets, gone, stays, own, shared)


async def _fork(studio: Backstage, document_id: UUID) -> None:
    """Open a branch of the document, and write on it."""
    at, loaded = studio.clock.now(), await load(studio.log, studio.snapshots, document_id)
    branch = Branch.open(
        branch_id=new_id(), document_id=document_id, content_id=new_id(), position=loaded.position,
        name=f"{SECRET} two", purpose="", by=studio.person_id, at=at,
    )  # fmt: skip
    original = await studio.repository.get(Document, document_id)
    state = loaded.doc.get_update()
    await studio.log.append(
        fork_append(studio.repository, branch, original, state=state, client_ids=(), person_id=studio.person_id, at=at)
    )
    await studio.edit(branch.content_id, "note", text=f"more {SECRET}")


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _write_about(studio: Backstage, document_id: UUID, word: str, digests: tuple[str, ...]) -> None:
    at, person = studio.clock.now(), studio.person_id
    version = Version.of(version_id=new_id(), name=word, message=f"the {word} one", cause=VersionCause.PERSON,
                         documents={document_id: 7}, at=at)  # fmt: skip
    thread = Comment.add(thread_id=new_id(), anchor=Anchor(document_id, "/text", word, [[1, 0], [1, 5]], 7),
                         person_id=person, text=f"what {word}?", mentions=[UUID(int=5)], at=at)  # fmt: skip
    take = Take.of_render(
        take_id=new_id(), at=at, job_id=new_id(), document_id=document_id, document_position=7, engine="local",
        engine_version="1", parameters={}, seed=1, duration_s=1.0, sample_rate_hz=48000, loudness={}, notes=[word],
        files=[{"role": "mix", "format": "wav", "digest": digest, "bytes": 9} for digest in digests],
        sections=[{"id": "s", "name": word, "start_s": 0, "end_s": 1}],
    )  # fmt: skip
    for aggregate in (version, thread, take):
        await studio.repository.save(aggregate, person)
    loaded = await load(studio.log, studio.snapshots, document_id)
    history = History()
    history.extend(await studio.log.read_stream(document_id, Kind.UPDATE))
    await studio.snapshots.save(document_id, Snapshot(loaded.version, loaded.position, loaded.doc.get_update()))
    await PostgresSnapshots(studio.pool, table="histories").save(
        document_id, Snapshot(history.version, history.position, history.to_bytes())
    )


def without_body(event: Recorded) -> tuple[object, ...]:
    return (event.position, event.stream_id, event.kind, event.version, event.topic, event.actor_id, event.recorded_at)


@pytest.mark.parametrize("when", ["in rows", "sealed", "half written"])
async def test_every_word_of_a_document_goes_and_nothing_else(shelf: Shelf, when: str) -> None:
    """Rows, segments, caches, lists, files: none has a word of it; the other document has all; the chain holds."""
    studio = shelf.studio
    sealer = Sealer(studio.pool, clock=studio.clock, logger=LOGGER, rows=8)
    if when == "sealed":
        await seal_all(sealer)
    elif when == "half written":
        for _ in range(2):
            await sealer.step()
    await shelf.wish()
    before = await shelf.everything()
    words = await shelf.words_in_database()
    assert words.count(SECRET) > 50
    await shelf.carry_out()
    await seal_all(sealer)
    await studio.runner.catch_up()
    after = await shelf.everything()
    assert [without_body(event) for event in after[: len(before)]] == [without_body(event) for event in before]
    topics = [event.topic for event in after[len(before) :]]
    assert topics == ["document.erasure_requested", "document.erased", "document.erased"]
    left = await shelf.words_in_database()
    assert SECRET not in left
    emptied = {event.stream_id for event in before if SECRET.encode() in event.body}
    assert len(emptied) == 6
    for old, new in zip(before, after, strict=False):
        is_kept = old.stream_id not in emptied or old.topic == "document.erasure_requested"
        assert new.body == (old.body if is_kept else b"")
    async with studio.pool.acquire() as connection:
        verdict = await verify_chain(connection)
        assert verdict.holds, verdict.problem
        assert verdict.segments >= (4 if when == "sealed" else 2)
    blobs = DiskBlobs(shelf.assets, studio.clock)
    assert (await blobs.size(shelf.own_asset), await blobs.size(shelf.shared_asset)) == (None, len(b"shared sound"))


async def test_readers_of_what_is_gone_find_nothing_and_never_stumble(shelf: Shelf) -> None:
    """Aggregates are not found; rooms and pasts read empty bodies; every list can be built from the first event."""
    studio = shelf.studio
    await seal_all(Sealer(studio.pool, clock=studio.clock, logger=LOGGER, rows=8))
    await shelf.wish()
    with pytest.raises(NotFound):
        await studio.repository.get(Document, shelf.gone)
    await shelf.carry_out()
    for aggregate, event in (
        (Document, None), (Take, "take.completed"), (Comment, "comment.anchored"), (Branch, "branch.opened"),
    ):  # fmt: skip
        streams = {e.stream_id for e in await shelf.everything() if e.topic == event and not e.body} or {shelf.gone}
        for stream_id in streams:
            with pytest.raises(NotFound):
                await studio.repository.get(aggregate, stream_id)
    head = (await studio.log.head()).position
    assert len((await load(studio.log, studio.snapshots, shelf.gone)).doc.get_update()) == 2
    assert len((await load_at(studio.log, studio.snapshots, shelf.gone, head)).get_update()) == 2
    histories = Histories(studio.log, studio.codec, PostgresSnapshots(studio.pool, table="histories"))
    assert await histories.ask(shelf.gone, lambda history: history.version) == 26
    assert len(await histories.ask(shelf.gone, lambda history: history.document_at(26).get_update())) == 2
    histories.close()
    for name in ("documents", "takes", "versions", "comments", "inbox", "branches", "moments", "jobs"):
        await studio.runner.rebuild(name)
        rows = await studio.database.fetch(f"SELECT DISTINCT document_id AS id FROM projections.{name}")
        assert {row["id"] for row in rows} == (set() if name in ("branches", "jobs") else {shelf.stays}), name
    assert all(status.error is None for status in await studio.runner.statuses())
    assert SECRET not in await shelf.words_in_database()


async def test_erasing_twice_is_erasing_once(shelf: Shelf) -> None:
    """A worker that did not hear that it was done does it again, and nothing changes; there is one fact of it."""
    await shelf.wish()
    await shelf.carry_out()
    once = await shelf.everything()
    await shelf.carry_out()
    assert await shelf.everything() == once
    assert [event.topic for event in once].count("document.erased") == 2


async def test_killed_anywhere_it_is_finished_by_the_next(shelf: Shelf, database_url: str) -> None:
    """Kill -9 after every query of an erasure: whoever goes on comes to the same end."""
    await seal_all(Sealer(shelf.studio.pool, clock=shelf.studio.clock, logger=LOGGER, rows=8))
    await shelf.wish()
    said = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.services.victims", "erase", database_url, str(shelf.assets), "40"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=400,
    )  # fmt: skip
    assert int(said.stdout) >= 20, "hardly anybody was killed"
    await shelf.carry_out()
    await shelf.studio.runner.catch_up()
    assert SECRET not in await shelf.words_in_database()
    assert [event.topic for event in await shelf.everything()].count("document.erased") == 2
    async with shelf.studio.pool.acquire() as connection:
        assert (await verify_chain(connection)).holds
    blobs = DiskBlobs(shelf.assets, shelf.studio.clock)
    assert (await blobs.size(shelf.own_asset), await blobs.size(shelf.shared_asset)) == (None, len(b"shared sound"))


async def test_the_worker_follows_the_wishes(shelf: Shelf) -> None:
    """A wish stored while the worker runs is carried out, and the place in the log is kept."""
    studio = shelf.studio
    erasure = make_erasure(studio.log, studio.pool, shelf.assets)
    running = asyncio.create_task(erasure.run())
    await shelf.wish()

    async def done() -> bool:
        topics = [event.topic for event in await studio.log.read_stream(shelf.gone, Kind.AGGREGATE)]
        position = await studio.pool.fetchval("SELECT position FROM checkpoints WHERE name = 'erasure'")
        return topics[-1] == "document.erased" and bool(position)

    await eventually(done)
    running.cancel()


async def test_what_somebody_wrote_in_comments_goes_with_them(shelf: Shelf) -> None:
    """Their words are gone from the log, the threads and the inboxes; what others said there stays."""
    studio = shelf.studio
    ann, ben = studio.person_id, new_id()
    comments = Comments(studio.database)
    (thread,) = (await comments.list_threads(document_id=shelf.stays)).items
    comment = await studio.repository.get(Comment, thread.thread_id)
    comment.reply(person_id=ben, text="I say osmium", mentions=[ann], at=studio.clock.now())
    await studio.repository.save(comment, ben)
    workspace = Workspace.found(at=studio.clock.now())
    workspace.invite(ann, Role.EDITOR, at=studio.clock.now())
    workspace.request_erasure(ann, at=studio.clock.now())
    workspace.request_erasure(ann, at=studio.clock.now())
    await studio.repository.save(workspace, ben)
    await studio.runner.catch_up()
    await shelf.carry_out()
    await studio.runner.catch_up()
    (thread,) = (await comments.list_threads(document_id=shelf.stays)).items
    assert [(message.text, message.is_erased) for message in thread.messages] == [("", True), ("I say osmium", False)]
    everything = await shelf.words_in_database()
    assert f"what {KEPT}?" not in everything
    assert "I say osmium" in everything
    topics = [event.topic for event in await shelf.everything()]
    assert (topics.count("member.erasure_requested"), topics.count("member.erased")) == (1, 1)
    async with studio.pool.acquire() as connection:
        assert (await verify_chain(connection)).holds


async def test_only_what_is_in_the_trash_can_be_erased(shelf: Shelf) -> None:
    """A document in the library is refused."""
    document = await shelf.studio.repository.get(Document, shelf.gone)
    with pytest.raises(Conflict):
        document.request_erasure(at=shelf.studio.clock.now())


async def test_a_false_erasure_is_found(shelf: Shelf) -> None:
    """The hash that an erased body leaves behind must be that body's own, in a segment too."""
    await seal_all(Sealer(shelf.studio.pool, clock=shelf.studio.clock, logger=LOGGER, rows=8))
    await shelf.wish()
    await shelf.carry_out()
    async with shelf.studio.pool.acquire() as connection:
        assert (await verify_chain(connection)).holds
        await _forge(connection)
        assert not (await verify_chain(connection)).holds


async def _forge(connection: asyncpg.Connection) -> None:
    await connection.execute("UPDATE events SET body_hash = sha256('x') WHERE body_hash IS NOT NULL AND kind = 'a'")
