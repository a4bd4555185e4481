"""The studio of a song: render with a real worker and the real local engine, listen, keep the files, throw away."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Invite
from tests.browser.listening import RENDER_MS_MAX, expect_second, place, take
from tests.browser.songs import create_song, render, wait_until
from tests.studio import Studio

#: Notes every line that stands out, in order: looking now and then would miss one.
NOTE_LINES = """
(words) => {
  globalThis.linesSung = [];
  const look = () => {
    const line = words.querySelector("[data-line]")?.textContent;
    if (line !== undefined && line !== linesSung.at(-1)) linesSung.push(line);
  };
  new MutationObserver(look).observe(words, { subtree: true, attributeFilter: ["data-line"] });
  look();
}
"""


@pytest.fixture(scope="module")
def rendered(studio: Studio) -> str:
    """A song with one take; returns the song's id."""
    song_id = create_song(studio, "Lanternfish", "la la la la\nlu lu lu lu", "na na na na\nno no no no", seed=7)
    render(studio, song_id)
    return song_id


async def test_from_the_button_to_sound_and_still_there_after_a_reload(person: Invite, studio: Studio) -> None:
    """Render shows how far it is; the take comes by itself, is announced, plays by Space, and survives a reload."""
    song_id = create_song(studio, "First light", "la la la la", "lu lu lu lu")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor", "viewer")
    page, theirs = await ada.open(f"/songs/{song_id}/studio"), await mina.open(f"/songs/{song_id}/studio")
    await expect(theirs.get_by_text("You are a viewer here")).to_be_visible()
    await page.get_by_role("button", name="Render", exact=True).click()
    for one in (page, theirs):
        await expect(one.get_by_role("progressbar").or_(take(one, 1)).first).to_be_visible()
    for one in (page, theirs):
        await expect(take(one, 1)).to_be_visible(timeout=RENDER_MS_MAX)
        await expect(one.get_by_role("progressbar")).to_have_count(0)
    await expect(page.get_by_role("status").filter(has_text="Take 1 is ready.")).to_be_attached()
    await expect(take(theirs, 1)).to_contain_text("Ada Marsh")
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    await expect_second(page, 1, 100)
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    await page.reload()
    await expect(take(page, 1)).to_be_visible()
    await expect(place(page)).to_be_visible()


async def test_the_player_goes_where_keys_and_clicks_say(person: Invite, studio: Studio, rendered: str) -> None:
    """Arrows move by seconds, a click on the waveform goes there, a section loops, a name in the words leads there."""
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{rendered}/studio")
    await expect(place(page)).to_be_visible()
    duration = int(await place(page).get_attribute("aria-valuemax") or 0)
    assert duration >= 6
    await page.keyboard.press("Shift+ArrowRight")
    await page.keyboard.press("Shift+ArrowRight")
    await expect(place(page)).to_have_attribute("aria-valuenow", "2")
    await page.keyboard.press("ArrowLeft")
    await expect(place(page)).to_have_attribute("aria-valuenow", "0")
    box = await place(page).bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    await expect_second(page, int(duration * 0.65), int(duration * 0.85))
    loop = page.get_by_role("button", name="Loop Verse 1")
    await loop.click()
    await expect(loop).to_have_attribute("aria-pressed", "true")
    await expect_second(page, 0, duration // 2)
    await page.keyboard.press("l")
    await expect(loop).to_have_attribute("aria-pressed", "false")
    words = page.get_by_role("region", name="Lyrics")
    await words.get_by_role("button", name="Verse 2").click()
    await expect(words.get_by_role("button", name="Verse 2")).to_have_attribute("aria-current", "true")
    await expect(words).to_contain_text("no no no no")


async def test_the_words_follow_while_it_plays(person: Invite, studio: Studio) -> None:
    """The line that is sung moves on by itself from section to section, and is scrolled into view."""
    directions = "[softly]\n" * 40
    song_id = create_song(studio, "Sing along", "la la la la\nlu lu lu lu", f"{directions}na na na na", bpm=180)
    render(studio, song_id)
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}/studio")
    words = page.get_by_role("region", name="Lyrics")
    last = words.get_by_text("na na na na")
    await expect(last).to_be_attached()
    await expect(last).not_to_be_in_viewport()
    await words.evaluate(NOTE_LINES)
    await page.keyboard.press("Space")
    await page.wait_for_function("() => linesSung.length === 3")
    assert await page.evaluate("linesSung") == ["la la la la", "lu lu lu lu", "na na na na"]
    await expect(words.get_by_role("button", name="Verse 2")).to_have_attribute("aria-current", "true")
    await expect(last).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("name", "ending", "magic"), [("WAV", ".wav", b"RIFF"), ("FLAC", ".flac", b"fLaC")])
