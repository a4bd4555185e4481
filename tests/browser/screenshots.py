"""`make screenshots`: a picture of every page, in light, in dark and at phone width, in build/screenshots/.

    python -m tests.browser.screenshots [--only song,library] [--looks light,phone]

A scene that cannot be played is named at the end, and the others are taken all the same.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from playwright.async_api import Browser, Error, Page

from tests.browser import scenes
from tests.browser.bundle import ROOT, build_client
from tests.browser.people import DESKTOP, PHONE, ColourScheme, People, Person
from tests.browser.showcase import PEOPLE
from tests.browser.stage import running_chromium, running_studio
from tests.browser.watch import settled
from tests.browser.workspace import Workspace, furnish
from tests.studio import Studio

PICTURES: Final = ROOT / "build" / "screenshots"

Scene = Callable[["Set"], Awaitable[None]]


class Look(NamedTuple):
    """How the pages are looked at."""

    name: str
    size: tuple[int, int]
    colour_scheme: ColourScheme
    touch: bool


LOOKS: Final = (
    Look("light", DESKTOP, "light", False),
    Look("dark", DESKTOP, "dark", False),
    Look("phone", PHONE, "light", True),
)


class Set:
    """Where a scene is played: a furnished studio, and people in one look."""

    def __init__(self, people: People, studio: Studio, look: Look, workspace: Workspace | None) -> None:
        self.people = people
        self.studio = studio
        self.look = look
        self._workspace = workspace
        self._cast: dict[str, Person] = {}

    @property
    def workspace(self) -> Workspace:
        """Return the documents to look at."""
        assert self._workspace is not None, "this studio is empty on purpose"
        return self._workspace

    async def somebody(self, number: int = 0) -> Person:
        """Return one of the people of the showcase, invited when they are first needed."""
        name, role = PEOPLE[number]
        return await self.named(name, role)

    async def named(self, name: str, role: str) -> Person:
        """Return somebody by name."""
        if name not in self._cast:
            self._cast[name] = await self.people.invite(
                name, role, size=self.look.size, colour_scheme=self.look.colour_scheme, touch=self.look.touch
            )
        return self._cast[name]

    async def newcomer(self) -> Person:
        """Return somebody who is not signed in."""
        return await self.people.stranger(
            viewport={"width": self.look.size[0], "height": self.look.size[1]},
            color_scheme=self.look.colour_scheme,
            has_touch=self.look.touch,
            is_mobile=self.look.touch,
        )

    async def snap(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Take a picture of the page as it stands, or of all there is to scroll to."""
        await settled(page)
        await page.screenshot(path=PICTURES / f"{name}.{self.look.name}.png", full_page=whole, animations="disabled")


def main() -> int:
    """Take the pictures; 1 when a scene could not be played."""
    options = _options()
    looks = [look for look in LOOKS if look.name in options.looks.split(",")]
    build_client()
    if not options.only:
        shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running_studio() as studio:
        failures = asyncio.run(_play(studio, looks, [name for name in options.only.split(",") if name]))
    _say(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES.relative_to(Path.cwd())}")
    for failure in failures:
        _say(f"FAILED {failure}")
    return 1 if failures else 0


async def _play(studio: Studio, looks: Sequence[Look], only: Sequence[str]) -> list[str]:
    async with running_chromium() as browser:
        failures = await _take(browser, studio, looks, None, _wanted(scenes.IN_AN_EMPTY_STUDIO, only))
        workspace = furnish(studio)
        return failures + await _take(browser, studio, looks, workspace, _wanted(scenes.SCENES, only))


async def _take(
    browser: Browser, studio: Studio, looks: Sequence[Look], workspace: Workspace | None, played: Sequence[Scene]
) -> list[str]:
    failures = []
    for look in looks:
        people = People(browser, studio)
        stage = Set(people, studio, look, workspace)
        for scene in played:
            name = f"{scene.__name__} ({look.name})"
            try:
                await scene(stage)
                _say(name)
            except (Error, AssertionError) as error:
                failures.append(f"{name}: {error}")
        failures += [f"({look.name}) {problem}" for problem in await people.leave()]
    return failures


def _wanted(all_scenes: Sequence[Scene], only: Sequence[str]) -> list[Scene]:
    return [scene for scene in all_scenes if not only or any(part in scene.__name__ for part in only)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.browser.screenshots", description="Take a picture of every page.")
    parser.add_argument("--only", default="", help="parts of scene names, comma separated (default: all)")
    parser.add_argument("--looks", default=",".join(look.name for look in LOOKS), help="comma separated (default: all)")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
