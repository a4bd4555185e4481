"""Members, invitations and tokens; and how fast a change of them is felt (P10)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from starlette.requests import HTTPConnection

from core.aggregates.member import Workspace
from core.errors import Conflict, Forbidden, NotSignedIn
from core.ids import SYSTEM_ID, WORKSPACE_ID
from core.limits import CREDENTIALS_PER_PERSON_MAX
from core.roles import Access, Role
from tests.unit.web.memory_studio import ORIGIN, Studio
from web.auth import COOKIE

MEMBERS, TOKENS = "/api/v1/members", "/api/v1/tokens"


async def token_of(studio: Studio, role: Role, **more) -> dict:
    answer = await studio.request(role, "POST", TOKENS, json={"label": "build", "role": "viewer"} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def uses(studio: Studio, token: str, path: str = "/api/v1/me") -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await studio.request(None, "GET", path, headers=headers)).status_code


async def test_an_invited_person_comes_in_under_their_role(studio: Studio) -> None:
    """The owner names a person and a role; the link is shown once, and the list knows who has come in."""
    wanted = {"name": " Ada  L. ", "role": "commenter"}
    answer = await studio.request(Role.OWNER, "POST", "/api/v1/invites", json=wanted)
    assert answer.status_code == 201
    invite = answer.json()
    assert (invite["name"], invite["role"]) == ("Ada L.", "commenter")
    key = invite["link"].partition("key=")[2]
    await studio.request(None, "POST", "/sign-in", data={"key": key}, headers={"Origin": ORIGIN})
    items = (await studio.request(Role.VIEWER, "GET", MEMBERS)).json()["items"]
    ada = next(item for item in items if item["person_id"] == invite["person_id"])
    assert (ada["name"], ada["role"], ada["joined"]) == ("Ada L.", "commenter", True)
    assert studio.topics[-2:] == ["member.invited", "member.joined"]
    renewed = await studio.request(Role.OWNER, "POST", f"{MEMBERS}/{invite['person_id']}/invite")
    assert renewed.status_code == 201
    assert renewed.json()["link"] != invite["link"]


async def test_a_change_of_role_counts_with_the_next_request(studio: Studio) -> None:
    """Nothing is cached: the very next request of the same token is judged by the new role."""
    editor = f"{MEMBERS}/{studio.people[Role.EDITOR]}"
    assert (await studio.request(Role.EDITOR, "POST", "/api/v1/documents", json={"kind": "note"})).status_code == 201
    assert (await studio.request(Role.OWNER, "PATCH", editor, json={"role": "viewer"})).json()["role"] == "viewer"
    assert (await studio.request(Role.EDITOR, "POST", "/api/v1/documents", json={"kind": "note"})).status_code == 403
    assert (await studio.request(Role.EDITOR, "GET", "/api/v1/me")).json()["role"] == "viewer"


async def test_a_promotion_does_not_widen_a_token(studio: Studio) -> None:
    """A token allows at most what it was made for, whatever its member becomes."""
    viewer = f"{MEMBERS}/{studio.people[Role.VIEWER]}"
    assert (await studio.request(Role.OWNER, "PATCH", viewer, json={"role": "owner"})).status_code == 200
    assert (await studio.request(Role.VIEWER, "GET", "/api/v1/me")).json()["role"] == "viewer"


async def test_removing_a_member_ends_all_they_hold(studio: Studio) -> None:
    """Tokens and sessions open nothing any more; with erase, the name is gone as well and the log never had it."""
    person_id = studio.people[Role.EDITOR]
    answer = await studio.request(Role.OWNER, "DELETE", f"{MEMBERS}/{person_id}?erase=true")
    assert answer.status_code == 204
    assert (await studio.request(Role.EDITOR, "GET", "/api/v1/me")).status_code == 401
    assert (await studio.services.people.named([person_id]))[person_id].name == ""
    assert await studio.services.membership.held(person_id) == []
    assert (await studio.request(Role.OWNER, "DELETE", f"{MEMBERS}/{person_id}")).status_code == 404


async def test_removing_a_member_leaves_nothing_alive(studio: Studio) -> None:
    """Without erasure too: no credential of theirs stays in the store to come alive again."""
    person_id = studio.people[Role.VIEWER]
    await studio.request(Role.OWNER, "POST", f"{MEMBERS}/{person_id}/invite")
    assert len(await studio.services.membership.held(person_id)) == 2
    assert (await studio.request(Role.OWNER, "DELETE", f"{MEMBERS}/{person_id}")).status_code == 204
    assert await studio.services.membership.held(person_id) == []
    assert (await studio.services.people.named([person_id]))[person_id].name == "Viewer"


async def test_who_was_removed_before_can_still_be_erased(studio: Studio) -> None:
    """Forgetting somebody works at any time and as often as it is asked for; nobody unknown can be forgotten."""
    person_id = studio.people[Role.VIEWER]
    assert (await studio.request(Role.OWNER, "DELETE", f"{MEMBERS}/{person_id}")).status_code == 204
    for _ in range(2):
        answer = await studio.request(Role.OWNER, "DELETE", f"{MEMBERS}/{person_id}?erase=true")
        assert answer.status_code == 204, answer.text
        assert (await studio.services.people.named([person_id]))[person_id].name == ""
    assert studio.topics.count("member.removed") == studio.topics.count("member.erasure_requested") == 1
    assert (await studio.request(Role.OWNER, "DELETE", f"{MEMBERS}/{uuid4()}?erase=true")).status_code == 404
    owner = studio.people[Role.OWNER]
    assert (await studio.request(Role.OWNER, "DELETE", f"{MEMBERS}/{owner}?erase=true")).status_code == 409
    assert (await studio.services.people.named([owner]))[owner].name == "Owner"


async def test_the_last_owner_stays(studio: Studio) -> None:
    """Nobody can lock everybody out: the last owner can neither leave nor step down. Races included."""
    owner = f"{MEMBERS}/{studio.people[Role.OWNER]}"
    for method, options in (("DELETE", {}), ("PATCH", {"json": {"role": "editor"}})):
        answer = await studio.request(Role.OWNER, method, owner, **options)
        assert answer.status_code == 409
        assert "owner" in answer.json()["detail"]
    other = f"{MEMBERS}/{studio.people[Role.EDITOR]}"
    await studio.request(Role.OWNER, "PATCH", other, json={"role": "owner"})
    answers = await asyncio.gather(
        studio.request(Role.OWNER, "DELETE", owner), studio.request(Role.OWNER, "DELETE", other)
    )
    assert sorted(answer.status_code for answer in answers) in ([204, 401], [204, 409])
    workspace = await studio.services.repository.get(Workspace, WORKSPACE_ID)
    assert sum(member.role is Role.OWNER for member in workspace.members.values()) == 1


def test_an_owner_who_never_came_keeps_nobody_from_being_locked_out() -> None:
    """The one owner who has signed in cannot leave the workspace to owners who may never open their link."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    workspace, here, away = Workspace.found(at=at), uuid4(), uuid4()
    workspace.invite(here, Role.OWNER, at=at)
    workspace.join(here, at=at)
    workspace.invite(away, Role.OWNER, at=at)
    with pytest.raises(Conflict):
        workspace.remove(here, at=at)
    workspace.remove(away, at=at)
    assert list(workspace.members) == [here]


