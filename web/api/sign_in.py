"""The pages of the sign-in: a one-time link shows a button, and only the button spends it.

Programs that look at links before people do (mail scanners, chat previews) fetch addresses but press no buttons.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.errors import Forbidden, Invalid, NotSignedIn
from core.people import CredentialKind
from core.roles import Access
from web.auth import COOKIE, SECRET_CHARS_MAX
from web.bodies import media_type, read_body
from web.problems import HttpProblem
from web.routing import Call, operation

#: Seconds a browser keeps the cookie: the longest browsers allow. The session itself ends earlier, on the server.
COOKIE_SECONDS: Final = 400 * 24 * 3600
#: Bytes of the form with the key.
FORM_BYTES_MAX: Final = 4096
FORM: Final = "application/x-www-form-urlencoded"
STYLE: Final = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:20vh auto;padding:0 1rem;color:#1c1b22;"
    "background:#f6f5f2}button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.4rem;background:#3d2fb5;"
    "color:#fff;cursor:pointer}a{color:inherit}button:focus-visible{outline:3px solid #f2a33a}"
    "@media(prefers-color-scheme:dark){body{color:#eeecf5;background:#16151b}}"
)
STYLE_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LINK_NEEDED: Final = (
    "<p>Open the sign-in link you were given. Whoever runs this studio makes a new one with "
    "<code>counterpoint sign-in</code>.</p>"
)
WHAT_NOW: Final = (
    '<p>Songs, personas, worlds and notes are at <code>/api/v1</code>: here is <a href="/api/v1/documents">the list of '
    'documents</a>, and <a href="/openapi.json">all there is to ask for</a>.</p>'
    "<p>To hear something, type <code>make demo</code> where the studio runs: two clients write a verse together, "
    "and a worker turns their song into a WAV and a FLAC.</p>"
)


class SignInQuery(BaseModel, extra="forbid"):
    """The link's key."""

    key: str | None = Field(default=None, max_length=SECRET_CHARS_MAX)


@operation(media="text/html")
async def home(call: Call[None, None]) -> Response:
    """Show who is signed in, what one can do now, and the way out."""
    try:
        access = await call.services.auth.authenticate(call.request)
    except NotSignedIn:
        return _page("Counterpoint", LINK_NEEDED)
    return _page(
        "Counterpoint",
        f"<p>You are signed in as <strong>{escape(access.name)}</strong>, {access.role}.</p>"
        f"{WHAT_NOW}"
        '<form method="post" action="/sign-out"><button>Sign out</button></form>',
    )


@operation(query=SignInQuery, media="text/html")
async def show_sign_in(call: Call[SignInQuery, None]) -> Response:
    """Show the button that spends a sign-in link; looking at this page spends nothing."""
    if not call.query.key:
        return _page("Sign in", LINK_NEEDED)
    return _page(
        "Sign in",
        "<p>This link works once, for you alone.</p>"
        '<form method="post" action="/sign-in">'
        f'<input type="hidden" name="key" value="{escape(call.query.key)}"><button autofocus>Sign in</button></form>',
    )


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
    """Spend a sign-in link for a browser session."""
    # A browser says where a form comes from; without that line it is no browser, and holds nobody's cookies.
    if "origin" in call.request.headers:
        call.services.auth.require_own_origin(call.request)
    if media_type(call.request) != FORM:
        raise HttpProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the key as {FORM}.")
    form = parse_qs((await read_body(call.request, bytes_max=FORM_BYTES_MAX)).decode("ascii", "replace"))
    key = form.get("key", [""])[0]
    if not 0 < len(key) <= SECRET_CHARS_MAX:
        raise Invalid("There is no key in this form.", path="key")
    try:
        issued = await call.services.membership.open_link(key)
    except NotSignedIn as error:
        return _page("This link does not work", f"<p>{escape(error.message)}</p>", status=HTTPStatus.UNAUTHORIZED)
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
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
    response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER, headers={"Clear-Site-Data": '"cookies", "storage"'})
    response.delete_cookie(COOKIE, secure=_is_https(call), httponly=True, samesite="lax")
    return response


async def _is_session(call: Call[None, None], access: Access) -> bool:
    held = await call.services.membership.held(access.person_id)
    return any(item.credential_id == access.credential_id and item.kind is CredentialKind.SESSION for item in held)


def _is_https(call: Call[None, None]) -> bool:
    return call.request.url.scheme == "https" or call.services.settings.base_url.startswith("https:")


def _page(title: str, body: str, *, status: HTTPStatus = HTTPStatus.OK) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<style>{STYLE}</style><main><h1>{title}</h1>{body}</main></html>",
        status,
        headers={"Content-Security-Policy": POLICY},
    )
