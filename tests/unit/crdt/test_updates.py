"""Reading update bytes: agreement with pycrdt on real updates, BadMessage for everything else."""

import random
import time
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment, XmlText, merge_updates

import core.crdt.reader
from core.crdt.updates import (
    Content,
    SharedType,
    Update,
    decode_id_set,
    decode_state_vector,
    encode_id_set,
    encode_state_vector,
    read_deletion,
    read_keystroke,
    read_update,
)
from core.errors import BadMessage
from core.ids import FOREIGN_CLIENT_ID_MAX
from core.limits import CLOCK_MAX, UPDATE_VALUE_DEPTH_MAX

VALUES = [1, 2.5, -7, 2**40, True, None, "née 😀", [1, ["x"]], {"a": {"b": []}}, b"bytes"]


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def text(value: str | bytes) -> bytes:
    data = value if isinstance(value, bytes) else value.encode()
    return varint(len(data)) + data


def update_of(*structs: bytes, client: int = 5, clock: int = 0, deletes: bytes = b"\x00") -> bytes:
    """One client's structs as an update."""
    return varint(1) + varint(len(structs)) + varint(client) + varint(clock) + b"".join(structs) + deletes


def edit_at_random(doc: Doc, pick: random.Random) -> None:
    """One edit of some kind, in one of several roots."""
    shared = doc.get("t", type=Text)
    match pick.randrange(9):
        case 0 | 1 | 2:
            at = len(str(shared)[: pick.randint(0, len(str(shared)))].encode())
            shared.insert(
                at if len(shared) == len(str(shared).encode()) else 0,
                pick.choice(["a", "word ", "é", "😀", "two\nlines"]),
            )
        case 3:
            if 0 < len(shared) == len(str(shared)):
                at = pick.randrange(len(shared))
                del shared[at : min(len(shared), at + pick.randint(1, 3))]
        case 4:
            doc.get("m", type=Map)[pick.choice("abc")] = pick.choice(VALUES)
        case 5:
            doc.get("a", type=Array).append(pick.choice(VALUES))
        case 6:
            doc.get("m", type=Map)["nested"] = Map({"t": Text("hi"), "a": Array([1])})
        case 7:
            doc.get("x", type=XmlFragment).children.append(pick.choice([XmlElement("p"), XmlText("q")]))
        case 8:
            shared.insert(0, "bold", {"bold": True}) if pick.random() < 0.5 else shared.insert_embed(0, {"i": 1})


def real_updates(seed: int, count: int = 30) -> list[bytes]:
    """The updates of two people who edit a document that has everything in it, and what they exchange."""
    pick = random.Random(seed)
    docs = [Doc(client_id=pick.choice([3, 2**31 - 9, 2**53 - 9])), Doc(client_id=77)]
    updates: list[bytes] = []
    for doc in docs:
        doc.observe(lambda event: updates.append(event.update))
    for _ in range(count):
        doc = pick.choice(docs)
        edit_at_random(doc, pick)
        if pick.random() < 0.2:
            docs[1].apply_update(docs[0].get_update(docs[1].get_state()))
            docs[0].apply_update(docs[1].get_update(docs[0].get_state()))
    return [*updates, docs[0].get_update(), merge_updates(*updates[:5])]


@given(st.integers(0, 10**9))
@settings(max_examples=60)
def test_reads_what_pycrdt_writes(seed: int) -> None:
    """Every real update is read, and its ranges are those that applying it brings."""
    for update in real_updates(seed):
        read = read_update(update)
        doc = Doc()
        doc.apply_update(update)
        # What a document that knew nothing can integrate starts at clock 0 and has no gap.
        ends: dict[int, int] = {}
        for struct in read.structs:
            if struct.clock == ends.get(struct.client_id, 0):
                ends[struct.client_id] = struct.clock + struct.length
        for client_id, known in decode_state_vector(doc.get_state()).items():
            assert known <= ends.get(client_id, 0), read


@given(st.integers(0, 10**9))
@settings(max_examples=40)
def test_a_whole_state_reads_as_its_state_vector(seed: int) -> None:
    """The runs of a full state end exactly where its state vector says."""
    doc = Doc()
    for update in real_updates(seed):
        with suppress(ValueError):
            doc.apply_update(update)
    ends: dict[int, int] = {}
    for struct in read_update(doc.get_update()).structs:
        assert struct.clock == ends.get(struct.client_id, 0)
        ends[struct.client_id] = struct.clock + struct.length
    assert ends == decode_state_vector(doc.get_state())


