"""Errors as problem details (RFC 9457) with a stable code; the one place that turns exceptions into answers."""

from collections.abc import Mapping, Sequence

import asyncpg
import msgspec
import nats.errors
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from bosman_protocol.codes import Code
from bosman_server.kit.db.database import DatabaseUnavailableError

log = structlog.get_logger()

Params = Mapping[str, str | int | float | bool | None]


class Problem(Exception):  # noqa: N818 - named as the RFC names it
    """An expected failure with a status, a code and values for its translation."""

    def __init__(
        self,
        status: int,
        code: Code,
        params: Params | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.params = dict(params or {})
        self.headers = dict(headers or {})


class FieldProblem(BaseModel):
    """One invalid field of a payload."""

    loc: list[str | int]
    code: str
    message: str


class ProblemDetails(BaseModel):
    """The body of every error answer."""

    type: str
    title: str
    status: int
    code: Code
    params: dict[str, str | int | float | bool | None]
    request_id: str | None
    errors: list[FieldProblem] = []


PROBLEM_RESPONSES: dict[int | str, dict[str, object]] = {"default": {"model": ProblemDetails}}


def not_found() -> Problem:
    """404 for what is absent and for what belongs to another tenant alike."""
    return Problem(404, Code.OBJECT_NOT_FOUND)


def answer(
    request: Request,
    status: int,
    code: Code,
    params: Params,
    *,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, object]] = (),
) -> Response:
    """The response for a problem."""
    body = {
        "type": "about:blank",
        "title": code.value,
        "status": status,
        "code": code.value,
        "params": dict(params),
        "request_id": getattr(request.state, "request_id", None),
        "errors": list(errors),
    }
    return Response(
        msgspec.json.encode(body),
        status_code=status,
        media_type="application/problem+json",
        headers={"cache-control": "no-store", **(headers or {})},
    )


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer(request, error.status, error.code, error.params, headers=error.headers)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {
            "loc": [part if isinstance(part, int) else str(part)[:100] for part in item["loc"]],
            "code": str(item["type"]),
            "message": str(item["msg"])[:200],
        }
        for item in list(error.errors())[:20]
    ]
    return answer(request, 422, Code.REQUEST_INVALID, {}, errors=errors)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: Code.ROUTE_NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED, 413: Code.REQUEST_TOO_LARGE}.get(
        error.status_code, Code.REQUEST_INVALID
    )
    return answer(request, error.status_code, code, {}, headers=error.headers)


async def _on_crash(request: Request, error: Exception) -> Response:
    log.error("request_failed", path=request.scope["path"], exc_info=error)
    return answer(request, 500, Code.SERVER_ERROR, {})


async def _on_bad_data(request: Request, error: Exception) -> Response:
    if isinstance(error.__cause__, TypeError):
        # asyncpg was given a value of another Python type than the statement takes: no caller can cause that.
        return await _on_crash(request, error)
    # A value that fits its type but no column: a zero byte in a text, a number beyond its range.
    log.warning("request_data_refused", path=request.scope["path"], error=repr(error)[:300])
    return answer(request, 422, Code.REQUEST_INVALID, {})


async def _on_unavailable(request: Request, error: Exception) -> Response:
    log.warning("request_without_backend", path=request.scope["path"], error=repr(error)[:300])
    return answer(request, 503, Code.SERVER_UNAVAILABLE, {}, headers={"retry-after": "2"})


async def _on_database(request: Request, error: Exception) -> Response:
    assert isinstance(error, DBAPIError)
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state.startswith("22"):
        return await _on_bad_data(request, error)
    if error.connection_invalidated or state.startswith(("08", "57P")):
        return await _on_unavailable(request, error)
    return await _on_crash(request, error)


_UNAVAILABLE: tuple[type[Exception], ...] = (DatabaseUnavailableError, nats.errors.Error)
"""What the caller may try again: everything else that breaks is a fault of ours, and is told as one."""


def register_problem_handlers(app: FastAPI) -> None:
    """Make every failure of the app a problem details answer."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(asyncpg.DataError, _on_bad_data)
    app.add_exception_handler(DBAPIError, _on_database)
    for kind in _UNAVAILABLE:
        app.add_exception_handler(kind, _on_unavailable)
    app.add_exception_handler(Exception, _on_crash)
