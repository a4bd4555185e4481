"""How one finds things on the pages: by role and name, as screen readers do, or by the id of a section."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Locator, Page, expect

#: All that is said to whoever is signed out from elsewhere: why, in one sentence.
ENDED: Final = "Your session has expired, or it was ended: by you on another device, or by an owner of this workspace."

_SAYS = """
([selector, words]) => {
  const lines = [...document.querySelectorAll(`${selector} .cm-line`)].map((line) => {
    const copy = line.cloneNode(true);
    copy.querySelectorAll(".remote-caret, .cm-placeholder").forEach((caret) => caret.remove());
    return copy.textContent;
  });
  return lines.join("\\n") === words;
}
"""


def section(page: Page, section_id: str) -> Locator:
    """Return the card of a section in the song editor."""
    return page.locator(f'[data-section="{section_id}"]')


def lyrics(page: Page, section_id: str = "verse-1") -> Locator:
    """Return the lyrics of a section, which one can type in."""
    return section(page, section_id).get_by_role("textbox", name="Lyrics", exact=True)


def field(scope: Page | Locator, name: str) -> Locator:
    """Return a field with one line to type in, of a page or of a part of it."""
    return scope.get_by_role("textbox", name=name, exact=True).or_(scope.get_by_role("combobox", name=name, exact=True))


def choice(page: Page, name: str) -> Locator:
    """Return the button of one of the song's choices, such as its key."""
    return page.get_by_role("group", name="Facts").get_by_role("button", name=name)


def row(page: Page, section_id: str) -> Locator:
    """Return the row of a section in the arrangement."""
    return page.locator(f'[data-row="{section_id}"]')


def carets(scope: Locator) -> Locator:
    """Return the names at others' carets inside a text."""
    return scope.locator(".remote-caret__name")


async def expect_words(page: Page, section_id: str, words: str) -> None:
    """Wait until the lyrics of a section say exactly this; the names at others' carets are no words."""
    await expect_text(page, f'[data-section="{section_id}"] [data-part=lyrics]', words)


async def expect_text(page: Page, selector: str, words: str) -> None:
    """Wait until the text at a selector says exactly this; the names at others' carets are no words."""
    await page.wait_for_function(_SAYS, arg=[selector, words])


async def expect_saved(*pages: Page) -> None:
    """Wait until everything on these pages is durable, as their chips say."""
    for page in pages:
        await expect(page.get_by_role("button", name="Saved", exact=True)).to_be_visible()


async def expect_ended(page: Page, title: str) -> None:
    """Wait until a page says that its session ended, why that may be, and in which document one was."""
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    await expect(page.get_by_text(ENDED, exact=True)).to_be_visible()
    await expect(page.get_by_text(f"You were in “{title}”.")).to_be_visible()


async def type_at_end(page: Page, scope: Locator, words: str, *, delay: float = 0) -> None:
    """Click into a text and type at its end, `delay` milliseconds between two keys."""
    await scope.click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type(words, delay=delay)


async def expect_order(page: Page, *section_ids: str) -> None:
    """Wait until both the cards and the arrangement show the sections in this order."""
    for attribute in ("data-section", "data-row"):
        shown = page.locator(f"[{attribute}]")
        await expect(shown).to_have_count(len(section_ids))
        for number, section_id in enumerate(section_ids):
            await expect(shown.nth(number)).to_have_attribute(attribute, section_id)


async def has_question(page: Page) -> None:
    """Wait until the question of a sign-out is loaded, as what opens over a page is once the page has settled."""
    await page.wait_for_function(_HAS_QUESTION)


_HAS_QUESTION: Final = """
() => performance.getEntriesByType("resource").some(({ name, responseEnd }) => name.includes("sign-out") && responseEnd)
"""
