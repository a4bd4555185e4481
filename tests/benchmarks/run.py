"""`python -m tests.benchmarks.run [--quick] [--only S1,S2] [--servers song,hocuspocus]`: us and the peers, in one run.

Every server runs alone, on loopback, started as its guide starts it; the generator is this process, so that its work
is in nobody's figures. Everything is bounded in count and in time. The run is appended to `results.ndjson`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib.metadata
import json
import subprocess
import sys
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import uvloop

from tests.benchmarks.browser import BROWSER_METRICS, browser_figures
from tests.benchmarks.crowd import burst, paced
from tests.benchmarks.extras import EXTRA_METRICS, extras
from tests.benchmarks.history import HISTORY_METRICS, history_figures, session_events
from tests.benchmarks.machine import Sky, Weather
from tests.benchmarks.pairs import pairs
from tests.benchmarks.report import METRICS, Figures, record, table
from tests.benchmarks.reverting import REVERT_METRICS, reverting
from tests.benchmarks.sealing import SEALING_METRICS, sealing_figures
from tests.benchmarks.servers import PEERS, Ours, Server, ours, peers
from tests.benchmarks.subscribers import followed
from tests.benchmarks.survival import survivors
from tests.benchmarks.trace import Trace, read_trace, traced

SCENARIOS: Final = ("S1", "S2", "S3", "S4", "S5", "history", "sealing", "browser", "extras")
READERS: Final = (10, 50)
PACED_EDITS_PER_SECOND: Final = 200
DOCUMENTS: Final = 100
EDITS_PER_SECOND: Final = 10.0

T = TypeVar("T")


class Length(NamedTuple):
    """How long a run measures."""

    burst_seconds: float
    paced_seconds: float
    pairs_seconds: float
    kills: int
    trace_operations: int | None


FULL: Final = Length(5.0, 6.0, 8.0, 5, None)
QUICK: Final = Length(2.0, 2.0, 3.0, 1, 40_000)


def main() -> int:
    """Run what was asked for; 1 when an edit was lost or wrong anywhere in ours."""
    options = _options()
    wanted = options.only.split(",")
    length = QUICK if options.quick else FULL
    _install_peers()
    trace = read_trace(length.trace_operations) if "S3" in wanted else None
    results: dict[str, Figures] = {}
    weather: dict[str, Weather] = {}
    with tempfile.TemporaryDirectory(prefix="counterpoint-bench-") as folder:
        Path(folder).chmod(0o711)  # As root the database is another user, who must get in.
        for server in [*ours(Path(folder)), *peers(Path(folder))]:
            scenarios = [scenario for scenario in wanted if scenario in server.scenarios]
            if scenarios and any(part in server.name for part in options.servers.split(",")):
                sky = Sky(Path(folder))
                results[server.name] = _measure(server, scenarios, length, trace)
                weather[server.name] = sky.weather()
                _say(f"{server.name}: {weather[server.name]}")
    if "history" in wanted:
        events = session_events(length.trace_operations)
        figures = history_figures(_say, events)
        if events:
            _say("history: a studio in which people type")
            with tempfile.TemporaryDirectory(prefix="counterpoint-bench-") as folder:
                Path(folder).chmod(0o711)
                figures |= _run(reverting(Path(folder), [event.body for event in events]))
        results.setdefault("counterpoint note", {}).update(figures)
    if "sealing" in wanted:
        figures = sealing_figures(_say, operations_max=length.trace_operations)
        results.setdefault("counterpoint note", {}).update(figures)
    if "browser" in wanted:
        results.setdefault("counterpoint note", {}).update(browser_figures(_say))
    if "extras" in wanted:
        results.setdefault("counterpoint note", {}).update(extras(_say))
    metrics = (*METRICS, *HISTORY_METRICS, *REVERT_METRICS, *SEALING_METRICS, *BROWSER_METRICS, *EXTRA_METRICS)
    _say("\n" + table(results, metrics, "counterpoint note"))
    if not options.no_record:
        record(results, weather, _versions(), quick=options.quick)
    return 1 if _lost(results) else 0


def _measure(server: Server, wanted: list[str], length: Length, trace: Trace | None) -> Figures:
    figures: Figures = {}
    server.start()
    try:
        if "S1" in wanted:
            figures |= _crowd(server, length)
        if "S2" in wanted:
            _say(f"{server.name}: S2")
            two = _run(pairs(server, DOCUMENTS, EDITS_PER_SECOND, length.pairs_seconds))
            figures |= {
                "s2_p50_ms": two.p50_ms, "s2_p99_ms": two.p99_ms,
                "s2_processor": two.processor_seconds_per_1000, "s2_missing": two.missing,
            }  # fmt: skip
        if "S3" in wanted and trace is not None:
            figures |= _trace(server, trace)
        if "S4" in wanted:
            _say(f"{server.name}: S4, {length.kills} kills")
            counts = [_run(survivors(server)) for _ in range(length.kills)]
            figures |= {"s4_survivors": min(counts), "s4_survivors_mean": sum(counts) / len(counts)}
        if "S5" in wanted:
            assert isinstance(server, Ours)
            _say(f"{server.name}: S5")
            five = _run(followed(server, length.paced_seconds))
            figures |= {
                "s5_p50_ms": five.p50_ms, "s5_p99_ms": five.p99_ms, "s5_delivered": five.delivered_per_second,
                "s5_processor": five.processor_seconds_per_1000, "s5_wrong": five.wrong,
            }  # fmt: skip
    finally:
        server.kill()
    return figures


def _crowd(server: Server, length: Length) -> Figures:
    figures: Figures = {"s1_wrong": 0}
    for readers in READERS:
        _say(f"{server.name}: S1, {readers} readers")
        result = _run(burst(server, readers, length.burst_seconds))
        figures[f"s1_delivered_{readers}"] = result.delivered_per_second
        figures[f"s1_processor_{readers}"] = result.processor_seconds_per_1000
        figures["s1_wrong"] += result.wrong_readers
    _say(f"{server.name}: S1, paced")
    steady = _run(paced(server, READERS[-1], PACED_EDITS_PER_SECOND, length.paced_seconds))
    return figures | {"s1_p50_ms": steady.p50_ms, "s1_p99_ms": steady.p99_ms}


def _trace(server: Server, trace: Trace) -> Figures:
    _say(f"{server.name}: S3")
    three = _run(traced(server, trace))
    return {
        "s3_load_s": three.load_seconds,
        "s3_warm_ms": three.warm.ms,
        "s3_warm_kb": three.warm.state_bytes / 1000,
        "s3_warm_copies": three.warm.copies,
        "s3_restart_ms": three.restarted.ms,
        "s3_restart_copies": three.restarted.copies,
        "s3_restart_whole": three.restarted.whole,
    }


def _run(scenario: Coroutine[Any, Any, T]) -> T:
    """Run one scenario on a fresh loop, without the collector's pauses in its figures."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(scenario)
    finally:
        gc.enable()
        gc.unfreeze()


