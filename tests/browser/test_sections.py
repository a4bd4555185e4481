"""Sections of a song: moved by buttons, keys and mouse while others write in them; added, removed, brought back."""

from __future__ import annotations

import asyncio

from playwright.async_api import Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import expect_order, expect_saved, expect_words, lyrics, row, section, type_at_end
from tests.browser.people import Person
from tests.browser.songs import create_song, read
from tests.studio import Studio


async def two_in(studio: Studio, person: Invite) -> tuple[Person, Person, str]:
    """Let Ada and Mina open one new song of three verses; returns them and its id."""
    song_id = create_song(studio, "Glasshouse Weather", "First words", "Second words", "Third words")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    for somebody in (ada, mina):
        await somebody.open(f"/songs/{song_id}")
        await expect_order(somebody.page, "verse-1", "verse-2", "verse-3")
        await expect(lyrics(somebody.page)).to_be_editable()
    return ada, mina, song_id


async def expect_stored(studio: Studio, song_id: str, *order: str) -> None:
    """The studio keeps the sections in this order too."""
    assert list(read(studio, song_id)["sections"]) == list(order)


async def drag(page: Page, moved: str, onto: str) -> None:
    """Drag a row of the arrangement by its grip below another row, as a hand with a mouse does."""
    grip = await row(page, moved).locator("[data-grip]").bounding_box()
    target = await row(page, onto).bounding_box()
    assert grip is not None
    assert target is not None
    await page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(grip["x"] + 6, grip["y"] + 20, steps=4)
    await page.mouse.move(target["x"] + 40, target["y"] + target["height"] - 3, steps=8)
    await page.mouse.up()


async def test_sections_move_by_buttons_and_keys(person: Invite, studio: Studio) -> None:
    """The buttons of a row, Alt with an arrow on the row, and Alt with an arrow in the words all move a section."""
    ada, mina, song_id = await two_in(studio, person)
    await row(ada.page, "verse-3").hover()
    await row(ada.page, "verse-3").get_by_role("button", name="Move Verse 3 up").click()
    await expect_order(mina.page, "verse-1", "verse-3", "verse-2")
    await row(ada.page, "verse-1").get_by_role("button").first.focus()
    await ada.page.keyboard.press("Alt+ArrowDown")
    await expect_order(mina.page, "verse-3", "verse-1", "verse-2")
    await expect(row(ada.page, "verse-1").get_by_role("button").first).to_be_focused()
    await expect(ada.page.get_by_role("status").filter(has_text="Verse 1 is now 2 of 3")).to_be_attached()
    await lyrics(ada.page, "verse-2").click()
    await ada.page.keyboard.press("Alt+ArrowUp")
    await expect_order(mina.page, "verse-3", "verse-2", "verse-1")
    await expect(lyrics(ada.page, "verse-2")).to_be_focused()
    await expect_saved(ada.page)
    await expect_stored(studio, song_id, "verse-3", "verse-2", "verse-1")


async def test_sections_move_by_mouse(person: Invite, studio: Studio) -> None:
    """A row dragged by its grip lands where it was let go, on both screens and in the studio."""
    ada, mina, song_id = await two_in(studio, person)
    await drag(ada.page, "verse-1", "verse-3")
    for somebody in (ada, mina):
        await expect_order(somebody.page, "verse-2", "verse-3", "verse-1")
    await expect_saved(ada.page)
    await expect_stored(studio, song_id, "verse-2", "verse-3", "verse-1")


