"""The scenes of the pictures: each brings a page into one state worth looking at, and takes it."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

from playwright.async_api import Route, expect

from tests.browser.overlays import overlays, questions, song_refused
from tests.browser.pages import carets, expect_saved, lyrics, type_at_end
from tests.browser.people import invite
from tests.browser.songs import change, create, create_song, open_branch, render
from tests.browser.tour import STOP, Stop, go

if TYPE_CHECKING:
    from tests.browser.screenshots import Scene, Set

#: Pages that have scenes of their own; all others are taken as they are.
PLAYED_STOPS: Final = ("song", "song-unfinished", "studio", "lyrics", "review", "history")


async def library_empty(stage: Set) -> None:
    """A studio that has just been installed."""
    page = await (await stage.somebody()).open("/")
    await expect(page.get_by_text("Nothing is here yet.")).to_be_visible()
    await stage.snap(page, "library-empty")


async def pages(stage: Set) -> None:
    """Every page that needs no play: as it stands, and all there is to scroll to."""
    ada = await stage.named("Olu Adeyemi", "owner")
    ada.watch.allow("answer 404: GET .*/nowhere")
    for name in (name for name in STOP if name not in PLAYED_STOPS):
        page = await go(ada, STOP[name], stage.workspace)
        await stage.snap(page, name)
        if name in ("persona", "world"):
            await stage.snap(page, f"{name}-whole", whole=True)


async def library_search(stage: Set) -> None:
    """What one finds while one types, and what one reads when there is nothing."""
    page = await go(await stage.somebody(), STOP["library"], stage.workspace)
    search = page.get_by_role("textbox", name="Search the library").or_(page.get_by_role("searchbox"))
    await search.fill("lemon")
    await expect(page.locator(".document-row")).to_have_count(1)
    await stage.snap(page, "library-search")
    await search.fill("marimba")
    await expect(page.get_by_text("No document holds")).to_be_visible()
    await stage.snap(page, "library-nothing-found")


async def song_with_two(stage: Set) -> None:
    """Two people in one song: a caret, a selection, a field that is held."""
    ada, mina = await stage.somebody(0), await stage.somebody(1)
    page = await go(ada, STOP["song"], stage.workspace)
    theirs = await go(mina, STOP["song"], stage.workspace)
    await lyrics(theirs, "verse-1").click()
    await theirs.keyboard.press("Control+Home")
    await theirs.keyboard.press("End")
    await theirs.keyboard.press("Shift+Home")
    await lyrics(page, "verse-1").click()
    await expect(carets(lyrics(page, "verse-1"))).to_have_text("Mina Okafor")
    await stage.snap(page, "song")
    await stage.snap(page, "song-whole", whole=True)
    await theirs.goto(f"{stage.studio.url}/")


async def song_unfinished(stage: Set) -> None:
    """A song with warnings beside what they concern, and a title longer than any bar."""
    page = await go(await stage.somebody(), STOP["song-unfinished"], stage.workspace)
    await expect(page.get_by_text("same name as another section").first).to_be_visible()
    await stage.snap(page, "song-warnings")


async def song_read_only(stage: Set) -> None:
    """What a viewer sees."""
    page = await go(await stage.somebody(3), Stop("", STOP["song"].path, "Glasshouse Weather"), stage.workspace)
    await expect(page.get_by_text("To write, ask an owner")).to_be_visible()
    await stage.snap(page, "song-read-only")


async def song_offline(stage: Set) -> None:
    """Without a network, with edits that wait."""
    ada = await stage.somebody()
    page = await ada.open(f"/songs/{create_song(stage.studio, 'Tunnel', 'Rain on the roof')}")
    await expect(lyrics(page)).to_be_editable()
    await ada.set_offline(True)
    await lyrics(page).click()
    await page.keyboard.type("More ")
    await expect(page.get_by_text("The studio cannot be reached. Write on")).to_be_visible()
    await stage.snap(page, "song-offline")
    await ada.set_offline(False)
    await expect_saved(page)


async def song_trashed(stage: Set) -> None:
    """Somebody threw the song away while it was open."""
    song_id = create_song(stage.studio, "Thrown away", "Rain on the roof")
    ada = await stage.somebody()
    ada.watch.allow("answer 409: POST .*/sessions")
    page = await ada.open(f"/songs/{song_id}")
    await expect(lyrics(page)).to_be_editable()
    assert stage.studio.request("DELETE", f"/api/v1/documents/{song_id}").is_success
    await expect(page.get_by_text("This document is in the trash.")).to_be_visible()
    await stage.snap(page, "song-trashed")


async def studio(stage: Set) -> None:
    """The studio: nothing yet, rendering, ready, playing, and a render that came to nothing."""
    ada = await stage.somebody()
    song_id = create_song(stage.studio, "Endless", *("la la la la",) * 24)
    patch = {"sections": {f"verse-{number}": {"bars": 18} for number in range(1, 25)}}
    assert stage.studio.request("PATCH", f"/api/v1/documents/{song_id}", json=patch).is_success
    page = await ada.open(f"/songs/{song_id}/studio")
    button = page.get_by_role("button", name="Render", exact=True)
    await expect(button).to_be_enabled()
    await stage.snap(page, "studio-empty")
    await button.click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await expect(page.get_by_text("so far")).to_be_visible()
    await stage.snap(page, "studio-rendering")
    await page.get_by_role("button", name="Cancel", exact=True).click()
    await expect(page.get_by_text("This render was cancelled.")).to_be_visible(timeout=180_000)
    await stage.snap(page, "studio-cancelled")
    await page.route("**/api/v1/render_jobs?*", _say_it_failed)
    await page.reload()
    await expect(page.get_by_text("This render failed.")).to_be_visible()
    await stage.snap(page, "studio-failed")
    await page.unroute("**/api/v1/render_jobs?*")
    await asyncio.to_thread(_render_once, stage)
    page = await ada.open(f"/songs/{stage.workspace.song}/studio")
    await expect(page.locator(".take").first).to_be_visible()
    for _ in range(2):
        await page.get_by_role("slider", name="Place in the take").press("PageUp")
    await stage.snap(page, "studio")
    await stage.snap(page, "studio-whole", whole=True)


async def _say_it_failed(route: Route) -> None:
    """Answer with what the studio lists, as if the engine had failed: no engine fails when it is asked to."""
    answer = await route.fetch()
    listed = await answer.json()
    for job in listed["items"]:
        job |= {"status": "failed", "reason": "the engine ended without a sound", "final": False}
    await route.fulfill(response=answer, json=listed)


def _render_once(stage: Set) -> None:
    """Have the song of the showcase played, if nobody has yet."""
    path = f"/api/v1/takes?document_id={stage.workspace.song}"
    if not stage.studio.request("GET", path).json()["items"]:
        render(stage.studio, stage.workspace.song)


async def lyric_sheet(stage: Set) -> None:
    """The lyric sheet on the screen, and as it comes out of a printer."""
    page = await go(await stage.somebody(), STOP["lyrics"], stage.workspace)
    await stage.snap(page, "lyrics")
    await page.emulate_media(media="print")
    await stage.snap(page, "lyrics-print", whole=True)
    await page.emulate_media(media="screen")


async def review(stage: Set) -> None:
    """A review: asked for, with a verdict, with a conflict, the merge tried, and the dialogs on the way."""
    owner = await stage.named("Olu Adeyemi", "owner")
    reviewer = await stage.somebody(0)
    song_id = create_song(stage.studio, "Salt and Static", "Rain writes its name\nI read it back slow", "Hold me")
    branch = open_branch(stage.studio, song_id, "Darker chorus", "Try the second verse in a minor key, and slower.")
    change(
        stage.studio,
        branch["content_id"],
        {
            "bpm": 84,
            "key": "F#",
            "mode": "minor",
            "sections": {
                "verse-1": {"lyrics": "Salt writes its name\nI read it back slow\nnobody else is up"},
                "verse-2": {"pos": "A", "lyrics": "Hold me"},
            },
        },
    )
    change(stage.studio, song_id, {"bpm": 118})
    path = f"/songs/{song_id}/branches/{branch['id']}"
    page = await owner.open(path)
    await expect(page.locator(".change-group").first).to_be_visible()
    await expect(page.locator(".conflict")).to_be_visible()
    await stage.snap(page, "review", whole=True)
    await page.get_by_role("button", name="Request review").click()
    await page.get_by_role("dialog").get_by_text(reviewer.name).last.click()  # Each look has people of its own.
    await stage.snap(page, "review-request")
    await page.get_by_role("dialog").get_by_role("button", name="Request review").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    theirs = await reviewer.open(path)
    await theirs.get_by_role("button", name="Request changes").click()
    await theirs.get_by_label("What should change?").fill("The last line hangs in the air.")
    await stage.snap(theirs, "review-decide")
    await theirs.get_by_role("dialog").get_by_role("button", name="Request changes").click()
    await expect(theirs.get_by_text("Changes requested").first).to_be_visible()
    await stage.snap(theirs, "review-verdict", whole=True)
    await theirs.goto(f"{stage.studio.url}/")
    await page.get_by_text("If it is merged now").click()
    await expect(page.get_by_role("checkbox").first).to_be_attached()
    await page.get_by_role("radio", name="Take the branch").check(force=True)
    await stage.snap(page, "review-merge", whole=True)
    page = await owner.open(f"/songs/{song_id}/history")
    await page.locator("button[data-entry]").first.click()  # On a phone the timeline comes first.
    await expect(page.locator(".change-group").first).to_be_visible()
    await page.get_by_role("button", name="Branch from here").click()
    await stage.snap(page, "branch-new")
    await page.keyboard.press("Escape")


async def history(stage: Set) -> None:
    """History: who did what, a comparison, who wrote it, and the version as a whole."""
    owner = await stage.named("Olu Adeyemi", "owner")
    song_id = create_song(stage.studio, "Glasshouse Weather", "Rain writes its name\nI read it back slow", "Hold me")
    for number, words in enumerate((" on the window", " again")):
        writer = await stage.somebody(number)
        page = await writer.open(f"/songs/{song_id}")
        await type_at_end(page, lyrics(page), words)
        await expect_saved(page)
        await writer.open("/")
    change(stage.studio, song_id, {"bpm": 101, "moods": ["hopeful", "wide awake"]})
    page = await owner.open(f"/songs/{song_id}/history")
    await expect(page.locator("[data-entry]").nth(2)).to_be_visible()
    await stage.snap(page, "history")
    await page.locator("[data-entry]", has_text="Mina Okafor").first.click()
    await expect(page.locator("ins.piece").first).to_be_visible()
    await stage.snap(page, "history-compared", whole=True)
    await page.get_by_role("button", name=re.compile("^Who wrote this")).first.click()
    await expect(page.locator(".blame__run").first).to_be_visible()
    await stage.snap(page, "history-blame", whole=True)
    await page.get_by_text("Whole document").click()
    await expect(page.get_by_role("article")).to_be_visible()
    await stage.snap(page, "history-version")


async def absent(stage: Set) -> None:
    """A document that was never there, and one that lies in the trash."""
    ada = await stage.somebody()
    ada.watch.allow("answer 404|answer 409: POST .*/sessions")
    note_id = create(stage.studio, "note", "Gone")
    page = await ada.open(f"/notes/{note_id[:-4]}0000")
    await expect(page.get_by_text("There is no such note here.")).to_be_visible()
    await stage.snap(page, "document-missing")
    assert stage.studio.request("DELETE", f"/api/v1/documents/{note_id}").is_success
    page = await ada.open(f"/notes/{note_id}")
    await expect(page.get_by_text("This note is in the trash.")).to_be_visible()
    await stage.snap(page, "document-trashed")


async def signed_out(stage: Set) -> None:
    """The page behind a one-time link, what it becomes once it was used, and what one sees without a session."""
    visitor = await stage.newcomer()
    visitor.watch.allow("answer 401")
    link = invite(stage.studio, "Newcomer", "editor")["link"].removeprefix(stage.studio.url)
    page = await visitor.open("/")
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    await stage.snap(page, "signed-out")
    page = await visitor.open(link)
    await stage.snap(page, "sign-in")
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{stage.studio.url}/")
    await visitor.context.clear_cookies()
    page = await visitor.open(link)
    await stage.snap(page, "link-used")


IN_AN_EMPTY_STUDIO: Final[tuple[Scene, ...]] = (library_empty,)
SCENES: Final[tuple[Scene, ...]] = (
    pages, library_search, song_with_two, song_unfinished, song_read_only, song_offline, song_trashed, song_refused,
    overlays, questions, studio, lyric_sheet, review, history, absent, signed_out,
)  # fmt: skip
