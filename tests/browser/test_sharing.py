"""Sharing: an owner makes a link in a document, the other arrives right there; readers see why they only read."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import expect_ended, lyrics, section, type_at_end
from tests.browser.people import People
from tests.browser.songs import change, create_song, read
from tests.studio import Studio


async def make_link(page: Page, name: str, role: str) -> str:
    """Make a one-time link in the open share dialog; returns it as the dialog shows it."""
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill(name)
    await dialog.get_by_role("button", name="Role").click()
    await page.get_by_role("option", name=role).click()
    await dialog.get_by_role("button", name="Make link").click()
    link = dialog.get_by_label(f"Link for {name}")
    await expect(link).to_be_visible()
    return await link.input_value()


async def test_a_link_made_in_a_song_leads_into_it(people: People, studio: Studio) -> None:
    """The owner shares a song by name and role; whoever opens the link writes in that song, seen by the owner."""
    song_id = create_song(studio, "Shared", "Rain writes its name")
    owner = await people.invite("Olu Adeyemi", "owner")
    page = await owner.open(f"/songs/{song_id}")
    await page.get_by_role("button", name="Share", exact=True).click()
    heads = page.get_by_role("dialog").get_by_role("heading")
    await expect(heads).to_have_text([re.compile("^Share"), "Invite somebody", "Who has access"])
    # What everybody can do comes first.
    address, name = page.get_by_label("Address for those who have access"), page.get_by_label("Name", exact=True)
    assert await address.evaluate("(one, other) => one.compareDocumentPosition(other)", await name.element_handle()) & 4
    link = await make_link(page, "Wren Castellanos", "Editor")
    await page.keyboard.press("Escape")
    wren = await people.stranger()
    theirs = await wren.open(link.removeprefix(studio.url))
    await theirs.get_by_role("button", name="Sign in").click()
    await expect(theirs).to_have_url(f"{studio.url}/songs/{song_id}")
    await type_at_end(theirs, lyrics(theirs), " twice")
    await expect(lyrics(page)).to_contain_text("Rain writes its name twice")
    await expect(page.get_by_role("img", name="Wren Castellanos").first).to_be_visible()


async def test_inviting_begins_with_the_name(person: Invite, studio: Studio) -> None:
    """Whoever presses Invite types a name at once."""
    page = await (await person("Olu Adeyemi", "owner")).open("/people")
    await page.get_by_role("button", name="Invite", exact=True).click()
    await expect(page.get_by_role("dialog").get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.type("Wren")
    await expect(page.get_by_role("dialog").get_by_label("Name", exact=True)).to_have_value("Wren")


async def test_who_is_no_owner_is_told_who_can_invite(person: Invite, studio: Studio) -> None:
    """An editor sees who has access and whom to ask, and no form that would be refused."""
    song_id = create_song(studio, "Shared", "Rain")
    await person("Olu Adeyemi", "owner")
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}")
    await page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("Only owners invite people.")).to_be_visible()
    await expect(dialog.get_by_text("Ada Marsh (you)").first).to_be_visible()
    await expect(dialog.get_by_role("button", name="Make link")).to_have_count(0)


@pytest.mark.parametrize("role", ["viewer", "commenter"])
async def test_a_reader_is_told_why_they_cannot_write(person: Invite, studio: Studio, role: str) -> None:
    """Readers see every edit as it happens and a sentence that says why they only read; no key changes anything."""
    song_id = create_song(studio, "Read only", "Rain writes its name")
    reader = await person("Remi Laurent", role)
    page = await reader.open(f"/songs/{song_id}")
    await expect(page.get_by_text("To write, ask an owner")).to_be_visible()
    await expect(page.get_by_role("heading", name="Read only", level=1)).to_be_visible()
    await lyrics(page).click()
    await page.keyboard.type("scribble")
    await page.keyboard.press("Control+Enter")
    await page.keyboard.press("Alt+ArrowDown")
    await expect(lyrics(page)).to_have_attribute("aria-readonly", "true")
    await expect(page.get_by_role("button", name="Add section")).to_have_count(0)
    await expect(section(page, "verse-1").get_by_role("button", name="More about")).to_have_count(0)
    change(studio, song_id, {"sections": {"verse-1": {"lyrics": "Rain has written its name"}}})
    await expect(lyrics(page)).to_contain_text("Rain has written its name")
    song = read(studio, song_id)
    assert list(song["sections"]) == ["verse-1"]
    assert song["sections"]["verse-1"]["lyrics"] == "Rain has written its name"


async def test_an_owner_changes_and_removes_people(people: People, studio: Studio) -> None:
    """On the people page a role is changed at once for open pages, and whoever is removed is signed out."""
    song_id = create_song(studio, "Changing hands", "Rain")
    owner = await people.invite("Olu Adeyemi", "owner")
    guest = await people.invite("Wren Castellanos-Guest", "editor")
    guest.watch.allow("answer 401|WebSocket connection to")
    theirs = await guest.open(f"/songs/{song_id}")
    await expect(lyrics(theirs)).to_be_editable()
    page = await owner.open("/people")
    member = page.get_by_role("listitem").filter(has_text="Wren Castellanos-Guest")
    await member.get_by_role("button", name="Role").click()
    await page.get_by_role("option", name="Viewer").click()
    await expect(lyrics(theirs)).to_have_attribute("aria-readonly", "true")
    await member.get_by_role("button", name="Remove").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    await expect_ended(theirs, "Changing hands")
