"""Canaries: faults of pycrdt 0.14.13 that the product works around. When one of these fails, a workaround may go."""

import random
import subprocess
import sys

import pytest
from pycrdt import Doc, Text

from core.crdt.updates import decode_state_vector

SEED = 20261121
#: A map entry holding an array in an array in an array ..., printed.
DEEP = """
from pycrdt import Doc, Map
levels = 200_000
doc = Doc()
doc.get("m", type=Map)
doc.apply_update(bytes.fromhex("010105002801016d016b01") + b"\\x75\\x01" * levels + b"\\x75\\x00\\x00")
print(len(str(doc["m"])))
"""


def updates_of_three_people(pick: random.Random) -> tuple[list[bytes], str]:
    """Edits in the order they were made, and the text they make."""
    docs = [Doc(client_id=100 + number) for number in range(3)]
    updates: list[bytes] = []
    for _ in range(40):
        doc = pick.choice(docs)
        if pick.random() < 0.35:
            doc.apply_update(pick.choice(docs).get_update(doc.get_state()))
            continue
        text, before = doc.get("t", type=Text), doc.get_state()
        if len(text) and pick.random() < 0.3:
            at = pick.randrange(len(text))
            del text[at : at + 1]
        else:
            text.insert(pick.randint(0, len(text)), pick.choice("abcdefg"))
        updates.append(doc.get_update(before))
    return updates, text_of(updates)


def text_of(updates: list[bytes]) -> str:
    doc = Doc()
    for update in updates:
        doc.apply_update(update)
    return str(doc.get("t", type=Text))


def test_updates_out_of_causal_order_are_still_lost() -> None:
    """Applying updates in another order than they were made loses some: so everyone applies them in log order."""
    pick = random.Random(SEED)
    wrong = 0
    for _ in range(60):
        updates, whole = updates_of_three_people(pick)
        shuffled = pick.sample(updates, len(updates))
        wrong += text_of(shuffled) != whole
        assert text_of(updates) == whole
    assert wrong > 0, f"pycrdt may wait for missing updates now (seed {SEED}): read its release notes"


def test_an_update_that_stands_on_something_missing_still_vanishes() -> None:
    """No error, no event, not in the state: so admission looks for what an update stands on."""
    author = Doc(client_id=5)
    text = author.get("t", type=Text)
    text.insert(0, "abc")
    before = author.get_state()
    text.insert(3, "def")
    doc, events = Doc(), []
    subscription = doc.observe(lambda event: events.append(event.update))
    doc.apply_update(author.get_update(before))
    assert str(doc.get("t", type=Text)) == ""
    assert not any(decode_state_vector(doc.get_state()).values())
    assert [event for event in events if event != b"\x00\x00"] == []
    subscription.drop()


def test_a_clock_beyond_32_bits_still_wraps_around() -> None:
    """Clock 2**33 is taken for 0 without a word: so the reader bounds clocks."""
    doc = Doc()
    doc.apply_update(bytes.fromhex("0101058080808020040101740361626300"))
    assert str(doc.get("t", type=Text)) == "abc"


def test_deep_values_still_kill_the_process() -> None:
    """Printing a value 200,000 levels deep overflows the stack: so the reader and the guard bound nesting."""
    run = subprocess.run([sys.executable, "-c", DEEP], capture_output=True, check=False, timeout=300)
    assert run.returncode < 0, "deep values no longer kill the process"


def test_a_panic_is_still_no_ordinary_exception() -> None:
    """It derives from BaseException: whoever applies updates must expect it, and give the document up."""
    doc = Doc()
    text = doc.get("t", type=Text)
    text.insert(0, "abc")
    with pytest.raises(BaseException, match=r"\w") as panic:
        del text[1:9]
    assert type(panic.value).__name__ == "PanicException"
    assert not isinstance(panic.value, Exception)
