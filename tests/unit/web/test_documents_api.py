"""`/api/v1/documents`: creation, state, patches, preconditions, the trash."""

from __future__ import annotations

import asyncio
import threading
from typing import Any
from uuid import uuid4

import pytest
from pycrdt import Doc

from core.documents.kind import DocumentKind
from core.documents.kinds import KINDS, kind_named
from core.errors import LogUnavailable
from core.events import Kind
from core.limits import BODY_BYTES_MAX, LINE_CHARS_MAX, READ_AHEAD_BYTES
from core.roles import Role
from tests.unit.web.memory_studio import Studio

DOCUMENTS = "/api/v1/documents"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_new_document_has_its_title_and_content(studio: Studio, kind: str) -> None:
    """POST answers with the state at the log's head, an ETag and a Location; fact and content are both stored."""
    answer = await studio.request(Role.EDITOR, "POST", DOCUMENTS, json={"kind": kind, "title": "Ein Anfang"})
    assert answer.status_code == 201
    state = answer.json()
    assert state["kind"] == kind
    assert state.get("title", state.get("name")) == "Ein Anfang"
    assert not state["trashed"]
    assert answer.headers["location"] == f"{DOCUMENTS}/{state['id']}"
    assert answer.headers["etag"] == f'"{state["position"]}"'
    assert studio.topics[-2:] == ["document.created", "document.updated"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_of_a_kind_hides_metadata(kind: str) -> None:
    """The state puts fields and metadata side by side, so no kind may call a field like one of the four."""
    assert not {"id", "kind", "position", "trashed"} & set(KINDS[kind].json_schema()["properties"])


@pytest.mark.parametrize("kind", KINDS)
async def test_an_empty_title_is_one_title_everywhere(studio: Studio, kind: str) -> None:
    """The document and the list call it the same, and a space is no title."""
    state = (await studio.request(Role.EDITOR, "POST", DOCUMENTS, json={"kind": kind, "title": ""})).json()
    assert state.get("title", state.get("name")) == "Untitled"
    listed = (await studio.request(Role.EDITOR, "GET", f"{DOCUMENTS}?kind={kind}")).json()["items"]
    assert [item["title"] for item in listed] == ["Untitled"]


@pytest.mark.parametrize("title", ["  ", "\u3000", "a\nb", "a\rb", "a\u2028b", "a\tb", "\x1b[0m", "\x85"])
async def test_a_title_is_one_line_that_can_be_seen(studio: Studio, title: str) -> None:
    """Anything else is refused with its place, and nothing is stored; emoji with joiners are fine."""
    before = len(studio.topics)
    answer = await studio.request(Role.EDITOR, "POST", DOCUMENTS, json={"kind": "song", "title": title})
    assert (answer.status_code, answer.json().get("path")) == (422, "/title"), answer.text
    assert len(studio.topics) == before
    fine = await studio.request(Role.EDITOR, "POST", DOCUMENTS, json={"kind": "song", "title": "👨\u200d👩\u200d👧 да"})
    assert fine.status_code == 201


async def test_a_failed_creation_leaves_nothing(studio: Studio) -> None:
    """Fact and first content are one append: when it fails there is neither (and no half document to open)."""
    before = len(studio.topics)
    studio.log.fail_next(LogUnavailable())
    document_id = uuid4()
    answer = await studio.request(Role.EDITOR, "PUT", f"{DOCUMENTS}/{document_id}", json={"kind": "song"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert len(studio.topics) == before
    assert (await studio.request(Role.EDITOR, "GET", f"{DOCUMENTS}/{document_id}")).status_code == 404


async def test_put_is_idempotent(studio: Studio) -> None:
    """The same PUT twice is one document: 201, then 200 with what others have made of it; another kind is 409."""
    address = f"{DOCUMENTS}/{uuid4()}"
    first = await studio.request(Role.EDITOR, "PUT", address, json={"kind": "note", "title": "A"})
    await studio.request(Role.EDITOR, "PATCH", address, json={"text": "words"})
    again = await studio.request(Role.EDITOR, "PUT", address, json={"kind": "note", "title": "B"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json()["title"], again.json()["text"]) == ("A", "words")
    other = await studio.request(Role.EDITOR, "PUT", address, json={"kind": "song", "title": "A"})
    assert other.status_code == 409
    assert studio.topics.count("document.created") == 1


async def test_of_many_equal_puts_one_creates(studio: Studio) -> None:
    """Concurrent retries of one creation never seed the content twice."""
    address = f"{DOCUMENTS}/{uuid4()}"
    answers = await asyncio.gather(
        *(studio.request(Role.EDITOR, "PUT", address, json={"kind": "song", "title": "Once"}) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert studio.topics.count("document.created") == 1
    assert studio.topics.count("document.updated") == 1
    assert {answer.json()["title"] for answer in answers} == {"Once"}


async def test_an_id_of_something_else_is_no_document(studio: Studio) -> None:
    """The id of another stream can neither be read nor taken as a document."""
    workspace = "00000000-0000-4000-8000-000000000002"
    assert (await studio.request(Role.EDITOR, "GET", f"{DOCUMENTS}/{workspace}")).status_code == 404
    answer = await studio.request(Role.EDITOR, "PUT", f"{DOCUMENTS}/{workspace}", json={"kind": "song"})
    assert answer.status_code == 409


async def test_merge_patch_changes_what_it_names(studio: Studio) -> None:
    """RFC 7396: named fields change, null empties, the rest stays; the answer is the new state."""
    song = await studio.document()
    address = f"{DOCUMENTS}/{song['id']}"
    section = {"sections": {"s1": {"name": "Verse", "kind": "verse", "lyrics": "Rain on the line 🌧"}}, "key": None}
    answer = await studio.request(Role.EDITOR, "PATCH", address, json={"bpm": 96, **section})
    assert answer.status_code == 200, answer.text
    state = answer.json()
    assert (state["bpm"], state["key"], state["title"]) == (96, None, "Night train")
    assert state["sections"]["s1"]["lyrics"] == "Rain on the line 🌧"
    assert state["position"] > song["position"]
    assert (await studio.request(Role.VIEWER, "GET", address)).json() == state
    gone = await studio.request(Role.EDITOR, "PATCH", address, json={"sections": {"s1": None}})
    assert gone.json()["sections"] == {}


async def test_json_patch_is_all_or_nothing(studio: Studio) -> None:
    """RFC 6902: the steps apply in order; a failed test leaves the document untouched and is 409."""
    song = await studio.document()
    address, media = f"{DOCUMENTS}/{song['id']}", {"Content-Type": "application/json-patch+json"}

    async def patch(*steps: dict) -> tuple[int, dict]:
        async with studio.client(Role.EDITOR) as client:
            answer = await client.patch(address, json=list(steps), headers=media)
            return answer.status_code, answer.json()

    status, state = await patch(
        {"op": "test", "path": "/bpm", "value": 120},
        {"op": "replace", "path": "/bpm", "value": 88},
        {"op": "add", "path": "/genres/-", "value": "folk"},
    )
    assert (status, state["bpm"], state["genres"]) == (200, 88, ["folk"])
    updates = studio.topics.count("document.updated")
    bad_steps = [
        (409, [{"op": "replace", "path": "/bpm", "value": 70}, {"op": "test", "path": "/title", "value": "no"}]),
        (409, [{"op": "remove", "path": "/genres/7"}]),
        (422, [{"op": "copy", "path": "/bpm"}]),
        (422, [{"op": "replace", "path": "", "value": 3}]),
        (422, [{"op": "replace", "path": "/bpm", "value": 5}]),
        (422, [{"op": "replace", "path": "/kind", "value": "note"}]),
        (422, [{"op": "explode", "path": "/bpm"}]),
        (413, [{"op": "test", "path": "/bpm", "value": 88}] * 1001),
        (413, [{"op": "copy", "from": "/title", "path": "/title"}] * 21),
    ]
    for expected, steps in bad_steps:
        assert (await patch(*steps))[0] == expected, steps[:2]
    assert studio.topics.count("document.updated") == updates
    assert (await studio.request(Role.VIEWER, "GET", address)).json()["bpm"] == 88


async def test_a_patch_is_an_edit_of_the_person(studio: Studio) -> None:
    """A patch is stored as one update whose actor is the caller, under a client id of theirs."""
    song = await studio.document()
    await studio.request(Role.OWNER, "PATCH", f"{DOCUMENTS}/{song['id']}", json={"bpm": 77})
    event = studio.log.store.events[-1]
    assert (event.kind, event.actor_id) == (Kind.UPDATE, studio.people[Role.OWNER])
    owners = studio.log.store.client_ids[event.stream_id].values()
    assert set(owners) == {studio.people[Role.OWNER], studio.people[Role.EDITOR]}


async def test_a_patch_that_changes_nothing_stores_nothing(studio: Studio) -> None:
    """Sending back what was read is no edit."""
    song = await studio.document()
    before = len(studio.topics)
    answer = await studio.request(Role.EDITOR, "PATCH", f"{DOCUMENTS}/{song['id']}", json=song)
    assert (answer.status_code, answer.json()) == (200, song)
    assert len(studio.topics) == before


async def test_a_patch_is_rebased_onto_what_others_wrote(studio: Studio) -> None:
    """With `?base` the patch changes what the caller read; words of others in between survive."""
    note = await studio.document("note", "Shared")
    address = f"{DOCUMENTS}/{note['id']}"
    read = (await studio.request(Role.EDITOR, "PATCH", address, json={"text": "The train leaves at nine."})).json()
    await studio.request(Role.OWNER, "PATCH", address, json={"text": "The night train leaves at nine."})
    answer = await studio.request(
        Role.EDITOR,
        "PATCH",
        f"{address}?base={read['position']}",
        json={"text": "The train leaves at nine. Do not wait."},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["text"] == "The night train leaves at nine. Do not wait."


async def test_a_base_is_a_position_of_the_document(studio: Studio) -> None:
    """A base before the document or after its head is refused, and nothing changes."""
    await studio.document()
    song = await studio.document()
    for base in (1, song["position"] + 1, 2**62):
        answer = await studio.request(Role.EDITOR, "PATCH", f"{DOCUMENTS}/{song['id']}?base={base}", json={"bpm": 99})
        assert (answer.status_code, answer.json()["path"]) == (422, "base")


async def test_if_match_answers_412_when_the_document_moved(studio: Studio) -> None:
    """A caller who read an older state changes nothing; one who read the newest does."""
    song = await studio.document()
    address = f"{DOCUMENTS}/{song['id']}"
    async with studio.client(Role.EDITOR) as client:
        tag = {"If-Match": f'"{song["position"]}"'}
        assert (await client.patch(address, json={"bpm": 90}, headers=tag)).status_code == 200
        late = await client.patch(address, json={"bpm": 60}, headers=tag)
        assert late.status_code == 412
        assert (await client.get(address)).json()["bpm"] == 90
        assert (await client.patch(address, json={"bpm": 91}, headers={"If-Match": "*"})).status_code == 200


async def test_of_two_with_one_etag_one_wins(studio: Studio) -> None:
    """If-Match holds until the edit is made, not only until it was looked at."""
    song = await studio.document()
    async with studio.client(Role.EDITOR) as client:
        tag = {"If-Match": f'"{song["position"]}"'}
        answers = await asyncio.gather(
            *(client.patch(f"{DOCUMENTS}/{song['id']}", json={"bpm": 60 + n}, headers=tag) for n in range(6))
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5


async def test_an_unchanged_document_is_not_sent_again(studio: Studio) -> None:
    """If-None-Match with the newest ETag is 304 without a body; after any change it is 200, the trash included."""
    song = await studio.document()
    address = f"{DOCUMENTS}/{song['id']}"
    async with studio.client(Role.EDITOR) as client:
        tag = {"If-None-Match": f'W/"{song["position"]}"'}
        unchanged = await client.get(address, headers=tag)
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        await client.delete(address)
        changed = await client.get(address, headers=tag)
    assert (changed.status_code, changed.json()["trashed"]) == (200, True)


async def test_the_trash_keeps_a_document_until_it_is_restored(studio: Studio) -> None:
    """DELETE hides it from lists and refuses edits; restore brings it back as it was. Twice is once."""
    song = await studio.document()
    address = f"{DOCUMENTS}/{song['id']}"
    async with studio.client(Role.EDITOR) as client:
        assert [(await client.delete(address)).status_code for _ in range(2)] == [204, 204]
        assert (await client.get(DOCUMENTS)).json()["items"] == []
        assert [item["id"] for item in (await client.get(f"{DOCUMENTS}?trashed=true")).json()["items"]] == [song["id"]]
        assert (await client.patch(address, json={"bpm": 99})).status_code == 409
        assert (await client.post(f"{address}/sessions")).status_code == 409
        assert (await client.put(address, json={"kind": "song"})).status_code == 409
        restored = await client.post(f"{address}/restore")
        assert (restored.status_code, restored.json()["trashed"], restored.json()["bpm"]) == (200, False, song["bpm"])
        assert (await client.patch(address, json={"bpm": 99})).status_code == 200
    assert studio.topics.count("document.trashed") == studio.topics.count("document.restored") == 1


async def test_an_owner_erases_what_is_in_the_trash(studio: Studio) -> None:
    """From the trash only and by an owner only; then nobody finds it, by any way in, and its id is not free again."""
    song = await studio.document()
    address = f"{DOCUMENTS}/{song['id']}"
    assert (await studio.request(Role.OWNER, "POST", f"{address}/erase")).status_code == 409
    assert (await studio.request(Role.OWNER, "POST", f"{DOCUMENTS}/{uuid4()}/erase")).status_code == 404
    await studio.request(Role.EDITOR, "DELETE", address)
    assert (await studio.request(Role.EDITOR, "POST", f"{address}/erase")).status_code == 403
    answers = await asyncio.gather(*[studio.request(Role.OWNER, "POST", f"{address}/erase") for _ in range(3)])
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404]
    assert studio.topics.count("document.erasure_requested") == 1
    async with studio.client(Role.OWNER) as client:
        assert (await client.get(address)).status_code == 404
        for page in ("at/3", "history", "diff?from=2", "blame?path=/title", "versions", "comments", "warnings"):
            assert (await client.get(f"{address}/{page}")).status_code == 404, page
        for command in ("restore", "erase", "sessions"):
            assert (await client.post(f"{address}/{command}")).status_code == 404, command
        assert (await client.patch(address, json={"bpm": 99})).status_code == 404
        assert (await client.put(address, json={"kind": "song"})).status_code == 409
        assert (await client.get(f"{DOCUMENTS}?trashed=true")).json()["items"] == []


async def test_work_that_goes_on_keeps_a_document_from_being_erased(studio: Studio) -> None:
    """A render under way would bring a take of what is gone: it is cancelled or done first."""
    song = await studio.document()
    body = {"document_id": song["id"]}
    assert (await studio.request(Role.EDITOR, "POST", "/api/v1/render_jobs", json=body)).status_code == 202
    await studio.request(Role.EDITOR, "DELETE", f"{DOCUMENTS}/{song['id']}")
    answer = await studio.request(Role.OWNER, "POST", f"{DOCUMENTS}/{song['id']}/erase")
    assert (answer.status_code, "cancel" in answer.json()["detail"]) == (409, True)
    assert "document.erasure_requested" not in studio.topics


async def test_lists_have_pages(studio: Studio) -> None:
    """Every document is on exactly one page."""
    made = {(await studio.document("note", f"Note {n}"))["id"] for n in range(5)}
    seen, cursor = [], ""
    async with studio.client(Role.VIEWER) as client:
        while True:
            page = (await client.get(f"{DOCUMENTS}?limit=2&kind=note&kind=song{cursor}")).json()
            seen += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        ({"kind": "opera"}, 422, "/kind"),
        ({"title": "no kind"}, 422, "/kind"),
        ({"kind": "song", "title": "x" * (LINE_CHARS_MAX + 1)}, 422, "/title"),
        ({"kind": "song", "title": 7}, 422, "/title"),
        ({"kind": "song", "colour": "red"}, 422, "/colour"),
        ([], 422, None),
    ],
)
async def test_what_is_wrong_with_a_body_is_named(studio: Studio, body: object, status: int, path: str | None) -> None:
    """A mistake is answered with where it is; nothing is stored."""
    before = len(studio.topics)
    answer = await studio.request(Role.EDITOR, "POST", DOCUMENTS, json=body)
    assert (answer.status_code, answer.json().get("path")) == (status, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(studio.topics) == before


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"", 400),
        (b"\xff\xfe", 400),
        (b'{"kind": NaN}', 400),
        (b'{"kind": "song", "title": "\\u0000"}', 400),
        (b'{"kind": "song", "title": "\\ud800"}', 400),
        (b'{"kind": "song", "\\ud800": 1}', 400),
        (b"[" * 100_000, 400),
        (b"[" * 500 + b"]" * 500, 400),
        (b'{"kind":"song","title":"' + b"x" * BODY_BYTES_MAX + b'"}', 413),
        (b'{"kind": ' + b"9" * 5000 + b"}", 400),
    ],
)
async def test_garbage_is_answered_not_obeyed(studio: Studio, content: bytes, status: int) -> None:
    """Bytes that are no JSON, or JSON nobody could store, are a problem of the caller."""
    async with studio.client(Role.EDITOR) as client:
        answer = await client.post(DOCUMENTS, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["status"] == status


async def test_a_body_without_end_is_cut_off(studio: Studio) -> None:
    """The bound holds for bodies that announce no length, while they arrive."""
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 1024 * 1024

    async with studio.client(Role.EDITOR) as client:
        answer = await client.post(DOCUMENTS, content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert sent <= BODY_BYTES_MAX // (1024 * 1024) + 2


async def test_only_json_is_taken(studio: Studio) -> None:
    """Another media type is 415 and names those that work; so is a compressed body."""
    song = await studio.document()
    async with studio.client(Role.EDITOR) as client:
        text = await client.post(DOCUMENTS, content=b"{}", headers={"Content-Type": "text/plain"})
        none = await client.patch(f"{DOCUMENTS}/{song['id']}", content=b"{}")
        packed = await client.post(DOCUMENTS, json={}, headers={"Content-Encoding": "gzip"})
    assert [answer.status_code for answer in (text, none, packed)] == [415] * 3
    assert "application/merge-patch+json" in none.headers["accept-patch"]


async def test_a_long_note_is_read_beside_the_loop(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """What each of its roots is has to be found out unit by unit: nobody's keystroke waits for that."""
    note = (await studio.request(Role.EDITOR, "POST", DOCUMENTS, json={"kind": "note", "title": "Rain"})).json()
    address = f"{DOCUMENTS}/{note['id']}"
    patched = await studio.request(Role.EDITOR, "PATCH", address, json={"text": "rain " * (READ_AHEAD_BYTES // 5 + 1)})
    assert patched.status_code == 200
    kind, threads = type(kind_named("note")), list[bool]()
    to_json = kind.to_json

    def heard(self: DocumentKind, doc: Doc[Any]) -> dict[str, Any]:
        threads.append(threading.current_thread() is threading.main_thread())
        return to_json(self, doc)

    monkeypatch.setattr(kind, "to_json", heard)
    assert (await studio.request(Role.EDITOR, "GET", address)).json()["text"] == patched.json()["text"]
    assert threads == [False]