@given(st.integers(0, 10**9))
@settings(max_examples=60)
def test_the_fast_readers_agree_with_the_full_one(seed: int) -> None:
    """A fast answer is the full reader's answer; some updates of every run take the fast way."""
    fast = 0
    for update in real_updates(seed, 60):
        read = read_update(update)
        keystroke, deletion = read_keystroke(update), read_deletion(update)
        if keystroke is not None:
            (struct,) = read.structs
            assert keystroke == (
                struct.client_id,
                struct.clock,
                struct.length,
                struct.origin,
                struct.right_origin,
                struct.pairs,
            )
            assert struct.content is Content.STRING
            assert read.deletes == []
        if deletion is not None:
            assert read == Update([], [deletion])
        fast += keystroke is not None or deletion is not None
    assert fast > 0


@given(st.integers(0, 10**9), st.data())
@settings(max_examples=150)
def test_runs_are_read_as_step_by_step(seed: int, data: st.DataObject) -> None:
    """The short way through the commonest structs reads the same, and refuses the same, whatever the bytes."""
    for update in real_updates(seed, 12):
        changed = bytearray(update)
        for _ in range(data.draw(st.integers(0, 2))):
            changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
        given_bytes, answers = bytes(changed), list[object]()
        for runs in (core.crdt.reader._RUNS, frozenset[int]()):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(core.crdt.reader, "_RUNS", runs)
                try:
                    answers.append(read_update(given_bytes))
                except BadMessage:
                    answers.append(BadMessage)
        assert answers[0] == answers[1]


@given(st.integers(0, 10**9), st.data())
@settings(max_examples=300)
def test_mutated_updates_are_read_or_refused(seed: int, data: st.DataObject) -> None:
    """Bytes changed at random parse or raise BadMessage, in bounded time, on every way through the reader."""
    update = bytearray(data.draw(st.sampled_from(real_updates(seed, 12))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(update) - 1))
        match data.draw(st.sampled_from(["set", "cut", "insert", "drop"])):
            case "set":
                update[at] = data.draw(st.integers(0, 255))
            case "cut" if at:
                del update[at:]
            case "insert":
                update[at:at] = data.draw(st.binary(min_size=1, max_size=12))
            case "drop":
                del update[at : at + data.draw(st.integers(1, 4))]
        if not update:
            break
    started = time.thread_time()
    assert_reads_or_refuses(bytes(update))
    assert time.thread_time() - started < 1


@given(st.binary(max_size=200))
@example(b"")
@example(b"\x00")
@example(b"\x00\x00")
@example(b"\xff" * 40)
@settings(max_examples=300)
def test_garbage_is_read_or_refused(garbage: bytes) -> None:
    """Any bytes at all parse or raise BadMessage."""
    assert_reads_or_refuses(garbage)


def assert_reads_or_refuses(update: bytes) -> None:
    keystroke, deletion = read_keystroke(update), read_deletion(update)
    try:
        read = read_update(update)
    except BadMessage:
        assert keystroke is None
        assert deletion is None
        return
    for struct in read.structs:
        assert struct.length > 0
        assert struct.clock + struct.length <= CLOCK_MAX
        assert struct.client_id <= FOREIGN_CLIENT_ID_MAX
    for read_one in (decode_state_vector, decode_id_set):
        with suppress(BadMessage):
            read_one(update)


@pytest.mark.parametrize("named", [(FOREIGN_CLIENT_ID_MAX + 1, 0), (5, CLOCK_MAX + 1)])
@pytest.mark.parametrize("info", [0x84, 0x44])
def test_a_keystroke_beside_an_impossible_name_is_refused(named: tuple[int, int], info: int) -> None:
    """The short way through a keystroke takes no name that the long way refuses."""
    update = update_of(bytes([info]) + varint(named[0]) + varint(named[1]) + text("words"))
    assert read_keystroke(update) is None
    with pytest.raises(BadMessage):
        read_update(update)


STRING_IN_ROOT = b"\x04\x01" + text("t")


