"""The collaboration layer in real browsers against a real studio, without a screen: what people must never lose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import WebSocketRoute

from tests.browser.lab import CannotBuildLab, Tab, build_lab, open_tab
from tests.browser.people import People, Person, invite, sign_in
from tests.browser.songs import create_song, read
from tests.studio import Studio

LYRICS = ["sections", "verse-1", "lyrics"]
OpenTab = Callable[..., Awaitable[Tab]]
Guest = Callable[..., Awaitable[Person]]


@pytest.fixture(scope="session")
def built_client() -> None:
    """The screens are not needed here."""


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The collaboration layer as one script."""
    try:
        return build_lab(tmp_path_factory.mktemp("lab"))
    except CannotBuildLab as error:
        pytest.fail(str(error))


@pytest.fixture
def tab(script: str) -> OpenTab:
    """Call it to open a document in a new tab."""

    async def opened(person: Person, document_id: str, kind: str = "song") -> Tab:
        return await open_tab(person, script, document_id, kind)

    return opened


@pytest.fixture
def guest(people: People, studio: Studio) -> Guest:
    """Call it to invite somebody whose browser runs scripts on a bare page."""

    async def invited(name: str, role: str = "editor", where: Studio = studio) -> Person:
        person = await people.stranger(studio=where, bypass_csp=True)
        await sign_in(person, invite(where, name, role)["link"])
        person.watch.allow("answer 404: GET .*/favicon.ico")
        # Whoever is sent to the sign-in while the bare page is already offline: nothing is loaded ahead there.
        person.watch.allow("Failed to fetch dynamically imported module")
        return person

    return invited


