"""Request bodies: read within bounds, whatever the sender claims about their size, and parsed strictly."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request

from core.errors import BadMessage, TooLarge
from core.limits import BODY_BYTES_MAX, JSON_DEPTH_MAX
from web.problems import HttpProblem


async def read_body(request: Request, *, bytes_max: int = BODY_BYTES_MAX) -> bytes:
    """Return the whole body. Raises TooLarge as soon as it is too long, BadMessage when the sender went away."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HttpProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body without a content encoding.")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and (len(announced) > 18 or int(announced) > bytes_max):
        raise TooLarge(f"A request body has at most {bytes_max} bytes.")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > bytes_max:
                raise TooLarge(f"A request body has at most {bytes_max} bytes.")
    except ClientDisconnect:
        raise BadMessage("The sender went away before the body was complete.") from None
    return bytes(body)


def media_type(request: Request) -> str:
    """Return the media type of the body in lower case, without its parameters; empty when none is named."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def parse_json(body: bytes) -> Any:
    """Return the JSON value. Raises BadMessage for anything RFC 8259 does not allow, or nothing could store."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise BadMessage("The body is not UTF-8.") from None
    except RecursionError:
        raise BadMessage(f"The body is nested deeper than {JSON_DEPTH_MAX} levels.") from None
    except json.JSONDecodeError as error:
        raise BadMessage(f"The body is not JSON: line {error.lineno}, column {error.colno} cannot be read.") from None
    except ValueError:
        raise BadMessage("The body holds a number with too many digits.") from None
    _require_storable(body, value)
    return value


def _require_storable(body: bytes, value: Any) -> None:
    """Refuse NUL, halves of surrogate pairs, and deep nesting; most bodies are cleared by a look at the bytes."""
    if body.count(b"[") + body.count(b"{") <= JSON_DEPTH_MAX and b"\\u" not in body:
        return
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > JSON_DEPTH_MAX + 1:
            raise BadMessage(f"The body is nested deeper than {JSON_DEPTH_MAX} levels.")
        match item:
            case str():
                _require_text(item)
            case dict():
                for key, inner in item.items():
                    _require_text(key)
                    waiting.append((inner, depth + 1))
            case list():
                waiting.extend((inner, depth + 1) for inner in item)
            case _:
                pass


def _require_text(text: str) -> None:
    if "\0" in text:
        raise BadMessage("The body holds the character NUL, which no text may have.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadMessage("The body holds half of a surrogate pair.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise BadMessage(f"The body is not JSON: {name} is no JSON number.")