def _lost(results: dict[str, Figures]) -> bool:
    """Say whether any of ours lost an edit or showed a wrong text: that is a failure, not a figure."""
    return any(
        figures.get("s1_wrong", 0)
        or figures.get("s2_missing", 0)
        or figures.get("s5_wrong", 0)
        or figures.get("s4_survivors", 1000) < 1000
        for name, figures in results.items()
        if name.startswith("counterpoint")
    )


def _install_peers() -> None:
    """Install the peers' packages once; one of them compiles its SQLite, which takes two minutes."""
    if (PEERS / "node_modules").exists():
        return
    _say("installing the peers (once, about two minutes)")
    subprocess.run(["npm", "ci", "--no-fund", "--no-audit", "--prefix", str(PEERS)], check=True, timeout=900)


def _versions() -> dict[str, str]:
    """Return which versions of everybody were measured."""
    manifest = json.loads((PEERS / "package.json").read_text())["dependencies"]
    python = {name: importlib.metadata.version(name) for name in ("pycrdt", "pycrdt-websocket", "uvicorn")}
    return {**manifest, **python, "python": sys.version.split()[0]}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.benchmarks.run", description="Measure Counterpoint beside its peers.")
    parser.add_argument("--quick", action="store_true", help="short windows, one kill, a part of the trace")
    parser.add_argument("--only", default=",".join(SCENARIOS), help="scenarios, comma separated (default: all)")
    parser.add_argument("--servers", default="", help="parts of server names, comma separated (default: all)")
    parser.add_argument("--no-record", action="store_true", help="do not append to results.ndjson")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
