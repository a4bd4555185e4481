"""P6: what may enter a document, and what may not, whoever sends it."""

import random
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map, Text, merge_updates

from core.crdt.admission import Admission, Gap, Judgement, UpdateTooLarge
from core.crdt.updates import decode_state_vector
from core.errors import BadMessage, Refused, TooLarge
from core.limits import DOCUMENT_BYTES_MAX, UPDATE_BYTES_MAX, UPDATE_CLIENTS_MAX

ANNE, BERT = uuid4(), uuid4()


class Author:
    """A client that edits and keeps what it would send."""

    def __init__(self, client_id: int) -> None:
        self.doc: Doc = Doc(client_id=client_id)
        self.text = self.doc.get("t", type=Text)
        self.map = self.doc.get("m", type=Map)
        self.sent: list[bytes] = []
        self.doc.observe(lambda event: self.sent.append(event.update))

    def write(self, words: str, at: int = 0) -> bytes:
        self.text.insert(at, words)
        return self.sent[-1]

    def erase(self, start: int, stop: int) -> bytes:
        del self.text[start:stop]
        return self.sent[-1]

    def hear(self, *updates: bytes) -> None:
        heard = len(self.sent)
        for update in updates:
            self.doc.apply_update(update)
        del self.sent[heard:]


def empty() -> Admission:
    return Admission(clocks={}, owners={})


def admit(admission: Admission, update: bytes, person: UUID) -> Judgement:
    judgement = admission.judge(update, person)
    admission.accept(judgement, person)
    return judgement


def state_of(admission: Admission) -> tuple[dict[int, int], dict[int, UUID | None]]:
    return dict(admission.clocks), dict(admission.owners)


def test_the_first_edit_claims_its_client_id() -> None:
    """An id nobody has used before becomes its sender's; from then on it is not claimed again."""
    admission, anne = empty(), Author(5)
    first = admit(admission, anne.write("hello"), ANNE)
    assert first.claims == (5,)
    assert first.inserts == ((5, 0, 5),)
    assert not first.has_deletes
    assert not first.is_known
    assert admission.owners == {5: ANNE}
    second = admit(admission, anne.write("!", 5), ANNE)
    assert second.claims == ()
    assert second.inserts == ((5, 5, 1),)


def test_judging_changes_nothing() -> None:
    """A judged update that is not accepted leaves no trace."""
    admission, anne = empty(), Author(5)
    admit(admission, anne.write("hello"), ANNE)
    before = state_of(admission)
    admission.judge(anne.write("more"), ANNE)
    admission.judge(Author(6).write("other"), BERT)
    assert state_of(admission) == before


def test_new_structs_under_anothers_id_are_refused() -> None:
    """Authors cannot be forged: neither by the fast way, nor the long one, nor inside a larger update."""
    admission, anne = empty(), Author(5)
    admit(admission, anne.write("hello"), ANNE)
    before = state_of(admission)
    forger = Author(5)
    forger.hear(*anne.sent)
    typed = forger.write("x", 5)
    forger.map["k"] = 1
    own = Author(9).write("mine")
    for forged in (typed, merge_updates(typed, forger.sent[-1]), merge_updates(own, typed)):
        with pytest.raises(Refused, match="belongs to another person"):
            admission.judge(forged, BERT)
    assert state_of(admission) == before
    assert admission.judge(typed, ANNE).inserts == ((5, 5, 1),), "its owner may"


def test_a_retired_id_is_of_no_use_to_anyone() -> None:
    """New structs under a retired id are refused; known ones are harmless."""
    admission, anne = empty(), Author(5)
    known = anne.write("hello")
    admit(admission, known, ANNE)
    admission.own(5, None)
    for update in (anne.write("x", 5), anne.write("y")):
        with pytest.raises(Refused, match="retired"):
            admission.judge(update, ANNE)
    assert admission.judge(known, BERT).is_known


def test_an_id_with_content_but_no_known_owner_cannot_be_claimed() -> None:
    """What somebody unknown has written is not up for grabs; an id that a state vector merely names is free."""
    anne = Author(5)
    anne.write("hello")
    admission = Admission(clocks={5: 5, 6: 0}, owners={})
    with pytest.raises(Refused, match="another author"):
        admission.judge(anne.write("x"), BERT)
    assert admission.judge(Author(6).write("free"), BERT).claims == (6,)


def test_known_structs_of_anybody_are_harmless() -> None:
    """A sync answer after a reconnect repeats the whole document and its deletions."""
    admission, anne, bert = empty(), Author(5), Author(6)
    admit(admission, anne.write("hello"), ANNE)
    bert.hear(*anne.sent)
    admit(admission, bert.write("B"), BERT)
    admit(admission, bert.erase(1, 3), BERT)
    again = admission.judge(bert.doc.get_update(), uuid4())
    assert again == Judgement((), (), True, True, False, again.size)


