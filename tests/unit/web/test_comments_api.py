"""Comments over HTTP: threads on words, fields and documents, through edits, reverts and undo; and every misuse."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from core.aggregates.comment import Comment
from core.limits import COMMENT_CHARS_MAX, COMMENT_MENTIONS_MAX, COMMENT_MESSAGES_MAX, COMMENT_QUOTE_CHARS_MAX
from core.roles import Role
from tests.unit.web.memory_studio import Studio

LYRICS = "/sections/v1/lyrics"


async def song(studio: Studio, lyrics: str = "rain falls on the river") -> dict[str, Any]:
    """Make a song with one verse."""
    created = await studio.document()
    return await changed(studio, created, bpm=96, sections={"v1": {"name": "Verse", "lyrics": lyrics, "pos": "V"}})


async def changed(studio: Studio, document: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Change the document as the editor and return its state."""
    answer = await studio.request(Role.EDITOR, "PATCH", f"/api/v1/documents/{document['id']}", json=fields)
    assert answer.status_code == 200, answer.text
    state: dict[str, Any] = answer.json()
    return state


async def sung(studio: Studio, document: dict[str, Any], lyrics: str) -> dict[str, Any]:
    """Change the words of the verse."""
    return await changed(studio, document, sections={"v1": {"lyrics": lyrics}})


async def reverted(studio: Studio, document: dict[str, Any], to: int, path: str | None = None) -> None:
    """Bring the document back to a position."""
    body = {"to": to} | ({} if path is None else {"path": path})
    answer = await studio.request(Role.EDITOR, "POST", f"/api/v1/documents/{document['id']}/revert", json=body)
    assert answer.status_code == 200, answer.text


async def tried(studio: Studio, document: dict[str, Any], role: Role = Role.COMMENTER, **body: Any) -> httpx.Response:
    """Try to open a thread."""
    return await studio.request(role, "POST", f"/api/v1/documents/{document['id']}/comments", json=body)


async def opened(studio: Studio, document: dict[str, Any], *, text: str = "Too wet?", **anchor: Any) -> dict[str, Any]:
    """Open a thread as the commenter; without an anchor on the words `falls`."""
    answer = await tried(studio, document, text=text, anchor={"path": LYRICS, **(anchor or {"start": 5, "stop": 10})})
    assert answer.status_code == 201, answer.text
    thread: dict[str, Any] = answer.json()
    return thread


