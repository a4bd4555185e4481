"""The browsers somebody is signed in with, and what the People page needs to know about everybody."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from core.ids import SYSTEM_ID
from core.limits import SESSION_SECONDS, SIGN_IN_LINK_SECONDS
from core.roles import Role
from tests.unit.web.memory_studio import ORIGIN, Studio
from web.api.browsers import device_named
from web.auth import COOKIE

SESSIONS = "/api/v1/me/sessions"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0"


async def browser(studio: Studio, person_id: UUID, user_agent: str = FIREFOX) -> dict[str, str]:
    """Sign a browser in; return the headers it sends from then on."""
    key = (await studio.services.membership.link_for(person_id)).address.partition("key=")[2]
    headers = {"Origin": ORIGIN, "User-Agent": user_agent}
    answer = await studio.request(None, "POST", "/sign-in", data={"key": key}, headers=headers)
    return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}", **headers}


async def listed(studio: Studio, headers: dict[str, str]) -> list[dict]:
    answer = await studio.request(None, "GET", SESSIONS, headers=headers)
    assert answer.status_code == 200
    return answer.json()["items"]


async def member(studio: Studio, person_id: UUID, *, removed: bool = False) -> dict | None:
    answer = await studio.request(Role.VIEWER, "GET", "/api/v1/members", params={"removed": removed})
    return next((item for item in answer.json()["items"] if item["person_id"] == str(person_id)), None)


async def test_me_says_who_and_where(studio: Studio) -> None:
    """Id, name, role, the credential that asks, the workspace and the version."""
    me = (await studio.request(Role.EDITOR, "GET", "/api/v1/me")).json()
    version = (await studio.request(None, "GET", "/version")).json()["version"]
    tokens = await studio.services.membership.tokens(person_id=studio.people[Role.EDITOR])
    members = (await studio.request(Role.EDITOR, "GET", "/api/v1/members")).json()["items"]
    [colour] = [member["colour"] for member in members if member["person_id"] == me["person_id"]]
    assert me == {
        "person_id": str(studio.people[Role.EDITOR]), "name": "Editor", "role": "editor", "colour": colour,
        "credential_id": str(tokens[0].credential_id), "workspace": "Counterpoint", "version": version,
    }  # fmt: skip


async def test_a_person_sees_their_browsers_and_ends_one(studio: Studio) -> None:
    """Each by what it is, the asking one marked; one that is ended is signed out at once, the other stays."""
    ada = await studio.services.membership.invite("Ada", Role.EDITOR, by=SYSTEM_ID)
    laptop = await browser(studio, ada)
    studio.clock.advance(60)
    phone = await browser(
        studio, ada, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
    )
    items = await listed(studio, laptop)
    assert [(item["device"], item["current"]) for item in items] == [
        ("Firefox on Linux", True), ("Safari on iPhone", False),
    ]  # fmt: skip
    assert items[0]["signed_in_at"] == items[0]["seen_at"] < items[0]["expires_at"]
    assert (await member(studio, ada))["sessions"] == 2
    path = f"{SESSIONS}/{items[1]['id']}"
    assert (await studio.request(None, "DELETE", path, headers={"Cookie": laptop["Cookie"]})).status_code == 403
    assert (await studio.request(None, "DELETE", path, headers=laptop)).status_code == 204
    assert (await studio.request(None, "GET", "/api/v1/me", headers=phone)).status_code == 401
    assert [item["current"] for item in await listed(studio, laptop)] == [True]
    assert studio.topics[-1] == "member.signed_out"
    assert (await studio.request(None, "DELETE", path, headers=laptop)).status_code == 404


async def test_nobody_sees_or_ends_another_persons_browsers(studio: Studio) -> None:
    """Not even an owner, who can remove the person; and a token is no browser."""
    ada = await studio.services.membership.invite("Ada", Role.EDITOR, by=SYSTEM_ID)
    laptop = await browser(studio, ada)
    session_id = (await listed(studio, laptop))[0]["id"]
    assert (await studio.request(Role.OWNER, "GET", SESSIONS)).json()["items"] == []
    for wrong in (session_id, str(uuid4())):
        assert (await studio.request(Role.OWNER, "DELETE", f"{SESSIONS}/{wrong}")).status_code == 404
    token_id = (await studio.request(Role.OWNER, "GET", "/api/v1/me")).json()["credential_id"]
    assert (await studio.request(Role.OWNER, "DELETE", f"{SESSIONS}/{token_id}")).status_code == 404
    assert (await studio.request(None, "GET", "/api/v1/me", headers=laptop)).status_code == 200


async def test_the_last_visit_is_told_to_the_day(studio: Studio) -> None:
    """A visit moves the end, and with it when the browser was last seen."""
    ada = await studio.services.membership.invite("Ada", Role.EDITOR, by=SYSTEM_ID)
    laptop = await browser(studio, ada)
    studio.clock.advance(SESSION_SECONDS - 3600)
    await listed(studio, laptop)  # The visit itself.
    item = (await listed(studio, laptop))[0]
    assert item["seen_at"] > item["signed_in_at"]
    assert item["seen_at"] == studio.clock.now().isoformat().replace("+00:00", "Z")


async def test_the_list_of_members_knows_how_far_each_has_come(studio: Studio) -> None:
    """Invited with a link and its end, link gone, joined, a program, removed, erased."""
    membership = studio.services.membership
    ada = await membership.invite("Ada", Role.COMMENTER, by=SYSTEM_ID)
    found = await member(studio, ada)
    assert (found["state"], found["link_expires_at"], found["tokens"]) == ("invited", None, 0)
    link = await membership.link_for(ada)
    found = await member(studio, ada)
    assert found["link_expires_at"] == link.expires_at.isoformat().replace("+00:00", "Z")
    assert link.expires_at - studio.clock.now() == timedelta(seconds=SIGN_IN_LINK_SECONDS)
    await browser(studio, ada)
    found = await member(studio, ada)
    assert (found["state"], found["link_expires_at"], found["sessions"]) == ("joined", None, 1)
    assert (await member(studio, studio.people[Role.EDITOR]))["state"] == "program"
    assert await member(studio, ada, removed=True) is None
    studio.clock.advance(60)
    await membership.remove(ada, by=SYSTEM_ID, erase=False)
    assert await member(studio, ada) is None
    found = await member(studio, ada, removed=True)
    assert (found["state"], found["name"], found["role"], found["sessions"]) == ("removed", "Ada", "commenter", 0)
    assert found["since"] == studio.clock.now().isoformat().replace("+00:00", "Z")
    await membership.remove(ada, by=SYSTEM_ID, erase=True)
    assert (await member(studio, ada, removed=True))["name"] == ""


async def test_an_invitation_can_be_taken_back(studio: Studio) -> None:
    """The link opens nothing any more, the person stays; a second time there is nothing to take back."""
    invite = (
        await studio.request(Role.OWNER, "POST", "/api/v1/invites", json={"name": "Ada", "role": "viewer"})
    ).json()
    path = f"/api/v1/members/{invite['person_id']}/invite"
    assert (await studio.request(Role.OWNER, "DELETE", path)).status_code == 204
    key = invite["link"].partition("key=")[2]
    assert (await studio.request(None, "GET", f"/sign-in?key={key}")).status_code == 401
    assert (await member(studio, UUID(invite["person_id"])))["link_expires_at"] is None
    assert (await studio.request(Role.OWNER, "DELETE", path)).status_code == 404
    assert (await studio.request(Role.OWNER, "POST", path)).status_code == 201
    assert (await studio.request(Role.OWNER, "DELETE", f"/api/v1/members/{uuid4()}/invite")).status_code == 404


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15", "Safari on Mac"),
        ("curl/8.0", "A browser"), ("", "A browser"), ("x" * 10_000, "A browser"),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_its_name(user_agent: str, name: str) -> None:
    """A few words a person knows their own device by; never the header itself."""
    assert device_named(user_agent) == name
