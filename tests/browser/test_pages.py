"""Every page, for everybody: nothing sticks out on a phone, targets can be hit, nothing moves for who asks for calm."""

from __future__ import annotations

import re
from dataclasses import fields
from itertools import pairwise

import pytest
from playwright.async_api import expect

from tests.browser.accessibility import assert_nothing, sideways, small_targets, violations
from tests.browser.bundle import CLIENT
from tests.browser.conftest import Invite
from tests.browser.pages import expect_saved, lyrics
from tests.browser.people import PHONE, ColourScheme, People, invite
from tests.browser.songs import create_song, read
from tests.browser.tour import STOPS, go
from tests.browser.workspace import Workspace, furnish
from tests.studio import Studio

#: CSS pixels a target is high at least for a finger: rows lie closer together than columns.
TOUCH_HIGH_MIN = 40


@pytest.fixture(scope="module")
def workspace(studio: Studio) -> Workspace:
    """Documents of every kind, with content."""
    return furnish(studio)


def test_the_tour_stops_at_every_page() -> None:
    """Whoever adds a page adds it to the tour: each that the client has an address for is looked at."""
    routes = re.findall(r'"(/[^"]*)": \(\) => import\("([^"]+)"\)', (CLIENT / "src" / "app" / "routes.tsx").read_text())
    names = Workspace(**{one.name: one.name for one in fields(Workspace)})
    seen = {
        page
        for stop in STOPS
        for address, page in routes
        if re.fullmatch(re.sub(r":\w+", "[^/]+", address), stop.path(names))
    }
    assert len(routes) > len(seen) > 10
    assert seen == {page for _, page in routes}


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
async def test_axe_finds_nothing_where_nobody_is_signed_in(
    people: People, studio: Studio, colour_scheme: ColourScheme
) -> None:
    """The page of a link, the one of a spent link and the signed-out page are for everybody too."""
    link = invite(studio, "Newcomer", "viewer")["link"].removeprefix(studio.url)
    stranger = await people.stranger(color_scheme=colour_scheme)
    stranger.watch.allow("answer 401")
    found = []
    for path in (link, "/sign-in", "/sign-in?key=never-made", "/people"):
        page = await stranger.open(path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        found += await violations(page)
    assert_nothing({"signed out": found})


async def test_nothing_sticks_out_on_a_phone(person: Invite, workspace: Workspace) -> None:
    """At 390 pixels every page fits sideways, and every control is large enough for a finger."""
    ada = await person("Ada Marsh", size=PHONE, touch=True)
    ada.watch.allow("answer 404: GET .*/nowhere")
    outside, small = {}, {}
    for stop in STOPS:
        page = await ada.open(stop.path(workspace))
        await expect(page.get_by_role("heading", level=1).filter(has_text=stop.heading).first).to_be_attached()
        await expect(page.locator(".skeleton")).to_have_count(0)
        outside[stop.name] = await sideways(page)
        small[stop.name] = await small_targets(page, high=TOUCH_HIGH_MIN)
    assert_nothing(outside)
    assert_nothing(small)


async def test_targets_can_be_hit_with_a_mouse(person: Invite, workspace: Workspace) -> None:
    """No control of any page is smaller than 24 pixels (WCAG 2.5.8), and nothing sticks out of a desktop window."""
    ada = await person("Ada Marsh")
    ada.watch.allow("answer 404: GET .*/nowhere")
    found = {}
    for stop in STOPS:
        page = await go(ada, stop, workspace)
        found[stop.name] = [*await small_targets(page), *await sideways(page)]
    assert_nothing(found)


async def test_a_song_is_written_on_a_phone(person: Invite, studio: Studio) -> None:
    """One column, three views: words are written, a section is added and moved by touch, the style is reached."""
    song_id = create_song(studio, "In the tram", "First words", "Second words")
    ada = await person("Ada Marsh", size=PHONE, touch=True)
    page = await ada.open(f"/songs/{song_id}")
    await expect(lyrics(page)).to_be_editable()
    await lyrics(page).tap()
    await page.keyboard.press("Control+End")
    await page.keyboard.type(" and more")
    views = page.get_by_role("group", name="Show")
    await views.get_by_role("button", name="Arrangement").tap()
    await page.get_by_role("button", name="Move Verse 2 up").tap()
    await views.get_by_role("button", name="Style").tap()
    await expect(page.get_by_role("textbox", name="Prompt")).to_be_visible()
    await views.get_by_role("button", name="Song").tap()
    await expect_saved(page)
    stored = read(studio, song_id)["sections"]
    assert list(stored) == ["verse-2", "verse-1"]
    assert stored["verse-1"]["lyrics"] == "First words and more"


async def test_reduced_motion_is_respected(person: Invite, workspace: Workspace) -> None:
    """Whoever asks for calm gets it: nothing on any page is animated or moves by itself for long."""
    ada = await person("Ada Marsh", reduced_motion=True)
    ada.watch.allow("answer 404: GET .*/nowhere")
    moving = {}
    for stop in STOPS:
        page = await go(ada, stop, workspace)
        moving[stop.name] = await page.evaluate(_MOVING)
    assert_nothing(moving)


async def test_the_lyric_sheet_prints_words_and_nothing_else(person: Invite, workspace: Workspace) -> None:
    """On paper there are the title and every word, and no bar, button or link."""
    ada = await person("Ada Marsh", "viewer")
    page = await ada.open(f"/songs/{workspace.song}/lyrics")
    await page.emulate_media(media="print")
    await expect(page.get_by_role("heading", name="Glasshouse Weather", level=1)).to_be_visible()
    await expect(page.get_by_text("Under the ribs of the dome")).to_be_visible()
    await expect(page.get_by_role("banner")).to_be_hidden()
    for role in ("button", "textbox", "navigation"):
        await expect(page.get_by_role(role).filter(visible=True)).to_have_count(0)
    assert await sideways(page) == []


#: Animations and transitions longer than a blink.
_MOVING = """
() => [...document.querySelectorAll("*")].flatMap((element) => {
  const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
  const seconds = (list) => Math.max(...list.split(",").map(parseFloat));
  const moves = animationName !== "none" && seconds(animationDuration) > 0.05;
  return moves || seconds(transitionDuration) > 0.05
    ? [`${element.tagName} .${element.className} ${animationName} ${animationDuration} ${transitionDuration}`] : [];
}).slice(0, 10)
"""


@pytest.mark.parametrize(("width", "role"), [(390, "viewer"), (768, "editor"), (1280, "editor")])
async def test_the_bar_of_a_document_is_one_row_with_a_title(
    person: Invite, studio: Studio, width: int, role: str
) -> None:
    """However narrow the window and long the title: it can be read, and nothing lies on anything else."""
    song_id = create_song(studio, "Lanterns on the Tideline " * 12, "one two")
    ada = await person("Ada Marsh", role, size=(width, 844), touch=width == 390)
    others = [await person("Mina Okafor"), await person("Ben Ito")]
    for other in others:
        await other.open(f"/songs/{song_id}")
    page = await ada.open(f"/songs/{song_id}")
    await expect(page.get_by_role("group", name="Also here").get_by_role("button")).to_have_count(2)
    boxes = await page.evaluate(
        """() => [".frame__home", ".document-bar__title", ".bar__end", ".bar__after"].map((part) => {
            const { left, right, top, bottom } = document.querySelector(part).getBoundingClientRect();
            return [left, right, top, bottom];
        })"""
    )
    for (_, right, top, bottom), (left, _, next_top, next_bottom) in pairwise(boxes):
        assert right <= left, boxes
        assert max(top, next_top) < min(bottom, next_bottom), boxes
    assert boxes[-1][1] <= width, boxes
    title = page.locator(".document-bar__title span")
    assert await title.evaluate("(span) => span.clientWidth") >= 72, boxes
