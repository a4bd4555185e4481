"""What goes wrong in a browser without anybody seeing it.

Console errors, failed requests, breaches of the page's policy, and requests to anybody but the studio. A test that
expects one of them says so with `allow`.
"""

from __future__ import annotations

import re
from typing import Final

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError, WebSocket

#: Leaving a page, closing a tab and a download end requests on purpose.
_ENDED_ON_PURPOSE: Final = "net::ERR_ABORTED"
_OWN_SCHEMES: Final = ("data:", "blob:", "about:")
#: Reports every breach of the Content-Security-Policy where the console would only show some of them.
_REPORT_BREACHES: Final = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy breach: ${event.violatedDirective} by ${event.blockedURI} ${event.sourceFile ?? ""}`);
});
"""


class Watch:
    """Listens to everything one person's browser does."""

    def __init__(self, name: str, origin: str) -> None:
        self._name = name
        self._origin = origin
        self._allowed: list[re.Pattern[str]] = []
        self._seen: list[str] = []
        #: Addresses asked for so far, in order.
        self.requested: list[str] = []
        #: Addresses of the sockets opened so far, in order.
        self.sockets: list[str] = []

    async def attach(self, context: BrowserContext) -> None:
        """Listen to all pages of a context, those opened later included."""
        await context.add_init_script(_REPORT_BREACHES)
        context.on("console", self._on_console)
        context.on("weberror", self._on_web_error)
        context.on("request", self._on_request)
        context.on("requestfailed", self._on_failed_request)
        context.on("response", self._on_response)
        context.on("page", lambda page: page.on("websocket", self._on_socket))

    def allow(self, pattern: str) -> None:
        """Expect trouble that matches, from now on and before."""
        self._allowed.append(re.compile(pattern))

    def problems(self) -> list[str]:
        """Return what went wrong and nobody expected, each with who saw it."""
        return [
            f"{self._name}: {line}" for line in self._seen if not any(pattern.search(line) for pattern in self._allowed)
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        # An answer of 400 and above is reported as a response, with its method and address.
        if message.type == "error" and not message.text.startswith("Failed to load resource: the server responded"):
            self._seen.append(f"console: {message.text}")

    def _on_web_error(self, error: WebError) -> None:
        self._seen.append(f"uncaught: {error.error}")

    def _on_request(self, request: Request) -> None:
        self.requested.append(request.url)
        self._require_own(request.url)

    def _on_socket(self, socket: WebSocket) -> None:
        self.sockets.append(socket.url)
        self._require_own(socket.url)

    def _on_failed_request(self, request: Request) -> None:
        if request.failure != _ENDED_ON_PURPOSE:
            self._seen.append(f"failed request: {request.method} {request.url} {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._seen.append(f"answer {response.status}: {response.request.method} {response.url}")

    def _require_own(self, address: str) -> None:
        own = (self._origin, self._origin.replace("http", "ws", 1))
        if not address.startswith((*(f"{origin}/" for origin in own), *_OWN_SCHEMES)):
            self._seen.append(f"third party: {address}")


async def settled(page: Page) -> None:
    """Return once the page has drawn what it knows: two frames later."""
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


async def animations_over(page: Page) -> None:
    """Wait until what opened has arrived: colours in the middle of a fade are nobody's contrast."""
    await settled(page)
    await page.evaluate(_UNTIL_STILL)


#: What goes on for ever, like a bar without an end, is not waited for.
_UNTIL_STILL: Final = """
() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => {})))
"""
