"""People with browsers: each is a browser context of its own, signed in through a real one-time link and its button."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.watch import Watch
from tests.studio import Studio

ColourScheme = Literal["light", "dark"]

DESKTOP: Final = (1360, 860)
PHONE: Final = (390, 844)
#: Milliseconds a single step of a page may take before the test gives up.
STEP_MS_MAX: Final = 60_000


class Person:
    """Somebody signed in to a studio, with a browser of their own.

    `page` is their first tab. `watch` records what goes wrong: whoever was made by the `person` fixture must have seen
    nothing go wrong when the test is over, except for what `watch.allow(pattern)` expects.
    """

    def __init__(
        self, studio: Studio, name: str, role: str, person_id: UUID, context: BrowserContext, watch: Watch
    ) -> None:
        self.studio = studio
        self.name = name
        self.role = role
        self.person_id = person_id
        self.context = context
        self.watch = watch
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        """Return the first tab."""
        assert self._page is not None, "open a page first"
        return self._page

    async def open(self, path: str = "/") -> Page:
        """Go to a path of the studio in the first tab."""
        if self._page is None or self._page.is_closed():
            self._page = await self.context.new_page()
        await self._page.goto(f"{self.studio.url}{path}")
        return self._page

    async def new_tab(self, path: str = "/") -> Page:
        """Open one more tab of the same browser."""
        page = await self.context.new_page()
        await page.goto(f"{self.studio.url}{path}")
        return page

    async def set_offline(self, offline: bool) -> None:
        """Cut this browser off from the network, or connect it again. Failing requests are then expected."""
        self.watch.allow("net::ERR_INTERNET_DISCONNECTED|WebSocket connection to")
        await self.context.set_offline(offline)

    async def close(self) -> None:
        """Close the whole browser of this person, as a closed laptop does."""
        await self.context.close()


class People:
    """Invites people and gives them browsers; `leave` closes them all and returns what went wrong."""

    def __init__(self, browser: Browser, studio: Studio) -> None:
        self._browser = browser
        self._studio = studio
        self.everybody: list[Person] = []

    async def invite(
        self,
        name: str = "Ada Marsh",
        role: str = "editor",
        *,
        studio: Studio | None = None,
        size: tuple[int, int] = DESKTOP,
        colour_scheme: ColourScheme = "light",
        touch: bool = False,
        reduced_motion: bool = False,
        user_agent: str | None = None,
    ) -> Person:
        """Invite a new member and sign them in: the link is opened and its button pressed."""
        studio = studio or self._studio
        invitation = invite(studio, name, role)
        person = await self._newcomer(
            studio, name, role, UUID(invitation["person_id"]),
            viewport={"width": size[0], "height": size[1]},
            color_scheme=colour_scheme,
            has_touch=touch,
            is_mobile=touch,
            reduced_motion="reduce" if reduced_motion else "no-preference",
            user_agent=user_agent,
        )  # fmt: skip
        await sign_in(person, invitation["link"])
        return person

    async def stranger(self, *, studio: Studio | None = None, **options: Any) -> Person:
        """Give a browser to somebody who is not signed in."""
        nobody = UUID(int=0)
        return await self._newcomer(studio or self._studio, "Stranger", "", nobody, **options)

    async def leave(self) -> list[str]:
        """Close every browser; return the problems of all."""
        for person in self.everybody:
            await person.close()
        return [problem for person in self.everybody for problem in person.watch.problems()]

    async def _newcomer(self, studio: Studio, name: str, role: str, person_id: UUID, **options: Any) -> Person:
        context = await self._browser.new_context(**options)
        context.set_default_timeout(STEP_MS_MAX)
        watch = Watch(name, studio.url)
        await watch.attach(context)
        person = Person(studio, name, role, person_id, context, watch)
        self.everybody.append(person)
        return person


def invite(studio: Studio, name: str, role: str) -> dict[str, Any]:
    """Invite somebody as an owner does; returns the invitation with `link` and `person_id`."""
    answer = studio.request("POST", "/api/v1/invites", role="owner", json={"name": name, "role": role})
    assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
    invitation: dict[str, Any] = answer.json()
    return invitation


async def sign_in(person: Person, link: str) -> None:
    """Open a one-time link and press its button; the person ends up in the library."""
    page = await person.open(link.removeprefix(person.studio.url))
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{person.studio.url}/")
