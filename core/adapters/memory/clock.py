"""A clock that moves only when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

#: Where a clock starts when nobody says otherwise: any fixed moment will do.
START = datetime(2026, 1, 1, tzinfo=UTC)


class ManualClock:
    """A Clock for tests: time stands still until `advance`."""

    def __init__(self, start: datetime = START) -> None:
        self._now, self._elapsed = start, 0.0

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds this clock has been moved; `jump` does not count."""
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Let time pass on both faces of the clock."""
        assert seconds >= 0, "time does not go back; use jump for the time of day"
        self._now += timedelta(seconds=seconds)
        self._elapsed += seconds

    def jump(self, seconds: float) -> None:
        """Set the time of day forth or back, as an administrator does; the monotonic face is untouched."""
        self._now += timedelta(seconds=seconds)
