"""Snapshots, client ids and checkpoints, in memory and in PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from core.events import Claim
from core.ids import CLIENT_ID_MAX
from core.ports import Snapshot
from tests.contracts.logs import ANN, BEN, Place, open_place


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.services)])
def dsn(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "memory" else request.getfixturevalue("database_url")


@pytest.fixture
async def place(dsn: str | None) -> AsyncIterator[Place]:
    async with open_place(dsn) as opened:
        yield opened


async def test_the_newest_snapshot_wins(place: Place) -> None:
    """A late, older snapshot never replaces a newer one; each document has its own."""
    song, other = uuid4(), uuid4()
    assert await place.snapshots.latest(song) is None
    await place.snapshots.save(song, Snapshot(5, 50, b"five" * 100_000))
    await place.snapshots.save(song, Snapshot(3, 30, b"three"))
    assert await place.snapshots.latest(song) == Snapshot(5, 50, b"five" * 100_000)
    await place.snapshots.save(song, Snapshot(6, 60, b""))
    await place.snapshots.save(other, Snapshot(1, 70, b"other"))
    assert await place.snapshots.latest(song) == Snapshot(6, 60, b"")
    assert await place.snapshots.latest(other) == Snapshot(1, 70, b"other")


async def test_issued_ids_are_fresh_and_owned(place: Place) -> None:
    """Every issued id is small, new in its document, and belongs to the person from then on."""
    song = uuid4()
    issued = await asyncio.gather(*[place.client_ids.issue(song, person) for person in [ANN, BEN] * 10])
    assert len(set(issued)) == 20
    assert all(0 < client_id <= CLIENT_ID_MAX for client_id in issued)
    assert await place.client_ids.owners(song) == dict(zip(issued, [ANN, BEN] * 10, strict=True))
    assert await place.client_ids.owners(uuid4()) == {}


async def test_a_client_id_belongs_to_whoever_was_first(place: Place) -> None:
    """Two who claim at once: both hear the same owner, and asking again changes nothing."""
    song = uuid4()
    claims = [Claim(song, 9, ANN), Claim(song, 9, BEN)] * 3
    owners = set(await asyncio.gather(*[place.client_ids.claim(claim) for claim in claims]))
    assert owners in ({ANN}, {BEN})
    assert await place.client_ids.claim(Claim(song, 2**53 - 1, BEN)) == BEN
    assert set((await place.client_ids.owners(song)).values()) == owners | {BEN}


async def test_retired_ids_are_nobodys_for_ever(place: Place) -> None:
    """Retiring works for an owned and for an unknown id; nobody gets either again."""
    song = uuid4()
    await place.client_ids.claim(Claim(song, 1, ANN))
    await place.client_ids.retire(song, 1)
    await place.client_ids.retire(song, 2)
    await place.client_ids.retire(song, 2)
    for client_id in (1, 2):
        assert await place.client_ids.claim(Claim(song, client_id, ANN)) is None
    assert await place.client_ids.owners(song) == {1: None, 2: None}


async def test_checkpoints_move_for_one_reader_only(place: Place) -> None:
    """Compare and set: of two readers that started from the same place one moves on, the other is told."""
    get, advance = place.checkpoints.get, place.checkpoints.advance
    assert await get("library") == 0
    moved = await asyncio.gather(*[advance("library", expected=0, position=n) for n in (10, 20)])
    assert sorted(moved) == [False, True]
    now = await get("library")
    assert now == (10 if moved[0] else 20)
    assert not await advance("library", expected=0, position=99)
    assert await advance("library", expected=now, position=30)
    assert not await advance("unknown", expected=5, position=6)
    assert (await get("library"), await get("unknown")) == (30, 0)
