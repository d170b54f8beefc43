"""One ASGI middleware around the app: request id, Origin check, size limit, security headers, metrics."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bosman_protocol.codes import Code
from bosman_server.kit.ids import uuid7
from bosman_server.kit.metrics import REQUEST_SECONDS, REQUESTS

log = structlog.get_logger()

MAX_BODY_BYTES = 1024 * 1024
_LENGTH_DIGITS = 12
_DRAIN_BYTES = 32 * 1024 * 1024
_DRAIN_SECONDS = 5.0
BODY_SECONDS = 30.0
"""For the whole body to arrive."""
ANSWER_SECONDS = 60.0
"""For an answer to begin; how long it then lasts is its own affair (event streams, downloads)."""
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_BARE_CSP = "default-src 'none'; frame-ancestors 'none'"
"""Of what is no document: answers of the API, and parts of the app, most of which are shorter than the page's own."""
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]
_NO_STORE = (b"cache-control", b"no-store")


class _BodyTooLargeError(Exception):
    pass


class _BodyTooSlowError(Exception):
    pass


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


def netloc_of(origin: str) -> str | None:
    """Host and port of an origin; None where there is none, or none that could be read."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


def _same_origin(scope: Scope) -> bool:
    """Whether a request to the API comes from our own pages or from no browser at all.

    Reads count as well: an event stream is one, and so is whatever a strange page loads to see how long it
    takes. Only following a link from elsewhere is fine, for it shows nothing to the page it came from.
    """
    origin = _header(scope, b"origin")
    if origin is not None:
        netloc = netloc_of(origin)
        return netloc is not None and netloc == _header(scope, b"host")
    if _header(scope, b"sec-fetch-site") in {None, "same-origin", "none"}:
        return True
    return scope["method"] in _SAFE_METHODS and _header(scope, b"sec-fetch-mode") == "navigate"


def _fits(length: str) -> bool:
    # Digits of other scripts are digits to Python as well, and a number of many of them is an error.
    return length.isascii() and length.isdigit() and len(length) <= _LENGTH_DIGITS and int(length) <= MAX_BODY_BYTES


Throttle = Callable[[Scope], int | None]
"""Looks at a request's head: None lets it in, else the seconds after which it may come again."""


Noter = Callable[[Scope], None]
"""Is told of a request that a page of another origin sent."""


class EdgeMiddleware:
    """The edge of the api."""

    def __init__(
        self, app: ASGIApp, *, secure: bool, throttle: Throttle | None = None, on_foreign: Noter | None = None
    ) -> None:
        self._app = app
        self._throttle = throttle
        self._on_foreign = on_foreign
        self._secure = [(b"strict-transport-security", b"max-age=31536000; includeSubDomains")] if secure else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":
            # There are none. A future one must come past here, and so past the check of its origin.
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id: UUID = uuid7()
        scope.setdefault("state", {})["request_id"] = str(request_id)
        structlog.contextvars.bind_contextvars(request_id=str(request_id))
        seen = _Answer(send, self._headers(scope, request_id))
        refusal = self._refusal(scope)
        wait = self._throttle(scope) if self._throttle and refusal is None else None
        if refusal is not None or wait is not None:
            await _drain(receive)
        else:
            refusal = await self._serve(scope, receive, seen)
        if wait is not None:
            await _send_away(seen.send, request_id, wait)
        elif refusal is not None:
            await _refuse(seen.send, request_id, *refusal)
        route = getattr(scope.get("route"), "path", "refused" if refusal or wait else "static")
        REQUESTS.labels(route, scope["method"], seen.status).inc()
        REQUEST_SECONDS.labels(route).observe(time.perf_counter() - started)

    def _headers(self, scope: Scope, request_id: UUID) -> list[tuple[bytes, bytes]]:
        is_page = not _is_api(scope) and not scope["path"].startswith("/assets/")
        policy = _PAGE_CSP if is_page else _BARE_CSP
        found = [*_HEADERS, *self._secure, (b"content-security-policy", policy.encode())]
        return [*found, (b"x-request-id", str(request_id).encode())]

    def _refusal(self, scope: Scope) -> tuple[int, Code] | None:
        if (_is_api(scope) or scope["method"] not in _SAFE_METHODS) and not _same_origin(scope):
            if self._on_foreign is not None:
                self._on_foreign(scope)
            return 403, Code.REQUEST_BAD_ORIGIN
        length = _header(scope, b"content-length")
        if length is not None and not _fits(length):
            return 413, Code.REQUEST_TOO_LARGE
        return None

    async def _serve(self, scope: Scope, receive: Receive, seen: "_Answer") -> tuple[int, Code] | None:
        """Run the app within its limits. Returns what is left to answer when it overstepped one."""
        body = _Bounded(receive)
        try:
            async with asyncio.timeout(ANSWER_SECONDS) as limit:
                with contextlib.suppress(_BodyTooLargeError, _BodyTooSlowError):
                    await self._app(scope, body.receive, seen.guarded(body, lambda: limit.reschedule(None)))
        except TimeoutError:
            log.warning("request_too_slow", method=scope["method"], path=scope["path"])
            return 503, Code.SERVER_TOO_SLOW
        if body.refused is Code.REQUEST_TOO_LARGE:
            await _drain(receive)
            return 413, body.refused
        return None if body.refused is None else (408, body.refused)


