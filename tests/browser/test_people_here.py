"""Who else is in a document: their faces say where they are and lead there."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import carets, lyrics, row, section
from tests.browser.songs import create, create_song
from tests.studio import Studio


def face(page: Page, name: str) -> Locator:
    """Return the button that is somebody's face."""
    return page.get_by_role("group", name="Also here").get_by_role("button", name=name)


@pytest.mark.parametrize("number", [9, 70])
async def test_a_face_leads_to_the_field_somebody_is_in(person: Invite, studio: Studio, number: int) -> None:
    """Mina is in the words of a section below, near or far: Ada presses her face and sees her there."""
    song_id = create_song(studio, "Long way", *(f"Line {line}\nand another" for line in range(1, 81)))
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    page, theirs = await ada.open(f"/songs/{song_id}"), await mina.open(f"/songs/{song_id}")
    place = f"verse-{number}"
    await expect(lyrics(page, "verse-1")).to_be_in_viewport()
    await expect(section(page, place)).not_to_be_in_viewport()
    await row(theirs, place).get_by_role("button").first.click()
    await lyrics(theirs, place).click()
    where = f"Mina Okafor, in lyrics of Verse {number}. Go there"
    await expect(face(page, "Mina Okafor")).to_have_accessible_name(where)
    await face(page, "Mina Okafor").click()
    await expect(lyrics(page, place)).to_be_in_viewport(ratio=1)
    await expect(carets(section(page, place))).to_have_text("Mina Okafor")
    await expect(section(page, "verse-1")).not_to_be_in_viewport()


async def test_a_face_leads_to_a_caret_deep_in_a_text(person: Invite, studio: Studio) -> None:
    """Mina writes at the end of a note of many screens: Ada comes to her caret, not to the middle of the text."""
    note_id = create(studio, "note", "Diary", {"text": "\n".join(f"Day {day}: rain" for day in range(1, 301))})
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    page, theirs = await ada.open(f"/notes/{note_id}"), await mina.open(f"/notes/{note_id}")
    await theirs.get_by_role("textbox", name="Text", exact=True).click()
    await theirs.keyboard.press("Control+End")
    await expect(face(page, "Mina Okafor")).to_have_accessible_name("Mina Okafor, in text. Go there")
    await face(page, "Mina Okafor").click()
    await expect(carets(page.get_by_role("main"))).to_be_in_viewport()
    await expect(page.get_by_text("Day 300: rain")).to_be_in_viewport(ratio=1)


async def test_a_face_of_somebody_in_no_field_says_so(person: Invite, studio: Studio) -> None:
    """Mina only looks around: the face says so, a press of it is answered aloud, and the page stays where it is."""
    song_id = create_song(studio, "Long way", *(f"Line {number}" for number in range(1, 41)))
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    page, theirs = await ada.open(f"/songs/{song_id}"), await mina.open(f"/songs/{song_id}")
    await lyrics(theirs, "verse-2").click()
    await expect(face(page, "Mina Okafor")).to_have_accessible_name("Mina Okafor, in lyrics of Verse 2. Go there")
    await theirs.keyboard.press("Escape")
    await expect(face(page, "Mina Okafor")).to_have_accessible_name("Mina Okafor, looking around")
    await face(page, "Mina Okafor").click()
    said = page.get_by_role("status").filter(has_text="Mina Okafor is in no field now.")
    await expect(said).to_be_attached()
    await expect(lyrics(page, "verse-1")).to_be_in_viewport()
