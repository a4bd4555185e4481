"""`counterpoint demo`: two people write a verse at once in the running studio, and a worker turns the song into audio.

Everything goes through what any program can use: a token, the API, the plain wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx

from core.errors import LogUnavailable, Misconfigured
from core.ids import SYSTEM_ID
from core.limits import RENDER_SECONDS_MAX
from core.roles import Role
from core.settings import Settings
from web.address import running_address
from web.database import require_database
from web.demo_client import PATIENCE_SECONDS, Writer, open_writer
from web.foundation import open_foundation

Say = Callable[[str], None]

#: Who types which lines of the verse.
PARTS: Final = {
    "Ada": {0: "We met on a line that was nobody’s yet", 2: "You typed me a moon and I typed you the sea"},
    "Sol": {1: "Two cursors like swallows, a duel, a duet", 3: "And neither could lose what the other would be"},
}
SECTION: Final = "verse-1"
#: How the files of the audio are called; later ones are numbered.
FILE_NAME: Final = "written-together"
TITLE: Final = "Written Together"
SONG: Final[dict[str, Any]] = {
    "bpm": 104,
    "key": "D",
    "mode": "major",
    "sections": {
        "intro": {"pos": "G", "name": "Intro", "kind": "intro", "bars": 4, "energy": 0.3, "chords": "D A Bm G"},
        SECTION: {
            "pos": "M",
            "name": "Verse",
            "kind": "verse",
            "bars": 8,
            "energy": 0.6,
            "chords": "D A Bm G\nD A G A",
            "lyrics": "\n" * 3,
        },
        "outro": {"pos": "T", "name": "Outro", "kind": "outro", "bars": 4, "energy": 0.4, "chords": "G A D D"},
    },
}
#: What whoever started the studio with DATA= must know.
OTHER_FOLDER: Final = "a studio on another data folder is found with the same one: `make demo DATA=...`"
#: How long the demo's tokens would live if the demo died before taking them back.
TOKEN_LIFE: Final = timedelta(hours=1)
#: Seconds between two looks at a job.
LOOK_SECONDS: Final = 0.25


class Guest(NamedTuple):
    """A member for the length of the demo."""

    name: str
    token: str


def make_folder(folder: Path) -> None:
    """Make the folder of the audio before anything is played for nothing. Raises Misconfigured."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            f"cannot make the folder {folder} ({error.strerror}): choose another with --into"
        ) from error


def free_name(folder: Path) -> str:
    """Return a name that no file of this folder has, whatever its format, so that an earlier take stays."""
    taken = {path.stem for path in folder.iterdir()}
    return next(name for name in _names() if name not in taken)


async def play(settings: Settings, *, url: str | None, folder: Path, say: Say) -> None:
    """Play it, and leave the audio in the folder.

    Raises Misconfigured when no studio runs here, LogUnavailable when it stops answering.
    """
    base = url or running_address(settings)
    settings = replace(_require_database(settings), log_level="error")
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS) as api:
        await _require_studio(api, base)
        async with _guests(settings, list(PARTS)) as guests:
            api.headers["Authorization"] = f"Bearer {guests[0].token}"
            song_id = await _create_song(api)
            say(f"A new song, “{TITLE}”; {' and '.join(PARTS)} write its verse at the same time:")
            await _write_together(api, song_id, guests, say)
            take = await _render(api, song_id, say)
            await _fetch(api, take, folder, say)


async def _create_song(api: httpx.AsyncClient) -> str:
    song = await _ask(api, "POST", "/api/v1/documents", {"kind": "song", "title": TITLE})
    await _ask(api, "PATCH", f"/api/v1/documents/{song['id']}", SONG)
    return str(song["id"])


async def _write_together(api: httpx.AsyncClient, song_id: str, guests: Sequence[Guest], say: Say) -> None:
    """Let both type their lines at once, and make sure that everybody sees the same."""
    async with _writer(api, song_id, guests[0]) as first, _writer(api, song_id, guests[1]) as second:
        writers = dict(zip(PARTS, (first, second), strict=True))
        for writer in writers.values():
            await writer.wait_for(SECTION, "\n" * 3)
        async with asyncio.TaskGroup() as tasks:
            for name, writer in writers.items():
                tasks.create_task(_type_part(name, writer, say))
        lines = {number: line for part in PARTS.values() for number, line in part.items()}
        verse = "\n".join(lines[number] for number in sorted(lines))
        for writer in writers.values():
            await writer.wait_for(SECTION, verse)
    stored = await _ask(api, "GET", f"/api/v1/documents/{song_id}")
    if stored["sections"][SECTION]["lyrics"] != verse:
        raise LogUnavailable("the studio holds another verse than both writers see: please report this")
    say(f"Both read the same, and so does the log at position {stored['position']}:")
    for line in verse.split("\n"):
        say(f"    {line}")


