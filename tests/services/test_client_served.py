"""The real server hands out a build, and survives what peers send instead of a path; without a build it says so."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.services.servers import folder
from tests.services.test_commands import counterpoint
from tests.studio import Studio

pytestmark = pytest.mark.services
__all__ = ["folder"]
SCRIPT = b"export {};\n" * 100
NAME = "/static/main-B7n3_kQx.js"
PAGE = "<!doctype html><title>Screens</title>"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small build."""
    dist = tmp_path_factory.mktemp("build")
    (dist / "static").mkdir()
    (dist / "index.html").write_text(PAGE)
    (dist / NAME[1:]).write_bytes(SCRIPT)
    (dist / f"{NAME[1:]}.br").write_bytes(b"in br")
    return dist


@pytest.fixture(scope="module")
def studio(build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A running studio that hands it out."""
    data = tmp_path_factory.mktemp("served")
    for path in (data, data.parent, data.parent.parent):
        path.chmod(0o711)  # As root the database is another user, who must get in.
    running = Studio(data / "data", environment={"COUNTERPOINT_CLIENT": str(build)})
    running.start()
    try:
        yield running
    finally:
        running.stop()


def raw(studio: Studio, request: bytes) -> bytes:
    """Send bytes as they are and return all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", studio.port), timeout=20) as peer:
        peer.sendall(request)
        received = b""
        while part := peer.recv(65536):
            received += part
    return received


def asked(path: str, *, method: str = "GET", extra: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n{extra}\r\n".encode()


def test_screens_and_files_are_served(studio: Studio) -> None:
    """A page for every screen, a compressed file for who can read it, headers alone for HEAD."""
    page = httpx.get(f"{studio.url}/songs/abc/studio", headers={"Accept": "text/html"})
    assert (page.status_code, page.text) == (200, PAGE)
    answer = raw(studio, asked(NAME, extra="Accept-Encoding: gzip, br\r\n"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-encoding: br" in head.lower()
    assert body == b"in br"
    head, _, body = raw(studio, asked(NAME, method="HEAD")).partition(b"\r\n\r\n")
    assert f"content-length: {len(SCRIPT)}".encode() in head.lower()
    assert body == b""


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc%2fpasswd",
        "//etc/passwd", "/static/%00", "/static/", "/%ff%fe", "/static/" + "a" * 60_000, "/..", "/static/x.js?../../x",
    ],
)  # fmt: skip
def test_no_path_leads_anywhere_else(studio: Studio, path: str) -> None:
    """Climbing, encoded, empty and huge paths: refused, and the server answers the next one."""
    answer = raw(studio, asked(path))
    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400", b"HTTP/1.1 414", b"HTTP/1.1 431")), answer[:200]
    assert b"root:" not in answer
    assert httpx.get(f"{studio.url}/livez").status_code == 200


def test_the_studio_says_that_its_screens_are_missing(folder: Path) -> None:
    """One line at the start, a page that says what to do, and an API that works."""
    empty = folder / "empty"
    empty.mkdir()
    running = Studio(folder / "data", environment={"COUNTERPOINT_CLIENT": str(empty)})
    running.start()
    try:
        page = httpx.get(running.url, headers={"Accept": "text/html"})
        assert page.status_code == 503
        assert "make run" in page.text
        assert httpx.get(f"{running.url}/readyz").json()["ready"] is True
    finally:
        running.stop()
    # Read when it has ended: it says it below its address, which comes after it answers.
    said = [line for line in running.log_path.read_text().splitlines() if "screens" in line]
    assert len(said) == 1
    assert "Node 20.19" in said[0]


def test_the_doctor_knows_of_the_screens(build: Path, folder: Path) -> None:
    """Built and where, or what to install; a studio without them is not ill."""
    found = counterpoint("doctor", "--data", str(folder), COUNTERPOINT_CLIENT=str(build))
    assert f"ok   screens      built in {build}" in found.stdout
    missing = counterpoint("doctor", "--data", str(folder), COUNTERPOINT_CLIENT=str(folder))
    assert "ok   screens      not built: " in missing.stdout
    assert missing.returncode == found.returncode == 0
