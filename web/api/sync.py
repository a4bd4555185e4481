"""The sockets of open documents: `/sync/{document_id}` (plain) and `/collab` (Hocuspocus).

They sign in, take the transport out of the scope, and leave everything else to a session. A refusal is told after
accepting, with a close code: browsers do not show the status of a rejected upgrade to the page.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from core.errors import CounterpointError, NotFound, NotSignedIn
from core.ports import Clock
from core.roles import Access
from sync.rooms import Rooms
from sync.session_hocuspocus import HocuspocusSession
from sync.session_plain import PlainSession
from sync.wire import close_code
from web.auth import Auth
from web.transport import EXTENSION, WebSocketTransport


def socket_routes(*, auth: Auth, rooms: Rooms, clock: Clock) -> list[BaseRoute]:
    """Return the routes of both wires."""
    sockets = _Sockets(auth, rooms, clock)
    return [
        WebSocketRoute("/sync/{document_id}", sockets.plain),
        WebSocketRoute("/collab", sockets.hocuspocus),
    ]


class _Sockets:
    def __init__(self, auth: Auth, rooms: Rooms, clock: Clock) -> None:
        self._auth, self._rooms, self._clock = auth, rooms, clock

    async def plain(self, websocket: WebSocket) -> None:
        """Serve one document to one socket; `?acks=1` asks for acknowledgements."""
        try:
            access = await self._auth.authenticate(websocket)
            document_id = _document_id(websocket.path_params["document_id"])
        except CounterpointError as error:
            await _turn_away(websocket, error)
            return
        transport = await _accept(websocket)
        session = PlainSession(
            transport,
            self._rooms,
            self._clock,
            document_id=document_id,
            access=access,
            acknowledges=websocket.query_params.get("acks") == "1",
            watch_access=self._auth.watch,
        )
        transport.attach(session)
        await session.run()

    async def hocuspocus(self, websocket: WebSocket) -> None:
        """Serve many documents to one socket; each brings its token, or an empty one for the socket's own sign-in.

        A socket that names a person in `?person=` speaks for nobody else (SPEC.md R47).
        """
        expected = websocket.query_params.get("person")
        own: Access | None = None
        refusal: CounterpointError = NotSignedIn()
        try:
            own = await self._auth.authenticate(websocket)
        except CounterpointError as error:
            refusal = error

        async def authorize(token: str) -> Access:
            if token:
                access = await self._auth.access_for_token(token)
            elif own is None:
                raise refusal
            else:
                access = await self._auth.authenticate(websocket)
            if expected is not None and str(access.person_id) != expected:
                raise NotSignedIn("Somebody else is signed in now.")
            return access

        transport = await _accept(websocket)
        session = HocuspocusSession(
            transport, self._rooms, self._clock, authorize=authorize, watch_access=self._auth.watch
        )
        transport.attach(session)
        await session.run()


async def _accept(websocket: WebSocket) -> WebSocketTransport:
    await websocket.accept()
    transport: Any = websocket.scope["extensions"].get(EXTENSION)
    assert isinstance(transport, WebSocketTransport), "start uvicorn with ws=web.transport.websocket_class()"
    return transport


async def _turn_away(websocket: WebSocket, error: CounterpointError) -> None:
    await websocket.accept()
    await websocket.close(close_code(error), error.message[:100])


def _document_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"there is no document with the id {text[:50]!r}") from None
