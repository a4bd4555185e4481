"""Trouble while one writes: the network, the studio, the session or the role goes; no word is lost, and all is said."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.benchmarks.machine import process_tree
from tests.browser.conftest import Invite
from tests.browser.pages import expect_saved, expect_words, field, has_question, lyrics, section, type_at_end
from tests.browser.people import People, Person, invite, sign_in
from tests.browser.songs import change, create_song, read
from tests.studio import Studio

#: What a browser reports while a studio is dead.
DEAD = "WebSocket connection to|net::ERR_|answer 5"


async def in_song(person: Person, song_id: str) -> Page:
    """Open a song, and return when one can write in it."""
    page = await person.open(f"/songs/{song_id}")
    await expect(lyrics(page)).to_be_editable()
    return page


async def go_offline(person: Person) -> None:
    """Lose the network, and see that the chip says so."""
    await person.set_offline(True)
    await expect(person.page.get_by_role("button", name="Offline")).to_be_visible()


def words_of(studio: Studio, song_id: str) -> str:
    """Return the words of the first verse as the studio holds them."""
    return str(read(studio, song_id)["sections"]["verse-1"]["lyrics"])


async def test_a_tab_closed_without_a_network_loses_no_word(person: Invite, studio: Studio) -> None:
    """One writes on without a network, closes the tab and comes back: both see the words of both."""
    song_id = create_song(studio, "Night train", "Rain")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    page, theirs = await in_song(ada, song_id), await in_song(mina, song_id)
    await go_offline(ada)
    await type_at_end(page, lyrics(page), " in the tunnel")
    await field(page, "Tempo").fill("97")
    await expect(page.get_by_role("button", name="kept here")).to_be_visible()
    await page.close()
    await lyrics(theirs).click()
    await theirs.keyboard.press("Control+Home")
    await theirs.keyboard.type("More ")
    await expect_saved(theirs)
    assert words_of(studio, song_id) == "More Rain"
    await ada.set_offline(False)
    page = await in_song(ada, song_id)
    for one in (page, theirs):
        await expect_words(one, "verse-1", "More Rain in the tunnel")
        await expect(field(one, "Tempo")).to_have_value("97")
        await expect_saved(one)
    assert words_of(studio, song_id) == "More Rain in the tunnel"
    assert read(studio, song_id)["bpm"] == 97


async def test_a_tab_closed_without_a_network_is_sent_from_any_page(person: Invite, studio: Studio) -> None:
    """Whoever comes back to the library, not to the song, need not open it: what was written goes out by itself."""
    song_id = create_song(studio, "Left on the train", "Rain")
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    theirs = await in_song(mina, song_id)
    page = await in_song(ada, song_id)
    await go_offline(ada)
    await type_at_end(page, lyrics(page), " in the tunnel")
    await expect(page.get_by_role("button", name="kept here")).to_be_visible()
    await page.close()
    await ada.set_offline(False)
    await ada.open("/")
    await expect_words(theirs, "verse-1", "Rain in the tunnel")


async def test_p1_the_studio_is_killed_while_one_types(people: People, mortal_studio: Studio) -> None:
    """Kill -9 in the middle of a word: one types on, the chip says where the words are, and all of them arrive once."""
    song_id = create_song(mortal_studio, "Power cut", "Rain")
    ada = await people.invite("Ada Marsh", studio=mortal_studio)
    ada.watch.allow(DEAD)
    page = await in_song(ada, song_id)
    await lyrics(page).click()
    await page.keyboard.press("Control+End")
    words = " writes its name on every window of the train"
    for letter in words:
        await page.keyboard.type(letter)
        if letter == "w":
            mortal_studio.kill()
    await expect(page.get_by_role("button", name="kept here")).to_be_visible()
    await expect(page.get_by_text("The studio cannot be reached. Write on")).to_be_visible()
    await asyncio.to_thread(mortal_studio.start)
    await expect_saved(page)
    await expect(page.get_by_text("The studio cannot be reached")).to_have_count(0)
    await expect_words(page, "verse-1", f"Rain{words}")
    assert words_of(mortal_studio, song_id) == f"Rain{words}"


async def test_a_studio_that_cannot_store_is_not_said_to_be_saving(people: People, mortal_studio: Studio) -> None:
    """Its database stands still, as on a full disk: after seconds the chip says that nothing is saved, until it is."""
    song_id = create_song(mortal_studio, "Full disk", "Rain")
    page = await in_song(await people.invite("Ada Marsh", studio=mortal_studio), song_id)
    (pid_file,) = mortal_studio.data_dir.glob("database/*/postmaster.pid")
    database = process_tree([int(pid_file.read_text().split()[0])])
    for pid in database:
        os.kill(pid, signal.SIGSTOP)
    try:
        await type_at_end(page, lyrics(page), " falls")
        await expect(page.get_by_role("button", name="Saving…")).to_be_visible()
        chip = page.get_by_role("button", name="Not saved yet, 1 edit kept here")
        await expect(chip).to_be_visible(timeout=15_000)
        await chip.click()
        sentence = "The studio takes long to answer: 1 edit not saved yet."
        await expect(page.get_by_role("dialog", name="What is saved")).to_contain_text(sentence)
        await page.keyboard.press("Escape")
    finally:
        for pid in database:
            os.kill(pid, signal.SIGCONT)
    await expect_saved(page)
    assert words_of(mortal_studio, song_id) == "Rain falls"


async def test_p10_a_session_ended_while_one_types(people: People, studio: Studio) -> None:
    """The page says that it ended and where one was; whoever signs in again as the same goes on with all words."""
    song_id = create_song(studio, "Locked out", "Rain")
    invitation = invite(studio, "Ada Marsh", "editor")
    ada = await people.stranger()
    await sign_in(ada, invitation["link"])
    ada.watch.allow("answer 401|WebSocket connection to")
    page = await in_song(ada, song_id)
    await go_offline(ada)
    await type_at_end(page, lyrics(page), " on the glass")
    await expect(page.get_by_role("button", name="kept here")).to_be_visible()
    new_link = f"/api/v1/members/{invitation['person_id']}/invite"
    answer = studio.request("POST", new_link, role="owner")
    assert answer.is_success, answer.text
    await ada.context.clear_cookies()
    await ada.set_offline(False)
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    await expect(page.get_by_text("You were in “Locked out”.")).to_be_visible()
    assert words_of(studio, song_id) == "Rain"
    again = await ada.new_tab(answer.json()["link"].removeprefix(studio.url))
    await again.get_by_role("button", name="Sign in").click()
    await expect(again).to_have_url(f"{studio.url}/")
    await expect(lyrics(page)).to_be_editable()
    await expect_words(page, "verse-1", "Rain on the glass")
    await expect_saved(page)
    assert words_of(studio, song_id) == "Rain on the glass"


async def test_who_becomes_a_viewer_while_typing_gets_the_words_back(person: Invite, studio: Studio) -> None:
    """Unsent words and a half-typed tempo come back on a sheet that says why; the text can be copied and discarded."""
    song_id = create_song(studio, "Demoted", "Rain", bpm=120)
    ada = await person("Ada Marsh")
    page = await in_song(ada, song_id)
    await go_offline(ada)
    await type_at_end(page, lyrics(page), " that nobody has read")
    await expect(page.get_by_role("button", name="kept here")).to_be_visible()
    await field(page, "Tempo").fill("97")
    path = f"/api/v1/members/{ada.person_id}"
    assert studio.request("PATCH", path, role="owner", json={"role": "viewer"}).is_success
    await ada.set_offline(False)
    await expect(page.get_by_text("Some of what you wrote was not accepted. It is not lost.")).to_be_visible()
    await expect(page.get_by_text("To write, ask an owner")).to_be_visible()
    await expect(lyrics(page)).to_have_attribute("aria-readonly", "true")
    await expect_words(page, "verse-1", "Rain")
    await page.get_by_role("button", name="See what and why").click()
    sheet = page.get_by_role("dialog", name="Not accepted")
    given_back = sheet.get_by_role("textbox")
    await expect(given_back).to_have_count(2)
    texts = sorted([await one.input_value() for one in await given_back.all()])
    assert texts == ["97", "Rain that nobody has read"]
    await page.reload()
    await page.get_by_role("button", name="See what and why").click()
    await expect(given_back).to_have_count(2)
    await sheet.get_by_role("button", name="Discard").first.focus()
    await page.keyboard.press("Enter")
    await expect(given_back).to_have_count(1)
    await expect(sheet.get_by_role("button", name="Copy")).to_be_focused()
    await sheet.get_by_role("button", name="Discard").focus()
    await page.keyboard.press("Enter")
    await expect(sheet).to_have_count(0)
    await expect(page.get_by_role("main")).to_be_focused()
    stored = read(studio, song_id)
    assert (stored["bpm"], stored["sections"]["verse-1"]["lyrics"]) == (120, "Rain")


class Line:
    """What lies between a browser and the studio: while it is slow, nothing the browser sends arrives."""

    def __init__(self) -> None:
        self.is_slow = False
        self._waiting: list[str | bytes] = []
        self._studio: WebSocketRoute | None = None

    async def route(self, page: Page) -> None:
        """Lie on the way of the page's next socket."""
        await page.route_web_socket("**/collab*", self._connect)

    def recover(self) -> None:
        """Let everything arrive that was sent, in its order."""
        assert self._studio is not None
        assert self._waiting, "nothing was on the way"
        self.is_slow = False
        for frame in self._waiting:
            self._studio.send(frame)

    def _connect(self, socket: WebSocketRoute) -> None:
        self._studio = socket.connect_to_server()
        socket.on_message(self._sent)

    def _sent(self, frame: str | bytes) -> None:
        assert self._studio is not None
        if self.is_slow:
            self._waiting.append(frame)
        else:
            self._studio.send(frame)


