"""Signing in and out in a browser: what a link, a spent link, an ended session and a sign-out look like."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import Invite
from tests.browser.pages import expect_ended, expect_saved, lyrics
from tests.browser.people import People, Person, invite, sign_in
from tests.browser.songs import create_song
from tests.studio import Studio


async def test_a_link_signs_in_once_and_says_so_afterwards(people: People, studio: Studio) -> None:
    """The page of a link says for whom it is; used a second time it explains itself and signs nobody in."""
    link = invite(studio, "Noor Haddad", "commenter")["link"].removeprefix(studio.url)
    noor, thief = await people.stranger(), await people.stranger()
    page = await noor.open(link)
    await expect(page.get_by_text("Noor Haddad").first).to_be_visible()
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{studio.url}/")
    await expect(page.get_by_role("button", name="Noor Haddad, my menu")).to_be_visible()
    thief.watch.allow("answer 401")
    page = await thief.open(link)
    if await page.get_by_role("button", name="Sign in").count():
        await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading")).to_contain_text("link")
    assert await thief.context.cookies() == []


async def test_who_is_not_signed_in_is_told_what_to_do(people: People) -> None:
    """Without a session every page says that one is signed out and how to get in, and asks for nothing else."""
    stranger = await people.stranger()
    stranger.watch.allow("answer 401")
    page = await stranger.open("/songs/2f6c2f0e-8a8c-4a44-9d6b-0a4f3d4f2b11")
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    await page.get_by_role("button", name="I am signed in again").click()
    await expect(page.get_by_role("status").filter(has_text="Nobody is signed in here yet")).to_be_visible()
    await expect(page.get_by_text("by an owner of this workspace")).to_have_count(0)


#: Counts everything that the browser keeps of documents. An empty database may be there: whoever looks makes one.
KEPT = """async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  let kept = 0;
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      kept += await done(database.transaction(store).objectStore(store).count());
    }
    database.close();
  }
  return kept;
}"""


async def test_signing_out_ends_every_tab_and_forgets_what_was_kept(person: Invite, studio: Studio) -> None:
    """Sign-out ends the session, all tabs of the browser say so, and no local copy of any document is left."""
    song_id = create_song(studio, "Mine alone", "some words")
    ada = await person("Ada Marsh")
    ada.watch.allow("answer 401|WebSocket connection to")
    page, other = await ada.open(f"/songs/{song_id}"), await ada.new_tab("/")
    await lyrics(page).click()
    await page.keyboard.type("kept ")
    await expect_saved(page)
    assert await page.evaluate(KEPT) > 0
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Ada Marsh, my menu").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page).to_have_url(f"{studio.url}/sign-in")
    await expect(other.get_by_role("heading", name="You are signed out")).to_be_visible()
    await expect(other.get_by_text("You signed out in this browser.")).to_be_visible()
    assert await ada.context.cookies() == []
    assert await page.evaluate(KEPT) == 0
    answer = await ada.context.request.get(f"{studio.url}/api/v1/me")
    assert answer.status == 401
    await page.goto(f"{studio.url}/people")
    await expect(page.get_by_text("Nobody is signed in in this browser.")).to_be_visible()


async def test_a_session_ended_elsewhere_is_explained_and_can_be_resumed(people: People, studio: Studio) -> None:
    """Ended from another device, the open page says so in a sentence and where one was; a fresh link leads on there."""
    song_id = create_song(studio, "Where I was", "some words")
    ada, elsewhere = await people.invite("Ada Marsh"), await people.stranger()
    await sign_in(elsewhere, fresh_link(ada))
    ada.watch.allow("answer 401|WebSocket connection to")
    page = await ada.open(f"/songs/{song_id}")
    await expect(lyrics(page)).to_be_editable()
    sessions = f"{studio.url}/api/v1/me/sessions"
    items = (await (await elsewhere.context.request.get(sessions)).json())["items"]
    (there,) = (item["id"] for item in items if not item["current"])
    ended = await elsewhere.context.request.delete(f"{sessions}/{there}", headers={"Origin": studio.url})
    assert ended.status == 204, await ended.text()
    await expect_ended(page, "Where I was")
    again = await ada.new_tab(fresh_link(ada).removeprefix(studio.url))
    await again.get_by_role("button", name="Sign in").click()
    await expect(again).to_have_url(f"{studio.url}/")
    await expect(lyrics(page)).to_be_editable()


def fresh_link(person: Person) -> str:
    """Return a new sign-in link for somebody, as an owner makes it."""
    path = f"/api/v1/members/{person.person_id}/invite"
    answer = person.studio.request("POST", path, role="owner")
    assert answer.is_success, answer.text
    return str(answer.json()["link"])
