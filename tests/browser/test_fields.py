"""Fields of a song: shared on Enter or on leaving them, restored by Escape, explained when they cannot be shared."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Route, expect

from tests.browser.conftest import Invite
from tests.browser.pages import choice, expect_saved, field, lyrics, section
from tests.browser.people import PHONE, Person
from tests.browser.songs import change, create, create_song, read
from tests.studio import Studio


async def two_in(studio: Studio, person: Invite) -> tuple[Person, Person, str]:
    """Let Ada and Mina open one new song; returns them and its id."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    for somebody in (ada, mina):
        await somebody.open(f"/songs/{song_id}")
        await expect(lyrics(somebody.page)).to_be_editable()
    return ada, mina, song_id


async def test_enter_and_leaving_share_and_escape_restores(person: Invite, studio: Studio) -> None:
    """While one types nobody else sees it; Enter or leaving the field shares it, Escape brings back what was there."""
    ada, mina, song_id = await two_in(studio, person)
    mine, theirs = field(ada.page, "Tempo"), field(mina.page, "Tempo")
    await mine.fill("96")
    await mine.press("Escape")
    await expect(mine).to_have_value("120")
    await mine.fill("97")
    await mine.press("Enter")
    await expect(theirs).to_have_value("97")
    await mine.fill("98")
    await mine.press("Tab")
    await expect(theirs).to_have_value("98")
    await mine.press("ArrowUp")
    await expect(mine).to_have_value("99")
    await mine.press("Enter")
    await expect(theirs).to_have_value("99")
    await expect_saved(ada.page)
    assert read(studio, song_id)["bpm"] == 99


async def test_what_is_invalid_is_explained_and_stays_mine(person: Invite, studio: Studio) -> None:
    """A tempo of 900 is never sent: the field says what is allowed, and how to get back."""
    ada, mina, song_id = await two_in(studio, person)
    tempo = field(ada.page, "Tempo")
    await tempo.fill("900")
    await tempo.press("Enter")
    await expect(tempo).to_have_attribute("aria-invalid", "true")
    await expect(tempo).to_have_accessible_description(re.compile("whole number from 20 to 300"))
    await field(ada.page, "Title").click()
    await expect(tempo).to_have_value("900")
    await expect(field(mina.page, "Tempo")).to_have_value("120")
    await ada.page.get_by_role("button", name="Put back what was there").click()
    await expect(tempo).to_have_value("120")
    assert read(studio, song_id)["bpm"] == 120


async def test_what_others_share_meanwhile_is_told_not_forced(person: Invite, studio: Studio) -> None:
    """While I type, others' values do not replace my draft: I am told, with their name, and choose."""
    ada, mina, song_id = await two_in(studio, person)
    title = field(ada.page, "Title")
    await title.fill("Greenhouse Weather")
    theirs = field(mina.page, "Title")
    await theirs.fill("Glasshouse Thunder")
    await theirs.press("Enter")
    await expect(ada.page.get_by_text("Mina Okafor set Glasshouse Thunder")).to_be_visible()
    await expect(title).to_have_value("Greenhouse Weather")
    await title.press("Escape")
    await expect(title).to_have_value("Glasshouse Thunder")
    assert read(studio, song_id)["title"] == "Glasshouse Thunder"


async def test_who_leaves_a_field_last_hears_what_they_replaced(person: Invite, studio: Studio) -> None:
    """Both type a title and leave at once: the last one's stands, they hear whose it replaced, and may take that."""
    ada, mina, _song_id = await two_in(studio, person)
    mine, theirs = field(ada.page, "Title"), field(mina.page, "Title")
    await theirs.fill("Glasshouse Thunder")
    await mine.fill("Greenhouse Weather")
    await theirs.blur()
    await expect(ada.page.get_by_text("Mina Okafor set Glasshouse Thunder")).to_be_visible()
    await expect(mine).to_have_accessible_description(re.compile("Enter keeps yours. Take theirs"))
    await mine.blur()
    await expect(theirs).to_have_value("Greenhouse Weather")
    news = ada.page.get_by_role("region", name="News")
    await expect(news).to_contain_text("Your “Greenhouse Weather” replaced “Glasshouse Thunder”, which Mina Okafor set")
    await news.get_by_role("button", name="Take theirs").click()
    for title in (mine, theirs):
        await expect(title).to_have_value("Glasshouse Thunder")
    await expect(news).not_to_contain_text("replaced")


async def test_choices_and_labels_are_shared_at_once(person: Invite, studio: Studio) -> None:
    """A key picked from the list, and moods typed and removed, appear for the other without Enter or reload."""
    ada, mina, song_id = await two_in(studio, person)
    await choice(ada.page, "Key").click()
    await ada.page.get_by_role("option", name="F♯", exact=True).click()
    await expect(choice(mina.page, "Key")).to_contain_text("F♯")
    moods = ada.page.get_by_role("group", name="Moods")
    for mood in ("hopeful", "weather-beaten"):
        await moods.get_by_role("combobox").fill(mood)
        await moods.get_by_role("combobox").press("Enter")
    await moods.get_by_role("combobox").press("Escape")
    theirs = mina.page.get_by_role("list", name="Moods")
    await expect(theirs.get_by_role("listitem")).to_have_count(2)
    await theirs.get_by_role("button", name="Remove hopeful").click()
    await expect(moods.get_by_role("listitem")).to_have_count(1)
    await expect_saved(mina.page)
    song = read(studio, song_id)
    assert (song["key"], song["moods"]) == ("F#", ["weather-beaten"])