@pytest.mark.parametrize("is_slow", [False, True], ids=["at-once", "on-a-slow-line"])
async def test_no_word_typed_during_a_downgrade_is_lost_or_doubled(
    person: Invite, studio: Studio, is_slow: bool
) -> None:
    """A viewer in the middle of a word: it stays as far as it arrived, and whatever one saw of it is given back."""
    song_id = create_song(studio, "Demoted", "Rain")
    ada, line = await person("Ada Marsh"), Line()
    await ada.open("/")
    await line.route(ada.page)
    page = await in_song(ada, song_id)
    await page.evaluate(REMEMBER_LONGEST)
    words = "Rain" + " writes its name on every window of the train" * 3
    typing = asyncio.create_task(type_at_end(page, lyrics(page), words.removeprefix("Rain"), delay=20))
    await page.wait_for_function("() => window.longest.length > 30")
    line.is_slow = is_slow
    await page.wait_for_function("() => window.longest.length > 40")
    path = f"/api/v1/members/{ada.person_id}"
    change = await asyncio.to_thread(studio.request, "PATCH", path, role="owner", json={"role": "viewer"})
    assert change.is_success, change.text
    await expect(page.get_by_text("To write, ask an owner")).to_be_visible()
    await typing
    if is_slow:
        line.recover()
    stored = words_of(studio, song_id)
    # Until the studio has answered for all of it, the page shows more than the studio holds.
    await expect_words(page, "verse-1", stored)
    longest = str(await page.evaluate("() => window.longest"))
    assert words.startswith(longest)
    assert 30 < len(stored) <= len(longest) < len(words)
    assert longest.startswith(stored)
    if longest == stored:
        assert not is_slow
        await expect(page.get_by_role("button", name="See what and why")).to_have_count(0)
        return
    await page.get_by_role("button", name="See what and why").click()
    given_back = page.get_by_role("dialog", name="Not accepted").get_by_role("textbox")
    await expect(given_back).to_have_count(1)
    await expect(given_back).to_have_value(longest)
    assert words_of(studio, song_id) == stored


