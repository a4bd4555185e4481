"""Errors as application/problem+json (RFC 9457): every error of core/errors.py, and those of HTTP itself."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, Field, ValidationError
from starlette.responses import JSONResponse

from core.errors import (
    BadMessage,
    Conflict,
    CounterpointError,
    Forbidden,
    Invalid,
    LogUnavailable,
    MigrationNeeded,
    MissingExtra,
    NotFound,
    NotSignedIn,
    Overloaded,
    Refused,
    Theirs,
    TooLarge,
)
from web.sentences import as_sentence, sentences

MEDIA_TYPE: Final = "application/problem+json"
#: The first match decides, so what is more specific comes first.
STATUS: Final[tuple[tuple[type[CounterpointError], HTTPStatus], ...]] = (
    (BadMessage, HTTPStatus.BAD_REQUEST),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotSignedIn, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (Refused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (Theirs, HTTPStatus.BAD_REQUEST),
    (Overloaded, HTTPStatus.SERVICE_UNAVAILABLE),
    (LogUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (MigrationNeeded, HTTPStatus.SERVICE_UNAVAILABLE),
    (MissingExtra, HTTPStatus.NOT_IMPLEMENTED),
    (CounterpointError, HTTPStatus.INTERNAL_SERVER_ERROR),
)


class HttpProblem(Theirs):
    """A request that HTTP itself cannot carry out: wrong method, media type, range or precondition."""

    def __init__(self, status: HTTPStatus, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


class Mistake(BaseModel):
    """One thing that is wrong with a request."""

    path: str = Field(description="JSON Pointer into the body, or the name of the parameter.")
    message: str


class Mistakes(Invalid):
    """Something in a request is not as its description says; every mistake has its place and a sentence."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        first = mistakes[0]
        of_all = f"The body {first.message.removeprefix('This ')}"
        super().__init__(f"{first.path}: {first.message}" if first.path else of_all, path=first.path)
        self.mistakes = list(mistakes)


class Problem(BaseModel):
    """Why a request failed, and what to do about it."""

    type: str = Field(description="A stable name of the kind of problem.")
    title: str
    status: int
    detail: str = Field(description="What went wrong this time and what to do; for people.")
    request_id: str = Field(description="Names this request in the log of the server.")
    path: str | None = Field(default=None, description="Where in the document or body the problem is.")
    errors: list[Mistake] | None = Field(default=None, description="Every mistake found, the first ones first.")


def problem_response(error: BaseException, request_id: str) -> JSONResponse:
    """Return the answer for any error; what is not ours by name says nothing about the inside."""
    match error:
        case ValidationError():
            return problem_response(mistakes_in_body(error), request_id)
        case Mistakes():
            return _respond(
                status_of(error), "invalid", error.message, request_id, path=error.path or None, errors=error.mistakes
            )
        case HttpProblem():
            return _respond(error.status, _name(error.status.phrase), error.message, request_id, headers=error.headers)
        case CounterpointError():
            return _known(error, request_id)
        case _:
            detail = f"Counterpoint could not do this. The log of the server says more under {request_id}."
            return _respond(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail, request_id)


def mistakes_in_body(error: ValidationError, *, under: str = "") -> Mistakes:
    """Return the mistakes with JSON Pointers; `under` is the pointer to what was validated."""
    return Mistakes([Mistake(path=under + _pointer(at), message=message) for at, message in sentences(error)])


def mistakes_in_parameters(error: ValidationError) -> Mistakes:
    """Return the mistakes with the names of the parameters."""
    return Mistakes([Mistake(path=str(at[0]), message=message) for at, message in sentences(error)])


def status_of(error: BaseException) -> HTTPStatus:
    """Return the status an error is answered with."""
    if isinstance(error, HttpProblem):
        return error.status
    if isinstance(error, ValidationError):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return next((status for kind, status in STATUS if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)


def _known(error: CounterpointError, request_id: str) -> JSONResponse:
    status = status_of(error)
    headers = {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "1"
    path = getattr(error, "path", "") or None
    return _respond(
        status, _name(type(error).__name__), as_sentence(error.message), request_id, headers=headers, path=path
    )


def _respond(
    status: HTTPStatus,
    name: str,
    detail: str,
    request_id: str,
    *,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    problem = Problem(
        type=f"urn:counterpoint:problem:{name}",
        title=status.phrase,
        status=status,
        detail=detail,
        request_id=request_id,
        **more,
    )
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE
    )


def _pointer(at: Sequence[int | str]) -> str:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in at]
    return "".join(f"/{part}" for part in parts).encode("utf-8", "replace").decode()


def _name(words: str) -> str:
    """Return a class name or phrase as a stable lower-case name: StreamMoved becomes stream-moved."""
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in words)
    return "-".join(spaced.lower().split())