async def test_what_is_called_nothing_chooses_nothing(person: Invite, studio: Studio) -> None:
    """A persona that is not there: neither before the studio answers nor after it do Down and Enter choose another."""
    create(studio, "persona", "Halcyon Vale")
    ada, _mina, song_id = await two_in(studio, person)
    page = ada.page
    asked = asyncio.Event()

    async def answer_late(route: Route) -> None:
        await asked.wait()
        await route.continue_()

    await page.route("**/api/v1/documents?*search=zebra*", answer_late)
    persona = field(page, "Persona")
    await persona.click()
    await expect(page.get_by_role("option", name="Halcyon Vale")).to_be_visible()
    await page.keyboard.type("zebra")
    for _ in range(2):
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(persona).to_have_value("zebra")
        asked.set()
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("option", name="No persona is called that.")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(persona).to_have_value("zebra")
    await expect_saved(page)
    assert read(studio, song_id)["persona_id"] is None


async def test_warnings_stand_beside_what_they_concern(person: Invite, studio: Studio) -> None:
    """Two sections of one name with different words are pointed out at the name, until it is mended."""
    song_id = create_song(studio, "Warned", "one", "two")
    change(studio, song_id, {"sections": {"verse-2": {"name": "Verse 1"}}})
    ada = await person("Ada Marsh")
    await ada.open(f"/songs/{song_id}")
    name = section(ada.page, "verse-2").get_by_label("Section name")
    warning = section(ada.page, "verse-2").get_by_text("same name as another section")
    await expect(warning).to_be_visible()
    await name.fill("Verse 2")
    await name.press("Enter")
    await expect(warning).to_have_count(0)


async def test_the_chip_tells_what_is_typed_and_not_shared(person: Invite, studio: Studio) -> None:
    """While a title is only typed the page does not call it saved, and says what to do; shared, it is saved."""
    ada, _mina, song_id = await two_in(studio, person)
    page = ada.page
    await expect_saved(page)
    await field(page, "Title").fill("Greenhouse Weather")
    chip = page.get_by_role("button", name="Not saved yet", exact=True)
    await expect(chip).to_be_visible()
    await expect(page.get_by_role("button", name="Saved", exact=True)).to_have_count(0)
    await field(page, "Title").press("Enter")
    await expect_saved(page)
    assert read(studio, song_id)["title"] == "Greenhouse Weather"
    await field(page, "Title").fill("Hothouse")
    await expect(chip).to_be_visible()
    await field(page, "Title").press("Escape")
    await expect_saved(page)


async def test_what_is_typed_when_the_page_is_left_is_shared(person: Invite, studio: Studio) -> None:
    """Neither Enter nor leaving the field: the page is loaded anew, left for another site, its tab closed."""
    ada, mina, song_id = await two_in(studio, person)
    theirs = field(mina.page, "Title")
    await field(ada.page, "Title").fill("Greenhouse Weather")
    await ada.page.reload()
    await expect(theirs).to_have_value("Greenhouse Weather")
    await expect_saved(ada.page)
    await field(ada.page, "Title").fill("Hothouse Weather")
    await ada.page.goto("about:blank")
    await expect(theirs).to_have_value("Hothouse Weather")
    await ada.open(f"/songs/{song_id}")
    await expect_saved(ada.page)
    await field(ada.page, "Title").fill("Orangery Weather")
    await expect(ada.page.get_by_role("button", name="Not saved yet", exact=True)).to_be_visible()
    await ada.page.close(run_before_unload=True)
    await expect(theirs).to_have_value("Orangery Weather")


async def test_what_is_typed_before_the_studio_answers_is_shared_on_return(person: Invite, studio: Studio) -> None:
    """The page is left before it could send anything: this browser keeps the title, and sends it from the next page."""
    ada, mina, song_id = await two_in(studio, person)
    await expect_saved(ada.page)
    await ada.page.route_web_socket("**/collab*", lambda _socket: None)
    await ada.page.reload()
    await field(ada.page, "Title").fill("Hothouse Weather")
    await ada.page.goto("about:blank")
    await ada.new_tab()
    await expect(field(mina.page, "Title")).to_have_value("Hothouse Weather")
    assert read(studio, song_id)["title"] == "Hothouse Weather"


async def test_what_cannot_be_shared_is_given_back_to_whoever_leaves(person: Invite, studio: Studio) -> None:
    """A title that is too long is never called saved; gone to the library and back, its author has its words."""
    ada, _mina, song_id = await two_in(studio, person)
    page, long = ada.page, "Rain " * 110
    await field(page, "Title").fill(long)
    await expect(page.get_by_role("button", name="Not saved", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Counterpoint, library").click()
    await page.get_by_role("link", name="Glasshouse Weather").first.click()
    await page.get_by_role("button", name="See what and why").click()
    await expect(page.get_by_role("dialog").get_by_label("My text for title")).to_have_value(long)
    await expect(page.get_by_role("dialog")).to_contain_text("too long")
    assert read(studio, song_id)["title"] == "Glasshouse Weather"


async def test_a_long_name_is_read_whole_on_a_phone(person: Invite, studio: Studio) -> None:
    """The name of an entity has the width of its card, and as many lines as it needs."""
    name = "Ilse of the long northern shore, keeper of the last lantern"
    world_id = create(studio, "world", "Coast", {"entities": {"ilse": {"pos": "V", "name": name, "kind": "character"}}})
    ada = await person("Ada Marsh", size=PHONE, touch=True)
    page = await ada.open(f"/worlds/{world_id}")
    shown = page.get_by_role("listitem", name=name).get_by_role("textbox", name="Name", exact=True)
    await expect(shown).to_have_value(name)
    measures = await shown.evaluate("(field) => [field.offsetWidth, field.scrollHeight - field.clientHeight]")
    assert measures[0] > PHONE[0] * 0.75, measures
    assert measures[1] <= 0, measures