async def test_two_people_type_in_one_text(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """Each sees the other's words, both chips say saved, and the studio holds the same."""
    ada, ben = await guest("Ada Marsh"), await guest("Ben Okri")
    song = create_song(studio, "Two hands", "middle")
    at_ada, at_ben = await tab(ada, song), await tab(ben, song)
    await at_ada.ready()
    await at_ben.ready()
    await at_ada.type(LYRICS, 0, "start ")
    await at_ben.shows(LYRICS, "start middle")
    await at_ben.type(LYRICS, len("start middle"), " end")
    for one in (at_ada, at_ben):
        await one.shows(LYRICS, "start middle end")
        await one.ready()
    assert lyrics(studio, song) == "start middle end"


async def test_p6_a_tab_closed_offline_loses_nothing(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """What was written offline is counted, survives the tab, is counted again, and is sent when somebody comes back."""
    ada = await guest("Ada Marsh")
    song = create_song(studio, "Offline", "old")
    first = await tab(ada, song)
    await first.ready()
    await ada.set_offline(True)
    await first.state("state.connection === 'offline'")
    await first.type(LYRICS, 3, " and new")
    await first.set(["bpm"], 99)
    state = await first.state()
    assert (state["unsaved"], state["keptLocally"], state["mayWrite"]) == (2, True, True)
    await first.page.close()
    assert lyrics(studio, song) == "old"
    await ada.set_offline(False)
    async with held_back_socket(ada):
        second = await tab(ada, song)
        assert (await second.state("state.generation > 0"))["unsaved"] == 2
    await second.ready()
    assert await second.value(LYRICS) == "old and new"
    assert lyrics(studio, song) == "old and new"
    assert read(studio, song)["bpm"] == 99
    assert await second.run("return await lab.unsavedAnywhere()") == 0


async def test_the_last_keystroke_before_a_closed_tab_is_kept(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """A tab that is closed right after a keystroke has kept it."""
    ada = await guest("Ada Marsh")
    song = create_song(studio, "Last words", "")
    for letter in "dne":
        one = await tab(ada, song)
        await one.ready()
        await ada.set_offline(True)
        await one.state("state.connection === 'offline'")
        await one.type(LYRICS, 0, letter)
        await one.page.close()
        await ada.set_offline(False)
    last = await tab(ada, song)
    await last.ready()
    assert lyrics(studio, song) == "end"


async def test_p1_edits_survive_a_studio_killed_in_the_middle(
    guest: Guest, tab: OpenTab, mortal_studio: Studio
) -> None:
    """The chip says unsaved while the studio is dead, and nothing typed meanwhile is lost or doubled."""
    ada = await guest("Ada Marsh", where=mortal_studio)
    ada.watch.allow("WebSocket|net::ERR_|failed request|answer 5")
    song = create_song(mortal_studio, "Killed", "")
    one = await tab(ada, song)
    await one.ready()
    await one.type(LYRICS, 0, "before ")
    mortal_studio.kill()
    await one.type(LYRICS, len("before "), "during ")
    state = await one.state("state.connection === 'offline'")
    assert state["unsaved"] > 0
    mortal_studio.start()
    await one.ready()
    await one.type(LYRICS, len("before during "), "after")
    await one.ready()
    assert lyrics(mortal_studio, song) == "before during after"


async def test_a_refused_edit_gives_the_text_back(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """What the studio takes is written again, what it objected to goes back to its author, and nobody else notices."""
    ada, ben = await guest("Ada Marsh"), await guest("Ben Okri")
    song = create_song(studio, "Refused", "old words", bpm=100)
    at_ada, at_ben = await tab(ada, song), await tab(ben, song)
    await at_ada.ready()
    await at_ben.ready()
    await ada.set_offline(True)
    await at_ada.state("state.connection === 'offline'")
    await at_ada.type(LYRICS, len("old"), " and new")
    await at_ada.run("session.doc.transact(() => session.doc.getMap('song').set('bpm', 9999), lab.EDITOR)")
    await at_ada.set(["title"], "Refused no more")
    await at_ben.type(LYRICS, len("old words"), " by Ben")
    await ada.set_offline(False)
    state = await at_ada.state("state.refusals.length > 0 && state.connection === 'online' && state.unsaved === 0")
    (refusal,) = state["refusals"]
    assert refusal["path"] == "/bpm"
    assert "20" in refusal["reason"]
    assert [(c["path"], c["before"], c["mine"]) for c in refusal["changes"]] == [("/bpm", 100, 9999)]
    for one in (at_ada, at_ben):
        await one.shows(LYRICS, "old and new words by Ben")
        await one.shows(["title"], "Refused no more")
        assert await one.value(["bpm"]) == 100
    # Of all that was written only the draft is left in this browser.
    assert await at_ada.run("return await lab.unsavedAnywhere()") == 1
    # It survives a reload, and is gone once its author has taken it back.
    again = await tab(ada, song)
    await again.ready()
    (kept,) = (await again.state("state.refusals.length > 0"))["refusals"]
    assert kept["changes"] == refusal["changes"]
    await again.run("session.takeBack(given)", kept["id"])
    assert await again.run("return await lab.unsavedAnywhere()") == 0
    await again.page.close()
    last = await tab(ada, song)
    await last.ready()
    assert not (await last.state())["refusals"]


async def test_a_root_nobody_knows_is_given_back_and_tried_no_more(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """Content outside the schema can only be shown; the document goes on with everything else."""
    ada = await guest("Ada Marsh")
    song = create_song(studio, "Strange", "words")
    one = await tab(ada, song)
    await one.ready()
    await one.run("session.doc.getText('nonsense').insert(0, 'my strange words')")
    state = await one.state("state.refusals.length > 0 && state.connection === 'online' && state.unsaved === 0")
    assert [change["mine"] for change in state["refusals"][0]["changes"]] == ["my strange words"]
    await one.type(LYRICS, 0, "more ")
    await one.ready()
    assert lyrics(studio, song) == "more words"


async def test_a_downgrade_while_typing_gives_the_text_back(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """Who becomes a viewer keeps their unsent words, reads on, and is told why they cannot write."""
    ada, ben = await guest("Ada Marsh"), await guest("Ben Okri")
    song = create_song(studio, "Demoted", "words")
    at_ada, at_ben = await tab(ada, song), await tab(ben, song)
    await at_ada.ready()
    await at_ben.ready()
    await ada.set_offline(True)
    await at_ada.state("state.connection === 'offline'")
    await at_ada.type(LYRICS, 0, "my ")
    members = studio.request("GET", "/api/v1/members", role="owner").json()["items"]
    person_id = await at_ada.run("return localStorage.getItem('counterpoint.person')")
    assert person_id in {member["person_id"] for member in members}
    change = studio.request("PATCH", f"/api/v1/members/{person_id}", role="owner", json={"role": "viewer"})
    assert change.is_success, change.text
    await ada.set_offline(False)
    state = await at_ada.state("state.refusals.length > 0 && state.connection === 'online' && state.role === 'viewer'")
    assert state["mayWrite"] is False
    assert "ask an owner" in state["readOnlyReason"]
    assert [(c["path"], c["before"], c["mine"]) for c in state["refusals"][0]["changes"]] == [
        ("/sections/verse-1/lyrics", "words", "my words")
    ]
    assert await at_ada.value(LYRICS) == "words"
    await at_ben.type(LYRICS, 0, "Ben's ")
    await at_ada.shows(LYRICS, "Ben's words")
    assert lyrics(studio, song) == "Ben's words"


async def test_two_tabs_of_one_person(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """Tabs leave each other's stores alone, share one colour, and the first offline edit of each arrives once."""
    ada = await guest("Ada Marsh")
    song = create_song(studio, "Two tabs", "")
    first, second = await tab(ada, song), await tab(ada, song)
    await first.ready()
    await second.ready()
    await ada.set_offline(True)
    await first.state("state.connection === 'offline'")
    await second.state("state.connection === 'offline'")
    await first.type(LYRICS, 0, "one")
    await second.type(LYRICS, 0, "two")
    assert await first.value(LYRICS) == "one"
    await ada.set_offline(False)
    await first.ready()
    await second.ready()
    merged = lyrics(studio, song)
    assert sorted([merged[:3], merged[3:]]) == ["one", "two"]
    for one in (first, second):
        await one.shows(LYRICS, merged)
    await first.run(
        "while (session.presence.people().length < 2) await new Promise(r => session.presence.subscribe(r))"
    )
    people = await first.run("return session.presence.people()")
    assert [person["isThisTab"] for person in people] == [True, False]
    assert all(person["isMe"] for person in people)
    assert len({person["colour"] for person in people}) == 1


async def test_p10_a_session_that_ends_keeps_the_words_for_their_author(
    guest: Guest, tab: OpenTab, studio: Studio
) -> None:
    """Signed out while open: edits stay; somebody else neither sees nor sends them; their author sends them later."""
    ada = await guest("Ada Marsh")
    ada.watch.allow("answer 401")
    song = create_song(studio, "Expired", "words")
    one = await tab(ada, song)
    await one.ready()
    await ada.set_offline(True)
    await one.state("state.connection === 'offline'")
    await one.type(LYRICS, 0, "Ada's ")
    cookies = await ada.context.cookies()
    await ada.context.clear_cookies()
    await ada.set_offline(False)
    await one.state("state.phase === 'signed-out' && !state.mayWrite")
    # Somebody else signs in with this browser.
    await sign_in_again(ada, studio, "Ben Okri")
    theirs = await tab(ada, song)
    await theirs.ready()
    assert await theirs.value(LYRICS) == "words"
    await one.state("state.phase === 'signed-out'")
    await theirs.page.close()
    assert lyrics(studio, song) == "words"
    # Ada is back.
    await ada.context.clear_cookies()
    await ada.context.add_cookies(cookies)  # type: ignore[arg-type]  # what was read may be written
    await one.run("window.dispatchEvent(new Event('online'))")
    await one.ready()
    assert lyrics(studio, song) == "Ada's words"


async def test_signing_out_leaves_nothing_behind(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """What is unsaved is counted first; afterwards this browser holds nothing, and other tabs write nothing back."""
    ada = await guest("Ada Marsh")
    song = create_song(studio, "Signed out", "words")
    one, other = await tab(ada, song), await tab(ada, song)
    await one.ready()
    await other.ready()
    await ada.set_offline(True)
    await one.state("state.connection === 'offline'")
    await other.state("state.connection === 'offline'")
    await one.type(LYRICS, 0, "my ")
    await one.run("while (await lab.unsavedAnywhere() < 1) await new Promise((r) => setTimeout(r))")
    await one.run("await lab.clearLocalStores()")
    for tab_ in (one, other):
        await tab_.state("state.phase === 'signed-out'")
    assert await other.run("return await lab.unsavedAnywhere()") == 0
    assert await other.run(COUNT_ROWS) == [0, 0, 0]
    await ada.set_offline(False)


async def test_undo_takes_back_only_ones_own(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """Undo leaves others' words and fields alone, and every form edit is a step of its own."""
    ada, ben = await guest("Ada Marsh"), await guest("Ben Okri")
    song = create_song(studio, "Undo", "words", bpm=100)
    at_ada, at_ben = await tab(ada, song), await tab(ben, song)
    await at_ada.ready()
    await at_ben.ready()
    await at_ada.run("session.undo.addTrackedOrigin(lab.EDITOR)")
    await at_ada.set(["bpm"], 101)
    await at_ada.set(["bpm"], 102)
    await at_ada.type(LYRICS, 0, "my ")
    await at_ben.shows(LYRICS, "my words")
    await at_ben.type(LYRICS, len("my words"), " and Ben's")
    await at_ben.set(["title"], "By Ben")
    await at_ada.shows(["title"], "By Ben")
    await at_ada.run("session.undo.undo()")
    await at_ben.shows(LYRICS, "words and Ben's")
    await at_ada.run("session.undo.undo()")
    await at_ben.shows(["bpm"], 101)
    await at_ada.run("session.undo.undo(); session.undo.undo(); session.undo.undo()")
    await at_ben.shows(["bpm"], 100)
    assert await at_ada.value(["title"]) == "By Ben"
    await at_ada.run("session.undo.redo()")
    await at_ben.shows(["bpm"], 101)


async def test_r33_who_comes_back_is_seen_at_once(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """A tab whose socket died is seen again without waiting for the next renewal of its presence."""
    ada, ben = await guest("Ada Marsh"), await guest("Ben Okri")
    song = create_song(studio, "Presence", "words")
    at_ada, at_ben = await tab(ada, song), await tab(ben, song)
    await at_ada.ready()
    await at_ben.ready()
    await at_ada.run("session.announce('/title')")
    await at_ben.run(SEES, {"place": "/title", "count": 1})
    await ada.set_offline(True)
    await at_ben.run(SEES, {"place": "/title", "count": 0})
    await ada.set_offline(False)
    await at_ada.ready()
    seconds = await at_ben.run(
        "const start = performance.now();" + SEES + ";return (performance.now() - start) / 1000",
        {"place": "/title", "count": 1},
    )
    assert seconds < 5
    people = await at_ben.run("return session.presence.people()")
    assert [person["name"] for person in people] == ["Ben Okri", "Ada Marsh"]
    assert len({person["colour"] for person in people}) == 2


async def test_cursors_move_with_the_text(guest: Guest, tab: OpenTab, studio: Studio) -> None:
    """A cursor stays between the same words when somebody types before it."""
    ada, ben = await guest("Ada Marsh"), await guest("Ben Okri")
    song = create_song(studio, "Cursors", "some words")
    at_ada, at_ben = await tab(ada, song), await tab(ben, song)
    await at_ada.ready()
    await at_ben.ready()
    place = "/" + "/".join(LYRICS)
    await at_ada.run("session.presence.announceCursor(given, 5, 10)", place)
    await at_ben.run(SEES, {"place": place, "count": 1})
    await at_ben.type(LYRICS, 0, "quite ")
    (cursor,) = await at_ben.run("return session.presence.cursorsAt(given)", place)
    assert (cursor["person"]["name"], cursor["anchor"], cursor["head"]) == ("Ada Marsh", 11, 16)
    assert await at_ada.run("return session.presence.cursorsAt(given)", place) == []


async def test_a_document_in_the_trash_can_be_restored_under_ones_hands(
    guest: Guest, tab: OpenTab, studio: Studio
) -> None:
    """It cannot be written while it lies there, and goes on by itself afterwards; one that is not there says so."""
    ada = await guest("Ada Marsh")
    ada.watch.allow("answer 40[49]")
    song = create_song(studio, "Trash", "words")
    one = await tab(ada, song)
    await one.ready()
    assert studio.request("DELETE", f"/api/v1/documents/{song}").is_success
    state = await one.state("state.phase === 'trashed'")
    assert "trash" in state["readOnlyReason"]
    assert studio.request("POST", f"/api/v1/documents/{song}/restore").is_success
    await one.run("await session.retry()")
    await one.ready()
    await one.type(LYRICS, 0, "more ")
    await one.ready()
    assert lyrics(studio, song) == "more words"
    nowhere = await tab(ada, "00000000-0000-4000-8000-000000000000")
    await nowhere.state("state.phase === 'missing'")


COUNT_ROWS = """
    const database = await lab.openDatabase();
    const count = (name) => new Promise((done) => {
        const request = database.transaction([name]).objectStore(name).count();
        request.onsuccess = () => done(request.result);
    });
    return [await count("stores"), await count("updates"), await count("drafts")];
"""
SEES = """
    while (session.presence.peopleAt(given.place).length !== given.count) {
        await new Promise((done) => { const stop = session.presence.subscribe(() => { stop(); done(); }); });
    }
"""


@asynccontextmanager
async def held_back_socket(person: Person) -> AsyncIterator[None]:
    """Let no socket of this browser reach the studio until the context is left."""
    may_connect = asyncio.Event()

    async def hold(socket: WebSocketRoute) -> None:
        await may_connect.wait()
        socket.connect_to_server()

    await person.context.route_web_socket("**/collab*", hold)
    yield
    may_connect.set()


def lyrics(studio: Studio, song: str) -> str:
    """Return the words of the first verse as the studio holds them."""
    return str(read(studio, song)["sections"]["verse-1"]["lyrics"])


async def sign_in_again(person: Person, studio: Studio, name: str) -> None:
    """Sign somebody else in with the same browser, in a tab of its own."""
    page = await person.context.new_page()
    await page.goto(invite(studio, name, "editor")["link"])
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{studio.url}/")
    await page.close()
