"""Personas, worlds and notes: two people write in one at once; both see every change, and the studio keeps it."""

from __future__ import annotations

import asyncio

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import expect_saved, expect_text, field, type_at_end
from tests.browser.songs import create, position, read
from tests.studio import Studio


async def two_at(person: Invite, path: str) -> tuple[Page, Page]:
    """Let Ada and Mina open one document; returns their pages once both are connected."""
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    pages = await ada.open(path), await mina.open(path)
    await expect_saved(*pages)
    return pages


def entries(page: Page, name: str) -> Locator:
    """Return the entries of a list, in their order."""
    return page.get_by_role("list", name=name, exact=True).locator("> [data-entry]")


def group(page: Page, name: str) -> Locator:
    """Return a group of controls, by its name."""
    return page.get_by_role("group", name=name, exact=True)


async def test_two_people_write_a_persona(person: Invite, studio: Studio) -> None:
    """One adds a boundary, the other moves it while the first adds a language: both see the same, and it is stored."""
    boundaries = {"sea": {"pos": position(1), "text": "Never calls the sea cruel", "reason": "Her one witness."}}
    persona_id = create(studio, "persona", "Halcyon Vale", {"boundaries": boundaries})
    page, theirs = await two_at(person, f"/personas/{persona_id}")
    await page.get_by_role("button", name="Add a boundary").click()
    added = entries(page, "Boundaries").nth(1)
    await expect(field(added, "What is never said")).to_be_focused()
    await page.keyboard.type("Never names the town")
    await page.keyboard.press("Enter")
    await field(added, "Why").fill("People have come looking.")
    await page.keyboard.press("Enter")
    at_mina = entries(theirs, "Boundaries").nth(1)
    await expect(field(at_mina, "What is never said")).to_have_value("Never names the town")
    await expect(field(at_mina, "Why")).to_have_value("People have come looking.")

    languages = group(page, "Languages").get_by_role("combobox")
    await languages.fill("Portuguese")
    await asyncio.gather(
        languages.press("Enter"),
        theirs.get_by_role("button", name="Move “Never names the town” up").click(),
    )
    await field(theirs, "Timbre").fill("warm")
    await theirs.keyboard.press("Enter")
    for one in (page, theirs):
        said = entries(one, "Boundaries")
        await expect(field(said.nth(0), "What is never said")).to_have_value("Never names the town")
        await expect(field(said.nth(1), "What is never said")).to_have_value("Never calls the sea cruel")
        await expect(one.get_by_role("list", name="Languages").get_by_role("listitem")).to_have_text(["Portuguese"])
        await expect(field(one, "Timbre")).to_have_value("warm")
    await expect_saved(page, theirs)
    stored = read(studio, persona_id)
    assert [(one["text"], one["reason"]) for one in stored["boundaries"].values()] == [
        ("Never names the town", "People have come looking."),
        ("Never calls the sea cruel", "Her one witness."),
    ]
    assert (stored["voice"]["languages"], stored["voice"]["timbre"]) == (["pt"], "warm")


async def add_character(page: Page) -> Locator:
    """Add a character with a trait that is a number; returns its entry."""
    await page.get_by_role("button", name="Add an entity").click()
    await page.get_by_role("menuitem", name="Character").click()
    entity = entries(page, "Entities").first
    await expect(field(entity, "Name")).to_be_focused()
    await page.keyboard.type("Ysolde")
    await page.keyboard.press("Enter")
    await entity.get_by_role("textbox", name="Name of a new trait").fill("debts")
    await page.keyboard.press("Enter")
    await entity.get_by_role("button", name="More for debts").click()
    await page.get_by_role("menuitem", name="Number").click()
    await field(entity, "debts").fill("7.5")
    await page.keyboard.press("Enter")
    return entity


async def add_colour(page: Page) -> None:
    """Add a colour with its name to the palette."""
    await page.get_by_role("button", name="Add a colour").click()
    colour = entries(page, "Palette").first
    await expect(field(colour, "Name of the colour")).to_be_focused()
    await page.keyboard.type("Pear skin")
    await page.keyboard.press("Enter")
    await field(colour, "Colour").fill("#c2b25a")
    await page.keyboard.press("Enter")


async def test_two_people_write_a_world(person: Invite, studio: Studio) -> None:
    """One adds a character with a number for a trait while the other adds a colour, then an event about them."""
    world_id = create(studio, "world", "The Drowned Orchard")
    page, theirs = await two_at(person, f"/worlds/{world_id}")
    await asyncio.gather(add_character(page), add_colour(theirs))
    await expect(field(entries(theirs, "Entities").first, "debts")).to_have_value("7.5")
    await theirs.get_by_role("button", name="Add an event").click()
    event = entries(theirs, "Timeline").first
    await expect(field(event, "What happened")).to_be_focused()
    await theirs.keyboard.type("The first flooding")
    await theirs.keyboard.press("Enter")
    participants = group(theirs, "Participants").get_by_role("combobox")
    await participants.fill("Ysolde")
    await participants.press("Enter")
    await field(entries(theirs, "Entities").first, "debts").fill("8")
    await theirs.keyboard.press("Enter")
    for one in (page, theirs):
        entity, colour = entries(one, "Entities").first, entries(one, "Palette").first
        await expect(field(entity, "Name")).to_have_value("Ysolde")
        await expect(field(entity, "debts")).to_have_value("8")
        await expect(field(colour, "Name of the colour")).to_have_value("Pear skin")
        await expect(field(colour, "Colour")).to_have_value("#c2b25a")
        await expect(field(entries(one, "Timeline").first, "What happened")).to_have_value("The first flooding")
        await expect(one.get_by_role("list", name="Participants").get_by_role("listitem")).to_have_text(["Ysolde"])
    await expect_saved(page, theirs)
    stored = read(studio, world_id)
    ((entity_id, entity),) = stored["entities"].items()
    assert (entity["name"], entity["kind"], entity["traits"]) == ("Ysolde", "character", {"debts": 8})
    (colour,) = stored["style_guide"]["palette"].values()
    assert (colour["name"], colour["hex"]) == ("Pear skin", "#c2b25a")
    (event,) = stored["timeline"].values()
    assert (event["title"], event["participants"]) == ("The first flooding", [entity_id])


async def test_two_people_write_a_note(person: Invite, studio: Studio) -> None:
    """Both type into the text of a note at the same time: both read all of it, and so does any program."""
    note_id = create(studio, "note", "Thursday session", {"text": "Strings: 4 players"})
    page, theirs = await two_at(person, f"/notes/{note_id}")
    text, same = (field(one, "Text") for one in (page, theirs))
    await same.click()
    await theirs.keyboard.press("Control+Home")
    await asyncio.gather(
        type_at_end(page, text, ", one of them late", delay=15),
        theirs.keyboard.type("Room B 🎧 ", delay=15),
    )
    words = "Room B 🎧 Strings: 4 players, one of them late"
    for one in (page, theirs):
        await expect_text(one, ".note-editor__text", words)
    await expect_saved(page, theirs)
    assert read(studio, note_id)["text"] == words
