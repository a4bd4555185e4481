"""Input methods: a word somebody composes comes out as it was chosen, whatever others write beside it meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from playwright.async_api import CDPSession, Page, expect

from tests.browser.conftest import Invite
from tests.browser.pages import carets, expect_saved, expect_words, lyrics
from tests.browser.songs import create_song, read
from tests.studio import Studio

LINE = "on the pier tonight"
#: Where the word is composed: before "pier".
PLACE = 7
#: What an input method shows on the way to the word, each in place of the one before.
STEPS = ("n", "に", "にh", "にほ", "にほn", "にほん")
WORD = "日本"
#: In it the editor writes another way.
ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"


@dataclass(frozen=True)
class Interference:
    """What somebody else does in the line in the middle of a word, and what must come of both."""

    act: Callable[[Page], Awaitable[None]]
    words: str


async def compose(keys: CDPSession, *steps: str) -> None:
    """Let the browser's input method show one text after the other."""
    for step in steps:
        await keys.send(
            "Input.imeSetComposition", {"text": step, "selectionStart": len(step), "selectionEnd": len(step)}
        )
        await asyncio.sleep(0.03)


async def go_to(page: Page, place: int) -> None:
    """Put the caret before a character of the verse, counted from its start; negative: from its end."""
    await lyrics(page).click()
    await page.keyboard.press("Control+End" if place < 0 else "Control+Home")
    for _ in range(-place - 1 if place < 0 else place):
        await page.keyboard.press("ArrowLeft" if place < 0 else "ArrowRight")


def writes(place: int, words: str) -> Callable[[Page], Awaitable[None]]:
    """Write words at a place."""

    async def act(page: Page) -> None:
        await go_to(page, place)
        await page.keyboard.type(words)

    return act


def deletes(place: int, count: int) -> Callable[[Page], Awaitable[None]]:
    """Delete characters from a place on."""

    async def act(page: Page) -> None:
        await go_to(page, place)
        for _ in range(count):
            await page.keyboard.press("Delete")

    return act


INTERFERENCES = {
    "before it": Interference(writes(0, "Late "), "Late on the 日本pier tonight"),
    "at its place": Interference(writes(PLACE, "old "), "on the old 日本pier tonight"),
    "behind it": Interference(writes(-1, " again"), "on the 日本pier tonight again"),
    "a line before it": Interference(writes(0, "Late\n"), "Late\non the 日本pier tonight"),
    "deleted before it": Interference(deletes(0, 3), "the 日本pier tonight"),
    # Two letters of the word on its way are among the eight.
    "deleted around it": Interference(deletes(3, 8), "on 日本er tonight"),
}


async def two_in(person: Invite, studio: Studio, user_agent: str | None = None) -> tuple[Page, Page, str]:
    """Let Ada, with this browser, and Ben open a new song; returns their pages and its id."""
    song_id = create_song(studio, "Nihon", LINE)
    ada = await (await person("Ada Marsh", user_agent=user_agent)).open(f"/songs/{song_id}")
    return ada, await (await person("Ben Okri")).open(f"/songs/{song_id}"), song_id


@pytest.mark.parametrize(
    ("what", "user_agent"),
    [*((what, None) for what in INTERFERENCES), ("at its place", ANDROID), ("deleted around it", ANDROID)],
    ids=lambda value: "Android" if value == ANDROID else str(value or "desktop"),
)
async def test_a_composed_word_comes_out_whole(
    person: Invite, studio: Studio, what: str, user_agent: str | None
) -> None:
    """Nothing of its steps stays in the line, and what the other did is there as soon as the word is chosen."""
    ada, ben, song_id = await two_in(person, studio, user_agent)
    await go_to(ada, PLACE)
    keys = await ada.context.new_cdp_session(ada)
    await compose(keys, *STEPS[:3])
    await expect_words(ben, "verse-1", "on the にhpier tonight")
    await INTERFERENCES[what].act(ben)
    await expect_saved(ben)
    await asyncio.sleep(0.2)  # What must not come yet has had the time to.
    await expect_words(ada, "verse-1", "on the にhpier tonight")
    await compose(keys, *STEPS[3:])
    await keys.send("Input.insertText", {"text": WORD})
    for page in (ada, ben):
        await expect_words(page, "verse-1", INTERFERENCES[what].words)
    await expect_saved(ada, ben)
    assert read(studio, song_id)["sections"]["verse-1"]["lyrics"] == INTERFERENCES[what].words


async def test_what_others_write_comes_when_a_word_is_given_up(person: Invite, studio: Studio) -> None:
    """Whoever leaves the text in the middle of a word, or gives it up, sees at once what was written meanwhile."""
    ada, ben, _ = await two_in(person, studio)
    await go_to(ada, PLACE)
    keys = await ada.context.new_cdp_session(ada)
    await compose(keys, *STEPS[:2])
    await writes(0, "Late ")(ben)
    await compose(keys, "")
    await expect_words(ada, "verse-1", f"Late {LINE}")
    await compose(keys, *STEPS[:2])
    await writes(0, "So ")(ben)
    await ada.get_by_role("textbox", name="Title", exact=True).click()
    await expect(lyrics(ada)).not_to_be_focused()
    await expect_words(ada, "verse-1", "So Late on the にpier tonight")


async def test_two_write_at_one_place_and_one_composes(person: Invite, studio: Studio) -> None:
    """Both carets stand at one place from the start, and move with every letter of either: the word is there once."""
    ada, ben, song_id = await two_in(person, studio)
    for page in (ada, ben):
        await go_to(page, PLACE)
    await expect(carets(lyrics(ada))).to_have_text("Ben Okri")
    keys = await ada.context.new_cdp_session(ada)
    for step, letter in zip(STEPS, "so the", strict=True):
        await compose(keys, step)
        await ben.keyboard.type(letter)
    await keys.send("Input.insertText", {"text": WORD})
    await expect_saved(ada, ben)
    await expect(lyrics(ben)).to_contain_text(WORD)
    words = str(read(studio, song_id)["sections"]["verse-1"]["lyrics"])
    for page in (ada, ben):
        await expect_words(page, "verse-1", words)
    # Where the letters of the other come to stand around the word is nobody's choice.
    assert words.count(WORD) == 1
    assert sorted(words.replace(WORD, "")) == sorted(f"{LINE}so the")
