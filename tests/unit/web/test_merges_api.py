"""Merging over HTTP: the preview equals the result, conflicts are decided, authors stay, nothing happens twice."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from core.roles import Role
from tests.unit.web.memory_studio import Studio
from tests.unit.web.test_branches_api import API, act, branch_of, change, section

EDITOR, VIEWER, OWNER, COMMENTER = Role.EDITOR, Role.VIEWER, Role.OWNER, Role.COMMENTER
WORDS = "Rain on the roof\nand nobody home"


async def forked(studio: Studio) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a song with a verse, and a branch of it."""
    song = await studio.document()
    await change(studio, song["id"], {"bpm": 96, "sections": {"v1": section(WORDS)}})
    return song, await branch_of(studio, song["id"])


async def state(studio: Studio, document_id: str) -> dict[str, Any]:
    """Return the fields of a document."""
    found: dict[str, Any] = (await studio.request(VIEWER, "GET", f"{API}/documents/{document_id}")).json()
    return found


async def preview(studio: Studio, branch: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    """Look at a merge."""
    answer = await studio.request(VIEWER, "POST", f"{API}/branches/{branch['id']}/merge/preview", json=wanted)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def merge(studio: Studio, branch: dict[str, Any], seen: dict[str, Any], **wanted: Any) -> Any:
    """Merge as it was previewed."""
    positions = {name: seen[name] for name in ("document_position", "branch_position")}
    path = f"{API}/branches/{branch['id']}/merge"
    return await studio.request(EDITOR, "POST", path, json={**positions, **wanted})


async def test_a_merge_is_what_was_previewed_and_keeps_the_authors(studio: Studio) -> None:
    """Both sides' changes are there; the words name who wrote them on the branch; before it a version is kept."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": WORDS + " tonight"}}}, OWNER)
    written = (await state(studio, branch["content_id"]))["position"]
    await change(studio, song["id"], {"title": "Night train home", "sections": {"v1": {"lyrics": "Soft " + WORDS}}})
    seen = await preview(studio, branch)
    assert seen["is_mergeable"]
    assert sorted(one["path"] for one in seen["changes"]) == ["/bpm", "/sections/v1/lyrics"]
    done = await merge(studio, branch, seen)
    assert done.status_code == 200, done.text
    now = await state(studio, song["id"])
    assert (now["bpm"], now["title"]) == (80, "Night train home")
    assert now["sections"]["v1"]["lyrics"] == "Soft " + WORDS + " tonight"
    for one in seen["changes"]:
        value: Any = now
        for key in one["path"].split("/")[1:]:
            value = value[key]
        assert value == one["new"]
    assert (done.json()["branch"]["state"], done.json()["before"]["cause"]) == ("merged", "merge")
    path = f"{API}/documents/{song['id']}"
    blame = (await studio.request(VIEWER, "GET", f"{path}/blame?path=/sections/v1/lyrics")).json()["runs"]
    last = blame[-1]
    assert (last["text"].strip(), last["author"]["person_id"]) == ("tonight", str(studio.people[OWNER]))
    assert last["author"]["position"] == written
    assert (last["branch"]["name"], blame[0]["branch"]) == ("Darker chorus", None)
    set_by = (await studio.request(VIEWER, "GET", f"{path}/blame?path=/bpm")).json()["author"]
    assert (set_by["person_id"], set_by["position"]) == (str(studio.people[OWNER]), written)
    before = (await studio.request(VIEWER, "GET", f"{path}/at/{done.json()['before']['document_position']}")).json()
    assert (before["bpm"], before["title"]) == (96, "Night train home")


async def test_credits_survive_a_revert_of_the_merge_and_its_revert(studio: Studio) -> None:
    """A merge is taken back and brought back; its words are still the branch's author's."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"sections": {"v1": {"lyrics": WORDS + " tonight"}}}, OWNER)
    merged = (await merge(studio, branch, await preview(studio, branch))).json()
    path = f"{API}/documents/{song['id']}"
    for to in (merged["before"]["document_position"], merged["position"]):
        answer = await studio.request(EDITOR, "POST", f"{path}/revert", json={"to": to})
        assert answer.status_code == 200, answer.text
    last = (await studio.request(VIEWER, "GET", f"{path}/blame?path=/sections/v1/lyrics")).json()["runs"][-1]
    assert (last["text"].strip(), last["author"]["person_id"]) == ("tonight", str(studio.people[OWNER]))


async def test_differences_name_who_wrote_on_the_branch(studio: Studio) -> None:
    """What the preview, the comparison with the branch and the one across the merge say are one person's words."""
    song, branch = await forked(studio)
    fields = {"bpm": 80, "sections": {"v1": {"lyrics": WORDS + " tonight"}}}
    written = await change(studio, branch["content_id"], fields, OWNER)
    seen = await preview(studio, branch)
    path = f"{API}/documents/{song['id']}/diff?from={seen['document_position']}"
    beside = (await studio.request(VIEWER, "GET", f"{path}&with={branch['content_id']}")).json()
    merged = (await merge(studio, branch, seen)).json()
    across = (await studio.request(VIEWER, "GET", path)).json()
    for changes, merged_at in ((seen["changes"], None), (beside["changes"], None), (across["changes"], merged)):
        bpm, lyrics = changes
        [word] = [span for span in lyrics["spans"] if span["change"] == "insert"]
        assert word["text"].strip() == "tonight"
        for author in (bpm["author"], word["author"]):
            assert (author["person_id"], author["position"]) == (str(studio.people[OWNER]), written)
            assert author["merged_at"] == (merged_at and merged_at["position"])


async def test_conflicts_are_decided_one_by_one(studio: Studio) -> None:
    """Both set the tempo, both rewrote a word: undecided nothing is merged; decided, each says what was chosen."""
    song, branch = await forked(studio)
    ours, theirs = "Rain on the window\nand nobody home", "Rain on the stairs\nand nobody home"
    await change(studio, song["id"], {"bpm": 100, "sections": {"v1": {"lyrics": ours}}})
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": theirs}}})
    seen = await preview(studio, branch)
    assert {one["path"]: (one["kind"], one["choice"]) for one in seen["conflicts"]} == {
        "/bpm": ("both_set", None), "/sections/v1/lyrics": ("text_overlap", None)
    }  # fmt: skip
    assert (seen["changes"], seen["is_mergeable"]) == ([], False)
    stored = studio.topics
    refused = await merge(studio, branch, seen)
    assert refused.status_code == 409
    assert studio.topics == stored
    choices = [{"path": "/bpm", "choice": "branch"}, {"path": "/sections/v1/lyrics", "choice": "both"}]
    decided = await preview(studio, branch, choices=choices)
    assert decided["is_mergeable"]
    assert (await merge(studio, branch, decided, choices=choices)).status_code == 200
    now = await state(studio, song["id"])
    assert now["bpm"] == 80
    assert now["sections"]["v1"]["lyrics"] == "Rain on the window\nRain on the stairs\nand nobody home"


async def test_a_conflict_in_a_text_says_what_each_choice_gives(studio: Studio) -> None:
    """Word by word from what both began with; what is chosen is what the document then says, by whom it was written."""
    song, branch = await forked(studio)
    await change(studio, song["id"], {"sections": {"v1": {"lyrics": WORDS.replace("roof", "window")}}})
    written = await change(
        studio, branch["content_id"], {"sections": {"v1": {"lyrics": WORDS.replace("roof", "cold stairs")}}}, OWNER
    )
    [conflict] = (await preview(studio, branch))["conflicts"]
    said = {
        one["choice"]: "".join(span["text"] for span in one["spans"] if span["change"] != "delete")
        for one in conflict["outcomes"]
    }
    both = "Rain on the window\nRain on the cold stairs\nand nobody home"
    assert said == {
        "document": "Rain on the window\nand nobody home",
        "branch": "Rain on the cold stairs\nand nobody home",
        "both": both,
    }
    for one in conflict["outcomes"]:
        assert "".join(span["text"] for span in one["spans"] if span["change"] != "insert") == WORDS
    choices = [{"path": conflict["path"], "choice": "both"}]
    decided = await preview(studio, branch, choices=choices)
    [change_] = decided["changes"]
    assert change_["new"] == both
    merged = (await merge(studio, branch, decided, choices=choices)).json()
    assert (await state(studio, song["id"]))["sections"]["v1"]["lyrics"] == both
    path = f"{API}/documents/{song['id']}"
    across = (
        await studio.request(VIEWER, "GET", f"{path}/diff?from={decided['document_position']}&to={merged['position']}")
    ).json()
    for spans in (change_["spans"], across["changes"][0]["spans"]):
        [new] = [span for span in spans if span["change"] == "insert" and "stairs" in span["text"]]
        assert (new["author"]["person_id"], new["author"]["position"]) == (str(studio.people[OWNER]), written)
    runs = (await studio.request(VIEWER, "GET", f"{path}/blame?path=/sections/v1/lyrics")).json()["runs"]
    assert [run["author"]["position"] for run in runs if "stairs" in both[run["start"] : run["stop"]]] == [written]


async def test_removed_on_one_side_and_edited_on_the_other(studio: Studio) -> None:
    """A section removed in the document and edited on the branch comes back with the branch's words if so decided."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"sections": {"v1": {"lyrics": WORDS + " tonight"}}}, OWNER)
    await change(studio, song["id"], {"sections": {"v1": None}})
    seen = await preview(studio, branch)
    assert [(one["path"], one["kind"]) for one in seen["conflicts"]] == [("/sections/v1", "edited_and_removed")]
    choices = [{"path": "/sections/v1", "choice": "branch"}]
    assert (await merge(studio, branch, await preview(studio, branch, choices=choices), choices=choices)).is_success
    assert (await state(studio, song["id"]))["sections"]["v1"]["lyrics"] == WORDS + " tonight"


async def test_a_part_first_and_the_rest_later(studio: Studio) -> None:
    """Paths are merged apart; the same again is nothing to do; what is left still merges."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": WORDS + " tonight"}}})
    done = await merge(studio, branch, await preview(studio, branch, paths=["/bpm"]), paths=["/bpm"])
    assert (done.json()["branch"]["state"], done.json()["branch"]["merges"][0]["paths"]) == ("open", ["/bpm"])
    now = await state(studio, song["id"])
    assert (now["bpm"], now["sections"]["v1"]["lyrics"]) == (80, WORDS)
    again = await merge(studio, branch, await preview(studio, branch, paths=["/bpm"]), paths=["/bpm"])
    assert again.status_code == 409
    await change(studio, song["id"], {"bpm": 120})
    rest = await preview(studio, branch)
    assert [one["path"] for one in rest["changes"]] == ["/sections/v1/lyrics"]
    assert (await merge(studio, branch, rest)).json()["branch"]["state"] == "merged"
    now = await state(studio, song["id"])
    assert (now["bpm"], now["sections"]["v1"]["lyrics"]) == (120, WORDS + " tonight")
    twice = await merge(studio, branch, rest)
    assert (twice.status_code, twice.json()["detail"]) == (409, "This branch was merged already.")