async def test_a_token_is_shown_once_and_revoked_at_once(studio: Studio) -> None:
    """Lists hold no secret; a revoked token opens nothing; nobody revokes another's but an owner."""
    made = await token_of(studio, Role.EDITOR)
    assert made["token"].startswith("cp_")
    listed = (await studio.request(Role.EDITOR, "GET", TOKENS)).json()["items"]
    assert made["id"] in {item["id"] for item in listed}
    assert all("token" not in item for item in listed)
    assert {item["person_id"] for item in listed} == {str(studio.people[Role.EDITOR])}
    assert await uses(studio, made["token"]) == 200
    assert (await studio.request(Role.VIEWER, "DELETE", f"{TOKENS}/{made['id']}")).status_code == 404
    assert await uses(studio, made["token"]) == 200
    assert (await studio.request(Role.OWNER, "DELETE", f"{TOKENS}/{made['id']}")).status_code == 204
    assert await uses(studio, made["token"]) == 401
    assert studio.topics[-2:] == ["token.issued", "token.revoked"]


async def test_a_token_allows_no_more_than_its_maker(studio: Studio) -> None:
    """A viewer cannot make an editor's token; a token that has expired already is not made; their number is bounded."""
    before = len(studio.topics)
    answer = await studio.request(Role.VIEWER, "POST", TOKENS, json={"label": "x", "role": "editor"})
    assert answer.status_code == 403
    past = studio.clock.now().isoformat()
    answer = await studio.request(
        Role.VIEWER, "POST", TOKENS, json={"label": "x", "role": "viewer", "expires_at": past}
    )
    assert (answer.status_code, answer.json()["path"]) == (422, "/expires_at")
    assert len(studio.topics) == before
    for _ in range(CREDENTIALS_PER_PERSON_MAX - 1):
        await token_of(studio, Role.VIEWER)
    answer = await studio.request(Role.VIEWER, "POST", TOKENS, json={"label": "x", "role": "viewer"})
    assert answer.status_code == 409


