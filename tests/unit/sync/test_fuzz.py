"""Thousands of broken frames on both wires: no crash, no hang, no silent loss (SPEC.md R13, R17)."""

from __future__ import annotations

import time
from random import Random
from uuid import uuid4

import pytest
from pycrdt import Map, Text

from core.roles import Access, Role
from tests.simulation.wires import STEP2, UPDATE
from tests.unit.sync.harness import Editor, Node, awareness, person, settle, studio

FRAMES = 600
SLOWEST_SECONDS = 0.5


def mutated(frame: bytes, random: Random) -> bytes:
    """Break a frame: bytes changed, cut off, doubled, inserted; sometimes not at all."""
    data = bytearray(frame)
    for _ in range(random.choice((0, 1, 1, 2, 5))):
        if not data:
            break
        at = random.randrange(len(data))
        match random.randrange(5):
            case 0:
                data[at] = random.randrange(256)
            case 1:
                data[at] ^= 1 << random.randrange(8)
            case 2:
                del data[at:]
            case 3:
                data[at:at] = random.randbytes(random.randrange(1, 6))
            case 4:
                data[at:at] = data[at : at + 8]
    return bytes(data)


def frames_of(editor: Editor, random: Random) -> list[bytes]:
    """Return whole frames of every kind."""
    editor.type(random.choice(("a", "né", "🎵")))
    if len(editor.text) > 6 and random.random() < 0.3:
        del editor.text[0:1]
    with editor.doc.transaction():
        editor.doc.get("map", type=Map)[random.choice("xyz")] = random.choice((1, "t", None, [1, {"a": 2}]))
    wire = editor.wire
    return [
        wire.sync(0, editor.doc.get_state()),
        wire.sync(STEP2, editor.doc.get_update()),
        *(wire.sync(UPDATE, update) for update in editor.updates[-3:]),
        wire.awareness(awareness(editor.doc.client_id, random.randrange(99), '{"cursor":{"at":1}}')),
        *wire.greeting(editor.token, b"\0"),
    ]


async def check_healthy(node: Node, healthy: Editor) -> None:
    """Somebody in the same document still has every edit acknowledged, once."""
    healthy.push(healthy.type("."))
    await settle()
    assert healthy.socket.closed is None
    assert len(healthy.saved(healthy.read())) == 1


@pytest.mark.parametrize("wire", ["plain", "hocuspocus"])
@pytest.mark.parametrize("kind", ["note", "song"])
async def test_r13_broken_frames_hurt_nobody_but_their_sender(wire: str, kind: str) -> None:
    """A socket answers, acknowledges or closes; the others in the document never notice."""
    seed = Random().randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  # A failure must be repeatable.
    random = Random(seed)
    closed = sent = 0
    async with studio(kind=kind) as [node]:
        healthy = Editor(node, person("healthy"), wire=wire)
        if kind == "song":
            healthy.text = healthy.doc.get("producer_notes", type=Text)
        for _ in range(3):
            await settle()
            healthy.read()
        while sent < FRAMES:
            access = Access(uuid4(), f"p{sent}", random.choice((Role.EDITOR, Role.VIEWER)))
            editor = Editor(node, access, wire=wire)
            await settle()
            editor.socket.take()
            for _ in range(random.randrange(1, 25)):
                frame = mutated(random.choice(frames_of(editor, random)), random)
                sent += 1
                started = time.perf_counter()
                editor.send(frame)
                assert time.perf_counter() - started < SLOWEST_SECONDS, frame.hex()
                if editor.socket.closed is not None:
                    break
            await settle()
            closed += editor.socket.closed is not None
            assert editor.socket.closed in (None, 4400, 4401, 4403, 4409, 4413), editor.socket.closed
            assert editor.socket.session is not None
            editor.socket.session.lost()
            if sent % 5 == 0:
                await check_healthy(node, healthy)
        await check_healthy(node, healthy)
        assert node.rooms.quarantined == frozenset()
    assert closed > 5, "the frames were hardly broken"
