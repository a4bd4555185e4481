"""Figures of ours alone: parts of the product measured by themselves, by the functions the product uses."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from pycrdt import Doc

from core.documents.guard import Guard
from core.documents.kinds import kind_named
from tests.benchmarks.bench_render import measure
from tests.benchmarks.edits import Place, typing
from tests.benchmarks.machine import percentile
from tests.benchmarks.report import Figures, Metric
from tests.benchmarks.songs import first_characters

EXTRA_METRICS: Final = (
    Metric("s5_p50_ms", "S5 commit to subscriber, p50 ms", 10, decimals=2),
    Metric("s5_p99_ms", "S5 commit to subscriber, p99 ms", decimals=2),
    Metric("s5_delivered", "S5 events delivered a second, 100 subscribers", decimals=0),
    Metric("s5_processor", "S5 CPU s per 1,000 events delivered", decimals=4),
    Metric("s5_wrong", "S5 events missed or doubled (must be 0)", 0, decimals=0),
    Metric("schema_check_ms", "schema check an update, p50 ms", 0.2, decimals=3),
    Metric("render_s_per_minute", "local render, s of work a minute of audio", 4, decimals=2),
)
_CHECKS: Final = 500


def extras(say: Callable[[str], None]) -> Figures:
    """Measure them one after the other."""
    say("schema check")
    figures = {"schema_check_ms": schema_check_ms()}
    say("local render")
    figures["render_s_per_minute"] = measure()["seconds_a_minute"]
    return figures


def schema_check_ms() -> float:
    """Return the median milliseconds of judging one typed character in a song against its schema."""
    author = 77
    doc: Doc[Any] = Doc(client_id=author)
    places = tuple(Place(origin) for origin in first_characters(doc, author))
    guard = Guard(kind_named("song"), doc)
    times = []
    for update in typing(author + 1, _CHECKS, places=places, burst=10):
        doc.apply_update(update)
        started = perf_counter()
        violations = guard.check()
        times.append(perf_counter() - started)
        assert not violations, violations
    guard.close()
    return percentile(times, 50) * 1000
