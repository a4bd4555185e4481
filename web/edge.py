"""The outermost layer: a name for every request, headers that keep browsers careful, one log line, one figure."""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from core.ids import new_id
from core.ports import Clock
from web.metrics import Metrics

#: A name that a proxy gave the request; anything else is replaced.
REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9_-]{8,64}")
#: Methods worth a label of their own; whatever else a peer invents counts as one.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: What every answer carries unless its handler says otherwise.
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not "no-referrer": under it browsers send the forms of our own pages with `Origin: null`.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, *, logger: FilteringBoundLogger, clock: Clock, metrics: Metrics, https: bool
    ) -> None:
        self._app = app
        self._logger = logger
        self._clock = clock
        self._metrics = metrics
        self._headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; sockets and the lifespan only get their name."""
        scope["request_id"] = _request_id(scope)
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = self._clock.monotonic(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = scope["request_id"]
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            self._count(scope, status, self._clock.monotonic() - started)

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        """The path is logged without its query: keys and tokens may be in there."""
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = scope.get("template", "unknown")
        self._metrics.requests.labels(method, route, str(status)).inc()
        if not route.endswith("/stream"):
            self._metrics.request_seconds.labels(route).observe(seconds)
        self._logger.debug(
            "request",
            request_id=scope["request_id"],
            method=method,
            path=scope["path"],
            status=status,
            seconds=round(seconds, 4),
        )


def _request_id(scope: Scope) -> str:
    given = next((value for name, value in scope.get("headers", ()) if name == b"x-request-id"), b"")
    return given.decode() if REQUEST_ID.fullmatch(given) else new_id().hex
