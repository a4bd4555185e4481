"""The library: found as one types, made, copied, renamed, thrown away and brought back; who is where."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.bundle import BUILT, gzipped_bytes
from tests.browser.conftest import Invite
from tests.browser.pages import expect_saved, field, lyrics, type_at_end
from tests.browser.people import DESKTOP, PHONE, Person
from tests.browser.songs import create, create_song, read
from tests.studio import Studio

#: What the library may weigh on the wire until one can use it.
FIRST_LOAD_BYTES_MAX = 150_000
EDITOR_IS_LOADED = """
() => performance.getEntriesByType("resource").some(({ name }) => name.includes("song-page"))
"""


def document(page: Page, title: str) -> Locator:
    """Return the row of a document by its exact title."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=title, exact=True))


def first_paths(somebody: Person) -> list[str]:
    """Return what the newest page asked for until something of it was drawn: that opens the stream of news.

    News of others may ask for the same again, and later pages are loaded ahead.
    """
    paths = [urlsplit(address).path for address in somebody.watch.requested]
    while "/" in paths:
        paths = paths[paths.index("/") + 1 :]
    return paths[: paths.index("/api/v1/events/stream")]


async def choose(page: Page, title: str, action: str) -> None:
    """Choose something from the menu of a document."""
    await document(page, title).get_by_role("button", name=f"More about {title}").click()
    await page.get_by_role("menuitem", name=action).click()


async def test_what_the_first_visit_needs_is_asked_for_once_and_at_the_start(person: Invite, studio: Studio) -> None:
    """Who one is and the first list are under way before anything is drawn, and neither is asked for twice."""
    create_song(studio, "Bilby Waltz", "one two three")
    ada = await person("Ada Marsh")
    for _ in range(2):
        page = await ada.open("/")
        await expect(document(page, "Bilby Waltz")).to_be_visible()
        # What this page asks for must not be counted with the next.
        await page.wait_for_load_state("networkidle")
    first = first_paths(ada)
    assert [first.count(path) for path in ("/api/v1/me", "/api/v1/documents")] == [1, 1], first


async def test_the_first_load_is_light_and_has_no_editor(person: Invite, studio: Studio) -> None:
    """Less than 150 kB until the library is drawn; what is loaded ahead of a song comes after it."""
    create_song(studio, "Light as Air", "one two three")
    ada = await person("Ada Marsh")
    page = await ada.open("/")
    await expect(document(page, "Light as Air")).to_be_visible()
    await page.wait_for_function(EDITOR_IS_LOADED)
    first = ["/", *dict.fromkeys(first_paths(ada))]
    weights = {path: gzipped_bytes(path) for path in first}
    assert 50_000 < sum(weights.values()) < FIRST_LOAD_BYTES_MAX, weights
    scripts = [path for path in first if path.endswith(".js")]
    assert scripts
    assert not [path for path in scripts if "cm-content" in (BUILT.parent / path.lstrip("/")).read_text()]


async def test_documents_are_found_as_one_types(person: Invite, studio: Studio) -> None:
    """By title and by words of the lyrics, in any script; what is not there is said, with a way back."""
    create_song(studio, "Quokka Serenade", "beneath the zanthoxylum tree")
    create(studio, "persona", "Quokka Singer")
    create_song(studio, "雪の台所", "glass")
    ada = await person("Ada Marsh")
    page = ada.page
    search = page.get_by_role("textbox", name="Search the library").or_(page.get_by_role("searchbox"))
    await search.fill("quokka")
    await expect(document(page, "Quokka Serenade")).to_be_visible()
    await expect(document(page, "Quokka Singer")).to_be_visible()
    await page.get_by_role("group", name="Kinds shown").get_by_role("button", name="Personas").click()
    await expect(document(page, "Quokka Serenade")).to_have_count(0)
    await page.get_by_role("group", name="Kinds shown").get_by_role("button", name="Personas").click()
    await search.fill("zanthoxylum")
    await expect(document(page, "Quokka Serenade")).to_be_visible()
    await expect(document(page, "Quokka Singer")).to_have_count(0)
    await search.fill("雪の")
    await expect(document(page, "雪の台所")).to_be_visible()
    await search.fill("nobody ever wrote this")
    await expect(page.get_by_text("No document holds “nobody ever wrote this”.")).to_be_visible()
    await page.get_by_role("button", name="Show everything").click()
    await expect(document(page, "Quokka Serenade")).to_be_visible()