async def test_moving_a_section_loses_nothing_of_what_is_typed_in_it(person: Invite, studio: Studio) -> None:
    """One moves a section again and again while the other types in it: every letter is there, the caret stayed."""
    ada, mina, song_id = await two_in(studio, person)
    words = " and not a single letter of this gets lost"
    await lyrics(mina.page, "verse-2").click()
    await mina.page.keyboard.press("Control+End")

    async def move_about() -> None:
        button = row(ada.page, "verse-2").get_by_role("button").first
        for key in ("Alt+ArrowUp", "Alt+ArrowDown", "Alt+ArrowDown", "Alt+ArrowUp", "Alt+ArrowUp"):
            await button.focus()
            await ada.page.keyboard.press(key)

    await asyncio.gather(mina.page.keyboard.type(words, delay=20), move_about())
    for somebody in (ada, mina):
        await expect_words(somebody.page, "verse-2", f"Second words{words}")
        await expect_order(somebody.page, "verse-2", "verse-1", "verse-3")
        await expect_saved(somebody.page)
    await expect(lyrics(mina.page, "verse-2")).to_be_focused()
    stored = read(studio, song_id)["sections"]
    assert stored["verse-2"]["lyrics"] == f"Second words{words}"
    assert list(stored) == ["verse-2", "verse-1", "verse-3"]


async def test_two_people_move_different_sections_at_once(person: Invite, studio: Studio) -> None:
    """Moves of two people at the same time end in one order that both see."""
    ada, mina, song_id = await two_in(studio, person)
    await row(ada.page, "verse-3").get_by_role("button").first.focus()
    await row(mina.page, "verse-1").get_by_role("button").first.focus()
    await asyncio.gather(ada.page.keyboard.press("Alt+ArrowUp"), mina.page.keyboard.press("Alt+ArrowDown"))
    for somebody in (ada, mina):
        await expect_saved(somebody.page)
    order = list(read(studio, song_id)["sections"])
    assert sorted(order) == ["verse-1", "verse-2", "verse-3"]
    for somebody in (ada, mina):
        await expect_order(somebody.page, *order)


async def test_a_section_is_added_copied_removed_and_brought_back(person: Invite, studio: Studio) -> None:
    """What is removed can be brought back with all it held, also what the other wrote in it until then."""
    ada, mina, song_id = await two_in(studio, person)
    await lyrics(ada.page, "verse-3").click()
    await ada.page.keyboard.press("Control+Enter")
    await expect(mina.page.locator("[data-section]")).to_have_count(4)
    await ada.page.keyboard.type("Fourth words")
    await expect(mina.page.get_by_text("Fourth words")).to_be_visible()
    await type_at_end(mina.page, lyrics(mina.page, "verse-2"), " and more")
    await expect(lyrics(ada.page, "verse-2")).to_contain_text("and more")
    await section(ada.page, "verse-2").get_by_role("button", name="More about Verse 2").click()
    await ada.page.get_by_role("menuitem", name="Remove").click()
    await expect(section(mina.page, "verse-2")).to_have_count(0)
    await ada.page.get_by_role("button", name="Undo").filter(visible=True).last.click()
    await expect(lyrics(mina.page, "verse-2")).to_contain_text("Second words and more")
    await expect_saved(ada.page)
    assert read(studio, song_id)["sections"]["verse-2"]["chords"]


async def test_the_message_of_a_removal_goes_when_the_removal_is_undone_by_keys(person: Invite, studio: Studio) -> None:
    """Its button would undo nothing any more; whoever was at it goes on where they were before."""
    song_id = create_song(studio, "Glasshouse Weather", "First words", "Second words")
    page = await (await person()).open(f"/songs/{song_id}")
    message = page.get_by_role("region", name="News").get_by_text("Verse 2 removed.")
    for way in ("Control+z", "F8 Control+z"):
        await section(page, "verse-2").get_by_role("button", name="More about Verse 2").click()
        await page.get_by_role("menuitem", name="Remove").click()
        await expect(message).to_be_visible()
        await expect(section(page, "verse-1")).to_be_focused()
        for key in way.split():
            await page.keyboard.press(key)
        await expect(section(page, "verse-2")).to_be_visible()
        await expect(message).to_have_count(0)
        await expect(section(page, "verse-1")).to_be_focused()
    await expect_saved(page)
    assert read(studio, song_id)["sections"]["verse-2"]["chords"]
