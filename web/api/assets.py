"""`/api/v1/assets/{id}`: bytes by content hash, whole or one range of them. Only what a take names can be read."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import quote

from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from core.errors import NotFound
from core.limits import PROJECTION_GAP_SECONDS
from web.problems import HttpProblem
from web.readers import TakesReader
from web.routing import Call, operation

#: Media types by file name ending; anything else is bytes to save, never to show.
MEDIA_TYPES: Final = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "mid": "audio/midi",
    "json": "application/json",
}
BYTES: Final = "application/octet-stream"
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
#: No path, no sign that a system keeps for itself, and none that turns or hides what follows; titles are welcome.
_NOT_IN_NAMES: Final = r'\x00-\x1f\x7f-\x9f"*/:<>?\\|\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff'
FILE_NAME: Final = f"^[^.{_NOT_IN_NAMES}][^{_NOT_IN_NAMES}]{{0,149}}$"

#: How often the list of takes is asked for a new asset before it counts as nobody's.
LOOKS_MAX: Final = 10


class AssetQuery(BaseModel, extra="forbid"):
    """How to hand an asset out."""

    name: str | None = Field(
        default=None, pattern=FILE_NAME, description="A file name; its ending decides the media type."
    )
    download: bool = Field(default=False, description="Ask the browser to save it instead of playing it.")


class Span(NamedTuple):
    """A range of bytes, stop exclusive."""

    start: int
    stop: int


@operation(
    query=AssetQuery,
    media=BYTES,
    also=[HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED],
    fails=[HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE],
    headers=["Range", "If-None-Match"],
)
async def get_asset(call: Call[AssetQuery, None]) -> Response:
    """Read an asset, or a range of it."""
    digest = call.request.path_params["asset_id"]
    services = call.services
    size = await services.blobs.size(digest) if DIGEST.fullmatch(digest) else None
    if size is None or not await _named_by_a_take(services.takes, digest):
        raise NotFound("There is no asset with that id.")
    headers = _headers(digest, call.query)
    if f'"{digest}"' in call.request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    span = read_range(call.request.headers.get("range"), size)
    if span is not None and call.request.headers.get("if-range", f'"{digest}"') != f'"{digest}"':
        span = None
    start, stop = span or Span(0, size)
    headers["Content-Length"] = str(stop - start)
    status = HTTPStatus.OK
    if span is not None:
        status = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    if call.request.method == "HEAD":
        return _bare(status, headers)
    return StreamingResponse(services.blobs.read(digest, start=start, stop=stop), status, headers=headers)


async def _named_by_a_take(takes: TakesReader, digest: str) -> bool:
    """Say whether a take names it. The list of takes is a moment behind the log, so wait that moment for a new one."""
    for _ in range(LOOKS_MAX):
        if await takes.has_asset(digest):
            return True
        await asyncio.sleep(PROJECTION_GAP_SECONDS)
    return await takes.has_asset(digest)


def read_range(header: str | None, size: int) -> Span | None:
    """Return the one range asked for; None: the whole (no range, another unit, several ranges, nonsense).

    Raises HttpProblem (416) for a range that begins behind the end.
    """
    match = RANGE.fullmatch(header.replace(" ", "").lower()) if header else None
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size or start >= stop:
        raise HttpProblem(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            f"This asset has {size} bytes.",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return Span(start, stop)


def _headers(digest: str, query: AssetQuery) -> dict[str, str]:
    """The bytes of a digest never change, so browsers may keep them; other people's browsers may not have them."""
    ending = (query.name or "").rpartition(".")[2].lower()
    media_type = MEDIA_TYPES.get(ending, BYTES)
    save = query.download or media_type == BYTES
    return {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Disposition": _disposition(query.name or digest[:16], save=save),
        "Content-Type": media_type,
        "ETag": f'"{digest}"',
    }


def _disposition(name: str, *, save: bool) -> str:
    """Return the header (RFC 6266) with the name as it is, and in ASCII for those who cannot read that."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"{'attachment' if save else 'inline'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _bare(status: HTTPStatus, headers: dict[str, str]) -> Response:
    response = Response(status_code=status, headers={k: v for k, v in headers.items() if k != "Content-Length"})
    response.headers["Content-Length"] = headers["Content-Length"]
    return response
