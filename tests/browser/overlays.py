"""The scenes of what opens over a page: dialogs, questions, menus, the palette, the sheet of refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import Page, expect

from tests.browser.pages import expect_saved, has_question, lyrics, section, type_at_end
from tests.browser.songs import change, create_song
from tests.browser.tour import STOP, go

if TYPE_CHECKING:
    from tests.browser.screenshots import Set


async def overlays(stage: Set) -> None:
    """What opens over a page: share, palette, the sheet of keys, my menu."""
    page = await go(await stage.named("Olu Adeyemi", "owner"), STOP["song"], stage.workspace)
    for name, keys in (("palette", "Control+k"), ("shortcuts", "?")):
        await page.keyboard.press(keys)
        await expect(page.get_by_role("dialog")).to_be_visible()
        await stage.snap(page, name)
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="my menu").click()
    await expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    await stage.snap(page, "menu")
    await page.keyboard.press("Escape")
    await open_share(page)
    await stage.snap(page, "share")
    await page.get_by_role("dialog").get_by_label("Name").fill("Wren Castellanos")
    await page.get_by_role("dialog").get_by_role("button", name="Make link").click()
    await expect(page.get_by_label("Link for Wren Castellanos")).to_be_visible()
    await stage.snap(page, "share-link")


async def open_share(page: Page) -> None:
    """Open the share dialog: by its button, or from the menu where there is no room for one."""
    await page.keyboard.press("Control+k")
    await page.keyboard.type("share")
    await page.get_by_role("menuitem", name="Share", exact=True).click()
    await expect(page.get_by_role("dialog").get_by_text("Who has access")).to_be_visible()


async def song_refused(stage: Set) -> None:
    """What was half typed in a section that somebody removed meanwhile, given back on a sheet."""
    song_id = create_song(stage.studio, "Gone", "Rain", "Sun")
    page = await (await stage.somebody()).open(f"/songs/{song_id}")
    await section(page, "verse-2").get_by_label("Section name").fill("The quiet one")
    change(stage.studio, song_id, {"sections": {"verse-2": None}})
    await page.get_by_role("button", name="See what and why").click()
    await expect(page.get_by_role("dialog", name="Not accepted").get_by_role("textbox")).to_be_visible()
    await stage.snap(page, "song-refused")


async def questions(stage: Set) -> None:
    """What is asked before one erases or renames a document, invites somebody, or loses words by signing out."""
    owner = await stage.named("Olu Adeyemi", "owner")
    page = await go(owner, STOP["trash"], stage.workspace)
    await page.get_by_role("button", name="Delete Old chords for ever").click()
    await expect(page.get_by_role("alertdialog")).to_be_visible()
    await stage.snap(page, "erase")
    page = await go(owner, STOP["library"], stage.workspace)
    await page.get_by_role("button", name="More about North of the Radio").click()
    await page.get_by_role("menuitem", name="Rename").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await stage.snap(page, "rename")
    page = await go(owner, STOP["people"], stage.workspace)
    await page.get_by_role("button", name="Invite", exact=True).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await stage.snap(page, "invite")
    page = await owner.open(f"/songs/{create_song(stage.studio, 'Not yet', 'Rain')}")
    await has_question(page)
    await owner.set_offline(True)
    await type_at_end(page, lyrics(page), " at last")
    await expect(page.get_by_role("button", name="kept here")).to_be_visible()
    await page.get_by_role("button", name="my menu").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page.get_by_role("alertdialog")).to_be_visible()
    await stage.snap(page, "sign-out")
    await page.get_by_role("button", name="Stay signed in").click()
    await owner.set_offline(False)
    await expect_saved(page)
