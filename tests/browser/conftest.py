"""The harness of the browser tests: one studio, one Chromium, and people with browsers of their own.

    async def test_something(person: Invite, studio: Studio) -> None:
        ada = await person("Ada Marsh")
        mina = await person("Mina Okafor", "viewer")
        song_id = create_song(studio, title="Glasshouse")
        await ada.open(f"/songs/{song_id}")

The studio and Chromium are shared by the whole run; documents and people are made afresh by each test. When a test is
over, nobody's browser may have reported an error, a failed request, a breach of the page's policy or a request to
anybody else: `ada.watch.allow(pattern)` says what a test expects. A test that fails leaves pictures in build/browser/.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser

from tests.browser.bundle import CannotBuild, build_client
from tests.browser.people import People, Person
from tests.browser.stage import NoChromium, running_chromium, running_studio
from tests.studio import Studio

#: Set by `make test`: a missing program is then a failure, at home a skip.
REQUIRED: Final = bool(os.environ.get("COUNTERPOINT_REQUIRE_SERVICES") or os.environ.get("CI"))
ROOT: Final = Path(__file__).parents[2]
PICTURES: Final = ROOT / "build" / "browser"
_OUTCOME: Final = pytest.StashKey[bool]()

Invite = Callable[..., Awaitable[Person]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remember whether the test itself failed, for the pictures."""
    report = yield
    if report.when == "call":
        item.stash[_OUTCOME] = report.failed
    return report


@pytest.fixture(scope="session")
def built_client() -> None:
    """The client is built from its present source."""
    try:
        build_client()
    except CannotBuild as error:
        _unavailable(str(error))


@pytest.fixture(scope="session")
def studio(built_client: None) -> Iterator[Studio]:
    """The running studio that all tests share; whoever wants to kill one takes `mortal_studio`."""
    with running_studio() as running:
        yield running


@pytest.fixture(scope="module")
def mortal_studio(built_client: None) -> Iterator[Studio]:
    """A studio for the tests of one file, to be killed and started again as they like."""
    with running_studio() as running:
        yield running


@pytest.fixture(scope="session")
async def chromium(anyio_backend: str) -> AsyncIterator[Browser]:
    """One Chromium for the whole run."""
    try:
        async with running_chromium() as browser:
            yield browser
    except NoChromium as error:
        _unavailable(str(error))


@pytest.fixture
async def people(chromium: Browser, studio: Studio, request: pytest.FixtureRequest) -> AsyncIterator[People]:
    """Everybody this test invites. Nobody's browser may have seen anything go wrong."""
    invited = People(chromium, studio)
    yield invited
    if request.node.stash.get(_OUTCOME, True):
        await _take_pictures(invited, request.node.name)
    problems = await invited.leave()
    assert not problems, "\n".join(problems)


@pytest.fixture
def person(people: People) -> Invite:
    """Call it to invite somebody and get their browser; People.invite has the options."""
    return people.invite


async def _take_pictures(people: People, test: str) -> None:
    """Leave a picture of every open tab: what a person would have seen when the test failed."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for person in people.everybody:
        for number, page in enumerate(person.context.pages):
            name = re.sub(r"[^A-Za-z0-9]+", "-", f"{test} {person.name} {number}")
            await page.screenshot(path=PICTURES / f"{name}.png")


def _unavailable(message: str) -> None:
    pytest.fail(message) if REQUIRED else pytest.skip(message)
