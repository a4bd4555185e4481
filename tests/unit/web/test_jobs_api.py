"""`jobs`, `render_jobs`, `takes` and `assets`: asking for long work and fetching what it made."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from urllib.parse import unquote
from uuid import UUID, uuid4

import pytest

from core.aggregates.take import Take
from core.ids import new_id
from core.roles import Role
from tests.unit.web.memory_studio import Studio
from web.api.assets import Span, read_range
from web.problems import HttpProblem

JOBS, RENDERS, TAKES, ASSETS = "/api/v1/jobs", "/api/v1/render_jobs", "/api/v1/takes", "/api/v1/assets"
SOUND = bytes(range(256)) * 40


async def ask(studio: Studio, role: Role, method: str, path: str, **options) -> tuple[int, dict]:
    answer = await studio.request(role, method, path, **options)
    return answer.status_code, answer.json() if answer.content else {}


async def test_a_render_job_is_requested_watched_and_cancelled(studio: Studio) -> None:
    """202 with the pinned position and a seed; the job is in both lists; cancelling ends it once."""
    song = await studio.document()
    status, job = await ask(studio, Role.EDITOR, "POST", RENDERS, json={"document_id": song["id"]})
    assert status == 202, job
    assert (job["status"], job["kind"], job["document_position"]) == ("queued", "render", song["position"])
    assert job["parameters"]["engine"] == "local"
    assert isinstance(job["seed"], int)
    for path in (JOBS, RENDERS):
        assert (await ask(studio, Role.VIEWER, "GET", f"{path}/{job['id']}"))[1] == job
        _, page = await ask(studio, Role.VIEWER, "GET", f"{path}?document_id={song['id']}&status=queued")
        assert [item["id"] for item in page["items"]] == [job["id"]]
    status, cancelled = await ask(studio, Role.EDITOR, "POST", f"{RENDERS}/{job['id']}/cancel")
    assert (status, cancelled["status"]) == (200, "cancelled")
    assert (await ask(studio, Role.EDITOR, "POST", f"{JOBS}/{job['id']}/cancel"))[0] == 409
    status, again = await ask(studio, Role.EDITOR, "POST", f"{JOBS}/{job['id']}/retry")
    assert (status, again["status"], again["id"]) == (200, "queued", job["id"])
    assert (await ask(studio, Role.EDITOR, "POST", f"{RENDERS}/{job['id']}/retry"))[0] == 409
    assert studio.topics[-3:] == ["job.requested", "job.cancelled", "job.retry_scheduled"]


async def test_the_same_idempotency_key_is_the_same_job(studio: Studio) -> None:
    """A request sent again after a lost answer asks for nothing new; the key with another request is 409."""
    song = await studio.document()
    wanted, key = {"document_id": song["id"], "kind": "render"}, {"Idempotency-Key": "click-1"}
    async with studio.client(Role.EDITOR, headers=key) as client:
        answers = await asyncio.gather(*(client.post(JOBS, json=wanted) for _ in range(4)))
        other = await client.post(JOBS, json=wanted | {"seed": 7})
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert studio.topics.count("job.requested") == 1
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"document_id": str(uuid4())}, 404),
        ({"engine": "steam"}, 422),
        ({"parameters": {"no_such_parameter": 1}}, 422),
        ({"seed": -1}, 422),
        ({"seed": 2**31}, 422),
        ({"position": 1}, 422),
        ({"position": 2**62}, 422),
        ({"document_id": "x"}, 422),
    ],
)
async def test_a_job_that_cannot_be_is_refused(studio: Studio, change: dict, status: int) -> None:
    """A mistake is named at once instead of failing in a worker; nothing is stored."""
    song = await studio.document()
    found, problem = await ask(studio, Role.EDITOR, "POST", RENDERS, json={"document_id": song["id"]} | change)
    assert found == status, problem
    assert "job.requested" not in studio.topics


async def test_only_a_song_is_rendered(studio: Studio) -> None:
    """Other kinds, and songs in the trash, are refused with the reason."""
    note, song = await studio.document("note"), await studio.document()
    await studio.request(Role.EDITOR, "DELETE", f"/api/v1/documents/{song['id']}")
    assert (await ask(studio, Role.EDITOR, "POST", RENDERS, json={"document_id": note["id"]}))[0] == 422
    assert (await ask(studio, Role.EDITOR, "POST", RENDERS, json={"document_id": song["id"]}))[0] == 409


# -- takes and assets -------------------------------------------------------------------------------------------------


async def take(studio: Studio) -> tuple[str, str]:
    """Store a finished take of some bytes; return its id and the digest of its mix."""

    async def chunks() -> AsyncIterator[bytes]:
        yield SOUND

    digest, size = await studio.services.blobs.put(chunks())
    made = Take.of_render(
        take_id=new_id(), at=studio.clock.now(), job_id=new_id(), document_id=new_id(), document_position=7,
        engine="local", engine_version="1", parameters={"swing": 0.1}, seed=3,
        files=[{"role": "mix", "format": "wav", "digest": digest, "bytes": size}], duration_s=1.5,
        sample_rate_hz=44100, loudness={"integrated_lufs": -14.0}, sections=[], notes=["guessed the key"],
    )  # fmt: skip
    await studio.services.repository.save(made, studio.people[Role.EDITOR])
    return str(made.id), digest


async def test_a_take_names_everything_it_came_from(studio: Studio) -> None:
    """P8: document, position, engine, version, parameters and seed, the same in the list and alone."""
    take_id, digest = await take(studio)
    _, one = await ask(studio, Role.VIEWER, "GET", f"{TAKES}/{take_id}")
    assert (one["document_position"], one["engine"], one["engine_version"]) == (7, "local", "1")
    assert (one["parameters"], one["seed"], one["notes"]) == ({"swing": 0.1}, 3, ["guessed the key"])
    assert one["files"][0]["url"] == f"{ASSETS}/{digest}?name=mix.wav"
    assert one["created_by"] == str(studio.people[Role.EDITOR])
    assert (await ask(studio, Role.VIEWER, "GET", TAKES))[1]["items"] == [one]


async def test_a_deleted_take_can_be_restored(studio: Studio) -> None:
    """The trash of takes: out of the list, still there by its id, and back as it was. Twice is once."""
    take_id, _ = await take(studio)
    for _ in range(2):
        assert (await ask(studio, Role.EDITOR, "DELETE", f"{TAKES}/{take_id}"))[0] == 204
    assert (await ask(studio, Role.VIEWER, "GET", TAKES))[1]["items"] == []
    assert (await ask(studio, Role.VIEWER, "GET", f"{TAKES}?deleted=true"))[1]["items"][0]["id"] == take_id
    assert (await ask(studio, Role.VIEWER, "GET", f"{TAKES}/{take_id}"))[1]["deleted_at"] is not None
    for _ in range(2):
        assert (await ask(studio, Role.EDITOR, "POST", f"{TAKES}/{take_id}/restore"))[0] == 204
    assert (await ask(studio, Role.VIEWER, "GET", TAKES))[1]["items"][0]["deleted_at"] is None
    assert studio.topics[-2:] == ["take.deleted", "take.restored"]


async def test_an_asset_is_its_bytes(studio: Studio) -> None:
    """The digest of what arrives is the id; browsers may keep it; HEAD has the length; the ending names the type."""
    _, digest = await take(studio)
    got = await studio.request(Role.VIEWER, "GET", f"{ASSETS}/{digest}?name=mix.wav")
    assert hashlib.sha256(got.content).hexdigest() == digest
    assert (got.headers["content-type"], got.headers["accept-ranges"]) == ("audio/wav", "bytes")
    assert got.headers["content-disposition"] == "inline; filename=\"mix.wav\"; filename*=UTF-8''mix.wav"
    assert "immutable" in got.headers["cache-control"]
    head = await studio.request(Role.VIEWER, "HEAD", f"{ASSETS}/{digest}?name=mix.wav")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(SOUND)))
    same = await studio.request(Role.VIEWER, "GET", f"{ASSETS}/{digest}", headers={"If-None-Match": f'"{digest}"'})
    assert (same.status_code, same.content) == (304, b"")
    saved = await studio.request(Role.VIEWER, "GET", f"{ASSETS}/{digest}?name=mix.html")
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment")
    asked = {"name": "Küsse 夜 👩‍🚀 - take 3.flac", "download": True}
    named = await studio.request(Role.VIEWER, "GET", f"{ASSETS}/{digest}", params=asked)
    assert named.headers["content-type"] == "audio/flac"
    disposition = named.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="K_sse _ ')
    assert unquote(disposition.partition("filename*=UTF-8''")[2]) == asked["name"]
    for wrong in ("../x.wav", "a/b.wav", "a\\b", ".x", 'a".wav', "a\r\nX: y", "\u202egpj.wav", "x" * 151, "", "a\x00"):
        refused = await studio.request(Role.VIEWER, "GET", f"{ASSETS}/{digest}", params={"name": wrong})
        assert refused.status_code == 422, wrong


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [("bytes=0-0", 0, 1), ("bytes=100-", 100, len(SOUND)), ("bytes=-5", len(SOUND) - 5, len(SOUND)),
     ("bytes=5-999999", 5, len(SOUND)), ("bytes=-999999", 0, len(SOUND))],
)  # fmt: skip
async def test_a_range_is_that_part(studio: Studio, header: str, start: int, stop: int) -> None:
    """206 with Content-Range and exactly those bytes."""
    _, digest = await take(studio)
    got = await studio.request(Role.VIEWER, "GET", f"{ASSETS}/{digest}", headers={"Range": header})
    assert (got.status_code, got.content) == (206, SOUND[start:stop])
    assert got.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(SOUND)}"
    assert got.headers["content-length"] == str(stop - start)
    stale = {"Range": header, "If-Range": '"older"'}
    assert (await studio.request(Role.VIEWER, "GET", f"{ASSETS}/{digest}", headers=stale)).status_code == 200


async def test_a_range_behind_the_end_is_416(studio: Studio) -> None:
    """With the size, so that the reader can mend it."""
    _, digest = await take(studio)
    for header in (f"bytes={len(SOUND)}-", "bytes=999999-1000000", "bytes=-0"):
        got = await studio.request(Role.VIEWER, "GET", f"{ASSETS}/{digest}", headers={"Range": header})
        assert (got.status_code, got.headers["content-range"]) == (416, f"bytes */{len(SOUND)}")


NONSENSE = ["", "bytes=", "bytes=-", "items=0-1", "bytes=0-1,4-5", "bytes=9-3", "bytes=a-b", "bytes=٣-٤"]


@pytest.mark.parametrize("header", [None, "bytes=" + "9" * 40 + "-", *NONSENSE])
def test_what_is_no_single_range_asks_for_the_whole(header: str | None) -> None:
    """RFC 9110: a range that is not understood is ignored."""
    assert read_range(header, 100) is None


def test_an_empty_asset_has_no_ranges() -> None:
    """Nothing can be asked of nothing."""
    assert read_range("bytes=0-9", 100) == Span(0, 10)
    with pytest.raises(HttpProblem):
        read_range("bytes=0-0", 0)


@pytest.mark.parametrize("name", ["0" * 64, "..", "%2e%2e%2fetc%2fpasswd", "A" * 64, "x"])
async def test_an_asset_that_no_take_names_is_not_there(studio: Studio, name: str) -> None:
    """Unknown digests and paths are 404; so are bytes that were stored and belong to no take."""
    assert (await studio.request(Role.OWNER, "GET", f"{ASSETS}/{name}")).status_code == 404


async def test_bytes_without_a_take_cannot_be_read(studio: Studio) -> None:
    """What a crashed render left behind is nobody's."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"left behind"

    digest, _ = await studio.services.blobs.put(chunks())
    assert (await studio.request(Role.OWNER, "GET", f"{ASSETS}/{digest}")).status_code == 404


