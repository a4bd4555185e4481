"""How one finds things on the pages: by role and name, as a person with a screen reader does."""

from __future__ import annotations

from playwright.async_api import Locator, Page


def section(page: Page, name: str) -> Locator:
    """Return a section of the song editor by its name."""
    return page.get_by_role("group", name=name, exact=True)


def lyrics(page: Page, section_name: str) -> Locator:
    """Return the lyrics of a section, which one can type in."""
    return section(page, section_name).get_by_role("textbox", name="Lyrics")


def saved_chip(page: Page) -> Locator:
    """Return the chip that says whether everything is saved."""
    return page.get_by_role("status", name="Saved")
