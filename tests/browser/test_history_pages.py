"""History: who did what, what changed, a version named, brought back and undone; by mouse, by keys, for everybody."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.accessibility import sideways, small_targets, violations
from tests.browser.conftest import Invite
from tests.browser.pages import expect_saved, lyrics, type_at_end
from tests.browser.people import PHONE
from tests.browser.songs import change, create_song, read, wait_until
from tests.studio import Studio


def versions(studio: Studio, song_id: str) -> list[dict[str, Any]]:
    """Return the versions that the studio lists."""
    items: list[dict[str, Any]] = studio.request("GET", f"/api/v1/documents/{song_id}/versions").json()["items"]
    return items


async def written_together(person: Invite, studio: Studio) -> str:
    """Let two people write in a new song, one after the other; returns its id."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name\nI read it back\nslow\n\nand\nso\non")
    for name, words in (("Ada Marsh", " on the window"), ("Mina Okafor", " again")):
        writer = await person(name)
        page = await writer.open(f"/songs/{song_id}")
        await type_at_end(page, lyrics(page), words)
        await expect_saved(page)
        await writer.page.close()
    return song_id


def sitting(page: Page, name: str) -> Any:
    """Return the button of a person's sitting in the timeline."""
    return page.get_by_role("navigation", name="Timeline").get_by_role(
        "button", name=re.compile(f"^{name}.*\\d\\d:\\d\\d")
    )