async def test_only_some_authors(studio: Studio) -> None:
    """The changes of one person are merged without those of another."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80})
    await change(studio, branch["content_id"], {"sections": {"v1": {"lyrics": WORDS + " tonight"}}}, OWNER)
    authors = [str(studio.people[OWNER])]
    seen = await preview(studio, branch, authors=authors)
    assert [one["path"] for one in seen["changes"]] == ["/sections/v1/lyrics"]
    assert (await merge(studio, branch, seen, authors=authors)).json()["branch"]["state"] == "open"
    now = await state(studio, song["id"])
    assert (now["bpm"], now["sections"]["v1"]["lyrics"]) == (96, WORDS + " tonight")
    assert [one["path"] for one in (await preview(studio, branch))["changes"]] == ["/bpm"]


async def test_one_author_after_the_other(studio: Studio) -> None:
    """Each merge adds: what came with an earlier one stays, in fields and in a text both wrote in."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": "Soft " + WORDS}}})
    await change(studio, branch["content_id"], {"sections": {"v1": {"lyrics": "Soft " + WORDS + " tonight"}}}, OWNER)
    lyrics = ["Soft " + WORDS, "Soft " + WORDS + " tonight"]
    for role, said in zip((EDITOR, OWNER), lyrics, strict=True):
        authors = [str(studio.people[role])]
        seen = await preview(studio, branch, authors=authors)
        assert (await merge(studio, branch, seen, authors=authors)).status_code == 200
        now = await state(studio, song["id"])
        assert (now["bpm"], now["sections"]["v1"]["lyrics"]) == (80, said)
    assert (await preview(studio, branch))["blocked"] == ["Nothing on this branch was changed since it was merged."]


