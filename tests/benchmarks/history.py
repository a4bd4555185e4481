"""What history costs on the real editing session, one update a keystroke: any version, its words, blame, a revert."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import perf_counter, process_time
from typing import Any, Final
from uuid import UUID

import numpy as np
from pycrdt import Doc, Text

from core.crdt.columns import pack
from core.crdt.crediting import Credited
from core.crdt.history import History
from core.documents.difference import difference
from core.documents.kinds import kind_named
from core.documents.sittings import Sitting, doings, sittings
from core.documents.telling import told
from core.events import DOCUMENT_UPDATED, Kind, Recorded
from core.limits import HISTORY_PAGE_UPDATES, SITTING_PAUSE_MINUTES
from tests.benchmarks.edits import Place, typing
from tests.benchmarks.machine import percentile
from tests.benchmarks.report import Figures, Metric
from tests.benchmarks.trace import TRACE

HISTORY_METRICS: Final = (
    Metric("history_version_ms", "history: any version, CPU p50 ms", 50),
    Metric("history_version_worst_ms", "history: any version, CPU, the worst of 50, ms", 50),
    Metric("history_text_ms", "history: text of any version, CPU p50 ms", 2, decimals=2),
    Metric("history_blame_ms", "history: blame of the final text, CPU p50 ms", 10),
    Metric("history_archive_ratio", "history: archive over compact state and attribution", 1.25, decimals=3),
    Metric("history_build_s", "history: built from the log, CPU s"),
    Metric("history_cached_ms", "history: read from the cache, CPU ms", decimals=0),
    Metric("history_page_first_ms", "history: 20 sittings summed up for the first time, CPU ms", decimals=0),
    Metric("history_page_ms", "history: 20 sittings asked for again, ms", 20, decimals=2),
    Metric("history_followed_ms", "history: the same after one more keystroke, CPU ms"),
    Metric("history_million_ms", "history: 20 sittings of a million keystrokes, ms", 20, decimals=2),
    Metric("history_million_first_ms", "history: for the first time, CPU ms", decimals=0),
    Metric("history_million_merges_ms", "history: 20 entries of it, 10 of them merges, ms", 20, decimals=2),
    Metric("history_revert_ms", "history: edits of a revert to the middle, CPU ms", 300, decimals=0),
    Metric("history_diff_ms", "history: diff of a 30-section song, p50 ms", 1, decimals=2),
    Metric("history_diff_told_ms", "history: the same with who wrote it, 1,000 credits, p50 ms", decimals=2),
)
#: Versions looked at, spread over the session.
_LOOKS: Final = 50
#: Keystrokes of the longest document.
_KEYSTROKES: Final = 1_000_000
#: Stretches that merges brought, in a song that is compared.
_CREDITS: Final = 1000
#: The session is written as the producer notes of a song.
_ROOT: Final = "producer_notes"
#: Keystrokes until another person takes over, after a pause.
_TURN_KEYSTROKES: Final = 2_000
_KEYSTROKE: Final = timedelta(milliseconds=180)
_PAUSE: Final = timedelta(minutes=SITTING_PAUSE_MINUTES + 1)
_PEOPLE: Final = (UUID(int=1), UUID(int=2), UUID(int=3))


def history_figures(say: Callable[[str], None], events: Sequence[Recorded]) -> Figures:
    """Measure them; nothing but the song's when the session's file is not there."""
    figures: Figures = {"history_diff_ms": song_difference_ms(), "history_diff_told_ms": song_told_ms()}
    if not events:
        return figures
    say("history: building and asking")
    started = process_time()
    history = History()
    for start in range(0, len(events), HISTORY_PAGE_UPDATES):
        history.extend(events[start : start + HISTORY_PAGE_UPDATES])
    figures["history_build_s"] = process_time() - started
    return figures | _cached(history) | _asked(history) | _million()


def song_difference_ms() -> float:
    """Return the median milliseconds of comparing two states of a song of thirty sections."""
    kind = kind_named("song")
    old, new = (_song(kind, changed=changed) for changed in (False, True))
    assert len(difference(kind, old, new)) == 5
    return percentile([_seconds(lambda: difference(kind, old, new)) for _ in range(50)], 50) * 1000


def song_told_ms() -> float:
    """Return the median milliseconds of the same with authors, some of whom wrote on branches."""
    kind, history, doc = kind_named("song"), History(), Doc[Any](client_id=5)
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    contents: list[dict[str, Any]] = []
    for version, changed in enumerate((False, True), start=1):
        before = doc.get_state()
        contents.append(_song(kind, changed=changed, doc=doc))
        history.extend([_recorded(version, doc.get_update(before), moment, _PEOPLE[0])])
    history.credit(Credited(5, clock, 1, 1, _PEOPLE[1], 0) for clock in range(0, 2 * _CREDITS, 2))
    history.weave.text(_ROOT)

    def tell() -> object:
        return told(kind, history.weave, difference(kind, *contents), 1, 2, history.writers)

    return percentile([_seconds(tell) for _ in range(50)], 50) * 1000


def _song(kind: Any, *, changed: bool, doc: Doc[Any] | None = None) -> dict[str, Any]:
    doc = Doc() if doc is None else doc
    lines = "\n".join(["Rain writes its name on the window", "I read it back to you slow"] * 6)
    sections = {
        f"s{number}": {
            "name": f"Verse {number}",
            "kind": "verse",
            "lyrics": lines.replace("slow", "softly", 1) if changed and number < 3 else lines,
            "pos": "Vz" if changed and number == 7 else f"V{number:02}1",
        }
        for number in range(30)
    }
    kind.edit(doc, {"title": "Thirty", "bpm": 101 if changed else 96, "sections": sections})
    content: dict[str, Any] = kind.to_json(doc)
    return content


def session_events(operations_max: int | None) -> list[Recorded]:
    """Return the session as the log would: three people who take turns, with pauses between them; none without it."""
    if not TRACE.exists():
        return []
    with gzip.open(TRACE) as file:
        patches = [patch for turn in json.load(file)["txns"] for patch in turn["patches"]][:operations_max]
    doc: Doc[Any] = Doc(client_id=5)
    text = doc.get(_ROOT, type=Text)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    for at, deleted, inserted in patches:
        if deleted:
            del text[at : at + deleted]
        if inserted:
            text.insert(at, inserted)
    doc.unobserve(subscription)
    moments = _moments(len(updates))
    return [
        _recorded(version, update, moments[version - 1], _PEOPLE[version // _TURN_KEYSTROKES % len(_PEOPLE)])
        for version, update in enumerate(updates, start=1)
    ]


def _recorded(version: int, update: bytes, at: datetime, person_id: UUID) -> Recorded:
    return Recorded(
        position=version * 2,
        stream_id=UUID(int=9),
        kind=Kind.UPDATE,
        version=version,
        topic=DOCUMENT_UPDATED,
        actor_id=person_id,
        recorded_at=at,
        body=update,
        size_bytes=len(update),
    )


def _moments(count: int) -> list[datetime]:
    """Return when each keystroke was stored: nobody types like a metronome, and between turns lies a pause."""
    chance, now = random.Random(5), datetime(2026, 1, 1, tzinfo=UTC)
    moments = []
    for version in range(1, count + 1):
        now += _KEYSTROKE * chance.lognormvariate(0, 0.5) + (_PAUSE if version % _TURN_KEYSTROKES == 0 else timedelta())
        moments.append(now)
    return moments


def _cached(history: History) -> Figures:
    whole = history.to_bytes()
    compact = len(history.document_at(history.version).get_update())
    positions = [history.position_of(version) for version in range(1, history.version + 1)]
    attribution = len(pack([np.array(positions, dtype=np.int64), history.moments, history.actors]))
    return {
        "history_archive_ratio": len(whole) / (compact + attribution),
        "history_cached_ms": _seconds(lambda: History.from_bytes(whole)) * 1000,
    }


def _asked(history: History) -> Figures:
    chance = random.Random(11)
    versions = [chance.randint(1, history.version) for _ in range(_LOOKS)]
    history.document_at(1)  # The archive is made once.
    shown = [1000 * min(_seconds(lambda v=v: history.document_at(v)) for _ in range(3)) for v in versions]
    text = history.weave.text(_ROOT)
    assert text.text_at(history.version) == str(history.document_at(history.version).get(_ROOT, type=Text))
    kind = kind_named("song")
    found = sittings(history, pause_ms=SITTING_PAUSE_MINUTES * 60_000)[:20]
    middle = kind.to_json(history.document_at(history.version // 2))
    newest = history.document_at(history.version)
    return {
        "history_version_ms": percentile(shown, 50),
        "history_version_worst_ms": max(shown),
        "history_text_ms": _median_ms([lambda v=v: text.text_at(v) for v in versions]),
        "history_blame_ms": _median_ms([lambda: text.blame(history.version, history.actors)] * 9),
        "history_page_first_ms": _seconds(lambda: [doings(kind, history, one) for one in found]) * 1000,
        "history_page_ms": _seconds(lambda: [doings(kind, history, one) for one in found]) * 1000,
        "history_followed_ms": _followed_ms(kind, history),
        "history_revert_ms": _seconds(lambda: kind.edit(newest, middle)) * 1000,
    }


def _followed_ms(kind: Any, history: History) -> float:
    """Return the milliseconds of a page of the timeline after one more keystroke: what people wait for who type."""
    position, moment = history.position, history.moment_of(history.version)
    times = []
    for number, update in enumerate(typing(99, 5, places=(Place(None, "style.prompt"),)), start=1):
        one = replace(_recorded(history.version + 1, update, moment, _PEOPLE[0]), position=position + number)

        def ask(one: Recorded = one) -> object:
            history.extend([one])
            found = sittings(history, pause_ms=SITTING_PAUSE_MINUTES * 60_000)[:20]
            return [doings(kind, history, sitting) for sitting in found]

        times.append(1000 * _seconds(ask))
    return percentile(times, 50)


def _million() -> Figures:
    """Measure a page of the timeline of a document that four people wrote in many sittings, a million keystrokes."""
    history = History()
    kind = kind_named("song")
    moments = _moments(_KEYSTROKES)
    hands = [
        typing(client_id, _KEYSTROKES, places=(Place(None, root),))
        for client_id, root in enumerate((_ROOT, "style.prompt", _ROOT, "style.prompt"), start=5)
    ]
    for start in range(0, _KEYSTROKES, _TURN_KEYSTROKES):
        number = start // _TURN_KEYSTROKES % len(hands)
        versions = range(start + 1, start + _TURN_KEYSTROKES + 1)
        updates = islice(hands[number], _TURN_KEYSTROKES)
        history.extend(
            [_recorded(v, u, moments[v - 1], UUID(int=1 + number)) for v, u in zip(versions, updates, strict=True)]
        )

    def page() -> object:
        return [doings(kind, history, one) for one in sittings(history, pause_ms=SITTING_PAUSE_MINUTES * 60_000)[:20]]

    def merged_page() -> object:
        # Every other person's turn ends with a merge of what they have.
        merges = frozenset(range(2 * _TURN_KEYSTROKES, history.version + 1, 2 * _TURN_KEYSTROKES))
        found = sittings(history, pause_ms=SITTING_PAUSE_MINUTES * 60_000, without=merges)[:10]
        alone = [Sitting(history.actor_of(one), one, one, 1) for one in sorted(merges)[-10:]]
        return [doings(kind, history, one, without=merges) for one in found] + [
            doings(kind, history, one) for one in alone
        ]

    first = _seconds(page) * 1000
    figures = {"history_million_first_ms": first, "history_million_ms": _median_ms([page] * 9)}
    merged_page()
    return {**figures, "history_million_merges_ms": _median_ms([merged_page] * 9)}


def _median_ms(works: Sequence[Callable[[], object]]) -> float:
    return percentile([_seconds(work) for work in works], 50) * 1000


def _seconds(work: Callable[[], object]) -> float:
    """Return CPU seconds; too short a work for that clock is measured by the wall's."""
    wall, processor = perf_counter(), process_time()
    work()
    wall, processor = perf_counter() - wall, process_time() - processor
    return processor if processor > 0.001 else wall
