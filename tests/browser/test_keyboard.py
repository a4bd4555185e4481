"""Everything without a mouse: the palette, the `?` sheet, jumps by letters, and a whole journey by keys alone."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Invite
from tests.browser.listening import RENDER_MS_MAX, expect_second, take
from tests.browser.pages import expect_saved, field, lyrics
from tests.browser.songs import create_song, read
from tests.studio import Studio

#: Presses of Tab after which something is called unreachable.
TABS_MAX = 80


async def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    """Press Tab until this has the focus."""
    for _ in range(TABS_MAX):
        if await wanted.evaluate("(element) => element === document.activeElement"):
            return
        await page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{TABS_MAX} presses of Tab do not reach {wanted}")


async def test_the_palette_goes_anywhere(person: Invite, studio: Studio) -> None:
    """Ctrl+K, a few letters, Enter: to a document by its title, to a page by its name; Escape gives the focus back."""
    song_id = create_song(studio, "Zanzibar by Night", "Rain")
    ada = await person("Ada Marsh")
    page = ada.page
    await expect(page.get_by_role("heading", name="Library")).to_be_visible()
    await page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Go to or do")
    await expect(palette.get_by_role("searchbox").or_(palette.get_by_role("textbox"))).to_be_focused()
    await page.keyboard.type("zanzi")
    await expect(palette.get_by_role("menuitem", name="Zanzibar by Night")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{studio.url}/songs/{song_id}")
    await expect(palette).to_have_count(0)
    await lyrics(page).click()
    await page.keyboard.press("Control+k")
    await expect(palette).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(lyrics(page)).to_be_focused()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("settings")
    await expect(palette.get_by_role("menuitem", name="Settings")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{studio.url}/settings")


async def test_the_sheet_of_keys_and_jumps_by_letters(person: Invite, studio: Studio) -> None:
    """`?` lists the keys of the page; G L goes to the library; in a text these letters are only letters."""
    song_id = create_song(studio, "Letters", "Rain")
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}")
    await expect(lyrics(page)).to_be_editable()
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet.get_by_text("Move the section up")).to_be_visible()
    await expect(sheet.get_by_text("Library")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await lyrics(page).click()
    await page.keyboard.type("g l?")
    await expect(lyrics(page)).to_contain_text("g l?")
    await expect(sheet).to_have_count(0)
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.keyboard.press("l")
    await expect(page).to_have_url(f"{studio.url}/")


async def test_letters_make_documents_only_where_nobody_writes_one(person: Invite, studio: Studio) -> None:
    """N N in the library makes a note; in the note neither the sheet of keys nor the palette lists such letters."""
    ada = await person("Ada Marsh")
    page, sheet = ada.page, ada.page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(page.get_by_role("heading", name="Library")).to_be_visible()
    await page.keyboard.press("?")
    await expect(sheet.get_by_text("New note")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await page.keyboard.press("n")
    await page.keyboard.press("n")
    title = field(page, "Title")
    await expect(title).to_be_focused()
    await expect_saved(page)
    await title.evaluate("(title) => title.blur()")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(sheet.get_by_text("Library")).to_be_visible()
    await expect(sheet.get_by_text("New note")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("new note")
    offered = page.get_by_role("menuitem", name="New note")
    await expect(offered).to_be_visible()
    await expect(offered.locator("kbd")).to_have_count(0)


async def test_letter_keys_can_be_turned_off(person: Invite, studio: Studio) -> None:
    """Whoever is hindered by single keys turns them off; combinations still work."""
    ada = await person("Ada Marsh")
    page = await ada.open("/settings")
    switch = page.get_by_role("switch", name="keys").first
    await switch.focus()
    await page.keyboard.press("Space")
    await page.get_by_role("heading", level=1).click()
    await page.keyboard.press("?")
    await page.keyboard.press("g")
    await page.keyboard.press("l")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog", name="Go to or do")).to_be_visible()
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_have_count(0)
    await expect(page).to_have_url(f"{studio.url}/settings")
    await page.reload()
    await expect(switch).not_to_be_checked()


async def test_a_song_from_nothing_to_sound_by_keys_alone(person: Invite, studio: Studio) -> None:
    """New song, tempo, a section, words, another section above, render, listen: no mouse anywhere."""
    ada = await person("Ada Marsh")
    page = ada.page
    await expect(page.get_by_role("heading", name="Library")).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("new song")
    await expect(page.get_by_role("menuitem", name="New song")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    title = field(page, "Title")
    await expect(title).to_be_editable()
    song_id = page.url.rsplit("/", 1)[-1]
    await tab_to(page, title)
    await page.keyboard.press("Control+a")
    await page.keyboard.type("By hand alone")
    await page.keyboard.press("Enter")
    await tab_to(page, field(page, "Tempo"))
    await page.keyboard.press("Control+a")
    await page.keyboard.type("137")
    await page.keyboard.press("Enter")
    await tab_to(page, page.get_by_role("button", name="Add a verse"))
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-section]")).to_have_count(1)
    await page.keyboard.type("la la la la")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("[data-section]")).to_have_count(2)
    await page.keyboard.type("lu lu lu lu")
    await page.keyboard.press("Alt+ArrowUp")
    await expect_saved(page)
    stored = read(studio, song_id)
    assert [one["lyrics"] for one in stored["sections"].values()] == ["lu lu lu lu", "la la la la"]
    assert (stored["title"], stored["bpm"]) == ("By hand alone", 137)
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.keyboard.press("s")
    await expect(page).to_have_url(f"{studio.url}/songs/{song_id}/studio")
    await tab_to(page, page.get_by_role("button", name="Render", exact=True))
    await page.keyboard.press("Enter")
    await expect(take(page, 1)).to_be_visible(timeout=RENDER_MS_MAX)
    await tab_to(page, page.get_by_role("button", name="Play", exact=True), back=True)
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    await expect_second(page, 1, 100)
