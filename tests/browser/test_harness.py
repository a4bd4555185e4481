"""The harness itself: people are signed in for real, and what goes wrong in a browser is not overlooked."""

from __future__ import annotations

import pytest
from playwright.async_api import Route

from tests.browser.conftest import Invite
from tests.browser.people import People
from tests.browser.songs import create_song, read
from tests.studio import Studio


async def test_a_person_is_signed_in_under_their_name_and_role(person: Invite) -> None:
    """The link and its button give a session: the API knows who asks."""
    mina = await person("Mina Okafor", "viewer")
    answer = await mina.context.request.get(f"{mina.studio.url}/api/v1/me")
    me = await answer.json()
    assert (me["name"], me["role"], me["person_id"]) == ("Mina Okafor", "viewer", str(mina.person_id))


async def test_two_people_have_browsers_of_their_own(person: Invite) -> None:
    """Nobody is somebody else because they share a Chromium."""
    ada, mina = await person("Ada Marsh"), await person("Mina Okafor")
    secrets = {cookie["value"] for one in (ada, mina) for cookie in await one.context.cookies()}
    assert len(secrets) == 2


@pytest.mark.parametrize(
    ("script", "seen"),
    [
        ("console.error('a fault in the page')", "console: a fault in the page"),
        ("setTimeout(() => { throw new Error('nobody caught this') })", "uncaught: nobody caught this"),
        ("await fetch('http://127.0.0.2:9/spy').catch(() => {})", "third party: http://127.0.0.2:9/spy"),
        ("await fetch('/api/v1/documents/nothing')", "answer 401: GET"),
        (
            "document.head.append(Object.assign(document.createElement('style'), {textContent: 'p{}'}))",
            "policy breach: style-src",
        ),
    ],
    ids=["console", "uncaught", "third-party", "failed-answer", "policy"],
)
async def test_trouble_in_a_browser_is_seen(people: People, script: str, seen: str) -> None:
    """Each kind of trouble is a problem of the person who has it, until the test expects it."""
    ada = await people.stranger()
    await ada.context.route("**/bare", _show_bare_page)
    page = await ada.open("/bare")
    await page.evaluate(f"async () => {{ {script} }}")
    await page.wait_for_function("() => new Promise((done) => setTimeout(() => done(true)))")
    assert [line for line in ada.watch.problems() if seen in line], ada.watch.problems()
    ada.watch.allow(".")
    assert not ada.watch.problems()


async def _show_bare_page(route: Route) -> None:
    """Answer with a page that may ask anybody, and may not style itself."""
    policy = {"Content-Security-Policy": "default-src 'none'; connect-src *"}
    await route.fulfill(body="<!doctype html><title>Bare</title>", content_type="text/html", headers=policy)


def test_a_song_is_made_with_its_words(studio: Studio) -> None:
    """Songs of tests lie in the studio as they were asked for."""
    song = read(studio, create_song(studio, "Two verses", "one\ntwo", "three 🎵 四", bpm=99))
    assert song["title"] == "Two verses"
    assert song["bpm"] == 99
    assert [section["lyrics"] for section in song["sections"].values()] == ["one\ntwo", "three 🎵 四"]
