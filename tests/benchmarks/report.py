"""The table of figures: what was measured, beside each peer and beside the targets; and the record of every run."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.benchmarks.machine import Weather

RESULTS: Final = Path(__file__).parent / "results.ndjson"


@dataclass(frozen=True, slots=True)
class Metric:
    """One row: what it is called, and what is wanted of us."""

    key: str
    label: str
    #: What ours must show; None: measured for the record.
    target: float | None = None
    #: Whether more is better.
    higher: bool = False
    decimals: int = 1

    def meets(self, value: float) -> bool:
        """Say whether the value is at least as good as the target."""
        assert self.target is not None
        return value >= self.target if self.higher else value <= self.target

    def advantage(self, ours: float, theirs: float) -> float:
        """Return how many times better ours is; below 1 it is worse."""
        better, worse = (ours, theirs) if self.higher else (theirs, ours)
        return better / worse if worse else math.inf

    def show(self, value: float | None) -> str:
        """Return the value as the table prints it; a dash when it was not measured."""
        if value is None or math.isnan(value):
            return "-"
        return f"{value:,.{self.decimals}f}"


METRICS: Final = (
    Metric("s1_delivered_10", "S1 delivered a second, 10 readers", 140_000, higher=True, decimals=0),
    Metric("s1_delivered_50", "S1 delivered a second, 50 readers", 600_000, higher=True, decimals=0),
    Metric("s1_processor_50", "S1 CPU s per 1,000 deliveries, 50 readers", 0.0015, decimals=4),
    Metric("s1_wrong", "S1 readers with a wrong text (must be 0)", 0, decimals=0),
    Metric("s1_p50_ms", "S1 at 200 edits/s, 50 readers, p50 ms", 2, decimals=2),
    Metric("s1_p99_ms", "S1 at 200 edits/s, 50 readers, p99 ms", 4, decimals=2),
    Metric("s2_p50_ms", "S2 100 documents x 2 people, p50 ms", 3, decimals=2),
    Metric("s2_p99_ms", "S2 100 documents x 2 people, p99 ms", 12, decimals=2),
    Metric("s2_processor", "S2 CPU s per 1,000 deliveries", 0.21, decimals=3),
    Metric("s2_missing", "S2 edits that never arrived (must be 0)", 0, decimals=0),
    Metric("s3_load_s", "S3 load of the trace, s"),
    Metric("s3_warm_ms", "S3 warm open, ms", 25),
    Metric("s3_warm_kb", "S3 warm open, KB", decimals=0),
    Metric("s3_warm_copies", "S3 warm open, copies sent", 1.01, decimals=2),
    Metric("s3_restart_ms", "S3 open after kill -9, ms from ready", 100),
    Metric("s3_restart_copies", "S3 open after kill -9, copies sent", 1.01, decimals=2),
    Metric("s3_restart_whole", "S3 open after kill -9, share of the text", 1, higher=True, decimals=3),
    Metric("s4_survivors", "S4 survivors of 1,000, worst of 5 kills", 1000, higher=True, decimals=0),
    Metric("s4_survivors_mean", "S4 survivors of 1,000, mean", 1000, higher=True, decimals=1),
)

#: Figures of one server by metric key.
Figures = dict[str, float]


def table(results: dict[str, Figures], metrics: tuple[Metric, ...], ours: str) -> str:
    """Return the figures of every server, then how many times better `ours` is than each of the others."""
    names = list(results)
    rows = [["", *names, "target"]]
    for metric in metrics:
        values = [results[name].get(metric.key) for name in names]
        if any(value is not None for value in values):
            rows.append([metric.label, *(metric.show(value) for value in values), _wanted(metric, results, ours)])
    text = _columns(rows)
    peers = [name for name in names if not name.startswith("counterpoint")]
    if ours not in results or not peers:
        return text
    ratios = [[f"{ours}: times better than", *peers]]
    for metric in metrics:
        mine = results[ours].get(metric.key)
        theirs = [results[name].get(metric.key) for name in peers]
        if mine is not None and metric.target and any(value is not None for value in theirs):
            ratios.append([metric.label, *(_ratio(metric, mine, value) for value in theirs)])
    return f"{text}\n\n{_columns(ratios)}"


def record(results: dict[str, Figures], weather: dict[str, Weather], versions: dict[str, str], *, quick: bool) -> None:
    """Append the run to the results, one line, no path of this machine in it."""
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "quick": quick,
        "versions": versions,
        "weather": {name: {key: round(value, 3) for key, value in w._asdict().items()} for name, w in weather.items()},
        "results": {
            name: {key: round(value, 5) for key, value in figures.items() if not math.isnan(value)}
            for name, figures in results.items()
        },
    }
    with RESULTS.open("a") as file:
        file.write(json.dumps(line, separators=(",", ":")) + "\n")


def _wanted(metric: Metric, results: dict[str, Figures], ours: str) -> str:
    if metric.target is None:
        return ""
    sign = ">=" if metric.higher else "<="
    value = results.get(ours, {}).get(metric.key)
    verdict = "" if value is None else (" met" if metric.meets(value) else " MISSED")
    return f"{sign} {metric.show(metric.target)}{verdict}"


def _ratio(metric: Metric, ours: float, theirs: float | None) -> str:
    if theirs is None:
        return "-"
    ratio = metric.advantage(ours, theirs)
    return "all of none" if math.isinf(ratio) else f"{ratio:.2f} x"


def _columns(rows: list[list[str]]) -> str:
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )
