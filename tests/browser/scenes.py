"""The scenes of the pictures: each brings a page into one state worth looking at, and takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.browser.people import invite

if TYPE_CHECKING:
    from tests.browser.screenshots import Scene, Set


async def library_empty(stage: Set) -> None:
    """A studio that has just been installed."""
    ada = await stage.somebody()
    page = await ada.open("/")
    await page.wait_for_load_state("networkidle")
    await stage.snap(page, "library-empty")


async def not_found(stage: Set) -> None:
    """An address that leads nowhere."""
    ada = await stage.somebody()
    page = await ada.open("/nowhere/at/all")
    await page.get_by_text("nothing at this address").wait_for()
    await stage.snap(page, "not-found")


async def sign_in(stage: Set) -> None:
    """The page behind a one-time link, and what it becomes once it was used."""
    visitor = await stage.newcomer()
    visitor.watch.allow("answer 401")
    link = invite(stage.studio, "Newcomer", "editor")["link"].removeprefix(stage.studio.url)
    page = await visitor.open(link)
    await stage.snap(page, "sign-in")
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{stage.studio.url}/")
    page = await visitor.open(link)
    await stage.snap(page, "link-used")


IN_AN_EMPTY_STUDIO: Final[tuple[Scene, ...]] = (library_empty,)
SCENES: Final[tuple[Scene, ...]] = (not_found, sign_in)
