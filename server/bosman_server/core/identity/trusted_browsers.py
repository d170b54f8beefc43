"""Browsers that an account knows: a cookie of their own that outlives sessions and opens nothing by itself."""

import secrets
from uuid import UUID

from fastapi import Request, Response

from bosman_server.core.identity.login_throttle import BROWSER_COOKIE, LoginThrottle
from bosman_server.core.identity.sessions import hash_token
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.runtime import Runtime, runtime_of

COOKIE = BROWSER_COOKIE
_VALID_SECONDS = 400 * 24 * 3600
_KEPT = 20


def token_of(request: Request) -> str | None:
    """The browser's token, if it has one of the right size."""
    token = request.cookies.get(COOKIE)
    return token if token and len(token) <= 128 else None


async def is_known(connection: Connection, user_id: UUID, request: Request) -> bool:
    """Whether the account was used in this browser before."""
    token = token_of(request)
    if token is None:
        return False
    known: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM identity_known_browser WHERE user_id = $1 AND token_hash = $2)",
        user_id,
        hash_token(token),
    )
    if known:
        runtime_of(request).parts.of(LoginThrottle).known.add(hash_token(token))
    return known


async def remember(
    runtime: Runtime, connection: Connection, user_id: UUID, request: Request, response: Response
) -> None:
    """The account was used in this browser; the twenty last ones are kept."""
    token = token_of(request) or secrets.token_urlsafe(32)
    runtime.parts.of(LoginThrottle).known.add(hash_token(token))
    await connection.execute(
        "INSERT INTO identity_known_browser (user_id, token_hash, created_at, last_used_at) VALUES ($1, $2, $3, $3)"
        " ON CONFLICT (user_id, token_hash) DO UPDATE SET last_used_at = excluded.last_used_at",
        user_id,
        hash_token(token),
        utc_now(),
    )
    await connection.execute(
        "DELETE FROM identity_known_browser WHERE user_id = $1 AND token_hash NOT IN (SELECT token_hash"
        " FROM identity_known_browser WHERE user_id = $1 ORDER BY last_used_at DESC LIMIT $2)",
        user_id,
        _KEPT,
    )
    response.set_cookie(
        COOKIE,
        token,
        max_age=_VALID_SECONDS,
        httponly=True,
        samesite="strict",
        secure=runtime.settings.browser_url.startswith("https://"),
        path="/api/v1",
    )
