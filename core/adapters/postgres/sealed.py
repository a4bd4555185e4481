"""Reading sealed keystrokes: finds the segments, keeps a few in memory, and unpacks them beside the event loop.

What a segment holds changes only by erasure, which raises its revision: every read asks the database which segments and
revisions there are, so that no process goes on showing what was erased.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import asyncpg

from core import limits
from core.adapters.postgres.segment import Keystroke, Segment
from core.errors import Quarantined

#: Runs a query with its arguments and returns the rows.
Fetch = Callable[..., Awaitable[list[asyncpg.Record]]]

#: Segments looked up at a time.
_LOOKED_UP: Final = 64

#: Everything below this position that is a keystroke is in segments.
_SEALED: Final = "(SELECT coalesce(max(stop_position), 0) FROM seals)"
_OF_STREAM: Final = f"""
SELECT r.segment, s.revision, r.first_version, r.last_version
FROM segment_runs r JOIN segments s ON s.first_position = r.segment
WHERE r.stream_id = $1 AND r.last_version > $2 AND r.segment < {_SEALED}
ORDER BY r.last_version LIMIT {_LOOKED_UP}
"""
_BETWEEN: Final = f"""
SELECT first_position AS segment, revision, last_position FROM segments
WHERE first_position >= coalesce((SELECT max(first_position) FROM segments WHERE first_position <= $1 + 1), 0)
  AND last_position > $1 AND first_position <= $2 AND first_position < {_SEALED}
ORDER BY first_position LIMIT {_LOOKED_UP}
"""
_BETWEEN_OF_STREAMS: Final = f"""
SELECT first_position AS segment, revision, last_position FROM segments
WHERE first_position IN (SELECT segment FROM segment_runs WHERE stream_id = ANY($3))
  AND last_position > $1 AND first_position <= $2 AND first_position < {_SEALED}
ORDER BY first_position LIMIT {_LOOKED_UP}
"""
_PACKED: Final = "SELECT revision, packed FROM segments WHERE first_position = $1"


class Sealed:
    """The sealed part of the log. Raises Quarantined for a segment that is gone or cannot be read."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        #: The most lately used last; with the revision each was read in.
        self._kept: OrderedDict[int, tuple[int, Segment]] = OrderedDict()

    async def of_stream(self, stream_id: UUID, *, after: int, limit: int) -> list[Keystroke]:
        """Return the sealed keystrokes of a stream with version > after, oldest first, at most `limit`."""
        found: list[Keystroke] = []
        while len(found) < limit:
            runs = await self._fetch(_OF_STREAM, stream_id, after)
            for run in runs:
                if len(found) >= limit:
                    break
                segment = await self._segment(run["segment"], run["revision"])
                found += await asyncio.to_thread(_of_stream, segment, stream_id, after, limit - len(found))
            if len(runs) < _LOOKED_UP:
                break
            after = runs[-1]["last_version"]
        return found

    async def between(
        self, after: int, upto: int, *, limit: int, streams: frozenset[UUID] | None = None, with_bodies: bool = True
    ) -> tuple[list[Keystroke], bool]:
        """Return keystrokes with after < position <= upto in their order, and whether that is all of them.

        At most `limit`, and none after those whose bodies together reach PAGE_BYTES_MAX.
        """
        found: list[Keystroke] = []
        size_bytes = 0
        arguments: list[Any] = [] if streams is None else [list(streams)]
        while True:
            query = _BETWEEN if streams is None else _BETWEEN_OF_STREAMS
            segments = await self._fetch(query, after, upto, *arguments)
            for row in segments:
                segment = await self._segment(row["segment"], row["revision"])
                left = (limit - len(found), limits.PAGE_BYTES_MAX - size_bytes)
                page, whole = await asyncio.to_thread(_between, segment, after, upto, streams, left, with_bodies)
                found += page
                size_bytes += sum([len(keystroke.body) for keystroke in page])
                if not whole:
                    return found, False
            if len(segments) < _LOOKED_UP:
                return found, True
            after = segments[-1]["last_position"]

    async def _segment(self, first_position: int, revision: int) -> Segment:
        kept = self._kept.get(first_position)
        if kept is not None and kept[0] == revision:
            self._kept.move_to_end(first_position)
            return kept[1]
        rows = await self._fetch(_PACKED, first_position)
        if not rows:
            raise Quarantined(f"the sealed segment of keystrokes at position {first_position} is gone")
        segment = await asyncio.to_thread(Segment.of, rows[0]["packed"])
        self._kept[first_position] = (rows[0]["revision"], segment)
        self._kept.move_to_end(first_position)
        held = sum(segment.memory_bytes for _, segment in self._kept.values())
        while held > limits.SEGMENTS_KEPT_BYTES_MAX and len(self._kept) > 1:
            _, (_, forgotten) = self._kept.popitem(last=False)
            held -= forgotten.memory_bytes
        return segment


def _of_stream(segment: Segment, stream_id: UUID, after: int, limit: int) -> list[Keystroke]:
    return list(segment.rows(segment.of_stream(stream_id, after)[:limit]))


def _between(
    segment: Segment,
    after: int,
    upto: int,
    streams: frozenset[UUID] | None,
    left: tuple[int, int],
    with_bodies: bool,
) -> tuple[list[Keystroke], bool]:
    """Return what fits into what is left, rows and bytes; and whether that is all the segment has."""
    places = segment.between(after, upto, streams)
    rows_left, bytes_left = left
    fits = 0
    while fits < min(rows_left, len(places)) and bytes_left > 0:
        bytes_left -= segment.length_of(places[fits]) if with_bodies else 0
        fits += 1
    return list(segment.rows(places[:fits], with_bodies=with_bodies)), fits == len(places)