async def test_an_author_after_a_path(studio: Studio) -> None:
    """A field that was merged by its path stays when the changes of somebody who did not touch it follow."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80})
    await change(studio, branch["content_id"], {"title": "Elsewhere"}, OWNER)
    authors = [str(studio.people[OWNER])]
    assert (await merge(studio, branch, await preview(studio, branch, paths=["/bpm"]), paths=["/bpm"])).is_success
    seen = await preview(studio, branch, authors=authors)
    assert [one["path"] for one in seen["changes"]] == ["/title"]
    assert (await merge(studio, branch, seen, authors=authors)).is_success
    now = await state(studio, song["id"])
    assert (now["bpm"], now["title"]) == (80, "Elsewhere")


async def test_what_each_merge_did_lies_between_two_positions(studio: Studio) -> None:
    """Right before and right after its edit: not what others changed before; none for what was there already."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": WORDS + " tonight"}}}, OWNER)
    await change(studio, song["id"], {"title": "Elsewhere"})
    assert (await merge(studio, branch, await preview(studio, branch, paths=["/bpm"]), paths=["/bpm"])).is_success
    await change(studio, song["id"], {"sections": {"v1": {"lyrics": WORDS + " tonight"}}})
    assert (await merge(studio, branch, await preview(studio, branch))).is_success
    part, rest = (await studio.request(VIEWER, "GET", f"{API}/branches/{branch['id']}")).json()["merges"]
    path = f"{API}/documents/{song['id']}/diff?from={part['before_position']}&to={part['position']}"
    [did] = (await studio.request(VIEWER, "GET", path)).json()["changes"]
    assert (did["path"], did["old"], did["new"], did["author"]["person_id"]) == (
        "/bpm", 96, 80, str(studio.people[OWNER])
    )  # fmt: skip
    assert rest["before_position"] is None
    [listed] = (await studio.request(VIEWER, "GET", f"{API}/documents/{song['id']}/branches")).json()["items"]
    assert listed["merges"] == [part, rest]


