"""Comments: words marked and discussed by several people, an inbox that leads to them, drafts that are not lost."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.accessibility import sideways, violations
from tests.browser.conftest import Invite
from tests.browser.pages import expect_saved, lyrics, section
from tests.browser.people import PHONE
from tests.browser.songs import create_song
from tests.studio import Studio


def panel(page: Page) -> Locator:
    """Return the panel of comments."""
    return page.get_by_role("complementary", name="Comments")


def mark(page: Page) -> Locator:
    """Return the commented words in the editors."""
    return page.locator(".comment-mark")


async def comment_on_first_line(page: Page, words: str) -> None:
    """Select the first line of the lyrics with the keyboard and comment on it with the keyboard."""
    await lyrics(page).click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("Shift+End")
    await page.keyboard.press("Control+Alt+m")
    box = panel(page).get_by_role("textbox", name=re.compile("^Comment on"))
    await expect(box).to_be_focused()
    await page.keyboard.type(words)
    await page.keyboard.press("Control+Enter")
    await expect(panel(page).get_by_role("article")).to_contain_text(words)


async def test_words_are_discussed_while_others_write_in_them(person: Invite, studio: Studio) -> None:
    """A commenter marks words, an editor writes in them and answers with a mention; the inbox leads back."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name\nI read it back")
    lee, mina = await person("Lee Park", "commenter"), await person("Mina Okafor")
    page = await lee.open(f"/songs/{song_id}")
    await comment_on_first_line(page, "Could this be warmer?")
    await expect(mark(page)).to_have_text("Rain writes its name")

    theirs = await mina.open(f"/songs/{song_id}")
    await expect(mark(theirs)).to_have_text("Rain writes its name")
    await lyrics(theirs).click()
    await theirs.keyboard.press("Control+Home")
    await theirs.keyboard.type("Soft ")
    for _ in range(4):
        await theirs.keyboard.press("ArrowRight")
    await theirs.keyboard.type("drops")
    await theirs.keyboard.press("Control+End")
    await expect_saved(theirs)
    for each in (page, theirs):
        await expect(mark(each)).to_have_text("Raindrops writes its name")

    await mark(theirs).click()
    reply = panel(theirs).get_by_role("textbox", name=re.compile("^Reply"))
    await reply.fill("Warmer it is, @Le")
    await expect(theirs.get_by_role("option", name="Lee Park")).to_be_visible()
    await reply.press("Enter")
    await expect(reply).to_have_value("Warmer it is, @Lee Park ")
    await reply.press("Control+Enter")
    await expect(panel(theirs).locator(".thread__mention")).to_have_text("@Lee Park")

    await page.goto(f"{studio.url}/")
    await expect(page.get_by_role("button", name="Inbox, 1 unread")).to_be_visible()
    await page.keyboard.press("g")
    await page.keyboard.press("i")
    assert await violations(page) == []
    await page.get_by_role("link", name="Mina Okafor mentioned you in Glasshouse Weather").click()
    await expect(panel(page).get_by_role("article")).to_contain_text("Warmer it is")
    await expect(page.get_by_role("button", name="Inbox", exact=True)).to_be_visible()

    await panel(page).get_by_role("button", name="Resolve", exact=True).click()
    await expect(mark(page)).to_have_count(0)
    await panel(page).get_by_text("Resolved", exact=True).click()
    await panel(page).get_by_role("button", name="Reopen").click()
    await panel(page).get_by_text("Open", exact=True).click()
    await expect(panel(page).get_by_role("article")).to_have_count(1)
    assert await violations(page) == []


async def test_words_that_are_gone_are_quoted_and_come_back(person: Invite, studio: Studio) -> None:
    """Deleted words leave a thread that quotes them; a revert to before brings the words and their mark back."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name\nI read it back")
    before = int(studio.request("GET", f"/api/v1/documents/{song_id}").headers["etag"].strip('W/"'))
    page = await (await person("Ada Marsh")).open(f"/songs/{song_id}")
    await comment_on_first_line(page, "Keep this")
    await lyrics(page).click()
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Backspace")
    await expect(panel(page).get_by_text("These words are gone")).to_be_visible()
    await expect(panel(page).locator(".thread__quote")).to_have_text("Rain writes its name")
    answer = studio.request("POST", f"/api/v1/documents/{song_id}/revert", json={"to": before})
    assert answer.is_success, answer.text
    await expect(mark(page)).to_have_text("Rain writes its name")
    await expect(panel(page).get_by_text("These words are gone")).to_have_count(0)


async def test_what_is_said_of_a_section_comes_back_with_it(person: Invite, studio: Studio) -> None:
    """A section that was removed and brought back by undo has its thread where it was, though its text is a new one."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name\nI read it back", "Sun")
    page = await (await person("Ada Marsh")).open(f"/songs/{song_id}")
    await comment_on_first_line(page, "Keep this")
    await expect(mark(page)).to_have_text("Rain writes its name")
    await section(page, "verse-1").get_by_role("button", name="More about Verse 1").click()
    await page.get_by_role("menuitem", name="Remove").click()
    await expect(panel(page).get_by_text("These words are gone")).to_be_visible()
    await page.get_by_role("button", name="Undo").filter(visible=True).last.click()
    await expect(mark(page)).to_have_text("Rain writes its name")
    await expect(panel(page).get_by_text("These words are gone")).to_have_count(0)


