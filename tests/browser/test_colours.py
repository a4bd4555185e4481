"""One colour for each person: whoever was met in a song is known by it on every other page, in both themes."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import expect_saved, lyrics, type_at_end
from tests.browser.people import Person
from tests.browser.songs import create_song, open_branch
from tests.studio import Studio

QUINN, ZELDA = "Quinn Xu", "Zelda Voss"
LETTERS = {QUINN: "QX", ZELDA: "ZV"}


def disc(scope: Page | Locator, name: str) -> Locator:
    """Return the first disc of a person in a part of a page."""
    return scope.locator(f'.avatar[data-initials="{LETTERS[name]}"]:visible').first


async def ask(somebody: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the studio as this browser does."""
    answer = await somebody.context.request.post(
        f"{somebody.studio.url}{path}", data=body, headers={"Origin": somebody.studio.url}
    )
    assert answer.ok, await answer.text()
    given: dict[str, Any] = await answer.json()
    return given


async def colours_in_the_song(reader: Page) -> dict[str, str]:
    """Return the colour of each of the two by name, as a third person meets them."""
    here = reader.get_by_role("group", name="Also here")
    carets = reader.locator(".remote-caret")
    await expect(carets).to_have_count(2)
    found = {}
    for name in LETTERS:
        await expect(disc(here, name)).to_be_visible()
        found[name] = await disc(here, name).evaluate("(disc) => getComputedStyle(disc).backgroundColor")
        flag = carets.locator(".remote-caret__name").get_by_text(name)
        await expect(flag).to_have_css("background-color", found[name])
    return found


async def test_a_person_has_one_colour_on_every_page(person: Invite, studio: Studio) -> None:
    """Song, history, blame, comments, review, inbox, People and Share agree, whoever came or wrote first."""
    quinn, zelda = await person(QUINN), await person(ZELDA)
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name\nI read it back")
    song = f"/songs/{song_id}"
    # They come, write and comment in the order in which they were not invited.
    for somebody in (zelda, quinn):
        page = await somebody.open(song)
        await type_at_end(page, lyrics(page), f", says {somebody.name}")
        await expect_saved(page)
    comments = f"/api/v1/documents/{song_id}/comments"
    anchor = {"path": "/sections/verse-1/lyrics"}
    sol = await person("Sol Reyes", colour_scheme="dark")
    thread = await ask(
        zelda, comments, {"anchor": anchor, "text": "@Sol Reyes, warmer?", "mentions": [str(sol.person_id)]}
    )
    await ask(quinn, f"/api/v1/comments/{thread['id']}/replies", {"text": "Warmer.", "mentions": [str(sol.person_id)]})
    branch = open_branch(studio, song_id, "Darker chorus")
    await ask(
        sol, f"/api/v1/branches/{branch['id']}/review",
        {"action": "request", "reviewers": [str(zelda.person_id), str(quinn.person_id)]},
    )  # fmt: skip

    page = await sol.open(song)
    colour = await colours_in_the_song(page)
    assert colour[QUINN] != colour[ZELDA]

    async def agree(scope: Page | Locator) -> None:
        for name in LETTERS:
            await expect(disc(scope, name)).to_have_css("background-color", colour[name])

    await page.get_by_role("button", name=re.compile("^Comments")).click()
    await agree(page.get_by_role("complementary", name="Comments"))
    await page.get_by_role("button", name="Share").click()
    await agree(page.get_by_role("dialog"))
    await page.goto(f"{studio.url}{song}/history")
    await agree(page.get_by_role("navigation", name="Timeline"))
    await page.get_by_role("button", name=re.compile("^Who wrote this")).first.click()
    await agree(page.get_by_role("list", name="Who wrote this"))
    await page.goto(f"{studio.url}{song}/branches/{branch['id']}")
    await agree(page)
    for path in ("/inbox", "/people"):
        await page.goto(f"{studio.url}{path}")
        await agree(page.get_by_role("main"))
    for somebody in (quinn, zelda):
        await expect(disc(somebody.page.get_by_role("button", name=", my menu"), somebody.name)).to_have_css(
            "background-color", colour[somebody.name]
        )
