"""The api's description, told as it is: problem details under their own media type, and the protocol's own types."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from pydantic import WithJsonSchema

from bosman_server.kit.http.etag import HEADER
from bosman_server.kit.values import JsonObject

_PROBLEM = "application/problem+json"
_UNUSED = ("HTTPValidationError", "ValidationError")


_STRUCT = "x-struct"
Structs = Sequence[type[msgspec.Struct]]


def ref(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The schema of a struct that `describe` was told of, for the `responses` of a route."""
    return {"$ref": f"#/components/schemas/{struct.__name__}"}


def is_struct(*structs: type[msgspec.Struct], or_null: bool = False) -> WithJsonSchema:
    """For a field of a model that holds one of some structs as JSON. Pydantic knows no schemas but its own."""
    choices: list[JsonObject] = [{_STRUCT: struct.__name__} for struct in structs]
    choices += [{"type": "null"}] if or_null else []
    return WithJsonSchema({"anyOf": choices})


def describe(app: FastAPI, structs: Structs, maps: Mapping[str, Mapping[str, type[msgspec.Struct]]]) -> None:
    """Make `app.openapi()` say what error answers look like (FastAPI assumes its own), and what structs hold.

    `maps` are further schemas: objects with a struct under each name, for readers of the description.
    Raises ValueError for a struct that is called as a model of the api is.
    """
    original = app.openapi

    def openapi() -> JsonObject:
        if app.openapi_schema is None:
            schema = _mended(original())
            schemas: JsonObject = schema["components"]["schemas"]
            _add_structs(schemas, structs)
            for name, members in maps.items():
                properties = {key: ref(struct) for key, struct in members.items()}
                schemas[name] = {"type": "object", "required": list(members), "properties": properties}
            app.openapi_schema = _with_refs(schema)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _demand_versions(parameters: list[JsonObject]) -> None:
    """FastAPI would answer 422 without the header, and 428 is the word for it: it is required all the same."""
    for parameter in parameters:
        if parameter["in"] == "header" and parameter["name"] == HEADER:
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "maxLength": 100, "title": "If-Match"}


def _add_structs(schemas: JsonObject, structs: Structs) -> None:
    _, found = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    if taken := found.keys() & schemas.keys():
        raise ValueError(f"structs and models are called the same: {sorted(taken)}")
    for struct in structs:
        if struct.__struct_config__.omit_defaults:
            # What is left out has no value: a reader must not take it for the default.
            for field in found[struct.__name__]["properties"].values():
                field.pop("default", None)
    schemas.update(found)


def _with_refs(value: Any) -> Any:
    if isinstance(value, dict):
        if _STRUCT in value:
            return {"$ref": f"#/components/schemas/{value[_STRUCT]}"}
        if isinstance(pattern := value.get("pattern"), str):
            # Python's word for the very end is no word of JSON Schema.
            value |= {"pattern": pattern.replace("\\Z", "$")}
        return {key: _with_refs(item) for key, item in value.items()}
    return [_with_refs(item) for item in value] if isinstance(value, list) else value


def _mended(schema: JsonObject) -> JsonObject:
    for path in schema["paths"].values():
        for operation in path.values():
            _demand_versions(operation.get("parameters", []))
            responses = operation["responses"]
            # Invalid payloads answer with problem details as everything else does.
            responses.pop("422", None)
            content = responses["default"]["content"]
            if "application/json" in content:
                content[_PROBLEM] = content.pop("application/json")
    for name in _UNUSED:
        schema["components"]["schemas"].pop(name, None)
    return schema
