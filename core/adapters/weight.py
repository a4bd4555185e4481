"""What an append weighs, and whether a log may take it at all: the same answer for every log."""

from __future__ import annotations

from typing import NamedTuple

from core import limits
from core.errors import Invalid, TooLarge
from core.events import DOCUMENT_UPDATED, Append, Kind


class Weight(NamedTuple):
    """How much of a bounded queue an append takes."""

    rows: int
    size_bytes: int


def weigh(append: Append) -> Weight:
    """Return the weight. Raises TooLarge for what no queue holds, Invalid for what makes no sense."""
    rows = size_bytes = 0
    for write in append.writes:
        events = write.events
        if not events:
            raise Invalid(f"a write to stream {write.stream_id} carries no event")
        rows += len(events)
        size_bytes += sum([len(event[1]) for event in events])
        if write.kind is Kind.AGGREGATE and any(event.topic == DOCUMENT_UPDATED for event in events):
            raise Invalid("a keystroke belongs to the stream of keystrokes")
    if rows > limits.APPEND_QUEUE_ROWS_MAX or size_bytes > limits.APPEND_QUEUE_BYTES_MAX:
        raise TooLarge(f"an append of {rows} events and {size_bytes} bytes is more than the log takes at once")
    return Weight(rows, size_bytes)