def test_an_overlap_brings_only_what_is_new() -> None:
    """An update that repeats known structs and adds to them is cut to the new part."""
    admission, anne = empty(), Author(5)
    admit(admission, anne.write("hello"), ANNE)
    anne.write(" world", 5)
    judgement = admit(admission, anne.doc.get_update(), ANNE)
    assert judgement.overlaps
    assert judgement.inserts == ((5, 5, 6),)
    assert judgement.claims == ()


def test_a_clock_gap_is_a_gap() -> None:
    """An update that skips its author's earlier one is a gap, and none once that has been stored elsewhere."""
    admission, anne = empty(), Author(5)
    admit(admission, anne.write("hello"), ANNE)
    missing, late = anne.write("a", 5), anne.write("b", 6)
    with pytest.raises(Gap):
        admission.judge(late, ANNE)
    admission.accept_stored(missing, ANNE)
    assert admission.judge(late, ANNE).inserts == ((5, 6, 1),)


def test_what_an_edit_stands_on_must_be_known() -> None:
    """A missing origin, right origin or parent is a gap: pycrdt would hide the edit without a word."""
    anne, bert = Author(5), Author(6)
    hello = anne.write("hello")
    anne.map["in"] = Map({"a": 1})
    nested = anne.sent[-1]
    bert.hear(hello, nested)
    after = bert.write("x", 5)
    before = bert.write("y", 0)
    bert.map["in"]["b"] = 2
    inside = bert.sent[-1]
    for update, foundation in ((after, hello), (before, hello), (inside, nested)):
        admission = Admission(clocks={6: decode_first_clock(update)}, owners={6: BERT})
        with pytest.raises(Gap):
            admission.judge(update, BERT)
        admission.accept_stored(hello, ANNE)
        if foundation is nested:
            with pytest.raises(Gap):
                admission.judge(update, BERT)
            admission.accept_stored(nested, ANNE)
        assert admission.judge(update, BERT).inserts


def decode_first_clock(update: bytes) -> int:
    from core.crdt.updates import read_update

    return read_update(update).structs[0].clock


def test_unknown_deletes_are_a_gap() -> None:
    """Deleting what nobody has inserted yet would wait, invisible, inside the library."""
    admission, anne = empty(), Author(5)
    admit(admission, anne.write("hello"), ANNE)
    anne.write("more", 5)
    delete = anne.erase(4, 8)
    with pytest.raises(Gap, match="deletes"):
        admission.judge(delete, ANNE)
    admission.accept_stored(anne.sent[-2], ANNE)
    assert admission.judge(delete, ANNE) == Judgement((), (), True, True, False, len(delete))


def test_unknown_deletes_are_a_gap_beside_inserts_too() -> None:
    """The long way looks at deletions as the short one does."""
    admission, anne, bert = empty(), Author(5), Author(6)
    admit(admission, anne.write("hello"), ANNE)
    bert.hear(*anne.sent, anne.write("more", 5))
    both = merge_updates(bert.write("x"), bert.erase(7, 9))
    with pytest.raises(Gap, match="deletes"):
        admission.judge(both, BERT)
    admission.accept_stored(anne.sent[-1], ANNE)
    assert admission.judge(both, BERT).has_deletes


def test_an_update_may_delete_what_it_inserts() -> None:
    """Work done offline arrives with its own deletions."""
    anne = Author(5)
    anne.write("hello")
    anne.erase(1, 3)
    judgement = empty().judge(anne.doc.get_update(), ANNE)
    assert judgement.inserts == ((5, 0, 5),)
    assert judgement.has_deletes


def test_edits_of_several_clients_enter_together_whatever_their_order() -> None:
    """An update of a person's two page loads, each standing on the other, is integrated as a whole."""
    first, second = Author(5), Author(9)
    second.hear(first.write("one "))
    first.hear(second.write("two ", 4))
    second.hear(first.write("three", 8))
    update = second.doc.get_update()
    judgement = admit(admission := empty(), update, ANNE)
    assert set(judgement.claims) == {5, 9}
    assert admission.clocks == decode_state_vector(second.doc.get_state())


def test_structs_that_wait_for_each_other_never_enter() -> None:
    """Two structs whose origins are each other cannot be integrated; judging them ends."""
    circle = bytes.fromhex("02 01 06 00 84 05 00 03 616263 01 05 00 84 06 00 03 646566 00".replace(" ", ""))
    with pytest.raises(Gap):
        empty().judge(circle, ANNE)
    selfish = bytes.fromhex("01 01 05 00 84 05 00 01 78 00".replace(" ", ""))
    with pytest.raises(Gap):
        empty().judge(selfish, ANNE)