#: The longest the lyrics have ever been on the screen: all that was typed and taken.
REMEMBER_LONGEST = """
() => {
  window.longest = "";
  new MutationObserver(() => {
    const words = document.querySelector("[data-section=verse-1] [data-part=lyrics] .cm-content")?.textContent ?? "";
    if (words.length > window.longest.length) window.longest = words;
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
"""


async def sign_out_unsaved(ada: Person) -> None:
    """Write a few words without a network, and choose to sign out all the same."""
    page = ada.page
    await has_question(page)
    await go_offline(ada)
    await type_at_end(page, lyrics(page), " at last")
    await expect(page.get_by_role("button", name="1 edit kept here")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Ada Marsh, my menu").click()
    await page.get_by_role("menuitem", name="Sign out").click()


async def test_signing_out_counts_what_would_be_lost(person: Invite, studio: Studio) -> None:
    """With unsaved words one is asked first; whoever stays signed in keeps them, and they arrive."""
    song_id = create_song(studio, "Not yet", "Rain")
    ada = await person("Ada Marsh")
    page = await in_song(ada, song_id)
    await sign_out_unsaved(ada)
    question = page.get_by_role("alertdialog")
    await expect(question).to_contain_text("One edit is kept only in this browser")
    await question.get_by_role("button", name="Stay signed in").click()
    await ada.set_offline(False)
    await expect_saved(page)
    assert words_of(studio, song_id) == "Rain at last"


async def test_a_sign_out_that_does_not_get_through_changes_nothing(person: Invite, studio: Studio) -> None:
    """No tab says that one is signed out, what was kept stays and arrives; Retry signs out when the studio is back."""
    song_id = create_song(studio, "Still here", "Rain")
    ada = await person("Ada Marsh")
    ada.watch.allow("answer 401|WebSocket connection to")
    page, other = await in_song(ada, song_id), await ada.new_tab("/")
    await sign_out_unsaved(ada)
    await page.get_by_role("alertdialog").get_by_role("button", name="Sign out anyway").click()
    news = page.get_by_role("region", name="News")
    await expect(news).to_contain_text("you are still signed in")
    await expect(other.get_by_role("heading", name="Library")).to_be_visible()
    await ada.set_offline(False)
    await expect_saved(page)
    assert words_of(studio, song_id) == "Rain at last"
    await news.get_by_role("button", name="Retry").click()
    await expect(page).to_have_url(f"{studio.url}/sign-in")
    await expect(other.get_by_text("You signed out in this browser.")).to_be_visible()


async def test_back_and_forward_keep_what_was_typed(person: Invite, studio: Studio) -> None:
    """From the song to the library, to its studio and back by the browser's buttons: every word is still there."""
    song_id = create_song(studio, "To and fro", "Rain")
    ada = await person("Ada Marsh")
    await ada.open("/")
    page = ada.page
    await page.get_by_role("link", name="To and fro").click()
    await expect(lyrics(page)).to_be_editable()
    await type_at_end(page, lyrics(page), " and back")
    await field(page, "Tempo").fill("99")
    await page.go_back()
    await expect(page.get_by_role("heading", name="Library")).to_be_visible()
    await page.go_forward()
    await expect_words(page, "verse-1", "Rain and back")
    await expect(field(page, "Tempo")).to_have_value("99")
    await page.goto(f"{studio.url}/songs/{song_id}/studio")
    await page.go_back()
    await expect_words(page, "verse-1", "Rain and back")
    await type_at_end(page, lyrics(page), " again")
    await expect_saved(page)
    assert words_of(studio, song_id) == "Rain and back again"
    assert read(studio, song_id)["bpm"] == 99


async def test_a_removed_section_gives_back_what_was_half_typed(person: Invite, studio: Studio) -> None:
    """Somebody removes the section whose name I am typing: the name comes back to me, the song is as they left it."""
    song_id = create_song(studio, "Gone", "Rain", "Sun")
    ada = await person("Ada Marsh")
    page = await in_song(ada, song_id)
    await section(page, "verse-2").get_by_label("Section name").fill("The quiet one")
    change(studio, song_id, {"sections": {"verse-2": None}})
    await expect(section(page, "verse-2")).to_have_count(0)
    await page.get_by_role("button", name="See what and why").click()
    await expect(page.get_by_role("dialog", name="Not accepted").get_by_role("textbox")).to_have_value("The quiet one")
    assert list(read(studio, song_id)["sections"]) == ["verse-1"]
