"""Hard use of the editor: no storage, no cookies, huge and strange texts, a wrong clock, fingers that drag."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import expect_order, expect_saved, expect_words, field, lyrics, row, type_at_end
from tests.browser.people import PHONE, People
from tests.browser.songs import create_song, read
from tests.studio import Studio

#: A browser that forbids storage altogether, as private windows and strict settings do.
NO_STORAGE = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}
IDBFactory.prototype.open = () => { throw new DOMException("denied", "SecurityError"); };
LockManager.prototype.request = () => Promise.reject(new DOMException("denied", "SecurityError"));
"""
#: A browser that keeps no cookies says so.
NO_COOKIES = 'Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false });'
#: Pastes a text into what has the focus, as Ctrl+V does.
PASTE = """
(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}
"""
#: As many characters as one text may hold.
TEXT_CHARS_MAX = 200_000
STRANGE = "雪の台所\nשלום עולם, مرحبا\n👩‍👩‍👧‍👦 e\u0301 🏳️‍🌈\u202e reversed\u202c\nนี่คือบทเพลง\n"


async def test_a_browser_that_keeps_nothing_says_so_and_works(person: Invite, studio: Studio) -> None:
    """Without any storage one writes and saves; offline one is told to leave the tab open, and nothing is lost."""
    song_id = create_song(studio, "Private window", "Rain")
    ada = await person("Ada Marsh")
    await ada.context.add_init_script(NO_STORAGE)
    page = await ada.open(f"/songs/{song_id}")
    await type_at_end(page, lyrics(page), " on")
    await expect_saved(page)
    await ada.set_offline(True)
    await expect(page.get_by_role("button", name="Offline")).to_be_visible()
    await type_at_end(page, lyrics(page), " the glass")
    await expect(page.get_by_role("button", name="1 edit only in this tab")).to_be_visible()
    await expect(page.get_by_text("this browser keeps nothing. Leave this tab open")).to_be_visible()
    await ada.set_offline(False)
    await expect_saved(page)
    assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == "Rain on the glass"


async def test_a_browser_without_cookies_is_told_so(people: People) -> None:
    """Nobody can stay signed in there: the page names the cookies before another link is spent."""
    stranger = await people.stranger()
    stranger.watch.allow("answer 401")
    await stranger.context.add_init_script(NO_COOKIES)
    page = await stranger.open("/")
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    await expect(page.get_by_text("This browser keeps no cookies for this site")).to_be_visible()


async def test_a_text_as_long_as_may_be_is_pasted_and_one_more_is_not(person: Invite, studio: Studio) -> None:
    """200,000 characters in every script arrive whole and are seen by the other; more is kept out and said."""
    song_id = create_song(studio, "Epic", "")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    page, theirs = await ada.open(f"/songs/{song_id}"), await mina.open(f"/songs/{song_id}")
    long = (STRANGE * (TEXT_CHARS_MAX // (len(STRANGE) + 6)))[:190_000]
    await lyrics(page).click()
    await page.evaluate(PASTE, long)
    await expect_saved(page)
    await expect(lyrics(theirs)).to_contain_text("雪の台所")
    assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == long
    await page.evaluate(PASTE, "x" * TEXT_CHARS_MAX)
    await expect(page.get_by_text("Nothing was added.")).to_be_visible()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("First ")
    await expect_saved(page)
    assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == f"First {long}"


async def test_garbage_in_a_line_is_cut_to_size_or_explained(person: Invite, studio: Studio) -> None:
    """A page of text in a title is explained and not shared; strange characters are, as they are."""
    song_id = create_song(studio, "Short", "Rain")
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}")
    title = field(page, "Title")
    await title.fill("Many words " * 500)
    await title.press("Enter")
    await expect(title).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_text("too long")).to_be_visible()
    assert read(studio, song_id)["title"] == "Short"
    await title.fill("  <script>alert('no')</script> שלום 雪\n👩‍👩‍👧‍👦 ")
    await title.press("Enter")
    await expect_saved(page)
    assert read(studio, song_id)["title"] == "<script>alert('no')</script> שלום 雪 👩‍👩‍👧‍👦"
    for tempo in ("1e3", "-5", "twelve", "٣٣", "99.5"):
        await field(page, "Tempo").fill(tempo)
        await field(page, "Tempo").press("Enter")
        await expect(field(page, "Tempo")).to_have_attribute("aria-invalid", "true")
        await field(page, "Tempo").press("Escape")
    assert read(studio, song_id)["bpm"] == 120


