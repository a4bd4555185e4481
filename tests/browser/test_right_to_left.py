"""Words that read from right to left: in the editor, in a line to type in, under chords, and as names in a list."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import expect_words, field, lyrics
from tests.browser.songs import change, create_song
from tests.studio import Studio

#: A line that ends in a sign without a direction of its own, and one that reads from left to right.
SHALOM = "שלום עולם!"
RAIN = "Rain (1)."
#: A name that ends in such a sign.
LULLABY = "שיר ערש!"

#: Where a character of an element stands: the middle of its box, from the left of the page.
X_OF = """(element, character) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const at = node.data.indexOf(character);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const box = range.getBoundingClientRect();
    return box.left + box.width / 2;
  }
  throw new Error(`${character} is not there`);
}"""


#: Where the words of an element begin, from the left of the page.
LEFT_OF = """(element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return range.getBoundingClientRect().left;
}"""


async def x_of(element: Locator, character: str) -> float:
    """Return where a character is drawn."""
    return float(await element.evaluate(X_OF, character))


async def expect_in_line(name: Locator, neighbour: Locator) -> None:
    """A name in Hebrew reads from right to left, and stands where a name in English next to it stands."""
    await expect_reads_hebrew(name)
    assert abs(await name.evaluate(LEFT_OF) - await neighbour.evaluate(LEFT_OF)) < 2


async def expect_reads_hebrew(name: Locator) -> None:
    """The sign at the end of a name in Hebrew is at its left."""
    await expect(name).to_be_visible()
    assert await x_of(name, "!") < await x_of(name, "ש")


async def caret_x(page: Page) -> float:
    """Return where the caret of the page is drawn."""
    return float(await page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().left"))


async def test_each_line_of_the_editor_reads_its_own_way(person: Invite, studio: Studio) -> None:
    """A line of Hebrew begins at the right and ends at the left, its keys go that way; the line above it does not."""
    song_id = create_song(studio, "Shalom", f"{RAIN}\n{SHALOM}")
    page = await (await person()).open(f"/songs/{song_id}")
    await expect(lyrics(page)).to_be_editable()
    lines = lyrics(page).locator(".cm-line")
    assert await x_of(lines.nth(0), "R") < await x_of(lines.nth(0), ".")
    assert await x_of(lines.nth(1), "!") < await x_of(lines.nth(1), "ש")
    edges = await lines.nth(1).bounding_box()
    assert edges is not None
    assert edges["x"] + edges["width"] - await x_of(lines.nth(1), "ש") < 30
    await lyrics(page).click()
    await page.keyboard.press("Control+End")
    before = await caret_x(page)
    await page.keyboard.press("ArrowRight")
    assert await caret_x(page) > before
    await page.keyboard.type("?")
    await expect_words(page, "verse-1", f"{RAIN}\nשלום עולם?!")


async def test_a_line_to_type_in_reads_the_way_of_its_words(person: Invite, studio: Studio) -> None:
    """A title in Hebrew reads from right to left, one in English from left to right."""
    song_id = create_song(studio, "Shalom", RAIN)
    page = await (await person()).open(f"/songs/{song_id}")
    title = field(page, "Title")
    await expect(title).to_have_css("direction", "ltr")
    await title.fill(SHALOM)
    await expect(title).to_have_css("direction", "rtl")


async def test_chords_do_not_turn_a_line_round(person: Invite, studio: Studio) -> None:
    """Cut at its chords, a line of Hebrew reads from right to left as a whole, and its chords follow each other so."""
    song_id = create_song(studio, "Shalom", SHALOM, RAIN)
    page = await (await person()).open(f"/songs/{song_id}/lyrics")
    lines = page.locator(".lyric-sheet__line")
    hebrew, english = lines.nth(0), lines.nth(1)
    chords = hebrew.locator(".lyric-sheet__chord")
    await expect(chords).to_have_text(["C", "G"])
    assert await x_of(hebrew, "!") < await x_of(hebrew, "ע") < await x_of(hebrew, "ש")
    assert await x_of(hebrew, "G") < await x_of(hebrew, "C")
    assert await x_of(english, "C") < await x_of(english, "G")
    assert await x_of(english, "R") < await x_of(english, ".")


async def test_titles_in_lists_and_in_the_bar_read_their_own_way(person: Invite, studio: Studio) -> None:
    """In the library, the palette, the bar and the trash: the names of a list begin at one edge all the same."""
    ids = [create_song(studio, title, "la") for title in (LULLABY, RAIN)]
    page = await (await person()).open("/")
    rows = page.get_by_role("list", name="Documents")
    await expect_in_line(*(rows.get_by_role("link", name=title).first for title in (LULLABY, RAIN)))
    await page.keyboard.press("Control+k")
    await page.keyboard.type(LULLABY[:3])
    palette = page.get_by_role("dialog", name="Go to or do")
    await expect_reads_hebrew(palette.get_by_role("menuitem").get_by_text(LULLABY))
    await page.keyboard.press("Escape")
    for path in ("", "/studio", "/history"):
        await page.goto(f"{studio.url}/songs/{ids[0]}{path}")
        await expect_reads_hebrew(page.get_by_role("banner").get_by_text(LULLABY))
    for song_id in ids:
        assert studio.request("DELETE", f"/api/v1/documents/{song_id}").is_success
    await page.goto(f"{studio.url}/trash")
    await expect_in_line(*(page.locator(".trash__title", has_text=title).first for title in (LULLABY, RAIN)))


async def test_names_of_sections_hang_in_the_margin_of_the_sheet(person: Invite, studio: Studio) -> None:
    """Each reads its own way, all begin at one edge; on a phone, above its words, a name begins where they begin."""
    song_id = create_song(studio, "Shalom", SHALOM, RAIN)
    change(studio, song_id, {"sections": {"verse-1": {"name": LULLABY}}})
    page = await (await person()).open(f"/songs/{song_id}/lyrics")
    names = page.locator(".lyric-sheet__name")
    await expect_in_line(names.nth(0), names.nth(1))
    await page.emulate_media(media="print")
    await expect_in_line(names.nth(0), names.nth(1))
    await page.emulate_media(media="screen")
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect_reads_hebrew(names.nth(0))
    words = page.locator(".lyric-sheet__line").nth(0)
    assert abs(await x_of(names.nth(0), "ש") - await x_of(words, "ש")) < 10
