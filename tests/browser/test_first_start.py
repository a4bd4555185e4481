"""The first minute: `counterpoint up --demo` prints a link, the link opens a library, and its song can be typed in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.pages import expect_saved, field, lyrics, type_at_end
from tests.browser.people import People, sign_in
from tests.browser.songs import read, wait_until
from tests.browser.stage import running_studio
from tests.studio import Studio

#: What an empty studio is given, by kind.
DEMO = {"song": "Lanterns on the Tideline", "persona": "Mara Quill", "world": "The Saltglass Coast"}


@pytest.fixture(scope="module")
def studio(built_client: None) -> Iterator[Studio]:
    """A studio that was just started with `--demo`, in which nobody has been."""
    with running_studio(demo=True) as running:
        yield running


def printed_link(studio: Studio) -> str:
    """Return the one-time link, once it is printed: the studio answers a moment before."""
    printed = re.compile(r"Sign in once with: (\S+)\n")
    wait_until(lambda: bool(printed.search(studio.log_path.read_text())))
    (link,) = printed.findall(studio.log_path.read_text())
    return str(link)


async def test_the_printed_link_opens_a_library_with_a_song_to_type_in(people: People, studio: Studio) -> None:
    """Whoever starts the studio signs in once by what it prints, and finds a song, a singer and a world."""
    link = await asyncio.to_thread(printed_link, studio)
    assert link.startswith(f"{studio.url}/")
    owner = await people.stranger()
    await sign_in(owner, link)
    page = owner.page
    documents = page.get_by_role("main")
    for title in DEMO.values():
        await expect(documents.get_by_role("link", name=title).first).to_be_visible()
    await documents.get_by_role("link", name=DEMO["song"]).first.click()
    await expect(field(page, "Title")).to_have_value(DEMO["song"])
    song_id = page.url.rsplit("/", 1)[-1]
    before = read(studio, song_id)["sections"]
    sung = next(section_id for section_id, one in before.items() if one["lyrics"])
    await type_at_end(page, lyrics(page, sung), " tonight")
    await expect_saved(page)
    assert read(studio, song_id)["sections"][sung]["lyrics"] == f"{before[sung]['lyrics']} tonight"
    late = await people.stranger()
    late.watch.allow("answer 401")
    page = await late.open(link.removeprefix(studio.url))
    await expect(page.get_by_role("heading")).to_contain_text("link")
    await expect(page.get_by_role("button", name="Sign in")).to_have_count(0)
    assert await late.context.cookies() == []
