"""What is pressed twice before anything can be drawn in between is asked for once, and nothing is said to be wrong."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Invite
from tests.browser.songs import change, create_song, open_branch, read, read_branch
from tests.studio import Studio

WORDS = "Rain writes its name\nI read it back slow"


class Requests:
    """What a page has asked of the studio at one kind of address."""

    def __init__(self, page: Page, ending: str) -> None:
        self.sent: list[str] = []
        self._ending = ending
        page.on("request", lambda one: self._note(one.method, one.url))

    def _note(self, method: str, url: str) -> None:
        if method == "POST" and url.endswith(self._ending):
            self.sent.append(url)


async def press_twice(button: Locator) -> None:
    """Press a button twice at once."""
    await expect(button).to_be_enabled()
    await button.evaluate("button => { button.click(); button.click(); }")


async def expect_done(page: Page, words: str) -> None:
    """Wait until the page says it was done, and see that no news says that something went wrong."""
    await expect(page.locator(".toast").filter(has_text=words)).to_be_visible()
    await expect(page.locator(".toast--danger, .toast--warning")).to_have_count(0)


async def test_restore_and_undo(person: Invite, studio: Studio) -> None:
    """Bringing a version back, taking a sitting back, and taking each of these back: one edit a double click."""
    song_id = create_song(studio, "Glasshouse Weather", WORDS, bpm=96)
    earlier = read(studio, song_id)["position"]
    change(studio, song_id, {"bpm": 120})
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}/history?a=0&b={earlier}")
    reverts = Requests(page, "/revert")
    undo_toast = page.locator(".toast").get_by_role("button", name="Undo", exact=True)
    await page.get_by_role("button", name="Restore", exact=True).click()
    await press_twice(page.get_by_role("dialog").get_by_role("button", name="Restore", exact=True))
    await expect_done(page, "The version was restored.")
    assert (len(reverts.sent), read(studio, song_id)["bpm"]) == (1, 96)
    await press_twice(undo_toast)
    await expect_done(page, "What was there before is back.")
    assert (len(reverts.sent), read(studio, song_id)["bpm"]) == (2, 120)

    entries = page.get_by_role("navigation", name="Timeline")
    sitting = entries.get_by_role("button", name=re.compile("empo .*120")).last
    await sitting.focus()
    await page.keyboard.press("u")
    dialog = page.get_by_role("dialog", name="Undo this?")
    await press_twice(dialog.get_by_role("button", name="Undo", exact=True))
    await expect_done(page, "It was taken back. Everything else stayed.")
    assert len(reverts.sent) == 3
    await press_twice(undo_toast)
    await expect_done(page, "The undo was undone.")
    assert len(reverts.sent) == 4


async def test_decisions_about_a_branch(person: Invite, studio: Studio) -> None:
    """Request changes, approve, close and open again: one request each."""
    song_id = create_song(studio, "Glasshouse Weather", WORDS, bpm=96)
    branch = open_branch(studio, song_id, "Darker chorus")
    change(studio, branch["content_id"], {"bpm": 84})
    wim = await person("Wim Sandvik")
    body = {"action": "request", "reviewers": [str(wim.person_id)]}
    path = f"/api/v1/branches/{branch['id']}"
    assert studio.request("POST", f"{path}/review", json=body).is_success
    page = await wim.open(f"/songs/{song_id}/branches/{branch['id']}")
    decisions = Requests(page, "/review")
    for name, words, verdict in (
        ("Request changes", "You asked for changes.", "changes_requested"),
        ("Approve", "You approved this.", "approved"),
    ):
        await page.get_by_role("button", name=name, exact=True).click()
        dialog = page.get_by_role("dialog", name=name)
        await dialog.get_by_role("textbox").fill("Slower.")
        before = len(decisions.sent)
        await press_twice(dialog.get_by_role("button", name=name))
        await expect(page.get_by_role("group", name="Your decision").get_by_role("status")).to_have_text(words)
        await expect(dialog).to_have_count(0)
        assert len(decisions.sent) == before + 1
        assert [one["verdict"] for one in read_branch(studio, branch["id"])["review"]["verdicts"]] == [verdict]
    for name, ending, state in (("Close without merging", "/close", "closed"), ("Open again", "/reopen", "open")):
        asked = Requests(page, ending)
        await page.get_by_role("button", name="More for this branch").click()
        await press_twice(page.get_by_role("menuitem", name=name))
        heading = "Closed" if state == "closed" else "Merge"
        await expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        assert (len(asked.sent), read_branch(studio, branch["id"])["state"]) == (1, state)
    await expect(page.locator(".toast--danger, .toast--warning")).to_have_count(0)
