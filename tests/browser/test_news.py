"""News at the edge of a page: one width, above the bars, gone by themselves or with their page; titles stay short."""

from __future__ import annotations

import os
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.accessibility import sideways, violations
from tests.browser.conftest import Invite
from tests.browser.people import PHONE
from tests.browser.songs import create_song, open_branch, render
from tests.studio import Studio

LONG = "The Very Long Song About Everything That Ever Happened In The Glasshouse " * 5


def toasts(page: Page) -> Locator:
    """Return the toasts of a page."""
    return page.locator(".toast")


async def trash(page: Page, title: str) -> None:
    """Move a document of the library to the trash."""
    await page.get_by_role("button", name=f"More about {title}").click()
    await page.get_by_role("menuitem", name="Move to the trash").click()


async def boxes(found: Locator) -> list[dict[str, Any]]:
    """Return where elements are, once nothing moves them any more."""
    await found.first.evaluate("one => Promise.all(one.getAnimations().map(({finished}) => finished))")
    where: list[dict[str, Any]] = await found.evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().toJSON())"
    )
    return where


async def photograph(page: Page, name: str) -> None:
    """Leave a picture where somebody asked for pictures."""
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")


async def test_toasts_line_up_are_reached_by_key_and_go_by_themselves(person: Invite, studio: Studio) -> None:
    """At most three of one width; F8 leads to the newest, which then waits; without that each goes, Undo or not."""
    titles = [f"Drey {number}" for number in range(3)] + [LONG[:300]]
    for title in titles:
        create_song(studio, title, "la")
    ada = await person("Ada Marsh")
    page = ada.page
    await page.clock.install()
    await page.goto(f"{studio.url}/")
    for title in titles:
        await trash(page, title.strip())
        await expect(toasts(page).filter(has_text=title[:20])).to_be_visible()
    await expect(toasts(page)).to_have_count(3)
    where = await boxes(toasts(page))
    assert len({(box["left"], box["width"]) for box in where}) == 1
    assert where[-1]["height"] < 75, "a long title takes two lines at most"
    await photograph(page, "toasts")
    await page.keyboard.press("F8")
    await expect(toasts(page).last.get_by_role("button", name="Undo")).to_be_focused()
    await page.clock.run_for(30_000)
    await expect(toasts(page)).to_have_count(3)
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(toasts(page)).to_have_count(2)
    await page.clock.run_for(10_500)
    await expect(toasts(page)).to_have_count(0)


async def test_toasts_stand_above_the_bar_at_the_bottom(person: Invite, studio: Studio) -> None:
    """On a phone neither the decision about a branch nor the player is covered; what belongs to a page goes with it."""
    song_id = create_song(studio, "Lanternfish", "la")
    branch = open_branch(studio, song_id, "Darker")
    render(studio, song_id)
    ines = await person("Ines Cardoso", "editor", size=PHONE, touch=True, colour_scheme="dark")
    page = await ines.open(f"/songs/{song_id}/studio")
    await expect(page.get_by_role("button", name="Play Take 1")).to_be_visible()
    render(studio, song_id)
    await page.get_by_role("button", name="More about Take 2").tap()
    await page.get_by_role("menuitem", name="Delete").tap()
    await expect(toasts(page)).to_have_count(1)
    (toast,) = await boxes(toasts(page))
    (player,) = await boxes(page.locator(".studio__player"))
    await photograph(page, "toast-studio-phone")
    assert toast["bottom"] <= player["top"]
    assert await sideways(page) == []
    await page.get_by_role("link", name="Lanternfish").first.tap()
    await expect(page.get_by_role("heading", name="Sections")).to_be_attached()
    await expect(toasts(page)).to_have_count(0)

    branch_id = branch["id"]
    members = studio.request("GET", "/api/v1/members", role="owner").json()["items"]
    reviewer = next(one["person_id"] for one in members if one["name"] == "Ines Cardoso")
    asked = {"action": "request", "reviewers": [reviewer]}
    answer = studio.request("POST", f"/api/v1/branches/{branch_id}/review", json=asked)
    assert answer.is_success, answer.text
    await page.goto(f"{studio.url}/songs/{song_id}/branches/{branch_id}")
    await page.get_by_role("button", name="Approve").tap()
    await page.get_by_role("dialog").get_by_role("button", name="Approve").tap()
    await expect(toasts(page)).to_have_count(1)
    (toast,) = await boxes(toasts(page))
    (bar,) = await boxes(page.locator(".decision-bar"))
    await photograph(page, "toast-review-phone")
    assert toast["bottom"] <= bar["top"]


async def test_a_long_title_is_one_line_in_the_palette(person: Invite, studio: Studio) -> None:
    """A title of 300 letters takes the room of a short one, and says all of itself to who points at it."""
    title = ("Quokka " + LONG)[:300].strip()
    create_song(studio, title, "la")
    ada = await person("Ada Marsh")
    page = await ada.open("/")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("quokka")
    found = page.get_by_role("menuitem").filter(has_text=title[:60])
    await expect(found).to_be_visible()
    (box,) = await boxes(found)
    assert box["height"] <= 48
    await expect(found.locator(".palette__name")).to_have_attribute("title", title)
    await photograph(page, "palette")