async def _type_part(name: str, writer: Writer, say: Say) -> None:
    for number, line in PARTS[name].items():
        typed = await writer.type_line(SECTION, number, line)
        say(f"  {name}: “{line}”: {typed.edits} edits, each durable within {typed.milliseconds:.1f} ms")


async def _render(api: httpx.AsyncClient, song_id: str, say: Say) -> dict[str, Any]:
    """Ask for a take, tell how it goes, and return it."""
    job = await _ask(api, "POST", "/api/v1/render_jobs", {"document_id": song_id})
    said = None
    async with asyncio.timeout(RENDER_SECONDS_MAX):
        while job["status"] not in ("completed", "failed", "cancelled"):
            stage = job["stage"] or job["status"]
            if stage != said:
                say(f"  {stage} ({job['fraction']:.0%})")
                said = stage
            await asyncio.sleep(LOOK_SECONDS)
            job = await _ask(api, "GET", f"/api/v1/render_jobs/{job['id']}")
    if job["status"] != "completed":
        raise LogUnavailable(f"the render {job['status']}: {job['reason']}")
    return await _ask(api, "GET", f"/api/v1/takes/{job['result']['take_id']}")


async def _fetch(api: httpx.AsyncClient, take: dict[str, Any], folder: Path, say: Say) -> None:
    """Save the mix in both formats."""
    name = free_name(folder)
    say(
        f"A take of {take['duration_s']:.1f} s: document position {take['document_position']}, engine {take['engine']} "
        f"{take['engine_version']}, seed {take['seed']}, {take['loudness'].get('integrated_lufs', 0):.1f} LUFS"
    )
    for file in take["files"]:
        if file["role"] == "mix" and file["format"] in ("wav", "flac"):
            path = folder / f"{name}.{file['format']}"
            async with api.stream("GET", file["url"]) as answer:
                answer.raise_for_status()
                with path.open("xb") as out:
                    async for chunk in answer.aiter_bytes():
                        out.write(chunk)
            say(f"  {path} ({file['bytes'] / 1_000_000:.1f} MB)")


@asynccontextmanager
async def _guests(settings: Settings, names: Sequence[str]) -> AsyncIterator[list[Guest]]:
    """Make members with a token each; they are gone, names included, when the demo is over."""
    async with open_foundation(settings) as foundation:
        membership, people = foundation.membership, []
        try:
            guests = []
            for name in names:
                people.append(await membership.invite(f"{name} (demo)", Role.EDITOR, by=SYSTEM_ID))
                expires_at = foundation.clock.now() + TOKEN_LIFE
                issued = await membership.issue_token(
                    people[-1], Role.EDITOR, label="demo", by=SYSTEM_ID, expires_at=expires_at
                )
                guests.append(Guest(name, issued.secret))
            yield guests
        finally:
            for person_id in people:
                await membership.remove(person_id, by=SYSTEM_ID, erase=True)


@asynccontextmanager
async def _writer(api: httpx.AsyncClient, song_id: str, guest: Guest) -> AsyncIterator[Writer]:
    """Open the song as this guest, under a client id that the studio has issued."""
    headers = {"Authorization": f"Bearer {guest.token}"}
    session = await _ask(api, "POST", f"/api/v1/documents/{song_id}/sessions", headers=headers)
    address = str(api.base_url.copy_with(scheme=api.base_url.scheme.replace("http", "ws"))).rstrip("/")
    async with open_writer(f"{address}/sync/{song_id}?acks=1&token={guest.token}", session["client_id"]) as writer:
        yield writer


async def _ask(
    api: httpx.AsyncClient, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON of an answer. Raises LogUnavailable with what the studio said."""
    answer = await api.request(method, path, json=body, headers=headers)
    if answer.is_error:
        raise LogUnavailable(f"the studio answered {answer.status_code} to {method} {path}: {answer.text[:500]}")
    found: dict[str, Any] = answer.json()
    return found


def _names() -> Iterator[str]:
    yield FILE_NAME
    for number in count(2):
        yield f"{FILE_NAME}-{number}"


def _require_database(settings: Settings) -> Settings:
    """Return settings with the running studio's database. Raises Misconfigured, which tells of other folders, too."""
    try:
        return require_database(settings)
    except Misconfigured as error:
        raise Misconfigured(f"{error.message}; {OTHER_FOLDER}") from error


async def _require_studio(api: httpx.AsyncClient, base: str) -> None:
    try:
        (await api.get("/readyz")).raise_for_status()
    except httpx.HTTPError as error:
        raise Misconfigured(
            f"no studio answers at {base}: start one with `make run`, in another terminal; {OTHER_FOLDER}"
        ) from error
