"""Every state that is pictured is for everybody: axe finds nothing in any scene, in light, in dark and on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest
from playwright.async_api import Page

from tests.browser.accessibility import assert_nothing, violations
from tests.browser.people import ColourScheme, People
from tests.browser.scenes import IN_AN_EMPTY_STUDIO, SCENES
from tests.browser.screenshots import LOOKS, Look, Scene, Set
from tests.browser.watch import animations_over
from tests.browser.workspace import Workspace, furnish
from tests.studio import Studio

DESKTOP_LOOK, PHONE_LOOK = LOOKS[0], LOOKS[2]
#: A page changes its theme while it stands: both are looked at in one play.
THEMES: Final[tuple[ColourScheme, ...]] = ("dark", "light")
#: What axe says of no fault behind a dialog. Arrow keys scroll the list of the palette from its input, which keeps the
#: focus; on a phone so much of the page is in sight that axe does not see that it waits.
BEHIND_A_DIALOG: Final = ("scrollable-region-focusable", "landmark-one-main", "page-has-heading-one")
#: What lies half under a bar is scrolled out of it; how large it is, is measured elsewhere.
UNDER_A_BAR: Final = "partially obscured"


class Inspection(Set):
    """A set on which no pictures are taken: axe looks at what would be pictured."""

    def __init__(self, people: People, studio: Studio, look: Look, workspace: Workspace | None) -> None:
        super().__init__(people, studio, look, workspace)
        #: What was found, by picture and theme.
        self.found: dict[str, list[str]] = {}

    async def snap(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Look at the page as it stands; a picture of all there is to scroll to shows the same page once more."""
        if whole and name.removesuffix("-whole") in {seen.split()[0] for seen in self.found}:
            return
        dialogs = page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))
        excused = BEHIND_A_DIALOG if await dialogs.count() else ()
        for theme in THEMES if self.look is DESKTOP_LOOK else ("light",):
            # A name at a caret that fades meanwhile would be nobody's contrast either.
            await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            await animations_over(page)
            self.found[f"{name} ({theme})"] = [
                one for one in await violations(page) if not one.startswith(excused) and UNDER_A_BAR not in one
            ]


@pytest.fixture(scope="module")
def studio(mortal_studio: Studio) -> Studio:
    """A studio with nothing in it but what scenes are about."""
    return mortal_studio


@pytest.fixture(scope="module")
def workspaces() -> list[Workspace]:
    """The furnished workspace, once it is."""
    return []


@pytest.mark.parametrize("look", [DESKTOP_LOOK, PHONE_LOOK], ids=["desktop", "phone"])
async def test_axe_finds_nothing_in_any_scene(
    people: People, studio: Studio, workspaces: list[Workspace], look: Look
) -> None:
    """WCAG 2.2 AA and best practice in every state of every page and of what opens over them."""
    found = {}
    if not workspaces:
        found |= await played(Inspection(people, studio, look, None), IN_AN_EMPTY_STUDIO)
        workspaces.append(furnish(studio))
    found |= await played(Inspection(people, studio, look, workspaces[0]), SCENES)
    assert_nothing(found)


async def played(stage: Inspection, scenes: Sequence[Scene]) -> dict[str, list[str]]:
    """Play scenes; returns what was found in each of their pictures."""
    for scene in scenes:
        await scene(stage)
    return stage.found
