"""How one finds things in the studio of a song: its takes, and where the player is."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Locator, Page

#: Milliseconds a render of a few bars may take on a busy machine.
RENDER_MS_MAX: Final = 180_000


def take(page: Page, number: int) -> Locator:
    """Return the row of a take."""
    return page.get_by_role("listitem").filter(has_text=f"Take {number}").filter(has=page.get_by_role("button"))


def place(page: Page) -> Locator:
    """Return the slider that says where in the take one is, in whole seconds."""
    return page.get_by_role("slider", name="Place in the take")


async def expect_second(page: Page, least: int, most: int) -> None:
    """Wait until the player stands between two seconds."""
    await page.wait_for_function(
        """([slider, least, most]) => {
          const second = Number(slider.getAttribute("aria-valuenow"));
          return least <= second && second <= most;
        }""",
        arg=[await place(page).element_handle(), least, most],
    )
