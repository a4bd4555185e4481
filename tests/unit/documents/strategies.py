"""Documents drawn at random from a schema."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from core.documents.kinds import KINDS
from core.documents.schema import (
    Choice,
    Colour,
    Entries,
    Flag,
    Labels,
    Line,
    LongText,
    Number,
    Record,
    Reference,
    Traits,
    Whole,
)

CHARACTERS = st.sampled_from("ab é😀\n/~中")
SHORT = st.text(CHARACTERS, max_size=8)
LABEL = st.text(st.sampled_from("abcé😀/~."), min_size=1, max_size=3)
IDS = st.sampled_from(["a", "b", "c", "d-1", "E_2"])
PLACES = st.sampled_from(["A", "V", "V", "W", "z", "AV"])
SCHEMA_KINDS = [kind for kind in KINDS.values() if kind.schema is not None]


def values_of(field: Any) -> st.SearchStrategy[Any]:
    """The JSON a field may hold."""
    match field:
        case Line():
            return st.one_of(st.none(), SHORT)
        case Choice(values):
            return st.one_of(st.none(), st.sampled_from(values))
        case Whole(low, high):
            return st.one_of(st.none(), st.integers(low, high))
        case Number(low, high):
            return st.one_of(st.none(), st.floats(low, high, width=32))
        case Flag():
            return st.one_of(st.none(), st.booleans())
        case Reference():
            return st.one_of(st.none(), st.integers(0, 9).map(lambda number: str(UUID(int=number))))
        case Colour():
            return st.sampled_from([None, "#000000", "#aB12ef"])
        case LongText():
            return SHORT
        case Labels():
            return st.lists(LABEL, max_size=4, unique=True)
        case Traits():
            trait = st.one_of(SHORT, st.booleans(), st.integers(0, 2), st.just(1.5), st.lists(SHORT, max_size=2))
            return st.dictionaries(LABEL, trait, max_size=3)
        case Record(fields):
            return fields_of(fields)
        case Entries(fields):
            entry = fields_of(fields).flatmap(lambda entry: PLACES.map(lambda place: {"pos": place, **entry}))
            return st.dictionaries(IDS, entry, max_size=4)
    raise AssertionError(field)


def fields_of(fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: values_of(field) for name, field in fields.items()})


def contents(kind: Any) -> st.SearchStrategy[dict[str, Any]]:
    """The JSON of a whole document of a kind."""
    return fields_of(kind.schema.fields)


#: A kind with two contents of it.
KIND_AND_TWO = st.sampled_from(SCHEMA_KINDS).flatmap(
    lambda kind: st.tuples(st.just(kind), contents(kind), contents(kind))
)