async def test_a_new_document_opens_to_be_written(person: Invite, studio: Studio) -> None:
    """New, a kind, and one is in it; its title stands in the library of others at once."""
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    page = ada.page
    for kind, name in (("Song", "songs"), ("Note", "notes")):
        await page.goto(f"{studio.url}/")
        await page.get_by_role("button", name="New", exact=True).click()
        await page.get_by_role("menuitem", name=kind).click()
        await expect(page).to_have_url(re.compile(f"/{name}/"))
        title = field(page, "Title")
        await expect(title).to_be_focused()
        await page.keyboard.type(f"Wombat {kind}")
        await page.keyboard.press("Enter")
        await expect_saved(page)
        await expect(document(mina.page, f"Wombat {kind}")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_a_new_document_is_named_first(person: Invite, size: tuple[int, int]) -> None:
    """By the menu or the palette, of every kind: one types, and that is the name; after a reload nothing is focused."""
    ada = await person("Ada Marsh", size=size, touch=size == PHONE)
    page = ada.page
    for kind, label in (("song", "Title"), ("persona", None), ("world", None), ("note", "Title")):
        title = field(page, label or f"Name of the {kind}")
        await page.goto(f"{ada.studio.url}/")
        await page.get_by_role("button", name="New", exact=True).click()
        await page.get_by_role("menuitem", name=kind.title()).click()
        await expect(title).to_be_focused()
        await page.keyboard.type(f"By menu {kind}")
        await expect(title).to_have_value(f"By menu {kind}")
        await page.keyboard.press("Enter")
        await expect_saved(page)
        await page.keyboard.press("Control+k")
        await page.keyboard.type(f"new {kind}")
        await page.get_by_role("menuitem", name=f"New {kind}").click()
        await expect(title).to_have_value("Untitled")
        await expect(title).to_be_focused()
        await page.keyboard.type(f"By palette {kind}")
        await expect(title).to_have_value(f"By palette {kind}")
        await page.keyboard.press("Enter")
        await expect_saved(page)
        await page.reload()
        await expect(title).to_have_value(f"By palette {kind}")
        await expect(title).not_to_be_focused()


async def test_a_document_is_copied_renamed_thrown_away_and_brought_back(person: Invite, studio: Studio) -> None:
    """Everything a row offers works, with an undo where something goes; the copy has the words."""
    song_id = create_song(studio, "Numbat Walk", "one two three")
    ada = await person("Ada Marsh")
    page = ada.page
    await choose(page, "Numbat Walk", "Duplicate")
    await page.get_by_role("button", name="Open", exact=True).click()
    await expect(lyrics(page)).to_contain_text("one two three")
    copy_id = page.url.rsplit("/", 1)[-1]
    assert copy_id != song_id
    await page.goto(f"{studio.url}/")
    await choose(page, "Numbat Walk", "Rename")
    await page.get_by_role("dialog").get_by_label("Title").fill("Numbat Run")
    await page.keyboard.press("Enter")
    await expect(document(page, "Numbat Run")).to_be_visible()
    assert read(studio, song_id)["title"] == "Numbat Run"
    await choose(page, "Numbat Run", "Move to the trash")
    await expect(document(page, "Numbat Run")).to_have_count(0)
    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(document(page, "Numbat Run")).to_be_visible()
    await choose(page, "Numbat Run", "Move to the trash")
    await expect(document(page, "Numbat Run")).to_have_count(0)
    await page.goto(f"{studio.url}/trash")
    await page.get_by_role("button", name="Restore Numbat Run").click()
    await expect(page.get_by_role("button", name="Restore Numbat Run")).to_have_count(0)
    await page.goto(f"{studio.url}/")
    await expect(document(page, "Numbat Run")).to_be_visible()


async def test_a_trashed_document_says_so_to_whoever_is_in_it(person: Invite, studio: Studio) -> None:
    """Somebody throws away what I have open: I am told, cannot write, and can bring it back right there."""
    song_id = create_song(studio, "Bilby Blues", "one two three")
    ada = await person("Ada Marsh")
    ada.watch.allow("answer 409: POST .*/sessions")
    page = await ada.open(f"/songs/{song_id}")
    await expect(lyrics(page)).to_be_editable()
    assert studio.request("DELETE", f"/api/v1/documents/{song_id}").is_success
    await expect(page.get_by_text("This document is in the trash.")).to_be_visible()
    await expect(lyrics(page)).to_have_attribute("aria-readonly", "true")
    await page.get_by_role("button", name="Restore", exact=True).click()
    await expect(lyrics(page)).to_be_editable()


async def test_a_restored_document_goes_on_for_whoever_has_it_open(person: Invite, studio: Studio) -> None:
    """Somebody else restores it: those who were in it write on, and its page in the trash becomes the document."""
    song_id = create_song(studio, "Bettong Ballad", "one two three")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    for somebody in (ada, mina):
        somebody.watch.allow("answer 409: POST .*/sessions")
    page = await ada.open(f"/songs/{song_id}")
    await expect(lyrics(page)).to_be_editable()
    assert studio.request("DELETE", f"/api/v1/documents/{song_id}").is_success
    await expect(page.get_by_text("This document is in the trash.")).to_be_visible()
    theirs = await mina.open(f"/songs/{song_id}")
    await expect(theirs.get_by_text("This song is in the trash.")).to_be_visible()
    assert studio.request("POST", f"/api/v1/documents/{song_id}/restore").is_success
    for shown in (page, theirs):
        await expect(lyrics(shown)).to_be_editable(timeout=5000)
    await expect(page.get_by_text("This document is in the trash.")).to_have_count(0)
    await type_at_end(page, lyrics(page), " four")
    await expect(lyrics(theirs)).to_contain_text("one two three four")


async def test_a_document_is_deleted_for_ever_by_its_name(person: Invite, studio: Studio) -> None:
    """Only an owner may, only from the trash, and only who types the name; then its address leads nowhere."""
    song_id = create_song(studio, "Potoroo Lament", "one two three")
    ada, owner = await person("Ada Marsh"), await person("Olu Adeyemi", "owner")
    ada.watch.allow(r"answer (404|409): .*" + song_id)
    await ada.open(f"/songs/{song_id}")
    await expect(lyrics(ada.page)).to_contain_text("one two three")
    assert studio.request("DELETE", f"/api/v1/documents/{song_id}").is_success
    page = await owner.open("/trash")
    erase = page.get_by_role("button", name="Delete Potoroo Lament for ever")
    await erase.click()
    dialog = page.get_by_role("alertdialog")
    confirm = dialog.get_by_role("button", name="Delete for ever")
    await expect(confirm).to_be_disabled()
    await page.keyboard.type("Potoroo Song")
    await expect(confirm).to_be_disabled()
    await page.keyboard.press("Escape")
    await expect(erase).to_be_focused()
    await erase.click()
    await page.keyboard.type("Potoroo Lament")
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_text("The trash is empty.")).to_be_visible()
    assert studio.request("GET", f"/api/v1/documents/{song_id}").status_code == 404
    await ada.open(f"/songs/{song_id}")
    await expect(ada.page.get_by_text("There is no such song here.")).to_be_visible()
    await ada.open("/trash")
    await expect(ada.page.get_by_role("button", name="for ever")).to_have_count(0)


async def test_the_library_shows_who_is_in_what(person: Invite, studio: Studio) -> None:
    """Whoever opens a document is seen beside it in the library, and gone when they leave."""
    song_id = create_song(studio, "Quoll Quartet", "one two three")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    await mina.open(f"/songs/{song_id}")
    shown = document(ada.page, "Quoll Quartet").get_by_role("img", name="Mina Okafor")
    await expect(shown).to_be_visible()
    await mina.close()
    await expect(shown).to_have_count(0)


async def test_the_editor_is_there_before_it_is_asked_for(person: Invite, studio: Studio) -> None:
    """Once the library has settled, it loads ahead what opens the document that stands first; a click loads no code."""
    song_id = create_song(studio, "Ahead", "Rain")
    ada = await person("Ada Marsh")
    await ada.page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(({ name }) => name.includes('song-page'))"
    )
    await ada.page.wait_for_load_state("networkidle")
    before = set(ada.watch.requested)
    await document(ada.page, "Ahead").get_by_role("link").click()
    await expect(lyrics(ada.page)).to_be_editable()
    assert ada.page.url.endswith(song_id)
    asked = {url for url in ada.watch.requested if url.endswith(".js")} - before
    assert not [url for url in asked if "song-page" in url or "line-field" in url], asked
