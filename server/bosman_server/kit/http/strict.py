"""What a request says beyond what its route knows is refused (422), never ignored: ignoring fails open.

A filter with a misspelt name would mean "all", and so would one given twice, of which the last counts. Fields of
bodies are the business of `RequestModel`; here is what no model sees: the query string, bodies that nobody reads,
and JSON that is none by RFC 8259 although Python takes it.
"""

import json
from collections.abc import Iterator

import msgspec
from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo

_Known = dict[str, bool]
"""Names of query parameters, and whether they may come several times."""
_known: dict[tuple[str, frozenset[str]], _Known] = {}
_EMPTY_BODIES = {b"", b"{}", b"null"}


def known_query(route: APIRoute) -> _Known:
    """The query parameters that a route declares, and which of them are lists."""
    key = (route.path_format, frozenset(route.methods or ()))
    if key not in _known:
        _known[key] = dict(_declared(route.dependant))
    return _known[key]


def _declared(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    for field in dependant.query_params:
        yield field.alias, _is_list(field.field_info)
    for child in dependant.dependencies:
        yield from _declared(child)


def _is_list(info: FieldInfo) -> bool:
    return "list[" in str(info.annotation)


async def refuse_unknown(request: Request) -> None:
    """A dependency of every route. Raises RequestValidationError, which is answered with 422."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    errors = _query_errors(request, known_query(route))
    # Only a request that says it has a body is asked for it: reading waits for the client.
    if not errors and ("content-length" in request.headers or "transfer-encoding" in request.headers):
        errors = _body_errors(await request.body(), wanted=route.body_field is not None)
    if errors:
        raise RequestValidationError(errors)


def _query_errors(request: Request, known: _Known) -> list[dict[str, object]]:
    seen: set[str] = set()
    errors = []
    for name, _ in request.query_params.multi_items():
        if name not in known:
            errors.append(_error("extra_forbidden", "unknown query parameter", "query", name))
        elif name in seen and not known[name]:
            errors.append(_error("repeated", "given more than once", "query", name))
        seen.add(name)
    return errors


def _body_errors(body: bytes, *, wanted: bool) -> list[dict[str, object]]:
    if body.strip() in _EMPTY_BODIES:
        return []
    if not wanted:
        return [_error("extra_forbidden", "this route takes no body", "body")]
    try:
        # What no database and no strict reader takes: lone surrogates, NaN, numbers beyond 64 bits, other encodings.
        msgspec.json.decode(body)
        json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        return [_error("json_invalid", str(error)[:200], "body")]
    return []


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given more than once")
    return found


def _error(code: str, message: str, *loc: str) -> dict[str, object]:
    return {"type": code, "loc": loc, "msg": message, "input": None}
