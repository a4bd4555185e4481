"""One suite for the ports of people and credentials, on memory and on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from core.adapters.memory_people import MemoryCredentials, MemoryPeople
from core.adapters.postgres.people import PostgresCredentials, PostgresPeople
from core.errors import Conflict, NotFound
from core.ids import new_id, new_secret
from core.people import Credential, CredentialKind, Person, digest_of
from core.ports import Credentials, People
from core.roles import Role

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@dataclass
class Store:
    people: People
    credentials: Credentials


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.services)])
def place(request: pytest.FixtureRequest) -> str | None:
    """Where the store keeps its rows: nowhere, or a fresh database."""
    return None if request.param == "memory" else request.getfixturevalue("database_url")


@pytest.fixture
async def store(place: str | None) -> AsyncIterator[Store]:
    """Each implementation, empty."""
    if place is None:
        credentials = MemoryCredentials()
        yield Store(MemoryPeople(credentials), credentials)
        return
    async with asyncpg.create_pool(place, min_size=1, max_size=4) as pool:
        yield Store(PostgresPeople(pool), PostgresCredentials(pool))


async def person(store: Store, name: str = "Ada") -> UUID:
    person_id = new_id()
    await store.people.add(Person(person_id, name, NOW))
    return person_id


async def credential(
    store: Store,
    person_id: UUID,
    *,
    kind: CredentialKind = CredentialKind.TOKEN,
    expires_at: datetime | None = LATER,
    created_at: datetime = NOW,
) -> tuple[Credential, bytes]:
    made = Credential(
        credential_id=new_id(), kind=kind, person_id=person_id, role=Role.EDITOR, label="build server",
        created_at=created_at, expires_at=expires_at,
    )  # fmt: skip
    digest = digest_of(new_secret())
    assert await store.credentials.add(made, digest)
    return made, digest


async def test_a_person_is_found_by_id_and_nobody_else_is(store: Store) -> None:
    """Names are looked up by opaque id; an unknown id has none."""
    ada = await person(store)
    bob = await person(store, "Bob")
    found = await store.people.named([ada, bob, new_id()])
    assert found == {ada: Person(ada, "Ada", NOW), bob: Person(bob, "Bob", NOW)}
    assert await store.people.named([]) == {}


async def test_an_id_belongs_to_one_person(store: Store) -> None:
    """A second person under the same id is refused and changes nothing."""
    ada = await person(store)
    with pytest.raises(Conflict):
        await store.people.add(Person(ada, "Eve", NOW))
    assert (await store.people.named([ada]))[ada].name == "Ada"


async def test_a_name_can_change(store: Store) -> None:
    """Renaming touches one person; renaming nobody is an error."""
    ada, bob = await person(store), await person(store, "Bob")
    await store.people.rename(ada, "Ada L.")
    assert {p.name for p in (await store.people.named([ada, bob])).values()} == {"Ada L.", "Bob"}
    with pytest.raises(NotFound):
        await store.people.rename(new_id(), "Nobody")


async def test_erasing_forgets_the_name_and_every_credential(store: Store) -> None:
    """P5: after erasure no name is left and nothing the person held opens anything; others are untouched."""
    ada, bob = await person(store), await person(store, "Bob")
    _, gone = await credential(store, ada)
    kept, kept_digest = await credential(store, bob)
    await store.people.erase(ada)
    assert (await store.people.named([ada]))[ada].name == ""
    assert await store.credentials.find(CredentialKind.TOKEN, gone, NOW) is None
    assert await store.credentials.held(NOW) == [kept]
    assert await store.credentials.find(CredentialKind.TOKEN, kept_digest, NOW) == kept
    with pytest.raises(NotFound):
        await store.people.erase(new_id())


async def test_a_credential_is_found_by_its_hash_and_kind_alone(store: Store) -> None:
    """A token is no sign-in link: the same secret opens one kind of door."""
    made, digest = await credential(store, await person(store))
    assert await store.credentials.find(CredentialKind.TOKEN, digest, NOW) == made
    assert await store.credentials.find(CredentialKind.SESSION, digest, NOW) is None
    assert await store.credentials.find(CredentialKind.TOKEN, digest_of("another"), NOW) is None


async def test_a_credential_expires_at_its_moment(store: Store) -> None:
    """Alive before `expires_at`, dead at it; without one it lives on."""
    ada = await person(store)
    _, digest = await credential(store, ada)
    forever, forever_digest = await credential(store, ada, expires_at=None)
    assert await store.credentials.find(CredentialKind.TOKEN, digest, LATER - timedelta(microseconds=1))
    assert await store.credentials.find(CredentialKind.TOKEN, digest, LATER) is None
    century = NOW + timedelta(days=36_500)
    assert await store.credentials.find(CredentialKind.TOKEN, forever_digest, century) == forever


async def test_revoking_ends_one_credential_once(store: Store) -> None:
    """The first revocation says True, the second False; other credentials live on."""
    ada = await person(store)
    made, digest = await credential(store, ada)
    kept, _ = await credential(store, ada)
    assert await store.credentials.revoke(made.credential_id, NOW)
    assert not await store.credentials.revoke(made.credential_id, NOW)
    assert not await store.credentials.revoke(new_id(), NOW)
    assert await store.credentials.find(CredentialKind.TOKEN, digest, NOW) is None
    assert await store.credentials.held(NOW, person_id=ada) == [kept]


async def test_extending_wakes_no_dead(store: Store) -> None:
    """A living credential lives longer; a revoked one stays revoked."""
    ada = await person(store)
    made, digest = await credential(store, ada)
    await store.credentials.extend(made.credential_id, LATER + timedelta(days=1))
    assert await store.credentials.find(CredentialKind.TOKEN, digest, LATER) == replace(
        made, expires_at=LATER + timedelta(days=1)
    )
    await store.credentials.revoke(made.credential_id, NOW)
    await store.credentials.extend(made.credential_id, LATER + timedelta(days=9))
    assert await store.credentials.find(CredentialKind.TOKEN, digest, NOW) is None


async def test_a_link_is_spent_by_one_of_two(store: Store) -> None:
    """Of two who open one sign-in link at the same moment, exactly one gets a session."""
    ada = await person(store)
    link, _ = await credential(store, ada, kind=CredentialKind.SIGN_IN_LINK)
    digests = [digest_of(new_secret()) for _ in range(4)]
    sessions = [replace(link, credential_id=new_id(), kind=CredentialKind.SESSION) for _ in digests]
    results = await asyncio.gather(
        *(
            store.credentials.add(session, digest, spends=link.credential_id)
            for session, digest in zip(sessions, digests, strict=True)
        )
    )
    assert sorted(results) == [False, False, False, True]
    found = [await store.credentials.find(CredentialKind.SESSION, digest, NOW) for digest in digests]
    assert [item is not None for item in found] == results


async def test_an_expired_link_buys_nothing(store: Store) -> None:
    """Spending looks at the time too."""
    ada = await person(store)
    link, _ = await credential(store, ada, kind=CredentialKind.SIGN_IN_LINK)
    late = replace(link, credential_id=new_id(), kind=CredentialKind.SESSION, created_at=LATER, expires_at=None)
    digest = digest_of(new_secret())
    assert not await store.credentials.add(late, digest, spends=link.credential_id)
    assert await store.credentials.find(CredentialKind.SESSION, digest, LATER) is None


async def test_held_lists_the_living_oldest_first(store: Store) -> None:
    """Lists show what opens something now, of one person or of all."""
    ada, bob = await person(store), await person(store, "Bob")
    second, _ = await credential(store, ada, created_at=NOW + timedelta(seconds=2))
    first, _ = await credential(store, ada, created_at=NOW + timedelta(seconds=1))
    other, _ = await credential(store, bob, created_at=NOW + timedelta(seconds=3))
    await credential(store, ada, expires_at=NOW)
    assert await store.credentials.held(NOW, person_id=ada) == [first, second]
    assert await store.credentials.held(NOW) == [first, second, other]