async def test_a_draft_outlives_a_refusal_and_a_reload(person: Invite, studio: Studio) -> None:
    """What was written without a network is still there after a reload, with the words it is about, and can be sent."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name")
    ada = await person("Ada Marsh", size=PHONE, touch=True)
    page = await ada.open(f"/songs/{song_id}")
    await lyrics(page).click()
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Control+Alt+m")
    await page.keyboard.type("Still here?")
    assert not await sideways(page)
    await ada.set_offline(True)
    await page.keyboard.press("Control+Enter")
    await expect(panel(page).get_by_text("Not sent: the studio cannot be reached.")).to_be_visible()
    await expect(panel(page).get_by_role("button", name="Retry")).to_be_visible()
    await ada.set_offline(False)
    await page.reload()
    await page.get_by_role("button", name="Comments", exact=True).click()
    box = panel(page).get_by_role("textbox", name=re.compile("^Comment on"))
    await expect(box).to_have_value("Still here?")
    await box.press("Control+Enter")
    await expect(mark(page)).to_have_text("Rain writes its name")


async def test_a_viewer_reads_comments_and_is_told_why_no_more(person: Invite, studio: Studio) -> None:
    """A viewer has no box to write in, and reads whom to ask."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name")
    page = await (await person("Vi Stone", "viewer")).open(f"/songs/{song_id}")
    await lyrics(page).click()
    await page.keyboard.press("Control+Alt+m")
    await expect(panel(page).get_by_text("You are a viewer here")).to_be_visible()
    await expect(panel(page).get_by_role("textbox")).to_have_count(0)


def long_song(studio: Studio, title: str, count: int) -> str:
    """Create a song of many sections; returns its id."""
    verses = ["\n".join(f"Verse {verse}, line {line}" for line in range(12)) for verse in range(1, count + 1)]
    return create_song(studio, title, *verses)


async def test_a_mention_leads_to_its_words(person: Invite, studio: Studio) -> None:
    """From the inbox, and on a first load: words far down, in a part that is built later, are in view and marked."""
    song_id = long_song(studio, "Long Way Down", 60)
    far = "/sections/verse-55/lyrics"
    lee = await person("Lee Park", "commenter")
    members = studio.request("GET", "/api/v1/members", role="owner").json()["items"]
    mentioned = [one["person_id"] for one in members if one["name"] == "Lee Park"]
    body = {"anchor": {"path": far, "start": 0, "stop": 16}, "text": "@Lee Park warmer?", "mentions": mentioned}
    answer = studio.request("POST", f"/api/v1/documents/{song_id}/comments", json=body)
    assert answer.is_success, answer.text
    thread_id = answer.json()["id"]
    page = await lee.open("/inbox")
    await page.get_by_role("link", name=re.compile("mentioned you in Long Way Down")).click()
    words = page.locator(".comment-mark--active")
    await expect(words).to_have_text("Verse 55, line 0")
    await expect(words).to_be_in_viewport()
    await expect(page.get_by_role("article", name=re.compile("^Thread about"))).to_be_focused()
    await page.wait_for_function("() => scrollY > 2000")

    first = await (await person("Ida Quist", size=PHONE, touch=True)).open(f"/songs/{song_id}?comment={thread_id}")
    words = first.locator(".comment-mark--active")
    await expect(words).to_have_text("Verse 55, line 0")
    await expect(words).to_be_in_viewport()
    await expect(panel(first)).to_be_visible()
    # Above the sheet of comments, not behind it.
    tops = "() => [document.querySelector('.comment-mark--active'), document.querySelector('.comments')]"
    await first.wait_for_function(
        f"() => {{ const [words, sheet] = ({tops})().map(one => one.getBoundingClientRect());"
        " return words.top > 0 && words.bottom <= sheet.top }"
    )