async def now(studio: Studio, thread: dict[str, Any]) -> dict[str, Any]:
    """Read the thread again."""
    answer = await studio.request(Role.VIEWER, "GET", f"/api/v1/comments/{thread['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def words_of(studio: Studio, thread: dict[str, Any]) -> str | None:
    """Return the words a thread stands on now; None: it is orphaned."""
    found = await now(studio, thread)
    if found["place"] is None:
        assert found["is_orphaned"]
        assert (found["from"], found["to"]) == (None, None)
        return None
    assert not found["is_orphaned"]
    state = (await studio.request(Role.VIEWER, "GET", f"/api/v1/documents/{thread['document_id']}")).json()
    lyrics = state["sections"]["v1"]["lyrics"].encode("utf-16-le")
    return lyrics[2 * found["place"]["start"] : 2 * found["place"]["stop"]].decode("utf-16-le")


async def said(studio: Studio, role: Role, thread: dict[str, Any], text: str, **more: Any) -> httpx.Response:
    """Reply to a thread."""
    body = {"text": text, **more}
    return await studio.request(role, "POST", f"/api/v1/comments/{thread['id']}/replies", json=body)


async def test_a_thread_from_its_first_word_to_its_end(studio: Studio) -> None:
    """Opened, answered, edited, settled, opened again; every answer is the whole thread, and the log says who."""
    document = await song(studio)
    thread = await opened(studio, document)
    assert (thread["path"], thread["quote"], thread["place"]) == (LYRICS, "falls", {"start": 5, "stop": 10})
    assert (thread["state"], thread["is_orphaned"]) == ("open", False)
    assert thread["from"]["assoc"] == 0
    assert thread["to"]["assoc"] == -1
    assert thread["created_by"] == str(studio.people[Role.COMMENTER])
    answered = (await said(studio, Role.EDITOR, thread, "  Just wet enough. ")).json()
    assert [message["text"] for message in answered["messages"]] == ["Too wet?", "Just wet enough."]
    address = f"/api/v1/comments/{thread['id']}"
    first, second = (message["id"] for message in answered["messages"])
    edited = await studio.request(Role.EDITOR, "PATCH", f"{address}/messages/{second}", json={"text": "Wet enough."})
    assert edited.json()["messages"][1]["text"] == "Wet enough."
    assert edited.json()["messages"][1]["edited_at"] is not None
    settled = (await studio.request(Role.COMMENTER, "POST", f"{address}/resolve")).json()
    assert (settled["state"], settled["resolved_by"]) == ("resolved", str(studio.people[Role.COMMENTER]))
    again = (await studio.request(Role.EDITOR, "POST", f"{address}/reopen")).json()
    assert (again["state"], again["resolved_by"], again["resolved_at"]) == ("open", None, None)
    gone = (await studio.request(Role.COMMENTER, "DELETE", f"{address}/messages/{first}")).json()
    assert (gone["messages"][0]["text"], gone["messages"][0]["is_removed"]) == ("", True)
    assert await now(studio, thread) == gone
    assert studio.topics[-7:] == [
        "comment.anchored", "comment.added", "comment.replied", "comment.edited", "comment.resolved",
        "comment.reopened", "comment.removed",
    ]  # fmt: skip


async def test_threads_are_listed_by_state_in_pages(studio: Studio) -> None:
    """The newest first; open ones unless asked for others; pages go on where they ended; viewers may read them."""
    document, other = await song(studio), await song(studio)
    threads = [await opened(studio, document, text=f"Thought {number}") for number in range(3)]
    await opened(studio, other)
    await studio.request(Role.EDITOR, "POST", f"/api/v1/comments/{threads[1]['id']}/resolve")

    async def listed(**query: Any) -> dict[str, Any]:
        address = f"/api/v1/documents/{document['id']}/comments"
        answer = await studio.request(Role.VIEWER, "GET", address, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    ids = [thread["id"] for thread in threads]
    assert [item["id"] for item in (await listed())["items"]] == [ids[2], ids[0]]
    assert [item["id"] for item in (await listed(state="resolved"))["items"]] == [ids[1]]
    page = await listed(state="all", limit=2)
    rest = await listed(state="all", limit=2, cursor=page["next_cursor"])
    assert [item["id"] for item in page["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
    assert (await listed())["items"][1] == await now(studio, threads[0])


async def test_a_thread_follows_its_words(studio: Studio) -> None:
    """What is written before, after and between the words moves them; what is left of them keeps the thread."""
    document = await song(studio)
    thread = await opened(studio, document)
    assert await words_of(studio, thread) == "falls"
    await sung(studio, document, "cold rain falls on the river")
    assert await words_of(studio, thread) == "falls"
    await sung(studio, document, "cold rain fa-la-lls on the river")
    assert await words_of(studio, thread) == "fa-la-lls"
    await sung(studio, document, "cold rain fa on the river")
    found = await now(studio, thread)
    assert (await words_of(studio, thread), found["quote"]) == ("fa", "falls")
    await sung(studio, document, "cold rain on the river")
    assert await words_of(studio, thread) is None
    assert (await now(studio, thread))["quote"] == "falls"


async def test_words_next_to_the_marked_ones_are_not_part_of_them(studio: Studio) -> None:
    """What is typed just before or just after the words does not join them."""
    document = await song(studio)
    thread = await opened(studio, document)
    await sung(studio, document, "rain all falls down on the river")
    assert await words_of(studio, thread) == "falls"


async def test_a_revert_brings_a_thread_back_to_its_words(studio: Studio) -> None:
    """P5: words that a revert wrote again are the ones the thread is about; so are those of a revert of it."""
    document = await song(studio)
    thread = await opened(studio, document)
    without = await sung(studio, document, "rain on the river")
    assert await words_of(studio, thread) is None
    await reverted(studio, document, document["position"])
    back = await now(studio, thread)
    assert await words_of(studio, thread) == "falls"
    assert back["from"]["item"] != thread["from"]["item"], "the words are new units, and the thread names them"
    assert back["quote"] == "falls"
    await reverted(studio, document, without["position"])
    assert await words_of(studio, thread) is None
    await reverted(studio, document, document["position"])
    assert await words_of(studio, thread) == "falls"


async def test_a_section_that_comes_back_brings_its_threads(studio: Studio) -> None:
    """A section removed takes words and fields of its threads away; a revert of its path alone gives both back."""
    document = await song(studio)
    words, field = await opened(studio, document), await opened(studio, document, path="/sections/v1/name")
    whole = await opened(studio, document, path="")
    assert (field["quote"], field["place"], field["is_orphaned"]) == ("Verse", None, False)
    await changed(studio, document, sections={"v1": None})
    assert await words_of(studio, words) is None
    assert (await now(studio, field))["is_orphaned"]
    assert not (await now(studio, whole))["is_orphaned"]
    await reverted(studio, document, document["position"], "/sections/v1")
    assert await words_of(studio, words) == "falls"
    assert not (await now(studio, field))["is_orphaned"]


async def test_words_marked_in_an_older_version(studio: Studio) -> None:
    """Offsets count in the text as it was at `at`; the thread stands where these words are now."""
    document = await song(studio)
    later = await sung(studio, document, "so much cold rain falls on the river")
    thread = await opened(studio, document, start=5, stop=10, at=document["position"])
    assert (thread["quote"], thread["place"], thread["position"]) == (
        "falls",
        {"start": 18, "stop": 23},
        document["position"],
    )
    await sung(studio, document, "so much cold rain on the river")
    past = await opened(studio, document, start=18, stop=23, at=later["position"])
    assert (past["quote"], past["is_orphaned"]) == ("falls", True)
    missing = await tried(studio, document, text="?", anchor={"path": LYRICS, "start": 0, "stop": 1, "at": 10**6})
    assert missing.status_code == 404


async def test_relative_positions_from_a_browser(studio: Studio) -> None:
    """What Yjs makes of a selection marks the same words; with an end that leans the other way too."""
    document = await song(studio)
    thread = await opened(studio, document)
    again = await opened(studio, document, **{"from": thread["from"], "to": thread["to"]})
    assert (again["quote"], again["place"], again["from"], again["to"]) == (
        thread["quote"], thread["place"], thread["from"], thread["to"],
    )  # fmt: skip
    end = {"type": thread["to"]["type"], "item": None, "assoc": 0}
    rest = await opened(studio, document, **{"from": thread["from"], "to": end})
    assert rest["quote"] == "falls on the river"


@pytest.mark.parametrize(
    ("anchor", "status"),
    [
        ({"start": -1, "stop": 3}, 422),
        ({"start": 3, "stop": 3}, 422),
        ({"start": 4, "stop": 3}, 422),
        ({"start": 0, "stop": 24}, 422),
        ({"start": 0}, 422),
        ({"stop": 3}, 422),
        ({"start": 0, "stop": 10**30}, 422),
        ({"path": "/sections/v1/name", "start": 0, "stop": 1}, 404),
        ({"path": "/sections/v2/lyrics", "start": 0, "stop": 1}, 404),
        ({"path": "/sections/v2"}, 404),
        ({"path": "/nothing"}, 404),
        ({"path": "sections"}, 422),
        ({"path": "", "start": 0, "stop": 1}, 422),
        ({"path": "/" + "x" * 2000}, 422),
        ({"from": {"item": {"client": 1, "clock": 0}}}, 422),
        ({"from": {"item": {"client": 1, "clock": 0}}, "to": {"item": {"client": 1, "clock": 1}}}, 422),
        ({"from": {"item": None}, "to": {"item": None}}, 422),
        ({"from": {"tname": "other"}, "to": {"tname": "other"}}, 422),
        ({"from": {"item": {"client": -1, "clock": 0}}, "to": {"tname": "x"}}, 422),
        ({"from": {"x": 1}, "to": {}}, 422),
    ],
)
async def test_an_anchor_that_is_none(studio: Studio, anchor: dict[str, Any], status: int) -> None:
    """Each is a problem with a sentence, and nothing is stored."""
    document = await song(studio)
    before = len(studio.log.store.events)
    answer = await tried(studio, document, text="Hm", anchor={"path": LYRICS, **anchor})
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"].endswith(".")
    assert len(studio.log.store.events) == before


async def test_an_anchor_in_another_document_or_text(studio: Studio) -> None:
    """Units of another document, or of another text of the same one, are not at the path."""
    document, other = await song(studio), await song(studio, "somewhere else entirely")
    await changed(studio, document, producer_notes="falls softly")
    there = await opened(studio, other, start=0, stop=4)
    notes = await opened(studio, document, path="/producer_notes", start=0, stop=5)
    for thread in (there, notes):
        anchor = {"path": LYRICS, "from": thread["from"], "to": thread["to"]}
        assert (await tried(studio, document, text="Hm", anchor=anchor)).status_code == 422
        bare = {"path": LYRICS, "from": {"item": thread["from"]["item"]}, "to": {"item": thread["to"]["item"]}}
        assert (await tried(studio, document, text="Hm", anchor=bare)).status_code == 422
    turned = {"path": "/producer_notes", "from": notes["to"], "to": notes["from"]}
    assert (await tried(studio, document, text="Hm", anchor=turned)).status_code == 422


async def test_offsets_count_utf16_and_never_cut_a_character(studio: Studio) -> None:
    """As in every browser: a character of two units counts twice, and is marked whole or not at all."""
    document = await song(studio, "🌧 falls")
    thread = await opened(studio, document, start=3, stop=8)
    assert thread["quote"] == "falls"
    assert (await opened(studio, document, start=0, stop=2))["quote"] == "🌧"
    for start, stop in ((0, 1), (1, 2), (1, 8)):
        anchor = {"path": LYRICS, "start": start, "stop": stop}
        assert (await tried(studio, document, text="Hm", anchor=anchor)).status_code == 422


async def test_a_long_quote_is_cut(studio: Studio) -> None:
    """A thread on a whole book keeps the beginning of it."""
    document = await song(studio, "la " * 1000)
    thread = await opened(studio, document, start=0, stop=3000)
    assert len(thread["quote"]) == COMMENT_QUOTE_CHARS_MAX
    assert thread["place"] == {"start": 0, "stop": 3000}


@pytest.mark.parametrize("text", ["", "   \n", "x" * (COMMENT_CHARS_MAX + 1), None, 5])
async def test_texts_that_are_none(studio: Studio, text: Any) -> None:
    """Nothing, only space, too much, or no text: refused in messages, replies and edits alike."""
    document = await song(studio)
    thread = await opened(studio, document)
    before = len(studio.log.store.events)
    address = f"/api/v1/comments/{thread['id']}"
    assert (await tried(studio, document, text=text, anchor={"path": ""})).status_code == 422
    assert (await said(studio, Role.EDITOR, thread, text)).status_code == 422
    message = f"{address}/messages/{thread['messages'][0]['id']}"
    assert (await studio.request(Role.COMMENTER, "PATCH", message, json={"text": text})).status_code == 422
    assert len(studio.log.store.events) == before


async def test_mentions_name_members(studio: Studio) -> None:
    """Strangers and people who left cannot be mentioned, nor a crowd; who is named twice is named once."""
    document = await song(studio)
    thread = await opened(studio, document)
    viewer = str(studio.people[Role.VIEWER])
    found = (await said(studio, Role.EDITOR, thread, "Look", mentions=[viewer, viewer])).json()
    assert found["messages"][1]["mentions"] == [viewer]
    stranger = await said(studio, Role.EDITOR, thread, "Look", mentions=[viewer, str(uuid4())])
    assert (stranger.status_code, stranger.json()["path"]) == (422, "/mentions/1")
    crowd = [str(uuid4()) for _ in range(COMMENT_MENTIONS_MAX + 1)]
    assert (await said(studio, Role.EDITOR, thread, "Look", mentions=crowd)).status_code == 422
    await studio.request(Role.OWNER, "DELETE", f"/api/v1/members/{viewer}")
    assert (await said(studio, Role.EDITOR, thread, "Look", mentions=[viewer])).status_code == 422


async def test_everybody_minds_their_own_words(studio: Studio) -> None:
    """Only the author edits; the author or an owner removes; what is gone is not edited and not removed again."""
    document = await song(studio)
    thread = await opened(studio, document)
    message = f"/api/v1/comments/{thread['id']}/messages/{thread['messages'][0]['id']}"
    for role in (Role.EDITOR, Role.OWNER):
        assert (await studio.request(role, "PATCH", message, json={"text": "No"})).status_code == 403
    assert (await studio.request(Role.EDITOR, "DELETE", message)).status_code == 403
    assert (await studio.request(Role.OWNER, "DELETE", message)).status_code == 200
    assert (await studio.request(Role.COMMENTER, "DELETE", message)).status_code == 409
    assert (await studio.request(Role.COMMENTER, "PATCH", message, json={"text": "Back"})).status_code == 409
    nowhere = f"/api/v1/comments/{thread['id']}/messages/{uuid4()}"
    assert (await studio.request(Role.COMMENTER, "DELETE", nowhere)).status_code == 404
    assert (await studio.request(Role.COMMENTER, "POST", f"/api/v1/comments/{uuid4()}/resolve")).status_code == 404
    assert (await studio.request(Role.VIEWER, "GET", f"/api/v1/comments/{document['id']}")).status_code == 404


async def test_roles(studio: Studio) -> None:
    """Viewers read and say nothing; commenters comment, and still change no document."""
    document = await song(studio)
    assert (await tried(studio, document, Role.VIEWER, text="Hm", anchor={"path": ""})).status_code == 403
    thread = await opened(studio, document)
    assert (await said(studio, Role.VIEWER, thread, "Hm")).status_code == 403
    assert (await studio.request(Role.VIEWER, "POST", f"/api/v1/comments/{thread['id']}/resolve")).status_code == 403
    address = f"/api/v1/documents/{document['id']}"
    assert (await studio.request(Role.COMMENTER, "PATCH", address, json={"bpm": 99})).status_code == 403


async def test_a_thread_is_settled_once(studio: Studio) -> None:
    """Resolved twice, by one or by two at the same moment: one is told that it is settled; reopening likewise."""
    document = await song(studio)
    thread = await opened(studio, document)
    address = f"/api/v1/comments/{thread['id']}"
    both = await asyncio.gather(
        studio.request(Role.COMMENTER, "POST", f"{address}/resolve"),
        studio.request(Role.EDITOR, "POST", f"{address}/resolve"),
    )
    assert sorted(answer.status_code for answer in both) == [200, 409]
    assert "already" in next(answer for answer in both if answer.status_code == 409).json()["detail"]
    assert studio.topics.count("comment.resolved") == 1
    both = await asyncio.gather(*(studio.request(Role.EDITOR, "POST", f"{address}/reopen") for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 409]


async def test_two_who_answer_at_once_are_both_heard(studio: Studio) -> None:
    """Whoever comes second is decided again on what the first has said."""
    document = await song(studio)
    thread = await opened(studio, document)
    answers = await asyncio.gather(*(said(studio, Role.EDITOR, thread, f"Answer {number}") for number in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    texts = [message["text"] for message in (await now(studio, thread))["messages"]]
    assert sorted(texts) == sorted(["Too wet?", *(f"Answer {number}" for number in range(6))])


async def test_the_trash_is_silent(studio: Studio) -> None:
    """Nothing is said about a document in the trash; what was said can be read."""
    document = await song(studio)
    thread = await opened(studio, document)
    await studio.request(Role.EDITOR, "DELETE", f"/api/v1/documents/{document['id']}")
    assert (await tried(studio, document, text="Hm", anchor={"path": ""})).status_code == 409
    assert (await said(studio, Role.EDITOR, thread, "Hm")).status_code == 409
    assert (await studio.request(Role.EDITOR, "POST", f"/api/v1/comments/{thread['id']}/resolve")).status_code == 409
    assert (await now(studio, thread))["messages"][0]["text"] == "Too wet?"
    nowhere = {"id": str(uuid4())}
    assert (await tried(studio, nowhere, text="Hm", anchor={"path": ""})).status_code == 404


async def test_a_thread_has_an_end(studio: Studio) -> None:
    """A program that answers itself is stopped with a sentence."""
    document = await song(studio)
    thread = await opened(studio, document)
    comment = await studio.services.repository.get(Comment, UUID(thread["id"]))
    for _ in range(COMMENT_MESSAGES_MAX - 1):
        comment.reply(person_id=uuid4(), text="again", mentions=[], at=studio.clock.now())
    await studio.services.repository.save(comment, studio.people[Role.EDITOR])
    assert (await said(studio, Role.EDITOR, thread, "again")).status_code == 409


async def test_threads_on_a_branch(studio: Studio) -> None:
    """A branch's content keeps the names of its units: words are marked there alike, and follow its own reverts."""
    document = await song(studio)
    here = await opened(studio, document)
    made = await studio.request(Role.EDITOR, "POST", f"/api/v1/documents/{document['id']}/branches", json={"name": "B"})
    content = {"id": made.json()["content_id"]}
    there = await opened(studio, content, **{"from": here["from"], "to": here["to"]})
    assert (there["quote"], there["place"], there["from"]) == ("falls", here["place"], here["from"])
    before = await sung(studio, content, "cold rain falls on the river")
    await sung(studio, content, "cold rain on the river")
    assert await words_of(studio, there) is None
    assert await words_of(studio, here) == "falls"
    await reverted(studio, content, before["position"])
    assert await words_of(studio, there) == "falls"
    await reverted(studio, content, document["position"])
    assert await words_of(studio, there) == "falls"
