"""Words that read from right to left: in the editor, in a line to type in, and under chords."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import expect_words, field, lyrics
from tests.browser.songs import create_song
from tests.studio import Studio

#: A line that ends in a sign without a direction of its own, and one that reads from left to right.
SHALOM = "שלום עולם!"
RAIN = "Rain (1)."

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


async def x_of(element: Locator, character: str) -> float:
    """Return where a character is drawn."""
    return float(await element.evaluate(X_OF, character))


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