@pytest.mark.parametrize(
    "update",
    {
        "ends early": update_of(STRING_IN_ROOT + text("abc"))[:-2],
        "trailing bytes": update_of(STRING_IN_ROOT + text("abc")) + b"\x00",
        "clients beyond the bytes": varint(2**31) + b"\x01",
        "structs beyond the bytes": varint(1) + varint(2**40) + varint(5) + varint(0),
        "values beyond the bytes": update_of(b"\x08\x01" + text("a") + varint(2**31) + b"\x7f"),
        "array beyond the bytes": update_of(b"\x08\x01" + text("a") + varint(1) + b"\x75" + varint(2**40)),
        "text beyond the bytes": update_of(STRING_IN_ROOT + varint(2**33) + b"abc"),
        "no UTF-8": update_of(STRING_IN_ROOT + text(b"\xff\xfe")),
        "half a character": update_of(STRING_IN_ROOT + text(b"\xed\xa0\x80")),
        "empty run": update_of(STRING_IN_ROOT + text("")),
        "empty garbage run": update_of(b"\x00" + varint(0)),
        "clock beyond 32 bits": update_of(STRING_IN_ROOT + text("abc"), clock=2**33),
        "length beyond 32 bits": update_of(b"\x01\x01" + text("t") + varint(2**32)),
        "client id beyond 53 bits": update_of(STRING_IN_ROOT + text("abc"), client=2**53),
        "a move": update_of(b"\x0b\x01" + text("t") + b"\x00" * 7),
        "a weak link": update_of(b"\x07\x01" + text("t") + varint(7) + b"\x00\x05\x00\x05\x00"),
        "a type no client knows": update_of(b"\x07\x01" + text("t") + varint(15)),
        "unused bits": update_of(b"\x14\x01" + text("t") + text("abc")),
        "a garbage run with flags": update_of(b"\x80\x05\x00\x01"),
        "a parent that is neither": update_of(b"\x04\x02" + text("t") + text("abc")),
        "the same client twice": varint(2)
        + 2 * (varint(1) + varint(5) + varint(0) + STRING_IN_ROOT + text("a"))
        + b"\0",
        "an empty deletion": b"\x00\x01\x05\x01\x00\x00",
        "a client twice in the deletions": b"\x00\x02\x05\x01\x00\x01\x05\x01\x01\x01",
        "a deep value": update_of(b"\x28\x01" + text("m") + text("k") + b"\x01" + b"\x75\x01" * 100_000 + b"\x75\x00"),
    }.items(),
    ids=lambda item: item[0],
)
def test_hostile_bytes_are_refused(update: tuple[str, bytes]) -> None:
    """What would make the library abort, allocate without end, wrap around or disagree with Yjs is refused."""
    with pytest.raises(BadMessage):
        read_update(update[1])
    assert read_keystroke(update[1]) is None
    assert read_deletion(update[1]) is None


@pytest.mark.parametrize("levels", [UPDATE_VALUE_DEPTH_MAX, UPDATE_VALUE_DEPTH_MAX + 2])
@pytest.mark.parametrize("by_sibling", [False, True])
def test_types_nested_too_deep_are_refused(levels: int, by_sibling: bool) -> None:
    """Nesting is counted also where a type names only its neighbour, not its parent."""
    structs = [b"\x27\x01" + text("m") + text("k") + b"\x01"]
    for _ in range(levels - 1):
        parent = len(structs) - 1
        if by_sibling:
            structs.append(b"\x04\x00" + varint(5) + varint(parent) + text("s"))
            structs.append(b"\x87" + varint(5) + varint(parent + 1) + b"\x01")
        else:
            structs.append(b"\x27\x00" + varint(5) + varint(parent) + text("k") + b"\x01")
    update = update_of(*structs)
    if levels <= UPDATE_VALUE_DEPTH_MAX:
        assert sum(struct.shared_type is SharedType.MAP for struct in read_update(update).structs) == levels
    else:
        with pytest.raises(BadMessage, match="nested"):
            read_update(update)


def test_a_megabyte_of_the_smallest_runs_is_refused_quickly() -> None:
    """The number of runs is bounded, so the largest message costs a moment, not seconds."""
    update = update_of(*[b"\x00\x01"] * 500_000)
    started = time.thread_time()
    with pytest.raises(BadMessage, match="at most"):
        read_update(update)
    assert time.thread_time() - started < 1


@given(st.dictionaries(st.integers(0, FOREIGN_CLIENT_ID_MAX), st.integers(0, CLOCK_MAX)))
def test_state_vectors_survive_a_round_trip(clocks: dict[int, int]) -> None:
    """A state vector is read as it was written."""
    assert decode_state_vector(encode_state_vector(clocks)) == clocks


def test_state_vectors_agree_with_pycrdt() -> None:
    """Ours and pycrdt's state vectors say the same."""
    doc = Doc(client_id=300)
    doc.apply_update(real_updates(1)[-2])
    clocks = decode_state_vector(doc.get_state())
    assert clocks
    assert doc.get_update(encode_state_vector(clocks)) == doc.get_update(doc.get_state())


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50), st.integers(1, 9))))
def test_id_sets_hold_the_same_ids_after_a_round_trip(ranges: list[tuple[int, int, int]]) -> None:
    """Ranges are joined, and no id is lost or added."""

    def ids(some: list[tuple[int, int, int]]) -> set[tuple[int, int]]:
        return {(client, at) for client, clock, length in some for at in range(clock, clock + length)}

    again = decode_id_set(encode_id_set(ranges))
    assert ids(again) == ids(ranges)
    for before, after in pairwise(again):
        assert before[0] != after[0] or before[1] + before[2] < after[1], "neighbours are joined"