async def test_a_merge_that_found_nothing_missing_did_nothing(studio: Studio) -> None:
    """Also right after another one, of this branch or of another: what that did is not told twice."""
    song, branch = await forked(studio)
    other = await branch_of(studio, song["id"])
    for one in (branch, other):
        await change(studio, one["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": WORDS}}})
    assert (await merge(studio, branch, await preview(studio, branch, paths=["/bpm"]), paths=["/bpm"])).is_success
    await change(studio, branch["content_id"], {"bpm": 96})
    await change(studio, branch["content_id"], {"bpm": 80})
    for one in (branch, other):
        seen = await preview(studio, one)
        done = (await merge(studio, one, seen)).json() if seen["is_mergeable"] else None
        assert done is None or done["branch"]["merges"][-1]["before_position"] is None
    assert done is not None


async def test_what_moved_on_is_looked_at_again(studio: Studio) -> None:
    """Edits of the branch, or of the same in the document, make a preview worthless; others are merged with."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80})
    seen = await preview(studio, branch)
    await change(studio, song["id"], {"title": "Elsewhere"})
    await change(studio, song["id"], {"bpm": 100})
    assert (await merge(studio, branch, seen)).status_code == 409
    await change(studio, song["id"], {"bpm": 96})
    seen = await preview(studio, branch)
    await change(studio, branch["content_id"], {"bpm": 81})
    late = await merge(studio, branch, seen)
    assert (late.status_code, (await state(studio, song["id"]))["bpm"]) == (409, 96)
    seen = await preview(studio, branch)
    await change(studio, song["id"], {"title": "Home"})
    assert (await merge(studio, branch, seen)).status_code == 200
    now = await state(studio, song["id"])
    assert (now["bpm"], now["title"]) == (81, "Home")


async def test_two_merge_at_once(studio: Studio) -> None:
    """One merges, the other hears why not; the words are there once."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"sections": {"v1": {"lyrics": WORDS + " tonight"}}})
    seen = await preview(studio, branch)
    answers = await asyncio.gather(*(merge(studio, branch, seen) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert (await state(studio, song["id"]))["sections"]["v1"]["lyrics"] == WORDS + " tonight"
    assert studio.topics.count("document.merged") == 1


async def test_the_gate(studio: Studio) -> None:
    """A review that was asked for is waited for; an edit after the approval closes the gate again."""
    _, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80})
    await act(studio, EDITOR, branch, {"action": "request", "reviewers": [str(studio.people[COMMENTER])]})
    seen = await preview(studio, branch)
    assert (seen["is_mergeable"], seen["blocked"]) == (False, ["The approval is missing."])
    assert (await merge(studio, branch, seen)).status_code == 409
    await act(studio, COMMENTER, branch, {"action": "approve", "position": seen["branch_position"]})
    await change(studio, branch["content_id"], {"bpm": 81})
    stale = await preview(studio, branch)
    assert stale["blocked"] == ["The approval is missing, because the branch was edited since."]
    assert (await merge(studio, branch, stale)).status_code == 409
    await act(studio, COMMENTER, branch, {"action": "approve", "position": stale["branch_position"]})
    assert (await merge(studio, branch, await preview(studio, branch))).status_code == 200


