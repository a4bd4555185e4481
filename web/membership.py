"""Who may come in and how: invitations, one-time links, tokens, sessions. Every change is a fact in the log as well.

Order: a door opens only after the log says so, and closes before the log says so. Whatever dies in between leaves
somebody outside, never inside.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from core.aggregates.member import Workspace
from core.errors import Conflict, Invalid, NotFound, NotSignedIn, StreamMoved
from core.ids import WORKSPACE_ID, new_id, new_secret
from core.limits import CREDENTIALS_PER_PERSON_MAX, NAME_CHARS_MAX, SESSION_SECONDS, SIGN_IN_LINK_SECONDS
from core.people import Credential, CredentialKind, Person, digest_of
from core.ports import Clock, Credentials, People
from core.repository import Repository
from core.roles import Access, Role

#: What a token starts with, so that scanners find one that was published by mistake.
TOKEN_PREFIX: Final = "cp_"
#: One sentence for all: what a link was before is nobody's business who does not hold a living one.
DEAD_LINK: Final = (
    "This link has been used already, was replaced by a newer one, or is too old: "
    "ask whoever invited you for a new one."
)
#: How often a decision is taken again when somebody else changed the members meanwhile.
DECISIONS_MAX: Final = 10


class Link(NamedTuple):
    """A one-time address for one person."""

    person_id: UUID
    address: str
    expires_at: datetime


class Invitation(NamedTuple):
    """What the holder of a living link may know before they come in."""

    name: str
    role: Role
    #: They have come in before: this link is another way in, no invitation.
    joined: bool
    expires_at: datetime


class Issued(NamedTuple):
    """A new credential and its secret, which is never shown again."""

    credential: Credential
    secret: str


class Membership:
    """Changes who belongs to the workspace. `by` is the opaque id of whoever decides."""

    def __init__(
        self, *, repository: Repository, people: People, credentials: Credentials, clock: Clock, base_url: str
    ) -> None:
        self._repository = repository
        self._people = people
        self._credentials = credentials
        self._clock = clock
        self._base_url = base_url

    async def workspace(self) -> Workspace:
        """Return the members, founding the workspace in memory when there is none yet."""
        try:
            return await self._repository.get(Workspace, WORKSPACE_ID)
        except NotFound:
            return Workspace.found(at=self._clock.now())

    async def invite(self, name: str, role: Role, *, by: UUID) -> UUID:
        """Add somebody under a name and a role, and return the id; a link or a token lets them in."""
        person_id = new_id()
        await self._people.add(Person(person_id, checked_name(name), self._clock.now()))
        await self._decide(lambda workspace, at: workspace.invite(person_id, role, at=at), by)
        return person_id

    async def link_for(self, person_id: UUID) -> Link:
        """Return a fresh one-time link for a member; one made before opens nothing any more. Raises NotFound."""
        if (await self.workspace()).role_of(person_id) is None:
            raise NotFound("They are no member of this workspace.")
        for held in await self._credentials.held(self._clock.now(), person_id=person_id):
            if held.kind is CredentialKind.SIGN_IN_LINK:
                await self._credentials.revoke(held.credential_id, self._clock.now())
        link = await self._make(CredentialKind.SIGN_IN_LINK, person_id, seconds=SIGN_IN_LINK_SECONDS)
        secret = new_secret()
        await self._store(link, secret)
        assert link.expires_at is not None
        return Link(person_id, f"{self._base_url}/sign-in?key={secret}", link.expires_at)

    async def look_at_link(self, secret: str) -> Invitation | None:
        """Return whom a link lets in, without spending it; None: it opens nothing. Its holder could sign in and ask."""
        link = await self._credentials.find(CredentialKind.SIGN_IN_LINK, digest_of(secret), self._clock.now())
        if link is None or link.expires_at is None:
            return None
        member = (await self.workspace()).members.get(link.person_id)
        person = (await self._people.named([link.person_id])).get(link.person_id)
        if member is None or person is None:
            return None
        return Invitation(person.name, member.role, member.joined, link.expires_at)

    async def revoke_link(self, person_id: UUID) -> None:
        """End a member's sign-in link before it is used. Raises NotFound when there is none."""
        for held in await self.held(person_id):
            if held.kind is CredentialKind.SIGN_IN_LINK:
                await self._credentials.revoke(held.credential_id, self._clock.now())
                return
        raise NotFound("They have no sign-in link that could still be used.")

    async def open_link(self, secret: str, *, device: str = "") -> Issued:
        """Spend a link for a session of the browser called `device`.

        Raises NotSignedIn when the link is unknown, used or too old.
        """
        link = await self._credentials.find(CredentialKind.SIGN_IN_LINK, digest_of(secret), self._clock.now())
        if link is None or (await self.workspace()).role_of(link.person_id) is None:
            raise NotSignedIn(DEAD_LINK)
        session = await self._make(CredentialKind.SESSION, link.person_id, label=device, seconds=SESSION_SECONDS)
        secret = new_secret()
        if not await self._credentials.add(session, digest_of(secret), spends=link.credential_id):
            raise NotSignedIn(DEAD_LINK)
        await self._decide(lambda workspace, at: workspace.join(link.person_id, at=at), link.person_id)
        return Issued(session, secret)

    async def issue_token(
        self, person_id: UUID, role: Role, *, label: str, by: UUID, expires_at: datetime | None = None
    ) -> Issued:
        """Make an API token that acts for a member, at most under this role. Raises NotFound, Conflict."""
        token = await self._make(CredentialKind.TOKEN, person_id, role=role, label=label, expires_at=expires_at)
        await self._decide(lambda workspace, at: workspace.issue_token(token.credential_id, person_id, role, at=at), by)
        secret = TOKEN_PREFIX + new_secret()
        await self._store(token, secret)
        return Issued(token, secret)

    async def tokens(self, *, person_id: UUID | None = None) -> list[Credential]:
        """Return the living tokens of one member, or of all."""
        held = await self.held(person_id)
        return [credential for credential in held if credential.kind is CredentialKind.TOKEN]

    async def held(self, person_id: UUID | None = None) -> list[Credential]:
        """Return everything alive that one member holds, or all do."""
        return await self._credentials.held(self._clock.now(), person_id=person_id)

    async def end_of_token(self, access: Access) -> datetime | None:
        """Return when the token that somebody acts with ends, which nothing made with it may outlive.

        None: it has no end, or they act by a browser session, which is themselves. Raises NotSignedIn when it has
        just ended.
        """
        for held in await self.held(access.person_id):
            if held.credential_id == access.credential_id:
                return held.expires_at if held.kind is CredentialKind.TOKEN else None
        raise NotSignedIn

    async def revoke_token(self, token: Credential, *, by: UUID) -> None:
        """End a token and whatever it has open."""
        await self._credentials.revoke(token.credential_id, self._clock.now())
        await self._decide(
            lambda workspace, at: workspace.revoke_token(token.credential_id, token.person_id, at=at), by
        )

    async def sign_out(self, session_id: UUID, person_id: UUID) -> None:
        """End a browser session and whatever it has open."""
        await self._credentials.revoke(session_id, self._clock.now())
        await self._decide(lambda workspace, at: workspace.sign_out(session_id, person_id, at=at), person_id)

    async def change_role(self, person_id: UUID, role: Role, *, by: UUID) -> None:
        """Give a member another role, at once and everywhere. Raises NotFound, Conflict for the last owner."""
        await self._decide(lambda workspace, at: workspace.change_role(person_id, role, at=at), by)

    async def rename(self, person_id: UUID, name: str) -> None:
        """Change a member's name. Raises NotFound, Invalid."""
        await self._people.rename(person_id, checked_name(name))

    async def remove(self, person_id: UUID, *, by: UUID, erase: bool) -> None:
        """End a membership and everything it has open; with `erase`, forget the name for ever, also later.

        What they wrote in comments goes a moment after: the wish is stored here, and a worker carries it out.

        Raises NotFound for somebody unknown, or who is no member and not to be erased; Conflict for the last owner.
        """
        try:
            await self._decide(lambda workspace, at: workspace.remove(person_id, at=at), by)
        except NotFound:
            if not erase:
                raise
            # Removed before, perhaps by a process that ended half-way: what is left of them goes now.
        now = self._clock.now()
        for credential in await self._credentials.held(now, person_id=person_id):
            await self._credentials.revoke(credential.credential_id, now)
        if erase:
            if person_id not in await self._people.named([person_id]):
                raise NotFound("There is nobody with that id.")
            await self._decide(lambda workspace, at: workspace.request_erasure(person_id, at=at), by)
            await self._people.erase(person_id)

    async def _decide(self, decision: Callable[[Workspace, datetime], None], by: UUID) -> None:
        for _ in range(DECISIONS_MAX):
            workspace = await self.workspace()
            decision(workspace, self._clock.now())
            try:
                await self._repository.save(workspace, by)
            except StreamMoved:
                continue
            return
        raise Conflict("The members change too fast right now; try again.")

    async def _make(
        self,
        kind: CredentialKind,
        person_id: UUID,
        *,
        role: Role = Role.OWNER,
        label: str = "",
        seconds: float | None = None,
        expires_at: datetime | None = None,
    ) -> Credential:
        """Return a credential that is not stored yet; by default it allows all that the person may do."""
        now = self._clock.now()
        if len(await self._credentials.held(now, person_id=person_id)) >= CREDENTIALS_PER_PERSON_MAX:
            raise Conflict(f"One member has at most {CREDENTIALS_PER_PERSON_MAX} tokens and sessions; end one first.")
        return Credential(
            credential_id=new_id(),
            kind=kind,
            person_id=person_id,
            role=role,
            label=label,
            created_at=now,
            expires_at=now + timedelta(seconds=seconds) if seconds is not None else expires_at,
        )

    async def _store(self, credential: Credential, secret: str) -> None:
        stored = await self._credentials.add(credential, digest_of(secret))
        assert stored


def checked_name(name: str) -> str:
    """Return a person's name without space around it. Raises Invalid when there is none, or no line can hold it."""
    stripped = " ".join(name.split())
    if not stripped or len(stripped) > NAME_CHARS_MAX or not stripped.isprintable():
        raise Invalid(f"A name has 1 to {NAME_CHARS_MAX} printable characters.", path="/name")
    return stripped
