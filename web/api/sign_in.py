"""The pages of the sign-in: a one-time link shows who is invited and a button, and only the button spends it.

Programs that look at links before people do (mail scanners, chat previews) fetch addresses but press no buttons.
"""

from __future__ import annotations

import re
from html import escape
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from core.errors import Forbidden, Invalid, NotSignedIn
from core.people import CredentialKind
from core.roles import Access, Role
from web.api.browsers import device_named
from web.auth import COOKIE, SECRET_CHARS_MAX
from web.bodies import media_type, read_body
from web.membership import DEAD_LINK, Invitation
from web.plain_pages import plain_page
from web.problems import HttpProblem
from web.routing import Call, operation

#: Seconds a browser keeps the cookie: the longest browsers allow. The session itself ends earlier, on the server.
COOKIE_SECONDS: Final = 400 * 24 * 3600
#: Bytes of the form with the key.
FORM_BYTES_MAX: Final = 4096
#: Characters of the path a person goes on to.
NEXT_CHARS_MAX: Final = 500
FORM: Final = "application/x-www-form-urlencoded"
#: A path here: browsers read `//host` and `/\\host` as another site, and drop tabs and line ends before they look.
OWN_PATH: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")
LINK_NEEDED: Final = (
    "<p>Open the sign-in link you were given: no password is needed. Who belongs to this workspace gets a new one from "
    "an owner, under People.</p>"
    '<p class="quiet">Whoever runs this studio makes one with <code>counterpoint sign-in</code>.</p>'
)
MAY: Final = {
    Role.OWNER: "As an owner you can write in everything and decide who belongs here.",
    Role.EDITOR: "As an editor you can write in every song, persona, world and note.",
    Role.COMMENTER: "As a commenter you can read and hear everything, and comment.",
    Role.VIEWER: "As a viewer you can read and hear everything.",
}


class SignInQuery(BaseModel, extra="ignore"):
    """The link's key; what a mail program adds to the address says nothing."""

    key: str | None = Field(default=None, max_length=SECRET_CHARS_MAX)
    next: str | None = Field(
        default=None, max_length=NEXT_CHARS_MAX, description="The path to go on to; anything but a path here is `/`."
    )


@operation(query=SignInQuery, media="text/html", fails=[HTTPStatus.UNAUTHORIZED])
async def show_sign_in(call: Call[SignInQuery, None]) -> Response:
    """Show whom a sign-in link is for and the button that spends it; looking at this page spends nothing."""
    here = await _who_is_here(call)
    onward = own_path(call.query.next)
    if not call.query.key:
        return plain_page("Sign in", _go_on(here, onward) if here else LINK_NEEDED)
    invitation = await call.services.membership.look_at_link(call.query.key)
    if invitation is None:
        return _dead_link(here, onward)
    return _invitation_page(invitation, call, here, onward)


@operation(
    status=HTTPStatus.SEE_OTHER,
    fails=[
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ],
)
async def sign_in(call: Call[None, None]) -> Response:
    """Spend a sign-in link for a browser session, and go on to the path in the form."""
    # A browser says where a form comes from; without that line it is no browser, and holds nobody's cookies.
    if "origin" in call.request.headers:
        call.services.auth.require_own_origin(call.request)
    if media_type(call.request) != FORM:
        raise HttpProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the key as {FORM}.")
    form = parse_qs((await read_body(call.request, bytes_max=FORM_BYTES_MAX)).decode("ascii", "replace"))
    key, onward = form.get("key", [""])[0], own_path(form.get("next", [None])[0])
    if not 0 < len(key) <= SECRET_CHARS_MAX:
        raise Invalid("There is no key in this form.", path="key")
    try:
        device = device_named(call.request.headers.get("user-agent", ""))
        issued = await call.services.membership.open_link(key, device=device)
    except NotSignedIn:
        return _dead_link(await _who_is_here(call), onward)
    response = RedirectResponse(onward, HTTPStatus.SEE_OTHER)
    response.set_cookie(
        COOKIE, issued.secret, max_age=COOKIE_SECONDS, secure=_is_https(call), httponly=True, samesite="lax"
    )
    return response


@operation(status=HTTPStatus.SEE_OTHER)
async def sign_out(call: Call[None, None]) -> Response:
    """End this browser session and whatever it has open."""
    access = call.access
    if not await _is_session(call, access):
        raise Forbidden("This is a token, no browser session; revoke it under /api/v1/tokens instead.")
    assert access.credential_id is not None
    await call.services.membership.sign_out(access.credential_id, access.person_id)
    # Not "cookies": that would sign one out of every other service under the same registered domain.
    response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER, headers={"Clear-Site-Data": '"storage"'})
    response.delete_cookie(COOKIE, secure=_is_https(call), httponly=True, samesite="lax")
    return response


async def _is_session(call: Call[None, None], access: Access) -> bool:
    held = await call.services.membership.held(access.person_id)
    return any(item.credential_id == access.credential_id and item.kind is CredentialKind.SESSION for item in held)


def _is_https(call: Call[None, None]) -> bool:
    return call.request.url.scheme == "https" or call.services.settings.base_url.startswith("https:")


def own_path(given: str | None) -> str:
    """Return a path of this site to go on to; `/` for everything else, above all for another site."""
    if given is None or len(given) > NEXT_CHARS_MAX or not OWN_PATH.fullmatch(given):
        return "/"
    return given


async def _who_is_here(call: Call[SignInQuery, None] | Call[None, None]) -> Access | None:
    try:
        return await call.services.auth.authenticate(call.request)
    except (NotSignedIn, Forbidden):
        return None


def _invitation_page(
    invitation: Invitation, call: Call[SignInQuery, None], here: Access | None, onward: str
) -> Response:
    workspace, name = escape(call.services.settings.workspace_name), escape(invitation.name)
    greeting = "Your link signs you in to" if invitation.joined else "You are invited to"
    other = f"<p>This browser is signed in as {escape(here.name)}; from here on it is yours.</p>" if here else ""
    until = f"{invitation.expires_at:%d %B %Y}".lstrip("0")
    return plain_page(
        f"Welcome back, {invitation.name}" if invitation.joined else f"Hello, {invitation.name}",
        f"<p>{greeting} <strong>{workspace}</strong> as <strong>{name}</strong>. "
        f"{MAY[invitation.role]}</p>{other}"
        '<form method="post" action="/sign-in">'
        f'<input type="hidden" name="key" value="{escape(call.query.key or "")}">'
        f'<input type="hidden" name="next" value="{escape(onward)}">'
        f"<button autofocus>Sign in as {name}</button></form>"
        f'<p class="quiet">This link works once, for you alone, until {until}. It needs no password.</p>',
    )


def _dead_link(here: Access | None, onward: str) -> Response:
    body = f"<p>{DEAD_LINK}</p>"
    return plain_page("This link does not work", body + _go_on(here, onward), status=HTTPStatus.UNAUTHORIZED)


def _go_on(here: Access | None, onward: str) -> str:
    """Return the way on for somebody who is in already."""
    if here is None:
        return ""
    return (
        f"<p>You are signed in on this browser as <strong>{escape(here.name)}</strong>.</p>"
        f'<p><a class="button" href="{escape(onward)}">Go on</a></p>'
    )
