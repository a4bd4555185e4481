"""Who is asking: from a request or socket to an Access, and the news that an access has changed or ended.

Three ways in, looked at in this order: `Authorization: Bearer TOKEN`; `?token=TOKEN`, for WebSockets only, because
browsers cannot set their headers and other addresses end up in logs; the cookie of a browser session. A cookie is sent
by the browser whoever made the page, so with it every WebSocket and every request that changes something must come
from our own origin. The role is the lesser of the credential's and the person's, and both are read anew each time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from starlette.requests import HTTPConnection

from core.errors import Forbidden, NotSignedIn, Ours
from core.events import EventFilter, Kind
from core.ids import WORKSPACE_ID
from core.limits import (
    CREDENTIAL_CHECK_SECONDS,
    POLL_SECONDS,
    RARE_EVENTS_GAP_SECONDS,
    SESSION_EXTEND_SECONDS,
    SESSION_SECONDS,
)
from core.people import Credential, CredentialKind, digest_of
from core.ports import Clock, Credentials, EventLog, People
from core.roles import Access
from core.subscription import Subscription
from web.roster import Roster

#: The cookie of a browser session.
COOKIE: Final = "counterpoint_session"
#: Methods that change nothing.
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: Characters of a secret; anything longer is none of ours and is not even hashed.
SECRET_CHARS_MAX: Final = 200

#: Told the new access, or None when it has ended. Called on the event loop; must not block or raise.
Watcher = Callable[[Access | None], None]


@dataclass(eq=False, slots=True)
class _Watch:
    access: Access
    callback: Watcher


class Auth:
    """Answers who is asking. `listen` must run for as long as sockets are open: it is what tells them."""

    def __init__(
        self,
        *,
        log: EventLog,
        roster: Roster,
        people: People,
        credentials: Credentials,
        clock: Clock,
        base_url: str,
    ) -> None:
        self._log = log
        self._roster = roster
        self._people = people
        self._credentials = credentials
        self._clock = clock
        self._origin = origin_of(base_url)
        self._watches: dict[UUID, list[_Watch]] = {}
        self._new: set[UUID] = set()
        self._watched = asyncio.Event()

    async def authenticate(self, connection: HTTPConnection) -> Access:
        """Return who makes this request or opens this socket.

        Raises NotSignedIn without a living credential, and Forbidden for a cookie from another origin.
        """
        token = _bearer(connection)
        if token is None and connection.scope["type"] == "websocket":
            token = connection.query_params.get("token")
        if token is not None:
            return await self.access_for_token(token)
        secret = connection.cookies.get(COOKIE)
        if secret is None:
            raise NotSignedIn
        if connection.scope["type"] == "websocket" or connection.scope["method"] not in SAFE_METHODS:
            self.require_own_origin(connection)
        return await self._access_for(CredentialKind.SESSION, secret)

    async def access_for_token(self, token: str) -> Access:
        """Return whom an API token acts for. Raises NotSignedIn."""
        return await self._access_for(CredentialKind.TOKEN, token)

    def require_own_origin(self, connection: HTTPConnection) -> None:
        """Raise Forbidden unless the browser says that a page of ours makes this request."""
        origin = connection.headers.get("origin", "")
        scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
        own = {self._origin, f"{scheme}://{connection.headers.get('host', '')}"}
        if origin.lower() not in own:
            raise Forbidden("This request does not come from a page of this studio; programs send a Bearer token.")

    def watch(self, access: Access, callback: Watcher) -> Callable[[], None]:
        """Call back whenever this access changes or ends, at most CREDENTIAL_CHECK_SECONDS late; returns how to stop.

        After None nothing more is said.
        """
        watch = _Watch(access, callback)
        self._watches.setdefault(access.person_id, []).append(watch)
        self._new.add(access.person_id)
        self._watched.set()
        return lambda: self._stop(watch)

    async def listen(self) -> None:
        """Tell watchers what happens to their access, for ever. Owned by the root; cancel it to stop."""
        head = await self._log.head()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear_news(head.position))
            tasks.create_task(self._look_at_the_clock())

    async def check(self, person_ids: Iterable[UUID]) -> None:
        """Look at once whether the access of these people's sockets is still what it was."""
        for person_id in person_ids:
            if person_id not in self._watches:
                continue
            now = self._clock.now()
            held = {item.credential_id: item for item in await self._credentials.held(now, person_id=person_id)}
            for watch in list(self._watches.get(person_id, ())):
                await self._tell(watch, held)

    async def _tell(self, watch: _Watch, held: dict[UUID, Credential]) -> None:
        before = watch.access
        credential = held.get(before.credential_id) if before.credential_id else None
        access = await self._combine(credential) if credential else None
        if access == watch.access or watch not in self._watches.get(before.person_id, ()):
            return
        if access is None:
            self._stop(watch)
        else:
            watch.access = access
        watch.callback(access)

    async def _hear_news(self, position: int) -> None:
        where = EventFilter(kinds=frozenset({Kind.AGGREGATE}), stream_ids=frozenset({WORKSPACE_ID}))
        subscription = Subscription(self._log, after=position, where=where, gap_seconds=RARE_EVENTS_GAP_SECONDS)
        while True:
            try:
                async for page in subscription.pages():
                    await self.check(self._roster.concerned(page.events))
            except Ours:
                # The database is away, so no role changes meanwhile; the look at the clock finds what was missed.
                await asyncio.sleep(POLL_SECONDS)

    async def _look_at_the_clock(self) -> None:
        """Find what expired; and look once at every new socket, whose access may have changed before it was watched."""
        while True:
            people: Iterable[UUID]
            try:
                async with asyncio.timeout(CREDENTIAL_CHECK_SECONDS):
                    await self._watched.wait()
                people, self._new = self._new, set()
                self._watched.clear()
            except TimeoutError:
                people = list(self._watches)
            try:
                await self.check(people)
            except Ours:
                await asyncio.sleep(POLL_SECONDS)

    async def _access_for(self, kind: CredentialKind, secret: str) -> Access:
        if not secret or len(secret) > SECRET_CHARS_MAX:
            raise NotSignedIn
        now = self._clock.now()
        credential = await self._credentials.find(kind, digest_of(secret), now)
        access = await self._combine(credential) if credential else None
        if credential is None or access is None:
            raise NotSignedIn
        if kind is CredentialKind.SESSION and credential.expires_at is not None:
            used_s = SESSION_SECONDS - (credential.expires_at - now).total_seconds()
            if used_s > SESSION_EXTEND_SECONDS:
                await self._credentials.extend(credential.credential_id, now + timedelta(seconds=SESSION_SECONDS))
        return access

    async def _combine(self, credential: Credential) -> Access | None:
        """Return what a living credential allows; None: its holder is no member any more."""
        member = await self._roster.member(credential.person_id)
        person = (await self._people.named([credential.person_id])).get(credential.person_id)
        if member is None or person is None:
            return None
        role = member.role.at_most(credential.role)
        return Access(credential.person_id, person.name, role, credential.credential_id, member.colour)

    def _stop(self, watch: _Watch) -> None:
        watches = self._watches.get(watch.access.person_id, [])
        if watch in watches:
            watches.remove(watch)
        if not watches:
            self._watches.pop(watch.access.person_id, None)


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, as browsers write an origin."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}".lower()


def _bearer(connection: HTTPConnection) -> str | None:
    """Return the token of the Authorization header; another scheme is no way in, and no fall-back to the cookie."""
    header = connection.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn("Send `Authorization: Bearer` and a token.")
    return token.strip()
