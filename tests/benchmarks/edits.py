"""Edits as the benchmarks write and count them: one typed character is one edit, whatever frame brings it.

The updates are those Yjs sends for a person who types: one struct, one character, its origin the character before.
Readers count how far a writer's clock advanced, so an edit counts once whether it came alone or merged with others:
a server that merges is credited with what it delivered, and so is one that does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from tests.benchmarks.frames import number, read_number, sized

_TEXT: Final = b"the quick brown fox jumps over the lazy dog "
_STRING, _DELETED, _COLLECTED, _SKIP = 4, 1, 0, 10
_HAS_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_PARENT_KEY = 0x80, 0x40, 0x20


class Place(NamedTuple):
    """Where a person types: behind a character that exists, or at the start of a root text."""

    #: (client, clock) of the character before, or None for a fresh root.
    after: tuple[int, int] | None
    root: str = "t"


def typing(
    client_id: int, count: int, *, first_clock: int = 0, places: Sequence[Place] = (Place(None),), burst: int = 200
) -> Iterator[bytes]:
    """Yield `count` updates of one character each, moving to the next place after every `burst` characters."""
    client = number(client_id)
    after = [place.after for place in places]
    for index in range(count):
        clock = first_clock + index
        which = index // burst % len(places)
        origin = after[which]
        if origin is None:
            parent = b"\x04\x01" + sized(places[which].root.encode())
        else:
            parent = b"\x84" + number(origin[0]) + number(origin[1])
        character = _TEXT[index % len(_TEXT) : index % len(_TEXT) + 1]
        yield b"\x01\x01" + client + number(clock) + parent + b"\x01" + character + b"\x00"
        after[which] = (client_id, clock)


def inserted_ranges(update: bytes) -> list[tuple[int, int, int]]:
    """Return (client, first clock, end clock) of every run of characters in the update, joined where they touch.

    Raises ValueError on content that the benchmarks never write.
    """
    ranges: list[tuple[int, int, int]] = []
    clients, position = read_number(update, 0)
    for _ in range(clients):
        structs, position = read_number(update, position)
        client, position = read_number(update, position)
        clock, position = read_number(update, position)
        for _ in range(structs):
            length, counts, position = _struct(update, position)
            if counts:
                if ranges and ranges[-1][0] == client and ranges[-1][2] == clock:
                    ranges[-1] = (client, ranges[-1][1], clock + length)
                else:
                    ranges.append((client, clock, clock + length))
            clock += length
    return ranges


def _struct(update: bytes, position: int) -> tuple[int, bool, int]:
    """Return (clock length, whether it is content, position after it) of one struct."""
    info = update[position]
    kind = info & 31
    position += 1
    if kind in (_COLLECTED, _SKIP):
        length, position = read_number(update, position)
        return length, kind == _COLLECTED, position
    if info & _HAS_ORIGIN:
        _, position = read_number(update, position)
        _, position = read_number(update, position)
    if info & _HAS_RIGHT_ORIGIN:
        _, position = read_number(update, position)
        _, position = read_number(update, position)
    if not info & (_HAS_ORIGIN | _HAS_RIGHT_ORIGIN):
        position = _parent(update, position, has_key=bool(info & _HAS_PARENT_KEY))
    if kind == _STRING:
        size, position = read_number(update, position)
        return size, True, position + size  # The typed text is ASCII: bytes are clock ticks.
    if kind == _DELETED:
        length, position = read_number(update, position)
        return length, True, position
    raise ValueError(f"content of kind {kind} is not typed text")


def _parent(update: bytes, position: int, *, has_key: bool) -> int:
    is_root, position = read_number(update, position)
    if is_root:
        size, position = read_number(update, position)
        position += size
    else:
        _, position = read_number(update, position)
        _, position = read_number(update, position)
    if has_key:
        size, position = read_number(update, position)
        position += size
    return position
