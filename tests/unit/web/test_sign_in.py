"""Links, cookies and origins: how a person comes in, and how nobody else does."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from core.ids import SYSTEM_ID
from core.limits import SESSION_EXTEND_SECONDS, SESSION_SECONDS, SIGN_IN_LINK_SECONDS
from core.roles import Role
from tests.unit.web.memory_studio import ORIGIN, Studio
from web.auth import COOKIE
from web.client_files import BUILT_DIR
from web.plain_pages import STYLE
from web.tokens import first_sign_in_link, issue_token, owner_sign_in_link

SAME = {"Origin": ORIGIN}


async def key_for(studio: Studio, role: Role = Role.EDITOR, name: str = "Ada") -> str:
    person_id = await studio.services.membership.invite(name, role, by=SYSTEM_ID)
    return key_of((await studio.services.membership.link_for(person_id)).address)


def key_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["key"][0]


async def sign_in(studio: Studio, key: str) -> str | None:
    """Press the button; return the cookie, or None."""
    answer = await studio.request(None, "POST", "/sign-in", data={"key": key}, headers=SAME)
    return answer.cookies.get(COOKIE)


async def with_cookie(studio: Studio, cookie: str, method: str, path: str, **options) -> int:
    headers = {"Cookie": f"{COOKIE}={cookie}"} | options.pop("headers", {})
    return (await studio.request(None, method, path, headers=headers, **options)).status_code


async def test_what_mail_programs_add_to_an_address_is_ignored(studio: Studio) -> None:
    """Pages open whatever else stands in the address; only programs are told what they have misspelt."""
    key = await key_for(studio, name="Ada")
    assert (await studio.request(None, "GET", f"/sign-in?key={key}&utm_source=mail")).status_code == 200
    assert (await studio.request(None, "GET", "/?utm_source=mail")).status_code != 422
    assert (await studio.request(Role.OWNER, "GET", "/api/v1/documents?utm_source=mail")).status_code == 422


async def test_a_link_signs_its_person_in(studio: Studio) -> None:
    """The page shows a button; the button sets a cookie that scripts cannot read and other sites do not send."""
    key = await key_for(studio, name="Ada <script>")
    page = await studio.request(None, "GET", f"/sign-in?key={key}")
    assert page.status_code == 200
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    answer = await studio.request(None, "POST", "/sign-in", data={"key": key}, headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    attributes = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    cookie = {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}"}
    me = await studio.request(None, "GET", "/api/v1/me", headers=cookie)
    assert (me.json()["name"], me.json()["role"]) == ("Ada <script>", "editor")
    home = await studio.request(None, "GET", "/", headers=cookie)
    for shown in (page, home):
        assert "Ada &lt;script&gt;" in shown.text
        assert "<script>" not in shown.text


async def test_looking_at_a_link_spends_nothing(studio: Studio) -> None:
    """Mail scanners and chat previews fetch addresses: the link still works afterwards."""
    key = await key_for(studio)
    for method in ("GET", "HEAD", "GET"):
        assert (await studio.request(None, method, f"/sign-in?key={key}")).status_code == 200
    assert await sign_in(studio, key) is not None


async def test_a_link_works_once(studio: Studio) -> None:
    """Of many who press the button at once, one gets in; the others, and everybody later, read why not."""
    key = await key_for(studio)
    cookies = await asyncio.gather(*(sign_in(studio, key) for _ in range(5)))
    assert sum(cookie is not None for cookie in cookies) == 1
    late = await studio.request(None, "POST", "/sign-in", data={"key": key}, headers=SAME)
    assert (late.status_code, "set-cookie" in late.headers) == (401, False)
    assert studio.topics.count("member.joined") == 1


async def test_a_link_gets_old(studio: Studio) -> None:
    """After its time the link opens nothing, nor does one whose person was removed, nor one that was replaced."""
    key = await key_for(studio)
    studio.clock.advance(SIGN_IN_LINK_SECONDS)
    assert await sign_in(studio, key) is None
    membership = studio.services.membership
    person_id = await membership.invite("Bob", Role.VIEWER, by=SYSTEM_ID)
    first, second = [key_of((await membership.link_for(person_id)).address) for _ in range(2)]
    assert await sign_in(studio, first) is None
    await membership.remove(person_id, by=SYSTEM_ID, erase=False)
    assert await sign_in(studio, second) is None


@pytest.mark.parametrize("key", ["", "x", "x" * 5000, "\u00e9", "a b&key=c"])
async def test_a_wrong_key_is_no_key(studio: Studio, key: str) -> None:
    """Garbage is told so; no cookie, no 500."""
    answer = await studio.request(None, "POST", "/sign-in", data={"key": key}, headers=SAME)
    assert answer.status_code in (401, 413, 422)
    assert "set-cookie" not in answer.headers


async def test_a_cookie_changes_things_only_from_our_own_pages(studio: Studio) -> None:
    """CSRF: with a cookie, every request that changes something carries our origin; reading needs none."""
    cookie = await sign_in(studio, await key_for(studio))
    assert cookie is not None
    new = {"json": {"kind": "note"}}
    assert await with_cookie(studio, cookie, "GET", "/api/v1/me") == 200
    foreign = (
        "https://evil.example",
        "null",
        f"{ORIGIN}.evil.example",
        "http://testserver",
        ORIGIN.replace("http", "https"),
    )
    for origin in foreign:
        status = await with_cookie(studio, cookie, "POST", "/api/v1/documents", headers={"Origin": origin}, **new)
        assert status == 403, origin
    assert await with_cookie(studio, cookie, "POST", "/api/v1/documents", **new) == 403
    assert "document.created" not in studio.topics
    assert await with_cookie(studio, cookie, "POST", "/api/v1/documents", headers=SAME, **new) == 201


async def test_nobody_is_signed_in_by_a_foreign_page(studio: Studio) -> None:
    """A form on another site cannot sign a browser in as somebody else, and does not spend the link."""
    key = await key_for(studio)
    answer = await studio.request(
        None, "POST", "/sign-in", data={"key": key}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert await sign_in(studio, key) is not None


async def test_signing_out_ends_this_session_alone(studio: Studio) -> None:
    """The cookie opens nothing afterwards, the browser is told to forget; another browser stays signed in."""
    membership = studio.services.membership
    person_id = await membership.invite("Ada", Role.EDITOR, by=SYSTEM_ID)
    laptop, phone = [await sign_in(studio, key_of((await membership.link_for(person_id)).address)) for _ in range(2)]
    assert laptop is not None
    assert phone is not None
    headers = {"Cookie": f"{COOKIE}={laptop}"} | SAME
    answer = await studio.request(None, "POST", "/sign-out", headers=headers)
    assert answer.status_code == 303
    assert "storage" in answer.headers["clear-site-data"]
    assert await with_cookie(studio, laptop, "GET", "/api/v1/me") == 401
    assert await with_cookie(studio, phone, "GET", "/api/v1/me") == 200
    assert (await studio.request(Role.VIEWER, "POST", "/sign-out")).status_code == 403


async def test_a_session_lives_as_long_as_somebody_comes(studio: Studio) -> None:
    """A visit a day keeps it alive beyond its time; without visits it ends."""
    cookie = await sign_in(studio, await key_for(studio))
    assert cookie is not None
    for _ in range(3):
        studio.clock.advance(SESSION_SECONDS - SESSION_EXTEND_SECONDS)
        assert await with_cookie(studio, cookie, "GET", "/api/v1/me") == 200
    studio.clock.advance(SESSION_SECONDS)
    assert await with_cookie(studio, cookie, "GET", "/api/v1/me") == 401


async def test_a_secret_opens_its_own_door_only(studio: Studio) -> None:
    """A token is no cookie, a cookie no token, a token in an HTTP address nothing; nor does a bad header fall back."""
    cookie = await sign_in(studio, await key_for(studio))
    assert cookie is not None
    token = studio.tokens[Role.OWNER]
    assert await with_cookie(studio, token, "GET", "/api/v1/me") == 401
    for header in (
        f"Bearer {cookie}",
        f"Basic {token}",
        "Bearer",
        "Bearer ",
        "",
        f"Bearer {token}x",
        "Bearer " + "x" * 9999,
    ):
        status = await with_cookie(studio, cookie, "GET", "/api/v1/me", headers={"Authorization": header})
        assert status == 401, header
    assert (await studio.request(None, "GET", f"/api/v1/me?token={token}")).status_code == 401


async def test_only_hashes_are_kept(studio: Studio) -> None:
    """No secret is in the store or in the log; names are not in the log either (P5)."""
    key = await key_for(studio, name="Zebediah")
    cookie = await sign_in(studio, key)
    token = await issue_token(studio.services.membership, Role.VIEWER, name="Quentin")
    assert cookie is not None
    events = repr(studio.log.store.events)
    for secret in (key, cookie, token, *studio.tokens.values()):
        assert secret not in repr(studio.credentials._alive) + events
    for name in ("Zebediah", "Quentin"):
        assert name not in events


async def test_the_first_link_is_for_the_first_owner(studio: Studio) -> None:
    """Until an owner has signed in, each start prints a fresh link for the same person; afterwards none."""
    membership = studio.services.membership
    first = await first_sign_in_link(membership)
    second = await first_sign_in_link(membership)
    assert first is not None
    assert second is not None
    assert first.person_id == second.person_id
    assert second.address.startswith(f"{ORIGIN}/sign-in?key=")
    assert await sign_in(studio, key_of(first.address)) is None
    cookie = await sign_in(studio, key_of(second.address))
    assert cookie is not None
    me = await studio.request(None, "GET", "/api/v1/me", headers={"Cookie": f"{COOKIE}={cookie}"})
    assert me.json()["role"] == "owner"
    assert await first_sign_in_link(membership) is None


async def test_an_owner_who_lost_the_cookie_gets_in_again(studio: Studio) -> None:
    """The command beside the database gives the first owner a fresh link; no second owner is made on the way."""
    membership = studio.services.membership
    first = await owner_sign_in_link(membership)
    before = await sign_in(studio, key_of(first.address))
    await membership.invite("Second", Role.OWNER, by=SYSTEM_ID)
    owners = (await membership.workspace()).members.keys()
    spare, again = await owner_sign_in_link(membership), await owner_sign_in_link(membership)
    assert first.person_id == spare.person_id == again.person_id
    assert (await membership.workspace()).members.keys() == owners
    assert await sign_in(studio, key_of(spare.address)) is None
    cookie = await sign_in(studio, key_of(again.address))
    assert cookie is not None
    assert cookie != before
    assert await with_cookie(studio, cookie, "GET", "/api/v1/me") == 200
    assert await first_sign_in_link(membership) is None, "a start prints no link any more"


async def test_the_owner_who_comes_first_is_not_a_token(studio: Studio) -> None:
    """An owner's token of the command line is no person: the link is for somebody else, and stays theirs."""
    membership = studio.services.membership
    await issue_token(membership, Role.OWNER, name="Script")
    link = await owner_sign_in_link(membership)
    assert link.person_id not in {token.person_id for token in await membership.tokens()}
    assert (await owner_sign_in_link(membership)).person_id == link.person_id


