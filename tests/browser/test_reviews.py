"""Branches and their review: written together, looked at on a phone, sent back, approved, merged with a choice."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.accessibility import sideways, small_targets, violations
from tests.browser.conftest import Invite
from tests.browser.pages import expect_saved, expect_words, lyrics, type_at_end
from tests.browser.people import PHONE
from tests.browser.songs import change, create_song, open_branch, read, read_branch, wait_until
from tests.studio import Studio

WORDS = "Rain writes its name\nI read it back slow"


def branches(studio: Studio, song_id: str) -> list[dict[str, Any]]:
    """Return the branches of a song as the studio lists them."""
    items: list[dict[str, Any]] = studio.request("GET", f"/api/v1/documents/{song_id}/branches").json()["items"]
    return items


def review_path(song_id: str, branch_id: str) -> str:
    """Return where a branch is reviewed."""
    return f"/songs/{song_id}/branches/{branch_id}"


async def decide(page: Page, decision: str, words: str) -> None:
    """Say what one makes of a branch, in the dialog that is open."""
    dialog = page.get_by_role("dialog", name=decision)
    await dialog.get_by_role("textbox").fill(words)
    await dialog.get_by_role("button", name=decision).click()
    await expect(dialog).to_have_count(0)


async def start_branch(page: Page, song_id: str) -> None:
    """Open a branch from the editor's bar, and arrive on it."""
    await page.get_by_role("button", name="Branch: main").click()
    await page.get_by_role("menuitem", name="New branch").click()
    await page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Darker chorus")
    await page.get_by_role("dialog").get_by_label("What is it for?").fill("Slower, and colder.")
    await page.get_by_role("dialog").get_by_role("button", name="Start the branch").click()
    await expect(page).to_have_url(re.compile(f"/songs/{song_id}/branches/[0-9a-f-]+/edit$"))


