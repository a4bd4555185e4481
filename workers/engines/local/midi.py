"""A standard MIDI file (format 1) of a performance: tempo, meter, key, markers, lyrics and a track a stem."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from workers.engines.local.compose import Performance
from workers.engines.local.score import Note
from workers.engines.port import WordTime

TICKS_A_QUARTER: Final = 480
#: General MIDI channel and program of each stem; channel 9 is percussion.
CHANNELS: Final = {"drums": (9, 0), "bass": (0, 33), "keys": (1, 4), "lead": (2, 53)}
#: Fifths of the major keys by tonic; a minor key has its relative major's signature.
_FIFTHS: Final = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)


class _Event(NamedTuple):
    tick: int
    #: Note ends sort before starts of the same tick.
    order: int
    data: bytes


def write_midi(performance: Performance, path: Path) -> None:
    """Write the file. Times are those of the audio: swing and looseness are in the ticks."""
    ticks_a_second = TICKS_A_QUARTER * performance.arrangement.bpm / 60
    tracks = [_conductor(performance, ticks_a_second)]
    for name, notes in performance.parts.items():
        words = performance.words if name == "lead" else ()
        tracks.append(_track(name, notes, words, ticks_a_second))
    header = b"MThd" + _fixed(6, 4) + _fixed(1, 2) + _fixed(len(tracks), 2) + _fixed(TICKS_A_QUARTER, 2)
    path.write_bytes(header + b"".join(tracks))


def _conductor(performance: Performance, ticks_a_second: float) -> bytes:
    arrangement = performance.arrangement
    meter = arrangement.meter
    tonic = arrangement.key.tonic + (3 if arrangement.key.is_minor else 0)
    events = [
        _Event(0, 0, _meta(0x03, arrangement.title.encode()[:200])),
        _Event(0, 1, _meta(0x51, _fixed(round(60_000_000 / arrangement.bpm), 3))),
        _Event(0, 2, _meta(0x58, bytes((meter.beats, meter.unit.bit_length() - 1, 24, 8)))),
        _Event(0, 3, _meta(0x59, bytes((_FIFTHS[tonic % 12] & 0xFF, int(arrangement.key.is_minor))))),
    ]
    events += [
        _Event(round(m.start_s * ticks_a_second), 4, _meta(0x06, m.name.encode()[:200])) for m in performance.sections
    ]
    return _chunk(events)


def _track(name: str, notes: tuple[Note, ...], words: tuple[WordTime, ...], ticks_a_second: float) -> bytes:
    channel, program = CHANNELS[name]
    events = [_Event(0, 0, _meta(0x03, name.encode()))]
    if name != "drums":
        events.append(_Event(0, 1, bytes((0xC0 | channel, program))))
    for note in notes:
        if not note.pitch:
            continue  # A consonant: a sound of the guide voice, not a note.
        start = round(note.start_s * ticks_a_second)
        end = max(start + 1, round((note.start_s + note.duration_s) * ticks_a_second))
        velocity = max(1, min(127, round(note.velocity * 127)))
        events.append(_Event(start, 3, bytes((0x90 | channel, note.pitch, velocity))))
        events.append(_Event(end, 2, bytes((0x80 | channel, note.pitch, 0))))
    events += [_Event(round(word.start_s * ticks_a_second), 1, _meta(0x05, word.word.encode())) for word in words]
    return _chunk(events)


def _chunk(events: list[_Event]) -> bytes:
    body = bytearray()
    at = 0
    for event in sorted(events):
        body += _variable(event.tick - at) + event.data
        at = event.tick
    body += b"\x00" + _meta(0x2F, b"")
    return b"MTrk" + _fixed(len(body), 4) + bytes(body)


def _meta(kind: int, data: bytes) -> bytes:
    return bytes((0xFF, kind)) + _variable(len(data)) + data


def _fixed(value: int, size: int) -> bytes:
    return value.to_bytes(size, "big")


def _variable(value: int) -> bytes:
    """Return MIDI's variable-length quantity: seven bits a byte, the high bit says that more follow."""
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(0x80 | (value & 0x7F))
    return bytes(reversed(digits))
