"""The built client is handed out fast and carefully; without one the API works and a page says what to do."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest

from core import limits
from core.errors import Misconfigured
from core.roles import Role
from tests.unit.web.memory_studio import Studio, running_studio
from web.client_files import BUILT_DIR, HASHED, IMMUTABLE, is_built, read_client

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SCRIPT = b"export const name = 'counterpoint';\n" * 50
SONG = "6f1d0c9e-5d0a-4f5e-9a34-0d3c1b2a4e5f"
HASHED_NAME = "/static/main-B7n3_kQx.js"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A small build, as the bundler leaves it."""
    folder = tmp_path / "dist"
    (folder / "static").mkdir(parents=True)
    (folder / "index.html").write_text(
        '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><title>Counterpoint</title>'
    )
    (folder / "index.html.br").write_bytes(b"page in br")
    (folder / HASHED_NAME[1:]).write_bytes(SCRIPT)
    (folder / f"{HASHED_NAME[1:]}.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / f"{HASHED_NAME[1:]}.br").write_bytes(b"script in br")
    (folder / "static/theme.js").write_text("document.documentElement.dataset.theme = 'dark';")
    (folder / "static/icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "secret.js").write_text("secret")
    (folder / "static/linked.js").symlink_to(tmp_path / "secret.js")
    return folder


@pytest.fixture
async def screens(tmp_path: Path, built: Path) -> AsyncIterator[Studio]:
    """A studio with a built client."""
    async with running_studio(tmp_path, client=read_client(built)) as studio:
        yield studio


@pytest.mark.parametrize(
    "path",
    ["/", "/index.html", "/trash", "/people/", "/settings", f"/songs/{SONG}", f"/songs/{SONG}/studio", "/later/x"],
)
async def test_every_screen_is_the_same_page(screens: Studio, path: str) -> None:
    """Signed in or not; asked again each time; under a policy that allows our own files and nothing else."""
    page = await screens.request(None, "GET", path, headers=PAGE)
    assert page.status_code == 200
    assert page.text.startswith("<!doctype html>")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    (nonce,) = re.findall(r'<meta property="csp-nonce" nonce="([A-Za-z0-9_-]{22})">', page.text)
    assert policy["style-src"] == f"'self' 'nonce-{nonce}'"
    again = await screens.request(None, "GET", path, headers=PAGE)
    assert nonce not in again.text
    assert nonce not in again.headers["content-security-policy"]
    assert policy["connect-src"] == "'self' ws://testserver:8000 wss://testserver:8000"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing", "/api", "/api/", "/static/gone.js", "/static/", "/static", "/sync/x", "/collab/x",
        "/songs/x.html", "/favicon.ico", "/.env", "/songs//x", "//songs", "/songs/%2e%2e/x", "/%2e%2e%2fetc%2fpasswd",
        "/static/../../secret", "/static/%2e%2e/%2e%2e/secret.js", "/static/..%2f..%2fsecret.js", "/static/linked.js",
        "/static/main-B7n3_kQx.js.br", "/static/main-B7n3_kQx.js/", "/index.html.br", "/songs/%00", "/s%C3%B6ngs",
        "/static\\theme.js", "/songs/a%0d%0ab", "/version/x", "/?x",
        "/songs/a%3fb", "/" + "a" * 65, "/" + "a/" * 20, "/" + "x" * 100_000,
    ],
)  # fmt: skip
async def test_nothing_else_is_a_screen_or_a_file(screens: Studio, path: str) -> None:
    """The server's own words, what looks like a file, climbing and strange paths: a problem in JSON, never a page."""
    status, headers, body = await exactly(screens, path)
    assert status == 404
    assert headers["content-type"] == "application/problem+json"
    assert b"doctype" not in body
    assert body.count(b"secret") <= path.count("secret"), "at the most the path is repeated"


