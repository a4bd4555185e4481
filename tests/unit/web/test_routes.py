"""Every route against every role: nobody gets in without one, nobody does more than theirs (P10)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from core.roles import Role
from tests.unit.web.memory_studio import Studio
from web.app import ROUTES
from web.edge import HEADERS
from web.routing import Anyone, Route

#: What may be seen without signing in. Adding to it is a decision, not an accident.
OPEN = {"/livez", "/readyz", "/version", "/", "/sign-in"}


def address(route: Route) -> str:
    """Return an address of the route at which nothing is."""
    path = route.path.replace("{asset_id}", "0" * 64)
    for name in ("document_id", "job_id", "take_id", "person_id", "token_id", "session_id", "comment_id", "message_id"):
        path = path.replace(f"{{{name}}}", str(uuid4()))
    return path


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
async def test_a_route_is_for_its_role_and_those_above(studio: Studio, route: Route) -> None:
    """401 without a sign-in, 403 below the role, neither above it; and who may not, changes nothing."""
    method = "HEAD" if route.path.endswith("/stream") else route.method  # A stream has no end to wait for.
    for role in (None, *Role):
        before = len(studio.log.store.events)
        status = (await studio.request(role, method, address(route))).status_code
        if not isinstance(route.role, Role):
            assert status not in (401, 403)
        elif role is None:
            assert status == 401
        elif not role.includes(route.role):
            assert status == 403
        elif route.path != "/sign-out":  # Only browser sessions sign out; see test_sign_in.py.
            assert status not in (401, 403)
            assert status < 500
        if isinstance(route.role, Role) and (role is None or not role.includes(route.role)):
            assert len(studio.log.store.events) == before


def test_only_the_sign_in_and_health_are_open() -> None:
    """A new open route has to be added here by hand, and every other row carries a role."""
    assert {route.path for route in ROUTES if route.role is Anyone} == OPEN
    assert all(isinstance(route.role, Role) for route in ROUTES if route.path not in OPEN)
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/documents/", "/static/../../etc/passwd", "/api/v1/documents/x"]
)
async def test_nothing_is_where_no_route_is(studio: Studio, path: str) -> None:
    """Unknown addresses, trailing slashes and climbing paths are a problem+json 404, never a redirect or a file."""
    answer = await studio.request(Role.OWNER, "GET", path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_another_method_is_told_which_ones_work(studio: Studio) -> None:
    """405 with Allow for those signed in; nobody else learns even that."""
    wrong = await studio.request(Role.VIEWER, "PUT", "/api/v1/documents")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    options = await studio.request(Role.VIEWER, "OPTIONS", "/api/v1/documents")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert "access-control-allow-origin" not in options.headers
    assert (await studio.request(None, "OPTIONS", "/api/v1/documents")).status_code == 401
    assert (await studio.request(None, "BREW", "/api/v1/documents")).status_code == 401
    assert (await studio.request(Role.VIEWER, "BREW", "/api/v1/documents")).status_code == 405


async def test_head_is_get_without_the_body(studio: Studio) -> None:
    """The same headers, the length included, and no byte."""
    song = await studio.document()
    path = f"/api/v1/documents/{song['id']}"
    got, head = await studio.request(Role.VIEWER, "GET", path), await studio.request(Role.VIEWER, "HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "etag", "content-type"):
        assert head.headers[name] == got.headers[name]


async def test_every_answer_carries_careful_headers(studio: Studio) -> None:
    """Good and bad answers alike; and every one has a name for the log."""
    for role, path in ((None, "/livez"), (None, "/api/v1/me"), (Role.VIEWER, "/api/v1/me"), (None, "/nowhere")):
        answer = await studio.request(role, "GET", path)
        assert all(name in answer.headers for name in HEADERS)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert len(answer.headers["x-request-id"]) == 32


async def test_a_request_keeps_the_name_a_proxy_gave_it(studio: Studio) -> None:
    """A well-formed X-Request-Id is kept; anything else is replaced, never echoed."""
    async with studio.client(Role.VIEWER) as client:
        kept = await client.get("/nowhere", headers={"X-Request-Id": "edge-12345678"})
        assert kept.headers["x-request-id"] == kept.json()["request_id"] == "edge-12345678"
        replaced = await client.get("/nowhere", headers={"X-Request-Id": "<script>"})
        assert replaced.headers["x-request-id"] != "<script>"


async def test_a_parameter_nobody_knows_is_a_mistake(studio: Studio) -> None:
    """A misspelt parameter is told, not ignored; so is one that occurs twice, and a token in an address."""
    for query in ("limits=5", "limit=1&limit=2", "limit=0", "limit=x", f"token={studio.tokens[Role.OWNER]}"):
        answer = await studio.request(Role.VIEWER, "GET", f"/api/v1/documents?{query}")
        assert answer.status_code == 422, query
        assert answer.json()["path"] == query.partition("=")[0]


async def test_the_inside_stays_inside(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of ours is a 500 that names the request and nothing else; so is a panic of the CRDT library."""

    class PanicException(BaseException):
        pass

    for error in (RuntimeError("secret detail"), PanicException("secret detail")):

        async def fail(*_: object, error: BaseException = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(studio.services.repository, "get", fail)
        answer = await studio.request(Role.VIEWER, "GET", f"/api/v1/documents/{uuid4()}")
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert answer.json()["request_id"] in answer.json()["detail"]


async def test_health_says_what_is_missing(studio: Studio) -> None:
    """/livez: the process runs. /readyz: it can serve, or 503 with everything that is missing."""
    assert (await studio.request(None, "GET", "/livez")).text == "ok\n"
    assert (await studio.request(None, "GET", "/readyz")).json() == {"ready": True, "reasons": []}
    studio.unready["projection library"] = "DataError: 'Night train' does not fit"
    answer = await studio.request(None, "GET", "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reasons": ["projection library"]}
    assert (await studio.request(None, "GET", "/version")).json()["name"] == "counterpoint"


async def test_why_a_process_is_not_ready_is_for_members(studio: Studio) -> None:
    """The text of an error may quote what people wrote: without a living credential only names of parts are shown."""
    studio.unready["projection library"] = "DataError: 'Night train' does not fit"
    for headers in ({}, {"Authorization": "Bearer cp_wrong"}, {"Authorization": "Basic x"}, {"Cookie": "x=y"}):
        answer = await studio.request(None, "GET", "/readyz", headers=headers)
        assert answer.status_code == 503
        assert "Night train" not in answer.text
    answer = await studio.request(Role.VIEWER, "GET", "/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["projection library: DataError: 'Night train' does not fit"]


async def test_figures_count_routes_not_ids(studio: Studio) -> None:
    """Labels hold templates, so their number is bounded whatever peers send."""
    song = await studio.document()
    await studio.request(Role.VIEWER, "GET", f"/api/v1/documents/{song['id']}")
    await studio.request(Role.VIEWER, "XYZZY", "/nowhere")
    page = (await studio.request(Role.VIEWER, "GET", "/metrics")).text
    assert 'route="/api/v1/documents/{document_id}"' in page
    assert song["id"] not in page
    assert "XYZZY" not in page
    assert "nowhere" not in page
