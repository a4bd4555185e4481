"""Merging what one commit brought into few updates (SPEC.md R18)."""

from __future__ import annotations

from collections.abc import Sequence

from core.crdt.apply import CannotApply, merge
from core.limits import MERGE_FAN_IN_MAX


def news_of(bodies: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the updates merged, at most 64 into one, because merging is quadratic; erased ones are left out."""
    bodies = [body for body in bodies if body]
    if len(bodies) < 2:
        return tuple(bodies)
    try:
        return tuple(
            merge(bodies[start : start + MERGE_FAN_IN_MAX]) for start in range(0, len(bodies), MERGE_FAN_IN_MAX)
        )
    except CannotApply:
        # Each was applied once and can be again: sending them one by one says the same.
        return tuple(bodies)
