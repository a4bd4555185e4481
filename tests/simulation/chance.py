"""One seed for everything that is drawn anew in a world, ids included: a failing world can be looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from random import Random
from unittest.mock import patch
from uuid import UUID

from core.ids import CLIENT_ID_MAX

#: Where ids are drawn that a world meets.
_NEW_IDS = ("web.api.branches.new_id", "web.api.versions.new_id")
_CLIENT_IDS = "core.adapters.memory.store.random_client_id"


def drawn_uuid(random: Random) -> UUID:
    """Return an id that looks like any other."""
    return UUID(int=random.getrandbits(128), version=4)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let the server draw its ids by a seed."""
    random = Random(f"ids of {seed}")
    with ExitStack() as patches:
        for name in _NEW_IDS:
            patches.enter_context(patch(name, lambda: drawn_uuid(random)))
        patches.enter_context(patch(_CLIENT_IDS, lambda: random.randint(1, CLIENT_ID_MAX)))
        yield