async def test_three_hundred_sections_are_written_in_at_the_end(person: Invite, studio: Studio) -> None:
    """The last of 300 sections is reached from the arrangement, written in, and moved, and the other sees it."""
    song_id = create_song(studio, "Marathon", *(f"Line {number}" for number in range(1, 301)))
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor", "viewer")
    page, theirs = await ada.open(f"/songs/{song_id}"), await mina.open(f"/songs/{song_id}")
    for one in (page, theirs):
        await expect(one.locator("[data-row]")).to_have_count(300)
        await row(one, "verse-300").get_by_role("button").first.click()
    await type_at_end(page, lyrics(page, "verse-300"), " at last")
    await page.keyboard.press("Alt+ArrowUp")
    for one in (page, theirs):
        await expect_words(one, "verse-300", "Line 300 at last")
        await expect(one.locator("[data-row]").nth(298)).to_have_attribute("data-row", "verse-300")
    await expect_saved(page)
    stored = read(studio, song_id)["sections"]
    assert stored["verse-300"]["lyrics"] == "Line 300 at last"
    assert list(stored)[-2:] == ["verse-300", "verse-299"]


@pytest.mark.parametrize("days", [-400, 400])
async def test_a_clock_that_is_wrong_by_a_year_harms_nothing(person: Invite, studio: Studio, days: int) -> None:
    """One writes offline, closes and comes back with a wrong clock: everything merges, the library has no NaN."""
    song_id = create_song(studio, "Time traveller", "Rain")
    ada = await person("Ada Marsh")
    await ada.context.add_init_script(f"{{ const now = Date.now; Date.now = () => now() + {days} * 86_400_000; }}")
    page = await ada.open(f"/songs/{song_id}")
    await expect(lyrics(page)).to_be_editable()
    await ada.set_offline(True)
    await expect(page.get_by_role("button", name="Offline")).to_be_visible()
    await type_at_end(page, lyrics(page), " tomorrow")
    await expect(page.get_by_role("button", name="kept here")).to_be_visible()
    await page.close()
    await ada.set_offline(False)
    page = await ada.open("/")
    await expect(page.get_by_role("link", name="Time traveller").first).to_be_visible()
    assert "NaN" not in await page.inner_text("main")
    await page.goto(f"{studio.url}/songs/{song_id}")
    await expect_words(page, "verse-1", "Rain tomorrow")
    await expect_saved(page)


async def drag_by_finger(page: Page, moved: str, onto: str) -> None:
    """Drag a row by its grip with one finger, below another row."""
    grip = await row(page, moved).locator("[data-grip]").bounding_box()
    target = await row(page, onto).bounding_box()
    assert grip is not None
    assert target is not None
    finger = await page.context.new_cdp_session(page)
    x, start, end = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2, target["y"] + target["height"] - 3
    for kind, y in [("touchStart", start), *(("touchMove", start + (end - start) * step / 8) for step in range(1, 9))]:
        await finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    await finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def test_sections_are_dragged_by_a_finger(person: Invite, studio: Studio) -> None:
    """On a phone the grip of a row drags it, and lands where the finger leaves."""
    song_id = create_song(studio, "On the tram", "One", "Two", "Three")
    ada = await person("Ada Marsh", size=PHONE, touch=True)
    page = await ada.open(f"/songs/{song_id}")
    await page.get_by_role("group", name="Show").get_by_role("button", name="Arrangement").tap()
    await expect(row(page, "verse-1")).to_be_visible()
    await drag_by_finger(page, "verse-1", "verse-3")
    await expect_order(page, "verse-2", "verse-3", "verse-1")
    await expect_saved(page)
    assert list(read(studio, song_id)["sections"]) == ["verse-2", "verse-3", "verse-1"]


async def test_escape_lets_a_dragged_section_stay(person: Invite, studio: Studio) -> None:
    """Whoever changes their mind in the middle of a drag presses Escape: nothing moves, nothing is shared."""
    song_id = create_song(studio, "Never mind", "One", "Two", "Three")
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}")
    await expect(lyrics(page)).to_be_editable()
    grip = await row(page, "verse-1").locator("[data-grip]").bounding_box()
    target = await row(page, "verse-3").bounding_box()
    assert grip is not None
    assert target is not None
    await page.mouse.move(grip["x"] + 4, grip["y"] + 4)
    await page.mouse.down()
    await page.mouse.move(target["x"] + 40, target["y"] + target["height"] - 3, steps=8)
    await expect(page.locator("[data-row][data-dragged]")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-row][data-dragged]")).to_have_count(0)
    await page.mouse.up()
    await expect_order(page, "verse-1", "verse-2", "verse-3")
    assert list(read(studio, song_id)["sections"]) == ["verse-1", "verse-2", "verse-3"]
