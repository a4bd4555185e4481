"""Figures for Prometheus. One registry for the process, made by the root: no global one."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

#: Seconds: from an answer out of memory to the longest a person waits.
BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What this process counts. Labels hold route templates, never ids: their number is bounded."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "counterpoint_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "counterpoint_http_request_seconds",
            "Seconds until the answer was complete; event streams are not counted.",
            ("route",),
            buckets=BUCKETS_SECONDS,
            registry=self.registry,
        )
        self.event_streams = Gauge("counterpoint_event_streams", "Event streams open now.", registry=self.registry)

    def page(self) -> bytes:
        """Return every figure in Prometheus' text format."""
        return generate_latest(self.registry)
