"""Who wrote on a branch what a merge brought: credits that stand in for versions, since the branch's are not here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol
from uuid import UUID

import numpy as np

from core.crdt.attribution import Column

#: From this number on the author of a unit is no version: it is a credit, counted from here. Far beyond any version.
CREDITED_FROM: Final = 2**40


class Credited(NamedTuple):
    """Units that a merge brought, and where, by whom and when they were written on a branch."""

    client_id: int
    clock: int
    length: int
    #: In the log.
    position: int
    person_id: UUID
    #: Since 1970 UTC.
    moment_ms: int


class Authors(Protocol):
    """Says the author's number of each version: a column with one row a version, from 0 on, or Writers."""

    def __getitem__(self, versions: Column, /) -> Column:
        """Return the authors of these versions."""


class Writers:
    """The authors of versions and of credits alike."""

    def __init__(self, versions: Column, credits: Column) -> None:
        self._versions = versions
        self._credits = credits

    def __getitem__(self, versions: Column, /) -> Column:
        """Return the authors of these versions, some of which may be the numbers of credits."""
        credited = versions >= CREDITED_FROM
        if not credited.any():
            return self._versions[versions]
        found = self._versions[np.where(credited, 0, versions)]
        found[credited] = self._credits[versions[credited] - CREDITED_FROM]
        return found


def authors_of(credited: Sequence[Credited], people: Mapping[UUID, int]) -> Column:
    """Return the author's number of each credit; who has none in the document gets the next ones."""
    numbers = dict(people)
    return np.array([numbers.setdefault(row.person_id, len(numbers)) for row in credited], dtype=np.int64)
