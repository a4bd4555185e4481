"""Who else is in a document: their faces say where they are and lead there."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import carets, lyrics, row, section
from tests.browser.songs import create_song
from tests.studio import Studio


def face(page: Page, name: str) -> Locator:
    """Return the button that is somebody's face."""
    return page.get_by_role("group", name="Also here").get_by_role("button", name=name)


@pytest.mark.parametrize("reduced_motion", [False, True])
async def test_a_face_leads_to_the_field_somebody_is_in(person: Invite, studio: Studio, reduced_motion: bool) -> None:
    """Mina is in the words of a late section of a long song: Ada presses her face and sees her there."""
    song_id = create_song(studio, "Long way", *(f"Line {number}\nand another" for number in range(1, 81)))
    ada, mina = await person("Ada Marsh", reduced_motion=reduced_motion), await person("Mina Okafor")
    page, theirs = await ada.open(f"/songs/{song_id}"), await mina.open(f"/songs/{song_id}")
    await expect(lyrics(page, "verse-1")).to_be_in_viewport()
    await expect(section(page, "verse-70")).not_to_be_in_viewport()
    await row(theirs, "verse-70").get_by_role("button").first.click()
    await lyrics(theirs, "verse-70").click()
    await expect(face(page, "Mina Okafor")).to_have_accessible_name("Mina Okafor, in lyrics of Verse 70. Go there")
    await face(page, "Mina Okafor").click()
    await expect(lyrics(page, "verse-70")).to_be_in_viewport(ratio=1)
    await expect(carets(section(page, "verse-70"))).to_have_text("Mina Okafor")
    await expect(section(page, "verse-1")).not_to_be_in_viewport()


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
