"""The render form of the studio: what one chooses is what the take is made from; what failed is tried again."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Invite
from tests.browser.listening import RENDER_MS_MAX, take
from tests.browser.songs import create_song, wait_until
from tests.studio import Studio

#: What the command line of an engine's process names.
ENGINE = b"workers.engines.child"


def settings(page: Page) -> Locator:
    """Return what opens the settings, which says in a few words how it stands."""
    return page.get_by_role("button", name="Settings")


def seed(page: Page) -> Locator:
    """Return the field of the seed."""
    return page.get_by_role("textbox", name="Seed")


async def takes_of(studio: Studio, song_id: str, count: int) -> list[dict[str, Any]]:
    """Return the takes of a song, the newest first, once so many are listed: lists are a moment behind the screen."""
    found: list[dict[str, Any]] = []

    def are_listed() -> bool:
        found[:] = studio.request("GET", f"/api/v1/takes?document_id={song_id}").json()["items"]
        return len(found) == count

    await asyncio.to_thread(wait_until, are_listed)
    return found


async def test_a_take_is_made_from_what_one_chose_and_fills_the_form_again(person: Invite, studio: Studio) -> None:
    """Feel, guide voice and seed are the take's; its row takes them over again, and the same sound comes out."""
    song_id = create_song(studio, "As you wish", "la la la la")
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}/studio")
    await settings(page).click()
    await page.get_by_role("button", name="Feel").click()
    await page.get_by_role("option", name="Jazz").click()
    await page.get_by_role("switch", name="Guide voice").press("Space")
    await expect(settings(page)).to_contain_text("Feel jazz, guide voice off")
    await seed(page).fill("4711")
    await page.get_by_role("button", name="Render", exact=True).click()
    await expect(take(page, 1)).to_contain_text("seed 4711", timeout=RENDER_MS_MAX)
    (first,) = await takes_of(studio, song_id, 1)
    chosen = {"feel": "jazz", "guide": False}
    job = studio.request("GET", f"/api/v1/render_jobs/{first['job_id']}").json()
    assert (job["seed"], job["parameters"]["parameters"]) == (4711, chosen)
    assert (first["seed"], first["parameters"] | chosen) == (4711, first["parameters"])
    await page.reload()
    await expect(settings(page)).to_contain_text("As the engine suggests")
    await expect(seed(page)).to_have_value("")
    await take(page, 1).get_by_role("button", name="More about Take 1").click()
    await page.get_by_role("menuitem", name="Use its settings and seed").click()
    await expect(settings(page)).to_contain_text("Feel jazz, guide voice off")
    await expect(seed(page)).to_have_value("4711")
    await page.get_by_role("button", name="Render", exact=True).click()
    await expect(take(page, 2)).to_contain_text("seed 4711", timeout=RENDER_MS_MAX)
    again, before = await takes_of(studio, song_id, 2)
    assert before == first
    assert again["parameters"] == first["parameters"]
    assert {file["digest"] for file in again["files"]} == {file["digest"] for file in first["files"]}


async def test_a_seed_that_is_none_is_not_rendered(person: Invite, studio: Studio) -> None:
    """What no engine takes is explained where it is typed; Render waits until it is mended."""
    song_id = create_song(studio, "Seedless", "la")
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}/studio")
    await expect(page.get_by_role("button", name="Render", exact=True)).to_be_enabled()
    for text in ("2147483648", "-1", "1.5", "seven"):
        await seed(page).fill(text)
        await expect(page.get_by_text("A whole number from 0 to 2147483647, or nothing.")).to_be_visible()
        await expect(page.get_by_role("button", name="Render", exact=True)).to_be_disabled()
    await seed(page).fill("2147483647")
    await expect(page.get_by_role("button", name="Render", exact=True)).to_be_enabled()


def kill_engines(studio: Studio) -> None:
    """Kill whatever engine renders now, as a system without memory does."""
    for pid in studio.pids():
        try:
            if ENGINE in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended by itself.


async def test_a_failed_render_says_why_and_succeeds_when_tried_again(person: Invite, studio: Studio) -> None:
    """The engine is killed at every attempt: the page says so, also after a reload; Try again makes the take."""
    song_id = create_song(studio, "Out of memory", "la la la la")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor", "viewer")
    page, theirs = await ada.open(f"/songs/{song_id}/studio"), await mina.open(f"/songs/{song_id}/studio")
    await page.get_by_role("button", name="Render", exact=True).click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    jobs = f"/api/v1/render_jobs?document_id={song_id}"

    def has_failed() -> bool:
        kill_engines(studio)
        return [job["status"] for job in studio.request("GET", jobs).json()["items"]] == ["failed"]

    await asyncio.to_thread(wait_until, has_failed)
    reason = "The local engine's process was killed by signal 9 before the render was finished"
    await expect(page.get_by_role("status").filter(has_text=f"The render failed. {reason}")).to_be_attached()
    await page.reload()
    for one in (page, theirs):
        await expect(one.get_by_text("This render failed.")).to_be_visible()
        await expect(one.get_by_text(reason)).to_be_visible()
    await expect(theirs.get_by_role("button", name="Try again")).to_have_count(0)
    assert await takes_of(studio, song_id, 0) == []
    await page.get_by_role("button", name="Try again").click()
    for one in (page, theirs):
        await expect(take(one, 1)).to_be_visible(timeout=RENDER_MS_MAX)
        await expect(one.get_by_text("This render failed.")).to_have_count(0)
    (made,) = await takes_of(studio, song_id, 1)
    job = studio.request("GET", f"/api/v1/render_jobs/{made['job_id']}").json()
    assert (job["status"], job["failures"]) == ("completed", 0)