async def test_a_reviewer_compares_names_restores_and_undoes(person: Invite, studio: Studio) -> None:
    """Two write, a third sees who wrote what, names it, brings an earlier version back, and takes that back."""
    song_id = await written_together(person, studio)
    reviewer = await person("Olu Adeyemi")
    page = await reviewer.open(f"/songs/{song_id}")
    await page.get_by_role("button", name="More for this document").click()
    await page.get_by_role("menuitem", name="History").click()
    await expect(page).to_have_url(re.compile(f"/songs/{song_id}/history$"))
    await sitting(page, "Ada Marsh").click()
    await expect(page).to_have_url(re.compile(r"\?a=\d+&b=\d+$"))
    await expect(page.locator("ins.piece").first).to_contain_text(" on the window")
    await expect(page.get_by_role("button", name=re.compile(r"Ada Marsh, today at \d\d:\d\d"))).to_be_visible()
    await expect(page.get_by_text("again")).to_have_count(0)

    await page.get_by_role("button", name="Name this version").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("Approved draft")
    await dialog.get_by_label("Message").fill("The label is happy.")
    await dialog.get_by_role("button", name="Name it").click()
    marker = page.get_by_role("button", name=re.compile("^Version Approved draft"))
    await expect(marker).to_be_visible()
    # The list follows the log; the page has the answer to its own wish.
    wait_until(lambda: [one["name"] for one in versions(studio, song_id)] == ["Approved draft"])

    before = read(studio, song_id)["sections"]["verse-1"]["lyrics"]
    await page.get_by_role("button", name="Restore", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Verse 1: 1 word is removed from lyrics")
    await dialog.get_by_role("button", name="Restore", exact=True).click()
    await expect(
        page.get_by_role("button", name=re.compile("^Olu Adeyemi restored an earlier version"))
    ).to_be_visible()
    assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == before.removesuffix(" again")
    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(page.get_by_text("What was there before is back.")).to_be_visible()
    assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == before


async def test_one_sitting_is_undone_and_the_rest_stays(person: Invite, studio: Studio) -> None:
    """By keys: U on a sitting, what would change and what stays, Enter; a toast takes it back. On a phone too."""
    for options in ({"colour_scheme": "dark"}, {"size": PHONE}):
        song_id = await written_together(person, studio)
        before = read(studio, song_id)["sections"]["verse-1"]["lyrics"]
        reviewer = await person("Olu Adeyemi", **options)
        page = await reviewer.open(f"/songs/{song_id}/history")
        await sitting(page, "Ada Marsh").focus()
        await page.keyboard.press("u")
        dialog = page.get_by_role("dialog", name="Undo this?")
        await expect(dialog).to_contain_text("what Ada Marsh did")
        await expect(dialog).to_contain_text("Verse 1: 3 words are removed from lyrics")
        assert await violations(page) == []
        assert await sideways(page) == []
        await dialog.get_by_role("button", name="Undo", exact=True).click()
        await expect(page.get_by_text("It was taken back. Everything else stayed.")).to_be_visible()
        assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == before.replace(" on the window", "")
        await page.get_by_role("button", name="Undo", exact=True).click()
        await expect(page.get_by_text("The undo was undone.")).to_be_visible()
        assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == before
        await reviewer.page.close()


async def test_a_link_leads_to_the_same_comparison(person: Invite, studio: Studio) -> None:
    """Positions in the address show that comparison to whoever opens it; the whole version is there to read."""
    song_id = await written_together(person, studio)
    states = [item["last_position"] for item in timeline(studio, song_id)]
    ada = await person("Ola Berg", "viewer")
    page = await ada.open(f"/songs/{song_id}/history?a=0&b={states[1]}")
    await expect(page.get_by_text("Compared with the empty document")).to_be_visible()
    await expect(page.get_by_text("You are a viewer here")).to_be_visible()
    await expect(page.get_by_role("button", name="Restore", exact=True)).to_have_count(0)
    await page.get_by_text("Whole document").click()
    paper = page.get_by_role("article")
    await expect(paper).to_contain_text("on the window")
    await expect(paper).not_to_contain_text("again")
    await page.get_by_role("button", name="Later version").click()
    await expect(paper).to_contain_text("again")
    await expect(page).to_have_url(re.compile(f"b={states[0]}"))
    # The slider goes through every keystroke, and where it rests has an address too.
    await page.get_by_role("slider", name="Version").press("ArrowLeft")
    await expect(page.get_by_text(re.compile("^Amid what Mina Okafor did"))).to_be_visible()
    await expect(paper).to_contain_text("window ag")
    await expect(paper).not_to_contain_text("again")
    await expect(page).to_have_url(re.compile(f"b=(?!{states[0]}(&|$))\\d+"))
    await page.get_by_role("button", name="Later version").click()
    await expect(paper).to_contain_text("again")


async def test_the_timeline_by_keys_and_newer_edits(person: Invite, studio: Studio) -> None:
    """Arrow keys move, Enter compares, V names; edits by others wait until they are asked for."""
    song_id = await written_together(person, studio)
    reviewer = await person("Olu Adeyemi")
    page = await reviewer.open(f"/songs/{song_id}/history")
    await sitting(page, "Mina Okafor").focus()
    await page.keyboard.press("ArrowDown")
    await expect(sitting(page, "Ada Marsh")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(sitting(page, "Ada Marsh")).to_have_attribute("aria-current", "true")
    await page.keyboard.press("v")
    await expect(page.get_by_role("dialog", name="Name this version")).to_contain_text("how Ada Marsh left it")
    await page.keyboard.press("Escape")
    shown = await page.locator("[data-entry]").count()
    change(studio, song_id, {"bpm": 101})
    await expect(page.get_by_text("1 newer edit")).to_be_visible()
    assert await page.locator("[data-entry]").count() == shown
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.get_by_text("1 newer edit")).to_have_count(0)
    await expect(page.get_by_role("navigation", name="Timeline")).to_contain_text("empo 101")


async def test_what_was_written_between_two_visits_is_there_at_the_second(person: Invite, studio: Studio) -> None:
    """Whoever comes back sees what others did meanwhile without asking: nobody counted it for them."""
    song_id = await written_together(person, studio)
    reviewer = await person("Olu Adeyemi")
    page = await reviewer.open(f"/songs/{song_id}")
    await page.get_by_role("button", name="More for this document").click()
    await page.get_by_role("menuitem", name="History").click()
    timeline = page.get_by_role("navigation", name="Timeline")
    await expect(timeline).to_contain_text("Mina Okafor")
    seen_at = await page.evaluate("performance.now()")
    await page.go_back()
    await expect(lyrics(page)).to_be_editable()
    change(studio, song_id, {"bpm": 101})
    # What was asked for a moment ago counts as new.
    await page.wait_for_function("(seen) => performance.now() - seen > 2500", arg=seen_at)
    await page.go_forward()
    await expect(timeline).to_contain_text("empo 101")
    await expect(page.get_by_text("newer edit")).to_have_count(0)


async def test_history_is_for_everybody(person: Invite, studio: Studio) -> None:
    """No breach of the rules in either theme; on a phone the timeline comes first and nothing sticks out."""
    song_id = await written_together(person, studio)
    for scheme in ("light", "dark"):
        reader = await person("Ruth Osei", colour_scheme=scheme)
        page = await reader.open(f"/songs/{song_id}/history")
        await expect(page.locator("ins.piece").first).to_be_visible()
        assert await violations(page) == []
        await page.get_by_role("button", name=re.compile("^Who wrote this")).click()
        await expect(page.locator(".blame__run").first).to_be_visible()
        assert await violations(page) == []
        await page.get_by_text("Whole document").click()
        await expect(page.get_by_role("article")).to_be_visible()
        assert await violations(page) == []
        assert await small_targets(page) == []
    visitor = await person("Pim Vos", size=PHONE, touch=True, reduced_motion=True)
    page = await visitor.open(f"/songs/{song_id}/history")
    await sitting(page, "Ada Marsh").tap()
    await expect(page.locator("ins.piece").first).to_be_visible()
    await expect(page.get_by_role("navigation", name="Timeline")).to_be_hidden()
    assert await sideways(page) == []
    await page.get_by_role("button", name="Timeline").tap()
    await expect(sitting(page, "Ada Marsh")).to_be_visible()
    assert await sideways(page) == []


def timeline(studio: Studio, song_id: str) -> list[dict[str, Any]]:
    """Return the sittings, the newest first."""
    items: list[dict[str, Any]] = studio.request("GET", f"/api/v1/documents/{song_id}/history?kind=edit").json()[
        "items"
    ]
    return items
