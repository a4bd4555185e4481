"""What people read about a request that is not valid: plain sentences, each with its place."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from core.roles import Role
from tests.unit.web.memory_studio import Studio

API = "/api/v1"
LIBRARY_WORDS = ("Input should", "Value error", "NewDocument", "instance", "Tuple", "Extra inputs", "Field required")


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ([], None, "This must be an object."),
        ({}, "/kind", "This is missing."),
        ({"kind": "song", "title": 3}, "/title", "This must be a text."),
        ({"kind": "song", "title": "x" * 501}, "/title", "This must have at most 500 characters."),
        ({"kind": "song", "a/b~": 1}, "/a~1b~0", "This is not known here; leave it out."),
        (
            {"kind": "opera"},
            "/kind",
            "There is no kind of document named 'opera'; there are song, persona, world, note.",
        ),
    ],
)
async def test_a_mistake_in_a_body_has_a_pointer(studio: Studio, body: Any, path: str | None, message: str) -> None:
    """Our own words, a capital, a full stop; the whole body has no pointer."""
    answer = await studio.request(Role.EDITOR, "POST", f"{API}/documents", json=body)
    problem = answer.json()
    assert (answer.status_code, problem.get("path")) == (422, path), problem
    assert problem["errors"][0] == {"path": path or "", "message": message}
    assert problem["detail"] == (f"{path}: {message}" if path else "The body must be an object.")


@pytest.mark.parametrize(
    ("query", "path", "message"),
    [
        ("documents?limit=x", "limit", "This must be a whole number."),
        ("documents?limit=0", "limit", "This must be 1 or more."),
        ("documents?limit=99999", "limit", "This must be 200 or less."),
        ("documents?order=best", "order", "This must be one of 'recent' or 'title'."),
        ("documents?kind=song&kind=opera", "kind", None),
        ("documents?trashed=perhaps", "trashed", "This must be true or false."),
        ("documents?limits=5", "limits", "This is not known here; leave it out."),
        ("jobs?document_id=x", "document_id", None),
    ],
)
async def test_a_mistake_in_a_parameter_has_its_name(studio: Studio, query: str, path: str, message: str) -> None:
    """Without a slash: a parameter is no place in a body."""
    answer = await studio.request(Role.VIEWER, "GET", f"{API}/{query}")
    problem = answer.json()
    assert (answer.status_code, problem["path"], problem["errors"][0]["path"]) == (422, path, path), problem
    assert message in (None, problem["errors"][0]["message"])


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"parameters": {"formats": []}}, "/parameters/formats"),
        ({"parameters": {"formats": ["mp3"]}}, "/parameters/formats/0"),
        ({"parameters": {"swing": 2}}, "/parameters/swing"),
        ({"parameters": {"feel": "odd"}}, "/parameters/feel"),
        ({"parameters": {"no_such": 1}}, "/parameters/no_such"),
        ({"parameters": []}, "/parameters"),
        ({"seed": 2**31}, "/seed"),
        ({"position": 10**9}, "/position"),
        ({"document_id": "x"}, "/document_id"),
    ],
)
async def test_a_mistake_about_a_job_has_a_pointer(studio: Studio, change: dict[str, Any], path: str) -> None:
    """Into the body as it was sent, an engine's own parameters included; no word of a library shows."""
    song = await studio.document()
    answer = await studio.request(Role.EDITOR, "POST", f"{API}/render_jobs", json={"document_id": song["id"]} | change)
    problem = answer.json()
    assert (answer.status_code, problem["path"]) == (422, path), problem
    for sentence in [problem["detail"], *(mistake["message"] for mistake in problem.get("errors", []))]:
        assert sentence.endswith(".")
        assert not any(words in sentence for words in LIBRARY_WORDS)


async def test_a_refusal_of_our_own_is_a_sentence_too(studio: Studio) -> None:
    """Whatever part of the product refuses."""
    answer = await studio.request(Role.VIEWER, "GET", f"{API}/events?topic=no.such")
    assert (answer.status_code, answer.json()["path"]) == (422, "topic")
    assert answer.json()["detail"] == "There is no event type 'no.such'."


@pytest.mark.parametrize("body", ["", "{", '{"kind": NaN}', "[1,]", "9" * 5000])
async def test_what_is_no_json_is_said_plainly(studio: Studio, body: str) -> None:
    """400, where it stops making sense, and nothing about the parser."""
    answer = await studio.request(
        Role.EDITOR, "PUT", f"{API}/documents/{uuid4()}", content=body, headers={"Content-Type": "application/json"}
    )
    detail = answer.json()["detail"]
    assert answer.status_code == 400
    assert detail.startswith("The body ")
    assert detail.endswith(".")
    assert not any(words in detail for words in ("Expecting", "char ", "int_max", "string conversion"))
