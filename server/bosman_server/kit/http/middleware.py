"""One ASGI middleware around the app: request id, Origin check, size limit, security headers, metrics."""

import asyncio
import contextlib
import time
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
_DRAIN_BYTES = 32 * 1024 * 1024
_DRAIN_SECONDS = 5.0
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]


class _BodyTooLargeError(Exception):
    pass


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


def _same_origin(scope: Scope) -> bool:
    """Whether a state-changing request comes from our own pages or from no browser at all."""
    origin = _header(scope, b"origin")
    if origin is None:
        return _header(scope, b"sec-fetch-site") in {None, "same-origin", "none"}
    return urlsplit(origin).netloc == _header(scope, b"host")


class EdgeMiddleware:
    """The edge of the api."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = [*_HEADERS]
        if secure:
            self._headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id: UUID = uuid7()
        scope.setdefault("state", {})["request_id"] = str(request_id)
        structlog.contextvars.bind_contextvars(request_id=str(request_id))
        seen = _Answer(send, [*self._headers, (b"x-request-id", str(request_id).encode())])
        refusal = self._refusal(scope)
        if refusal is not None:
            await _drain(receive)
            await _refuse(seen.send, request_id, *refusal)
        else:
            body = _Bounded(receive)
            with contextlib.suppress(_BodyTooLargeError):
                await self._app(scope, body.receive, seen.guarded(body))
            if body.exceeded:
                await _drain(receive)
                await _refuse(seen.send, request_id, 413, Code.REQUEST_TOO_LARGE)
        route = getattr(scope.get("route"), "path", "static" if not refusal else "refused")
        REQUESTS.labels(route, scope["method"], seen.status).inc()
        REQUEST_SECONDS.labels(route).observe(time.perf_counter() - started)

    def _refusal(self, scope: Scope) -> tuple[int, Code] | None:
        if scope["method"] not in _SAFE_METHODS and not _same_origin(scope):
            return 403, Code.REQUEST_BAD_ORIGIN
        length = _header(scope, b"content-length")
        if length is not None and (not length.isdigit() or int(length) > MAX_BODY_BYTES):
            return 413, Code.REQUEST_TOO_LARGE
        return None


class _Bounded:
    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0
        self.exceeded = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > MAX_BODY_BYTES:
            self.exceeded = True
            raise _BodyTooLargeError
        return message


class _Answer:
    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._headers = headers
        self.status = 0

    def guarded(self, body: _Bounded) -> Send:
        """Sends, unless the body was too large: what the app then made of half a body is of no interest."""

        async def send(message: Message) -> None:
            if not body.exceeded:
                await self.send(message)

        return send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", []), *self._headers]
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
    body: dict[str, object] = {
        "type": "about:blank",
        "title": code.value,
        "status": status,
        "code": code.value,
        "params": {},
        "request_id": str(request_id),
        "errors": [],
    }
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode(body)})