async def test_nothing_to_merge_and_bad_wishes(studio: Studio) -> None:
    """An untouched branch, unknown choices, a position of the future, a viewer: said plainly, and nothing changes."""
    song, branch = await forked(studio)
    seen = await preview(studio, branch)
    assert seen["blocked"] == ["Nothing on this branch was changed since it was forked."]
    assert (await merge(studio, branch, seen)).status_code == 409
    await change(studio, branch["content_id"], {"bpm": 80})
    seen = await preview(studio, branch)
    bad = [
        {"choices": [{"path": "/bpm", "choice": "branch"}]},
        {"choices": [{"path": "/bpm", "choice": "branch"}] * 2},
        {"paths": ["bpm"]},
    ]
    for wanted in bad:
        assert (await merge(studio, branch, seen, **wanted)).status_code == 422
    late = await merge(studio, branch, {**seen, "document_position": 10**12})
    assert late.status_code in (404, 409, 422)
    viewer = await studio.request(VIEWER, "POST", f"{API}/branches/{branch['id']}/merge", json={
        "document_position": seen["document_position"], "branch_position": seen["branch_position"]})  # fmt: skip
    assert viewer.status_code == 403
    assert (await state(studio, song["id"]))["bpm"] == 96
    assert "document.merged" not in studio.topics
    # Somebody's merge that failed keeps nobody out.
    assert (await merge(studio, branch, seen)).status_code == 200


