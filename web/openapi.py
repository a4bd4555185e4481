"""The description of the API (OpenAPI 3.1), made from the same table that serves it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from core.documents.kinds import KINDS
from core.roles import Role
from web.problems import MEDIA_TYPE, Problem
from web.routing import JSON, Route

TEMPLATE: Final = "#/components/schemas/{model}"
PARAMETER: Final = re.compile(r"\{(\w+)\}")
ASSET_ID: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
UUID_TEXT: Final = {
    "type": "string",
    "format": "uuid",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
}
#: Failures every request can meet.
ALWAYS: Final = (HTTPStatus.SERVICE_UNAVAILABLE,)
#: Request headers that handlers read, as parameters.
HEADERS: Final = {
    "If-Match": "Only while the document is still at this ETag.",
    "If-None-Match": "Only unless it is still this ETag.",
    "Idempotency-Key": "The same key is the same job, however often it is sent.",
    "Last-Event-ID": "Go on after this position.",
    "Range": "One range of bytes, such as `bytes=0-1023`.",
}

Schema = dict[str, Any]


def describe(table: Sequence[Route], *, version: str) -> Schema:
    """Return the description of these routes."""
    schemas = _schemas(table)
    paths: dict[str, Schema] = {}
    for route in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Counterpoint",
            "version": version,
            "description": "Songs, personas and worlds, written together. Errors are `application/problem+json`.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.definitions,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "counterpoint_session"},
            },
        },
    }


class _Schemas:
    """Where each model is described, as it is read and as it is written."""

    def __init__(self, places: Mapping[tuple[Any, JsonSchemaMode], Schema], definitions: Schema) -> None:
        self._places = places
        self.definitions = definitions

    def of(self, model: type[BaseModel], mode: JsonSchemaMode) -> Schema:
        """Return the reference to a model."""
        return self._places[model, mode]


def _schemas(table: Sequence[Route]) -> _Schemas:
    wanted: dict[tuple[Any, JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for route in table:
        wanted |= {(model, "validation"): None for model in route.operation.body.values()}
        if route.operation.gives is not None:
            wanted[route.operation.gives, "serialization"] = None
    places, found = models_json_schema(list(wanted), ref_template=TEMPLATE)
    definitions: Schema = found["$defs"]
    if "DocumentState" in definitions:
        _describe_kinds(definitions)
    return _Schemas(places, definitions)


def _describe_kinds(definitions: Schema) -> None:
    """A document's state is one of the kinds: its fields beside the four that every document has."""
    base = definitions["DocumentState"]
    variants = {}
    for name, kind in KINDS.items():
        fields = kind.json_schema()["properties"]
        own = {**base["properties"], "kind": {"const": name}, **fields}
        variants[f"{name.capitalize()}State"] = {
            "type": "object",
            "properties": own,
            "required": [*base["required"], *fields],
        }
    definitions["DocumentState"] = {
        "description": base["description"],
        "oneOf": [{"$ref": TEMPLATE.format(model=name)} for name in variants],
    }
    definitions |= variants


def _operation(route: Route, schemas: _Schemas) -> Schema:
    operation: Schema = {
        "operationId": f"{route.operation.handler.__module__.rpartition('.')[2]}_{route.operation.handler.__name__}",
        "summary": route.operation.summary,
        "tags": [route.operation.handler.__module__.rpartition(".")[2]],
        "parameters": list(_parameters(route)),
        "responses": {str(int(status)): response for status, response in _responses(route, schemas)},
        "security": [{"token": []}, {"session": []}] if isinstance(route.role, Role) else [],
    }
    if isinstance(route.role, Role):
        operation["description"] = f"Needs the role {route.role} or one that includes it."
    if route.operation.body:
        content = {media: {"schema": schemas.of(model, "validation")} for media, model in route.operation.body.items()}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(route: Route) -> Iterator[Schema]:
    for name in PARAMETER.findall(route.path):
        schema = ASSET_ID if name == "asset_id" else UUID_TEXT
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if route.operation.query is not None:
        described = route.operation.query.model_json_schema(ref_template=TEMPLATE)
        for name, schema in described["properties"].items():
            inner = _inlined(_without_null(schema), described.get("$defs", {}))
            text = inner.pop("description", None)
            parameter = {
                "name": name,
                "in": "query",
                "required": name in described.get("required", ()),
                "schema": inner,
            }
            yield parameter | ({"description": text} if text else {})
    for name in route.operation.headers:
        yield {"name": name, "in": "header", "schema": {"type": "string"}, "description": HEADERS[name]}


def _without_null(schema: Schema) -> Schema:
    """A parameter is there or is not: null cannot be written in a query."""
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) != 1:
        return {key: value for key, value in schema.items() if key != "title"}
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default", "title")}
    return {**options[0], **rest}


def _inlined(schema: Any, definitions: Schema) -> Any:
    """Replace references by what they mean: parameters have no place for definitions of their own."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {key: _inlined(value, definitions) for key, value in schema.items()}
    return [_inlined(item, definitions) for item in schema] if isinstance(schema, list) else schema


def _responses(route: Route, schemas: _Schemas) -> Iterator[tuple[HTTPStatus, Schema]]:
    good: Schema = {"description": route.operation.summary}
    if route.operation.gives is not None:
        good["content"] = {JSON: {"schema": schemas.of(route.operation.gives, "serialization")}}
    elif route.operation.media != JSON:
        good["content"] = {route.operation.media: {"schema": {"type": "string"}}}
    yield route.operation.status, good
    for status in route.operation.also:
        yield status, good if status in (HTTPStatus.OK, HTTPStatus.CREATED) else {"description": status.phrase}
    problem = {MEDIA_TYPE: {"schema": schemas.of(Problem, "serialization")}}
    for status in sorted(set(_failures(route)) - {route.operation.status, *route.operation.also}):
        yield status, {"description": status.phrase, "content": problem}


def _failures(route: Route) -> Iterator[HTTPStatus]:
    yield from ALWAYS
    yield from route.operation.fails
    if isinstance(route.role, Role):
        yield HTTPStatus.UNAUTHORIZED
        yield HTTPStatus.FORBIDDEN
    if PARAMETER.search(route.path):
        yield HTTPStatus.NOT_FOUND
    yield HTTPStatus.UNPROCESSABLE_ENTITY
    if route.operation.body:
        yield from (
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