async def test_a_link_says_whom_it_is_for(studio: Studio) -> None:
    """Name, role and workspace before the button, also for who comes back; a dead link tells nothing of the kind."""
    key = await key_for(studio, Role.VIEWER, "Mina")
    page = await studio.request(None, "GET", f"/sign-in?key={key}")
    assert "You are invited to <strong>Counterpoint</strong> as <strong>Mina</strong>. As a viewer you can" in page.text
    assert "Sign in as Mina" in page.text
    assert await sign_in(studio, key) is not None
    dead = await studio.request(None, "GET", f"/sign-in?key={key}")
    assert dead.status_code == 401
    assert "Mina" not in dead.text
    assert "ask whoever invited you for a new one" in dead.text
    mina = next(id_ for id_ in await studio.services.roster.members() if id_ not in studio.people.values())
    again = await studio.services.membership.link_for(mina)
    assert "Welcome back, Mina" in (await studio.request(None, "GET", f"/sign-in?key={key_of(again.address)}")).text
    await studio.services.membership.remove(mina, by=SYSTEM_ID, erase=False)
    gone = await studio.request(None, "GET", f"/sign-in?key={key_of(again.address)}")
    assert (gone.status_code, "Mina" in gone.text) == (401, False)
    assert (await studio.request(None, "GET", f"/sign-in?key={studio.tokens[Role.OWNER]}")).status_code == 401


