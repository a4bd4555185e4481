"""The MIDI file says what was played, to a reader that knows only the standard."""

from collections.abc import Iterator
from pathlib import Path

from workers.engines.local.arrangement import arrange
from workers.engines.local.compose import perform
from workers.engines.local.midi import TICKS_A_QUARTER, write_midi
from workers.engines.local.parameters import LocalParameters

SONG = {
    "title": "Tide é", "bpm": 90, "key": "D", "mode": "minor", "time_signature": "6/8",
    "sections": [{"name": "Verse", "bars": 4, "energy": 0.9, "lyrics": "paper boats"},
                 {"name": "Hook", "kind": "chorus", "bars": 2}],
}  # fmt: skip


def variable(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        value, at = value << 7 | data[at] & 0x7F, at + 1
        if data[at - 1] < 0x80:
            return value, at


def tracks(data: bytes) -> Iterator[bytes]:
    assert data[:14] == b"MThd\0\0\0\6\0\1\0\5" + TICKS_A_QUARTER.to_bytes(2, "big")
    at = 14
    while at < len(data):
        assert data[at : at + 4] == b"MTrk"
        length = int.from_bytes(data[at + 4 : at + 8], "big")
        yield data[at + 8 : at + 8 + length]
        at += 8 + length
    assert at == len(data)


def events(track: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield (tick, status, meta kind, data)."""
    at = tick = 0
    while at < len(track):
        delta, at = variable(track, at)
        tick, status, kind = tick + delta, track[at], 0
        if status == 0xFF:
            kind = track[at + 1]
            length, at = variable(track, at + 2)
        else:
            at, length = at + 1, 1 if status & 0xF0 == 0xC0 else 2
        yield tick, status, kind, track[at : at + length]
        at += length
    assert kind == 0x2F


def test_the_file_holds_the_performance(tmp_path: Path) -> None:
    """Tempo, meter, key, markers, words and every note come back out of the file."""
    performance = perform(arrange(SONG, LocalParameters(), 3), LocalParameters(), 3)
    write_midi(performance, tmp_path / "song.mid")
    conductor, *parts = [list(events(track)) for track in tracks((tmp_path / "song.mid").read_bytes())]
    metas = {kind: data for _, _, kind, data in conductor}
    assert metas[0x03].decode() == "Tide é"
    assert int.from_bytes(metas[0x51], "big") == round(60_000_000 / 90)
    assert metas[0x58][:2] == bytes((6, 3))
    assert metas[0x59] == bytes((0xFF, 1))  # One flat, minor.
    markers = [(tick, data.decode()) for tick, _, kind, data in conductor if kind == 0x06]
    assert markers == [(0, "Verse"), (4 * 3 * TICKS_A_QUARTER, "Hook")]
    for part, (name, notes) in zip(parts, performance.parts.items(), strict=True):
        starts = [data[0] for _, status, _, data in part if status & 0xF0 == 0x90]
        ends = [data[0] for _, status, _, data in part if status & 0xF0 == 0x80]
        assert sorted(starts) == sorted(ends) == sorted(note.pitch for note in notes if note.pitch), name
    words = [data.decode() for _, _, kind, data in parts[-1] if kind == 0x05]
    assert words == ["paper", "boats"]