async def exactly(studio: Studio, path: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for a path as it is: clients tidy up what a peer may send."""
    token = studio.tokens[Role.OWNER]
    headers = {"host": "testserver:8000", "authorization": f"Bearer {token}", **PAGE}
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "server": ("testserver", 8000),
        "client": ("127.0.0.1", 1), "root_path": "", "query_string": b"",
        "path": unquote(path), "raw_path": path.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await studio.app(scope, lambda: asyncio.sleep(0, {"type": "http.request"}), send)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:])


async def test_a_screen_is_for_browsers(screens: Studio) -> None:
    """A program that takes anything, or only JSON, or refuses HTML gets a problem; so does one that writes."""
    for accept in ("*/*", "application/json", "text/html;q=0", "text/html; q=0.0, */*", ""):
        answer = await screens.request(Role.OWNER, "GET", "/songs/x", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), accept
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "BREW"):
        assert (await screens.request(Role.OWNER, method, "/songs/x", headers=PAGE)).status_code == 404
    assert (await screens.request(None, "GET", "/", headers={"Accept": "*/*"})).status_code == 200


async def test_a_hashed_file_is_kept_for_ever(screens: Studio) -> None:
    """Its name changes with its content; other files are asked for again."""
    script = await screens.request(None, "GET", HASHED_NAME, headers={"Accept-Encoding": "identity"})
    assert (script.status_code, script.content) == (200, SCRIPT)
    assert script.headers["cache-control"] == IMMUTABLE
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in script.headers
    theme = await screens.request(None, "GET", "/static/theme.js")
    assert theme.headers["cache-control"] == "no-cache"
    assert "vary" not in theme.headers
    assert (await screens.request(None, "GET", "/static/icon.svg")).headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("br;q=0,gzip;q=0", None),
        ("", None), ("identity", None), ("*", "br"), ("*;q=0.5, br;q=0", "gzip"), ("gzip;q=0.9, br;q=0.2", "gzip"),
        ("GZIP", "gzip"), ("br;q=0.1, identity;q=0.9", None), ("deflate", None), ("br;q=nonsense, gzip", "gzip"),
        ("identity;q=0", None), ("br;q=1.000", "br"), (",;,", None), ("br;q=0.000", None),
    ],
)  # fmt: skip
async def test_the_browser_chooses_the_coding(screens: Studio, header: str, coding: str | None) -> None:
    """Brotli before gzip at the same wish, and never what is wanted with q=0."""
    async with screens.client() as client:
        request = client.build_request("GET", HASHED_NAME, headers={"Accept-Encoding": header})
        answer = await client.send(request, stream=True)
        raw = b"".join([part async for part in answer.aiter_raw()])
    expected = {"br": b"script in br", None: SCRIPT}
    assert answer.headers.get("content-encoding") == coding
    assert gzip.decompress(raw) == SCRIPT if coding == "gzip" else raw == expected[coding]
    assert int(answer.headers["content-length"]) == len(raw)


async def test_what_a_browser_has_is_not_sent_again(screens: Studio) -> None:
    """Each form has a tag of its own; with it the answer is 304 and carries what a cache needs."""
    tags = set()
    for encoding in ("br", "gzip", "identity"):
        headers = {"Accept-Encoding": encoding}
        first = await screens.request(None, "HEAD", HASHED_NAME, headers=headers)
        tags.add(first.headers["etag"])
        for given in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}', "*"):
            again = await screens.request(None, "GET", HASHED_NAME, headers=headers | {"If-None-Match": given})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
            assert again.headers["vary"] == "Accept-Encoding"
            assert again.headers["cache-control"] == IMMUTABLE
        other = await screens.request(
            None, "GET", HASHED_NAME, headers={"Accept-Encoding": encoding, "If-None-Match": '"x"'}
        )
        assert other.status_code == 200
    assert len(tags) == 3


async def test_head_and_other_methods(screens: Studio) -> None:
    """HEAD has the headers of GET and no byte; a file is only read; a range is answered with the whole."""
    for path in ("/", HASHED_NAME):
        head = await screens.request(None, "HEAD", path, headers=PAGE | {"Accept-Encoding": "identity"})
        got = await screens.request(None, "GET", path, headers=PAGE | {"Accept-Encoding": "identity"})
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == got.headers["content-length"] == str(len(got.content))
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        answer = await screens.request(Role.OWNER, method, HASHED_NAME)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    part = await screens.request(
        None, "GET", HASHED_NAME, headers={"Range": "bytes=0-3", "Accept-Encoding": "identity"}
    )
    assert (part.status_code, part.content) == (200, SCRIPT)


async def test_a_strange_host_is_not_repeated(screens: Studio) -> None:
    """What a peer calls us never becomes part of a policy unless it is a name and a port."""
    for host in ("evil;script-src *", "a b", "x'y", ""):
        page = await screens.request(None, "GET", "/", headers={"Host": host})
        assert "connect-src 'self';" in page.headers["content-security-policy"]
    page = await screens.request(None, "GET", "/", headers={"Host": "[::1]:8000"})
    assert "connect-src 'self' ws://[::1]:8000 wss://[::1]:8000;" in page.headers["content-security-policy"]


async def test_figures_do_not_count_addresses(screens: Studio) -> None:
    """Screens and files have one label each, whatever they are called."""
    await screens.request(None, "GET", f"/songs/{uuid4()}", headers=PAGE)
    await screens.request(None, "GET", HASHED_NAME)
    figures = (await screens.request(Role.VIEWER, "GET", "/metrics")).text
    assert 'route="client screen"' in figures
    assert 'route="client file"' in figures
    assert "B7n3" not in figures


async def test_without_a_build_the_page_says_what_to_do(studio: Studio) -> None:
    """Every screen says how to build the client, and the API works."""
    for path in ("/", "/songs/x"):
        page = await studio.request(None, "GET", path, headers=PAGE)
        assert page.status_code == 503
        assert "make run" in page.text
        assert "Node 20.19" in page.text
        assert "style-src 'sha256-" in page.headers["content-security-policy"]
    assert "Sign out" not in page.text
    page = await studio.request(Role.EDITOR, "GET", "/", headers=PAGE)
    assert "signed in as <strong>Editor</strong>." in page.text
    assert (await studio.request(None, "HEAD", "/")).content == b""
    assert (await studio.request(Role.VIEWER, "GET", "/api/v1/documents")).status_code == 200


def test_no_build_is_no_files(tmp_path: Path) -> None:
    """A missing folder, and one whose build was broken off before the page was written, are no client."""
    assert not read_client(tmp_path / "nowhere").files
    (tmp_path / "static").mkdir()
    (tmp_path / "static/main-B7n3_kQx.js").write_text("x")
    assert not read_client(tmp_path).files
    assert not is_built(tmp_path)


def test_a_folder_that_is_no_build_is_refused(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Far more than a client must not fill the memory."""
    assert is_built(built)
    monkeypatch.setattr("web.client_files.CLIENT_BYTES_MAX", 1000)
    assert limits.CLIENT_BYTES_MAX > 1000
    with pytest.raises(Misconfigured, match="build it again"):
        read_client(built)


def test_only_hashes_count_as_hashes() -> None:
    """A name of the bundler is kept for ever; a word with a dash is not, nor is any file we named ourselves."""
    for name in ("main-B7n3_kQx.js", "song-DdM6x-1_.css", "a-12345678.woff2"):
        assert HASHED.search(name), name
    for name in ("theme.js", "icon-darkmode.svg", "icon-dark.svg", "index.html", "main-B7n3_kQ.js"):
        assert not HASHED.search(name), name
    public = BUILT_DIR.parent / "public"
    assert not [path for path in public.rglob("*") if HASHED.search(path.name)]
