"""What a document may hold, said once: from these fields come its CRDT roots, its JSON, its guard and its JSON Schema.

How a field lives in the CRDT:

    Line, Choice, Whole, Flag, Reference   a plain value in the map around it; the last writer wins
    LongText                               a Y.Text; at the top level and in a record a root of its own (`style.prompt`)
    Labels                                 a Y.Map label -> position; in JSON an ordered list
    Traits                                 a Y.Map name -> text, number, boolean or list of texts
    Entries                                a Y.Map id -> Y.Map with the fields and `pos`; in JSON an object by id
    Record                                 a root Y.Map for its plain values; only at the top level

Containers that always exist are roots, because two people who create the same nested container at once lose one of
the two. Containers inside an entry are created together with it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias, TypeGuard
from uuid import UUID

from core.limits import ENTRY_ID_CHARS_MAX, LABEL_CHARS_MAX, LINE_CHARS_MAX, PARAGRAPH_CHARS_MAX, TEXT_CHARS_MAX

#: The key of an entry's place among its siblings.
POSITION: Final = "pos"
#: The key of a JSON Schema under which a field says how it lives in the CRDT: two that look alike in JSON are edited
#: in different ways.
FIELD: Final = "x-field"
#: The key under which a reference says which kind of document it means.
TARGET: Final = "x-kind"
#: JavaScript's largest exact whole number.
_WHOLE_MAX: Final = 2**53 - 1
_ENTRY_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{ENTRY_ID_CHARS_MAX}}}")
_HEX_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A short text that is replaced as a whole. Suggestions are shown, anything else is accepted too."""

    suggestions: tuple[str, ...] = ()
    chars_max: int = LINE_CHARS_MAX

    def problem(self, value: object) -> str | None:
        """Say what is wrong with a value, or None."""
        return _text_problem(value, self.chars_max)

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        schema: dict[str, Any] = {"type": ["string", "null"], "maxLength": self.chars_max, FIELD: "line"}
        return schema | ({"examples": list(self.suggestions)} if self.suggestions else {})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words the product acts upon."""

    values: tuple[str, ...]

    def problem(self, value: object) -> str | None:
        """Say what is wrong with a value, or None."""
        return None if isinstance(value, str) and value in self.values else f"must be one of {', '.join(self.values)}"

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        return {"enum": [*self.values, None], FIELD: "choice"}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number in a range."""

    low: int
    high: int

    def problem(self, value: object) -> str | None:
        """Say what is wrong with a value, or None. The CRDT gives every number back as a float."""
        if not _is_number(value) or value != int(value) or not self.low <= value <= self.high:
            return f"must be a whole number from {self.low} to {self.high}"
        return None

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        return {"type": ["integer", "null"], "minimum": self.low, "maximum": self.high, FIELD: "whole"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a range."""

    low: float
    high: float

    def problem(self, value: object) -> str | None:
        """Say what is wrong with a value, or None."""
        if not _is_number(value) or not self.low <= value <= self.high:
            return f"must be a number from {self.low:g} to {self.high:g}"
        return None

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        return {"type": ["number", "null"], "minimum": self.low, "maximum": self.high, FIELD: "number"}


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def problem(self, value: object) -> str | None:
        """Say what is wrong with a value, or None."""
        return None if isinstance(value, bool) else "must be true or false"

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        return {"type": ["boolean", "null"], FIELD: "flag"}


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of another document."""

    #: The kind of the document meant.
    kind: str

    def problem(self, value: object) -> str | None:
        """Say what is wrong with a value, or None. Whether that document exists is a warning's business."""
        try:
            # Only the usual spelling: two spellings of one id would not be found by a search.
            if isinstance(value, str) and str(UUID(value)) == value:
                return None
        except ValueError:
            pass
        return f"must be the id of a {self.kind}"

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        return {
            "type": ["string", "null"],
            "format": "uuid",
            "description": f"The id of a {self.kind}.",
            FIELD: "reference",
            TARGET: self.kind,
        }


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as #rrggbb."""

    def problem(self, value: object) -> str | None:
        """Say what is wrong with a value, or None."""
        if isinstance(value, str) and _HEX_COLOUR.fullmatch(value):
            return None
        return "must be a colour like #1a2b3c"

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        return {"type": ["string", "null"], "pattern": f"^{_HEX_COLOUR.pattern}$", FIELD: "colour"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LongText:
    """A text several people write in at once."""

    chars_max: int = TEXT_CHARS_MAX

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        return {"type": "string", "maxLength": self.chars_max, FIELD: "text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """An ordered list of distinct short texts."""

    suggestions: tuple[str, ...] = ()

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        items: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LABEL_CHARS_MAX}
        items |= {"examples": list(self.suggestions)} if self.suggestions else {}
        return {"type": "array", "uniqueItems": True, "items": items, FIELD: "labels"}


@dataclass(frozen=True, slots=True)
class Traits:
    """Named values of the writer's own making: text, number, boolean or list of texts."""

    def problem(self, value: object) -> str | None:
        """Say what is wrong with one trait's value, or None."""
        if isinstance(value, bool) or _is_number(value):
            return None
        if isinstance(value, str):
            return _text_problem(value, PARAGRAPH_CHARS_MAX)
        if isinstance(value, list):
            return next(filter(None, (_text_problem(item, LINE_CHARS_MAX) for item in value)), None)
        return "must be a text, a number, true or false, or a list of texts"

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        values = [
            {"type": "string", "maxLength": PARAGRAPH_CHARS_MAX},
            {"type": "number"},
            {"type": "boolean"},
            {"type": "array", "items": {"type": "string", "maxLength": LINE_CHARS_MAX}},
        ]
        return {"type": "object", "additionalProperties": {"anyOf": values}, FIELD: "traits"}


#: A value that is replaced as a whole.
Plain: TypeAlias = Line | Choice | Whole | Number | Flag | Reference | Colour
#: What may stand in an entry.
EntryField: TypeAlias = Plain | LongText | Labels | Traits


@dataclass(frozen=True, slots=True)
class Entries:
    """Things by id that people add, remove and reorder."""

    fields: Mapping[str, EntryField]

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        place = {"type": ["string", "null"], "description": "Place among the others; entries sort by it, then by id."}
        entry = _object_schema({name: field.json_schema() for name, field in self.fields.items()} | {POSITION: place})
        names = {"pattern": f"^{_ENTRY_ID.pattern}$"}
        return {"type": "object", "propertyNames": names, "additionalProperties": entry, FIELD: "entries"}


#: What may stand in a record.
RecordField: TypeAlias = EntryField | Entries


@dataclass(frozen=True, slots=True)
class Record:
    """Fields that belong together."""

    fields: Mapping[str, RecordField]

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form."""
        return _object_schema({name: field.json_schema() for name, field in self.fields.items()}) | {FIELD: "record"}


Field: TypeAlias = EntryField | Entries | Record
PLAIN_FIELDS: Final = (Line, Choice, Whole, Number, Flag, Reference, Colour)


class Violation(NamedTuple):
    """Where a document broke its schema, and how."""

    #: JSON Pointer.
    path: str
    reason: str


class Root(NamedTuple):
    """One root of the CRDT document and what it holds."""

    #: Where it stands in the JSON.
    path: tuple[str, ...]
    #: A text, labels, traits or entries; for a map of plain values, its fields by key.
    field: LongText | Labels | Traits | Entries | Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of one kind of document."""

    name: str
    fields: Mapping[str, Field]

    def roots(self) -> dict[str, Root]:
        """Return every root by its name. Plain values at the top level lie in a map named like the kind."""
        plain = {name: field for name, field in self.fields.items() if isinstance(field, PLAIN_FIELDS)}
        roots: dict[str, Root] = {self.name: Root((), plain)}
        for name, field in self.fields.items():
            match field:
                case Record(fields):
                    inner = {key: part for key, part in fields.items() if isinstance(part, PLAIN_FIELDS)}
                    roots[name] = Root((name,), inner)
                    for key, part in fields.items():
                        if isinstance(part, (LongText, Labels, Traits, Entries)):
                            roots[f"{name}.{key}"] = Root((name, key), part)
                case LongText() | Labels() | Traits() | Entries():
                    roots[name] = Root((name,), field)
        assert len({root.path for root in roots.values()}) == len(roots), "two roots for one place"
        return roots

    def json_schema(self) -> dict[str, Any]:
        """Describe the JSON form of the whole document (JSON Schema 2020-12)."""
        schema = _object_schema({name: field.json_schema() for name, field in self.fields.items()})
        return {"title": self.name, **schema}


def is_entry_id(value: str) -> bool:
    """Say whether a key may name an entry."""
    return _ENTRY_ID.fullmatch(value) is not None


def label_problem(value: object) -> str | None:
    """Say what is wrong with a label or the name of a trait, or None."""
    if isinstance(value, str) and not value.strip():
        return "must not be empty"
    return _text_problem(value, LABEL_CHARS_MAX)


def text_problem(value: object, field: LongText) -> str | None:
    """Say what is wrong with the JSON form of a long text, or None."""
    return _text_problem(value, field.chars_max)


def pointer(path: tuple[str, ...]) -> str:
    """Return the JSON Pointer (RFC 6901) of a path: how people and PATCH name a place."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def _text_problem(value: object, chars_max: int) -> str | None:
    if not isinstance(value, str):
        return "must be a text"
    # In UTF-16 units, as the CRDT and JavaScript count: one or two a character.
    if len(value) > chars_max or (2 * len(value) > chars_max and _units_in(value) > chars_max):
        return f"must be at most {chars_max} characters long"
    if "\x00" in value:
        return "must not contain the character U+0000"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "must not contain half a character"
    return None


def _units_in(value: str) -> int:
    return len(value) if value.isascii() else len(value) + sum(char > "\uffff" for char in value)


def _is_number(value: object) -> TypeGuard[float]:
    """Say whether the value is a finite number that JavaScript can hold; true and false are none."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) <= _WHOLE_MAX
    return isinstance(value, float) and math.isfinite(value)


def _object_schema(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}