def _is_api(scope: Scope) -> bool:
    return str(scope["path"]).startswith(("/api/", "/agent/"))


class _Bounded:
    """The body, as large and as slow as it may be."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0
        self._until = asyncio.get_running_loop().time() + BODY_SECONDS
        self._complete = False
        self.refused: Code | None = None

    async def receive(self) -> Message:
        if self._complete:
            # From here on the app only waits for the client to leave, which may take hours.
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            self.refused = Code.REQUEST_TOO_SLOW
            raise _BodyTooSlowError from None
        self._complete = not message.get("more_body", False)
        self._bytes += len(message.get("body", b""))
        if self._bytes > MAX_BODY_BYTES:
            self.refused = Code.REQUEST_TOO_LARGE
            raise _BodyTooLargeError
        return message


class _Answer:
    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._headers = headers
        self.status = 0

    def guarded(self, body: _Bounded, on_start: Callable[[], None]) -> Send:
        """Sends, unless the body was refused: what the app then made of half a body is of no interest."""

        async def send(message: Message) -> None:
            if body.refused is None:
                if message["type"] == "http.response.start":
                    on_start()
                await self.send(message)

        return send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = list(message.get("headers", []))
            if not any(name.lower() == b"cache-control" for name, _ in given):
                given.append(_NO_STORE)
            message["headers"] = [*given, *self._headers]
        await self._send(message)


async def _drain(receive: Receive) -> None:
    """Read on for a while without keeping anything: a sender that is cut off in the middle never sees the answer."""
    left = _DRAIN_BYTES
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return


async def _refuse(send: Send, request_id: UUID, status: int, code: Code) -> None:
    # What is left of the request stays unread: the connection cannot be used again.
    await _problem(send, request_id, status, code, {}, [(b"connection", b"close")])


async def _send_away(send: Send, request_id: UUID, seconds: int) -> None:
    headers = [(b"retry-after", str(seconds).encode())]
    await _problem(send, request_id, 429, Code.SESSION_RATE_LIMITED, {"retry_after_seconds": seconds}, headers)


async def _problem(
    send: Send, request_id: UUID, status: int, code: Code, params: dict[str, int], headers: list[tuple[bytes, bytes]]
) -> None:
    details: dict[str, object] = {
        "type": "about:blank",
        "title": code.value,
        "status": status,
        "code": code.value,
        "params": params,
        "request_id": str(request_id),
        "errors": [],
    }
    body = msgspec.json.encode(details)
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