async def test_typing_goes_on_while_it_is_merged(studio: Studio) -> None:
    """Edits of the document that arrive during merges are all there afterwards."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": WORDS + " tonight"}}})
    seen = await preview(studio, branch)

    async def type_on() -> None:
        for number in range(20):
            await change(studio, song["id"], {"producer_notes": f"take {number}"})

    answer, _ = await asyncio.gather(merge(studio, branch, seen), type_on())
    assert answer.status_code == 200, answer.text
    now = await state(studio, song["id"])
    assert (now["bpm"], now["producer_notes"]) == (80, "take 19")
    assert now["sections"]["v1"]["lyrics"] == WORDS + " tonight"
    kept = answer.json()["before"]["document_position"]
    assert kept < answer.json()["position"]
    assert UUID(answer.json()["before"]["id"])


async def test_a_branch_of_a_branch_is_merged_into_it(studio: Studio) -> None:
    """The branch in between counts its own updates alone, however many it has from the document."""
    song, branch = await forked(studio)
    for bpm in (97, 98, 99):
        await change(studio, song["id"], {"bpm": bpm})
    branch = await branch_of(studio, song["id"])
    await change(studio, branch["content_id"], {"bpm": 80})
    inner = await branch_of(studio, branch["content_id"])
    await change(studio, inner["content_id"], {"sections": {"v1": {"lyrics": WORDS + " tonight"}}}, OWNER)
    async with asyncio.timeout(30):
        done = await merge(studio, inner, await preview(studio, inner))
    assert done.status_code == 200, done.text
    now = await state(studio, branch["content_id"])
    assert (now["bpm"], now["sections"]["v1"]["lyrics"]) == (80, WORDS + " tonight")
    path = f"{API}/documents/{branch['content_id']}/blame?path=/sections/v1/lyrics"
    last = (await studio.request(VIEWER, "GET", path)).json()["runs"][-1]
    assert (last["text"].strip(), last["author"]["person_id"]) == ("tonight", str(studio.people[OWNER]))
    path = f"{API}/documents/{song['id']}/diff?from={branch['position']}&with={branch['content_id']}"
    beside = (await studio.request(VIEWER, "GET", path)).json()["changes"][-1]["spans"]
    seen = (await preview(studio, branch))["changes"][-1]["spans"]
    for spans in (beside, seen):
        [word] = [span for span in spans if span["change"] == "insert"]
        assert (word["author"]["person_id"], word["author"]["merged_at"]) == (
            str(studio.people[OWNER]), done.json()["position"]
        )  # fmt: skip


async def test_merged_words_belong_to_the_version_that_first_held_them(studio: Studio) -> None:
    """A version named before the merge has none of the branch's words, though they were written earlier."""
    song, branch = await forked(studio)
    await change(studio, branch["content_id"], {"bpm": 80, "sections": {"v1": {"lyrics": WORDS + " tonight"}}}, OWNER)
    path = f"{API}/documents/{song['id']}"
    await change(studio, song["id"], {"title": "Night train home"})
    for name in ("Before", "After"):
        answer = await studio.request(EDITOR, "POST", f"{path}/versions", json={"name": name})
        assert answer.status_code == 201
        if name == "Before":
            assert (await merge(studio, branch, await preview(studio, branch))).is_success
    runs = (await studio.request(VIEWER, "GET", f"{path}/blame?path=/sections/v1/lyrics")).json()["runs"]
    assert [(run["text"].strip(), run["version"]["name"]) for run in runs] == [(WORDS, "Before"), ("tonight", "After")]
    value = (await studio.request(VIEWER, "GET", f"{path}/blame?path=/bpm")).json()
    assert (value["version"]["name"], value["branch"]["name"]) == ("After", "Darker chorus")


async def test_blame_knows_the_discussion(studio: Studio) -> None:
    """Threads on the words and on the whole field are named with their place; those elsewhere are not."""
    song, _ = await forked(studio)
    path = f"{API}/documents/{song['id']}"
    lyrics = "/sections/v1/lyrics"
    for anchor in ({"path": lyrics, "start": 12, "stop": 16}, {"path": lyrics}, {"path": "/bpm"}):
        answer = await studio.request(COMMENTER, "POST", f"{path}/comments", json={"anchor": anchor, "text": "Roof?"})
        assert answer.status_code == 201, answer.text
    blame = (await studio.request(VIEWER, "GET", f"{path}/blame?path=/sections/v1/lyrics")).json()
    told = [(one["start"], one["stop"], one["text"], one["is_resolved"]) for one in blame["discussions"]]
    assert sorted(told, key=str) == [(12, 16, "Roof?", False), (None, None, "Roof?", False)]
    old = (await studio.request(VIEWER, "GET", f"{path}/blame?path=/sections/v1/lyrics&at={blame['position']}")).json()
    assert len(old["discussions"]) == 2


async def test_what_is_approved_before_anything_was_written_is_approved(studio: Studio) -> None:
    """A branch without an edit of its own ends where it was forked, for its review, its history and its merge alike."""
    song, branch = await forked(studio)
    assert branch["head_position"] == branch["position"] == (await state(studio, song["id"]))["position"]
    await act(studio, EDITOR, branch, {"action": "request", "reviewers": [str(studio.people[COMMENTER])]})
    approved = await act(studio, COMMENTER, branch, {"action": "approve", "position": branch["head_position"]})
    assert approved.json()["review"]["state"] == "approved"
    seen = await preview(studio, branch)
    assert (seen["branch_position"], seen["changes"]) == (branch["head_position"], [])
    assert seen["blocked"] == ["Nothing on this branch was changed since it was forked."]
