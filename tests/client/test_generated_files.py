"""What the client generates from the server is what the server says now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.documents.kinds import KINDS
from core.documents.schema import FIELD, Record
from core.documents.world import TRAIT_TEMPLATES
from tests.client.conftest import CLIENT, Check
from web.description import api_description, as_text, kinds_description, main

GENERATED = CLIENT / "src" / "api"
STALE = "this file is stale: run `make types` and commit what it writes"


def test_the_kinds_are_not_stale() -> None:
    """Every field, choice, suggestion and limit that forms are built from."""
    assert (GENERATED / "kinds.generated.json").read_text() == as_text(kinds_description()), STALE


def test_the_types_of_the_api_are_not_stale(check: Check, tmp_path: Path) -> None:
    """Every route, parameter and model."""
    described, typed = tmp_path / "openapi.json", tmp_path / "schema.ts"
    described.write_text(as_text(api_description()))
    check("openapi-typescript", str(described), "-o", str(typed))
    assert (GENERATED / "schema.generated.ts").read_text() == typed.read_text(), STALE


def test_every_field_says_how_it_is_edited() -> None:
    """At every level, records and entries included; otherwise a form would have to guess."""
    described = kinds_description()
    assert described["kinds"].keys() == KINDS.keys()
    assert described["trait_templates"] == TRAIT_TEMPLATES
    seen: set[str] = set()

    def walk(schema: dict[str, Any], fields: dict[str, Any]) -> None:
        assert fields.keys() <= schema["properties"].keys()
        for name, field in fields.items():
            described = schema["properties"][name]
            assert described[FIELD] == {"LongText": "text"}.get(type(field).__name__, type(field).__name__.lower())
            seen.add(described[FIELD])
            inner = described if isinstance(field, Record) else described.get("additionalProperties")
            if hasattr(field, "fields"):
                walk(inner, field.fields)

    for name, kind in KINDS.items():
        schema = described["kinds"][name]["schema"]
        assert described["kinds"][name]["title_field"] in schema["properties"]
        if kind.schema is not None:
            walk(schema, dict(kind.schema.fields))
    words = {
        "line",
        "choice",
        "whole",
        "number",
        "labels",
        "text",
        "reference",
        "colour",
        "traits",
        "entries",
        "record",
    }
    assert seen == words


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    """What `make types` calls; a wrong name is told, and writes nothing."""
    for name in ("api", "kinds"):
        main([name, str(tmp_path / "new" / name)])
        assert json.loads((tmp_path / "new" / name).read_text())
    for wrong in ([], ["kinds"], ["songs", str(tmp_path / "x")]):
        with pytest.raises(SystemExit, match="usage"):
            main(wrong)
    assert not (tmp_path / "x").exists()