async def test_a_removal_that_was_broken_off_lets_nobody_in(studio: Studio) -> None:
    """The log says first that they are no member; a process that dies then leaves their link, which opens nothing."""
    membership = studio.services.membership
    mina = await membership.invite("Mina", Role.EDITOR, by=SYSTEM_ID)
    key = key_of((await membership.link_for(mina)).address)
    await membership._decide(lambda workspace, at: workspace.remove(mina, at=at), SYSTEM_ID)
    page = await studio.request(None, "GET", f"/sign-in?key={key}")
    assert (page.status_code, "Mina" in page.text) == (401, False)
    assert await sign_in(studio, key) is None


async def test_who_is_in_already_goes_on(studio: Studio) -> None:
    """A link opened twice in one browser leads on; a link for somebody else says whose browser this is so far."""
    key = await key_for(studio, name="Ada")
    cookie = {"Cookie": f"{COOKIE}={await sign_in(studio, key)}"}
    page = await studio.request(None, "GET", f"/sign-in?key={key}&next=/songs/x", headers=cookie)
    assert page.status_code == 401
    assert 'href="/songs/x"' in page.text
    assert "<strong>Ada</strong>." in page.text
    assert 'href="/"' in (await studio.request(None, "GET", "/sign-in", headers=cookie)).text
    other = await key_for(studio, name="Bob")
    page = await studio.request(None, "GET", f"/sign-in?key={other}", headers=cookie)
    assert "This browser is signed in as Ada" in page.text
    late = await studio.request(None, "POST", "/sign-in", data={"key": key}, headers=SAME | cookie)
    assert (late.status_code, 'href="/"' in late.text) == (401, True)


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/songs/x?a=1#b", "/songs/x?a=1#b"), ("/", "/"), (None, "/"), ("", "/"), ("songs", "/"),
        ("//evil.example", "/"), ("/\\evil.example", "/"), ("https://evil.example/", "/"), ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"), ("/a\r\nSet-Cookie: x=y", "/"), ("/a\\b", "/"), ("/ a", "/"), ("/\u00e9", "/"),
        ("/" + "a" * 500, "/"), ('/"><script>', "/%22%3E%3Cscript%3E"),
    ],
)  # fmt: skip
async def test_a_person_goes_on_to_where_they_were(studio: Studio, wanted: str | None, reached: str) -> None:
    """Only to a path here, never to another site, whatever the link or the form says."""
    form = {"key": await key_for(studio)} | ({} if wanted is None else {"next": wanted})
    answer = await studio.request(None, "POST", "/sign-in", data=form, headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, reached)
    assert len(answer.headers.get_list("set-cookie")) == 1


