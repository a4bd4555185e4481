"""The two wires as a client writes them, made independently of the server's code."""

from __future__ import annotations

from collections.abc import Iterator

STEP1, STEP2, UPDATE = 0, 1, 2


def varuint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_varuint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at


def sized(data: bytes) -> bytes:
    return varuint(len(data)) + data


def read_sized(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = read_varuint(data, at)
    return data[at : at + size], at + size


class PlainWire:
    """y-websocket: one document a socket; `100 n` says how many Update messages are durable."""

    acknowledges_step2 = False

    def __init__(self, document: str) -> None:
        self.document = document

    def greeting(self, token: str, state: bytes) -> list[bytes]:
        return [self.sync(STEP1, state)]

    def sync(self, step: int, body: bytes) -> bytes:
        return bytes((0, step)) + sized(body)

    def awareness(self, body: bytes) -> bytes:
        return b"\x01" + sized(body)

    def read(self, data: bytes) -> Iterator[tuple[str, int, bytes]]:
        """Yield (what, number, body): sync/step, awareness, acked/total."""
        if data[0] == 0:
            yield "sync", data[1], read_sized(data, 2)[0]
        elif data[0] == 1:
            yield "awareness", 0, read_sized(data, 1)[0]
        elif data[0] == 100:
            yield "acked_total", read_varuint(data, 1)[0], b""
        else:
            raise AssertionError(f"unknown message {data[:8].hex()}")


class HocuspocusWire:
    """Hocuspocus v4: the document's name before every message, authentication in band, SyncStatus one by one."""

    acknowledges_step2 = True

    def __init__(self, document: str) -> None:
        self.document = document
        self._head = sized(document.encode())

    def greeting(self, token: str, state: bytes) -> list[bytes]:
        return [self._head + b"\x02\x00" + sized(token.encode()), self.sync(STEP1, state)]

    def sync(self, step: int, body: bytes) -> bytes:
        return self._head + bytes((0, step)) + sized(body)

    def awareness(self, body: bytes) -> bytes:
        return self._head + b"\x01" + sized(body)

    def read(self, data: bytes) -> Iterator[tuple[str, int, bytes]]:
        name, at = read_sized(data, 0)
        assert name.decode().split("\0")[0] == self.document, name
        kind = data[at]
        if kind in (0, 4):
            yield "sync", data[at + 1], read_sized(data, at + 2)[0]
        elif kind == 1:
            yield "awareness", 0, read_sized(data, at + 1)[0]
        elif kind == 2:
            yield ("denied" if data[at + 1] == 1 else "authenticated"), 0, read_sized(data, at + 2)[0]
        elif kind == 5:
            yield "stateless", 0, read_sized(data, at + 1)[0]
        elif kind == 7:
            yield "closed", 0, b""
        elif kind == 8:
            yield "acked_one", data[at + 1], b""
        else:
            assert kind in (9, 10), f"unknown message {kind}"
