"""Walking through the bytes of the Yjs format, within bounds: every length is compared with what is left first.

Its caller (`updates.py`) turns IndexError and UnicodeDecodeError, the two ways of running out of sense, into
BadMessage.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from enum import IntEnum
from json import loads
from typing import Final, NamedTuple, TypeAlias

from core.errors import BadMessage
from core.ids import FOREIGN_CLIENT_ID_MAX
from core.limits import CLOCK_MAX, UPDATE_VALUE_DEPTH_MAX

#: The name of one inserted unit: (client id, clock).
Id: TypeAlias = tuple[int, int]
#: Units of one client that follow each other: (client id, first clock, length).
Range: TypeAlias = tuple[int, int, int]

_HAS_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_KEY = 0x80, 0x40, 0x20
#: A text, or what is left of a deleted one, that an origin, a right origin or both say the place of.
_RUNS: Final = frozenset(beside | content for beside in (0x40, 0x80, 0xC0) for content in (0x01, 0x04))
#: The number of a skip: units that are left out, not a struct.
_SKIP = 10
_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")


class Content(IntEnum):
    """What a struct holds. Numbers of the format; 10 is a skip, and what lies above no stock client can read."""

    GC = 0
    DELETED = 1
    JSON = 2
    BINARY = 3
    STRING = 4
    EMBED = 5
    FORMAT = 6
    TYPE = 7
    ANY = 8
    SUBDOCUMENT = 9


class SharedType(IntEnum):
    """The shared types. Numbers of the format; what lies above (weak links) no stock client can read."""

    ARRAY = 0
    MAP = 1
    TEXT = 2
    XML_ELEMENT = 3
    XML_FRAGMENT = 4
    XML_HOOK = 5
    XML_TEXT = 6


class Struct(NamedTuple):
    """One inserted run: its place (`clock` in its client's line, `length` units), what it stands on, what it holds."""

    client_id: int
    clock: int
    length: int
    content: Content = Content.GC
    origin: Id | None = None
    right_origin: Id | None = None
    #: The type it lies in, said only where no origin says it: the name of a root, or the id of a nested type.
    parent: Id | str | None = None
    #: Whether it is the entry of a map (its key is set), not an item of a sequence.
    has_key: bool = False
    #: Which shared type it holds, when it holds one.
    shared_type: SharedType | None = None
    #: The key of that entry, said only where the parent is.
    key: str | None = None
    #: In a text, offsets of characters that take two units.
    pairs: Sequence[int] = ()


class Reader:
    """A place in some bytes. Reading past the end raises IndexError, which `updates.py` turns into BadMessage."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def finish(self) -> None:
        """Raise BadMessage unless everything has been read."""
        if self.at != len(self.data):
            raise BadMessage(f"{len(self.data) - self.at} bytes too many")

    def varint(self) -> int:
        """Read a number."""
        byte = self.data[self.at]
        if byte < 128:
            self.at += 1
            return byte
        value, self.at = read_varint(self.data, self.at)
        return value

    def count(self, *, bytes_each: int) -> int:
        """A number of things to follow; more than could follow in the bytes that are left is a lie."""
        count = self.varint()
        if count * bytes_each > len(self.data) - self.at:
            raise BadMessage("a count is larger than the bytes that are left")
        return count

    def client_id(self) -> int:
        """Read a client id."""
        client_id = self.varint()
        if client_id > FOREIGN_CLIENT_ID_MAX:
            raise BadMessage("a client id is too large")
        return client_id

    def clock(self) -> int:
        """Read a clock, or a length in units."""
        clock = self.varint()
        if clock > CLOCK_MAX:
            raise BadMessage("a clock is too large")
        return clock

    def id(self) -> Id:
        """Read the name of a unit."""
        return self.client_id(), self.clock()

    def bytes(self) -> bytes:
        """Read a length and as many bytes."""
        end = self.count(bytes_each=1) + self.at
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def text_length(self) -> int:
        """Read a text and return its length in UTF-16 code units, the unit of clocks. Checks that it is UTF-8."""
        text = self.bytes()
        return len(text) if text.isascii() else utf16_length_of(text)

    def id_set(self) -> list[Range]:
        """Read a set of ids."""
        ranges: list[Range] = []
        seen: set[int] = set()
        for _ in range(self.count(bytes_each=2)):
            client_id = self.client_id()
            if client_id in seen:
                raise BadMessage("a client is named twice in a set of ids")
            seen.add(client_id)
            for _ in range(self.count(bytes_each=2)):
                clock = self.clock()
                length = self.clock()
                if length == 0 or clock + length > CLOCK_MAX:
                    raise BadMessage("a range of ids is empty or too long")
                ranges.append((client_id, clock, length))
        return ranges

    def structs(self, structs_max: int) -> list[Struct]:
        """Read the structs of every client."""
        structs: list[Struct] = []
        seen: set[int] = set()
        for _ in range(self.count(bytes_each=3)):
            count = self.count(bytes_each=2)
            if len(structs) + count > structs_max:
                raise BadMessage(f"an update may hold at most {structs_max} runs; send the work in parts")
            client_id = self.client_id()
            if client_id in seen:
                raise BadMessage("a client is named twice")
            seen.add(client_id)
            clock = self.clock()
            for _ in range(count):
                struct = self.struct(client_id, clock)
                if struct is None:
                    clock += self.clock()
                    continue
                structs.append(struct)
                clock += struct.length
                if struct.length == 0 or clock > CLOCK_MAX:
                    raise BadMessage("a run is empty or too long")
        return structs

    def struct(self, client_id: int, clock: int) -> Struct | None:
        """Read one struct; None: a skip, whose length follows."""
        info = self.data[self.at]
        self.at += 1
        if info in _RUNS:
            return self._run(client_id, clock, info)
        if info == _SKIP:
            return None
        if info == Content.GC:
            return Struct(client_id, clock, self.clock())
        origin = self.id() if info & _HAS_ORIGIN else None
        right_origin = self.id() if info & _HAS_RIGHT_ORIGIN else None
        parent: Id | str | None = None
        key: str | None = None
        if origin is None and right_origin is None:
            parent = self.parent()
            if info & _HAS_KEY:
                key = self.bytes().decode("utf-8")
        content = _CONTENTS.get(info & 0x1F)
        if content is None:
            raise BadMessage(f"content of unknown kind {info & 0x1F}")
        shared_type: SharedType | None = None
        pairs: Sequence[int] = ()
        if content is Content.STRING:
            length, pairs = measure(self.bytes())
        elif content is Content.TYPE:
            length, shared_type = 1, self.shared_type()
        else:
            length = self.content(content)
        has_key = bool(info & _HAS_KEY)
        return Struct(client_id, clock, length, content, origin, right_origin, parent, has_key, shared_type, key, pairs)

    def _run(self, client_id: int, clock: int, info: int) -> Struct:
        """Read a run of text, there or deleted, beside something: what nearly every struct is, without a call a number.

        The same as `struct` reads step by step.
        """
        data, at = self.data, self.at
        origin: Id | None = None
        right_origin: Id | None = None
        pairs: Sequence[int] = ()
        if info & _HAS_ORIGIN:
            beside, at = (data[at], at + 1) if data[at] < 128 else read_varint(data, at)
            place, at = (data[at], at + 1) if data[at] < 128 else read_varint(data, at)
            if beside > FOREIGN_CLIENT_ID_MAX or place > CLOCK_MAX:
                raise BadMessage("the name of a unit is too large")
            origin = (beside, place)
        if info & _HAS_RIGHT_ORIGIN:
            beside, at = (data[at], at + 1) if data[at] < 128 else read_varint(data, at)
            place, at = (data[at], at + 1) if data[at] < 128 else read_varint(data, at)
            if beside > FOREIGN_CLIENT_ID_MAX or place > CLOCK_MAX:
                raise BadMessage("the name of a unit is too large")
            right_origin = (beside, place)
        length, at = (data[at], at + 1) if data[at] < 128 else read_varint(data, at)
        content = Content.DELETED
        if info & 1:
            if length > CLOCK_MAX:
                raise BadMessage("a clock is too large")
        else:
            content, end = Content.STRING, at + length
            if end > len(data):
                raise BadMessage("a count is larger than the bytes that are left")
            length, pairs = measure(data[at:end])
            at = end
        self.at = at
        return Struct(client_id, clock, length, content, origin, right_origin, None, False, None, None, pairs)

    def parent(self) -> Id | str:
        """Read which type a struct lies in: the name of a root, or an id."""
        match self.varint():
            case 1:
                return self.bytes().decode("utf-8")
            case 0:
                return self.id()
            case _:
                raise BadMessage("a parent is neither a root nor an id")

    def shared_type(self) -> SharedType:
        """Read which shared type a struct holds."""
        number = self.varint()
        # The library forgets the name of an XML hook, and then nobody can read the document.
        if number > SharedType.XML_TEXT or number == SharedType.XML_HOOK:
            raise BadMessage(f"shared type of unknown kind {number}")
        shared_type = SharedType(number)
        if shared_type is SharedType.XML_ELEMENT:
            self.text_length()
        return shared_type

    def content(self, content: Content) -> int:
        """Read past the content of one struct and return its length in units."""
        match content:
            case Content.DELETED:
                return self.clock()
            case Content.ANY:
                count = self.count(bytes_each=1)
                for _ in range(count):
                    self.value(0)
                return count
            case Content.FORMAT:  # A key and a JSON value.
                self.text_length()
                self.json()
            case Content.EMBED:  # A JSON value.
                self.json()
            case Content.BINARY:
                self.bytes()
            case Content.JSON:
                count = self.count(bytes_each=1)
                for _ in range(count):
                    self.text_length()
                return count
            case Content.SUBDOCUMENT:  # Its id and its options.
                self.text_length()
                self.value(0)
            case _:
                raise BadMessage("this content cannot stand here")
        return 1

    def value(self, depth: int) -> None:
        """Read past one value of lib0's `any` encoding."""
        if depth > UPDATE_VALUE_DEPTH_MAX:
            raise BadMessage(f"a value is nested deeper than {UPDATE_VALUE_DEPTH_MAX} levels")
        tag = self.data[self.at]
        self.at += 1
        match tag:
            case 119:  # Text.
                self.text_length()
            case 125:  # Whole number.
                self.signed_varint()
            case 120 | 121 | 126 | 127:  # True, false, null, undefined.
                pass
            case 122 | 123:  # 64-bit whole number, float.
                self.skip(8)
            case 124:  # 32-bit float.
                self.skip(4)
            case 118:  # Object.
                for _ in range(self.count(bytes_each=2)):
                    self.text_length()
                    self.value(depth + 1)
            case 117:  # Array.
                for _ in range(self.count(bytes_each=1)):
                    self.value(depth + 1)
            case 116:  # Bytes.
                self.bytes()
            case _:
                raise BadMessage(f"value of unknown type {tag}")

    def json(self) -> None:
        """Read past a text that must be JSON: a browser fails on the whole update when it is not."""
        try:
            loads(self.bytes(), parse_constant=_no_constant)
        except UnicodeDecodeError:
            raise
        except (ValueError, RecursionError):
            raise BadMessage("formatting or an embedded object is no JSON") from None

    def skip(self, size: int) -> None:
        """Read past a number of fixed size."""
        self.at += size
        if self.at > len(self.data):
            raise BadMessage("a number ends early")

    def signed_varint(self) -> None:
        """Read past a whole number: a sign bit, six bits, then seven a byte."""
        first = self.at
        while self.data[self.at] > 127:
            self.at += 1
        self.at += 1
        if self.at - first > 9:
            raise BadMessage("a number is too large")


_CONTENTS = {int(content): content for content in Content}


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return (value, place after it). Raises BadMessage over 56 bits, IndexError at the end of the data."""
    byte = data[at]
    value = byte & 127
    shift = 0
    while byte > 127:
        at += 1
        shift += 7
        if shift > 49:
            raise BadMessage("a number is too large")
        byte = data[at]
        value |= (byte & 127) << shift
    return value, at + 1


def measure(text: bytes) -> tuple[int, Sequence[int]]:
    """Return the length of UTF-8 bytes in UTF-16 units, and the offsets of the characters that take two.

    Raises UnicodeDecodeError.
    """
    if text.isascii():
        return len(text), ()
    decoded = text.decode("utf-8")
    pairs = array("I", [match.start() + earlier for earlier, match in enumerate(_TWO_UNITS.finditer(decoded))])
    return len(decoded) + len(pairs), pairs


def utf16_length_of(text: bytes) -> int:
    """Return the length in UTF-16 code units of UTF-8 bytes. Raises UnicodeDecodeError."""
    return len(text.decode("utf-8").encode("utf-16-le")) // 2


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