async def test_a_take_is_downloaded_as_a_real_file(
    person: Invite, rendered: str, tmp_path: Path, name: str, ending: str, magic: bytes
) -> None:
    """What is saved is a sound file of its format, named after the song and the take."""
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{rendered}/studio")
    await take(page, 1).get_by_role("button", name="Download Take 1").click()
    async with page.expect_download() as download:
        await page.get_by_role("menuitem", name=f"{name}, the mix").click()
    saved = await download.value
    path = tmp_path / "saved"
    await saved.save_as(path)
    assert saved.suggested_filename == f"Lanternfish - Take 1{ending}"
    content = path.read_bytes()
    assert content.startswith(magic)
    assert len(content) > 100_000


async def test_a_take_says_what_was_chosen_for_it(person: Invite, studio: Studio) -> None:
    """What its engine takes by itself is not told: a take without choices has its engine and its seed, and no more."""
    song_id = create_song(studio, "Two feels", "la")
    render(studio, song_id)
    render(studio, song_id, feel="jazz", guide=False, formats=["flac"])
    page = await (await person("Mina Okafor", "viewer")).open(f"/songs/{song_id}/studio")
    choices = page.locator(".take__choices")
    await expect(take(page, 2).locator(choices)).to_have_text("Feel jazz, guide voice off, formats FLAC")
    await expect(take(page, 1)).to_contain_text("seed")
    await expect(choices).to_have_count(1)


async def test_a_take_is_deleted_and_brought_back(person: Invite, studio: Studio) -> None:
    """Deleting moves a take to the trash; undo brings it back, and so does Restore, also after a reload."""
    song_id = create_song(studio, "Short lived", "la")
    render(studio, song_id)
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}/studio")

    async def delete() -> None:
        await take(page, 1).get_by_role("button", name="More about Take 1").click()
        await page.get_by_role("menuitem", name="Delete").click()
        await expect(page.get_by_text("Take 1 is in the trash.")).to_be_visible()
        await expect(take(page, 1).get_by_role("button", name="Play Take 1")).to_have_count(0)

    await delete()
    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(page.get_by_role("button", name="Play Take 1")).to_be_visible()
    await delete()
    # Lists follow the log at a short distance: a page opened within it would show the take until the next news.
    deleted = f"/api/v1/takes?document_id={song_id}&deleted=true"
    wait_until(lambda: bool(studio.request("GET", deleted).json()["items"]))
    await page.reload()
    await page.get_by_text("In the trash (1)").click()
    await page.get_by_role("button", name="Restore take 1").click()
    await expect(page.get_by_role("button", name="Play Take 1")).to_be_visible()


async def test_the_focus_stays_among_the_takes_by_keys_alone(person: Invite, studio: Studio) -> None:
    """Delete leads to the next take, then to the heading; Restore leads to the next in the trash; Undo stays here."""
    song_id = create_song(studio, "Short lived twice", "la")
    render(studio, song_id)
    render(studio, song_id)
    page = await (await person("Ada Marsh")).open(f"/songs/{song_id}/studio")
    heading = page.get_by_role("heading", name="Takes", exact=True)

    async def delete(number: int) -> None:
        await take(page, number).get_by_role("button", name=f"More about Take {number}").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("menuitem").first).to_be_focused()
        await page.keyboard.press("End")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text(f"Take {number} is in the trash.")).to_be_visible()

    await delete(2)
    await expect(page.get_by_role("button", name="Play Take 1")).to_be_focused()
    await page.keyboard.press("F8")
    await expect(page.get_by_role("button", name="Undo", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Play Take 2")).to_be_visible()
    await expect(page.get_by_role("button", name="Play Take 1")).to_be_focused()
    await delete(2)
    await delete(1)
    await expect(heading).to_be_focused()
    await page.get_by_text("In the trash (2)").click()
    await page.get_by_role("button", name="Restore take 2").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Restore take 1")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Play Take 1")).to_be_visible()
    await expect(heading).to_be_focused()


