"""The fewest edits from one sequence to another, with a bound on the work (Myers: An O(ND) Difference Algorithm, 1986).

https://doi.org/10.1007/BF01840446
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Change(NamedTuple):
    """Items old_start..old_stop of the old sequence are replaced by new_start..new_stop of the new one."""

    old_start: int
    old_stop: int
    new_start: int
    new_stop: int


def changes(old: Sequence[str], new: Sequence[str], *, edits_max: int) -> list[Change] | None:
    """Return the changes in order, or None when more than `edits_max` items are inserted and deleted."""
    trail = _search(old, new, edits_max)
    return None if trail is None else _joined(_steps(trail, len(old), len(new)))


def _search(old: Sequence[str], new: Sequence[str], edits_max: int) -> list[dict[int, int]] | None:
    """Return, for every number of edits, how far each diagonal (old place - new place) reaches."""
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(edits_max, len(old) + len(new)) + 1):
        # Only the diagonals of the round before are needed to find the way back.
        trail.append({k: furthest[k] for k in range(-edits - 1, edits + 2) if k in furthest})
        for diagonal in range(-edits, edits + 1, 2):
            at = _reach(furthest, diagonal, edits)
            while at < len(old) and 0 <= at - diagonal < len(new) and old[at] == new[at - diagonal]:
                at += 1
            furthest[diagonal] = at
            if at >= len(old) and at - diagonal >= len(new):
                return trail
    return None


def _reach(furthest: dict[int, int], diagonal: int, edits: int) -> int:
    """Return where a diagonal starts: one insertion below its upper neighbour, or one deletion beside its lower one."""
    if diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1]):
        return furthest[diagonal + 1]
    return furthest[diagonal - 1] + 1


def _steps(trail: list[dict[int, int]], old_at: int, new_at: int) -> list[Change]:
    """Walk back from the end and return one change for every item inserted or deleted, in order."""
    steps: list[Change] = []
    for edits in range(len(trail) - 1, 0, -1):
        furthest = trail[edits]
        diagonal = old_at - new_at
        inserted = diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1])
        before = diagonal + 1 if inserted else diagonal - 1
        old_at = furthest[before]
        new_at = old_at - before
        steps.append(Change(old_at, old_at + (not inserted), new_at, new_at + inserted))
    return steps[::-1]


def _joined(steps: list[Change]) -> list[Change]:
    """Join changes that touch in both sequences."""
    joined: list[Change] = []
    for step in steps:
        if joined and joined[-1].old_stop == step.old_start and joined[-1].new_stop == step.new_start:
            joined[-1] = Change(joined[-1].old_start, step.old_stop, joined[-1].new_start, step.new_stop)
        else:
            joined.append(step)
    return joined
