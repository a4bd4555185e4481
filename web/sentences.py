"""What is wrong with a value, in our own words: a sentence for every kind of mistake that validation finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

#: Mistakes named in one answer; the first ones are enough to go on.
MISTAKES_MAX: Final = 20
_WHOLE: Final = "This must be a whole number."
_NUMBER: Final = "This must be a number."
_BOOLEAN: Final = "This must be true or false."
_OBJECT: Final = "This must be an object."
_LIST: Final = "This must be a list."
_UUID: Final = "This must be a UUID, such as 0b5e9e0c-6d0f-4f0e-9a53-0d6a3c1f7b42."
_MOMENT: Final = "This must be a date and time with a time zone, such as 2027-01-31T12:00:00Z."
#: By the names that pydantic gives its errors; braces are filled from the error's context.
SENTENCES: Final[Mapping[str, str]] = {
    "missing": "This is missing.",
    "extra_forbidden": "This is not known here; leave it out.",
    "string_type": "This must be a text.",
    "string_unicode": "This must be a text without half characters.",
    "string_too_short": "This must have {min_length} or more characters.",
    "string_too_long": "This must have at most {max_length} characters.",
    "string_pattern_mismatch": 'This must have the form "{pattern}".',
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "dict_type": _OBJECT,
    "mapping_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "too_short": "This must have {min_length} or more items.",
    "too_long": "This must have at most {max_length} items.",
    "greater_than_equal": "This must be {ge} or more.",
    "greater_than": "This must be more than {gt}.",
    "less_than_equal": "This must be {le} or less.",
    "less_than": "This must be less than {lt}.",
    "literal_error": "This must be one of {expected}.",
    "enum": "This must be one of {expected}.",
    "none_required": "This must be null.",
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": _UUID,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "timezone_aware": _MOMENT,
}


def sentences(error: ValidationError) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """Yield the place and the sentence of each mistake, the first MISTAKES_MAX."""
    for found in error.errors(include_url=False, include_input=False)[:MISTAKES_MAX]:
        yield found["loc"], _sentence(found["type"], found["msg"], found.get("ctx", {}))


def as_sentence(text: str) -> str:
    """Return a message with a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _sentence(kind: str, message: str, context: Mapping[str, Any]) -> str:
    if kind in SENTENCES:
        return SENTENCES[kind].format(**context)
    # A check of our own, which says it itself.
    text = str(context["error"]) if kind in ("value_error", "assertion_error") and "error" in context else message
    return as_sentence(text.replace("Input should be", "This must be", 1))