async def test_two_write_a_reviewer_decides_and_it_is_merged(person: Invite, studio: Studio) -> None:
    """The whole way of a branch: opened in the editor, live, sent back, approval falls, approved, a choice, merged."""
    song_id = create_song(studio, "Glasshouse Weather", WORDS, bpm=96)
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    bea = await person("Bea Holm", "commenter", size=PHONE, touch=True)
    # Who looks on while another's merge is being stored asks again.
    bea.watch.allow("answer 409: POST .*/merge/preview")
    main = await mina.open(f"/songs/{song_id}")
    page = await ada.open(f"/songs/{song_id}")

    await start_branch(page, song_id)
    branch_id = page.url.split("/")[-2]
    await expect(page.get_by_role("complementary", name="Branch")).to_contain_text("A branch of Glasshouse Weather")
    await type_at_end(page, lyrics(page), "ly")
    theirs = await mina.new_tab(f"{review_path(song_id, branch_id)}/edit")
    await expect_words(theirs, "verse-1", f"{WORDS}ly")
    await type_at_end(theirs, lyrics(theirs), ", again")
    await expect_words(page, "verse-1", f"{WORDS}ly, again")
    await expect_saved(page, theirs)
    await expect_words(main, "verse-1", WORDS)

    await page.get_by_role("link", name="Review and merge").click()
    await expect(page.locator("ins.piece").first).to_be_visible()
    await page.get_by_role("button", name="Request review").click()
    dialog = page.get_by_role("dialog", name="Request review")
    await dialog.get_by_text("Bea Holm").click()
    await dialog.get_by_label("What should they look at?").fill("The last line.")
    await dialog.get_by_role("button", name="Request review").click()
    await expect(page.get_by_text("0 of 1 approval", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Merge: blocked")).to_be_disabled()
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    wait_until(lambda: len(studio.request("GET", f"/api/v1/documents/{song_id}/branches").json()["items"]) == 1)
    phone = await bea.open("/")
    await phone.get_by_role("region", name="My reviews").get_by_role("link", name="Darker chorus").tap()
    await expect(phone.locator("ins.piece").first).to_be_visible()
    assert await sideways(phone) == []
    await phone.get_by_role("button", name="Request changes").tap()
    await decide(phone, "Request changes", "Too many words.")
    await expect(page.get_by_text("Too many words.")).to_be_visible()
    await expect(page.get_by_text("A reviewer asked for changes.")).to_be_visible()

    await type_at_end(theirs, lyrics(theirs), ".")
    await expect_saved(theirs)
    await expect(page.get_by_text("Out of date")).to_be_visible()
    await expect(phone.get_by_text("Edited since you looked.")).to_be_visible()
    await phone.get_by_role("group", name="Your decision").get_by_role("button", name="Show the newest").tap()
    await phone.get_by_role("button", name="Approve").tap()
    await decide(phone, "Approve", "Now it sings.")
    await expect(page.get_by_text("1 of 1 approval", exact=True)).to_be_visible()
    assert read_branch(studio, branch_id)["review"]["state"] == "approved"

    await type_at_end(theirs, lyrics(theirs), " Slow.")
    await expect_saved(theirs)
    await expect(page.get_by_text("Out of date")).to_be_visible()
    await phone.get_by_role("group", name="Your decision").get_by_role("button", name="Show the newest").tap()
    await phone.get_by_role("button", name="Approve").tap()
    await decide(phone, "Approve", "")
    await expect(page.get_by_text("1 of 1 approval", exact=True)).to_be_visible()

    await expect(page.get_by_role("button", name="Merge", exact=True)).to_be_enabled()
    await page.get_by_role("button", name="Merge", exact=True).click()
    await expect(page.get_by_text("is in Glasshouse Weather now")).to_be_visible()
    await expect(page.get_by_role("heading", name="Merged", exact=True)).to_be_visible()
    await expect_words(main, "verse-1", f"{WORDS}ly, again. Slow.")
    await page.get_by_role("button", name="See the history").click()
    await expect(page).to_have_url(re.compile(f"/songs/{song_id}/history"))
    await expect(page.get_by_role("button", name=re.compile("Ada Marsh merged branch Darker chorus"))).to_be_visible()
    assert read_branch(studio, branch_id)["state"] == "merged"
    assert {run["author"]["person_id"] for run in blame(studio, song_id)} >= {str(ada.person_id), str(mina.person_id)}


def blame(studio: Studio, song_id: str) -> list[dict[str, Any]]:
    """Return who wrote which words of the first verse."""
    path = f"/api/v1/documents/{song_id}/blame?path=/sections/verse-1/lyrics"
    runs: list[dict[str, Any]] = studio.request("GET", path).json()["runs"]
    return runs


async def test_conflicts_are_decided_and_parts_left_out(person: Invite, studio: Studio) -> None:
    """Both sides set the tempo: nothing merges before a choice; an unticked part stays behind, the branch open."""
    song_id = create_song(studio, "Glasshouse Weather", WORDS, bpm=96)
    branch = open_branch(studio, song_id, "Darker chorus")
    change(studio, branch["content_id"], {"bpm": 84, "sections": {"verse-1": {"lyrics": "Salt"}}})
    change(studio, song_id, {"bpm": 118})
    ada = await person("Ada Marsh")
    page = await ada.open(review_path(song_id, branch["id"]))
    conflict = page.get_by_role("group", name="Tempo")
    await expect(conflict).to_contain_text("96 bpm")
    await expect(page.get_by_text("1 conflict must be decided first.")).to_be_visible()
    await expect(page.get_by_role("button", name="Merge: blocked")).to_be_disabled()
    await conflict.get_by_role("radio", name=re.compile("Take the branch")).check()
    await page.get_by_text("If it is merged now").click()
    await page.get_by_role("checkbox", name="Merge Verse 1").press("Space")
    button = page.get_by_role("button", name="Merge what is picked")
    await expect(button).to_be_enabled()
    await button.click()
    await expect(page.get_by_text("What you picked is in Glasshouse Weather now")).to_be_visible()
    await expect(page.locator(".toast")).to_have_count(0)  # It would lie on the button that merges the rest.
    content = read(studio, song_id)
    assert (content["bpm"], content["sections"]["verse-1"]["lyrics"]) == (84, WORDS)
    assert read_branch(studio, branch["id"])["state"] == "open"


async def test_both_sides_of_a_line_are_kept_and_a_double_click_merges_once(person: Invite, studio: Studio) -> None:
    """Each choice shows the text it gives; pressed twice at once it is merged once, and nothing goes wrong."""
    words = [f"Line {number}" for number in range(12)]
    song_id = create_song(studio, "Glasshouse Weather", "\n".join([*words, "And the rain fell like a hello"]))
    branch = open_branch(studio, song_id, "Darker chorus")
    for content_id, last in (
        (song_id, "And the snow fell like a slow hello"), (branch["content_id"], "And the hail fell like a goodbye"),
    ):  # fmt: skip
        change(studio, content_id, {"sections": {"verse-1": {"lyrics": "\n".join([*words, last])}}})
    ada = await person("Ada Marsh")
    page = await ada.open(review_path(song_id, branch["id"]))
    conflict = page.get_by_role("group", name="Lyrics of Verse 1")
    both = conflict.locator(".conflict__choice").filter(has_text="Keep both")
    await expect(both).to_contain_text("snow")
    await expect(both).to_contain_text("hail")
    await expect(both).not_to_contain_text("Line 3")
    assert await violations(page) == []
    await conflict.get_by_role("radio", name=re.compile("Keep both")).check()
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/merge") else None)
    button = page.get_by_role("button", name="Merge", exact=True)
    await expect(button).to_be_enabled()
    # Twice before anything can be drawn in between.
    await button.evaluate("button => { button.click(); button.click(); }")
    await expect(page.get_by_role("heading", name="Merged", exact=True)).to_be_visible()
    await expect(page.get_by_text("is in Glasshouse Weather now")).to_be_visible()
    await expect(page.locator(".toast")).to_have_count(1)
    assert len(sent) == 1
    lines = ["And the snow fell like a slow hello", "And the hail fell like a goodbye"]
    assert read(studio, song_id)["sections"]["verse-1"]["lyrics"].split("\n") == [*words, *lines]
    did = page.get_by_role("region", name="Changes")
    await expect(did.locator("ins.piece").last).to_contain_text("And the hail fell like a goodbye")
    await expect(did.locator("del.piece")).to_have_count(0)


async def test_the_page_of_a_merged_branch_says_what_merging_did(person: Invite, studio: Studio) -> None:
    """Between right before and right after, by whom on the branch: not what else the branch or the document says."""
    song_id = create_song(studio, "Glasshouse Weather", WORDS, "Second verse", bpm=96)
    branch = open_branch(studio, song_id, "Darker chorus")
    mina, ada = await person("Mina Okafor"), await person("Ada Marsh")
    writing = await mina.open(f"{review_path(song_id, branch['id'])}/edit")
    await type_at_end(writing, lyrics(writing), ", again and again")
    await expect_saved(writing)
    change(studio, branch["content_id"], {"bpm": 84})
    change(studio, song_id, {"bpm": 118, "sections": {"verse-2": {"lyrics": "Second verse, written meanwhile"}}})
    page = await ada.open(review_path(song_id, branch["id"]))
    await page.get_by_role("group", name="Tempo").get_by_role("radio", name=re.compile("Keep")).check()
    button = page.get_by_role("button", name="Merge", exact=True)
    await expect(button).to_be_enabled()
    await button.click()
    await expect(page.get_by_role("heading", name="Merged", exact=True)).to_be_visible()
    change(studio, song_id, {"language": "de"})
    changes = page.locator("[data-change-group]")
    for _ in range(2):
        await expect(page.get_by_role("radio", name="What merging did")).to_be_checked()
        await expect(changes).to_have_count(1)
        await expect(changes).to_contain_text("Verse 1")
        await expect(changes.locator("ins.piece")).to_contain_text("again and again")
        await expect(changes.get_by_label(re.compile("^Mina Okafor, today at .*, on a branch")).first).to_be_visible()
        await expect(changes).not_to_contain_text("written meanwhile")
        await page.reload()
    assert await violations(page) == []
    lee = await person("Lee Brandt", "viewer", size=PHONE, touch=True)
    phone = await lee.open(review_path(song_id, branch["id"]))
    await expect(phone.locator("ins.piece")).to_contain_text("again and again")
    assert await sideways(phone) == []
    await page.get_by_text("On the branch").click()
    await expect(changes).to_have_count(2)
    await expect(changes.first).to_contain_text("84")
    assert read(studio, song_id)["bpm"] == 118


async def test_reading_by_keys_and_by_those_who_only_read(person: Invite, studio: Studio) -> None:
    """J and K lead through the changes, A approves; a viewer sees everything and can do nothing."""
    song_id = create_song(studio, "Glasshouse Weather", WORDS, bpm=96)
    branch = open_branch(studio, song_id, "Darker chorus", "Colder.")
    change(studio, branch["content_id"], {"bpm": 84, "sections": {"verse-1": {"lyrics": f"{WORDS}ly"}}})
    lee, viewer = await person("Lee Brandt", "commenter"), await person("Ola Berg", "viewer")
    body = {"action": "request", "reviewers": [str(lee.person_id)]}
    assert studio.request("POST", f"/api/v1/branches/{branch['id']}/review", json=body).is_success
    page = await lee.open(review_path(song_id, branch["id"]))
    changes = page.locator("[data-change-group]")
    await expect(changes).to_have_count(2)
    await page.keyboard.press("j")
    await expect(changes.nth(0)).to_be_focused()
    await page.keyboard.press("j")
    await expect(changes.nth(1)).to_be_focused()
    await page.keyboard.press("k")
    await expect(changes.nth(0)).to_be_focused()
    await page.keyboard.press("a")
    await expect(page.get_by_role("dialog", name="Approve")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.get_by_role("dialog").get_by_role("button", name="Approve").press("Enter")
    await expect(page.get_by_text("1 of 1 approval", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Merge", exact=True)).to_have_count(0)
    page = await viewer.open(review_path(song_id, branch["id"]))
    await expect(page.locator("ins.piece").first).to_be_visible()
    await expect(page.get_by_text("You are a viewer here")).to_be_visible()
    for name in ("Approve", "Request changes", "Request review", "Merge"):
        await expect(page.get_by_role("button", name=name)).to_have_count(0)
    assert await violations(page) == []
    assert await small_targets(page) == []


async def test_branch_from_an_earlier_version_and_close(person: Invite, studio: Studio) -> None:
    """Any version of the history can become a branch; a closed one is found among the others and opened again."""
    song_id = create_song(studio, "Glasshouse Weather", WORDS, bpm=96)
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}")
    await type_at_end(page, lyrics(page), " now")
    await expect_saved(page)
    earlier = timeline(studio, song_id)[-1]
    change(studio, song_id, {"bpm": 120})
    page = await ada.open(f"/songs/{song_id}/history?a=0&b={earlier['last_position']}")
    await page.get_by_role("button", name="Branch from here").click()
    await page.get_by_role("dialog").get_by_label("Name", exact=True).fill("As it was")
    await page.get_by_role("dialog").get_by_role("button", name="Start the branch").click()
    await expect(page.get_by_role("complementary", name="Branch")).to_contain_text("As it was")
    await expect_words(page, "verse-1", WORDS)
    await page.get_by_role("link", name="Review and merge").click()
    await page.get_by_role("button", name="More for this branch").click()
    await page.get_by_role("menuitem", name="Close without merging").click()
    await expect(page.get_by_role("heading", name="Closed", exact=True)).to_be_visible()
    wait_until(lambda: [one["state"] for one in branches(studio, song_id)] == ["closed"])
    page = await ada.open(f"/songs/{song_id}/branches")
    await page.get_by_role("region", name="Merged or closed").get_by_role("link", name="As it was").click()
    await page.get_by_role("button", name="More for this branch").click()
    await page.get_by_role("menuitem", name="Open again").click()
    await expect(page.get_by_role("heading", name="Merge", exact=True)).to_be_visible()


def timeline(studio: Studio, song_id: str) -> list[dict[str, Any]]:
    """Return the sittings, the newest first."""
    items: list[dict[str, Any]] = studio.request("GET", f"/api/v1/documents/{song_id}/history?kind=edit").json()[
        "items"
    ]
    return items


async def test_a_branch_is_discussed_where_it_is_reviewed(person: Invite, studio: Studio) -> None:
    """A reviewer on a phone comments beside the changes; the writer sees it there, and is led to the words."""
    song_id = create_song(studio, "Glasshouse Weather", WORDS, bpm=96)
    branch = open_branch(studio, song_id, "Darker chorus", "Colder.")
    change(studio, branch["content_id"], {"sections": {"verse-1": {"lyrics": f"{WORDS}ly"}}})
    lee, ada = await person("Lee Brandt", "commenter", size=PHONE, touch=True), await person("Ada Marsh")
    phone = await lee.open(review_path(song_id, branch["id"]))
    await expect(phone.locator("ins.piece").first).to_be_visible()
    await phone.get_by_role("button", name="Comments", exact=True).tap()
    panel = phone.get_by_role("complementary", name="Comments")
    await panel.get_by_role("button", name="Comment on the document").tap()
    await panel.get_by_role("textbox", name=re.compile("^Comment on")).fill("Too cold for June?")
    await phone.keyboard.press("Control+Enter")
    await expect(panel.get_by_role("article")).to_contain_text("Too cold for June?")
    assert await sideways(phone) == []

    anchor = {"path": "/sections/verse-1/lyrics", "start": 0, "stop": 4}
    body = {"anchor": anchor, "text": "This word"}
    assert studio.request("POST", f"/api/v1/documents/{branch['content_id']}/comments", json=body).is_success
    page = await ada.open(review_path(song_id, branch["id"]))
    await page.get_by_role("button", name="Comments, 2 open").click()
    panel = page.get_by_role("complementary", name="Comments")
    await expect(panel).to_contain_text("Lyrics of Verse 1")
    assert await violations(page) == []
    await panel.get_by_role("article").filter(has_text="This word").get_by_role("button").first.click()
    await expect(page).to_have_url(re.compile(f"/branches/{branch['id']}/edit"))
    await expect(page.locator(".comment-mark")).to_have_text(WORDS[:4])


def asked_and_merged(studio: Studio, song_id: str, branch: dict[str, Any], reviewer_id: str) -> None:
    """Ask for a review, withdraw it, and merge the branch as it would be merged by a person."""
    path = f"/api/v1/branches/{branch['id']}"
    for body in ({"action": "request", "reviewers": [reviewer_id]}, {"action": "withdraw"}):
        assert studio.request("POST", f"{path}/review", json=body).is_success
    seen = studio.request("POST", f"{path}/merge/preview", json={}).json()
    positions = {name: seen[name] for name in ("document_position", "branch_position")}
    assert studio.request("POST", f"{path}/merge", json=positions).is_success
    address = f"/api/v1/documents/{song_id}/history?kind=merge"
    wait_until(lambda: len(studio.request("GET", address).json()["items"]) == 1)


async def test_what_became_of_a_branch_stands_in_the_history(person: Invite, studio: Studio) -> None:
    """The merge is one entry that names the branch and its words' authors; reviews and comments lead where they are."""
    song_id = create_song(studio, "Glasshouse Weather", WORDS, bpm=96)
    branch, other = open_branch(studio, song_id, "Darker chorus"), open_branch(studio, song_id, "Lighter bridge")
    mina, ada = await person("Mina Okafor"), await person("Ada Marsh")
    lee = await person("Lee Brandt", "commenter", size=PHONE, touch=True)
    writing = await mina.open(f"{review_path(song_id, branch['id'])}/edit")
    await type_at_end(writing, lyrics(writing), ", again and again")
    await expect_saved(writing)
    asked_and_merged(studio, song_id, branch, str(lee.person_id))
    comment = {"anchor": {"path": "/sections/verse-1/lyrics", "start": 0, "stop": 4}, "text": "Too wet?"}
    assert studio.request("POST", f"/api/v1/documents/{song_id}/comments", json=comment).is_success
    wait_until(lambda: sorted(one["state"] for one in branches(studio, song_id)) == ["merged", "open"])

    page = await ada.open(f"/songs/{song_id}/history")
    entries = page.get_by_role("navigation", name="Timeline")
    await expect(page.get_by_text("1 open, 1 merged")).to_be_visible()
    await expect(page.locator("ins.piece").first).to_have_text(re.compile("again and again"))
    by_mina = page.get_by_role("button", name=re.compile(r"^Mina Okafor, today at .*, on a branch\. Show the merge"))
    await expect(by_mina.first).to_be_visible()
    merged = entries.get_by_role("button", name=re.compile("merged branch Darker chorus: 4 words in Verse 1"))
    await expect(merged).to_have_attribute("aria-current", "true")
    assert await violations(page) == []

    await page.get_by_role("button", name="Everything").click()
    await page.get_by_role("menuitem", name="Reviews").click()
    await expect(
        entries.get_by_role("link", name=re.compile("withdrew the review of branch Darker chorus"))
    ).to_be_visible()
    await expect(entries.get_by_role("link")).to_have_count(4)
    await expect(merged).to_have_count(0)
    await page.get_by_role("button", name="Reviews").click()
    await page.get_by_role("menuitem", name="Comments").click()
    said = entries.get_by_role("link", name=re.compile("commented: “Too wet\\?”"))
    await expect(said).to_be_visible()
    await said.press("Enter")
    await expect(page).to_have_url(re.compile(f"/songs/{song_id}"))
    await expect(page.get_by_role("complementary", name="Comments")).to_contain_text("Too wet?")
    change(studio, song_id, {"bpm": 120})
    await page.go_back()
    await page.get_by_role("button", name="Comments").click()
    await page.get_by_role("menuitem", name="Everything").click()
    await expect(entries.get_by_role("button", name=re.compile("tempo 120"))).to_be_visible()
    await page.get_by_role("button", name="Everything").click()
    await page.get_by_role("menuitem", name="Merges").click()
    await page.get_by_role("link", name="Branch Darker chorus and its review").click()
    await expect(page).to_have_url(re.compile(f"{review_path(song_id, branch['id'])}$"))

    phone = await lee.open(f"/songs/{song_id}/history")
    await expect(phone.get_by_text("1 open, 1 merged")).to_be_visible()
    await expect(phone.get_by_role("button", name=re.compile("merged branch Darker chorus"))).to_be_visible()
    assert await sideways(phone) == []
    assert await small_targets(phone) == []
    await phone.get_by_role("link", name="Branches (2)").tap()
    await expect(phone.get_by_role("link", name=other["name"])).to_be_visible()
