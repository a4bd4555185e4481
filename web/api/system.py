"""Health, version, figures, the description of this API, and what this installation can do."""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.documents.kinds import KINDS
from core.errors import NotSignedIn
from web.routing import Call, answer, operation
from workers.engines.registry import engines


class Version(BaseModel):
    """Which program this is."""

    name: str = "counterpoint"
    version: str


class Unready(BaseModel):
    """Whether this process can serve now."""

    ready: bool
    reasons: list[str] = Field(description="What is missing, and for those signed in also why.")


class EngineItem(BaseModel):
    """Something that renders songs."""

    name: str
    version: str
    parameters: dict[str, Any] = Field(description="JSON Schema of its parameters.")


class EnginePage(BaseModel):
    """Every engine, the default first."""

    items: list[EngineItem]


class Capabilities(BaseModel):
    """What this installation can do."""

    version: str
    kinds: list[str]
    engines: list[str]
    features: dict[str, bool]


@operation(media="text/plain")
async def alive(call: Call[None, None]) -> Response:
    """Tell that this process runs."""
    return PlainTextResponse("ok\n")


@operation(gives=Unready, also=[HTTPStatus.SERVICE_UNAVAILABLE])
async def ready(call: Call[None, None]) -> Response:
    """Tell whether this process can serve; 503 with the reasons when it cannot, in full only for those signed in."""
    missing = await call.services.unready()
    reasons = list(missing)
    if missing and await _is_signed_in(call):
        reasons = [f"{name}: {why}" for name, why in missing.items()]
    status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
    return answer(Unready(ready=not reasons, reasons=reasons), status=status)


@operation(gives=Version)
async def show_version(call: Call[None, None]) -> Response:
    """Tell which version this is."""
    return answer(Version(version=program_version()))


@operation(media="text/plain")
async def figures(call: Call[None, None]) -> Response:
    """Return figures for Prometheus."""
    return Response(call.services.metrics.page(), media_type=CONTENT_TYPE_LATEST)


@operation()
async def describe(call: Call[None, None]) -> Response:
    """Describe this API as OpenAPI 3.1."""
    return JSONResponse(call.request.app.state.openapi())


@operation(gives=EnginePage)
async def list_engines(call: Call[None, None]) -> Response:
    """List the engines that render songs."""
    items = [
        EngineItem(name=engine.name, version=engine.version, parameters=engine.parameters.model_json_schema())
        for engine in engines()
    ]
    return answer(EnginePage(items=items))


@operation(gives=Capabilities)
async def capabilities(call: Call[None, None]) -> Response:
    """Tell what this installation can do."""
    found = Capabilities(
        version=program_version(),
        kinds=list(KINDS),
        engines=[engine.name for engine in engines()],
        features=dict(call.services.capabilities),
    )
    return answer(found)


async def _is_signed_in(call: Call[None, None]) -> bool:
    """Say whether a route for anyone was asked by somebody with a living credential."""
    try:
        await call.services.auth.authenticate(call.request)
    except NotSignedIn:
        return False
    return True


def program_version() -> str:
    """Return the version of the installed program; "0" when it runs from a folder that was never installed."""
    try:
        return version("counterpoint")
    except PackageNotFoundError:
        return "0"
