"""Documents for tests, made through the API as any program makes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, Final

from tests.studio import Studio

_DIGITS: Final = digits + ascii_uppercase + ascii_lowercase
_CHORDS: Final = "C G Am F"
RENDER_SECONDS_MAX: Final = 180.0
#: Seconds between two looks at a job.
_LOOK_SECONDS: Final = 0.05


def create(studio: Studio, kind: str, title: str, content: dict[str, Any] | None = None) -> str:
    """Create a document with content in the shape of its JSON; returns its id."""
    answer = studio.request("POST", "/api/v1/documents", json={"kind": kind, "title": title})
    assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
    document_id = str(answer.json()["id"])
    if content:
        change(studio, document_id, content)
    return document_id


def create_song(studio: Studio, title: str = "Glasshouse Weather", *lyrics: str, **fields: Any) -> str:
    """Create a song with a section for each text of lyrics, named Verse 1, Verse 2 and so on; returns its id."""
    return create(studio, "song", title, {"sections": sections(lyrics)} | fields)


def change(studio: Studio, document_id: str, patch: dict[str, Any]) -> None:
    """Change a document by JSON Merge Patch, as somebody else would."""
    answer = studio.request("PATCH", f"/api/v1/documents/{document_id}", json=patch)
    assert answer.is_success, f"{answer.status_code} {answer.text}"


def open_branch(studio: Studio, document_id: str, name: str, purpose: str = "") -> dict[str, Any]:
    """Fork a document as it is now; returns the branch."""
    body = {"name": name, "purpose": purpose}
    answer = studio.request("POST", f"/api/v1/documents/{document_id}/branches", json=body)
    assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
    branch: dict[str, Any] = answer.json()
    return branch


def read_branch(studio: Studio, branch_id: str) -> dict[str, Any]:
    """Return how a branch stands."""
    branch: dict[str, Any] = studio.request("GET", f"/api/v1/branches/{branch_id}").json()
    return branch


def read(studio: Studio, document_id: str) -> dict[str, Any]:
    """Return what the studio holds: what is durable, whatever screens show."""
    answer = studio.request("GET", f"/api/v1/documents/{document_id}")
    assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
    content: dict[str, Any] = answer.json()
    return content


def sections(lyrics: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return one verse for each text: `verse-1`, `verse-2` and so on."""
    return {
        f"verse-{number}": {
            "pos": position(number), "name": f"Verse {number}", "kind": "verse", "bars": 2, "energy": 0.5,
            "chords": _CHORDS, "lyrics": text,
        }
        for number, text in enumerate(lyrics, 1)
    }  # fmt: skip


def position(number: int) -> str:
    """Return the place of the number-th entry of a list of up to 3,844 entries, with room around it."""
    high, low = divmod(number, len(_DIGITS))
    return f"{_DIGITS[high]}{_DIGITS[low]}V"


def wait_until(holds: Callable[[], bool]) -> None:
    """Look again and again until the studio says so."""
    deadline = time.monotonic() + RENDER_SECONDS_MAX
    while not holds():
        assert time.monotonic() < deadline, "the studio never said so"
        time.sleep(_LOOK_SECONDS)


def render(studio: Studio, song_id: str, **parameters: Any) -> str:
    """Have a song rendered by the studio's own worker, and return the id of the take once it is listed."""
    answer = studio.request("POST", "/api/v1/render_jobs", json={"document_id": song_id, "parameters": parameters})
    assert answer.status_code == 202, f"{answer.status_code} {answer.text}"
    path, job = f"/api/v1/render_jobs/{answer.json()['id']}", answer.json()

    def is_over() -> bool:
        job.update(studio.request("GET", path).json())
        return job["status"] in ("completed", "failed", "cancelled")

    wait_until(is_over)
    assert job["status"] == "completed", job
    take_id = str(job["result"]["take_id"])
    wait_until(lambda: studio.request("GET", f"/api/v1/takes/{take_id}").status_code == 200)
    return take_id