async def test_what_is_new_stands_below_ones_own_words(person: Invite, studio: Studio) -> None:
    """A reply to me is marked as new above the reply, not above what I said first."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name")
    lee, mina = await person("Lee Park", "commenter"), await person("Mina Okafor")
    page = await lee.open(f"/songs/{song_id}")
    await comment_on_first_line(page, "Could this be warmer?")
    theirs = await mina.open(f"/songs/{song_id}")
    await mark(theirs).click()
    reply = panel(theirs).get_by_role("textbox", name=re.compile("^Reply"))
    await reply.fill("It could.")
    await reply.press("Control+Enter")
    await expect(panel(theirs).get_by_text("It could.")).to_be_visible()
    await page.goto(f"{studio.url}/songs/{song_id}")
    await page.get_by_role("button", name=re.compile("^Comments")).click()
    messages = panel(page).get_by_role("article").get_by_role("listitem")
    await expect(messages).to_have_count(2)
    await expect(messages.nth(1)).to_contain_text("New for you")
    await expect(messages.nth(0)).not_to_contain_text("New for you")
    await expect(panel(page).get_by_text("New for you")).to_have_count(1)


async def test_the_inbox_is_reached_from_a_document_on_a_phone(person: Invite, studio: Studio) -> None:
    """Where the bar has no room for the bell, my menu leads to the inbox, and says how much of it is unread."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name")
    ida = await person("Ida Quist", size=PHONE, touch=True)
    page = await ida.open(f"/songs/{song_id}")
    await expect(page.get_by_role("button", name=re.compile("^Inbox"))).to_be_hidden()
    await expect(page.locator(".me-menu__unread")).to_have_count(0)
    members = studio.request("GET", "/api/v1/members", role="owner").json()["items"]
    mentioned = [one["person_id"] for one in members if one["name"] == "Ida Quist"]
    body = {"anchor": {"path": "/title"}, "text": "@Ida Quist, a better one?", "mentions": mentioned}
    answer = studio.request("POST", f"/api/v1/documents/{song_id}/comments", json=body)
    assert answer.is_success, answer.text
    await expect(page.locator(".me-menu__unread")).to_be_visible()
    await page.get_by_role("button", name="Ida Quist, my menu, inbox: 1 unread").click()
    await page.get_by_role("menuitem", name="Inbox (1 unread)").click()
    await expect(page.get_by_role("link", name=re.compile("mentioned you in Glasshouse Weather"))).to_be_visible()
    # The bell is back where there is room, and does the same.
    await expect(page.get_by_role("button", name="Inbox, 1 unread")).to_be_visible()
    await expect(page.locator(".me-menu__unread")).to_be_hidden()
    assert await violations(page) == []


def comment(studio: Studio, song_id: str, text: str, path: str = "/title") -> str:
    """Comment on a field as the studio's own script; returns the thread's id."""
    body = {"anchor": {"path": path}, "text": text, "mentions": []}
    answer = studio.request("POST", f"/api/v1/documents/{song_id}/comments", json=body)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


def resolve(studio: Studio, thread_id: str) -> None:
    """Resolve a thread as somebody else than the people of the test."""
    answer = studio.request("POST", f"/api/v1/comments/{thread_id}/resolve")
    assert answer.is_success, answer.text


