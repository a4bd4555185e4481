"""The description of the API is valid, complete, and true of what the API does."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.roles import Role
from tests.unit.web.memory_studio import ORIGIN, Studio, running_studio
from web.app import ROUTES
from web.openapi import describe
from web.routing import Anyone

DESCRIPTION = describe(ROUTES, version="1")
#: Requests an operation is tried with; `make test` has minutes, not hours.
EXAMPLES_MAX = 8
#: A stream has no end; the sign-in and its pages are for browsers and have tests of their own.
NOT_FUZZED = {"/api/v1/events/stream", "/sign-in", "/sign-out", "/"}


def test_the_description_is_openapi_3_1() -> None:
    """Checked by a validator that is not ours."""
    OpenAPIV31SpecValidator(DESCRIPTION).validate()
    assert DESCRIPTION["openapi"] == "3.1.0"


def test_every_route_is_described() -> None:
    """Method, path, summary, an id of its own, and who may call it."""
    operations = {
        (method.upper(), path): op for path, ops in DESCRIPTION["paths"].items() for method, op in ops.items()
    }
    assert operations.keys() == {(route.method, route.path) for route in ROUTES}
    assert len({op["operationId"] for op in operations.values()}) == len(ROUTES)
    for route in ROUTES:
        operation = operations[route.method, route.path]
        assert operation["summary"]
        assert bool(operation["security"]) == (route.role is not Anyone)
        assert isinstance(route.role, Role) == ("401" in operation["responses"] and route.path != "/sign-in")


async def test_the_description_is_served(studio: Studio) -> None:
    """/openapi.json is what the table says; it names every kind's fields."""
    answer = await studio.request(Role.VIEWER, "GET", "/openapi.json")
    served = answer.json()
    assert served["paths"].keys() == {route.path for route in ROUTES}
    assert "bpm" in served["components"]["schemas"]["SongState"]["properties"]


class Loop:
    """A studio in memory on a loop of its own, so that generated requests can be sent one after the other."""

    def __init__(self, folder: Path) -> None:
        self.statuses: Counter[int] = Counter()
        self._runner = asyncio.Runner()
        self._context = running_studio(folder)
        self.studio = self._runner.run(self._enter())

    async def _enter(self) -> Studio:
        self._stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()

        async def live() -> None:
            async with self._context as studio:
                ready.set_result(studio)
                await self._stop.wait()

        self._life = asyncio.ensure_future(live())
        return await ready

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask as the owner."""
        answer = self._runner.run(self.studio.request(Role.OWNER, method, path, **options))
        self.statuses[answer.status_code] += 1
        return answer

    def document(self) -> str:
        """Return the id of a fresh song: made-up ids find nothing to change."""
        made: str = self.send("POST", "/api/v1/documents", json={"kind": "song", "title": "Fuzz"}).json()["id"]
        return made

    def close(self) -> None:
        """End the studio."""
        self._stop.set()
        self._runner.run(self._wait())
        self._runner.close()

    async def _wait(self) -> None:
        await self._life


#: All generated requests are some 1,500; a selection of them says nothing about the mix.
WHOLE_REQUESTS_MIN = 700


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    """One studio for all generated requests, with something in it to be found."""
    running = Loop(tmp_path_factory.mktemp("fuzz"))
    running.send("POST", "/api/v1/render_jobs", json={"document_id": running.document()})
    yield running
    running.close()
    # Whoever is refused at the door has tested the door: most requests must have come further.
    tried = running.statuses
    if tried.total() < WHOLE_REQUESTS_MIN:
        return  # Only a part of the requests was made in this process.
    assert tried[401] + tried[403] < tried.total() / 10, tried
    assert tried[200] + tried[201] + tried[202] + tried[204] > tried.total() / 10, tried
    assert tried[422] > 0, tried


def without_doors() -> dict[str, Any]:
    """The description without its sign-in: otherwise most requests would be tries to get in with made-up tokens."""
    described = json.loads(json.dumps(DESCRIPTION))
    del described["components"]["securitySchemes"]
    for methods in described["paths"].values():
        for operation in methods.values():
            del operation["security"]
    return described


schema = schemathesis.openapi.from_dict(without_doors())
schema.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE])
fuzzed = schema.exclude(path=sorted(NOT_FUZZED))
CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    schemathesis.checks.not_a_server_error,
)


@fuzzed.parametrize()
@settings(
    max_examples=EXAMPLES_MAX,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_the_answer_is_as_described(case: schemathesis.Case, loop: Loop) -> None:
    """Valid and invalid requests made from the description: no 500, and every answer as the description says."""
    if _is_uuid(case.path_parameters.get("document_id")):
        case.path_parameters["document_id"] = loop.document()
    prepared = requests.Request(**case.as_transport_kwargs(base_url=ORIGIN)).prepare()
    answer = loop.send(
        prepared.method or "GET", prepared.url or "", content=prepared.body or b"", headers=dict(prepared.headers)
    )
    case.validate_response(answer, checks=list(CHECKS))


def _is_uuid(value: object) -> bool:
    return isinstance(value, str) and len(value) == 36


def test_json_is_what_json_says() -> None:
    """The description itself is plain JSON."""
    assert json.loads(json.dumps(DESCRIPTION)) == DESCRIPTION
