"""Reading the bytes of a Yjs update (format v1) without applying it: what it inserts, deletes and stands on.

Everything here is pure and bounded. Bytes from a socket are hostile: a length is compared with what is left before
anything is read or allocated, nesting is limited (pycrdt's decoder recurses and a deep value kills the process), text
is checked to be UTF-8, and what Yjs or yrs cannot integrate (moves, weak links, unknown types) is refused.
Whatever is wrong raises BadMessage; nothing else leaves this file.

The format, for one update: the number of clients; for each the number of its structs, its id, the first clock, and the
structs one after the other; then the delete set. Numbers are lib0 varints, seven bits a byte, least significant first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from core.crdt.nesting import check_nesting
from core.crdt.reader import Content, Id, Range, Reader, SharedType, Struct, measure, read_varint
from core.errors import BadMessage
from core.ids import FOREIGN_CLIENT_ID_MAX
from core.limits import CLOCK_MAX, UPDATE_STRUCTS_MAX, UPDATE_VALUE_DEPTH_MAX

__all__ = [
    "Content",
    "Id",
    "Range",
    "SharedType",
    "Struct",
    "Update",
    "decode_id_set",
    "decode_state_vector",
    "encode_id_set",
    "encode_state_vector",
    "read_deletion",
    "read_keystroke",
    "read_update",
    "write_varint",
]


class Update(NamedTuple):
    """What an update holds. Structs of one client follow each other in clock order; gaps are where it skipped."""

    structs: list[Struct]
    deletes: list[Range]


def read_update(update: bytes, *, structs_max: int = UPDATE_STRUCTS_MAX) -> Update:
    """Return what the update holds. Raises BadMessage for anything that is not one well-formed update."""
    reader = Reader(update)
    try:
        structs = reader.structs(structs_max)
        deletes = reader.id_set()
    except (IndexError, UnicodeDecodeError):
        raise BadMessage("the update ends early or holds bytes that are no text") from None
    reader.finish()
    check_nesting(structs, levels_max=UPDATE_VALUE_DEPTH_MAX)
    return Update(structs, deletes)


def read_keystroke(update: bytes) -> tuple[int, int, int, Id | None, Id | None, Sequence[int]] | None:
    """Read the commonest update in a few microseconds: one run of text typed beside something that exists.

    Returns (client id, clock, length, origin, right origin, offsets of characters of two units), or None when the
    update is of any other shape (or not well-formed): then `read_update` decides.
    """
    size = len(update)
    if size < 10 or update[0] != 1 or update[1] != 1 or update[-1] != 0:
        return None
    try:
        # The same seven lines five times: a call costs more than the number it would read.
        client_id, at = update[2], 3
        if client_id > 127:
            client_id, at = read_varint(update, 2)
        clock = update[at]
        at += 1
        if clock > 127:
            clock, at = read_varint(update, at - 1)
        info = update[at]
        at += 1
        origin: Id | None = None
        right_origin: Id | None = None
        if info == 0x84 or info == 0xC4:
            origin_client, at = (update[at], at + 1) if update[at] < 128 else read_varint(update, at)
            origin_clock, at = (update[at], at + 1) if update[at] < 128 else read_varint(update, at)
            origin = (origin_client, origin_clock)
        elif info != 0x44:
            return None
        if info & 0x40:
            right_client, at = (update[at], at + 1) if update[at] < 128 else read_varint(update, at)
            right_clock, at = (update[at], at + 1) if update[at] < 128 else read_varint(update, at)
            right_origin = (right_client, right_clock)
        length = update[at]
        at += 1
        if length > 127:
            length, at = read_varint(update, at - 1)
        if length == 0 or at + length + 1 != size:
            return None
        text = update[at:-1]
        pairs: Sequence[int] = ()
        if not text.isascii():
            length, pairs = measure(text)
    except (IndexError, UnicodeDecodeError, BadMessage):
        return None
    if client_id > FOREIGN_CLIENT_ID_MAX or clock + length > CLOCK_MAX:
        return None
    for beside in (origin, right_origin):
        if beside is not None and (beside[0] > FOREIGN_CLIENT_ID_MAX or beside[1] > CLOCK_MAX):
            return None
    return client_id, clock, length, origin, right_origin, pairs


def read_deletion(update: bytes) -> Range | None:
    """Read the second commonest update: one range deleted, nothing inserted. None: `read_update` decides."""
    if len(update) < 6 or update[0] != 0 or update[1] != 1:
        return None
    try:
        client_id, at = read_varint(update, 2)
        if update[at] != 1:
            return None
        clock, at = read_varint(update, at + 1)
        length, at = read_varint(update, at)
    except (IndexError, BadMessage):
        return None
    if at != len(update) or length == 0 or client_id > FOREIGN_CLIENT_ID_MAX or clock + length > CLOCK_MAX:
        return None
    return client_id, clock, length


def encode_state_vector(clocks: Mapping[int, int]) -> bytes:
    """Return the bytes of a state vector: for each client id the number of units known."""
    out = bytearray()
    write_varint(out, len(clocks))
    for client_id in sorted(clocks, reverse=True):
        write_varint(out, client_id)
        write_varint(out, clocks[client_id])
    return bytes(out)


def decode_state_vector(vector: bytes) -> dict[int, int]:
    """Return {client id: units known}. Raises BadMessage."""
    reader = Reader(vector)
    clocks: dict[int, int] = {}
    try:
        for _ in range(reader.count(bytes_each=2)):
            client_id = reader.client_id()
            clocks[client_id] = max(clocks.get(client_id, 0), reader.clock())
    except IndexError:
        raise BadMessage("the state vector ends early") from None
    reader.finish()
    return clocks


def encode_id_set(ranges: Iterable[Range]) -> bytes:
    """Return the bytes of a set of ids, as in a delete set; overlapping and touching ranges become one."""
    by_client: dict[int, list[tuple[int, int]]] = {}
    for client_id, clock, length in sorted(ranges):
        runs = by_client.setdefault(client_id, [])
        if runs and runs[-1][0] + runs[-1][1] >= clock:
            start, known = runs[-1]
            runs[-1] = (start, max(known, clock + length - start))
        else:
            runs.append((clock, length))
    out = bytearray()
    write_varint(out, len(by_client))
    for client_id in sorted(by_client, reverse=True):
        write_varint(out, client_id)
        write_varint(out, len(by_client[client_id]))
        for clock, length in by_client[client_id]:
            write_varint(out, clock)
            write_varint(out, length)
    return bytes(out)


def decode_id_set(ids: bytes) -> list[Range]:
    """Return the ranges of a set of ids. Raises BadMessage."""
    reader = Reader(ids)
    try:
        ranges = reader.id_set()
    except IndexError:
        raise BadMessage("the set of ids ends early") from None
    reader.finish()
    return ranges


def write_varint(out: bytearray, value: int) -> None:
    """Add a number to the bytes."""
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
