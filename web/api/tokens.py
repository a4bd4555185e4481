"""`/api/v1/tokens`: what programs sign in with. The secret is shown once; only its hash is kept."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from core.errors import Forbidden, Invalid, NotFound
from core.limits import NAME_CHARS_MAX
from core.people import Credential
from core.roles import Role
from web.routing import JSON, Call, answer, operation


class NewToken(BaseModel, extra="forbid"):
    """A token for a program that acts in your name."""

    label: str = Field(min_length=1, max_length=NAME_CHARS_MAX, description="What you call it, to find it again.")
    role: Role = Field(description="The most it allows; not more than your own role.")
    expires_at: AwareDatetime | None = Field(
        default=None, description="Null: it works until it is revoked, or as long as the token it is made with."
    )


class TokenItem(BaseModel):
    """A token without its secret."""

    id: UUID
    label: str
    role: Role
    person_id: UUID
    created_at: datetime
    expires_at: datetime | None


class IssuedToken(TokenItem):
    """A new token."""

    token: str = Field(description="The secret; it is never shown again.")


class TokenPage(BaseModel):
    """Living tokens, oldest first."""

    items: list[TokenItem]


@operation(gives=TokenPage)
async def list_tokens(call: Call[None, None]) -> Response:
    """List your tokens; owners see everybody's."""
    is_owner = call.access.role is Role.OWNER
    tokens = await call.services.membership.tokens(person_id=None if is_owner else call.access.person_id)
    return answer(TokenPage(items=[TokenItem(**_fields(token)) for token in tokens]))


@operation(body={JSON: NewToken}, gives=IssuedToken, status=HTTPStatus.CREATED, fails=[HTTPStatus.CONFLICT])
async def create_token(call: Call[None, NewToken]) -> Response:
    """Make a token for a program that acts in your name; made with a token that ends, it ends no later than that."""
    wanted, access = call.body, call.access
    if not access.role.includes(wanted.role):
        raise Forbidden(f"You are {access.role} here; a token cannot allow more.")
    if wanted.expires_at is not None and wanted.expires_at <= call.services.clock.now():
        raise Invalid("A token cannot have expired before it is made.", path="/expires_at")
    membership = call.services.membership
    ends = [end for end in (wanted.expires_at, await membership.end_of_token(access)) if end is not None]
    issued = await membership.issue_token(
        access.person_id, wanted.role, label=wanted.label, by=access.person_id, expires_at=min(ends, default=None)
    )
    made = IssuedToken(**_fields(issued.credential), token=issued.secret)
    return answer(made, status=HTTPStatus.CREATED)


@operation(status=HTTPStatus.NO_CONTENT, fails=[HTTPStatus.CONFLICT])
async def revoke_token(call: Call[None, None]) -> Response:
    """Revoke a token; what it has open ends. Owners can revoke everybody's."""
    token_id, access = call.id("token_id"), call.access
    tokens = await call.services.membership.tokens()
    token = next((token for token in tokens if token.credential_id == token_id), None)
    if token is None or (token.person_id != access.person_id and access.role is not Role.OWNER):
        raise NotFound("You have no token with that id.")
    await call.services.membership.revoke_token(token, by=access.person_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _fields(token: Credential) -> dict[str, Any]:
    return {
        "id": token.credential_id,
        "label": token.label,
        "role": token.role,
        "person_id": token.person_id,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
    }
