"""A segment gives back every row it was made of, to the last bit and microsecond, and nothing that was changed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.postgres.segment import Keystroke, Run, Segment, emptied_of, pack
from core.errors import Quarantined

STREAMS = [UUID(int=n) for n in range(1, 5)]
NOW = datetime(2026, 11, 28, 12, 0, 0, 123457, tzinfo=UTC)


@st.composite
def keystrokes(draw: st.DrawFn) -> list[Keystroke]:
    """Rows as a partition may hold them: several streams, holes in the positions, clocks that jump, erased bodies."""
    rows: list[Keystroke] = []
    position = draw(st.integers(0, 2**62))
    versions = {stream_id: draw(st.integers(0, 2**62)) for stream_id in STREAMS}
    for _ in range(draw(st.integers(1, 40))):
        stream_id = draw(st.sampled_from(STREAMS))
        position += draw(st.integers(1, 1000))
        versions[stream_id] += 1
        at = draw(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1))).replace(tzinfo=UTC)
        body = draw(st.binary(max_size=20) | st.binary(min_size=120, max_size=140))
        row = Keystroke(position, stream_id, versions[stream_id], draw(st.uuids()), at, body, None, len(body))
        rows.append(emptied_of(row) if draw(st.booleans()) else row)
    return rows


@given(keystrokes())
def test_what_is_packed_comes_back(rows: list[Keystroke]) -> None:
    """Every field of every row, with bodies or without; places by position and by version."""
    segment = Segment.of(pack(rows))
    assert list(segment.rows(range(len(rows)))) == rows
    bare = Segment.of(pack(rows))
    assert list(bare.rows(range(len(rows)), with_bodies=False)) == [row._replace(body=b"") for row in rows]
    assert [bare.length_of(place) for place in range(len(rows))] == [len(row.body) for row in rows]
    middle, last = rows[len(rows) // 2], rows[-1]
    some = frozenset(STREAMS[:2])
    assert segment.between(middle.position, last.position) == list(range(len(rows) // 2 + 1, len(rows)))
    found = list(segment.rows(segment.between(0, middle.position, some)))
    assert found == [row for row in rows if row.position <= middle.position and row.stream_id in some]
    mine = [row for row in rows if row.stream_id == middle.stream_id]
    assert list(segment.rows(segment.of_stream(middle.stream_id, 0))) == mine
    assert list(segment.rows(segment.of_stream(middle.stream_id, middle.version))) == mine[mine.index(middle) + 1 :]
    assert segment.of_stream(UUID(int=9), 0) == []
    assert Run(middle.stream_id, mine[0].version, mine[-1].version) in segment.runs()
    assert {run.stream_id for run in segment.runs()} == {row.stream_id for row in rows}


@given(keystrokes())
def test_erasing_keeps_the_hashes(rows: list[Keystroke]) -> None:
    """Bodies of one stream are gone, everybody else's stay; doing it again changes nothing."""
    gone = frozenset({rows[0].stream_id})
    packed = pack(rows)
    erased = Segment.of(packed).erased(gone)
    if erased is None:
        assert all(row.body_hash is not None for row in rows if row.stream_id in gone)
        return
    for before, after in zip(rows, Segment.of(erased).rows(range(len(rows))), strict=True):
        if before.stream_id not in gone:
            assert after == before
        else:
            hashed = before.body_hash or hashlib.sha256(before.body).digest()
            assert after == before._replace(body=b"", body_hash=hashed, size_bytes=0)
    assert Segment.of(erased).erased(gone) is None


def test_what_was_changed_is_not_read() -> None:
    """Any changed, missing or added byte is refused as a whole, never half believed."""
    rows = [Keystroke(n, STREAMS[0], n, STREAMS[1], NOW + n * timedelta(seconds=1), b"abc%02d" % n, None, 5)
            for n in range(1, 50)]  # fmt: skip
    packed = pack(rows)
    assert len(list(Segment.of(packed).rows(range(49)))) == 49
    wrong = [packed[:-1], packed + b"x", b"", packed[:10], b"x" + packed]
    wrong += [packed[:at] + bytes([packed[at] ^ 1]) + packed[at + 1 :] for at in range(len(packed))]
    for data in wrong:
        with pytest.raises(Quarantined):
            Segment.of(data)