async def test_the_page_carries_the_next_path_into_the_form(studio: Studio) -> None:
    """Escaped, and only when it is a path here."""
    key = await key_for(studio)
    page = await studio.request(None, "GET", "/sign-in", params={"key": key, "next": '/x"><script>'})
    assert 'name="next" value="/x&quot;&gt;&lt;script&gt;"' in page.text
    page = await studio.request(None, "GET", "/sign-in", params={"key": key, "next": "//evil.example"})
    assert 'name="next" value="/"' in page.text
    assert "evil" not in page.text


async def test_without_a_link_the_page_says_how_to_get_one(studio: Studio) -> None:
    """Who is not signed in reads whom to ask, and nothing about the workspace."""
    page = await studio.request(None, "GET", "/sign-in")
    assert page.status_code == 200
    assert "counterpoint sign-in" in page.text
    assert "form" not in page.text.partition("</style>")[2]
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_pages_have_the_colours_of_the_client() -> None:
    """Every colour of the server's own pages is one of the client's tokens, in the same theme."""
    tokens = (BUILT_DIR.parent / "src/ui/tokens.css").read_text()
    dark = tokens.index("prefers-color-scheme: dark")
    themes = (tokens[:dark], tokens[dark:])
    for theme, ours in zip(themes, STYLE.split("@media (prefers-color-scheme:dark)"), strict=True):
        found = re.findall(r"(--[\w-]+):\s*([^;}]+)", ours)
        assert len(found) > 8
        for name, value in found:
            assert f"{name}: {value.strip()};" in theme, name
    assert not re.findall(r"#[0-9a-f]{3,6}", STYLE.partition("*{")[2])
