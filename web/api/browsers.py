"""`/api/v1/me/sessions`: the browsers somebody is signed in with, and how to end one from afar."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from core.errors import NotFound
from core.limits import SESSION_SECONDS
from core.people import Credential, CredentialKind
from web.routing import Call, answer, operation


class SessionItem(BaseModel):
    """One browser in which you are signed in."""

    id: UUID
    device: str = Field(description='What the browser said it was when it signed in: "Firefox on Windows".')
    signed_in_at: datetime
    seen_at: datetime = Field(description="The last visit, to the day.")
    expires_at: datetime = Field(description="When it ends unless there is another visit.")
    current: bool = Field(description="Whether this is the browser that asks.")


class SessionPage(BaseModel):
    """Every browser in which you are signed in, the first one first."""

    items: list[SessionItem]


@operation(gives=SessionPage)
async def list_sessions(call: Call[None, None]) -> Response:
    """List the browsers in which you are signed in."""
    access = call.access
    held = await call.services.membership.held(access.person_id)
    items = [_item(one, access.credential_id) for one in held if one.kind is CredentialKind.SESSION]
    return answer(SessionPage(items=items))


@operation(status=HTTPStatus.NO_CONTENT, fails=[HTTPStatus.CONFLICT])
async def end_session(call: Call[None, None]) -> Response:
    """Sign out one of your browsers; what it has open ends at once."""
    session_id, person_id = call.id("session_id"), call.access.person_id
    held = await call.services.membership.held(person_id)
    if not any(one.credential_id == session_id and one.kind is CredentialKind.SESSION for one in held):
        raise NotFound("You are signed in with no browser of that id.")
    await call.services.membership.sign_out(session_id, person_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def device_named(user_agent: str) -> str:
    """Return what a person calls a browser, from how it introduces itself. Only for their own list; it may lie."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
    return f"{browser} on {system}" if system else browser


#: What the header holds, the most special first: most browsers claim to be several others too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def _item(session: Credential, current: UUID | None) -> SessionItem:
    assert session.expires_at is not None
    return SessionItem(
        id=session.credential_id,
        device=session.label or "A browser",
        signed_in_at=session.created_at,
        seen_at=max(session.created_at, session.expires_at - timedelta(seconds=SESSION_SECONDS)),
        expires_at=session.expires_at,
        current=session.credential_id == current,
    )