def test_bounds() -> None:
    """An update, a document and the ids of one update have bounds; the answer says what to do."""
    with pytest.raises(UpdateTooLarge, match="in parts") as refusal:
        empty().judge(Author(5).write("x" * UPDATE_BYTES_MAX), ANNE)
    assert isinstance(refusal.value, Refused)
    assert isinstance(refusal.value, TooLarge)
    anne = Author(5)
    full = Admission(clocks={}, owners={}, state_bytes=DOCUMENT_BYTES_MAX)
    with pytest.raises(UpdateTooLarge, match="document"):
        full.judge(anne.write("x"), ANNE)
    almost = Admission(clocks={5: 1}, owners={5: ANNE}, state_bytes=DOCUMENT_BYTES_MAX - 1)
    with pytest.raises(UpdateTooLarge, match="document"):
        almost.judge(anne.write("y", 1), ANNE)
    assert almost.judge(anne.erase(0, 1), ANNE).is_known, "deleting makes room"
    many = merge_updates(*[Author(100 + number).write("x") for number in range(UPDATE_CLIENTS_MAX + 1)])
    with pytest.raises(Refused, match="client ids"):
        empty().judge(many, ANNE)


def test_stored_updates_are_learned_in_order() -> None:
    """Another process's updates move clocks and owners on; one that is not next is a gap."""
    admission, anne = empty(), Author(5)
    first, second = anne.write("a"), anne.write("b", 1)
    with pytest.raises(Gap):
        admission.accept_stored(second, ANNE)
    admission.accept_stored(first, ANNE)
    admission.accept_stored(second, ANNE)
    admission.accept_stored(first, BERT)
    assert state_of(admission) == ({5: 2}, {5: ANNE})


@given(st.integers(0, 10**9))
@settings(max_examples=80)
def test_honest_work_is_always_admitted_and_integrates(seed: int) -> None:
    """Three people who edit, sync and reconnect are never refused, and the clocks are those of the document."""
    pick = random.Random(seed)
    people = [uuid4() for _ in range(3)]
    authors = [Author(client_id) for client_id in pick.sample([1, 7, 300, 2**31 - 3, 2**53 - 3], 3)]
    log: list[bytes] = []
    admission, server = empty(), Doc()
    for _ in range(60):
        index = pick.randrange(3)
        author = authors[index]
        match pick.randrange(5):
            case 0 | 1:
                author.write(pick.choice(["a", "bc ", "déjà ", "😀"]), pick.choice([0, len(author.text)]))
            case 2 if str(author.text).isascii() and len(author.text):
                author.erase(0, pick.randint(1, len(author.text)))
            case 3:
                author.map[pick.choice("ab")] = pick.choice([1, "x", Map({"z": 1})])
            case _:
                # Reconnect: everything the author has, then everything the server has.
                author.sent = [author.doc.get_update()]
                authors[index].hear(server.get_update())
        for update in author.sent:
            judgement = admission.judge(update, people[index])
            server.apply_update(update)
            if judgement.inserts or judgement.has_deletes:
                admission.accept(judgement, people[index])
                log.append(update)
            assert {c: k for c, k in admission.clocks.items() if k} == decode_state_vector(server.get_state())
        author.sent = []
    assert log


@given(st.integers(0, 10**9), st.data())
@settings(max_examples=300)
def test_what_is_admitted_integrates_at_once(seed: int, data: st.DataObject) -> None:
    """Mutated bytes that pass the judge move the document's clocks exactly as judged, or the library says no aloud."""
    pick = random.Random(seed)
    anne, server, admission = Author(5), Doc(), empty()
    server.get("t", type=Text)
    server.get("m", type=Map)
    for _ in range(5):
        anne.write(pick.choice(["abc", "é"]), 0)
        anne.map["k"] = pick.choice([1, Map({"t": Text("x")})])
    for update in anne.sent[:-3]:
        admit(admission, update, ANNE)
        server.apply_update(update)
    mutated = bytearray(merge_updates(*anne.sent[-3:]))
    for _ in range(data.draw(st.integers(0, 3))):
        mutated[data.draw(st.integers(0, len(mutated) - 1))] = data.draw(st.integers(0, 255))
    try:
        judgement = admission.judge(bytes(mutated), ANNE)
    except (BadMessage, Refused):
        return
    try:
        server.apply_update(bytes(mutated))
    except (ValueError, RuntimeError):
        return
    admission.accept(judgement, ANNE)
    assert {c: k for c, k in admission.clocks.items() if k} == decode_state_vector(server.get_state())
