"""Two people write in one song: what one types the other sees, with carets, names and colours; undo is one's own."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import carets, expect_saved, expect_words, field, lyrics, row, section, type_at_end
from tests.browser.people import Person
from tests.browser.songs import create_song, read
from tests.studio import Studio


async def two_in(studio: Studio, person: Invite, *verses: str) -> tuple[Person, Person, str]:
    """Let Ada and Mina open one new song; returns them and its id."""
    song_id = create_song(studio, "Glasshouse Weather", *(verses or ("Rain writes its name",)))
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    for somebody in (ada, mina):
        await somebody.open(f"/songs/{song_id}")
        await expect(lyrics(somebody.page)).to_be_editable()
    return ada, mina, song_id


async def test_what_two_type_at_once_is_one_text_for_both(person: Invite, studio: Studio) -> None:
    """Both type into one section at the same time: nothing is lost, both screens and the studio say the same."""
    ada, mina, song_id = await two_in(studio, person, "Rain\nSun")
    await lyrics(ada.page).click()
    await ada.page.keyboard.press("Control+Home")
    await lyrics(mina.page).click()
    await mina.page.keyboard.press("Control+End")
    await asyncio.gather(
        ada.page.keyboard.type("über den Dächern 🌧️ ", delay=15),
        mina.page.keyboard.type(" und 温室", delay=15),
    )
    words = "über den Dächern 🌧️ Rain\nSun und 温室"
    for somebody in (ada, mina):
        await expect_words(somebody.page, "verse-1", words)
    await expect_saved(ada.page, mina.page)
    assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == words


async def test_carets_and_selections_carry_names(person: Invite, studio: Studio) -> None:
    """One sees where the other is, by name, only in the text they are in, and no more when they have left."""
    ada, mina, _ = await two_in(studio, person, "Rain writes its name", "Sun rubs it out")
    await lyrics(mina.page, "verse-2").click()
    await expect(carets(lyrics(ada.page, "verse-2"))).to_have_text("Mina Okafor")
    await expect(carets(lyrics(ada.page, "verse-1"))).to_have_count(0)
    await expect(row(ada.page, "verse-2").get_by_role("img", name="Mina Okafor is here")).to_be_visible()
    await mina.page.keyboard.press("Home")
    await mina.page.keyboard.press("Shift+End")
    await expect(ada.page.locator(".remote-caret__selection")).to_have_text("Sun rubs it out")
    await expect(carets(lyrics(mina.page, "verse-2"))).to_have_count(0)
    await mina.page.close()
    await expect(carets(ada.page.locator("body"))).to_have_count(0)
    await expect(row(ada.page, "verse-2").get_by_role("img")).to_have_count(0)


async def test_a_name_at_the_end_of_a_line_is_whole(person: Invite, studio: Studio) -> None:
    """Where a line ends, the name at a caret stands to the left of it: uncut, and not over the syllables."""
    ada, mina, _ = await two_in(studio, person, "Rain")
    await type_at_end(mina.page, lyrics(mina.page), "n" * 200)
    await mina.page.keyboard.press("Control+Home")
    name = carets(lyrics(ada.page))
    await expect(name).not_to_have_class(re.compile("turned"))
    # The end of a full row, whatever the letters measure.
    edge = await lyrics(mina.page).bounding_box()
    assert edge is not None
    await mina.page.mouse.click(edge["x"] + edge["width"] - 4, edge["y"] + 8)
    await expect(name).to_have_class(re.compile("turned"))
    words, flag = await lyrics(ada.page).bounding_box(), await name.bounding_box()
    assert words is not None
    assert flag is not None
    assert flag["x"] + flag["width"] <= words["x"] + words["width"] + 2


async def test_a_field_shows_who_is_in_it(person: Invite, studio: Studio) -> None:
    """Whoever is in a field is named there, before they have changed anything, and gone when they leave it."""
    ada, mina, _ = await two_in(studio, person)
    tempo = ada.page.locator(".field-frame--held").filter(has=field(ada.page, "Tempo"))
    await field(mina.page, "Tempo").click()
    await expect(tempo).to_contain_text("Mina Okafor")
    await mina.page.keyboard.press("Tab")
    await expect(tempo).to_have_count(0)
    await expect(field(ada.page, "Tempo")).to_have_value("120")


async def test_who_goes_from_a_text_to_a_field_is_shown_in_the_field(person: Invite, studio: Studio) -> None:
    """An editor hears late that the focus left it: whoever is in the next field by then is still shown there."""
    ada, mina, _ = await two_in(studio, person)
    await lyrics(mina.page).click()
    await expect(carets(lyrics(ada.page))).to_have_text("Mina Okafor")
    await field(mina.page, "Tempo").click()
    await field(mina.page, "Tempo").fill("97")
    await mina.page.keyboard.press("Enter")
    await expect(field(ada.page, "Tempo")).to_have_value("97")
    tempo = ada.page.locator(".field-frame--held").filter(has=field(ada.page, "Tempo"))
    await expect(tempo).to_contain_text("Mina Okafor")
    await expect(carets(lyrics(ada.page))).to_have_count(0)


async def test_two_people_have_different_colours(person: Invite, studio: Studio) -> None:
    """Colours are handed out, so two people in one song never share one."""
    ada, mina, song_id = await two_in(studio, person)
    sol = await person("Sol Reyes")
    await sol.open(f"/songs/{song_id}")
    for somebody in (ada, mina):
        await lyrics(somebody.page).click()
    seen = sol.page.locator(".remote-caret")
    await expect(seen).to_have_count(2)
    colours = await seen.evaluate_all(
        "(carets) => carets.map((caret) => getComputedStyle(caret).getPropertyValue('--caret'))"
    )
    names = await carets(lyrics(sol.page)).all_inner_texts()
    assert sorted(names) == ["Ada Marsh", "Mina Okafor"]
    assert len(set(colours)) == 2, colours


async def test_undo_takes_back_only_my_own_words(person: Invite, studio: Studio) -> None:
    """Undo and redo are about what I did, in every field, whatever others wrote in between."""
    ada, mina, song_id = await two_in(studio, person)
    await type_at_end(ada.page, lyrics(ada.page), " on the glass")
    await expect_words(mina.page, "verse-1", "Rain writes its name on the glass")
    await type_at_end(mina.page, lyrics(mina.page), ", I read it")
    await expect_words(ada.page, "verse-1", "Rain writes its name on the glass, I read it")
    await ada.page.keyboard.press("Control+z")
    for somebody in (ada, mina):
        await expect_words(somebody.page, "verse-1", "Rain writes its name, I read it")
    await ada.page.keyboard.press("Control+Shift+Z")
    await expect_words(mina.page, "verse-1", "Rain writes its name on the glass, I read it")
    await expect_saved(ada.page, mina.page)
    assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == "Rain writes its name on the glass, I read it"


async def test_two_tabs_of_one_person_are_two_hands(person: Invite, studio: Studio) -> None:
    """The same song in two tabs of one browser: each has its own words and undo, and the person is there once."""
    song_id = create_song(studio, "Two tabs", "left ", "right ")
    ada = await person("Ada Marsh")
    one, two = await ada.open(f"/songs/{song_id}"), await ada.new_tab(f"/songs/{song_id}")
    for page in (one, two):
        await expect(lyrics(page)).to_be_editable()
    await type_at_end(one, lyrics(one, "verse-1"), "hand")
    await type_at_end(two, lyrics(two, "verse-2"), "hand")
    for page in (one, two):
        await expect_words(page, "verse-1", "left hand")
        await expect_words(page, "verse-2", "right hand")
    await expect_saved(one, two)
    await two.keyboard.press("Control+z")
    await expect_words(one, "verse-2", "right ")
    await expect_words(one, "verse-1", "left hand")


async def go_to(page: Page, title: str) -> None:
    """Go from a song to the library and on into another song, by their links, and write in it when it is open."""
    await page.get_by_role("link", name="Counterpoint, library").click()
    await page.get_by_role("link", name=title).click()
    await expect(page.get_by_role("heading", name=title, level=1)).to_be_attached()
    await expect(lyrics(page)).to_be_editable()


async def test_several_songs_share_one_socket(person: Invite, studio: Studio) -> None:
    """Two people cross between two songs: each browser opens one socket, and what is written in either is kept."""
    first, second = create_song(studio, "Northbound train", "Rain"), create_song(studio, "Southbound train", "Sun")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    for somebody, song_id in ((ada, first), (mina, second)):
        await somebody.open(f"/songs/{song_id}")
        await type_at_end(somebody.page, lyrics(somebody.page), f" of {somebody.name}")
        await expect_saved(somebody.page)
    for somebody, title in ((ada, "Southbound train"), (mina, "Northbound train")):
        await go_to(somebody.page, title)
        await type_at_end(somebody.page, lyrics(somebody.page), f", and {somebody.name}")
        await expect_saved(somebody.page)
    await expect_words(ada.page, "verse-1", "Sun of Mina Okafor, and Ada Marsh")
    await expect_words(mina.page, "verse-1", "Rain of Ada Marsh, and Mina Okafor")
    words = [read(studio, song_id)["sections"]["verse-1"]["lyrics"] for song_id in (first, second)]
    assert words == ["Rain of Ada Marsh, and Mina Okafor", "Sun of Mina Okafor, and Ada Marsh"]
    for somebody in (ada, mina):
        assert len([address for address in somebody.watch.sockets if "/collab" in address]) == 1


async def test_lines_and_syllables_are_counted_beside_the_words(person: Invite, studio: Studio) -> None:
    """The margin says how many syllables each line has; the count below follows the words."""
    song_id = create_song(studio, "Counted", "Rain writes its name\nHallelujah")
    ada = await person("Ada Marsh")
    await ada.open(f"/songs/{song_id}")
    card = section(ada.page, "verse-1")
    await expect(card.locator(".cm-gutterElement").filter(visible=True)).to_contain_text(["4", "4"])
    await expect(card.get_by_text("2 lines · 5 words").first).to_be_visible()
    await type_at_end(ada.page, lyrics(ada.page), "\nI read it")
    await expect(card.get_by_text("3 lines · 8 words").first).to_be_visible()


_WATCH_MOTION = """
() => {
  window.moved = [];
  window.states = new Set();
  const look = () => {
    for (const { animationName, transitionProperty } of document.getAnimations())
      if (animationName !== undefined) window.moved.push(animationName);
    window.states.add(document.querySelector(".saved-chip")?.dataset.state);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""


async def test_nothing_moves_on_the_page_while_one_types(person: Invite, studio: Studio) -> None:
    """The chip says "Saving…" without turning: it would catch the eye, and draw each frame anew."""
    song_id = create_song(studio, "Calm", "Rain")
    ada = await person("Ada Marsh")
    await ada.open(f"/songs/{song_id}")
    await type_at_end(ada.page, lyrics(ada.page), " ")
    await expect_saved(ada.page)
    await ada.page.evaluate(_WATCH_MOTION)
    await ada.page.keyboard.type("on the glasshouse roof", delay=40)
    assert "saving" in await ada.page.evaluate("[...window.states]")
    assert await ada.page.evaluate("window.moved") == []


async def test_a_long_song_is_whole_soon_and_typed_in_meanwhile(person: Invite, studio: Studio) -> None:
    """Of 60 sections the first are there at once; the last is found, reached from the arrangement and written in."""
    song_id = create_song(studio, "Long", *(f"Line of {number}" for number in range(60)))
    ada = await person("Ada Marsh")
    await ada.open(f"/songs/{song_id}")
    await type_at_end(ada.page, lyrics(ada.page), " first", delay=60)
    await expect(section(ada.page, "verse-60")).to_have_count(1)
    await row(ada.page, "verse-60").get_by_role("button").first.click()
    await type_at_end(ada.page, lyrics(ada.page, "verse-60"), " last")
    await expect_saved(ada.page)
    written = read(studio, song_id)["sections"]
    assert [written[f"verse-{number}"]["lyrics"] for number in (1, 60)] == ["Line of 0 first", "Line of 59 last"]