async def test_engines_and_capabilities_are_listed(studio: Studio) -> None:
    """A client can show a form for every engine and knows what this installation can do."""
    _, page = await ask(studio, Role.VIEWER, "GET", "/api/v1/engines")
    assert page["items"][0]["name"] == "local"
    assert page["items"][0]["parameters"]["type"] == "object"
    _, found = await ask(studio, Role.VIEWER, "GET", "/api/v1/system/capabilities")
    assert found["engines"] == ["local"]
    assert found["kinds"] == ["song", "persona", "world", "note"]


async def test_a_session_is_a_fresh_client_id(studio: Studio) -> None:
    """Two page loads never share a CRDT client id; a viewer gets one for cursors, and is told it may only read."""
    song = await studio.document()
    path = f"/api/v1/documents/{song['id']}/sessions"
    sessions = [(await ask(studio, role, "POST", path))[1] for role in (Role.EDITOR, Role.EDITOR, Role.VIEWER)]
    assert len({session["client_id"] for session in sessions}) == 3
    assert [session["access"] for session in sessions] == ["read-write", "read-write", "readonly"]
    owners = studio.log.store.client_ids[UUID(song["id"])]
    assert owners[sessions[2]["client_id"]] == studio.people[Role.VIEWER]
    assert sessions[0]["sync_url"] == f"ws://testserver:8000/sync/{song['id']}?acks=1"
    assert sessions[0]["collab_url"] == "ws://testserver:8000/collab"
    assert "bpm" in sessions[0]["schema"]["properties"]
    assert sessions[0]["limits"]["update_bytes"] > 0
    assert (await ask(studio, Role.EDITOR, "POST", f"/api/v1/documents/{uuid4()}/sessions"))[0] == 404
