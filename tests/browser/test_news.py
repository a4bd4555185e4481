"""News at the edge of a page: one width, above the bars, on no button, gone by themselves; titles stay short."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.accessibility import sideways, violations
from tests.browser.conftest import Invite
from tests.browser.people import DESKTOP, PHONE, Person
from tests.browser.songs import change, create_song, open_branch, render
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
    assert toast["bottom"] <= player["top"]
    assert await sideways(page) == []
    await page.get_by_role("link", name="Lanternfish").first.tap()
    await expect(page.get_by_role("heading", name="Sections")).to_be_attached()
    await expect(toasts(page)).to_have_count(0)

    await page.goto(f"{studio.url}{await asked_to_review(ines, song_id)}")
    await expect(page.get_by_role("button", name="Approve")).to_be_visible()
    (region,), (bar,) = await boxes(page.locator(".toasts")), await boxes(page.locator(".decision-bar"))
    assert region["bottom"] <= bar["top"]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_what_one_decided_is_said_where_it_covers_nothing(
    person: Invite, studio: Studio, size: tuple[int, int]
) -> None:
    """A verdict is said in the bar it was given in, and who asked reads so in the card: no toast lies on Merge."""
    song_id = create_song(studio, "Lanternfish", "la", bpm=96)
    ines = await person("Ines Cardoso", "editor", size=size)
    page = await ines.open(await asked_to_review(ines, song_id))
    decision = page.get_by_role("group", name="Your decision")
    for button, words in (("Request changes", "You asked for changes."), ("Approve", "You approved this.")):
        await decision.get_by_role("button", name=button).click()
        await page.get_by_role("dialog").get_by_role("textbox").fill("The last line hangs in the air.")
        await page.get_by_role("dialog").get_by_role("button", name=button).click()
        await expect(decision.get_by_role("status")).to_have_text(words)
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(toasts(page)).to_have_count(0)
    assert await sideways(page) == []
    # Somebody else is asked: what became of it is in the card.
    await person("Olu Adeyemi", "editor", size=size)
    await page.reload()
    await page.get_by_role("button", name="Ask others").click()
    await page.get_by_role("dialog").get_by_text("Olu Adeyemi").last.click()
    await page.get_by_role("dialog").get_by_role("button", name="Request review").click()
    await expect(page.get_by_text("They see it among their reviews now.")).to_be_visible()
    await expect(toasts(page)).to_have_count(0)


async def asked_to_review(reviewer: Person, song_id: str) -> str:
    """Have somebody asked to look at a new branch with a change in it; returns the path of its page."""
    studio = reviewer.studio
    branch = open_branch(studio, song_id, "Darker")
    change(studio, branch["content_id"], {"bpm": 84})
    asked = {"action": "request", "reviewers": [str(reviewer.person_id)]}
    answer = studio.request("POST", f"/api/v1/branches/{branch['id']}/review", json=asked)
    assert answer.is_success, answer.text
    return f"/songs/{song_id}/branches/{branch['id']}"


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
