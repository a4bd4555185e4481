"""Others remove what one writes in: words nobody has saved are given back, and what is typed on does nothing else."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Invite
from tests.browser.pages import expect_saved, lyrics, section, type_at_end
from tests.browser.songs import change, create, create_song, read
from tests.studio import Studio

#: Milliseconds without a key after which nobody is taken to be typing any more.
PAUSE_MS = 2500


async def test_words_kept_offline_in_a_removed_section_are_given_back(person: Invite, studio: Studio) -> None:
    """One writes on without a network while the section is removed: whoever wrote gets the words, and is told why."""
    song_id = create_song(studio, "Two verses", "First words", "Second words")
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}")
    await expect(lyrics(page, "verse-2")).to_be_editable()
    await ada.set_offline(True)
    await type_at_end(page, lyrics(page, "verse-2"), " that nobody has read")
    await expect(page.get_by_role("button", name="kept here")).to_be_visible()
    change(studio, song_id, {"sections": {"verse-2": None}})
    await ada.set_offline(False)
    await page.get_by_role("button", name="Not saved").click()
    sheet = page.get_by_role("dialog", name="Not accepted")
    await expect(sheet).to_contain_text("“Verse 2” was removed by somebody else before your words in it were saved.")
    await expect(sheet.get_by_role("textbox")).to_have_value("Second words that nobody has read")
    await page.reload()
    await page.get_by_role("button", name="Not saved").click()
    await expect(sheet.get_by_role("textbox")).to_have_value("Second words that nobody has read")
    assert list(read(studio, song_id)["sections"]) == ["verse-1"]


async def test_who_types_when_the_section_goes_hears_so_and_runs_no_command(person: Invite, studio: Studio) -> None:
    """The letters typed on would make a new song and lead away from this one; the message leads to the history."""
    song_id = create_song(studio, "Two verses", "First words", "Second words")
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}")
    await type_at_end(page, lyrics(page, "verse-2"), " night")
    await expect_saved(page)
    await page.keyboard.type(" ")
    change(studio, song_id, {"sections": {"verse-2": None}})
    await expect(section(page, "verse-2")).to_have_count(0)
    await page.keyboard.type("ns gl ")
    news = page.get_by_role("region", name="News")
    await expect(news).to_contain_text("“Verse 2” was removed by somebody else.")
    await expect(page).to_have_url(f"{studio.url}/songs/{song_id}")
    await news.get_by_role("button", name="See the history").click()
    await expect(page.get_by_role("heading", name="History").first).to_be_visible()


async def test_who_pauses_after_the_section_went_makes_no_document(person: Invite, studio: Studio) -> None:
    """Hands that rested are not typing any more; still their words make no note. The message goes once it is back."""
    song_id = create_song(studio, "Two verses", "First words", "Second words")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    page, theirs = await ada.open(f"/songs/{song_id}"), await mina.open(f"/songs/{song_id}")
    await type_at_end(page, lyrics(page, "verse-2"), " night")
    await expect_saved(page, theirs)
    await section(theirs, "verse-2").get_by_role("textbox", name="Lyrics", exact=True).click()
    await theirs.get_by_role("button", name="More about Verse 2").click()
    await theirs.get_by_role("menuitem", name="Remove").click()
    news = page.get_by_role("region", name="News")
    await expect(news).to_contain_text("“Verse 2” was removed by somebody else.")
    await page.wait_for_timeout(PAUSE_MS)
    await page.keyboard.type("inn by the sea, ns np nw ", delay=20)
    await page.wait_for_timeout(500)
    await expect(page).to_have_url(f"{studio.url}/songs/{song_id}")
    await theirs.get_by_role("region", name="News").get_by_role("button", name="Undo").click()
    await expect(section(page, "verse-2")).to_have_count(1)
    await expect(news).not_to_contain_text("was removed by somebody else")


async def test_an_entity_of_a_world_goes_the_same_way(person: Invite, studio: Studio) -> None:
    """What was written in its description offline comes back."""
    content = {"entities": {"e1": {"pos": "V", "kind": "character", "name": "Ilse", "description": "A keeper"}}}
    world_id = create(studio, "world", "Saltglass", content)
    ada = await person("Ada Marsh")
    page = await ada.open(f"/worlds/{world_id}")
    description = page.locator("[data-place='/entities/e1/description'] .cm-content")
    await expect(description).to_be_editable()
    await ada.set_offline(True)
    await type_at_end(page, description, " of lamps")
    await expect(page.get_by_role("button", name="kept here")).to_be_visible()
    change(studio, world_id, {"entities": {"e1": None}})
    await ada.set_offline(False)
    await page.get_by_role("button", name="Not saved").click()
    await expect(page.get_by_role("dialog").get_by_role("textbox")).to_have_value("A keeper of lamps")
