"""What the browser client's generated files are made from: the API's description, and the fields of every kind.

    python -m web.description api build/openapi.json
    python -m web.description kinds web/client/src/api/kinds.generated.json

Both follow from the code alone: no server runs. `make types` writes the client's files anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from core.documents.kinds import KINDS
from core.documents.world import TRAIT_TEMPLATES
from core.limits import (
    ENTRIES_MAX,
    ENTRY_ID_CHARS_MAX,
    LABEL_CHARS_MAX,
    LABELS_MAX,
    LINE_CHARS_MAX,
    NAME_CHARS_MAX,
    PARAGRAPH_CHARS_MAX,
    POSITION_CHARS_MAX,
)
from web.api.system import program_version
from web.app import ROUTES
from web.openapi import describe


def api_description() -> dict[str, Any]:
    """Return the description of the API (OpenAPI 3.1), as a running studio serves it."""
    return describe(ROUTES, version=program_version())


def kinds_description() -> dict[str, Any]:
    """Return what forms are built from: of each kind the JSON Schema, whose `x-field` says how a field is edited."""
    return {
        "kinds": {
            name: {"title_field": kind.title_field, "schema": kind.json_schema()} for name, kind in KINDS.items()
        },
        "trait_templates": TRAIT_TEMPLATES,
        "limits": {
            "label_chars": LABEL_CHARS_MAX,
            "labels": LABELS_MAX,
            "entries": ENTRIES_MAX,
            "entry_id_chars": ENTRY_ID_CHARS_MAX,
            "position_chars": POSITION_CHARS_MAX,
            "trait_name_chars": LABEL_CHARS_MAX,
            "trait_text_chars": PARAGRAPH_CHARS_MAX,
            "trait_item_chars": LINE_CHARS_MAX,
            "person_name_chars": NAME_CHARS_MAX,
        },
    }


def as_text(description: dict[str, Any]) -> str:
    """Return a description as the file holds it: a change of one field is a change of one line."""
    return json.dumps(description, indent=1, ensure_ascii=False) + "\n"


DESCRIPTIONS = {"api": api_description, "kinds": kinds_description}


def main(arguments: list[str]) -> None:
    """Write one description to a file. Raises SystemExit with the usage."""
    if len(arguments) != 2 or arguments[0] not in DESCRIPTIONS:
        raise SystemExit(f"usage: python -m web.description {'|'.join(DESCRIPTIONS)} FILE")
    target = Path(arguments[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(as_text(DESCRIPTIONS[arguments[0]]()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
