"""Event streams (server-sent events): catch-up, then live, from any position, for as long as the reader may listen.

The `id` of every frame is the position to come back with; frames without data move it past what did not match, so that
nobody rescans it. Written by hand: a frame is four lines, and the end of a stream (revoked, shut down) is ours to say.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from functools import partial

from core.errors import Ours, Overloaded
from core.events import EventFilter, Page, Recorded
from core.limits import (
    EVENT_STREAM_GAP_SECONDS,
    EVENT_STREAM_HEARTBEAT_SECONDS,
    EVENT_STREAMS_MAX,
    SHARED_FRAME_BYTES_MAX,
    SHARED_PAGES_MAX,
    SHARED_SECONDS_MAX,
)
from core.ports import EventLog
from core.roles import Access
from core.subscription import Subscription
from web.auth import Auth
from web.metrics import Metrics
from web.shared_log import SharedLog

#: Milliseconds after which a reader that was cut off comes back.
RETRY_MS = 2000
#: Returns the JSON text of one event.
Encode = Callable[[Recorded], str]


class EventStreams:
    """All event streams open in this process; their number is bounded."""

    def __init__(
        self,
        *,
        log: EventLog,
        auth: Auth,
        metrics: Metrics,
        heartbeat_seconds: float = EVENT_STREAM_HEARTBEAT_SECONDS,
        streams_max: int = EVENT_STREAMS_MAX,
    ) -> None:
        self._log = SharedLog(log)
        self._auth = auth
        self._metrics = metrics
        self._heartbeat_seconds = heartbeat_seconds
        self._streams_max = streams_max
        self._open: set[_Stream] = set()
        self._shared = _Frames()
        self._closed = False

    def frames(
        self, access: Access, *, after: int, where: EventFilter, encode: Encode, style: str = ""
    ) -> AsyncIterator[bytes]:
        """Return the frames of one stream. Encoders of one style give one text for one event: each is made once.

        Raises Overloaded when too many are open or the process stops.
        """
        if self._closed or len(self._open) >= self._streams_max:
            raise Overloaded("Too many event streams are open here; try again in a moment.")
        subscription = Subscription(self._log, after=after, where=where, gap_seconds=EVENT_STREAM_GAP_SECONDS)
        return self._frames(_Stream(subscription, partial(self._shared.of, style, encode)), access)

    def close(self) -> None:
        """End every stream; readers come back with their last position. Call it when the process begins to stop."""
        self._closed = True
        for stream in list(self._open):
            stream.end()

    async def _frames(self, stream: _Stream, access: Access) -> AsyncIterator[bytes]:
        if self._closed or len(self._open) >= self._streams_max:
            return
        self._open.add(stream)
        self._metrics.event_streams.inc()
        stop_watching = self._auth.watch(access, lambda now: stream.end() if now is None else None)
        try:
            async for frame in stream.frames(self._heartbeat_seconds):
                yield frame
        finally:
            stop_watching()
            await stream.release()
            self._open.discard(stream)
            self._metrics.event_streams.dec()


class _Stream:
    """One reader's stream."""

    def __init__(self, subscription: Subscription, frame_of: Callable[[Page], bytes]) -> None:
        self._subscription = subscription
        self._pages = subscription.pages()
        self._frame_of = frame_of
        self._ended = False
        self._waiting: asyncio.Timeout | None = None

    def end(self) -> None:
        """Stop at once, also while nothing happens."""
        self._ended = True
        # A wait that runs out in this very turn of the loop ends by itself, and cannot be moved any more.
        if self._waiting is not None and not self._waiting.expired():
            self._waiting.reschedule(asyncio.get_running_loop().time())

    async def release(self) -> None:
        """Let go of the log."""
        await self._pages.aclose()

    async def frames(self, heartbeat_seconds: float) -> AsyncIterator[bytes]:
        """Yield frames until `end`, or until the log is away."""
        yield f"retry: {RETRY_MS}\n: from {self._subscription.position}\n\n".encode()
        loop = asyncio.get_running_loop()
        beat_at = loop.time() + heartbeat_seconds
        while not self._ended:
            try:
                page = await self._next_page(beat_at)
            except Ours:
                return
            if page is None:
                frame = _checkpoint(self._subscription.position)
            elif page.events:
                frame = self._frame_of(page)
            else:
                continue  # The next sign of life carries the position.
            beat_at = loop.time() + heartbeat_seconds
            if not self._ended:
                yield frame

    async def _next_page(self, beat_at: float) -> Page | None:
        """Return the next page, or None when it is time for a sign of life. A page is never lost in between.

        A time-out ends the reading, but not the subscription: it knows its position, and is read on from there.
        """
        try:
            async with asyncio.timeout_at(beat_at) as self._waiting:
                return await anext(self._pages)
        except TimeoutError:
            self._pages = self._subscription.pages()
            return None
        finally:
            self._waiting = None


class _Frames:
    """What the newest pages look like on the wire, kept for a moment for the other streams that send the same."""

    def __init__(self) -> None:
        #: By identity: SharedLog hands one page to many; holding the page keeps its identity its own.
        self._kept: OrderedDict[tuple[int, str], tuple[Page, bytes]] = OrderedDict()
        self._forget_at = 0.0

    def of(self, style: str, encode: Encode, page: Page) -> bytes:
        """Return all events of the page as frames, and where it ends."""
        now = asyncio.get_running_loop().time()
        if now >= self._forget_at:
            self._kept.clear()
            self._forget_at = now + SHARED_SECONDS_MAX
        key = (id(page), style)
        if key in self._kept:
            return self._kept[key][1]
        frames = [f"id: {event.position}\nevent: {event.topic}\ndata: {encode(event)}\n\n" for event in page.events]
        frame = "".join(frames).encode()
        if page.position > page.events[-1].position:
            frame += _checkpoint(page.position)
        if len(frame) <= SHARED_FRAME_BYTES_MAX:
            self._kept[key] = (page, frame)
        if len(self._kept) > SHARED_PAGES_MAX:
            self._kept.popitem(last=False)
        return frame


def _checkpoint(position: int) -> bytes:
    """Return a frame without data: browsers remember its id and tell nobody."""
    return f": here\nid: {position}\n\n".encode()