async def test_a_token_makes_none_that_outlives_it(studio: Studio) -> None:
    """A token that ends makes tokens that end with it or before, down any number of steps; one without end is free."""
    end = studio.clock.now() + timedelta(hours=1)
    secret = (await token_of(studio, Role.EDITOR, expires_at=end.isoformat()))["token"]
    later, sooner = end + timedelta(days=9), end - timedelta(minutes=5)
    for wanted, given in ((None, end), (later, end), (sooner, sooner), (None, sooner)):
        body = {"label": "x", "role": "viewer", "expires_at": wanted and wanted.isoformat()}
        headers = {"Authorization": f"Bearer {secret}"}
        answer = await studio.request(None, "POST", TOKENS, json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert datetime.fromisoformat(made["expires_at"]) == given
        secret = made["token"]
    assert (await token_of(studio, Role.EDITOR))["expires_at"] is None
    free = await token_of(studio, Role.EDITOR, expires_at=later.isoformat())
    assert datetime.fromisoformat(free["expires_at"]) == later


async def test_a_browser_makes_tokens_that_outlive_its_session(studio: Studio) -> None:
    """A session is its person: it is extended with every visit, and what it makes works until it is revoked."""
    link = await studio.services.membership.link_for(studio.people[Role.EDITOR])
    session = await studio.services.membership.open_link(link.address.partition("key=")[2])
    headers = {"Cookie": f"{COOKIE}={session.secret}", "Origin": ORIGIN}
    body = {"label": "x", "role": "viewer"}
    answer = await studio.request(None, "POST", TOKENS, json=body, headers=headers)
    assert (answer.status_code, answer.json()["expires_at"]) == (201, None)


async def test_a_token_ends_at_its_time(studio: Studio) -> None:
    """Alive until the moment, dead from it on."""
    end = studio.clock.now() + timedelta(hours=1)
    made = await token_of(studio, Role.EDITOR, expires_at=end.isoformat())
    studio.clock.advance(3599)
    assert await uses(studio, made["token"]) == 200
    studio.clock.advance(1)
    assert await uses(studio, made["token"]) == 401


class Watched:
    """What an open socket hears about its access."""

    def __init__(self) -> None:
        self.heard: list[Access | None] = []
        self._news = asyncio.Event()

    def __call__(self, access: Access | None) -> None:
        self.heard.append(access)
        self._news.set()

    async def next(self) -> Access | None:
        async with asyncio.timeout(5):
            await self._news.wait()
        self._news.clear()
        return self.heard[-1]


async def watched(studio: Studio, token: str) -> tuple[Access, Watched]:
    access, hears = await studio.services.auth.access_for_token(token), Watched()
    studio.services.auth.watch(access, hears)
    return access, hears


async def test_open_sockets_hear_a_new_role_and_a_removal(studio: Studio) -> None:
    """Who is connected is told the new role and then the end, each once; others hear nothing."""
    _, editor = await watched(studio, studio.tokens[Role.EDITOR])
    _, viewer = await watched(studio, studio.tokens[Role.VIEWER])
    person_id = studio.people[Role.EDITOR]
    await studio.services.membership.change_role(person_id, Role.COMMENTER, by=SYSTEM_ID)
    assert (access := await editor.next()) is not None
    assert access.role is Role.COMMENTER
    await studio.services.membership.remove(person_id, by=SYSTEM_ID, erase=False)
    assert await editor.next() is None
    assert len(editor.heard) == 2
    assert viewer.heard == []


async def test_open_sockets_of_one_token_end_with_it(studio: Studio) -> None:
    """Revoking a token ends what this token opened, not what the same person has open elsewhere."""
    made = await token_of(studio, Role.EDITOR)
    access, ends = await watched(studio, made["token"])
    _, stays = await watched(studio, studio.tokens[Role.EDITOR])
    await studio.request(Role.EDITOR, "DELETE", f"{TOKENS}/{made['id']}")
    assert await ends.next() is None
    assert stays.heard == []
    assert access.role is Role.VIEWER


async def test_a_change_between_sign_in_and_watching_is_heard(studio: Studio) -> None:
    """A socket that authenticated a moment before its role was lost still hears of it."""
    access, first = await watched(studio, studio.tokens[Role.EDITOR])
    await studio.services.membership.remove(access.person_id, by=SYSTEM_ID, erase=False)
    assert await first.next() is None  # The news has been told; it will not be told again.
    late = Watched()
    studio.services.auth.watch(access, late)
    assert await late.next() is None


async def test_an_open_socket_ends_when_its_token_expires(studio: Studio) -> None:
    """Expiry is no event; the look at the clock finds it."""
    end = studio.clock.now() + timedelta(hours=1)
    made = await token_of(studio, Role.EDITOR, expires_at=end.isoformat())
    access, hears = await watched(studio, made["token"])
    await studio.services.auth.check([access.person_id])
    assert hears.heard == []
    studio.clock.advance(3600)
    await studio.services.auth.check([access.person_id])
    assert hears.heard == [None]
    await studio.services.auth.check([access.person_id])
    assert hears.heard == [None]


async def test_who_stopped_watching_hears_nothing(studio: Studio) -> None:
    """A closed socket is never called again, and stopping twice is stopping once."""
    access, hears = await studio.services.auth.access_for_token(studio.tokens[Role.EDITOR]), Watched()
    stop = studio.services.auth.watch(access, hears)
    stop()
    stop()
    await studio.services.membership.remove(access.person_id, by=SYSTEM_ID, erase=False)
    await studio.services.auth.check([access.person_id])
    assert hears.heard == []


def socket(*, query: str = "", headers: dict[str, str] | None = None) -> HTTPConnection:
    lines = {"host": "testserver:8000"} | (headers or {})
    return HTTPConnection(
        {
            "type": "websocket",
            "scheme": "ws",
            "path": "/collab",
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in lines.items()],
        }
    )


async def test_a_socket_signs_in_by_header_token_or_cookie(studio: Studio) -> None:
    """`?token=` works for WebSockets alone; a cookie only from our own pages, reading included."""
    auth, token = studio.services.auth, studio.tokens[Role.EDITOR]
    for connection in (socket(query=f"token={token}"), socket(headers={"Authorization": f"Bearer {token}"})):
        assert (await auth.authenticate(connection)).role is Role.EDITOR
    membership = studio.services.membership
    link = await membership.link_for(studio.people[Role.COMMENTER])
    session = await membership.open_link(link.address.partition("key=")[2])
    cookie = {"Cookie": f"{COOKIE}={session.secret}"}
    assert (await auth.authenticate(socket(headers=cookie | {"Origin": ORIGIN}))).role is Role.COMMENTER
    for origin in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        with pytest.raises(Forbidden):
            await auth.authenticate(socket(headers=cookie | origin))
    for nothing in (socket(), *(socket(query=f"token={wrong}") for wrong in ("", "wrong", session.secret))):
        with pytest.raises(NotSignedIn):
            await auth.authenticate(nothing)
