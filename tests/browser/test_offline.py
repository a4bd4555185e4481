"""Without a network: one writes on, is told the truth, and everything merges when it is back."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Invite
from tests.browser.pages import expect_order, expect_saved, expect_words, lyrics, row, type_at_end
from tests.browser.songs import create_song, read
from tests.studio import Studio


async def test_what_was_written_apart_merges(person: Invite, studio: Studio) -> None:
    """One goes offline and both write on, in the same line and elsewhere: nothing is lost, both see the same."""
    song_id = create_song(studio, "Tunnel", "Rain", "Sun")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    for somebody in (ada, mina):
        await somebody.open(f"/songs/{song_id}")
        await expect(lyrics(somebody.page)).to_be_editable()
    await ada.set_offline(True)
    await expect(ada.page.get_by_role("button", name="Offline")).to_be_visible()
    await type_at_end(ada.page, lyrics(ada.page), " in the tunnel")
    await row(ada.page, "verse-2").get_by_role("button").first.focus()
    await ada.page.keyboard.press("Alt+ArrowUp")
    await expect(ada.page.get_by_role("button", name="edits kept here")).to_be_visible()
    await expect(ada.page.get_by_text("The studio cannot be reached. Write on")).to_be_visible()
    await lyrics(mina.page).click()
    await mina.page.keyboard.press("Control+Home")
    await mina.page.keyboard.type("More ")
    await expect_saved(mina.page)
    await expect(row(mina.page, "verse-1").get_by_role("img", name="Ada Marsh is here")).to_have_count(0)
    assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == "More Rain"
    await ada.set_offline(False)
    for somebody in (ada, mina):
        await expect_words(somebody.page, "verse-1", "More Rain in the tunnel")
        await expect_order(somebody.page, "verse-2", "verse-1")
    await expect_saved(ada.page, mina.page)
    stored = read(studio, song_id)["sections"]
    assert stored["verse-1"]["lyrics"] == "More Rain in the tunnel"
    assert list(stored) == ["verse-2", "verse-1"]
