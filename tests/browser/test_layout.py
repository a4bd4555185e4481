"""What stands on a page stays where it is: answers that come late push nothing aside, values have the room there is."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Invite
from tests.browser.songs import create, create_song, open_branch, render
from tests.studio import Studio

#: Adds up how far things moved by themselves: https://web.dev/articles/cls.
_WATCH = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
#: What is shifted is seen once the frame after it is over.
_SHIFTED = """
() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(window.shifted))))
"""
#: Far below what a person sees as a jump; a line that is pushed down is more.
SHIFT_MAX = 0.004
#: Longer than all the others take together.
HELD_SECONDS = 1.0


@pytest.mark.parametrize("late", ["takes", "me", "branches", "members"])
async def test_what_comes_late_pushes_nothing_aside(person: Invite, studio: Studio, late: str) -> None:
    """Whichever answer comes last, long after the others: what was there already has not moved."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name")
    open_branch(studio, song_id, "Faster")
    render(studio, song_id)
    ada = await person("Ada Marsh", "owner", size=(1024, 768))
    page = await ada.new_tab("/settings")
    await page.add_init_script(_WATCH)

    async def hold(route: Route) -> None:
        await asyncio.sleep(HELD_SECONDS)
        await route.continue_()

    await page.route(re.compile(rf"/api/v1/.*\b{late}\b"), hold)
    seen = {
        f"/songs/{song_id}/studio": page.locator(".takes"),
        f"/songs/{song_id}/history": page.locator(".document-branches"),
        "/people": page.get_by_text("What roles allow"),
    }
    for path, last in seen.items():
        await page.goto(f"{studio.url}{path}")
        await expect(last).to_be_visible()
        await page.wait_for_load_state("networkidle")
        assert await page.evaluate(_SHIFTED) < SHIFT_MAX, path


async def test_cards_show_values_whole(person: Invite, studio: Studio) -> None:
    """A value that is longer than its box goes on in the next line; below its first line a card is as wide as it is."""
    secrets = "taught the gulls a forbidden tune, and the harbour master's daughter the words"
    world = {"entities": {"ilse": {"name": "Ilse", "kind": "character", "pos": "01V", "traits": {"secrets": secrets}}}}
    world_id = create(studio, "world", "The Saltglass Coast", world)
    page = await (await person("Ada Marsh", size=(1440, 900))).open(f"/worlds/{world_id}")
    value = page.get_by_role("textbox", name="secrets")
    await expect(value).to_have_value(secrets)
    assert await value.evaluate("(box) => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight")
    card = await page.locator(".entry-list__item").first.bounding_box()
    description = await page.get_by_role("textbox", name="Description").last.bounding_box()
    assert card is not None
    assert description is not None
    assert card["x"] + card["width"] - description["x"] - description["width"] < 40


@pytest.mark.parametrize("width", [1360, 1024])
async def test_no_dot_stands_at_the_start_of_a_line_of_totals(person: Invite, studio: Studio, width: int) -> None:
    """What a song adds up to wraps where it must: the dots between are between, or cut off as a whole."""
    song_id = create_song(studio, "Glasshouse Weather", *[f"{'Rain ' * 200}" for _ in range(12)])
    ada = await person("Ada Marsh", size=(width, 860))
    page = await ada.open(f"/songs/{song_id}")
    await expect(page.locator(".song-totals > *")).to_have_count(4)
    dots = await page.locator(".song-totals").evaluate(_DOTS)
    assert len({top for top, _ in dots}) > 1, "it does not wrap, and shows nothing"
    firsts = dict(reversed(dots))
    assert all(end < 0.1 for end in firsts.values()), dots


#: Of each of the totals: its top, and how far into what is seen the dot before it reaches, in pixels.
_DOTS = """
(list) => [...list.children].map((one) => {
  const { right, translate, width } = getComputedStyle(one, "::before");
  const moved = translate === "none" ? 0 : (parseFloat(translate) / 100) * parseFloat(width);
  const box = one.getBoundingClientRect();
  return [box.top, box.right - parseFloat(right) + moved - list.getBoundingClientRect().left];
})
"""
