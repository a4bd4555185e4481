"""Every page of the studio, as a list of stops: where it is and what tells that it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from playwright.async_api import Page, expect

from tests.browser.people import Person
from tests.browser.workspace import Workspace


class Stop(NamedTuple):
    """One page."""

    name: str
    path: Callable[[Workspace], str]
    #: The level-one heading, in part.
    heading: str
    #: What must be drawn besides, as a selector.
    sign: str = "h1"


STOPS: Final = (
    Stop("library", lambda _: "/", "Library", ".document-row"),
    Stop("song", lambda at: f"/songs/{at.song}", "Glasshouse Weather", ".cm-content"),
    Stop("song-unfinished", lambda at: f"/songs/{at.unfinished}", "Untitled idea", ".cm-content"),
    Stop("persona", lambda at: f"/personas/{at.persona}", "Halcyon Vale", ".cm-content"),
    Stop("world", lambda at: f"/worlds/{at.world}", "The Drowned Orchard", ".cm-content"),
    Stop("note", lambda at: f"/notes/{at.note}", "Thursday session", ".cm-content"),
    Stop("studio", lambda at: f"/songs/{at.rendered}/studio", "Studio", ".take"),
    Stop("lyrics", lambda at: f"/songs/{at.song}/lyrics", "Glasshouse Weather"),
    Stop("branch", lambda at: f"/songs/{at.song}/branches/{at.branch}/edit", "Glasshouse Weather", ".branch-strip"),
    Stop("review", lambda at: f"/songs/{at.song}/branches/{at.branch}", "Darker chorus", ".change-group"),
    Stop("branches", lambda at: f"/songs/{at.song}/branches", "Branches", ".branch-row"),
    Stop("history", lambda at: f"/songs/{at.song}/history", "History", "[data-entry]"),
    Stop("branch-history", lambda at: f"/songs/{at.song}/branches/{at.branch}/history", "History", "[data-entry]"),
    Stop("trash", lambda _: "/trash", "Trash", ".trash__row"),
    Stop("inbox", lambda _: "/inbox", "Inbox"),
    Stop("people", lambda _: "/people", "People", ".member"),
    Stop("settings", lambda _: "/settings", "Settings", ".access-list"),
    Stop("not-found", lambda _: "/nowhere", "nothing at this address"),
)

#: The same, by name.
STOP: Final = {stop.name: stop for stop in STOPS}


async def go(person: Person, stop: Stop, workspace: Workspace) -> Page:
    """Go to a stop, and return when everything is there."""
    page = await person.open(stop.path(workspace))
    await expect(page.get_by_role("heading", level=1).filter(has_text=stop.heading).first).to_be_attached()
    await expect(page.locator(stop.sign).first).to_be_visible()
    await expect(page.locator(".skeleton")).to_have_count(0)
    return page
