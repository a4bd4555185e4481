"""What is not in the table of routes: the client's files, and the page that every one of its screens is.

The rule of a screen: GET, a browser that wants HTML, and a path of plain words (letters, digits, - and _) whose first
one is none of the server's own. So a new screen of the client needs nothing here, an unknown address of the API stays a
problem in JSON, and nothing that looks like a file is ever answered with a page.
"""

from __future__ import annotations

import re
from html import escape
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from core.errors import NotSignedIn
from web.client_files import IDENTITY, ClientFile
from web.plain_pages import plain_page
from web.problems import HttpProblem
from web.routing import Call, operation
from web.services import Services

#: First words of paths that are never a screen.
OWN_WORDS: Final = frozenset({"api", "static", "sync", "collab", "livez", "readyz", "version", "metrics", "sign-out"})
SCREEN: Final = re.compile(r"/([A-Za-z0-9_-]{1,64})(?:/[A-Za-z0-9_-]{1,64}){0,7}/?")
READS: Final = ("GET", "HEAD")
ALLOW: Final = {"Allow": ", ".join(READS)}
#: A Host header of the usual form; anything else is not repeated in a policy.
HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?")
#: Where the page has its nonce; the build leaves it in place.
NONCE_PLACE: Final = b"__CSP_NONCE__"
NONCE_BYTES: Final = 16
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data: blob:;"
    " media-src 'self' blob:;"
    " font-src 'self'; connect-src 'self'{sockets}; worker-src 'self'; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HOW_TO_BUILD: Final = (
    "<p>The screens of this studio have not been built; everything else works: documents are at "
    "<code>/api/v1</code>, and sockets at <code>/collab</code> and <code>/sync</code>.</p>"
    "<p>Install Node 20.19, 22.12 or newer with npm where the studio runs, then start it with <code>make run</code>, "
    "which builds them. Without make: <code>npm ci --prefix web/client</code> and <code>npm run build --prefix "
    "web/client</code>, then start it again.</p>"
)


@operation(media="text/html")
async def home(call: Call[None, None]) -> Response:
    """Show the library; the client asks who is signed in."""
    return await _screen(call.request, call.services)


async def page_or_file(request: Request, services: Services) -> Response | None:
    """Answer a path that is in no table: with a file of the client, or a screen; None: nothing is there.

    Raises HttpProblem (405) for a method that cannot read.
    """
    path: str = request.scope["path"]
    file = services.client.at(path)
    if file is not None:
        request.scope["template"] = "client file"
        if request.method not in READS:
            raise HttpProblem(HTTPStatus.METHOD_NOT_ALLOWED, f"Here works: {ALLOW['Allow']}.", headers=ALLOW)
        return _page_response(file, request) if file is services.client.index else _file_response(file, request)
    screen = SCREEN.fullmatch(path)
    if screen is None or screen[1] in OWN_WORDS or request.method not in READS or not _wants_html(request):
        return None
    request.scope["template"] = "client screen"
    return await _screen(request, services)


async def _screen(request: Request, services: Services) -> Response:
    index = services.client.index
    return _page_response(index, request) if index else await _without_screens(request, services)


async def _without_screens(request: Request, services: Services) -> Response:
    """Say what is missing, who is signed in, and the way out."""
    try:
        access = await services.auth.authenticate(request)
    except NotSignedIn:
        who = ""
    else:
        who = (
            f"<p>You are signed in as <strong>{escape(access.name)}</strong>.</p>"
            '<form method="post" action="/sign-out"><button>Sign out</button></form>'
        )
    page = plain_page("Counterpoint", HOW_TO_BUILD + who, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return _bodiless(page) if request.method == "HEAD" else page


def _page_response(index: ClientFile, request: Request) -> Response:
    """Answer with the page and a policy of its own: editors and dialogs add styles, under a nonce used once."""
    nonce = token_urlsafe(NONCE_BYTES)
    headers = {
        # A page that is kept would carry an old nonce.
        "Cache-Control": "no-store",
        "Content-Security-Policy": _policy(request, nonce=nonce),
        "Content-Type": index.media_type,
    }
    response = Response(index.bodies[IDENTITY].replace(NONCE_PLACE, nonce.encode()), headers=headers)
    return _bodiless(response) if request.method == "HEAD" else response


def _file_response(file: ClientFile, request: Request) -> Response:
    coding = file.coding_for(request.headers.get("accept-encoding", ""))
    headers = {
        "Cache-Control": file.cache_control,
        "Content-Security-Policy": _policy(request),
        "ETag": file.tag(coding),
    }
    if file.varies:
        headers["Vary"] = "Accept-Encoding"
    if _known_already(request, file.tag(coding)):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers["Content-Type"] = file.media_type
    if coding in file.bodies and coding != "identity":
        headers["Content-Encoding"] = coding
    response = Response(file.bodies[coding], headers=headers)
    return _bodiless(response) if request.method == "HEAD" else response


def _policy(request: Request, *, nonce: str | None = None) -> str:
    """`'self'` means sockets too, but not in every browser that is still around: they are named beside it."""
    host = request.headers.get("host", "")
    return POLICY.format(
        nonce=f" 'nonce-{nonce}'" if nonce else "",
        sockets=f" ws://{host} wss://{host}" if HOST.fullmatch(host) else "",
    )


def _known_already(request: Request, tag: str) -> bool:
    given = [item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")]
    return tag in given or "*" in given


def _wants_html(request: Request) -> bool:
    """Say whether the header names HTML itself: programs that take anything are better served with a problem."""
    accepted = request.headers.get("accept", "").lower().split(",")
    kinds = [(kind.strip(), rest.replace(" ", "")) for kind, _, rest in (part.partition(";") for part in accepted)]
    return any(kind == "text/html" and not re.match(r"q=0(\.0*)?$", rest) for kind, rest in kinds)


def _bodiless(response: Response) -> Response:
    bare = Response(status_code=response.status_code)
    bare.raw_headers = response.raw_headers
    return bare