async def test_a_half_written_reply_outlives_that_the_thread_is_resolved(person: Invite, studio: Studio) -> None:
    """The thread stays where it is, with the caret in the box, and says so; it goes once the words are sent."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name")
    oldest, written, newest = (comment(studio, song_id, words) for words in ("The first", "The second", "The third"))
    page = await (await person("Ada Marsh")).open(f"/songs/{song_id}")
    await page.get_by_role("button", name=re.compile("^Comments")).click()
    threads = panel(page).get_by_role("article")
    await expect(threads).to_have_count(3)
    box = threads.nth(1).get_by_role("textbox", name=re.compile("^Reply"))
    await box.click()
    await page.keyboard.type("But what if")
    resolve(studio, written)
    resolve(studio, newest)
    await expect(threads).to_have_count(2)
    await expect(threads.nth(0)).to_contain_text("resolved this, and your reply is not sent")
    await page.keyboard.type(" it rains?")
    reply = threads.nth(0).get_by_role("textbox", name=re.compile("^Reply"))
    await expect(reply).to_have_value("But what if it rains?")
    assert await violations(page) == []
    # Opened and resolved once more: the words are where they were.
    await threads.nth(0).get_by_role("button", name="Reopen the thread").click()
    await expect(threads.get_by_text("is not sent")).to_have_count(0)
    await expect(panel(page).get_by_text("But what if it rains?")).to_be_visible()
    resolve(studio, written)
    await expect(threads.get_by_text("is not sent")).to_be_visible()
    await page.get_by_role("textbox", name=re.compile("^Reply")).filter(has_text="But what").press("Control+Enter")
    await expect(page.get_by_text("The thread stays resolved.")).to_be_visible()
    await expect(threads).to_have_count(1)
    await expect(threads).to_contain_text("The first")
    await expect(threads).to_be_focused()
    said = studio.request("GET", f"/api/v1/comments/{written}").json()
    assert (said["state"], said["messages"][-1]["text"]) == ("resolved", "But what if it rains?")
    assert studio.request("GET", f"/api/v1/comments/{oldest}").json()["state"] == "open"


async def test_words_that_are_dropped_can_be_had_again(person: Invite, studio: Studio) -> None:
    """Cancel says that a comment, a reply or a change is dropped, and brings it back; without words it says nothing."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name")
    page = await (await person("Ada Marsh")).open(f"/songs/{song_id}")
    await lyrics(page).click()
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Control+Alt+m")
    box = panel(page).get_by_role("textbox", name=re.compile("^Comment on"))
    await expect(box).to_be_focused()
    await panel(page).get_by_role("button", name="Cancel").click()
    await expect(box).to_have_count(0)
    await expect(page.get_by_text("Comment dropped.")).to_have_count(0)
    await page.keyboard.press("Control+Alt+m")
    await page.keyboard.type("Too wet?")
    await panel(page).get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("Comment dropped.")).to_be_visible()
    await page.get_by_role("region", name="News").get_by_role("button", name="Undo").click()
    await expect(box).to_have_value("Too wet?")
    await expect(panel(page).locator(".thread__quote")).to_have_text("Rain writes its name")
    await box.press("Control+Enter")
    await expect(mark(page)).to_have_text("Rain writes its name")

    await page.reload()
    await page.get_by_role("button", name=re.compile("^Comments")).click()
    thread = panel(page).get_by_role("article")
    await thread.get_by_role("button", name="Edit my comment").click()
    edited = thread.get_by_role("textbox", name="Edit my comment")
    await edited.fill("Far too wet")
    await thread.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("Change dropped.")).to_be_visible()
    await page.get_by_role("region", name="News").get_by_role("button", name="Undo").click()
    await expect(edited).to_have_value("Far too wet")
    await thread.get_by_role("button", name="Cancel").click()

    await thread.get_by_role("textbox", name=re.compile("^Reply")).fill("Or not")
    thread_id = str(await thread.get_attribute("data-thread-card"))
    resolve(studio, thread_id)
    await thread.get_by_role("button", name="Cancel").click()
    await expect(thread).to_have_count(0)
    await expect(page.get_by_text("Reply dropped.")).to_be_visible()
    dropped = page.locator(".toast").filter(has_text="Reply dropped.")
    await dropped.get_by_role("button", name="Undo").click()
    await expect(thread.get_by_role("textbox", name=re.compile("^Reply"))).to_have_value("Or not")


async def test_the_focus_stays_in_the_comments_by_keys_alone(person: Invite, studio: Studio) -> None:
    """Resolve leads to the next thread, the last one to the panel; Cancel leads back to the words or the button."""
    song_id = create_song(studio, "Glasshouse Weather", "Rain writes its name")
    for words in ("The first", "The second", "The third"):
        comment(studio, song_id, words)
    page = await (await person("Ada Marsh")).open(f"/songs/{song_id}")
    await page.get_by_role("button", name=re.compile("^Comments")).click()
    threads = panel(page).get_by_role("article")
    await expect(threads).to_have_count(3)
    for following in ("The first", "The third"):
        await (
            threads.filter(has_text="The second")
            .or_(threads.filter(has_text="The first"))
            .first.get_by_role("button", name="Resolve", exact=True)
            .focus()
        )
        await page.keyboard.press("Enter")
        await expect(threads.filter(has_text=following)).to_be_focused()
    await threads.get_by_role("button", name="Resolve", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(threads).to_have_count(0)
    await expect(panel(page)).to_be_focused()

    begin = panel(page).get_by_role("button", name="Comment on the document")
    await begin.focus()
    await page.keyboard.press("Enter")
    await expect(panel(page).get_by_role("textbox")).to_be_focused()
    await panel(page).get_by_role("button", name="Cancel").focus()
    await page.keyboard.press("Enter")
    await expect(begin).to_be_focused()
    await lyrics(page).click()
    await page.keyboard.press("Control+Alt+m")
    await expect(panel(page).get_by_role("textbox")).to_be_focused()
    await panel(page).get_by_role("button", name="Cancel").focus()
    await page.keyboard.press("Enter")
    await expect(lyrics(page)).to_be_focused()
