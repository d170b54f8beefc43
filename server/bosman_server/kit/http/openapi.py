"""The api's description, told as it is: every error is problem details, under its own media type."""

from typing import Any

from fastapi import FastAPI

from bosman_server.kit.http.etag import HEADER

_PROBLEM = "application/problem+json"
_UNUSED = ("HTTPValidationError", "ValidationError")


def describe_problems(app: FastAPI) -> None:
    """Make `app.openapi()` say what error answers really look like (FastAPI assumes its own)."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _mended(original())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _demand_versions(parameters: list[dict[str, Any]]) -> None:
    """FastAPI would answer 422 without the header, and 428 is the word for it: it is required all the same."""
    for parameter in parameters:
        if parameter["in"] == "header" and parameter["name"] == HEADER:
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "maxLength": 100, "title": "If-Match"}


def _mended(schema: dict[str, Any]) -> dict[str, Any]:
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
