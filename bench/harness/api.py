"""A signed-in user of the API."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
import msgspec
import pyotp

TIMEOUT_SECONDS = 60.0


class ApiError(Exception):
    """The API refused; the text holds its answer."""


class Credentials(msgspec.Struct, frozen=True):
    """What an Owner signs in with."""

    email: str
    password: str
    totp_secret: str


class Event(msgspec.Struct, frozen=True):
    """One server-sent event and when it arrived (time.time)."""

    name: str
    data: bytes
    arrived_at: float


class Api:
    """One browser session. `async with Api(url) as api`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._totp_secret: str | None = None
        limits = httpx.Limits(max_connections=50, max_keepalive_connections=20)
        self._client = httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=TIMEOUT_SECONDS, limits=limits)

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self._client.aclose()

    async def set_up(self, code: str, *, email: str, name: str, password: str) -> Credentials:
        """Become the first Owner. Raises ApiError."""
        request = {"code": code, "email": email, "name": name, "password": password, "language": "pl"}
        await self.post("/setup", request)
        return await self._enroll_totp(email, password)

    async def sign_in(self, email: str, password: str, totp_secret: str | None) -> Credentials:
        """Sign in; without a secret the second factor must still be open. Raises ApiError."""
        answer = await self.post("/session", {"email": email, "password": password})
        if answer["state"] == "totp_enrollment_required":
            return await self._enroll_totp(email, password)
        if totp_secret is None:
            raise ApiError("this account has a second factor: its TOTP secret is needed")
        try:
            await self.post("/session/totp", {"code": pyotp.TOTP(totp_secret).now()})
        except ApiError:
            # A code works once; the next one comes with the next half minute.
            await asyncio.sleep(30 - time.time() % 30 + 0.5)
            await self.post("/session/totp", {"code": pyotp.TOTP(totp_secret).now()})
        self._totp_secret = totp_secret
        return Credentials(email, password, totp_secret)

    async def step_up(self) -> None:
        """A fresh second factor: dangerous acts are open for five minutes. May wait half a minute. Raises ApiError."""
        if self._totp_secret is None:
            raise ApiError("a fresh second factor is wanted, and there is no TOTP secret")
        # A code works once: the next one comes with the next half minute.
        await asyncio.sleep(30 - time.time() % 30 + 0.5)
        await self.post("/session/step-up", {"code": pyotp.TOTP(self._totp_secret).now()})

    async def wish(self, path: str, body: dict[str, Any]) -> Any:
        """Ask for work as a person does: type the number and give the code that it takes. Raises ApiError."""
        for _ in range(3):
            answer = await self._client.post(path, json=body)
            problem = msgspec.json.decode(answer.content) if answer.is_error else {}
            if problem.get("code") == "job.confirm_required":
                body = body | {"confirmed_count": problem["params"]["count"]}
            elif problem.get("code") == "session.step_up_required":
                await self.step_up()
            else:
                break
        if not answer.is_success:
            raise ApiError(f"POST {path}: {answer.status_code} {answer.text[:400]}")
        return msgspec.json.decode(answer.content)

    async def _enroll_totp(self, email: str, password: str) -> Credentials:
        secret = (await self.post("/session/totp/enrollment", {}))["secret"]
        await self.post("/session/totp/enrollment/confirm", {"code": pyotp.TOTP(secret).now()})
        self._totp_secret = secret
        return Credentials(email, password, secret)

    @property
    def cookie(self) -> str:
        """The session as a Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self._client.cookies.items())

    async def get(self, path: str, **params: Any) -> Any:
        """Read. Raises ApiError."""
        return await self._call("GET", path, params=params)

    async def post(self, path: str, body: Any = None) -> Any:
        """Do. Raises ApiError."""
        return await self._call("POST", path, json=body)

    async def patch(self, path: str, body: Any) -> Any:
        """Change. Raises ApiError."""
        return await self._call("PATCH", path, json=body)

    async def all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page. Raises ApiError."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.get(path, limit=200, **params, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return items

    async def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = await self._client.request(method, path, **options)
        if not answer.is_success:
            raise ApiError(f"{method} {path}: {answer.status_code} {answer.text[:400]}")
        return msgspec.json.decode(answer.content) if answer.content else None

    @asynccontextmanager
    async def events(self, path: str) -> AsyncIterator[AsyncIterator[Event]]:
        """Server-sent events of a route, from when the server has begun to answer."""
        timeout = httpx.Timeout(TIMEOUT_SECONDS, read=120)
        async with self._client.stream("GET", path, timeout=timeout) as answer:
            if not answer.is_success:
                raise ApiError(f"GET {path}: {answer.status_code}")
            yield _parse_events(answer)


async def _parse_events(answer: httpx.Response) -> AsyncIterator[Event]:
    name, data = "message", b""
    async for line in answer.aiter_lines():
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data += line[5:].strip().encode()
        elif not line:
            if data:
                yield Event(name, data, time.time())
            name, data = "message", b""