async def test_a_take_deleted_while_others_listen_stops_for_them(person: Invite, studio: Studio) -> None:
    """Their sound stops, a message says why; once it is back it is in the player again, not playing."""
    song_id = create_song(studio, "Pulled away", *("la la la la",) * 8)
    render(studio, song_id)
    render(studio, song_id)
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    page, theirs = await ada.open(f"/songs/{song_id}/studio"), await mina.open(f"/songs/{song_id}/studio")
    for one in (page, theirs):
        await take(one, 1).get_by_role("button", name="Play Take 1").click()
        await expect(one.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    await take(page, 1).get_by_role("button", name="More about Take 1").click()
    await page.get_by_role("menuitem", name="Delete").click()
    elsewhere = "Take 1 was deleted elsewhere. It is in the trash."
    await expect(theirs.get_by_text(elsewhere)).to_be_visible()
    for one in (page, theirs):
        await expect(one.get_by_role("button", name="Play", exact=True)).to_be_visible()
        await expect(take(one, 2)).to_have_attribute("aria-current", "true")
    await expect(page.get_by_text(elsewhere)).to_have_count(0)
    await page.get_by_role("button", name="Undo", exact=True).click()
    for one in (page, theirs):
        await expect(take(one, 1)).to_have_attribute("aria-current", "true")
        await expect(one.get_by_role("button", name="Play", exact=True)).to_be_visible()


async def test_a_long_render_survives_leaving_and_can_be_cancelled_and_retried(person: Invite, studio: Studio) -> None:
    """One may leave: the render goes on, the library leads back. Cancelled, it says so and can be asked for again."""
    song_id = create_song(studio, "Endless", *("la la la la",) * 24)
    # Fourteen minutes of sound: as long as a render may be, or it would be refused before anybody sees it.
    patch = {"sections": {f"verse-{number}": {"bars": 18} for number in range(1, 25)}}
    assert studio.request("PATCH", f"/api/v1/documents/{song_id}", json=patch).is_success
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}/studio")
    await page.get_by_role("button", name="Render", exact=True).click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await page.goto(f"{studio.url}/")
    under_way = page.get_by_role("region", name="Under way")
    await expect(under_way.get_by_role("progressbar")).to_be_visible()
    await under_way.get_by_role("link", name="Open the studio").first.click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await page.get_by_role("button", name="Cancel", exact=True).click()
    await expect(page.get_by_text("This render was cancelled.")).to_be_visible(timeout=RENDER_MS_MAX)
    await page.get_by_role("button", name="Render after all").click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await page.get_by_role("button", name="Cancel", exact=True).click()
    await expect(page.get_by_text("This render was cancelled.")).to_be_visible(timeout=RENDER_MS_MAX)
    await page.get_by_role("button", name="Take off the list").click()
    await expect(page.get_by_text("This render was cancelled.")).to_have_count(0)


async def test_a_song_without_sections_says_why_it_cannot_be_rendered(person: Invite, studio: Studio) -> None:
    """There is nothing to play: the page says so and leads to the song; the button does nothing."""
    song_id = create_song(studio, "Silence")
    ada = await person("Ada Marsh")
    page = await ada.open(f"/songs/{song_id}/studio")
    await expect(page.get_by_text("nothing to play")).to_be_visible()
    await expect(page.get_by_role("button", name="Render", exact=True)).to_be_disabled()
    await page.get_by_role("link", name="Add one in the song").click()
    await expect(page).to_have_url(f"{studio.url}/songs/{song_id}")
