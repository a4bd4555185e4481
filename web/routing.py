"""The shape of a route: what it takes, gives and demands; and the one place where every request is authorised.

A route cannot exist without a role. Handlers are called with a Call whose access, query and body have been checked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from core.errors import NotFound
from core.roles import Access, Role
from web.bodies import media_type, parse_json, read_body
from web.problems import HttpProblem, mistakes_in_parameters, problem_response, status_of
from web.services import Services

Query = TypeVar("Query")
Body = TypeVar("Body")
JSON: Final = "application/json"


class Anyone:
    """The demand of the few routes that need no sign-in: health, version and the sign-in itself."""


@dataclass(frozen=True, slots=True)
class Call(Generic[Query, Body]):
    """One request, authorised and validated."""

    request: Request
    services: Services
    #: None only in routes for anyone.
    signed_in: Access | None
    query: Query
    body: Body

    @property
    def access(self) -> Access:
        """Return who asks; only for routes that demand a role."""
        assert self.signed_in is not None
        return self.signed_in

    def id(self, name: str) -> UUID:
        """Return an id from the path. Raises NotFound when it is none."""
        given: str = self.request.path_params[name]
        try:
            found = UUID(given)
        except ValueError:
            raise NotFound from None
        if str(found) != given.lower():
            raise NotFound
        return found


Handler = Callable[[Call[Any, Any]], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A handler with what it takes and gives; made by `operation`."""

    handler: Handler
    #: The model of a good answer's JSON body; None: the answer has another body, or none.
    gives: type[BaseModel] | None = None
    #: The status of a good answer.
    status: HTTPStatus = HTTPStatus.OK
    query: type[BaseModel] | None = None
    #: The model of the body by media type; empty: the handler reads it itself, or there is none.
    body: Mapping[str, Any] = field(default_factory=dict)
    #: Statuses of failures beyond those every operation of its shape has.
    fails: Sequence[HTTPStatus] = ()
    #: Request headers that the handler reads.
    headers: Sequence[str] = ()
    #: Good statuses besides `status`.
    also: Sequence[HTTPStatus] = ()
    #: The media type of a good answer that is no JSON.
    media: str = JSON

    @property
    def summary(self) -> str:
        """Return the first line of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().splitlines()[0].rstrip(".")


class Route(NamedTuple):
    """One row of the table in app.py."""

    method: str
    path: str
    operation: Operation
    role: Role | type[Anyone]


def operation(**description: Any) -> Callable[[Handler], Operation]:
    """Describe a handler by the fields of Operation, so that it can stand in the table."""
    return lambda handler: Operation(handler=handler, **description)


def answer(model: BaseModel, *, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None) -> Response:
    """Return a model as JSON."""
    # Written by the model itself: as objects in between, a megabyte of differences would hold the loop for 40 ms.
    return Response(model.model_dump_json(by_alias=True), status, headers=headers, media_type=JSON)


def starlette_routes(table: Sequence[Route], services: Services) -> list[StarletteRoute]:
    """Return one endpoint a path, which finds the row of the method. Two rows alike stop the program."""
    paths: dict[str, dict[str, Route]] = {}
    for route in table:
        rows = paths.setdefault(route.path, {})
        if route.method in rows:
            raise AssertionError(f"{route.method} {route.path} is in the table twice")
        rows[route.method] = route
    return [
        StarletteRoute(path, _Endpoint(path, rows, services), include_in_schema=False) for path, rows in paths.items()
    ]


class _Endpoint:
    """All methods of one path. A class, because Starlette hands those the request as it is, whatever its method."""

    def __init__(self, path: str, rows: Mapping[str, Route], services: Services) -> None:
        self._path = path
        self._rows = rows
        self._services = services

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive, send)
        scope["template"] = self._path
        try:
            response = await self._answer(request)
        except Exception as error:
            response = self._failed(request, error)
        except BaseException as error:
            # A panic of the CRDT library is a BaseException by name only: it must not end the process.
            if type(error).__name__ != "PanicException":
                raise
            response = self._failed(request, error)
        if request.method == "HEAD":
            response = _without_body(response)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        wanted = "GET" if request.method == "HEAD" else request.method
        route = self._rows.get(wanted)
        if route is None:
            return await self._other_method(request)
        access = None
        if isinstance(route.role, Role):
            access = await self._services.auth.authenticate(request)
            access.require(route.role)
        query = _read_query(route.operation, request.query_params)
        body = await _read_body(route.operation, request)
        return await route.operation.handler(Call(request, self._services, access, query, body))

    async def _other_method(self, request: Request) -> Response:
        if not any(route.role is Anyone for route in self._rows.values()):
            await self._services.auth.authenticate(request)
        allowed = {*self._rows, "OPTIONS"} | ({"HEAD"} if "GET" in self._rows else set())
        headers = {"Allow": ", ".join(sorted(allowed))}
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
        raise HttpProblem(HTTPStatus.METHOD_NOT_ALLOWED, f"Here works: {headers['Allow']}.", headers=headers)

    def _failed(self, request: Request, error: BaseException) -> Response:
        request_id: str = request.scope["request_id"]
        if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._services.logger.error(
                "request_failed",
                request_id=request_id,
                method=request.method,
                path=request.url.path,
                error=str(error),
                exc_info=error,
            )
        return problem_response(error, request_id)


def _read_query(wanted: Operation, params: QueryParams) -> BaseModel | None:
    """Return the validated parameters; those a route does not know are mistakes, told by name.

    Not on pages: mail programs and trackers add words of their own to an address that people open.
    """
    model = wanted.query or (_AnyQuery if wanted.media == "text/html" else _NoQuery)
    values: dict[str, Any] = {}
    for name in params:
        given = params.getlist(name)
        known = model.model_fields.get(name)
        repeated = known is not None and "list" in str(known.annotation)
        values[name] = given if repeated or len(given) > 1 else given[0]
    try:
        validated = model.model_validate(values)
    except ValidationError as error:
        raise mistakes_in_parameters(error) from None
    return validated if wanted.query else None


class _NoQuery(BaseModel, extra="forbid"):
    pass


class _AnyQuery(BaseModel, extra="ignore"):
    pass


async def _read_body(wanted: Operation, request: Request) -> BaseModel | None:
    if not wanted.body:
        return None
    given = media_type(request)
    model = wanted.body.get(given)
    if model is None:
        raise HttpProblem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Send the body as {' or '.join(wanted.body)}.",
            headers={"Accept-Post" if request.method == "POST" else "Accept-Patch": ", ".join(wanted.body)},
        )
    validated: BaseModel = model.model_validate(parse_json(await read_body(request)))
    return validated


def _without_body(response: Response) -> Response:
    bare = Response(status_code=response.status_code)
    bare.raw_headers = response.raw_headers
    return bare
